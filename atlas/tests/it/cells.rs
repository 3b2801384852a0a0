//! Web-mercator cells.

use crate::fixtures::{DAY_2020, Random, atlas, count, random_rows};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tequio_atlas::Cell;
use tequio_kernel::{Key, Precision};

#[test]
fn points_that_single_precision_would_misplace_keep_their_cell() {
    let edge = 525.0 / 2_048.0 * 360.0 - 180.0;
    let rows = [edge - 3e-6, edge + 3e-6, edge - 3.4e-6]
        .map(|longitude| (Some((longitude, 41.9)), DAY_2020, Precision::Day, None, 0));
    let columns: Vec<(u32, u64)> = count(&atlas(&rows), "by=cell:11")
        .rows
        .into_iter()
        .map(|row| match row.keys[..] {
            [Key::Cell { z: 11, x, .. }] => (x, row.count),
            _ => panic!("not a cell"),
        })
        .collect();
    assert_eq!(columns, [(524, 2), (525, 1)]);
}

/// The formula as the tile scheme states it, zoom by zoom.
fn by_formula(longitude: f64, latitude: f64, zoom: u8) -> (u32, u32) {
    use std::f64::consts::PI;
    let side = f64::from(1u32 << zoom);
    let latitude = latitude.clamp(-85.051_128_78, 85.051_128_78);
    let x = ((longitude + 180.0) / 360.0 * side).floor();
    let y = ((1.0 - latitude.to_radians().tan().asinh() / PI) / 2.0 * side).floor();
    (x.clamp(0.0, side - 1.0) as u32, y.clamp(0.0, side - 1.0) as u32)
}

proptest! {
    #[test]
    fn cells_are_those_of_the_formula(longitude in -180.0..180.0f64, latitude in -90.0..90.0f64, zoom in 0u8..=25) {
        let cell = Cell::of(longitude, latitude, zoom);
        prop_assert_eq!((cell.x, cell.y), by_formula(longitude, latitude, zoom));
    }

    #[test]
    fn children_sum_to_their_parents(seed in any::<u64>(), world in any::<bool>()) {
        let bounds = if world { [-180.0, -90.0, 180.0, 90.0] } else { [-99.3, 19.1, -99.0, 19.5] };
        let atlas = atlas(&random_rows(400, bounds, &mut Random(seed)));
        let at = |zoom: u8| -> BTreeMap<(u32, u32), u64> {
            let counts = count(&atlas, &format!("by=cell:{zoom}"));
            assert_eq!(counts.unknown, 0);
            counts.rows.into_iter().map(|row| match row.keys[..] {
                [Key::Cell { x, y, .. }] => ((x, y), row.count),
                _ => panic!("not a cell"),
            }).collect()
        };
        let mut children = at(25);
        for zoom in (0..25).rev() {
            let mut parents = BTreeMap::new();
            children.iter().for_each(|((x, y), count)| *parents.entry((x / 2, y / 2)).or_insert(0) += count);
            children = at(zoom);
            prop_assert_eq!(&children, &parents);
        }
    }
}
