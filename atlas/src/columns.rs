//! What an atlas is loaded from: one value an incident in each column.

use crate::error::AtlasError;
use crate::limits::{INCIDENTS_MAX, OFFENCES_MAX};
use tequio_kernel::Precision;

/// The value of [`Columns::hour`] when the hour is not known.
pub const HOUR_UNKNOWN: u8 = 255;

/// An offence as it is asked for and as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offence {
    /// Folded name (see [`tequio_kernel::text::fold`]). An offence whose incidents are not all of one class
    /// stands once for each class, under one code.
    pub code: String,
    /// Name for people.
    pub name: String,
    /// Disclosure class: `ordinary`, `sensitive` or `restricted`.
    pub class: &'static str,
}

/// Incidents, column by column. All columns have one length; the order of the rows is free.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// Degrees east, WGS 84; NaN when unlocated.
    pub longitude: Vec<f64>,
    /// Degrees north, WGS 84; NaN when unlocated.
    pub latitude: Vec<f64>,
    /// Days since 1970-01-01; that of the first day of a month or year known no better.
    pub day: Vec<i32>,
    /// How much of `day` is known.
    pub precision: Vec<Precision>,
    /// Hour of the day, 0 to 23, or [`HOUR_UNKNOWN`].
    pub hour: Vec<u8>,
    /// Index in `offences`.
    pub offence: Vec<u16>,
    /// The offences, in any order.
    pub offences: Vec<Offence>,
}

impl Columns {
    /// Checks lengths and values.
    pub(crate) fn check(&self) -> Result<(), AtlasError> {
        let expected = self.longitude.len();
        let lengths = [
            ("latitude", self.latitude.len()),
            ("day", self.day.len()),
            ("precision", self.precision.len()),
            ("hour", self.hour.len()),
            ("offence", self.offence.len()),
        ];
        if let Some((column, found)) = lengths.into_iter().find(|(_, length)| *length != expected) {
            return Err(AtlasError::Lengths { column, expected, found });
        }
        if expected > INCIDENTS_MAX {
            return Err(AtlasError::TooManyIncidents(expected));
        }
        self.check_positions()?;
        self.check_hours()?;
        self.check_offences()
    }

    fn check_positions(&self) -> Result<(), AtlasError> {
        let mut positions = self.longitude.iter().zip(&self.latitude);
        match positions.position(|(x, y)| x.abs() > 180.0 || y.abs() > 90.0) {
            None => Ok(()),
            Some(row) => {
                Err(AtlasError::Position { row, longitude: self.longitude[row], latitude: self.latitude[row] })
            }
        }
    }

    fn check_hours(&self) -> Result<(), AtlasError> {
        match self.hour.iter().position(|hour| *hour > 23 && *hour != HOUR_UNKNOWN) {
            None => Ok(()),
            Some(row) => Err(AtlasError::Hour { row, hour: self.hour[row] }),
        }
    }

    fn check_offences(&self) -> Result<(), AtlasError> {
        let offences = self.offences.len();
        if offences > OFFENCES_MAX {
            return Err(AtlasError::TooManyOffences(offences));
        }
        if let Some(row) = self.offence.iter().position(|offence| usize::from(*offence) >= offences) {
            return Err(AtlasError::OffenceIndex { row, offence: self.offence[row], offences });
        }
        let mut codes: Vec<(&str, &str)> = self.offences.iter().map(|o| (o.code.as_str(), o.class)).collect();
        codes.sort_unstable();
        match codes.windows(2).find(|pair| pair[0] == pair[1]) {
            None => Ok(()),
            Some(pair) => Err(AtlasError::OffenceTwice(pair[0].0.to_owned())),
        }
    }
}
