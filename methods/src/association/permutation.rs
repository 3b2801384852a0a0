//! Judgement by permutation: how often do the same values, dealt out to the units anew, give as extreme a
//! statistic?
//!
//! Each permutation draws from its own stream (as in [`crate::simulation`]) and is counted, not added up, so
//! that the result is the same whatever the number of threads. Reference: A. C. A. Hope, "A Simplified Monte
//! Carlo Significance Test Procedure", Journal of the Royal Statistical Society B 30 (1968), for the observed
//! map counted as one more permutation; M. D. Ernst, "Permutation Methods", Statistical Science 19 (2004).

use super::AssociationError;
use crate::false_discovery;
use crate::progress::Watched;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

/// Most permutations.
pub const PERMUTATIONS_MAX: u32 = 1_000_000;

/// Part of its scale by which two statistics may differ and still be ties: they differ by rounding alone.
pub(crate) const TIE: f64 = 1e-12;

/// How often and from which seed values are permuted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permutations {
    /// How many, from 1 to [`PERMUTATIONS_MAX`]. 999 is usual, and 9,999 where many units are judged together.
    pub count: u32,
    /// Where the random numbers begin; published with the figure, so that anybody can repeat it.
    pub seed: u64,
}

impl Permutations {
    pub(crate) fn check(&self) -> Result<(), AssociationError> {
        if (1..=PERMUTATIONS_MAX).contains(&self.count) { Ok(()) } else { Err(AssociationError::Permutations) }
    }

    /// The generator of one permutation.
    pub(crate) fn generator(&self, permutation: u32) -> ChaCha8Rng {
        let mut generator = ChaCha8Rng::seed_from_u64(self.seed);
        generator.set_stream(u64::from(permutation));
        generator
    }
}

/// Where the observed statistic stands among the permuted ones. Ties count on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tails {
    /// Permutations with a statistic at least as large.
    pub at_least: u32,
    /// Permutations with a statistic at most as large.
    pub at_most: u32,
    /// All permutations.
    pub permutations: u32,
}

impl Tails {
    /// One-sided pseudo p-value: as large a statistic or a larger one.
    pub fn p_greater(&self) -> f64 {
        self.pseudo(self.at_least)
    }

    /// One-sided pseudo p-value: as small a statistic or a smaller one.
    pub fn p_less(&self) -> f64 {
        self.pseudo(self.at_most)
    }

    /// The smaller of the one-sided values: what `GeoDa` and `PySAL` print. The side is chosen after
    /// looking, so that without association it is below 0.05 in one unit of ten.
    pub fn p_directed(&self) -> f64 {
        self.pseudo(self.at_least.min(self.at_most))
    }

    /// Two-sided pseudo p-value: twice the smaller one-sided one, at most 1.
    pub fn p_two_sided(&self) -> f64 {
        (2.0 * self.p_directed()).min(1.0)
    }

    fn pseudo(&self, extreme: u32) -> f64 {
        (f64::from(extreme) + 1.0) / (f64::from(self.permutations) + 1.0)
    }

    /// The same for a statistic of the opposite sign.
    pub(crate) fn reversed(self) -> Self {
        Self { at_least: self.at_most, at_most: self.at_least, ..self }
    }
}

/// P-values of many units, adjusted for being looked at together ([`crate::false_discovery`]); islands are
/// left out and stay `None`.
///
/// ```
/// use tequio_methods::association::permutation::{Tails, adjusted};
/// let tails = |at_least| Some(Tails { at_least, at_most: 999 - at_least, permutations: 999 });
/// let adjusted = adjusted(&[tails(9), None, tails(39), tails(29)], Tails::p_greater);
/// assert_eq!(adjusted, [Some(0.03), None, Some(0.04), Some(0.04)]);
/// ```
pub fn adjusted(tails: &[Option<Tails>], p_value: impl Fn(&Tails) -> f64) -> Vec<Option<f64>> {
    let p_values: Vec<f64> = tails.iter().flatten().map(p_value).collect();
    let mut adjusted = false_discovery::adjusted(&p_values).into_iter();
    tails.iter().map(|tails| tails.and_then(|_| adjusted.next())).collect()
}

