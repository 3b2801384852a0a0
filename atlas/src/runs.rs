//! The order in which incidents are kept: runs of one offence and one month, each along a curve.
//!
//! A question about offences and periods reads the runs that can match, one value after another, and
//! nothing else; within a run, the cells of a tile are neighbours. A second order, of all incidents
//! along the same curve, serves questions that name a small piece of ground and nothing else.

use crate::cell::finest;
use crate::codes::Codes;
use crate::moment::{Moment, Moments};
use crate::morton::{NOWHERE, number};
use rayon::prelude::*;
use std::ops::Range;
use tequio_kernel::Month;

/// Incidents of one offence and one bucket, the unlocated ones last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) offence: u32,
    pub(crate) bucket: u32,
    pub(crate) first: u32,
    /// Where the unlocated ones begin.
    pub(crate) located_end: u32,
    pub(crate) end: u32,
}

/// All runs, by offence and then by bucket.
#[derive(Debug)]
pub(crate) struct Runs {
    pub(crate) list: Vec<Run>,
    /// Where the runs of each offence begin in `list`; one more than there are offences.
    of_offence: Vec<u32>,
    pub(crate) buckets: Buckets,
}

/// Moments that pass or fail every period of whole months together.
#[derive(Debug)]
pub(crate) struct Buckets {
    pub(crate) of_moment: Vec<u32>,
    /// Some moment of each bucket.
    pub(crate) moments: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Bucket {
    Month(Month),
    Year(i16),
    Unknown,
}

impl Bucket {
    fn of(moment: Moment) -> Self {
        match (moment.month(), moment.year()) {
            (Some(month), _) => Self::Month(month),
            (None, Some(year)) => Self::Year(year),
            (None, None) => Self::Unknown,
        }
    }
}

impl Buckets {
    pub(crate) fn new(moments: &[Moment]) -> Self {
        let of_moment: Vec<Bucket> = moments.iter().map(|moment| Bucket::of(*moment)).collect();
        let mut list = of_moment.clone();
        list.sort_unstable();
        list.dedup();
        let index = |bucket: &Bucket| list.partition_point(|known| known < bucket);
        let mut some = vec![0; list.len()];
        let mut codes = Vec::with_capacity(of_moment.len());
        for (moment, bucket) in (0u32..).zip(&of_moment) {
            let bucket = index(bucket);
            some[bucket] = moment;
            codes.push(u32::try_from(bucket).unwrap_or(u32::MAX));
        }
        Self { of_moment: codes, moments: some }
    }

    pub(crate) fn len(&self) -> usize {
        self.moments.len()
    }
}

impl Runs {
    /// From offence and bucket of every row in the order of the rows, and which are located.
    pub(crate) fn new(
        offences: &Codes,
        offence_count: usize,
        moments: &Moments,
        buckets: Buckets,
        is_located: impl Fn(usize) -> bool,
        rows: usize,
    ) -> Self {
        let mut list: Vec<Run> = Vec::new();
        for row in 0..rows {
            let (offence, bucket) = (offences.get(row), buckets.of_moment[moments.codes.get(row) as usize]);
            let next = row as u32;
            if list.last().is_none_or(|run| (run.offence, run.bucket) != (offence, bucket)) {
                list.push(Run { offence, bucket, first: next, located_end: next, end: next });
            }
            if let Some(run) = list.last_mut() {
                run.end = next + 1;
                run.located_end = if is_located(row) { run.end } else { run.located_end };
            }
        }
        list.shrink_to_fit();
        let starts = 0..=offence_count as u32;
        let of_offence = starts.map(|offence| list.partition_point(|run| run.offence < offence) as u32).collect();
        Self { list, of_offence, buckets }
    }

    /// Indexes of the runs of an offence.
    pub(crate) fn of_offence(&self, offence: usize) -> Range<usize> {
        self.of_offence[offence] as usize..self.of_offence[offence + 1] as usize
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.list.len() * size_of::<Run>()
            + (self.of_offence.len() + self.buckets.of_moment.len() + self.buckets.moments.len()) * 4
    }
}

/// How the rows of the columns are arranged.
#[derive(Debug)]
pub(crate) struct Arrangement {
    /// Morton numbers of the incidents along the curve, unlocated ones last.
    pub(crate) numbers: Vec<u64>,
    /// Row of the columns, for each row of the atlas.
    pub(crate) sources: Vec<u32>,
    /// Place along the curve, for each row of the atlas.
    pub(crate) places: Vec<u32>,
}

impl Arrangement {
    /// Sorts by offence, bucket and Morton number.
    pub(crate) fn new(longitude: &[f64], latitude: &[f64], offence: &[u16], bucket: impl Fn(usize) -> u32) -> Self {
        let numbered = |(row, (x, y)): (usize, (&f64, &f64))| {
            let at = if x.is_nan() || y.is_nan() { NOWHERE } else { number(finest(*x, *y)) };
            (at, row as u32)
        };
        let mut curve: Vec<(u64, u32)> = longitude.par_iter().zip(latitude).enumerate().map(numbered).collect();
        if !curve.is_sorted() {
            curve.par_sort_unstable();
        }
        let (numbers, rows): (Vec<u64>, Vec<u32>) = curve.into_iter().unzip();
        let places: Vec<u32> = (0u32..).take(rows.len()).collect();
        let source = |place: u32| rows[place as usize] as usize;
        let places = sort_stably(places, |place| bucket(source(place)) as usize);
        let places = sort_stably(places, |place| usize::from(offence[source(place)]));
        let sources = places.par_iter().map(|place| rows[*place as usize]).collect();
        Self { numbers, sources, places }
    }

    /// The rows of the atlas along the curve, the located ones only.
    pub(crate) fn curve(&self) -> Vec<u32> {
        let located = self.numbers.partition_point(|number| *number != NOWHERE);
        let mut curve = vec![0; located];
        for (row, place) in (0u32..).zip(&self.places) {
            if let Some(slot) = curve.get_mut(*place as usize) {
                *slot = row;
            }
        }
        curve
    }
}

/// Counting sort, keeping the order of equal ones.
fn sort_stably(items: Vec<u32>, key: impl Fn(u32) -> usize) -> Vec<u32> {
    let mut next: Vec<u32> = Vec::new();
    for item in &items {
        let key = key(*item) + 1;
        if key >= next.len() {
            next.resize(key + 1, 0);
        }
        next[key] += 1;
    }
    for at in 1..next.len() {
        next[at] += next[at - 1];
    }
    let mut sorted = vec![0; items.len()];
    for item in items {
        let slot = &mut next[key(item)];
        sorted[*slot as usize] = item;
        *slot += 1;
    }
    sorted
}
