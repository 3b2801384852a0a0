//! Mantel test: the correlation of distances in space and in time over all pairs of events.
//!
//! Reference: N. Mantel, "The Detection of Disease Clustering and a Generalized Regression Approach", Cancer
//! Research 27 (1967), in its standardised form (Pearson's correlation). Distances are transformed to
//! `(distance + constant)^power`; with the power -1 close pairs weigh most, as interaction is a matter of
//! close pairs, and the constant says what is close.
//!
//! Cost: all pairs for each replica, 16 bytes of memory a pair, at most [`EVENTS_MAX`] events.

use super::{Distance, Event, SpaceTimeError, check};
use crate::monte_carlo::{MonteCarlo, shuffle};
use crate::progress::Watched;

/// Most events: 12.5 million pairs.
pub const EVENTS_MAX: usize = 5_000;

/// How a distance is transformed before it is correlated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transformation {
    /// Added to the distance, in its unit.
    pub constant: f64,
    /// Power of the sum.
    pub power: f64,
}

/// Result of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mantel {
    /// Correlation of the transformed distances, from -1 to 1.
    pub correlation: f64,
    /// Share of the permutations with as high a correlation or higher, the observed order being one of them.
    pub p_value: f64,
}

/// Correlates distances in space with distances in time, and permutes the times to see what chance gives.
///
/// # Errors
/// [`SpaceTimeError`] when there are fewer than two events or more than [`EVENTS_MAX`], one is no number, or a
/// transformation gives no numbers or the same for all pairs.
///
/// ```
/// use tequio_methods::monte_carlo::MonteCarlo;
/// use tequio_methods::space_time::{Distance, Event, mantel::{Transformation, mantel}};
/// // Events that walk along a street, one a day.
/// let events: Vec<Event> = (0..12).map(|i| Event { x: f64::from(i), y: 0.0, time: f64::from(i) }).collect();
/// let plain = Transformation { constant: 0.0, power: 1.0 };
/// let test = mantel(&events, Distance::Euclidean, plain, plain, MonteCarlo { replicas: 99, seed: 1 })?;
/// assert!((test.correlation - 1.0).abs() < 1e-12 && test.p_value == 0.01);
/// # Ok::<(), tequio_methods::space_time::SpaceTimeError>(())
/// ```
pub fn mantel<'a>(
    events: &[Event],
    measure: Distance,
    space: Transformation,
    time: Transformation,
    monte_carlo: impl Into<Watched<'a, MonteCarlo>>,
) -> Result<Mantel, SpaceTimeError> {
    check(events, EVENTS_MAX)?;
    let monte_carlo = monte_carlo.into();
    monte_carlo.check()?;
    let in_space = standardised(events, |a, b| (measure.between(a, b) + space.constant).powf(space.power))?;
    let in_time = standardised(events, |a, b| ((a.time - b.time).abs() + time.constant).powf(time.power))?;
    let correlate = |order: &[u32]| {
        let mut pairs = in_space.iter();
        let row = |(index, first): (usize, &u32)| -> f64 {
            order[..index].iter().zip(&mut pairs).map(|(second, value)| value * in_time[pair(*first, *second)]).sum()
        };
        order.iter().enumerate().map(row).sum::<f64>()
    };
    let order: Vec<u32> = (0..events.len() as u32).collect();
    let correlation = correlate(&order);
    let permuted = monte_carlo.run(|generator| {
        let mut order = order.clone();
        shuffle(&mut order, generator);
        correlate(&order)
    })?;
    let extreme = permuted.iter().filter(|value| **value >= correlation).count();
    Ok(Mantel { correlation, p_value: monte_carlo.p_value(extreme) })
}

/// Where a pair stands among the pairs of each event with those before it.
fn pair(a: u32, b: u32) -> usize {
    let (low, high) = (a.min(b) as usize, a.max(b) as usize);
    high * (high - 1) / 2 + low
}

/// A value for each pair, less their mean and over the root of the sum of their squares.
fn standardised(events: &[Event], value: impl Fn(&Event, &Event) -> f64) -> Result<Vec<f64>, SpaceTimeError> {
    let of_event = |(index, a)| events[..index].iter().map(move |b| (a, b));
    let mut values: Vec<f64> = events.iter().enumerate().flat_map(of_event).map(|(a, b)| value(a, b)).collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter_mut().for_each(|value| *value -= mean);
    let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
    if !(length.is_finite() && length > f64::EPSILON * mean.abs()) {
        return Err(SpaceTimeError::Transformation);
    }
    values.iter_mut().for_each(|value| *value /= length);
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{burkitt, scattered};
    use super::*;
    use crate::monte_carlo::tests::on_threads;

    const CLOSE: Transformation = Transformation { constant: 1.0, power: -1.0 };
    const MONTE_CARLO: MonteCarlo = MonteCarlo { replicas: 199, seed: 1_967 };

    /// As printed by pointpats 2.5.5: 0.048368, p 0.01 for 99 permutations.
    #[test]
    fn burkitts_lymphoma() {
        let test = mantel(&burkitt(), Distance::Euclidean, CLOSE, CLOSE, MONTE_CARLO).expect("events");
        assert!((test.correlation - 0.048_368).abs() < 5e-7, "{test:?}");
        assert!(test.p_value <= 0.05, "{test:?}");
    }

    #[test]
    fn pairs_are_numbered_in_order() {
        let numbers: Vec<usize> = (0..5).flat_map(|a| (0..a).map(move |b| pair(b, a))).collect();
        assert_eq!(numbers, (0..10).collect::<Vec<_>>());
        assert_eq!(pair(4, 2), pair(2, 4));
    }

    #[test]
    fn threads_do_not_matter() {
        let events = scattered(60, 8);
        let monte_carlo = MonteCarlo { replicas: 40, seed: 2 };
        let results = on_threads(|| mantel(&events, Distance::Manhattan, CLOSE, CLOSE, monte_carlo).expect("events"));
        assert!(results.iter().all(|result| *result == results[0]));
    }

    #[test]
    fn what_gives_no_numbers_is_refused() {
        let same = [Event { x: 1.0, y: 1.0, time: 1.0 }; 3];
        let inverse = Transformation { constant: 0.0, power: -1.0 };
        let test = |events: &[Event], space| mantel(events, Distance::Euclidean, space, CLOSE, MONTE_CARLO);
        assert_eq!(test(&same, CLOSE), Err(SpaceTimeError::Transformation));
        assert_eq!(test(&scattered(400, 1), inverse), Err(SpaceTimeError::Transformation));
        assert_eq!(test(&scattered(EVENTS_MAX + 1, 1), CLOSE), Err(SpaceTimeError::TooMany(EVENTS_MAX)));
    }
}
