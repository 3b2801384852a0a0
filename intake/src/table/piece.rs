//! Rows that were read together, to be parted into fields by any thread.

use super::RowError;
use super::json::{feature_fields, record_fields};
use super::parser::RecordParser;
use super::row::{Header, Row};
use super::workbook::csv_line;
use crate::Encoding;
use crate::records::{Records, TextPiece};
use std::sync::Arc;

/// Rows that follow each other in a table.
pub struct Piece {
    pub(super) header: Arc<Header>,
    pub(super) content: Content,
    pub(super) encoding: Encoding,
    pub(super) open_ends: bool,
}

/// The rows as they were read.
pub(super) enum Content {
    /// Text and its delimiter.
    Text(TextPiece, u8),
    /// Rows of a workbook.
    Sheet(Vec<Vec<String>>),
    /// JSON of GeoJSON features.
    Features(Vec<String>),
    /// JSON of flat objects.
    Records(Vec<String>),
}

/// A row, or why it is none.
pub struct ReadRow<'a> {
    /// The row.
    pub row: Result<Row<'a>, RowError>,
    /// Its original line.
    pub original: &'a [u8],
}

impl Piece {
    /// The rows, in order.
    pub fn rows(&self) -> Rows<'_> {
        let (delimiter, records) = match &self.content {
            Content::Text(text, delimiter) => (*delimiter, Some(text.records())),
            _ => (b',', None),
        };
        let valid = match (&self.content, self.encoding) {
            (Content::Text(text, _), Encoding::Utf8 { .. }) if !text.has_quotes() => {
                std::str::from_utf8(text.text()).ok()
            }
            _ => None,
        };
        let (parser, line) = (RecordParser::new(delimiter), Vec::new());
        Rows { piece: self, records, valid, index: 0, parser, line }
    }

    /// Bytes of the content, about.
    pub fn bytes(&self) -> u64 {
        let bytes: usize = match &self.content {
            Content::Text(text, _) => text.text().len(),
            Content::Sheet(rows) => rows.iter().flatten().map(|field| field.len() + 1).sum(),
            Content::Features(texts) | Content::Records(texts) => texts.iter().map(|text| text.len() + 1).sum(),
        };
        bytes as u64
    }
}

/// The rows of a [`Piece`]. Each is lent until the next is read.
pub struct Rows<'p> {
    piece: &'p Piece,
    records: Option<Records<'p>>,
    /// The text, where it is UTF-8 without quotes: its records need no further look.
    valid: Option<&'p str>,
    /// Rows passed, where they are no text.
    index: usize,
    parser: RecordParser,
    line: Vec<u8>,
}

impl Rows<'_> {
    /// The next row, or why it is none.
    pub fn next_row(&mut self) -> Option<ReadRow<'_>> {
        let Self { piece, records, valid, index, parser, line } = self;
        *index += 1;
        let (fields, original) = match &piece.content {
            Content::Text(..) => {
                let (start, record) = records.as_mut()?.next()?;
                let plain = valid.and_then(|text| text.get(start..start + record.bytes.len()));
                let fields = match plain.filter(|text| !text.starts_with('\u{feff}')) {
                    Some(text) => Ok(parser.parse_plain(text)),
                    None => parser.parse(record, piece.encoding),
                };
                (fields, record.bytes)
            }
            Content::Sheet(rows) => {
                let fields = rows.get(*index - 1)?;
                *line = csv_line(fields);
                (Ok(parser.join(fields)), line.as_slice())
            }
            Content::Features(texts) => {
                let text = texts.get(*index - 1)?;
                (feature_fields(text, &piece.header).map(|fields| parser.join(&fields)), text.as_bytes())
            }
            Content::Records(texts) => {
                let text = texts.get(*index - 1)?;
                (record_fields(text, &piece.header).map(|fields| parser.join(&fields)), text.as_bytes())
            }
        };
        let row = fields.and_then(|fields| fields.row(&piece.header, piece.open_ends));
        Some(ReadRow { row, original })
    }
}
