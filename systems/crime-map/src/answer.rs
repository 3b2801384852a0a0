//! Counts written as JSON and as CSV: the same for the command line and the API.

use crate::library::{Answer, Library, LibraryError};
use crate::states::States;
use serde_json::{Map, Value, json};
use tequio_frame::table::csv_field;
use tequio_kernel::{Counts, Dimension, Key};

/// Column of the state that a place lies in.
const STATE: &str = "state";

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

/// The states of the places of an answer, for each of its dimensions; none for one whose places lie in no states.
///
/// # Errors
/// [`LibraryError`] when the territory cannot be read.
pub fn states(library: &Library, counts: &Counts) -> Result<Vec<Option<States>>, LibraryError> {
    let territory = library.territory()?;
    let states = |(at, dimension): (usize, &Dimension)| match dimension {
        Dimension::Place(name) if territory.lies_in_states(name) => {
            let codes = counts.rows.iter().filter_map(|row| code_of(row.keys.get(at)?));
            Ok(Some(States::of_codes(&territory, &*territory.layer(name)?, codes)))
        }
        _ => Ok(None),
    };
    counts.by.iter().enumerate().map(states).collect()
}

fn code_of(key: &Key) -> Option<&str> {
    match key {
        Key::Place { code, .. } => Some(code),
        _ => None,
    }
}

/// The rows of an answer as CSV (RFC 4180), ended by line feeds; last the [`states`] of its places.
pub fn to_csv(counts: &Counts, states: &[Option<States>]) -> String {
    let told: Vec<(usize, &States)> =
        states.iter().enumerate().filter_map(|(at, states)| Some((at, states.as_ref()?))).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut names = header(counts);
    names.push("count".to_owned());
    names.extend(told.iter().enumerate().map(|(n, (at, _))| match n {
        0 => STATE.to_owned(),
        _ => format!("{}:{STATE}", counts.by[*at]),
    }));
    // Writing into memory cannot fail.
    let _ = writer.write_record(&names);
    for row in &counts.rows {
        let fields = row.keys.iter().flat_map(values).map(|value| csv_field(&value)).chain([row.count.to_string()]);
        let states = told.iter().map(|(at, states)| {
            let code = row.keys.get(*at).and_then(code_of);
            csv_field(&json!(code.and_then(|code| states.of_code(code))))
        });
        let _ = writer.write_record(fields.chain(states));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
