//! What every method that draws random numbers shares: how often, from which seed, and what is told
//! of the draws.
//!
//! One replica draws from one stream of the ChaCha generator (D. J. Bernstein, "ChaCha, a variant of
//! Salsa20", 2008; eight rounds), chosen by the number of the replica. A replica therefore does not
//! depend on the others, nor on the order or the thread in which they are computed, and a published figure
//! is repeated from its seed. (The samplers use logarithms: where a machine's mathematical library rounds
//! the last bit otherwise, a single draw may come out otherwise, far within the error of the simulation.)

use crate::progress::Stopped;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Binomial, Distribution};

/// Most replicas of one simulation.
pub const REPLICAS_MAX: u32 = 1_000_000;

/// Most events of one simulation: what a double counts exactly.
pub const EVENTS_MAX: u64 = 1 << f64::MANTISSA_DIGITS;

/// How a simulation is run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Simulation {
    /// How many times the events are drawn, from 1 to [`REPLICAS_MAX`]. One thousand is usual.
    pub replicas: u32,
    /// Where the random numbers begin; published with the figure, so that anybody can repeat it.
    pub seed: u64,
    /// Confidence of the intervals, such as 0.95.
    pub level: f64,
}

/// Why nothing can be simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimulationError {
    /// The confidence level is not between 0 and 1.
    #[error("a confidence level lies between 0 and 1")]
    Level,
    /// No replicas, or more than are computed.
    #[error("ask for 1 to {REPLICAS_MAX} replicas")]
    Replicas,
    /// More events than are counted exactly.
    #[error("more than {EVENTS_MAX} events are not drawn: check the counts")]
    Events,
    /// There is nowhere to fall.
    #[error("give at least one place")]
    NoPlaces,
    /// A weight is negative or no number, or none is above zero.
    #[error("weights are zero or more, and at least one is above zero")]
    Weights,
    /// Asked to stop before the last replica.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// A figure over all replicas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Simulated {
    /// Mean of the replicas.
    pub mean: f64,
    /// Standard error of that mean: what more replicas would make smaller.
    pub mean_error: f64,
    /// Lower limit: the replica at the lower tail, the smaller one where the tail falls between two.
    pub low: f64,
    /// Upper limit: the replica at the upper tail, the larger one where the tail falls between two.
    pub high: f64,
}

impl Simulation {
    pub(crate) fn check(&self, events: u64) -> Result<(), SimulationError> {
        if events > EVENTS_MAX {
            return Err(SimulationError::Events);
        }
        if !(self.level > 0.0 && self.level < 1.0) {
            return Err(SimulationError::Level);
        }
        if (1..=REPLICAS_MAX).contains(&self.replicas) { Ok(()) } else { Err(SimulationError::Replicas) }
    }

    /// The generator of one replica.
    pub(crate) fn generator(&self, replica: u32) -> ChaCha8Rng {
        let mut generator = ChaCha8Rng::seed_from_u64(self.seed);
        generator.set_stream(u64::from(replica));
        generator
    }

    /// Mean and interval of one figure a replica; `values` is not empty.
    pub(crate) fn summary(&self, mut values: Vec<f64>) -> Simulated {
        values.sort_unstable_by(f64::total_cmp);
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let mean_error = if count > 1.0 { (squares / (count - 1.0) / count).sqrt() } else { 0.0 };
        let (low, high) = self.limits(values.len());
        Simulated { mean, mean_error, low: values[low], high: values[high] }
    }

    /// Indexes of the limits among so many sorted values, rounded outward.
    pub(crate) fn limits(&self, values: usize) -> (usize, usize) {
        let last = values.saturating_sub(1) as f64;
        let tail = (1.0 - self.level) / 2.0;
        ((tail * last).floor() as usize, ((1.0 - tail) * last).ceil() as usize)
    }
}

/// Places on which events fall, each with its share of them.
#[derive(Clone, Debug)]
pub(crate) struct Shares {
    /// Probability of each place, given that the event fell on none before it.
    conditional: Vec<f64>,
}

