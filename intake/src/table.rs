//! A table, whatever it came in: delimited text, a workbook's first sheet, GeoJSON features.

mod edges;
mod json;
mod lines;
mod parser;
mod piece;
mod row;
mod workbook;

use super::features::Features;
use super::{Content, Encoding, Kind, ReceiveError, RecordSplitter, Survey, open, unwrap};
use json::GEOJSON_POSITION;
use parser::{RecordParser, skip_bom};
use rayon::prelude::*;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use workbook::first_sheet;

pub use edges::{first_records, last_records};
pub use piece::{Piece, ReadRow, Rows};
pub use row::{Header, Row, RowError};

/// Rows of a workbook, features or records that make a piece.
const PIECE_ROWS: usize = 4_096;
/// Bytes of JSON that make a piece.
const PIECE_BYTES: usize = 256 << 10;
/// Pieces read ahead for each thread that works on them.
const PIECES_A_THREAD: usize = 4;

/// A table with its header read and its rows still to come.
pub struct Table {
    /// Names of the columns.
    pub header: Arc<Header>,
    rows: Source,
    encoding: Encoding,
    /// True when blank fields at the end of a row may be left out or be too many.
    open_ends: bool,
}

enum Source {
    /// Text and its delimiter.
    Text(Box<RecordSplitter<BufReader<Content>>>, u8),
    /// Rows held in memory.
    Sheet(std::vec::IntoIter<Vec<String>>),
    Features(Features),
    Records(Features),
}

impl Table {
    /// Opens the content of a surveyed file. `columns` names the properties wanted of GeoJSON features.
    ///
    /// # Errors
    /// [`ReceiveError`] when it has no header that can be read.
    pub fn open(path: &Path, survey: &Survey, columns: &[String]) -> Result<Self, ReceiveError> {
        Self::open_below(path, survey, columns, 0)
    }

    /// The same for a table whose header stands below `lead` records of titles and notes. GeoJSON has none.
    ///
    /// # Errors
    /// As [`Table::open`].
    pub fn open_below(path: &Path, survey: &Survey, columns: &[String], lead: usize) -> Result<Self, ReceiveError> {
        let content = open(path, survey.wrapping)?;
        match survey.kind {
            Kind::Text => Self::open_text(content, survey.encoding, lead),
            Kind::Xlsx => Self::open_workbook(content, survey.encoding, lead),
            Kind::Json => Self::open_geojson(content, survey.encoding, columns),
        }
    }

    /// Opens a JSON array of flat objects as a table of the columns that are wanted. A name that an object does not have
    /// gives an empty field.
    ///
    /// # Errors
    /// [`ReceiveError`] when it is no such array to its end.
    pub fn open_json(path: &Path, survey: &Survey, columns: &[String]) -> Result<Self, ReceiveError> {
        let records = Features::read_array(open(path, survey.wrapping)?)?;
        Ok(Self::of(Header::new(columns.to_vec()), Source::Records(records), survey.encoding))
    }

    /// The same table with open ends: a row may leave out the last fields where they have no name in the header, and may
    /// have more fields than the header where these are blank.
    pub fn with_open_ends(self) -> Self {
        Self { open_ends: true, ..self }
    }

    fn open_text(content: Content, encoding: Encoding, lead: usize) -> Result<Self, ReceiveError> {
        let mut reader = BufReader::with_capacity(1 << 18, content);
        let delimiter = skip_bom(&mut reader)?;
        let mut splitter = RecordSplitter::new(reader, delimiter);
        for _ in 0..lead {
            splitter.next_record().map_err(unwrap::read_error)?;
        }
        let record = splitter.next_record().map_err(unwrap::read_error)?.ok_or(ReceiveError::Empty)?;
        let mut parser = RecordParser::new(delimiter);
        let names = parser.parse(record, encoding).map_err(|error| ReceiveError::Header(format!("{error:?}")))?;
        let names: Vec<String> = names.iter().map(str::to_owned).collect();
        if names.iter().any(|name| name.contains('\r')) {
            return Err(ReceiveError::Header(
                "its lines end in carriage returns; save it with line feeds (LF)".to_owned(),
            ));
        }
        let header = Header::new(names);
        splitter.expect_fields(header.names().len());
        Ok(Self::of(header, Source::Text(Box::new(splitter), delimiter), encoding))
    }

