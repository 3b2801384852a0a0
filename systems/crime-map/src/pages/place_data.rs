//! The tables of a place's page for programs.

use crate::pages::data;
use crate::pages::place_children::Child;
use crate::pages::trend::Trend;
use tequio_frame::chart::heat::HourTable;
use tequio_frame::{DataTable, Visit};
use tequio_kernel::{Counts, Layer};

/// Trend, offences and hours of the place; hours only where some are known.
pub(crate) fn of_place(visit: &Visit, trend: &Trend, by_offence: &Counts, hours: &HourTable) -> Vec<DataTable> {
    let some_known = hours.0.iter().flatten().any(|count| *count > 0);
    let hours = some_known.then(|| data::hours(visit, hours));
    [data::months(visit, &trend.steps), data::offences(visit, by_offence)].into_iter().chain(hours).collect()
}

/// The places of one layer within the place.
pub(crate) fn of_children(layer: &Layer, title: &str, rows: &[Child]) -> DataTable {
    data::places(format!("places-{}", layer.id.name), title.to_owned(), rows)
}
