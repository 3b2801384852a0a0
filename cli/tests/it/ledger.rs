//! The ledger as an operator, a reader and a witness use it.

use crate::support::{Desk, fgj};
use std::path::{Path, PathBuf};
use std::process::Output;

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Succeeds and answers what was printed.
fn ok(output: Output) -> String {
    assert!(output.status.success(), "{}{}", out(&output), error(&output));
    out(&output)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for found in std::fs::read_dir(from).unwrap() {
        let found = found.unwrap();
        let target = to.join(found.file_name());
        if found.path().is_dir() {
            copy(&found.path(), &target)
        } else {
            std::fs::copy(found.path(), target).map(|_| ()).unwrap()
        }
    }
}

/// A desk with two editions, and a folder beside it with what is public: no keys.
fn published() -> (Desk, PathBuf, String) {
    let desk = Desk::new();
    desk.import(&desk.file("a.csv", fgj(200, 1)));
    desk.import(&desk.file("a.csv", fgj(210, 1)));
    let mirror = desk.data().parent().unwrap().join("mirror");
    ["ledger", "datasets"].iter().for_each(|below| copy(&desk.data().join(below), &mirror.join(below)));
    let key = desk.json(["ledger", "show", "--json"])["key"].as_str().unwrap().to_owned();
    (desk, mirror, key)
}

/// Entries of the log: the key, three layers, eight classifications, two editions.
const SIZE: usize = 14;
/// The last of them.
const LAST: usize = SIZE - 1;

#[test]
fn what_was_imported_is_in_the_ledger_and_verifies() {
    let (desk, mirror, key) = published();
    let shown = desk.json(["ledger", "show", "--json"]);
    let kinds: Vec<&str> =
        shown["entries"].as_array().unwrap().iter().map(|e| e["entry"]["kind"].as_str().unwrap()).collect();
    let taxonomies = kinds.iter().filter(|kind| **kind == "taxonomy").count();
    assert_eq!(kinds[..4], ["key", "layer", "layer", "layer"]);
    assert_eq!((taxonomies, kinds.len()), (8, SIZE));
    assert_eq!(kinds[LAST - 1..], ["edition", "edition"]);
    let edition = desk.editions("fgj-cdmx")[0].clone();
    assert_eq!(shown["entries"][LAST]["entry"]["edition"], edition.as_str());
    assert!(ok(desk.run(["verify"])).contains(&format!("{SIZE} entries")));
    // Another machine with nothing else gives the same answer.
    let other = Desk::new();
    let same = ok(other.run(["verify", mirror.to_str().unwrap(), "--key", &key]));
    assert!(same.contains("nothing is wrong"), "{same}");
    assert!(
        ok(other.run(["verify", mirror.join("ledger").to_str().unwrap(), "--key", &key])).contains("nothing is wrong")
    );
    assert!(ok(other.run(["verify", mirror.to_str().unwrap()])).contains("no key was given"));
    let foreign = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let output = other.run(["verify", mirror.to_str().unwrap(), "--key", foreign]);
    assert_eq!(
        (output.status.code(), out(&output).contains("checkpoint foreign")),
        (Some(1), true),
        "{}",
        out(&output)
    );
}

