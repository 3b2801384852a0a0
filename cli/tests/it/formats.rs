//! Layouts, wrappings and encodings, as agencies publish them.

use crate::support::{Desk, assert_adds_up, fgj};
use std::io::Write as _;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("memory");
        writer.write_all(content).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

/// A workbook with one sheet of inline texts.
pub fn xlsx(rows: &[&[&str]]) -> Vec<u8> {
    let cell = |text: &&str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let rows: String =
        rows.iter().map(|row| format!("<row>{}</row>", row.iter().map(cell).collect::<String>())).collect();
    let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let sheet = format!("<worksheet {main}><sheetData>{rows}</sheetData></worksheet>");
    let book = format!(
        "<workbook {main} xmlns:r=\"{office}\"><sheets><sheet name=\"Datos\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let types = format!(
        "<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/></Types>"
    );
    zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml").as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml").as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

#[test]
fn the_same_content_is_the_same_edition_in_every_wrapping() {
    let desk = Desk::new();
    let text = fgj(300, 1).into_bytes();
    let first = desk.import(&desk.file("a.csv", &text));
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    bzip2.write_all(&text).expect("memory");
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 6);
    xz.write_all(&text).expect("memory");
    let wrapped = [
        ("a.gz", gzip(&text)),
        ("a.bz2", bzip2.finish().expect("memory")),
        ("a.xz", xz.finish().expect("memory")),
        ("a.zst", zstd::encode_all(text.as_slice(), 3).expect("memory")),
        ("a.zip", zip(&[("carpeta/datos.csv", &text), ("__MACOSX/._datos.csv", b"x")])),
        // Two gzip members in one file are one content.
        ("a2.gz", [gzip(&text[..1000]), gzip(&text[1000..])].concat()),
    ];
    for (name, bytes) in wrapped {
        let summary = desk.import(&desk.file(name, bytes));
        assert_eq!(
            (&summary["edition"], &summary["unchanged"]),
            (&first["edition"], &serde_json::json!(true)),
            "{name}"
        );
    }
}

#[test]
fn every_layout_of_the_case_files_is_read() {
    let layouts = [
        (
            "ao_hechos,mes_hechos,fecha_hechos,delito,categoria_delito,fiscalia,agencia,unidad_investigacion,colonia_hechos,alcaldia_hechos,\
          fecha_inicio,calle_hechos,calle_hechos2,latitud,longitud,tempo",
            "2018,Agosto,2018-08-29 12:15:00,FRAUDE,X,F,A,U,GUERRERO,CUAUHTEMOC,2018-08-30 10:00:00,EJE 1,,19.4450,-99.1440,NA",
        ),
        (
            "ao_hechos,mes_hechos,FechaHecho,delito,colonia_hechos,alcaldia_hechos,competencia,longitud,latitud",
            "2018,Agosto,29/08/2018 12:15,FRAUDE,GUERRERO,CUAUHTEMOC,FUERO COMUN,-99.1440,19.4450",
        ),
        (
            "anio_inicio,mes_inicio,fecha_inicio,hora_inicio,anio_hecho,mes_hecho,fecha_hecho,hora_hecho,delito,categoria_delito,competencia,\
          fiscalia,agencia,unidad_investigacion,colonia_hecho,colonia_catalogo,alcaldia_hecho,alcaldia_catalogo,municipio_hecho,latitud,longitud",
            "2018,Agosto,2018-08-30,09:00:00,2018,Agosto,2018-08-29,12:15:00,FRAUDE,X,FC,F,A,U,GUERRERO,Guerrero,CUAUHTEMOC,Cuauhtémoc,CDMX,19.4450,-99.1440",
        ),
        (
            "anio_hecho;fecha_hecho;hora_hecho;delito;colonia_hecho;alcaldia_hecho;latitud;longitud",
            "2018;2018-08-29;12:15:00;FRAUDE;GUERRERO;CUAUHTEMOC;19.4450;-99.1440",
        ),
    ];
    for (header, row) in layouts {
        let desk = Desk::new();
        let summary = desk.import(&desk.file("a.csv", format!("{header}\r\n{row}\r\n")));
        assert_eq!(
            (&summary["accepted"], &summary["flags"]),
            (&serde_json::json!(1), &serde_json::json!({})),
            "{header}"
        );
        let answer = desk.count("--by month,hour,place:municipalities");
        let expected = serde_json::json!({ "month": "2018-08", "hour": 12, "place": "MX-09-015", "name": "Cuauhtémoc", "count": 1 });
        assert_eq!(answer["rows"][0], expected, "{header}");
    }
}

