//! What came of testing a claim.

use serde::Serialize;
use tequio_kernel::Unit;
use tequio_kernel::indicator::EditionUsed;

/// What may be said of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every series that could carry it reproduces it.
    Reproduced,
    /// Some reproduce it and some do not.
    ReproducedBySome,
    /// None reproduces it.
    NotReproduced,
    /// The data to test it is not here.
    CannotBeTested,
}

/// One way to compute what the claim states.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Test {
    /// Dataset or reference series.
    pub series: String,
    /// What it counts.
    pub unit: String,
    /// Edition of it.
    pub edition: EditionUsed,
    /// What was divided by, if anything.
    pub denominator: Option<EditionUsed>,
    /// Period, or two of them, that it was computed for.
    pub periods: Vec<String>,
    /// What is compared: `rate`, `count`, `change-of-counts`, `change-of-rates`, `share`.
    pub of: &'static str,
    /// The value.
    pub value: f64,
    /// True when it reproduces the stated value within its rounding.
    pub reproduces: bool,
    /// What a reader has to know of it.
    pub note: String,
}

/// A claim with its tests.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checked {
    /// Id of the claim.
    pub id: String,
    /// The sentence.
    pub text: (String, String),
    /// Measure, place and statement, as they were read.
    pub measure: String,
    /// Code of the place.
    pub place: String,
    /// The value as it was stated.
    pub stated: String,
    /// What may be said.
    pub verdict: Verdict,
    /// The tests that reproduce it first.
    pub tests: Vec<Test>,
    /// What is missing to test it, or to test it in more ways.
    pub missing: Vec<String>,
    /// The same, for the pages to put in words.
    #[serde(skip)]
    pub lacks: Vec<Lack>,
}

/// Counts that are not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// What they would count.
    pub unit: Unit,
    /// True when there are some, of other periods.
    pub of_other_periods: bool,
}

impl Verdict {
    /// From the tests.
    pub fn of(tests: &[Test]) -> Self {
        let reproducing = tests.iter().filter(|test| test.reproduces).count();
        match (tests.len(), reproducing) {
            (0, _) => Self::CannotBeTested,
            (_, 0) => Self::NotReproduced,
            (all, some) if all == some => Self::Reproduced,
            _ => Self::ReproducedBySome,
        }
    }

    /// Name in addresses and words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reproduced => "reproduced",
            Self::ReproducedBySome => "reproduced-by-some",
            Self::NotReproduced => "not-reproduced",
            Self::CannotBeTested => "cannot-be-tested",
        }
    }
}
