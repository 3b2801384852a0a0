//! Analyses that nobody wants any more.

use tequio_archive::DataFolder;
use tequio_crime_map::analysis::{AnalysisError, Request, analyses};
use tequio_crime_map::jobs::Watch;
use tequio_crime_map::sample::make;
use tequio_crime_map::{Library, Principal};

/// Also those that draw no replicas, and the others before they draw the first.
#[test]
fn every_analysis_ends_before_its_replicas_when_nobody_wants_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = DataFolder::new(folder.path());
    make(&data, "2026-01-01T00:00:00Z").expect("made");
    let library = Library::new(data).expect("a library");
    let watch = Watch::default();
    watch.stop();
    for analysis in analyses() {
        let request = Request::parse(analysis, Vec::new()).expect("a question");
        let ended = request.run(&library, Principal::Operator, &watch);
        assert!(matches!(ended, Err(AnalysisError::Stopped(_))), "{}", analysis.about().id);
    }
}
