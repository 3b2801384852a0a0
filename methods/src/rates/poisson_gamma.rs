//! Relative risks and their ranks, with how certain these are: the Poisson-gamma model.
//!
//! Events `O_i` are Poisson with mean `E_i t_i`; the risks `t_i` come from a gamma law with shape `v` and
//! rate `a`, fitted to all areas. Given the events, a risk is again gamma, with shape `O_i + v` and rate
//! `E_i + a`: its mean lies between the raw ratio and the mean of all. `v` and `a` are found by repeating,
//! until they stay the same, `v / a = mean(t_i)` and `v / a^2 = sum_i((1 + a / E_i) (t_i - v / a)^2) / (n -
//! 1)`. Reference: D. Clayton and J. Kaldor, "Empirical Bayes Estimates of Age-Standardized Relative Risks
//! for Use in Disease Mapping", Biometrics 43 (1987).
//!
//! Ranks: the risks of all areas are drawn from their laws many times, and ranked each time. Reference: H.
//! Goldstein and D. J. Spiegelhalter, "League Tables and Their Limitations", Journal of the Royal
//! Statistical Society A 159 (1996). What it leaves out: that `v` and `a` are estimated too, and that
//! neighbours may be alike.

use super::{RateError, check, gamma_quantile, tail};
use crate::membership::RANKS_MAX;
use crate::poisson::Interval;
use crate::simulation::Simulation;
use rand_distr::{Distribution, Gamma};
use rayon::prelude::*;
use statrs::function::gamma::gamma_ur;

/// Most repetitions of the fit.
const STEPS_MAX: u32 = 10_000;
/// Part by which shape and rate may still change at the end.
const PRECISION: f64 = 1e-12;
/// Rate of the gamma law beyond which the risks are all the same.
const RATE_MAX: f64 = 1e9;

/// The fitted law of risks, and what was observed.
#[derive(Clone, Debug, PartialEq)]
pub struct PoissonGamma {
    /// Shape of the law of risks (`v`).
    pub shape: f64,
    /// Its rate (`a`); its mean is shape over rate.
    pub rate: f64,
    counts: Vec<u64>,
    expected: Vec<f64>,
}

/// The risk of one area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Risk {
    /// Mean: the smoothed ratio of events to expected ones.
    pub mean: f64,
    /// Limits within which the risk lies with the probability asked for, as much left out on either side.
    pub interval: Interval,
    /// Probability that the risk is above 1.
    pub above_one: f64,
}

/// The rank of one area: 1 for the highest risk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rank {
    /// Mean of the replicas.
    pub mean: f64,
    /// Lower limit (nearer the top).
    pub low: u32,
    /// Upper limit.
    pub high: u32,
}

/// Fits the law of risks. `expected` are the events of each area at the rate of a standard.
///
/// Cost: some tens of passes over the areas.
///
/// # Errors
/// [`RateError`] when the lists differ in length or have less than two areas, an expected number is not above
/// zero, nothing happened anywhere, or the ratios differ no more than by chance.
///
/// ```
/// use tequio_methods::rates::poisson_gamma::fit;
/// let model = fit(&[9, 39, 11, 1, 0, 2], &[1.4, 8.7, 3.0, 5.7, 4.2, 6.0])?;
/// let risks = model.risks(0.95)?;
/// assert!(risks[0].mean < 9.0 / 1.4 && risks[0].interval.low > 1.0 && risks[4].mean > 0.0);
/// # Ok::<(), tequio_methods::rates::RateError>(())
/// ```
pub fn fit(counts: &[u64], expected: &[f64]) -> Result<PoissonGamma, RateError> {
    check(counts, expected)?;
    if counts.len() < 2 {
        return Err(RateError::Few);
    }
    if counts.iter().all(|count| *count == 0) {
        return Err(RateError::NoEvents);
    }
    // The raw ratios, as if the law said nothing, are where the fit begins.
    let (mut shape, mut rate) = step(counts, expected, 0.0, 0.0);
    for _ in 0..STEPS_MAX {
        let (next_shape, next_rate) = step(counts, expected, shape, rate);
        if !(next_rate < RATE_MAX && next_shape > 0.0) {
            return Err(RateError::NoSpread);
        }
        let change = (next_rate / rate - 1.0).abs().max((next_shape / shape - 1.0).abs());
        (shape, rate) = (next_shape, next_rate);
        if change < PRECISION {
            return Ok(PoissonGamma { shape, rate, counts: counts.to_vec(), expected: expected.to_vec() });
        }
    }
    Err(RateError::NoSpread)
}

