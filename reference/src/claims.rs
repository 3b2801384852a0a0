//! Claims: what has been said of the figures, structured so that it can be tested.

use crate::ReferenceError;
use serde::Deserialize;
use std::sync::OnceLock;

static TABLE: &[u8] = include_bytes!("../claims/claims.json");

/// What kind of sentence a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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

/// How the value was worded, which decides what would make it true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wording {
    /// `17`: whatever rounds to it.
    Exact,
    /// `nearly 23`: up to it, and less than one unit of its precision below.
    Nearly,
    /// `at least 20 %`: it or more, in the direction of its sign.
    AtLeast,
}

/// The value of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stated {
    /// The value: a count, a rate per 100,000, or per cent. A fall is negative.
    pub value: f64,
    /// How it was worded.
    pub wording: Wording,
    /// Unit of the last digit said: 1 for `17`, 0.1 for `17.2`. Positive.
    pub precision: f64,
}

/// One claim.
#[derive(Clone, Debug, PartialEq, Deserialize)]
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
    /// The value.
    pub stated: Stated,
}

/// The places that a share is of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Top {
    /// How many places.
    pub n: u32,
    /// Layer of the places, such as `municipalities`.
    pub layer: String,
}

impl Stated {
    /// True when a computed value reproduces the stated one.
    ///
    /// Rounding is half a unit of the precision either way, the lower end included; *nearly* takes values that are
    /// under one unit below and not above; *at least* takes the value and all beyond it. A value that is not finite
    /// reproduces nothing.
    pub fn reproduced_by(&self, computed: f64) -> bool {
        let half = self.precision / 2.0;
        computed.is_finite()
            && match self.wording {
                Wording::Exact => computed >= self.value - half && computed < self.value + half,
                Wording::Nearly => computed > self.value - self.precision && computed <= self.value,
                Wording::AtLeast if self.value < 0.0 => computed <= self.value,
                Wording::AtLeast => computed >= self.value,
            }
    }
}

/// The worked examples, in the order of the file.
///
/// # Errors
/// [`ReferenceError`] when the built-in file is damaged.
pub fn claims() -> Result<&'static [Claim], ReferenceError> {
    static ALL: OnceLock<Result<Vec<Claim>, ReferenceError>> = OnceLock::new();
    ALL.get_or_init(|| serde_json::from_slice(TABLE).map_err(ReferenceError::new)).as_deref().map_err(Clone::clone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_decide_what_reproduces_a_value() {
        let stated = |value, wording| Stated { value, wording, precision: 1.0 };
        let exact = stated(17.0, Wording::Exact);
        assert!(exact.reproduced_by(16.5) && exact.reproduced_by(17.4999) && !exact.reproduced_by(17.5));
        let nearly = stated(23.0, Wording::Nearly);
        assert!(nearly.reproduced_by(22.184) && nearly.reproduced_by(23.0));
        assert!(!nearly.reproduced_by(22.0) && !nearly.reproduced_by(23.1));
        let fall = stated(-20.0, Wording::AtLeast);
        assert!(fall.reproduced_by(-20.0) && fall.reproduced_by(-31.0) && !fall.reproduced_by(-19.9));
        assert!(!fall.reproduced_by(f64::NAN) && !fall.reproduced_by(f64::NEG_INFINITY));
    }
}
