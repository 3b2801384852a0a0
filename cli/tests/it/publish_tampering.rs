//! A thousand changes to a publication, one at a time: each is found and its file is named, and nothing panics.

use crate::publish::{files, published};
use std::collections::BTreeMap;
use std::path::Path;
use tequio_archive::ledger::{Finding, PublicKey, Trust, verify_folder};
use tequio_crime_indicators::publish::recompute;

const CHANGES: usize = 1_000;

fn findings(folder: &Path, key: &PublicKey) -> Vec<Finding> {
    let mut verification = verify_folder(folder, &Trust::in_key(key.clone()), &[], &[]).unwrap();
    recompute(folder, &mut verification).unwrap();
    verification.report.findings
}

/// The same without computing indicators anew, which takes most of the time.
fn findings_of_files(folder: &Path, key: &PublicKey) -> Vec<Finding> {
    verify_folder(folder, &Trust::in_key(key.clone()), &[], &[]).unwrap().report.findings
}

/// Every so many changes indicators are computed anew from what is left.
const RECOMPUTED: usize = 20;

/// Numbers that look drawn and are the same in every run (splitmix64).
fn draw(state: &mut u64) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 27)) as usize % (1 << 40)
}

/// Changes a byte, cuts the end off, or adds to it.
fn change(bytes: &[u8], state: &mut u64) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    let at = draw(state) % bytes.len();
    match draw(state) % 8 {
        0 => changed.truncate(at),
        1 => changed.push(draw(state) as u8),
        2 => {
            changed.remove(at);
        }
        _ => changed[at] ^= 1 << (draw(state) % 8),
    }
    changed
}

/// Files that are changed equally often: all of one kind are one.
fn kind_of(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap();
    match path.split('/').next().unwrap() {
        "ledger" => path.split('/').take(3).collect::<Vec<_>>().join("/"),
        "indicators" => format!("indicators/*.{}", name.rsplit('.').next().unwrap()),
        _ => name.to_owned(),
    }
}

#[test]
fn a_thousand_changes_are_found_and_named() {
    let (_desk, folder, _, key) = published();
    let key = PublicKey::parse(&key).unwrap();
    assert_eq!(findings(&folder, &key), []);
    let mut by_kind: BTreeMap<String, Vec<(String, Vec<u8>)>> = BTreeMap::new();
    let all = files(&folder).into_iter().filter(|(_, bytes)| !bytes.is_empty());
    all.for_each(|file| by_kind.entry(kind_of(&file.0)).or_default().push(file));
    assert!(by_kind.len() >= 17, "{:?}", by_kind.keys());
    let kinds: Vec<&Vec<(String, Vec<u8>)>> = by_kind.values().collect();
    let mut state = 1;
    for round in 0..CHANGES {
        let of_kind = kinds[round % kinds.len()];
        let (path, bytes) = &of_kind[draw(&mut state) % of_kind.len()];
        let changed = change(bytes, &mut state);
        std::fs::write(folder.join(path), &changed).unwrap();
        let found = if round % RECOMPUTED == 0 { findings(&folder, &key) } else { findings_of_files(&folder, &key) };
        // A head that cannot be trusted says so of the checkpoint; everything else is named by its path.
        let named = found.iter().any(|finding| finding.path == *path);
        assert!(named, "round {round}: a change of {path} is not named: {found:?}");
        std::fs::write(folder.join(path), bytes).unwrap();
    }
    assert_eq!(findings(&folder, &key), []);
}

#[test]
fn a_file_that_is_gone_or_too_many_is_named() {
    let (_desk, folder, _, key) = published();
    let key = PublicKey::parse(&key).unwrap();
    for (path, bytes) in files(&folder) {
        std::fs::remove_file(folder.join(&path)).unwrap();
        let found = findings_of_files(&folder, &key);
        let is_named =
            found.iter().any(|finding| finding.path == path || path.starts_with(&format!("{}/", finding.path)));
        assert!(is_named, "{path}: {found:?}");
        std::fs::write(folder.join(&path), bytes).unwrap();
    }
    let edition =
        files(&folder).into_iter().find_map(|(path, _)| path.strip_suffix("/rows.tree").map(str::to_owned)).unwrap();
    for path in [
        "x",
        "ledger/pending",
        "ledger/tile/x",
        "indicators/x/y.json",
        &format!("{edition}/rejects.csv"),
        &format!("{edition}/x"),
    ] {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "x").unwrap();
        let found = findings_of_files(&folder, &key);
        assert!(found.iter().any(|finding| finding.path == path), "{path}: {found:?}");
        std::fs::remove_file(file).unwrap();
    }
}
