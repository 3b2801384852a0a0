//! Editions compared, against a comparison that does nothing clever.

use crate::editions::{Row, edition, series};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tequio_crime_indicators::diff::{Comparison, Diff, DiffError, Edition, Kind, Tally};
use tequio_kernel::{Cell, CountTable, Manifest, Unit};

fn compared(old: &(Manifest, CountTable), new: &(Manifest, CountTable)) -> Diff {
    let sides = [old, new].map(|(manifest, table)| Edition::new(manifest, table).expect("counts"));
    Comparison::new(sides[0], sides[1]).expect("comparable").diff(5)
}

/// Every figure of an edition by its words, the zeros of cells without a row included where `others` asks for them.
fn figures(edition: &(Manifest, CountTable), others: &[(String, String, String)]) -> BTreeMap<[String; 4], Cell> {
    let (manifest, table) = edition;
    let counts = manifest.counts.as_ref().expect("counts");
    let mut all = BTreeMap::new();
    if counts.absent_is_zero {
        for (place, offence, group) in others {
            for column in 0..table.periods {
                let step = table.step(column).expect("a period");
                if step <= counts.cutoff.parse().expect("a month") {
                    let key = [place.clone(), offence.clone(), group.clone(), step.to_string()];
                    all.insert(key, Cell::Observed(0));
                }
            }
        }
    }
    for (key, column, cell) in table.figures() {
        let (place, offence, group) = words(table, key);
        all.insert([place, offence, group, table.step(column).expect("a period").to_string()], cell);
    }
    all
}

fn words(table: &CountTable, key: tequio_kernel::official::SeriesKey) -> (String, String, String) {
    (
        table.places[key.place as usize].code.clone(),
        table.offences[key.offence as usize].code.clone(),
        format!("{:?}", table.groups[key.group as usize]),
    )
}

type Naive = (Tally, [BTreeMap<String, Tally>; 3]);

/// The comparison as one would write it first: two maps of words, key by key.
fn naive(old: &(Manifest, CountTable), new: &(Manifest, CountTable)) -> Naive {
    let keys = |table: &CountTable| table.series.iter().map(|key| words(table, *key)).collect::<Vec<_>>();
    let series = [keys(&old.1), keys(&new.1)].concat();
    let (old, new) = (figures(old, &series), figures(new, &series));
    let mut keys: Vec<&[String; 4]> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    let (mut total, mut parts) = (Tally::default(), <[BTreeMap<String, Tally>; 3]>::default());
    for key in keys {
        let cell = |map: &BTreeMap<[String; 4], Cell>| map.get(key).copied().unwrap_or(Cell::Absent);
        let one = tally(cell(&old), cell(&new));
        if one != Tally::default() {
            total.merge(&one);
            for (part, at) in parts.iter_mut().zip([0, 1, 3]) {
                part.entry(key[at].clone()).or_default().merge(&one);
            }
        }
    }
    (total, parts)
}

fn tally(old: Cell, new: Cell) -> Tally {
    let mut tally = Tally::default();
    match (old, new) {
        (old, new) if old == new => {}
        (Cell::Observed(old), Cell::Observed(new)) if new > old => {
            (tally.changed, tally.raised, tally.raised_sum) = (1, 1, new - old);
        }
        (Cell::Observed(old), Cell::Observed(new)) => {
            (tally.changed, tally.lowered, tally.lowered_sum) = (1, 1, old - new);
        }
        (Cell::Observed(old), _) => (tally.removed, tally.removed_sum) = (1, old),
        (_, Cell::Observed(new)) => (tally.added, tally.added_sum) = (1, new),
        _ => tally.restated = 1,
    }
    tally
}

fn parts(diff: &Diff) -> [BTreeMap<String, Tally>; 3] {
    [&diff.by_place, &diff.by_offence, &diff.by_period]
        .map(|lines| lines.iter().map(|line| (line.key.clone(), line.tally)).collect())
}

fn cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        4 => (0u64..4).prop_map(Cell::Observed),
        1 => (1_000u64..4_000_000_000).prop_map(Cell::Observed),
        2 => Just(Cell::Absent),
        1 => Just(Cell::Missing),
        1 => Just(Cell::NotYetObserved),
        1 => Just(Cell::NotApplicable),
    ]
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (0usize..4, 0usize..3, 0usize..3, proptest::collection::vec(cell(), 1..6), 0i32..8);
    let row = row.prop_map(|(place, offence, group, cells, first)| Row {
        place: ["MX-01", "MX-01-001", "MX-02-007", "MX-EXT"][place].to_owned(),
        offence: ["a.b", "a.c", "b"][offence].to_owned(),
        group: ["", "female", "male"][group].to_owned(),
        first: 24_180 + first,
        cells,
    });
    proptest::collection::vec(row, 0..12)
}

