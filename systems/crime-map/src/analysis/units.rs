//! The places or cells of an analysis with what was counted in them, zeros included.

use super::{AnalysisError, Asked, Much, UNITS_MAX};
use crate::library::{Answer, Library, LibraryError};
use crate::pages::{Covers, holders, lies_in, middle_year, months_of, silent_months};
use geo::Centroid as _;
use geo_types::Coord;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use tequio_access::{Note, Principal};
use tequio_atlas::Cell;
use tequio_kernel::{Dimension, Key, Layer, LayerId, LayerKind, Level, Month, Period, Place, PlaceRef, Query, Shape};

/// Layer of the states.
const STATES: &str = "states";

/// A place or a cell.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub key: Key,
    pub count: u64,
    /// Inhabitants in the year that the middle of the period lies in; none where they are not known, or of a cell.
    pub population: Option<u64>,
    /// Index in the layer; of a cell, none.
    pub place: Option<usize>,
    /// False where the place did not report in some month of the period: its count is too low by an unknown amount.
    pub reported: bool,
    /// True where a place that holds it did not report in some month of the period, and it has none there either.
    pub held: bool,
}

/// The units of one question.
pub(crate) struct Units {
    /// Those with figures first.
    pub list: Vec<Unit>,
    pub layer: Option<Arc<Layer>>,
    pub layers: Vec<LayerId>,
    pub notes: Vec<Note>,
    /// Incidents that pass the filters.
    pub total: u64,
    /// Those of them that lie in no unit or have no position.
    pub elsewhere: u64,
    pub states: Arc<States>,
    /// Names of places that did not report in some month of the period, of which these are parts: these have too few.
    pub silent_holders: Vec<String>,
}

/// Names of the states that places below them lie in, by the code of the place: names such as Benito Juárez stand in many.
#[derive(Debug, Default)]
pub(crate) struct States {
    names: HashMap<String, String>,
    /// True where the places lie in several.
    pub are_several: bool,
}

impl States {
    /// None for states and what holds them, and for a layer that lies in none. What shares a parent shares a state.
    fn of(library: &Library, layer: &Layer, list: &[Unit]) -> Self {
        if layer.level <= Level::State {
            return Self::default();
        }
        let mut by_parent: HashMap<&str, Option<String>> = HashMap::new();
        let named = list.iter().filter_map(|unit| {
            let place = layer.places.get(unit.place?)?;
            let of_parent = by_parent.entry(place.parent.as_deref()?);
            let state = of_parent.or_insert_with(|| state_of(library, layer, place));
            Some((place.code.clone(), state.clone()?))
        });
        let names: HashMap<String, String> = named.collect();
        let are_several = names.values().collect::<HashSet<_>>().len() > 1;
        Self { names, are_several }
    }

    /// The state of a place.
    pub(crate) fn of_code(&self, code: &str) -> Option<&str> {
        self.names.get(code).map(String::as_str)
    }

    /// True where no place has one.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The name of a place, with its state where there are several.
    pub(crate) fn beside(&self, code: &str, name: &str) -> String {
        match self.of_code(code).filter(|_| self.are_several) {
            Some(state) => format!("{name} ({state})"),
            None => name.to_owned(),
        }
    }
}

fn state_of(library: &Library, layer: &Layer, place: &Place) -> Option<String> {
    let (layer, index) = holders(library, layer, place).into_iter().find(|(layer, _)| layer.level == Level::State)?;
    layer.places.get(index).map(|place| place.name.clone())
}

impl Units {
    /// Counts by the places or cells of the question.
    pub(crate) fn of(asked: &Asked<'_>) -> Result<Self, AnalysisError> {
        asked.look()?;
        let units = match asked.query.by.as_slice() {
            [Dimension::Place(layer)] => of_places(asked, layer)?,
            [Dimension::Cell(_)] => of_cells(asked)?,
            _ => return Err(AnalysisError::By),
        };
        asked.look()?;
        let found = units.list.len();
        match asked.principal {
            Principal::Public if found > UNITS_MAX => {
                Err(AnalysisError::TooMany { what: Much::Places, found, most: UNITS_MAX })
            }
            _ => Ok(units),
        }
    }

    /// How many have figures; the others come after them.
    pub(crate) fn reported(&self) -> usize {
        self.list.partition_point(|unit| unit.reported)
    }

    /// What the units are, as questions name it.
    pub(crate) fn name(&self) -> String {
        self.layer.as_ref().map_or_else(|| "cell".to_owned(), |layer| layer.id.name.clone())
    }

    /// The counts of those with figures.
    pub(crate) fn counts(&self) -> Vec<u64> {
        self.list[..self.reported()].iter().map(|unit| unit.count).collect()
    }

    /// The place of a unit.
    pub(crate) fn place(&self, unit: &Unit) -> Option<&Place> {
        self.layer.as_ref()?.places.get(unit.place?)
    }

