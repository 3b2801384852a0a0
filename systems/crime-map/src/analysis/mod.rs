//! Spatial statistics of incidents, asked in the words of a count: one file an analysis, registered once in
//! [`analyses`]. Command line, API and page ask the same [`Request`] and write the same [`Report`].
//!
//! Whatever an analysis computes, it computes from what the library answers to who asks: the public's figures rest on
//! the counts that the public may see, and on nothing else.

mod change;
mod concentration;
mod density;
mod hotspots;
mod measure;
mod near_repeat;
mod neighbours;
mod options;
mod plane;
mod remarks;
pub(crate) mod report;
mod request;
mod scan;
mod units;
mod workbench;

pub use remarks::Remark;
pub use report::{Report, Spot};
pub use request::{Asked, Request, Settled};
pub use workbench::{Outcome, PATIENCE, Workbench};

use crate::library::{Library, LibraryError};
use tequio_frame::words::WordsError;
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::query::QueryError;
use tequio_kernel::{Dimension, PlaceRef, Query};
use tequio_methods::association::AssociationError;
use tequio_methods::chance::ChanceError;
use tequio_methods::concentration::ConcentrationError;
use tequio_methods::density::DensityError;
use tequio_methods::progress::Stopped;
use tequio_methods::scan::ScanError;
use tequio_methods::space_time::SpaceTimeError;
use tequio_methods::weights::WeightsError;

/// Most places or cells of an analysis that the public asks for.
pub const UNITS_MAX: usize = 50_000;
/// Most permutations or replicas that the public may ask for.
pub const PERMUTATIONS_MAX: u64 = 9_999;
/// The same for the operator.
pub const PERMUTATIONS_OPERATOR_MAX: u64 = 1_000_000;

/// A statistic of incidents by place.
pub trait Analysis: Sync {
    /// What it is.
    fn about(&self) -> &'static About;

    /// The places or cells where the question names none: the largest places below what is asked about, which is else
    /// the territory of the data.
    fn dimension(&self, library: &Library, territory: Option<&PlaceRef>, query: &Query) -> Dimension {
        Dimension::Place(request::layer_of(library, territory, query))
    }

    /// Computes it.
    ///
    /// # Errors
    /// [`AnalysisError`] when the question is malformed, not public, or has no answer in these data.
    fn run(&self, asked: &Asked<'_>) -> Result<Report, AnalysisError>;
}

/// Every analysis, in the order of the pages.
pub fn analyses() -> [&'static dyn Analysis; 6] {
    [
        &hotspots::Hotspots,
        &change::Changes,
        &scan::Scan,
        &near_repeat::NearRepeat,
        &concentration::Concentration,
        &density::Density,
    ]
}

/// The analysis called so.
pub fn analysis(id: &str) -> Option<&'static dyn Analysis> {
    analyses().into_iter().find(|analysis| analysis.about().id == id)
}

/// What is said of an analysis before it is computed.
pub struct About {
    /// Name in commands and addresses.
    pub id: &'static str,
    /// The method, by its usual name.
    pub method: &'static str,
    /// Where the method is from.
    pub reference: &'static str,
    /// What may be chosen, besides the filters of a count.
    pub parameters: &'static [Parameter],
    /// Columns that a page shows, besides the place; the downloads have all.
    pub shown: &'static [&'static str],
}

/// A choice.
pub struct Parameter {
    /// Name in addresses; the command line writes it `--name`.
    pub name: &'static str,
    /// Value where none is given; empty where it follows from the data.
    pub default: &'static str,
    /// What it is.
    pub meaning: &'static str,
    /// The values there are; empty where it is a number or has a form of its own.
    pub values: &'static [&'static str],
    /// Writes a value in the one way in which all who mean it write it; none for what cannot be read.
    pub(crate) written: fn(&str) -> Option<String>,
}

