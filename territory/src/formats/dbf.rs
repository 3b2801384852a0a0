//! The table of a Shapefile (dBASE III and later), decoded here because codes must come through
//! whole: deleted rows keep their place beside the shapes, numbers keep every digit that the file
//! wrote, and text keeps its accents.

use crate::error::TerritoryError;
use crate::table::Value;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

const FORMAT: &str = "table (.dbf) of the Shapefile";
const HEADER_BYTES: usize = 32;
const FIELD_BYTES: usize = 32;
const FIELDS_END: u8 = 0x0d;
const DELETED: u8 = b'*';

/// Fields and rows; a deleted row is `None`.
#[derive(Debug)]
pub(crate) struct Dbf {
    pub columns: Vec<String>,
    pub rows: Vec<Option<Vec<Value>>>,
}

struct Column {
    name: String,
    kind: u8,
    start: usize,
    end: usize,
}

/// Reads the table; `label` is the text of the `.cpg` file, which names the encoding.
pub(crate) fn read(bytes: &[u8], label: Option<&str>) -> Result<Dbf, TerritoryError> {
    let damaged = |detail: &str| TerritoryError::damaged(FORMAT, detail);
    let header = bytes.get(..HEADER_BYTES).ok_or_else(|| damaged("no header"))?;
    let rows = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
    let start = usize::from(u16::from_le_bytes([header[8], header[9]]));
    let width = usize::from(u16::from_le_bytes([header[10], header[11]]));
    let encoding = named_encoding(label)?;
    let fields = bytes.get(HEADER_BYTES..start).ok_or_else(|| damaged("the header is cut short"))?;
    let columns = columns(fields, encoding);
    if width == 0 || columns.last().is_none_or(|column| column.end > width) {
        return Err(damaged("the fields do not fit in a row"));
    }
    let needed = rows.checked_mul(width).and_then(|length| length.checked_add(start));
    if needed.is_none_or(|needed| needed > bytes.len()) {
        return Err(damaged(&format!("it announces {rows} rows and is too short for them")));
    }
    let rows = bytes[start..].chunks_exact(width).take(rows).map(|row| read_row(row, &columns, encoding)).collect();
    Ok(Dbf { columns: columns.into_iter().map(|column| column.name).collect(), rows })
}

fn named_encoding(label: Option<&str>) -> Result<Option<&'static Encoding>, TerritoryError> {
    let Some(label) = label.map(|text| text.trim_start_matches('\u{feff}').trim()).filter(|text| !text.is_empty())
    else {
        return Ok(None);
    };
    let known = match label.to_ascii_uppercase().as_str() {
        "65001" => Some(UTF_8),
        "1252" | "ANSI 1252" | "CP1252" | "LDID/87" | "88591" | "8859_1" | "8859-1" => Some(WINDOWS_1252),
        _ => Encoding::for_label(label.as_bytes()),
    };
    known
        .map(Some)
        .ok_or_else(|| TerritoryError::damaged(FORMAT, format!("unknown encoding `{label}` in the .cpg file")))
}

fn columns(fields: &[u8], encoding: Option<&'static Encoding>) -> Vec<Column> {
    let mut end = 1;
    fields
        .chunks_exact(FIELD_BYTES)
        .take_while(|field| field[0] != FIELDS_END)
        .map(|field| {
            let name = field[..11].split(|byte| *byte == 0).next().unwrap_or_default();
            let start = end;
            end += usize::from(field[16]);
            Column { name: decode(name, encoding), kind: field[11], start, end }
        })
        .collect()
}

fn read_row(row: &[u8], columns: &[Column], encoding: Option<&'static Encoding>) -> Option<Vec<Value>> {
    (row[0] != DELETED).then(|| {
        columns.iter().map(|column| read_value(&row[column.start..column.end], column.kind, encoding)).collect()
    })
}

fn read_value(bytes: &[u8], kind: u8, encoding: Option<&'static Encoding>) -> Value {
    match kind {
        b'I' => bytes.try_into().map_or(Value::Null, |bytes| Value::Integer(i64::from(i32::from_le_bytes(bytes)))),
        b'B' | b'O' => bytes.try_into().map_or(Value::Null, |bytes| Value::Real(f64::from_le_bytes(bytes))),
        b'N' | b'F' => number(&decode(bytes, encoding)),
        b'M' | b'G' | b'P' => Value::Null,
        _ => text(decode(bytes, encoding)),
    }
}

fn text(text: String) -> Value {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
    if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) }
}

/// A number written as text; what is not a number (`****` is an overflow) stays text.
fn number(written: &str) -> Value {
    let trimmed = written.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
    if let Ok(integer) = trimmed.parse() {
        return Value::Integer(integer);
    }
    match trimmed.parse::<f64>() {
        Ok(real) if real.is_finite() => Value::Real(real),
        _ => text(trimmed.to_owned()),
    }
}

/// Text in the stated encoding; without one, UTF-8 where the bytes are UTF-8, else Windows-1252.
fn decode(bytes: &[u8], encoding: Option<&'static Encoding>) -> String {
    let guess = || if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 };
    encoding.unwrap_or_else(guess).decode_without_bom_handling(bytes).0.into_owned()
}
