//! Monte Carlo tests: replicas drawn under the hypothesis of no pattern, and the p-value that they give.
//!
//! Reference: M. Dwass, "Modified Randomization Tests for Nonparametric Hypotheses", Annals of Mathematical
//! Statistics 28 (1957); the observed value counts as one of the replicas, so that no p-value is zero:
//! `p = (1 + replicas as extreme or more) / (1 + replicas)`.
//!
//! Every replica has its own stream of random numbers ([`crate::simulation`]), and results are collected in
//! the order of the replicas: one, two or eight threads give the same figures bit by bit.

use crate::progress::{Stopped, Watched};
use crate::simulation::{REPLICAS_MAX, Simulation};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;
use rayon::prelude::*;

/// How a test draws its replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonteCarlo {
    /// How many replicas, from 1 to [`REPLICAS_MAX`]: 99 for a first look, 999 for a published p-value.
    pub replicas: u32,
    /// Where the random numbers begin; published with the figure, so that anybody can repeat it.
    pub seed: u64,
}

/// Why no replicas can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MonteCarloError {
    /// None, or more than are computed.
    #[error("ask for 1 to {REPLICAS_MAX} replicas")]
    Replicas,
    /// Asked to stop before the last replica.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl MonteCarlo {
    pub(crate) fn check(&self) -> Result<(), MonteCarloError> {
        if (1..=REPLICAS_MAX).contains(&self.replicas) { Ok(()) } else { Err(MonteCarloError::Replicas) }
    }

    /// The generator of one replica.
    pub(crate) fn generator(&self, replica: u32) -> ChaCha8Rng {
        Simulation { replicas: self.replicas, seed: self.seed, level: 0.95 }.generator(replica)
    }

    /// The p-value of an observed value that `extreme` of the replicas reach or exceed.
    pub(crate) fn p_value(&self, extreme: usize) -> f64 {
        (extreme as f64 + 1.0) / (f64::from(self.replicas) + 1.0)
    }
}

impl Watched<'_, MonteCarlo> {
    /// One result a replica, in the order of the replicas.
    pub(crate) fn run<T: Send>(
        &self,
        replica: impl Fn(&mut ChaCha8Rng) -> T + Sync,
    ) -> Result<Vec<T>, MonteCarloError> {
        self.expect(u64::from(self.replicas));
        let counted = |index| {
            let drawn = replica(&mut self.generator(index));
            self.step().map(|()| drawn)
        };
        Ok((0..self.replicas).into_par_iter().map(counted).collect::<Result<_, Stopped>>()?)
    }
}

/// Puts the values in a random order (Fisher and Yates): every order is equally likely.
pub(crate) fn shuffle<T>(values: &mut [T], generator: &mut ChaCha8Rng) {
    for last in (1..values.len()).rev() {
        values.swap(last, below(last + 1, generator));
    }
}

/// A whole number from 0 to `bound - 1`. The upper bits of a product, so that none is likelier than another by
/// more than `bound` in 2^64.
fn below(bound: usize, generator: &mut ChaCha8Rng) -> usize {
    ((u128::from(generator.next_u64()) * bound as u128) >> u64::BITS) as usize
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// What a computation gives on 1, 2 and 8 threads; all must be the same.
    pub(crate) fn on_threads<T: Send>(compute: impl Fn() -> T + Sync) -> Vec<T> {
        let pools = [1, 2, 8].map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build());
        pools.into_iter().map(|pool| pool.expect("threads").install(&compute)).collect()
    }

    #[test]
    fn every_order_of_three_comes_equally_often() {
        let monte_carlo = MonteCarlo { replicas: 60_000, seed: 3 };
        let orders = Watched::from(monte_carlo).run(|generator| {
            let mut values = [0, 1, 2];
            shuffle(&mut values, generator);
            values[0] * 2 + usize::from(values[1] > values[2])
        });
        let orders = orders.expect("replicas");
        for order in 0..6 {
            let count = orders.iter().filter(|found| **found == order).count();
            // Five standard deviations of a binomial count of 10,000.
            assert!((count as f64 - 10_000.0).abs() < 457.0, "{order}: {count}");
        }
    }

    #[test]
    fn threads_do_not_matter() {
        let monte_carlo = MonteCarlo { replicas: 500, seed: 9 };
        let draw = |how: MonteCarlo| Watched::from(how).run(|generator| generator.next_u64()).expect("replicas");
        let draws = on_threads(|| draw(monte_carlo));
        assert!(draws.iter().all(|draw| *draw == draws[0]));
        assert_ne!(draws[0], draw(MonteCarlo { seed: 8, ..monte_carlo }));
    }

    #[test]
    fn no_p_value_is_zero() {
        let monte_carlo = MonteCarlo { replicas: 99, seed: 1 };
        assert_eq!((monte_carlo.p_value(0), monte_carlo.p_value(99)), (0.01, 1.0));
        assert_eq!(MonteCarlo { replicas: 0, seed: 1 }.check(), Err(MonteCarloError::Replicas));
    }
}
