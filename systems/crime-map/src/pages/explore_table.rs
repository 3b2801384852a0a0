//! The table of the explorer: the answer of which the map is the picture.

use crate::library::Library;
use crate::pages::ask::{Kept, count};
use crate::pages::coverage::{Coverage, Covers};
use crate::pages::levels::{ShownLevel, layer_name, layers_within};
use crate::pages::map::encode;
use crate::pages::place_children::href_of;
use std::collections::{BTreeSet, HashMap};
use tequio_access::Note;
use tequio_atlas::Cell;
use tequio_frame::chart::bar::bar;
use tequio_frame::{Problem, Visit, format};
use tequio_kernel::{Counts, Dimension, Key, Level, PlaceRef, Query};

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
    pub total: String,
    pub sums: Vec<Sum>,
    pub more: String,
    pub notes: Vec<Note>,
}

/// A row of the table.
pub(crate) struct Row {
    pub name: String,
    pub href: String,
    pub count: String,
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

/// Counts a question at a level.
pub(crate) fn table(
    library: &Library,
    visit: &Visit,
    query: &Query,
    level: &ShownLevel,
    coverage: &Coverage,
    kept: &Kept,
) -> Result<Table, Problem> {
    let (dimension, head) = dimension(library, visit, query, level, coverage);
    let by = vec![dimension];
    let answer = count(library, &Query { by: by.clone(), ..query.clone() })?;
    let counts = answer.counts;
    let strays = strays(library, coverage, by.first(), &counts);
    let outside = |key: &Key| matches!(key, Key::Place { code, .. } if strays.contains(code.as_str()));
    let mut sorted: Vec<_> = counts.rows.iter().filter_map(|row| Some((row.keys.first()?, row.count))).collect();
    sorted.sort_by_key(|(key, count)| (outside(key), std::cmp::Reverse(*count)));
    let largest = sorted.first().map_or(0, |(_, count)| *count);
    let rows = sorted.iter().take(ROWS_MAX).map(|(key, count)| {
        let (name, href) = name_and_href(visit, query, by.first(), key, kept);
        let outside = outside(key);
        let shown = |text: String| if outside { String::new() } else { text };
        Row {
            name,
            href,
            count: format::integer(*count),
            share: shown(format::share(*count, counts.total)),
            bar: shown(bar(*count as f64, largest as f64)),
            outside,
        }
    });
    Ok(Table {
        head: width_of_cells(visit, &sorted).map_or(head, |width| width),
        rows: rows.collect(),
        total: format::integer(counts.total),
        sums: sums(visit, &counts, by.first()),
        more: more(visit, sorted.len()),
        notes: answer.notes,
        by,
    })
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

fn dimension(
    library: &Library,
    visit: &Visit,
    query: &Query,
    level: &ShownLevel,
    coverage: &Coverage,
) -> (Dimension, String) {
    match level {
        ShownLevel::Places(layer) => (Dimension::Place(layer.clone()), layer_name(visit, layer)),
        ShownLevel::Cells => cells(library, visit, query),
        ShownLevel::Streets => (Dimension::Street, visit.t("level-streets")),
        ShownLevel::Auto => match automatic(library, query, coverage) {
            Some(layer) => (Dimension::Place(layer.clone()), layer_name(visit, &layer)),
            None => cells(library, visit, query),
        },
    }
}

/// The layer one step below the place asked for, or below the territory of the data.
fn automatic(library: &Library, query: &Query, coverage: &Coverage) -> Option<String> {
    let place = query.filter.places.first().or(coverage.territory.as_ref())?;
    layers_within(library, &place.layer).into_iter().next().map(|layer| layer.id.name.clone())
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

fn name_and_href(
    visit: &Visit,
    query: &Query,
    dimension: Option<&Dimension>,
    key: &Key,
    kept: &Kept,
) -> (String, String) {
    match (key, dimension) {
        (Key::Place { code, name }, Some(Dimension::Place(layer))) => {
            let name = if name.is_empty() { code.clone() } else { name.clone() };
            (name, kept.on(&href_of(&PlaceRef::new(layer, code))))
        }
        (Key::Place { code, name }, _) => (
            if name.is_empty() { visit.say("street-unnamed", &[("code", code.clone().into())]) } else { name.clone() },
            String::new(),
        ),
        (Key::Cell { z, x, y }, _) => {
            let (longitude, latitude) = Cell { z: *z, x: *x, y: *y }.centre();
            let place = format!("{}, {}", format::decimal(latitude, 3), format::decimal(longitude, 3));
            let href = format!("/explore?{}#map={z}/{latitude:.4}/{longitude:.4}", encode(&query.pairs()));
            (place, href)
        }
        _ => (String::new(), String::new()),
    }
}

fn sums(visit: &Visit, counts: &Counts, dimension: Option<&Dimension>) -> Vec<Sum> {
    let inside: u64 = counts.rows.iter().map(|row| row.count).sum();
    let outside = if matches!(dimension, Some(Dimension::Street)) { "sum-far" } else { "sum-outside" };
    let rest = counts.unknown.saturating_sub(counts.outside);
    let parts =
        [("sum-inside", inside), ("sum-unlocated", counts.unlocated), (outside, counts.outside), ("sum-unknown", rest)];
    let shown = parts.into_iter().filter(|(key, count)| *count > 0 || *key == "sum-inside" || *key == "sum-unlocated");
    shown.map(|(key, count)| Sum { label: visit.t_or(key, key), count: format::integer(count) }).collect()
}
