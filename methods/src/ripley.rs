//! Ripley's K and L: within a distance of an event, how many more events are there than by chance?
//!
//! `K(r) = |W| / (n (n - 1)) sum over ordered pairs with d <= r of e(i, d)`, `|W|` the area of the rectangle;
//! `e` is the isotropic edge correction, one by the part of the circle round event `i` through event `j` that
//! lies inside. By chance (complete spatial randomness) `K = pi r^2`; `L = sqrt(K / pi)` is then `r`. The cross
//! K counts the events of a second set round those of a first: `|W| / (n m)` in place of the first factor.
//!
//! References: B. D. Ripley, "Modelling Spatial Patterns", Journal of the Royal Statistical Society B 39
//! (1977); "Statistical Inference for Spatial Processes" (1988), for the correction; J. Besag's comment on the
//! former, for L. Envelopes: simulation of events anywhere in the rectangle, or of labels exchanged among all
//! events; drawn from a seed ([`crate::simulation`]).
//!
//! Events are recorded where there are streets and people: that K exceeds chance is no finding by itself; a
//! comparison with other events (labels exchanged) is. Cost: the pairs within the largest distance. Pairs
//! are added up in blocks of fixed size: the same to the last bit for any number of threads.

use crate::planar::{Cells, Point, Rectangle};
use crate::progress::Watched;
use crate::simulation::{Simulation, SimulationError};
use rand_chacha::rand_core::Rng;
use rayon::prelude::*;
use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// Events whose pairs are added up together.
const BLOCK: usize = 512;
/// Part of a distance by which a pair may be too far and still be within: rounding, which for positions
/// written in whole metres or hundredths would decide on many pairs at once.
const ROUNDING: f64 = 1e-9;

/// Why there is no K.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RipleyError {
    /// The rectangle has no area.
    #[error("the window is a rectangle with an area")]
    Window,
    /// An event lies outside or has no position.
    #[error("all events lie in the window")]
    Outside,
    /// Too few events.
    #[error("at least two events are needed, or one of each set")]
    TooFew,
    /// Distances are not increasing, or beyond half of the shorter side.
    #[error("distances increase, from zero to half of the window's shorter side")]
    Distances,
    /// The simulation makes no sense.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
}

/// K at each distance, in the square of the unit of length.
///
/// # Errors
/// [`RipleyError`] when an event lies outside, there are fewer than two, or the distances do not increase
/// or go beyond half of the shorter side (where the correction is no longer sound).
///
/// ```
/// use tequio_methods::{planar::{Point, Rectangle}, ripley::k};
/// let window = Rectangle { west: 0.0, south: 0.0, east: 10.0, north: 10.0 };
/// let k = k(&[Point { x: 4.0, y: 5.0 }, Point { x: 6.0, y: 5.0 }], &window, &[1.0, 2.0])?;
/// assert_eq!(k, [0.0, 100.0]);
/// # Ok::<(), tequio_methods::ripley::RipleyError>(())
/// ```
pub fn k(events: &[Point], window: &Rectangle, distances: &[f64]) -> Result<Vec<f64>, RipleyError> {
    check(events, window, distances)?;
    if events.len() < 2 {
        return Err(RipleyError::TooFew);
    }
    let count = events.len() as f64;
    let sums = pair_sums(events, events, window, distances, true);
    Ok(sums.into_iter().map(|sum| window.area() * sum / (count * (count - 1.0))).collect())
}

/// K of the second set round the first.
///
/// # Errors
/// [`RipleyError`] as for [`k`], with at least one event in each set.
///
/// ```
/// use tequio_methods::{planar::{Point, Rectangle}, ripley::cross_k};
/// let window = Rectangle { west: 0.0, south: 0.0, east: 10.0, north: 10.0 };
/// let (bars, robberies) = ([Point { x: 5.0, y: 5.0 }], [Point { x: 5.0, y: 6.0 }, Point { x: 9.0, y: 9.0 }]);
/// assert_eq!(cross_k(&bars, &robberies, &window, &[1.0])?, [50.0]);
/// # Ok::<(), tequio_methods::ripley::RipleyError>(())
/// ```
pub fn cross_k(
    first: &[Point],
    second: &[Point],
    window: &Rectangle,
    distances: &[f64],
) -> Result<Vec<f64>, RipleyError> {
    check(first, window, distances)?;
    check(second, window, distances)?;
    if first.is_empty() || second.is_empty() {
        return Err(RipleyError::TooFew);
    }
    let scale = window.area() / (first.len() as f64 * second.len() as f64);
    Ok(pair_sums(first, second, window, distances, false).into_iter().map(|sum| scale * sum).collect())
}

