//! How certain the membership in the top N is: the counts are drawn again many times, and each time the
//! places are ranked anew.
//!
//! A place with 12 events may be in the top 50 by luck, and one with 10 outside it by bad luck. Every
//! replica gives each place a count as it could have come out: by the Poisson law round its own count
//! (events come independently, their total varies too), or with the total held fixed (multinomial, each
//! event drawn again from the list of events). Reference: B. Efron and R. J. Tibshirani, "An Introduction
//! to the Bootstrap", 1993; H. Goldstein and D. J. Spiegelhalter, "League Tables and Their Limitations",
//! Journal of the Royal Statistical Society A 159 (1996), for intervals of ranks.
//!
//! What it cannot know: a place with a count of zero stays at zero in every replica, and events that come
//! in groups (several victims of one attack) vary more than presumed here.

use crate::concentration::{ConcentrationError, PlaceCount, top_share};
use crate::simulation::{Shares, Simulated, Simulation, SimulationError};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Poisson};

/// Most ranks that are kept in memory, places times replicas (200 MB).
pub const RANKS_MAX: usize = 50_000_000;

/// How the counts are drawn again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Each count by itself; the total varies.
    Poisson,
    /// The events that there were, shared out again; the total stays.
    Multinomial,
}

/// Why membership cannot be resampled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MembershipError {
    /// The list or the size of the top makes no sense.
    #[error(transparent)]
    Concentration(#[from] ConcentrationError),
    /// The simulation makes no sense.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// So few events that none was drawn in any replica.
    #[error("too few events to draw them again: hold the total fixed (multinomial)")]
    TooFew,
    /// More ranks than are kept.
    #[error("{places} places times {replicas} replicas are too many: ask for fewer replicas")]
    TooLarge {
        /// Places in the list.
        places: usize,
        /// Replicas asked for.
        replicas: u32,
    },
}

/// How certain the place of one place is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Probability of being in the top N, from 0 to 1. Where places tie for the last seats of a replica,
    /// each gets its part of them.
    pub probability: f64,
    /// Rank in the counts as they are: 1 for most events, the middle rank where places tie.
    pub rank: f64,
    /// Lower limit of the rank (nearer the top), a middle rank too.
    pub rank_low: f64,
    /// Upper limit of the rank.
    pub rank_high: f64,
}

/// The standing of every place, and what the top N holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Membership {
    /// One a place, in the order of the list.
    pub places: Vec<Standing>,
    /// Share of the top N in the counts as they are.
    pub share: f64,
    /// Share of the top N of each replica, which is chosen anew. Its mean lies above `share`: who is chosen for
    /// a high count has had luck more often than not.
    pub share_drawn: Simulated,
    /// Interval of the share, lower limit: the limits of the replicas turned over at `share`, which takes
    /// that luck out (basic bootstrap interval), kept within 0 and 1. Tried on counts drawn from known rates
    /// (200 to 2,000 places, 4 to 40 events each, 300 to 1,000 trials), the 95 % interval held the share of
    /// the truly highest rates in 92 to 96 of a hundred trials; the limits of the replicas as they are, in 11
    /// to 92.
    pub share_low: f64,
    /// Upper limit.
    pub share_high: f64,
}

