//! A thousand changes at random bytes of every kind of file: each is found and named, and nothing panics.

use crate::support::{Desk, Mixer, START, seed};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tequio_archive::ledger::{Ledger, Trust, Witness, verify_folder};

const CHANGES: usize = 1_000;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// The kind of a file: its name, or the folder of a tile.
fn kind(below: &str) -> String {
    match below.strip_prefix("ledger/tile/") {
        Some(rest) => format!("tile/{}", rest.split('/').next().unwrap_or_default()),
        None => below.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

/// A small data folder with every kind of file, and whom to trust about it.
fn folder() -> (Desk, Trust) {
    let desk = Desk::new();
    desk.publish("a", "1", 40);
    desk.store_layer("barrios", "1");
    let witness = Witness::open(&desk.folder.path().join("w"), Some("w1.example.org"), &|| Ok(seed(50))).unwrap();
    let ledger = Ledger::open(&desk.data).unwrap();
    let cosigned = witness.cosign(ledger.checkpoint(), &desk.key(), &[], START + 60).unwrap();
    fs::write(desk.ledger_folder().join("cosigned"), cosigned.to_text()).unwrap();
    desk.publish("a", "2", 41);
    let trust = Trust { witnesses: vec![witness.public().clone()], quorum: 1, ..desk.trust() };
    (desk, trust)
}

fn change(bytes: &mut Vec<u8>, mixer: &mut Mixer) {
    let at = mixer.below(bytes.len());
    match mixer.below(4) {
        0 | 1 => bytes[at] ^= 1 << mixer.below(8),
        2 => bytes[at] = bytes[at].wrapping_add(1 + mixer.below(255) as u8),
        _ => {
            bytes.remove(at);
        }
    }
}

#[test]
fn a_thousand_changes_of_every_kind_of_file_are_found_and_named() {
    let (desk, trust) = folder();
    let root = desk.data.root();
    assert_eq!(verify_folder(root, &trust, &[], &[]).unwrap().report.findings, []);
    let mut paths = Vec::new();
    ["ledger", "datasets", "layers"].iter().for_each(|below| files(&root.join(below), &mut paths));
    let mut kinds: BTreeMap<String, Vec<(PathBuf, String)>> = BTreeMap::new();
    for path in paths {
        let below = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        kinds.entry(kind(&below)).or_default().push((path, below));
    }
    assert!(kinds.len() >= 8, "{:?}", kinds.keys());
    let mut mixer = Mixer(2026);
    for (kind, paths) in &kinds {
        for round in 0..CHANGES {
            let (path, below) = &paths[round % paths.len()];
            let original = fs::read(path).unwrap();
            let mut bytes = original.clone();
            change(&mut bytes, &mut mixer);
            fs::write(path, &bytes).unwrap();
            let report = verify_folder(root, &trust, &[], &[]).unwrap().report;
            // A manifest names its folder, a file of the ledger itself or the entries it covers.
            let folder = below.rsplit_once('/').map_or("", |(folder, _)| folder);
            let named = report
                .findings
                .iter()
                .any(|f| f.path == *below || f.path == folder || (f.path.is_empty() && f.entry.is_some()));
            assert!(bytes == original || named, "{kind}, change {round} of {below}: {:?}", report.findings);
            fs::write(path, &original).unwrap();
        }
        eprintln!("{kind}: {CHANGES} changes of {} files found", paths.len());
    }
}

#[test]
fn every_file_that_is_missing_or_too_many_is_found() {
    let (desk, trust) = folder();
    let root = desk.data.root();
    let mut paths = Vec::new();
    ["ledger", "datasets", "layers"].iter().for_each(|below| files(&root.join(below), &mut paths));
    for path in paths {
        let below = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        let older_tile =
            below.contains(".p/") && !below.ends_with(&format!(".p/{}", Ledger::open(&desk.data).unwrap().size()));
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let findings = verify_folder(root, &trust, &[], &[]).unwrap().report.findings;
        // The partial tiles of earlier sizes are nobody's need: tlog-tiles lets a log delete them.
        assert!(older_tile || !findings.is_empty(), "{below} is missing");
        fs::write(&path, bytes).unwrap();
    }
    for stray in ["ledger/tile/0/junk", "ledger/tile/entries/0", "datasets/a/1/more.csv", "layers/barrios/1/source/x"] {
        fs::create_dir_all(root.join(stray).parent().unwrap()).unwrap();
        fs::write(root.join(stray), "x").unwrap();
        let findings = verify_folder(root, &trust, &[], &[]).unwrap().report.findings;
        assert_eq!(findings.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), [stray]);
        fs::remove_file(root.join(stray)).unwrap();
    }
}

#[test]
fn a_checkpoint_that_claims_any_size_is_refused_quickly() {
    let (desk, trust) = folder();
    let path = desk.ledger_folder().join("checkpoint");
    let text = fs::read_to_string(&path).unwrap();
    for size in ["0", "1", "4", "6", "256", "9007199254740992", "9007199254740993", "18446744073709551615"] {
        let lines: Vec<&str> = text.split('\n').collect();
        let changed = text.replacen(&format!("\n{}\n", lines[1]), &format!("\n{size}\n"), 1);
        fs::write(&path, changed).unwrap();
        assert!(!verify_folder(desk.data.root(), &trust, &[], &[]).unwrap().report.findings.is_empty(), "{size}");
    }
}