/// Why there is no answer. Every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// A filter that cannot be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A choice that cannot be read.
    #[error("`{text}` is no value for `{name}`: {hint}")]
    Option {
        /// Its name.
        name: &'static str,
        /// What was written.
        text: String,
        /// What to write.
        hint: String,
    },
    /// Not by places and not by cells.
    #[error("ask by the places of one layer (by=place:LAYER) or by the cells of one zoom (by=cell:ZOOM)")]
    By,
    /// Places, where only cells will do.
    #[error("a density rests on cells: ask by=cell:ZOOM, or leave `by` out")]
    ByCells,
    /// A shape laid over places, which it would cut.
    #[error("a box, polygon or circle cuts places: ask by=cell:ZOOM, or name places")]
    Shape,
    /// A rate without inhabitants.
    #[error("`{0}` has no inhabitants for the year of the period: ask quantity=count, or another layer")]
    NoPopulation(String),
    /// All offences in proportion to all offences.
    #[error("all offences are what all offences let expect: name an offence, or ask proportion=inhabitants by places")]
    AllOfAll,
    /// Too much for one question.
    #[error("{found} {what} are more than the {most} of one question: ask for a part")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// Two periods that are not compared.
    #[error("the periods are not compared: {0}")]
    NotCompared(String),
    /// What the public is not told.
    #[error(transparent)]
    Withheld(#[from] Withheld),
    /// Pairs of incidents.
    #[error(transparent)]
    SpaceTime(#[from] SpaceTimeError),
    /// Nobody wants the answer any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// Clusters.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// Concentration.
    #[error(transparent)]
    Concentration(#[from] ConcentrationError),
    /// Density.
    #[error(transparent)]
    Density(#[from] DensityError),
    /// What chance would give.
    #[error(transparent)]
    Chance(#[from] ChanceError),
    /// Spatial association.
    #[error(transparent)]
    Association(#[from] AssociationError),
    /// Neighbours.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The library.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The words of remarks.
    #[error(transparent)]
    Words(#[from] WordsError),
}

/// Why the public gets no table of pairs, and what to ask instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// So fine that two questions would tell what happened on a day or in a street.
    #[error(
        "pairs of incidents are public for whole months, one offence or all, and one municipality or larger place or all, without shape, hour or weekday"
    )]
    Narrow,
    /// Bounds that would tell how far apart two incidents were.
    #[error("bounds of public bands are multiples of 100 metres and whole days")]
    Bands,
    /// Cells that rest on too few incidents.
    #[error(
        "some cell of the table rests on fewer than {0} incidents: ask for wider bands, a longer period or a larger place"
    )]
    Small(u64),
}

impl AnalysisError {
    /// Kind of the problem.
    fn code(&self) -> ProblemCode {
        match self {
            Self::Query(_) | Self::Option { .. } | Self::By | Self::Shape => ProblemCode::BadQuery,
            Self::ByCells
            | Self::AllOfAll
            | Self::NoPopulation(_)
            | Self::NotCompared(_)
            | Self::Association(_)
            | Self::Weights(_) => ProblemCode::Unprocessable,
            Self::Scan(_) | Self::Concentration(_) | Self::Density(_) | Self::Chance(_) => ProblemCode::Unprocessable,
            Self::SpaceTime(_) => ProblemCode::Unprocessable,
            Self::Withheld(_) => ProblemCode::Forbidden,
            Self::TooMany { .. } => ProblemCode::TooLarge,
            Self::Stopped(_) => ProblemCode::Unavailable,
            Self::Library(_) | Self::Words(_) => ProblemCode::Internal,
        }
    }
}

impl From<AnalysisError> for Problem {
    fn from(error: AnalysisError) -> Self {
        match error {
            AnalysisError::Library(error) => error.into(),
            other => Self::with(other.code(), other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_analysis_is_found_by_its_name_and_says_where_it_is_from() {
        for known in analyses() {
            let about = known.about();
            assert!(analysis(about.id).is_some_and(|found| found.about().id == about.id));
            assert!(about.method.len() > 10 && about.reference.len() > 20, "{}", about.id);
        }
        assert!(analysis("prophecy").is_none());
    }
}
