//! Delimited text (RFC 4180) cut into records without losing a byte, so that a rejected row can be
//! shown as it was.

use std::io::{self, Read};

/// Longest record. A quote that is never closed would otherwise swallow the rest of the file.
pub const RECORD_BYTES_MAX: usize = 256 << 10;
/// Bytes asked of a reader at a time: what a core's own cache holds.
const CHUNK_BYTES: usize = 128 << 10;

/// One record as it stands in the file, without its line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawRecord<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// True when a quote opens in it that is not closed within [`RECORD_BYTES_MAX`] or the file; the
    /// record is then the one line where it opens, and the lines after it are read as usual.
    pub unclosed: bool,
}

/// Whole records that were read together.
#[derive(Clone, Debug, Default)]
pub struct TextPiece {
    text: Vec<u8>,
    /// Where each record ends, its line end included, and whether its quote is left open. None where the text has no
    /// quotes: every line is then a record.
    records: Option<Vec<(usize, bool)>>,
}

impl TextPiece {
    /// The bytes, line ends included.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// True when each of its lines is a record: there are no quotes, and none can be too long.
    pub fn is_lines(&self) -> bool {
        self.records.is_none() && self.text.len() <= RECORD_BYTES_MAX
    }

    /// The records in order, without empty lines.
    pub fn records(&self) -> Records<'_> {
        Records { piece: self, at: 0, index: 0 }
    }
}

/// The records of a [`TextPiece`].
#[derive(Clone)]
pub struct Records<'p> {
    piece: &'p TextPiece,
    at: usize,
    /// Records passed, empty lines among them.
    index: usize,
}

impl<'p> Iterator for Records<'p> {
    type Item = RawRecord<'p>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.at;
            let text = &self.piece.text[start..];
            let (end, unclosed) = match &self.piece.records {
                Some(records) => *records.get(self.index)?,
                None => (start + line_end(text, true)?, false),
            };
            (self.at, self.index) = (end, self.index + 1);
            let bytes = trim_end(&text[..end - start]);
            if !bytes.is_empty() {
                return Some(RawRecord { bytes, unclosed });
            }
        }
    }
}

/// Cuts a stream into records.
pub struct RecordSplitter<R> {
    reader: R,
    rules: Rules,
    /// What was read; the part before `start` is done with.
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    /// Bytes asked of the reader at a time.
    chunk: usize,
}

/// What ends a record.
#[derive(Clone, Copy)]
struct Rules {
    delimiter: u8,
    /// Fields of a whole record, once the header is known.
    width: Option<usize>,
}

impl<R: Read> RecordSplitter<R> {
    /// Cuts records whose fields are parted by `delimiter`.
    pub fn new(reader: R, delimiter: u8) -> Self {
        let rules = Rules { delimiter, width: None };
        Self { reader, rules, buffer: Vec::new(), start: 0, ended: false, chunk: CHUNK_BYTES }
    }

    /// Says how many fields a record has. A line below an open quote that is a whole record by itself
    /// then shows that the quote is a stray one, and no row is swallowed between two of them.
    pub fn expect_fields(&mut self, width: usize) {
        self.rules.width = Some(width);
    }

    /// The next record; empty lines are skipped.
    ///
    /// # Errors
    /// What the reader says.
    pub fn next_record(&mut self) -> io::Result<Option<RawRecord<'_>>> {
        loop {
            let Some((end, unclosed)) = self.rules.record_end(&self.buffer[self.start..], self.ended) else {
                if self.ended {
                    return Ok(None);
                }
                self.read_more()?;
                continue;
            };
            let line = self.start..self.start + end;
            self.start += end;
            if !trim_end(&self.buffer[line.clone()]).is_empty() {
                return Ok(Some(RawRecord { bytes: trim_end(&self.buffer[line]), unclosed }));
            }
        }
    }

    /// The next records, as many as one reading gives; `None` at the end.
    ///
    /// # Errors
    /// What the reader says.
    pub fn next_piece(&mut self) -> io::Result<Option<TextPiece>> {
        loop {
            let (length, records) = self.rules.cut(&self.buffer[self.start..], self.ended);
            if length > 0 {
                let end = self.start + length;
                let rest = self.buffer[end..].to_vec();
                let mut text = std::mem::replace(&mut self.buffer, rest);
                text.truncate(end);
                text.drain(..std::mem::take(&mut self.start));
                return Ok(Some(TextPiece { text, records }));
            }
            if self.ended {
                return Ok(None);
            }
            self.read_more()?;
        }
    }

    fn read_more(&mut self) -> io::Result<()> {
        self.buffer.drain(..std::mem::take(&mut self.start));
        self.buffer.reserve(self.chunk);
        let mut chunk = Read::take(&mut self.reader, self.chunk as u64);
        self.ended = chunk.read_to_end(&mut self.buffer)? < self.chunk;
        Ok(())
    }
}

