//! From a query to its answer.

use crate::atlas::Atlas;
use crate::axis::Axis;
use crate::error::AtlasError;
use crate::filter::Plan;
use crate::limits::THREAD_ROWS_MIN;
use crate::tally::{Tally, tally};
use rayon::prelude::*;
use tequio_kernel::{CountRow, Counts, Dimension, Key, Query, Scope};

impl Atlas {
    /// Counts incidents.
    ///
    /// Rows are the non-zero combinations of the dimensions, in the order of their keys; without
    /// dimensions there is one row. Always
    /// `sum(rows) + unlocated (when a dimension is spatial) + unknown = total`. An incident without
    /// a position never passes a place, box, polygon or circle. One on a segment without a name
    /// belongs to no street: by street it is unknown, but not outside. The threads come from
    /// rayon's pool; the answer is the same for any number of them.
    ///
    /// # Errors
    /// [`AtlasError`] when the query names what the atlas does not have, asks for a period finer
    /// than the incidents are dated, or for too many rows.
    pub fn count(&self, query: &Query, scope: &Scope, threads: usize) -> Result<Counts, AtlasError> {
        let plan = Plan::new(self, &query.filter, scope)?;
        let axes: Vec<Axis> = query.by.iter().map(|dimension| Axis::new(self, dimension)).collect::<Result<_, _>>()?;
        let Tally { mut cells, sums } = tally(self, &plan, &axes, scope.rows_max, threads)?;
        let has_street = query.by.iter().any(|by| matches!(by, Dimension::Street | Dimension::Segment));
        let dropped = if has_street { drop_below(&mut cells, scope.street_minimum) } else { 0 };
        Ok(Counts {
            by: query.by.clone(),
            rows: rows(&axes, &cells, threads),
            total: sums.total,
            unlocated: sums.unlocated,
            unknown: sums.unknown + dropped,
            outside: sums.outside,
            overlaps: sums.overlaps,
        })
    }
}

/// Drops the cells below a minimum and returns how many incidents they held.
fn drop_below(cells: &mut Vec<(u64, u64)>, minimum: u64) -> u64 {
    let mut dropped = 0;
    cells.retain(|(_, count)| {
        let is_kept = *count >= minimum;
        dropped += if is_kept { 0 } else { *count };
        is_kept
    });
    dropped
}

fn rows(axes: &[Axis], cells: &[(u64, u64)], threads: usize) -> Vec<CountRow> {
    let row = |(key, count): &(u64, u64)| CountRow { keys: keys(axes, *key), count: *count };
    let mut rows: Vec<CountRow> = if threads > 1 && cells.len() >= THREAD_ROWS_MIN {
        cells.par_iter().with_min_len(cells.len().div_ceil(threads)).map(row).collect()
    } else {
        cells.iter().map(row).collect()
    };
    // Combined keys ascend already, unless a layer does not list its places by code.
    if !rows.is_sorted_by(|a, b| a.keys <= b.keys) {
        rows.sort_by(|a, b| a.keys.cmp(&b.keys));
    }
    rows
}

/// Takes a combined key apart, last axis first.
fn keys(axes: &[Axis], mut combined: u64) -> Vec<Key> {
    let mut keys = Vec::with_capacity(axes.len());
    for axis in axes.iter().rev() {
        keys.push(axis.key(combined % axis.size()));
        combined /= axis.size();
    }
    keys.reverse();
    keys
}
