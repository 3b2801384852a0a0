//! Near-repeat chains: events that follow on each other, each near the next in space and time.
//!
//! Reference: A. P. Wheeler, J. R. Riddell and C. P. Haberman, "Breaking the Chain: How Arrests Reduce the
//! Probability of Near Repeat Crimes", Criminal Justice Review 46 (2021). Two events are linked when they are
//! less than `distance` and less than `time` apart, the limits themselves excluded, as in the bands of
//! [`super::near_repeat`]; a chain is whatever links connect, so that its ends can lie far apart.
//!
//! Cost: one sort and one look at each pair near in space; memory for the events only.

use super::pairs::Rows;
use super::{Distance, Event, SpaceTimeError, check};
use std::convert::Infallible;

/// Chains of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chains {
    /// The chain of each event, in the order of the list; chains are numbered from 0 in the order in which
    /// they come up there. An event without a near one is a chain of its own.
    pub chain: Vec<usize>,
    /// Events in each chain.
    pub sizes: Vec<usize>,
}

/// Links near events into chains.
///
/// # Errors
/// [`SpaceTimeError`] when there are fewer than two events, one is no number, or a limit is negative or no number.
///
/// ```
/// use tequio_methods::space_time::{Distance, Event, chains::chains};
/// let events = [(0.0, 0.0), (80.0, 2.0), (160.0, 4.0), (160.0, 40.0)].map(|(x, time)| Event { x, y: 0.0, time });
/// let found = chains(&events, 100.0, 7.0, Distance::Euclidean)?;
/// assert_eq!((found.chain, found.sizes), (vec![0, 0, 0, 1], vec![3, 1]));
/// # Ok::<(), tequio_methods::space_time::SpaceTimeError>(())
/// ```
pub fn chains(events: &[Event], distance: f64, time: f64, measure: Distance) -> Result<Chains, SpaceTimeError> {
    check(events, u32::MAX as usize)?;
    if ![distance, time].iter().all(|limit| limit.is_finite() && *limit >= 0.0) {
        return Err(SpaceTimeError::Limit);
    }
    let rows = Rows::of(events, distance);
    let mut parents: Vec<usize> = (0..events.len()).collect();
    let linked = rows.each_pair::<Infallible>(measure, |first, second, apart| {
        let (a, b) = (rows.original(first), rows.original(second));
        if apart < distance && (events[a].time - events[b].time).abs() < time {
            let (a, b) = (root(&mut parents, a), root(&mut parents, b));
            parents[a.max(b)] = a.min(b);
        }
        Ok(())
    });
    match linked {
        Ok(()) => Ok(numbered(&mut parents)),
        Err(never) => match never {},
    }
}

/// The first event of a chain; the way to it is halved for the next time.
fn root(parents: &mut [usize], mut event: usize) -> usize {
    while parents[event] != event {
        parents[event] = parents[parents[event]];
        event = parents[event];
    }
    event
}

fn numbered(parents: &mut [usize]) -> Chains {
    let mut chain = vec![0; parents.len()];
    let mut sizes = Vec::new();
    for event in 0..parents.len() {
        // The root is the chain's first event, which has its number already.
        let first = root(parents, event);
        if first == event {
            chain[event] = sizes.len();
            sizes.push(0);
        } else {
            chain[event] = chain[first];
        }
        sizes[chain[event]] += 1;
    }
    Chains { chain, sizes }
}

#[cfg(test)]
mod tests {
    use super::super::samples::scattered;
    use super::*;

    fn of(events: &[(f64, f64, f64)], distance: f64, time: f64) -> Chains {
        let events: Vec<Event> = events.iter().map(|(x, y, time)| Event { x: *x, y: *y, time: *time }).collect();
        chains(&events, distance, time, Distance::Euclidean).expect("events")
    }

    /// The cases of R package `ptools` (`near_strings2`) and of Python package `crimepy` (`NearChains`).
    #[test]
    fn known_chains() {
        let line: Vec<(f64, f64, f64)> = (1..=10).map(|i| (f64::from(i), 0.0, f64::from(i) * 3.0)).collect();
        assert_eq!(of(&line, 1.0, 1.0).sizes, [1; 10]);
        assert_eq!(of(&line, 2.0, 6.0).sizes, [10]);
        let in_time = [0.0, 0.0, 0.0, 4.0, 4.0].map(|time| time);
        let by_time: Vec<_> = (1..=5).zip(in_time).map(|(x, time)| (f64::from(x), 0.0, time)).collect();
        assert_eq!(of(&by_time, 2.0, 1.0).chain, [0, 0, 0, 1, 1]);
        let by_place: Vec<_> = (1..=5).zip(in_time).map(|(time, x)| (x, x, f64::from(time))).collect();
        assert_eq!(of(&by_place, 1.0, 2.0).chain, [0, 0, 0, 1, 1]);
        let hours = [0.0, 4.0, 8.0, 48.0, 54.0];
        let days: Vec<_> = (0..5).zip(hours).map(|(y, hour)| (0.0, f64::from(y), hour / 24.0)).collect();
        assert_eq!(of(&days, 1.5, 1.0).sizes, [3, 2]);
    }

    /// Links are spread from event to event until nothing changes.
    fn naive(events: &[Event], distance: f64, time: f64) -> Vec<usize> {
        let mut first: Vec<usize> = (0..events.len()).collect();
        let linked =
            |a: &Event, b: &Event| Distance::Euclidean.between(a, b) < distance && (a.time - b.time).abs() < time;
        for _ in 0..events.len() {
            for a in 0..events.len() {
                for b in 0..events.len() {
                    if linked(&events[a], &events[b]) {
                        first[b] = first[b].min(first[a]);
                    }
                }
            }
        }
        first
    }

    #[test]
    fn chains_are_the_connected_events() {
        for seed in 0..8 {
            let events = scattered(90, seed);
            let found = chains(&events, 110.0, 12.0, Distance::Euclidean).expect("events");
            let first = naive(&events, 110.0, 12.0);
            for a in 0..events.len() {
                for b in 0..events.len() {
                    assert_eq!(found.chain[a] == found.chain[b], first[a] == first[b], "{seed}: {a} {b}");
                }
            }
            assert_eq!(found.sizes.iter().sum::<usize>(), events.len());
        }
    }
}
