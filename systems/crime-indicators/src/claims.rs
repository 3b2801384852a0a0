//! Claims: a sentence about a figure, tested against every series, unit, edition and denominator that could carry it.

mod test;
mod verdict;

pub use test::check;
pub use verdict::{Checked, Lack, Test, Verdict};

use crate::shelf::Shelf;
use std::sync::Arc;
use tequio_methods::stated::StatedError;
use tequio_reference::{Claim, Statement};

/// A claim that is not understood.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The file.
    #[error("the claim file is not understood: {0}. `tequio claim list --json` prints one to start from")]
    File(#[from] serde_json::Error),
    /// No claim in it.
    #[error("the claim file holds no claim")]
    Empty,
    /// More claims than one file may hold.
    #[error("the claim file holds {0} claims: {CLAIMS_MAX} at most")]
    TooMany(usize),
    /// The stated value.
    #[error(transparent)]
    Value(#[from] StatedError),
    /// A field that is missing or does not fit.
    #[error("{field}: {hint}")]
    Field {
        /// Field.
        field: &'static str,
        /// What it should be.
        hint: String,
    },
    /// Whatever the data says.
    #[error(transparent)]
    Indicator(#[from] crate::indicators::IndicatorError),
}

impl ClaimError {
    /// True for a claim that cannot be read, whatever the data.
    pub fn is_unreadable(&self) -> bool {
        match self {
            Self::File(_) | Self::Empty | Self::TooMany(_) | Self::Value(_) | Self::Field { .. } => true,
            Self::Indicator(error) => error.is_unreadable(),
        }
    }
}

/// Most claims of one file.
pub const CLAIMS_MAX: usize = 1_000;

/// Reads claims: one JSON object, or a list of them, with the fields of the worked examples.
///
/// # Errors
/// [`ClaimError`] when the text is no such JSON.
pub fn read(text: &str) -> Result<Vec<Claim>, ClaimError> {
    let claims: Vec<Claim> = match serde_json::from_str::<serde_json::Value>(text)? {
        list @ serde_json::Value::Array(_) => serde_json::from_value(list)?,
        one => vec![serde_json::from_value(one)?],
    };
    match claims.len() {
        0 => Err(ClaimError::Empty),
        many if many > CLAIMS_MAX => Err(ClaimError::TooMany(many)),
        _ => claims.into_iter().map(checked).collect(),
    }
}

/// A claim in the few words of a form: fields may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields<'a> {
    /// The sentence.
    pub text: &'a str,
    /// Measure, such as `homicide`.
    pub measure: &'a str,
    /// `level`, `rate`, `change` or `share-of-top`.
    pub statement: &'a str,
    /// Code of the place.
    pub place: &'a str,
    /// Period.
    pub period: &'a str,
    /// Earlier period of a change.
    pub against: &'a str,
    /// The value in words: `17`, `nearly 23`, `85 %`, `at least 20 %`; a fall is negative.
    pub value: &'a str,
    /// Places of a share.
    pub n: &'a str,
}

/// Makes a claim of fields.
///
/// # Errors
/// [`ClaimError`] naming the field that does not fit.
pub fn of_fields(fields: &Fields<'_>) -> Result<Claim, ClaimError> {
    let statement = match fields.statement {
        "level" => Statement::Level,
        "rate" | "" => Statement::Rate,
        "change" => Statement::Change,
        "share-of-top" => Statement::ShareOfTop,
        _ => return Err(field("statement", "use level, rate, change or share-of-top")),
    };
    let periods: Vec<String> =
        [fields.against, fields.period].into_iter().filter(|text| !text.is_empty()).map(str::to_owned).collect();
    let n = match (statement, fields.n) {
        (Statement::ShareOfTop, "") => Some(50),
        (Statement::ShareOfTop, n) => Some(n.parse().map_err(|_| field("n", "give how many places"))?),
        _ => None,
    };
    checked(Claim {
        id: "claim".to_owned(),
        text_es: fields.text.to_owned(),
        text_en: fields.text.to_owned(),
        said_by: String::new(),
        said_when: String::new(),
        source: String::new(),
        measure: if fields.measure.is_empty() { "homicide".to_owned() } else { fields.measure.to_owned() },
        statement,
        place: if fields.place.is_empty() { "MX".to_owned() } else { fields.place.to_owned() },
        periods,
        span_years: None,
        top: n.map(|n| tequio_reference::Top { n, layer: "municipalities".to_owned() }),
        stated: fields.value.to_owned(),
    })
}

/// The worked examples, tested. What came of it is kept until an edition is added.
///
/// # Errors
/// [`ClaimError`] when the data folder cannot be read.
pub fn checked_examples(shelf: &Shelf) -> Result<Vec<Arc<Checked>>, ClaimError> {
    let examples = tequio_reference::claims().map_err(crate::indicators::IndicatorError::from)?;
    examples.iter().map(|claim| kept(shelf, claim)).collect()
}

/// A claim of fields, tested; kept in the same way.
///
/// # Errors
/// [`ClaimError`] naming the field that does not fit.
pub fn checked_fields(shelf: &Shelf, fields: &Fields<'_>) -> Result<Arc<Checked>, ClaimError> {
    kept(shelf, &of_fields(fields)?)
}

fn kept(shelf: &Shelf, claim: &Claim) -> Result<Arc<Checked>, ClaimError> {
    let views = shelf.datasets().map_err(crate::indicators::IndicatorError::from)?;
    let editions = views.into_iter().flat_map(|view| view.editions).map(|manifest| manifest.content_sha256).collect();
    shelf.claims.get((editions, serde_json::to_string(claim)?), || check(shelf, claim))
}

fn field(field: &'static str, hint: impl Into<String>) -> ClaimError {
    ClaimError::Field { field, hint: hint.into() }
}

/// Refuses what cannot be tested because it does not say what it is about.
fn checked(claim: Claim) -> Result<Claim, ClaimError> {
    crate::indicators::known_measure(&claim.measure)?;
    claim.stated.parse::<tequio_methods::stated::Stated>()?;
    for period in &claim.periods {
        let parsed: Result<tequio_kernel::Period, _> = period.parse();
        let hint = format!("`{period}` is no period of whole months or years");
        if !parsed.is_ok_and(|period| period.is_whole_months()) {
            return Err(field("periods", hint));
        }
    }
    match (claim.statement, claim.periods.len()) {
        (Statement::Change, 2) => Ok(claim),
        (Statement::Change, 0) if claim.span_years.is_some() => Ok(claim),
        (Statement::Change, _) => {
            Err(field("periods", "a change is between two periods: give both, the earlier one first"))
        }
        (Statement::ShareOfTop, _) if claim.top.is_none() => Err(field("top", "say how many places hold the share")),
        (_, 0 | 1) => Ok(claim),
        _ => Err(field("periods", "give one period")),
    }
}
