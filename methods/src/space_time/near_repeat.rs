//! Near-repeat table: pairs of events by bands of distance and of time, and which bands hold more than chance
//! gives: how far, and for how long, the risk stays raised after an event.
//!
//! References: M. Townsley, R. Homel and J. Chaseling, "Infectious Burglaries", British Journal of Criminology 43
//! (2003); S. D. Johnson and others, "Space-Time Patterns of Risk", Journal of Quantitative Criminology 23
//! (2007); J. H. Ratcliffe, "Near Repeat Calculator", 2009. A Knox test in every cell, with times permuted.
//!
//! Bands are half-open, `[from, to)`, and say so: two events 100 m and 3 days apart are in `[100, 200)` and in
//! `[3, 6)`. (The Near Repeat Calculator labels the band of its `[0, 1)` days "0 to 1 days", and so on: W.
//! Steenbeek, R package `NearRepeat`, vignette "NRC".) Give a first band such as `[0, 1)` metres for repeats
//! at the same place.
//!
//! The expectation of a cell is exact: of `N` pairs, `S` in the band of distance and `T` in that of time, `S T / N`.
//! A ratio over the mean of a few permutations, as is often printed, has the error of that mean; for small
//! expectations it is large. Cost: as [`super::knox`]; a last band without end costs nothing more.

use super::pairs::NearPairs;
use super::{Distance, Event, SpaceTimeError, check, pair_count};
use crate::monte_carlo::{MonteCarlo, shuffle};
use crate::progress::Watched;
use std::fmt;

/// Most bands of distance, and of time.
pub const BANDS_MAX: usize = 100;

/// Distances or times from one bound to below the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Lower bound, in the band.
    pub from: f64,
    /// Upper bound, not in the band; infinity for no bound.
    pub to: f64,
}

impl fmt::Display for Band {
    /// `[0, 200)`, and `[600, ∞)` for a band without end.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.to.is_finite() {
            write!(formatter, "[{}, {})", self.from, self.to)
        } else {
            write!(formatter, "[{}, ∞)", self.from)
        }
    }
}

/// Pairs in one band of distance and one of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Pairs as they are.
    pub observed: u64,
    /// Pairs that chance alone gives on average, exactly.
    pub expected: f64,
    /// Observed over expected (Knox ratio); none where nothing is expected.
    pub ratio: Option<f64>,
    /// Share of the permutations with as many pairs or more, the observed order being one of them.
    pub p_value: f64,
}

/// The table.
#[derive(Clone, Debug, PartialEq)]
pub struct NearRepeat {
    /// Bands of distance, upward.
    pub space: Vec<Band>,
    /// Bands of time, upward.
    pub time: Vec<Band>,
    /// One row a band of distance, one cell a band of time.
    pub cells: Vec<Vec<Cell>>,
}

/// Counts pairs by bands of distance and time, and permutes the times to see what chance gives.
///
/// `space` and `time` hold the bounds of the bands, upward; the last may be infinity.
///
/// # Errors
/// [`SpaceTimeError`] when there are fewer than two events, one is no number, bounds make no sense, or more than
/// [`super::PAIRS_MAX`] pairs lie within the last finite bound of distance.
///
/// ```
/// use tequio_methods::monte_carlo::MonteCarlo;
/// use tequio_methods::space_time::{Distance, Event, near_repeat::near_repeat};
/// let events = [Event { x: 0.0, y: 0.0, time: 0.0 }, Event { x: 0.0, y: 100.0, time: 3.0 }];
/// let bounds = ([0.0, 100.0, 200.0, f64::INFINITY], [0.0, 3.0, 6.0]);
/// let table = near_repeat(&events, &bounds.0, &bounds.1, Distance::Euclidean, MonteCarlo { replicas: 9, seed: 1 })?;
/// assert_eq!(table.cells[1][1].observed, 1);
/// assert_eq!((table.space[1].to_string(), table.time[1].to_string()), ("[100, 200)".into(), "[3, 6)".into()));
/// # Ok::<(), tequio_methods::space_time::SpaceTimeError>(())
/// ```
pub fn near_repeat<'a>(
    events: &[Event],
    space: &[f64],
    time: &[f64],
    measure: Distance,
    monte_carlo: impl Into<Watched<'a, MonteCarlo>>,
) -> Result<NearRepeat, SpaceTimeError> {
    check(events, u32::MAX as usize)?;
    let monte_carlo = monte_carlo.into();
    monte_carlo.check()?;
    let (space_bands, time_bands) = (bands(space)?, bands(time)?);
    let counter = Counter::of(events, space, time, measure)?;
    let observed = counter.count(&counter.pairs.times);
    let permuted = monte_carlo.run(|generator| {
        let mut times = counter.pairs.times.clone();
        shuffle(&mut times, generator);
        counter.count(&times)
    })?;
    let cell = |row: usize, column: usize| {
        let count = observed[row][column];
        let expected = counter.row_total(row) as f64 * counter.in_time[column] as f64 / pair_count(events.len()) as f64;
        let extreme = permuted.iter().filter(|counts| counts[row][column] >= count).count();
        let ratio = (expected > 0.0).then(|| count as f64 / expected);
        Cell { observed: count, expected, ratio, p_value: monte_carlo.p_value(extreme) }
    };
    let row = |row| (0..time_bands.len()).map(|column| cell(row, column)).collect();
    let cells = (0..space_bands.len()).map(row).collect();
    Ok(NearRepeat { space: space_bands, time: time_bands, cells })
}

