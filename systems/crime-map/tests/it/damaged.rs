//! A layer that is damaged while the portal runs.

use std::fs;
use tequio_archive::DataFolder;
use tequio_crime_map::Library;
use tequio_crime_map::sample::make;

/// Finding nothing and not being able to look are two answers.
#[test]
fn a_search_over_a_damaged_layer_is_an_error_and_not_an_empty_list() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = DataFolder::new(folder.path());
    make(&data, "2026-01-01T00:00:00Z").expect("made");
    let library = Library::new(data).expect("a library");
    assert!(!library.search("oaxaca", None, 5).expect("an answer").is_empty());
    let layers = fs::read_dir(folder.path().join("layers/demo-colonias")).expect("editions");
    for edition in layers.map(|edition| edition.expect("an edition").path()) {
        fs::write(edition.join("manifest.json"), "{").expect("damaged");
    }
    assert!(library.search("oaxaca", None, 5).is_err());
}
