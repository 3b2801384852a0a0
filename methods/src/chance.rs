//! Concentration that chance alone gives: what the Gini coefficient and the share of the top N would be
//! if as many events fell on the places at random.
//!
//! Few events on many places look concentrated whatever happens: one hundred events on one thousand
//! places leave nine hundred empty at least. An observed concentration means something only beside this
//! baseline (W. Bernasco and W. Steenbeek, Journal of Quantitative Criminology 33, 2017; G. Mohler, P. J.
//! Brantingham, J. Carter and M. B. Short, "Reducing Bias in Estimates for the Law of Crime Concentration",
//! Journal of Quantitative Criminology 35, 2019).
//!
//! Events fall independently, each on a place with a probability in proportion to its weight: equal
//! weights for "any place is as likely", inhabitants for "any person is as likely". For equal weights the
//! expected Gini coefficient is also known exactly, without drawing ([`expected_gini`]).

use crate::concentration::gini_of_sorted;
use crate::progress::Watched;
use crate::simulation::{Shares, Simulated, Simulation, SimulationError};
use statrs::function::gamma::ln_gamma;

/// Standard deviations of a count round its mean that are summed over, and counts more than these: what
/// lies beyond has a probability below 10^-30.
const DEVIATIONS: f64 = 12.0;
const COUNTS_MORE: f64 = 40.0;

/// Why there is no baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChanceError {
    /// The simulation or its weights make no sense.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// Nothing falls.
    #[error("no events: there is nothing to share out")]
    NoEvents,
    /// Zero, or more than there are places.
    #[error("ask for the top 1 to {places} places, not {n}")]
    Top {
        /// Places asked for.
        n: usize,
        /// Places with a weight.
        places: usize,
    },
}

/// What chance alone would give.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Baseline {
    /// Plain Gini coefficient.
    pub gini: Simulated,
    /// Gini coefficient from the most even outcome that is possible ([`crate::concentration::Gini`]).
    pub adjusted_gini: Simulated,
    /// Share of the events in the `n` places that come out with most, from 0 to 1.
    pub top_share: Simulated,
}

/// Draws the events many times over the places and sums up their concentration.
///
/// `weights` has one number a place, zero or more, in any unit. Cost: replicas times places, whatever the
/// number of events, and one sort of the places a replica.
///
/// # Errors
/// [`ChanceError`] when there are no events, `n` is zero or more than the places, or the weights or the
/// simulation make no sense.
///
/// ```
/// use tequio_methods::{chance, simulation::Simulation};
/// let simulation = Simulation { replicas: 200, seed: 1, level: 0.95 };
/// let baseline = chance::baseline(30, &[1.0; 100], 10, simulation)?;
/// let exact = chance::expected_gini(30, 100)?;
/// assert!((baseline.gini.mean - exact).abs() < 5.0 * baseline.gini.mean_error);
/// # Ok::<(), tequio_methods::chance::ChanceError>(())
/// ```
pub fn baseline<'a>(
    events: u64,
    weights: &[f64],
    n: usize,
    simulation: impl Into<Watched<'a, Simulation>>,
) -> Result<Baseline, ChanceError> {
    let simulation = simulation.into();
    simulation.check(events)?;
    let shares = Shares::of(weights)?;
    if events == 0 {
        return Err(ChanceError::NoEvents);
    }
    if n == 0 || n > weights.len() {
        return Err(ChanceError::Top { n, places: weights.len() });
    }
    simulation.expect(u64::from(simulation.replicas));
    let (mut gini, mut adjusted, mut top) = (Vec::new(), Vec::new(), Vec::new());
    for replica in 0..simulation.replicas {
        let mut counts = shares.draw(events, &mut simulation.generator(replica))?;
        counts.sort_unstable();
        let drawn = gini_of_sorted(&counts, events);
        gini.push(drawn.value);
        adjusted.push(drawn.adjusted);
        top.push(counts.iter().rev().take(n).sum::<u64>() as f64 / events as f64);
        simulation.step().map_err(SimulationError::Stopped)?;
    }
    Ok(Baseline {
        gini: simulation.summary(gini),
        adjusted_gini: simulation.summary(adjusted),
        top_share: simulation.summary(top),
    })
}

/// Expected plain Gini coefficient of `events` that fall on `places` of equal weight, exactly.
///
/// By symmetry `E G = (n - 1) E|X1 - X2| / (2c)`. Of the `c` events a binomial number with probability
/// `2/n` falls on the first two places, and given that number the difference is the distance of a simple
/// random walk from where it began: for `2k` and for `2k - 1` steps `2k` times the probability that `2k`
/// steps lead back (W. Feller, "An Introduction to Probability Theory and Its Applications", volume 1,
/// 1968, chapter III). Cost: at most one term an event.
///
/// # Errors
/// [`ChanceError`] when there are no events or no places.
pub fn expected_gini(events: u64, places: u64) -> Result<f64, ChanceError> {
    match (events, places) {
        (0, _) => Err(ChanceError::NoEvents),
        (_, 0) => Err(ChanceError::Simulation(SimulationError::NoPlaces)),
        (_, 1) => Ok(0.0),
        _ => Ok((places as f64 - 1.0) / (2.0 * events as f64) * mean_difference(events, places)),
    }
}

