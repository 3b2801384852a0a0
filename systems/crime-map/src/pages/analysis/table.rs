//! A table of an analysis for people: the columns that say most, numbers rounded, classes in words.

use super::map::{BY_CHANCE, label_of, paint_of};
use crate::analysis::Report;
use crate::analysis::report::STATE;
use crate::library::Library;
use crate::pages::ask::Kept;
use crate::pages::place_children::href_of;
use serde_json::Value;
use tequio_atlas::Cell as Middle;
use tequio_frame::chart::mark;
use tequio_frame::table::Kind;
use tequio_frame::{Column, DataTable, Visit, format};
use tequio_kernel::PlaceRef;

/// Rows that the page shows; the downloads have all.
const SHOWN_MAX: usize = 100;
/// The column of classes.
const CLASS: &str = "class";
/// The column that names the place in the middle of a cluster.
const CENTRE: &str = "centre";
/// What the downloads have and the page, on which p, the name and the map say it, has no room for.
const ONLY_FOR_PROGRAMS: [&str; 3] = ["log_likelihood_ratio", "centre_code", "radius_km"];
/// Decimals of numbers that are no rates, such as probabilities and scores.
const DECIMALS: usize = 3;
/// Decimals of probabilities, and the least that is written.
const P_DECIMALS: usize = 4;
const PROBABILITY_MIN: f64 = 1e-4;

/// A table ready for its template.
pub(in crate::pages) struct TableView {
    pub id: String,
    pub title: String,
    /// Head of the rows' names.
    pub head: String,
    pub heads: Vec<Head>,
    pub rows: Vec<Row>,
    /// How many rows are not shown; empty when none.
    pub more: String,
}

/// The head of a column.
pub(in crate::pages) struct Head {
    pub text: String,
    pub is_number: bool,
}

/// A row.
pub(in crate::pages) struct Row {
    pub name: String,
    /// Look of the row's number on the map; empty where it has none.
    pub mark: &'static str,
    pub href: String,
    /// The state that the place lies in, where the rows lie in several; else empty.
    pub under: String,
    pub cells: Vec<Cell>,
}

/// A value in words.
pub(in crate::pages) struct Cell {
    pub text: String,
    /// What is told below it; empty where nothing is.
    pub under: String,
    pub is_number: bool,
    /// Colour of a class; empty for other values.
    pub swatch: &'static str,
}

impl TableView {
    pub(in crate::pages) fn of(
        library: &Library,
        visit: &Visit,
        report: &Report,
        table: &DataTable,
        kept: &Kept,
    ) -> Self {
        let is_main = table.id == report.table.id;
        let of_clusters = table.columns().iter().any(|column| column.name == CENTRE);
        let is_told = |name: &str| match of_clusters {
            true => ![STATE.name, CLASS].contains(&name) && !ONLY_FOR_PROGRAMS.contains(&name),
            false => name != STATE.name,
        };
        let wanted = |column: &Column| is_told(column.name) && (!is_main || report.about.shown.contains(&column.name));
        // Cells have no rate: a column without any value says nothing.
        let filled = |index: &usize| table.rows().is_empty() || table.rows().iter().any(|row| !row[*index].is_null());
        // A table of places is headed by their names, another by its first column.
        let shown: Vec<usize> = (usize::from(!is_main)..table.columns().len())
            .filter(|index| wanted(&table.columns()[*index]))
            .filter(filled)
            .collect();
        let head = |index: &usize| Head {
            text: head_of(visit, table, &table.columns()[*index]),
            is_number: is_number(&table.columns()[*index]),
        };
        let of_places = is_main && !report.spots.is_empty();
        let row = |values: &Vec<Value>| {
            let (name, href) = match of_places {
                true => place_of(library, report, table, values, kept),
                false => (cell(visit, &table.columns()[0], &values[0]).text, String::new()),
            };
            let state = state_of(report, table, values);
            let cell = |index: &usize| {
                let column = &table.columns()[*index];
                let under =
                    if column.name == CENTRE { under_centre(visit, table, values, &state) } else { String::new() };
                Cell { under, ..cell(visit, column, &values[*index]) }
            };
            let cells = shown.iter().map(cell).collect();
            let mark = mark_of(report, table, &name);
            Row { name, mark, href, cells, under: if of_places { state } else { String::new() } }
        };
        let left = table.rows().len().saturating_sub(SHOWN_MAX);
        Self {
            id: table.id.clone(),
            title: visit.t(&format!("analysis-table-{}", table.id)),
            head: if of_places { visit.t("head-place") } else { head(&0).text },
            heads: shown.iter().map(head).collect(),
            rows: table.rows().iter().take(SHOWN_MAX).map(row).collect(),
            more: if left == 0 { String::new() } else { visit.say("analysis-more", &[("n", left.into())]) },
        }
    }
}

