//! The demonstration: deterministic, whole, and with the quirks it promises.

use tequio_archive::DataFolder;
use tequio_crime_map::sample::{INCIDENTS, make};
use tequio_crime_map::{Library, Principal};
use tequio_kernel::Query;

fn ask(library: &Library, text: &str) -> tequio_crime_map::Answer {
    let query = Query::parse(text.split('&').filter_map(|pair| pair.split_once('='))).expect("a query");
    library.count(&query, Principal::Operator).expect("an answer")
}

#[test]
fn the_demonstration_is_the_same_everywhere() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = DataFolder::new(folder.path());
    let manifest = make(&data, "2026-01-01T00:00:00Z").expect("made").expect("was not there").manifest;
    assert!(make(&data, "2026-01-01T00:00:00Z").expect("looked").is_none(), "made once");
    assert_eq!((manifest.rows, manifest.rejected.total, manifest.synthetic), (INCIDENTS as u64, 0, true));
    // Changing the generator changes this name; it is the same on every machine.
    assert_eq!(manifest.edition, "2025-12-f8034f08");
    assert_eq!(manifest.months.len(), 60);
    for flag in [
        "duplicate_row",
        "time_placeholder",
        "label_disagrees",
        "outside_territory",
        "name_normalised",
        "point_missing",
    ] {
        assert!(manifest.flags.get(flag).is_some_and(|rows| *rows > 50), "{flag}");
    }
    let library = Library::new(data).expect("a library");
    let gap = ask(&library, "by=month&place=MX-20&period=2022");
    assert_eq!(gap.counts.rows.len(), 9, "Oaxaca did not report in three months of 2022");
    let colonias = ask(&library, "by=place:demo-colonias");
    assert_eq!(colonias.counts.rows.len(), 16);
    let segments = ask(&library, "by=segment");
    assert!(segments.counts.rows.len() > 1_500, "{}", segments.counts.rows.len());
}
