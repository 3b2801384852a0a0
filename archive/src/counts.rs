//! Official counts as Parquet: one row a figure, in canonical order (place, offence, group, period).
//!
//! A row group holds whole series, so that groups are read apart and put together again in order. Beside the codes
//! stand the names of the source, for readers who have nothing but the file.

mod read;

use crate::ArchiveError;
use crate::incident_writer::writer_properties;
use crate::ledger::{RowsBuilder, RowsTree};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use tequio_kernel::official::{NamedCode, SeriesKey};
use tequio_kernel::{Cell, CountTable, Frequency, Group};

pub use read::read_counts;

/// Figures of a row group; it ends with the series in which this many are reached.
const GROUP_FIGURES: usize = 1 << 20;
/// Key of the file's metadata that describes the table.
const TABLE_KEY: &str = "tequio.table";
/// Columns that every table has, in order; the dimensions of its groups stand between offence and period.
const COLUMNS: [&str; 7] = ["place", "place_name", "offence", "offence_name", "period", "value", "state"];

/// What the rows do not repeat: the extent of the table, in the file's metadata.
#[derive(Serialize, Deserialize)]
struct Extent {
    frequency: Frequency,
    first: i32,
    periods: usize,
    places: Vec<(String, String)>,
    offences: Vec<(String, String)>,
    groups: Vec<Group>,
}

/// Writes a table.
///
/// # Errors
/// [`ArchiveError`] when the disk refuses.
pub fn write_counts(path: &Path, table: &CountTable) -> Result<(), ArchiveError> {
    let failed = |error: &dyn std::fmt::Display| ArchiveError::write(path, error);
    let dimensions = dimensions(&table.groups);
    let schema = schema(&dimensions);
    let file = File::create(path).map_err(ArchiveError::io(path))?;
    let properties = writer_properties(path)?.into_builder().set_max_row_group_row_count(None).build();
    let mut writer = ArrowWriter::try_new(file, schema.clone(), Some(properties)).map_err(|error| failed(&error))?;
    let lists = Lists::of(table, &dimensions);
    let mut rows = Rows::default();
    for (index, key) in table.series.iter().enumerate() {
        rows.add(table, index, *key);
        if rows.keys.len() >= GROUP_FIGURES {
            let batch = rows.batch(&schema, &lists, table, &dimensions).map_err(|error| failed(&error))?;
            writer.write(&batch).and_then(|()| writer.flush()).map_err(|error| failed(&error))?;
            rows = Rows::default();
        }
    }
    let batch = rows.batch(&schema, &lists, table, &dimensions).map_err(|error| failed(&error))?;
    writer.write(&batch).map_err(|error| failed(&error))?;
    let extent = serde_json::to_string(&Extent::of(table)).map_err(|error| failed(&error))?;
    writer.append_key_value_metadata(KeyValue::new(TABLE_KEY.to_owned(), extent));
    writer.close().map(|_| ()).map_err(|error| failed(&error))
}

/// The figures of a table as canonical JSON (RFC 8785), the leaves that the Merkle root over an edition's rows is made
/// of: `{"group":{},"offence":"…","period":"2015-01","place":"MX-01","state":"observed","value":12}`.
pub struct CanonicalRows {
    groups: Vec<String>,
    offences: Vec<String>,
    places: Vec<String>,
    periods: Vec<String>,
}

impl CanonicalRows {
    /// Writes the parts that rows repeat, once.
    pub fn of(table: &CountTable) -> Self {
        // Text and maps of text can always be written.
        let quoted = |list: &[NamedCode]| list.iter().map(|named| json(&named.code)).collect();
        let steps = (0..table.periods).filter_map(|column| table.step(column));
        Self {
            groups: table.groups.iter().map(json).collect(),
            offences: quoted(&table.offences),
            places: quoted(&table.places),
            periods: steps.map(|step| step.to_string()).collect(),
        }
    }

    /// The row of a figure, in place of what `row` holds; false for a cell without a row.
    pub fn write(&self, key: SeriesKey, column: usize, cell: Cell, row: &mut Vec<u8>) -> bool {
        row.clear();
        let Some(parts) = self.parts(key, column, cell) else { return false };
        let [group, offence, period, place, state] = parts.map(str::as_bytes);
        for part in
            [b"{\"group\":", group, b",\"offence\":", offence, b",\"period\":\"", period, b"\",\"place\":", place]
        {
            row.extend_from_slice(part);
        }
        for part in [b",\"state\":\"", state, b"\",\"value\":".as_slice()] {
            row.extend_from_slice(part);
        }
        match cell.value() {
            Some(value) => push_number(value, row),
            None => row.extend_from_slice(b"null"),
        }
        row.push(b'}');
        true
    }