/// Draws the counts again and ranks the places each time.
///
/// Cost: replicas times places, and one sort of the places a replica; four bytes of memory for each place
/// of each replica, at most [`RANKS_MAX`] of them.
///
/// # Errors
/// [`MembershipError`] when the list, `n` or the simulation make no sense, or are too large together.
///
/// ```
/// use tequio_methods::{concentration::PlaceCount, simulation::Simulation};
/// use tequio_methods::membership::{Scheme, membership};
/// let places = [("a", 90), ("b", 11), ("c", 10), ("d", 1)].map(|(code, count)| PlaceCount { code, count });
/// let simulation = Simulation { replicas: 500, seed: 1, level: 0.95 };
/// let standings = membership(&places, 2, Scheme::Poisson, &simulation)?.places;
/// assert_eq!((standings[0].probability, standings[0].rank_high), (1.0, 1.0));
/// assert!(standings[1].probability > standings[2].probability && standings[2].probability > 0.3);
/// # Ok::<(), tequio_methods::membership::MembershipError>(())
/// ```
pub fn membership(
    places: &[PlaceCount<'_>],
    n: usize,
    scheme: Scheme,
    simulation: &Simulation,
) -> Result<Membership, MembershipError> {
    let top = top_share(places, n)?;
    simulation.check(top.total)?;
    let replicas = simulation.replicas as usize;
    if places.len().checked_mul(replicas).is_none_or(|ranks| ranks > RANKS_MAX) {
        return Err(MembershipError::TooLarge { places: places.len(), replicas: simulation.replicas });
    }
    let counts: Vec<u64> = places.iter().map(|place| place.count).collect();
    let redraw = Redraw::of(&counts, scheme)?;
    let mut tally = Tally::new(places.len(), n, replicas);
    for replica in 0..simulation.replicas {
        tally.add(&redraw.draw(&mut simulation.generator(replica))?);
    }
    if tally.shares.is_empty() {
        return Err(MembershipError::TooFew);
    }
    let share_drawn = simulation.summary(std::mem::take(&mut tally.shares));
    Ok(Membership {
        places: tally.standings(&counts, simulation),
        share: top.share,
        share_drawn,
        share_low: (2.0 * top.share - share_drawn.high).clamp(0.0, 1.0),
        share_high: (2.0 * top.share - share_drawn.low).clamp(0.0, 1.0),
    })
}

/// The counts, ready to be drawn again.
enum Redraw {
    Poisson(Vec<Option<Poisson<f64>>>),
    Multinomial(u64, Shares),
}

impl Redraw {
    fn of(counts: &[u64], scheme: Scheme) -> Result<Self, SimulationError> {
        let means: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
        Ok(match scheme {
            // The library refuses a mean of zero, from which only zeros come.
            Scheme::Poisson => Self::Poisson(means.into_iter().map(|mean| Poisson::new(mean).ok()).collect()),
            Scheme::Multinomial => Self::Multinomial(counts.iter().sum(), Shares::of(&means)?),
        })
    }

    fn draw(&self, generator: &mut ChaCha8Rng) -> Result<Vec<u64>, SimulationError> {
        match self {
            Self::Poisson(laws) => {
                let mut drawn = |law: &Option<Poisson<f64>>| law.map_or(0, |law| law.sample(generator) as u64);
                Ok(laws.iter().map(&mut drawn).collect())
            }
            Self::Multinomial(events, shares) => shares.draw(*events, generator),
        }
    }
}

/// What the replicas gave so far.
struct Tally {
    n: usize,
    /// Seats in the top N by place, summed over the replicas.
    seats: Vec<f64>,
    /// Twice the middle rank, replica after replica.
    ranks: Vec<u32>,
    shares: Vec<f64>,
}

impl Tally {
    fn new(places: usize, n: usize, replicas: usize) -> Self {
        let ranks = Vec::with_capacity(places * replicas);
        Self { n, seats: vec![0.0; places], ranks, shares: Vec::with_capacity(replicas) }
    }

    fn add(&mut self, counts: &[u64]) {
        let ranked = Ranked::of(counts);
        for run in ranked.runs(counts) {
            let seats = self.n.clamp(run.start, run.end) - run.start;
            let part = seats as f64 / run.len() as f64;
            ranked.order[run].iter().for_each(|place| self.seats[*place] += part);
        }
        self.ranks.extend(ranked.doubled_ranks(counts));
        self.shares.extend(ranked.share(counts, self.n));
    }

    fn standings(&self, counts: &[u64], simulation: &Simulation) -> Vec<Standing> {
        let places = counts.len();
        let observed = Ranked::of(counts).doubled_ranks(counts);
        let (low, high) = simulation.limits(simulation.replicas as usize);
        let standing = |(place, rank): (usize, u32)| {
            let mut ranks: Vec<u32> = self.ranks[place..].iter().step_by(places).copied().collect();
            ranks.sort_unstable();
            Standing {
                probability: self.seats[place] / f64::from(simulation.replicas),
                rank: f64::from(rank) / 2.0,
                rank_low: f64::from(ranks[low]) / 2.0,
                rank_high: f64::from(ranks[high]) / 2.0,
            }
        };
        observed.into_iter().enumerate().map(standing).collect()
    }
}

/// Places sorted by their counts, most first.
struct Ranked {
    order: Vec<usize>,
}

impl Ranked {
    fn of(counts: &[u64]) -> Self {
        let mut order: Vec<usize> = (0..counts.len()).collect();
        order.sort_unstable_by(|a, b| counts[*b].cmp(&counts[*a]).then(a.cmp(b)));
        Self { order }
    }

    /// Positions of the places that have the same count, run by run.
    fn runs(&self, counts: &[u64]) -> Vec<std::ops::Range<usize>> {
        let mut start = 0;
        let runs = self.order.chunk_by(|a, b| counts[*a] == counts[*b]).map(|run| {
            start += run.len();
            start - run.len()..start
        });
        runs.collect()
    }

    /// Twice the middle rank of each place: first and last rank of its run added up.
    fn doubled_ranks(&self, counts: &[u64]) -> Vec<u32> {
        let mut ranks = vec![0; counts.len()];
        for run in self.runs(counts) {
            let doubled = (run.start + 1 + run.end) as u32;
            self.order[run].iter().for_each(|place| ranks[*place] = doubled);
        }
        ranks
    }

    /// Share of the first `n`; none of a replica without events, which is possible for very few of them.
    fn share(&self, counts: &[u64], n: usize) -> Option<f64> {
        let total: u64 = counts.iter().sum();
        let top: u64 = self.order[..n].iter().map(|place| counts[*place]).sum();
        (total > 0).then(|| top as f64 / total as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIMULATION: Simulation = Simulation { replicas: 4_000, seed: 42, level: 0.95 };

    fn of(counts: &[(&'static str, u64)], n: usize, scheme: Scheme) -> Result<Membership, MembershipError> {
        let places: Vec<PlaceCount<'_>> =
            counts.iter().map(|(code, count)| PlaceCount { code, count: *count }).collect();
        membership(&places, n, scheme, &SIMULATION)
    }

    /// Probability that 12 beats 10, half of the ties included: difference of two Poisson counts, computed with
    /// SciPy 1.17 `skellam`. Four standard errors of 4,000 replicas are 0.03.
    #[test]
    fn the_poisson_probability_is_that_of_a_difference_of_counts() {
        let standings = of(&[("a", 12), ("b", 10)], 1, Scheme::Poisson).expect("counts").places;
        assert!((standings[0].probability - 0.664_359).abs() < 0.03, "{standings:?}");
        assert!((standings[0].probability + standings[1].probability - 1.0).abs() < 1e-9);
    }

    /// Three events, two thirds of them in one place: it comes out first in 20 of 27 outcomes.
    #[test]
    fn the_multinomial_probability_is_that_of_all_outcomes() {
        let drawn = of(&[("a", 2), ("b", 1)], 1, Scheme::Multinomial).expect("counts");
        assert!((drawn.places[0].probability - 20.0 / 27.0).abs() < 0.03, "{drawn:?}");
        // The top holds all of the events in 9 outcomes of 27, and two thirds in the others.
        assert!((drawn.share_drawn.mean - 7.0 / 9.0).abs() < 5.0 * drawn.share_drawn.mean_error, "{drawn:?}");
    }

    #[test]
    fn probabilities_sum_to_the_seats_and_ranks_hold_what_was_observed() {
        let counts = [("a", 30), ("b", 9), ("c", 9), ("d", 8), ("e", 2), ("f", 0), ("g", 0)];
        for scheme in [Scheme::Poisson, Scheme::Multinomial] {
            let drawn = of(&counts, 3, scheme).expect("counts");
            let sum: f64 = drawn.places.iter().map(|standing| standing.probability).sum();
            assert!((sum - 3.0).abs() < 1e-9, "{sum}");
            let holds = |standing: &Standing| standing.rank_low <= standing.rank && standing.rank <= standing.rank_high;
            assert!(drawn.places.iter().all(holds), "{drawn:?}");
            assert_eq!((drawn.places[1].rank, drawn.places[6].rank), (2.5, 6.5));
            assert!(drawn.share_low < drawn.share && drawn.share < drawn.share_high, "{drawn:?}");
        }
    }

    #[test]
    fn twins_are_as_certain_as_each_other() {
        let standings = of(&[("a", 20), ("b", 20), ("c", 20)], 1, Scheme::Poisson).expect("counts").places;
        assert!(standings.iter().all(|standing| (standing.probability - 1.0 / 3.0).abs() < 0.03), "{standings:?}");
    }

    #[test]
    fn a_seed_repeats_a_membership_and_more_replicas_begin_with_the_same() {
        let counts = [("a", 12), ("b", 10), ("c", 3)];
        assert_eq!(of(&counts, 1, Scheme::Poisson), of(&counts, 1, Scheme::Poisson));
        let redraw = Redraw::of(&[12, 10, 3], Scheme::Poisson).expect("counts");
        let more = Simulation { replicas: 9_000, ..SIMULATION };
        assert_eq!(redraw.draw(&mut SIMULATION.generator(7)), redraw.draw(&mut more.generator(7)));
    }

    #[test]
    fn what_cannot_be_resampled_says_why() {
        let top = ConcentrationError::Top { n: 2, places: 1 };
        assert_eq!(of(&[("a", 1)], 2, Scheme::Poisson), Err(MembershipError::Concentration(top)));
        // One event by the Poisson law: in one of three draws there is none.
        let one = [PlaceCount { code: "a", count: 1 }];
        let drawn = |seed| membership(&one, 1, Scheme::Poisson, &Simulation { replicas: 1, seed, level: 0.95 });
        assert!((0..50).any(|seed| drawn(seed) == Err(MembershipError::TooFew)));
        let codes: Vec<String> = (0..60).map(|code| code.to_string()).collect();
        let many: Vec<PlaceCount<'_>> = codes.iter().map(|code| PlaceCount { code, count: 1 }).collect();
        let much = Simulation { replicas: 1_000_000, ..SIMULATION };
        let refused = membership(&many, 1, Scheme::Poisson, &much);
        assert_eq!(refused, Err(MembershipError::TooLarge { places: 60, replicas: 1_000_000 }));
    }
}