#[test]
fn tampering_is_found_and_the_first_bad_entry_named() {
    let (desk, mirror, key) = published();
    let old = desk.editions("fgj-cdmx")[1].clone();
    let rejects = mirror.join("datasets/fgj-cdmx").join(&old).join("rejects.csv");
    let mut bytes = std::fs::read(&rejects).unwrap();
    bytes[0] ^= 1;
    std::fs::write(&rejects, bytes).unwrap();
    let output = desk.run(["verify", mirror.to_str().unwrap(), "--key", &key]);
    let text = out(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text.contains(&format!("file changed: entry {}: datasets/fgj-cdmx", LAST - 1))
            && text.contains(&format!("the first bad entry is {}", LAST - 1)),
        "{text}"
    );
    std::fs::remove_dir_all(mirror.join("datasets/fgj-cdmx").join(&old)).unwrap();
    let output = desk.run(["verify", mirror.to_str().unwrap(), "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["verified"], &report["first_bad_entry"]), (&false.into(), &(LAST - 1).into()));
    assert_eq!(report["findings"][0]["kind"], "edition_missing");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_proof_is_verified_offline() {
    let (desk, _, key) = published();
    let file = desk.data().parent().unwrap().join("6.tlog-proof");
    let path = file.to_str().unwrap();
    let edition = desk.editions("fgj-cdmx")[0].clone();
    ok(desk.run(["ledger", "prove", "--dataset", "fgj-cdmx", "--edition", &edition, "--out", path]));
    let other = Desk::new();
    let verified = ok(other.run(["verify", path, "--key", &key]));
    assert!(verified.contains(&format!("entry {LAST} of the {SIZE}")) && verified.contains(&edition), "{verified}");
    let output = other.run(["verify", path]);
    assert_eq!((output.status.code(), error(&output).lines().count()), (Some(1), 1), "{}", error(&output));
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(&format!("index {LAST}"), &format!("index {}", LAST - 1))).unwrap();
    let output = other.run(["verify", path, "--key", &key]);
    assert!(
        output.status.code() == Some(1) && error(&output).contains("does not lead to the root"),
        "{}",
        error(&output)
    );
    assert_eq!(ok(desk.run(["ledger", "consistency", &SIZE.to_string()])), "");
    assert!(!ok(desk.run(["ledger", "consistency", "3", &SIZE.to_string()])).is_empty());
    assert_eq!(desk.run(["ledger", "consistency", "3", &(SIZE + 1).to_string()]).status.code(), Some(1));
    assert_eq!(desk.run(["ledger", "prove", &SIZE.to_string()]).status.code(), Some(1));
}

#[test]
fn a_key_is_rotated_and_those_who_knew_the_old_one_follow() {
    let (desk, _, key) = published();
    let printed = ok(desk.run(["ledger", "rotate"]));
    assert!(printed.starts_with(&format!("entry {SIZE} hands the log over")), "{printed}");
    desk.import(&desk.file("b.csv", fgj(50, 2)));
    assert!(ok(desk.run(["verify"])).contains("nothing is wrong"));
    let data = desk.data();
    assert!(ok(Desk::new().run(["verify", data.to_str().unwrap(), "--key", &key])).contains("nothing is wrong"));
}

#[test]
fn a_witness_cosigns_and_finds_a_rollback_of_the_whole_folder() {
    let (desk, mirror, key) = published();
    let witness = Desk::new();
    let cosigned = witness.data().parent().unwrap().join("cosigned");
    let (data, file) = (desk.data(), cosigned.to_str().unwrap().to_owned());
    let data = data.to_str().unwrap();
    let refused = witness.run(["witness", "sign", data, "--name", "w1.example.org"]);
    assert!(error(&refused).contains("--key") && refused.status.code() == Some(1), "{}", error(&refused));
    desk.import(&desk.file("b.csv", fgj(50, 2)));
    let signed = witness.run(["witness", "sign", data, "--key", &key, "--out", &file]);
    let vkey = error(&signed).trim().rsplit(' ').next().unwrap().to_owned();
    assert!(vkey.starts_with("w1.example.org+"), "{vkey}");
    // Nobody who is known signed yet.
    assert!(error(&desk.run(["witness", "add", &file])).contains("make the witness known"));
    ok(desk.run(["witness", "add", &vkey]));
    ok(desk.run(["witness", "add", &file]));
    assert!(ok(desk.run(["witness", "check", "--policy", "1"])).contains("1 of 1 known witnesses"));
    assert!(ok(desk.run(["verify", "--policy", "1"])).contains("nothing is wrong"));
    assert_eq!(desk.run(["verify", "--policy", "2"]).status.code(), Some(1));
    // The mirror is older: against the witness's checkpoint it is a rollback.
    let output = Desk::new().run(["verify", mirror.to_str().unwrap(), "--key", &key, "--checkpoint", &file]);
    assert!(
        output.status.code() == Some(1) && out(&output).contains(&format!("rolled back: entry {SIZE}")),
        "{}",
        out(&output)
    );
    let refused = witness.run(["witness", "sign", mirror.to_str().unwrap()]);
    assert!(
        refused.status.code() == Some(1) && error(&refused).contains("refused: rolled back"),
        "{}",
        error(&refused)
    );
    assert_eq!(error(&refused).lines().count(), 1);
}

#[test]
fn two_writers_on_one_folder_the_second_is_refused_with_a_clear_line() {
    let (desk, ..) = published();
    let lock = std::fs::OpenOptions::new().write(true).open(desk.data().join("lock")).unwrap();
    lock.lock().unwrap();
    let output = desk.command().arg("import").arg(desk.file("c.csv", fgj(60, 3))).output().unwrap();
    let line = error(&output);
    assert_eq!((output.status.code(), line.lines().count()), (Some(1), 1), "{line}");
    assert!(line.contains("is writing to this data folder") && line.contains("tequio (process "), "{line}");
    // Readers go on.
    assert!(ok(desk.run(["verify"])).contains("nothing is wrong"));
    drop(lock);
    desk.import(&desk.file("c.csv", fgj(60, 3)));
}

#[test]
fn one_figure_is_proved_and_verifies_on_another_machine() {
    let desk = Desk::new();
    desk.import(&desk.file("a.csv", crate::support::sesnsp(2, 0)));
    let edition = desk.editions("sesnsp-state")[0].clone();
    let key = desk.json(["ledger", "show", "--json"])["key"].as_str().unwrap().to_owned();
    let figure = ["ledger", "figure", "--dataset", "sesnsp-state", "--place", "MX-01", "--period", "2024-01"];
    let refused = desk.run(figure.into_iter().chain(["--offence", "no-such"]));
    let line = error(&refused);
    assert_eq!((refused.status.code(), line.lines().count()), (Some(1), 1), "{line}");
    // The refusal names a code that the edition has.
    let code = line.split('`').rev().nth(1).unwrap().to_owned();
    let proof = ok(desk.run(figure.into_iter().chain(["--offence", &code])));
    let file = desk.file("figure.json", &proof);
    let other = Desk::new();
    let verified = ok(other.run(["verify", file.to_str().unwrap(), "--key", &key]));
    assert!(verified.contains(r#""place":"MX-01""#) && verified.contains(&edition), "{verified}");
    let bad = proof.replacen(r#""value":"#, r#""value":1"#, 1);
    assert_ne!(bad, proof);
    let refused = other.run(["verify", desk.file("bad.json", bad).to_str().unwrap(), "--key", &key]);
    assert!(refused.status.code() == Some(1) && error(&refused).contains("does not lead to the root"), "{refused:?}");
}
