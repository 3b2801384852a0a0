//! Histories that were changed by one who holds the key: what tiles and signatures cannot show, time and memory do.

use crate::support::{Desk, copy, seal_from};
use std::path::Path;
use tequio_archive::DataFolder;
use tequio_archive::ledger::{Checkpoint, Finding, FindingKind, Ledger, verify_folder, verify_log};

fn checkpoint(desk: &Desk) -> Checkpoint {
    Ledger::open(&desk.data).unwrap().checkpoint().clone()
}

fn kinds(findings: &[Finding]) -> Vec<FindingKind> {
    findings.iter().map(|finding| finding.kind).collect()
}

/// A desk with three editions, and a copy of its folder after the first.
fn two_states() -> (Desk, std::path::PathBuf) {
    let desk = Desk::new();
    desk.publish("a", "1", 4);
    let early = desk.folder.path().join("early");
    copy(desk.data.root(), &early);
    desk.publish("a", "2", 4);
    desk.publish("a", "3", 4);
    (desk, early)
}

/// Another history from the early state on, signed with the same key.
fn fork(early: &Path, editions: &[&str]) -> DataFolder {
    let data = DataFolder::new(early).sealed(seal_from(10_000));
    editions.iter().for_each(|edition| {
        crate::support::publish(&data, "a", edition, 5);
    });
    data
}

#[test]
fn a_rollback_of_the_whole_folder_is_found() {
    let (desk, early) = two_states();
    let seen = checkpoint(&desk);
    assert_eq!(verify_folder(&early, &desk.trust(), &[], &[]).unwrap().report.findings, [], "by itself it looks well");
    let report = verify_folder(&early, &desk.trust(), std::slice::from_ref(&seen), &[]).unwrap().report;
    assert_eq!((kinds(&report.findings), report.first_bad_entry()), (vec![FindingKind::RolledBack], Some(3)));
}

#[test]
fn two_views_of_one_size_are_found() {
    let (desk, early) = two_states();
    fork(&early, &["2", "3"]);
    let report = verify_folder(&early, &desk.trust(), &[checkpoint(&desk)], &[]).unwrap().report;
    assert_eq!(kinds(&report.findings), [FindingKind::SplitView]);
}

#[test]
fn a_rewritten_history_is_found_and_the_first_entry_it_can_begin_at() {
    let (desk, early) = two_states();
    let first = Ledger::open_folder(&early.join("ledger")).unwrap().checkpoint().clone();
    fork(&early, &["2", "3", "4"]);
    let report = verify_folder(&early, &desk.trust(), &[checkpoint(&desk), first.clone()], &[]).unwrap().report;
    assert_eq!(
        (kinds(&report.findings), report.first_bad_entry()),
        (vec![FindingKind::HistoryRewritten], Some(first.tree.size))
    );
}

#[test]
fn an_edition_that_was_dropped_with_its_folder_is_found() {
    let (desk, early) = two_states();
    std::fs::remove_dir_all(desk.data.root().join("datasets/a/2")).unwrap();
    let report = verify_folder(desk.data.root(), &desk.trust(), &[], &[]).unwrap().report;
    assert_eq!((kinds(&report.findings), report.first_bad_entry()), (vec![FindingKind::EditionMissing], Some(3)));
    // A new log without it: the next edition still says what it superseded.
    let forged = desk.folder.path().join("forged");
    let data = DataFolder::new(&forged).sealed(seal_from(20_000));
    copy(&desk.data.root().join("datasets/a/1"), &forged.join("datasets/a/1"));
    copy(&desk.data.root().join("datasets/a/3"), &forged.join("datasets/a/3"));
    data.lock().unwrap();
    let report = verify_folder(&forged, &Default::default(), &[], &[]).unwrap().report;
    assert_eq!((kinds(&report.findings), report.first_bad_entry()), (vec![FindingKind::EditionDropped], Some(3)));
    drop(early);
}

#[test]
fn an_edition_that_nobody_recorded_is_found() {
    let (desk, _) = two_states();
    copy(&desk.data.root().join("datasets/a/1"), &desk.data.root().join("datasets/b/1"));
    let report = verify_folder(desk.data.root(), &desk.trust(), &[], &[]).unwrap().report;
    assert_eq!(kinds(&report.findings), [FindingKind::EditionUnrecorded]);
    assert!(report.findings[0].path.ends_with("datasets/b/1"));
}

#[test]
fn an_entry_that_is_recorded_back_in_time_is_found() {
    // A log that was made by hand with the right key: its second edition is older than its first.
    let desk = Desk::new();
    desk.publish("a", "1", 4);
    let keys = tequio_archive::ledger::KeyFolder::new(desk.data.root().join("keys"));
    let key = keys.log_key().unwrap();
    let ledger = Ledger::open(&desk.data).unwrap();
    let mut entries: Vec<_> = ledger.entries().map(Result::unwrap).collect();
    entries[2].recorded = "2025-06-01T00:00:00Z".to_owned();
    write_log(&desk.ledger_folder(), &entries, &key);
    let report = verify_log(&desk.ledger_folder(), &desk.trust(), &[]).unwrap().report;
    assert_eq!((kinds(&report.findings), report.first_bad_entry()), (vec![FindingKind::EntryBackDated], Some(2)));
}

/// Writes a log of fewer than 256 entries as anybody could, without the code that refuses what is wrong.
pub fn write_log(folder: &Path, entries: &[tequio_archive::ledger::Entry], key: &tequio_archive::ledger::SecretKey) {
    use tequio_archive::ledger::{Levels, Tree, TreeHash};
    let leaves: Vec<Vec<u8>> = entries.iter().map(|entry| entry.to_bytes().unwrap()).collect();
    let hashes: Vec<TreeHash> = leaves.iter().map(|leaf| TreeHash::of_leaf(leaf)).collect();
    let bundle: Vec<u8> =
        leaves.iter().flat_map(|leaf| [&(leaf.len() as u16).to_be_bytes()[..], leaf].concat()).collect();
    let width = leaves.len();
    std::fs::remove_dir_all(folder.join("tile")).unwrap();
    for (kind, bytes) in [("0", hashes.iter().flat_map(|hash| hash.0).collect()), ("entries", bundle)] {
        let partial = folder.join(format!("tile/{kind}/000.p"));
        std::fs::create_dir_all(&partial).unwrap();
        std::fs::write(partial.join(width.to_string()), bytes).unwrap();
    }
    let root = Levels::over(hashes).root(width as u64).unwrap();
    let checkpoint = Checkpoint::sign(Tree { size: width as u64, root }, key);
    std::fs::write(folder.join("checkpoint"), checkpoint.to_text()).unwrap();
}

#[test]
fn a_checkpoint_of_another_log_is_no_view_of_this_one() {
    let (desk, _) = two_states();
    let other = tequio_archive::ledger::SecretKey::from_seed(
        "other.example.org",
        tequio_archive::ledger::KeyType::Log,
        &[4; 32],
    )
    .unwrap();
    let tree = checkpoint(&desk).tree;
    let error =
        verify_log(&desk.ledger_folder(), &desk.trust(), &[Checkpoint::sign(tree, &other)]).unwrap_err().to_string();
    assert!(error.contains("other.example.org"), "{error}");
    // Of the same name and signed by a stranger: it accuses nobody.
    let stranger = tequio_archive::ledger::SecretKey::from_seed(
        "ledger.example.org",
        tequio_archive::ledger::KeyType::Log,
        &[4; 32],
    )
    .unwrap();
    assert!(verify_log(&desk.ledger_folder(), &desk.trust(), &[Checkpoint::sign(tree, &stranger)]).is_err());
}
