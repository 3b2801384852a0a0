//! The formats of official counts that can be imported: one file each, one visible list.
//!
//! An importer knows a file by its first records and turns a row into figures or a reject. Totals are not told apart
//! here: the import finds them, keeps the leaves, and checks one against the other.

mod conapo;
pub(crate) mod groups;
mod inegi;
mod long;
mod sesnsp;
pub(crate) mod values;

pub use long::{Mapping, MappingError, TEMPLATE};

use crate::catalogue::Catalogue;
use std::path::Path;
use std::sync::Arc;
use tequio_intake::Row;
use tequio_kernel::{Cell, Group, Step, Unit};

/// First records that an importer is shown.
pub const HEAD_RECORDS: usize = 30;

/// Last records in which a source is looked for.
const TAIL_RECORDS: usize = 10;

/// What is seen of a file before it is read.
pub struct Head<'a> {
    /// Its first records, titles included; none when it is JSON.
    pub records: &'a [Vec<String>],
    /// The file, for what its first records do not say.
    pub file: &'a Path,
}

impl Head<'_> {
    /// Name of the file; some sources say nowhere else what it holds.
    pub fn name(&self) -> String {
        self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Its last records, where sources stand; the whole file is read for them.
    pub fn tail(&self) -> Vec<Vec<String>> {
        tequio_intake::last_records(self.file, TAIL_RECORDS).unwrap_or_default()
    }
}

/// A source format.
pub trait Importer: Sync {
    /// Name of the format.
    fn id(&self) -> &'static str;
    /// Version of the reading rules. A new one makes a new edition of the same file.
    fn version(&self) -> u32;
    /// How to read a file that begins like this; `None` when it is of another format.
    ///
    /// # Errors
    /// One line for a file of this format that cannot be read: what is wrong with it and what to do.
    fn recognise(&self, head: &Head, catalogue: &Arc<Catalogue>) -> Result<Option<Plan>, String>;
}

/// How a file is read.
pub struct Plan {
    /// Name of the dataset, unless another is given.
    pub dataset: String,
    /// The part of the population that the file is about, when it is only one of the files of the dataset. A dataset of
    /// such files alone is named after it, so that it is not taken for the whole.
    pub part: Option<&'static str>,
    /// Records above the header.
    pub lead: usize,
    /// Names of the columns that are wanted when the file is JSON.
    pub json_columns: Vec<String>,
    /// What the figures are.
    pub about: About,
    /// Reads the rows.
    pub reader: Box<dyn RowReader>,
}

/// What the figures of a file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Title in the language of the source.
    pub title: String,
    /// Who published it, and its licence.
    pub attribution: String,
    /// What one figure counts.
    pub unit: Unit,
    /// Taxonomy edition of the offences.
    pub taxonomy: String,
    /// True when the source leaves zeros out.
    pub absent_is_zero: bool,
    /// Leaves of the taxonomy that every place has a row for in every year; none when the source does not promise it.
    pub leaves: Option<usize>,
    /// True when the figures are invented.
    pub synthetic: bool,
}

/// Reads the rows of one table, in order.
pub trait RowReader: Send {
    /// The figures of a row; none for a row that is a note.
    ///
    /// # Errors
    /// [`Reject`] when the row cannot be read.
    fn read(&mut self, row: &Row) -> Result<Vec<Entry>, Reject>;

    /// True for a line that is no row of the table but a note of the source, such as the line that names it.
    fn is_note(&self, _original: &str) -> bool {
        false
    }
}

/// Figures of one series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Code and name of the place.
    pub place: (String, String),
    /// Code and name of the offence.
    pub offence: (String, String),
    /// Persons it is about.
    pub group: Group,
    /// Totals over periods, which are figures of no period: they are compared with the sum of the figures and not kept.
    pub wholes: Vec<Whole>,
    /// Its periods. A blank is [`Cell::Missing`] here; what lies after the cut-off becomes "not yet observed" later.
    pub cells: Vec<(Step, Cell)>,
    /// What is doubtful; see [`Flag`].
    pub flags: Vec<Flag>,
}

/// A total that the source states over all periods, or over the months of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The year whose months it sums up; all periods of the table when `None`.
    pub year: Option<i16>,
    /// The total.
    pub value: u64,
}

/// What is doubtful about an accepted row. The codes are part of summaries and do not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// The taxonomy does not list the offence: it is kept under the source's own words.
    OffenceUnlisted,
    /// The territory does not list the place, whose code has a valid form: it is kept under that code.
    PlaceUnlisted,
    /// The place is a pseudo-unit: counted in totals, never mapped.
    PseudoUnit,
    /// The name of the place is not the one that its code has.
    PlaceNameDisagrees,
    /// The total of the row is not the sum of its figures.
    TotalDisagrees,
}

impl Flag {
    /// Every flag.
    pub const ALL: [Self; 5] =
        [Self::OffenceUnlisted, Self::PlaceUnlisted, Self::PseudoUnit, Self::PlaceNameDisagrees, Self::TotalDisagrees];

    /// Name in summaries.
    pub fn name(self) -> &'static str {
        match self {
            Self::OffenceUnlisted => "offence_unlisted",
            Self::PlaceUnlisted => "place_unlisted",
            Self::PseudoUnit => "pseudo_unit",
            Self::PlaceNameDisagrees => "place_name_disagrees",
            Self::TotalDisagrees => "total_disagrees",
        }
    }
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
    /// A row rejected for what a value says.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
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
    /// A record that cannot be read.
    RecordUnparsed,
    /// A year or period that cannot be read.
    PeriodUnparsed,
    /// No place that could be told from its code or its name.
    PlaceUnknown,
    /// No offence.
    OffenceMissing,
    /// A figure that is no whole number from zero up.
    ValueUnparsed,
    /// Figures that an earlier row states already, with the same values.
    DuplicateFigure,
    /// A figure that an earlier row states with another value, which stands.
    ConflictingFigure,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::WrongFieldCount,
        Self::RowTooLong,
        Self::UnclosedQuote,
        Self::InvalidEncoding,
        Self::RecordUnparsed,
        Self::PeriodUnparsed,
        Self::PlaceUnknown,
        Self::OffenceMissing,
        Self::ValueUnparsed,
        Self::DuplicateFigure,
        Self::ConflictingFigure,
    ];

    /// Name in files and summaries.
    pub fn code(self) -> &'static str {
        match self {
            Self::WrongFieldCount => "wrong_field_count",
            Self::RowTooLong => "row_too_long",
            Self::UnclosedQuote => "unclosed_quote",
            Self::InvalidEncoding => "invalid_encoding",
            Self::RecordUnparsed => "record_unparsed",
            Self::PeriodUnparsed => "period_unparsed",
            Self::PlaceUnknown => "place_unknown",
            Self::OffenceMissing => "offence_missing",
            Self::ValueUnparsed => "value_unparsed",
            Self::DuplicateFigure => "duplicate_figure",
            Self::ConflictingFigure => "conflicting_figure",
        }
    }
}

/// Every format that is recognised by its content alone. A new one is a file and a line here.
pub fn importers() -> [&'static dyn Importer; 4] {
    [&sesnsp::Sesnsp, &inegi::Olap, &conapo::Municipal, &conapo::State]
}
