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
    /// The bytes; of a line that is longer than [`RECORD_BYTES_MAX`] so many, and what follows in it is passed over.
    pub bytes: &'a [u8],
    /// True when a quote opens in it that is not closed within [`RECORD_BYTES_MAX`] or the file; the
    /// record is then the one line where it opens, and the lines after it are read as usual.
    pub unclosed: bool,
}

/// Whole records that were read together.
#[derive(Clone, Debug, Default)]
pub struct TextPiece {
    text: Vec<u8>,
    /// Where each stretch ends, its line end included. None where the text has no quotes and no long lines: every line is
    /// then a record.
    stretches: Option<Vec<(usize, Stretch)>>,
}

/// What a part of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stretch {
    Record,
    /// A line in which a quote opens that is not closed.
    Unclosed,
    /// What follows the longest record in its line, or some of it. It is no record.
    Rest,
}

impl TextPiece {
    /// The bytes, line ends included.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// True when each of its lines is a record: there are no quotes, and none is too long.
    pub fn is_lines(&self) -> bool {
        self.stretches.is_none()
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
    /// Stretches passed.
    index: usize,
}

impl<'p> Iterator for Records<'p> {
    type Item = RawRecord<'p>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.at;
            let text = &self.piece.text[start..];
            let (end, stretch) = match &self.piece.stretches {
                Some(stretches) => *stretches.get(self.index)?,
                None => (start + line_end(text, true)?, Stretch::Record),
            };
            (self.at, self.index) = (end, self.index + 1);
            if let Some(record) = stretch.record(&text[..end - start]) {
                return Some(record);
            }
        }
    }
}

impl Stretch {
    /// The record that such a text is; none when it is empty.
    fn record(self, text: &[u8]) -> Option<RawRecord<'_>> {
        let bytes = trim_end(text);
        let is_record = self != Self::Rest && !bytes.is_empty();
        is_record.then_some(RawRecord { bytes, unclosed: self == Self::Unclosed })
    }
}

/// Cuts a stream into records.
pub struct RecordSplitter<R> {
    reader: R,
    rules: Rules,
    /// What was read; the part before `start` is done with.
    buffer: Vec<u8>,
    start: usize,
    /// The line goes on of which the longest record was cut.
    in_line: bool,
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
        Self { reader, rules, buffer: Vec::new(), start: 0, in_line: false, ended: false, chunk: CHUNK_BYTES }
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
            let Some((length, stretch)) = self.rules.stretch(&self.buffer[self.start..], self.in_line, self.ended)
            else {
                if self.ended {
                    return Ok(None);
                }
                self.read_more()?;
                continue;
            };
            let text = self.start..self.start + length;
            self.start = text.end;
            self.in_line = goes_on(&self.buffer[text.clone()]);
            if stretch.record(&self.buffer[text.clone()]).is_some() {
                return Ok(stretch.record(&self.buffer[text]));
            }
        }
    }

    /// The next records, as many as one reading gives; `None` at the end.
    ///
    /// # Errors
    /// What the reader says.
    pub fn next_piece(&mut self) -> io::Result<Option<TextPiece>> {
        loop {
            let (length, stretches) = self.rules.cut(&self.buffer[self.start..], self.in_line, self.ended);
            if length > 0 {
                let end = self.start + length;
                self.in_line = goes_on(&self.buffer[..end]);
                let rest = self.buffer[end..].to_vec();
                let mut text = std::mem::replace(&mut self.buffer, rest);
                text.truncate(end);
                text.drain(..std::mem::take(&mut self.start));
                return Ok(Some(TextPiece { text, stretches }));
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
    /// How much of a text is whole records, and its stretches if they are not simply its lines. Zero when more has to be
    /// read to tell. `in_line` says that the text does not begin a line, `ended` that there is no more.
    fn cut(self, text: &[u8], in_line: bool, ended: bool) -> (usize, Option<Vec<(usize, Stretch)>>) {
        let lines = if ended { text.len() } else { memchr::memrchr(b'\n', text).map_or(0, |last| last + 1) };
        let are_records = !in_line && (1..=RECORD_BYTES_MAX).contains(&lines);
        if are_records && memchr::memchr(b'"', &text[..lines]).is_none() {
            return (lines, None);
        }
        let (mut at, mut in_line) = (0, in_line);
        let mut stretches = Vec::new();
        while let Some((length, stretch)) = self.stretch(&text[at..], in_line, ended) {
            at += length;
            in_line = goes_on(&text[..at]);
            stretches.push((at, stretch));
        }
        (at, Some(stretches))
    }

    /// How long that is, its line end included, which begins a text, and what it is. `None` when there is none, or when
    /// more has to be read to tell.
    fn stretch(self, text: &[u8], in_line: bool, ended: bool) -> Option<(usize, Stretch)> {
        let first = line_end(text, ended)?;
        if in_line {
            return Some((first, Stretch::Rest));
        }
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
        Some(if state == FieldState::Quoted { (first, Stretch::Unclosed) } else { (length, Stretch::Record) })
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

/// True when what follows a text is of its last line.
fn goes_on(text: &[u8]) -> bool {
    text.last().is_some_and(|last| *last != b'\n')
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
    fn a_line_without_end_is_one_record_that_is_cut() {
        // What follows in it looks like records, quotes and whole ones among them.
        let rest = b"d,e,\"f,g".repeat(RECORD_BYTES_MAX / 3);
        for start in ["", "\""] {
            let long = [start.as_bytes(), &vec![b'a'; RECORD_BYTES_MAX], &rest].concat();
            let text = [b"h,i\n", &long[..], b"\nb,c\n", &long, b"\r\n"].concat();
            let cut = (long[..RECORD_BYTES_MAX].to_vec(), !start.is_empty());
            let expected = [(b"h,i".to_vec(), false), cut.clone(), (b"b,c".to_vec(), false), cut];
            for (chunk, in_pieces) in
                [50_000, CHUNK_BYTES, text.len() + 1].map(|chunk| [(chunk, true), (chunk, false)]).concat()
            {
                assert!(records(&text, chunk, Some(2), in_pieces) == expected, "{chunk} bytes, in pieces: {in_pieces}");
            }
        }
    }
}
