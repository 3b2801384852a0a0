//! The counting itself: rows in blocks, keys by axis, integers that are merged.

use crate::atlas::Atlas;
use crate::attach::Assignment;
use crate::axis::{Axis, lost};
use crate::error::AtlasError;
use crate::filter::{Memory, Plan};
use crate::hash::Map;
use crate::limits::{BLOCK_ROWS, DENSE_ALWAYS, DENSE_MAX, DENSE_PER_ROW, THREAD_ROWS_MIN, THREADS_MAX};
use rayon::prelude::*;
use std::ops::Range;

/// Counts by combined key.
#[derive(Debug)]
enum Cells {
    /// Rows are fewer than 2^32, so no count overflows.
    Dense(Vec<u32>),
    Sparse(Map<u64>),
}

impl Cells {
    /// For keys below `size` of an atlas of so many rows.
    fn new(size: u64, rows: usize) -> Self {
        let limit = (rows as u64).saturating_mul(DENSE_PER_ROW).clamp(DENSE_ALWAYS, DENSE_MAX);
        if size <= limit { Self::Dense(vec![0; size as usize]) } else { Self::Sparse(Map::default()) }
    }

    /// Adds the rows that have a key.
    fn add(&mut self, keys: &[u64], lost: &[u8]) {
        let counted = keys.iter().zip(lost).filter(|(_, lost)| **lost == 0).map(|(key, _)| *key);
        match self {
            Self::Dense(cells) => counted.for_each(|key| cells[key as usize] += 1),
            Self::Sparse(cells) => counted.for_each(|key| *cells.entry(key).or_default() += 1),
        }
    }

    fn merge(self, other: Self) -> Self {
        match (self, other) {
            (Self::Dense(mut mine), Self::Dense(theirs)) => {
                mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
                Self::Dense(mine)
            }
            (mine, theirs) => {
                let mut cells = mine.into_map();
                theirs.into_map().into_iter().for_each(|(key, count)| *cells.entry(key).or_default() += count);
                Self::Sparse(cells)
            }
        }
    }

    fn into_map(self) -> Map<u64> {
        match self {
            Self::Dense(cells) => non_zero(&cells).collect(),
            Self::Sparse(cells) => cells,
        }
    }

    /// Distinct keys so far; an array is too small to matter.
    fn len(&self) -> usize {
        match self {
            Self::Dense(_) => 0,
            Self::Sparse(cells) => cells.len(),
        }
    }

    /// The non-zero cells in the order of their keys.
    fn into_sorted(self) -> Vec<(u64, u64)> {
        match self {
            Self::Dense(cells) => non_zero(&cells).collect(),
            Self::Sparse(cells) => {
                let mut cells: Vec<(u64, u64)> = cells.into_iter().collect();
                cells.sort_unstable();
                cells
            }
        }
    }
}

fn non_zero(cells: &[u32]) -> impl Iterator<Item = (u64, u64)> + '_ {
    (0..).zip(cells).filter(|(_, count)| **count > 0).map(|(key, count)| (key, u64::from(*count)))
}

/// Sums over the rows that pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) total: u64,
    pub(crate) unlocated: u64,
    pub(crate) unknown: u64,
    pub(crate) outside: u64,
    pub(crate) overlaps: u64,
}

/// Counts by combined key, in the order of the keys, and their sums.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) cells: Vec<(u64, u64)>,
    pub(crate) sums: Sums,
}

/// The counts of one thread.
struct Part {
    cells: Cells,
    sums: Sums,
}

impl Part {
    fn merge(self, other: Self) -> Self {
        let (a, b) = (self.sums, other.sums);
        let sums = Sums {
            total: a.total + b.total,
            unlocated: a.unlocated + b.unlocated,
            unknown: a.unknown + b.unknown,
            outside: a.outside + b.outside,
            overlaps: a.overlaps + b.overlaps,
        };
        Self { cells: self.cells.merge(other.cells), sums }
    }
}

/// Counts the rows that pass by the axes, in up to `threads` threads. The answer does not depend
/// on their number.
pub(crate) fn tally(
    atlas: &Atlas,
    plan: &Plan,
    axes: &[Axis],
    rows_max: usize,
    threads: usize,
) -> Result<Tally, AtlasError> {
    let size = axes.iter().try_fold(1u64, |size, axis| size.checked_mul(axis.size())).ok_or(AtlasError::KeyTooWide)?;
    let counter = Counter { atlas, plan, axes, size, rows_max };
    let parts = threads.clamp(1, THREADS_MAX).min(atlas.len() / THREAD_ROWS_MIN).max(1);
    let part = if parts == 1 {
        counter.count(0..atlas.len())?
    } else {
        let bound = |part: usize| atlas.len() * part / parts;
        let counted: Result<Vec<Part>, AtlasError> =
            (0..parts).into_par_iter().map(|part| counter.count(bound(part)..bound(part + 1))).collect();
        counted?.into_iter().reduce(Part::merge).unwrap_or_else(|| counter.nothing())
    };
    let cells = part.cells.into_sorted();
    if cells.len() > rows_max { Err(AtlasError::TooManyRows) } else { Ok(Tally { cells, sums: part.sums }) }
}

struct Counter<'a> {
    atlas: &'a Atlas,
    plan: &'a Plan,
    axes: &'a [Axis],
    size: u64,
    rows_max: usize,
}

impl Counter<'_> {
    fn nothing(&self) -> Part {
        Part { cells: Cells::new(self.size, self.atlas.len()), sums: Sums::default() }
    }

    fn count(&self, range: Range<usize>) -> Result<Part, AtlasError> {
        let overlapping: Vec<&Assignment> = self.axes.iter().filter_map(Axis::overlapping).collect();
        let (mut part, mut memory) = (self.nothing(), Memory::default());
        let (mut rows, mut keys, mut lost) = (Vec::new(), Vec::new(), Vec::new());
        for start in range.clone().step_by(BLOCK_ROWS) {
            let block = start..(start + BLOCK_ROWS).min(range.end);
            self.plan.select(self.atlas, block, &mut rows, &mut memory);
            keys.clear();
            keys.resize(rows.len(), 0);
            lost.clear();
            lost.resize(rows.len(), 0);
            self.axes.iter().for_each(|axis| axis.encode(self.atlas, &rows, &mut keys, &mut lost));
            part.cells.add(&keys, &lost);
            self.sum(&rows, &lost, &overlapping, &mut part.sums);
            if part.cells.len() > self.rows_max {
                return Err(AtlasError::TooManyRows);
            }
        }
        Ok(part)
    }

    fn sum(&self, rows: &[u32], lost: &[u8], overlapping: &[&Assignment], sums: &mut Sums) {
        sums.total += rows.len() as u64;
        sums.unlocated += count(rows, |row| !self.atlas.is_located(*row as usize));
        sums.unknown += count(lost, |lost| lost & lost::UNLOCATED == 0 && *lost != 0);
        sums.outside += count(lost, |lost| lost & lost::UNLOCATED == 0 && lost & lost::OUTSIDE != 0);
        if !overlapping.is_empty() {
            sums.overlaps += count(rows, |row| overlapping.iter().any(|layer| layer.overlaps(*row as usize)));
        }
    }
}

fn count<T>(items: &[T], test: impl Fn(&T) -> bool) -> u64 {
    items.iter().filter(|item| test(item)).count() as u64
}
