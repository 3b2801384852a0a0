//! The table of the explorer: the answer of which the map is the picture.

use crate::library::Library;
use crate::pages::ask::count;
use crate::pages::coverage::{Coverage, Covers, lies_in};
use crate::pages::explore::Asked;
use crate::pages::levels::{ShownLevel, layer_name, layers_within};
use crate::pages::place_children::href_of;
use crate::pages::span::period_in_words;
use crate::states::States;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use tequio_access::Note;
use tequio_atlas::Cell;
use tequio_frame::chart::bar::bar;
use tequio_frame::{Column, DataTable, Problem, Visit, format};
use tequio_kernel::{Counts, Dimension, Key, Layer, Level, PlaceRef, Query};

/// Rows shown; the download has all of them.
const ROWS_MAX: usize = 100;
/// Zoom of the cells of the table for the country, a state, a municipality and below.
const CELL_ZOOMS: [u8; 4] = [9, 12, 15, 16];
/// Width of a cell of zoom 0 at the equator, kilometres (EPSG:3857).
const EQUATOR_KM: f64 = 40_075.017;

/// A table ready for its template.
pub(crate) struct Table {
    pub by: Vec<Dimension>,
    pub head: String,
    pub rows: Vec<Row>,
    pub total: u64,
    pub total_text: String,
    /// The other period, if there is one.
    pub other: Option<Other>,
    pub sums: Vec<Sum>,
    pub more: String,
    pub notes: Vec<Note>,
    /// Every row, for programs: place or cell, name, count, count of the other period, state.
    pub data: Vec<[Value; 5]>,
}

/// The period that the question is compared with.
pub(crate) struct Other {
    pub head: String,
    pub total: String,
    /// Empty where there is none.
    pub change: String,
    /// Why there is no change; empty where there is one.
    pub reason: String,
}

/// A row of the table.
pub(crate) struct Row {
    pub name: String,
    /// Narrows the explorer to the row.
    pub narrow: String,
    /// The page of the place.
    pub page: String,
    pub count: String,
    pub other: String,
    pub change: String,
    pub share: String,
    pub bar: String,
    /// True for a place that the dataset is not about: it has strays, and no share or bar.
    pub outside: bool,
}

/// A part of the whole: what the table holds, and what it cannot hold and why.
pub(crate) struct Sum {
    pub label: String,
    pub count: String,
}

/// Counts a question at its level.
pub(super) fn table(asked: &Asked<'_>) -> Result<Table, Problem> {
    let Asked { library, visit, query, coverage, .. } = asked;
    let (dimension, head) = row_dimension(asked);
    let by = vec![dimension];
    let answer = count(library, &Query { by: by.clone(), ..query.clone() })?;
    let counts = answer.counts;
    let other = other(asked, &by)?;
    let strays = strays(library, coverage, by.first(), &counts);
    let outside = |key: &Key| matches!(key, Key::Place { code, .. } if strays.contains(code.as_str()));
    let mut sorted: Vec<_> = counts.rows.iter().filter_map(|row| Some((row.keys.first()?, row.count))).collect();
    sorted.sort_by_key(|(key, count)| (outside(key), std::cmp::Reverse(*count)));
    let largest = sorted.first().map_or(0, |(_, count)| *count);
    let before = by_key(other.as_ref());
    let states = states(library, by.first(), &counts)?;
    let rows = sorted.iter().take(ROWS_MAX).map(|(key, count)| {
        let (name, narrow, page) = name_and_links(asked, by.first(), key);
        let outside = outside(key);
        let shown = |text: String| if outside { String::new() } else { text };
        let before = other.as_ref().map(|_| before.get(key).copied().unwrap_or(0));
        Row {
            name: match key {
                Key::Place { code, .. } => states.beside(code, &name),
                _ => name,
            },
            narrow,
            page,
            count: format::integer(*count),
            other: before.map(format::integer).unwrap_or_default(),
            change: before.map(|before| shown(change(*count, before))).unwrap_or_default(),
            share: shown(format::share(*count, counts.total)),
            bar: shown(bar(*count as f64, largest as f64)),
            outside,
        }
    });
    let data =
        sorted.iter().map(|(key, count)| data_row(key, *count, other.as_ref().map(|_| before.get(key)), &states));
    Ok(Table {
        data: data.collect(),
        head: width_of_cells(visit, &sorted).map_or(head, |width| width),
        rows: rows.collect(),
        total: counts.total,
        total_text: format::integer(counts.total),
        other: asked.state.compare.zip(other.as_ref()).map(|(period, other)| Other {
            head: period_in_words(visit, period),
            total: format::integer(other.total),
            change: change(counts.total, other.total),
            reason: String::new(),
        }),
        sums: sums(visit, &counts, by.first()),
        more: more(visit, sorted.len()),
        notes: answer.notes,
        by,
    })
}

