//! One thread's counting.

use crate::atlas::Atlas;
use crate::attach::Assignment;
use crate::axis::{Axis, is_code, lost, reason};
use crate::candidates::{Part, Tests};
use crate::cells::Cells;
use crate::error::AtlasError;
use crate::filter::{Memory, Plan};
use crate::limits::BLOCK_ROWS;
use crate::runs::Run;
use crate::tally::Sums;
use std::ops::Range;

/// A question, prepared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counting<'a> {
    pub(crate) atlas: &'a Atlas,
    pub(crate) plan: &'a Plan,
    pub(crate) axes: &'a [Axis],
    /// Product of the sizes of the axes.
    pub(crate) size: u64,
    pub(crate) rows_max: usize,
}

/// An axis and what a code on it adds to a combined key.
pub(crate) type Weighted<'a> = (&'a Axis, u64);

impl<'a> Counting<'a> {
    /// The axes with their weights: those that a run decides, if rows come by runs, and the others.
    pub(crate) fn weighted(&self, by_runs: bool) -> (Vec<Weighted<'a>>, Vec<Weighted<'a>>) {
        let mut weight = self.size;
        let weighted = self.axes.iter().map(|axis| {
            weight /= axis.size();
            (axis, weight)
        });
        weighted.partition(|(axis, _)| by_runs && axis.is_of_runs())
    }

    /// What a run adds to a combined key; `None` when it has no code on some axis.
    pub(crate) fn key_of_run(&self, of_runs: &[Weighted<'_>], run: &Run) -> Option<u64> {
        of_runs.iter().try_fold(0, |key, (axis, weight)| Some(key + axis.of_run(self.atlas, run)? * weight))
    }

    /// The layers of which overlaps are reported.
    pub(crate) fn overlapping(&self) -> Vec<&'a Assignment> {
        self.axes.iter().filter_map(Axis::overlapping).collect()
    }
}

/// What rows have in common: that of their run, or nothing.
#[derive(Clone, Copy, Debug)]
struct Common {
    /// `None` when they have no code on some axis of runs.
    key: Option<u64>,
    /// Rows from this one on are not located.
    located_end: usize,
}

/// Counts, and the memory for counting.
pub(crate) struct Counter<'a> {
    counting: Counting<'a>,
    of_runs: Vec<Weighted<'a>>,
    of_rows: Vec<Weighted<'a>>,
    overlapping: Vec<&'a Assignment>,
    pub(crate) cells: Cells,
    pub(crate) sums: Sums,
    memory: Memory,
    rows: Vec<u32>,
    keys: Vec<u64>,
    lost: Vec<u8>,
}

impl<'a> Counter<'a> {
    pub(crate) fn new(counting: &Counting<'a>, by_runs: bool) -> Self {
        let (of_runs, of_rows) = counting.weighted(by_runs);
        Self {
            counting: *counting,
            of_runs,
            of_rows,
            overlapping: counting.overlapping(),
            cells: Cells::new(counting.size, counting.atlas.len()),
            sums: Sums::default(),
            memory: Memory::default(),
            rows: Vec::new(),
            keys: Vec::new(),
            lost: Vec::new(),
        }
    }

    /// Counts rows of one run.
    pub(crate) fn part(&mut self, part: &Part) -> Result<(), AtlasError> {
        let key = self.counting.key_of_run(&self.of_runs, &part.run);
        let common = Common { key, located_end: part.run.located_end as usize };
        let Counting { atlas, plan, .. } = self.counting;
        if !plan.tests_rows(part.tests) && self.of_rows.len() <= 1 {
            self.count(part.rows.clone(), common);
            return self.check();
        }
        for start in part.rows.clone().step_by(BLOCK_ROWS) {
            let mut rows = std::mem::take(&mut self.rows);
            rows.clear();
            // Rows are fewer than 2^32: checked when they were loaded.
            rows.extend(start as u32..(start + BLOCK_ROWS).min(part.rows.end) as u32);
            plan.retain(atlas, part.tests, &mut rows, &mut self.memory);
            self.count(rows.iter().map(|row| *row as usize), common);
            self.rows = rows;
        }
        self.check()
    }

