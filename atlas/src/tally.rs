//! The counting itself: the rows of candidates, their keys, integers that are merged.

use crate::atlas::Atlas;
use crate::axis::{Axis, CellAxis};
use crate::candidates::{Candidates, Part};
use crate::cells::{Cells, is_dense};
use crate::counter::{Counter, Counting};
use crate::error::AtlasError;
use crate::extent::Rectangle;
use crate::filter::Plan;
use crate::groups::{count_groups, has_groups};
use crate::limits::{THREAD_ROWS_MIN, THREADS_MAX};
use crate::morton::cell;
use rayon::prelude::*;
use std::ops::Range;

/// Sums over the rows that pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) total: u64,
    pub(crate) unlocated: u64,
    pub(crate) unknown: u64,
    pub(crate) outside: u64,
    pub(crate) overlaps: u64,
}

impl Sums {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            total: self.total + other.total,
            unlocated: self.unlocated + other.unlocated,
            unknown: self.unknown + other.unknown,
            outside: self.outside + other.outside,
            overlaps: self.overlaps + other.overlaps,
        }
    }
}

/// Counts by combined key, and their sums.
#[derive(Debug)]
pub(crate) struct Tally {
    /// In the order of the keys, in pieces one after another.
    pub(crate) pieces: Vec<Vec<(u64, u64)>>,
    pub(crate) sums: Sums,
}

impl Tally {
    pub(crate) fn len(&self) -> usize {
        self.pieces.iter().map(Vec::len).sum()
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
    let counting = Counting { atlas, plan, axes, size, rows_max };
    let tally = match groups(&counting) {
        Some(parts) => count_groups(&counting, parts, threads)?,
        None => {
            let (cells, sums) = counts(&counting, threads)?;
            Tally { pieces: vec![cells.into_sorted()], sums }
        }
    };
    if tally.len() > rows_max { Err(AtlasError::TooManyRows) } else { Ok(tally) }
}

/// Counts of every cell of an axis, zeros included.
pub(crate) fn cell_counts(atlas: &Atlas, plan: &Plan, axis: CellAxis) -> Result<Vec<u32>, AtlasError> {
    let axes = [Axis::Cells(axis)];
    let size = axes[0].size();
    let counting = Counting { atlas, plan, axes: &axes, size, rows_max: usize::MAX };
    Ok(counts(&counting, 1)?.0.into_dense(size as usize))
}

/// The parts to be counted group by group, if that is how this question is counted best.
fn groups(counting: &Counting<'_>) -> Option<Vec<Part>> {
    if !has_groups(counting) {
        return None;
    }
    match counting.plan.candidates(counting.atlas) {
        Candidates::Runs(parts) => Some(parts),
        Candidates::Curve(..) => None,
    }
}

fn counts(counting: &Counting<'_>, threads: usize) -> Result<(Cells, Sums), AtlasError> {
    if let Some(counted) = from_level(counting) {
        return Ok(counted);
    }
    match counting.plan.candidates(counting.atlas) {
        Candidates::Runs(parts) => {
            let chunks = split(parts, threads, |part| &part.rows, |part, rows| Part { rows, ..part.clone() });
            in_threads(counting, &chunks, true, |counter, part| counter.part(part))
        }
        Candidates::Curve(pieces, tests) => {
            let chunks = split(pieces, threads, |piece| piece, |_, rows| rows);
            in_threads(counting, &chunks, false, |counter, piece| counter.curve(piece, tests))
        }
    }
}

/// Counts of cells of which the incidents need not be looked at.
fn from_level(counting: &Counting<'_>) -> Option<(Cells, Sums)> {
    let (atlas, plan) = (counting.atlas, counting.plan);
    let [Axis::Cells(axis)] = counting.axes else { return None };
    let level = atlas.levels.at_least(axis.zoom).filter(|_| plan.is_open())?;
    let window = plan.window().map_or(Rectangle::WORLD, |(zoom, cell)| Rectangle::of_cell(zoom, cell));
    let mut cells =
        if is_dense(counting.size, atlas.len()) { Cells::new(counting.size, atlas.len()) } else { return None };
    let mut sums = Sums::default();
    for (number, count) in window.ranges().iter().flat_map(|range| level.cells(range)) {
        cells.add(axis.code_at(level.zoom, cell(number)), count);
        sums.total += u64::from(count);
    }
    if plan.window().is_none() {
        sums.unlocated = (atlas.len() - atlas.curve.len()) as u64;
        sums.total += sums.unlocated;
    }
    Some((cells, sums))
}

fn in_threads<T: Sync>(
    counting: &Counting<'_>,
    chunks: &[Vec<T>],
    by_runs: bool,
    count: impl Fn(&mut Counter<'_>, &T) -> Result<(), AtlasError> + Sync,
) -> Result<(Cells, Sums), AtlasError> {
    let run = |chunk: &Vec<T>| {
        let mut counter = Counter::new(counting, by_runs);
        chunk.iter().try_for_each(|item| count(&mut counter, item))?;
        Ok((counter.cells, counter.sums))
    };
    if let [chunk] = chunks {
        return run(chunk);
    }
    let parts: Result<Vec<(Cells, Sums)>, AtlasError> = chunks.par_iter().map(run).collect();
    let merged = parts?.into_iter().reduce(|(cells, sums), (more, others)| (cells.merge(more), sums.plus(others)));
    Ok(merged.unwrap_or_else(|| (Cells::new(counting.size, counting.atlas.len()), Sums::default())))
}

/// Cuts items into up to `threads` chunks of about as many rows each; at least one.
fn split<T: Clone>(
    items: Vec<T>,
    threads: usize,
    rows: impl Fn(&T) -> &Range<usize>,
    with_rows: impl Fn(&T, Range<usize>) -> T,
) -> Vec<Vec<T>> {
    let total: usize = items.iter().map(|item| rows(item).len()).sum();
    let chunk_count = chunk_count(total, threads);
    if chunk_count == 1 {
        return vec![items];
    }
    let size = total.div_ceil(chunk_count);
    let mut chunks = vec![Vec::new()];
    let mut room = size;
    for item in items {
        let mut rest = rows(&item).clone();
        while rest.len() > room {
            let middle = rest.start + room;
            chunks.last_mut().into_iter().for_each(|chunk| chunk.push(with_rows(&item, rest.start..middle)));
            chunks.push(Vec::new());
            (rest, room) = (middle..rest.end, size);
        }
        room -= rest.len();
        chunks.last_mut().into_iter().for_each(|chunk| chunk.push(with_rows(&item, rest.clone())));
    }
    chunks
}

/// In how many threads so many rows are counted.
pub(crate) fn chunk_count(rows: usize, threads: usize) -> usize {
    threads.clamp(1, THREADS_MAX).min(rows / THREAD_ROWS_MIN).max(1)
}
