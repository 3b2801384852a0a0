//! Layers of the territory as GeoParquet, one row a place.

use crate::error::ArchiveError;
use crate::folder::{self, DataFolder, Lock, read_manifest, stored_files, write_manifest};
use crate::geo_metadata::{Bounds, geo_metadata};
use crate::incident_writer::writer_properties;
use crate::incidents::reader_builder;
use crate::ledger::EntryKind;
use crate::wkb;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BinaryArray, Float64Array, RecordBatch, StringArray, StructArray};
use arrow_schema::{DataType, Field};

use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tequio_kernel::edition::StoredFile;
use tequio_kernel::{Layer, LayerId, LayerKind, Level, Place, Shape};

const LAYER_FILE: &str = "layer.parquet";
const LAYER_MANIFEST_VERSION: u32 = 1;

/// What is known of a stored layer without reading its places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerEntry {
    /// Version of this description.
    pub version: u32,
    /// Name and edition.
    pub id: LayerId,
    /// Areas or streets.
    pub kind: LayerKind,
    /// Depth in the territory.
    pub level: Level,
    /// Layer that holds it.
    pub within: Option<String>,
    /// Who made it.
    pub source: String,
    /// Edition of the population figures, if the places carry any.
    pub population_edition: Option<String>,
    /// How many places.
    pub places: usize,
    /// Name of the file it was read from.
    pub source_file: String,
    /// SHA-256 of that file.
    pub sha256: String,
    /// How it was read; the same file read otherwise is another layer.
    #[serde(default)]
    pub read_as: String,
    /// When it was added, RFC 3339 in UTC.
    pub added_at: String,
    /// What the reader reported, one line each.
    pub issues: Vec<String>,
    /// Files of the folder.
    pub files: Vec<StoredFile>,
}

impl DataFolder {
    /// The stored layers, by name and edition.
    ///
    /// # Errors
    /// [`ArchiveError`] when a manifest cannot be read.
    pub fn layers(&self) -> Result<Vec<LayerEntry>, ArchiveError> {
        let root = self.root().join("layers");
        let mut entries = Vec::new();
        for name in folder::folders(&root)? {
            for edition in folder::folders(&root.join(&name))? {
                entries.push(read_manifest(&root.join(&name).join(edition))?);
            }
        }
        Ok(entries)
    }

    /// Folder of a layer.
    pub fn layer_folder(&self, id: &LayerId) -> PathBuf {
        self.root().join("layers").join(&id.name).join(&id.edition)
    }

    /// Reads a layer with its places.
    ///
    /// # Errors
    /// [`ArchiveError`] when it is damaged.
    pub fn read_layer(&self, entry: &LayerEntry) -> Result<Layer, ArchiveError> {
        let places = read_places(&self.layer_folder(&entry.id).join(LAYER_FILE))?;
        Ok(Layer {
            id: entry.id.clone(),
            kind: entry.kind,
            level: entry.level,
            within: entry.within.clone(),
            source: entry.source.clone(),
            population_edition: entry.population_edition.clone(),
            places,
        })
    }

    /// Stores a layer, all at once. The same file under the same name and edition changes nothing.
    ///
    /// # Errors
    /// [`ArchiveError::LayerExists`] when the edition holds other content.
    pub fn store_layer(&self, lock: &Lock, layer: &Layer, mut entry: LayerEntry) -> Result<LayerEntry, ArchiveError> {
        let target = self.layer_folder(&layer.id);
        if target.exists() {
            let stored: LayerEntry = read_manifest(&target)?;
            let same = stored.sha256 == entry.sha256 && stored.read_as == entry.read_as;
            return if same { Ok(stored) } else { Err(ArchiveError::LayerExists(layer.id.to_string())) };
        }
        let staging = self.stage(lock)?;
        write_places(&staging.path().join(LAYER_FILE), layer)?;
        entry.version = LAYER_MANIFEST_VERSION;
        entry.places = layer.places.len();
        entry.files = stored_files(staging.path())?;
        write_manifest(staging.path(), &entry)?;
        self.publish_folder(lock, staging, (EntryKind::Layer, &layer.id.name, &layer.id.edition), &target)?;
        Ok(entry)
    }
}

