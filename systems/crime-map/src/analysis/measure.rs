//! What of a place is looked at: its count, or its rate.

use super::options::{Options, among, word};
use super::units::{Unit, Units};
use super::{AnalysisError, Parameter};
use tequio_methods::poisson::interval;

/// Inhabitants that a rate is stated for.
const PER: f64 = 100_000.0;
/// Confidence of the intervals of rates.
const CONFIDENCE: f64 = 0.95;

/// The parameter.
pub(super) const MEASURE: Parameter = Parameter {
    name: "quantity",
    default: "",
    meaning: "`count`, or `rate` per 100,000 inhabitants; unless it is given, a rate where every place has inhabitants",
    values: &["count", "rate"],
    written: word,
    check: among,
};

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Count,
    Rate,
}

impl Measure {
    pub(super) fn of(options: &Options, units: &Units) -> Result<Self, AnalysisError> {
        let inhabited = units.list[..units.reported()].iter().all(|unit| unit.population.is_some_and(|all| all > 0));
        if options.text(MEASURE.name).is_empty() {
            return Ok(if inhabited { Self::Rate } else { Self::Count });
        }
        match options.choice(MEASURE.name, &[("count", Self::Count), ("rate", Self::Rate)])? {
            Self::Rate if !inhabited => Err(AnalysisError::NoPopulation(units.name())),
            measure => Ok(measure),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Rate => "rate",
        }
    }

    /// The value of every unit with figures.
    pub(super) fn values(self, units: &Units) -> Vec<f64> {
        let value = |unit: &Unit| match self {
            Self::Count => unit.count as f64,
            Self::Rate => Rate::of(unit).map_or(0.0, |rate| rate.value),
        };
        units.list[..units.reported()].iter().map(value).collect()
    }
}

/// Incidents of the period per 100,000 inhabitants, with its exact Poisson interval (95 %).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl Rate {
    /// None without inhabitants, and of a place that did not report.
    pub(super) fn of(unit: &Unit) -> Option<Self> {
        let population = unit.population.filter(|all| *all > 0 && unit.reported)?;
        let (scale, limits) = (PER / population as f64, interval(unit.count, CONFIDENCE).ok()?);
        Some(Self { value: unit.count as f64 * scale, low: limits.low * scale, high: limits.high * scale })
    }
}
