//! Writes incidents as GeoParquet: one row an incident, sorted along a Hilbert curve.

use crate::ArchiveError;
use crate::geo_metadata::{Bounds, geo_metadata};
use crate::incidents::BATCH_ROWS;
use crate::wkb;
use arrow_array::builder::{
    BinaryBuilder, Date32Builder, Float64Builder, StringBuilder, StringDictionaryBuilder, UInt8Builder, UInt32Builder,
    UInt64Builder,
};
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use tequio_kernel::{Flags, Incident, Precision};

fn dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn bbox_fields() -> Fields {
    ["xmin", "ymin", "xmax", "ymax"].into_iter().map(|name| Field::new(name, DataType::Float64, true)).collect()
}

fn schema() -> SchemaRef {
    let field = |name: &str, kind: DataType, nullable: bool| Field::new(name, kind, nullable);
    Arc::new(Schema::new(vec![
        field("file", DataType::UInt32, false),
        field("row", DataType::UInt64, false),
        field("id", DataType::Utf8, true),
        field("offence", dictionary(), false),
        field("detail", dictionary(), true),
        field("occurred_on", DataType::Date32, true),
        field("occurred_precision", dictionary(), false),
        field("occurred_second", DataType::UInt32, true),
        field("occurred_hour", DataType::UInt8, true),
        field("reported_on", DataType::Date32, true),
        field("place_label", dictionary(), true),
        field("neighbourhood_label", dictionary(), true),
        field("street_label", DataType::Utf8, true),
        field("flags", dictionary(), true),
        field("geometry", DataType::Binary, true),
        field("bbox", DataType::Struct(bbox_fields()), true),
    ]))
}

type DictionaryBuilder = StringDictionaryBuilder<Int32Type>;

#[derive(Default)]
struct Builders {
    file: UInt32Builder,
    row: UInt64Builder,
    id: StringBuilder,
    offence: DictionaryBuilder,
    detail: DictionaryBuilder,
    occurred_on: Date32Builder,
    precision: DictionaryBuilder,
    second: UInt32Builder,
    hour: UInt8Builder,
    reported_on: Date32Builder,
    place: DictionaryBuilder,
    neighbourhood: DictionaryBuilder,
    street: StringBuilder,
    flags: DictionaryBuilder,
    geometry: BinaryBuilder,
    x: Float64Builder,
    y: Float64Builder,
}

impl Builders {
    fn push<T: AsRef<str>>(&mut self, incident: &Incident<T>) {
        let occurred = incident.occurred;
        self.file.append_value(incident.file);
        self.row.append_value(incident.row);
        self.id.append_option(incident.id.as_ref());
        self.offence.append_value(&incident.offence);
        self.detail.append_option(incident.detail.as_ref());
        self.occurred_on.append_option((occurred.precision != Precision::Unknown).then_some(occurred.day));
        self.precision.append_value(precision_name(occurred.precision));
        self.second.append_option(occurred.second);
        self.hour.append_option(occurred.hour);
        self.reported_on.append_option(incident.reported_day);
        self.place.append_option(incident.place_label.as_ref());
        self.neighbourhood.append_option(incident.neighbourhood_label.as_ref());
        self.street.append_option(incident.street_label.as_ref());
        self.flags.append_option((incident.flags != Flags::default()).then(|| incident.flags.to_string()));
        self.geometry.append_option(incident.point.map(wkb::point));
        self.x.append_option(incident.point.map(|point| point.longitude));
        self.y.append_option(incident.point.map(|point| point.latitude));
    }

    fn finish(&mut self) -> Result<RecordBatch, arrow_schema::ArrowError> {
        let x: ArrayRef = Arc::new(self.x.finish());
        let y: ArrayRef = Arc::new(self.y.finish());
        let located = x.nulls().cloned();
        let bbox = StructArray::try_new(bbox_fields(), vec![x.clone(), y.clone(), x, y], located)?;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.file.finish()),
            Arc::new(self.row.finish()),
            Arc::new(self.id.finish()),
            Arc::new(self.offence.finish()),
            Arc::new(self.detail.finish()),
            Arc::new(self.occurred_on.finish()),
            Arc::new(self.precision.finish()),
            Arc::new(self.second.finish()),
            Arc::new(self.hour.finish()),
            Arc::new(self.reported_on.finish()),
            Arc::new(self.place.finish()),
            Arc::new(self.neighbourhood.finish()),
            Arc::new(self.street.finish()),
            Arc::new(self.flags.finish()),
            Arc::new(self.geometry.finish()),
            Arc::new(bbox),
        ];
        RecordBatch::try_new(schema(), columns)
    }
}

/// Writes incidents in the order they come; the caller sorts them by [`crate::hilbert_key`].
///
/// A thread of its own encodes what is written. Memory holds what is being filled, waits and is being encoded: three
/// batches.
pub struct IncidentWriter {
    path: PathBuf,
    /// Gone once it has failed.
    encoder: Option<Encoder>,
    builders: Builders,
    pending: usize,
    bounds: Bounds,
}

