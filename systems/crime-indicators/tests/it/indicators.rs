//! Known answers of indicators and claims, from the real files and from the built-in series.

use crate::support::{Folder, shared};
use tequio_crime_indicators::ask::Ask;
use tequio_crime_indicators::claims::{Checked, Verdict, check};
use tequio_crime_indicators::indicators::{Answer, IndicatorError, indicator};
use tequio_crime_indicators::shelf::Shelf;
use tequio_reference::claims;

const TABLE: &str = "mx-population-homicide-table";

fn compute(shelf: &Shelf, id: &str, pairs: &[(&str, &str)]) -> Result<Answer, IndicatorError> {
    indicator(id)?.compute(shelf, &Ask::parse(pairs.iter().copied())?)
}

fn value(shelf: &Shelf, id: &str, pairs: &[(&str, &str)]) -> f64 {
    compute(shelf, id, pairs).expect("an answer").observation.value.expect("a value")
}

fn shelf(folder: &Folder) -> Shelf {
    Shelf::new(folder.data.clone()).expect("a shelf")
}

/// The table of national rates: year, deaths, victims, case files, each to three digits.
#[test]
fn national_rates_of_three_units() {
    let folder = Folder::new();
    let shelf = shelf(&folder);
    let rows: [(&str, f64, Option<f64>, f64); 8] = [
        ("2006", 9.641, None, 10.890),
        ("2007", 8.077, None, 9.339),
        ("2011", 23.524, None, 19.371),
        ("2012", 22.184, None, 18.333),
        ("2014", 16.715, Some(14.481), 12.964),
        ("2015", 17.158, Some(15.460), 13.974),
        ("2016", 20.085, Some(18.779), 16.804),
        ("2017", f64::NAN, Some(23.614), 20.514),
    ];
    for (year, deaths, victims, files) in rows {
        let ask = [("period", year), ("population", TABLE)];
        let close = |id: &str, expected: f64| {
            let found = value(&shelf, id, &ask);
            assert!((found - expected).abs() < 0.000_51, "{id} {year}: {found} and not {expected}");
        };
        close("homicide-rate-case-files", files);
        if deaths.is_finite() {
            close("homicide-rate-deaths", deaths);
        }
        if let Some(victims) = victims {
            close("homicide-rate-victims", victims);
        }
    }
}

#[test]
fn the_denominator_is_part_of_the_figure() {
    let Some(file) = shared("counts/Estatal-Delitos-2015-2021_feb2021.xlsx") else { return };
    let folder = Folder::new();
    folder.import(&file);
    let shelf = shelf(&folder);
    let of_2016 = [("dataset", "sesnsp-state"), ("period", "2016")];
    let answer = compute(&shelf, "homicide-rate-case-files", &of_2016).expect("an answer").observation;
    assert_eq!((answer.numerator, answer.denominator), (Some(20_149), Some(123_587_407)));
    assert!((answer.value.expect("a value") - 16.30).abs() < 0.005);
    let by_table = [of_2016[0], of_2016[1], ("population", TABLE)];
    assert!((value(&shelf, "homicide-rate-case-files", &by_table) - 16.48).abs() < 0.005);
    assert_eq!(answer.editions.iter().map(|used| used.role).collect::<Vec<_>>(), ["numerator", "denominator"]);
}

#[test]
fn units_are_never_mixed() {
    let Some(file) = shared("counts/Estatal-Delitos-2015-2021_feb2021.xlsx") else { return };
    let folder = Folder::new();
    folder.import(&file);
    let refused = compute(&shelf(&folder), "homicide-rate-victims", &[("dataset", "sesnsp-state")]);
    assert!(matches!(refused, Err(IndicatorError::Unit { .. })), "{refused:?}");
}

#[test]
fn a_year_that_is_not_over_has_a_count_and_no_rate() {
    let Some(file) = shared("counts/Estatal-Delitos-2015-2021_feb2021.xlsx") else { return };
    let folder = Folder::new();
    folder.import(&file);
    let answer = compute(&shelf(&folder), "homicide-rate-case-files", &[("period", "2021")]).expect("an answer");
    let of = answer.observation;
    assert_eq!((of.value, of.numerator), (None, Some(4_538)));
    assert_eq!(of.not_computable.map(|why| why.code), Some("not-yet-observed"));
}

