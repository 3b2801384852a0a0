//! Zipped Shapefiles, written by the `shapefile` crate.

use super::{file, has, kinds, options, read_bytes, refusal};
use shapefile::dbase::{FieldName, FieldValue, Record, TableWriterBuilder};
use shapefile::{Point, PointZ, Polygon, PolygonRing, PolygonZ, Polyline, ShapeWriter, Writer};
use std::io::{Cursor, Write};
use tequio_kernel::place::{LayerKind, Shape};
use tequio_territory::{IssueKind, Options, read};

const LCC: &str = r#"PROJCS["MEXICO_ITRF_2008_LCC",GEOGCS["MEXICO_ITRF_2008",DATUM["D_ITRF_2008",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",2500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-102.0],PARAMETER["Standard_Parallel_1",17.5],PARAMETER["Standard_Parallel_2",29.5],PARAMETER["Latitude_Of_Origin",12.0],UNIT["Meter",1.0]]"#;

type Parts = Vec<(&'static str, Vec<u8>)>;

fn name(name: &str) -> FieldName {
    name.try_into().expect("field name")
}

fn ring(x: f64, y: f64, side: f64) -> Vec<Point> {
    [(0.0, 0.0), (0.0, side), (side, side), (side, 0.0), (0.0, 0.0)].map(|(dx, dy)| Point::new(x + dx, y + dy)).to_vec()
}

/// Two areas of the Mexican projection, the first with a lake, with codes and inhabitants.
fn areas() -> Parts {
    let (mut shp, mut shx, mut dbf) = (Cursor::new(vec![]), Cursor::new(vec![]), Cursor::new(vec![]));
    {
        let shapes = ShapeWriter::with_shx(&mut shp, &mut shx);
        let table = TableWriterBuilder::new()
            .add_character_field(name("CVEGEO"), 5)
            .add_character_field(name("NOMGEO"), 30)
            .add_numeric_field(name("POB"), 12, 0)
            .add_float_field(name("CLAVE_F"), 19, 11)
            .build_with_dest(&mut dbf);
        let mut writer = Writer::new(shapes, table);
        let lake: Vec<_> = ring(2_798_020.0, 829_020.0, 10.0).into_iter().rev().collect();
        let first = Polygon::with_rings(vec![
            PolygonRing::Outer(ring(2_798_000.5, 829_000.25, 100.0)),
            PolygonRing::Inner(lake),
        ]);
        let second = Polygon::new(PolygonRing::Outer(ring(2_799_000.0, 829_000.0, 100.0)));
        for (code, place, count, shape) in [("09002", "Álamos", 16_777_217.0, first), ("01001", "Peñón", 5.0, second)]
        {
            let mut record = Record::default();
            record.insert("CVEGEO".to_owned(), FieldValue::Character(Some(code.to_owned())));
            record.insert("NOMGEO".to_owned(), FieldValue::Character(Some(place.to_owned())));
            record.insert("POB".to_owned(), FieldValue::Numeric(Some(count)));
            record.insert("CLAVE_F".to_owned(), FieldValue::Float(Some(7.0)));
            writer.write_shape_and_record(&shape, &record).expect("record");
        }
    }
    vec![
        ("shp", shp.into_inner()),
        ("shx", shx.into_inner()),
        ("dbf", dbf.into_inner()),
        ("prj", LCC.as_bytes().to_vec()),
    ]
}

fn zip(stem: &str, parts: &Parts) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(vec![]));
    add(&mut zip, stem, parts);
    zip.finish().expect("zip").into_inner()
}

fn add(zip: &mut zip::ZipWriter<Cursor<Vec<u8>>>, stem: &str, parts: &Parts) {
    for (extension, bytes) in parts {
        zip.start_file(format!("{stem}.{extension}"), zip::write::SimpleFileOptions::default()).expect("entry");
        zip.write_all(bytes).expect("entry");
    }
}

