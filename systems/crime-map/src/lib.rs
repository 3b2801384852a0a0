//! The crime map: incidents from the official file to the street.

pub mod adjacency;
pub mod analysis;
pub mod answer;
mod api;
mod external_sort;
pub mod import;
pub mod importers;
pub mod library;
mod pages;
mod public_streets;
pub mod sample;
pub mod search;
pub mod territory;
mod whole_places;

pub use library::{Answer, DatasetView, Found, Library, LibraryError, OpenEdition};
pub use tequio_access::Principal;

use std::sync::Arc;
use tequio_frame::{Gauge, System};

/// The system as the portal takes it.
pub fn system(library: Arc<Library>) -> System {
    let (invented, watched, data) = (library.clone(), library.clone(), library.data().clone());
    let workbench = Arc::new(analysis::Workbench::new(library.clone()));
    System {
        id: "crime-map",
        title_key: "crime-map-title",
        routes: api::routes(library.clone(), workbench.clone()).merge(pages::routes(library, workbench).into()),
        navigation: pages::NAVIGATION.to_vec(),
        words: pages::WORDS,
        is_synthetic: Arc::new(move || invented.is_synthetic().unwrap_or(false)),
        state: Arc::new(move || data.state().ok()),
        gauges: Arc::new(move || watched.in_memory().map(gauges).unwrap_or_default()),
        highlights: None,
    }
}

fn gauges((editions, rows): (usize, usize)) -> Vec<Gauge> {
    let gauge = |name, help, value: usize| Gauge { name, help, value: value as u64 };
    vec![
        gauge("crime_map_open_editions", "Editions whose incidents are in memory", editions),
        gauge("crime_map_rows_in_memory", "Incidents in memory", rows),
    ]
}
