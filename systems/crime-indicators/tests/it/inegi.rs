//! INEGI's interactive query: the real census, and made exports of every layout.

use crate::inegi_export::{By, DEATHS, Death, Export};
use crate::made::{Desk, assert_adds_up, check, latin1, xlsx};
use crate::support::shared;
use proptest::prelude::*;
use std::collections::BTreeMap;
use tequio_kernel::{CountTable, Frequency, Unit};

#[test]
fn the_census_of_2020() {
    let Some(file) = shared("population/inegi-censo-2020-municipal-raw.csv") else { return };
    let desk = Desk::new();
    let manifest = desk.attempt(&[file], None).expect("imported").manifest;
    let counts = manifest.counts.as_ref().expect("counts");
    assert_eq!((manifest.dataset.0.as_str(), counts.unit), ("inegi-population", Unit::Inhabitant));
    assert_eq!((manifest.accepted, manifest.rejected.total, counts.check_rows), (2_469, 0, 33));
    assert_eq!(counts.totals, BTreeMap::from([(2020, 126_014_024)]));
    assert!(!counts.absent_is_zero);
    let totals = check(&manifest, "parts_sum_to_the_whole");
    assert!(totals.passed, "{totals:?}");
    let table = desk.folder.table(&manifest);
    assert_eq!((table.places.len(), table.groups.len(), table.frequency), (2_469, 2, Frequency::Year));
    let women: u64 = table
        .figures()
        .filter(|(key, ..)| table.groups[key.group as usize]["sex"] == "female")
        .filter_map(|(.., cell)| cell.value())
        .sum();
    assert_eq!(women, 64_540_634);
}

fn deaths() -> Vec<Death> {
    let death = |place, occurred, registered, sex| Death { place, occurred, registered, month: place % 12, sex };
    let mut deaths = vec![
        death(0, Some(2007), 2007, 0),
        death(0, Some(2006), 2007, 1),
        death(1, None, 2008, 0),
        death(2, Some(2007), 2008, 2),
        death(4, Some(1995), 2007, 0),
        death(5, None, 2007, 1),
    ];
    deaths.extend(std::iter::repeat_n(death(3, Some(2007), 2007, 0), 1_234));
    deaths
}

/// Sum of the figures by period and by how the year of occurrence is known.
fn by_period(table: &CountTable) -> BTreeMap<(String, bool), u64> {
    let mut sums = BTreeMap::new();
    for (key, column, cell) in table.figures() {
        let unspecified = table.groups[key.group as usize].contains_key("occurred");
        let period = table.step(column).expect("a period").to_string();
        *sums.entry((period, unspecified)).or_default() += cell.value().unwrap_or(0);
    }
    sums.retain(|_, sum| *sum > 0);
    sums
}

fn expected(deaths: &[Death], period: impl Fn(&Death) -> (String, bool)) -> BTreeMap<(String, bool), u64> {
    let mut sums = BTreeMap::new();
    deaths.iter().for_each(|death| *sums.entry(period(death)).or_default() += 1);
    sums
}

fn by_occurrence(death: &Death) -> (String, bool) {
    (death.occurred.unwrap_or(death.registered).to_string(), death.occurred.is_none())
}

#[test]
fn the_year_of_occurrence_is_the_period() {
    let desk = Desk::new();
    let manifest = desk.import("consulta.csv", &DEATHS.csv(&deaths()));
    let counts = manifest.counts.as_ref().expect("counts");
    assert_eq!((manifest.dataset.0.as_str(), counts.taxonomy.as_str()), ("inegi-homicide-deaths", "icd10-homicide"));
    assert_eq!((counts.unit, counts.absent_is_zero, manifest.rejected.total), (Unit::Death, true, 0));
    let totals = check(&manifest, "parts_sum_to_the_whole");
    assert!(totals.passed && !totals.detail.contains("no totals"), "{totals:?}");
    let table = desk.folder.table(&manifest);
    assert_eq!(by_period(&table), expected(&deaths(), by_occurrence));
    assert!(table.groups.iter().all(|group| group.contains_key("registered") && group.contains_key("sex")));
    let places: Vec<&str> = table.places.iter().map(|place| place.code.as_str()).collect();
    assert_eq!(places, ["MX-01-001", "MX-01-999", "MX-09-015", "MX-15-033", "MX-33-999", "MX-99-999"]);
    assert_eq!(table.offences[0].code, "homicide-deaths");
}

#[test]
fn workbooks_and_blocks_and_bars_say_the_same() {
    let exports = [
        Export { blocks: true, ..DEATHS },
        Export { joint: " | ", ..DEATHS },
        Export { measure: "Defunciones por homicidio", filters: &[], ..DEATHS },
        Export { rows: &[By::Place, By::Sex], columns: &[By::Occurred, By::Registered], ..DEATHS },
        Export { rows: &[By::Occurred, By::Place, By::Registered], columns: &[By::Sex], ..DEATHS },
    ];
    for (at, export) in exports.iter().enumerate() {
        let (lines, rows) = export.lines(&deaths());
        for (name, bytes) in [("a.csv", export.csv(&deaths())), ("a.xlsx", xlsx(&lines))] {
            let desk = Desk::new();
            let manifest = desk.import(name, &bytes);
            assert_eq!((at, name, manifest.sources[0].rows), (at, name, rows as u64));
            assert!(check(&manifest, "parts_sum_to_the_whole").passed, "{at} {name}: {manifest:?}");
            assert_eq!(manifest.rejected.total, 0, "{at} {name}");
            assert_eq!(by_period(&desk.folder.table(&manifest)), expected(&deaths(), by_occurrence), "{at} {name}");
        }
    }
}