fn mirrored(tally: &Tally) -> Tally {
    Tally {
        added: tally.removed,
        removed: tally.added,
        added_sum: tally.removed_sum,
        removed_sum: tally.added_sum,
        raised: tally.lowered,
        lowered: tally.raised,
        raised_sum: tally.lowered_sum,
        lowered_sum: tally.raised_sum,
        ..*tally
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_diff_equals_the_naive_one_and_mirrors(old in rows(), new in rows(), cut in 24_179i32..24_193, zero: bool) {
        let (old, new) = (edition("old", &old, cut, zero), edition("new", &new, cut + 1, zero));
        let diff = compared(&old, &new);
        let (total, by) = naive(&old, &new);
        prop_assert_eq!(diff.total, total);
        prop_assert_eq!(parts(&diff), by);
        let back = compared(&new, &old);
        prop_assert_eq!(mirrored(&back.total), diff.total);
        prop_assert_eq!(back.total.net(), -diff.total.net());
        let mirrors: [BTreeMap<String, Tally>; 3] = parts(&back).map(|part| part.into_iter().map(|(k, t)| (k, mirrored(&t))).collect());
        prop_assert_eq!(mirrors, parts(&diff));
        let same = compared(&old, &old);
        prop_assert!(same.total.is_empty() && same.by_place.is_empty() && same.figures.is_empty());
    }
}

#[test]
fn a_new_month_is_added_and_a_blank_one_removed() {
    let (observed, later) = (Cell::Observed, Cell::NotYetObserved);
    let old = [series("MX-01", "a.b", &[observed(5), observed(0), later]), series("MX-02", "a.b", &[observed(9)])];
    let new = [series("MX-01", "a.b", &[observed(3), Cell::Missing, observed(7)]), series("MX-03", "a.b", &[later])];
    let diff = compared(&edition("old", &old, 24_181, false), &edition("new", &new, 24_182, false));
    let total = diff.total;
    assert_eq!((total.changed, total.added, total.removed, total.restated), (1, 1, 2, 1));
    assert_eq!((total.net(), total.absolute(), total.added_sum, total.removed_sum), (-2, 2, 7, 9));
    let json = diff.to_json();
    let expected = serde_json::json!([{ "place": "MX-01", "name": "MX-01", "changed": 1, "net": -2, "absolute": 2,
        "added": 1, "removed": 1, "restated": 0, "raised": 0, "lowered": 1, "raised_sum": 0, "lowered_sum": 2,
        "added_sum": 7, "removed_sum": 0 }]);
    assert_eq!(json["by_place"], expected);
    assert_eq!(json["added_by_period"], serde_json::json!([{ "period": "2015-03", "figures": 1, "sum": 7 }]));
    assert_eq!(
        json["removed_by_place"][0],
        serde_json::json!({"place": "MX-02", "name": "MX-02", "figures": 1, "sum": 9})
    );
    assert_eq!(json["figures"][0]["old"], serde_json::json!({ "state": "observed", "value": 5 }));
}

#[test]
fn lists_begin_with_the_largest_and_say_what_they_leave_out() {
    let rows = |values: [u64; 7]| values.map(Cell::Observed).to_vec();
    let old = edition("old", &[series("MX-01", "a", &rows([10; 7]))], 24_186, false);
    let new = edition("new", &[series("MX-01", "a", &rows([9, 30, 10, 4, 15, 0, 12]))], 24_186, false);
    let diff = compared(&old, &new);
    let sizes: Vec<u64> = diff.figures.iter().map(|figure| figure.size()).collect();
    assert_eq!(sizes, [20, 10, 6, 5, 2]);
    assert_eq!(diff.by_period[0].key, "2015-02");
    let left = &diff.to_json()["left_out"]["changed"];
    assert_eq!(left, &serde_json::json!({ "figures": 1, "absolute": 1 }));
}

#[test]
fn every_difference_is_a_row_of_the_table() {
    let old = edition("old", &[series("=MX()", "a", &[Cell::Observed(1), Cell::Observed(2)])], 24_181, false);
    let new = edition("new", &[series("=MX()", "a", &[Cell::Observed(4), Cell::Missing])], 24_181, false);
    let sides = [&old, &new].map(|(manifest, table)| Edition::new(manifest, table).expect("counts"));
    let mut text = Vec::new();
    let rows = Comparison::new(sides[0], sides[1]).expect("comparable").write_csv(&mut text).expect("memory");
    assert_eq!(rows, 2);
    let expected = "kind,office,place,place_name,offence,offence_name,period,old_state,old_value,new_state,new_value\n\
                    changed,'=MX(),'=MX(),'=MX(),a,a,2015-01,observed,1,observed,4\n\
                    removed,'=MX(),'=MX(),'=MX(),a,a,2015-02,observed,2,missing,\n";
    assert_eq!(String::from_utf8(text).expect("text"), expected);
}

#[test]
fn what_does_not_count_the_same_is_refused_in_one_line() {
    let old = edition("old", &[series("MX-01", "a", &[Cell::Observed(1)])], 24_180, false);
    let refuse = |change: fn(&mut Manifest)| {
        let mut other = old.clone();
        change(&mut other.0);
        let sides = [&old, &other].map(|(manifest, table)| Edition::new(manifest, table).expect("counts"));
        let error = Comparison::new(sides[0], sides[1]).err().expect("refused");
        assert!(matches!(error, DiffError::Different { .. }) && !error.to_string().contains('\n'));
        error.to_string()
    };
    assert!(refuse(|m| m.dataset.0 = "other".to_owned()).contains("datasets"));
    assert!(refuse(|m| m.counts.as_mut().expect("counts").unit = Unit::Death).contains("units"));
    assert!(refuse(|m| m.counts.as_mut().expect("counts").taxonomy = "rnid-2026".to_owned()).contains("taxonomies"));
    let mut incidents = old.0.clone();
    incidents.counts = None;
    assert!(matches!(Edition::new(&incidents, &old.1), Err(DiffError::NotCounts(_))));
}

#[test]
fn a_change_is_of_one_kind() {
    let mut found = Vec::new();
    let old = edition("old", &[series("MX-01", "a", &[Cell::Observed(1), Cell::Missing])], 24_181, false);
    let new = edition("new", &[series("MX-01", "a", &[Cell::Observed(4), Cell::NotApplicable])], 24_181, false);
    let sides = [&old, &new].map(|(manifest, table)| Edition::new(manifest, table).expect("counts"));
    Comparison::new(sides[0], sides[1])
        .expect("comparable")
        .each(|change| found.push((change.kind(), change.difference())));
    assert_eq!(found, [(Kind::Changed, Some(3)), (Kind::Restated, None)]);
}
