//! Counts as numbers: codes instead of keys, for answers of millions of rows.

use crate::atlas::Atlas;
use crate::axis::Axis;
use crate::error::AtlasError;
use crate::filter::Plan;
use crate::limits::THREAD_ROWS_MIN;
use crate::tally::{Sums, Tally, tally};
use rayon::prelude::*;
use tequio_kernel::{CountRow, Counts, Dimension, Key, Query, Scope};

/// The answer to a query before its keys are written out: [`Atlas::count`] without names.
#[derive(Debug)]
pub struct Cube {
    by: Vec<Dimension>,
    axes: Vec<Axis>,
    /// Combined keys, the last dimension fastest, and their counts: ascending, in pieces.
    pieces: Vec<Vec<(u64, u64)>>,
    sums: Sums,
}

impl Atlas {
    /// Counts incidents as [`Atlas::count`] does, small streets included.
    ///
    /// # Errors
    /// Those of [`Atlas::count`].
    pub fn cube(&self, query: &Query, scope: &Scope, threads: usize) -> Result<Cube, AtlasError> {
        let plan = Plan::new(self, &query.filter, scope)?;
        let axes: Vec<Axis> = query.by.iter().map(|dimension| Axis::new(self, dimension)).collect::<Result<_, _>>()?;
        let Tally { pieces, sums } = tally(self, &plan, &axes, scope.rows_max, threads)?;
        Ok(Cube { by: query.by.clone(), axes, pieces, sums })
    }
}

impl Cube {
    /// How many combinations have a count.
    pub fn len(&self) -> usize {
        self.pieces.iter().map(Vec::len).sum()
    }

    /// True when none has.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Incidents that pass the filters.
    pub fn total(&self) -> u64 {
        self.sums.total
    }

    /// How many codes each dimension may have, in their order.
    pub fn sizes(&self) -> Vec<u64> {
        self.axes.iter().map(Axis::size).collect()
    }

    /// The combinations with their counts: codes of all dimensions in one number, mixed radix by
    /// [`Cube::sizes`] with the last dimension fastest. Ascending.
    pub fn cells(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.pieces.iter().flatten().copied()
    }

    /// What a code of a dimension stands for; `None` for a dimension that it does not have.
    pub fn key(&self, dimension: usize, code: u64) -> Option<Key> {
        self.axes.get(dimension).filter(|axis| code < axis.size()).map(|axis| axis.key(code))
    }

    /// Drops the cells below a minimum; their incidents are unknown.
    pub(crate) fn drop_below(&mut self, minimum: u64) {
        let mut dropped = 0;
        for piece in &mut self.pieces {
            piece.retain(|(_, count)| {
                let is_kept = *count >= minimum;
                dropped += if is_kept { 0 } else { *count };
                is_kept
            });
        }
        self.sums.unknown += dropped;
    }

    /// Writes the keys out.
    pub(crate) fn into_counts(self, threads: usize) -> Counts {
        let Sums { total, unlocated, unknown, outside, overlaps } = self.sums;
        Counts { rows: self.rows(threads), by: self.by, total, unlocated, unknown, outside, overlaps }
    }

    fn rows(&self, threads: usize) -> Vec<CountRow> {
        let row = |(key, count): &(u64, u64)| CountRow { keys: self.keys(*key), count: *count };
        let len = self.len();
        let mut rows: Vec<CountRow> = if threads > 1 && len >= THREAD_ROWS_MIN {
            let min = len.div_ceil(threads);
            self.pieces.par_iter().flat_map(|piece| piece.par_iter().with_min_len(min)).map(row).collect()
        } else {
            self.pieces.iter().flatten().map(row).collect()
        };
        // Combined keys ascend already, unless a layer does not list its places by code.
        if !rows.is_sorted_by(|a, b| a.keys <= b.keys) {
            rows.sort_by(|a, b| a.keys.cmp(&b.keys));
        }
        rows
    }

    /// Takes a combined key apart, last axis first.
    fn keys(&self, mut combined: u64) -> Vec<Key> {
        let mut keys = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().rev() {
            keys.push(axis.key(combined % axis.size()));
            combined /= axis.size();
        }
        keys.reverse();
        keys
    }
}