/// The head of a column: some are shorter in their table.
fn head_of(visit: &Visit, table: &DataTable, column: &Column) -> String {
    let name = column.name.replace('_', "-");
    visit.t_or(&format!("analysis-column-{}-{name}", table.id), &visit.t(&format!("analysis-column-{name}")))
}

/// The state of a row's place, where the places of the analysis lie in several.
fn state_of(report: &Report, table: &DataTable, values: &[Value]) -> String {
    let at = table.columns().iter().position(|column| column.name == STATE.name).filter(|_| report.states.are_several);
    at.and_then(|at| values.get(at)?.as_str()).unwrap_or_default().to_owned()
}

/// The state of the place in the middle of a cluster, and that the cluster is what chance gives.
fn under_centre(visit: &Visit, table: &DataTable, values: &[Value], state: &str) -> String {
    let at = table.columns().iter().position(|column| column.name == CLASS);
    let class = at.and_then(|at| values.get(at)?.as_str()).filter(|class| *class == BY_CHANCE);
    let texts = [state.to_owned(), class.map(|class| label_of(visit, class)).unwrap_or_default()];
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The look of the number that the row has on the map.
fn mark_of(report: &Report, table: &DataTable, name: &str) -> &'static str {
    let is_numbered = table.columns().first().is_some_and(|column| column.name == "cluster");
    let mark = report.marks.iter().find(|mark| is_numbered && mark.text == name);
    mark.map(|_| mark::CLASS).unwrap_or_default()
}

fn is_number(column: &Column) -> bool {
    matches!(column.kind, Kind::Count | Kind::Number)
}

/// The name of the place of a row and where it leads.
fn place_of(library: &Library, report: &Report, table: &DataTable, values: &[Value], kept: &Kept) -> (String, String) {
    let at = |name: &str| table.columns().iter().position(|column| column.name == name);
    let text = |index: usize| values.get(index).and_then(Value::as_str).unwrap_or_default().to_owned();
    let code = at("place").map(text).unwrap_or_default();
    let name = at("name").map(text).filter(|name| !name.is_empty()).unwrap_or_else(|| cell_name(&code));
    let place = report.layer.as_ref().map(|layer| PlaceRef::new(&layer.id.name, &code));
    let href = place.filter(|place| library.place(place).is_some()).map(|place| kept.on(&href_of(&place)));
    (name, href.unwrap_or_default())
}

/// A cell is called by its middle, as in the explorer; a place without a name by its code.
fn cell_name(code: &str) -> String {
    let parts: Vec<u32> = code.split('/').filter_map(|part| part.parse().ok()).collect();
    let [zoom, x, y] = parts.as_slice() else { return code.to_owned() };
    let Ok(z) = u8::try_from(*zoom) else { return code.to_owned() };
    let (longitude, latitude) = Middle { z, x: *x, y: *y }.centre();
    format!("{}, {}", format::decimal(latitude, DECIMALS), format::decimal(longitude, DECIMALS))
}

fn cell(visit: &Visit, column: &Column, value: &Value) -> Cell {
    let is_class = column.name == CLASS;
    let text = match (column.kind, value) {
        (_, Value::Null) => "–".to_owned(),
        (Kind::Count, value) => value.as_u64().map_or_else(|| value.to_string(), format::integer),
        (Kind::Number, value) => number(column, value.as_f64().unwrap_or(f64::NAN)),
        (_, value) if is_class => label_of(visit, value.as_str().unwrap_or_default()),
        (_, value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
    };
    let swatch = if is_class { paint_of(value.as_str().unwrap_or_default()).class() } else { "" };
    Cell { text, under: String::new(), is_number: is_number(column), swatch }
}

fn number(column: &Column, value: f64) -> String {
    match column.unit {
        Some(unit) if unit.starts_with("incidents per") => format::rate(value),
        Some("square kilometres") => format::decimal(value, usize::from(value < 100.0)),
        Some("share") => format!("{}%", format::decimal(value * 100.0, 1)),
        Some("probability") if value < PROBABILITY_MIN => format!("< {}", format::decimal(PROBABILITY_MIN, P_DECIMALS)),
        Some("probability") => format::decimal(value, P_DECIMALS),
        Some("incidents") => format::decimal(value, 1),
        _ => format::decimal(value, DECIMALS),
    }
}