    /// The middle of each unit with figures, degrees; of a place without boundary, none.
    pub(crate) fn middles(&self) -> Vec<Option<Coord<f64>>> {
        let middle = |unit: &Unit| match &unit.key {
            Key::Cell { z, x, y } => Some(Cell { z: *z, x: *x, y: *y }.centre().into()),
            _ => match &self.place(unit)?.shape {
                Shape::Area(area) => area.centroid().map(Coord::from),
                _ => None,
            },
        };
        self.list[..self.reported()].iter().map(middle).collect()
    }

    fn new(list: Vec<Unit>, layer: Option<Arc<Layer>>, answer: Answer) -> Self {
        let inside: u64 = list.iter().map(|unit| unit.count).sum();
        let Answer { layers, counts, notes, .. } = answer;
        let elsewhere = counts.total.saturating_sub(inside);
        Self {
            list,
            layer,
            layers,
            notes,
            total: counts.total,
            elsewhere,
            states: Arc::default(),
            silent_holders: Vec::new(),
        }
    }
}

/// The places of a layer that the dataset is about, within the places asked for.
fn of_places(asked: &Asked<'_>, name: &str) -> Result<Units, AnalysisError> {
    let filter = &asked.query.filter;
    if filter.has_shape() {
        return Err(AnalysisError::Shape);
    }
    let answer = asked.library.count(&asked.query, asked.principal)?;
    let layer = asked.library.layer(name).filter(|layer| layer.kind == LayerKind::Areas).ok_or(AnalysisError::By)?;
    let counts = by_code(&answer);
    let period = asked.period();
    let silent = silent(asked, &layer, period)?;
    let unit = |(index, place): (usize, &Place)| Unit {
        key: Key::Place { code: place.code.clone(), name: place.name.clone() },
        count: counts.get(place.code.as_str()).copied().unwrap_or(0),
        population: period.and_then(|period| place.population.get(&middle_year(period)).copied()),
        place: Some(index),
        reported: !silent.own.contains(&place.code),
        held: silent.held.contains(&place.code),
    };
    let shown = |(_, place): &(usize, &Place)| is_asked(asked, &filter.places, &layer, place);
    let mut list: Vec<Unit> = layer.places.iter().enumerate().filter(shown).map(unit).collect();
    list.sort_by_key(|unit| !unit.reported);
    drop(counts);
    let states = Arc::new(States::of(asked.library, &layer, &list));
    Ok(Units { states, silent_holders: silent.holders, ..Units::new(list, Some(layer), answer) })
}

fn is_asked(asked: &Asked<'_>, places: &[PlaceRef], layer: &Layer, place: &Place) -> bool {
    let covered = matches!(asked.coverage.of_place(layer, place), Covers::Whole | Covers::Unstated);
    covered && (places.is_empty() || places.iter().any(|holder| lies_in(asked.library, layer, place, holder)))
}

fn by_code(answer: &Answer) -> HashMap<String, u64> {
    let row = |row: &tequio_kernel::CountRow| match row.keys.first() {
        Some(Key::Place { code, .. }) => Some((code.clone(), row.count)),
        _ => None,
    };
    answer.counts.rows.iter().filter_map(row).collect()
}

/// What the places of a layer have in each month.
type Series = BTreeMap<String, BTreeMap<Month, u64>>;

/// Of the whole series, asked year by year, so that no answer has too many rows.
fn series(asked: &Asked<'_>, layer: &str, query: &Query) -> Result<Series, AnalysisError> {
    let mut series = Series::new();
    for year in asked.span.period().map(years).unwrap_or_default() {
        asked.look()?;
        let mut query = Query { by: vec![Dimension::Place(layer.to_owned()), Dimension::Month], ..query.clone() };
        query.filter.period = Some(year);
        for row in asked.library.count(&query, asked.principal)?.counts.rows {
            if let [Key::Place { code, .. }, Key::Month(month)] = row.keys.as_slice() {
                series.entry(code.clone()).or_default().insert(*month, row.count);
            }
        }
    }
    Ok(series)
}

/// Months of a period in which places did not report, judged by their whole series; a month that nobody has is no
/// silence.
fn silent_in(asked: &Asked<'_>, series: &Series, months: &[Month]) -> HashMap<String, Vec<Month>> {
    let of = |counts| silent_months(&asked.span, counts).into_iter().filter(|month| months.contains(month)).collect();
    let silent = series.iter().map(|(code, counts)| (code.clone(), of(counts)));
    silent.filter(|(_, months): &(String, Vec<Month>)| !months.is_empty()).collect()
}