/// Deals the values out to the units many times. `scale` is the size of the statistic: what differs by less
/// than its [`TIE`] part is a tie.
pub(crate) fn tails(
    values: &[f64],
    permutations: Watched<'_, Permutations>,
    scale: f64,
    statistic: impl Fn(&[f64]) -> f64 + Sync,
) -> Result<Tails, AssociationError> {
    permutations.check()?;
    let observed = statistic(values);
    let (low, high) = (observed - scale * TIE, observed + scale * TIE);
    permutations.expect(u64::from(permutations.count));
    let counted = (0..permutations.count).into_par_iter().map_init(
        || values.to_vec(),
        |dealt, permutation| {
            dealt.copy_from_slice(values);
            shuffle(dealt, &mut permutations.generator(permutation));
            let value = statistic(dealt);
            permutations.step().map(|()| (u32::from(value >= low), u32::from(value <= high)))
        },
    );
    let sum = counted.try_reduce(|| (0, 0), |a, b| Ok((a.0 + b.0, a.1 + b.1)));
    let (at_least, at_most) = sum.map_err(AssociationError::Stopped)?;
    Ok(Tails { at_least, at_most, permutations: permutations.count })
}

/// Every order is as likely (R. Durstenfeld, "Algorithm 235", Communications of the ACM 7, 1964).
fn shuffle(values: &mut [f64], generator: &mut ChaCha8Rng) {
    for last in (1..values.len()).rev() {
        values.swap(last, below(last as u32 + 1, generator) as usize);
    }
}

/// A whole number below a bound, each as likely (D. Lemire, "Fast Random Integer Generation in an Interval",
/// ACM Transactions on Modeling and Computer Simulation 29, 2019). The bound is above zero.
pub(crate) fn below(bound: u32, generator: &mut ChaCha8Rng) -> u32 {
    loop {
        let product = u64::from(generator.next_u32()) * u64::from(bound);
        if product as u32 >= bound.wrapping_neg() % bound {
            return (product >> u32::BITS) as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::orders;
    use super::*;

    const PERMUTATIONS: Permutations = Permutations { count: 40_000, seed: 3 };

    #[test]
    fn every_order_comes_out_as_often() {
        let values = [1.0, 2.0, 3.0, 4.0];
        let all = orders(&values);
        let mut seen = vec![0u32; all.len()];
        for permutation in 0..24_000 {
            let mut dealt = values;
            shuffle(&mut dealt, &mut PERMUTATIONS.generator(permutation));
            seen[all.iter().position(|order| order[..] == dealt).expect("an order")] += 1;
        }
        // One thousand each; five standard deviations are 155.
        assert!(seen.iter().all(|count| count.abs_diff(1_000) < 155), "{seen:?}");
    }

    #[test]
    fn tails_agree_with_all_orders_and_ties_count_on_both_sides() {
        let values = [1.0, 2.0, 2.0, 5.0, 7.0];
        let statistic = |order: &[f64]| order[0] * order[1] + order[2];
        let all = orders(&values);
        let share = |test: &dyn Fn(f64) -> bool| {
            all.iter().filter(|order| test(statistic(order))).count() as f64 / all.len() as f64
        };
        let observed = statistic(&values);
        let tails = tails(&values, PERMUTATIONS.into(), 1.0, statistic).expect("permutations");
        // Five standard deviations are below 0.013.
        assert!((tails.p_greater() - share(&|value| value >= observed)).abs() < 0.013);
        assert!((tails.p_less() - share(&|value| value <= observed)).abs() < 0.013);
        assert!(tails.at_least + tails.at_most > tails.permutations);
        assert_eq!(tails.p_two_sided(), (2.0 * tails.p_less()).min(1.0));
    }

    #[test]
    fn threads_do_not_change_a_count() {
        let values: Vec<f64> = (0..50).map(|unit| f64::from(unit * 17 % 23)).collect();
        let statistic = |order: &[f64]| order.windows(2).map(|pair| pair[0] * pair[1]).sum();
        let with_threads = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| tails(&values, PERMUTATIONS.into(), 1.0, statistic).expect("permutations"))
        };
        let one = with_threads(1);
        assert_eq!((one, one), (with_threads(2), with_threads(8)));
    }

    /// A change of the generator would change published figures: it must be seen.
    #[test]
    fn a_seed_always_gives_the_same_order() {
        let mut dealt: Vec<f64> = (0..8).map(f64::from).collect();
        shuffle(&mut dealt, &mut Permutations { count: 1, seed: 7 }.generator(0));
        assert_eq!(dealt, PINNED);
    }

    const PINNED: [f64; 8] = [3.0, 4.0, 2.0, 5.0, 0.0, 6.0, 7.0, 1.0];

    #[test]
    fn counts_out_of_bounds_are_refused() {
        for count in [0, PERMUTATIONS_MAX + 1] {
            let permutations = Permutations { count, seed: 0 };
            assert_eq!(tails(&[1.0], permutations.into(), 1.0, |_| 0.0), Err(AssociationError::Permutations));
        }
    }
}
