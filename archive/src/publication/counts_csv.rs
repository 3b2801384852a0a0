//! Official counts as CSV (RFC 4180, UTF-8), one line a figure in canonical order, and back.
//!
//! A spreadsheet takes a text that begins with `=`, `+`, `-` or `@` for a formula. Such a text gets an apostrophe before
//! it, and so does one that begins with an apostrophe: whoever reads removes one, and has the text letter by letter.

use super::{COUNTS_CSV_FILE, COUNTS_CSV_GZ_FILE, Files};
use crate::ledger::{RowsBuilder, RowsTree};
use crate::{ArchiveError, counts};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use tequio_kernel::official::NamedCode;
use tequio_kernel::{Cell, CountTable, Group};

/// Columns before the dimensions of the groups.
const BEFORE: [&str; 4] = ["place", "place_name", "offence", "offence_name"];
/// Columns after them.
const AFTER: [&str; 3] = ["period", "value", "state"];
/// Longest line of a compressed file on average, in bytes: codes and names of places and offences are far shorter.
const LINE_BYTES_MAX: u64 = 16 << 10;
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

/// The figures of an edition as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountsCsv {
    /// Name of the file, below the folder of the edition.
    pub file: &'static str,
    /// Columns of its dimensions.
    pub dimensions: Vec<String>,
}

impl Files {
    /// Writes a table as text below the folder of an edition: as it is, or compressed where it is larger than so many
    /// bytes.
    ///
    /// # Errors
    /// [`ArchiveError::Io`] when the disk refuses.
    pub fn write_counts(
        &mut self,
        folder: &str,
        table: &CountTable,
        plain_bytes_max: u64,
    ) -> Result<CountsCsv, ArchiveError> {
        let dimensions = counts::dimensions(&table.groups);
        let plain = format!("{folder}/{COUNTS_CSV_FILE}");
        let mut too_large = false;
        let written = self.create(&plain, |out| {
            let mut out = Bounded { out, left: plain_bytes_max };
            let written = write(&mut out, table, &dimensions);
            too_large = written.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::FileTooLarge);
            written
        });
        if !too_large {
            return written.map(|_| CountsCsv { file: COUNTS_CSV_FILE, dimensions });
        }
        let path = self.folder().join(&plain);
        std::fs::remove_file(&path).map_err(ArchiveError::io(&path))?;
        self.create(&format!("{folder}/{COUNTS_CSV_GZ_FILE}"), |out| {
            // Its header tells no time and no name, so that the same figures are the same bytes.
            let mut out = BufWriter::with_capacity(1 << 16, GzEncoder::new(out, Compression::default()));
            write(&mut out, table, &dimensions)?;
            out.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish().map(|_| ())
        })?;
        Ok(CountsCsv { file: COUNTS_CSV_GZ_FILE, dimensions })
    }
}

/// Takes so many bytes and refuses more.
struct Bounded<W> {
    out: W,
    left: u64,
}

impl<W: Write> Write for Bounded<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        let left = self.left.checked_sub(written as u64);
        self.left = left.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::FileTooLarge))?;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

fn write(out: &mut impl Write, table: &CountTable, dimensions: &[String]) -> std::io::Result<()> {
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
    reader: csv::Reader<Box<dyn Read + Send>>,
    dimensions: Vec<String>,
    rows: u64,
}

impl CsvRows {
    /// Opens a file that [`Files::write_counts`] wrote, of so many rows.
    ///
    /// # Errors
    /// [`ArchiveError`] when it cannot be read or has other columns.
    pub fn open(path: &Path, rows: u64) -> Result<Self, ArchiveError> {
        let file = File::open(path).map_err(ArchiveError::io(path))?;
        let is_compressed = path.extension().is_some_and(|end| end == "gz");
        let text: Box<dyn Read + Send> = if is_compressed {
            // A small file may hold a text without end.
            let bytes_max = rows.saturating_mul(LINE_BYTES_MAX).saturating_add(LINE_BYTES_MAX);
            Box::new(MultiGzDecoder::new(BufReader::with_capacity(1 << 16, file)).take(bytes_max))
        } else {
            Box::new(file)
        };
        let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 20).from_reader(text);
        let header: Vec<String> =
            reader.headers().map_err(|error| ArchiveError::damaged(path, error))?.iter().map(str::to_owned).collect();
        let dimensions = dimensions_of(&header)
            .ok_or_else(|| ArchiveError::damaged(path, "its columns are not those of official counts"))?;
        Ok(Self { reader, dimensions, rows })
    }

    /// The tree over its rows.
    ///
    /// # Errors
    /// The line that is no figure or one too many, in words.
    pub fn tree(mut self) -> Result<RowsTree, String> {
        let mut rows = RowsBuilder::default();
        let (mut record, mut shared, mut row) = (csv::StringRecord::new(), Shared::default(), Vec::new());
        let mut left = self.rows;
        while self.reader.read_record(&mut record).map_err(|error| error.to_string())? {
            let line = || record.position().map(csv::Position::line).unwrap_or_default();
            left = left
                .checked_sub(1)
                .ok_or_else(|| format!("line {} is one more than its {} rows", line(), self.rows))?;
            self.write(&record, &mut shared, &mut row).ok_or_else(|| format!("line {} is no figure", line()))?;
            rows.push(&row);
        }
        Ok(rows.finish())
    }

    /// The canonical row of a line, in place of what `row` holds; `None` for a line that is no figure.
    fn write(&self, record: &csv::StringRecord, shared: &mut Shared, row: &mut Vec<u8>) -> Option<()> {
        shared.take(record, &self.dimensions)?;
        let after = BEFORE.len() + self.dimensions.len();
        let (period, value, state) = (record.get(after)?, record.get(after + 1)?, record.get(after + 2)?);
        let value = if value.is_empty() { None } else { Some(value.parse::<u64>().ok()?) };
        let state = Cell::of(original(state), value)?.state()?;
        row.clear();
        row.extend_from_slice(&shared.head);
        serde_json::to_writer(&mut *row, original(period)).ok()?;
        row.extend_from_slice(&shared.middle);
        match value {
            Some(value) => write!(row, ",\"state\":\"{state}\",\"value\":{value}}}").ok(),
            None => write!(row, ",\"state\":\"{state}\",\"value\":null}}").ok(),
        }
    }
}

