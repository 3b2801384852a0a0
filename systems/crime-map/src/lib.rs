//! The crime map: incidents from the official file to the street.

pub mod adjacency;
pub mod analysis;
pub mod answer;
mod api;
mod external_sort;
mod ground;
pub mod import;
pub mod importers;
pub mod jobs;
pub mod library;
mod pages;
mod public_streets;
mod refused;
pub mod sample;
pub mod search;
mod spoken;
pub mod states;
pub mod territory;
mod whole_places;

pub use library::{Answer, DatasetView, Found, Library, LibraryError, OpenEdition};
pub use tequio_access::Principal;

use analysis::Workbench;
use std::sync::Arc;
use tequio_frame::{Gauge, System};

/// The system as the portal takes it.
pub fn system(workbench: Arc<Workbench>) -> System {
    let library = workbench.library().clone();
    let (invented, watched) = (library.clone(), workbench.clone());
    System {
        id: "crime-map",
        title_key: "crime-map-title",
        routes: api::routes(library.clone(), workbench.clone()).merge(pages::routes(library, workbench).into()),
        navigation: pages::NAVIGATION.to_vec(),
        words: pages::WORDS,
        is_synthetic: Arc::new(move || Ok(invented.is_synthetic()?)),
        gauges: Arc::new(move || gauges(&watched)),
        highlights: None,
    }
}

fn gauges(workbench: &Workbench) -> Vec<Gauge> {
    let gauge = |name, help, value: usize| Gauge { name, help, value: value as u64 };
    let (running, waiting) = workbench.jobs().load();
    let jobs = [
        gauge("crime_map_jobs_running", "Analyses that are being computed", running),
        gauge("crime_map_jobs_waiting", "Analyses that wait to be computed", waiting),
    ];
    let in_memory = |(editions, rows)| {
        [
            gauge("crime_map_open_editions", "Editions whose incidents are in memory", editions),
            gauge("crime_map_rows_in_memory", "Incidents in memory", rows),
        ]
    };
    workbench.library().in_memory().into_iter().flat_map(in_memory).chain(jobs).collect()
}