/// Shape and rate from the risks that the last ones gave.
fn step(counts: &[u64], expected: &[f64], shape: f64, rate: f64) -> (f64, f64) {
    let n = counts.len() as f64;
    let areas = counts.iter().zip(expected);
    let risk = |(count, expected): (&u64, &f64)| (*count as f64 + shape) / (expected + rate);
    let mean = areas.clone().map(risk).sum::<f64>() / n;
    let squares = areas.map(|(count, expected)| (1.0 + rate / expected) * (risk((count, expected)) - mean).powi(2));
    let variance = squares.sum::<f64>() / (n - 1.0);
    (mean * mean / variance, mean / variance)
}

impl PoissonGamma {
    /// The risk of every area, in the order of the list, for a probability such as 0.95.
    ///
    /// # Errors
    /// [`RateError::Poisson`] when the level makes no sense.
    pub fn risks(&self, level: f64) -> Result<Vec<Risk>, RateError> {
        let tail = tail(level)?;
        let risk = |(shape, rate): (f64, f64)| {
            let low = gamma_quantile(shape, rate, tail)?;
            let high = gamma_quantile(shape, rate, 1.0 - tail)?;
            Ok(Risk { mean: shape / rate, interval: Interval { low, high }, above_one: gamma_ur(shape, rate) })
        };
        self.posteriors().map(risk).collect()
    }

    /// Shape and rate of the law of every area's risk.
    fn posteriors(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let areas = self.counts.iter().zip(&self.expected);
        areas.map(|(count, expected)| (*count as f64 + self.shape, expected + self.rate))
    }

    /// The rank of every area, from risks drawn many times: the same figures for a seed, whatever the number
    /// of threads.
    ///
    /// Cost: replicas times areas, and a sort of the areas a replica; four bytes of memory for each.
    ///
    /// # Errors
    /// [`RateError`] when the simulation makes no sense or is too large ([`RANKS_MAX`]).
    pub fn ranks(&self, simulation: &Simulation) -> Result<Vec<Rank>, RateError> {
        simulation.check(0)?;
        let (places, replicas) = (self.counts.len(), simulation.replicas as usize);
        if places.checked_mul(replicas).is_none_or(|ranks| ranks > RANKS_MAX) {
            return Err(RateError::TooLarge { places, replicas: simulation.replicas });
        }
        let laws = self.posteriors().map(|(shape, rate)| Gamma::new(shape, 1.0 / rate));
        let laws: Vec<Gamma<f64>> = laws.collect::<Result<_, _>>().map_err(|_| RateError::NoSpread)?;
        let mut drawn = vec![0u32; places * replicas];
        drawn.par_chunks_mut(places).enumerate().for_each(|(replica, ranks)| {
            let mut generator = simulation.generator(replica as u32);
            let risks: Vec<f64> = laws.iter().map(|law| law.sample(&mut generator)).collect();
            rank(&risks, ranks);
        });
        let of_place = |place: usize| summary(drawn.iter().skip(place).step_by(places).copied().collect(), simulation);
        Ok((0..places).into_par_iter().map(of_place).collect())
    }
}

/// Ranks of the values, 1 for the largest; equal ones in the order of the list.
fn rank(values: &[f64], ranks: &mut [u32]) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    (1u32..).zip(order).for_each(|(rank, place)| ranks[place] = rank);
}