/// `E|X1 - X2|` of two of the places, which are two at least.
fn mean_difference(events: u64, places: u64) -> f64 {
    let (c, p) = (events as f64, 2.0 / places as f64);
    if places == 2 {
        return walk_distances(events).last().unwrap_or(0.0);
    }
    let (mean, deviation) = (c * p, (c * p * (1.0 - p)).sqrt());
    let reach = DEVIATIONS * deviation + COUNTS_MORE;
    let lowest = (mean - reach).floor().max(1.0) as u64;
    let highest = (mean + reach).ceil().min(c) as u64;
    let probability = |count: f64| (log_choose(c, count) + count * p.ln() + (c - count) * (-p).ln_1p()).exp();
    let terms = walk_distances(highest).zip(1u64..).filter(|(_, steps)| *steps >= lowest);
    terms.map(|(distance, steps)| distance * probability(steps as f64)).sum()
}

fn log_choose(n: f64, k: f64) -> f64 {
    ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
}

/// Expected distance of a simple random walk from where it began, after 1, 2, ... steps.
fn walk_distances(steps_max: u64) -> impl Iterator<Item = f64> {
    let mut distance = 1.0;
    (1..=steps_max).map(move |steps| {
        if steps % 2 == 1 && steps > 1 {
            distance *= steps as f64 / (steps - 1) as f64;
        }
        distance
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIMULATION: Simulation = Simulation { replicas: 1_000, seed: 20_070_101, level: 0.95 };

    /// Mean of the Gini coefficient over every one of the `places^events` outcomes.
    fn enumerated_gini(events: u32, places: u64) -> f64 {
        let outcomes = places.pow(events);
        let sum: f64 = (0..outcomes)
            .map(|outcome| {
                let mut counts = vec![0u64; places as usize];
                (0..events).for_each(|event| counts[(outcome / places.pow(event) % places) as usize] += 1);
                counts.sort_unstable();
                gini_of_sorted(&counts, u64::from(events)).value
            })
            .sum();
        sum / outcomes as f64
    }

    #[test]
    fn the_closed_form_is_the_mean_over_all_outcomes() {
        for (events, places) in [(1, 4), (2, 2), (5, 2), (3, 3), (6, 3), (5, 5), (4, 7)] {
            let exact = expected_gini(u64::from(events), places).expect("events");
            let enumerated = enumerated_gini(events, places);
            assert!((exact - enumerated).abs() < 1e-12, "{events} on {places}: {exact}, {enumerated}");
        }
    }

    #[test]
    fn the_simulation_agrees_with_the_closed_form() {
        for (events, places) in [(30, 100), (1_000, 100), (8_867, 2_457), (500_000, 300)] {
            let drawn = baseline(events, &vec![2.5; places], 5, SIMULATION).expect("a baseline").gini;
            let exact = expected_gini(events, places as u64).expect("events");
            assert!((drawn.mean - exact).abs() < 5.0 * drawn.mean_error, "{drawn:?} {exact}");
            assert!(drawn.low < exact && exact < drawn.high);
        }
    }

    /// For large counts the difference of two of them is nearly normal: `E|X1 - X2|` is `2 sqrt(m/pi)`.
    #[test]
    fn many_events_come_near_the_normal_limit() {
        let exact = expected_gini(100_000_000, 1_000).expect("events");
        let limit = 0.999 / (std::f64::consts::PI * 100_000.0).sqrt();
        assert!((exact / limit - 1.0).abs() < 1e-5, "{exact} {limit}");
    }

    #[test]
    fn weights_shape_the_baseline() {
        // Two places, three events, weights 3 and 1: the larger holds 3 with 27/64 + 1/64, 2 with the rest.
        let exact = (28.0 / 64.0) + (36.0 / 64.0) * 2.0 / 3.0;
        let drawn = baseline(3, &[3.0, 1.0], 1, SIMULATION).expect("a baseline").top_share;
        assert!((drawn.mean - exact).abs() < 5.0 * drawn.mean_error, "{drawn:?} {exact}");
        // One event on any number of places: all of it is in the top, and nothing is less even than it must be.
        let one = baseline(1, &[1.0; 50], 1, SIMULATION).expect("a baseline");
        assert_eq!((one.top_share.low, one.top_share.high, one.adjusted_gini.high), (1.0, 1.0, 0.0));
    }

    #[test]
    fn a_seed_repeats_a_baseline() {
        let draw = |seed| baseline(40, &[1.0; 60], 6, Simulation { seed, ..SIMULATION });
        assert_eq!(draw(5), draw(5));
        assert_ne!(draw(5), draw(6));
    }

    #[test]
    fn what_has_no_baseline_says_why() {
        assert_eq!(baseline(u64::MAX, &[1.0], 1, SIMULATION), Err(ChanceError::Simulation(SimulationError::Events)));
        assert_eq!(baseline(0, &[1.0], 1, SIMULATION), Err(ChanceError::NoEvents));
        assert_eq!(baseline(3, &[1.0], 2, SIMULATION), Err(ChanceError::Top { n: 2, places: 1 }));
        assert_eq!(baseline(3, &[-1.0], 1, SIMULATION), Err(ChanceError::Simulation(SimulationError::Weights)));
        assert_eq!(expected_gini(3, 0), Err(ChanceError::Simulation(SimulationError::NoPlaces)));
        assert_eq!(expected_gini(3, 1), Ok(0.0));
    }
}