/// Pairs by bands of distance (rows) and of time, as [`near_repeat`] counts them: nothing is permuted or kept in memory.
///
/// # Errors
/// [`SpaceTimeError`] when there are fewer than two events, one is no number, or bounds make no sense.
pub fn observed(
    events: &[Event],
    space: &[f64],
    time: &[f64],
    measure: Distance,
) -> Result<Vec<Vec<u64>>, SpaceTimeError> {
    check(events, u32::MAX as usize)?;
    let mut counts = vec![vec![0; bands(time)?.len()]; bands(space)?.len()];
    let last = time.last().copied().unwrap_or(0.0);
    let mut events = events.to_vec();
    events.sort_unstable_by(|a, b| a.time.total_cmp(&b.time));
    for (index, event) in events.iter().enumerate() {
        for later in events[index + 1..].iter().take_while(|later| later.time - event.time < last) {
            let row = band_of(space, measure.between(event, later));
            let column = band_of(time, later.time - event.time);
            if let (Some(row), Some(column)) = (row, column) {
                counts[row][column] += 1;
            }
        }
    }
    Ok(counts)
}

/// The band that holds a value, from zero.
fn band_of(bounds: &[f64], value: f64) -> Option<usize> {
    let below = bounds.partition_point(|bound| *bound <= value);
    (1..bounds.len()).contains(&below).then(|| below - 1)
}

fn bands(bounds: &[f64]) -> Result<Vec<Band>, SpaceTimeError> {
    let upward = bounds.windows(2).all(|pair| pair[0] < pair[1]);
    let counts = (2..=BANDS_MAX + 1).contains(&bounds.len());
    if !(upward && counts && bounds[0] >= 0.0) {
        return Err(SpaceTimeError::Bands(BANDS_MAX));
    }
    Ok(bounds.windows(2).map(|pair| Band { from: pair[0], to: pair[1] }).collect())
}

/// Counts pairs by bands. Only pairs within the finite bands of distance are looked at: what lies beyond them is
/// what they leave of all pairs in a band of time, however the times are permuted.
struct Counter {
    /// Pairs below the first bound have the number 0, those of the first band 1, and so on.
    pairs: NearPairs,
    /// Pairs with each of these numbers.
    in_space: Vec<u64>,
    /// Pairs in each band of time.
    in_time: Vec<u64>,
    time_bounds: Vec<f64>,
    all_pairs: u64,
    endless: bool,
}

impl Counter {
    fn of(events: &[Event], space: &[f64], time: &[f64], measure: Distance) -> Result<Self, SpaceTimeError> {
        let finite: Vec<f64> = space.iter().copied().filter(|bound| bound.is_finite()).collect();
        let reach = finite.last().copied().unwrap_or(0.0);
        let pairs = NearPairs::find(events, reach, measure, |apart| {
            let number = finite.partition_point(|bound| *bound <= apart);
            (number < finite.len()).then_some(number as u8)
        })?;
        let mut in_space = vec![0; finite.len()];
        pairs.each_gap(&pairs.times, |number, _| in_space[usize::from(number)] += 1);
        let in_time = gaps_in_bands(&pairs.times, time);
        let all_pairs = pair_count(events.len());
        let endless = finite.len() < space.len();
        Ok(Self { pairs, in_space, in_time, time_bounds: time.to_vec(), all_pairs, endless })
    }

    /// Pairs by band of distance and band of time.
    fn count(&self, times: &[f64]) -> Vec<Vec<u64>> {
        let columns = self.in_time.len();
        let mut counts = vec![vec![0; columns]; self.in_space.len()];
        self.pairs.each_gap(times, |number, gap| {
            let column = self.time_bounds.partition_point(|bound| *bound <= gap);
            if (1..=columns).contains(&column) {
                counts[usize::from(number)][column - 1] += 1;
            }
        });
        if self.endless {
            let within = |column: usize| counts.iter().map(|row| row[column]).sum::<u64>();
            counts.push((0..columns).map(|column| self.in_time[column] - within(column)).collect());
        }
        counts.remove(0);
        counts
    }

    /// Pairs in a band of distance, whatever their time.
    fn row_total(&self, row: usize) -> u64 {
        let within: u64 = self.in_space.iter().sum();
        self.in_space.get(row + 1).copied().unwrap_or(self.all_pairs - within)
    }
}

