//! Why an analysis has no answer.

use super::Hint;
use super::refusals::words_of;
use crate::library::LibraryError;
use tequio_frame::words::WordsError;
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::query::QueryError;
use tequio_kernel::{Month, PlaceRef};
use tequio_methods::association::AssociationError;
use tequio_methods::chance::ChanceError;
use tequio_methods::concentration::ConcentrationError;
use tequio_methods::density::DensityError;
use tequio_methods::progress::Stopped;
use tequio_methods::scan::ScanError;
use tequio_methods::space_time::SpaceTimeError;
use tequio_methods::weights::WeightsError;

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
        hint: Hint,
    },
    /// Not by places and not by cells.
    #[error("ask by the places of one layer (by=place:LAYER) or by the cells of one zoom (by=cell:ZOOM)")]
    By,
    /// Places or cells, where the rows are neither.
    #[error("pairs of incidents are counted by bands of distance and time, not by places: leave `by` out")]
    NoBy,
    /// Places, where only cells will do.
    #[error("a density rests on cells: ask by=cell:ZOOM, or leave `by` out")]
    ByCells,
    /// A shape laid over places, which it would cut.
    #[error("a box, polygon or circle cuts places: ask by=cell:ZOOM, or name places")]
    Shape,
    /// A rate without inhabitants.
    #[error("`{0}` has no inhabitants for the year of the period: ask quantity=count, or another layer")]
    NoPopulation(String),
    /// Nothing to compare; with the names of the filters without one of which there is something.
    #[error("no incident passes these filters: {}", widen(.0))]
    NoIncidents(Vec<&'static str>),
    /// Incidents, and none of them where it can be compared.
    #[error(
        "none of the {0} incidents that pass these filters lies in a place or cell that has a figure: ask of another period, place or level"
    )]
    NoneCounted(u64),
    /// All offences in proportion to all offences.
    #[error("all offences are what all offences let expect: name an offence, or ask proportion=inhabitants by places")]
    AllOfAll,
    /// Too much for one question.
    #[error("{found} {what} are more than the {most} of one question: ask for a part")]
    TooMany {
        /// Of what.
        what: Much,
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// More incidents than the pairs of one question are made of.
    #[error("{found} incidents are more than the {most} of one question: ask for a part{}", such_as(.part.as_ref()))]
    ManyIncidents {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
        /// A place that has an answer.
        part: Option<PlaceRef>,
    },
    /// Two periods that are not compared.
    #[error("the periods are not compared: {0}")]
    NotCompared(#[from] Uncompared),
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

fn such_as(part: Option<&PlaceRef>) -> String {
    part.map(|place| format!(", such as place={place}")).unwrap_or_default()
}

/// Of what there is too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Much {
    /// Places or cells.
    #[error("places")]
    Places,
    /// Cells of a density.
    #[error("cells of a surface")]
    Surface,
}

/// Why two periods are not compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Uncompared {
    /// They have days in common.
    #[error("they overlap: name periods without a day in common")]
    Overlap,
    /// The data hold no whole year.
    #[error("there is no whole year: name a period")]
    NoYear,
    /// The first period there is.
    #[error("nothing comes before this period")]
    NothingBefore,
    /// Before the first month of the data, which this is.
    #[error("the series begins in {0}: ask for later periods")]
    Begins(Month),
    /// Months that the source lacks.
    #[error("the source has no data of {}: ask for other periods", list(.0))]
    Missing(Vec<Month>),
    /// Months in which the place did not report.
    #[error("nothing was reported in {}: ask for other periods", list(.0))]
    Silent(Vec<Month>),
}

fn widen(filters: &[&str]) -> String {
    match filters {
        [] => "none of them alone stands in the way; ask of another period, place or offence".to_owned(),
        [one] => format!("without `{one}` there are some; widen it or leave it out"),
        several => format!("without one of `{}` there are some; widen one or leave it out", several.join("`, `")),
    }
}

