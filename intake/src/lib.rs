//! A file as it was received: its wrapping, its content, its encoding, all found by reading.
//!
//! Every system that imports files takes them in here; what a row means is the system's own business.

mod delimiter;
mod features;
mod receive;
mod records;
mod rejects;
mod table;
mod text;
mod unwrap;

pub use receive::{FILES_MAX, IntakeError, Received, encodings, hex, receive, received_sha256};
pub use records::{RECORD_BYTES_MAX, RawRecord, RecordSplitter};
pub use rejects::RejectsFile;
pub use table::{Header, Piece, ReadRow, Row, RowError, Rows, Table, first_records, last_records};
pub use text::{Encoding, EncodingScan};
pub use unwrap::{CONTENT_BYTES_MAX, Content, RATIO_MAX, Wrapping, open};

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use tequio_archive::HashingWriter;

/// Bytes of the content that are looked at to tell what it is.
const HEAD_BYTES: usize = 64 << 10;

/// What the content is, whatever its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Delimited text.
    Text,
    /// An Office Open XML spreadsheet.
    Xlsx,
    /// JSON: GeoJSON, or an array of records.
    Json,
}

/// What one pass over a received file shows.
#[derive(Clone, Debug)]
pub struct Survey {
    /// How it is wrapped.
    pub wrapping: Wrapping,
    /// What it is.
    pub kind: Kind,
    /// How its text is encoded.
    pub encoding: Encoding,
    /// SHA-256 of the content, unwrapped.
    pub content_sha256: String,
    /// Bytes of the content, unwrapped.
    pub content_bytes: u64,
}

/// Why a file is not read at all. Each is one line that says what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The file cannot be opened or read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The data folder cannot take it.
    #[error("the data folder cannot be written: {0}")]
    Store(io::Error),
    /// Nothing in it.
    #[error("it is empty")]
    Empty,
    /// The archive or compressed stream ends early or fails its own checks.
    #[error("its compressed data is truncated or damaged ({0}): fetch it again from where it was published")]
    Truncated(String),
    /// It unwraps to far more than any real file.
    #[error(
        "it unwraps to more than {RATIO_MAX} times its size or {CONTENT_BYTES_MAX} bytes, as no real file does (a zip bomb)"
    )]
    Bomb,
    /// A zip file with several files, or with none.
    #[error("the zip file holds {0}: it must hold exactly one data file")]
    Members(String),
    /// An archive inside an archive.
    #[error("it holds another compressed file: unwrap it once and import what is inside")]
    Nested,
    /// Something else altogether.
    #[error("it is {0}, not a table: {1}")]
    NotATable(&'static str, &'static str),
    /// A text with zero bytes, which no text has.
    #[error(
        "line {line} holds a NUL (a zero byte, byte {byte} of the file as it is unwrapped), which no text does; there are {nuls} in all: \
        fetch the file again, or {}take them out of a copy (`tr -d '\\000' < FILE > COPY`) and import that",
        if *wrapped { "unwrap it, " } else { "" }
    )]
    Nul {
        /// Line of the first, counted from 1.
        line: u64,
        /// Its byte, counted from 1.
        byte: u64,
        /// How many there are.
        nuls: u64,
        /// True where the file is compressed.
        wrapped: bool,
    },
    /// A workbook that cannot be opened.
    #[error("its spreadsheet cannot be read: {0}")]
    Spreadsheet(String),
    /// JSON that is no GeoJSON.
    #[error(
        "its JSON is not a GeoJSON FeatureCollection: {0}. An array of official figures is read by a mapping file (`tequio import --template counts`)"
    )]
    GeoJson(String),
    /// JSON that is no array of records.
    #[error("its JSON is not an array of flat objects: {0}")]
    JsonArray(String),
    /// A header that cannot be read.
    #[error("its first line cannot be read as a header: {0}")]
    Header(String),
}

