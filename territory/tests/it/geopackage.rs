//! GeoPackage files, made with SQLite.

use super::{has, kinds, options, refused};
use rusqlite::{Connection, params};
use std::path::PathBuf;
use tequio_kernel::place::Shape;
use tequio_territory::{IssueKind, Options, TerritoryError, read};

/// A square of side 100 as WKB, with `dimensions` numbers in each point and the type code given.
fn square(x: f64, y: f64, code: u32, dimensions: usize, little: bool) -> Vec<u8> {
    let number = |value: u32| if little { value.to_le_bytes() } else { value.to_be_bytes() };
    let real = |value: f64| if little { value.to_le_bytes() } else { value.to_be_bytes() };
    let mut bytes = vec![u8::from(little)];
    bytes.extend(number(code));
    if code & 0x2000_0000 != 0 {
        bytes.extend(number(32614));
    }
    bytes.extend(number(1));
    bytes.extend(number(5));
    for (dx, dy) in [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)] {
        bytes.extend(real(x + dx));
        bytes.extend(real(y + dy));
        (2..dimensions).for_each(|_| bytes.extend(real(7.0)));
    }
    bytes
}

fn header(srs_id: i32, flags: u8) -> Vec<u8> {
    let mut bytes = vec![b'G', b'P', 0, flags];
    bytes.extend(if flags & 1 == 1 { srs_id.to_le_bytes() } else { srs_id.to_be_bytes() });
    bytes.extend(vec![0; [0, 32, 48, 48, 64][usize::from(flags >> 1 & 7)]]);
    bytes
}

fn blob(srs_id: i32, flags: u8, wkb: &[u8]) -> Vec<u8> {
    [header(srs_id, flags), wkb.to_vec()].concat()
}

/// A GeoPackage with one table for each name, all with the same rows.
fn package(tables: &[&str], srs: (i32, &str, i64, &str), rows: &[Option<Vec<u8>>]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("ñ 100%?.bin");
    let database = Connection::open(&path).expect("database");
    database
        .execute_batch(
            "create table gpkg_contents(table_name text, data_type text, identifier text, description text, srs_id integer);
             create table gpkg_geometry_columns(table_name text, column_name text, geometry_type_name text, srs_id integer);
             create table gpkg_spatial_ref_sys(srs_name text, srs_id integer, organization text, organization_coordsys_id integer, definition text);",
        )
        .expect("catalogue");
    database
        .execute("insert into gpkg_spatial_ref_sys values ('x', ?1, ?2, ?3, ?4)", params![srs.0, srs.1, srs.2, srs.3])
        .expect("system");
    for table in tables {
        database
            .execute("insert into gpkg_contents values (?1, 'features', ?1, '', ?2)", params![table, srs.0])
            .expect("row");
        database
            .execute("insert into gpkg_geometry_columns values (?1, 'geom', 'POLYGON', ?2)", params![table, srs.0])
            .expect("row");
        let quoted = format!("\"{}\"", table.replace('"', "\"\""));
        database
            .execute_batch(&format!("create table {quoted}(fid integer primary key, geom blob, cvegeo text)"))
            .expect("table");
        for (index, row) in rows.iter().enumerate() {
            let sql = format!("insert into {quoted}(geom, cvegeo) values (?1, ?2)");
            database.execute(&sql, params![row, format!("{:05}", index + 1)]).expect("row");
        }
    }
    (folder, path)
}

const UTM: (i32, &str, i64, &str) = (32614, "EPSG", 32614, "");

#[test]
fn geometry_is_read_in_both_byte_orders_with_and_without_envelope_and_heights() {
    let (x, y) = (482_000.0, 2_147_000.0);
    let apart = |step: usize| x + 1000.0 * step as f64;
    let rows = [
        blob(32614, 0b0001, &square(apart(0), y, 3, 2, true)),
        blob(32614, 0b0000, &square(apart(1), y, 3, 2, false)),
        blob(32614, 0b0011, &square(apart(2), y, 1003, 3, true)),
        blob(32614, 0b1001, &square(apart(3), y, 2003, 3, false)),
        blob(32614, 0b0101, &square(apart(4), y, 3003, 4, true)),
        blob(32614, 0b0111, &square(apart(5), y, 0xA000_0003, 3, true)),
    ];
    let (_folder, path) = package(&["capa \"ñ\""], UTM, &rows.map(Some));
    let (layer, report) = read(&path, &options()).expect("layer");
    let heights = ["00003", "00005", "00006"].map(|code| (code.to_owned(), "3-D geometry", false));
    assert_eq!((layer.places.len(), kinds(&report)), (6, heights.to_vec()));
    for (step, place) in layer.places.iter().enumerate() {
        let Shape::Area(area) = &place.shape else { panic!("area") };
        let corner = area.0[0].exterior().0[0];
        assert!((corner.x - (-99.171_45 + step as f64 * 0.009_52)).abs() < 1e-4, "{step} {corner:?}");
        assert!((corner.y - 19.4172).abs() < 1e-3, "{corner:?}");
    }
}

