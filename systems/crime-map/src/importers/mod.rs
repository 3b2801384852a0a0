//! The formats that can be imported: one file each, one visible list.
//!
//! An importer says whether it knows a header and turns a row into an incident or a reject. It never
//! repairs: what it doubts, it flags.

mod chicago;
mod fgj_cdmx;
mod points;
mod police_uk;
mod values;

pub use points::{Mapping, MappingError, TEMPLATE};

use std::borrow::Cow;
use tequio_intake::{Header, Row};
use tequio_kernel::Incident;

/// A source format.
pub trait Importer: Sync {
    /// Name of the format; the dataset takes it too unless another is given.
    fn id(&self) -> &str;
    /// Version of the reading rules. A new one makes a new edition of the same file.
    fn version(&self) -> u32;
    /// What a dataset of this format is.
    fn about(&self) -> About;
    /// A reader for tables with this header; `None` when the header is of another format.
    fn recognise(&self, header: &Header) -> Option<Box<dyn RowReader>>;
}

/// What a dataset is, for people and for the checks.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// Title in the language of the source.
    pub title: String,
    /// Who published it, and its licence.
    pub attribution: String,
    /// Code of the place of the reference territory that every incident should lie in.
    pub territory: Option<String>,
    /// True when the incidents are invented.
    pub synthetic: bool,
}

/// Reads the rows of one table.
pub trait RowReader: Send + Sync {
    /// The incident of a row. Its file and the number of its row are for the import to say.
    ///
    /// # Errors
    /// [`Reject`] when the row cannot be read as an incident.
    fn read<'r>(&self, row: &Row<'r>) -> Result<Incident<Cow<'r, str>>, Reject>;
}

/// A row that is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Why.
    pub reason: Reason,
    /// The value in question.
    pub detail: String,
}

impl Reject {
    fn new(reason: Reason, detail: &str) -> Self {
        Self { reason, detail: detail.to_owned() }
    }
}

/// Why a row is rejected. The codes are part of the files that people work with and do not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// More or fewer fields than the header.
    WrongFieldCount,
    /// A row so long that it was cut; most often a quote that is never closed, or a file that is no table.
    RowTooLong,
    /// A quote that is never closed.
    UnclosedQuote,
    /// Bytes that are no text in the encoding of the file.
    InvalidEncoding,
    /// A GeoJSON feature that cannot be read.
    FeatureUnparsed,
    /// A GeoJSON feature that is a line or an area.
    GeometryNotAPoint,
    /// No offence.
    OffenceMissing,
    /// A date that cannot be read.
    DateUnparsed,
    /// A date before 1900 or after the import.
    DateOutOfRange,
    /// A coordinate that is no number, or one without the other.
    CoordinateUnparsed,
    /// A coordinate that is nowhere on Earth.
    CoordinateOutOfRange,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::WrongFieldCount,
        Self::RowTooLong,
        Self::UnclosedQuote,
        Self::InvalidEncoding,
        Self::FeatureUnparsed,
        Self::GeometryNotAPoint,
        Self::OffenceMissing,
        Self::DateUnparsed,
        Self::DateOutOfRange,
        Self::CoordinateUnparsed,
        Self::CoordinateOutOfRange,
    ];

    /// Name in files and summaries.
    pub fn code(self) -> &'static str {
        match self {
            Self::WrongFieldCount => "wrong_field_count",
            Self::RowTooLong => "row_too_long",
            Self::UnclosedQuote => "unclosed_quote",
            Self::InvalidEncoding => "invalid_encoding",
            Self::FeatureUnparsed => "feature_unparsed",
            Self::GeometryNotAPoint => "geometry_not_a_point",
            Self::OffenceMissing => "offence_missing",
            Self::DateUnparsed => "date_unparsed",
            Self::DateOutOfRange => "date_out_of_range",
            Self::CoordinateUnparsed => "coordinate_unparsed",
            Self::CoordinateOutOfRange => "coordinate_out_of_range",
        }
    }
}

/// Every format that is recognised by its header alone. A new one is a file and a line here.
pub fn importers() -> [&'static dyn Importer; 3] {
    [&fgj_cdmx::FgjCdmx, &police_uk::PoliceUk, &chicago::Chicago]
}
