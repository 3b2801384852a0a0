//! Indicators: figures with a unit, a formula and a source, and what they came to.

use crate::unit::Unit;
use serde::Serialize;

/// A text in both languages of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Text {
    /// Spanish.
    pub es: &'static str,
    /// English.
    pub en: &'static str,
}

/// What the value of an indicator is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measured {
    /// Events per 100,000 inhabitants in the period.
    #[serde(rename = "per-100000")]
    Per100000,
    /// Hundredths.
    Percent,
    /// A share between 0 and 1.
    Share,
    /// Events, adjusted.
    Events,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Less is better.
    LowerIsBetter,
    /// More is better.
    HigherIsBetter,
    /// Neither is by itself.
    Neither,
}

/// A parameter that an indicator takes beyond place, period and edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// Name in addresses and on the command line.
    pub name: &'static str,
    /// Value when it is not given; empty when there is none.
    pub default: &'static str,
    /// What it says.
    pub text: Text,
}

/// Everything that is said of an indicator before it is computed. Its page, its entry in the API, its help on the
/// command line and the data dictionary are made from this.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IndicatorAbout {
    /// Stable name: lower-case letters, digits and hyphens.
    pub id: String,
    /// Title in both languages.
    pub title: (String, String),
    /// What it says and what it does not, in both languages.
    pub meaning: Text,
    /// What the value is measured in.
    pub measured: Measured,
    /// What it counts; `None` when the question says.
    pub unit: Option<Unit>,
    /// Measure that it counts, such as `homicide`; `None` when the question says.
    pub measure: Option<String>,
    /// The formula, in plain signs.
    pub formula: &'static str,
    /// Method, with its reference.
    pub method: &'static str,
    /// What is divided by, in both languages; empty when nothing is.
    pub denominator: Text,
    /// Sources that it is computed from, in both languages.
    pub sources: Text,
    /// Fewest events from which on a place is shown; 0 when the figures are official totals.
    pub minimum_cell: u64,
    /// Which way is better.
    pub direction: Direction,
    /// What a reader has to keep in mind, in both languages.
    pub caveats: &'static [Text],
    /// Parameters beyond place, period and edition.
    pub parameters: &'static [Parameter],
}

/// A dataset edition that a value rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EditionUsed {
    /// What it was used for: `numerator`, `denominator`, `series`.
    pub role: &'static str,
    /// Dataset, or reference series.
    pub dataset: String,
    /// Edition.
    pub edition: String,
    /// Day from which it was known.
    pub published: String,
    /// SHA-256 of the content.
    pub sha256: String,
    /// What it counts.
    pub unit: String,
    /// Taxonomy edition of its offences; empty when it has none.
    pub taxonomy: String,
    /// Address of the edition in the portal; empty for what is built in.
    pub address: String,
    /// Where the ledger has it, if it does.
    pub leaf_index: Option<u64>,
    /// Address of the proof that the ledger has it; empty for what is built in or not recorded.
    pub proof: String,
}

/// Why there is no value. A value that cannot be computed is never zero, infinite or "not a number".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotComputable {
    /// Code, from a closed list.
    pub code: &'static str,
    /// What is missing, in figures and words of the data.
    pub detail: String,
}

/// An interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Span {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Confidence, 0 to 1.
    pub level: f64,
}

/// What an indicator came to for a place and a period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Observation {
    /// Code of the place.
    pub place: String,
    /// Name of the place.
    pub place_name: String,
    /// The period.
    pub period: String,
    /// The value; `None` when it cannot be computed.
    pub value: Option<f64>,
    /// Its interval, if it has one.
    pub interval: Option<Span>,
    /// What was counted.
    pub numerator: Option<u64>,
    /// What was divided by.
    pub denominator: Option<u64>,
    /// `partial`, `conflicting`, `bounded`, `break`, `synthetic`, `projection`.
    pub flags: Vec<&'static str>,
    /// Why there is no value.
    pub not_computable: Option<NotComputable>,
    /// What it rests on.
    pub editions: Vec<EditionUsed>,
}
