//! A table, whatever it came in: delimited text, a workbook's first sheet, GeoJSON features.

mod edges;
mod json;
mod parser;
mod row;
mod workbook;

use super::features::Features;
use super::{Encoding, Kind, ReceiveError, RecordSplitter, Survey, open, unwrap};
use json::{GEOJSON_POSITION, feature_fields, record_fields};
use parser::{RecordParser, skip_bom};
use std::io::{BufReader, Read};
use std::path::Path;
use workbook::{csv_line, first_sheet};

pub use edges::{first_records, last_records};
pub use row::{Header, Row, RowError};

/// A table with its header read and its rows still to come.
pub struct Table {
    /// Names of the columns.
    pub header: Header,
    rows: Rows,
    number: u64,
    encoding: Encoding,
    /// True when blank fields at the end of a row may be left out or be too many.
    open_ends: bool,
}

enum Rows {
    Text {
        splitter: RecordSplitter<BufReader<Box<dyn Read>>>,
        parser: Box<RecordParser>,
    },
    /// Rows held in memory, last one first.
    Sheet(Vec<Vec<String>>),
    Features(Features),
    Records(Features),
}

/// A row or why it is none, with its original line.
pub type NextRow = (u64, Result<Row, RowError>, Vec<u8>);

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
        let header = Header::new(columns.to_vec());
        Ok(Self { header, rows: Rows::Records(records), number: 0, encoding: survey.encoding, open_ends: false })
    }

    /// The same table with open ends: a row may leave out the last fields where they have no name in the header, and may
    /// have more fields than the header where these are blank.
    pub fn with_open_ends(self) -> Self {
        Self { open_ends: true, ..self }
    }

    fn open_text(content: Box<dyn Read>, encoding: Encoding, lead: usize) -> Result<Self, ReceiveError> {
        let mut reader = BufReader::with_capacity(1 << 18, content);
        let delimiter = skip_bom(&mut reader)?;
        let mut splitter = RecordSplitter::new(reader, delimiter);
        for _ in 0..lead {
            splitter.next_record().map_err(unwrap::read_error)?;
        }
        let record = splitter.next_record().map_err(unwrap::read_error)?.ok_or(ReceiveError::Empty)?;
        let mut parser = Box::new(RecordParser::new(delimiter));
        let names = parser.parse(&record, encoding).map_err(|error| ReceiveError::Header(format!("{error:?}")))?;
        if names.iter().any(|name| name.contains('\r')) {
            return Err(ReceiveError::Header(
                "its lines end in carriage returns; save it with line feeds (LF)".to_owned(),
            ));
        }
        let header = Header::new(names);
        splitter.expect_fields(header.names().len());
        Ok(Self { header, rows: Rows::Text { splitter, parser }, number: 0, encoding, open_ends: false })
    }

    fn open_workbook(content: Box<dyn Read>, encoding: Encoding, lead: usize) -> Result<Self, ReceiveError> {
        let mut rows = first_sheet(content, usize::MAX)?;
        rows.drain(..lead.min(rows.len()));
        rows.reverse();
        let header = Header::new(rows.pop().ok_or(ReceiveError::Empty)?);
        let width = header.names().len();
        rows.iter_mut().filter(|row| row.len() < width).for_each(|row| row.resize(width, String::new()));
        Ok(Self { header, rows: Rows::Sheet(rows), number: 0, encoding, open_ends: false })
    }

    fn open_geojson(content: Box<dyn Read>, encoding: Encoding, columns: &[String]) -> Result<Self, ReceiveError> {
        let mut names: Vec<String> = GEOJSON_POSITION.map(str::to_owned).to_vec();
        names.extend(columns.iter().filter(|name| !GEOJSON_POSITION.contains(&name.as_str())).cloned());
        Ok(Self {
            header: Header::new(names),
            rows: Rows::Features(Features::read(content)?),
            number: 0,
            encoding,
            open_ends: false,
        })
    }

    /// The next row, or why it is none.
    ///
    /// # Errors
    /// [`ReceiveError`] when the file itself cannot be read on.
    pub fn next_row(&mut self) -> Result<Option<NextRow>, ReceiveError> {
        let width = self.header.names().len();
        let (fields, original) = match &mut self.rows {
            Rows::Text { splitter, parser } => {
                let Some(record) = splitter.next_record().map_err(unwrap::read_error)? else { return Ok(None) };
                (parser.parse(&record, self.encoding), record.bytes)
            }
            Rows::Sheet(rows) => {
                let Some(fields) = rows.pop() else { return Ok(None) };
                let original = csv_line(&fields);
                (Ok(fields), original)
            }
            Rows::Features(features) => {
                let Some(text) = features.next_text()? else { return Ok(None) };
                (feature_fields(&text, &self.header), text.into_bytes())
            }
            Rows::Records(records) => {
                let Some(text) = records.next_text()? else { return Ok(None) };
                (record_fields(&text, &self.header), text.into_bytes())
            }
        };
        let fields = match self.open_ends {
            true => fields.map(|fields| close_end(fields, &self.header)),
            false => fields,
        };
        self.number += 1;
        let number = self.number;
        let row = fields.and_then(|fields| match fields.len() == width {
            true => Ok(Row { number, fields }),
            false => Err(RowError::FieldCount),
        });
        Ok(Some((number, row, original)))
    }
}

/// A row with as many fields as the header, if only blank ones are missing or too many.
fn close_end(mut fields: Vec<String>, header: &Header) -> Vec<String> {
    let width = header.names().len();
    while fields.len() > width && fields.last().is_some_and(|field| field.trim().is_empty()) {
        fields.pop();
    }
    let unnamed = header.names().iter().skip(fields.len()).all(|name| name.trim().is_empty());
    if fields.len() < width && unnamed {
        fields.resize(width, String::new());
    }
    fields
}
