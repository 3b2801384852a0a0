//! Do two sets of events fall on the areas in the same proportions?
//!
//! - [`test()`]: the spatial point pattern test. The test events are drawn again, a part of them, with
//!   replacement, many times; an area is similar where the base's share lies in the interval of the drawn
//!   shares. The index `S` is the proportion of similar areas. M. A. Andresen, "Testing for similarity in
//!   area-based spatial patterns: A nonparametric Monte Carlo approach", Applied Geography 29 (2009).
//! - [`differences`]: a chi-squared test of each area's two shares, corrected for the number of areas.
//!   A. P. Wheeler, W. Steenbeek and M. A. Andresen, "Testing for similarity in area-based spatial patterns:
//!   Alternative methods to Andresen's spatial point pattern test", Transactions in GIS 22 (2018), with Yates'
//!   correction and the false discovery rate of Y. Benjamini and D. Yekutieli, Annals of Statistics 29 (2001).
//!
//! `S` depends on the number of events: with few, everything is similar. An area is similar where no
//! difference is shown; that is not the same as equal. Cost: areas times replicas; areas.

use crate::false_discovery::adjusted;
use crate::simulation::{Shares, Simulation, SimulationError};
use statrs::function::erf::erfc;

/// Part of the test events that is drawn, as in the paper.
pub const PART: f64 = 0.85;

/// Why two patterns are not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimilarityError {
    /// The lists differ in length.
    #[error("both counts are needed for each area")]
    Lengths,
    /// One of the two has no events.
    #[error("both sets need at least one event")]
    NoEvents,
    /// The simulation makes no sense.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
}

/// The test of one area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AreaTest {
    /// Share of the base events, from 0 to 1.
    pub base: f64,
    /// Lower limit of the test events' share.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

impl AreaTest {
    /// Whether the base's share lies within the limits.
    pub fn is_similar(&self) -> bool {
        (self.low..=self.high).contains(&self.base)
    }
}

/// The test of all areas.
#[derive(Clone, Debug, PartialEq)]
pub struct Similarity {
    /// One entry an area.
    pub areas: Vec<AreaTest>,
    /// Proportion of similar areas among all.
    pub index: f64,
    /// The same among the areas that have an event in either set: empty areas are similar to no merit.
    pub robust_index: f64,
}

/// The spatial point pattern test of counts by area. The paper draws 200 replicas at a level of 0.95.
///
/// # Errors
/// [`SimilarityError`] when the lists differ in length, a set is empty, or the simulation makes no sense.
///
/// ```
/// use tequio_methods::{similarity::test, simulation::Simulation};
/// let found = test(&[50, 30, 20, 0], &[500, 300, 20, 0], Simulation { replicas: 200, seed: 1, level: 0.95 })?;
/// assert_eq!(found.areas.iter().map(|area| area.is_similar()).collect::<Vec<_>>(), [false, false, false, true]);
/// assert_eq!((found.index, found.robust_index), (0.25, 0.0));
/// # Ok::<(), tequio_methods::similarity::SimilarityError>(())
/// ```
pub fn test(base: &[u64], test: &[u64], simulation: Simulation) -> Result<Similarity, SimilarityError> {
    let (base_total, test_total) = totals(base, test)?;
    simulation.check(test_total)?;
    let drawn = ((test_total as f64 * PART).round() as u64).max(1);
    let weights: Vec<f64> = test.iter().map(|count| *count as f64).collect();
    let shares = Shares::of(&weights)?;
    let mut draws = vec![Vec::with_capacity(simulation.replicas as usize); test.len()];
    for replica in 0..simulation.replicas {
        let counts = shares.draw(drawn, &mut simulation.generator(replica))?;
        draws.iter_mut().zip(counts).for_each(|(area, count)| area.push(count));
    }
    let (low, high) = simulation.limits(simulation.replicas as usize);
    let area = |(count, draws): (&u64, &mut Vec<u64>)| {
        draws.sort_unstable();
        let share = |index: usize| draws[index] as f64 / drawn as f64;
        AreaTest { base: *count as f64 / base_total as f64, low: share(low), high: share(high) }
    };
    let areas: Vec<AreaTest> = base.iter().zip(&mut draws).map(area).collect();
    let similar = areas.iter().filter(|area| area.is_similar()).count();
    let empty = base.iter().zip(test).filter(|(base, test)| **base + **test == 0).count();
    let of = |similar: usize, areas: usize| similar as f64 / areas as f64;
    let (index, robust_index) = (of(similar, areas.len()), of(similar - empty, areas.len() - empty));
    Ok(Similarity { areas, index, robust_index })
}

/// The two shares of an area and whether they differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareDifference {
    /// Share of the second set less that of the first.
    pub value: f64,
    /// Two-sided p-value of this area alone.
    pub p_value: f64,
    /// The same corrected for all areas, which depend on each other.
    pub adjusted: f64,
}

