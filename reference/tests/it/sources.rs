use proptest::prelude::*;
use std::collections::HashSet;
use tequio_reference::gazetteer::Place;
use tequio_reference::{Statement, claims, gazetteer, measure, series, taxonomy};

fn value(id: &str, year: i16) -> f64 {
    let series = series().expect("tables").iter().find(|series| series.id == id).expect("a series");
    series.value(year).unwrap_or_else(|| panic!("{id} has no {year}")).value
}

#[test]
fn the_homicide_table_gives_the_rates_that_were_computed_from_it() {
    let rate = |id: &str, year: i16| value(id, year) / value("mx-population-homicide-table", year) * 100_000.0;
    for (id, year, expected) in [
        ("mx-homicide-deaths-inegi", 2006, 9.641),
        ("mx-homicide-deaths-inegi", 2007, 8.077),
        ("mx-homicide-deaths-inegi", 2011, 23.524),
        ("mx-homicide-deaths-inegi", 2012, 22.184),
        ("mx-homicide-deaths-inegi", 2014, 16.715),
        ("mx-homicide-deaths-inegi", 2015, 17.158),
        ("mx-homicide-deaths-inegi", 2016, 20.085),
        ("mx-homicide-victims-sesnsp-old", 2014, 14.481),
        ("mx-homicide-victims-sesnsp-old", 2015, 15.460),
        ("mx-homicide-victims-sesnsp-old", 2016, 18.779),
        ("mx-homicide-victims-sesnsp-old", 2017, 23.614),
        ("mx-homicide-case-files-sesnsp-old", 2006, 10.890),
        ("mx-homicide-case-files-sesnsp-old", 2007, 9.339),
        ("mx-homicide-case-files-sesnsp-old", 2011, 19.371),
        ("mx-homicide-case-files-sesnsp-old", 2012, 18.333),
        ("mx-homicide-case-files-sesnsp-old", 2014, 12.964),
        ("mx-homicide-case-files-sesnsp-old", 2015, 13.974),
        ("mx-homicide-case-files-sesnsp-old", 2016, 16.804),
        ("mx-homicide-case-files-sesnsp-old", 2017, 20.514),
    ] {
        assert!((rate(id, year) - expected).abs() < 0.000_500_1, "{id} {year}: {}", rate(id, year));
    }
    let change = |id: &str| (value(id, 2012) / value(id, 2006) - 1.0) * 100.0;
    assert!((change("mx-homicide-case-files-sesnsp-old") - 81.8).abs() < 0.05);
    assert!((change("mx-homicide-deaths-inegi") - 148.4).abs() < 0.05);
    let rates = rate("mx-homicide-case-files-sesnsp-old", 2012) / rate("mx-homicide-case-files-sesnsp-old", 2006);
    assert!(((rates - 1.0) * 100.0 - 68.3).abs() < 0.05);
}

#[test]
fn revisions_and_the_dark_figure_are_as_published() {
    let deaths = series().expect("tables").iter().find(|s| s.id == "mx-homicide-deaths-inegi").expect("a series");
    for (year, percent) in [(2012, -0.27), (2022, 3.30), (2023, 3.83)] {
        let values: Vec<f64> = deaths.observations.iter().filter(|v| v.year == year).map(|v| v.value).collect();
        let [first, last] = values[..] else { panic!("{year}: {values:?}") };
        assert!(((last / first - 1.0) * 100.0 - percent).abs() < 0.005, "{year}");
    }
    assert!(deaths.value(2017).is_none(), "what is not known is not there");
    for year in [2019, 2023] {
        let opened = value("mx-envipe-reported", year) * value("mx-envipe-file-opened", year) / 10_000.0;
        assert!(((1.0 - opened) * 100.0 - value("mx-envipe-dark-figure", year)).abs() < 0.05, "{year}");
    }
}

#[test]
fn series_and_claims_refer_to_what_exists() {
    let places = gazetteer().expect("tables");
    let mut ids = HashSet::new();
    for series in series().expect("tables") {
        assert!(ids.insert(series.id.as_str()) && !series.observations.is_empty(), "{}", series.id);
        assert!(places.name(&series.place).is_some() && !series.source.is_empty());
        assert!(series.measure.is_empty() || measure(&series.measure).expect("a table").is_some(), "{}", series.id);
        assert!(series.taxonomy.is_empty() || taxonomy(&series.taxonomy).expect("tables").is_some());
        assert!(series.observations.iter().all(|v| v.value.is_finite() && v.value > 0.0));
        let years: HashSet<_> = series.observations.iter().map(|v| (v.year, v.state)).collect();
        assert_eq!(years.len(), series.observations.len(), "{}: a value stands twice", series.id);
    }
    assert_eq!(claims().expect("a file").len(), 8);
    for claim in claims().expect("a file") {
        assert!(ids.insert(claim.id.as_str()), "{}", claim.id);
        assert!(measure(&claim.measure).expect("a table").is_some(), "{}", claim.measure);
        assert!(places.name(&claim.place).is_some() && !claim.source.is_empty());
        assert!(!claim.stated.is_empty());
        assert_eq!(claim.top.is_some(), claim.statement == Statement::ShareOfTop, "{}", claim.id);
        let periods = claim.periods.len();
        match claim.statement {
            Statement::Change => assert!(periods == 2 || (periods == 0 && claim.span_years.is_some())),
            _ => assert!(periods <= 1),
        }
    }
}

/// What a cell of a file may hold: anything, and often something near a code or a name.
fn a_cell() -> impl Strategy<Value = String> {
    let near =
        prop::sample::select(vec!["=CONCATENAR(", "MX-", "09", "0", " ", ".0", ")", ",", "999", "Coahuila", "é", "-"]);
    prop_oneof![any::<String>(), "[0-9]{0,7}", prop::collection::vec(near, 0..8).prop_map(|parts| parts.concat())]
}

proptest! {
    #[test]
    fn no_cell_is_given_to_a_place_that_does_not_exist(state in a_cell(), name in a_cell()) {
        let places = gazetteer().expect("tables");
        let unit = places.state(&state);
        let below = unit.as_ref().and_then(|unit| places.municipality_named(unit.code(), &name));
        for place in [unit, below, places.municipality(&state), places.municipality(&name)].into_iter().flatten() {
            let known = places.name(place.code()).is_some();
            prop_assert_eq!(known, matches!(place, Place::Known(_)), "{:?}", place);
        }
        for taxonomy in tequio_reference::taxonomies().expect("tables") {
            let leaf = taxonomy.leaf_of_path(&[&state, &name]);
            prop_assert!(leaf.is_none_or(|leaf| taxonomy.is_leaf(&leaf.code)));
        }
    }
}