/// L of K: a length, by chance the distance itself.
///
/// ```
/// assert_eq!(tequio_methods::ripley::l(std::f64::consts::PI * 9.0), 3.0);
/// ```
pub fn l(k: f64) -> f64 {
    (k / PI).sqrt()
}

/// What chance gives, distance by distance.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    /// K of the events.
    pub observed: Vec<f64>,
    /// Lower limit of the replicas, at each distance by itself.
    pub low: Vec<f64>,
    /// Upper limit.
    pub high: Vec<f64>,
    /// Whether the whole curve is out of the ordinary: the rank of the largest departure of its L from
    /// the mean of all, the observed one among them. That limits are passed at one distance proves little.
    pub p_value: f64,
}

/// The envelope of events that fall anywhere in the window.
///
/// # Errors
/// [`RipleyError`] as for [`k`], and when the simulation makes no sense.
///
/// ```
/// use tequio_methods::{planar::{Point, Rectangle}, ripley::envelope, simulation::Simulation};
/// let window = Rectangle { west: 0.0, south: 0.0, east: 10.0, north: 10.0 };
/// let close: Vec<Point> = (0..30).map(|i| Point { x: 5.0 + 0.01 * f64::from(i), y: 5.0 }).collect();
/// let found = envelope(&close, &window, &[0.5, 1.0], Simulation { replicas: 99, seed: 4, level: 0.95 })?;
/// assert!(found.observed[0] > found.high[0] && found.p_value == 0.01);
/// # Ok::<(), tequio_methods::ripley::RipleyError>(())
/// ```
pub fn envelope<'a>(
    events: &[Point],
    window: &Rectangle,
    distances: &[f64],
    simulation: impl Into<Watched<'a, Simulation>>,
) -> Result<Envelope, RipleyError> {
    let observed = k(events, window, distances)?;
    let simulation = simulation.into();
    simulation.check(events.len() as u64)?;
    let replica = |number: u32| {
        let mut generator = simulation.generator(number);
        let mut between = |low: f64, high: f64| low + (high - low) * unit(&mut generator);
        let point = |_| Point { x: between(window.west, window.east), y: between(window.south, window.north) };
        let events: Vec<Point> = (0..events.len()).map(point).collect();
        let drawn = k(&events, window, distances)?;
        simulation.step().map_err(SimulationError::Stopped)?;
        Ok(drawn)
    };
    simulation.expect(u64::from(simulation.replicas));
    let replicas: Result<Vec<_>, RipleyError> = (0..simulation.replicas).into_par_iter().map(replica).collect();
    Ok(summary(observed, &replicas?, *simulation))
}

/// The envelope of the cross K when the labels of the two sets are exchanged at random: are the second
/// events nearer to the first than any event is to any other?
///
/// # Errors
/// [`RipleyError`] as for [`cross_k`], and when the simulation makes no sense.
///
/// ```
/// use tequio_methods::{planar::{Point, Rectangle}, ripley::label_envelope, simulation::Simulation};
/// let window = Rectangle { west: 0.0, south: 0.0, east: 10.0, north: 10.0 };
/// let first: Vec<Point> = (0..20).map(|i| Point { x: 0.2 + 0.48 * f64::from(i), y: 2.0 }).collect();
/// let second: Vec<Point> = first.iter().map(|at| Point { y: 8.0, ..*at }).collect();
/// let found = label_envelope(&first, &second, &window, &[2.0], Simulation { replicas: 99, seed: 4, level: 0.95 })?;
/// assert!(found.observed[0] < found.low[0] && found.p_value == 0.01);
/// # Ok::<(), tequio_methods::ripley::RipleyError>(())
/// ```
pub fn label_envelope<'a>(
    first: &[Point],
    second: &[Point],
    window: &Rectangle,
    distances: &[f64],
    simulation: impl Into<Watched<'a, Simulation>>,
) -> Result<Envelope, RipleyError> {
    let observed = cross_k(first, second, window, distances)?;
    let simulation = simulation.into();
    simulation.check((first.len() + second.len()) as u64)?;
    let replica = |number: u32| {
        let mut all: Vec<Point> = first.iter().chain(second).copied().collect();
        let mut generator = simulation.generator(number);
        // The first places of a Fisher-Yates shuffle.
        for place in 0..first.len() {
            let other = place + (unit(&mut generator) * (all.len() - place) as f64) as usize;
            all.swap(place, other);
        }
        let drawn = cross_k(&all[..first.len()], &all[first.len()..], window, distances)?;
        simulation.step().map_err(SimulationError::Stopped)?;
        Ok(drawn)
    };
    simulation.expect(u64::from(simulation.replicas));
    let replicas: Result<Vec<_>, RipleyError> = (0..simulation.replicas).into_par_iter().map(replica).collect();
    Ok(summary(observed, &replicas?, *simulation))
}

