//! An indicator by state, or by municipality of a state: a shaded map and a table with rate, interval and rank.

use crate::ask::Ask;
use crate::indicators::{IndicatorError, PlaceRate, PlaceRates, rates_by_place};
use crate::pages::asked::address;
use crate::pages::{catalogue, speak};
use crate::shelf::Shelf;
use serde_json::json;
use std::sync::Arc;
use tequio_frame::chart::choropleth::{Region, choropleth};
use tequio_frame::chart::picture::Map;
use tequio_frame::chart::whisker::{Whisker, largest, whisker};
use tequio_frame::chart::{Classes, Legend};
use tequio_frame::{Column, DataTable, Figure, Visit, format};
use tequio_kernel::{IndicatorAbout, Period, Shape};

/// Classes of the map.
const CLASSES: usize = 6;
/// Rows that are shown before the others are folded away.
const SHOWN_MAX: usize = 32;

/// The places below one.
pub(crate) struct Places {
    pub title: String,
    pub caption: String,
    pub svg: String,
    pub legend: Legend,
    pub rows: Vec<Row>,
    /// The rows after the first.
    pub folded: Vec<Row>,
    pub source: String,
    pub source_href: String,
    pub denominator: String,
    /// What pseudo-units count, and places that the map has not; empty when there is nothing of the kind.
    pub notes: Vec<String>,
    pub figure: Figure,
    pub table: DataTable,
    pub synthetic: bool,
}

/// A place.
pub(crate) struct Row {
    pub name: String,
    pub href: String,
    pub rank: String,
    pub count: String,
    pub people: String,
    pub rate: String,
    pub interval: String,
    pub whisker: String,
}

impl Places {
    /// The places one step below the one asked for; `None` when nothing here tells them apart.
    pub(crate) fn of(
        shelf: &Arc<Shelf>,
        visit: &Visit,
        about: &IndicatorAbout,
        ask: &Ask,
        period: &Period,
    ) -> Result<Option<Self>, IndicatorError> {
        let layer = match ask.place().matches('-').count() {
            0 => "states",
            1 => "municipalities",
            _ => return Ok(None),
        };
        let Some(rates) = rates_by_place(shelf, ask, about, layer, period)? else { return Ok(None) };
        if rates.rows.iter().all(|row| row.rate.is_none()) {
            return Ok(None);
        }
        Ok(Some(told(shelf, visit, about, ask, period, layer, rates)))
    }
}

fn told(
    shelf: &Arc<Shelf>,
    visit: &Visit,
    about: &IndicatorAbout,
    ask: &Ask,
    period: &Period,
    layer: &str,
    rates: PlaceRates,
) -> Places {
    let when = speak::period_in_words(visit, period);
    let unit = speak::unit(visit, about, &rates.numerator.unit);
    let name = shelf.place(ask.place()).map(|place| place.name.clone()).unwrap_or_default();
    let title = visit.say(&format!("ind-by-{layer}"), &[("place", name.into())]);
    let values: Vec<f64> = rates.rows.iter().filter_map(|row| row.rate.map(|(value, _)| value)).collect();
    let classes = Classes::quantiles(&values, CLASSES);
    let none = if values.len() < rates.rows.len() { visit.t("chart-legend-none") } else { String::new() };
    let caption = format!("{unit}, {when}");
    let legend = Legend::of(&classes, caption.clone(), visit.t("chart-legend-method"), none);
    let regions = regions(shelf, visit, about, ask, &rates.rows);
    let notes = notes(visit, &rates, rates.rows.len() - regions.len());
    let figure = map_figure(shelf, visit, about, &title, &legend, &classes, &rates.rows).with_notes(notes.clone());
    let top = largest(rates.rows.iter().filter_map(whisker_of));
    let mut rows: Vec<Row> = rates.rows.iter().map(|row| row_of(visit, about, ask, row, top)).collect();
    let mut folded = rows.split_off(rows.len().min(SHOWN_MAX));
    // Hundreds of small pictures would make the page heavy; the interval stands in numbers beside them.
    folded.iter_mut().for_each(|row| row.whisker.clear());
    Places {
        caption,
        svg: choropleth(&regions, &classes),
        legend,
        rows,
        folded,
        source: catalogue::source_of(visit, &rates.numerator),
        source_href: rates.numerator.address.clone(),
        denominator: catalogue::source_of(visit, &rates.denominator),
        notes,
        figure,
        table: table(layer, title.clone(), &rates.rows),
        synthetic: rates.synthetic,
        title,
    }
}

