//! A piece of ground that holds all that can pass, as ranges along the curve.

use crate::area::Bounds;
use crate::cell::{Cell, LAST_INDEX};
use crate::limits::EXTENT_NODES;
use crate::morton::{number, shift};
use std::ops::Range;
use tequio_kernel::query::CELL_ZOOM_MAX;

/// An inclusive rectangle of cells of the finest zoom: first and last column and row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rectangle {
    pub(crate) first: [u32; 2],
    pub(crate) last: [u32; 2],
}

impl Rectangle {
    pub(crate) const WORLD: Self = Self { first: [0, 0], last: [LAST_INDEX, LAST_INDEX] };

    /// One cell of a zoom.
    pub(crate) fn of_cell(zoom: u8, [x, y]: [u32; 2]) -> Self {
        Self::WORLD.of_cells(zoom, [x, y], [x, y])
    }

    /// All cells whose centres, taken at a zoom, can lie in a box of degrees. A cell more on each
    /// side than the box needs, so that no rounding matters.
    pub(crate) fn of_bounds(bounds: Bounds, zoom: u8) -> Self {
        let (low, high) = (Cell::of(bounds.west, bounds.north, zoom), Cell::of(bounds.east, bounds.south, zoom));
        let first = [low.x.saturating_sub(1), low.y.saturating_sub(1)];
        Self::WORLD.of_cells(zoom, first, [high.x + 1, high.y + 1])
    }

    /// What lies in both; `None` when that is nothing.
    pub(crate) fn meet(self, other: Self) -> Option<Self> {
        let first = [0, 1].map(|axis| self.first[axis].max(other.first[axis]));
        let last = [0, 1].map(|axis| self.last[axis].min(other.last[axis]));
        (first[0] <= last[0] && first[1] <= last[1]).then_some(Self { first, last })
    }

    /// Ranges of Morton numbers that cover it, ascending, few of them and not much more than it.
    pub(crate) fn ranges(self) -> Vec<Range<u64>> {
        let side = (self.last[0] - self.first[0]).max(self.last[1] - self.first[1]) + 1;
        let node = side.div_ceil(EXTENT_NODES).next_power_of_two();
        let deepest = CELL_ZOOM_MAX - u8::try_from(node.trailing_zeros()).unwrap_or(0).min(CELL_ZOOM_MAX);
        let mut ranges = Vec::new();
        self.cover([0, 0], 0, deepest, &mut ranges);
        ranges
    }

    fn of_cells(self, zoom: u8, first: [u32; 2], last: [u32; 2]) -> Self {
        let up = CELL_ZOOM_MAX - zoom.min(CELL_ZOOM_MAX);
        let end = |index: u32| (u64::from(index) + 1) << up;
        Self {
            first: first.map(|index| index << up),
            last: last.map(|index| (end(index) - 1).min(u64::from(LAST_INDEX)) as u32),
        }
    }

    fn cover(self, node: [u32; 2], zoom: u8, deepest: u8, ranges: &mut Vec<Range<u64>>) {
        let square = Self::of_cell(zoom, node);
        let Some(shared) = self.meet(square) else { return };
        if shared == square || zoom == deepest {
            let (number, shift) = (number(node), shift(zoom));
            return append(ranges, number << shift..(number + 1) << shift);
        }
        for child in [[0, 0], [1, 0], [0, 1], [1, 1]] {
            self.cover([0, 1].map(|axis| node[axis] << 1 | child[axis]), zoom + 1, deepest, ranges);
        }
    }
}

/// Appends a range, or lengthens the last one that it touches.
fn append(ranges: &mut Vec<Range<u64>>, range: Range<u64>) {
    match ranges.last_mut() {
        Some(last) if last.end == range.start => last.end = range.end,
        _ => ranges.push(range),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranges_cover_every_cell_of_their_rectangle(x in 0..LAST_INDEX, y in 0..LAST_INDEX, size in 0u32..25, inside in prop::array::uniform2(0u32..1 << 25)) {
            let last = [x, y].map(|at| at.saturating_add(1 << size).min(LAST_INDEX));
            let rectangle = Rectangle { first: [x, y], last };
            let ranges = rectangle.ranges();
            prop_assert!(ranges.len() <= 4 * 10 * 10 && ranges.windows(2).all(|pair| pair[0].end < pair[1].start));
            let cell = [0, 1].map(|axis| rectangle.first[axis] + inside[axis] % (last[axis] - rectangle.first[axis] + 1));
            for cell in [cell, rectangle.first, last] {
                prop_assert!(ranges.iter().any(|range| range.contains(&number(cell))), "{cell:?}");
            }
        }
    }

    #[test]
    fn a_cell_is_one_range_and_nothing_else() {
        for zoom in [0, 7, 25] {
            let cell = [5 % (1 << zoom), 3 % (1 << zoom)];
            let number = number(cell);
            let range = number << shift(zoom)..(number + 1) << shift(zoom);
            assert_eq!(Rectangle::of_cell(zoom, cell).ranges(), vec![range]);
        }
    }
}
