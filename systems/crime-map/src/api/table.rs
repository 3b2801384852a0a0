//! Lists as CSV.

use serde_json::json;
use tequio_frame::table::csv_field;

/// A table (RFC 4180), ended by line feeds. What a spreadsheet would take for a formula is made text.
pub(super) fn csv(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory cannot fail.
    let _ = writer.write_record(header);
    for row in rows {
        let _ = writer.write_record(row.into_iter().map(|field| csv_field(&json!(field))));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
