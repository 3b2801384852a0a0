//! Filters one by one.

use crate::fixtures::{DAY_2020, Random, areas, atlas, count, query, random_rows, rectangle};
use geo::{Contains, Distance, Haversine};
use geo_types::Point;
use proptest::prelude::*;
use tequio_atlas::{Atlas, AtlasError};
use tequio_kernel::{Precision, Scope};

fn total(atlas: &Atlas, text: &str) -> u64 {
    count(atlas, text).total
}

fn days(rows: &[(i32, Precision)]) -> Atlas {
    let rows: Vec<_> = rows.iter().map(|(day, precision)| (Some((0.5, 0.5)), *day, *precision, None, 0)).collect();
    atlas(&rows)
}

#[test]
fn periods_are_half_open_days() {
    use Precision::Day;
    let atlas = days(&[
        (DAY_2020 - 1, Day),
        (DAY_2020, Day),
        (DAY_2020 + 30, Day),
        (DAY_2020 + 31, Day),
        (0, Precision::Unknown),
    ]);
    for (period, found) in
        [("2020-01", 2), ("2019", 1), ("2020", 3), ("2020-01-31", 1), ("2019-12-31..2020-02-01", 4), ("1999", 0)]
    {
        assert_eq!(total(&atlas, &format!("period={period}")), found, "{period}");
    }
    assert_eq!(total(&atlas, "by=year"), 5);
}

#[test]
fn periods_finer_than_the_dates_are_refused() {
    let error = |atlas: &Atlas, text: &str| atlas.count(&query(text), &Scope::OPERATOR, 1).unwrap_err();
    let months = days(&[(DAY_2020, Precision::Month), (DAY_2020 + 40, Precision::Day)]);
    assert_eq!(total(&months, "period=2020-01"), 1);
    assert_eq!(total(&months, "period=2020-01..2020-02"), 2);
    assert!(matches!(
        error(&months, "period=2020-01-01..2020-01-15"),
        AtlasError::PeriodTooFine { precision: "month", .. }
    ));
    let years = days(&[(DAY_2020, Precision::Year)]);
    assert_eq!(
        (total(&years, "period=2020"), total(&years, "period=2019..2021"), total(&years, "period=2021")),
        (1, 1, 0)
    );
    let message = error(&years, "period=2020-03").to_string();
    assert!(message.contains("whole years") && message.contains("2020-03"), "{message}");
}

#[test]
fn a_row_known_only_by_its_year_is_in_no_month_of_it() {
    let mixed = days(&[(DAY_2020, Precision::Year), (DAY_2020 + 5, Precision::Day), (DAY_2020, Precision::Unknown)]);
    for (period, found) in [("2020", 2), ("2020-01", 1), ("2020-01-06", 1), ("2019..2020", 2), ("2019-06..2020-06", 1)]
    {
        assert_eq!(total(&mixed, &format!("period={period}")), found, "{period}");
    }
    assert_eq!(total(&mixed, "by=month"), 3);
}

#[test]
fn hours_and_weekdays_know_the_unknown() {
    let row = |day, precision, hour| (Some((0.5, 0.5)), day, precision, hour, 0);
    let atlas = atlas(&[
        row(DAY_2020, Precision::Day, Some(0)),      // Wednesday
        row(DAY_2020 + 4, Precision::Day, Some(23)), // Sunday
        row(DAY_2020, Precision::Month, None),
    ]);
    for (text, found) in [
        ("hour=0", 1),
        ("hour=unknown", 1),
        ("hour=22-23,unknown", 2),
        ("hour=0-23", 2),
        ("hour=0-23,unknown", 3),
        ("weekday=3", 1),
        ("weekday=7,unknown", 2),
        ("weekday=1-7", 2),
        ("weekday=3&hour=23", 0),
    ] {
        assert_eq!(total(&atlas, text), found, "{text}");
    }
}

