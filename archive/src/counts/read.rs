//! Reading official counts back: row groups side by side, a series at a time.

use super::{Extent, TABLE_KEY, dimensions};
use crate::hash::sha256_file;
use crate::{ArchiveError, COUNTS_FILE, DataFolder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{Array, DictionaryArray, Int64Array, RecordBatch};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use rayon::prelude::*;
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use tequio_kernel::official::{SeriesKey, VALUE_MAX};
use tequio_kernel::{Cell, CountTable, Group, Manifest, Step};

/// Rows that are decoded at a time: what a series needs stays in the processor's cache.
const READ_ROWS: usize = 1 << 16;
/// What stands for the state of a figure with a value while a file is read: no other state is stored as zero.
const OBSERVED: u32 = 0;

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
