//! Order along a Hilbert curve, so that neighbours on the ground are neighbours in the file.

use tequio_kernel::Point;

/// Sorts unlocated incidents after every located one.
pub const UNLOCATED_KEY: u64 = u64::MAX;

/// Bits for each axis; 31 keep the key below [`UNLOCATED_KEY`].
const BITS: u32 = 31;

/// Position of a point along the Hilbert curve of the longitude and latitude square (about 2 cm).
pub fn hilbert_key(point: Option<Point>) -> u64 {
    let Some(point) = point else { return UNLOCATED_KEY };
    let side = (1u64 << BITS) as f64 - 1.0;
    // Casts saturate, and the importers let no position outside the ranges through.
    let x = ((point.longitude + 180.0) / 360.0 * side) as u32;
    let y = ((point.latitude + 90.0) / 180.0 * side) as u32;
    curve_position(x, y)
}

/// Classic rotation form of Hilbert's curve (Hilbert 1891), most significant bit first.
fn curve_position(mut x: u32, mut y: u32) -> u64 {
    let mut position = 0u64;
    for bit in (0..BITS).rev() {
        let side = 1u32 << bit;
        let (right, upper) = (u64::from(x & side != 0), u64::from(y & side != 0));
        position += ((3 * right) ^ upper) << (2 * bit);
        if upper == 0 {
            if right == 1 {
                x = !x & ((1 << BITS) - 1);
                y = !y & ((1 << BITS) - 1);
            }
            std::mem::swap(&mut x, &mut y);
        }
    }
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consecutive_positions_are_neighbours() {
        let bits = 5;
        let shift = BITS - bits;
        let side = 1u32 << bits;
        let mut cells: Vec<(u64, u32, u32)> = (0..side * side)
            .map(|i| (curve_position((i % side) << shift, (i / side) << shift) >> (2 * shift), i % side, i / side))
            .collect();
        cells.sort_unstable();
        for pair in cells.windows(2) {
            assert_eq!(pair[0].0 + 1, pair[1].0);
            assert_eq!(pair[0].1.abs_diff(pair[1].1) + pair[0].2.abs_diff(pair[1].2), 1);
        }
    }

    #[test]
    fn the_unlocated_come_last() {
        let corner = hilbert_key(Some(Point { longitude: 180.0, latitude: 90.0 }));
        assert!(corner < UNLOCATED_KEY);
        assert_eq!(hilbert_key(None), UNLOCATED_KEY);
    }
}
