//! What a scope keeps back.

use crate::fixtures::{
    DAY_2020, Random, areas, atlas, check_sum, count, query, random_rows, rectangle, street, streets,
};
use proptest::prelude::*;
use tequio_atlas::{Atlas, Cell};
use tequio_kernel::{Counts, Precision, Scope};

fn seen(atlas: &Atlas, text: &str, scope: &Scope) -> Counts {
    let counts = atlas.count(&query(text), scope, 1).expect(text);
    check_sum(&counts);
    counts
}

#[test]
fn offences_of_other_classes_are_left_out() {
    let rows: Vec<_> = (0..5).map(|offence| (Some((0.5, 0.5)), DAY_2020, Precision::Day, None, offence)).collect();
    let scope = Scope { classes: Some(vec!["ordinary"]), ..Scope::OPERATOR };
    let atlas = atlas(&rows);
    assert_eq!(seen(&atlas, "by=offence", &scope).rows.len(), 3);
    assert_eq!(seen(&atlas, "by=cell:5", &scope).total, 3);
    assert_eq!(seen(&atlas, "offence=VIOLACION", &scope).total, 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_filter_takes_whole_cells(seed in any::<u64>(), zoom in 8u8..20) {
        let mut random = Random(seed);
        let rows = random_rows(500, [-99.2, 19.3, -99.1, 19.4], &mut random);
        let atlas = atlas(&rows);
        let middle = -99.15 + 0.02 * random.share();
        atlas.attach(areas("halves", vec![("W", vec![rectangle(-120.0, 0.0, middle, 40.0)]), ("E", vec![rectangle(middle, 0.0, -80.0, 40.0)])]));
        let centres: Vec<(f64, f64)> = rows.iter().filter_map(|row| row.0).map(|(x, y)| Cell::of(x, y, zoom).centre()).collect();
        let scope = Scope { geometry_zoom: Some(zoom), place_zoom: Some(zoom), ..Scope::OPERATOR };
        let west = centres.iter().filter(|centre| centre.0 < middle).count() as u64;
        prop_assert_eq!(seen(&atlas, "place=halves:W", &scope).total, west);
        let within = |(x, y): &&(f64, f64)| (-99.17..=-99.13).contains(x) && (19.33..=19.37).contains(y);
        let boxed = seen(&atlas, "bbox=-99.17,19.33,-99.13,19.37", &scope);
        prop_assert_eq!(boxed.total, centres.iter().filter(within).count() as u64);
        // The same box asked as a polygon, and no cell is ever cut.
        let polygon = "polygon=-99.17 19.33,-99.13 19.33,-99.13 19.37,-99.17 19.37";
        prop_assert_eq!(seen(&atlas, polygon, &scope).total, boxed.total);
        let by = format!("by=cell:{zoom}");
        let (all, part) = (count(&atlas, &by), seen(&atlas, &format!("{by}&{polygon}"), &scope));
        prop_assert!(part.rows.iter().all(|row| all.rows.contains(row)));
    }
}

#[test]
fn small_streets_join_the_unknown() {
    let segments = vec![
        street("1", "Juárez", Some("M"), &[(0.0, 0.0), (0.001, 0.0)]),
        street("2", "JUAREZ", Some("M"), &[(0.001, 0.0), (0.002, 0.0)]),
        street("3", "", Some("M"), &[(0.0, 0.001), (0.002, 0.001)]),
    ];
    let at = |x: f64, y: f64| (Some((x, y)), DAY_2020, Precision::Day, None, 0);
    let atlas = atlas(&[at(0.0005, 0.0), at(0.0004, 0.0), at(0.0015, 0.0), at(0.001, 0.001), at(0.5, 0.5)]);
    atlas.attach_streets(streets(segments, None, 50.0));
    let by_segment = |minimum| seen(&atlas, "by=segment", &Scope { street_minimum: minimum, ..Scope::OPERATOR });
    assert_eq!(by_segment(1).rows.len(), 3);
    let counts = by_segment(2);
    assert_eq!((counts.rows.len(), counts.rows[0].count, counts.unknown, counts.outside), (1, 2, 3, 1));
    let by_street = count(&atlas, "by=street");
    assert_eq!((by_street.rows.len(), by_street.rows[0].count), (1, 3));
    // One lies on a street without a name, one near no street.
    assert_eq!((by_street.unknown, by_street.outside), (2, 1));
    assert_eq!(count(&atlas, "place=streets:M:juarez").total, 3);
    assert_eq!(count(&atlas, "place=streets:2&place=streets:3").total, 2);
    let cells = Scope { place_zoom: Some(25), ..Scope::OPERATOR };
    assert_eq!(seen(&atlas, "place=streets:M:juarez", &cells).total, 3);
}
