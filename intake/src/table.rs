//! A table, whatever it came in: delimited text, a workbook's first sheet, GeoJSON features.

use super::delimiter::delimiter_of;
use super::features::Features;
use super::{
    Encoding, Kind, RECORD_BYTES_MAX, RawRecord, ReceiveError, RecordSplitter, Survey, open, read_limited, unwrap,
};
use calamine::{Data, Reader as _, Xlsx, XlsxCellReader};
use std::collections::HashMap;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;
use tequio_kernel::text::fold;

/// Largest workbook held in memory while it is read, in bytes as stored.
const WORKBOOK_BYTES_MAX: u64 = 512 << 20;
/// Largest sum of the unpacked parts of a workbook, in bytes.
const WORKBOOK_UNPACKED_MAX: u64 = 4 << 30;
/// Most cells of a sheet, empty ones between them included.
const WORKBOOK_CELLS_MAX: usize = 100_000_000;
/// Most columns of a sheet.
const WORKBOOK_COLUMNS_MAX: usize = 2_000;
/// Names of the columns into which the position of a GeoJSON feature goes.
pub const GEOJSON_POSITION: [&str; 2] = ["longitude", "latitude"];

/// Names of the columns.
#[derive(Clone, Debug)]
pub struct Header {
    names: Vec<String>,
    by_key: HashMap<String, usize>,
}

impl Header {
    /// Takes the names as written; they are compared folded, with `_` and blanks alike.
    pub fn new(names: Vec<String>) -> Self {
        let mut by_key = HashMap::new();
        for (index, name) in names.iter().enumerate() {
            by_key.entry(key(name)).or_insert(index);
        }
        Self { names, by_key }
    }

    /// Names as written.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Index of the first column that has one of the names.
    pub fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.by_key.get(&key(name)).copied())
    }
}

fn key(name: &str) -> String {
    fold(name).replace([' ', '-'], "_")
}

/// One data row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Number in its file, from 1.
    pub number: u64,
    /// The fields, letter by letter.
    pub fields: Vec<String>,
}

impl Row {
    /// A field; empty for a column the table does not have.
    pub fn field(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.fields.get(column)).map_or("", String::as_str)
    }

    /// A field without outer blanks, `None` when nothing is left or it says so (`NA`, `NULL`, `S/D`).
    pub fn value(&self, column: Option<usize>) -> Option<&str> {
        let value = self.field(column).trim();
        let nothing = ["", "NA", "N/A", "NULL", "NaN", "nan", "null", "None", "S/D", "SD", "-"].contains(&value);
        (!nothing).then_some(value)
    }
}

