//! CONAPO's population: the real files, and what is told from their names.

use crate::made::{Desk, check};
use crate::support::shared;
use std::collections::BTreeMap;

const TOTALS: [(i16, u64); 4] = [(2015, 122_368_490), (2016, 123_587_407), (2020, 128_209_170), (2025, 133_367_428)];

#[test]
fn municipalities_by_year() {
    let Some(file) = shared("population/conapo-municipal-total-1990-2040.csv") else { return };
    let desk = Desk::new();
    let manifest = desk.attempt(&[file], None).expect("imported").manifest;
    let counts = manifest.counts.as_ref().expect("counts");
    assert_eq!((manifest.dataset.0.as_str(), manifest.rows), ("conapo-municipal-population", 2_475));
    assert!(TOTALS.iter().all(|(year, total)| counts.totals[year] == *total), "{:?}", counts.totals);
    assert!(check(&manifest, "all_municipalities").passed, "{:?}", counts.checks);
    let table = desk.folder.table(&manifest);
    assert_eq!((table.places.len(), table.periods, table.groups.len()), (2_475, 51, 1));
}

#[test]
fn a_file_of_one_sex_is_not_taken_for_the_whole() {
    let files = ["hombres", "mujeres", "total"]
        .map(|name| shared(&format!("population/conapo-municipal-{name}-1990-2040.csv")));
    let [Some(men), Some(women), Some(total)] = files else { return };
    let desk = Desk::new();
    let alone = desk.attempt(std::slice::from_ref(&men), None).expect("imported").manifest;
    assert_eq!(alone.dataset.0, "conapo-municipal-population-male");
    let manifest = desk.attempt(&[men, women, total], None).expect("imported").manifest;
    let counts = manifest.counts.as_ref().expect("counts");
    assert_eq!((manifest.dataset.0.as_str(), counts.check_rows), ("conapo-municipal-population", 2_475));
    assert_eq!((manifest.accepted, counts.totals[&2020]), (4_950, 128_209_170));
    let totals = check(&manifest, "parts_sum_to_the_whole");
    assert!(totals.passed && totals.detail.starts_with("126225 totals"), "{totals:?}");
}

#[test]
fn states_at_two_moments_of_the_year() {
    let Some(file) = shared("population/conapo-state-1950-2070.csv") else { return };
    let desk = Desk::new();
    let manifest = desk.attempt(&[file], None).expect("imported").manifest;
    assert_eq!((manifest.dataset.0.as_str(), manifest.rejected.total), ("conapo-state-population", 0));
    let table = desk.folder.table(&manifest);
    // The country alone from 1950 on, its states from 1970 on.
    assert_eq!((table.places.len(), table.groups.len(), table.periods), (33, 2, 121));
    let mut sums: BTreeMap<(&str, i16), u64> = BTreeMap::new();
    for (key, column, cell) in table.figures() {
        let offence = table.offences[key.offence as usize].code.as_str();
        let year = table.step(column).expect("a year").year();
        *sums.entry((offence, year)).or_default() += cell.value().unwrap_or(0);
    }
    assert!(TOTALS.iter().all(|(year, total)| sums[&("population", *year)] == *total), "{sums:?}");
    assert_eq!(sums[&("population-start-of-year", 2020)], 127_817_992);
    assert_eq!(sums[&("population", 1950)], 28_463_441);
    let totals = check(&manifest, "parts_sum_to_the_whole");
    assert!(totals.passed && !totals.detail.contains("no totals"), "{totals:?}");
}
