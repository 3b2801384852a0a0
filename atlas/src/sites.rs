//! Where the incidents happened: positions without loss, and their cells.
//!
//! Nearly every source writes at most seven decimals of a degree. Such positions are kept as whole
//! numbers of 1e-7 degrees, half as large; a single one that would not come back bit for bit, and
//! all are kept in double precision. Of a cell only the row is kept, because it needs a tangent and
//! a logarithm; the column follows from the longitude by one multiplication.

use crate::cell::{LAST_INDEX, column};
use crate::codes::NONE;
use geo_types::Coord;
use rayon::prelude::*;

/// The finest cell of an incident without a position.
pub(crate) const UNLOCATED: [u32; 2] = [NONE, NONE];
/// Whole numbers in a degree.
const UNITS: f64 = 1e7;
/// Stands for NaN among whole numbers.
const NAN: i32 = i32::MIN;
/// Half a turn in whole numbers.
const HALF_TURN: i64 = 1_800_000_000;

/// Degrees east and north.
#[derive(Debug)]
enum Positions {
    Whole { longitude: Vec<i32>, latitude: Vec<i32> },
    Double { longitude: Vec<f64>, latitude: Vec<f64> },
}

/// Position and finest cell of every incident.
#[derive(Debug)]
pub(crate) struct Sites {
    positions: Positions,
    /// Row of the finest cell, or [`NONE`].
    cell_rows: Vec<u32>,
}

impl Sites {
    /// Keeps positions in an order, with the rows of their cells in that order.
    pub(crate) fn new(longitude: &[f64], latitude: &[f64], order: &[u32], cell_rows: Vec<u32>) -> Self {
        let whole = |degrees: &[f64]| -> Option<Vec<i32>> {
            order.par_iter().map(|row| to_whole(degrees[*row as usize])).collect()
        };
        let double = |degrees: &[f64]| -> Vec<f64> { order.par_iter().map(|row| degrees[*row as usize]).collect() };
        let positions = match whole(longitude).and_then(|longitude| Some((longitude, whole(latitude)?))) {
            Some((longitude, latitude)) => Positions::Whole { longitude, latitude },
            None => Positions::Double { longitude: double(longitude), latitude: double(latitude) },
        };
        Self { positions, cell_rows }
    }

    pub(crate) fn len(&self) -> usize {
        self.cell_rows.len()
    }

    /// Bytes on the heap.
    pub(crate) fn memory_bytes(&self) -> usize {
        let position = match self.positions {
            Positions::Whole { .. } => 8,
            Positions::Double { .. } => 16,
        };
        self.len() * (position + 4)
    }

    #[inline]
    pub(crate) fn is_located(&self, row: usize) -> bool {
        self.cell_rows[row] != NONE
    }

    /// The position of a row, NaN when it has none.
    #[inline]
    pub(crate) fn position(&self, row: usize) -> Coord<f64> {
        match &self.positions {
            Positions::Whole { longitude, latitude } => {
                Coord { x: to_degrees(longitude[row]), y: to_degrees(latitude[row]) }
            }
            Positions::Double { longitude, latitude } => Coord { x: longitude[row], y: latitude[row] },
        }
    }

    /// The finest cell of a row, or [`UNLOCATED`].
    #[inline]
    pub(crate) fn cell(&self, row: usize) -> [u32; 2] {
        let y = self.cell_rows[row];
        if y == NONE { UNLOCATED } else { [self.column(row), y] }
    }

    /// Calls `found(row, finest cell or UNLOCATED)` for rows.
    #[inline]
    pub(crate) fn each_cell(&self, rows: impl Iterator<Item = usize>, mut found: impl FnMut(usize, [u32; 2])) {
        let cell_rows = &self.cell_rows;
        let cell = |column: u32, y: u32| if y == NONE { UNLOCATED } else { [column, y] };
        match &self.positions {
            Positions::Whole { longitude, .. } => {
                rows.for_each(|row| found(row, cell(whole_column(longitude[row]), cell_rows[row])));
            }
            Positions::Double { longitude, .. } => {
                rows.for_each(|row| found(row, cell(column(longitude[row]), cell_rows[row])));
            }
        }
    }

    #[inline]
    fn column(&self, row: usize) -> u32 {
        match &self.positions {
            Positions::Whole { longitude, .. } => whole_column(longitude[row]),
            Positions::Double { longitude, .. } => column(longitude[row]),
        }
    }
}

/// `None` when the way back would give other bits.
fn to_whole(degrees: f64) -> Option<i32> {
    if degrees.is_nan() {
        return Some(NAN);
    }
    let whole = (degrees * UNITS).round() as i32;
    (to_degrees(whole).to_bits() == degrees.to_bits()).then_some(whole)
}

#[inline]
fn to_degrees(whole: i32) -> f64 {
    if whole == NAN { f64::NAN } else { f64::from(whole) / UNITS }
}

/// Column of the finest zoom, of a longitude in whole numbers.
///
/// Exactly that of the same longitude in degrees. `turn * 2^25 / 3.6e9 = turn * 2^15 / 3515625` is
/// either whole, and then every step of the computation in degrees is exact too (the longitude is a
/// multiple of 45/128 degrees), or at least 1/3515625 from a whole number, which is ten times as far
/// as that computation can be wrong (2e-8).
#[inline]
fn whole_column(longitude: i32) -> u32 {
    const EDGE: u64 = 3_515_625;
    // What stands for NaN is below -180 degrees; its column is never looked at.
    let turn = (i64::from(longitude) + HALF_TURN).max(0).cast_unsigned();
    ((turn << 15) / EDGE).min(u64::from(LAST_INDEX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::finest;
    use proptest::prelude::*;

    #[test]
    fn columns_of_whole_numbers_are_those_of_degrees_at_every_edge() {
        // Every edge that is a whole number, and the whole numbers round edges that are not.
        let edges = (0..=1_024i64)
            .map(|edge| edge * 3_515_625)
            .chain((0..400_000).map(|k| k * 8_999_i64 % (1 << 25) * 3_515_625 / 32_768));
        for edge in edges {
            for turn in (edge - 2..=edge + 2).filter(|turn| (0..=2 * HALF_TURN).contains(turn)) {
                let whole = i32::try_from(turn - HALF_TURN).unwrap();
                assert_eq!(whole_column(whole), finest(to_degrees(whole), 0.0)[0], "{whole}");
            }
        }
    }

    proptest! {
        #[test]
        fn columns_of_whole_numbers_are_those_of_degrees(whole in -1_800_000_000i32..=1_800_000_000) {
            prop_assert_eq!(whole_column(whole), finest(to_degrees(whole), 0.0)[0]);
            prop_assert_eq!(to_whole(to_degrees(whole)), Some(whole));
        }
    }

    #[test]
    fn positions_come_back_bit_for_bit() {
        let fine = [-99.133_208, 180.0, f64::NAN, 1e-7];
        for (longitude, bytes) in [(fine, 12), ([-99.133_208, 1.0 / 3.0, f64::NAN, -0.0], 20)] {
            let latitude = [19.4, -85.0, f64::NAN, 0.0];
            let sites = Sites::new(&longitude, &latitude, &[3, 2, 1, 0], vec![1, NONE, 1, 1]);
            assert_eq!(sites.memory_bytes(), 4 * bytes);
            for row in 0..4 {
                let found = sites.position(3 - row);
                let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
                assert!(same(found.x, longitude[row]) && same(found.y, latitude[row]), "{row}");
            }
        }
    }
}
