//! Official counts as CSV (RFC 4180, UTF-8), one line a figure in canonical order, and back.
//!
//! A spreadsheet takes a text that begins with `=`, `+`, `-` or `@` for a formula. Such a text gets an apostrophe before
//! it, and so does one that begins with an apostrophe: whoever reads removes one, and has the text letter by letter.

use crate::ledger::{RowsBuilder, RowsTree};
use crate::{ArchiveError, counts};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use tequio_kernel::official::NamedCode;
use tequio_kernel::{Cell, CountTable, Group};

/// Columns before the dimensions of the groups.
const BEFORE: [&str; 4] = ["place", "place_name", "offence", "offence_name"];
/// Columns after them.
const AFTER: [&str; 3] = ["period", "value", "state"];
/// First letters that a spreadsheet may take for a formula (OWASP, CSV injection), and our own mark.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\''];

/// A text as it may stand in a file that a spreadsheet opens.
pub fn neutral(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

fn original(text: &str) -> &str {
    text.strip_prefix('\'').unwrap_or(text)
}

/// A text as a field: neutral, and quoted where it has to be.
fn field(text: &str) -> String {
    let text = neutral(text);
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.into_owned() }
}

/// Writes a table; answers the columns of its dimensions.
///
/// # Errors
/// [`ArchiveError::Io`] when the disk refuses.
pub fn write_counts_csv(path: &Path, table: &CountTable) -> Result<Vec<String>, ArchiveError> {
    let dimensions = counts::dimensions(&table.groups);
    let file = File::create(path).map_err(ArchiveError::io(path))?;
    write(BufWriter::with_capacity(1 << 20, file), table, &dimensions).map_err(ArchiveError::io(path))?;
    Ok(dimensions)
}

fn write(mut out: impl std::io::Write, table: &CountTable, dimensions: &[String]) -> std::io::Result<()> {
    let named = |list: &[NamedCode]| -> Vec<String> {
        list.iter().map(|named| format!("{},{}", field(&named.code), field(&named.name))).collect()
    };
    let (places, offences) = (named(&table.places), named(&table.offences));
    let group = |group: &Group| -> String {
        dimensions
            .iter()
            .map(|name| format!(",{}", group.get(name).map(|value| field(value)).unwrap_or_default()))
            .collect()
    };
    let groups: Vec<String> = table.groups.iter().map(group).collect();
    let step = |column| table.step(column).map(|step| step.to_string()).unwrap_or_default();
    let steps: Vec<String> = (0..table.periods).map(step).collect();
    let header = BEFORE.into_iter().chain(dimensions.iter().map(String::as_str)).chain(AFTER);
    writeln!(out, "{}", header.map(field).collect::<Vec<_>>().join(","))?;
    for (index, key) in table.series.iter().enumerate() {
        let head =
            [&places[key.place as usize], ",", &offences[key.offence as usize], &groups[key.group as usize]].concat();
        for (step, code) in steps.iter().zip(table.row(index)) {
            let cell = Cell::decode(*code);
            let Some(state) = cell.state() else { continue };
            match cell.value() {
                Some(value) => writeln!(out, "{head},{step},{value},{state}")?,
                None => writeln!(out, "{head},{step},,{state}")?,
            }
        }
    }
    out.flush()
}

/// The lines of a file as the rows that the tree over an edition is made of.
pub struct CsvRows {
    reader: csv::Reader<File>,
    dimensions: Vec<String>,
}

