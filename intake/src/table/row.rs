//! The header of a table and its rows, letter by letter.

use std::collections::HashMap;
use tequio_kernel::text::{fold, trim};

/// Names of the columns.
#[derive(Clone, Debug)]
pub struct Header {
    names: Vec<String>,
    by_key: HashMap<String, usize>,
}

impl Header {
    /// Takes the names as written; they are compared folded, with `_` and blanks alike.
    pub fn new(names: Vec<String>) -> Self {
        let mut by_key = HashMap::new();
        for (index, name) in names.iter().enumerate() {
            by_key.entry(key(name)).or_insert(index);
        }
        Self { names, by_key }
    }

    /// Names as written.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Index of the first column that has one of the names.
    pub fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.by_key.get(&key(name)).copied())
    }
}

fn key(name: &str) -> String {
    fold(name).replace([' ', '-'], "_")
}

/// Where a field begins and ends in the text of its row, in bytes.
pub(super) type Span = (usize, usize);

/// The fields of a record, before they are a row of a table.
pub(super) struct Fields<'a> {
    pub text: &'a str,
    pub spans: &'a mut Vec<Span>,
}

impl<'a> Fields<'a> {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.spans.iter().map(|(start, end)| self.text.get(*start..*end).unwrap_or_default())
    }

    /// A row with as many fields as the header. With open ends, blank ones may be missing or too many: missing where they
    /// have no name.
    #[inline]
    pub(super) fn row(self, header: &Header, open_ends: bool) -> Result<Row<'a>, RowError> {
        let Self { text, spans } = self;
        let width = header.names.len();
        if open_ends {
            let is_blank = |span: &Span| text.get(span.0..span.1).is_none_or(|field| field.trim().is_empty());
            while spans.len() > width && spans.last().is_some_and(is_blank) {
                spans.pop();
            }
            let unnamed = header.names.iter().skip(spans.len()).all(|name| name.trim().is_empty());
            if spans.len() < width && unnamed {
                spans.resize(width, (0, 0));
            }
        }
        if spans.len() == width { Ok(Row { text, spans }) } else { Err(RowError::FieldCount) }
    }
}

/// One data row. Its fields are read where they stand.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    text: &'a str,
    spans: &'a [Span],
}

/// What sources write for nothing.
const NOTHING: [&str; 11] = ["", "NA", "N/A", "NULL", "NaN", "nan", "null", "None", "S/D", "SD", "-"];
/// Length of the longest of them.
const NOTHING_BYTES_MAX: usize = 4;

impl<'a> Row<'a> {
    /// The fields, letter by letter.
    pub fn fields(&self) -> impl Iterator<Item = &'a str> {
        let text = self.text;
        self.spans.iter().map(move |(start, end)| text.get(*start..*end).unwrap_or_default())
    }

    /// A field; empty for a column the table does not have.
    #[inline]
    pub fn field(&self, column: Option<usize>) -> &'a str {
        let span = column.and_then(|column| self.spans.get(column));
        span.and_then(|(start, end)| self.text.get(*start..*end)).unwrap_or_default()
    }

    /// A field without outer blanks, `None` when nothing is left or it says so (`NA`, `NULL`, `S/D`).
    #[inline]
    pub fn value(&self, column: Option<usize>) -> Option<&'a str> {
        let value = trim(self.field(Some(column?)));
        (value.len() > NOTHING_BYTES_MAX || !NOTHING.contains(&value)).then_some(value)
    }
}

/// Why a row is no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowError {
    /// More or fewer fields than the header has.
    FieldCount,
    /// A record of [`RECORD_BYTES_MAX`](crate::RECORD_BYTES_MAX) bytes or more: it was cut there.
    TooLong,
    /// A quote that is never closed.
    UnclosedQuote,
    /// Bytes that are not text in the encoding of the file.
    Encoding,
    /// A GeoJSON feature, or a record of a JSON array, that cannot be read.
    Feature,
    /// A GeoJSON feature that is a line or an area.
    NotAPoint,
}
