//! Jacquez test: how many nearest neighbours in space are nearest neighbours in time too.
//!
//! Reference: G. M. Jacquez, "A k Nearest Neighbour Test for Space-Time Interaction", Statistics in Medicine 15
//! (1996). The statistic `J` counts the ordered pairs in which the second event is among the `k` nearest of the
//! first both in space and in time. It needs no limit of distance, and so does not depend on how densely
//! events lie.
//!
//! Of events that tie for the last seats among the neighbours, those earlier in the list are taken; `ties` says
//! for how many events that mattered. Cost: all pairs once, then `n k` look-ups a replica.

use super::{Distance, Event, SpaceTimeError, check};
use crate::monte_carlo::{MonteCarlo, shuffle};
use crate::progress::Watched;
use rayon::prelude::*;

/// Most events: all pairs are looked at once.
pub const EVENTS_MAX: usize = 50_000;

/// Result of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jacquez {
    /// Ordered pairs that are neighbours in space and in time.
    pub statistic: u64,
    /// What chance alone gives on average: `n k k / (n - 1)`.
    pub expected: f64,
    /// Share of the permutations with as many or more, the observed order being one of them.
    pub p_value: f64,
    /// Events whose neighbours in space, or in time, depend on the order of the list.
    pub ties: usize,
}

/// The neighbours of each event, `k` a row, and how many rows had a tie for the last seat.
struct Neighbours {
    of: Vec<Vec<u32>>,
    tied: Vec<bool>,
}

/// Counts common neighbours in space and time, and permutes the times to see what chance gives.
///
/// # Errors
/// [`SpaceTimeError`] when there are fewer than two events or more than [`EVENTS_MAX`], one is no number, or there
/// are fewer others than neighbours asked for.
///
/// ```
/// use tequio_methods::monte_carlo::MonteCarlo;
/// use tequio_methods::space_time::{Distance, Event, jacquez::jacquez};
/// let events: Vec<Event> =
///     (0..12).map(|i| Event { x: f64::from(i * i), y: 0.0, time: f64::from(i * i) }).collect();
/// let test = jacquez(&events, Distance::Euclidean, 2, MonteCarlo { replicas: 99, seed: 1 })?;
/// assert_eq!((test.statistic, test.p_value), (24, 0.01));
/// # Ok::<(), tequio_methods::space_time::SpaceTimeError>(())
/// ```
pub fn jacquez<'a>(
    events: &[Event],
    measure: Distance,
    neighbours: usize,
    monte_carlo: impl Into<Watched<'a, MonteCarlo>>,
) -> Result<Jacquez, SpaceTimeError> {
    check(events, EVENTS_MAX)?;
    let monte_carlo = monte_carlo.into();
    monte_carlo.check()?;
    if neighbours == 0 || neighbours >= events.len() {
        return Err(SpaceTimeError::Neighbours(events.len() - 1));
    }
    let space = nearest(events, neighbours, |a, b| measure.between(a, b));
    let time = nearest(events, neighbours, |a, b| (a.time - b.time).abs());
    let order: Vec<u32> = (0..events.len() as u32).collect();
    let statistic = common(&space, &time, &order);
    let permuted = monte_carlo.run(|generator| {
        let mut order = order.clone();
        shuffle(&mut order, generator);
        common(&space, &time, &order)
    })?;
    let (n, k) = (events.len() as f64, neighbours as f64);
    Ok(Jacquez {
        statistic,
        expected: n * k * k / (n - 1.0),
        p_value: monte_carlo.p_value(permuted.iter().filter(|count| **count >= statistic).count()),
        ties: space.tied.iter().zip(&time.tied).filter(|(space, time)| **space || **time).count(),
    })
}

fn nearest(events: &[Event], neighbours: usize, distance: impl Fn(&Event, &Event) -> f64 + Sync) -> Neighbours {
    let of_event = |index: usize| {
        let others = events.iter().enumerate().filter(|(other, _)| *other != index);
        let mut others: Vec<(f64, u32)> =
            others.map(|(other, event)| (distance(&events[index], event), other as u32)).collect();
        let (_, last, beyond) =
            others.select_nth_unstable_by(neighbours - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let last = last.0;
        let tied = beyond.iter().any(|other| other.0 == last);
        (others[..neighbours].iter().map(|other| other.1).collect(), tied)
    };
    let (of, tied) = (0..events.len()).into_par_iter().map(of_event).unzip();
    Neighbours { of, tied }
}

/// `order[place]` is the event whose time goes to the event of that place.
fn common(space: &Neighbours, time: &Neighbours, order: &[u32]) -> u64 {
    let of_place = |(place, near): (usize, &Vec<u32>)| {
        let near_in_time = &time.of[order[place] as usize];
        near.iter().filter(|other| near_in_time.contains(&order[**other as usize])).count() as u64
    };
    space.of.iter().enumerate().map(of_place).sum()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{burkitt, scattered};
    use super::*;
    use crate::monte_carlo::tests::on_threads;

    const MONTE_CARLO: MonteCarlo = MonteCarlo { replicas: 999, seed: 1_996 };

    /// As printed by pointpats 2.5.5: 12, and 0.4 or so for its p-value.
    #[test]
    fn burkitts_lymphoma() {
        let test = jacquez(&burkitt(), Distance::Euclidean, 3, MONTE_CARLO).expect("events");
        assert_eq!((test.statistic, test.ties), (12, 31));
        assert!((test.expected - 188.0 * 9.0 / 187.0).abs() < 1e-12);
        assert!((0.1..0.5).contains(&test.p_value), "{test:?}");
    }

    #[test]
    fn ties_go_to_the_earlier_events() {
        let row = |time: f64| Event { x: 0.0, y: 0.0, time };
        let found = nearest(&[row(0.0), row(1.0), row(-1.0), row(5.0)], 1, |a, b| (a.time - b.time).abs());
        assert_eq!(found.of, [[1], [0], [0], [1]]);
        assert_eq!(found.tied, [true, false, false, false]);
    }

    #[test]
    fn threads_do_not_matter() {
        let events = scattered(120, 8);
        let monte_carlo = MonteCarlo { replicas: 40, seed: 2 };
        let results = on_threads(|| jacquez(&events, Distance::Euclidean, 4, monte_carlo).expect("events"));
        assert!(results.iter().all(|result| *result == results[0]));
        assert_eq!(jacquez(&events, Distance::Euclidean, 120, monte_carlo), Err(SpaceTimeError::Neighbours(119)));
        assert_eq!(jacquez(&events, Distance::Euclidean, 0, monte_carlo), Err(SpaceTimeError::Neighbours(119)));
    }
}