#[test]
fn empty_geometry_and_damaged_geometry_are_named() {
    let good = square(482_000.0, 2_147_000.0, 3, 2, true);
    let mut huge = good.clone();
    huge[9..13].copy_from_slice(&u32::MAX.to_le_bytes());
    let rows = [
        Some(blob(32614, 1, &good)),
        None,
        Some(blob(32614, 0b1_0001, &[1, 6, 0, 0, 0, 0, 0, 0, 0])),
        Some(blob(32614, 1, &good[..40])),
        Some(blob(32614, 1, &huge)),
        Some(blob(4326, 1, &good)),
        Some(b"not a geometry".to_vec()),
        Some(blob(32614, 1, &[good.clone(), vec![0]].concat())),
    ];
    let (_folder, path) = package(&["capa"], UTM, &rows);
    let found = kinds(&refused(&path, &options()));
    let invalid = |code: &str| (code.to_owned(), "invalid geometry", true);
    let empty = |code: &str| (code.to_owned(), "empty geometry", true);
    let rest = ["00004", "00005", "00006", "00007", "00008"].map(invalid);
    assert_eq!(found, [vec![empty("00002"), empty("00003")], rest.to_vec()].concat());
    let (layer, _) = read(&path, &Options { skip_bad: true, ..options() }).expect("layer");
    assert_eq!(layer.places.len(), 1);
}

#[test]
fn several_layers_need_a_choice() {
    let row = Some(blob(32614, 1, &square(482_000.0, 2_147_000.0, 3, 2, true)));
    let (_folder, path) = package(&["b", "a"], UTM, &[row]);
    let words = read(&path, &options()).expect_err("several").to_string();
    assert!(words.contains("a, b") && words.contains("--table"), "{words}");
    let choice = |table: &str| Options { table: Some(table.to_owned()), ..options() };
    assert!(matches!(read(&path, &choice("c")), Err(TerritoryError::NoTable { .. })));
    assert!(read(&path, &choice("b")).expect("layer").0.source.ends_with("(b)"));
}

#[test]
fn an_undefined_reference_system_must_be_given() {
    let row = Some(blob(-1, 1, &square(482_000.0, 2_147_000.0, 3, 2, true)));
    let (_folder, path) = package(&["a"], (-1, "NONE", -1, "undefined"), &[row]);
    assert!(matches!(read(&path, &options()), Err(TerritoryError::MissingCrs)));
    let (_, report) = read(&path, &Options { crs: Some(32614), ..options() }).expect("layer");
    assert!(has(&report, |kind| *kind == IssueKind::MissingCrs));
}

#[test]
fn a_reference_system_without_a_code_is_known_by_its_text() {
    let text = r#"PROJCS["Mexico ITRF2008 / LCC",GEOGCS["x",DATUM["Mexico_ITRF2008",SPHEROID["GRS 1980",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic_2SP"],PARAMETER["latitude_of_origin",12],PARAMETER["central_meridian",-102],PARAMETER["standard_parallel_1",17.5],PARAMETER["standard_parallel_2",29.5],PARAMETER["false_easting",2500000],PARAMETER["false_northing",0],UNIT["metre",1]]"#;
    let row = Some(blob(100_000, 1, &square(2_798_000.5, 829_000.25, 3, 2, true)));
    let (_folder, path) = package(&["a"], (100_000, "INEGI", 1, text), &[row]);
    let (layer, report) = read(&path, &options()).expect("layer");
    assert_eq!(report.crs, "EPSG:6372");
    let Shape::Area(area) = &layer.places[0].shape else { panic!("area") };
    assert!((area.0[0].exterior().0[0].x - -99.153_862_127_910_2).abs() < 1e-9);
}

#[test]
fn nothing_is_written_beside_the_file() {
    let row = Some(blob(32614, 1, &square(482_000.0, 2_147_000.0, 3, 2, true)));
    let (folder, path) = package(&["a"], UTM, &[row]);
    let before = std::fs::read(&path).expect("file");
    read(&path, &options()).expect("layer");
    assert_eq!(std::fs::read_dir(folder.path()).expect("folder").count(), 1);
    assert_eq!(std::fs::read(&path).expect("file"), before);
}
