//! Delimited text (RFC 4180) cut into records without losing a byte, so that a rejected row can be
//! shown as it was.

use std::io::{self, BufRead};

/// Longest record. A quote that is never closed would otherwise swallow the rest of the file.
pub const RECORD_BYTES_MAX: usize = 256 << 10;

/// One record as it stands in the file, without its line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawRecord {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// True when a quote opens in it that is not closed within [`RECORD_BYTES_MAX`] or the file; the
    /// record is then the one line where it opens, and the lines after it are read as usual.
    pub unclosed: bool,
}

/// Cuts a stream into records.
pub struct RecordSplitter<R> {
    reader: R,
    delimiter: u8,
    /// Fields of a whole record, once the header is known.
    width: Option<usize>,
    /// Lines that were read while looking for a closing quote in vain, last one first.
    ahead: Vec<Vec<u8>>,
}

impl<R: BufRead> RecordSplitter<R> {
    /// Cuts records whose fields are parted by `delimiter`.
    pub fn new(reader: R, delimiter: u8) -> Self {
        Self { reader, delimiter, width: None, ahead: Vec::new() }
    }

    /// Says how many fields a record has. A line below an open quote that is a whole record by itself
    /// then shows that the quote is a stray one, and no row is swallowed between two of them.
    pub fn expect_fields(&mut self, width: usize) {
        self.width = Some(width);
    }

    /// The next record; empty lines are skipped.
    ///
    /// # Errors
    /// What the reader says.
    pub fn next_record(&mut self) -> io::Result<Option<RawRecord>> {
        loop {
            let Some(line) = self.line()? else { return Ok(None) };
            if !trim_end(&line).is_empty() {
                return self.complete(line).map(Some);
            }
        }
    }

    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(line) = self.ahead.pop() {
            return Ok(Some(line));
        }
        let mut line = Vec::new();
        let mut limited = io::Read::take(&mut self.reader, RECORD_BYTES_MAX as u64);
        limited.read_until(b'\n', &mut line)?;
        Ok((!line.is_empty()).then_some(line))
    }

    /// Adds lines while a quoted field is open.
    fn complete(&mut self, first: Vec<u8>) -> io::Result<RawRecord> {
        let mut state = quote_state(FieldState::Start, &first, self.delimiter);
        if state != FieldState::Quoted {
            return Ok(RawRecord { bytes: trim_end(&first).to_vec(), unclosed: false });
        }
        let mut lines = vec![first];
        let mut length = lines[0].len();
        while state == FieldState::Quoted && length < RECORD_BYTES_MAX {
            let Some(line) = self.line()? else { break };
            state = quote_state(state, &line, self.delimiter);
            length += line.len();
            let is_whole = self.is_whole_record(&line);
            lines.push(line);
            if is_whole {
                state = FieldState::Quoted;
                break;
            }
        }
        if state != FieldState::Quoted {
            return Ok(RawRecord { bytes: trim_end(&lines.concat()).to_vec(), unclosed: false });
        }
        let rest = lines.split_off(1);
        self.ahead.extend(rest.into_iter().rev());
        Ok(RawRecord { bytes: trim_end(&lines.concat()).to_vec(), unclosed: true })
    }
}

impl<R> RecordSplitter<R> {
    /// True for a line that has, by itself, as many fields as a record of more than one.
    fn is_whole_record(&self, line: &[u8]) -> bool {
        let mut state = FieldState::Start;
        let mut fields = 1;
        for &byte in trim_end(line) {
            state = next_state(state, byte, self.delimiter);
            fields += usize::from(byte == self.delimiter && state == FieldState::Start);
        }
        state != FieldState::Quoted && fields > 1 && self.width == Some(fields)
    }
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

    fn split(text: &str) -> Vec<(String, bool)> {
        let mut splitter = RecordSplitter::new(text.as_bytes(), b',');
        let mut records = Vec::new();
        while let Some(record) = splitter.next_record().expect("in memory") {
            records.push((String::from_utf8(record.bytes).expect("text"), record.unclosed));
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
            records.push((String::from_utf8(record.bytes).expect("text"), record.unclosed));
        }
        let stray = |text: &str| (text.to_owned(), true);
        assert_eq!(records, [stray("a,\"b,c"), closed("d,e,f"), stray("g,\"h,i"), closed("j,k,l")]);
    }

    #[test]
    fn an_unclosed_quote_costs_one_line_only() {
        assert_eq!(split("a,\"b\nc,d\ne,f\n"), [("a,\"b".to_owned(), true), closed("c,d"), closed("e,f")]);
    }
}
