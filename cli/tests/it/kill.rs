//! kill -9 at any moment leaves the state before or the state after, never one between.

use crate::support::{Desk, police};
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
