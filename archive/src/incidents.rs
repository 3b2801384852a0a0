//! Reads incidents from GeoParquet, whole or the columns of the atlas.

use crate::ArchiveError;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type, UInt8Type, UInt32Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use tequio_kernel::{Flag, Flags, Incident, Occurred, Point, Precision};

/// Rows held in memory before they are encoded; also the size of a row group.
pub(crate) const BATCH_ROWS: usize = 65_536;

/// Hour of an incident whose hour is unknown, in [`AtlasRows::hour`].
pub const HOUR_UNKNOWN: u8 = 255;

pub(crate) fn reader_builder(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, ArchiveError> {
    let file = File::open(path).map_err(ArchiveError::io(path))?;
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| ArchiveError::damaged(path, error))
}

/// The columns the atlas needs, in file order.
#[derive(Debug, Default)]
pub struct AtlasRows {
    /// Degrees; NaN for an unlocated incident.
    pub longitude: Vec<f64>,
    /// Degrees; NaN for an unlocated incident.
    pub latitude: Vec<f64>,
    /// Days since 1970-01-01.
    pub day: Vec<i32>,
    /// Precision of the day.
    pub precision: Vec<Precision>,
    /// Hour of the day, 255 for unknown.
    pub hour: Vec<u8>,
    /// Index into `kinds`.
    pub offence: Vec<u32>,
    /// Kinds of offences, with how many incidents are of each.
    pub kinds: Vec<(OffenceKind, u64)>,
}

/// An offence and its finer description, letter by letter as in the source.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OffenceKind {
    /// Name of the offence.
    pub name: String,
    /// Finer description, where the source has one.
    pub detail: Option<String>,
}

/// Reads the columns that the atlas loads.
///
/// # Errors
/// [`ArchiveError`] when the file is missing or damaged.
pub fn read_atlas_rows(path: &Path) -> Result<AtlasRows, ArchiveError> {
    let builder = reader_builder(path)?;
    let rows = usize::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
    let columns = ["offence", "detail", "occurred_on", "occurred_precision", "occurred_hour", "bbox.xmin", "bbox.ymin"];
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns);
    let reader = builder.with_projection(mask).with_batch_size(BATCH_ROWS).build();
    let mut loader = AtlasLoader::with_capacity(rows);
    for batch in reader.map_err(|error| ArchiveError::damaged(path, error))? {
        let batch = batch.map_err(|error| ArchiveError::damaged(path, error))?;
        loader.add(&batch).ok_or_else(|| ArchiveError::damaged(path, "a column is missing or of another type"))?;
    }
    Ok(loader.rows)
}

struct AtlasLoader {
    rows: AtlasRows,
    known: HashMap<OffenceKind, u32>,
}

impl AtlasLoader {
    fn with_capacity(count: usize) -> Self {
        let rows = AtlasRows {
            longitude: Vec::with_capacity(count),
            latitude: Vec::with_capacity(count),
            day: Vec::with_capacity(count),
            precision: Vec::with_capacity(count),
            hour: Vec::with_capacity(count),
            offence: Vec::with_capacity(count),
            kinds: Vec::new(),
        };
        Self { rows, known: HashMap::new() }
    }

    fn add(&mut self, batch: &RecordBatch) -> Option<()> {
        let bbox = batch.column_by_name("bbox")?.as_struct_opt()?;
        let axis = |index: usize| bbox.column(index).as_primitive_opt::<Float64Type>();
        let located = bbox.nulls();
        let degree = |(index, value): (usize, Option<f64>)| match located.is_none_or(|nulls| nulls.is_valid(index)) {
            true => value.unwrap_or(f64::NAN),
            false => f64::NAN,
        };
        self.rows.longitude.extend(axis(0)?.iter().enumerate().map(degree));
        self.rows.latitude.extend(axis(1)?.iter().enumerate().map(degree));
        let days = batch.column_by_name("occurred_on")?.as_primitive_opt::<Date32Type>()?;
        self.rows.day.extend(days.iter().map(Option::unwrap_or_default));
        let hours = batch.column_by_name("occurred_hour")?.as_primitive_opt::<UInt8Type>()?;
        self.rows.hour.extend(hours.iter().map(|hour| hour.unwrap_or(HOUR_UNKNOWN)));
        self.add_precisions(batch)?;
        self.add_offences(batch)
    }

    fn add_precisions(&mut self, batch: &RecordBatch) -> Option<()> {
        let column = batch.column_by_name("occurred_precision")?.as_dictionary_opt::<Int32Type>()?;
        let names: Vec<Precision> = column.values().as_string_opt::<i32>()?.iter().map(precision_of).collect();
        for key in column.keys().iter() {
            self.rows.precision.push(*names.get(usize::try_from(key?).ok()?)?);
        }
        Some(())
    }

