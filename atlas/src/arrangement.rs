//! How the rows of the columns become the rows of an atlas.

use crate::cell::finest;
use crate::codes::{Codes, NONE, distinct};
use crate::morton::{NOWHERE, cell, number};
use crate::runs::Run;
use rayon::prelude::*;

/// An order of the rows, and where they come from.
#[derive(Debug)]
pub(crate) struct Arrangement {
    /// Morton numbers along the curve, unlocated ones last, and the rows of the columns.
    pub(crate) curve: Vec<(u64, u32)>,
    /// How many of them are located.
    located: usize,
    /// Place along the curve, for each row of the atlas.
    pub(crate) places: Vec<u32>,
    pub(crate) runs: Vec<Run>,
}

impl Arrangement {
    /// Sorts by offence, bucket and Morton number; `offence` and `bucket` are asked by row of the columns.
    pub(crate) fn new(
        longitude: &[f64],
        latitude: &[f64],
        offence: impl Fn(usize) -> u32 + Sync,
        bucket: impl Fn(usize) -> u32 + Sync,
    ) -> Self {
        let numbered = |(row, (x, y)): (usize, (&f64, &f64))| {
            let at = if x.is_nan() || y.is_nan() { NOWHERE } else { number(finest(*x, *y)) };
            (at, row as u32)
        };
        let mut curve: Vec<(u64, u32)> = longitude.par_iter().zip(latitude).enumerate().map(numbered).collect();
        if !curve.is_sorted() {
            curve.par_sort_unstable();
        }
        let located = curve.partition_point(|(number, _)| *number != NOWHERE);
        let key = |row: usize| u64::from(offence(row)) << 32 | u64::from(bucket(row));
        let (keys, run_of_row) = distinct(&(0..curve.len()).into_par_iter().map(key).collect::<Vec<u64>>());
        let run_of_place = run_of_row.arranged(&curve.par_iter().map(|(_, row)| *row).collect::<Vec<u32>>());
        let runs = runs(&keys, &run_of_place, located, curve.len());
        let places = sorted_places(&runs, &run_of_place, curve.len());
        Self { curve, located, places, runs }
    }

    /// Row of the columns and row of the finest cell (or [`NONE`]), for each row of the atlas.
    pub(crate) fn sources(&self) -> (Vec<u32>, Vec<u32>) {
        let (mut sources, mut cell_rows) = (Vec::new(), Vec::new());
        let of_place = |place: &u32| {
            let (number, source) = self.curve[*place as usize];
            (source, if number == NOWHERE { NONE } else { cell(number)[1] })
        };
        self.places.par_iter().map(of_place).unzip_into_vecs(&mut sources, &mut cell_rows);
        (sources, cell_rows)
    }

    /// First and last column and row among the finest cells; `None` when nothing is located.
    pub(crate) fn cell_bounds(&self) -> Option<[[u32; 2]; 2]> {
        let each = |pick: fn(u32, u32) -> u32| {
            let cells = self.curve[..self.located].par_iter().map(|(number, _)| cell(*number));
            cells.reduce_with(|a, b| [0, 1].map(|axis| pick(a[axis], b[axis])))
        };
        Some([each(u32::min)?, each(u32::max)?])
    }

    /// The located rows of the atlas along the curve.
    pub(crate) fn rows_of_curve(&self) -> Vec<u32> {
        let mut rows = vec![0; self.located];
        for (row, place) in (0u32..).zip(&self.places) {
            if let Some(slot) = rows.get_mut(*place as usize) {
                *slot = row;
            }
        }
        rows
    }
}

/// The runs of the keys, from the run of each place along the curve.
fn runs(keys: &[u64], run_of_place: &Codes, located: usize, len: usize) -> Vec<Run> {
    let (mut all, mut with_position) = (vec![0u32; keys.len()], vec![0u32; keys.len()]);
    run_of_place.each(0..len, |place, run| {
        all[run as usize] += 1;
        with_position[run as usize] += u32::from(place < located);
    });
    let mut first = 0;
    let run = |((key, all), with_position): ((&u64, u32), u32)| {
        let (offence, bucket) = ((key >> 32) as u32, *key as u32);
        let run = Run { offence, bucket, first, located_end: first + with_position, end: first + all };
        first = run.end;
        run
    };
    keys.iter().zip(all).zip(with_position).map(run).collect()
}

/// Counting sort of the places by their runs, keeping the order along the curve.
fn sorted_places(runs: &[Run], run_of_place: &Codes, len: usize) -> Vec<u32> {
    let mut next: Vec<u32> = runs.iter().map(|run| run.first).collect();
    let mut places = vec![0; len];
    run_of_place.each(0..len, |place, run| {
        let slot = &mut next[run as usize];
        places[*slot as usize] = place as u32;
        *slot += 1;
    });
    places
}
