//! Analyses that nobody wants any more.

use tequio_archive::DataFolder;
use tequio_crime_map::analysis::{AnalysisError, Request, analyses};
use tequio_crime_map::jobs::Watch;
use tequio_crime_map::sample::make;
use tequio_crime_map::{Library, Principal};

/// Also those that draw no replicas, and the others before they draw the first. Every look of its own ends it: those of
/// the counting, and those after it.
#[test]
fn every_analysis_ends_at_each_look_when_nobody_wants_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = DataFolder::new(folder.path());
    make(&data, "2026-01-01T00:00:00Z").expect("made");
    let library = Library::new(data).expect("a library");
    for analysis in analyses() {
        let id = analysis.about().id;
        let looks = if id == "density" { 4 } else { 3 };
        // Few enough for pairs.
        let filter = vec![("offence".to_owned(), "HOMICIDIO DOLOSO".to_owned())];
        let request = Request::parse(analysis, filter).expect("a question");
        for look in 0..looks {
            let ended = request.run(&library, Principal::Operator, &Watch::of_looks(look));
            assert!(matches!(ended, Err(AnalysisError::Stopped(_))), "{id} goes on at look {look}");
        }
    }
}
