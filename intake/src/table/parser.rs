//! Records of delimited text parted into fields.

use super::RowError;
use super::row::{Fields, Span};
use crate::delimiter::delimiter_of;
use crate::{Encoding, RECORD_BYTES_MAX, RawRecord, ReceiveError, unwrap};
use std::borrow::Cow;
use std::io;

/// Passes a byte-order mark; gives the delimiter of the first line.
pub(super) fn skip_bom(reader: &mut impl io::BufRead) -> Result<u8, ReceiveError> {
    let start = reader.fill_buf().map_err(unwrap::read_error)?;
    let bom = if start.starts_with(BOM) { 3 } else { 0 };
    let delimiter = delimiter_of(&start[bom..]);
    reader.consume(bom);
    Ok(delimiter)
}

pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// Parts records into fields. What it needs for that is kept from one record to the next.
pub(super) struct RecordParser {
    delimiter: u8,
    /// For records with quotes. Building it costs far more than a record.
    automaton: Option<Box<csv_core::Reader>>,
    unquoted: Vec<u8>,
    ends: Vec<usize>,
    text: String,
    pub(super) spans: Vec<Span>,
}

impl RecordParser {
    pub(super) fn new(delimiter: u8) -> Self {
        let (unquoted, ends, text, spans) = (Vec::new(), Vec::new(), String::new(), Vec::new());
        Self { delimiter, automaton: None, unquoted, ends, text, spans }
    }

    /// The fields of a record whose encoding is not known yet; none when it has an open quote.
    pub(super) fn parse_any(&mut self, record: RawRecord) -> Vec<String> {
        let is_utf8 = self.parse(record, Encoding::Utf8 { bom: false }).is_ok();
        let encoding = if is_utf8 { Encoding::Utf8 { bom: false } } else { Encoding::Windows1252 };
        self.parse(record, encoding).map(|fields| fields.iter().map(str::to_owned).collect()).unwrap_or_default()
    }

    /// The fields of a record.
    pub(super) fn parse<'a>(&'a mut self, record: RawRecord<'a>, encoding: Encoding) -> Result<Fields<'a>, RowError> {
        // Cut there: that it has as many fields as others does not make it whole.
        if record.bytes.len() >= RECORD_BYTES_MAX {
            return Err(RowError::TooLong);
        }
        if record.unclosed {
            return Err(RowError::UnclosedQuote);
        }
        if memchr::memchr(b'"', record.bytes).is_some() || record.bytes.starts_with(BOM) {
            return self.parse_quoted(record.bytes, encoding);
        }
        // A delimiter is one byte in every encoding, and is no part of another letter.
        match encoding.decode(record.bytes).ok_or(RowError::Encoding)? {
            Cow::Borrowed(text) => {
                part(text, self.delimiter, &mut self.spans);
                Ok(Fields { text, spans: &mut self.spans })
            }
            Cow::Owned(text) => {
                self.text = text;
                part(&self.text, self.delimiter, &mut self.spans);
                Ok(Fields { text: &self.text, spans: &mut self.spans })
            }
        }
    }

    fn parse_quoted(&mut self, bytes: &[u8], encoding: Encoding) -> Result<Fields<'_>, RowError> {
        let delimiter = self.delimiter;
        let automaton = self.automaton.get_or_insert_with(|| {
            // A carriage return inside a record is a letter like others: only line feeds end a record.
            let terminator = csv_core::Terminator::Any(b'\n');
            Box::new(csv_core::ReaderBuilder::new().delimiter(delimiter).terminator(terminator).build())
        });
        automaton.reset();
        self.unquoted.resize(bytes.len() + 1, 0);
        self.ends.resize(memchr::memchr_iter(delimiter, bytes).count() + 2, 0);
        let (_, _, written, fields) = automaton.read_record(bytes, &mut self.unquoted, &mut self.ends);
        // No line end stands in the record: an empty input tells the automaton that it is complete.
        let (_, _, _, more) = automaton.read_record(&[], &mut self.unquoted[written..], &mut self.ends[fields..]);
        self.text.clear();
        self.spans.clear();
        let mut start = 0;
        for end in &self.ends[..fields + more] {
            let field = self.unquoted.get(start..*end).unwrap_or_default();
            push(&mut self.text, &mut self.spans, &encoding.decode(field).ok_or(RowError::Encoding)?);
            start = *end;
        }
        Ok(Fields { text: &self.text, spans: &mut self.spans })
    }

    /// Fields that were parted already.
    pub(super) fn join(&mut self, fields: &[String]) -> Fields<'_> {
        self.text.clear();
        self.spans.clear();
        fields.iter().for_each(|field| push(&mut self.text, &mut self.spans, field));
        Fields { text: &self.text, spans: &mut self.spans }
    }
}

fn push(text: &mut String, spans: &mut Vec<Span>, field: &str) {
    let start = text.len();
    text.push_str(field);
    spans.push((start, text.len()));
}

fn part(text: &str, delimiter: u8, spans: &mut Vec<Span>) {
    spans.clear();
    let mut start = 0;
    for end in memchr::memchr_iter(delimiter, text.as_bytes()) {
        spans.push((start, end));
        start = end + 1;
    }
    spans.push((start, text.len()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Bytes that mean something to a parser, and some that do not.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![
            3 => prop::sample::select(b",;\"\r\t 0a-".to_vec()),
            1 => prop::sample::select(b"\xef\xbb\xbf\xc3\xb1\xe9\x80".to_vec()),
        ];
        prop::collection::vec(byte, 1..40)
    }

    #[test]
    fn what_was_cut_is_no_row() {
        let bytes = vec![b'a'; RECORD_BYTES_MAX];
        let of = |bytes| {
            let mut parser = RecordParser::new(b',');
            parser.parse(RawRecord { bytes, unclosed: false }, Encoding::Utf8 { bom: false }).map(|_| ())
        };
        assert_eq!((of(&bytes), of(&bytes[1..])), (Err(RowError::TooLong), Ok(())));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_096))]

        /// What has no quotes is parted without the automaton, and no differently.
        #[test]
        fn both_ways_part_a_record_alike(bytes in bytes(), latin in any::<bool>()) {
            let encoding = if latin { Encoding::Windows1252 } else { Encoding::Utf8 { bom: false } };
            let owned = |fields: Fields<'_>| fields.iter().map(str::to_owned).collect::<Vec<_>>();
            let record = RawRecord { bytes: &bytes, unclosed: false };
            let fast = RecordParser::new(b',').parse(record, encoding).map(owned);
            let general = RecordParser::new(b',').parse_quoted(&bytes, encoding).map(owned);
            prop_assert_eq!(fast, general);
        }
    }
}
