//! Cells that follow from the ground of a question.

use std::fs;
use tequio_archive::DataFolder;
use tequio_crime_map::analysis::{Request, analyses};
use tequio_crime_map::import::{Request as Import, import};
use tequio_crime_map::jobs::Watch;
use tequio_crime_map::{Library, Principal};

const MAPPING: &str = r#"dataset = "far-and-near"
[columns]
offence = "offence"
date = "date"
longitude = "longitude"
latitude = "latitude"
"#;

/// Cells are as fine as the edition's incidents farthest from the equator allow, wherever one asks.
#[test]
fn a_box_near_the_equator_is_asked_by_cells_that_are_public() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("incidents.csv");
    let near = (0..30).map(|at| format!("theft,2025-03-04,-99.1{at:02},19.35\n"));
    let far = (0..30).map(|at| format!("theft,2025-03-04,18.9{at:02},69.65\n"));
    let rows: String = near.chain(far).collect();
    fs::write(&path, format!("offence,date,longitude,latitude\n{rows}")).expect("space");
    let data = DataFolder::new(folder.path().join("data"));
    let now = "2026-11-26T10:00:00Z".to_owned();
    let request = Import { files: &[path], dataset: None, mapping: Some(MAPPING), now };
    import(&data, &request, &mut |_, _, _| {}).expect("an edition");
    let library = Library::new(data).expect("a library");
    let density = analyses().into_iter().find(|analysis| analysis.about().id == "density").expect("it is there");
    let pairs = vec![("bbox".to_owned(), "-99.2,19.3,-99.1,19.4".to_owned())];
    let asked = Request::parse(density, pairs).expect("a question");
    let answered = asked.run(&library, Principal::Public, &Watch::default());
    assert!(answered.is_ok(), "{:?}", answered.err());
}