fn summary(mut ranks: Vec<u32>, simulation: &Simulation) -> Rank {
    ranks.sort_unstable();
    let mean = ranks.iter().map(|rank| f64::from(*rank)).sum::<f64>() / ranks.len() as f64;
    let (low, high) = simulation.limits(ranks.len());
    Rank { mean, low: ranks[low], high: ranks[high] }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIMULATION: Simulation = Simulation { replicas: 2_000, seed: 7, level: 0.95 };

    #[test]
    fn the_fit_solves_its_equations() {
        let (counts, expected) = ([9, 39, 11, 1, 0, 2, 8], [1.4, 8.7, 3.0, 5.7, 4.2, 6.0, 2.0]);
        let model = fit(&counts, &expected).expect("counts");
        let (shape, rate) = step(&counts, &expected, model.shape, model.rate);
        assert!((shape / model.shape - 1.0).abs() < 1e-10 && (rate / model.rate - 1.0).abs() < 1e-10);
    }

    #[test]
    fn ranks_are_as_certain_as_counts_are_large() {
        let counts = [900, 300, 100, 33, 11, 4];
        let model = fit(&counts, &[300.0, 200.0, 100.0, 50.0, 25.0, 12.0]).expect("counts");
        let ranks = model.ranks(&SIMULATION).expect("ranks");
        assert_eq!((ranks[0].low, ranks[0].high, ranks[0].mean), (1, 1, 1.0));
        assert!(ranks[5].high - ranks[5].low >= 2, "{ranks:?}");
        let sum: f64 = ranks.iter().map(|rank| rank.mean).sum();
        assert!((sum - 21.0).abs() < 1e-9);
    }

    /// The share of one gamma number in the sum of two is a beta number.
    #[test]
    fn the_mean_rank_of_two_is_known_exactly() {
        let model = fit(&[12, 9], &[8.0, 11.0]).or_else(|_| fit(&[12, 3], &[8.0, 11.0])).expect("counts");
        let laws: Vec<(f64, f64)> = model.posteriors().collect();
        let ((a, rate_a), (b, rate_b)) = (laws[0], laws[1]);
        let second = crate::beta::incomplete(a, b, rate_a / (rate_a + rate_b));
        let ranks = model.ranks(&Simulation { replicas: 20_000, ..SIMULATION }).expect("ranks");
        // Five standard deviations are below 0.018.
        assert!((ranks[0].mean - 1.0 - second).abs() < 0.018, "{ranks:?}, not {second}");
        let exact = model.risks(0.95).expect("a level")[0].above_one;
        assert!(exact > 0.5 && exact < 1.0);
    }

    #[test]
    fn threads_do_not_change_a_rank() {
        let counts: Vec<u64> = (0..200).map(|i| i * 37 % 23).collect();
        let model = fit(&counts, &vec![8.0; 200]).expect("counts");
        let with_threads = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| model.ranks(&Simulation { replicas: 199, ..SIMULATION }).expect("ranks"))
        };
        let one = with_threads(1);
        assert_eq!((&one, &one), (&with_threads(2), &with_threads(8)));
    }

    #[test]
    fn what_cannot_be_fitted_says_why() {
        assert_eq!(fit(&[10, 10, 10], &[10.0; 3]), Err(RateError::NoSpread));
        assert_eq!(fit(&[10, 11, 9, 10], &[10.0; 4]), Err(RateError::NoSpread));
        assert_eq!(fit(&[0, 0], &[1.0; 2]), Err(RateError::NoEvents));
        assert_eq!(fit(&[1], &[1.0]), Err(RateError::Few));
        assert_eq!(fit(&[1, 2], &[1.0, 0.0]), Err(RateError::Population(1)));
        let model = fit(&[1, 30], &[10.0; 2]).expect("counts");
        let simulation = Simulation { replicas: 0, ..SIMULATION };
        assert!(matches!(model.ranks(&simulation), Err(RateError::Simulation(_))));
        assert!(model.risks(1.0).is_err());
    }
}
