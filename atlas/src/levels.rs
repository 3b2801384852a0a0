//! The cells in which something lies, at some zooms, with the places of their incidents in the
//! spatial order: counts of cells without looking at an incident, and the way to a range of them.

use crate::limits::{LEVEL_CELLS_ALWAYS, LEVEL_ROWS_PER_CELL, LEVEL_STEP};
use crate::morton::{NOWHERE, shift};
use std::ops::Range;
use tequio_kernel::query::CELL_ZOOM_MAX;

/// The occupied cells of one zoom.
#[derive(Debug)]
pub(crate) struct Level {
    pub(crate) zoom: u8,
    /// Morton numbers, ascending.
    numbers: Vec<u64>,
    /// Where the incidents of each cell begin in the spatial order; one more than there are cells.
    firsts: Vec<u32>,
}

impl Level {
    fn new(zoom: u8, numbers: impl Iterator<Item = (u64, u32)>, located: u32) -> Self {
        let mut level = Self { zoom, numbers: Vec::new(), firsts: Vec::new() };
        for (number, first) in numbers {
            if level.numbers.last() != Some(&number) {
                level.numbers.push(number);
                level.firsts.push(first);
            }
        }
        level.firsts.push(located);
        level.numbers.shrink_to_fit();
        level.firsts.shrink_to_fit();
        level
    }

    /// The same cells at a coarser zoom.
    fn coarser(&self, zoom: u8) -> Self {
        let up = shift(zoom) - shift(self.zoom);
        let located = self.firsts.last().copied().unwrap_or_default();
        Self::new(zoom, self.numbers.iter().map(|number| number >> up).zip(self.firsts.iter().copied()), located)
    }

    /// The cells within a range of numbers of the finest zoom (whole cells of this zoom), as
    /// `(number of this zoom, incidents)`.
    pub(crate) fn cells(&self, finest: &Range<u64>) -> impl Iterator<Item = (u64, u32)> + '_ {
        let range = self.indexes(finest);
        self.numbers[range.clone()]
            .iter()
            .zip(self.firsts[range.start..=range.end].windows(2))
            .map(|(number, pair)| (*number, pair[1] - pair[0]))
    }

    /// Where the incidents of a range of numbers of the finest zoom lie in the spatial order; at the
    /// borders a little more where the range cuts cells of this zoom.
    pub(crate) fn incidents(&self, finest: &Range<u64>) -> Range<usize> {
        let range = self.indexes(finest);
        self.firsts[range.start] as usize..self.firsts[range.end] as usize
    }

    fn indexes(&self, finest: &Range<u64>) -> Range<usize> {
        let shift = shift(self.zoom);
        let first = self.numbers.partition_point(|number| *number < finest.start >> shift);
        let last = finest.end.saturating_sub(1) >> shift;
        let end = self.numbers[first..].partition_point(|number| *number <= last);
        first..first + if finest.is_empty() { 0 } else { end }
    }

    fn memory_bytes(&self) -> usize {
        self.numbers.len() * 8 + self.firsts.len() * 4
    }
}

/// Levels from the finest to the coarsest; at least one.
#[derive(Debug)]
pub(crate) struct Levels(Vec<Level>);

impl Levels {
    /// From the Morton numbers of all incidents in their order, unlocated ones last, each with
    /// whatever.
    pub(crate) fn new(curve: &[(u64, u32)]) -> Self {
        let located = curve.partition_point(|(number, _)| *number != NOWHERE);
        let curve = &curve[..located];
        let zoom = finest_zoom(curve);
        let down = shift(zoom);
        let located = u32::try_from(located).unwrap_or(u32::MAX);
        let mut levels = vec![Level::new(zoom, curve.iter().map(|(number, _)| number >> down).zip(0..), located)];
        while let Some(zoom) = levels.last().map(|level| level.zoom).filter(|zoom| *zoom > 0) {
            let coarser = levels[levels.len() - 1].coarser(zoom.saturating_sub(LEVEL_STEP));
            levels.push(coarser);
        }
        Self(levels)
    }

    /// The coarsest level that is at least as fine as a zoom.
    pub(crate) fn at_least(&self, zoom: u8) -> Option<&Level> {
        self.0.iter().rev().find(|level| level.zoom >= zoom)
    }

    pub(crate) fn finest(&self) -> &Level {
        &self.0[0]
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.0.iter().map(Level::memory_bytes).sum()
    }
}

/// The finest zoom, a multiple of the step, that has few enough occupied cells.
fn finest_zoom(curve: &[(u64, u32)]) -> u8 {
    // How many neighbours in the order part at each zoom.
    let mut parted = [0usize; CELL_ZOOM_MAX as usize + 1];
    for pair in curve.windows(2) {
        let bits = 64 - (pair[0].0 ^ pair[1].0).leading_zeros();
        if bits > 0 {
            parted[usize::from(CELL_ZOOM_MAX) - (bits as usize - 1) / 2] += 1;
        }
    }
    let limit = (curve.len() / LEVEL_ROWS_PER_CELL).max(LEVEL_CELLS_ALWAYS);
    let mut cells = 1;
    let mut best = 0;
    for (zoom, parted) in (0u8..).zip(parted) {
        cells += parted;
        if zoom % LEVEL_STEP == 0 && cells <= limit {
            best = zoom;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn levels_count_what_a_plain_map_counts(mut numbers in prop::collection::vec(0u64..1 << 50, 0..300), near in any::<bool>(), zoom in 0u8..=25) {
            if near {
                numbers.iter_mut().for_each(|number| *number %= 1 << 12);
            }
            numbers.sort_unstable();
            let levels = Levels::new(&numbers.iter().map(|number| (*number, 0)).collect::<Vec<_>>());
            let Some(level) = levels.at_least(zoom) else { return Ok(()) };
            let found: BTreeMap<u64, u32> = level.cells(&(0..1 << 50)).collect();
            let mut expected = BTreeMap::new();
            numbers.iter().for_each(|number| *expected.entry(number >> shift(level.zoom)).or_insert(0) += 1);
            prop_assert_eq!(found, expected);
            let range = 1u64 << 11..1 << 40;
            let incidents = level.incidents(&range);
            let first = numbers.partition_point(|number| number >> shift(level.zoom) < range.start >> shift(level.zoom));
            let end = numbers.partition_point(|number| number >> shift(level.zoom) <= (range.end - 1) >> shift(level.zoom));
            prop_assert_eq!(incidents, first..end.max(first));
        }
    }
}
