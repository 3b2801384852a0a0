//! Why a question is not public.

use crate::disclosure::STREET_MINIMUM;

/// What cuts the ground into parts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Part {
    /// Cells.
    #[error("cells")]
    Cells,
    /// Whole streets.
    #[error("streets")]
    Streets,
    /// Segments of streets.
    #[error("segments")]
    Segments,
    /// Shapes that the question draws.
    #[error("a box, polygon or circle")]
    Shapes,
    /// The places of a layer.
    #[error("place:{0}")]
    Places(String),
}

/// A question that the public gets no answer to, and what to ask instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Cells that are too small.
    #[error("cells of zoom {asked} are narrower than 150 m here: the finest public zoom is {finest}")]
    CellTooSmall {
        /// Zoom asked for.
        asked: u8,
        /// Finest zoom that is public for this dataset.
        finest: u8,
    },
    /// A sensitive offence below municipality.
    #[error(
        "`{0}` is a sensitive offence, and its place could give a victim away: it is counted by municipality, state or nation only"
    )]
    Sensitive(String),
    /// The class of the sensitive offences below municipality.
    #[error(
        "sensitive offences are counted by municipality, state or nation only: their places could give victims away"
    )]
    SensitiveClass,
    /// An offence that is not public.
    #[error("`{0}` is not public")]
    Restricted(String),
    /// A class of offences that is not public.
    #[error("restricted offences are not public")]
    RestrictedClass,
    /// One street as a filter, which would show how few incidents it has.
    #[error(
        "a street cannot be a filter: ask by=street or by=segment, which list those with at least {STREET_MINIMUM} incidents"
    )]
    StreetFilter,
    /// A layer of streets as a dimension, which would list those with one incident.
    #[error("`{0}` is a layer of streets: ask by=street or by=segment")]
    StreetPlaces(String),
    /// Two fine partitions at once.
    #[error("{0} and {1} cut each other into parts smaller than either: ask for one of them at a time")]
    Crossing(Part, Part),
}
