//! Text of which every line is a record: fields and records are found in one pass.

use super::row::Span;
use std::ops::Range;

/// The lines of a text that holds no quotes.
pub(super) struct Lines<'p> {
    pub text: &'p str,
    delimiter: u8,
    /// Where delimiters and line feeds stand.
    marks: memchr::Memchr2<'p>,
    start: usize,
}

impl<'p> Lines<'p> {
    pub(super) fn new(text: &'p str, delimiter: u8) -> Self {
        Self { text, delimiter, marks: memchr::memchr2_iter(delimiter, b'\n', text.as_bytes()), start: 0 }
    }

    /// The next line that is not empty, without its end; `spans` gets its fields, which are places in the whole text.
    pub(super) fn next_line(&mut self, spans: &mut Vec<Span>) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        while self.start < bytes.len() {
            let (start, mut field) = (self.start, self.start);
            spans.clear();
            let mut end = bytes.len();
            for at in self.marks.by_ref() {
                if bytes[at] != self.delimiter {
                    end = at;
                    break;
                }
                spans.push((field, at));
                field = at + 1;
            }
            self.start = end + 1;
            end -= usize::from(end > start && bytes[end - 1] == b'\r');
            spans.push((field, end));
            if start < end {
                return Some(start..end);
            }
        }
        None
    }
}