fn list(months: &[Month]) -> String {
    months.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Why the public gets no table of pairs, and what to ask instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// So fine that two questions would tell what happened on a day or in a street.
    #[error(
        "pairs of incidents are public for one calendar year (period=2025), one offence or all, and one municipality or larger place or all, without shape, hour or weekday"
    )]
    Narrow,
    /// Bounds that would tell how far apart two incidents were.
    #[error(
        "bounds of public bands are of a fixed list: the nearest that have an answer are distances={distances} and days={days}"
    )]
    Bands {
        /// The nearest bounds of distance that are public.
        distances: String,
        /// The nearest bounds of time that are.
        days: String,
    },
    /// Cells that rest on too few incidents.
    #[error(
        "some cell of the table, or what it leaves when taken from that of another, rests on fewer than {least} incidents: distances={distances} and days={days} would have an answer, or ask for a larger place or all offences"
    )]
    Small {
        /// Fewest incidents of a cell.
        least: u64,
        /// Bounds of distance that would have an answer.
        distances: String,
        /// Bounds of time that would.
        days: String,
    },
    /// All pairs together rest on too few.
    #[error(
        "all cells of the table together rest on fewer than {least} incidents: ask for a larger place or all offences"
    )]
    Few {
        /// Fewest incidents of a cell.
        least: u64,
    },
}

impl AnalysisError {
    /// True for a question that cannot be read, whatever the data.
    pub fn is_unreadable(&self) -> bool {
        self.code() == ProblemCode::BadQuery
    }

    /// The parameter that it is about, where it is about one.
    fn parameter(&self) -> Option<&'static str> {
        match self {
            Self::Option { name, .. } => Some(name),
            Self::By | Self::NoBy | Self::ByCells => Some("by"),
            _ => None,
        }
    }

    /// Values of parameters with which the same question has an answer, where some are known.
    fn instead(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Option { name, hint: Hint::Backwards(ordered), .. } => vec![(name, ordered.clone())],
            // An empty value is left out of the address.
            Self::NoIncidents(filters) => filters.first().map(|name| (*name, String::new())).into_iter().collect(),
            Self::ManyIncidents { part: Some(place), .. } => vec![("place", place.to_string())],
            Self::Withheld(Withheld::Bands { distances, days } | Withheld::Small { distances, days, .. }) => {
                vec![("distances", distances.clone()), ("days", days.clone())]
            }
            _ => Vec::new(),
        }
    }

    /// Kind of the problem.
    fn code(&self) -> ProblemCode {
        match self {
            Self::Query(_) | Self::Option { .. } | Self::By | Self::NoBy | Self::Shape => ProblemCode::BadQuery,
            Self::ByCells
            | Self::NoIncidents(_)
            | Self::NoneCounted(_)
            | Self::AllOfAll
            | Self::NoPopulation(_)
            | Self::NotCompared(_)
            | Self::Association(_)
            | Self::Weights(_) => ProblemCode::Unprocessable,
            Self::Scan(_) | Self::Concentration(_) | Self::Density(_) | Self::Chance(_) => ProblemCode::Unprocessable,
            Self::SpaceTime(_) => ProblemCode::Unprocessable,
            Self::Withheld(_) => ProblemCode::Forbidden,
            Self::TooMany { .. } | Self::ManyIncidents { .. } => ProblemCode::TooLarge,
            Self::Stopped(_) => ProblemCode::Unavailable,
            Self::Library(_) | Self::Words(_) => ProblemCode::Internal,
        }
    }
}

impl From<AnalysisError> for Problem {
    fn from(error: AnalysisError) -> Self {
        match error {
            AnalysisError::Library(error) => error.into(),
            other => {
                let (words, parameter, instead) = (words_of(&other), other.parameter(), other.instead());
                Self::with(other.code(), other).told_as(words).about(parameter).instead(instead)
            }
        }
    }
}
