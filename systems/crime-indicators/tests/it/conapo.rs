//! CONAPO's population: the real files, and what is told from their names.

use crate::made::{Desk, check};
use crate::pages::Portal;
use crate::support::{Folder, shared};
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
    let counts = manifest.counts.as_ref().expect("counts");
    assert!(counts.totals.is_empty(), "two moments of a year have no sum: {:?}", counts.totals);
    assert_eq!(counts.totals_apart.len(), 2);
    assert!(TOTALS.iter().all(|(year, total)| counts.totals_apart["population"][year] == *total));
    assert_eq!(counts.totals_apart["population-start-of-year"][&2020], 127_817_992);
    assert_eq!(sums[&("population", 1950)], 28_463_441);
    let totals = check(&manifest, "parts_sum_to_the_whole");
    assert!(totals.passed && !totals.detail.contains("no totals"), "{totals:?}");
}

/// Made up, so that it runs without the files: two moments of two years of one state, by sex.
#[test]
fn moments_of_a_year_are_never_added_up() {
    let desk = Desk::new();
    let text = "n_year,nombre_estado,cve_ent,genero,pob_start_year,pob_mid_year\n\
        2019,Colima,06,Hombres,100,110\n2019,Colima,06,Mujeres,200,210\n\
        2020,Colima,06,Hombres,120,130\n2020,Colima,06,Mujeres,220,230\n";
    let manifest = desk.import("conapo.csv", text.as_bytes());
    let counts = manifest.counts.as_ref().expect("counts");
    let totals: Vec<_> = counts.every_total().collect();
    let (middle, start) = (Some("population"), Some("population-start-of-year"));
    assert_eq!(totals, [(middle, 2019, 320), (middle, 2020, 360), (start, 2019, 300), (start, 2020, 340)]);
    let page = Portal::over(&desk.folder).page("/figures/conapo-state-population?lang=en");
    assert!(page.body.contains("2020 · Inhabitants at the middle of the year") && page.body.contains(">360<"));
    assert!(!page.body.contains(">700<"), "the sum of both moments");
}

/// The inhabitants of places are those of the middle of the year too.
#[test]
fn rates_of_places_divide_by_one_moment() {
    let [Some(counts), Some(people)] =
        ["counts/Estatal-Delitos-2015-2021_feb2021.xlsx", "population/conapo-state-1950-2070.csv"].map(shared)
    else {
        return;
    };
    let folder = Folder::new();
    [counts, people].iter().for_each(|file| drop(folder.import(file)));
    let portal = Portal::over(&folder);
    let page = portal.page("/indicators/homicide-rate-case-files?period=2016&population=conapo-state-population");
    let table = page.tables.iter().find(|table| table.id == "places-states").expect("the states");
    let rows = serde_json::to_value(table).expect("JSON")["rows"].as_array().expect("rows").clone();
    let people: u64 = rows.iter().filter_map(|row| row["population"].as_u64()).sum();
    assert_eq!(people, 123_587_407);
}
