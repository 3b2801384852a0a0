//! A few incidents far from the territory of their dataset: they coarsen nothing, and are told in no cell that is too narrow.

use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use std::fs;
use tequio_archive::DataFolder;
use tequio_atlas::TileLevel;
use tequio_crime_map::import::{Request as Import, import};
use tequio_crime_map::{Library, Principal};
use tequio_kernel::{Key, Query};

const MAPPING: &str = r#"dataset = "strays"
territory = "MX-09"
[columns]
offence = "offence"
date = "date"
longitude = "longitude"
latitude = "latitude"
"#;
/// Incidents in the territory.
const OWN: u64 = 40;
/// Finest zoom whose cells are 150 m wide in Mexico City.
const FINEST: u8 = 17;
const EQUATOR_M: f64 = 40_075_016.685_578_49;

fn library_with(folder: &tempfile::TempDir, strays: &[(f64, f64)]) -> Library {
    let path = folder.path().join("incidents.csv");
    let own = (0..OWN).map(|at| (-99.1 - at as f64 / 1_000.0, 19.35 + at as f64 / 1_000.0));
    let rows: String = own.chain(strays.iter().copied()).map(|(x, y)| format!("theft,2025-03-04,{x},{y}\n")).collect();
    fs::write(&path, format!("offence,date,longitude,latitude\n{rows}")).expect("space");
    let data = DataFolder::new(folder.path().join("data"));
    let now = "2026-11-26T10:00:00Z".to_owned();
    import(&data, &Import { files: &[path], dataset: None, mapping: Some(MAPPING), now }, &mut |_, _, _| {})
        .expect("an edition");
    Library::new(data).expect("a library")
}

fn query(pairs: &[(&str, &str)]) -> Query {
    Query::parse(pairs.iter().copied()).expect("a query")
}

/// Latitude of the edge of a row of cells, degrees.
fn edge(zoom: u8, row: u32) -> f64 {
    (std::f64::consts::PI * (1.0 - 2.0 * f64::from(row) / f64::from(zoom).exp2())).sinh().atan().to_degrees()
}

/// Greatest width of a cell, metres.
fn width(zoom: u8, row: u32) -> f64 {
    let nearest = edge(zoom, row).abs().min(edge(zoom, row + 1).abs());
    EQUATOR_M * nearest.to_radians().cos() / f64::from(zoom).exp2()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn no_cell_is_too_narrow_and_strays_coarsen_none(
        strays in proptest::collection::vec((-179.0..179.0_f64, -84.0..84.0_f64), 0..6),
    ) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let library = library_with(&folder, &strays);
        prop_assert_eq!(library.open(None, None).expect("an edition").public_cell_zoom(), FINEST);
        for zoom in 8..=FINEST {
            let asked = query(&[("by", &format!("cell:{zoom}"))]);
            let counts = library.count(&asked, Principal::Public).expect("an answer").counts;
            for row in &counts.rows {
                let [Key::Cell { z, y, .. }] = row.keys.as_slice() else { panic!("a cell") };
                prop_assert!(width(*z, *y) >= 150.0, "{z} {y}");
            }
            let told: u64 = counts.rows.iter().map(|row| row.count).sum();
            prop_assert!(told >= OWN, "those in the territory are told at every zoom");
            prop_assert_eq!(told + counts.unknown + counts.unlocated, counts.total);
        }
    }
}

#[test]
fn a_stray_is_told_in_wide_cells_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let library = library_with(&folder, &[(-99.1333, 80.4321)]);
    let ask = |pairs: &[(&str, &str)]| library.count(&query(pairs), Principal::Public).expect("an answer");
    let fine = ask(&[("by", "cell:17")]);
    assert_eq!((fine.counts.unknown, fine.counts.total), (1, OWN + 1));
    assert!(fine.notes.iter().any(|note| note.code() == "narrow-cells"), "{:?}", fine.notes);
    let wide = ask(&[("by", "cell:12")]);
    assert!(wide.counts.unknown == 0 && !wide.notes.iter().any(|note| note.code() == "narrow-cells"));
    // A box is made of cells that are wide there too: of none, or of one of zoom 15, 200 m and more.
    let in_box = |half: f64| {
        let (west, south, east, north) = (-99.1333 - half, 80.4321 - half, -99.1333 + half, 80.4321 + half);
        ask(&[("bbox", &format!("{west},{south},{east},{north}"))]).counts.total
    };
    assert_eq!((in_box(0.000_1), in_box(0.02)), (0, 1));
    // A tile there has the cells of the zoom that is wide enough.
    let tile = |z: u8, zoom: u8| {
        let n = f64::from(z).exp2();
        let x = ((-99.1333 + 180.0) / 360.0 * n) as u32;
        let y = ((1.0 - 80.4321_f64.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * n) as u32;
        library.tile(&query(&[]), &TileLevel::Cells(zoom), z, x, y, Principal::Public).expect("a tile")
    };
    assert!(!tile(14, 17).is_empty() && tile(14, 17) == tile(14, 15) && tile(14, 15) != tile(14, 14));
    assert!(tile(16, 17).is_empty(), "the tile is narrower than a cell");
}
