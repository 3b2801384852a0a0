//! The places or cells of an analysis with what was counted in them, zeros included.

use super::silent::{Silent, silent_states};
use super::{AnalysisError, Asked, Much, UNITS_MAX};
use crate::library::Answer;
use crate::pages::{Covers, middle_year};
use crate::states::States;
use crate::territory::Territory;
use geo::Centroid as _;
use geo_types::Coord;
use std::collections::HashMap;
use std::sync::Arc;
use tequio_access::{Note, Principal};
use tequio_atlas::Cell;
use tequio_kernel::{Dimension, Key, Layer, LayerId, LayerKind, Place, Query, Shape};

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

    /// Refuses what leaves nothing to compare.
    ///
    /// # Errors
    /// [`AnalysisError::NoIncidents`] or [`AnalysisError::NoneCounted`].
    pub(crate) fn refuse_none(&self, asked: &Asked<'_>) -> Result<(), AnalysisError> {
        asked.refuse_none(self.total, &[&asked.query])?;
        match self.counts().iter().any(|count| *count > 0) {
            true => Ok(()),
            false => Err(AnalysisError::NoneCounted(self.total)),
        }
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
    if asked.query.filter.has_shape() {
        return Err(AnalysisError::Shape);
    }
    let answer = asked.library.count(&asked.query, asked.principal)?;
    let layer = asked.library.layer(name).filter(|layer| layer.kind == LayerKind::Areas).ok_or(AnalysisError::By)?;
    let counts = by_code(&answer);
    let period = asked.period();
    let territory = asked.library.territory()?;
    let ground = ground_of_places(asked, name)?;
    let is_asked = |place: &Place| {
        let is_ground = ground.as_ref().is_none_or(|ground| ground.contains_key(&place.code));
        is_ground && is_asked(asked, &territory, &layer, place)
    };
    let silent = Silent::of(asked, &layer, is_asked)?;
    let unit = |(index, place): (usize, &Place)| Unit {
        key: Key::Place { code: place.code.clone(), name: place.name.clone() },
        count: counts.get(place.code.as_str()).copied().unwrap_or(0),
        // How much of a place the data hold is not known where they state no territory: there is no rate.
        population: period
            .filter(|_| ground.is_none())
            .and_then(|period| place.population.get(&middle_year(period)).copied()),
        place: Some(index),
        reported: !silent.own.contains(&place.code),
        held: silent.held.contains(&place.code),
    };
    let shown = |(_, place): &(usize, &Place)| is_asked(place);
    let mut list: Vec<Unit> = layer.places.iter().enumerate().filter(shown).map(unit).collect();
    list.sort_by_key(|unit| !unit.reported);
    drop(counts);
    let places = list.iter().filter_map(|unit| layer.places.get(unit.place?));
    let states = Arc::new(States::of(&territory, &layer, places));
    Ok(Units { states, silent_holders: silent.holders, ..Units::new(list, Some(layer), answer) })
}

fn is_asked(asked: &Asked<'_>, territory: &Territory, layer: &Layer, place: &Place) -> bool {
    let covered = matches!(asked.coverage.of_place(layer, place), Covers::Whole | Covers::Unstated);
    let places = &asked.query.filter.places;
    covered && (places.is_empty() || places.iter().any(|holder| territory.lies_in(layer, place, holder)))
}

/// Places with any incident at all, whatever the offence or the time, where the data state no territory: of others nobody
/// says that they are in the data, and what is missing is not zero. None where they state one.
fn ground_of_places(asked: &Asked<'_>, layer: &str) -> Result<Option<HashMap<String, u64>>, AnalysisError> {
    if asked.coverage.territory.is_some() {
        return Ok(None);
    }
    let by = vec![Dimension::Place(layer.to_owned())];
    let answer = asked.library.count(&Query { by, ..everything(asked) }, asked.principal)?;
    Ok(Some(by_code(&answer)))
}

/// The question without its offences and times.
fn everything(asked: &Asked<'_>) -> Query {
    let mut everything = asked.query.clone();
    let filter = &mut everything.filter;
    (filter.period, filter.hours, filter.weekdays) = (None, None, None);
    filter.offences.clear();
    filter.classes.clear();
    everything
}

fn by_code(answer: &Answer) -> HashMap<String, u64> {
    let row = |row: &tequio_kernel::CountRow| match row.keys.first() {
        Some(Key::Place { code, .. }) => Some((code.clone(), row.count)),
        _ => None,
    };
    answer.counts.rows.iter().filter_map(row).collect()
}

/// The cells in which the edition has any incident at all, whatever the offence or the time: of other cells nothing
/// says that anybody lives there. Cells wholly outside the territory of the data, as where a coordinate was written
/// wrongly, are no ground either.
fn of_cells(asked: &Asked<'_>) -> Result<Units, AnalysisError> {
    let mut everything = everything(asked);
    if everything.filter.places.is_empty() {
        everything.filter.places.extend(asked.coverage.territory.clone());
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
