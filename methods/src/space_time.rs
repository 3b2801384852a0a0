//! Events in space and time: do those that are near in space lie near in time more often than by chance?
//!
//! | question | method |
//! | --- | --- |
//! | are pairs near in space also near in time? | [`knox`] |
//! | ... over all distances, without a limit | [`mantel`] |
//! | ... by nearest neighbours, where density varies | [`jacquez`] |
//! | how far and for how long does the risk stay raised? | [`near_repeat`] |
//! | which events follow on each other? | [`chains`] |
//!
//! Positions are planar, in metres or any other unit of length that is the same everywhere: project
//! longitudes and latitudes first. Times are numbers in any unit, days as a rule. Under the hypothesis of
//! no interaction the times are permuted over the places, so that neither a busy place nor a busy season
//! counts as interaction; a population that grew in some places only does (see `knox`).

pub mod chains;
pub mod jacquez;
pub mod knox;
pub mod mantel;
pub mod near_repeat;
mod pairs;
mod times;

pub use pairs::Distance;

use crate::monte_carlo::MonteCarloError;

/// Most pairs near in space that are kept in memory (five bytes each).
pub const PAIRS_MAX: usize = 150_000_000;

/// An event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// Position to the east, in a unit of length.
    pub x: f64,
    /// Position to the north, in the same unit.
    pub y: f64,
    /// When, in a unit of time.
    pub time: f64,
}

/// Why interaction cannot be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpaceTimeError {
    /// Nothing to compare.
    #[error("give at least two events")]
    TooFew,
    /// More events than the method takes.
    #[error("this method takes at most {0} events")]
    TooMany(usize),
    /// A position or a time that is no number.
    #[error("every event needs a position and a time that are numbers")]
    NotANumber,
    /// A limit that makes no sense.
    #[error("limits of distance and of time are numbers of zero or more")]
    Limit,
    /// Bands that make no sense.
    #[error("give the bounds of 1 to {0} bands, from zero or more upward; only the last may be infinite")]
    Bands(usize),
    /// Neighbours that there are not.
    #[error("ask for 1 to {0} neighbours")]
    Neighbours(usize),
    /// A transformation that gives no number.
    #[error("distances transformed so are no numbers, or all the same: add a constant above zero")]
    Transformation,
    /// More pairs than are kept.
    #[error("more than {PAIRS_MAX} pairs lie as near as that in space: give a shorter distance")]
    TooManyPairs,
    /// Replicas that make no sense.
    #[error(transparent)]
    MonteCarlo(#[from] MonteCarloError),
}

fn check(events: &[Event], most: usize) -> Result<(), SpaceTimeError> {
    let numbers = |event: &Event| event.x.is_finite() && event.y.is_finite() && event.time.is_finite();
    match events.len() {
        0 | 1 => Err(SpaceTimeError::TooFew),
        count if count > most => Err(SpaceTimeError::TooMany(most)),
        _ if !events.iter().all(numbers) => Err(SpaceTimeError::NotANumber),
        _ => Ok(()),
    }
}

/// How many pairs so many events make.
fn pair_count(events: usize) -> u64 {
    let events = events as u64;
    events * events.saturating_sub(1) / 2
}

#[cfg(test)]
mod samples {
    use super::Event;

    fn read(table: &str) -> Vec<Event> {
        let number = |cell: Option<&str>| cell.and_then(|cell| cell.parse().ok()).expect("a number");
        let row = |line: &str| {
            let mut cells = line.split(',');
            Event { x: number(cells.next()), y: number(cells.next()), time: number(cells.next()) }
        };
        table.lines().skip(1).map(row).collect()
    }

    /// 188 cases of Burkitt's lymphoma in the West Nile district of Uganda from 1961 to 1975 (E. H. Williams and
    /// others, British Journal of Cancer 37, 1978; as in PySAL's example `burkitt`): units of a map grid, and days.
    pub(super) fn burkitt() -> Vec<Event> {
        read(include_str!("../tests/data/burkitt.csv"))
    }

    /// 522 arsons in Chicago in 2016 (City of Chicago, Chicago Data Portal; as in the Crime Open Database of
    /// M. P. J. Ashby, doi 10.17605/OSF.IO/ZYAQN): metres, to a tenth, and days of the year.
    pub(super) fn chicago_arson() -> Vec<Event> {
        read(include_str!("../tests/data/chicago-arson.csv"))
    }

    /// Events on a small grid, so that many share a place, a day or a distance.
    pub(super) fn scattered(count: usize, seed: u64) -> Vec<Event> {
        let mut state = seed;
        let mut next = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % bound) as f64
        };
        (0..count).map(|_| Event { x: next(40) * 25.0, y: next(30) * 25.0, time: next(90) }).collect()
    }
}