fn without(parts: &Parts, extension: &str) -> Parts {
    parts.iter().filter(|(part, _)| *part != extension).cloned().collect()
}

#[test]
fn a_shapefile_in_any_folder_of_an_archive_is_read() {
    let options = Options { population: Some(("pob".to_owned(), 2020, "censo".to_owned())), ..options() };
    let (layer, report) = read_bytes(&zip("carpeta/otra/09mun", &areas()), &options).expect("layer");
    assert_eq!((layer.kind, report.crs.as_str(), kinds(&report)), (LayerKind::Areas, "EPSG:6372", vec![]));
    let found: Vec<_> =
        layer.places.iter().map(|place| (place.code.as_str(), place.name.as_str(), place.population[&2020])).collect();
    assert_eq!(found, [("01001", "Peñón", 5), ("09002", "Álamos", 16_777_217)]);
    let Shape::Area(area) = &layer.places[1].shape else { panic!("area") };
    assert_eq!((area.0.len(), area.0[0].interiors().len()), (1, 1));
    let corner = area.0[0].exterior().0[0];
    assert!((corner.x - -99.153_862_127_910_2).abs() < 1e-9 && (corner.y - 19.432_471_490_192_1).abs() < 1e-9);
}

#[test]
fn text_in_latin_1_keeps_its_accents() {
    let mut parts = areas();
    let latin = |bytes: &[u8]| {
        let text: String = String::from_utf8_lossy(bytes).into_owned();
        // The width of the field is in bytes: the blank that latin-1 saves goes at the end.
        let swap = |text: String, word: &str| text.replacen(&format!("{word} "), &format!("{word}  "), 1);
        let padded = swap(swap(swap(text, "Álamos"), "Peñón"), "Peñón");
        padded.chars().map(|letter| letter as u32 as u8).collect::<Vec<u8>>()
    };
    let header = parts[2].1.iter().position(|byte| *byte == 0x0d).expect("end of the fields") + 1;
    let rows = latin(&parts[2].1[header..]);
    parts[2].1.truncate(header);
    parts[2].1.extend(rows);
    for cpg in [None, Some("ISO-8859-1"), Some("1252\r\n")] {
        let mut parts = parts.clone();
        parts.extend(cpg.map(|label| ("cpg", label.as_bytes().to_vec())));
        let (layer, _) = read_bytes(&zip("x", &parts), &options()).expect("layer");
        assert_eq!(layer.places.iter().map(|place| place.name.as_str()).collect::<Vec<_>>(), ["Peñón", "Álamos"]);
    }
    parts.push(("cpg", b"KLINGON-1".to_vec()));
    assert!(refusal(&zip("x", &parts), &options()).contains("KLINGON-1"));
}

#[test]
fn deleted_rows_keep_their_shapes_apart() {
    let mut parts = areas();
    let first_row = usize::from(u16::from_le_bytes([parts[2].1[8], parts[2].1[9]]));
    parts[2].1[first_row] = b'*';
    let (layer, report) = read_bytes(&zip("x", &parts), &options()).expect("layer");
    assert_eq!(layer.places.iter().map(|place| place.code.as_str()).collect::<Vec<_>>(), ["01001"]);
    assert!(matches!(&layer.places[0].shape, Shape::Area(area) if area.0[0].interiors().is_empty()));
    assert!(report.notes.iter().any(|note| note.contains("1 rows are marked as deleted")));
}

