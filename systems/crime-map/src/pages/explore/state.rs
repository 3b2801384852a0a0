//! The state of the explorer, all of which stands in its address.

use crate::library::{Library, LibraryError};
use crate::pages::ask::Pairs;
use crate::pages::called::code_places;
use crate::pages::explore::layer::MapLayer;
use crate::pages::faults::{Faults, FormAt};
use crate::pages::levels::ShownLevel;
use crate::refused::problem_of_period;
use crate::spoken::localised;
use tequio_frame::address::encode;
use tequio_frame::{Problem, ProblemCode, Visit};
use tequio_kernel::{Period, PlaceRef, Query};

/// The form of the explorer.
pub(super) const FORM: FormAt = FormAt { page: "/explore", prefix: "f", has: |name| FIELDS.contains(&name) };
const FIELDS: [&str; 8] = ["dataset", "period", "offence", "place", "level", "compare", "hour", "weekday"];
/// What questions call the level of detail.
pub(super) const NAMES: [(&str, &str); 1] = [("by", "level")];

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
    /// Reads an address: what cannot be read is told as faults, the rest is the state.
    ///
    /// # Errors
    /// [`LibraryError`] when the names of places cannot be read.
    pub(crate) fn parse(library: &Library, visit: &Visit, mut pairs: Pairs) -> Result<(Self, Faults), LibraryError> {
        let mut faults = Faults::of(&FORM, &pairs);
        let level = ShownLevel::parse(pairs.take("level").as_deref());
        let layer = MapLayer::parse(pairs.take("layer").as_deref());
        let compare = pairs.take("compare").map(|text| text.parse()).transpose();
        let compare = compare.map_err(|error| problem_of_period("compare", error));
        code_places(library, visit, &mut pairs, &mut faults)?;
        let mut query = faults.query(&pairs);
        if !std::mem::take(&mut query.by).is_empty() {
            faults.add("by", problem_of_by());
        }
        let mut of_field = |field: &str, problem: Problem| faults.add(field, problem);
        let level = level.unwrap_or_else(|problem| {
            of_field("level", problem);
            ShownLevel::Auto
        });
        let layer = layer.unwrap_or_else(|problem| {
            of_field("layer", problem);
            MapLayer::default()
        });
        let compare = compare.unwrap_or_else(|problem| {
            of_field("compare", problem);
            None
        });
        Ok((Self { query, level, compare, layer }, faults))
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

fn problem_of_by() -> Problem {
    let detail = "`by` is not understood here: choose the rows with level";
    Problem::with(ProblemCode::BadQuery, detail).told_as(localised("refusal-explore-by", &[]))
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
