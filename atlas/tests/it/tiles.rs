//! Tiles, read back.

use crate::decoder::{Feature, Layer, decode, doubled_area};
use crate::fixtures::{
    DAY_2020, Random, areas, atlas, count, partition, partition_index, query, random_rows, rectangle, street, streets,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use tequio_atlas::{Atlas, AtlasError, Cell, TileLevel};
use tequio_kernel::{Key, Precision, Scope};

fn tile(atlas: &Atlas, text: &str, level: &TileLevel, (z, x, y): (u8, u32, u32)) -> Option<Layer> {
    let bytes = atlas.tile(&query(text), &Scope::OPERATOR, level.clone(), z, x, y).expect(text);
    let layer = decode(&bytes)?;
    assert_eq!((layer.version, layer.extent), (2, 4_096));
    assert!(!layer.features.is_empty());
    assert!(
        layer
            .features
            .iter()
            .flat_map(|feature| &feature.parts)
            .flat_map(|part| &part.0)
            .all(|(x, y)| { (-64..=4_160).contains(x) && (-64..=4_160).contains(y) })
    );
    Some(layer)
}

/// Every tile of a zoom that may show something of a box.
fn tiles(z: u8, [west, south, east, north]: [f64; 4]) -> Vec<(u8, u32, u32)> {
    let (low, high) = (Cell::of(west, north, z), Cell::of(east, south, z));
    let last = (1u32 << z) - 1;
    let columns = low.x.saturating_sub(1)..=(high.x + 1).min(last);
    columns.flat_map(|x| (low.y.saturating_sub(1)..=(high.y + 1).min(last)).map(move |y| (z, x, y))).collect()
}

fn check_polygon(feature: &Feature) {
    assert_eq!(feature.kind, 3);
    assert!(feature.parts.iter().all(|(ring, is_closed)| *is_closed && ring.len() >= 3));
    assert!(doubled_area(&feature.parts[0].0) > 0, "the first ring is an exterior");
    assert!(feature.parts.iter().all(|(ring, _)| doubled_area(ring) != 0));
}

const BOX: [f64; 4] = [-99.26, 19.29, -99.12, 19.43];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn cells_of_all_tiles_are_the_located(seed in any::<u64>(), z in 6u8..13, depth in 0u8..=8) {
        let atlas = atlas(&random_rows(500, BOX, &mut Random(seed)));
        let text = "hour=0-20";
        let counts = count(&atlas, &format!("by=cell:{}&{text}", z + depth));
        let mut found = BTreeMap::new();
        for at in tiles(z, BOX) {
            for feature in tile(&atlas, text, &TileLevel::Cells(z + depth), at).into_iter().flat_map(|layer| layer.features) {
                check_polygon(&feature);
                let side = 4_096i64 >> depth;
                assert_eq!(doubled_area(&feature.parts[0].0), 2 * side * side);
                let number = |name: &str| feature.properties[name].number();
                let (x, y) = (number("x") as u32, number("y") as u32);
                assert_eq!((x >> depth, y >> depth, number("z")), (at.1, at.2, u64::from(z + depth)));
                assert!(found.insert((x, y), number("count")).is_none());
            }
        }
        let expected: BTreeMap<(u32, u32), u64> = counts.rows.iter().map(|row| match row.keys[..] {
            [Key::Cell { x, y, .. }] => ((x, y), row.count),
            _ => panic!("not a cell"),
        }).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn places_of_all_tiles_are_the_count(seed in any::<u64>(), z in 0u8..13) {
        let mut random = Random(seed);
        let unit = 1.0 / 4_096.0;
        let places = partition_index("parts", &partition(8, 8, 40, unit, &mut random), (-99.25, 19.3));
        let atlas = atlas(&random_rows(400, BOX, &mut random));
        atlas.attach(places);
        let counts = count(&atlas, "by=place:parts");
        let mut found = BTreeMap::new();
        for at in tiles(z, BOX) {
            for feature in tile(&atlas, "", &TileLevel::Places("parts".to_owned()), at).into_iter().flat_map(|layer| layer.features) {
                check_polygon(&feature);
                let number = feature.properties["count"].number();
                let code = feature.properties["code"].text().to_owned();
                assert_eq!(feature.properties["name"].text(), format!("Name of {code}"));
                assert!(found.insert(code, number).is_none_or(|known| known == number), "tiles disagree");
            }
        }
        found.retain(|_, number| *number > 0);
        let expected: BTreeMap<String, u64> = counts.rows.iter().map(|row| match &row.keys[..] {
            [Key::Place { code, .. }] => (code.clone(), row.count),
            _ => panic!("not a place"),
        }).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn neighbours_draw_the_same_vertices(seed in any::<u64>(), z in 10u8..15) {
        let mut random = Random(seed);
        let places = partition_index("parts", &partition(8, 8, 10, 1.0 / 4_096.0, &mut random), (-99.25, 19.3));
        let atlas = atlas(&random_rows(10, BOX, &mut random));
        atlas.attach(places);
        let Cell { x, y, .. } = Cell::of(-99.19, 19.36, z);
        let vertices = |x: u32| -> BTreeSet<(String, i64, i64)> {
            let layer = tile(&atlas, "", &TileLevel::Places("parts".to_owned()), (z, x, y));
            let features = layer.into_iter().flat_map(|layer| layer.features);
            features.flat_map(|feature| {
                let code = feature.properties["code"].text().to_owned();
                let parts = feature.parts.into_iter().flat_map(|part| part.0);
                parts.map(move |(vx, vy)| (code.clone(), vx + i64::from(x) * 4_096, vy)).collect::<Vec<_>>()
            }).filter(|(_, vx, vy)| {
                // Strictly within the strip that both tiles show.
                let border = i64::from(x.max(Cell::of(-99.19, 19.36, z).x)) * 4_096;
                (vx - border).abs() < 64 && (-63..4_160).contains(vy)
            }).collect()
        };
        prop_assert_eq!(vertices(x - 1), vertices(x));
    }
}

#[test]
fn a_place_too_small_for_the_zoom_is_a_square() {
    let tiny = |x: f64| vec![rectangle(x, 19.4, x + 1e-5, 19.4 + 1e-5)];
    let at = |x: f64| (Some((x + 5e-6, 19.4 + 5e-6)), DAY_2020, Precision::Day, None, 0);
    let atlas = atlas(&[at(-99.1), at(-99.1), at(179.99998)]);
    atlas.attach(areas("tiny", vec![("A", tiny(-99.1)), ("EDGE", tiny(179.99998)), ("Z", tiny(-99.2))]));
    for z in [0, 4, 9] {
        let mut found = BTreeMap::new();
        for at in tiles(z, [-180.0, 19.3, 180.0, 19.5]) {
            for feature in
                tile(&atlas, "", &TileLevel::Places("tiny".to_owned()), at).into_iter().flat_map(|layer| layer.features)
            {
                check_polygon(&feature);
                found.insert(feature.properties["code"].text().to_owned(), feature.properties["count"].number());
            }
        }
        assert_eq!(found, BTreeMap::from([("A".to_owned(), 2), ("EDGE".to_owned(), 1)]), "zoom {z}");
    }
}

#[test]
fn holes_are_wound_the_other_way() {
    let hole = rectangle(-99.16, 19.34, -99.14, 19.36).exterior().clone();
    let ring = geo_types::Polygon::new(rectangle(-99.2, 19.3, -99.1, 19.4).exterior().clone(), vec![hole]);
    let atlas = atlas(&[]);
    atlas.attach(areas("ring", vec![("R", vec![ring])]));
    let Cell { x, y, .. } = Cell::of(-99.15, 19.35, 9);
    let layer = tile(&atlas, "", &TileLevel::Places("ring".to_owned()), (9, x, y)).unwrap();
    let signs: Vec<i64> = layer.features[0].parts.iter().map(|(ring, _)| doubled_area(ring).signum()).collect();
    assert_eq!(signs, [1, -1]);
}

#[test]
fn segments_below_the_minimum_look_like_empty_ones() {
    let line = |y: f64| [(-99.15, y), (-99.149, y)];
    let segments = vec![
        street("full", "Juárez", None, &line(19.40)),
        street("one", "", None, &line(19.401)),
        street("none", "", None, &line(19.402)),
    ];
    let at = |y: f64| (Some((-99.1495, y)), DAY_2020, Precision::Day, None, 0);
    let atlas = atlas(&[at(19.40), at(19.40), at(19.401)]);
    atlas.attach_streets(streets(segments, None, 30.0));
    let drawn = |z: u8, minimum: u64| -> Vec<(String, Option<u64>)> {
        let Cell { x, y, .. } = Cell::of(-99.1495, 19.401, z);
        let scope = Scope { street_minimum: minimum, ..Scope::OPERATOR };
        let layer = decode(&atlas.tile(&query(""), &scope, TileLevel::Segments, z, x, y).unwrap());
        let features =
            layer.into_iter().inspect(|layer| assert_eq!(layer.name, "segments")).flat_map(|layer| layer.features);
        features
            .inspect(|feature| assert_eq!(feature.kind, 2))
            .map(|feature| {
                (
                    feature.properties["code"].text().to_owned(),
                    feature.properties.get("count").map(|count| count.number()),
                )
            })
            .collect()
    };
    let named = |rows: &[(&str, Option<u64>)]| {
        rows.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect::<Vec<_>>()
    };
    assert_eq!(drawn(14, 2), named(&[("full", Some(2)), ("one", None), ("none", None)]));
    assert_eq!(drawn(14, 1), named(&[("full", Some(2)), ("one", Some(1)), ("none", None)]));
    assert_eq!(drawn(13, 2), named(&[("full", Some(2))]));
    assert_eq!(drawn(3, 0), named(&[("full", Some(2)), ("one", Some(1))]));
}

#[test]
fn tiles_that_do_not_exist_are_refused() {
    let atlas = atlas(&[]);
    let ask = |level, z, x, y| atlas.tile(&query(""), &Scope::OPERATOR, level, z, x, y);
    assert_eq!(ask(TileLevel::Cells(3), 2, 4, 0), Err(AtlasError::Tile { z: 2, x: 4, y: 0 }));
    assert_eq!(ask(TileLevel::Cells(25), 23, 0, 0), Err(AtlasError::Tile { z: 23, x: 0, y: 0 }));
    assert_eq!(ask(TileLevel::Cells(1), 2, 0, 0), Err(AtlasError::TileCells { z: 2, cells: 1 }));
    assert_eq!(ask(TileLevel::Cells(11), 2, 0, 0), Err(AtlasError::TileCells { z: 2, cells: 11 }));
    assert_eq!(ask(TileLevel::Segments, 2, 0, 0), Err(AtlasError::NoStreets));
    assert!(matches!(ask(TileLevel::Places("x".to_owned()), 2, 0, 0), Err(AtlasError::UnknownLayer { .. })));
    assert_eq!(ask(TileLevel::Cells(2), 2, 0, 0), Ok(Vec::new()));
}
