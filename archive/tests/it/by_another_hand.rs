//! The same logs, notes and proofs read by others: the crates `tlog_tiles` and `signed_note`, and a Python script that
//! has nothing but hashlib (and `cryptography`, where it is installed).

use crate::support::{Desk, START, seed};
use signed_note::{Note, StandardVerifier, VerifierList};
use std::process::Command;
use tequio_archive::ledger::{
    Entry, EntryKind, Ledger, Levels, TreeHash, Witness, consistency_path, content_of, inclusion_path,
};
use tlog_tiles::{Hash, check_record, check_tree};

fn filled(entries: usize) -> Desk {
    let desk = Desk::new();
    desk.publish("homicidios", "1", 3);
    let lock = desk.data.lock().unwrap();
    let entry = |index: usize| Entry {
        kind: EntryKind::Indicator,
        name: "tasa de homicidio".to_owned(),
        edition: index.to_string(),
        content: content_of(&index.to_be_bytes()),
        rows_root: None,
        published: None,
        recorded: crate::support::time(0),
        supersedes: None,
        key: None,
        signature: None,
    };
    desk.data.record(&lock, (3..entries).map(entry).collect()).unwrap();
    drop(lock);
    desk
}

#[test]
fn tlog_tiles_believes_our_proofs() {
    let leaves: Vec<TreeHash> = (0..300u64).map(|index| TreeHash::of_leaf(&index.to_be_bytes())).collect();
    let levels = Levels::over(leaves.clone());
    let hashes = |path: Vec<TreeHash>| path.into_iter().map(|hash| Hash(hash.0)).collect::<Vec<_>>();
    let root = |size| Hash(levels.root(size).unwrap().0);
    for size in (1..=300).step_by(7) {
        for index in (0..size).step_by(3) {
            let path = hashes(inclusion_path(&levels, index, size).unwrap());
            check_record(&path, size, root(size), index, Hash(leaves[index as usize].0)).unwrap();
        }
        for old in (1..=size).step_by(5) {
            let path = hashes(consistency_path(&levels, old, size).unwrap());
            check_tree(&path, size, root(size), old, root(old)).unwrap();
        }
    }
}

#[test]
fn signed_note_believes_our_checkpoint() {
    let desk = filled(10);
    let text = std::fs::read(desk.ledger_folder().join("checkpoint")).unwrap();
    let verifier = StandardVerifier::new(&desk.key().to_string()).unwrap();
    let note = Note::from_bytes(&text).unwrap();
    let (known, unknown) = note.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
    assert_eq!((known.len(), unknown.len()), (1, 0));
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!((checkpoint.size(), checkpoint.origin()), (10, "ledger.example.org"));
}

#[test]
fn a_script_with_hashlib_finds_the_same_roots() {
    let desk = filled(700);
    let witness = Witness::open(&desk.folder.path().join("w"), Some("w1.example.org"), &|| Ok(seed(50))).unwrap();
    let ledger = Ledger::open(&desk.data).unwrap();
    let cosigned = witness.cosign(ledger.checkpoint(), &desk.key(), &[], START + 60).unwrap();
    std::fs::write(desk.ledger_folder().join("cosigned"), cosigned.to_text()).unwrap();
    let ledger = Ledger::open(&desk.data).unwrap();
    for index in [0, 5, 255, 256, 511, 512, 699] {
        std::fs::write(
            desk.folder.path().join(format!("{index}.tlog-proof")),
            ledger.prove_entry(index).unwrap().to_string(),
        )
        .unwrap();
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/by_another_hand.py");
    let keys = [desk.key().to_string(), witness.public().to_string()];
    let run = Command::new("python3").arg(script).arg(desk.ledger_folder()).arg(desk.folder.path()).args(keys).output();
    let Ok(output) = run else {
        return eprintln!("SKIPPED: there is no python3 here, so no independent program checked the log");
    };
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{error}");
    assert!(out.contains("700 entries, 7 proofs"), "{out}");
    eprint!("{out}");
}
