//! The answer to a query: exact counts, and what could not be counted where it was asked for.

use crate::period::Month;
use crate::query::Dimension;

/// The value of one dimension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A place of a layer, a street or a segment: code and name.
    Place {
        /// Code in its layer.
        code: String,
        /// Name for people; empty when it has none.
        name: String,
    },
    /// A web-mercator tile cell in the XYZ scheme (y grows southwards).
    Cell {
        /// Zoom.
        z: u8,
        /// Column, from the west.
        x: u32,
        /// Row, from the north.
        y: u32,
    },
    /// A year.
    Year(i16),
    /// A month.
    Month(Month),
    /// A day of the week, 1 Monday to 7 Sunday (ISO 8601).
    Weekday(u8),
    /// An hour of the day, 0 to 23.
    Hour(u8),
    /// An offence: folded code and the name the source writes most often.
    Offence {
        /// Folded name, used in queries.
        code: String,
        /// Name for people.
        name: String,
    },
    /// A disclosure class.
    Class(&'static str),
}

/// One cell of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountRow {
    /// One key a dimension, in the order of [`Counts::by`].
    pub keys: Vec<Key>,
    /// Incidents.
    pub count: u64,
}

/// Exact counts.
///
/// Always `sum(rows) + unlocated_in_rows + unknown = total`, where the unlocated stand apart only
/// when a dimension is spatial; `outside` is the part of `unknown` that lies in no place of the layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The dimensions asked for.
    pub by: Vec<Dimension>,
    /// Non-zero cells, ordered by their keys.
    pub rows: Vec<CountRow>,
    /// Incidents that pass the filters.
    pub total: u64,
    /// Those of them without a position.
    pub unlocated: u64,
    /// Located ones whose value in some dimension is not known (hour, date), that lie in no place, or in a cell that is not told.
    pub unknown: u64,
    /// The part of `unknown` that lies in no place of the layer asked for (or near no street).
    pub outside: u64,
    /// Incidents that lie in more than one place of a layer asked for; each is counted once.
    pub overlaps: u64,
}
