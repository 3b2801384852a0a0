//! kill -9 at any moment leaves the state before or the state after, never one between.

use crate::support::{Desk, police, sesnsp};
use std::process::Stdio;
use std::time::{Duration, Instant};

const KILLS: usize = 200;
const ROWS: usize = 4_000;

#[test]
fn a_killed_import_leaves_before_or_after() {
    let desk = Desk::new();
    let start = Instant::now();
    desk.import(&desk.file("first.csv", police(ROWS, 0)));
    let whole = start.elapsed();
    let (mut before, mut after, mut late) = (0, 0, 0);
    let mut editions = desk.editions("police-uk");
    for round in 1..=KILLS {
        let file = desk.file("next.csv", police(ROWS, round));
        let mut command = desk.command();
        let mut import =
            command.arg("import").arg(&file).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        // Moments spread evenly over the whole import, in an order that is not even.
        let share = (round * 7919 % KILLS) as f64 / KILLS as f64;
        std::thread::sleep(whole.mul_f64(1.1 * share).max(Duration::from_micros(200)));
        late += usize::from(import.try_wait().expect("a state").is_some());
        import.kill().expect("killed");
        import.wait().expect("ended");
        let now = desk.editions("police-uk");
        match now.len() - editions.len() {
            0 => before += 1,
            1 => after += 1,
            more => panic!("{more} editions appeared"),
        }
        assert!(now.ends_with(&editions), "the earlier editions are untouched");
        editions = now;
        if round % 20 == 0 {
            assert!(desk.run(["check"]).status.success(), "round {round}: every file is whole");
            assert_eq!(desk.count("--by year")["total"], ROWS as u64);
            let verified = desk.run(["verify"]);
            assert!(verified.status.success(), "round {round}: {}", String::from_utf8_lossy(&verified.stdout));
        }
    }
    eprintln!("{KILLS} kills: {before} before, {after} after ({late} had ended by themselves)");
    assert!(before > KILLS / 10, "the kills have to meet imports at work");
    let last = desk.import(&desk.file("last.csv", police(ROWS, KILLS + 1)));
    assert_eq!(last["accepted"], ROWS as u64);
    assert_eq!(std::fs::read_dir(desk.data().join("staging")).expect("staging").count(), 0, "leftovers are removed");
    assert!(desk.run(["check"]).status.success());
    let verified = desk.json(["verify", "--json"]);
    assert_eq!((&verified["verified"], &verified["pending"]), (&true.into(), &serde_json::Value::Null));
}

/// Kills of an import of official counts, which is shorter.
const COUNT_KILLS: usize = 60;

#[test]
fn a_killed_import_of_counts_leaves_before_or_after() {
    let desk = Desk::new();
    let start = Instant::now();
    desk.import(&desk.file("first.csv", sesnsp(1, 0)));
    let whole = start.elapsed();
    let (mut before, mut after) = (0, 0);
    let mut editions = desk.editions("sesnsp-state");
    let first = editions[0].clone();
    for round in 1..=COUNT_KILLS {
        let file = desk.file("next.csv", sesnsp(1 + round % 11, round as u64));
        let mut command = desk.command();
        command.args(["import", "--published", "2026-01-02"]).arg(&file);
        let mut import = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        let share = (round * 7919 % COUNT_KILLS) as f64 / COUNT_KILLS as f64;
        std::thread::sleep(whole.mul_f64(1.1 * share).max(Duration::from_micros(200)));
        import.kill().expect("killed");
        import.wait().expect("ended");
        let now = desk.editions("sesnsp-state");
        match now.len() - editions.len() {
            0 => before += 1,
            1 => after += 1,
            more => panic!("{more} editions appeared"),
        }
        assert!(editions.iter().all(|edition| now.contains(edition)), "the earlier editions are untouched");
        editions = now;
        if round % 10 == 0 {
            assert!(desk.run(["check"]).status.success(), "round {round}: every file is whole");
        }
    }
    eprintln!("{COUNT_KILLS} kills: {before} before, {after} after");
    assert!(before > COUNT_KILLS / 10, "the kills have to meet imports at work");
    let last = desk.import(&desk.file("last.csv", sesnsp(12, 99)));
    assert_eq!((&last["accepted"], &last["rejected"]["total"]), (&12.into(), &0.into()));
    assert_eq!(std::fs::read_dir(desk.data().join("staging")).expect("staging").count(), 0, "leftovers are removed");
    assert!(desk.run(["check"]).status.success());
    let newest = last["edition"].as_str().expect("a name");
    let diff = desk.json(["diff", "sesnsp-state", &first, newest, "--json"]);
    assert_eq!((&diff["changed"], &diff["net"]), (&24.into(), &(-24 * 99).into()), "the first edition is what it was");
}
