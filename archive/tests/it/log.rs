//! The log of a data folder: what is published is recorded, killed at any moment or not.

use crate::support::{Desk, built_in, copy, publish, seal_from, time};
use tequio_archive::ledger::{
    Entry, EntryKind, FindingKind, Ledger, LedgerError, Report, TILE_WIDTH, Trust, content_of, verify_folder,
};
use tequio_archive::{ArchiveError, DataFolder};

fn verify(desk: &Desk) -> Report {
    verify_folder(desk.data.root(), &desk.trust(), &[], &built_in()).unwrap().report
}

fn entries(desk: &Desk) -> Vec<Entry> {
    Ledger::open(&desk.data).unwrap().entries().map(Result::unwrap).collect()
}

#[test]
fn what_is_published_is_recorded() {
    let desk = Desk::new();
    let manifest = desk.publish("homicidios", "2026-01-aa", 5);
    desk.store_layer("barrios", "2026");
    desk.publish("homicidios", "2026-02-bb", 6);
    let listed: Vec<(EntryKind, String, Option<String>)> =
        entries(&desk).into_iter().map(|e| (e.kind, format!("{} {}", e.name, e.edition), e.supersedes)).collect();
    let key = format!("ledger.example.org {:08x}", desk.key().id());
    assert_eq!(
        listed,
        [
            (EntryKind::Key, key, None),
            (EntryKind::Taxonomy, "rnid 2026".to_owned(), None),
            (EntryKind::Edition, "homicidios 2026-01-aa".to_owned(), None),
            (EntryKind::Layer, "barrios 2026".to_owned(), None),
            (EntryKind::Edition, "homicidios 2026-02-bb".to_owned(), Some("2026-01-aa".to_owned())),
        ]
    );
    let ledger = Ledger::open(&desk.data).unwrap();
    let index = ledger.find_edition("homicidios", "2026-01-aa").unwrap();
    let bytes = std::fs::read(desk.data.edition_folder(&manifest).join("manifest.json")).unwrap();
    assert_eq!((index, ledger.entry(index).unwrap().content), (2, content_of(&bytes)));
    assert_eq!(ledger.find_edition("homicidios", "otro"), None);
    assert_eq!(verify(&desk).findings, []);
    assert!(!desk.ledger_folder().join("pending").exists());
}

#[test]
fn a_second_writer_is_refused_at_once_and_told_why() {
    let desk = Desk::new();
    let lock = desk.data.lock().unwrap();
    let error = desk.data.lock().unwrap_err();
    assert!(matches!(error, ArchiveError::Busy { .. }));
    let line = error.to_string();
    assert!(line.contains("test, process 1, since 2026-01-01T") && !line.contains('\n'), "{line}");
    drop(lock);
    desk.data.lock().unwrap();
}

#[test]
fn folders_older_than_the_ledger_are_recorded_by_the_next_writer() {
    let desk = Desk::new();
    let unsealed = DataFolder::new(desk.data.root());
    publish(&unsealed, "a", "1", 2);
    publish(&unsealed, "a", "2", 2);
    assert!(matches!(Ledger::open(&desk.data), Err(LedgerError::Absent(_))));
    let missing = verify_folder(desk.data.root(), &Trust::default(), &[], &[]).unwrap().report;
    assert_eq!(missing.findings[0].kind, FindingKind::CheckpointUnreadable);
    desk.data.lock().unwrap();
    let editions: Vec<String> =
        entries(&desk).into_iter().filter(|e| e.kind == EntryKind::Edition).map(|e| e.edition).collect();
    assert_eq!(editions, ["1", "2"]);
    assert_eq!(verify(&desk).findings, []);
}

#[test]
fn an_edition_that_is_being_published_is_called_pending_and_not_damage() {
    let desk = Desk::new();
    desk.publish("a", "1", 2);
    let before = desk.folder.path().join("before");
    copy(desk.data.root(), &before);
    let manifest = desk.publish("a", "2", 2);
    let ledger = Ledger::open(&desk.data).unwrap();
    let leaf = ledger.leaf(ledger.size() - 1).unwrap();
    // The rename is done, the entry is not.
    let interrupted = DataFolder::new(&before).sealed(seal_from(1_000));
    copy(&desk.data.edition_folder(&manifest), &interrupted.edition_folder(&manifest));
    std::fs::write(before.join("ledger/pending"), leaf).unwrap();
    let report = verify_folder(&before, &desk.trust(), &[], &[]).unwrap().report;
    assert_eq!((report.findings, report.pending.as_deref()), (vec![], Some("edition a 2")));
    interrupted.lock().unwrap();
    let report = verify_folder(&before, &desk.trust(), &[], &[]).unwrap().report;
    assert_eq!((report.findings, report.pending, report.size), (vec![], None, ledger.size()));
}