/// A number from 0 to below 1, of 53 random bits.
fn unit(generator: &mut impl Rng) -> f64 {
    (generator.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

fn summary(observed: Vec<f64>, replicas: &[Vec<f64>], simulation: Simulation) -> Envelope {
    let at = |index: usize| {
        let mut values: Vec<f64> = replicas.iter().map(|replica| replica[index]).collect();
        values.sort_unstable_by(f64::total_cmp);
        let (low, high) = simulation.limits(values.len());
        (values[low], values[high])
    };
    let (low, high) = (0..observed.len()).map(at).unzip();
    let curves: Vec<&Vec<f64>> = std::iter::once(&observed).chain(replicas).collect();
    let mean = |index: usize| curves.iter().map(|curve| l(curve[index])).sum::<f64>() / curves.len() as f64;
    let means: Vec<f64> = (0..observed.len()).map(mean).collect();
    let departure =
        |curve: &Vec<f64>| curve.iter().zip(&means).map(|(value, mean)| (l(*value) - mean).abs()).fold(0.0, f64::max);
    let own = departure(&observed);
    let as_far = curves.iter().filter(|curve| departure(curve) >= own).count();
    let p_value = as_far as f64 / curves.len() as f64;
    Envelope { observed, low, high, p_value }
}

fn check(events: &[Point], window: &Rectangle, distances: &[f64]) -> Result<(), RipleyError> {
    if !window.is_proper() {
        return Err(RipleyError::Window);
    }
    if !events.iter().all(|event| window.contains(*event)) {
        return Err(RipleyError::Outside);
    }
    let half = (window.east - window.west).min(window.north - window.south) / 2.0;
    let increasing = distances.windows(2).all(|pair| pair[0] < pair[1]);
    let in_range = distances.iter().all(|distance| (0.0..=half).contains(distance));
    if increasing && in_range && !distances.is_empty() { Ok(()) } else { Err(RipleyError::Distances) }
}

/// Sum of the corrections of the pairs within each distance. `same` leaves out each event with itself.
fn pair_sums(first: &[Point], second: &[Point], window: &Rectangle, distances: &[f64], same: bool) -> Vec<f64> {
    let reach = distances[distances.len() - 1];
    let smallest = window.area().sqrt() / 1e6;
    let cells = Cells::of(second, reach.max(smallest));
    let block = |(number, block): (usize, &[Point])| {
        let mut sums = vec![0.0; distances.len()];
        for (offset, event) in block.iter().enumerate() {
            let own = same.then_some(number * BLOCK + offset);
            for other in cells.near(*event, reach * (1.0 + ROUNDING)).filter(|other| Some(*other) != own) {
                let distance = event.squared_distance(second[other]).sqrt();
                let from = distances.partition_point(|limit| limit * (1.0 + ROUNDING) < distance);
                if from < sums.len() {
                    sums[from] += 1.0 / part_inside(*event, distance, window);
                }
            }
        }
        sums
    };
    let blocks: Vec<Vec<f64>> = first.par_chunks(BLOCK).enumerate().map(block).collect();
    let mut sums = vec![0.0; distances.len()];
    blocks.iter().for_each(|block| sums.iter_mut().zip(block).for_each(|(sum, part)| *sum += part));
    (1..sums.len()).for_each(|index| sums[index] += sums[index - 1]);
    sums
}

/// Part of the circle round a place that lies inside of the window, from above 0 to 1. Each side cuts off an
/// arc; the arcs of two sides that meet may overlap.
fn part_inside(centre: Point, radius: f64, window: &Rectangle) -> f64 {
    let half_arc = |distance: f64| if distance < radius { (distance / radius).acos() } else { 0.0 };
    let sides = [
        half_arc(window.east - centre.x),
        half_arc(window.north - centre.y),
        half_arc(centre.x - window.west),
        half_arc(centre.y - window.south),
    ];
    let overlap = |side: usize| {
        let (one, next) = (sides[side], sides[(side + 1) % 4]);
        if one > 0.0 && next > 0.0 { (one + next - FRAC_PI_2).max(0.0) } else { 0.0 }
    };
    let outside: f64 = (0..4).map(|side| 2.0 * sides[side] - overlap(side)).sum();
    1.0 - outside / TAU
}

#[cfg(test)]
#[path = "ripley_tests.rs"]
mod tests;