#[test]
fn encodings_are_detected_by_reading() {
    let text = "anio_hecho,fecha_hecho,hora_hecho,delito,colonia_hecho,alcaldia_hecho,latitud,longitud\n\
                2020,2020-01-01,10:00:00,DAÑO EN PROPIEDAD,Peñón “A”,ÁLVARO OBREGÓN,19.37,-99.21\n";
    let latin: Vec<u8> =
        text.replace(['“', '”'], "'").chars().map(|c| u8::try_from(u32::from(c)).expect("latin-1")).collect();
    let cp1252 = text.chars().map(|c| match c {
        '“' => 0x93,
        '”' => 0x94,
        other => u8::try_from(u32::from(other)).expect("latin-1"),
    });
    for (encoding, bytes) in [
        ("utf-8", text.as_bytes().to_vec()),
        ("utf-8-bom", format!("\u{feff}{text}").into_bytes()),
        ("latin-1", latin),
        ("cp1252", cp1252.collect()),
    ] {
        let desk = Desk::new();
        let summary = desk.import(&desk.file("a.csv", bytes));
        assert_eq!(summary["encoding"], encoding);
        let answer = desk.count("--by offence");
        assert_eq!(
            (&answer["rows"][0]["offence"], &answer["rows"][0]["offence_name"]),
            (&serde_json::json!("DANO EN PROPIEDAD"), &serde_json::json!("DAÑO EN PROPIEDAD")),
            "{encoding}"
        );
    }
}

#[test]
fn a_damaged_letter_costs_one_row_and_not_the_encoding() {
    let desk = Desk::new();
    let mut bytes = fgj(60, 1).replace("Centro 1", "Peñón").into_bytes();
    bytes.extend_from_slice(b"2020,2020-01-01,10:00:00,DA\xd1O,A,CUAUHTEMOC,19.4,-99.1\n");
    let summary = desk.import(&desk.file("a.csv", bytes));
    assert_adds_up(&summary);
    assert_eq!(
        (&summary["encoding"], &summary["rejected"]["by_reason"]),
        (&serde_json::json!("utf-8"), &serde_json::json!({ "invalid_encoding": 1 }))
    );
}

const POLICE: &str = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context\n\
    a1,2019-01,City,City,-0.1,51.5,On or near A,E1,L1,Drugs,,\n\
    a1,2019-01,City,City,-0.1,51.5,On or near A,E1,L1,Drugs,Other,\n\
    ,2019-02,City,City,-0.1,51.5,On or near A,E1,L1,Anti-social behaviour,,\n\
    ,2019-02,City,City,,,No Location,,,Anti-social behaviour,,\n";

