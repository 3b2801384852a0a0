//! The fields of a claim as an address holds them.

use crate::claims::Fields;
use tequio_frame::{Pairs, Problem};

/// What a form says of a claim; fields may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClaimFields {
    pub text: String,
    pub measure: String,
    pub statement: String,
    pub place: String,
    pub period: String,
    pub against: String,
    pub value: String,
    pub n: String,
}

impl ClaimFields {
    /// Takes the fields out of an address.
    ///
    /// # Errors
    /// [`tequio_frame::ProblemCode::BadQuery`] for whatever else is there.
    pub(crate) fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let mut field = |name: &str| pairs.take(name).unwrap_or_default();
        let fields = Self {
            text: field("text"),
            measure: field("measure"),
            statement: field("statement"),
            place: field("place"),
            period: field("period"),
            against: field("against"),
            value: field("value"),
            n: field("n"),
        };
        pairs.refuse_rest("a claim takes text, measure, statement, place, period, against, value and n")?;
        Ok(fields)
    }

    pub(crate) fn fields(&self) -> Fields<'_> {
        Fields {
            text: &self.text,
            measure: &self.measure,
            statement: &self.statement,
            place: &self.place,
            period: &self.period,
            against: &self.against,
            value: &self.value,
            n: &self.n,
        }
    }
}