/// Reads the whole file once: unwraps, hashes, detects content and encoding.
///
/// # Errors
/// [`ReceiveError`] when it is empty, truncated, a bomb, or no table.
pub fn survey(path: &Path, progress: &mut dyn FnMut(u64)) -> Result<Survey, ReceiveError> {
    let wrapping = unwrap::detect(path)?;
    let mut content = BufReader::with_capacity(1 << 18, open(path, wrapping)?);
    let mut hasher = HashingWriter::new(io::sink());
    let mut encoding = EncodingScan::default();
    let mut head = Vec::new();
    let (mut read, mut nuls, mut first_nul) = (0, 0, None);
    loop {
        let chunk = content.fill_buf().map_err(unwrap::read_error)?;
        if chunk.is_empty() {
            break;
        }
        let wanted = HEAD_BYTES.saturating_sub(head.len()).min(chunk.len());
        head.extend_from_slice(&chunk[..wanted]);
        io::Write::write_all(&mut hasher, chunk)?;
        encoding.add(chunk);
        if let Some(at) = memchr::memchr(0, chunk) {
            first_nul = first_nul.or(Some(read + at as u64));
            nuls += memchr::memchr_iter(0, chunk).count() as u64;
        }
        let length = chunk.len();
        content.consume(length);
        read += length as u64;
        progress(length as u64);
    }
    let kind = kind_of(&head, wrapping)?;
    if let Some(at) = first_nul.filter(|_| kind != Kind::Xlsx) {
        return Err(ReceiveError::Nul {
            line: line_of(path, wrapping, at)?,
            byte: at + 1,
            nuls,
            wrapped: wrapping != Wrapping::Plain,
        });
    }
    let (content_sha256, content_bytes) = hasher.finish();
    Ok(Survey { wrapping, kind, encoding: encoding.finish(), content_sha256, content_bytes })
}

/// The line, counted from 1, in which a byte of the content stands.
fn line_of(path: &Path, wrapping: Wrapping, byte: u64) -> Result<u64, ReceiveError> {
    let mut before = BufReader::with_capacity(1 << 18, open(path, wrapping)?).take(byte);
    let mut line = 1;
    loop {
        let chunk = before.fill_buf().map_err(unwrap::read_error)?;
        if chunk.is_empty() {
            return Ok(line);
        }
        line += memchr::memchr_iter(b'\n', chunk).count() as u64;
        let length = chunk.len();
        before.consume(length);
    }
}

fn kind_of(head: &[u8], wrapping: Wrapping) -> Result<Kind, ReceiveError> {
    if head.is_empty() {
        return Err(ReceiveError::Empty);
    }
    if wrapping == Wrapping::Xlsx {
        return Ok(Kind::Xlsx);
    }
    if unwrap::magic(head).is_some() {
        return Err(ReceiveError::Nested);
    }
    let save_as = "save it as CSV or XLSX, or fetch the data file itself";
    for (magic, name) in [
        (&b"%PDF"[..], "a PDF document"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
        (b"PAR1", "a Parquet file"),
        (b"SQLite format 3", "a SQLite database or GeoPackage"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"{\\rtf", "an RTF document"),
    ] {
        if head.starts_with(magic) {
            return Err(ReceiveError::NotATable(name, save_as));
        }
    }
    text_kind(head)
}

fn text_kind(head: &[u8]) -> Result<Kind, ReceiveError> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let start: Vec<u8> = text.iter().take(512).map(u8::to_ascii_lowercase).collect();
    if text.is_empty() {
        return Err(ReceiveError::Empty);
    }
    let is_utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    if is_utf16 {
        return Err(ReceiveError::NotATable("UTF-16 text", "save it as UTF-8 CSV"));
    }
    if start.starts_with(b"<!doctype") || start.starts_with(b"<html") || start.windows(5).any(|w| w == b"<html") {
        return Err(ReceiveError::NotATable(
            "a web page (HTML)",
            "the download was an error page or a login; fetch the data file itself",
        ));
    }
    if start.starts_with(b"<") {
        return Err(ReceiveError::NotATable("XML", "save it as CSV or XLSX"));
    }
    if is_binary(head) {
        return Err(ReceiveError::NotATable("binary data", "fetch the data file again"));
    }
    Ok(if matches!(start.first(), Some(b'{' | b'[')) { Kind::Json } else { Kind::Text })
}

/// True for what has zero bytes and so many of them, or of other controls, that it was never a text: some zero bytes in a
/// text are damage that can be mended.
fn is_binary(head: &[u8]) -> bool {
    let nuls = memchr::memchr_iter(0, head).count();
    let controls = || head.iter().filter(|byte| matches!(byte, 1..=8 | 14..=31)).count();
    nuls > 0 && (nuls * 4 > head.len() || controls() * 100 > head.len())
}

/// Reads at most `limit` bytes of a reader into memory.
fn read_limited(reader: impl Read, limit: u64) -> Result<Vec<u8>, ReceiveError> {
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes).map_err(unwrap::read_error)?;
    if bytes.len() as u64 > limit { Err(ReceiveError::Bomb) } else { Ok(bytes) }
}
