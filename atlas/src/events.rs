//! Incidents one by one, for methods that look at pairs of them.

use crate::atlas::Atlas;
use crate::error::AtlasError;
use crate::filter::{Memory, Plan};
use tequio_kernel::{Filter, Precision, Scope};

/// Where and when an incident happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// Degrees.
    pub longitude: f64,
    /// Degrees.
    pub latitude: f64,
    /// Days since 1970-01-01.
    pub day: i32,
}

impl Atlas {
    /// The incidents that pass a filter and have a position and a day, in the order in which they are stored, and how
    /// many pass that lack one of these. Exact positions: they are for computing with, never for showing.
    ///
    /// # Errors
    /// [`AtlasError`] when the filter names what the atlas does not have.
    pub fn events(&self, filter: &Filter, scope: &Scope) -> Result<(Vec<Event>, usize), AtlasError> {
        let plan = Plan::new(self, filter, scope)?;
        let (mut rows, mut memory) = (Vec::new(), Memory::default());
        plan.select(self, 0..self.len(), &mut rows, &mut memory);
        let event = |row: usize| {
            let moment = self.moments.list.get(self.moments.codes.get(row) as usize)?;
            let known = moment.precision == Precision::Day && self.is_located(row);
            let (longitude, latitude) = (self.longitude[row], self.latitude[row]);
            known.then_some(Event { longitude, latitude, day: moment.day })
        };
        let events: Vec<Event> = rows.iter().filter_map(|row| event(*row as usize)).collect();
        let lacking = rows.len() - events.len();
        Ok((events, lacking))
    }
}
