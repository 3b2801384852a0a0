//! Files that are not what they should be: a clear line, never a panic.

use super::{options, read_bytes, refusal};
use proptest::prelude::*;
use tequio_territory::{TerritoryError, check_wkb, read};

#[test]
fn what_is_of_no_known_format_is_told_apart() {
    for (bytes, words) in [
        (&b""[..], "the file is empty"),
        (b"  \n", "the file is empty"),
        (b"<!DOCTYPE html><html>404</html>", "web page"),
        (b"<?xml version='1.0'?><kml/>", "XML"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"\0\0\x27\x0a\0\0\0\0", "bare .shp"),
        (b"PK\x05\x06\0\0", "archive is empty"),
        (b"a,b\n1,2\n", "no known format"),
        (b"[1,2]", "JSON list"),
    ] {
        let text = refusal(bytes, &options());
        assert!(text.contains(words) && text.contains("give a GeoPackage"), "{text}");
    }
    assert!(matches!(read(&std::env::temp_dir(), &options()), Err(TerritoryError::Unrecognised { .. })));
    assert!(matches!(read("/no/such/file".as_ref(), &options()), Err(TerritoryError::Io { .. })));
}

#[test]
fn beginnings_of_known_formats_without_the_rest_are_damaged() {
    let deep = "[".repeat(100_000);
    let deep = format!("{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":{deep}");
    for bytes in [
        &b"SQLite format 3\0"[..],
        b"PK\x03\x04\0\0\0\0",
        b"{\"type\":\"FeatureCollection\",\"features\":[",
        b"{\"type\":\"Topology\",\"objects\":{}}",
        b"{\"type\":\"Polygon\",\"coordinates\":[]}",
        b"{}",
        b"\0\0\0\x0d\x0a\x09OSMHeader",
        b"\0\0\0\x0d\x0a\x09OSMHeader\x18\xff\xff\xff\xff\x07",
        deep.as_bytes(),
    ] {
        let text = refusal(bytes, &options());
        assert!(text.contains("damaged") || text.contains("no area"), "{text}");
    }
}

#[test]
fn a_database_that_is_not_a_geopackage_says_so() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("x.gpkg");
    rusqlite::Connection::open(&path)
        .and_then(|database| database.execute_batch("create table t(a)"))
        .expect("database");
    let words = read(&path, &options()).expect_err("refused").to_string();
    assert!(words.contains("without the tables of a GeoPackage"), "{words}");
}

/// A valid WKB polygon to damage.
fn polygon() -> Vec<u8> {
    let mut bytes = vec![1, 3, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0];
    for ordinate in [0.0_f64, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0] {
        bytes.extend(ordinate.to_le_bytes());
    }
    bytes
}

proptest! {
    #[test]
    fn any_bytes_of_geometry_have_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        _ = check_wkb(&bytes);
        _ = check_wkb(&[&b"GP\0\x01\0\0\0\0"[..], &bytes].concat());
        _ = check_wkb(&[&[1, 6, 0, 0, 0, 1, 0, 0, 0][..], &bytes].concat());
    }

    #[test]
    fn a_geometry_with_some_bytes_changed_has_an_answer(changes in prop::collection::vec((0..77_usize, any::<u8>()), 1..6)) {
        let mut bytes = polygon();
        for (index, value) in changes {
            bytes[index] = value;
        }
        _ = check_wkb(&bytes);
    }

    #[test]
    fn any_file_has_an_answer(start in 0..4_usize, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let starts = [&b"PK\x03\x04"[..], b"SQLite format 3\0", b"\0\0\0\x0e\x0a\x09OSMHeader\x18", b"{"];
        prop_assert!(read_bytes(&[starts[start], &bytes].concat(), &options()).is_err());
    }
}
