//! The first sheet of a workbook, within stated limits.

use crate::{Content, RECORD_BYTES_MAX, ReceiveError, read_limited, unwrap};
use calamine::{Data, Reader as _, Xlsx, XlsxCellReader};
use std::io::{self, Cursor, Read};

/// Largest workbook held in memory while it is read, in bytes as stored.
const WORKBOOK_BYTES_MAX: u64 = 512 << 20;
/// Largest sum of the unpacked parts of a workbook, in bytes.
const WORKBOOK_UNPACKED_MAX: u64 = 4 << 30;
/// Most cells of a sheet, empty ones between them included.
const WORKBOOK_CELLS_MAX: usize = 100_000_000;
/// Seconds of a day.
const DAY_S: u32 = 86_400;
/// Most columns of a sheet.
const WORKBOOK_COLUMNS_MAX: usize = 2_000;

/// At most `rows_max` rows of a workbook's first sheet that hold anything.
pub(super) fn first_sheet(content: Content, rows_max: usize) -> Result<Vec<Vec<String>>, ReceiveError> {
    let bytes = read_limited(content, WORKBOOK_BYTES_MAX)?;
    check_workbook_size(&bytes)?;
    let broken = |error: calamine::XlsxError| ReceiveError::Spreadsheet(error.to_string());
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(broken)?;
    let sheet = workbook.sheet_names().first().cloned().ok_or(ReceiveError::Empty)?;
    sheet_rows(workbook.worksheet_cells_reader(&sheet).map_err(broken)?, rows_max)
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
    // Serials are fractions: 21:30 may come as 21:29:59.999. A day ends with its last second all the same.
    let seconds = u32::from(hour) * 3600 + u32::from(minute) * 60 + u32::from(second) + u32::from(milli >= 500);
    let seconds = seconds.min(DAY_S - 1);
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

pub(super) fn csv_line(fields: &[String]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    let written = writer.write_record(fields).is_ok();
    let mut line = writer.into_inner().unwrap_or_default();
    line.truncate(line.len().saturating_sub(usize::from(written)).min(RECORD_BYTES_MAX));
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    #[test]
    fn a_moment_is_told_to_the_second_and_stays_on_its_day() {
        let told = |days: f64, seconds: f64| {
            moment_text(ExcelDateTime::new(days + seconds / 86_400.0, ExcelDateTimeType::DateTime, false))
        };
        assert_eq!(told(0.0, 86_399.6), "23:59:59");
        assert_eq!(told(43_956.0, 86_399.6), "2020-05-05 23:59:59");
        assert_eq!(told(43_956.0, 77_399.999), "2020-05-05 21:30:00");
        assert_eq!((told(43_956.0, 0.0).as_str(), told(0.0, 43_200.2).as_str()), ("2020-05-05", "12:00:00"));
    }
}