/// The difference of shares of each area; none where neither set has an event.
///
/// # Errors
/// [`SimilarityError`] when the lists differ in length or a set is empty.
///
/// ```
/// let found = tequio_methods::similarity::differences(&[80, 20, 0], &[20, 80, 0])?;
/// assert!(found[0].is_some_and(|area| area.value < -0.59 && area.adjusted < 1e-12) && found[2].is_none());
/// # Ok::<(), tequio_methods::similarity::SimilarityError>(())
/// ```
pub fn differences(first: &[u64], second: &[u64]) -> Result<Vec<Option<ShareDifference>>, SimilarityError> {
    let totals = totals(first, second)?;
    let pairs: Vec<(u64, u64)> = first.iter().copied().zip(second.iter().copied()).collect();
    let p_values: Vec<f64> =
        pairs.iter().filter(|(a, b)| a + b > 0).map(|(a, b)| chi_squared(*a, *b, totals)).collect();
    // What the correction for dependent comparisons adds: the sum of 1/i.
    let dependence: f64 = (1..=p_values.len()).map(|rank| 1.0 / rank as f64).sum();
    let mut tested = p_values.iter().zip(adjusted(&p_values));
    let mut difference = |(a, b): (u64, u64)| {
        let (p_value, adjusted) = tested.next()?;
        let value = b as f64 / totals.1 as f64 - a as f64 / totals.0 as f64;
        Some(ShareDifference { value, p_value: *p_value, adjusted: (adjusted * dependence).min(1.0) })
    };
    Ok(pairs.into_iter().map(|pair| if pair.0 + pair.1 > 0 { difference(pair) } else { None }).collect())
}

fn totals(first: &[u64], second: &[u64]) -> Result<(u64, u64), SimilarityError> {
    if first.len() != second.len() {
        return Err(SimilarityError::Lengths);
    }
    let sum = |counts: &[u64]| counts.iter().fold(0u64, |sum, count| sum.saturating_add(*count));
    match (sum(first), sum(second)) {
        (0, _) | (_, 0) => Err(SimilarityError::NoEvents),
        totals => Ok(totals),
    }
}

/// P-value of the table of in and out of the area by set, with Yates' correction.
fn chi_squared(first: u64, second: u64, totals: (u64, u64)) -> f64 {
    let (n1, n2) = (totals.0 as f64, totals.1 as f64);
    let share = (first + second) as f64 / (n1 + n2);
    if share >= 1.0 {
        return 1.0;
    }
    let apart = (first as f64 - n1 * share).abs();
    let corrected = apart - apart.min(0.5);
    let statistic = corrected * corrected * (1.0 / n1 + 1.0 / n2) / (share * (1.0 - share));
    erfc((statistic / 2.0).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: [u64; 8] = [12, 40, 3, 0, 25, 7, 0, 60];
    const SECOND: [u64; 8] = [30, 38, 1, 5, 24, 2, 0, 55];

    /// Computed with SciPy 1.17 `chi2_contingency` and `false_discovery_control(method="by")`.
    #[test]
    fn known_differences() {
        let found = differences(&FIRST, &SECOND).expect("events");
        let p = [0.008_217_4, 0.686_754_58, 0.577_613_21, 0.081_031_64, 0.839_397_62, 0.151_332_33, 0.403_539_75];
        let q = [0.149_145_76, 1.0, 1.0, 0.735_362_1, 1.0, 0.915_560_6, 1.0];
        let tested: Vec<ShareDifference> = found.iter().flatten().copied().collect();
        assert_eq!((found[6], tested.len()), (None, 7));
        for (got, (p, q)) in tested.iter().zip(p.into_iter().zip(q)) {
            assert!((got.p_value - p).abs() < 1e-8 && (got.adjusted - q).abs() < 1e-8, "{got:?} {p} {q}");
        }
    }

    const SIMULATION: Simulation = Simulation { replicas: 500, seed: 3, level: 0.95 };

    /// The drawn count is binomial: its 2.5 % and 97.5 % quantiles bound the limits.
    #[test]
    fn limits_are_those_of_the_binomial() {
        let found = test(&[1, 1], &[600, 400], Simulation { replicas: 4_000, ..SIMULATION }).expect("events");
        let deviation = (0.6f64 * 0.4 / 850.0).sqrt();
        let area = found.areas[0];
        assert!(
            (area.low - (0.6 - 1.96 * deviation)).abs() < 0.004 && (area.high - (0.6 + 1.96 * deviation)).abs() < 0.004
        );
    }

    #[test]
    fn a_pattern_is_similar_to_itself_and_empty_areas_are_left_out() {
        let found = test(&FIRST, &FIRST, SIMULATION).expect("events");
        assert_eq!((found.index, found.robust_index), (1.0, 1.0));
        let found = test(&[100, 0, 0, 0], &[0, 100, 0, 0], SIMULATION).expect("events");
        assert_eq!((found.index, found.robust_index), (0.5, 0.0));
        assert_eq!(test(&FIRST, &SECOND, SIMULATION), test(&FIRST, &SECOND, SIMULATION));
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        assert_eq!(test(&[1], &[1, 2], SIMULATION).err(), Some(SimilarityError::Lengths));
        assert_eq!(test(&[0], &[1], SIMULATION).err(), Some(SimilarityError::NoEvents));
        assert_eq!(differences(&[1], &[0]).err(), Some(SimilarityError::NoEvents));
        let none = Simulation { replicas: 0, ..SIMULATION };
        assert_eq!(test(&[1], &[1], none).err(), Some(SimulationError::Replicas.into()));
        assert_eq!(differences(&[4], &[5]).map(|found| found[0].map(|area| area.p_value)), Ok(Some(1.0)));
    }
}