/// A file of one state says nothing of the country.
#[test]
fn a_part_of_the_country_is_not_the_country() {
    let Some(file) = shared("counts/sesnsp-municipal-guanajuato-homicidio.csv") else { return };
    let folder = Folder::new();
    folder.import(&file);
    let shelf = shelf(&folder);
    let of = |place: &str| {
        let ask = [("dataset", "sesnsp-municipal"), ("period", "2024"), ("place", place)];
        compute(&shelf, "homicide-rate-case-files", &ask).expect("an answer").observation
    };
    let whole = of("MX").not_computable.expect("no value");
    assert_eq!(whole.code, "not-covered");
    assert!(whole.detail.contains("covers only MX-11") && whole.detail.contains("--place MX-11"), "{}", whole.detail);
    assert_eq!(of("MX-11").numerator, Some(2_553));
    assert_eq!(of("MX-12").not_computable.map(|why| why.code), Some("not-covered"));
    for id in ["top-share", "priority-municipalities"] {
        let answer = compute(&shelf, id, &[("period", "2024")]).expect("an answer").observation;
        assert_eq!(answer.not_computable.map(|why| why.code), Some("not-covered"), "{id}");
        let within = compute(&shelf, id, &[("period", "2024"), ("place", "MX-11")]).expect("an answer").observation;
        assert_eq!(within.denominator, Some(2_553), "{id}");
        let other = compute(&shelf, id, &[("period", "2024"), ("measure", "kidnapping")]).expect("an answer");
        assert_eq!(other.observation.not_computable.map(|why| why.code), Some("no-data"), "{id}");
    }
    let leon = of("MX-11-020");
    assert!(leon.value.is_some() && leon.numerator < Some(2_553));
    assert!(matches!(compute(&shelf, "top-share", &[("place", "MX-77")]), Err(IndicatorError::Place(_))));
}

#[test]
fn changes_of_2006_to_2012() {
    let folder = Folder::new();
    let shelf = shelf(&folder);
    let of = |dataset: &str| {
        let ask = [("dataset", dataset), ("period", "2012"), ("against", "2006"), ("population", TABLE)];
        compute(&shelf, "change", &ask).expect("an answer")
    };
    let (files, deaths) = (of("mx-homicide-case-files-sesnsp-old"), of("mx-homicide-deaths-inegi"));
    let counts = |answer: &Answer| answer.details["change_of_counts_percent"].as_f64().expect("a number");
    assert!((counts(&files) - 81.8).abs() < 0.05 && (counts(&deaths) - 148.4).abs() < 0.05);
    let rate = files.observation.value.expect("a value");
    assert!((rate - 68.3).abs() < 0.05, "{rate}");
    assert_eq!(files.details["direction"], "up");
}

#[test]
fn dark_figures_are_those_that_were_published() {
    let folder = Folder::new();
    let shelf = shelf(&folder);
    for (year, expected) in [("2019", 92.4), ("2023", 92.93)] {
        let found = value(&shelf, "dark-figure", &[("period", year)]);
        assert!((found - expected).abs() < 0.006, "{year}: {found}");
    }
    let of_a_state = compute(&shelf, "dark-figure", &[("place", "MX-09")]).expect("an answer");
    assert_eq!(of_a_state.observation.not_computable.map(|why| why.code), Some("survey-of-the-country"));
}

fn checked(id: &str) -> Checked {
    let folder = Folder::new();
    let claim = claims().expect("a file").iter().find(|claim| claim.id == id).expect("a claim");
    check(&shelf(&folder), claim).expect("tested")
}

#[test]
fn seventeen_holds_in_deaths_for_2015_and_in_case_files_for_2016() {
    let of = |id: &str| {
        let checked = checked(id);
        assert_eq!(checked.verdict, Verdict::ReproducedBySome);
        let mut units: Vec<String> = checked.tests.iter().filter(|t| t.reproduces).map(|t| t.unit.clone()).collect();
        units.dedup();
        units
    };
    assert_eq!(of("mx-homicide-rate-2015"), ["death"]);
    assert_eq!(of("mx-homicide-rate-2016"), ["case-file"]);
    assert_eq!(of("mx-homicide-rate-2012"), ["death"]);
}