/// What the table or the map does not have; `undrawn` places have no boundary.
fn notes(visit: &Visit, rates: &PlaceRates, undrawn: usize) -> Vec<String> {
    let of = |n: u64, key: &str| (n > 0).then(|| visit.say(key, &[("n", n.into())]));
    of(rates.unplaced, "ind-unplaced").into_iter().chain(of(undrawn as u64, "ind-undrawn")).collect()
}

fn whisker_of(row: &PlaceRate) -> Option<Whisker> {
    row.rate.map(|(value, span)| Whisker { value, low: span.low, high: span.high })
}

fn row_of(visit: &Visit, about: &IndicatorAbout, ask: &Ask, row: &PlaceRate, top: f64) -> Row {
    let why = row.why.map(|why| visit.t(&format!("why-{why}"))).unwrap_or_default();
    let number = |number: Option<u64>| number.map_or_else(|| "–".to_owned(), format::integer);
    Row {
        name: row.name.clone(),
        href: href(about, ask, &row.code),
        rank: row.rank.map(|rank| rank.to_string()).unwrap_or_default(),
        count: number(row.count),
        people: number(row.people),
        rate: row.rate.map_or_else(|| "–".to_owned(), |(value, _)| format::rate(value)),
        interval: row.rate.map_or(why, |(_, span)| speak::span(about.measured, span)),
        whisker: whisker(whisker_of(row), None, top),
    }
}

fn href(about: &IndicatorAbout, ask: &Ask, code: &str) -> String {
    let ask = Ask { place: Some(code.to_owned()), ..ask.clone() };
    address(&format!("/indicators/{}", about.id), &ask)
}

fn regions<'a>(
    shelf: &'a Shelf,
    visit: &Visit,
    about: &IndicatorAbout,
    ask: &Ask,
    rows: &[PlaceRate],
) -> Vec<Region<'a>> {
    let region = |row: &PlaceRate| match &shelf.place(&row.code)?.shape {
        Shape::Area(shape) => {
            let value = row.rate.map_or_else(|| visit.t("chart-missing"), |(value, _)| format::rate(value));
            let hint = format!("{}: {value}", row.name);
            Some(Region { href: href(about, ask, &row.code), hint, value: row.rate.map(|(value, _)| value), shape })
        }
        _ => None,
    };
    rows.iter().filter_map(region).collect()
}

/// The same map as a picture that stands alone.
fn map_figure(
    shelf: &Arc<Shelf>,
    visit: &Visit,
    about: &IndicatorAbout,
    title: &str,
    legend: &Legend,
    classes: &Classes,
    rows: &[PlaceRate],
) -> Figure {
    let (shelf, classes, drawn) = (shelf.clone(), classes.clone(), legend.clone());
    let values: Vec<(String, Option<f64>)> =
        rows.iter().map(|row| (row.code.clone(), row.rate.map(|(value, _)| value))).collect();
    let headline = format!("{}. {title}", catalogue::title(visit, about));
    Figure::new("map", headline, legend.title.clone(), move || {
        let region = |(code, value): &(String, Option<f64>)| match &shelf.place(code)?.shape {
            Shape::Area(shape) => Some(Region { href: String::new(), hint: String::new(), value: *value, shape }),
            _ => None,
        };
        let regions: Vec<Region<'_>> = values.iter().filter_map(region).collect();
        let map = Map {
            legend: &drawn.title,
            method: &drawn.method,
            zero: "",
            none: &drawn.none,
            regions: &regions,
            classes: &classes,
            write: &format::rate,
        };
        Ok(map.draw())
    })
}

fn table(layer: &str, title: String, rows: &[PlaceRate]) -> DataTable {
    let columns = [
        Column::text("place"),
        Column::text("name"),
        Column::count("rank", "places"),
        Column::number("rate", "per 100,000 inhabitants"),
        Column::number("low", "per 100,000 inhabitants"),
        Column::number("high", "per 100,000 inhabitants"),
        Column::count("count", "events"),
        Column::count("population", "inhabitants"),
        Column::text("not_computable"),
    ];
    let cells = rows.iter().map(|row| {
        [
            json!(row.code),
            json!(row.name),
            json!(row.rank),
            json!(row.rate.map(|(value, _)| value)),
            json!(row.rate.map(|(_, span)| span.low)),
            json!(row.rate.map(|(_, span)| span.high)),
            json!(row.count),
            json!(row.people),
            json!(row.why),
        ]
    });
    DataTable::new(format!("places-{layer}"), title, columns, cells)
}