impl Table {
    /// Takes the changes back: months without data would pass for a fall or a rise.
    pub(super) fn refuse_change(&mut self, visit: &Visit, gaps: &str) {
        let Some(other) = self.other.as_mut().filter(|_| !gaps.is_empty()) else { return };
        other.change.clear();
        other.reason = visit.say("compare-gaps", &[("months", gaps.to_owned().into())]);
        self.rows.iter_mut().for_each(|row| row.change.clear());
    }
}

/// The states of the places of an answer.
fn states(library: &Library, dimension: Option<&Dimension>, counts: &Counts) -> Result<States, Problem> {
    let Some(Dimension::Place(layer)) = dimension else { return Ok(States::default()) };
    let Some(layer) = library.layer(layer) else { return Ok(States::default()) };
    let codes = counts.rows.iter().filter_map(|row| match row.keys.first() {
        Some(Key::Place { code, .. }) => Some(code.as_str()),
        _ => None,
    });
    Ok(States::of_codes(&*library.territory()?, &layer, codes))
}

fn data_row(key: &Key, count: u64, other: Option<Option<&u64>>, states: &States) -> [Value; 5] {
    let (code, name) = match key {
        Key::Place { code, name } => (code.clone(), json!(name)),
        Key::Cell { z, x, y } => (format!("{z}/{x}/{y}"), Value::Null),
        _ => (String::new(), Value::Null),
    };
    let state = states.of_code(&code);
    [json!(code), name, json!(count), json!(other.map(|other| other.copied().unwrap_or(0))), json!(state)]
}

/// The rows as a table for programs.
pub(super) fn data_table(asked: &Asked<'_>, table: &mut Table) -> DataTable {
    let columns = [
        Column::text("place"),
        Column::text("name"),
        Column::count("count", "incidents"),
        Column::count("count_compared", "incidents in the period compared with"),
        Column::text("state"),
    ];
    DataTable::new("places", asked.visit.t("answer-title"), columns, std::mem::take(&mut table.data))
}

/// The same question about the other period.
fn other(asked: &Asked<'_>, by: &[Dimension]) -> Result<Option<Counts>, Problem> {
    let Some(period) = asked.state.compare else { return Ok(None) };
    let mut query = Query { by: by.to_vec(), ..asked.query.clone() };
    query.filter.period = Some(period);
    Ok(Some(count(asked.library, &query)?.counts))
}

fn by_key(counts: Option<&Counts>) -> HashMap<&Key, u64> {
    let rows = counts.into_iter().flat_map(|counts| &counts.rows);
    rows.filter_map(|row| Some((row.keys.first()?, row.count))).collect()
}

/// Change in percent with its sign; a dash where there was nothing before.
fn change(now: u64, before: u64) -> String {
    if before == 0 {
        return "–".to_owned();
    }
    let percent = (now as f64 - before as f64) * 100.0 / before as f64;
    let sign = if percent > 0.0 { "+" } else { "" };
    format!("{sign}{}%", format::decimal(percent, 1))
}

/// Codes of the places of an answer that the dataset is not about.
fn strays<'a>(
    library: &Library,
    coverage: &Coverage,
    dimension: Option<&Dimension>,
    counts: &'a Counts,
) -> BTreeSet<&'a str> {
    let Some(Dimension::Place(layer)) = dimension else { return BTreeSet::new() };
    let Some(layer) = library.layer(layer) else { return BTreeSet::new() };
    let parents: HashMap<&str, Option<&str>> =
        layer.places.iter().map(|place| (place.code.as_str(), place.parent.as_deref())).collect();
    let codes = counts.rows.iter().filter_map(|row| match row.keys.first() {
        Some(Key::Place { code, .. }) => Some(code.as_str()),
        _ => None,
    });
    let strays = codes.filter(|code| {
        let parent = parents.get(code).copied().flatten();
        coverage.of_code(&layer, code, parent) == Covers::Nothing
    });
    strays.collect()
}

fn more(visit: &Visit, rows: usize) -> String {
    match rows.checked_sub(ROWS_MAX) {
        None | Some(0) => String::new(),
        Some(more) => visit.say("table-more", &[("shown", ROWS_MAX.into()), ("n", more.into())]),
    }
}

