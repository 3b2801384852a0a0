//! A placement judged honestly: how much of what was reported afterwards fell where it was forecast?
//!
//! For the `k` cells with the highest forecast, with `n` of the `N` events and `a` of the area `A`:
//!
//! | measure | formula | reference |
//! | --- | --- | --- |
//! | PAI | `(n / N) / (a / A)` | S. Chainey, L. Tompson and S. Uhlig, Security Journal 21 (2008) |
//! | PEI | `PAI / PAI of the best k cells` | J. Hunt, PhD thesis (2016); G. Drawve and A. Wooditch, Crime & Delinquency (2019) |
//! | PEI* | `n / most events any cells of area a could hold` | NIJ, Real-Time Crime Forecasting Challenge (2017) |
//! | RRI | `forecast / n`: above one was too much | N. Levine, Crime Mapping 1 (2008), as in R package `ptools` |
//!
//! Only events that somebody **reported** may be counted. What officers found by being there is in part
//! made by the placement itself: counted in, any placement confirms itself.
//!
//! Intervals: `n` is binomial given `N` (Clopper and Pearson), and the best cells are taken as known; that of
//! the RRI is the exact Poisson interval of `n`. Where the last cell chosen ties with one that is not, the
//! forecast itself does not say which to choose, and this is told. Cost: two sorts.

use crate::poisson::{self, Interval};
use crate::proportion::{ProportionError, proportion};

/// A cell of the forecast.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// What was forecast: a number of events, or for PAI and PEI any score.
    pub forecast: f64,
    /// Events that were reported there afterwards.
    pub reported: u64,
    /// Its area, or length of street.
    pub area: f64,
}

/// A measure with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// The measure.
    pub value: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit; infinite for the RRI of no events.
    pub high: f64,
}

/// How the `k` cells with the highest forecast did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Number of cells.
    pub cells: usize,
    /// Events in them.
    pub events: u64,
    /// Their part of the area, from 0 to 1.
    pub area_share: f64,
    /// Predictive accuracy index; 1 is what chance gives.
    pub pai: Measure,
    /// Predictive efficiency index against the same number of cells, at most 1 where areas are equal.
    pub pei: Measure,
    /// Predictive efficiency index against the same area.
    pub pei_star: Measure,
    /// Recapture rate index; none when the forecasts are no numbers of events (one is negative).
    pub rri: Option<Measure>,
    /// Whether a cell that is not chosen has the same forecast as the last one that is.
    pub tied: bool,
}

/// Why a forecast is not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlacementError {
    /// No events anywhere.
    #[error("nothing was reported anywhere: no forecast can be judged by it")]
    NoEvents,
    /// A forecast is no number or an area not above zero.
    #[error("each cell has a forecast and an area above zero")]
    Cell,
    /// Zero cells, or more than there are.
    #[error("choose 1 to {0} cells")]
    Cells(usize),
    /// The confidence level is not between 0 and 1.
    #[error("a confidence level lies between 0 and 1")]
    Level,
}

impl From<ProportionError> for PlacementError {
    fn from(error: ProportionError) -> Self {
        if error == ProportionError::Level { Self::Level } else { Self::NoEvents }
    }
}

/// The score of the `chosen` cells with the highest forecast, at a confidence level such as 0.95.
///
/// # Errors
/// [`PlacementError`] when nothing was reported, a cell makes no sense, or there are not so many cells.
///
/// ```
/// use tequio_methods::placement::{Cell, score};
/// let cells = [(3.0, 6), (2.0, 3), (1.0, 0)].map(|(forecast, reported)| Cell { forecast, reported, area: 1.0 });
/// let score = score(&cells, 1, 0.95)?;
/// assert_eq!((score.pai.value, score.pei.value, score.rri.map(|rri| rri.value)), (2.0, 1.0, Some(0.5)));
/// assert!(score.pai.low < 1.0, "nine events do not show that it is better than chance");
/// # Ok::<(), tequio_methods::placement::PlacementError>(())
/// ```
pub fn score(cells: &[Cell], chosen: usize, level: f64) -> Result<Score, PlacementError> {
    if !(1..=cells.len()).contains(&chosen) {
        return Err(PlacementError::Cells(cells.len()));
    }
    Ranking::of(cells)?.score(chosen, level)
}

