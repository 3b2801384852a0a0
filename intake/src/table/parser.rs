//! Records of delimited text parted into fields.

use super::RowError;
use crate::delimiter::delimiter_of;
use crate::{Encoding, RawRecord, ReceiveError, unwrap};
use std::io;

/// Passes a byte-order mark; gives the delimiter of the first line.
pub(super) fn skip_bom(reader: &mut impl io::BufRead) -> Result<u8, ReceiveError> {
    let start = reader.fill_buf().map_err(unwrap::read_error)?;
    let bom = if start.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let delimiter = delimiter_of(&start[bom..]);
    reader.consume(bom);
    Ok(delimiter)
}

/// Parts records into fields. Building the automaton costs far more than a record, so it is kept.
pub(super) struct RecordParser {
    automaton: csv_core::Reader,
    delimiter: u8,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl RecordParser {
    pub(super) fn new(delimiter: u8) -> Self {
        // A carriage return inside a record is a letter like others: only line feeds end a record.
        let terminator = csv_core::Terminator::Any(b'\n');
        let automaton = csv_core::ReaderBuilder::new().delimiter(delimiter).terminator(terminator).build();
        Self { automaton, delimiter, text: Vec::new(), ends: Vec::new() }
    }

    /// The fields of a record whose encoding is not known yet; none when it has an open quote.
    pub(super) fn parse_any(&mut self, record: &RawRecord) -> Vec<String> {
        let fields = self.parse(record, Encoding::Utf8 { bom: false });
        fields.or_else(|_| self.parse(record, Encoding::Windows1252)).unwrap_or_default()
    }

    pub(super) fn parse(&mut self, record: &RawRecord, encoding: Encoding) -> Result<Vec<String>, RowError> {
        if record.unclosed {
            return Err(RowError::UnclosedQuote);
        }
        self.automaton.reset();
        self.text.resize(record.bytes.len() + 1, 0);
        self.ends.resize(memchr::memchr_iter(self.delimiter, &record.bytes).count() + 2, 0);
        let (_, _, written, fields) = self.automaton.read_record(&record.bytes, &mut self.text, &mut self.ends);
        // No line end stands in the record: an empty input tells the automaton that it is complete.
        let (_, _, _, more) = self.automaton.read_record(&[], &mut self.text[written..], &mut self.ends[fields..]);
        let mut start = 0;
        self.ends[..fields + more]
            .iter()
            .map(|end| {
                let field = encoding.decode(self.text.get(start..*end).unwrap_or_default());
                start = *end;
                field.map(std::borrow::Cow::into_owned).ok_or(RowError::Encoding)
            })
            .collect()
    }
}
