use crate::shared::{csv_rows, file, xlsx_rows};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::time::Instant;
use tequio_reference::gazetteer::Place;
use tequio_reference::{Comparability, Taxonomy, crosswalk, gazetteer, measure, measure_leaves, taxonomy};

const STATE_FILES: &str = "counts/Estatal-Delitos-2015-2021_feb2021.xlsx";
const VICTIMS: &str = "counts/sesnsp-victimas-estatal-2019-11.xlsx";
const RNID: &str = "counts/sesnsp-rnid-estatal-2026-03.csv";
const FEDERAL: &str = "counts/sesnsp-federal-2025-07.csv.gz";
const GUANAJUATO: &str = "counts/sesnsp-municipal-guanajuato-homicidio.csv";
const FEMINICIDE: &str = "counts/sesnsp-municipal-feminicidio-long.json";

fn of(id: &str) -> &'static Taxonomy {
    taxonomy(id).expect("built-in tables").expect("a taxonomy")
}

/// Counts by leaf, and a panic at the first row that finds none.
fn by_leaf(taxonomy: &Taxonomy, rows: &[Vec<String>], path: std::ops::Range<usize>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for row in rows {
        let names: Vec<&str> = row[path.clone()].iter().map(String::as_str).collect();
        let leaf = taxonomy.leaf_of_path(&names).unwrap_or_else(|| panic!("{names:?}"));
        let months = row[row.len() - 12..].iter().filter_map(|cell| cell.parse::<f64>().ok());
        *counts.entry(leaf.code.clone()).or_default() += months.sum::<f64>() as u64;
    }
    counts
}

fn sum(counts: &BTreeMap<String, u64>, id: &str, taxonomy: &str) -> u64 {
    let leaves = measure_leaves(measure(id).expect("a table").expect("a measure"), taxonomy).expect("a taxonomy");
    leaves.iter().filter_map(|leaf| counts.get(*leaf)).sum()
}

fn is_state(code: &str, name: &str) {
    let gazetteer = gazetteer().expect("tables");
    let by_code = gazetteer.state(code).unwrap_or_else(|| panic!("{code}"));
    assert!(matches!(by_code, Place::Known(_)), "{code}");
    assert_eq!(gazetteer.state(name), Some(by_code), "{name}");
}

fn gunzip(path: &std::path::Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).expect("a file");
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).expect("a gzip file");
    bytes
}

#[test]
fn state_files_of_cnsp_find_their_leaf_and_state() {
    let Some(path) = file(STATE_FILES) else { return };
    let rows = &xlsx_rows(&path)[1..];
    assert_eq!(rows.len(), 21_952);
    let counts = by_leaf(of("cnsp-2015"), rows, 3..7);
    assert_eq!(counts.len(), 98);
    rows.iter().for_each(|row| is_state(&row[1], &row[2]));
    let years: u64 = [16_121, 20_149, 25_035, 29_098, 29_484, 28_824, 4_538].iter().sum();
    assert_eq!(sum(&counts, "homicide", "cnsp-2015"), years);
    let mapped = crosswalk().expect("a table").map("cnsp-2015", "rnid-2026", &counts).expect("an answer");
    let share = mapped.share_clean.expect("a total");
    eprintln!("cnsp-2015 to rnid-2026, 2015 to February 2021: {:.2} % has a clean image", share * 100.0);
    assert!(share > 0.7 && share < 1.0, "{share}");
    let kidnapping = measure("kidnapping").expect("a table").expect("a measure");
    let compared =
        crosswalk().expect("a table").comparable_measure("cnsp-2015", "rnid-2026", kidnapping, Some(&counts));
    let Ok(Comparability::Broken { share, .. }) = compared else { panic!("{compared:?}") };
    eprintln!("kidnapping: {:.2} % of it has no clean image", share * 100.0);
    assert!(share > 0.0 && share < 0.2, "{share}");
}

#[test]
fn victims_have_the_leaves_that_say_so() {
    let Some(path) = file(VICTIMS) else { return };
    let rows = &xlsx_rows(&path)[1..];
    assert_eq!(rows.len(), 36_800);
    let counts = by_leaf(of("cnsp-2015"), rows, 3..7);
    let marked = of("cnsp-2015").leaves().filter(|leaf| leaf.units.iter().any(|unit| unit == "victim"));
    let mut marked: Vec<&str> = marked.map(|leaf| leaf.code.as_str()).collect();
    marked.sort_unstable();
    assert_eq!(counts.keys().map(String::as_str).collect::<Vec<_>>(), marked);
    rows.iter().for_each(|row| is_state(&row[1], &row[2]));
}

#[test]
fn the_registry_of_2026_finds_its_leaves() {
    let Some(path) = file(RNID) else { return };
    let rows = &csv_rows(&std::fs::read(path).expect("a file"))[1..];
    assert_eq!(rows.len(), 3_648);
    let counts = by_leaf(of("rnid-2026"), rows, 3..7);
    assert_eq!(counts.len(), 114);
    rows.iter().for_each(|row| is_state(&row[1], &row[2]));
    assert_eq!(sum(&counts, "homicide", "rnid-2026"), 1_392 + 1_206 + 1_398);
    let mapped = crosswalk().expect("a table").map("rnid-2026", "cnsp-2015", &counts).expect("an answer");
    eprintln!("rnid-2026 to cnsp-2015: {:.2} % has a clean image", mapped.share_clean.expect("a total") * 100.0);
}

