//! Whatever a file holds: rows = accepted + rejected, or the file is refused; never a panic.

use proptest::prelude::*;
use tequio_archive::{DataFolder, IncidentReader, check};
use tequio_crime_map::import::{Request, import};

const HEADERS: [&str; 3] = [
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context",
    "ID,Date,Block,IUCR,Primary Type,Description,Community Area,Latitude,Longitude",
    "delito;fecha;longitud;latitud",
];

/// Fields that are nearly right, and some that are not.
fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("2019-01".to_owned()),
        Just("12/06/2013 06:25:00 PM".to_owned()),
        Just("Robo".to_owned()),
        (-200.0..200.0f64).prop_map(|number| number.to_string()),
        "[a-zñ\",;'\r\n ]{0,12}",
        "\\PC{0,6}",
    ]
}

fn row(width: usize) -> impl Strategy<Value = Vec<String>> {
    prop_oneof![8 => prop::collection::vec(field(), width), 1 => prop::collection::vec(field(), 0..width + 3)]
}

fn outcome(header: &str, body: &[u8], mapping: Option<&str>) -> Option<(u64, u64, u64)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("input.csv");
    std::fs::write(&path, [header.as_bytes(), b"\n", body].concat()).expect("space");
    let data = DataFolder::new(folder.path().join("data"));
    let request = Request { files: &[path], dataset: None, mapping, now: String::new() };
    let Ok(outcome) = import(&data, &request, &mut |_, _, _| {}) else {
        assert!(!data.root().join("datasets").exists(), "nothing is stored of what is refused");
        return None;
    };
    let manifest = outcome.manifest;
    assert!(check(&data).expect("a check").damages.is_empty());
    let incidents = IncidentReader::open(&data.incidents_file(&manifest)).expect("incidents");
    let read: Vec<_> = incidents.collect::<Result<_, _>>().expect("incidents");
    assert_eq!(read.len() as u64, manifest.accepted);
    let rejects = std::fs::read(&outcome.rejects_file).expect("rejects");
    let listed = csv::Reader::from_reader(rejects.as_slice()).byte_records().count() as u64;
    assert_eq!(listed, manifest.rejected.total);
    Some((manifest.rows, manifest.accepted, manifest.rejected.total))
}

const MAPPING: &str = "dataset = \"p\"\n[columns]\noffence = \"delito\"\ndate = \"fecha\"\nlongitude = \"longitud\"\nlatitude = \"latitud\"\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn tables_add_up(kind in 0usize..3, rows in prop::collection::vec(row(12), 1..30), quoted in any::<bool>()) {
        let header = HEADERS[kind];
        let delimiter = if kind == 2 { ';' } else { ',' };
        let width = header.split(delimiter).count();
        let mut body = Vec::new();
        for row in &rows {
            let fields = &row[..row.len().min(width)];
            let text = |f: &String| if quoted { format!("\"{}\"", f.replace('"', "\"\"")) } else { f.clone() };
            body.extend(fields.iter().map(text).collect::<Vec<_>>().join(&delimiter.to_string()).into_bytes());
            body.push(b'\n');
        }
        let mapping = (kind == 2).then_some(MAPPING);
        if let Some((rows, accepted, rejected)) = outcome(header, &body, mapping) {
            prop_assert_eq!(rows, accepted + rejected);
        }
    }

    #[test]
    fn bytes_add_up(kind in 0usize..2, bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        if let Some((rows, accepted, rejected)) = outcome(HEADERS[kind], &bytes, None) {
            prop_assert_eq!(rows, accepted + rejected);
        }
    }
}
