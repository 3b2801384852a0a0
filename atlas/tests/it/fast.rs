//! Every way of looking at few rows, against looking at all of them.

use crate::counts::{recount, small_partition};
use crate::decoder::decode;
use crate::filters::even_odd;
use crate::fixtures::{DAY_2020, Random, Row, atlas, check_sum, offences, query, random_rows};
use geo::{Distance, Haversine};
use geo_types::Point;
use proptest::prelude::*;
use std::collections::BTreeMap;
use tequio_atlas::{Atlas, AtlasError, Cell, HEAT_SIDE, PlaceIndex, TileLevel};
use tequio_kernel::period::day_number;
use tequio_kernel::{Dimension, Filter, Precision, Query, Scope};

const BOX: [f64; 4] = [-0.01, -0.01, 0.13, 0.13];

/// Long runs: many rows of few months; positions as a source writes them, or not; some at one address.
fn rows(count: usize, decimals: Option<i32>, random: &mut Random) -> Vec<Row> {
    let mut rows = random_rows(count, BOX, random);
    for row in &mut rows {
        if row.2 == Precision::Day {
            row.1 = DAY_2020 + random.below(70) as i32;
        }
        let round = |degrees: f64| {
            decimals.map_or(degrees, |decimals| {
                let unit = 10f64.powi(decimals);
                (degrees * unit).round() / unit
            })
        };
        row.0 = row.0.map(|(x, y)| if random.below(5) == 0 { (0.05, 0.06) } else { (round(x), round(y)) });
    }
    rows
}

/// Conditions as they are written, each there or not.
fn conditions(random: &mut Random) -> String {
    let mut parts = Vec::new();
    let mut maybe = |odds: u64, parts: &mut Vec<String>, text: &dyn Fn(&mut Random) -> String| {
        if random.below(odds) == 0 {
            parts.push(text(random));
        }
    };
    let pick = |random: &mut Random, texts: &[&str]| texts[random.below(texts.len() as u64) as usize].to_owned();
    maybe(2, &mut parts, &|r| {
        pick(r, &["offence=FRAUDE", "offence=FRAUDE&offence=LESIONES", "class=ordinary", "class=sensitive"])
    });
    maybe(2, &mut parts, &|r| pick(r, &["period=2020", "period=2020-02", "period=2020-01..2020-02", "period=2019"]));
    maybe(4, &mut parts, &|r| pick(r, &["weekday=1-5", "weekday=7,unknown"]));
    maybe(4, &mut parts, &|r| pick(r, &["hour=0-5", "hour=20-23,unknown"]));
    maybe(3, &mut parts, &|r| {
        let (x, y, size) = (r.share() * 0.1, r.share() * 0.1, 10f64.powf(-4.0 + 3.0 * r.share()));
        format!("bbox={x},{y},{},{}", x + size, y + size)
    });
    maybe(4, &mut parts, &|r| format!("circle={},{},{}", r.share() * 0.1, r.share() * 0.1, 10 + r.below(4_000)));
    maybe(5, &mut parts, &|r| {
        let corners: Vec<String> = (0..5).map(|_| format!("{} {}", r.share() * 0.12, r.share() * 0.12)).collect();
        format!("polygon={}", corners.join(","))
    });
    maybe(5, &mut parts, &|r| format!("place=parts:P000{}&place=parts:P000{}", r.below(7), r.below(7)));
    parts.join("&")
}

