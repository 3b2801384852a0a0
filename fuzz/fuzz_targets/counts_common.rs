//! What holds for every table of official counts: an import adds up or is refused in one line, and never panics.

use std::io::Write as _;
use tequio_archive::DataFolder;
use tequio_crime_indicators::import::{Request, import, import_mapped};
use tequio_crime_indicators::importers::Mapping;

/// Imports `head` followed by the bytes, with a mapping or without.
pub fn check(head: &[u8], bytes: &[u8], mapping: Option<&Mapping>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("input");
    let mut file = std::fs::File::create(&path).expect("a file");
    file.write_all(head).and_then(|()| file.write_all(bytes)).expect("space");
    let data = DataFolder::new(folder.path().join("data"));
    let now = "2026-01-01T00:00:00Z".to_owned();
    let request = Request { files: &[path], dataset: None, edition: None, published: None, now };
    let outcome = match mapping {
        None => import(&data, &request, &mut |_, _, _| {}),
        Some(mapping) => import_mapped(&data, &request, mapping, &mut |_, _, _| {}),
    };
    match outcome {
        Err(error) => assert!(!error.to_string().contains('\n')),
        Ok(outcome) => {
            let manifest = outcome.manifest;
            let read: u64 = manifest.sources.iter().map(|file| file.rows).sum();
            let checks = manifest.counts.expect("counts").check_rows;
            assert_eq!(read, manifest.accepted + manifest.rejected.total + checks);
            assert!(tequio_archive::check(&data).expect("a check").damages.is_empty());
        }
    }
}