    /// Counts a piece of the curve.
    pub(crate) fn curve(&mut self, piece: &Range<usize>, tests: Tests) -> Result<(), AtlasError> {
        let Counting { atlas, plan, .. } = self.counting;
        for block in atlas.curve[piece.clone()].chunks(BLOCK_ROWS) {
            let mut rows = std::mem::take(&mut self.rows);
            rows.clear();
            rows.extend_from_slice(block);
            plan.retain(atlas, tests, &mut rows, &mut self.memory);
            self.count(rows.iter().map(|row| *row as usize), Common { key: Some(0), located_end: usize::MAX });
            self.rows = rows;
        }
        self.check()
    }

    fn check(&self) -> Result<(), AtlasError> {
        if self.cells.len() > self.counting.rows_max { Err(AtlasError::TooManyRows) } else { Ok(()) }
    }

    fn count(&mut self, rows: impl ExactSizeIterator<Item = usize> + DoubleEndedIterator + Clone, common: Common) {
        let count = rows.len();
        self.sums.add_rows(rows.clone(), common.located_end, &self.overlapping);
        match (&self.of_rows[..], common.key) {
            ([], Some(key)) if count > 0 => self.cells.add(key, count as u32),
            ([], Some(_)) => {}
            ([], None) => self.sums.unknown += count as u64,
            ([axis], _) => self.one_axis(*axis, rows, common),
            _ => self.axes(rows, common),
        }
    }

    fn one_axis(&mut self, (axis, weight): Weighted<'_>, rows: impl Iterator<Item = usize>, common: Common) {
        let (atlas, sums) = (self.counting.atlas, &mut self.sums);
        let mut missed = |row: usize, code: u64| sums.add_lost(reason_of(axis, code, row < common.located_end));
        match (&mut self.cells, common.key) {
            (Cells::Dense(cells), Some(key)) => axis.each(atlas, rows, |row, code| {
                if is_code(code) {
                    cells[(key + code * weight) as usize] += 1;
                } else {
                    missed(row, code);
                }
            }),
            (cells, Some(key)) => axis.each(atlas, rows, |row, code| {
                if is_code(code) {
                    cells.add(key + code * weight, 1);
                } else {
                    missed(row, code);
                }
            }),
            (_, None) => axis.each(atlas, rows, &mut missed),
        }
    }

    /// Several axes: keys and reasons row by row.
    fn axes(&mut self, rows: impl ExactSizeIterator<Item = usize> + DoubleEndedIterator + Clone, common: Common) {
        self.keys.clear();
        self.keys.resize(rows.len(), common.key.unwrap_or_default());
        self.lost.clear();
        self.lost.resize(rows.len(), if common.key.is_none() { lost::UNKNOWN } else { 0 });
        for (axis, weight) in &self.of_rows {
            let mut slots = self.keys.iter_mut().zip(&mut self.lost);
            axis.each(self.counting.atlas, rows.clone(), |row, code| {
                let Some((key, lost)) = slots.next() else { return };
                if is_code(code) {
                    *key += code * weight;
                } else {
                    *lost |= reason_of(axis, code, row < common.located_end);
                }
            });
        }
        for (key, lost) in self.keys.iter().zip(&self.lost) {
            match lost {
                0 => self.cells.add(*key, 1),
                lost => self.sums.add_lost(*lost),
            }
        }
    }
}

/// Why a row has no code on an axis; a code says no more than that its run has none on another.
pub(crate) fn reason_of(axis: &Axis, code: u64, is_located: bool) -> u8 {
    if is_code(code) { lost::UNKNOWN } else { reason(code, axis.is_spatial(), is_located) }
}

impl Sums {
    /// Adds rows that pass, ascending if some are not located.
    pub(crate) fn add_rows(
        &mut self,
        rows: impl ExactSizeIterator<Item = usize> + DoubleEndedIterator + Clone,
        located_end: usize,
        overlapping: &[&Assignment],
    ) {
        self.total += rows.len() as u64;
        if located_end != usize::MAX {
            self.unlocated += rows.clone().rev().take_while(|row| *row >= located_end).count() as u64;
        }
        if !overlapping.is_empty() {
            self.overlaps += rows.filter(|row| overlapping.iter().any(|layer| layer.overlaps(*row))).count() as u64;
        }
    }

    /// Adds a row that has no key.
    pub(crate) fn add_lost(&mut self, lost: u8) {
        if lost & lost::UNLOCATED == 0 {
            self.unknown += 1;
            self.outside += u64::from(lost & lost::OUTSIDE != 0);
        }
    }
}
