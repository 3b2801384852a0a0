//! The same file gives the same edition, whatever becomes of the way it is read: what is unusual in files, and what was made
//! of it when reading was rows one after the other.

use sha2::{Digest, Sha256};
use std::fs;
use tequio_archive::{DataFolder, IncidentReader};
use tequio_crime_map::import::{Outcome, Request, import};

/// Quotes, doubled, stray and over several lines; damaged letters, blanks, byte-order marks, forms of dates and numbers.
const UNUSUAL: &[u8] = include_bytes!("unusual.csv");
const MAPPING: &str = r#"dataset = "unusual"
territory = "MX-09"
[columns]
id = "folio"
offence = "delito"
date = "fecha"
time = "hora"
longitude = "longitud"
latitude = "latitud"
place = "municipio"
neighbourhood = "colonia"
street = "calle"
[time]
placeholders = ["12:00:00"]
"#;
const CONTENT: &str = "fd8b7f02c7f5d39c3f43103fc0488f60fd9dca990684e35d9ef64896cba91c87";
const REJECTS: &str = "2a4fe109a905e2557f0781806377cdf99ae9a9a29d86f92ad01fbb2aea0e179d";
const INCIDENTS: &str = "1715d8009c3788c6df446452c6173a3eb506cfe2645140866447655dbe826354";

fn imported(content: &[u8], look: impl FnOnce(&DataFolder, &Outcome)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("unusual.csv");
    fs::write(&path, content).expect("space");
    let data = DataFolder::new(folder.path().join("data"));
    let request =
        Request { files: &[path], dataset: None, mapping: Some(MAPPING), now: "2026-11-26T10:00:00Z".to_owned() };
    let outcome = import(&data, &request, &mut |_, _, _| {}).expect("an edition");
    look(&data, &outcome);
}

fn hash(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn unusual_rows_are_read_as_ever() {
    imported(UNUSUAL, |data, outcome| {
        let incidents = IncidentReader::open(&data.incidents_file(&outcome.manifest)).expect("incidents");
        let lines: Vec<String> = incidents.map(|incident| format!("{:?}\n", incident.expect("an incident"))).collect();
        assert_eq!((lines.len(), outcome.manifest.rejected.total), (24, 12));
        assert_eq!(outcome.manifest.content_sha256, CONTENT);
        assert_eq!(hash(fs::read(&outcome.rejects_file).expect("rejects")), REJECTS);
        assert_eq!(hash(lines.concat()), INCIDENTS);
    });
}

/// Far more rows than a piece, or a run of threads, holds: numbered through, rejects in their order.
#[test]
fn rows_of_many_pieces_keep_their_numbers() {
    const TIMES: u64 = 900;
    let (header, rows) = UNUSUAL.split_at(UNUSUAL.iter().position(|byte| *byte == b'\n').expect("a header") + 1);
    let content = [header, &[rows, b"\n"].concat().repeat(usize::try_from(TIMES).expect("small"))].concat();
    imported(&content, |data, outcome| {
        let manifest = &outcome.manifest;
        assert_eq!((manifest.rows, manifest.accepted, manifest.rejected.total), (36 * TIMES, 24 * TIMES, 12 * TIMES));
        let incidents = IncidentReader::open(&data.incidents_file(manifest)).expect("incidents");
        let mut numbers: Vec<u64> = incidents.map(|incident| incident.expect("an incident").row).collect();
        let mut rejects = csv::Reader::from_path(&outcome.rejects_file).expect("rejects");
        let refused: Vec<u64> = rejects
            .byte_records()
            .map(|row| String::from_utf8_lossy(&row.expect("a row")[1]).parse().expect("a number"))
            .collect();
        assert!(refused.is_sorted());
        numbers.extend(refused);
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(1..=36 * TIMES));
    });
}
