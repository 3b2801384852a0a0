//! The first and the last records of a file, which tell one format from another.

use super::parser::{RecordParser, skip_bom};
use super::workbook::first_sheet;
use crate::{Kind, RawRecord, ReceiveError, RecordSplitter, Wrapping, kind_of, open, unwrap};
use std::collections::VecDeque;
use std::io::{self, BufReader};
use std::path::Path;

/// The first records of a file, as far as it is a table: what tells one format from another.
///
/// GeoJSON and JSON give none.
///
/// # Errors
/// [`ReceiveError`] when the file cannot be read or is no table.
pub fn first_records(path: &Path, count: usize) -> Result<Vec<Vec<String>>, ReceiveError> {
    let wrapping = unwrap::detect(path)?;
    if wrapping == Wrapping::Xlsx {
        return first_sheet(open(path, wrapping)?, count);
    }
    let mut reader = BufReader::with_capacity(1 << 18, open(path, wrapping)?);
    let start = io::BufRead::fill_buf(&mut reader).map_err(unwrap::read_error)?;
    if kind_of(start, wrapping)? != Kind::Text {
        return Ok(Vec::new());
    }
    let delimiter = skip_bom(&mut reader)?;
    let mut splitter = RecordSplitter::new(reader, delimiter);
    let mut parser = RecordParser::new(delimiter);
    let mut records = Vec::with_capacity(count);
    while records.len() < count {
        let Some(record) = splitter.next_record().map_err(unwrap::read_error)? else { break };
        records.push(parser.parse_any(record));
    }
    Ok(records)
}

/// The last records of a file, as far as it is a table: where sources stand. The whole file is read.
///
/// # Errors
/// [`ReceiveError`] when the file cannot be read or is no table.
pub fn last_records(path: &Path, count: usize) -> Result<Vec<Vec<String>>, ReceiveError> {
    let wrapping = unwrap::detect(path)?;
    if wrapping == Wrapping::Xlsx {
        let mut rows = first_sheet(open(path, wrapping)?, usize::MAX)?;
        return Ok(rows.split_off(rows.len().saturating_sub(count)));
    }
    let mut reader = BufReader::with_capacity(1 << 18, open(path, wrapping)?);
    let delimiter = skip_bom(&mut reader)?;
    let mut splitter = RecordSplitter::new(reader, delimiter);
    let mut last = VecDeque::with_capacity(count + 1);
    while let Some(record) = splitter.next_record().map_err(unwrap::read_error)? {
        last.push_back((record.bytes.to_vec(), record.unclosed));
        last.drain(..last.len().saturating_sub(count));
    }
    let mut parser = RecordParser::new(delimiter);
    Ok(last.iter().map(|(bytes, unclosed)| parser.parse_any(RawRecord { bytes, unclosed: *unclosed })).collect())
}
