//! Official counts as Parquet: one row a figure, in canonical order (place, offence, group, period).
//!
//! A row group holds whole series, so that groups are read apart and put together again in order. Beside the codes
//! stand the names of the source, for readers who have nothing but the file.

use crate::hash::sha256_file;
use crate::incidents::writer_properties;
use crate::{ArchiveError, COUNTS_FILE, DataFolder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, DictionaryArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::file::metadata::KeyValue;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use tequio_kernel::official::{NamedCode, SeriesKey, VALUE_MAX};
use tequio_kernel::{Cell, CountTable, Frequency, Group, Manifest, Step};

/// Figures of a row group; it ends with the series in which this many are reached.
const GROUP_FIGURES: usize = 1 << 20;
/// Rows that are decoded at a time: what a series needs stays in the processor's cache.
const READ_ROWS: usize = 1 << 16;
/// What stands for the state of a figure with a value while a file is read: no other state is stored as zero.
const OBSERVED: u32 = 0;
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

impl DataFolder {
    /// The figures of an edition of official counts. The file is compared with its hash first: a decoder that is given
    /// damaged pages may do anything, and hashing costs a tenth of decoding.
    ///
    /// # Errors
    /// [`ArchiveError::Damaged`] when the file is not the one that was imported.
    pub fn counts(&self, manifest: &Manifest) -> Result<CountTable, ArchiveError> {
        let path = self.counts_file(manifest);
        let (sha256, _) = sha256_file(&path)?;
        let stored = manifest.files.iter().find(|file| file.path == COUNTS_FILE);
        if stored.is_none_or(|file| file.sha256 != sha256) {
            return Err(ArchiveError::damaged(&path, "its content is not what was imported"));
        }
        read_counts(&path)
    }
}

/// Reads a table, its row groups side by side. Of an edition, ask [`DataFolder::counts`], which finds damage first.
///
/// # Errors
/// [`ArchiveError::Damaged`] when the file is not what [`write_counts`] wrote.
pub fn read_counts(path: &Path) -> Result<CountTable, ArchiveError> {
    let damaged = |detail: &str| ArchiveError::damaged(path, detail);
    let file = File::open(path).map_err(ArchiveError::io(path))?;
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::default())
        .map_err(|error| ArchiveError::damaged(path, error))?;
    let pairs = metadata.metadata().file_metadata().key_value_metadata();
    let text = pairs.and_then(|pairs| pairs.iter().find(|pair| pair.key == TABLE_KEY)?.value.as_deref());
    let extent: Extent = serde_json::from_str(text.ok_or_else(|| damaged("it describes no table"))?)
        .map_err(|error| ArchiveError::damaged(path, error))?;
    let finder = Finder::of(&extent);
    let groups = (0..metadata.metadata().num_row_groups()).into_par_iter();
    let parts = groups.map(|group| read_group(path, &metadata, group, &finder));
    let parts = parts.collect::<Result<Vec<Part>, ArchiveError>>()?;
    let mut table = extent.table();
    table.series.reserve_exact(parts.iter().map(|part| part.series.len()).sum());
    table.cells.reserve_exact(parts.iter().map(|part| part.cells.len()).sum());
    for part in parts {
        let in_order = table.series.last().zip(part.series.first()).is_none_or(|(last, first)| last < first);
        if !in_order {
            return Err(damaged("its series are not in order"));
        }
        table.series.extend(part.series);
        table.cells.extend(part.cells);
    }
    Ok(table)
}

/// A figure as canonical JSON (RFC 8785), the leaf that the Merkle root over an edition's rows is made of:
/// `{"group":{},"offence":"…","period":"2015-01","place":"MX-01","state":"observed","value":12}`.
pub fn canonical_row(table: &CountTable, key: SeriesKey, column: usize, cell: Cell) -> Option<Vec<u8>> {
    let quoted = |text: &str| serde_json::to_string(text).ok();
    let group = serde_json::to_string(table.groups.get(key.group as usize)?).ok()?;
    let offence = quoted(&table.offences.get(key.offence as usize)?.code)?;
    let place = quoted(&table.places.get(key.place as usize)?.code)?;
    let value = cell.value().map_or_else(|| "null".to_owned(), |value| value.to_string());
    let (period, state) = (table.step(column)?, cell.state()?);
    let text = format!(
        r#"{{"group":{group},"offence":{offence},"period":"{period}","place":{place},"state":"{state}","value":{value}}}"#
    );
    Some(text.into_bytes())
}