impl Rules {
    /// How much of a text is whole records, and where they end if that is not simply where lines do. Zero when more has
    /// to be read to tell; `ended` says that there is no more.
    fn cut(self, text: &[u8], ended: bool) -> (usize, Option<Vec<(usize, bool)>>) {
        let whole_lines = if ended { Some(text.len()) } else { memchr::memrchr(b'\n', text).map(|last| last + 1) };
        match whole_lines {
            Some(length) if memchr::memchr(b'"', &text[..length]).is_none() => return (length, None),
            _ => {}
        }
        let mut at = 0;
        let mut records = Vec::new();
        while let Some((length, unclosed)) = self.record_end(&text[at..], ended) {
            at += length;
            records.push((at, unclosed));
        }
        (at, Some(records))
    }

    /// Where the record ends that begins a text, its line end included, and whether its quote is left open. `None` when
    /// there is none, or when more has to be read to tell.
    fn record_end(self, text: &[u8], ended: bool) -> Option<(usize, bool)> {
        let first = line_end(text, ended)?;
        let mut state = quote_state(FieldState::Start, &text[..first], self.delimiter);
        let mut length = first;
        while state == FieldState::Quoted && length < RECORD_BYTES_MAX {
            let Some(line) = line_end(&text[length..], ended) else { if ended { break } else { return None } };
            let line = &text[length..length + line];
            state = quote_state(state, line, self.delimiter);
            length += line.len();
            if self.is_whole_record(line) {
                state = FieldState::Quoted;
                break;
            }
        }
        Some(if state == FieldState::Quoted { (first, true) } else { (length, false) })
    }

    /// True for a line that has, by itself, as many fields as a record of more than one.
    fn is_whole_record(self, line: &[u8]) -> bool {
        let mut state = FieldState::Start;
        let mut fields = 1;
        for &byte in trim_end(line) {
            state = next_state(state, byte, self.delimiter);
            fields += usize::from(byte == self.delimiter && state == FieldState::Start);
        }
        state != FieldState::Quoted && fields > 1 && self.width == Some(fields)
    }
}