/// The score of the first cell, the first two, and so on.
///
/// # Errors
/// As [`score`].
///
/// ```
/// use tequio_methods::placement::{Cell, curve};
/// let cells = [(3.0, 6), (2.0, 3), (1.0, 0)].map(|(forecast, reported)| Cell { forecast, reported, area: 1.0 });
/// let pai: Vec<f64> = curve(&cells, 0.95)?.iter().map(|score| score.pai.value).collect();
/// assert_eq!(pai, [2.0, 1.5, 1.0]);
/// # Ok::<(), tequio_methods::placement::PlacementError>(())
/// ```
pub fn curve(cells: &[Cell], level: f64) -> Result<Vec<Score>, PlacementError> {
    let ranking = Ranking::of(cells)?;
    (1..=cells.len()).map(|chosen| ranking.score(chosen, level)).collect()
}

/// Sums over the first cells of an order; the entry at `k` is that of `k` cells.
struct Sums {
    events: Vec<u64>,
    area: Vec<f64>,
    forecast: Vec<f64>,
}

impl Sums {
    fn of(cells: &[Cell]) -> Self {
        let mut sums = Self { events: vec![0], area: vec![0.0], forecast: vec![0.0] };
        for (index, cell) in cells.iter().enumerate() {
            sums.events.push(sums.events[index].saturating_add(cell.reported));
            sums.area.push(sums.area[index] + cell.area);
            sums.forecast.push(sums.forecast[index] + cell.forecast);
        }
        sums
    }

    /// Most events that cells of an area could hold, the cells being in their best order and a part of the
    /// last one counted in proportion: with cells of one size exact, otherwise an upper bound.
    fn most_in(&self, area: f64) -> f64 {
        let whole = self.area.partition_point(|sum| *sum <= area) - 1;
        let events = self.events[whole] as f64;
        match self.events.get(whole + 1) {
            Some(next) => {
                let part = (area - self.area[whole]) / (self.area[whole + 1] - self.area[whole]);
                events + part * (*next as f64 - events)
            }
            None => events,
        }
    }
}

/// The cells by forecast and by what really happened.
struct Ranking {
    forecasts: Vec<f64>,
    chosen: Sums,
    best: Sums,
}

impl Ranking {
    fn of(cells: &[Cell]) -> Result<Self, PlacementError> {
        if cells.iter().any(|cell| !cell.forecast.is_finite() || !cell.area.is_finite() || cell.area <= 0.0) {
            return Err(PlacementError::Cell);
        }
        let mut ranked = cells.to_vec();
        ranked.sort_by(|a, b| b.forecast.total_cmp(&a.forecast));
        let density = |cell: &Cell| cell.reported as f64 / cell.area;
        let mut best = cells.to_vec();
        best.sort_by(|a, b| density(b).total_cmp(&density(a)));
        let forecasts = ranked.iter().map(|cell| cell.forecast).collect();
        Ok(Self { forecasts, chosen: Sums::of(&ranked), best: Sums::of(&best) })
    }

    fn score(&self, chosen: usize, level: f64) -> Result<Score, PlacementError> {
        let count = self.forecasts.len();
        let (events, area) = (self.chosen.events[chosen], self.chosen.area[chosen]);
        let (total, whole) = (self.chosen.events[count], self.chosen.area[count]);
        let share = proportion(events, total, level)?;
        // Each measure is the share of the events by one that is taken as known.
        let against =
            |known: f64| Measure { value: share.value / known, low: share.low / known, high: share.high / known };
        let capped = |measure: Measure| Measure { high: measure.high.min(1.0).max(measure.value), ..measure };
        let best_share = self.best.events[chosen] as f64 / total as f64;
        Ok(Score {
            cells: chosen,
            events,
            area_share: area / whole,
            pai: against(area / whole),
            pei: capped(against(best_share * (area / self.best.area[chosen]))),
            pei_star: capped(against(self.best.most_in(area) / total as f64)),
            rri: self.recapture(chosen, level)?,
            tied: self.forecasts.get(chosen).is_some_and(|next| *next == self.forecasts[chosen - 1]),
        })
    }

