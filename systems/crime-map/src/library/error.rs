//! Why the library has no answer.

use crate::territory::TerritoryLoadError;
use tequio_access::Refusal;
use tequio_archive::ArchiveError;
use tequio_atlas::AtlasError;
use tequio_kernel::place::NameError;
use tequio_reference::ReferenceError;

/// Why there is no answer. Every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// Nothing has been imported.
    #[error("no dataset has been imported yet: `tequio import FILE` imports one")]
    Empty,
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The engine.
    #[error(transparent)]
    Atlas(#[from] AtlasError),
    /// The territory.
    #[error(transparent)]
    Territory(#[from] TerritoryLoadError),
    /// A built-in catalogue.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// Not public.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A layer without a place in the places asked for.
    #[error("the layer `{0}` has no place there: ask for another layer or another place")]
    Hollow(String),
    /// A dataset of official counts, which has no incidents.
    #[error("`{0}` holds official counts and no incidents: `tequio indicator` and the page /indicators answer for it")]
    Counts(String),
    /// A name that cannot be one.
    #[error(transparent)]
    Name(#[from] NameError),
}

impl LibraryError {
    /// HTTP status that says the same: 404 for a dataset, edition, layer or place that does not exist,
    /// 400 for what is malformed, unknown to the data (an offence) or cannot be asked, 403 for what is
    /// not public, 413 for an answer with too many rows.
    pub fn status(&self) -> u16 {
        match self {
            Self::Empty | Self::Counts(_) | Self::Archive(ArchiveError::Missing { .. }) => 404,
            Self::Territory(TerritoryLoadError::Unknown(..)) => 404,
            Self::Atlas(AtlasError::UnknownLayer { .. } | AtlasError::UnknownPlace { .. }) => 404,
            Self::Territory(TerritoryLoadError::NoStreets) | Self::Name(_) => 400,
            Self::Atlas(AtlasError::Lengths { .. }) => 500,
            Self::Atlas(AtlasError::TooManyRows) => 413,
            Self::Atlas(_) => 400,
            Self::Refused(_) => 403,
            Self::Hollow(_) => 422,
            Self::Archive(_) | Self::Territory(_) | Self::Reference(_) => 500,
        }
    }

    /// Code of the problem, for programs.
    pub fn code(&self) -> &'static str {
        match self.status() {
            404 => "not_found",
            403 => "not_public",
            422 => "unprocessable",
            400 => "invalid_query",
            413 => "too_large",
            _ => "internal",
        }
    }
}