/// The thread that encodes, and the way to it.
struct Encoder {
    batches: SyncSender<RecordBatch>,
    thread: JoinHandle<Result<ArrowWriter<File>, ParquetError>>,
}

impl Encoder {
    fn start(mut writer: ArrowWriter<File>) -> std::io::Result<Self> {
        let (batches, filled) = sync_channel::<RecordBatch>(1);
        let encode = move || {
            for batch in filled {
                writer.write(&batch)?;
            }
            Ok(writer)
        };
        Ok(Self { batches, thread: std::thread::Builder::new().spawn(encode)? })
    }

    /// Waits until all that was sent is encoded, or says why it is not.
    fn end(self) -> Result<ArrowWriter<File>, ParquetError> {
        drop(self.batches);
        self.thread.join().map_err(|_| stopped()).flatten()
    }
}

fn stopped() -> ParquetError {
    ParquetError::General("the encoder stopped".to_owned())
}

impl IncidentWriter {
    /// Creates the file.
    ///
    /// # Errors
    /// [`ArchiveError`] when it cannot be created.
    pub fn create(path: &Path) -> Result<Self, ArchiveError> {
        let file = File::create(path).map_err(ArchiveError::io(path))?;
        let writer = ArrowWriter::try_new(file, schema(), Some(writer_properties(path)?))
            .map_err(|error| ArchiveError::write(path, error))?;
        let encoder = Some(Encoder::start(writer).map_err(ArchiveError::io(path))?);
        let (path, builders) = (path.to_owned(), Builders::default());
        Ok(Self { path, encoder, builders, pending: 0, bounds: Bounds::default() })
    }

    /// Adds an incident.
    ///
    /// # Errors
    /// [`ArchiveError`] when the disk refuses, which may be told some batches later.
    pub fn write<T: AsRef<str>>(&mut self, incident: &Incident<T>) -> Result<(), ArchiveError> {
        self.builders.push(incident);
        if let Some(point) = incident.point {
            self.bounds.include(point.longitude, point.latitude);
        }
        self.pending += 1;
        if self.pending == BATCH_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), ArchiveError> {
        self.pending = 0;
        let batch = self.builders.finish().map_err(|error| ArchiveError::write(&self.path, error))?;
        if self.encoder.as_ref().is_some_and(|encoder| encoder.batches.send(batch).is_ok()) {
            return Ok(());
        }
        Err(self.end().err().unwrap_or_else(|| ArchiveError::write(&self.path, stopped())))
    }

    fn end(&mut self) -> Result<ArrowWriter<File>, ArchiveError> {
        let ended = self.encoder.take().map_or_else(|| Err(stopped()), Encoder::end);
        ended.map_err(|error| ArchiveError::write(&self.path, error))
    }

    /// Writes what is pending and the footer.
    ///
    /// # Errors
    /// [`ArchiveError`] when the disk refuses.
    pub fn finish(mut self) -> Result<(), ArchiveError> {
        self.flush()?;
        let mut writer = self.end()?;
        let metadata = geo_metadata(&["Point"], self.bounds.0).to_string();
        writer.append_key_value_metadata(KeyValue::new("geo".to_owned(), metadata));
        writer.close().map(|_| ()).map_err(|error| ArchiveError::write(&self.path, error))
    }
}

/// Properties shared by every Parquet file of the archive: zstd, row groups of one batch.
pub(crate) fn writer_properties(path: &Path) -> Result<WriterProperties, ArchiveError> {
    let level = ZstdLevel::try_new(3).map_err(|error| ArchiveError::write(path, error))?;
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(BATCH_ROWS))
        .set_created_by("tequio".to_owned())
        .build())
}

fn precision_name(precision: Precision) -> &'static str {
    match precision {
        Precision::Day => "day",
        Precision::Month => "month",
        Precision::Year => "year",
        Precision::Unknown => "unknown",
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use tequio_kernel::Occurred;

    #[test]
    fn a_full_disk_ends_the_writing_and_not_only_its_end() {
        let occurred = Occurred { day: 0, precision: Precision::Unknown, second: None, hour: None };
        let mut incident: Incident = Incident {
            file: 0,
            row: 0,
            id: None,
            offence: "ROBO".to_owned(),
            detail: None,
            occurred,
            reported_day: None,
            point: None,
            place_label: None,
            neighbourhood_label: None,
            street_label: None,
            flags: Flags::default(),
        };
        let mut writer = IncidentWriter::create(Path::new("/dev/full")).expect("a device that is always full");
        // One batch is being encoded and one waits: the third is not taken.
        let refused = (0..3 * BATCH_ROWS as u64).find_map(|row| {
            // Rows that compression cannot make so small that they wait in a buffer.
            incident.row = row.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            writer.write(&incident).err()
        });
        let refused = refused.expect("an error");
        assert!(refused.to_string().contains("No space left"), "{refused}");
        assert!(writer.finish().is_err());
    }
}
