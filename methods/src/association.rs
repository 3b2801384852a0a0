//! Spatial association: are like values near each other, and where?
//!
//! Global statistics give one number for the whole map ([`moran`], [`geary`], [`getis_ord`],
//! [`join_count`]), local ones a number for every unit ([`local_moran`], [`local_getis_ord`]). Both are
//! judged by their moments (a normal score) or by permutation ([`permutation`], [`conditional`]), and many
//! local ones together by [`crate::false_discovery`]. Rates of small populations vary by chance alone and are
//! standardised first ([`moran_rate`]).

pub mod conditional;
pub mod geary;
pub mod getis_ord;
pub mod join_count;
pub mod local_getis_ord;
pub mod local_moran;
pub mod moran;
pub mod moran_rate;
pub mod permutation;

use crate::progress::Stopped;
use crate::weights::{Weights, WeightsError};
use statrs::function::erf::erfc;

/// Fewest units: the moments divide by `n - 3`.
pub const UNITS_MIN: usize = 4;

/// Why there is no association.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssociationError {
    /// Weights and values do not fit.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// Too few units.
    #[error("give at least {UNITS_MIN} units")]
    Few,
    /// Nobody has a neighbour.
    #[error("no unit has a neighbour")]
    NoLinks,
    /// A value that is none.
    #[error("the value of unit {0} is no number")]
    Value(usize),
    /// A value below zero where only amounts make sense.
    #[error("the value of unit {0} is below zero: this statistic is for amounts")]
    Negative(usize),
    /// All values are the same.
    #[error("all values are the same: there is nothing to compare")]
    Constant,
    /// A unit without inhabitants.
    #[error("unit {0} has no population above zero")]
    Population(usize),
    /// No permutations, or more than are computed.
    #[error("ask for 1 to {} permutations", permutation::PERMUTATIONS_MAX)]
    Permutations,
    /// Asked to stop before the last permutation.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// A statistic judged by its moments under no association.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Variance under no association.
    pub variance: f64,
    /// Difference from the expected value, in standard deviations.
    pub z: f64,
    /// Two-sided p-value of the normal law.
    pub p_value: f64,
}

impl Score {
    pub(crate) fn new(value: f64, expected: f64, variance: f64) -> Self {
        let z = (value - expected) / variance.sqrt();
        Self { variance, z, p_value: two_sided(z) }
    }
}

/// Probability that a standard normal number lies at least as far from zero on either side.
pub fn two_sided(z: f64) -> f64 {
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// Values that fit the weights and differ, less their mean.
pub(crate) fn deviations(values: &[f64], weights: &Weights) -> Result<Vec<f64>, AssociationError> {
    check(values, weights)?;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    if values.iter().all(|value| *value == values[0]) {
        return Err(AssociationError::Constant);
    }
    Ok(values.iter().map(|value| value - mean).collect())
}

/// Refuses values that do not fit the weights or are no numbers, and too few units.
pub(crate) fn check(values: &[f64], weights: &Weights) -> Result<(), AssociationError> {
    weights.check(values.len())?;
    if values.len() < UNITS_MIN {
        return Err(AssociationError::Few);
    }
    if let Some(unit) = values.iter().position(|value| !value.is_finite()) {
        return Err(AssociationError::Value(unit));
    }
    if weights.links() == 0 { Err(AssociationError::NoLinks) } else { Ok(()) }
}

/// Mean of a power of deviations.
pub(crate) fn moment(deviations: &[f64], power: i32) -> f64 {
    deviations.iter().map(|deviation| deviation.powi(power)).sum::<f64>() / deviations.len() as f64
}

#[cfg(test)]
pub(crate) mod samples {
    //! Small maps for tests.

    use crate::weights::Weights;

    /// Six units in two columns of three; every unit has two or three neighbours.
    pub(crate) fn ladder() -> Weights {
        let rows = vec![vec![1, 2], vec![0, 3], vec![0, 3, 4], vec![1, 2, 5], vec![2, 5], vec![3, 4]];
        Weights::binary(rows).expect("weights")
    }

    /// A grid of so many columns and rows; neighbours share an edge.
    pub(crate) fn grid(columns: u32, rows: u32) -> Weights {
        let neighbours = |unit: u32| {
            let (column, row) = (unit % columns, unit / columns);
            let mut found = Vec::new();
            found.extend((column > 0).then(|| unit - 1));
            found.extend((column + 1 < columns).then(|| unit + 1));
            found.extend((row > 0).then(|| unit - columns));
            found.extend((row + 1 < rows).then(|| unit + columns));
            found
        };
        Weights::binary((0..columns * rows).map(neighbours).collect()).expect("weights")
    }

    /// Every order of the values.
    pub(crate) fn orders(values: &[f64]) -> Vec<Vec<f64>> {
        if values.len() <= 1 {
            return vec![values.to_vec()];
        }
        let with_first = |first: usize| {
            let mut rest = values.to_vec();
            let value = rest.remove(first);
            orders(&rest).into_iter().map(move |mut order| {
                order.insert(0, value);
                order
            })
        };
        (0..values.len()).flat_map(with_first).collect()
    }

    /// Mean and variance of a statistic over all orders of the values.
    pub(crate) fn exact_moments(values: &[f64], statistic: impl Fn(&[f64]) -> f64) -> (f64, f64) {
        let all: Vec<f64> = orders(values).iter().map(|order| statistic(order)).collect();
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        (mean, all.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / all.len() as f64)
    }
}
