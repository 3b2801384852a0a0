//! A data folder with a clock that ticks and seeds that are counted, so that every run is the same.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use tequio_archive::ledger::{
    BuiltIn, EntryKind, KEYS_FOLDER, KeyFolder, LEDGER_FOLDER, PublicKey, ROWS_FILE, RowsTree, Seal, Trust, content_of,
};
use tequio_archive::{DataFolder, INCIDENTS_FILE, IncidentWriter, LayerEntry};
use tequio_kernel::{Flags, Incident, Layer, LayerId, LayerKind, Level, Manifest, Occurred, Place, Shape};

/// First time of the clock, 2026-01-01T00:00:00Z, in seconds since 1970.
pub const START: u64 = 1_767_225_600;

/// Makes a time of seconds after 2026-01-01T00:00:00Z, within that January.
pub fn time(seconds: u64) -> String {
    let (day, rest) = (1 + seconds / 86_400, seconds % 86_400);
    format!("2026-01-{day:02}T{:02}:{:02}:{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60)
}

pub fn seed(number: u8) -> [u8; 32] {
    std::array::from_fn(|at| number.wrapping_mul(31).wrapping_add(at as u8))
}

/// One built-in classification.
pub fn built_in() -> Vec<BuiltIn> {
    let sha256 = content_of(b"classification")[7..].to_owned();
    vec![BuiltIn { kind: EntryKind::Taxonomy, name: "rnid".to_owned(), edition: "2026".to_owned(), sha256 }]
}

/// A seal whose clock begins at some second and ticks once whenever it is read.
pub fn seal_from(second: u64) -> Seal {
    let (clock, seeds) = (AtomicU64::new(second), AtomicU64::new(1));
    Seal {
        now: Box::new(move || time(clock.fetch_add(1, Ordering::Relaxed))),
        seed: Box::new(move || Ok(seed(seeds.fetch_add(1, Ordering::Relaxed) as u8))),
        origin: Some("ledger.example.org".to_owned()),
        writer: "test, process 1".to_owned(),
        built_in,
    }
}

/// A folder that goes away with the test.
pub struct Desk {
    pub folder: TempDir,
    pub data: DataFolder,
}

impl Desk {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataFolder::new(folder.path().join("data")).sealed(seal_from(0));
        Self { folder, data }
    }

    pub fn ledger_folder(&self) -> std::path::PathBuf {
        self.data.root().join(LEDGER_FOLDER)
    }

    pub fn key(&self) -> PublicKey {
        KeyFolder::new(self.data.root().join(KEYS_FOLDER)).log_key().expect("a key").public().clone()
    }

    pub fn trust(&self) -> Trust {
        Trust::in_key(self.key())
    }

    /// Publishes an edition of some rows.
    pub fn publish(&self, dataset: &str, edition: &str, rows: usize) -> Manifest {
        publish(&self.data, dataset, edition, rows)
    }

    pub fn store_layer(&self, name: &str, edition: &str) {
        let id = LayerId { name: name.to_owned(), edition: edition.to_owned() };
        let place = Place {
            code: "1".to_owned(),
            name: "Uno".to_owned(),
            parent: None,
            population: Default::default(),
            shape: Shape::None,
        };
        let layer = Layer {
            id: id.clone(),
            kind: LayerKind::Areas,
            level: Level::Local,
            within: None,
            source: "test".to_owned(),
            population_edition: None,
            places: vec![place],
        };
        let entry = LayerEntry {
            version: 0,
            id,
            kind: LayerKind::Areas,
            level: Level::Local,
            within: None,
            source: "test".to_owned(),
            population_edition: None,
            places: 1,
            source_file: "test".to_owned(),
            sha256: String::new(),
            read_as: String::new(),
            added_at: time(0),
            issues: Vec::new(),
            files: Vec::new(),
        };
        let lock = self.data.lock().expect("a lock");
        self.data.store_layer(&lock, &layer, entry).expect("a layer");
    }
}

pub fn row(edition: &str, index: usize) -> serde_json::Value {
    serde_json::json!({ "edition": edition, "offence": "homicidio", "place": format!("{index:05}"), "period": "2026-01", "unit": "victim", "value": index })
}

pub fn row_bytes(edition: &str, index: usize) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(&row(edition, index)).expect("JSON")
}

pub fn publish(data: &DataFolder, dataset: &str, edition: &str, rows: usize) -> Manifest {
    let lock = data.lock().expect("a lock");
    let staging = data.stage(&lock).expect("staging");
    let mut writer = IncidentWriter::create(&staging.path().join(INCIDENTS_FILE)).expect("a file");
    (1..=rows).for_each(|row| writer.write(&incident(row)).expect("space"));
    writer.finish().expect("space");
    RowsTree::over((0..rows).map(|index| row_bytes(edition, index)))
        .write(&staging.path().join(ROWS_FILE))
        .expect("space");
    data.publish(&lock, staging, manifest(dataset, edition, rows)).expect("an edition")
}

fn incident(row: usize) -> Incident {
    Incident {
        file: 0,
        row: row as u64,
        id: None,
        offence: "FRAUDE".to_owned(),
        detail: None,
        occurred: Occurred::UNKNOWN,
        reported_day: None,
        point: None,
        place_label: None,
        neighbourhood_label: None,
        street_label: None,
        flags: Flags::default(),
    }
}

pub fn manifest(dataset: &str, edition: &str, rows: usize) -> Manifest {
    serde_json::from_value(serde_json::json!({
        "version": 1, "dataset": dataset, "title": "Prueba", "attribution": "nadie", "synthetic": true,
        "edition": edition, "sequence": 0, "supersedes": null, "imported_at": time(0),
        "sha256": "0", "content_sha256": edition, "sources": [], "format": "test", "importer_version": 1,
        "encoding": "UTF-8", "rows": rows, "accepted": rows, "rejected": { "total": 0, "by_reason": {} },
        "flags": {}, "unlocated": rows, "precision": "unknown", "months": {}, "checked_against": null, "files": []
    }))
    .expect("a manifest")
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    std::fs::set_permissions(to, from.metadata().expect("a folder").permissions()).expect("permissions");
    for found in std::fs::read_dir(from).expect("a folder") {
        let found = found.expect("an entry");
        let target = to.join(found.file_name());
        if found.path().is_dir() {
            copy(&found.path(), &target)
        } else {
            std::fs::copy(found.path(), target).map(|_| ()).expect("a copy")
        }
    }
}

/// Numbers that are mixed well and the same in every run (SplitMix64).
pub struct Mixer(pub u64);

impl Mixer {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}
