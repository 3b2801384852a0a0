//! Shapes of the answers, for the description of the API.

use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Every indicator.
#[derive(Serialize, ToSchema)]
pub struct CrimeIndicatorsList {
    /// What each says of itself.
    pub indicators: Vec<CrimeIndicatorsAbout>,
}

/// What an indicator says of itself.
#[derive(Serialize, ToSchema)]
pub struct CrimeIndicatorsAbout {
    /// Stable name.
    #[schema(example = "homicide-rate-case-files")]
    pub id: String,
    /// Titles in Spanish and English.
    pub title: Vec<String>,
    /// What it says, by language.
    pub meaning: BTreeMap<String, String>,
    /// What the value is measured in: `per-100000`, `percent`, `share` or `events`.
    pub measured: String,
    /// What it counts; null when the question says.
    pub unit: Option<String>,
    /// Measure that it counts; null when the question says.
    pub measure: Option<String>,
    /// The formula.
    pub formula: String,
    /// Method, with its reference.
    pub method: String,
}

/// What an indicator came to. A value that cannot be computed is null and says why; each indicator adds fields of its own.
#[derive(Serialize, ToSchema)]
pub struct CrimeIndicatorsAnswer {
    /// Id of the indicator.
    pub indicator: String,
    /// Code of the place.
    #[schema(example = "MX-09")]
    pub place: String,
    /// Name of the place.
    pub place_name: String,
    /// The period.
    #[schema(example = "2016")]
    pub period: String,
    /// The value.
    pub value: Option<f64>,
    /// Its interval: `low`, `high`, `level`.
    pub interval: Option<BTreeMap<String, f64>>,
    /// What was counted.
    pub numerator: Option<u64>,
    /// What was divided by.
    pub denominator: Option<u64>,
    /// `partial`, `conflicting`, `bounded`, `break`, `synthetic`.
    pub flags: Vec<String>,
    /// Why there is no value: `code` and `detail`.
    pub not_computable: Option<BTreeMap<String, String>>,
    /// Every edition that it rests on: role, dataset, edition, published, sha256, unit, taxonomy, address, leaf_index
    /// (its entry in the ledger) and proof (address of the proof that it is there).
    pub editions: Vec<BTreeMap<String, Value>>,
}

/// Parameters of a question to an indicator.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes the parameters; `Ask::parse` reads them")]
pub struct CrimeIndicatorsAsk {
    /// Dataset or reference series; the one that fits best when it is not given
    pub dataset: Option<String>,
    /// Edition of the dataset; the newest when it is not given
    pub edition: Option<String>,
    /// The newest edition that was known on this day, `YYYY-MM-DD`
    pub as_of: Option<String>,
    /// Code of the place
    #[param(example = "MX")]
    pub place: Option<String>,
    /// Period: a year, a month or two of them joined by two dots
    #[param(example = "2016")]
    pub period: Option<String>,
    /// Period to compare with
    pub against: Option<String>,
    /// Denominator: `DATASET[@EDITION]` of inhabitants, or a reference series
    pub population: Option<String>,
    /// Measure, such as `homicide`
    pub measure: Option<String>,
    /// How many places
    #[param(minimum = 1, maximum = 2600)]
    pub n: Option<u32>,
    /// Share of the whole to reach, above 0 and up to 1
    pub share: Option<f64>,
    /// `states` or `municipalities`
    pub layer: Option<String>,
    /// Only figures of this sex
    pub sex: Option<String>,
    /// Only figures of this age group
    pub age: Option<String>,
    /// Only figures registered in this year
    pub registered: Option<String>,
    /// Samples to draw, 0 to 2000
    #[param(maximum = 2000)]
    pub replicas: Option<u32>,
    /// Seed of the samples
    #[param(maximum = 9007199254740991i64)]
    pub seed: Option<u64>,
    /// Objectives met
    #[param(maximum = 1000000)]
    pub met: Option<u32>,
    /// Objectives set
    #[param(maximum = 1000000)]
    pub set: Option<u32>,
}
