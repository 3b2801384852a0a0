//! The crime map: incidents from the official file to the street.

pub mod adjacency;
pub mod answer;
mod api;
mod external_sort;
pub mod import;
pub mod importers;
pub mod library;
mod pages;
mod public_streets;
pub mod received;
pub mod sample;
pub mod search;
pub mod territory;

pub use library::{Answer, DatasetView, Found, Library, LibraryError, OpenEdition};
pub use tequio_access::Principal;

use std::sync::Arc;
use tequio_frame::System;

/// The system as the portal takes it.
pub fn system(library: Arc<Library>) -> System {
    let invented = library.clone();
    System {
        id: "crime-map",
        title_key: "crime-map-title",
        routes: api::routes(library.clone()).merge(pages::routes(library).into()),
        navigation: pages::NAVIGATION.to_vec(),
        words: pages::WORDS,
        is_synthetic: Arc::new(move || invented.is_synthetic().unwrap_or(false)),
    }
}
