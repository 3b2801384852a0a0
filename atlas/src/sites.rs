//! Where the incidents happened: positions without loss, and their cells.
//!
//! Nearly every source writes at most seven decimals of a degree. Such positions are kept as whole
//! numbers of 1e-7 degrees, half as large; the odd one that would not come back bit for bit stands in a
//! list of its own, and where there are many of them, all are kept in double precision. Of a cell only the row is kept, because it needs a tangent and
//! a logarithm; the column follows from the longitude by one multiplication.

use crate::cell::{LAST_INDEX, column};
use crate::codes::NONE;
use crate::limits::ODD_POSITIONS_SHARE;
use geo_types::Coord;
use rayon::prelude::*;

/// The finest cell of an incident without a position.
pub(crate) const UNLOCATED: [u32; 2] = [NONE, NONE];
/// Whole numbers in a degree.
const UNITS: f64 = 1e7;
/// Stands for NaN among whole numbers.
const NAN: i32 = i32::MIN;
/// Stands for a position in the list of odd ones.
const ODD: i32 = i32::MIN + 1;
/// Half a turn in whole numbers.
const HALF_TURN: i64 = 1_800_000_000;

/// Degrees east and north.
#[derive(Debug)]
enum Positions {
    Whole(Whole),
    Double { longitude: Vec<f64>, latitude: Vec<f64> },
}

/// Positions in whole numbers.
#[derive(Debug)]
struct Whole {
    longitude: Vec<i32>,
    latitude: Vec<i32>,
    /// Rows, ascending, with positions that are no whole numbers.
    odd: Vec<(u32, Coord<f64>)>,
}

impl Whole {
    /// `None` when there are too many odd ones.
    fn new(longitude: &[f64], latitude: &[f64], order: &[u32]) -> Option<Self> {
        // In the order of the columns first: only what is half as large is fetched from here and there.
        let pair = |(x, y): (&f64, &f64)| to_whole(*x).zip(to_whole(*y)).unwrap_or((ODD, ODD));
        let pairs: Vec<(i32, i32)> = longitude.par_iter().zip(latitude).map(pair).collect();
        let odd_count = pairs.par_iter().filter(|pair| pair.0 == ODD).count();
        if odd_count > pairs.len() / ODD_POSITIONS_SHARE {
            return None;
        }
        let (mut x, mut y) = (Vec::new(), Vec::new());
        order.par_iter().map(|row| pairs[*row as usize]).unzip_into_vecs(&mut x, &mut y);
        let position = |source: u32| Coord { x: longitude[source as usize], y: latitude[source as usize] };
        let odd_rows = x.par_iter().enumerate().filter(|(_, x)| **x == ODD);
        let odd = odd_rows.map(|(row, _)| (row as u32, position(order[row]))).collect();
        Some(Self { longitude: x, latitude: y, odd })
    }

    #[inline]
    fn position(&self, row: usize) -> Coord<f64> {
        match (self.longitude[row], self.latitude[row]) {
            (ODD, _) => self.odd(row),
            (x, y) => Coord { x: to_degrees(x), y: to_degrees(y) },
        }
    }

    /// Column of the finest zoom.
    #[inline]
    fn column(&self, row: usize) -> u32 {
        match self.longitude[row] {
            ODD => column(self.odd(row).x),
            longitude => whole_column(longitude),
        }
    }

    #[cold]
    fn odd(&self, row: usize) -> Coord<f64> {
        let found = self.odd.binary_search_by_key(&row, |(odd, _)| *odd as usize);
        found.map_or(Coord { x: f64::NAN, y: f64::NAN }, |at| self.odd[at].1)
    }
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
        let double = |degrees: &[f64]| -> Vec<f64> { order.par_iter().map(|row| degrees[*row as usize]).collect() };
        let positions = match Whole::new(longitude, latitude, order) {
            Some(whole) => Positions::Whole(whole),
            None => Positions::Double { longitude: double(longitude), latitude: double(latitude) },
        };
        Self { positions, cell_rows }
    }

    pub(crate) fn len(&self) -> usize {
        self.cell_rows.len()
    }

    /// Bytes on the heap.
    pub(crate) fn memory_bytes(&self) -> usize {
        let positions = match &self.positions {
            Positions::Whole(whole) => self.len() * 8 + whole.odd.len() * size_of::<(u32, Coord<f64>)>(),
            Positions::Double { .. } => self.len() * 16,
        };
        positions + self.len() * 4
    }

    #[inline]
    pub(crate) fn is_located(&self, row: usize) -> bool {
        self.cell_rows[row] != NONE
    }

    /// The position of a row, NaN when it has none.
    #[inline]
    pub(crate) fn position(&self, row: usize) -> Coord<f64> {
        match &self.positions {
            Positions::Whole(whole) => whole.position(row),
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
            Positions::Whole(whole) => rows.for_each(|row| found(row, cell(whole.column(row), cell_rows[row]))),
            Positions::Double { longitude, .. } => {
                rows.for_each(|row| found(row, cell(column(longitude[row]), cell_rows[row])));
            }
        }
    }

    #[inline]
    fn column(&self, row: usize) -> u32 {
        match &self.positions {
            Positions::Whole(whole) => whole.column(row),
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
        let plain = [-99.133_208, 180.0, f64::NAN, 1e-7];
        for odd in [0, 1, 900] {
            let longitude: Vec<f64> = (0..1_000)
                .map(|row| if row % 1_000 < odd { f64::from(row - 7) / 3.0 * 1e-3 } else { plain[row as usize % 4] })
                .collect();
            let latitude: Vec<f64> = longitude
                .iter()
                .map(|x| if *x == 1e-7 && odd == 900 { -0.0 } else { (*x * 1e6).round() / 2.0 / 1e6 })
                .collect();
            let order: Vec<u32> = (0..1_000).rev().collect();
            let is_whole = |row: &usize| to_whole(longitude[*row]).is_some() && to_whole(latitude[*row]).is_some();
            let whole = (0..1_000).filter(is_whole).count();
            let sites = Sites::new(&longitude, &latitude, &order, vec![1; 1_000]);
            assert_eq!(
                matches!(sites.positions, Positions::Whole(_)),
                1_000 - whole <= 1_000 / ODD_POSITIONS_SHARE,
                "{whole}"
            );
            for (row, source) in order.iter().enumerate() {
                let (found, source) = (sites.position(row), *source as usize);
                let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
                assert!(same(found.x, longitude[source]) && same(found.y, latitude[source]), "{source}");
                if !found.x.is_nan() {
                    assert_eq!(sites.cell(row)[0], finest(found.x, 0.0)[0]);
                }
            }
        }
    }
}
