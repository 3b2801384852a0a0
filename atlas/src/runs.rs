//! The order in which incidents are kept: runs of one offence and one month, each along a curve.
//!
//! A question about offences and periods reads the runs that can match, one value after another, and
//! nothing else; within a run, the cells of a tile are neighbours. A second order, of all incidents
//! along the same curve, serves questions that name a small piece of ground and nothing else.

use crate::moment::Moment;
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
    /// From runs in their order.
    pub(crate) fn new(list: Vec<Run>, offence_count: usize, buckets: Buckets) -> Self {
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