/// The dimension of the rows, and their name for people.
pub(super) fn row_dimension(asked: &Asked<'_>) -> (Dimension, String) {
    let Asked { library, visit, query, coverage, .. } = asked;
    match &asked.state.level {
        ShownLevel::Places(layer) => (Dimension::Place(layer.clone()), layer_name(visit, layer)),
        ShownLevel::Cells => cells(library, visit, query),
        ShownLevel::Streets => (Dimension::Street, visit.t("level-streets")),
        ShownLevel::Segments => (Dimension::Segment, visit.t("level-segments")),
        ShownLevel::Auto => match automatic(library, query, coverage) {
            Some(layer) => (Dimension::Place(layer.clone()), layer_name(visit, &layer)),
            None => cells(library, visit, query),
        },
    }
}

/// The layer one step below the place asked for, or below the territory of the data, that has a place there.
pub(super) fn automatic(library: &Library, query: &Query, coverage: &Coverage) -> Option<String> {
    let place = query.filter.places.first().or(coverage.territory.as_ref())?;
    let lies_in = lies_in(library);
    let lies_there = |layer: &Arc<Layer>| layer.places.iter().any(|inner| lies_in(layer, inner, place));
    layers_within(library, &place.layer).into_iter().find(lies_there).map(|layer| layer.id.name.clone())
}

fn cells(library: &Library, visit: &Visit, query: &Query) -> (Dimension, String) {
    let depth = query
        .filter
        .places
        .first()
        .and_then(|place| library.place(place))
        .map_or(Level::Nation, |(layer, _)| layer.level);
    let [nation, state, municipality, local] = CELL_ZOOMS;
    let zoom = match depth {
        Level::Nation => nation,
        Level::State => state,
        Level::Municipality => municipality,
        Level::Local => local,
    };
    (Dimension::Cell(zoom), visit.t("level-cells"))
}

/// "Cells about 9 km wide", at the latitude of the fullest one.
fn width_of_cells(visit: &Visit, rows: &[(&Key, u64)]) -> Option<String> {
    let Some((Key::Cell { z, x, y }, _)) = rows.first() else { return None };
    let (_, latitude) = Cell { z: *z, x: *x, y: *y }.centre();
    let width = EQUATOR_KM * latitude.to_radians().cos() / f64::from(1u32 << z);
    let digits = usize::from(width < 10.0);
    Some(visit.say("cells-width", &[("km", format::decimal(width, digits).into())]))
}

/// Name of a row, the address that narrows the explorer to it, and the address of its page.
fn name_and_links(asked: &Asked<'_>, dimension: Option<&Dimension>, key: &Key) -> (String, String, String) {
    match (key, dimension) {
        (Key::Place { code, name }, Some(Dimension::Place(layer))) => {
            let name = if name.is_empty() { code.clone() } else { name.clone() };
            let place = PlaceRef::new(layer, code);
            let page = asked.kept.on(&href_of(&place));
            (name, asked.state.within(place), page)
        }
        (Key::Place { code, name }, _) => {
            let unnamed = || asked.visit.say("street-unnamed", &[("code", code.clone().into())]);
            (if name.is_empty() { unnamed() } else { name.clone() }, String::new(), String::new())
        }
        (Key::Cell { z, x, y }, _) => {
            let cell = Cell { z: *z, x: *x, y: *y };
            let (longitude, latitude) = cell.centre();
            let name = format!("{}, {}", format::decimal(latitude, 3), format::decimal(longitude, 3));
            let narrow = asked.state.with(|state| {
                state.query.filter.bbox = Some(cell.bounds());
                state.level = ShownLevel::Cells;
            });
            (name, narrow, String::new())
        }
        _ => (String::new(), String::new(), String::new()),
    }
}

fn sums(visit: &Visit, counts: &Counts, dimension: Option<&Dimension>) -> Vec<Sum> {
    let inside: u64 = counts.rows.iter().map(|row| row.count).sum();
    let outside =
        if matches!(dimension, Some(Dimension::Street | Dimension::Segment)) { "sum-far" } else { "sum-outside" };
    let rest = counts.unknown.saturating_sub(counts.outside);
    let parts =
        [("sum-inside", inside), ("sum-unlocated", counts.unlocated), (outside, counts.outside), ("sum-unknown", rest)];
    let shown = parts.into_iter().filter(|(key, count)| *count > 0 || *key == "sum-inside" || *key == "sum-unlocated");
    shown.map(|(key, count)| Sum { label: visit.t_or(key, key), count: format::integer(count) }).collect()
}

#[cfg(test)]
mod tests {
    use super::change;

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!(
            [change(110, 100), change(90, 100), change(100, 100), change(5, 0)],
            ["+10.0%", "−10.0%", "0.0%", "–"]
        );
    }
}