    fn parts(&self, key: SeriesKey, column: usize, cell: Cell) -> Option<[&str; 5]> {
        Some([
            self.groups.get(key.group as usize)?,
            self.offences.get(key.offence as usize)?,
            self.periods.get(column)?,
            self.places.get(key.place as usize)?,
            cell.state()?,
        ])
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn push_number(value: u64, row: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let (mut left, mut at) = (value, digits.len());
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(left % 10).unwrap_or(0);
        left /= 10;
        if left == 0 {
            return row.extend_from_slice(&digits[at..]);
        }
    }
}

/// One row; see [`CanonicalRows`] for many.
pub fn canonical_row(table: &CountTable, key: SeriesKey, column: usize, cell: Cell) -> Option<Vec<u8>> {
    let mut row = Vec::new();
    CanonicalRows::of(table).write(key, column, cell, &mut row).then_some(row)
}

/// The tree over the canonical rows of a table, in order.
pub fn rows_tree(table: &CountTable) -> RowsTree {
    let (rows, mut row) = (CanonicalRows::of(table), Vec::new());
    let mut tree = RowsBuilder::default();
    for (key, column, cell) in table.figures() {
        if rows.write(key, column, cell, &mut row) {
            tree.push(&row);
        }
    }
    tree.finish()
}

impl Extent {
    fn of(table: &CountTable) -> Self {
        let names =
            |list: &[NamedCode]| list.iter().map(|named| (named.code.clone(), named.name.clone())).collect::<Vec<_>>();
        Self {
            frequency: table.frequency,
            first: table.first,
            periods: table.periods,
            places: names(&table.places),
            offences: names(&table.offences),
            groups: table.groups.clone(),
        }
    }

