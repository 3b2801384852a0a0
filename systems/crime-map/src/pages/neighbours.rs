//! A place beside the places that hold it and those it borders on: counts, rates and intervals on one scale.

use crate::library::Library;
use crate::pages::ask::{Kept, count};
use crate::pages::coverage::Coverage;
use crate::pages::data;
use crate::pages::figures;
use crate::pages::place_children::{Child, Rows};
use crate::pages::silence::Silences;
use crate::pages::span::{Span, period_in_words};
use std::collections::BTreeMap;
use std::sync::Arc;
use tequio_frame::address::encode;
use tequio_frame::chart::whisker::{Whisker, largest, whisker};
use tequio_frame::{DataTable, Figure, Problem, ProblemCode, Visit, format};
use tequio_kernel::{Dimension, Key, Layer, Level, Period, Place, PlaceRef, Query};
use tequio_reference::ORDINARY;

/// Neighbours shown, those with the longest common border.
const NEIGHBOURS_MAX: usize = 8;
/// Neighbours that the link to the page of comparison takes along.
const LINKED_MAX: usize = 3;

/// The comparison ready for its template.
pub(crate) struct Comparison {
    pub caption: String,
    /// Value at the right end of the scale that the rows are drawn on; it begins with zero.
    pub scale: String,
    pub groups: Vec<Group>,
    /// What is left out of it, in words.
    pub remarks: Vec<String>,
    /// Address of the page that compares the place with its neighbours; empty when it has none.
    pub compare: String,
    pub data: DataTable,
}

/// Rows under a head of their own.
pub(crate) struct Group {
    pub title: String,
    pub rows: Vec<Child>,
}

/// What the rows are asked for.
pub(crate) struct Asked<'a> {
    pub library: &'a Library,
    pub visit: &'a Visit,
    /// The question without its places.
    pub query: Query,
    pub coverage: &'a Coverage,
    pub kept: &'a Kept,
    pub span: &'a Span,
    pub period: Option<Period>,
}

impl Asked<'_> {
    /// Places of a layer as rows, in the order given.
    pub(crate) fn rows(&self, layer: &Arc<Layer>, indexes: &[usize]) -> Result<Vec<Child>, Problem> {
        let places: Vec<&Place> = indexes.iter().filter_map(|index| layer.places.get(*index)).collect();
        let mut query = self.query.clone();
        query.filter.places = places.iter().map(|place| PlaceRef::new(&layer.id.name, &place.code)).collect();
        if query.filter.places.is_empty() {
            return Ok(Vec::new());
        }
        let by = vec![Dimension::Place(layer.id.name.clone())];
        let answer = count(self.library, &Query { by, ..query.clone() })?;
        let counts: BTreeMap<&str, u64> =
            answer.counts.rows.iter().filter_map(|row| Some((code_of(row.keys.first()?)?, row.count))).collect();
        let silences = Silences::ask(self.library, &query, &layer.id.name, self.span, self.period)?;
        let table = Rows {
            visit: self.visit,
            layer,
            coverage: self.coverage,
            kept: self.kept,
            period: self.period,
            silences: &silences,
        };
        let count_of = |place: &Place| counts.get(place.code.as_str()).copied().unwrap_or(0);
        Ok(places.into_iter().filter_map(|place| table.child(place, count_of(place))).collect())
    }
}

fn code_of(key: &Key) -> Option<&str> {
    match key {
        Key::Place { code, .. } => Some(code),
        _ => None,
    }
}

/// Compares a place with those above it, outermost last, and with its neighbours.
pub(crate) fn comparison(
    mut asked: Asked<'_>,
    layer: &Arc<Layer>,
    index: usize,
    above: &[(Arc<Layer>, usize)],
) -> Result<Option<Comparison>, Problem> {
    let territory = asked.library.territory()?;
    let adjacency =
        territory.neighbours(&layer.id.name).map_err(|error| Problem::with(ProblemCode::Internal, error))?;
    let bordering = adjacency.of_place(index);
    if above.is_empty() && bordering.is_empty() {
        return Ok(None);
    }
    // A neighbourhood has no sensitive offences; nor have, then, the places it is compared with.
    let is_local = layer.level == Level::Local;
    if is_local {
        asked.query.filter.classes = vec![ORDINARY.to_owned()];
    }
    let visit = asked.visit;
    let mut own = asked.rows(layer, &[index])?;
    let mut holders = Vec::new();
    for (layer, index) in above {
        holders.extend(asked.rows(layer, &[*index])?);
    }
    let shown = &bordering[..bordering.len().min(NEIGHBOURS_MAX)];
    // Of neighbours outside the territory there may be strays; they are no figure.
    let mut neighbours: Vec<Child> = asked.rows(layer, shown)?.into_iter().filter(Child::is_covered).collect();
    let reference = own.first().and_then(|row| row.rate_value);
    let compare = compare_link(&asked, own.first(), &neighbours);
    let all = || own.iter().chain(&holders).chain(&neighbours);
    let data = data::places(
        "comparison".to_owned(),
        visit.t("comparison-title"),
        &all().filter(|row| !row.is_part()).cloned().collect::<Vec<_>>(),
    );
    let scale = largest(all().filter_map(whisker_of));
    for row in own.iter_mut().chain(&mut holders).chain(&mut neighbours) {
        row.bar = whisker(whisker_of(row), reference, scale);
        row.withhold_part();
    }
    let uncovered = shown.len() - neighbours.len();
    let left_out = [
        (is_local, visit.t("comparison-ordinary")),
        (uncovered > 0, visit.say("comparison-uncovered", &[("n", uncovered.into())])),
        (bordering.len() > shown.len(), visit.say("comparison-more", &[("n", (bordering.len() - shown.len()).into())])),
        (bordering.is_empty(), visit.t("comparison-alone")),
    ];
    let groups = [("comparison-own", own), ("comparison-above", holders), ("comparison-neighbours", neighbours)];
    let period = asked.period.map_or_else(|| asked.span.in_words(visit), |period| period_in_words(visit, period));
    Ok(Some(Comparison {
        caption: visit.say("comparison-caption", &[("period", period.into())]),
        scale: format::rate(scale),
        groups: groups
            .into_iter()
            .filter(|(_, rows)| !rows.is_empty())
            .map(|(key, rows)| Group { title: visit.t(key), rows })
            .collect(),
        remarks: left_out.into_iter().filter_map(|(holds, text)| holds.then_some(text)).collect(),
        compare,
        data,
    }))
}

impl Comparison {
    /// The rates of all rows as a picture that stands alone.
    pub(crate) fn figure(&self, visit: &Visit) -> Figure {
        let rows = self.groups.iter().flat_map(|group| &group.rows);
        let rows = rows.map(|row| (row.name.clone(), whisker_of(row).filter(|_| row.rate_value.is_some())));
        figures::whiskers(visit.t("comparison-title"), &self.caption, rows.collect())
    }
}

fn whisker_of(row: &Child) -> Option<Whisker> {
    row.rated.map(|rate| Whisker { value: rate.value, low: rate.low, high: rate.high })
}

fn compare_link(asked: &Asked<'_>, own: Option<&Child>, neighbours: &[Child]) -> String {
    let Some(own) = own.filter(|_| !neighbours.is_empty()) else { return String::new() };
    let places = std::iter::once(own).chain(neighbours.iter().take(LINKED_MAX));
    let pairs: Vec<(&str, String)> = places.map(|row| ("place", row.place.clone())).collect();
    asked.kept.on(&format!("/compare?{}", encode(&pairs)))
}