/// Why a row is no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowError {
    /// More or fewer fields than the header has.
    FieldCount,
    /// A quote that is never closed.
    UnclosedQuote,
    /// Bytes that are not text in the encoding of the file.
    Encoding,
    /// A GeoJSON feature, or a record of a JSON array, that cannot be read.
    Feature,
    /// A GeoJSON feature that is a line or an area.
    NotAPoint,
}

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
        splitter.expect_fields(header.names.len());
        Ok(Self { header, rows: Rows::Text { splitter, parser }, number: 0, encoding, open_ends: false })
    }

    fn open_workbook(content: Box<dyn Read>, encoding: Encoding, lead: usize) -> Result<Self, ReceiveError> {
        let mut rows = first_sheet(content, usize::MAX)?;
        rows.drain(..lead.min(rows.len()));
        rows.reverse();
        let header = Header::new(rows.pop().ok_or(ReceiveError::Empty)?);
        let width = header.names.len();
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
        let width = self.header.names.len();
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

/// The first records of a file, as far as it is a table: what tells one format from another.
///
/// GeoJSON and JSON give none.
///
/// # Errors
/// [`ReceiveError`] when the file cannot be read or is no table.
pub fn first_records(path: &Path, count: usize) -> Result<Vec<Vec<String>>, ReceiveError> {
    let wrapping = unwrap::detect(path)?;
    if wrapping == super::Wrapping::Xlsx {
        return first_sheet(open(path, wrapping)?, count);
    }
    let mut reader = BufReader::with_capacity(1 << 18, open(path, wrapping)?);
    let start = io::BufRead::fill_buf(&mut reader).map_err(unwrap::read_error)?;
    if super::kind_of(start, wrapping)? != Kind::Text {
        return Ok(Vec::new());
    }
    let delimiter = skip_bom(&mut reader)?;
    let mut splitter = RecordSplitter::new(reader, delimiter);
    let mut parser = RecordParser::new(delimiter);
    let mut records = Vec::with_capacity(count);
    while records.len() < count {
        let Some(record) = splitter.next_record().map_err(unwrap::read_error)? else { break };
        records.push(parser.parse_any(&record));
    }
    Ok(records)
}

/// The last records of a file, as far as it is a table: where sources stand. The whole file is read.
///
/// # Errors
/// [`ReceiveError`] when the file cannot be read or is no table.
pub fn last_records(path: &Path, count: usize) -> Result<Vec<Vec<String>>, ReceiveError> {
    let wrapping = unwrap::detect(path)?;
    if wrapping == super::Wrapping::Xlsx {
        let mut rows = first_sheet(open(path, wrapping)?, usize::MAX)?;
        return Ok(rows.split_off(rows.len().saturating_sub(count)));
    }
    let mut reader = BufReader::with_capacity(1 << 18, open(path, wrapping)?);
    let delimiter = skip_bom(&mut reader)?;
    let mut splitter = RecordSplitter::new(reader, delimiter);
    let mut last = std::collections::VecDeque::with_capacity(count + 1);
    while let Some(record) = splitter.next_record().map_err(unwrap::read_error)? {
        last.push_back(record);
        last.drain(..last.len().saturating_sub(count));
    }
    let mut parser = RecordParser::new(delimiter);
    Ok(last.iter().map(|record| parser.parse_any(record)).collect())
}

/// Passes a byte-order mark; gives the delimiter of the first line.
fn skip_bom(reader: &mut impl io::BufRead) -> Result<u8, ReceiveError> {
    let start = reader.fill_buf().map_err(unwrap::read_error)?;
    let bom = if start.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let delimiter = delimiter_of(&start[bom..]);
    reader.consume(bom);
    Ok(delimiter)
}

/// At most `rows_max` rows of a workbook's first sheet that hold anything.
fn first_sheet(content: Box<dyn Read>, rows_max: usize) -> Result<Vec<Vec<String>>, ReceiveError> {
    let bytes = read_limited(content, WORKBOOK_BYTES_MAX)?;
    check_workbook_size(&bytes)?;
    let broken = |error: calamine::XlsxError| ReceiveError::Spreadsheet(error.to_string());
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(broken)?;
    let sheet = workbook.sheet_names().first().cloned().ok_or(ReceiveError::Empty)?;
    sheet_rows(workbook.worksheet_cells_reader(&sheet).map_err(broken)?, rows_max)
}

/// Parts records into fields. Building the automaton costs far more than a record, so it is kept.
struct RecordParser {
    automaton: csv_core::Reader,
    delimiter: u8,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl RecordParser {
    fn new(delimiter: u8) -> Self {
        // A carriage return inside a record is a letter like others: only line feeds end a record.
        let terminator = csv_core::Terminator::Any(b'\n');
        let automaton = csv_core::ReaderBuilder::new().delimiter(delimiter).terminator(terminator).build();
        Self { automaton, delimiter, text: Vec::new(), ends: Vec::new() }
    }

    /// The fields of a record whose encoding is not known yet; none when it has an open quote.
    fn parse_any(&mut self, record: &RawRecord) -> Vec<String> {
        let fields = self.parse(record, Encoding::Utf8 { bom: false });
        fields.or_else(|_| self.parse(record, Encoding::Windows1252)).unwrap_or_default()
    }

    fn parse(&mut self, record: &RawRecord, encoding: Encoding) -> Result<Vec<String>, RowError> {
        if record.unclosed {
            return Err(RowError::UnclosedQuote);
        }
        self.automaton.reset();
        self.text.resize(record.bytes.len() + 1, 0);
        self.ends.resize(memchr::memchr_iter(self.delimiter, &record.bytes).count() + 2, 0);
        let (_, _, written, fields) = self.automaton.read_record(&record.bytes, &mut self.text, &mut self.ends);
        // No line end stands in the record: an empty input tells the automaton that it is complete.
        let (_, _, _, more) = self.automaton.read_record(&[], &mut self.text[written..], &mut self.ends[fields..]);
        let mut start = 0;
        self.ends[..fields + more]
            .iter()
            .map(|end| {
                let field = encoding.decode(self.text.get(start..*end).unwrap_or_default());
                start = *end;
                field.map(std::borrow::Cow::into_owned).ok_or(RowError::Encoding)
            })
            .collect()
    }
}

fn check_workbook_size(bytes: &[u8]) -> Result<(), ReceiveError> {
    let truncated = |error: zip::result::ZipError| ReceiveError::Truncated(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(truncated)?;
    let mut unpacked = 0u64;
    for index in 0..archive.len() {
        unpacked += archive.by_index_raw(index).map_err(truncated)?.size();
    }
    let bomb = unpacked > WORKBOOK_UNPACKED_MAX || unpacked / (bytes.len() as u64).max(1) > unwrap::RATIO_MAX;
    if bomb { Err(ReceiveError::Bomb) } else { Ok(()) }
}

/// Text of a cell: dates as ISO 8601, whole numbers without a decimal point.
fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::DateTime(moment) => moment_text(*moment),
        other => other.to_string(),
    }
}

/// A moment of a workbook, of either of its date systems; a serial below 1 is a time of day.
fn moment_text(moment: calamine::ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    // Serials are fractions: 21:30 may come as 21:29:59.999.
    let seconds = u32::from(hour) * 3600 + u32::from(minute) * 60 + u32::from(second) + u32::from(milli >= 500);
    let time = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (moment.as_f64() < 1.0, seconds) {
        (true, _) => time,
        (false, 0) => format!("{year:04}-{month:02}-{day:02}"),
        (false, _) => format!("{year:04}-{month:02}-{day:02} {time}"),
    }
}

/// The rows of a sheet that hold anything, cell by cell: a sheet may claim a size that no memory holds.
fn sheet_rows<RS: Read + io::Seek>(
    mut cells: XlsxCellReader<'_, RS>,
    rows_max: usize,
) -> Result<Vec<Vec<String>>, ReceiveError> {
    let broken = |error: calamine::XlsxError| ReceiveError::Spreadsheet(error.to_string());
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut current = None;
    let mut total = 0usize;
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let text = cell_text(&Data::from(cell.get_value().clone()));
        if text.is_empty() {
            continue;
        }
        if current != Some(row) {
            if rows.len() == rows_max {
                break;
            }
            current = Some(row);
            rows.push(Vec::new());
        }
        let column = column as usize;
        let fields = rows.last_mut().ok_or(ReceiveError::Empty)?;
        total += (column + 1).saturating_sub(fields.len());
        if total > WORKBOOK_CELLS_MAX || column > WORKBOOK_COLUMNS_MAX {
            return Err(ReceiveError::Bomb);
        }
        fields.resize(fields.len().max(column + 1), String::new());
        fields[column] = text;
    }
    Ok(rows)
}