/// Merkle root (RFC 6962, SHA-256) over the canonical rows of a table, in order; lower-case hexadecimal.
pub fn rows_root(table: &CountTable) -> String {
    let leaf = |bytes: Vec<u8>| Sha256::new().chain_update([0]).chain_update(bytes).finalize().into();
    let rows: Vec<_> = table.figures().collect();
    let leaves: Vec<[u8; 32]> = rows
        .into_par_iter()
        .filter_map(|(key, column, cell)| canonical_row(table, key, column, cell).map(leaf))
        .collect();
    root(&leaves).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            let (left, right) = rayon::join(|| root(left), || root(right));
            Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
        }
    }
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
fn dimensions(groups: &[Group]) -> Vec<String> {
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

/// Where codes stand in the lists of the table.
struct Finder {
    place: HashMap<String, u32>,
    offence: HashMap<String, u32>,
    period: HashMap<String, u32>,
    group: HashMap<Group, u32>,
    dimensions: Vec<String>,
    periods: usize,
}

impl Finder {
    fn of(extent: &Extent) -> Self {
        let numbered =
            |codes: &mut dyn Iterator<Item = String>| (0u32..).zip(codes).map(|(i, code)| (code, i)).collect();
        let steps = (0..extent.periods).filter_map(|column| {
            Step::at(extent.frequency, extent.first + i32::try_from(column).ok()?).map(|step| step.to_string())
        });
        Self {
            place: numbered(&mut extent.places.iter().map(|(code, _)| code.clone())),
            offence: numbered(&mut extent.offences.iter().map(|(code, _)| code.clone())),
            period: numbered(&mut steps.into_iter()),
            group: (0u32..).zip(&extent.groups).map(|(i, group)| (group.clone(), i)).collect(),
            dimensions: dimensions(&extent.groups),
            periods: extent.periods,
        }
    }

    /// The columns that a table is made of; the names of the source are for other readers.
    fn projection(&self, metadata: &ArrowReaderMetadata) -> ProjectionMask {
        let needed = ["place", "offence", "period", "value", "state"].into_iter();
        let needed = needed.chain(self.dimensions.iter().map(String::as_str));
        ProjectionMask::columns(metadata.parquet_schema(), needed)
    }
}

/// Whole series of one row group.
#[derive(Default)]
struct Part {
    series: Vec<SeriesKey>,
    cells: Vec<u32>,
}

fn read_group(
    path: &Path,
    metadata: &ArrowReaderMetadata,
    group: usize,
    finder: &Finder,
) -> Result<Part, ArchiveError> {
    let file = File::open(path).map_err(ArchiveError::io(path))?;
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
        .with_projection(finder.projection(metadata))
        .with_row_groups(vec![group])
        .with_batch_size(READ_ROWS)
        .build();
    let mut part = Part::default();
    for batch in reader.map_err(|error| ArchiveError::damaged(path, error))? {
        let batch = batch.map_err(|error| ArchiveError::damaged(path, error))?;
        part.add(&batch, finder).ok_or_else(|| ArchiveError::damaged(path, "a figure cannot be read"))?;
    }
    Ok(part)
}

/// A dictionary column of a batch, its values already looked up.
struct Coded<'a> {
    keys: &'a [i32],
    known: Vec<Option<u32>>,
}

impl<'a> Coded<'a> {
    fn of(batch: &'a RecordBatch, name: &str, mut find: impl FnMut(&str) -> Option<u32>) -> Option<Self> {
        let column = batch.column_by_name(name)?.as_dictionary_opt::<Int32Type>()?;
        let values = column.values().as_string_opt::<i32>()?;
        let known = (0..values.len()).map(|index| find(values.value(index))).collect();
        (column.keys().null_count() == 0).then(|| Self { keys: column.keys().values(), known })
    }

    /// The number of a row's value; `None` for a value that the table does not list.
    fn get(&self, row: usize) -> Option<u32> {
        *self.known.get(usize::try_from(*self.keys.get(row)?).ok()?)?
    }
}

/// The dimensions of the groups, in a batch.
struct Groups<'a> {
    dimensions: Vec<(&'a str, &'a DictionaryArray<Int32Type>)>,
}