/// Whether a row passes, condition by condition; `zoom` is that of the cells that are asked of
/// instead of positions.
fn passes(filter: &Filter, row: &Row, zoom: Option<u8>, places: &PlaceIndex) -> bool {
    let (position, day, precision, hour, offence) = *row;
    let offence = &offences()[usize::from(offence)];
    let in_period = filter.period.is_none_or(|period| {
        let last = match precision {
            Precision::Day => day,
            Precision::Month => day + 27,
            Precision::Year => day + 364,
            Precision::Unknown => return false,
        };
        day_number(period.from) <= day && last < day_number(period.until)
    });
    let weekday = (precision == Precision::Day).then(|| ((day + 3).rem_euclid(7) + 1) as u8);
    let on_the_ground = (filter.bbox.is_none() && filter.circle.is_none() && filter.polygon.is_none())
        || position.is_some_and(|(x, y)| {
            let (x, y) = zoom.map_or((x, y), |zoom| Cell::of(x, y, zoom).centre());
            let in_box = |b: geo_types::Rect| b.min().x <= x && x <= b.max().x && b.min().y <= y && y <= b.max().y;
            let metres = |from: geo_types::Coord| Haversine.distance(Point::from(from), Point::new(x, y));
            filter.bbox.is_none_or(in_box)
                && filter.circle.is_none_or(|circle| metres(circle.centre) <= circle.radius_m)
                && filter.polygon.as_ref().is_none_or(|polygon| even_odd(polygon, (x, y)))
        });
    let in_place = filter.places.is_empty()
        || position.is_some_and(|(x, y)| {
            let (x, y) = zoom.map_or((x, y), |zoom| Cell::of(x, y, zoom).centre());
            let code = places.locate(x, y).place.map(|place| &places.layer().places[place as usize].code);
            filter.places.iter().any(|place| Some(&place.code) == code)
        });
    in_period
        && on_the_ground
        && in_place
        && filter.weekdays.is_none_or(|days| days.contains(weekday))
        && filter.hours.is_none_or(|hours| hours.contains(hour))
        && (filter.offences.is_empty() || filter.offences.contains(&offence.code))
        && (filter.classes.is_empty() || filter.classes.iter().any(|class| class == offence.class))
}

fn check_counts(atlas: &Atlas, rows: &[Row], places: &PlaceIndex, query: &Query, scope: &Scope) {
    let passing: Vec<Row> =
        rows.iter().filter(|row| passes(&query.filter, row, scope.geometry_zoom, places)).copied().collect();
    let (cells, [unlocated, unknown, outside, total]) = recount(&query.by, &passing, places);
    let answers = [1, 2, 8].map(|threads| atlas.count(query, scope, threads).unwrap());
    let counts = &answers[0];
    check_sum(counts);
    let found: BTreeMap<_, _> = counts.rows.iter().map(|row| (row.keys.clone(), row.count)).collect();
    assert_eq!(found, cells, "{query:?}");
    assert_eq!([counts.unlocated, counts.unknown, counts.outside, counts.total], [unlocated, unknown, outside, total]);
    assert!(answers.iter().all(|answer| answer == counts));
    let cube = atlas.cube(query, scope, 2).unwrap();
    let keys = |mut combined: u64| {
        let mut keys: Vec<_> = (0..query.by.len())
            .rev()
            .zip(cube.sizes().iter().rev())
            .map(|(dimension, size)| {
                let key = cube.key(dimension, combined % size).unwrap();
                combined /= size;
                key
            })
            .collect();
        keys.reverse();
        keys
    };
    assert_eq!(
        (cube.cells().map(|(key, count)| (keys(key), count)).collect::<BTreeMap<_, _>>(), cube.total()),
        (cells, total)
    );
    assert_eq!((cube.len(), cube.is_empty()), (counts.rows.len(), counts.rows.is_empty()));
}

