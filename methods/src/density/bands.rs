//! Events added to a grid one by one, by bands of rows, so that bands are computed side by side.

use super::{Event, Grid};
use rayon::prelude::*;

/// Rows of a band: what is computed once an event and band (its kernel along x) is used that often.
const ROWS: usize = 16;

/// Calls `add` for each band and each event within reach of it, in the order of the events, with the values
/// of the band and its rows: the same to the last bit for any number of threads.
pub(super) fn each_band(
    events: &[Event],
    reach: impl Fn(usize) -> f64,
    grid: &Grid,
    add: impl Fn(usize, &mut [f64], std::ops::Range<usize>) + Sync,
) -> Vec<f64> {
    let mut by_band = vec![Vec::new(); grid.rows.div_ceil(ROWS)];
    for (index, event) in events.iter().enumerate().filter(|(_, event)| event.weight > 0.0) {
        let (from, to) = grid.rows_within(event.at.y, reach(index));
        if from < to {
            by_band[from / ROWS..=(to - 1) / ROWS].iter_mut().for_each(|band| band.push(index));
        }
    }
    let mut values = vec![0.0; grid.columns * grid.rows];
    values.par_chunks_mut(ROWS * grid.columns).enumerate().for_each(|(band, values)| {
        let first = band * ROWS;
        let rows = first..(first + ROWS).min(grid.rows);
        by_band[band].iter().for_each(|index| add(*index, values, rows.clone()));
    });
    values
}