/// What the rows of a series share, written once: the lines of a series stand one after the other.
#[derive(Default)]
struct Shared {
    key: Vec<String>,
    /// From the beginning of a row to its period.
    head: Vec<u8>,
    /// From its period to its state.
    middle: Vec<u8>,
}

impl Shared {
    fn take(&mut self, record: &csv::StringRecord, dimensions: &[String]) -> Option<()> {
        let fields = || [2, 0].into_iter().chain(BEFORE.len()..BEFORE.len() + dimensions.len());
        let is_same = !self.key.is_empty() && fields().zip(&self.key).all(|(at, known)| record.get(at) == Some(known));
        if is_same {
            return Some(());
        }
        self.key = fields().map(|at| record.get(at).map(str::to_owned)).collect::<Option<_>>()?;
        let (code, values) = (original(self.key.first()?), self.key.get(2..)?);
        let given = dimensions.iter().zip(values).map(|(name, value)| (name, original(value)));
        let group: BTreeMap<&String, &str> = given.filter(|(_, value)| !value.is_empty()).collect();
        let quoted = |text: &str| serde_json::to_string(text).ok();
        let group = serde_json::to_string(&group).ok()?;
        self.head = format!("{{\"group\":{},\"offence\":{},\"period\":", group, quoted(code)?).into_bytes();
        self.middle = format!(",\"place\":{}", quoted(original(self.key.get(1)?))?).into_bytes();
        Some(())
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
            let table = table(&texts);
            let rows = table.figures().count() as u64;
            for (plain_bytes_max, name) in [(u64::MAX, COUNTS_CSV_FILE), (0, COUNTS_CSV_GZ_FILE)] {
                let mut files = Files::new(folder.path());
                let csv = files.write_counts("x", &table, plain_bytes_max).expect("written");
                prop_assert_eq!(csv.file, name);
                let path = folder.path().join("x").join(name);
                let (sha256, _) = crate::sha256_file(&path).expect("read");
                prop_assert_eq!(files.sum(&format!("x/{name}")).map(|sum| sum.0.to_owned()), Some(sha256));
                let tree = CsvRows::open(&path, rows).expect("opened").tree().expect("figures");
                prop_assert_eq!(tree, rows_tree(&table));
                prop_assert!(CsvRows::open(&path, rows - 1).expect("opened").tree().is_err());
            }
        }
    }

    #[test]
    fn nothing_begins_like_a_formula() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x/counts.csv");
        let texts = ["=1+1", "+1", "-1", "@x", "\tx", "'x", "x"].map(str::to_owned);
        Files::new(folder.path()).write_counts("x", &table(&texts), u64::MAX).expect("written");
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
            assert!(CsvRows::open(&path, 1).is_err(), "{text}");
        }
    }

    #[test]
    fn a_file_is_compressed_from_the_byte_on_that_is_too_many() {
        let folder = tempfile::tempdir().expect("a folder");
        let table = table(&["a".to_owned(), "b".to_owned()]);
        let mut files = Files::new(folder.path());
        files.write_counts("x", &table, u64::MAX).expect("written");
        let (_, bytes) = files.sum("x/counts.csv").expect("known");
        assert_eq!(files.write_counts("y", &table, bytes).expect("written").file, COUNTS_CSV_FILE);
        assert_eq!(files.write_counts("z", &table, bytes - 1).expect("written").file, COUNTS_CSV_GZ_FILE);
        assert!(!folder.path().join("z/counts.csv").exists() && files.sum("z/counts.csv").is_none());
        let again = files.sum("z/counts.csv.gz").map(|(sha256, _)| sha256.to_owned());
        files.write_counts("again", &table, 0).expect("written");
        assert_eq!(files.sum("again/counts.csv.gz").map(|(sha256, _)| sha256.to_owned()), again);
    }

    #[test]
    fn a_small_file_that_holds_a_text_without_end_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("counts.csv.gz");
        let mut out = GzEncoder::new(File::create(&path).expect("created"), Compression::fast());
        out.write_all(b"place,place_name,offence,offence_name,period,value,state\n\"").expect("written");
        (0..64).for_each(|_| out.write_all(&[b'x'; 1 << 20]).expect("written"));
        out.finish().expect("written");
        let rows = CsvRows::open(&path, 2).expect("opened");
        assert!(rows.tree().is_err());
    }
}
