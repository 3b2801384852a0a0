//! Totals that the published files are known to have.

use crate::support::{Folder, by_year, shared};
use tequio_kernel::{Cell, Unit};

fn intentional(code: &str) -> bool {
    code.starts_with("homicidio-doloso.") || code == "homicidio-doloso"
}

#[test]
fn state_file_of_february_2021() {
    let Some(file) = shared("counts/Estatal-Delitos-2015-2021_feb2021.xlsx") else { return };
    let folder = Folder::new();
    let manifest = folder.import(&file).manifest;
    assert_eq!((manifest.rows, manifest.accepted, manifest.rejected.total), (21_952, 21_952, 0));
    let counts = manifest.counts.as_ref().expect("counts");
    assert_eq!(
        (counts.unit, counts.taxonomy.as_str(), counts.cutoff.as_str()),
        (Unit::CaseFile, "cnsp-2015", "2021-02")
    );
    assert_eq!(counts.figures["not-yet-observed"], 32 * 98 * 10);
    // Oaxaca counted 2,700 to 3,000 case files a month then, and in October 2016 none at all.
    let (odd, sound): (Vec<_>, Vec<_>) = counts.checks.iter().partition(|check| check.code == "no_office_silent");
    assert!(sound.iter().all(|check| check.passed), "{:?}", counts.checks);
    assert!(odd.len() == 1 && !odd[0].passed && odd[0].detail.ends_with("MX-20 2016-10"), "{odd:?}");
    let table = folder.table(&manifest);
    assert_eq!((table.places.len(), table.offences.len(), table.periods), (32, 98, 84));
    let expected =
        [(2015, 16_121), (2016, 20_149), (2017, 25_035), (2018, 29_098), (2019, 29_484), (2020, 28_824), (2021, 4_538)];
    assert_eq!(by_year(&table, intentional), expected);
    let march = table.column("2021-03".parse().expect("a month")).expect("in the table");
    assert!(table.figures().filter(|(_, column, _)| *column == march).all(|(.., cell)| cell == Cell::NotYetObserved));
}

#[test]
fn registry_of_march_2026() {
    let Some(file) = shared("counts/sesnsp-rnid-estatal-2026-03.csv") else { return };
    let folder = Folder::new();
    let manifest = folder.import(&file).manifest;
    let counts = manifest.counts.as_ref().expect("counts");
    assert_eq!((manifest.rows, counts.taxonomy.as_str(), counts.cutoff.as_str()), (32 * 114, "rnid-2026", "2026-03"));
    let table = folder.table(&manifest);
    let month = |text: &str| {
        let column = table.column(text.parse().expect("a month")).expect("in the table");
        let figures = table
            .figures()
            .filter(|(key, at, _)| *at == column && intentional(&table.offences[key.offence as usize].code));
        figures.filter_map(|(.., cell)| cell.value()).sum::<u64>()
    };
    assert_eq!(["2026-01", "2026-02", "2026-03"].map(month), [1_392, 1_206, 1_398]);
}

#[test]
fn federal_offences_of_july_2025() {
    let Some(file) = shared("counts/sesnsp-federal-2025-07.csv.gz") else { return };
    let folder = Folder::new();
    let manifest = folder.import(&file).manifest;
    assert_eq!((manifest.rows, manifest.rejected.total), (13_398, 0));
    let totals: Vec<u64> = manifest.counts.as_ref().expect("counts").totals.values().copied().collect();
    let expected = [
        125_328, 98_189, 98_059, 95_727, 85_213, 96_035, 112_917, 98_396, 78_482, 77_637, 77_693, 80_169, 78_645,
        48_891,
    ];
    assert_eq!(totals, expected);
    let table = folder.table(&manifest);
    assert_eq!(table.places.len(), 33);
    assert!(table.places.iter().any(|place| place.code == "MX-EXT" && place.name == "EXTRANJERO"));
    assert_eq!(by_year(&table, |_| true).iter().map(|(_, total)| *total).collect::<Vec<_>>(), expected);
}

#[test]
fn municipal_homicides_of_guanajuato() {
    let Some(file) = shared("counts/sesnsp-municipal-guanajuato-homicidio.csv") else { return };
    let folder = Folder::new();
    let manifest = folder.import(&file).manifest;
    assert_eq!((manifest.rows, manifest.rejected.total), (2_484, 0));
    let expected = [(2020, 3_359), (2021, 2_823), (2022, 2_634), (2023, 2_581), (2024, 2_553), (2025, 1_916)];
    assert_eq!(by_year(&folder.table(&manifest), intentional), expected);
}

#[test]
fn victims_of_november_2019() {
    let Some(file) = shared("counts/sesnsp-victimas-estatal-2019-11.xlsx") else { return };
    let folder = Folder::new();
    let manifest = folder.import(&file).manifest;
    assert_eq!((manifest.rows, manifest.rejected.total), (36_800, 0));
    assert_eq!(manifest.counts.as_ref().map(|counts| counts.unit), Some(Unit::Victim));
    let table = folder.table(&manifest);
    let totals = by_year(&table, intentional);
    assert_eq!(totals[..4], [(2015, 17_886), (2016, 22_545), (2017, 28_871), (2018, 33_743)]);
    let sexes: std::collections::BTreeSet<&str> = table.groups.iter().map(|group| group["sex"].as_str()).collect();
    assert_eq!(sexes.into_iter().collect::<Vec<_>>(), ["female", "male", "unspecified"]);
}