    fn open_workbook(content: Content, encoding: Encoding, lead: usize) -> Result<Self, ReceiveError> {
        let mut rows = first_sheet(content, usize::MAX)?;
        rows.drain(..lead.min(rows.len()));
        let mut rows = rows.into_iter();
        let header = Header::new(rows.next().ok_or(ReceiveError::Empty)?);
        let width = header.names().len();
        rows.as_mut_slice().iter_mut().filter(|row| row.len() < width).for_each(|row| row.resize(width, String::new()));
        Ok(Self::of(header, Source::Sheet(rows), encoding))
    }

    fn open_geojson(content: Content, encoding: Encoding, columns: &[String]) -> Result<Self, ReceiveError> {
        let mut names: Vec<String> = GEOJSON_POSITION.map(str::to_owned).to_vec();
        names.extend(columns.iter().filter(|name| !GEOJSON_POSITION.contains(&name.as_str())).cloned());
        Ok(Self::of(Header::new(names), Source::Features(Features::read(content)?), encoding))
    }

    fn of(header: Header, rows: Source, encoding: Encoding) -> Self {
        Self { header: Arc::new(header), rows, encoding, open_ends: false }
    }

    /// The next rows; `None` when there are no more.
    ///
    /// # Errors
    /// [`ReceiveError`] when the file itself cannot be read on.
    pub fn next_piece(&mut self) -> Result<Option<Piece>, ReceiveError> {
        let content = match &mut self.rows {
            Source::Text(splitter, delimiter) => {
                let piece = splitter.next_piece().map_err(unwrap::read_error)?;
                piece.map(|piece| piece::Content::Text(piece, *delimiter))
            }
            Source::Sheet(rows) => {
                let rows: Vec<_> = rows.take(PIECE_ROWS).collect();
                (!rows.is_empty()).then_some(piece::Content::Sheet(rows))
            }
            Source::Features(features) => texts(features)?.map(piece::Content::Features),
            Source::Records(records) => texts(records)?.map(piece::Content::Records),
        };
        let (header, encoding, open_ends) = (self.header.clone(), self.encoding, self.open_ends);
        Ok(content.map(|content| Piece { header, content, encoding, open_ends }))
    }

    /// Reads all rows: every thread works on pieces of them, and `take` is given what came of the pieces, in order.
    /// Memory holds a few pieces for each thread, however long the table is.
    ///
    /// # Errors
    /// What `take` says, and what `refused` makes of it when the file itself cannot be read on.
    pub fn read_all<T: Send, E>(
        &mut self,
        work: impl Fn(&Piece) -> T + Sync,
        mut take: impl FnMut(T) -> Result<(), E>,
        refused: impl Fn(ReceiveError) -> E,
    ) -> Result<(), E> {
        let mut pieces = self.pieces_ahead().map_err(&refused)?;
        while !pieces.is_empty() {
            let work_on_all = || pieces.into_par_iter().map(|piece| work(&piece)).collect::<Vec<T>>();
            let (ahead, done) = rayon::join(|| self.pieces_ahead(), work_on_all);
            done.into_iter().try_for_each(&mut take)?;
            pieces = ahead.map_err(&refused)?;
        }
        Ok(())
    }

    fn pieces_ahead(&mut self) -> Result<Vec<Piece>, ReceiveError> {
        let count = PIECES_A_THREAD * rayon::current_num_threads();
        std::iter::from_fn(|| self.next_piece().transpose()).take(count).collect()
    }
}

/// The JSON of the next features; `None` when there are no more.
fn texts(features: &mut Features) -> Result<Option<Vec<String>>, ReceiveError> {
    let mut texts = Vec::new();
    let mut bytes = 0;
    while texts.len() < PIECE_ROWS && bytes < PIECE_BYTES {
        let Some(text) = features.next_text()? else { break };
        bytes += text.len();
        texts.push(text);
    }
    Ok((!texts.is_empty()).then_some(texts))
}
