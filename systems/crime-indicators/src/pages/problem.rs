//! Errors of the shelf and the indicators as problems.

use crate::claims::ClaimError;
use crate::compared::CompareError;
use crate::diff::DiffError;
use crate::indicators::IndicatorError;
use crate::proof::ProofError;
use crate::shelf::ShelfError;
use tequio_archive::ArchiveError;
use tequio_archive::ledger::LedgerError;
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

impl From<ProofError> for Problem {
    fn from(error: ProofError) -> Self {
        let code = match &error {
            ProofError::Shelf(error) => code_of(error),
            ProofError::Ledger(_) => ProblemCode::Internal,
            ProofError::Unknown { .. } | ProofError::NoRow(_) | ProofError::Unrecorded(_) => ProblemCode::NotFound,
        };
        Self::with(code, error)
    }
}

impl From<ClaimError> for Problem {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Indicator(error) => error.into(),
            other => Self::with(ProblemCode::BadQuery, other),
        }
    }
}

impl From<CompareError> for Problem {
    fn from(error: CompareError) -> Self {
        match error {
            CompareError::Shelf(error) => error.into(),
            CompareError::Diff(error) => error.into(),
        }
    }
}

impl From<DiffError> for Problem {
    fn from(error: DiffError) -> Self {
        let code = match &error {
            DiffError::NotCounts(_) | DiffError::Unknown { .. } | DiffError::NoEditions(_) => ProblemCode::NotFound,
            DiffError::Different { .. } => ProblemCode::Unprocessable,
            DiffError::Archive(ArchiveError::Missing { .. }) => ProblemCode::NotFound,
            DiffError::Csv(_) | DiffError::Archive(_) | DiffError::Reference(_) => ProblemCode::Internal,
        };
        Self::with(code, error)
    }
}

fn code_of(error: &ShelfError) -> ProblemCode {
    match error {
        ShelfError::Archive(ArchiveError::Missing { .. }) | ShelfError::Incidents(_) => ProblemCode::NotFound,
        ShelfError::Name(_) | ShelfError::Twice | ShelfError::Day(_) => ProblemCode::BadQuery,
        ShelfError::Ledger(LedgerError::Absent(_) | LedgerError::OutOfRange { .. }) => ProblemCode::NotFound,
        ShelfError::Archive(_) | ShelfError::Ledger(_) | ShelfError::Reference(_) => ProblemCode::Internal,
    }
}
