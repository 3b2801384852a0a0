//! Counts by key: an array while the keys are few, a hash table beyond.

use crate::hash::Map;
use crate::limits::{DENSE_ALWAYS, DENSE_MAX, DENSE_PER_ROW, MERGE_PARALLEL_MIN};
use rayon::prelude::*;

/// Counts by combined key.
#[derive(Debug)]
pub(crate) enum Cells {
    /// Rows are fewer than 2^32, so no count overflows.
    Dense(Vec<u32>),
    Sparse(Map<u64>),
}

impl Cells {
    /// For keys below `size` of so many rows.
    pub(crate) fn new(size: u64, rows: usize) -> Self {
        if is_dense(size, rows) { Self::Dense(vec![0; size as usize]) } else { Self::Sparse(Map::default()) }
    }

    #[inline]
    pub(crate) fn add(&mut self, key: u64, count: u32) {
        match self {
            Self::Dense(cells) => cells[key as usize] += count,
            Self::Sparse(cells) => *cells.entry(key).or_default() += u64::from(count),
        }
    }

    pub(crate) fn merge(self, other: Self) -> Self {
        match (self, other) {
            (Self::Dense(mut mine), Self::Dense(theirs)) => {
                let add = |(mine, theirs): (&mut u32, &u32)| *mine += theirs;
                if mine.len() >= MERGE_PARALLEL_MIN {
                    mine.par_iter_mut().zip(&theirs).for_each(add);
                } else {
                    mine.iter_mut().zip(&theirs).for_each(add);
                }
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
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Dense(_) => 0,
            Self::Sparse(cells) => cells.len(),
        }
    }

    /// The non-zero cells in the order of their keys.
    pub(crate) fn into_sorted(self) -> Vec<(u64, u64)> {
        match self {
            Self::Dense(cells) => non_zero(&cells).collect(),
            Self::Sparse(cells) => {
                let mut cells: Vec<(u64, u64)> = cells.into_iter().collect();
                cells.sort_unstable();
                cells
            }
        }
    }

    /// Every count, for keys below `size`.
    pub(crate) fn into_dense(self, size: usize) -> Vec<u32> {
        match self {
            Self::Dense(cells) => cells,
            Self::Sparse(cells) => {
                let mut counts = vec![0; size];
                cells.into_iter().for_each(|(key, count)| counts[key as usize] = count as u32);
                counts
            }
        }
    }
}

/// True when keys below `size` are counted in an array.
pub(crate) fn is_dense(size: u64, rows: usize) -> bool {
    size <= (rows as u64).saturating_mul(DENSE_PER_ROW).clamp(DENSE_ALWAYS, DENSE_MAX)
}

fn non_zero(cells: &[u32]) -> impl Iterator<Item = (u64, u64)> + '_ {
    (0..).zip(cells).filter(|(_, count)| **count > 0).map(|(key, count)| (key, u64::from(*count)))
}