#[test]
fn police_files_are_precise_to_the_month() {
    let desk = Desk::new();
    let summary = desk.import(&desk.file("a.csv", POLICE));
    assert_eq!((&summary["format"], &summary["unlocated"]), (&serde_json::json!("police-uk"), &serde_json::json!(1)));
    assert_eq!(summary["flags"], serde_json::json!({ "duplicate_id": 1, "point_missing": 1 }));
    assert_eq!(desk.count("--by month")["rows"][1]["count"], 2);
    assert_eq!(desk.count("--by weekday")["unknown"], 4, "a month has no weekday");
    assert_eq!(desk.count("--by hour")["unknown"], 4);
    assert_eq!(desk.count("--period 2019-01")["total"], 2);
    let output = desk.run(["count", "--period", "2019-01-01..2019-01-15"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("month"));
}

#[test]
fn several_files_are_one_edition() {
    let desk = Desk::new();
    let (first, second) = (desk.file("a.csv", POLICE), desk.file("b.csv", POLICE.replace("2019", "2018")));
    let summary = desk.json(["import", "--json", first.to_str().unwrap(), second.to_str().unwrap()]);
    assert_eq!(summary["rows"], 8);
    assert_adds_up(&summary);
    assert_eq!(desk.count("--by year")["rows"].as_array().map(Vec::len), Some(2));
}

#[test]
fn chicago_times_are_read() {
    let desk = Desk::new();
    let header = "ID,Case Number,Date,Block,IUCR,Primary Type,Description,Location Description,Arrest,Domestic,Beat,District,Ward,\
                  Community Area,FBI Code,X Coordinate,Y Coordinate,Year,Updated On,Latitude,Longitude,Location";
    let row = "9418031,HW561348,12/06/2013 06:25:00 PM,040XX W,2024,NARCOTICS,POSS,SIDEWALK,true,false,1115,011,28,26,18,1149444,1899069,\
               2013,12/11/2013 12:40:36 AM,41.8789661034259,-87.72673345412568,\"(41.8789661034259, -87.72673345412568)\"";
    let summary = desk.import(&desk.file("a.csv", format!("{header}\n{row}\n")));
    assert_eq!(summary["format"], "chicago");
    let expected = serde_json::json!({ "hour": 18, "weekday": 5, "offence": "NARCOTICS", "offence_name": "NARCOTICS", "count": 1 });
    assert_eq!(desk.count("--by hour,weekday,offence")["rows"][0], expected);
}

#[test]
fn a_finer_description_can_make_an_incident_sensitive() {
    let desk = Desk::new();
    let header = "ID,Date,Block,IUCR,Primary Type,Description,Domestic,Community Area,Latitude,Longitude";
    let row = |id: u8, description: &str, domestic: &str| {
        format!("{id},12/06/2013 06:25:00 PM,B,2024,BATTERY,{description},{domestic},26,41.878,-87.726\n")
    };
    let rows = [row(1, "SIMPLE", "false"), row(2, "SIMPLE", "true"), row(3, "DOMESTIC BATTERY SIMPLE", "false")];
    desk.import(&desk.file("a.csv", format!("{header}\n{}", rows.concat())));
    let classes = serde_json::json!([{ "class": "ordinary", "count": 1 }, { "class": "sensitive", "count": 2 }]);
    assert_eq!(desk.count("--by class")["rows"], classes);
    assert_eq!(desk.count("--offence battery")["total"], 3, "one offence, whatever its class");
    assert_eq!(desk.count("--by offence")["rows"][0]["count"], 3);
}

const MAPPING: &str = "dataset = \"mi-ciudad\"\ncrs = 32614\n[columns]\noffence = \"Delito\"\ndate = \"Fecha\"\ntime = \"Hora\"\n\
    longitude = \"X\"\nlatitude = \"Y\"\n[time]\ndate_format = \"%d.%m.%Y\"\nplaceholders = [\"00:00\"]\n";

#[test]
fn any_table_of_points_is_read_by_a_mapping() {
    let rows: [&[&str]; 3] = [
        &["Fecha", "Hora", "Delito", "X", "Y"],
        &["31.12.2021", "21:30", "Robo", "485953.95", "2150262.09"],
        &["01.01.2022", "00:00", "Robo", "485953.95", "2150262.09"],
    ];
    let csv: String = rows.iter().map(|row| row.join(";") + "\n").collect();
    for (name, bytes) in [("a.csv", csv.into_bytes()), ("a.xlsx", xlsx(&rows))] {
        let desk = Desk::new();
        let (file, mapping) = (desk.file(name, bytes), desk.file("mapping.toml", MAPPING));
        let summary = desk.json(["import", "--json", "--mapping", mapping.to_str().unwrap(), file.to_str().unwrap()]);
        assert_eq!(
            (&summary["dataset"], &summary["accepted"]),
            (&serde_json::json!("mi-ciudad"), &serde_json::json!(2)),
            "{name}"
        );
        assert_eq!(summary["flags"], serde_json::json!({ "time_placeholder": 1 }));
        assert_eq!(desk.count("--by hour")["rows"], serde_json::json!([{ "hour": 21, "count": 1 }]));
        assert_eq!(
            desk.count("--by place:municipalities")["rows"][0]["place"],
            "MX-09-015",
            "reprojected from UTM 14N"
        );
    }
}

#[test]
fn geojson_points_are_read_by_a_mapping() {
    let desk = Desk::new();
    let feature = |x: &str| {
        format!(
            "{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{x},19.43]}},\
        \"properties\":{{\"delito\":\"Robo\",\"fecha\":\"2021-05-01T23:30:00Z\"}}}}"
        )
    };
    let line = feature("1").replace("\"Point\"", "\"LineString\"").replace("[1,19.43]", "[[1,2],[3,4]]");
    let text = format!(
        "{{\"name\":[{{\"a\":1}}],\"features\":[{},{},{line},{{\"x\":1}}],\"type\":\"FeatureCollection\"}}",
        feature("-99.13"),
        feature("-99.14")
    );
    let mapping = desk.file(
        "m.toml",
        "dataset = \"g\"\n[columns]\noffence = \"delito\"\ndate = \"fecha\"\nlongitude = \"longitude\"\n\
        latitude = \"latitude\"\n[time]\nzone = \"America/Mexico_City\"\n",
    );
    let file = desk.file("a.geojson", text);
    let summary = desk.json(["import", "--json", "--mapping", mapping.to_str().unwrap(), file.to_str().unwrap()]);
    assert_eq!(summary["accepted"], 2);
    assert_eq!(
        desk.count("--by hour")["rows"],
        serde_json::json!([{ "hour": 18, "count": 2 }]),
        "civil time of the place"
    );
}

#[test]
fn the_printed_template_is_a_mapping() {
    let desk = Desk::new();
    let template = desk.run(["import", "--template"]);
    let mapping = desk.file("mapping.toml", &template.stdout);
    let file = desk.file("a.csv", "delito,fecha,longitud,latitud\nRobo,2021-05-01,-99.13,19.43\n");
    let summary = desk.json(["import", "--json", "--mapping", mapping.to_str().unwrap(), file.to_str().unwrap()]);
    assert_eq!(summary["dataset"], "my-city");
}
