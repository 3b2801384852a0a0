//! The state of the explorer, all of which stands in its address.

use crate::library::Library;
use crate::pages::ask::Pairs;
use crate::pages::explore::layer::MapLayer;
use crate::pages::levels::ShownLevel;
use tequio_frame::address::encode;
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::query::QueryError;
use tequio_kernel::{Period, PlaceRef, Query};

/// Places among which the first that is no street is taken for a name written in the form.
const SEARCHED: usize = 50;

/// What is asked, at which level it is shown, and the period it is compared with.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// The question; its dataset and edition are named only if the address names them.
    pub query: Query,
    pub level: ShownLevel,
    pub compare: Option<Period>,
    /// What the map shows.
    pub layer: MapLayer,
}

impl State {
    /// Reads an address.
    pub(crate) fn parse(library: &Library, mut pairs: Pairs) -> Result<Self, Problem> {
        let level = ShownLevel::parse(pairs.take("level").as_deref())?;
        let layer = MapLayer::parse(pairs.take("layer").as_deref())?;
        let compare = pairs.take("compare").map(|text| text.parse()).transpose();
        let compare = compare.map_err(|error| Problem::with(ProblemCode::BadQuery, QueryError::Period(error)))?;
        resolve_place(library, &mut pairs)?;
        let query = pairs.query()?;
        if !query.by.is_empty() {
            return Err(Problem::with(
                ProblemCode::BadQuery,
                "`by` is not understood here: choose the rows with level",
            ));
        }
        Ok(Self { query, level, compare, layer })
    }

    /// The pairs of its address, in a fixed order.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.query.pairs();
        if self.level != ShownLevel::Auto {
            pairs.push(("level", self.level.value()));
        }
        pairs.extend(self.compare.map(|period| ("compare", period.to_string())));
        if self.layer != MapLayer::Counts {
            pairs.push(("layer", self.layer.name().to_owned()));
        }
        pairs
    }

    /// Its address.
    pub(crate) fn address(&self) -> String {
        let pairs = encode(&self.pairs());
        if pairs.is_empty() { "/explore".to_owned() } else { format!("/explore?{pairs}") }
    }

    /// The address of a changed state.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut next = self.clone();
        change(&mut next);
        next.address()
    }

    /// Narrows to a period, or takes it away when it is the one chosen.
    pub(crate) fn with_period(&self, period: Period) -> String {
        self.with(|state| state.query.filter.period = toggled(state.query.filter.period, period))
    }

    /// Adds an offence, or takes it away.
    pub(crate) fn with_offence(&self, code: &str) -> String {
        self.with(|state| {
            let offences = &mut state.query.filter.offences;
            let before = offences.len();
            offences.retain(|known| known != code);
            if offences.len() == before {
                offences.push(code.to_owned());
            }
        })
    }

    /// Narrows to a place; the rows are then the places below it.
    pub(crate) fn within(&self, place: PlaceRef) -> String {
        self.with(|state| {
            state.query.filter.places = vec![place];
            if matches!(state.level, ShownLevel::Places(_)) {
                state.level = ShownLevel::Auto;
            }
        })
    }
}

/// The value, or nothing when it is chosen already.
pub(crate) fn toggled<T: PartialEq>(chosen: Option<T>, value: T) -> Option<T> {
    if chosen.as_ref() == Some(&value) { None } else { Some(value) }
}

/// People write names, addresses hold codes: a text that names no place is searched for.
fn resolve_place(library: &Library, pairs: &mut Pairs) -> Result<(), Problem> {
    for (_, value) in pairs.0.iter_mut().filter(|(name, value)| name == "place" && !value.trim().is_empty()) {
        let known = value.trim().parse::<PlaceRef>().is_ok_and(|place| library.place(&place).is_some());
        if known {
            continue;
        }
        if let Some(found) = library.search(value, None, SEARCHED)?.into_iter().find(|found| found.at.is_none()) {
            *value = found.place.to_string();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(text: &str) -> State {
        let query = Query::parse(text.split('&').filter_map(|pair| pair.split_once('='))).expect("a query");
        State { query, level: ShownLevel::Places("states".into()), compare: "2019".parse().ok(), layer: MapLayer::Scan }
    }

    #[test]
    fn the_address_holds_everything() {
        let state = state("period=2020&offence=ROBO&hour=22-23");
        assert_eq!(
            state.address(),
            "/explore?period=2020&offence=ROBO&hour=22-23&level=places:states&compare=2019&layer=scan"
        );
    }

    #[test]
    fn what_is_chosen_twice_is_taken_away() {
        let state = state("period=2020&offence=ROBO");
        assert!(
            !state.with_offence("ROBO").contains("offence") && state.with_offence("FRAUDE").contains("offence=FRAUDE")
        );
        let period = "2020".parse().expect("a period");
        assert!(!state.with_period(period).contains("period="));
    }

    #[test]
    fn within_a_place_the_rows_are_those_below() {
        assert_eq!(
            state("place=MX-01").within(PlaceRef::new("states", "MX-09")),
            "/explore?place=MX-09&compare=2019&layer=scan"
        );
    }
}
