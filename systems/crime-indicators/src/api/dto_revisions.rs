//! Shapes of what comparisons and claims answer, for the description of the API.

use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Which figures are looked at.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes the parameters; the handlers read them")]
pub struct CrimeIndicatorsSelection {
    /// Code of a place, with everything in it
    #[param(example = "MX-12")]
    pub place: Option<String>,
    /// Code of an offence, with everything below it
    pub offence: Option<String>,
}

/// What changed between two editions. Every list `by_…` has a line a place, offence, period or office, the largest first;
/// a line has the same sums as the whole.
#[derive(Serialize, ToSchema)]
pub struct CrimeIndicatorsDiff {
    /// The dataset.
    pub dataset: String,
    /// Name, day of publication and cut-off of the edition before.
    pub old: BTreeMap<String, Value>,
    /// The same of the edition after.
    pub new: BTreeMap<String, Value>,
    /// Figures whose value changed.
    pub changed: u64,
    /// Figures that were not there before.
    pub added: u64,
    /// Figures that are no longer there.
    pub removed: u64,
    /// Sum of new - old over the changed figures.
    pub net: i64,
    /// Sum of |new - old| over the changed figures.
    pub absolute: u64,
    /// Changed figures by place.
    pub by_place: Vec<Value>,
    /// Changed figures by offence.
    pub by_offence: Vec<Value>,
    /// Changed figures by period.
    pub by_period: Vec<Value>,
    /// Changed figures by prosecutor's office.
    pub by_office: Vec<Value>,
    /// The largest changes.
    pub figures: Vec<Value>,
    /// The largest figures that were removed.
    pub removed_figures: Vec<Value>,
}

/// How past figures moved through the editions of a dataset.
#[derive(Serialize, ToSchema)]
pub struct CrimeIndicatorsRevisions {
    /// The dataset.
    pub dataset: String,
    /// The editions, the oldest first: columns of the triangle.
    pub editions: Vec<Value>,
    /// The periods: rows of the triangle.
    pub periods: Vec<String>,
    /// Totals by period and edition; null where the edition says nothing of the period.
    pub triangle: Vec<Vec<Option<u64>>>,
    /// What changed from each edition to the next.
    pub between: Vec<Value>,
    /// Revisions by prosecutor's office, of those of which a figure changed or was removed.
    pub by_office: Vec<Value>,
    /// How many offices have no figure that changed or was removed.
    pub offices_unchanged: u64,
    /// Revisions by age in periods.
    pub by_age: Vec<Value>,
    /// What was asked for.
    pub selection: BTreeMap<String, Option<String>>,
    /// Alarms of the newest edition: `code`, and numbers by name.
    pub alarms: Vec<Value>,
}

/// Which prosecutor's office delivered which period of an edition.
#[derive(Serialize, ToSchema)]
pub struct CrimeIndicatorsCompleteness {
    /// The dataset.
    pub dataset: String,
    /// The edition.
    pub edition: String,
    /// The day from which it was known.
    pub published: String,
    /// Last observed period.
    pub cutoff: String,
    /// `month` or `year`.
    pub frequency: String,
    /// How many periods of offices are `complete`, `partial`, `missing` and `stray`.
    pub summary: BTreeMap<String, u64>,
    /// A row for each office and period of which something is expected or there.
    pub rows: Vec<CrimeIndicatorsDelivery>,
}

/// What an office delivered of a period. A series is one offence in one place for one group of persons.
#[derive(Serialize, ToSchema)]
pub struct CrimeIndicatorsDelivery {
    /// Code of the state of the office, or of a unit that is no state.
    pub agency: String,
    /// Its name.
    pub name: String,
    /// The period.
    pub period: String,
    /// `complete`, `partial`, `missing` or `stray`.
    pub state: String,
    /// Series that are expected and observed.
    pub observed: u32,
    /// Series that are expected and not observed.
    pub missing: u32,
    /// Series that are observed and not expected.
    pub stray: u32,
}

/// The worked examples.
#[derive(Serialize, ToSchema)]
pub struct CrimeIndicatorsClaims {
    /// Each with what came of it.
    pub claims: Vec<CrimeIndicatorsChecked>,
}

/// What came of testing a claim.
#[derive(Serialize, ToSchema)]
pub struct CrimeIndicatorsChecked {
    /// Id of the claim.
    pub id: String,
    /// The sentence in Spanish and English.
    pub text: Vec<String>,
    /// Measure that it is about.
    pub measure: String,
    /// Code of the place.
    pub place: String,
    /// The value as it was stated.
    pub stated: String,
    /// `reproduced`, `reproduced-by-some`, `not-reproduced` or `cannot-be-tested`.
    pub verdict: String,
    /// Ways to compute it: series, unit, edition, denominator, periods, of, value, reproduces, note.
    pub tests: Vec<Value>,
    /// What is missing to test it, or to test it in more ways.
    pub missing: Vec<String>,
}

/// Parameters of a claim.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes the parameters; `ClaimFields::take` reads them")]
pub struct CrimeIndicatorsClaim {
    /// The value in words: `17`, `nearly 23`, `85 %`, `at least -20 %`; a fall is negative
    #[param(example = "17")]
    pub value: String,
    /// Measure, such as `homicide`
    #[param(example = "homicide")]
    pub measure: Option<String>,
    /// `level`, `rate`, `change` or `share-of-top`; `rate` when it is not given
    #[param(example = "rate")]
    pub statement: Option<String>,
    /// Code of the place
    #[param(example = "MX")]
    pub place: Option<String>,
    /// Period: a year, a month or two of them joined by two dots
    #[param(example = "2016")]
    pub period: Option<String>,
    /// Earlier period of a change
    pub against: Option<String>,
    /// Places of a share
    #[param(minimum = 1, maximum = 2600)]
    pub n: Option<u32>,
    /// The sentence, for the record
    pub text: Option<String>,
}
