//! The header of a table and its rows, letter by letter.

use std::collections::HashMap;
use tequio_kernel::text::fold;

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

/// One data row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Number in its file, from 1.
    pub number: u64,
    /// The fields, letter by letter.
    pub fields: Vec<String>,
}

impl Row {
    /// A field; empty for a column the table does not have.
    pub fn field(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.fields.get(column)).map_or("", String::as_str)
    }

    /// A field without outer blanks, `None` when nothing is left or it says so (`NA`, `NULL`, `S/D`).
    pub fn value(&self, column: Option<usize>) -> Option<&str> {
        let value = self.field(column).trim();
        let nothing = ["", "NA", "N/A", "NULL", "NaN", "nan", "null", "None", "S/D", "SD", "-"].contains(&value);
        (!nothing).then_some(value)
    }
}

/// Why a row is no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowError {
    /// More or fewer fields than the header has.
    FieldCount,
    /// A quote that is never closed.
    UnclosedQuote,
    /// Bytes that are not text in the encoding of the file.
    Encoding,
    /// A GeoJSON feature, or a record of a JSON array, that cannot be read.
    Feature,
    /// A GeoJSON feature that is a line or an area.
    NotAPoint,
}
