//! The official files that stay outside the project.

use calamine::{Data, Reader as _, Xlsx};
use std::path::PathBuf;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");

/// A file of the shared data; `None`, said aloud, where it is not there.
pub fn file(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(FOLDER).join(name);
    if path.is_file() {
        return Some(path);
    }
    eprintln!("SKIPPED: the shared data has no {name}");
    None
}

/// Rows of a CSV file in any of the encodings of the sources, header first.
pub fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.expect("a row").iter().map(str::to_owned).collect()).collect()
}

/// Rows of the first sheet of a workbook, header first.
pub fn xlsx_rows(path: &PathBuf) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("cells");
    let text = |cell: &Data| cell.to_string();
    sheet.rows().map(|row| row.iter().map(text).collect()).collect()
}
