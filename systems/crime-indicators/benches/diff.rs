//! Time to read and to compare two national municipal editions: `cargo bench -p tequio-crime-indicators --bench diff`.
//!
//! Invented figures of the size of the real ones: 2,510 places, 98 offences, 11 years of months. Between the editions
//! [`CHANGED`] of every thousand figures of past months are revised and the last month is new. What is found has to
//! be what was changed.
#![allow(clippy::expect_used, missing_docs)]

#[path = "../tests/it/editions.rs"]
#[allow(dead_code)]
mod editions;

use editions::{FIRST, manifest};
use std::path::Path;
use std::time::{Duration, Instant};
use tequio_archive::{read_counts, sha256_file, write_counts};
use tequio_crime_indicators::alarms::alarms;
use tequio_crime_indicators::completeness::Completeness;
use tequio_crime_indicators::diff::{Comparison, Edition, Tally};
use tequio_kernel::official::{NamedCode, SeriesKey};
use tequio_kernel::{Cell, CountTable, Frequency, Group};

const STATES: usize = 32;
const PLACES: usize = 2_510;
const OFFENCES: usize = 98;
const MONTHS: usize = 132;
/// Revised figures of a thousand.
const CHANGED: u64 = 5;
const ROUNDS: usize = 5;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let paths = ["old", "new"].map(|name| folder.path().join(format!("{name}.parquet")));
    let mut expected = Tally::default();
    let tables = tables(&mut expected);
    for (path, table) in paths.iter().zip(&tables) {
        let begun = Instant::now();
        write_counts(path, table).expect("written");
        let bytes = std::fs::metadata(path).expect("a file").len();
        println!("{} figures written in {:?}, {bytes} bytes", table.figures().count(), begun.elapsed());
    }
    drop(tables);
    for _ in 0..ROUNDS {
        let (read, compared) = round(&paths[0], &paths[1], &expected);
        println!("both read in {read:?}, compared in {compared:?}, together {:?}", read + compared);
    }
}

fn round(old: &Path, new: &Path, expected: &Tally) -> (Duration, Duration) {
    let begun = Instant::now();
    // As `DataFolder::counts` reads an edition: its hash first.
    let [old, new] = [old, new].map(|path| {
        sha256_file(path).expect("a hash");
        read_counts(path).expect("figures")
    });
    let read = begun.elapsed();
    let begun = Instant::now();
    let last = FIRST + i32::try_from(MONTHS).expect("few") - 1;
    let manifests = [("old", &old, last - 1), ("new", &new, last)];
    let manifests = manifests.map(|(name, table, cutoff)| manifest(name, table, cutoff, false));
    let sides = [(&manifests[0], &old), (&manifests[1], &new)];
    let sides = sides.map(|(manifest, table)| Edition::new(manifest, table).expect("counts"));
    let diff = Comparison::new(sides[0], sides[1]).expect("comparable").diff(20);
    assert_eq!(&diff.total, expected);
    let compared = begun.elapsed();
    let begun = Instant::now();
    let alarms = alarms(Some(sides[0]), sides[1]).expect("comparable").len();
    println!("{alarms} alarms in {:?}", begun.elapsed());
    let begun = Instant::now();
    let completeness = Completeness::of(&new, &manifests[1]).expect("counts");
    println!("completeness in {:?}: {:?}", begun.elapsed(), completeness.summary());
    (read, compared)
}

/// Two editions, and what differs between them.
fn tables(expected: &mut Tally) -> [CountTable; 2] {
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = move |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    let mut old = table();
    let mut new = old.clone();
    for (index, (old, new)) in old.cells.iter_mut().zip(&mut new.cells).enumerate() {
        // Most municipal figures are zero; a few are large.
        let value = if next(10) < 7 { 0 } else { next(12) * next(12) * next(12) };
        *new = u32::try_from(value).expect("small");
        *old = *new;
        if index % MONTHS == MONTHS - 1 {
            *old = Cell::NotYetObserved.encode();
            expected.added += 1;
            expected.added_sum += value;
        } else if next(1_000) < CHANGED {
            let more = 1 + next(9);
            *old = *new + u32::try_from(more).expect("small");
            expected.changed += 1;
            expected.lowered += 1;
            expected.lowered_sum += more;
        }
    }
    [old, new]
}

fn table() -> CountTable {
    let named = |code: String| NamedCode { name: format!("Name of {code}"), code };
    let place = |index: usize| named(format!("MX-{:02}-{:03}", 1 + index * STATES / PLACES, index % 998));
    let offence = |index: usize| named(format!("offence-{:02}.kind-{index:02}.manner", index / 4));
    let mut places: Vec<NamedCode> = (0..PLACES).map(place).collect();
    places.sort_by(|a, b| a.code.cmp(&b.code));
    let keys = (0..PLACES).flat_map(|place| (0..OFFENCES).map(move |offence| (place, offence)));
    let number = |index: usize| u32::try_from(index).expect("few");
    let key = |(place, offence)| SeriesKey { place: number(place), offence: number(offence), group: 0 };
    CountTable {
        frequency: Frequency::Month,
        first: FIRST,
        periods: MONTHS,
        places,
        offences: (0..OFFENCES).map(offence).collect(),
        groups: vec![Group::new()],
        series: keys.map(key).collect(),
        cells: vec![0; PLACES * OFFENCES * MONTHS],
    }
}