#[test]
fn federal_offences_find_their_leaf_and_their_33_entities() {
    let Some(path) = file(FEDERAL) else { return };
    let rows = csv_rows(&gunzip(&path));
    assert_eq!(rows.len() - 1, 13_398);
    let counts = by_leaf(of("federal"), &rows[1..], 3..6);
    assert_eq!(counts.len(), 30);
    let total: u64 = [125_328, 98_189, 98_059, 95_727, 85_213, 96_035, 112_917, 98_396, 78_482, 77_637, 77_693, 80_169]
        .iter()
        .chain(&[78_645, 48_891])
        .sum();
    assert_eq!(counts.values().sum::<u64>(), total);
    for row in &rows[1..] {
        if row[1].trim().is_empty() {
            assert_eq!(gazetteer().expect("tables").state(&row[2]).expect("a unit").code(), "MX-EXT");
        } else {
            is_state(&row[1], &row[2]);
        }
    }
}

#[test]
fn municipal_names_and_codes_lead_to_one_place() {
    let gazetteer = gazetteer().expect("tables");
    if let Some(path) = file(GUANAJUATO) {
        let rows = csv_rows(&std::fs::read(path).expect("a file"));
        by_leaf(of("cnsp-2015"), &rows[1..], 5..9);
        for row in &rows[1..] {
            let place = gazetteer.municipality(&row[3]).unwrap_or_else(|| panic!("{row:?}"));
            assert_eq!(gazetteer.municipality_named("MX-11", &row[4]), Some(place), "{row:?}");
        }
    }
    let Some(path) = file(FEMINICIDE) else { return };
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("rows");
    assert_eq!(rows.len(), 7_518);
    let mut pseudo = 0;
    for row in &rows {
        let text = |name: &str| row[name].as_str().unwrap_or_else(|| panic!("{row}")).to_owned();
        let state = gazetteer.state(&text("Entidad")).expect("a state");
        let place = gazetteer.municipality_named(state.code(), &text("Municipio")).unwrap_or_else(|| panic!("{row}"));
        pseudo += u32::from(matches!(place, Place::Pseudo(..)));
        let names = [text("Tipo de delito"), text("Subtipo de delito"), text("Modalidad")];
        assert!(of("cnsp-2015").leaf_of_path(&names.each_ref().map(String::as_str)).is_some(), "{names:?}");
    }
    assert!(pseudo > 0, "the file holds units without a place");
}

#[test]
fn population_files_name_places_that_are_known() {
    let gazetteer = gazetteer().expect("tables");
    if let Some(path) = file("population/conapo-municipal-total-1990-2040.csv") {
        for row in &csv_rows(&std::fs::read(path).expect("a file"))[1..] {
            let place = gazetteer.municipality(&row[0]).unwrap_or_else(|| panic!("{row:?}"));
            assert!(matches!(place, Place::Known(_)), "{row:?}");
            let state = gazetteer.state(&row[1]).expect("a state");
            let named = gazetteer.municipality_named(state.code(), &row[2]);
            let twins = ["San Juan Mixtepec", "San Pedro Mixtepec"];
            assert_eq!(named, (!twins.contains(&row[2].as_str())).then_some(place), "{}", row[2]);
        }
    }
    if let Some(path) = file("population/conapo-state-1950-2070.csv") {
        for row in &csv_rows(&std::fs::read(path).expect("a file"))[1..] {
            is_state(&row[2], &row[1]);
        }
    }
    let Some(path) = file("population/inegi-censo-2020-municipal-raw.csv") else { return };
    let (mut states, mut municipalities) = (0, 0);
    for row in csv_rows(&std::fs::read(path).expect("a file")).iter().filter(|row| row.len() > 3) {
        match (gazetteer.state(&row[0]), gazetteer.municipality(&row[0])) {
            (Some(Place::Known(code)), None) => {
                assert_eq!(gazetteer.state(&row[1]), Some(Place::Known(code)), "{row:?}");
                states += 1;
            }
            (None, Some(Place::Known(_))) => municipalities += 1,
            other => assert!(row[1].is_empty() || row[1] == "Total", "{row:?}: {other:?}"),
        }
    }
    assert_eq!((states, municipalities), (32, 2_469));
}

/// A row of an official file costs a few hundred nanoseconds; the bound is loose, so that a busy machine passes.
#[test]
fn a_path_is_found_fast() {
    let names = ["El patrimonio", "Robo", "Robo a transeúnte en vía pública", "Con violencia"];
    let folded = ["EL PATRIMONIO", "ROBO", "ROBO A TRANSEÚNTE EN VÍA PÚBLICA ", "CON VIOLENCIA"];
    for (names, what) in [(names, "as written"), (folded, "in other letters")] {
        let start = Instant::now();
        let found = (0..100_000).filter(|_| of("cnsp-2015").leaf_of_path(std::hint::black_box(&names)).is_some());
        assert_eq!(found.count(), 100_000);
        let each = start.elapsed() / 100_000;
        eprintln!("a leaf by its path {what}: {each:?}");
        assert!(each.as_micros() < 50, "{each:?}");
    }
}
