//! Errors of the shelf and the indicators as problems.

use crate::indicators::IndicatorError;
use crate::shelf::ShelfError;
use tequio_archive::ArchiveError;
use tequio_frame::{Problem, ProblemCode};

impl From<IndicatorError> for Problem {
    fn from(error: IndicatorError) -> Self {
        let code = match &error {
            IndicatorError::Unknown { .. } | IndicatorError::Place(_) => ProblemCode::NotFound,
            IndicatorError::Shelf(error) => code_of(error),
            IndicatorError::Reference(_) => ProblemCode::Internal,
            _ => ProblemCode::BadQuery,
        };
        Self::with(code, error)
    }
}

impl From<ShelfError> for Problem {
    fn from(error: ShelfError) -> Self {
        Self::with(code_of(&error), error)
    }
}

fn code_of(error: &ShelfError) -> ProblemCode {
    match error {
        ShelfError::Archive(ArchiveError::Missing { .. }) | ShelfError::Incidents(_) => ProblemCode::NotFound,
        ShelfError::Name(_) | ShelfError::Twice | ShelfError::Day(_) => ProblemCode::BadQuery,
        ShelfError::Archive(_) | ShelfError::Reference(_) => ProblemCode::Internal,
    }
}
