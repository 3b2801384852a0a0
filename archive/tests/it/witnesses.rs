//! Witnesses cosign what continues and nothing else; a reader asks for at least k of n.

use crate::support::{Desk, START, copy, publish, seal_from, seed};
use std::path::Path;
use tequio_archive::DataFolder;
use tequio_archive::ledger::{Checkpoint, FindingKind, Ledger, LedgerError, Trust, Witness, verify_folder};

fn witness(folder: &Path, name: &str, number: u8) -> Witness {
    Witness::open(&folder.join(name), Some(name), &move || Ok(seed(number))).unwrap()
}

/// Signs as a witness who reads the folder.
fn sign(witness: &Witness, desk: &Desk, folder: &Path, time: u64) -> Result<Checkpoint, LedgerError> {
    let ledger = Ledger::open_folder(&folder.join("ledger")).unwrap();
    let seen = witness.seen(&ledger.checkpoint().origin).unwrap();
    let old = seen.map_or(0, |seen| seen.tree.size);
    let proof = ledger.consistency(old.min(ledger.size()), ledger.size()).unwrap();
    witness.cosign(ledger.checkpoint(), &desk.key(), &proof, time)
}

#[test]
fn a_witness_follows_a_log_and_refuses_rollback_and_fork() {
    let desk = Desk::new();
    let w = witness(desk.folder.path(), "w1.example.org", 41);
    desk.publish("a", "1", 3);
    let early = desk.folder.path().join("early");
    copy(desk.data.root(), &early);
    let first = sign(&w, &desk, desk.data.root(), START).unwrap();
    assert_eq!(first.signed_by(w.public()).unwrap(), Some(START));
    desk.publish("a", "2", 3);
    sign(&w, &desk, desk.data.root(), START + 9).unwrap();
    let refused = sign(&w, &desk, &early, START + 10).unwrap_err().to_string();
    assert!(refused.contains("rolled back") && !refused.contains('\n'), "{refused}");
    let forked = DataFolder::new(&early).sealed(seal_from(5_000));
    publish(&forked, "a", "2", 4);
    assert!(sign(&w, &desk, &early, START + 11).unwrap_err().to_string().contains("does not continue"));
    publish(&forked, "a", "3", 4);
    assert!(sign(&w, &desk, &early, START + 12).unwrap_err().to_string().contains("does not continue"));
    // What was refused is not remembered.
    sign(&w, &desk, desk.data.root(), START + 13).unwrap();
    // A proof of other sizes, and a foreign key, are refused.
    let ledger = Ledger::open(&desk.data).unwrap();
    assert!(w.cosign(ledger.checkpoint(), w.public(), &[], START).is_err());
}

#[test]
fn a_witness_keeps_its_key_and_name() {
    let desk = Desk::new();
    let key = witness(desk.folder.path(), "w1.example.org", 41).public().clone();
    assert_eq!(&key, witness(desk.folder.path(), "w1.example.org", 99).public());
    let folder = desk.folder.path().join("w1.example.org");
    assert!(Witness::open(&folder, Some("other"), &|| Ok(seed(1))).is_err());
    let open = Witness::open(&folder, None, &|| Ok(seed(1))).unwrap();
    assert!(Witness::open(&folder, None, &|| Ok(seed(1))).is_err(), "one at a time");
    drop(open);
    assert!(
        Witness::open(&desk.folder.path().join("none"), None, &|| Ok(seed(1)))
            .unwrap_err()
            .to_string()
            .contains("--name")
    );
}

#[test]
fn at_least_k_of_n() {
    let desk = Desk::new();
    desk.publish("a", "1", 3);
    let witnesses: Vec<Witness> =
        (1..=3).map(|n| witness(desk.folder.path(), &format!("w{n}.example.org"), 40 + n)).collect();
    let mut cosigned = Ledger::open(&desk.data).unwrap().checkpoint().clone();
    for w in &witnesses[..2] {
        let signed = sign(w, &desk, desk.data.root(), START + 60).unwrap();
        assert!(signed.same_text(&cosigned));
        cosigned.take_signatures(&signed, w.public());
    }
    std::fs::write(desk.ledger_folder().join("cosigned"), cosigned.to_text()).unwrap();
    let trust =
        |quorum| Trust { witnesses: witnesses.iter().map(|w| w.public().clone()).collect(), quorum, ..desk.trust() };
    let verify = |quorum| verify_folder(desk.data.root(), &trust(quorum), &[], &[]).unwrap().report;
    assert_eq!((verify(2).findings, verify(2).witnesses), (vec![], 2));
    assert_eq!(verify(3).findings.iter().map(|f| f.kind).collect::<Vec<_>>(), [FindingKind::WitnessesMissing]);
    assert!(verify_folder(desk.data.root(), &trust(4), &[], &[]).is_err(), "four of three is no policy");
    // One witness under two names is one.
    let twice = tequio_archive::ledger::SecretKey::from_seed("w9", tequio_archive::ledger::KeyType::Witness, &seed(41))
        .unwrap();
    let mut again = cosigned.clone();
    again.cosign(&twice, START);
    assert_eq!(
        Trust { witnesses: vec![witnesses[0].public().clone(), twice.public().clone()], ..desk.trust() }
            .count_witnesses(&again)
            .unwrap(),
        1
    );
    // A proof goes under the cosigned head, and later entries under the newest.
    desk.publish("a", "2", 3);
    let ledger = Ledger::open(&desk.data).unwrap();
    ledger.prove_entry(1).unwrap().verify(&ledger.leaf(1).unwrap(), &trust(2)).unwrap();
    let last = ledger.size() - 1;
    let refused = ledger.prove_entry(last).unwrap().verify(&ledger.leaf(last).unwrap(), &trust(2)).unwrap_err();
    assert!(refused.to_string().contains("the policy asks for 2"), "{refused}");
    assert!(verify(2).notes.iter().any(|note| note.contains("1 entries are newer")));
}

#[test]
fn a_rollback_of_everything_is_found_against_the_checkpoint_of_a_witness() {
    let desk = Desk::new();
    let w = witness(desk.folder.path(), "w1.example.org", 41);
    desk.publish("a", "1", 3);
    let early = desk.folder.path().join("early");
    copy(desk.data.root(), &early);
    desk.publish("a", "2", 3);
    sign(&w, &desk, desk.data.root(), START + 60).unwrap();
    let seen = w.seen("ledger.example.org").unwrap().unwrap();
    let report = verify_folder(&early, &desk.trust(), &[seen], &[]).unwrap().report;
    assert_eq!(report.findings.iter().map(|f| f.kind).collect::<Vec<_>>(), [FindingKind::RolledBack]);
}

#[test]
fn an_entry_older_than_a_witness_that_saw_the_log_without_it_is_back_dated() {
    let desk = Desk::new();
    desk.publish("a", "1", 3);
    let w = witness(desk.folder.path(), "w1.example.org", 41);
    // The witness sees the log two hours after; an edition is then recorded with the time of the first.
    let cosigned = sign(&w, &desk, desk.data.root(), START + 7_200).unwrap();
    std::fs::write(desk.ledger_folder().join("cosigned"), cosigned.to_text()).unwrap();
    desk.publish("a", "2", 3);
    let trust = Trust { witnesses: vec![w.public().clone()], quorum: 1, ..desk.trust() };
    let report = verify_folder(desk.data.root(), &trust, &[], &[]).unwrap().report;
    let found: Vec<_> = report.findings.iter().map(|f| (f.kind, f.entry)).collect();
    assert_eq!(found, [(FindingKind::EntryBackDated, Some(3))]);
}