/// Pairs in each band of time.
fn gaps_in_bands(times: &[f64], bounds: &[f64]) -> Vec<u64> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let below = |bound: f64| -> u64 {
        let later = |(index, time): (usize, &f64)| sorted[index + 1..].partition_point(|other| other - time < bound);
        sorted.iter().enumerate().map(|event| later(event) as u64).sum()
    };
    let below: Vec<u64> = bounds.iter().map(|bound| below(*bound)).collect();
    below.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{chicago_arson, scattered};
    use super::*;
    use crate::monte_carlo::tests::on_threads;

    const MONTE_CARLO: MonteCarlo = MonteCarlo { replicas: 99, seed: 2_003 };
    const INFINITY: f64 = f64::INFINITY;

    /// The table of the Near Repeat Calculator 1.3 for these events (99 permutations, Manhattan distance, positions
    /// to a tenth of a metre), as kept in R package `NearRepeat`: its counts, and its means over the permutations.
    /// Its ratios 74.25, 11.65, 7.71 and 28.29 are the counts over these means; over the exact expectations
    /// they are 53.0, 9.2, 8.3 and 38.1.
    #[test]
    fn arson_in_chicago() {
        let bounds = ([0.0, 0.01, 200.0, 400.0, 600.0, INFINITY], [0.0, 1.0, 2.0, 3.0, INFINITY]);
        let measure = Distance::Manhattan;
        let table = near_repeat(&chicago_arson(), &bounds.0, &bounds.1, measure, MONTE_CARLO).expect("events");
        let observed: Vec<Vec<u64>> =
            table.cells.iter().map(|row| row.iter().map(|cell| cell.observed).collect()).collect();
        let known = [[0, 2, 0, 8], [9, 1, 1, 45], [4, 0, 0, 140], [6, 0, 0, 234], [393, 710, 770, 133_658]];
        assert_eq!(observed, known);
        for (row, column, printed, exact) in
            [(1, 0, 74.25, 53.04), (2, 0, 11.647, 9.168), (3, 0, 7.714, 8.251), (0, 1, 28.286, 38.144)]
        {
            let cell = table.cells[row][column];
            let ratio = cell.ratio.expect("a ratio");
            assert!((ratio - exact).abs() < 5e-3, "{ratio}");
            // A mean of 99 counts of that expectation misses it by less than four standard errors.
            let printed_mean = cell.observed as f64 / printed;
            assert!((printed_mean - cell.expected).abs() < 4.0 * (cell.expected / 99.0).sqrt());
            assert!(cell.p_value <= 0.02, "{cell:?}");
        }
        assert!(table.cells[1][1].p_value > 0.1 && table.cells[4][0].p_value == 1.0);
        assert_eq!(table.space[1].to_string(), "[0.01, 200)");
        assert_eq!(table.time[3].to_string(), "[3, ∞)");
    }

    #[test]
    fn every_pair_is_in_its_band() {
        let (space, time) = ([25.0, 50.0, 75.0, 200.0], [2.0, 5.0, 9.0]);
        for seed in 0..6 {
            let events = scattered(120, seed);
            let table = near_repeat(&events, &space, &time, Distance::Euclidean, MONTE_CARLO).expect("events");
            let plain = observed(&events, &space, &time, Distance::Euclidean).expect("events");
            for (row, band) in table.space.iter().enumerate() {
                for (column, gap) in table.time.iter().enumerate() {
                    let holds = |band: &Band, value: f64| band.from <= value && value < band.to;
                    let pairs = (0..events.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
                    let inside = pairs.filter(|(a, b)| {
                        let (a, b) = (&events[*a], &events[*b]);
                        holds(band, Distance::Euclidean.between(a, b)) && holds(gap, (a.time - b.time).abs())
                    });
                    assert_eq!(table.cells[row][column].observed, plain[row][column]);
                    assert_eq!(plain[row][column], inside.count() as u64, "{band} {gap}");
                }
            }
        }
    }

    /// Bands that cover everything hold every pair, and expect as many.
    #[test]
    fn rows_and_columns_add_up() {
        let events = scattered(80, 3);
        let bounds = [0.0, 30.0, 100.0, INFINITY];
        let table = near_repeat(&events, &bounds, &bounds, Distance::Euclidean, MONTE_CARLO).expect("events");
        let cells = || table.cells.iter().flatten();
        assert_eq!(cells().map(|cell| cell.observed).sum::<u64>(), 80 * 79 / 2);
        assert!((cells().map(|cell| cell.expected).sum::<f64>() - 3_160.0).abs() < 1e-9);
    }

    #[test]
    fn threads_do_not_matter() {
        let (events, bounds) = (scattered(150, 2), [0.0, 50.0, INFINITY]);
        let results = on_threads(|| near_repeat(&events, &bounds, &bounds, Distance::Euclidean, MONTE_CARLO));
        assert!(results.iter().all(|result| *result == results[0]));
    }

    #[test]
    fn bounds_that_make_no_sense_are_refused() {
        let events = scattered(5, 1);
        let refused = Err(SpaceTimeError::Bands(BANDS_MAX));
        for bounds in [&[0.0][..], &[0.0, 0.0], &[5.0, 1.0], &[-1.0, 1.0], &[0.0, f64::NAN], &[]] {
            assert_eq!(near_repeat(&events, bounds, &[0.0, 1.0], Distance::Euclidean, MONTE_CARLO), refused);
            assert!(observed(&events, bounds, &[0.0, 1.0], Distance::Euclidean).is_err());
        }
    }
}