/// Length of the line that begins a text, its end included, at most [`RECORD_BYTES_MAX`]; `None` when there is none, or
/// when more has to be read to tell.
fn line_end(text: &[u8], ended: bool) -> Option<usize> {
    let longest = &text[..text.len().min(RECORD_BYTES_MAX)];
    let end = memchr::memchr(b'\n', longest).map(|at| at + 1);
    end.or_else(|| (longest.len() == RECORD_BYTES_MAX || (ended && !longest.is_empty())).then_some(longest.len()))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FieldState {
    Start,
    Plain,
    Quoted,
    /// After a quote inside a quoted field: its end, or the first half of a doubled quote.
    Closing,
}

/// State at the end of a line. A quote opens a field only at its start, as RFC 4180 has it.
fn quote_state(state: FieldState, line: &[u8], delimiter: u8) -> FieldState {
    if state != FieldState::Quoted && memchr::memchr(b'"', line).is_none() {
        return FieldState::Start;
    }
    line.iter().fold(state, |state, byte| next_state(state, *byte, delimiter))
}

fn next_state(state: FieldState, byte: u8, delimiter: u8) -> FieldState {
    match (state, byte) {
        (FieldState::Quoted, b'"') => FieldState::Closing,
        (FieldState::Quoted, _) => FieldState::Quoted,
        (FieldState::Start | FieldState::Closing, b'"') => FieldState::Quoted,
        (_, byte) if byte == delimiter || byte == b'\n' => FieldState::Start,
        (_, _) => FieldState::Plain,
    }
}

fn trim_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).expect("text")
    }

    fn split(source: &str) -> Vec<(String, bool)> {
        let mut splitter = RecordSplitter::new(source.as_bytes(), b',');
        let mut records = Vec::new();
        while let Some(record) = splitter.next_record().expect("in memory") {
            records.push((text(record.bytes), record.unclosed));
        }
        records
    }

    fn closed(text: &str) -> (String, bool) {
        (text.to_owned(), false)
    }

    #[test]
    fn quoted_line_ends_belong_to_the_record() {
        assert_eq!(split("a,\"b\nc\",d\r\n\r\ne,f"), [closed("a,\"b\nc\",d"), closed("e,f")]);
        assert_eq!(split("\"a \"\"b\"\"\",c\nd"), [closed("\"a \"\"b\"\"\",c"), closed("d")]);
    }

    #[test]
    fn a_quote_inside_a_plain_field_is_a_letter() {
        assert_eq!(split("tubo 5\" roto,x\ny,z\n"), [closed("tubo 5\" roto,x"), closed("y,z")]);
    }

    #[test]
    fn two_stray_quotes_do_not_swallow_the_rows_between_them() {
        let mut splitter = RecordSplitter::new("a,\"b,c\nd,e,f\ng,\"h,i\nj,k,l\n".as_bytes(), b',');
        splitter.expect_fields(3);
        let mut records = Vec::new();
        while let Some(record) = splitter.next_record().expect("in memory") {
            records.push((text(record.bytes), record.unclosed));
        }
        let stray = |text: &str| (text.to_owned(), true);
        assert_eq!(records, [stray("a,\"b,c"), closed("d,e,f"), stray("g,\"h,i"), closed("j,k,l")]);
    }

    #[test]
    fn an_unclosed_quote_costs_one_line_only() {
        assert_eq!(split("a,\"b\nc,d\ne,f\n"), [("a,\"b".to_owned(), true), closed("c,d"), closed("e,f")]);
    }

    /// The records of a text that is read in chunks, one by one or in pieces.
    fn records(text: &[u8], chunk: usize, width: Option<usize>, in_pieces: bool) -> Vec<(Vec<u8>, bool)> {
        let mut splitter = RecordSplitter::new(text, b',');
        splitter.chunk = chunk;
        splitter.rules.width = width;
        let mut found = Vec::new();
        if in_pieces {
            while let Some(piece) = splitter.next_piece().expect("in memory") {
                found.extend(piece.records().map(|record| (record.bytes.to_vec(), record.unclosed)));
            }
        } else {
            while let Some(record) = splitter.next_record().expect("in memory") {
                found.push((record.bytes.to_vec(), record.unclosed));
            }
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_096))]

        /// However much is read at a time, the records are those of the whole text.
        #[test]
        fn pieces_hold_the_records_of_the_whole(
            text in prop::collection::vec(prop::sample::select(b"\"\",,\n\n\rab\xc3".to_vec()), 0..120),
            chunk in 1usize..40,
            width in prop::option::of(1usize..4),
        ) {
            let whole = records(&text, text.len() + 1, width, false);
            prop_assert_eq!(&records(&text, chunk, width, false), &whole);
            prop_assert_eq!(&records(&text, chunk, width, true), &whole);
        }
    }

    #[test]
    fn a_line_without_end_is_cut_and_a_quote_without_end_given_up() {
        for start in ["", "\""] {
            let text = [start.as_bytes(), &vec![b'a'; 3 * RECORD_BYTES_MAX], b"\nb,c\n"].concat();
            let whole = records(&text, text.len() + 1, None, false);
            assert!(whole.iter().all(|(bytes, _)| bytes.len() <= RECORD_BYTES_MAX));
            assert_eq!(whole.last(), Some(&(b"b,c".to_vec(), false)));
            assert_eq!(whole[0].1, !start.is_empty());
            assert_eq!(whole.iter().map(|(bytes, _)| bytes.len()).sum::<usize>(), text.len() - 2);
            for chunk in [50_000, CHUNK_BYTES] {
                assert_eq!(records(&text, chunk, None, true), whole);
                assert_eq!(records(&text, chunk, None, false), whole);
            }
        }
    }
}
