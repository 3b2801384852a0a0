//! What holds for every input: an import adds up or is refused, and never panics.

use std::io::Write as _;
use tequio_archive::DataFolder;
use tequio_crime_map::import::{Request, import};

/// Imports `header` followed by the bytes; `mapping` makes it a table of points.
pub fn check(header: &str, bytes: &[u8], mapping: Option<&str>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("input");
    let mut file = std::fs::File::create(&path).expect("a file");
    file.write_all(header.as_bytes()).and_then(|()| file.write_all(bytes)).expect("space");
    let data = DataFolder::new(folder.path().join("data"));
    let request = Request { files: &[path], dataset: None, mapping, now: String::new() };
    if let Ok(outcome) = import(&data, &request, &mut |_, _, _| {}) {
        let manifest = outcome.manifest;
        assert_eq!(manifest.rows, manifest.accepted + manifest.rejected.total);
        assert!(tequio_archive::check(&data).expect("a check").damages.is_empty());
    }
}
