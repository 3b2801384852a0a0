//! The figures of the pages as tables for programs: unrounded, and null where nothing is known.

use crate::library::Found;
use crate::pages::place_children::Child;
use crate::pages::span::Span;
use serde_json::{Value, json};
use tequio_frame::chart::heat::{DAYS, HOURS, HourTable};
use tequio_frame::{Column, DataTable, Visit};
use tequio_kernel::{Counts, Key, Manifest, Month};

const INCIDENTS: &str = "incidents";
const ROWS: &str = "rows of the source";
/// Rates and their limits; the period is that of the page.
const PER_100K: &str = "incidents per 100,000 inhabitants in the period";

/// Places with their counts and rates; `note` says why there is no rate.
pub(crate) fn places(id: String, title: String, rows: &[Child]) -> DataTable {
    let columns = [
        Column::text("place"),
        Column::text("name"),
        Column::count("count", INCIDENTS),
        Column::number("rate", PER_100K),
        Column::number("rate_low", PER_100K),
        Column::number("rate_high", PER_100K),
        Column::count("population", "inhabitants"),
        Column::time("population_year"),
        Column::text("note"),
    ];
    let row = |row: &Child| {
        let rate = row.rated.as_ref();
        [
            json!(row.place),
            json!(row.name),
            json!(row.count_value),
            json!(rate.map(|rate| rate.value)),
            json!(rate.map(|rate| rate.low)),
            json!(rate.map(|rate| rate.high)),
            json!(rate.map(|rate| rate.population)),
            json!(rate.map(|rate| rate.year)),
            if rate.is_some() { Value::Null } else { json!(row.interval) },
        ]
    };
    DataTable::new(id, title, columns, rows.iter().map(row))
}

/// Every month of the span; a month without data has no count.
pub(crate) fn months(visit: &Visit, steps: &[(Month, Option<u64>)]) -> DataTable {
    let columns = [Column::time("month"), Column::count("count", INCIDENTS)];
    let rows = steps.iter().map(|(month, count)| [json!(month.to_string()), json!(count)]);
    DataTable::new("months", visit.t("trend-title"), columns, rows)
}

/// Offences, the most frequent first.
pub(crate) fn offences(visit: &Visit, counts: &Counts) -> DataTable {
    let mut rows: Vec<_> = counts.rows.iter().filter_map(|row| Some((row.keys.first()?, row.count))).collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let columns = [Column::text("offence"), Column::text("offence_name"), Column::count("count", INCIDENTS)];
    let rows = rows.into_iter().filter_map(|(key, count)| match key {
        Key::Offence { code, name } => Some([json!(code), json!(name), json!(count)]),
        _ => None,
    });
    DataTable::new("offences", visit.t("offences-title"), columns, rows)
}

/// Hours and days of the week; null is the unknown hour or day.
pub(crate) fn hours(visit: &Visit, table: &HourTable) -> DataTable {
    let columns = [
        Column::count("hour", "0 to 23"),
        Column::count("weekday", "1 Monday to 7 Sunday"),
        Column::count("count", INCIDENTS),
    ];
    let cells = (0..HOURS).flat_map(|hour| (0..DAYS).map(move |day| (hour, day)));
    // Nothing is asked about an hour and a day that are both unknown.
    let rows = cells.filter(|cell| *cell != (HOURS - 1, DAYS - 1)).map(|(hour, day)| {
        let known = |value: usize, unknown: usize, first: usize| (value != unknown).then_some(value + first);
        [json!(known(hour, HOURS - 1, 0)), json!(known(day, DAYS - 1, 1)), json!(table.0[hour][day])]
    });
    DataTable::new("hours", visit.t("hours-title"), columns, rows)
}

/// Editions, of one dataset or of several.
pub(crate) fn editions<'a>(
    id: &'static str,
    title: String,
    manifests: impl IntoIterator<Item = &'a Manifest>,
) -> DataTable {
    let columns = [
        Column::text("dataset"),
        Column::text("title"),
        Column::text("attribution"),
        Column::text("edition"),
        Column::time("first_month"),
        Column::time("last_month"),
        Column::count("missing_months", "months"),
        Column::count("rows", ROWS),
        Column::count("accepted", ROWS),
        Column::count("rejected", ROWS),
        Column::count("unlocated", ROWS),
        Column::time("imported_at"),
        Column::text("sha256"),
    ];
    let row = |manifest: &Manifest| {
        let span = Span::of(manifest);
        [
            json!(manifest.dataset.0),
            json!(manifest.title),
            json!(manifest.attribution),
            json!(manifest.edition),
            json!(span.months.first().map(ToString::to_string)),
            json!(span.months.last().map(ToString::to_string)),
            json!(span.missing.len()),
            json!(manifest.rows),
            json!(manifest.accepted),
            json!(manifest.rejected.total),
            json!(manifest.unlocated),
            json!(manifest.imported_at),
            json!(manifest.sha256),
        ]
    };
    DataTable::new(id, title, columns, manifests.into_iter().map(row))
}

/// Places that a search found, with the address of the page of each.
pub(crate) fn found<'a>(visit: &Visit, rows: impl IntoIterator<Item = (&'a Found, String)>) -> DataTable {
    let columns = ["place", "name", "layer", "context", "page"].map(Column::text);
    let rows = rows.into_iter().map(|(found, page)| {
        [json!(found.place.to_string()), json!(found.name), json!(found.layer), json!(found.context), json!(page)]
    });
    DataTable::new("places", visit.t("search-title"), columns, rows)
}
