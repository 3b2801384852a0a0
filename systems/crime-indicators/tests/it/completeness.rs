//! Who delivered what, and what becomes of a rate where something is missing.

use crate::editions::{FIRST, edition, series};
use tequio_crime_indicators::completeness::{Completeness, Delivery, RateOver, Rule, rate_over, sum_over};
use tequio_crime_indicators::diff::Edition;
use tequio_kernel::{Cell, CountTable, Manifest, Step};

fn month(text: &str) -> Step {
    text.parse().expect("a month")
}

/// Two agencies and a unit without a state, January to May 2015; May lies after the cut-off.
fn example(absent_is_zero: bool) -> (Manifest, CountTable) {
    let (o, missing, absent, later) = (Cell::Observed, Cell::Missing, Cell::Absent, Cell::NotYetObserved);
    let rows = [
        series("MX-01-001", "a", &[o(4), o(0), missing, missing, later]),
        series("MX-01-002", "a", &[o(7), missing, missing, o(2), later]),
        series("MX-02-001", "a", &[o(1), o(1), absent, o(1), o(3)]),
        series("MX-02-001", "b", &[o(1), Cell::NotApplicable, o(2), o(1), later]),
        series("MX-EXT", "a", &[o(9)]),
    ];
    edition("e", &rows, FIRST + 3, absent_is_zero)
}

fn states(completeness: &Completeness, agency: &str) -> Vec<Option<Delivery>> {
    (1..=5).map(|number| completeness.state(agency, month(&format!("2015-{number:02}")))).collect()
}

#[test]
fn each_month_of_an_agency_is_in_one_state() {
    use Delivery::{Complete, Missing, Partial, Stray};
    let (manifest, table) = example(false);
    let completeness = Completeness::of(&table, &manifest).expect("counts");
    assert_eq!(states(&completeness, "MX-01"), [Some(Complete), Some(Partial), Some(Missing), Some(Partial), None]);
    // May has a figure although the edition ends in April.
    let second = [Some(Complete), Some(Complete), Some(Partial), Some(Complete), Some(Stray)];
    assert_eq!(states(&completeness, "MX-02"), second);
    assert_eq!(states(&completeness, "MX-EXT"), [Some(Stray), None, None, None, None]);
    assert_eq!(completeness.state("MX-01", month("2014-12")), None);
    assert_eq!(completeness.summary().into_values().collect::<Vec<_>>(), [4, 3, 1, 2]);
    assert_eq!((completeness.agencies().count(), completeness.steps().count()), (3, 5));
}

#[test]
fn rows_left_out_are_missing_unless_they_stand_for_zero() {
    let (manifest, table) = example(true);
    let completeness = Completeness::of(&table, &manifest).expect("counts");
    assert_eq!(completeness.state("MX-02", month("2015-03")), Some(Delivery::Complete));
}

#[test]
fn missing_months_are_those_of_the_places_asked_for() {
    let (manifest, table) = example(false);
    let completeness = Completeness::of(&table, &manifest).expect("counts");
    let missing = |place: &str, from: &str, until: &str| -> Vec<String> {
        completeness.missing_in(place, month(from), month(until)).iter().map(Step::to_string).collect()
    };
    assert_eq!(missing("MX-01-001", "2015-01", "2015-04"), ["2015-03", "2015-04"]);
    assert_eq!(missing("MX-01", "2015-01", "2015-04"), ["2015-02", "2015-03", "2015-04"]);
    assert_eq!(missing("MX-02", "2015-01", "2015-02"), [""; 0]);
    assert_eq!(missing("MX-02", "2014-12", "2015-01"), ["2014-12"], "the edition does not reach it");
    assert_eq!(missing("MX-0", "2015-01", "2015-01"), ["2015-01"], "no such place");
}

#[test]
fn a_rate_over_missing_months_is_withheld_or_bounded() {
    let (manifest, table) = example(false);
    let edition = Edition::new(&manifest, &table).expect("counts");
    let of = |place: &str, from: &str, until: &str| {
        let place = table.places.iter().position(|named| named.code == place).expect("a place") as u32;
        sum_over(&edition, |key| key.place == place && key.offence == 0, month(from), month(until))
    };
    let whole = of("MX-01-001", "2015-01", "2015-02");
    assert_eq!(rate_over(&whole, 100_000, Rule::Withhold), RateOver::Whole(4.0));
    // Two months missing: zero each at least, the 4 of January each at most.
    let part = of("MX-01-001", "2015-02", "2015-04");
    assert_eq!((part.low, part.high, part.missing), (0, Some(8), 2));
    assert_eq!(rate_over(&part, 200_000, Rule::Withhold), RateOver::Withheld { missing: 2 });
    assert_eq!(rate_over(&part, 200_000, Rule::Bound), RateOver::Between { low: 0.0, high: 4.0, missing: 2 });
    assert_eq!(rate_over(&part, 0, Rule::Bound), RateOver::NoPopulation);
    // Nothing before January 2015 bounds December 2014.
    let unbounded = of("MX-01-001", "2014-12", "2015-01");
    assert_eq!((unbounded.low, unbounded.high), (4, None));
    assert_eq!(rate_over(&unbounded, 100_000, Rule::Bound), RateOver::Withheld { missing: 1 });
    let nothing = of("MX-01-001", "2015-03", "2015-04");
    assert_eq!(rate_over(&nothing, 100_000, Rule::Bound), RateOver::NothingObserved);
}

#[test]
fn the_table_has_a_row_for_every_state_of_a_delivery() {
    let (manifest, table) = example(false);
    let completeness = Completeness::of(&table, &manifest).expect("counts");
    let rows: Vec<(&str, String, Delivery)> =
        completeness.rows().map(|row| (row.agency, row.step.to_string(), row.state)).collect();
    assert_eq!(rows.len(), 10);
    assert_eq!(rows[2], ("MX-01", "2015-03".to_owned(), Delivery::Missing));
    let document = completeness.document(&manifest);
    assert_eq!(document["summary"], serde_json::json!({ "complete": 4, "missing": 1, "partial": 3, "stray": 2 }));
    assert_eq!(document["rows"].as_array().map(Vec::len), Some(10));
    let last = serde_json::json!({ "agency": "MX-EXT", "name": "MX-EXT", "period": "2015-01", "state": "stray", "observed": 0, "missing": 0, "stray": 1 });
    assert_eq!(document["rows"][9], last);
    let csv = completeness.table(String::new()).to_csv();
    assert_eq!(csv.lines().count(), 11);
    assert_eq!(csv.lines().nth(2), Some("MX-01,Aguascalientes,2015-02,partial,1,1,0"));
}
