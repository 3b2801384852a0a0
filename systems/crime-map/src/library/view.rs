//! What a decision on disclosure asks of territory and edition, both as they were when the question began.

use super::OpenEdition;
use crate::territory::Territory;
use tequio_kernel::{Level, PlaceRef};

pub(super) struct View<'a> {
    pub edition: &'a OpenEdition,
    pub territory: &'a Territory,
}

impl tequio_access::Territory for View<'_> {
    fn level(&self, layer: &str) -> Option<Level> {
        self.territory.level(layer)
    }
    fn is_streets(&self, layer: &str) -> bool {
        self.territory.is_streets(layer)
    }
    fn nests(&self, one: &str, other: &str) -> bool {
        self.territory.nests(one, other)
    }
    fn holds(&self, outer: &str, inner: &str) -> bool {
        self.territory.holds(outer, inner)
    }
    fn streets(&self) -> Option<&str> {
        self.territory.streets_name()
    }
    fn class(&self, offence: &str) -> Option<&'static str> {
        self.edition.class(offence)
    }
    fn latitude_max(&self) -> f64 {
        self.edition.reach.own
    }
    fn latitude_of_strays(&self) -> f64 {
        self.edition.reach.strays
    }
    fn latitude_of(&self, place: &PlaceRef) -> Option<f64> {
        self.territory.latitude_of(place)
    }
}
