//! Counts written as JSON and as CSV: the same for the command line and the API.

use crate::library::Answer;
use serde_json::{Map, Value, json};
use tequio_frame::table::csv_field;
use tequio_kernel::{Counts, Dimension, Key};

/// The names of the columns of a dimension.
pub fn columns(dimension: &Dimension) -> &'static [&'static str] {
    match dimension {
        Dimension::Place(_) => &["place", "name"],
        Dimension::Cell(_) => &["z", "x", "y"],
        Dimension::Street => &["street", "name"],
        Dimension::Segment => &["segment", "name"],
        Dimension::Year => &["year"],
        Dimension::Month => &["month"],
        Dimension::Weekday => &["weekday"],
        Dimension::Hour => &["hour"],
        Dimension::Offence => &["offence", "offence_name"],
        Dimension::Class => &["class"],
    }
}

fn values(key: &Key) -> Vec<Value> {
    match key {
        Key::Place { code, name } => vec![json!(code), json!(name)],
        Key::Cell { z, x, y } => vec![json!(z), json!(x), json!(y)],
        Key::Year(year) => vec![json!(year)],
        Key::Month(month) => vec![json!(month.to_string())],
        Key::Weekday(value) | Key::Hour(value) => vec![json!(value)],
        Key::Offence { code, name } => vec![json!(code), json!(name)],
        Key::Class(class) => vec![json!(class)],
    }
}

/// Column names of an answer. A name that would stand twice (places of two layers) carries the
/// dimension in front from the second time on.
fn header(counts: &Counts) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for dimension in &counts.by {
        for column in columns(dimension) {
            let name =
                if names.iter().any(|n| n == column) { format!("{dimension}:{column}") } else { (*column).to_owned() };
            names.push(name);
        }
    }
    names
}

/// The rows as objects: the fields of the dimensions, then `count`.
pub fn row_objects(counts: &Counts) -> impl Iterator<Item = Map<String, Value>> {
    let names = header(counts);
    counts.rows.iter().map(move |row| {
        let values = row.keys.iter().flat_map(values);
        let mut object: Map<String, Value> = names.iter().cloned().zip(values).collect();
        object.insert("count".to_owned(), json!(row.count));
        object
    })
}

/// What an answer says beside its rows: what was counted, and what lies in no row.
///
/// `layers` are the editions of the layers that the answer rests on, `notes` what it leaves out or takes whole.
pub fn accounts(answer: &Answer) -> Map<String, Value> {
    let Answer { edition, layers, counts, notes } = answer;
    let manifest = &edition.manifest;
    [
        ("dataset", json!(manifest.dataset)),
        ("edition", json!(manifest.edition)),
        ("by", json!(counts.by.iter().map(ToString::to_string).collect::<Vec<_>>())),
        ("layers", json!(layers)),
        ("total", json!(counts.total)),
        ("unlocated", json!(counts.unlocated)),
        ("unknown", json!(counts.unknown)),
        ("outside", json!(counts.outside)),
        ("overlaps", json!(counts.overlaps)),
        ("notes", json!(notes.iter().map(|note| note.code()).collect::<Vec<_>>())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect()
}

/// The documented JSON of an answer.
pub fn to_json(answer: &Answer) -> Value {
    let (counts, mut document) = (&answer.counts, accounts(answer));
    document.insert("rows".to_owned(), row_objects(counts).map(Value::Object).collect());
    Value::Object(document)
}

/// The rows of an answer as CSV (RFC 4180), ended by line feeds.
pub fn to_csv(counts: &Counts) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut names = header(counts);
    names.push("count".to_owned());
    // Writing into memory cannot fail.
    let _ = writer.write_record(&names);
    for row in &counts.rows {
        let fields = row.keys.iter().flat_map(values).map(|value| csv_field(&value)).chain([row.count.to_string()]);
        let _ = writer.write_record(fields);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
