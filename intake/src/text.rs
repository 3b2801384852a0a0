//! Text encodings, told by reading the whole file.

use std::borrow::Cow;

/// How the text of a file is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with a byte-order mark or without.
    Utf8 {
        /// True when the file begins with a byte-order mark.
        bom: bool,
    },
    /// ISO 8859-1: no byte of the file lies in 0x80..=0x9F.
    Latin1,
    /// Windows code page 1252.
    Windows1252,
}

impl Encoding {
    /// Name in summaries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 { bom: false } => "utf-8",
            Self::Utf8 { bom: true } => "utf-8-bom",
            Self::Latin1 => "latin-1",
            Self::Windows1252 => "cp1252",
        }
    }

    /// Decodes a piece of the file; `None` when it is not in this encoding.
    pub fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Self::Utf8 { .. } => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            // ISO 8859-1 without C1 controls is a part of Windows-1252.
            Self::Latin1 | Self::Windows1252 => Some(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0),
        }
    }
}

/// Well-formed multi-byte sequences for each broken one that still make a text UTF-8: such a file
/// is UTF-8 with a few damaged rows, which are rejected, and not another encoding.
const EVIDENCE: u64 = 20;

/// Collects evidence about the encoding while a file passes by.
#[derive(Default)]
pub struct EncodingScan {
    start: Vec<u8>,
    /// Tail of the last chunk that may be the beginning of a sequence.
    pending: Vec<u8>,
    sequences: u64,
    broken: u64,
    controls: u64,
}

impl EncodingScan {
    /// Looks at the next bytes.
    pub fn add(&mut self, chunk: &[u8]) {
        let wanted = 3usize.saturating_sub(self.start.len()).min(chunk.len());
        self.start.extend_from_slice(&chunk[..wanted]);
        self.controls += chunk.iter().filter(|byte| (0x80..=0x9f).contains(*byte)).count() as u64;
        if self.pending.is_empty() {
            self.scan(chunk);
        } else {
            let mut joined = std::mem::take(&mut self.pending);
            joined.extend_from_slice(chunk);
            self.scan(&joined);
        }
    }

    fn scan(&mut self, mut bytes: &[u8]) {
        loop {
            match std::str::from_utf8(bytes) {
                Ok(text) => return self.sequences += multibyte(text.as_bytes()),
                Err(error) => {
                    self.sequences += multibyte(&bytes[..error.valid_up_to()]);
                    let Some(length) = error.error_len() else {
                        self.pending = bytes[error.valid_up_to()..].to_vec();
                        return;
                    };
                    self.broken += 1;
                    bytes = &bytes[error.valid_up_to() + length..];
                }
            }
        }
    }

    /// The verdict.
    pub fn finish(self) -> Encoding {
        let broken = self.broken + u64::from(!self.pending.is_empty());
        if broken == 0 || self.sequences >= broken * EVIDENCE {
            return Encoding::Utf8 { bom: self.start.starts_with(b"\xef\xbb\xbf") };
        }
        if self.controls == 0 { Encoding::Latin1 } else { Encoding::Windows1252 }
    }
}

/// Lead bytes of multi-byte sequences in valid UTF-8.
fn multibyte(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte >= 0xc0).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(bytes: &[u8], chunk: usize) -> Encoding {
        let mut scan = EncodingScan::default();
        bytes.chunks(chunk).for_each(|chunk| scan.add(chunk));
        scan.finish()
    }

    #[test]
    fn encodings_are_told_apart_by_reading() {
        for chunk in [1, 2, 3, 1000] {
            assert_eq!(detect("ROBO A TRANSEÚNTE".as_bytes(), chunk), Encoding::Utf8 { bom: false });
            assert_eq!(detect("\u{feff}año".as_bytes(), chunk), Encoding::Utf8 { bom: true });
            assert_eq!(detect(b"Cuauht\xe9moc", chunk), Encoding::Latin1);
            assert_eq!(detect(b"\x93Cuauht\xe9moc\x94", chunk), Encoding::Windows1252);
            assert_eq!(detect(b"plain", chunk), Encoding::Utf8 { bom: false });
        }
    }

    #[test]
    fn one_broken_row_does_not_change_the_encoding_of_the_others() {
        let mut bytes = "ñandú ".repeat(30).into_bytes();
        bytes.push(0xe9);
        assert_eq!(detect(&bytes, 7), Encoding::Utf8 { bom: false });
    }

    #[test]
    fn decoding_gives_the_letters() {
        assert_eq!(Encoding::Windows1252.decode(b"\x93\xf1\x94").as_deref(), Some("“ñ”"));
        assert_eq!(Encoding::Utf8 { bom: false }.decode(b"\xe9"), None);
    }
}
