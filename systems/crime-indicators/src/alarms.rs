//! Alarms: what an edition says that deserves a question to whoever published it. An alarm is no accusation; it names
//! the figures and the rule.
//!
//! | alarm | rule |
//! | --- | --- |
//! | unexplained drop | the total of an office in one of the last periods lies below its own history by more than chance and by at least a fifth |
//! | past months lowered | figures of periods at least [`LOWERED_AGE_MIN`] old fell between two editions |
//! | series that stops | so long a silence at the end would be improbable at the mean before it |
//! | rows that vanish | places, offences or series of the old edition are not in the new one |
//!
//! The words that people read belong to the pages; here an alarm is a code and its numbers.

mod aggregate;
mod drops;
mod lowered;
mod stops;
mod vanished;

use crate::diff::{Comparison, DiffError, Edition};
use serde_json::{Value, json};
use tequio_kernel::Step;

pub use drops::{
    BASELINE_YEARS, DISPERSION_PERIODS, DROP_SHARE_MIN, EXPECTED_MIN, FALSE_DISCOVERY_MAX, TESTED_PERIODS,
};
pub use lowered::LOWERED_AGE_MIN;
pub use stops::{STOP_FAMILY_ERROR_MAX, STOP_PERIODS_MAX, STOP_PERIODS_MIN};
pub use vanished::Row;

/// Something to ask about.
#[derive(Clone, Debug, PartialEq)]
pub enum Alarm {
    /// A total below what its history allows.
    UnexplainedDrop {
        /// Code of the office.
        office: String,
        /// Code of the offence; `None` for all together.
        offence: Option<String>,
        /// The period.
        period: Step,
        /// Its total.
        observed: u64,
        /// Smaller of two means: of the same period of the years before, and of the year just before.
        expected: f64,
        /// p-value after the correction for all that were tested.
        p_adjusted: f64,
    },
    /// Past figures that fell between two editions.
    PastLowered {
        /// Code of the office.
        office: String,
        /// First of the periods lowered.
        first: Step,
        /// Last of them.
        last: Step,
        /// Figures lowered.
        figures: u64,
        /// Sum of the falls.
        sum: u64,
        /// Sum of what rose in the same office and range of ages: what may have been reclassified.
        raised_sum: u64,
        /// Figures removed from these periods altogether.
        removed: u64,
        /// Sum of these.
        removed_sum: u64,
        /// Offence with the largest falls.
        offence: String,
    },
    /// A series that is silent at its end.
    SeriesStops {
        /// Code of the place.
        place: String,
        /// Code of the offence.
        offence: String,
        /// Persons it is about.
        group: tequio_kernel::Group,
        /// First silent period.
        since: Step,
        /// Silent periods to the cut-off.
        periods: u32,
        /// How many of them are blank; the others are zero.
        blank: u32,
        /// Mean of the year before the silence.
        mean: f64,
        /// Probability of so long a silence at that mean.
        probability: f64,
    },
    /// Rows of the old edition that the new one does not have.
    RowsVanish {
        /// Of what they are.
        row: Row,
        /// Code of the place or offence.
        code: String,
        /// Series that vanished.
        series: u64,
        /// Figures that they had.
        figures: u64,
        /// Sum of these.
        sum: u64,
    },
}

impl Alarm {
    /// Codes of all kinds; they are part of files and addresses and do not change.
    pub const CODES: [&'static str; 4] = ["unexplained-drop", "past-lowered", "series-stops", "rows-vanish"];

    /// Code of the kind.
    pub fn code(&self) -> &'static str {
        let at = match self {
            Self::UnexplainedDrop { .. } => 0,
            Self::PastLowered { .. } => 1,
            Self::SeriesStops { .. } => 2,
            Self::RowsVanish { .. } => 3,
        };
        Self::CODES[at]
    }

    /// The office or place it is about; `None` for an offence that vanished.
    pub fn place(&self) -> Option<&str> {
        match self {
            Self::UnexplainedDrop { office, .. } | Self::PastLowered { office, .. } => Some(office),
            Self::SeriesStops { place, .. } => Some(place),
            Self::RowsVanish { row: Row::Offence, .. } => None,
            Self::RowsVanish { code, .. } => Some(code),
        }
    }

    /// The offence it is about; `None` for all together. Of past months lowered, all: one office is told once.
    pub fn offence(&self) -> Option<&str> {
        match self {
            Self::UnexplainedDrop { offence, .. } => offence.as_deref(),
            Self::SeriesStops { offence, .. } => Some(offence),
            Self::RowsVanish { row: Row::Offence, code, .. } => Some(code),
            Self::PastLowered { .. } | Self::RowsVanish { .. } => None,
        }
    }

    /// As the command and the API give it: `code` and the numbers by name.
    pub fn to_json(&self) -> Value {
        let code = self.code();
        match self {
            Self::UnexplainedDrop { office, offence, period, observed, expected, p_adjusted } => json!({
                "code": code, "office": office, "offence": offence, "period": period.to_string(),
                "observed": observed, "expected": expected, "p_adjusted": p_adjusted,
            }),
            Self::PastLowered { office, first, last, figures, sum, raised_sum, removed, removed_sum, offence } => {
                json!({
                    "code": code, "office": office, "from": first.to_string(), "until": last.to_string(),
                    "figures": figures, "sum": sum, "raised_sum": raised_sum, "removed": removed,
                    "removed_sum": removed_sum, "offence": offence,
                })
            }
            Self::SeriesStops { place, offence, group, since, periods, blank, mean, probability } => json!({
                "code": code, "place": place, "offence": offence, "group": group, "since": since.to_string(),
                "periods": periods, "blank": blank, "mean": mean, "probability": probability,
            }),
            Self::RowsVanish { row, code: of, series, figures, sum } => json!({
                "code": code, "rows": row.name(), "of": of, "series": series, "figures": figures, "sum": sum,
            }),
        }
    }
}

/// The alarms of an edition, with those of what changed since an older one, in the order of [`Alarm::CODES`].
///
/// # Errors
/// [`DiffError::Different`] when the two editions do not count the same.
pub fn alarms(old: Option<Edition>, new: Edition) -> Result<Vec<Alarm>, DiffError> {
    let mut found = drops::find(&new);
    if let Some(old) = old {
        let comparison = Comparison::new(old, new)?;
        found.extend(lowered::find(&comparison, &new));
    }
    found.extend(stops::find(&new));
    if let Some(old) = old {
        found.extend(vanished::find(&old, &new));
    }
    Ok(found)
}
