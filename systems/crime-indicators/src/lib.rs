//! Crime indicators: official counts in every edition, what changed between them, and figures that can be checked.

#![cfg_attr(test, allow(clippy::expect_used, reason = "a test that cannot go on fails"))]

pub mod alarms;
mod answers;
mod api;
pub mod ask;
pub mod catalogue;
pub mod claims;
pub mod compared;
pub mod completeness;
pub mod diff;
pub mod import;
pub mod importers;
pub mod indicators;
mod memo;
mod pages;
pub mod proof;
pub mod publish;
pub mod revisions;
pub mod sample;
pub mod select;
pub mod shelf;

use std::sync::Arc;
use tequio_frame::{Gauge, System};

pub use shelf::Shelf;

/// The system as the portal takes it.
pub fn system(shelf: Arc<Shelf>) -> System {
    let (invented, watched, told) = (shelf.clone(), shelf.clone(), shelf.clone());
    System {
        id: "crime-indicators",
        title_key: "crime-indicators-title",
        routes: api::routes(shelf.clone()).merge(pages::routes(shelf).into()),
        navigation: pages::NAVIGATION.to_vec(),
        words: pages::WORDS,
        is_synthetic: Arc::new(move || Ok(invented.is_synthetic()?)),
        gauges: Arc::new(move || watched.in_memory().map(gauges).unwrap_or_default()),
        highlights: Some(Arc::new(move |visit, place| pages::highlights(&told, visit, place))),
    }
}

fn gauges((editions, figures): (usize, usize)) -> Vec<Gauge> {
    let gauge = |name, help, value: usize| Gauge { name, help, value: value as u64 };
    vec![
        gauge("crime_indicators_open_editions", "Editions of official counts in memory", editions),
        gauge("crime_indicators_figures_in_memory", "Figures in memory", figures),
    ]
}