    fn add_offences(&mut self, batch: &RecordBatch) -> Option<()> {
        let dictionary = |name: &str| batch.column_by_name(name)?.as_dictionary_opt::<Int32Type>();
        let (offences, details) = (dictionary("offence")?, dictionary("detail")?);
        let (names, descriptions) =
            (offences.values().as_string_opt::<i32>()?, details.values().as_string_opt::<i32>()?);
        let mut seen: HashMap<(usize, Option<usize>), u32> = HashMap::new();
        for row in 0..batch.num_rows() {
            let (offence, detail) = (offences.key(row)?, details.key(row));
            let id = *seen.entry((offence, detail)).or_insert_with(|| {
                let detail = detail.map(|detail| descriptions.value(detail).to_owned());
                self.kind_id(OffenceKind { name: names.value(offence).to_owned(), detail })
            });
            self.rows.offence.push(id);
            self.rows.kinds[id as usize].1 += 1;
        }
        Some(())
    }

    fn kind_id(&mut self, kind: OffenceKind) -> u32 {
        if let Some(id) = self.known.get(&kind) {
            return *id;
        }
        // Names are dictionary keys of 32 bits, and pairs are fewer than rows.
        let id = u32::try_from(self.rows.kinds.len()).unwrap_or(u32::MAX);
        self.known.insert(kind.clone(), id);
        self.rows.kinds.push((kind, 0));
        id
    }
}

fn precision_of(name: Option<&str>) -> Precision {
    match name {
        Some("day") => Precision::Day,
        Some("month") => Precision::Month,
        Some("year") => Precision::Year,
        _ => Precision::Unknown,
    }
}

/// Reads whole incidents back, in file order.
pub struct IncidentReader {
    path: PathBuf,
    batches: ParquetRecordBatchReader,
    batch: Vec<Incident>,
}

impl IncidentReader {
    /// Opens the file.
    ///
    /// # Errors
    /// [`ArchiveError`] when the file is missing or damaged.
    pub fn open(path: &Path) -> Result<Self, ArchiveError> {
        let batches = reader_builder(path)?
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|error| ArchiveError::damaged(path, error))?;
        Ok(Self { path: path.to_owned(), batches, batch: Vec::new() })
    }

    fn decode(&self, batch: Result<RecordBatch, arrow_schema::ArrowError>) -> Result<Vec<Incident>, ArchiveError> {
        let batch = batch.map_err(|error| ArchiveError::damaged(&self.path, error))?;
        let mut incidents = (0..batch.num_rows()).map(|row| decode_row(&batch, row)).collect::<Option<Vec<_>>>();
        if let Some(incidents) = &mut incidents {
            incidents.reverse();
        }
        incidents.ok_or_else(|| ArchiveError::damaged(&self.path, "a column is missing or of another type"))
    }
}

impl Iterator for IncidentReader {
    type Item = Result<Incident, ArchiveError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.batch.is_empty() {
            let batch = self.batches.next()?;
            match self.decode(batch) {
                Ok(batch) => self.batch = batch,
                Err(error) => return Some(Err(error)),
            }
        }
        self.batch.pop().map(Ok)
    }
}

fn decode_row(batch: &RecordBatch, row: usize) -> Option<Incident> {
    let text =
        |name: &str| Some(batch.column_by_name(name)?.as_string_opt::<i32>().filter(|c| c.is_valid(row))?.value(row));
    let name = |name: &str| {
        let column = batch.column_by_name(name)?.as_dictionary_opt::<Int32Type>().filter(|c| c.is_valid(row))?;
        Some(column.values().as_string_opt::<i32>()?.value(column.key(row)?))
    };
    let date = |name: &str| {
        let column = batch.column_by_name(name)?.as_primitive_opt::<Date32Type>()?;
        column.is_valid(row).then(|| column.value(row))
    };
    let second = batch.column_by_name("occurred_second")?.as_primitive_opt::<UInt32Type>()?;
    let hour = batch.column_by_name("occurred_hour")?.as_primitive_opt::<UInt8Type>()?;
    let occurred = Occurred {
        day: date("occurred_on").unwrap_or_default(),
        precision: precision_of(name("occurred_precision")),
        second: second.is_valid(row).then(|| second.value(row)),
        hour: hour.is_valid(row).then(|| hour.value(row)),
    };
    Some(Incident {
        file: batch.column_by_name("file")?.as_primitive_opt::<UInt32Type>()?.value(row),
        row: batch.column_by_name("row")?.as_primitive_opt::<UInt64Type>()?.value(row),
        id: text("id").map(str::to_owned),
        offence: name("offence")?.to_owned(),
        detail: name("detail").map(str::to_owned),
        occurred,
        reported_day: date("reported_on"),
        point: decode_point(batch, row),
        place_label: name("place_label").map(str::to_owned),
        neighbourhood_label: name("neighbourhood_label").map(str::to_owned),
        street_label: text("street_label").map(str::to_owned),
        flags: name("flags").map(flags_of).unwrap_or_default(),
    })
}

fn decode_point(batch: &RecordBatch, row: usize) -> Option<Point> {
    let bbox = batch.column_by_name("bbox")?.as_struct_opt()?;
    let axis = |index: usize| {
        let column = bbox.column(index).as_primitive_opt::<Float64Type>()?;
        (bbox.is_valid(row) && column.is_valid(row)).then(|| column.value(row))
    };
    Some(Point { longitude: axis(0)?, latitude: axis(1)? })
}

fn flags_of(text: &str) -> Flags {
    let mut flags = Flags::default();
    for name in text.split('|') {
        Flag::ALL.iter().filter(|flag| flag.name() == name).for_each(|flag| flags.insert(*flag));
    }
    flags
}