#[test]
fn parts_that_are_missing_or_too_many_are_named() {
    let parts = areas();
    assert!(refusal(&zip("x", &without(&parts, "dbf")), &options()).contains("x.shp without its .dbf"));
    assert!(refusal(&zip("x", &without(&parts, "prj")), &options()).contains("--crs"));
    assert!(read_bytes(&zip("x", &without(&parts, "shx")), &options()).is_ok());
    assert!(refusal(&zip("x", &vec![("txt", vec![])]), &options()).contains("holds no .shp"));
    let given = Options { crs: Some(6372), ..options() };
    let (_, report) = read_bytes(&zip("x", &without(&parts, "prj")), &given).expect("given");
    assert!(has(&report, |kind| *kind == IssueKind::MissingCrs));
    let mut both = zip::ZipWriter::new(Cursor::new(vec![]));
    ["a", "__MACOSX/._a", "b"].iter().for_each(|stem| add(&mut both, stem, &parts));
    let words = refusal(&both.finish().expect("zip").into_inner(), &options());
    assert!(words.contains("a.shp, b.shp") && !words.contains("MACOSX"), "{words}");
}

#[test]
fn a_stated_system_is_not_contradicted() {
    let bytes = zip("x", &areas());
    assert!(read_bytes(&bytes, &Options { crs: Some(6372), ..options() }).is_ok());
    assert!(refusal(&bytes, &Options { crs: Some(32614), ..options() }).contains("EPSG:6372"));
    let mut parts = areas();
    parts[3].1 =
        LCC.replace("GRS_1980\",6378137.0,298.257222101", "Clarke_1866\",6378206.4,294.978698214").into_bytes();
    assert!(refusal(&zip("x", &parts), &options()).contains("ellipsoid"));
}

#[test]
fn heights_and_lines_are_read() {
    let ring = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0)].map(|(x, y)| PointZ::new(x, y, 9.0, 0.0)).to_vec();
    let high = PolygonZ::new(PolygonRing::Outer(ring));
    let line = Polyline::with_parts(vec![
        vec![Point::new(0.0, 0.0), Point::new(1.0, 1.0)],
        vec![Point::new(2.0, 0.0), Point::new(3.0, 1.0)],
    ]);
    let wgs84 = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
    let mut table = Cursor::new(vec![]);
    {
        let mut writer = TableWriterBuilder::new().add_numeric_field(name("ID"), 6, 0).build_with_dest(&mut table);
        let mut record = Record::default();
        record.insert("ID".to_owned(), FieldValue::Numeric(Some(8.0)));
        writer.write_record(&record).expect("record");
    }
    let (mut areas, mut lines) = (Cursor::new(vec![]), Cursor::new(vec![]));
    ShapeWriter::new(&mut areas).write_shape(&high).expect("shape");
    ShapeWriter::new(&mut lines).write_shape(&line).expect("shape");
    let bundle = |shp: Cursor<Vec<u8>>| {
        zip("x", &vec![("SHP", shp.into_inner()), ("DBF", table.get_ref().clone()), ("PRJ", wgs84.as_bytes().to_vec())])
    };
    let (layer, report) = read_bytes(&bundle(areas), &options()).expect("areas");
    assert_eq!((layer.places[0].code.as_str(), kinds(&report)), ("8", vec![("8".to_owned(), "3-D geometry", false)]));
    let (layer, _) = read_bytes(&bundle(lines), &options()).expect("lines");
    assert_eq!(layer.places.iter().map(|place| place.code.as_str()).collect::<Vec<_>>(), ["8-1", "8-2"]);
}

#[test]
fn a_damaged_part_is_an_error_at_every_length() {
    let parts = areas();
    for (index, (_, bytes)) in parts.iter().enumerate().take(3) {
        for length in (0..bytes.len()).step_by(7) {
            let mut parts = parts.clone();
            parts[index].1.truncate(length);
            let (_folder, path) = file("x", &zip("x", &parts));
            _ = read(&path, &options()).map(|(layer, _)| assert!(layer.places.len() <= 2));
        }
    }
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_refused() {
    let mut bytes = zip("x", &areas());
    let entry = bytes.windows(4).position(|window| window == b"PK\x01\x02").expect("directory");
    bytes[entry + 24..entry + 28].copy_from_slice(&0xf000_0000_u32.to_le_bytes());
    let words = refusal(&bytes, &options());
    assert!(words.contains("x.shp, unpacked, is larger than the limit of 1024 MiB"), "{words}");
}