#[test]
fn an_entry_whose_edition_never_came_is_dropped() {
    let desk = Desk::new();
    desk.publish("a", "1", 2);
    let size = Ledger::open(&desk.data).unwrap().size();
    let entry = Entry { edition: "2".to_owned(), ..entries(&desk).pop().unwrap() };
    std::fs::write(desk.ledger_folder().join("pending"), entry.to_bytes().unwrap()).unwrap();
    assert_eq!(verify(&desk).findings, []);
    desk.data.lock().unwrap();
    assert_eq!(Ledger::open(&desk.data).unwrap().size(), size);
    assert!(!desk.ledger_folder().join("pending").exists());
}

/// Every file that an append writes, dropped from the last on: the log is the one before, and goes on.
#[test]
fn an_append_that_was_killed_leaves_the_log_before() {
    let desk = Desk::new();
    fill(&desk, 250);
    let before = std::fs::read(desk.ledger_folder().join("checkpoint")).unwrap();
    fill(&desk, 20);
    // All tiles of 270 entries are there, the checkpoint is not.
    std::fs::write(desk.ledger_folder().join("checkpoint"), before).unwrap();
    let report = verify(&desk);
    // The partial tiles of 250 went when the tile was full; the full ones, cut, take their place.
    assert_eq!(report.findings, []);
    assert!(report.notes.iter().any(|note| note.contains("beyond the checkpoint")));
    fill(&desk, 3);
    let report = verify(&desk);
    assert_eq!((report.findings, report.size), (vec![], 253));
    fill(&desk, 30);
    let report = verify(&desk);
    assert_eq!((report.findings, report.size), (vec![], 283));
}

/// Records corrections until the log has so many entries more.
fn fill(desk: &Desk, count: usize) {
    let lock = desk.data.lock().unwrap();
    let size = Ledger::open(&desk.data).unwrap().size();
    let entry = |index| Entry {
        kind: EntryKind::Correction,
        name: "a".to_owned(),
        edition: format!("{index}"),
        content: content_of(b"x"),
        rows_root: None,
        published: None,
        recorded: time(0),
        supersedes: None,
        key: None,
        signature: None,
    };
    // A log that was just begun has two entries already.
    let wanted = if size == 2 { count - 2 } else { count };
    desk.data.record(&lock, (0..wanted).map(entry).collect()).unwrap();
}

#[test]
fn logs_of_every_size_around_a_tile_verify_and_prove() {
    let desk = Desk::new();
    fill(&desk, 253);
    for _ in 0..6 {
        fill(&desk, 1);
        let ledger = Ledger::open(&desk.data).unwrap();
        assert_eq!(verify(&desk).findings, []);
        for index in [0, 1, 127, 252, ledger.size() - 1] {
            let proof = ledger.prove_entry(index).unwrap();
            proof.verify(&ledger.leaf(index).unwrap(), &desk.trust()).unwrap();
            assert!(proof.verify(&ledger.leaf(2).unwrap(), &desk.trust()).is_err() || index == 2);
        }
    }
    assert!(desk.ledger_folder().join("tile/0/000").is_file() && desk.ledger_folder().join("tile/1/000.p/1").is_file());
    assert!(!desk.ledger_folder().join("tile/0/000.p").exists(), "{TILE_WIDTH} hashes make the partial tiles needless");
    let ledger = Ledger::open(&desk.data).unwrap();
    assert!(matches!(ledger.prove_entry(ledger.size()), Err(LedgerError::OutOfRange { .. })));
    assert!(ledger.consistency(3, ledger.size() + 1).is_err());
}

#[test]
fn a_clock_that_is_behind_is_refused_before_anything_is_published() {
    let desk = Desk::new();
    desk.publish("a", "1", 2);
    let behind = DataFolder::new(desk.data.root()).sealed(seal_from(0));
    let error = behind.lock().unwrap_err().to_string();
    assert!(error.contains("set the clock"), "{error}");
    let mut seal = seal_from(0);
    seal.now = Box::new(|| "yesterday".to_owned());
    assert!(DataFolder::new(desk.data.root()).sealed(seal).lock().is_err());
}

#[test]
fn another_content_of_something_built_in_is_a_correction() {
    let desk = Desk::new();
    desk.data.lock().unwrap();
    let other = || {
        let mut other = built_in();
        other[0].sha256 = content_of(b"corrected")[7..].to_owned();
        other
    };
    let mut seal = seal_from(1_000);
    seal.built_in = other;
    let data = DataFolder::new(desk.data.root()).sealed(seal);
    data.lock().unwrap();
    data.lock().unwrap();
    let last = entries(&desk);
    assert_eq!(
        (last.len(), last[2].kind, last[2].supersedes.as_ref()),
        (3, EntryKind::Correction, Some(&last[1].content))
    );
    assert_eq!(verify_folder(data.root(), &desk.trust(), &[], &other()).unwrap().report.findings, []);
    assert_eq!(verify(&desk).first_bad_entry(), Some(2));
}
