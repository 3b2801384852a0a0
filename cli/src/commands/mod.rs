//! One command a file.

pub mod analysis;
pub mod change;
pub mod check;
pub mod claim;
pub mod completeness;
pub mod concentration;
pub mod count;
pub mod datasets;
pub mod density;
pub mod diff;
pub mod export;
pub mod filters;
pub mod hotspots;
pub mod import;
pub mod indicator;
pub mod ledger;
pub mod near_repeat;
pub mod openapi;
pub mod places;
pub mod progress;
pub mod publish;
pub mod revisions;
pub mod sample;
pub mod scan;
pub mod serve;
pub mod territory;
pub mod verify;
pub mod witness;

use std::io::{self, Write as _};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tequio_archive::HashingWriter;
use tequio_archive::ledger::{BuiltIn, EntryKind, Seal};
use tequio_crime_map::jobs::{Bounds, Means};
use tequio_reference::{Catalogue, CatalogueKind, catalogues};

/// Writes to the standard output; a reader that left is an error that `main` takes for the end.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Writes a JSON value, indented, with a line end.
pub fn print_json(value: &serde_json::Value) -> anyhow::Result<()> {
    print(&format!("{value:#}\n"))
}

/// The rows of a CSV table, the names of its columns first.
pub fn in_rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    let rows = reader.records().flatten();
    rows.map(|row| row.iter().map(str::to_owned).collect()).collect()
}

/// Rows of text, each column as wide as its widest text.
pub fn columns(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|text| text.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// A value for people to read: of a fraction the digits that mean something; JSON and CSV have all.
pub fn brief(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Number(number) if number.is_f64() => number.as_f64().map_or_else(String::new, brief_number),
        other => other.to_string(),
    }
}

/// Significant digits of a fraction; whole parts keep theirs.
const DIGITS: i32 = 4;
/// Below this a fraction is written with its power of ten, so that a small p-value is never 0.
const PLAIN_MIN: f64 = 1e-4;

fn brief_number(number: f64) -> String {
    if number == 0.0 || !number.is_finite() {
        return number.to_string();
    }
    if number.abs() < PLAIN_MIN {
        let text = format!("{number:.*e}", DIGITS as usize - 1);
        return text.split_once('e').map_or(text.clone(), |(digits, power)| format!("{}e{power}", shortened(digits)));
    }
    let whole = number.abs().log10().floor() as i32 + 1;
    // Between 0 and 7, since the number is not below `PLAIN_MIN`.
    shortened(&format!("{number:.*}", (DIGITS - whole).max(0) as usize)).to_owned()
}

/// Decimals without the zeros at their end.
fn shortened(text: &str) -> &str {
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => text,
    }
}

/// Now, RFC 3339 in UTC, to the second.
pub fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// 32 random bytes from the operating system.
pub fn seed() -> io::Result<[u8; 32]> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(io::Error::other)?;
    Ok(seed)
}

/// What jobs need: the clock, and names that nobody can guess.
pub fn means() -> Means {
    Means { clock: running, random }
}

/// How much jobs may take of this machine.
pub fn bounds() -> Bounds {
    Bounds::of_cores(std::thread::available_parallelism().map_or(1, usize::from))
}

/// Time since it was asked for the first time.
pub fn running() -> Duration {
    static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now);
    FIRST.elapsed()
}

fn random() -> io::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

/// What the ledger needs to record: the clock, randomness and who writes.
pub fn seal(origin: Option<String>) -> Seal {
    Seal {
        now: Box::new(now),
        seed: Box::new(seed),
        origin,
        writer: format!("tequio (process {})", std::process::id()),
        built_in,
    }
}

/// The catalogues inside the program, as the ledger records them.
pub fn built_in() -> Vec<BuiltIn> {
    catalogues().into_iter().filter_map(|catalogue| describe(&catalogue).ok()).collect()
}

/// The content of a catalogue is the SHA-256 of the hashes of its files, each on a line.
fn describe(catalogue: &Catalogue) -> io::Result<BuiltIn> {
    let mut whole = HashingWriter::new(io::sink());
    for file in &catalogue.files {
        let mut one = HashingWriter::new(io::sink());
        one.write_all(file)?;
        writeln!(whole, "{}", one.finish().0)?;
    }
    let kind = match catalogue.kind {
        CatalogueKind::Layer => EntryKind::Layer,
        CatalogueKind::Taxonomy => EntryKind::Taxonomy,
    };
    let (name, edition) = (catalogue.name.to_owned(), catalogue.edition.to_owned());
    Ok(BuiltIn { kind, name, edition, sha256: whole.finish().0 })
}

/// A temporary file is the owner's alone; an export is read like any other file.
pub fn readable(file: &std::path::Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_fraction_has_the_digits_that_mean_something() {
        let texts = [json!(0.123_456_789), json!(12.345_678), json!(123_456.78), json!(-2.0), json!(0.000_123_456)];
        assert_eq!(texts.map(|value| brief(&value)), ["0.1235", "12.35", "123457", "-2", "0.0001235"]);
        assert_eq!(
            [json!(1_234_567), json!("a"), json!(null), json!(0.0)].map(|value| brief(&value)),
            ["1234567", "a", "", "0"]
        );
    }

    #[test]
    fn a_small_fraction_is_never_written_as_nothing() {
        let texts = [json!(1e-20), json!(1.234_56e-7), json!(-0.000_099), json!(1e-4), json!(f64::MIN_POSITIVE)];
        assert_eq!(texts.map(|value| brief(&value)), ["1e-20", "1.235e-7", "-9.9e-5", "0.0001", "2.225e-308"]);
    }
}
