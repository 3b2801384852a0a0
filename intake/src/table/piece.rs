//! Rows that were read together, to be parted into fields by any thread.

use super::RowError;
use super::json::{feature_fields, record_fields};
use super::lines::Lines;
use super::parser::{BOM, RecordParser};
use super::row::{Fields, Header, Row};
use super::workbook::csv_line;
use crate::records::{Records, TextPiece};
use crate::{Encoding, RawRecord};
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
        let (delimiter, text) = match &self.content {
            Content::Text(text, delimiter) => (*delimiter, Some(text)),
            _ => (b',', None),
        };
        let is_utf8 = matches!(self.encoding, Encoding::Utf8 { .. });
        let lines = text.filter(|text| is_utf8 && text.is_lines());
        let lines = lines.and_then(|text| Some(Lines::new(std::str::from_utf8(text.text()).ok()?, delimiter)));
        let (records, parser) = (text.map(TextPiece::records), RecordParser::new(delimiter));
        Rows { piece: self, lines, records, index: 0, parser, line: Vec::new() }
    }

    #[inline]
    fn row<'a>(&self, fields: Result<Fields<'a>, RowError>, original: &'a [u8]) -> ReadRow<'a> {
        ReadRow { row: fields.and_then(|fields| fields.row(&self.header, self.open_ends)), original }
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
    /// The short way, for UTF-8 without quotes.
    lines: Option<Lines<'p>>,
    records: Option<Records<'p>>,
    /// Rows passed, where they are no text.
    index: usize,
    parser: RecordParser,
    line: Vec<u8>,
}

impl Rows<'_> {
    /// The next row, or why it is none.
    #[inline]
    pub fn next_row(&mut self) -> Option<ReadRow<'_>> {
        match &mut self.lines {
            Some(lines) => {
                let (fields, original) = read_line(lines, &mut self.parser, self.piece.encoding)?;
                Some(self.piece.row(fields, original))
            }
            None => self.next_record(),
        }
    }

    fn next_record(&mut self) -> Option<ReadRow<'_>> {
        let Self { piece, records, index, parser, line, .. } = self;
        *index += 1;
        let (fields, original) = match &piece.content {
            Content::Text(..) => {
                let record = records.as_mut()?.next()?;
                (parser.parse(record, piece.encoding), record.bytes)
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
        Some(piece.row(fields, original))
    }
}

/// The fields of a line, and the line.
#[inline]
fn read_line<'a, 'p: 'a>(
    lines: &mut Lines<'p>,
    parser: &'a mut RecordParser,
    encoding: Encoding,
) -> Option<(Result<Fields<'a>, RowError>, &'a [u8])> {
    let line = lines.next_line(&mut parser.spans)?;
    let bytes = &lines.text.as_bytes()[line];
    let fields = match bytes.starts_with(BOM) {
        true => parser.parse(RawRecord { bytes, unclosed: false }, encoding),
        false => Ok(Fields { text: lines.text, spans: &mut parser.spans }),
    };
    Some((fields, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RecordSplitter;
    use proptest::prelude::*;

    type Found = (Result<Vec<String>, RowError>, Vec<u8>);

    fn read(mut rows: Rows<'_>) -> Vec<Found> {
        let mut found = Vec::new();
        while let Some(ReadRow { row, original }) = rows.next_row() {
            found.push((row.map(|row| row.fields().map(str::to_owned).collect()), original.to_vec()));
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_096))]

        /// Lines without quotes are read the short way, and no differently.
        #[test]
        fn both_ways_read_a_text_alike(
            text in prop::collection::vec(prop::sample::select("ab,,,\n\n\r \u{feff}ñ".chars().collect::<Vec<_>>()), 1..60),
            width in 1usize..5,
        ) {
            let text: String = text.into_iter().collect();
            let mut splitter = RecordSplitter::new(text.as_bytes(), b',');
            let records = splitter.next_piece().expect("in memory").expect("a piece");
            let header = Arc::new(Header::new(vec![String::new(); width]));
            let (content, encoding) = (Content::Text(records, b','), Encoding::Utf8 { bom: false });
            let piece = Piece { header, content, encoding, open_ends: false };
            let short = read(piece.rows());
            prop_assert!(piece.rows().lines.is_some());
            prop_assert_eq!(short, read(Rows { lines: None, ..piece.rows() }));
        }
    }
}
