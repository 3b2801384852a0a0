//! What it takes, printed: `cargo test -p tequio-archive --test it -- --ignored --nocapture measure`.

use crate::support::{Desk, Mixer, row, row_bytes};
use std::time::{Duration, Instant};
use tequio_archive::ledger::{Entry, EntryKind, FigureProof, Ledger, ROWS_FILE, RowsTree, content_of, verify_log};

const ENTRIES: usize = 100_000;
const ROWS: u64 = 30_000_000;
const PROOFS: usize = 2_000;

fn entries(count: usize) -> Vec<Entry> {
    let entry = |index: usize| Entry {
        kind: EntryKind::Indicator,
        name: "homicide-rate-victims".to_owned(),
        edition: format!("2026-01-{index:08x}"),
        content: content_of(&index.to_be_bytes()),
        rows_root: None,
        published: Some("2026-01-20".to_owned()),
        recorded: crate::support::time(0),
        supersedes: None,
        key: None,
        signature: None,
    };
    (0..count).map(entry).collect()
}

#[test]
#[ignore = "a measurement"]
fn measure_a_hundred_thousand_entries() {
    let desk = Desk::new();
    let lock = desk.data.lock().unwrap();
    let start = Instant::now();
    desk.data.record(&lock, entries(ENTRIES)).unwrap();
    println!("append {ENTRIES} entries in one batch: {:.2} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    for _ in 0..20 {
        desk.data.record(&lock, entries(1)).unwrap();
    }
    println!("append one entry: {:.1} ms", start.elapsed().as_secs_f64() * 50.0);
    let ledger = Ledger::open(&desk.data).unwrap();
    let (mut mixer, mut slowest) = (Mixer(3), Duration::ZERO);
    let start = Instant::now();
    for _ in 0..PROOFS {
        let one = Instant::now();
        let proof = ledger.prove_entry(mixer.next() % ledger.size()).unwrap();
        slowest = slowest.max(one.elapsed());
        assert!(proof.path.len() <= 17);
    }
    let mean = start.elapsed() / PROOFS as u32;
    println!("prove any entry: {mean:?} on average, {slowest:?} at most");
    assert!(mean < Duration::from_millis(1));
    let start = Instant::now();
    let report = verify_log(&desk.ledger_folder(), &desk.trust(), &[]).unwrap().report;
    println!("verify the log: {:.2} s, {} files", start.elapsed().as_secs_f64(), report.files);
    assert_eq!(report.findings, []);
}

#[test]
#[ignore = "a measurement"]
fn measure_thirty_million_rows() {
    let row = |index: u64| {
        format!(
            "{{\"offence\":\"homicidio\",\"period\":\"2026-01\",\"place\":\"{index:010}\",\"value\":{}}}",
            index % 9
        )
    };
    let start = Instant::now();
    let tree = RowsTree::over((0..ROWS).map(row));
    println!("tree over {ROWS} rows: {:.1} s", start.elapsed().as_secs_f64());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(ROWS_FILE);
    tree.write(&path).unwrap();
    println!("{ROWS_FILE}: {} bytes", path.metadata().unwrap().len());
    let start = Instant::now();
    let tree = RowsTree::read(&path).unwrap();
    println!("read it: {:?}", start.elapsed());
    let (mut mixer, mut spent, mut slowest) = (Mixer(4), Duration::ZERO, Duration::ZERO);
    for _ in 0..PROOFS {
        let index = mixer.next() % ROWS;
        let block: Vec<String> = tree.block_of(index).map(row).collect();
        let start = Instant::now();
        let path = tree.prove(index, block).unwrap();
        spent += start.elapsed();
        slowest = slowest.max(start.elapsed());
        assert!(path.path.len() <= 25);
    }
    println!("prove any row: {:?} on average, {slowest:?} at most", spent / PROOFS as u32);
    assert!(spent / (PROOFS as u32) < Duration::from_millis(1));
}

#[test]
#[ignore = "a measurement"]
fn measure_the_size_of_a_figure_proof() {
    for rows in [2_500usize, 250_000] {
        let desk = Desk::new();
        let lock = desk.data.lock().unwrap();
        desk.data.record(&lock, entries(1_000)).unwrap();
        drop(lock);
        desk.publish("a", "1", rows);
        let ledger = Ledger::open(&desk.data).unwrap();
        let tree = RowsTree::read(&desk.data.root().join("datasets/a/1").join(ROWS_FILE)).unwrap();
        let path = tree.prove(77, tree.block_of(77).map(|index| row_bytes("1", index as usize))).unwrap();
        let hashes = path.path.len();
        let proof = FigureProof::make(&ledger, ledger.size() - 1, row("1", 77), path).unwrap();
        let bytes = proof.to_bytes().unwrap().len();
        println!(
            "figure of {rows} rows in a log of {} entries: {bytes} bytes, {hashes} hashes ({} bytes) to the root over the rows",
            ledger.size(),
            hashes * 32
        );
    }
}
