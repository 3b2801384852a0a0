//! Counts against a plain recount, and what always holds.

use crate::fixtures::{
    DAY_2020, Random, Row, areas, atlas, check_sum, columns, count, layer_id, offences, partition, partition_index,
    query, random_rows, rectangle,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tequio_atlas::{Atlas, AtlasError, Cell, PlaceIndex};
use tequio_kernel::period::date_of;
use tequio_kernel::{Dimension, Key, Month, Precision, Scope};

const UNIT: f64 = 1.0 / 4_096.0;
/// Some rows lie outside the partition, which is 0 to 0.125 degrees on a side.
const BOX: [f64; 4] = [-0.01, -0.01, 0.13, 0.13];

fn key(dimension: &Dimension, row: &Row, places: &PlaceIndex) -> Option<Key> {
    let (position, day, precision, hour, offence) = *row;
    let offence = &offences()[usize::from(offence)];
    let date = date_of(day).unwrap();
    match dimension {
        Dimension::Place(_) => {
            let place = &places.layer().places[places.locate(position?.0, position?.1).place? as usize];
            Some(Key::Place { code: place.code.clone(), name: place.name.clone() })
        }
        Dimension::Cell(zoom) => {
            let Cell { z, x, y } = Cell::of(position?.0, position?.1, *zoom);
            Some(Key::Cell { z, x, y })
        }
        Dimension::Year => (precision != Precision::Unknown).then(|| Key::Year(date.year())),
        Dimension::Month => matches!(precision, Precision::Day | Precision::Month).then(|| Key::Month(Month::of(date))),
        Dimension::Weekday => {
            (precision == Precision::Day).then(|| Key::Weekday(date.weekday().to_monday_one_offset() as u8))
        }
        Dimension::Hour => hour.map(Key::Hour),
        Dimension::Offence => Some(Key::Offence { code: offence.code.clone(), name: offence.name.clone() }),
        Dimension::Class => Some(Key::Class(offence.class)),
        Dimension::Street | Dimension::Segment => panic!("not counted here"),
    }
}

pub type Recount = (BTreeMap<Vec<Key>, u64>, [u64; 4]);

/// Rows, unlocated, unknown, outside and total.
pub fn recount(by: &[Dimension], rows: &[Row], places: &PlaceIndex) -> Recount {
    let (mut cells, mut sums) = (BTreeMap::new(), [0; 4]);
    for row in rows {
        sums[3] += 1;
        sums[0] += u64::from(row.0.is_none());
        let keys: Vec<Option<Key>> = by.iter().map(|dimension| key(dimension, row, places)).collect();
        if keys.iter().all(Option::is_some) {
            *cells.entry(keys.into_iter().flatten().collect()).or_insert(0) += 1;
        } else if row.0.is_some() || !by.iter().any(Dimension::is_spatial) {
            sums[1] += 1;
            let is_lost = |(dimension, key): (&Dimension, &Option<Key>)| {
                matches!(dimension, Dimension::Place(_)) && key.is_none()
            };
            sums[2] += u64::from(by.iter().zip(&keys).any(is_lost));
        }
    }
    (cells, sums)
}

/// A layer of 64 quadrilaterals in seven places, 0 to 0.125 degrees on a side.
pub fn small_partition(random: &mut Random) -> std::sync::Arc<PlaceIndex> {
    partition_index("parts", &partition(8, 8, 7, UNIT, random), (0.0, 0.0))
}

pub fn dimension() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "place:parts",
        "cell:9",
        "cell:14",
        "cell:25",
        "year",
        "month",
        "weekday",
        "hour",
        "offence",
        "class",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_answer_is_that_of_a_recount(seed in any::<u64>(), by in prop::collection::hash_set(dimension(), 0..4)) {
        let mut random = Random(seed);
        let places = partition_index("parts", &partition(8, 8, 7, UNIT, &mut random), (0.0, 0.0));
        let rows = random_rows(300, BOX, &mut random);
        let atlas = atlas(&rows);
        atlas.attach(places.clone());
        let text = by.into_iter().collect::<Vec<_>>().join(",");
        let counts = count(&atlas, &format!("by={text}"));
        let (cells, [unlocated, unknown, outside, total]) = recount(&counts.by, &rows, &places);
        let found: BTreeMap<_, _> = counts.rows.into_iter().map(|row| (row.keys, row.count)).collect();
        prop_assert_eq!(found, cells);
        prop_assert_eq!([counts.unlocated, counts.unknown, counts.outside, counts.total], [unlocated, unknown, outside, total]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn threads_do_not_change_the_answer(seed in any::<u64>()) {
        let mut random = Random(seed);
        let places = partition_index("parts", &partition(8, 8, 30, UNIT, &mut random), (0.0, 0.0));
        let atlas = atlas(&random_rows(70_000, BOX, &mut random));
        atlas.attach(places);
        for text in ["by=", "by=place:parts,hour", "by=cell:25", "by=cell:17,offence,month&bbox=0,0,0.1,0.1", "by=weekday&circle=0.05,0.05,4000&hour=1-7,unknown"] {
            let answers = [1, 2, 8].map(|threads| atlas.count(&query(text), &Scope::OPERATOR, threads).unwrap());
            check_sum(&answers[0]);
            prop_assert_eq!(&answers[0], &answers[1]);
            prop_assert_eq!(&answers[0], &answers[2]);
        }
    }
}

fn small() -> Atlas {
    atlas(&[
        (Some((0.5, 0.5)), DAY_2020, Precision::Day, Some(3), 0),
        (Some((1.5, 0.5)), DAY_2020, Precision::Day, None, 0),
        (Some((9.0, 9.0)), DAY_2020, Precision::Day, None, 2),
        (None, DAY_2020, Precision::Day, Some(3), 1),
        (None, DAY_2020, Precision::Day, None, 1),
    ])
}

#[test]
fn an_incident_is_lost_once_however_many_dimensions_lose_it() {
    let atlas = small();
    atlas.attach(areas(
        "squares",
        vec![("A", vec![rectangle(0.0, 0.0, 1.6, 1.0)]), ("B", vec![rectangle(1.4, 0.0, 2.0, 1.0)])],
    ));
    let counts = count(&atlas, "by=place:squares,hour");
    assert_eq!((counts.total, counts.unlocated, counts.unknown, counts.outside, counts.overlaps), (5, 2, 2, 1, 1));
    assert_eq!(counts.rows.len(), 1);
    let hours = count(&atlas, "by=hour");
    assert_eq!((hours.unlocated, hours.unknown, hours.outside, hours.overlaps, hours.rows[0].count), (2, 3, 0, 0, 2));
    let total = count(&atlas, "by=");
    assert_eq!((total.rows.len(), total.rows[0].count, total.total), (1, 5, 5));
}

#[test]
fn attaching_again_changes_nothing_and_a_new_edition_takes_its_place() {
    let atlas = small();
    let first = areas("squares", vec![("A", vec![rectangle(0.0, 0.0, 2.0, 1.0)])]);
    atlas.attach(first.clone());
    atlas.attach(first.clone());
    assert!(atlas.has_layer("squares") && !atlas.has_layer("circles") && !atlas.has_streets());
    assert_eq!(count(&atlas, "by=place:squares").rows[0].count, 2);
    let mut layer = tequio_kernel::Layer::clone(first.layer());
    layer.id = layer_id("squares", "2");
    layer.places[0].code = "NEW".to_owned();
    atlas.attach(std::sync::Arc::new(PlaceIndex::new(std::sync::Arc::new(layer)).unwrap()));
    assert_eq!(atlas.layers(), [layer_id("squares", "2")]);
    assert!(matches!(&count(&atlas, "by=place:squares").rows[0].keys[0], Key::Place { code, .. } if code == "NEW"));
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    type Spoil = fn(&mut tequio_atlas::Columns);
    let spoils: [(Spoil, &str); 7] = [
        (|c| c.hour.truncate(1), "hour"),
        (|c| c.offence[0] = 99, "offence 99"),
        (|c| c.longitude[0] = 200.0, "200"),
        (|c| c.latitude[0] = f64::INFINITY, "inf"),
        (|c| c.hour[0] = 24, "hour 24"),
        (|c| c.day[0] = i32::MAX, "calendar"),
        (|c| c.offences[1].code = c.offences[0].code.clone(), "twice"),
    ];
    for (spoil, message) in spoils {
        let mut columns = columns(&[(Some((0.0, 0.0)), 0, Precision::Day, None, 0); 2]);
        spoil(&mut columns);
        let error = Atlas::new(columns).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn what_is_not_there_is_an_error() {
    let atlas = small();
    let error = |text: &str| atlas.count(&query(text), &Scope::OPERATOR, 1).unwrap_err();
    assert!(matches!(error("by=place:squares"), AtlasError::UnknownLayer { .. }));
    assert!(matches!(error("by=street"), AtlasError::NoStreets));
    assert!(matches!(error("by=segment"), AtlasError::NoStreets));
    assert!(matches!(error("place=squares:A"), AtlasError::UnknownLayer { .. }));
    let mut odd = query("by=cell:1");
    odd.by = vec![Dimension::Cell(26)];
    assert_eq!(atlas.count(&odd, &Scope::OPERATOR, 1), Err(AtlasError::CellZoom(26)));
    let wide = self::atlas(&random_rows(50, [-170.0, -80.0, 170.0, 80.0], &mut Random(1)));
    let fine = query("by=cell:25,cell:24");
    assert_eq!(wide.count(&fine, &Scope::OPERATOR, 1), Err(AtlasError::KeyTooWide));
}

#[test]
fn answers_have_a_limit_that_threads_do_not_move() {
    let rows: Vec<Row> = (0..tequio_atlas::limits::ROWS_MAX as u32 + 1)
        .map(|at| {
            let (x, y) = (f64::from(at % 1_500) * 0.01, f64::from(at / 1_500) * 0.01);
            (Some((x, y)), DAY_2020, Precision::Day, None, 0)
        })
        .collect();
    let atlas = atlas(&rows);
    let fine = query("by=cell:20");
    for threads in [1, 8] {
        assert_eq!(atlas.count(&fine, &Scope::OPERATOR, threads), Err(AtlasError::TooManyRows));
    }
}

#[test]
fn an_atlas_is_shared_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Atlas>();
}

#[test]
fn an_empty_atlas_answers() {
    let atlas = atlas(&[]);
    let counts = count(&atlas, "by=cell:12,month,offence");
    assert_eq!((counts.total, counts.rows.len()), (0, 0));
    assert_eq!(count(&atlas, "by=").total, 0);
    assert!(atlas.is_empty() && atlas.months().is_empty());
}

#[test]
fn memory_stays_below_forty_bytes_an_incident() {
    let mut random = Random(7);
    let atlas = atlas(&random_rows(100_000, BOX, &mut random));
    for (name, places) in [("states", 32), ("municipalities", 60), ("colonias", 100)] {
        atlas.attach(partition_index(name, &partition(8, 8, places, UNIT, &mut random), (0.0, 0.0)));
    }
    let bytes = atlas.memory_bytes() / atlas.len();
    assert!(bytes < 40, "{bytes} bytes an incident");
}