fn check_tiles(atlas: &Atlas, rows: &[Row], places: &PlaceIndex, query: &Query, scope: &Scope, cell: Cell) {
    let Cell { z, x, y } = cell;
    let passing = rows.iter().filter(|row| passes(&query.filter, row, scope.geometry_zoom, places));
    let (mut heat, mut cells) = (vec![0; HEAT_SIDE * HEAT_SIDE], BTreeMap::new());
    for (longitude, latitude) in passing.filter_map(|row| row.0) {
        let pixel = Cell::of(longitude, latitude, z + 8);
        if (pixel.x >> 8, pixel.y >> 8) == (x, y) {
            heat[(pixel.y % 256) as usize * HEAT_SIDE + (pixel.x % 256) as usize] += 1;
            *cells.entry((u64::from(pixel.x >> 2), u64::from(pixel.y >> 2))).or_insert(0u64) += 1;
        }
    }
    assert!(atlas.heat(query, scope, z, x, y).unwrap() == heat, "{query:?}");
    let tile = decode(&atlas.tile(query, scope, TileLevel::Cells(z + 6), z, x, y).unwrap());
    let features = tile.into_iter().flat_map(|layer| layer.features);
    let number = |feature: &crate::decoder::Feature, name: &str| feature.properties[name].number();
    let found: BTreeMap<(u64, u64), u64> =
        features.map(|feature| ((number(&feature, "x"), number(&feature, "y")), number(&feature, "count"))).collect();
    assert_eq!(found, cells, "{query:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn few_rows_give_the_answer_of_all_rows(
        seed in any::<u64>(),
        decimals in prop::option::of(4i32..8),
        zoom in prop::option::of(8u8..20),
        by in prop::collection::hash_set(crate::counts::dimension(), 0..4),
    ) {
        let mut random = Random(seed);
        let places = small_partition(&mut random);
        let rows = rows(6_000, decimals, &mut random);
        let atlas = atlas(&rows);
        atlas.attach(places.clone());
        let scope = Scope { geometry_zoom: zoom, place_zoom: zoom, ..Scope::OPERATOR };
        let by: Vec<Dimension> = by.into_iter().map(|by| by.parse().unwrap()).collect();
        for _ in 0..6 {
            let query = Query { by: by.clone(), ..query(&conditions(&mut random)) };
            check_counts(&atlas, &rows, &places, &query, &scope);
            let (x, y) = rows.iter().filter_map(|row| row.0).nth(random.below(5_000) as usize).unwrap();
            for cell in [Cell::of(0.05, 0.06, random.below(18) as u8), Cell::of(x, y, 10 + random.below(8) as u8)] {
                check_tiles(&atlas, &rows, &places, &query, &scope, cell);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    /// Enough rows for every thread to have some, cubes too wide for an array, dimensions in any order.
    #[test]
    fn many_rows_give_the_same_in_any_number_of_threads(seed in any::<u64>(), decimals in prop::option::of(Just(6))) {
        let mut random = Random(seed);
        let places = small_partition(&mut random);
        let rows = rows(70_000, decimals, &mut random);
        let atlas = atlas(&rows);
        atlas.attach(places.clone());
        for by in ["place:parts,month,offence", "month,place:parts,offence", "offence,month,place:parts", "hour,month,class", "cell:12,month", "month"] {
            let query = query(&format!("by={by}&{}", conditions(&mut random)));
            check_counts(&atlas, &rows, &places, &query, &Scope::OPERATOR);
        }
    }
}

#[test]
fn a_cube_wider_than_an_array_is_counted_run_by_run() {
    let mut random = Random(5);
    let parts = crate::fixtures::partition(24, 24, 900, 1.0 / 16_384.0, &mut random);
    let places = crate::fixtures::partition_index("parts", &parts, (0.0, 0.0));
    let mut rows = random_rows(40_000, [-0.01, -0.01, 0.1, 0.1], &mut random);
    rows.iter_mut()
        .for_each(|row| row.1 = if row.2 == Precision::Day { DAY_2020 + random.below(9_000) as i32 } else { row.1 });
    let atlas = atlas(&rows);
    atlas.attach(places.clone());
    for by in
        ["offence,month,place:parts", "place:parts,month,offence", "month,place:parts,offence", "place:parts,month"]
    {
        for filter in ["", "hour=1-9&", "offence=FRAUDE&period=2021&"] {
            check_counts(&atlas, &rows, &places, &query(&format!("{filter}by={by}")), &Scope::OPERATOR);
        }
    }
    let narrow = Scope { rows_max: 100, ..Scope::OPERATOR };
    assert_eq!(atlas.cube(&query("by=offence,month,place:parts"), &narrow, 2).unwrap_err(), AtlasError::TooManyRows);
}

#[test]
fn heat_tiles_that_do_not_exist_are_refused() {
    let atlas = atlas(&[]);
    let ask = |z, x, y| atlas.heat(&query(""), &Scope::OPERATOR, z, x, y);
    assert_eq!(ask(2, 4, 0), Err(AtlasError::Tile { z: 2, x: 4, y: 0 }));
    assert_eq!(ask(18, 0, 0), Err(AtlasError::TileCells { z: 18, cells: 26 }));
    assert_eq!(ask(17, 0, 0).map(|heat| heat.len()), Ok(65_536));
}