#[test]
fn offences_and_classes_hold_together() {
    let rows: Vec<_> = (0..5).map(|offence| (None, DAY_2020, Precision::Day, None, offence)).collect();
    let atlas = atlas(&rows);
    for (text, found) in [
        ("offence=fraude", 1),
        ("offence=FRAUDE&offence=Robo a casa habitación", 2),
        ("class=ordinary", 3),
        ("class=ordinary&class=restricted", 4),
        ("class=sensitive&offence=FRAUDE", 0),
    ] {
        assert_eq!(total(&atlas, text), found, "{text}");
    }
    match atlas.count(&query("offence=fruade"), &Scope::OPERATOR, 1) {
        Err(AtlasError::UnknownOffence { code, suggestions }) => {
            assert_eq!((code.as_str(), &suggestions[..]), ("FRUADE", &["FRAUDE".to_owned()][..]));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn places_are_alternatives_and_overlaps_count_once() {
    let points = [(0.5, 0.5), (1.5, 0.5), (2.5, 0.5), (8.0, 8.0)].map(Some);
    let mut rows: Vec<_> = points.into_iter().map(|point| (point, DAY_2020, Precision::Day, None, 0)).collect();
    rows.push((None, DAY_2020, Precision::Day, None, 0));
    let atlas = atlas(&rows);
    atlas.attach(areas(
        "a",
        vec![("A", vec![rectangle(0.0, 0.0, 2.0, 1.0)]), ("B", vec![rectangle(1.0, 0.0, 3.0, 1.0)])],
    ));
    atlas.attach(areas(
        "b",
        vec![("C", vec![rectangle(0.0, 0.0, 1.0, 1.0)]), ("far", vec![rectangle(7.0, 7.0, 9.0, 9.0)])],
    ));
    for (text, found) in [
        ("place=a:A", 2),
        ("place=a:B", 1),
        ("place=a:A&place=a:B", 3),
        ("place=a:A&place=b:C", 2),
        ("place=a:B&place=b:far", 2),
        ("place=b:C&bbox=1,0,2,1", 0),
    ] {
        assert_eq!(total(&atlas, text), found, "{text}");
    }
    let error = atlas.count(&query("place=a:Z"), &Scope::OPERATOR, 1);
    assert_eq!(error, Err(AtlasError::UnknownPlace { layer: "a".to_owned(), code: "Z".to_owned() }));
    assert_eq!(count(&atlas, "by=place:a&place=a:A").overlaps, 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn geometry_is_that_of_geo(seed in any::<u64>(), radius in 50u32..5_000) {
        let mut random = Random(seed);
        let rows = random_rows(400, [-99.2, 19.3, -99.1, 19.4], &mut random);
        let atlas = atlas(&rows);
        let points: Vec<(f64, f64)> = rows.iter().filter_map(|row| row.0).collect();
        let among = |test: &dyn Fn((f64, f64)) -> bool| points.iter().filter(|point| test(**point)).count() as u64;

        let centre = (-99.15, 19.35);
        let metres = |point| Haversine.distance(Point::from(centre), Point::from(point));
        let text = format!("circle={},{},{radius}", centre.0, centre.1);
        prop_assert_eq!(total(&atlas, &text), among(&|point| metres(point) <= f64::from(radius)));

        let corners: Vec<String> = (0..12).map(|_| format!("{} {}", -99.2 + 0.1 * random.share(), 19.3 + 0.1 * random.share())).collect();
        let text = format!("polygon={}", corners.join(","));
        let polygon = query(&text).filter.polygon.unwrap();
        prop_assert_eq!(total(&atlas, &text), among(&|point| even_odd(&polygon, point)));

        let rect = query("bbox=-99.17,19.32,-99.12,19.39").filter.bbox.unwrap();
        prop_assert_eq!(total(&atlas, "bbox=-99.17,19.32,-99.12,19.39"), among(&|point| rect.contains(&Point::from(point))));
    }
}

/// Random corners cross themselves, where geo and the even-odd rule part ways.
pub fn even_odd(polygon: &geo_types::Polygon<f64>, (x, y): (f64, f64)) -> bool {
    let crossed = polygon.exterior().lines().filter(|line| {
        let (a, b) = (line.start, line.end);
        (a.y > y) != (b.y > y) && x < a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x)
    });
    crossed.count() % 2 == 1
}

#[test]
fn the_border_of_a_box_is_part_of_it() {
    let rows = [(1.0, 1.0), (2.0, 2.0), (1.0, 1.5), (0.999, 1.5)]
        .map(|point| (Some(point), DAY_2020, Precision::Day, None, 0));
    assert_eq!(total(&atlas(&rows), "bbox=1,1,2,2"), 3);
}
