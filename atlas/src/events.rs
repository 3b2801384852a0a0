//! Incidents one by one, for methods that look at pairs of them.

use crate::atlas::Atlas;
use crate::candidates::Candidates;
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
        let rows = self.rows(&plan);
        let event = |row: usize| {
            let moment = self.moments.list.get(self.moments.codes.get(row) as usize)?;
            let known = moment.precision == Precision::Day && self.sites.is_located(row);
            let position = self.sites.position(row);
            known.then_some(Event { longitude: position.x, latitude: position.y, day: moment.day })
        };
        let events: Vec<Event> = rows.iter().filter_map(|row| event(*row as usize)).collect();
        let lacking = rows.len() - events.len();
        Ok((events, lacking))
    }

    /// The rows that pass, in the order in which they are stored, whichever way they were found.
    fn rows(&self, plan: &Plan) -> Vec<u32> {
        let (mut found, mut memory) = (Vec::new(), Memory::default());
        let mut keep = |mut rows: Vec<u32>, tests| {
            plan.retain(self, tests, &mut rows, &mut memory);
            found.append(&mut rows);
        };
        match plan.candidates(self) {
            // Rows are fewer than 2^32: checked when they were loaded.
            Candidates::Runs(parts) => {
                parts
                    .into_iter()
                    .for_each(|part| keep((part.rows.start as u32..part.rows.end as u32).collect(), part.tests));
            }
            Candidates::Curve(pieces, tests) => {
                pieces.into_iter().for_each(|piece| keep(self.curve[piece].to_vec(), tests));
            }
        }
        found.sort_unstable();
        found
    }
}
