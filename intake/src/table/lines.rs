//! Text of which every line is a record: fields and records are found in one pass.

use super::row::Span;
use std::ops::Range;

/// The lines of a text that holds no quotes.
pub(super) struct Lines<'p> {
    pub text: &'p str,
    delimiter: u8,
    marks: Marks<'p>,
    start: usize,
}

impl<'p> Lines<'p> {
    pub(super) fn new(text: &'p str, delimiter: u8) -> Self {
        Self { text, delimiter, marks: Marks::new(text.as_bytes(), [delimiter, b'\n']), start: 0 }
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

/// Bytes that are looked at together: one bit each.
const BLOCK: usize = 64;
/// Brings the lowest bits of the eight bytes of a word together in its highest byte, the first byte lowest.
const GATHER: u64 = 0x0102_0408_1020_4080;

/// Where either of two bytes stands. Fields are short: to ask a searching routine for each costs more than to look at
/// all bytes.
struct Marks<'p> {
    bytes: &'p [u8],
    wanted: [u8; 2],
    /// Where the block begins that is looked at.
    block: usize,
    /// Those of its places that have not been told yet, the first lowest.
    found: u64,
}

impl<'p> Marks<'p> {
    fn new(bytes: &'p [u8], wanted: [u8; 2]) -> Self {
        let mut marks = Self { bytes, wanted, block: 0, found: 0 };
        marks.found = marks.look();
        marks
    }

    /// The places within the block.
    fn look(&self) -> u64 {
        let rest = self.bytes.get(self.block..).unwrap_or_default();
        match rest.first_chunk() {
            Some(block) => self.places(block),
            None => {
                let mut block = [0; BLOCK];
                block[..rest.len()].copy_from_slice(rest);
                self.places(&block) & ((1 << rest.len()) - 1)
            }
        }
    }

    fn places(&self, block: &[u8; BLOCK]) -> u64 {
        let [a, b] = self.wanted;
        // Without a branch, so that the compiler compares many bytes at once.
        let is_wanted = block.map(|byte| u8::from(byte == a) | u8::from(byte == b));
        let (words, _) = is_wanted.as_chunks();
        let of_word = |word: &[u8; 8]| u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56;
        words.iter().rev().fold(0, |places, word| places << 8 | of_word(word))
    }
}

impl Iterator for Marks<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            self.block += BLOCK;
            if self.block >= self.bytes.len() {
                return None;
            }
            self.found = self.look();
        }
        let place = self.block + self.found.trailing_zeros() as usize;
        self.found &= self.found - 1;
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_place_is_found_and_no_other(
            bytes in prop::collection::vec(prop_oneof![Just(b','), Just(b'\n'), Just(0xac), Just(b'-'), any::<u8>()], 0..300),
            wanted in prop::array::uniform2(any::<u8>()),
        ) {
            for wanted in [wanted, *b",\n"] {
                let places: Vec<usize> = Marks::new(&bytes, wanted).collect();
                let expected: Vec<usize> = (0..bytes.len()).filter(|at| wanted.contains(&bytes[*at])).collect();
                prop_assert_eq!(places, expected);
            }
        }
    }
}