/// Codes of places that did not report in some month of the period.
#[derive(Default)]
struct Silent {
    /// By themselves.
    own: HashSet<String>,
    /// With a place that holds them, where they have no incident in a month of its silence. A small place seldom has
    /// enough to tell by itself.
    held: HashSet<String>,
    /// Names of the holders.
    holders: Vec<String>,
}

fn silent(asked: &Asked<'_>, layer: &Layer, period: Option<Period>) -> Result<Silent, AnalysisError> {
    let Some(period) = period else { return Ok(Silent::default()) };
    let months = months_of(period);
    let own = series(asked, &layer.id.name, &asked.query)?;
    let mut above: HashMap<PlaceRef, Vec<Month>> = HashMap::new();
    // The holders are judged by all of theirs, whichever part of them was asked for.
    let mut query = asked.query.clone();
    query.filter.places.clear();
    let mut next = layer.within.clone();
    while let Some(holder) = next.take().and_then(|name| asked.library.layer(&name)) {
        let name = &holder.id.name;
        let silent = silent_in(asked, &series(asked, name, &query)?, &months);
        above.extend(silent.into_iter().map(|(code, months)| (PlaceRef::new(name, &code), months)));
        next = holder.within.clone();
    }
    let mut silent = Silent { own: silent_in(asked, &own, &months).into_keys().collect(), ..Silent::default() };
    if above.is_empty() {
        return Ok(silent);
    }
    let mut names = BTreeSet::new();
    for place in layer.places.iter().filter(|place| is_asked(asked, &asked.query.filter.places, layer, place)) {
        let has_none = |month: &Month| own.get(&place.code).is_none_or(|counts| !counts.contains_key(month));
        for (holder, index) in holders(asked.library, layer, place) {
            let Some(held) = holder.places.get(index) else { continue };
            let months = above.get(&PlaceRef::new(&holder.id.name, &held.code));
            if months.is_some_and(|months| months.iter().any(has_none)) {
                silent.held.insert(place.code.clone());
                names.insert(held.name.clone());
            }
        }
    }
    silent.holders = names.into_iter().collect();
    Ok(silent)
}

/// A period in pieces of at most a year.
fn years(period: Period) -> Vec<Period> {
    let mut pieces = Vec::new();
    let mut from = period.from;
    while from < period.until {
        let next = jiff::civil::Date::new(from.year() + 1, 1, 1).unwrap_or(period.until).min(period.until);
        pieces.push(Period { from, until: next });
        from = next;
    }
    pieces
}

/// The cells in which the edition has any incident at all, whatever the offence or the time: of other cells nothing
/// says that anybody lives there. Cells wholly outside the territory of the data, as where a coordinate was written
/// wrongly, are no ground either.
fn of_cells(asked: &Asked<'_>) -> Result<Units, AnalysisError> {
    let mut everything = asked.query.clone();
    let filter = &mut everything.filter;
    (filter.period, filter.hours, filter.weekdays) = (None, None, None);
    filter.offences.clear();
    filter.classes.clear();
    if filter.places.is_empty() {
        filter.places.extend(asked.coverage.territory.clone());
    }
    let ground = asked.library.count(&everything, asked.principal)?;
    asked.look()?;
    let answer = asked.library.count(&asked.query, asked.principal)?;
    let cell = |row: &tequio_kernel::CountRow| row.keys.first().cloned().map(|key| (key, row.count));
    let counts: HashMap<Key, u64> = answer.counts.rows.iter().filter_map(cell).collect();
    let unit = |key: Key| Unit {
        count: counts.get(&key).copied().unwrap_or(0),
        key,
        population: None,
        place: None,
        reported: true,
        held: false,
    };
    let list = ground.counts.rows.iter().filter_map(cell).map(|(key, _)| unit(key)).collect();
    Ok(Units { silent_holders: silent_states(asked)?, ..Units::new(list, None, answer) })
}

/// States that did not report in some month of the period, judged by what was asked for.
fn silent_states(asked: &Asked<'_>) -> Result<Vec<String>, AnalysisError> {
    let Some((states, period)) = asked.library.layer(STATES).zip(asked.period()) else { return Ok(Vec::new()) };
    let series = match series(asked, STATES, &asked.query) {
        // Cells and states that may not be told together say nothing of each other.
        Err(AnalysisError::Library(LibraryError::Refused(_))) => return Ok(Vec::new()),
        series => series?,
    };
    let silent = silent_in(asked, &series, &months_of(period));
    let named = states.places.iter().filter(|state| silent.contains_key(&state.code));
    Ok(named.map(|state| state.name.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_asked_year_by_year() {
        let pieces = |text: &str| years(text.parse().expect("a period"));
        let text: Vec<String> = pieces("2021-11..2023-02").iter().map(ToString::to_string).collect();
        assert_eq!(text, ["2021-11..2021-12", "2022", "2023-01..2023-02"]);
        assert_eq!(pieces("2020").len(), 1);
    }
}