fn write_places(path: &Path, layer: &Layer) -> Result<(), ArchiveError> {
    let failed = |error: &dyn std::fmt::Display| ArchiveError::write(path, error);
    let boxes: Vec<Bounds> = layer.places.iter().map(|place| bounds(&place.shape)).collect();
    let mut whole = Bounds::default();
    boxes.iter().filter_map(|b| b.0).for_each(|[west, south, east, north]| {
        whole.include(west, south);
        whole.include(east, north);
    });
    let batch = place_batch(layer, &boxes).map_err(|error| failed(&error))?;
    let file = File::create(path).map_err(ArchiveError::io(path))?;
    let mut writer =
        ArrowWriter::try_new(file, batch.schema(), Some(writer_properties(path)?)).map_err(|e| failed(&e))?;
    writer.write(&batch).map_err(|error| failed(&error))?;
    let types: &[&str] = match layer.kind {
        LayerKind::Areas => &["MultiPolygon"],
        LayerKind::Streets => &["LineString"],
    };
    writer.append_key_value_metadata(KeyValue::new("geo".to_owned(), geo_metadata(types, whole.0).to_string()));
    writer.close().map(|_| ()).map_err(|error| failed(&error))
}

fn bounds(shape: &Shape) -> Bounds {
    let mut bounds = Bounds::default();
    match shape {
        Shape::None => {}
        Shape::Area(area) => area.iter().flat_map(|part| &part.exterior().0).for_each(|c| bounds.include(c.x, c.y)),
        Shape::Line(line) => line.0.iter().for_each(|c| bounds.include(c.x, c.y)),
    }
    bounds
}

fn place_batch(layer: &Layer, boxes: &[Bounds]) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let places = &layer.places;
    let text =
        |f: &dyn Fn(&Place) -> Option<String>| -> ArrayRef { Arc::new(places.iter().map(f).collect::<StringArray>()) };
    let shapes: Vec<Option<Vec<u8>>> = places.iter().map(|place| wkb::shape(&place.shape)).collect();
    let axis =
        |index: usize| -> ArrayRef { Arc::new(boxes.iter().map(|b| b.0.map(|b| b[index])).collect::<Float64Array>()) };
    let names = ["xmin", "ymin", "xmax", "ymax"];
    let fields = names.into_iter().map(|name| Field::new(name, DataType::Float64, true)).collect();
    let bbox = StructArray::try_new(fields, (0..4).map(axis).collect(), None)?;
    RecordBatch::try_from_iter_with_nullable([
        ("code", text(&|place| Some(place.code.clone())), false),
        ("name", text(&|place| Some(place.name.clone())), false),
        ("parent", text(&|place| place.parent.clone()), true),
        ("population", text(&|place| population_text(&place.population)), true),
        ("geometry", Arc::new(shapes.iter().map(Option::as_deref).collect::<BinaryArray>()) as ArrayRef, true),
        ("bbox", Arc::new(bbox) as ArrayRef, true),
    ])
}

/// Inhabitants by year as a JSON object.
fn population_text(population: &BTreeMap<i16, u64>) -> Option<String> {
    (!population.is_empty()).then(|| serde_json::to_string(population).ok()).flatten()
}

fn read_places(path: &Path) -> Result<Vec<Place>, ArchiveError> {
    let reader = reader_builder(path)?.build().map_err(|error| ArchiveError::damaged(path, error))?;
    let mut places = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|error| ArchiveError::damaged(path, error))?;
        for row in 0..batch.num_rows() {
            let place = decode_place(&batch, row);
            places.push(place.ok_or_else(|| ArchiveError::damaged(path, format!("place {row} cannot be read")))?);
        }
    }
    Ok(places)
}

fn decode_place(batch: &RecordBatch, row: usize) -> Option<Place> {
    let text = |name: &str| -> Option<Option<String>> {
        let column = batch.column_by_name(name)?.as_string_opt::<i32>()?;
        Some(column.is_valid(row).then(|| column.value(row).to_owned()))
    };
    let geometry = batch.column_by_name("geometry")?.as_binary_opt::<i32>()?;
    let population = match text("population")? {
        Some(json) => serde_json::from_str(&json).ok()?,
        None => BTreeMap::new(),
    };
    Some(Place {
        code: text("code")??,
        name: text("name")??,
        parent: text("parent")?,
        population,
        shape: if geometry.is_valid(row) { wkb::read_shape(geometry.value(row))? } else { Shape::None },
    })
}