impl<'a> Groups<'a> {
    fn of(batch: &'a RecordBatch, finder: &'a Finder) -> Option<Self> {
        let of =
            |name: &'a String| Some((name.as_str(), batch.column_by_name(name)?.as_dictionary_opt::<Int32Type>()?));
        Some(Self { dimensions: finder.dimensions.iter().map(of).collect::<Option<_>>()? })
    }

    fn get(&self, row: usize, finder: &Finder) -> Option<u32> {
        let mut group = Group::new();
        for (name, column) in &self.dimensions {
            if let Some(key) = key_at(column, row) {
                let values = column.values().as_string_opt::<i32>()?;
                let index = usize::try_from(key).ok().filter(|index| *index < values.len())?;
                group.insert((*name).to_owned(), values.value(index).to_owned());
            }
        }
        finder.group.get(&group).copied()
    }

    fn same(&self, row: usize, other: usize) -> bool {
        self.dimensions.iter().all(|(_, column)| key_at(column, row) == key_at(column, other))
    }
}

fn key_at(column: &DictionaryArray<Int32Type>, row: usize) -> Option<i32> {
    column.keys().is_valid(row).then(|| column.keys().value(row))
}

/// The columns of a batch that hold a figure: when, how it stands and how much.
struct Figures<'a> {
    period: Coded<'a>,
    state: Coded<'a>,
    values: &'a Int64Array,
}

impl<'a> Figures<'a> {
    fn of(batch: &'a RecordBatch, finder: &Finder) -> Option<Self> {
        let state = |state: &str| match state {
            // Every value will do, since only the state is asked for.
            "observed" => Some(OBSERVED),
            other => Cell::of(other, None).map(Cell::encode),
        };
        Some(Self {
            period: Coded::of(batch, "period", |code| finder.period.get(code).copied())?,
            state: Coded::of(batch, "state", state)?,
            values: batch.column_by_name("value")?.as_primitive_opt::<Int64Type>()?,
        })
    }

    /// A cell as the table stores it; `None` for a state without its value or a value without its state.
    fn code(&self, row: usize) -> Option<u32> {
        match (self.state.get(row)?, self.values.is_valid(row)) {
            (OBSERVED, true) => u32::try_from(self.values.value(row)).ok().filter(|v| u64::from(*v) <= VALUE_MAX),
            (OBSERVED, false) | (_, true) => None,
            (state, false) => Some(state),
        }
    }
}

impl Part {
    /// Adds a batch run by run: the rows of one series stand side by side, so that its key is looked up once.
    fn add(&mut self, batch: &RecordBatch, finder: &Finder) -> Option<()> {
        let place = Coded::of(batch, "place", |code| finder.place.get(code).copied())?;
        let offence = Coded::of(batch, "offence", |code| finder.offence.get(code).copied())?;
        let (groups, figures) = (Groups::of(batch, finder)?, Figures::of(batch, finder)?);
        let mut start = 0;
        while start < batch.num_rows() {
            let key =
                SeriesKey { place: place.get(start)?, offence: offence.get(start)?, group: groups.get(start, finder)? };
            let of_first = |row: &usize| {
                place.keys[*row] == place.keys[start]
                    && offence.keys[*row] == offence.keys[start]
                    && groups.same(*row, start)
            };
            let end = start + (start..batch.num_rows()).take_while(of_first).count();
            let cells = self.series(key, finder.periods)?;
            for row in start..end {
                put(cells, usize::try_from(figures.period.get(row)?).ok()?, figures.code(row)?)?;
            }
            start = end;
        }
        Some(())
    }

    /// The cells of a series, begun if it is new; `None` when it does not follow the one before it.
    fn series(&mut self, key: SeriesKey, periods: usize) -> Option<&mut [u32]> {
        if self.series.last() != Some(&key) {
            if self.series.last().is_some_and(|last| *last > key) {
                return None;
            }
            self.series.push(key);
            self.cells.resize(self.series.len() * periods, Cell::Absent.encode());
        }
        let start = self.cells.len() - periods;
        self.cells.get_mut(start..)
    }
}

/// Puts a figure in; `None` when it lies outside the table or stands there already.
fn put(cells: &mut [u32], column: usize, code: u32) -> Option<()> {
    let cell = cells.get_mut(column).filter(|cell| **cell == Cell::Absent.encode())?;
    *cell = code;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tequio_kernel::CountTableBuilder;

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