impl CsvRows {
    /// Opens a file that [`write_counts_csv`] wrote.
    ///
    /// # Errors
    /// [`ArchiveError`] when it cannot be read or has other columns.
    pub fn open(path: &Path) -> Result<Self, ArchiveError> {
        let file = File::open(path).map_err(ArchiveError::io(path))?;
        let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 20).from_reader(file);
        let header: Vec<String> =
            reader.headers().map_err(|error| ArchiveError::damaged(path, error))?.iter().map(str::to_owned).collect();
        let dimensions = dimensions_of(&header)
            .ok_or_else(|| ArchiveError::damaged(path, "its columns are not those of official counts"))?;
        Ok(Self { reader, dimensions })
    }

    /// The tree over its rows.
    ///
    /// # Errors
    /// The line that is no figure, in words.
    pub fn tree(mut self) -> Result<RowsTree, String> {
        let mut rows = RowsBuilder::default();
        let mut record = csv::StringRecord::new();
        while self.reader.read_record(&mut record).map_err(|error| error.to_string())? {
            let row = self.row(&record).ok_or_else(|| {
                format!("line {} is no figure", record.position().map(csv::Position::line).unwrap_or_default())
            })?;
            rows.push(&row);
        }
        Ok(rows.finish())
    }

    fn row(&self, record: &csv::StringRecord) -> Option<Vec<u8>> {
        let text = |at: usize| record.get(at).map(original);
        let given = self.dimensions.iter().enumerate().filter_map(|(at, name)| Some((name, text(BEFORE.len() + at)?)));
        let group: BTreeMap<&String, &str> = given.filter(|(_, value)| !value.is_empty()).collect();
        let after = BEFORE.len() + self.dimensions.len();
        let (period, value, state) = (text(after)?, record.get(after + 1)?, text(after + 2)?);
        let value = if value.is_empty() { None } else { Some(value.parse().ok()?) };
        let state = Cell::of(state, value)?.state()?;
        counts::row_of(&group, text(2)?, text(0)?, period, (state, value))
    }
}

fn dimensions_of(header: &[String]) -> Option<Vec<String>> {
    let middle = header.len().checked_sub(BEFORE.len() + AFTER.len())?;
    let (before, rest) = header.split_at(BEFORE.len());
    let (dimensions, after) = rest.split_at(middle);
    (before == BEFORE && after == AFTER).then(|| dimensions.iter().map(|name| original(name).to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows_tree;
    use proptest::prelude::*;
    use tequio_kernel::{CountTableBuilder, Frequency, Step};

    fn table(texts: &[String]) -> CountTable {
        let mut builder = CountTableBuilder::default();
        for (at, text) in texts.iter().enumerate() {
            let group = if text.is_empty() { Group::new() } else { Group::from([("=sex".to_owned(), text.clone())]) };
            let series = builder.series((&format!("{text}{at}"), text), (text, text), &group);
            for (index, cell) in (24_180..).zip([Cell::Observed(at as u64), Cell::Missing, Cell::NotYetObserved]) {
                builder.put(series, Step::at(Frequency::Month, index).expect("a month"), cell).expect("new");
            }
        }
        builder.build()
    }

    proptest! {
        #[test]
        fn rows_come_back_letter_by_letter(texts in proptest::collection::vec("['=+@,\"\n\r\ta-é ]{0,6}", 1..12)) {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("counts.csv");
            let table = table(&texts);
            write_counts_csv(&path, &table).expect("written");
            let tree = CsvRows::open(&path).expect("opened").tree().expect("figures");
            prop_assert_eq!(tree, rows_tree(&table));
        }
    }

    #[test]
    fn nothing_begins_like_a_formula() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("counts.csv");
        let texts = ["=1+1", "+1", "-1", "@x", "\tx", "'x", "x"].map(str::to_owned);
        write_counts_csv(&path, &table(&texts)).expect("written");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(&path).expect("opened");
        let fields: Vec<String> = reader
            .records()
            .flat_map(|record| record.expect("a record").iter().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        assert!(fields.len() > 100);
        assert!(fields.iter().all(|field| !field.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{fields:?}");
    }

    #[test]
    fn another_header_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("counts.csv");
        for text in ["", "place,period\n", "place,place_name,offence,offence_name,period,state,value\n"] {
            std::fs::write(&path, text).expect("written");
            assert!(CsvRows::open(&path).is_err(), "{text}");
        }
    }
}
