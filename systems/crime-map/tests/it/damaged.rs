//! What is damaged while the portal runs.

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

/// What was answered without them is then kept for a state that never comes again.
#[test]
fn a_dataset_or_layer_that_is_left_out_makes_another_state() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = DataFolder::new(folder.path());
    let library = Library::new(data.clone()).expect("a library");
    let state = || data.state().expect("a state");
    let damage = |edition: &str| {
        fs::create_dir_all(folder.path().join(edition)).expect("an edition");
        fs::write(folder.path().join(edition).join("manifest.json"), "{").expect("damaged");
    };
    let whole = state();
    assert!(library.datasets().expect("a list").is_empty() && !library.layers().is_empty());
    assert_eq!(state(), whole);
    damage("datasets/demo/2025");
    let before = state();
    assert!(library.datasets().expect("a list").is_empty());
    assert_ne!(state(), before);
    damage("layers/streets/2025");
    let before = state();
    library.layers();
    assert_ne!(state(), before);
    // Damaged as before: what is answered meanwhile may be kept.
    let before = state();
    library.layers();
    assert!(library.datasets().expect("a list").is_empty());
    assert_eq!(state(), before);
    fs::remove_dir_all(folder.path().join("datasets/demo")).expect("taken away");
    let before = state();
    assert!(library.datasets().expect("a list").is_empty());
    assert_ne!(state(), before, "nothing is left out any more");
}

/// What could not be read for a moment is left out of that search only.
#[test]
fn a_layer_that_is_whole_again_is_found_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = DataFolder::new(folder.path());
    make(&data, "2026-01-01T00:00:00Z").expect("made");
    let library = Library::new(data.clone()).expect("a library");
    let layer = library.territory().expect("a territory").layer("demo-colonias").expect("a layer");
    let (name, id) = (layer.places[0].name.clone(), layer.id.clone());
    // Another library, that has not read it.
    let library = Library::new(data.clone()).expect("a library");
    let found = || !library.search(&name, Some("demo-colonias"), 5).expect("an answer").is_empty();
    let (file, before) = (data.layer_folder(&id).join("layer.parquet"), data.state().expect("a state"));
    let whole = fs::read(&file).expect("a file");
    fs::write(&file, "no table").expect("damaged");
    assert!(!found());
    assert_ne!(data.state().expect("a state"), before, "an answer without it is kept for no later state");
    fs::write(&file, whole).expect("mended");
    assert!(found());
}