impl Shares {
    pub(crate) fn of(weights: &[f64]) -> Result<Self, SimulationError> {
        if weights.is_empty() {
            return Err(SimulationError::NoPlaces);
        }
        if weights.iter().any(|weight| !weight.is_finite() || *weight < 0.0) {
            return Err(SimulationError::Weights);
        }
        let mut conditional = vec![0.0; weights.len()];
        let mut rest = 0.0;
        for (index, weight) in weights.iter().enumerate().rev() {
            rest += weight;
            conditional[index] = if *weight > 0.0 { (weight / rest).min(1.0) } else { 0.0 };
        }
        if rest > 0.0 && rest.is_finite() { Ok(Self { conditional }) } else { Err(SimulationError::Weights) }
    }

    /// Events by place of one draw. A multinomial count is drawn place by place as a binomial share of
    /// the events that are left, so that the cost grows with the places and not with the events.
    pub(crate) fn draw(&self, events: u64, generator: &mut ChaCha8Rng) -> Result<Vec<u64>, SimulationError> {
        let mut left = events;
        let mut counts = vec![0; self.conditional.len()];
        for (count, share) in counts.iter_mut().zip(&self.conditional) {
            if left == 0 {
                break;
            }
            *count = Binomial::new(left, *share).map_err(|_| SimulationError::Weights)?.sample(generator);
            left -= *count;
        }
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIMULATION: Simulation = Simulation { replicas: 2_000, seed: 7, level: 0.95 };

    /// A change of the generator or of the sampler would change published figures: it must be seen.
    #[test]
    fn a_seed_always_gives_the_same_draw() {
        let shares = Shares::of(&[1.0, 2.0, 3.0, 4.0]).expect("weights");
        let draw = |replica| shares.draw(1_000, &mut SIMULATION.generator(replica)).expect("a draw");
        assert_eq!([draw(0), draw(1)], [PINNED_0.to_vec(), PINNED_1.to_vec()]);
        assert_eq!(draw(1), draw(1));
    }

    const PINNED_0: [u64; 4] = [102, 213, 276, 409];
    const PINNED_1: [u64; 4] = [92, 205, 330, 373];

    #[test]
    fn every_event_falls_and_in_proportion_to_the_weights() {
        let shares = Shares::of(&[0.0, 1.0, 3.0, 0.0, 6.0, 0.0]).expect("weights");
        let mut sums = [0u64; 6];
        for replica in 0..SIMULATION.replicas {
            let counts = shares.draw(50, &mut SIMULATION.generator(replica)).expect("a draw");
            assert_eq!(counts.iter().sum::<u64>(), 50);
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        assert_eq!((sums[0], sums[3], sums[5]), (0, 0, 0));
        // 100,000 events: five standard deviations of a share are below 0.008.
        for (sum, share) in [(sums[1], 0.1), (sums[2], 0.3), (sums[4], 0.6)] {
            assert!((sum as f64 / 100_000.0 - share).abs() < 0.008, "{sums:?}");
        }
    }

    #[test]
    fn limits_are_rounded_outward() {
        let summary = SIMULATION.summary((0..=100).rev().map(f64::from).collect());
        assert_eq!((summary.mean, summary.low, summary.high), (50.0, 2.0, 98.0));
        // Variance of 0..=100 is 858.5; its hundred-and-first part is 8.5.
        assert!((summary.mean_error - 8.5f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_simulated_says_why() {
        let with = |replicas, level| Simulation { replicas, level, ..SIMULATION }.check(10);
        assert_eq!(with(0, 0.95), Err(SimulationError::Replicas));
        assert_eq!(with(10, 1.0), Err(SimulationError::Level));
        assert_eq!(SIMULATION.check(EVENTS_MAX + 1), Err(SimulationError::Events));
        assert_eq!(Shares::of(&[]).err(), Some(SimulationError::NoPlaces));
        assert_eq!(Shares::of(&[0.0]).err(), Some(SimulationError::Weights));
        assert_eq!(Shares::of(&[1.0, f64::NAN]).err(), Some(SimulationError::Weights));
    }
}