    fn table(self) -> CountTable {
        let named =
            |list: Vec<(String, String)>| list.into_iter().map(|(code, name)| NamedCode { code, name }).collect();
        CountTable {
            frequency: self.frequency,
            first: self.first,
            periods: self.periods,
            places: named(self.places),
            offences: named(self.offences),
            groups: self.groups,
            series: Vec::new(),
            cells: Vec::new(),
        }
    }
}

/// Names of the dimensions that the groups know.
pub(crate) fn dimensions(groups: &[Group]) -> Vec<String> {
    groups.iter().flat_map(Group::keys).cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

fn schema(dimensions: &[String]) -> SchemaRef {
    let text = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let named = |name: &str| Field::new(name, text(), false);
    let mut fields: Vec<Field> = COLUMNS[..4].iter().map(|name| named(name)).collect();
    fields.extend(dimensions.iter().map(|name| Field::new(name, text(), true)));
    fields.extend([named("period"), Field::new("value", DataType::Int64, true), named("state")]);
    Arc::new(Schema::new(fields))
}

/// Values of the dictionaries.
struct Lists {
    place: Arc<StringArray>,
    place_name: Arc<StringArray>,
    offence: Arc<StringArray>,
    offence_name: Arc<StringArray>,
    /// One a dimension: value of each group.
    dimension: Vec<Arc<StringArray>>,
    period: Arc<StringArray>,
    state: Arc<StringArray>,
}

impl Lists {
    fn of(table: &CountTable, dimensions: &[String]) -> Self {
        let codes = |list: &[NamedCode]| Arc::new(StringArray::from_iter_values(list.iter().map(|n| n.code.as_str())));
        let names = |list: &[NamedCode]| Arc::new(StringArray::from_iter_values(list.iter().map(|n| n.name.as_str())));
        let of = |name: &String| Arc::new(table.groups.iter().map(|group| group.get(name)).collect::<StringArray>());
        let steps = (0..table.periods).filter_map(|column| table.step(column)).map(|step| step.to_string());
        Self {
            place: codes(&table.places),
            place_name: names(&table.places),
            offence: codes(&table.offences),
            offence_name: names(&table.offences),
            dimension: dimensions.iter().map(of).collect(),
            period: Arc::new(StringArray::from_iter_values(steps)),
            state: Arc::new(StringArray::from_iter_values(Cell::STATES)),
        }
    }
}

/// Rows that wait to become a row group.
#[derive(Default)]
struct Rows {
    keys: Vec<SeriesKey>,
    columns: Vec<i32>,
    values: Vec<Option<i64>>,
    states: Vec<i32>,
}

impl Rows {
    fn add(&mut self, table: &CountTable, index: usize, key: SeriesKey) {
        for (column, code) in (0i32..).zip(table.row(index)) {
            let cell = Cell::decode(*code);
            let Some(state) = cell.state().and_then(|state| Cell::STATES.iter().position(|known| *known == state))
            else {
                continue;
            };
            self.keys.push(key);
            self.columns.push(column);
            self.values.push(cell.value().and_then(|value| i64::try_from(value).ok()));
            self.states.push(i32::try_from(state).unwrap_or(0));
        }
    }

    fn batch(
        &self,
        schema: &SchemaRef,
        lists: &Lists,
        table: &CountTable,
        dimensions: &[String],
    ) -> Result<RecordBatch, arrow_schema::ArrowError> {
        type Part = fn(&SeriesKey) -> u32;
        let keys = |part: Part| -> Int32Array { self.keys.iter().map(|key| i32::try_from(part(key)).ok()).collect() };
        let dictionary = |keys: Int32Array, values: &Arc<StringArray>| -> Result<ArrayRef, arrow_schema::ArrowError> {
            Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, values.clone())?))
        };
        let (place, offence): (Part, Part) = (|key| key.place, |key| key.offence);
        let mut columns = vec![
            dictionary(keys(place), &lists.place)?,
            dictionary(keys(place), &lists.place_name)?,
            dictionary(keys(offence), &lists.offence)?,
            dictionary(keys(offence), &lists.offence_name)?,
        ];
        for (name, values) in dimensions.iter().zip(&lists.dimension) {
            let has = |key: &SeriesKey| table.groups.get(key.group as usize).is_some_and(|g| g.contains_key(name));
            let keys = self.keys.iter().map(|key| has(key).then(|| i32::try_from(key.group).ok()).flatten());
            columns.push(dictionary(keys.collect(), values)?);
        }
        columns.push(dictionary(Int32Array::from(self.columns.clone()), &lists.period)?);
        columns.push(Arc::new(Int64Array::from(self.values.clone())));
        columns.push(dictionary(Int32Array::from(self.states.clone()), &lists.state)?);
        RecordBatch::try_new(schema.clone(), columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tequio_kernel::{CountTableBuilder, Step};

    fn table() -> CountTable {
        let mut builder = CountTableBuilder::default();
        let groups = [Group::new(), Group::from([("sex".to_owned(), "female".to_owned())])];
        for (place, offence, group) in [("MX-01", "a.b", 0), ("MX-01", "a.c", 1), ("MX-02", "a.b", 1)] {
            let series = builder.series((place, "Ñ"), (offence, "name"), &groups[group]);
            let cells =
                [Cell::Observed(0), Cell::Missing, Cell::Observed(7), Cell::NotYetObserved, Cell::NotApplicable];
            for (index, cell) in (24_180..).zip(cells) {
                builder.put(series, Step::at(Frequency::Month, index).expect("a month"), cell).expect("new");
            }
        }
        let late = builder.series(("MX-03", "x"), ("a.b", "name"), &groups[0]);
        builder.put(late, Step::at(Frequency::Month, 24_190).expect("a month"), Cell::Observed(3)).expect("new");
        builder.build()
    }

    #[test]
    fn a_table_comes_back_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("counts.parquet");
        write_counts(&path, &table()).expect("written");
        assert_eq!(read_counts(&path).expect("read"), table());
    }

    #[test]
    fn rows_are_canonical() {
        let table = table();
        let rows: Vec<String> = table
            .figures()
            .filter_map(|(key, column, cell)| canonical_row(&table, key, column, cell))
            .map(|row| String::from_utf8(row).expect("text"))
            .collect();
        assert_eq!(rows.len(), 16);
        assert_eq!(
            rows[0],
            r#"{"group":{},"offence":"a.b","period":"2015-01","place":"MX-01","state":"observed","value":0}"#
        );
        assert_eq!(
            rows[6],
            r#"{"group":{"sex":"female"},"offence":"a.c","period":"2015-02","place":"MX-01","state":"missing","value":null}"#
        );
        assert_eq!(rows.iter().collect::<BTreeSet<_>>().len(), 16);
    }
}
