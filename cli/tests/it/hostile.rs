//! What is no table is refused with one clear line, and nothing is stored.

use crate::formats::{xlsx, zip};
use crate::support::{Desk, FGJ_HEADER, fgj};
use std::io::Write as _;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn what_is_no_table_is_refused() {
    let desk = Desk::new();
    let text = fgj(400, 1).into_bytes();
    let (packed, zipped) = (gzip(&text), zip(&[("a.csv", &text)]));
    let sheet = xlsx(&[&["Año", "Entidad", "Enero"], &["2020", "Colima", "3"]]);
    let two = zip(&[("a.csv", &text), ("b.csv", &text)]);
    let nested = zip(&[("a.csv.gz", &packed)]);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty.csv", Vec::new(), "it is empty"),
        ("blank.csv", b" \n\n \n".to_vec(), "it is empty"),
        ("cut.csv.gz", packed[..packed.len() / 2].to_vec(), "truncated"),
        ("cut.zip", zipped[..zipped.len() / 2].to_vec(), "truncated"),
        ("cut.xlsx", sheet[..sheet.len() / 2].to_vec(), "truncated"),
        ("cut.zst", zstd::encode_all(text.as_slice(), 3).unwrap()[..500].to_vec(), "truncated"),
        ("page.csv", b"<!DOCTYPE html><html><body>404</body></html>".to_vec(), "web page"),
        ("page2.csv", b"\n\n  <HTML><head>".to_vec(), "web page"),
        ("doc.csv", b"%PDF-1.7 ...".to_vec(), "PDF"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), ".xls"),
        ("feed.csv", b"<?xml version=\"1.0\"?><rss/>".to_vec(), "XML"),
        ("wide.csv", "\u{feff}a,b".encode_utf16().flat_map(u16::to_le_bytes).collect(), "UTF-16"),
        ("binary.csv", vec![1, 2, 0, 3, 4], "binary"),
        ("zeros.csv", vec![0; 4_000], "binary"),
        ("wide2.csv", "a,b\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect(), "binary"),
        (
            "hole.csv",
            [fgj(20_000, 1).as_bytes(), &[0; 512], fgj(10, 2).as_bytes()].concat(),
            "line 20002 holds a NUL (a zero byte, byte",
        ),
        ("early.csv.gz", gzip(&[fgj(5, 1).as_bytes(), b"\0\n", fgj(400, 2).as_bytes()].concat()), "line 7 holds a NUL"),
        ("other.xlsx", sheet, "no known format has these columns"),
        ("other.csv", b"a,b,c\n1,2,3\n".to_vec(), "no known format has these columns"),
        ("header.csv", format!("{FGJ_HEADER}\n").into_bytes(), "no rows"),
        ("two.zip", two, "exactly one data file"),
        ("none.zip", zip(&[]), "no file"),
        ("nested.zip", nested, "another compressed file"),
        ("bad.csv", format!("{FGJ_HEADER}\nx,y\nz\n").into_bytes(), "none of the 2 rows"),
        ("json.csv", b"{\"a\": 1}".to_vec(), "not a GeoJSON"),
        ("mac.csv", fgj(3, 1).replace('\n', "\r").into_bytes(), "carriage returns"),
    ];
    for (name, bytes, says) in cases {
        desk.refuses(&[], &desk.file(name, bytes), says);
    }
    desk.refuses(&[], &desk.data().join("nowhere.csv"), "cannot be read");
    desk.refuses(&[], desk.data().parent().expect("a folder"), "folder");
}

#[test]
fn a_bomb_is_stopped_early() {
    let desk = Desk::new();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(format!("{FGJ_HEADER}\n").as_bytes()).expect("memory");
    let zeros = vec![b'0'; 1 << 20];
    (0..160).for_each(|_| encoder.write_all(&zeros).expect("memory"));
    desk.refuses(&[], &desk.file("bomb.csv.gz", encoder.finish().expect("memory")), "zip bomb");
}

#[test]
fn a_checksum_inside_a_zip_is_checked() {
    let desk = Desk::new();
    let text = fgj(50, 1);
    let mut bytes = zip(&[("a.csv", text.as_bytes())]);
    // The CRC of the only member stands in its directory entry at the end.
    let entry = bytes.windows(4).rposition(|w| w == b"PK\x01\x02").expect("a directory");
    bytes[entry + 16] ^= 0xff;
    desk.refuses(&[], &desk.file("a.zip", bytes), "truncated or damaged");
}

#[test]
fn mappings_that_mean_nothing_are_refused() {
    let desk = Desk::new();
    let file = desk.file("a.csv", "delito,fecha,longitud,latitud\nRobo,2021-05-01,-99.13,19.43\n");
    let template = String::from_utf8(desk.run(["import", "--template"]).stdout).expect("text");
    for (from, to, says) in [
        ("\"my-city\"", "\"../..\"", "dataset"),
        ("\"delito\"", "\"crimen\"", "crimen"),
        ("# crs = 4326", "crs = 9999", "crs"),
        ("# zone = \"America/Mexico_City\"", "zone = \"Marte/Norte\"", "zone"),
        ("[columns]", "[colunas]", "mapping file"),
    ] {
        let mapping = desk.file("m.toml", template.replace(from, to));
        desk.refuses(&["--mapping", mapping.to_str().unwrap()], &file, says);
    }
}

#[test]
fn questions_that_mean_nothing_are_usage_errors() {
    let desk = Desk::new();
    desk.import(&desk.file("a.csv", fgj(20, 1)));
    for wrong in
        ["--by colour", "--by year,year", "--period ayer", "--bbox 1,2", "--dataset ../x", "--hour 24", "--by cell:99"]
    {
        let output = desk.run(["count"].into_iter().chain(wrong.split(' ')));
        assert_eq!(output.status.code(), Some(2), "{wrong}");
    }
    for wrong in [
        "scan --window 7",
        "hotspots --by year",
        "density --bandwidth wide --by cell:12",
        "near-repeat --by year",
        "indicator compute homicide-rate-deaths --period ayer",
        "indicator compute change --n 0",
        "claim check --value 17 --period ayer",
        "claim check --value many --period 2020",
        "claim check --value 17 --period 2020 --place Puebla",
    ] {
        assert_eq!(desk.run(wrong.split(' ')).status.code(), Some(2), "{wrong}");
    }
    for missing in [
        "--dataset nada",
        "--edition 1999",
        "--by place:barrios",
        "--offence ROBOO",
        "--place MX-99",
        "--by street",
        "--place Atlantis",
    ] {
        let output = desk.run(["count"].into_iter().chain(missing.split(' ')));
        assert_eq!(output.status.code(), Some(1), "{missing}");
        assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1, "{missing}");
    }
}

#[test]
fn a_place_has_a_name_in_every_command_that_says_so() {
    let desk = Desk::new();
    desk.import(&desk.file("a.csv", fgj(20, 1)));
    assert_eq!(desk.count("--place CDMX"), desk.count("--place MX-09"));
    let rate = "indicator compute homicide-rate-deaths --json --place";
    let of = |place: &str| desk.json(rate.split(' ').chain([place]));
    assert_eq!(of("Jalisco"), of("MX-14"));
    let claim = "claim check --json --value 17 --period 2020 --place";
    let of = |place: &str| desk.json(claim.split(' ').chain([place]));
    assert_eq!(of("Jalisco"), of("MX-14"));
}