    fn recapture(&self, chosen: usize, level: f64) -> Result<Option<Measure>, PlacementError> {
        let (events, forecast) = (self.chosen.events[chosen], self.chosen.forecast[chosen]);
        if self.forecasts[chosen - 1] < 0.0 {
            return Ok(None);
        }
        let Interval { low, high } = poisson::interval(events, level).map_err(|_| PlacementError::Level)?;
        Ok(Some(Measure { value: forecast / events as f64, low: forecast / high, high: forecast / low }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(cells: &[(f64, u64, f64)]) -> Vec<Cell> {
        cells
            .iter()
            .map(|(forecast, reported, area)| Cell { forecast: *forecast, reported: *reported, area: *area })
            .collect()
    }

    /// The example of R package `ptools`, function `pai`.
    #[test]
    fn the_published_example() {
        let curve = curve(&cells(&[(3.0, 6, 1.0), (2.0, 3, 1.0), (1.0, 0, 1.0)]), 0.95).expect("cells");
        for (score, (pai, rri)) in curve.iter().zip([(2.0, 0.5), (1.5, 5.0 / 9.0), (1.0, 6.0 / 9.0)]) {
            assert!((score.pai.value - pai).abs() < 1e-12 && (score.pei.value - 1.0).abs() < 1e-12);
            assert!((score.pei_star.value - 1.0).abs() < 1e-12);
            assert!(score.rri.is_some_and(|got| (got.value - rri).abs() < 1e-12 && got.low < rri && got.high > rri));
        }
    }

    #[test]
    fn intervals_are_those_of_a_share() {
        let score = score(&cells(&[(9.0, 8, 1.0), (1.0, 2, 3.0)]), 1, 0.95).expect("cells");
        // Clopper and Pearson, 8 of 10: 0.4439 to 0.9748; the area is a quarter.
        assert!((score.pai.value - 3.2).abs() < 1e-12);
        assert!((score.pai.low - 4.0 * 0.443_904_5).abs() < 1e-6 && (score.pai.high - 4.0 * 0.974_789_3).abs() < 1e-6);
    }

    #[test]
    fn a_bad_forecast_is_less_efficient() {
        let score = score(&cells(&[(1.0, 8, 1.0), (2.0, 1, 1.0), (3.0, 1, 1.0)]), 1, 0.95).expect("cells");
        assert_eq!((score.events, score.pei.value, score.pei_star.value), (1, 0.125, 0.125));
        assert!(score.pei.low < 0.125 && score.pei.high > 0.125);
    }

    #[test]
    fn the_same_area_is_not_the_same_number_of_cells() {
        // Chosen: one cell of area 2 with 6 events. The best one is small and dense; two of it fit.
        let all = cells(&[(5.0, 6, 2.0), (1.0, 5, 1.0), (1.0, 4, 1.0)]);
        let score = score(&all, 1, 0.95).expect("cells");
        assert!((score.pei.value - 3.0 / 5.0).abs() < 1e-12);
        assert!((score.pei_star.value - 6.0 / 9.0).abs() < 1e-12);
    }

    #[test]
    fn a_tie_is_told() {
        let all = cells(&[(2.0, 6, 1.0), (2.0, 1, 1.0), (1.0, 4, 1.0)]);
        assert!(score(&all, 1, 0.95).expect("cells").tied && !score(&all, 2, 0.95).expect("cells").tied);
    }

    #[test]
    fn what_cannot_be_judged_says_why() {
        assert_eq!(score(&cells(&[(1.0, 0, 1.0)]), 1, 0.95), Err(PlacementError::NoEvents));
        assert_eq!(score(&cells(&[(1.0, 1, 0.0)]), 1, 0.95), Err(PlacementError::Cell));
        assert_eq!(score(&cells(&[(1.0, 1, 1.0)]), 2, 0.95), Err(PlacementError::Cells(1)));
        assert_eq!(score(&cells(&[(1.0, 1, 1.0)]), 1, 1.0), Err(PlacementError::Level));
        let scores = score(&cells(&[(-1.0, 1, 1.0)]), 1, 0.95).expect("cells");
        assert_eq!(scores.rri, None);
    }
}
