//! One number for a cell: its column and row, bit by bit (Morton 1966).
//!
//! All cells within a cell of a coarser zoom have neighbouring numbers, so that a tile is one range.

use tequio_kernel::query::CELL_ZOOM_MAX;

/// The number of what has no cell: behind all others.
pub(crate) const NOWHERE: u64 = u64::MAX;

/// Number of a cell of any zoom: the bits of the row before those of the column.
#[inline]
pub(crate) fn number([x, y]: [u32; 2]) -> u64 {
    spread(y) << 1 | spread(x)
}

/// The cell of a number.
#[inline]
pub(crate) fn cell(number: u64) -> [u32; 2] {
    [gather(number), gather(number >> 1)]
}

/// Bits by which the number of a finest cell is shifted to that of its parent of a zoom.
pub(crate) fn shift(zoom: u8) -> u32 {
    2 * u32::from(CELL_ZOOM_MAX - zoom.min(CELL_ZOOM_MAX))
}

/// Puts a zero before every bit (Warren, Hacker's Delight, section 7-2).
#[inline]
fn spread(value: u32) -> u64 {
    let mut bits = u64::from(value);
    bits = (bits | bits << 16) & 0x0000_ffff_0000_ffff;
    bits = (bits | bits << 8) & 0x00ff_00ff_00ff_00ff;
    bits = (bits | bits << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    bits = (bits | bits << 2) & 0x3333_3333_3333_3333;
    (bits | bits << 1) & 0x5555_5555_5555_5555
}

/// Takes every other bit: the way back.
#[inline]
fn gather(number: u64) -> u32 {
    let mut bits = number & 0x5555_5555_5555_5555;
    bits = (bits | bits >> 1) & 0x3333_3333_3333_3333;
    bits = (bits | bits >> 2) & 0x0f0f_0f0f_0f0f_0f0f;
    bits = (bits | bits >> 4) & 0x00ff_00ff_00ff_00ff;
    bits = (bits | bits >> 8) & 0x0000_ffff_0000_ffff;
    ((bits | bits >> 16) & 0xffff_ffff) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_go_both_ways_and_parents_are_prefixes(x in 0u32..1 << 25, y in 0u32..1 << 25, zoom in 0u8..=25) {
            prop_assert_eq!(cell(number([x, y])), [x, y]);
            let up = 25 - zoom;
            prop_assert_eq!(number([x, y]) >> shift(zoom), number([x >> up, y >> up]));
        }
    }
}