fn csv_line(fields: &[String]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    let written = writer.write_record(fields).is_ok();
    let mut line = writer.into_inner().unwrap_or_default();
    line.truncate(line.len().saturating_sub(usize::from(written)).min(RECORD_BYTES_MAX));
    line
}

fn feature_fields(text: &str, header: &Header) -> Result<Vec<String>, RowError> {
    let feature: geojson::Feature = serde_json::from_str(text).map_err(|_| RowError::Feature)?;
    let position = match feature.geometry.as_ref().map(|geometry| &geometry.value) {
        None => None,
        Some(geojson::GeometryValue::Point { coordinates }) => Some(coordinates.clone()),
        Some(_) => return Err(RowError::NotAPoint),
    };
    let axis =
        |index: usize| position.as_ref().and_then(|p| p.as_slice().get(index)).map(f64::to_string).unwrap_or_default();
    let property = |name: &String| feature.property(name).map(scalar).unwrap_or_default();
    Ok(header.names().iter().enumerate().map(|(i, name)| if i < 2 { axis(i) } else { property(name) }).collect())
}

/// The text of a JSON value; nothing for null.
fn scalar(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The fields of a flat object, in the order of the header; names are compared as those of columns.
fn record_fields(text: &str, header: &Header) -> Result<Vec<String>, RowError> {
    let object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|_| RowError::Feature)?;
    let mut fields = vec![String::new(); header.names.len()];
    for (name, value) in &object {
        let Some(column) = header.find(&[name]) else { continue };
        if value.is_object() || value.is_array() {
            return Err(RowError::Feature);
        }
        fields[column] = scalar(value);
    }
    Ok(fields)
}

/// A row with as many fields as the header, if only blank ones are missing or too many.
fn close_end(mut fields: Vec<String>, header: &Header) -> Vec<String> {
    let width = header.names.len();
    while fields.len() > width && fields.last().is_some_and(|field| field.trim().is_empty()) {
        fields.pop();
    }
    let unnamed = header.names.iter().skip(fields.len()).all(|name| name.trim().is_empty());
    if fields.len() < width && unnamed {
        fields.resize(width, String::new());
    }
    fields
}