#[test]
fn what_cannot_be_tested_says_what_is_missing() {
    for id in ["mx-kidnapping-change-2006-2012", "mx-extortion-change-2006-2012", "mx-homicide-50-municipalities"] {
        let checked = checked(id);
        assert_eq!(checked.verdict, Verdict::CannotBeTested, "{id}");
        assert!(!checked.missing.is_empty(), "{id}");
    }
    let homicide = checked("mx-homicide-change-2006-2012");
    assert_eq!(homicide.verdict, Verdict::NotReproduced);
}

/// A dataset of one offence says nothing, not even zero, of another, and no part of the offences is their whole.
#[test]
fn a_dataset_of_one_offence_does_not_answer_for_others() {
    let Some(file) = shared("counts/sesnsp-municipal-guanajuato-homicidio.csv") else { return };
    let folder = Folder::new();
    folder.import(&file);
    let shelf = shelf(&folder);
    let of = |id: &str| {
        let ask = [("period", "2024"), ("place", "MX-11")];
        compute(&shelf, id, &ask).expect("an answer").observation
    };
    assert_eq!(of("homicide-rate-case-files").numerator, Some(2_553));
    assert_eq!(of("kidnapping-rate-case-files").not_computable.map(|why| why.code), Some("no-data"));
    // Nine of 98 classes are no measure of all.
    assert_eq!(of("all-state-offences-rate-case-files").not_computable.map(|why| why.code), Some("offences-absent"));
    assert!(of("homicide-rate-case-files").flags.is_empty());
    let early = compute(&shelf, "homicide-rate-case-files", &[("as_of", "garbage")]);
    assert!(matches!(early, Err(IndicatorError::Ask(_))), "{early:?}");
}

/// Men alone are not the inhabitants: they divide only what is asked of men.
#[test]
fn one_sex_is_no_denominator_for_both() {
    let Some(file) = shared("population/conapo-municipal-hombres-1990-2040.csv") else { return };
    let folder = Folder::new();
    let men = folder.import(&file).manifest.dataset.0;
    let shelf = shelf(&folder);
    let ask = [("period", "2016"), ("population", men.as_str())];
    let answer = compute(&shelf, "homicide-rate-deaths", &ask).expect("an answer").observation;
    assert_eq!(answer.not_computable.map(|why| why.code), Some("no-population"));
    let claim = claims().expect("a file").iter().find(|claim| claim.id == "mx-homicide-rate-2016").expect("a claim");
    let checked = check(&shelf, claim).expect("tested");
    assert!(checked.tests.iter().all(|test| test.denominator.as_ref().is_none_or(|used| used.dataset != men)));
}

#[test]
fn what_is_dated_before_its_own_figures_is_told() {
    let Some(file) = shared("counts/sesnsp-rnid-estatal-2026-03.csv") else { return };
    for (published, expected) in [("2026-04-20", true), ("2025-01-01", false)] {
        let manifest = Folder::new().import_published(&file, Some(published)).manifest;
        let checks = manifest.counts.expect("counts").checks;
        let check = checks.iter().find(|check| check.code == "published_after_its_figures").expect("a check");
        assert_eq!(check.passed, expected, "{}", check.detail);
    }
}

/// The built-in population is of everybody: the answer says which file tells women and men, and names it once it is there.
#[test]
fn a_population_by_sex_has_a_way_out() {
    let [Some(victims), Some(people)] =
        ["counts/sesnsp-victimas-estatal-2019-11.xlsx", "population/conapo-state-1950-2070.csv"].map(shared)
    else {
        return;
    };
    let folder = Folder::new();
    folder.import(&victims);
    let of = |pairs: &[(&str, &str)]| {
        let ask = [&[("period", "2018"), ("place", "MX-09"), ("sex", "female")], pairs].concat();
        compute(&shelf(&folder), "homicide-rate-victims", &ask).expect("an answer").observation
    };
    let why = of(&[]).not_computable.expect("no value");
    assert_eq!(why.code, "no-population-by-sex");
    assert!(why.detail.contains("conapo-state-population") && why.detail.contains("leave out --sex"), "{}", why.detail);
    folder.import(&people);
    let why = of(&[]).not_computable.expect("no value").detail;
    assert!(why.contains("give --population conapo-state-population"), "{why}");
    let answer = of(&[("population", "conapo-state-population")]);
    assert!(answer.value.is_some() && answer.denominator < Some(5_000_000), "{answer:?}");
}
