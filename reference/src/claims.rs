//! Claims: what has been said of the figures, structured so that it can be tested.

use crate::ReferenceError;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

static TABLE: &[u8] = include_bytes!("../claims/claims.json");

/// What kind of sentence a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Statement {
    /// A count in a period.
    Level,
    /// A count per 100,000 inhabitants in a period.
    Rate,
    /// The change from a first period to a second, in per cent of the first.
    Change,
    /// The part of the whole, in per cent, that the `n` places with most events hold.
    ShareOfTop,
}

/// One claim.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Stable id.
    pub id: String,
    /// The sentence in short, in Spanish.
    pub text_es: String,
    /// The sentence in short, in English.
    pub text_en: String,
    /// Who said it; empty while it is not established.
    pub said_by: String,
    /// When it was said, as far as it is known; empty while it is not established.
    pub said_when: String,
    /// Where the sentence comes from, and what is not known of it.
    pub source: String,
    /// Id of the measure.
    pub measure: String,
    /// What kind of sentence it is.
    pub statement: Statement,
    /// Code of the place that it is about.
    pub place: String,
    /// Periods that it names, as the query language writes them: one for a level, a rate or a share, two for a change.
    /// Empty when the sentence names none.
    pub periods: Vec<String>,
    /// Years between the two periods of a change that does not name them.
    pub span_years: Option<u8>,
    /// How many places, and at which level, for a share of the top.
    pub top: Option<Top>,
    /// The value in words, `nearly 23`, `85 %`, `at least -20 %`: a count, a rate per 100,000 or per cent. A fall is
    /// negative.
    pub stated: String,
}

/// The places that a share is of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Top {
    /// How many places.
    pub n: u32,
    /// Layer of the places, such as `municipalities`.
    pub layer: String,
}

/// The worked examples, in the order of the file.
///
/// # Errors
/// [`ReferenceError`] when the built-in file is damaged.
pub fn claims() -> Result<&'static [Claim], ReferenceError> {
    static ALL: OnceLock<Result<Vec<Claim>, ReferenceError>> = OnceLock::new();
    ALL.get_or_init(|| serde_json::from_slice(TABLE).map_err(ReferenceError::new)).as_deref().map_err(Clone::clone)
}
