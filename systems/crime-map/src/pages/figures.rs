//! The charts of the pages as pictures that stand alone.

use crate::pages::hours;
use std::sync::Arc;
use tequio_frame::chart::choropleth::Region;
use tequio_frame::chart::heat::HourTable;
use tequio_frame::chart::line::{self, Band, Step};
use tequio_frame::chart::panel::{self, Series};
use tequio_frame::chart::picture::Map;
use tequio_frame::chart::small::{self, Item};
use tequio_frame::chart::whisker::{self, Whisker};
use tequio_frame::chart::{Classes, Legend, bar};
use tequio_frame::{Figure, Visit, format};
use tequio_kernel::{Counts, Key, Layer, Shape};

/// Offences of a chart that stands alone.
const OFFENCES_MAX: usize = 20;

/// The trend by month; `missing` and `silent` are months in words.
pub(crate) fn months(visit: &Visit, steps: &[Step], bands: &[Band], text: &str, gaps: [&str; 2]) -> Figure {
    let (steps, bands, language) = (steps.to_vec(), bands.to_vec(), visit.language);
    let word = visit.t("chart-missing");
    let notes = ["trend-missing", "trend-silent"].into_iter().zip(gaps).filter(|(_, months)| !months.is_empty());
    let notes: Vec<String> = notes.map(|(key, months)| format!("{} {months}.", visit.t(key))).collect();
    Figure::new("months", visit.t("trend-title"), text, move || Ok(line::drawing(language, &steps, &word, &bands)))
        .with_notes(notes)
}

/// Hours and weekdays.
pub(crate) fn hours(visit: &Visit, table: &HourTable, text: &str) -> Figure {
    let (visit, table) = (visit.clone(), table.clone());
    let title = visit.t("hours-title");
    Figure::new("hours", title, text, move || Ok(hours::drawing(&visit, &table)))
}

/// The most frequent offences.
pub(crate) fn offences(visit: &Visit, counts: &Counts, text: &str) -> Figure {
    let mut rows: Vec<(String, u64)> = counts.rows.iter().filter_map(named).collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    rows.truncate(OFFENCES_MAX);
    Figure::new("offences", visit.t("offences-title"), text, move || Ok(bar::drawing(&rows)))
}

fn named(row: &tequio_kernel::CountRow) -> Option<(String, u64)> {
    match row.keys.first() {
        Some(Key::Offence { name, .. }) => Some((name.clone(), row.count)),
        _ => None,
    }
}

/// The courses of the most frequent offences.
pub(crate) fn multiples(visit: &Visit, items: Vec<Item>, text: &str) -> Figure {
    Figure::new("multiples", visit.t("multiples-title"), text, move || Ok(small::drawing(&items)))
}

/// Rates with their intervals, row by row.
pub(crate) fn whiskers(title: String, text: &str, rows: Vec<(String, Option<Whisker>)>) -> Figure {
    Figure::new("rates", title, text, move || Ok(whisker::drawing(&rows)))
}

/// Trends side by side, on one scale.
pub(crate) fn panels(title: &str, text: &str, names: &[String], series: Vec<Series>, top: f64) -> Figure {
    let names = names.to_vec();
    Figure::new("months", title, text, move || Ok(panel::drawing(&names, &series, top)))
}

/// What a map of rates says.
pub(crate) struct RateMap {
    pub title: String,
    pub legend: Legend,
    pub classes: Classes,
    /// Index of each place in the layer, and its rate.
    pub values: Vec<(usize, Option<f64>)>,
}

/// The places of a layer shaded by their rates.
pub(crate) fn rates(layer: Arc<Layer>, map: RateMap, text: &str) -> Figure {
    Figure::new("map", map.title.clone(), text, move || {
        let regions = map.values.iter().filter_map(|(index, value)| match &layer.places.get(*index)?.shape {
            Shape::Area(shape) => Some(Region { href: String::new(), hint: String::new(), value: *value, shape }),
            _ => None,
        });
        let drawn = Map {
            legend: &map.legend.title,
            method: &map.legend.method,
            zero: "",
            none: &map.legend.none,
            regions: &regions.collect::<Vec<_>>(),
            classes: &map.classes,
            write: &format::rate,
        };
        Ok(drawn.draw())
    })
}
