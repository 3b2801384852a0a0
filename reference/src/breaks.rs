//! Breaks: months in which a country's figures begin to be counted by another classification.

use crate::ReferenceError;
use crate::lookup::records;
use std::sync::OnceLock;
use tequio_kernel::Month;

static TABLE: &[u8] = include_bytes!("../taxonomies/breaks.csv");

/// One break of series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// Code of the country, such as `MX`.
    pub country: String,
    /// Id of the measure that breaks; `None` for all of them.
    pub measure: Option<String>,
    /// First month of the new classification.
    pub month: Month,
    /// Taxonomy before.
    pub from: String,
    /// Taxonomy from that month on.
    pub to: String,
    /// What happened, with its source.
    pub note: String,
}

/// Every known break, in the order of the table.
///
/// # Errors
/// [`ReferenceError`] when the built-in table is damaged.
pub fn breaks() -> Result<&'static [Break], ReferenceError> {
    static ALL: OnceLock<Result<Vec<Break>, ReferenceError>> = OnceLock::new();
    ALL.get_or_init(load).as_deref().map_err(Clone::clone)
}

/// The breaks of a country that touch a measure.
///
/// # Errors
/// [`ReferenceError`] when the built-in table is damaged.
pub fn breaks_of<'a>(
    country: &'a str,
    measure: &'a str,
) -> Result<impl Iterator<Item = &'static Break> + use<'a>, ReferenceError> {
    let touches = move |change: &&Break| change.measure.as_deref().is_none_or(|own| own == measure);
    Ok(breaks()?.iter().filter(move |change| change.country == country).filter(touches))
}

fn load() -> Result<Vec<Break>, ReferenceError> {
    let row = |row: &csv::StringRecord| {
        Ok(Break {
            country: row[0].to_owned(),
            measure: (&row[1] != "*").then(|| row[1].to_owned()),
            month: row[2].parse().map_err(ReferenceError::new)?,
            from: row[3].to_owned(),
            to: row[4].to_owned(),
            note: row[5].to_owned(),
        })
    };
    records(TABLE)?.iter().map(row).collect()
}