#[test]
fn the_year_of_registration_is_the_period_when_it_stands_alone() {
    let desk = Desk::new();
    let export = Export { rows: &[By::Place], ..DEATHS };
    let manifest = desk.import("a.csv", &export.csv(&deaths()));
    let by_registration = |death: &Death| (death.registered.to_string(), false);
    let table = desk.folder.table(&manifest);
    assert_eq!(by_period(&table), expected(&deaths(), by_registration));
    assert!(check(&manifest, "parts_sum_to_the_whole").passed);
    assert_eq!(table.groups.len(), 1);
}

#[test]
fn months_stand_in_columns() {
    let desk = Desk::new();
    let export = Export { rows: &[By::Registered, By::Place], columns: &[By::Month], ..DEATHS };
    let manifest = desk.import("a.csv", &export.csv(&deaths()));
    let by_month = |death: &Death| (format!("{}-{:02}", death.registered, death.month + 1), false);
    assert!(check(&manifest, "parts_sum_to_the_whole").passed, "{manifest:?}");
    assert_eq!(by_period(&desk.folder.table(&manifest)), expected(&deaths(), by_month));
    assert_eq!(manifest.counts.expect("counts").frequency, Frequency::Month);
}

#[test]
fn a_figure_that_no_place_is_given_for_is_of_the_country() {
    let desk = Desk::new();
    let export = Export { rows: &[By::Sex], ..DEATHS };
    let manifest = desk.import("a.csv", &export.csv(&deaths()));
    let table = desk.folder.table(&manifest);
    assert_eq!((table.places.len(), table.places[0].code.as_str()), (1, "MX"));
    assert_eq!(by_period(&table).values().sum::<u64>(), deaths().len() as u64);
}

#[test]
fn a_year_that_nothing_stands_for_is_rejected_and_missed_by_the_totals() {
    let desk = Desk::new();
    let export = Export { rows: &[By::Place, By::Occurred], columns: &[By::Sex], ..DEATHS };
    let manifest = desk.import("a.csv", &export.csv(&deaths()));
    // Two municipalities and the rows of their states.
    assert_eq!(manifest.rejected.by_reason, BTreeMap::from([("period_unparsed".to_owned(), 4)]));
    assert!(!check(&manifest, "parts_sum_to_the_whole").passed);
}

#[test]
fn other_measures_are_refused_in_words() {
    let desk = Desk::new();
    let export = Export { measure: "Nacimientos", ..DEATHS };
    assert!(desk.refusal("a.csv", &export.csv(&deaths())).contains("`Nacimientos` is no count"));
    let no_year = "Consulta de: Población total Por: Entidad y municipio Según: Sexo\n\"\",\"\",\"Total\"\n\" \",\"Total\",\"5\"\n";
    assert!(desk.refusal("b.csv", &latin1(no_year)).contains("which year"));
    let all = Export { filters: &["Tipo de defunción : Homicidio, Suicidio"], ..DEATHS };
    let manifest = desk.import("c.csv", &all.csv(&deaths()));
    assert_eq!(manifest.dataset.0, "inegi-deaths");
}

#[test]
fn figures_that_are_no_numbers_reject_their_row() {
    for wrong in ["-3", "1.5", "12,34", "x"] {
        let desk = Desk::new();
        let (mut lines, _) = Export { rows: &[By::Place], ..DEATHS }.lines(&deaths());
        let row = lines.len() - 2;
        *lines[row].last_mut().expect("a figure") = wrong.to_owned();
        let manifest = desk.import("a.csv", &latin1(&crate::made::quoted(&lines)));
        assert_eq!(manifest.rejected.by_reason, BTreeMap::from([("value_unparsed".to_owned(), 1)]), "{wrong}");
        assert_adds_up(&manifest);
    }
}

fn any_death() -> impl Strategy<Value = Death> {
    let years = (1990i16..2000, 0i16..3, prop::bool::weighted(0.2));
    (0usize..6, years, 0usize..12, 0usize..3).prop_map(|(place, (year, late, unknown), month, sex)| Death {
        place,
        occurred: (!unknown).then_some(year),
        registered: year + late,
        month,
        sex,
    })
}

fn any_export() -> impl Strategy<Value = Export> {
    let layouts: [(&[By], &[By]); 5] = [
        (&[By::Place, By::Occurred, By::Sex], &[By::Registered]),
        (&[By::Place, By::Sex], &[By::Occurred, By::Registered]),
        (&[By::Registered, By::Place], &[By::Month]),
        (&[By::Place], &[By::Registered, By::Sex]),
        (&[By::Registered, By::Occurred], &[By::Sex]),
    ];
    (prop::sample::select(layouts.to_vec()), any::<bool>()).prop_map(|((rows, columns), blocks)| Export {
        rows,
        columns,
        blocks,
        ..DEATHS
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_death_is_counted_once(deaths in prop::collection::vec(any_death(), 1..60), export in any_export()) {
        let desk = Desk::new();
        let manifest = desk.import("a.csv", &export.csv(&deaths));
        prop_assert_eq!(manifest.rejected.total, 0);
        let totals = check(&manifest, "parts_sum_to_the_whole");
        prop_assert!(totals.passed, "{:?}", totals);
        let sum: u64 = by_period(&desk.folder.table(&manifest)).values().sum();
        prop_assert_eq!(sum, deaths.len() as u64);
    }

    #[test]
    fn one_death_too_many_is_found_anywhere(
        deaths in prop::collection::vec(any_death(), 1..40),
        export in any_export(),
        row in any::<prop::sample::Index>(),
    ) {
        let desk = Desk::new();
        let spoiled = Some((row.index(export.lines(&deaths).1), 0));
        let manifest = desk.import("a.csv", &Export { spoiled, ..export }.csv(&deaths));
        prop_assert!(!check(&manifest, "parts_sum_to_the_whole").passed);
    }
}
