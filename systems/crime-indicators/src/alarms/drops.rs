//! Unexplained drops: the total of an office in a month against its own history.
//!
//! Method: the E-test of two Poisson rates (Krishnamoorthy and Thomson 2004, see `tequio_methods::rate_ratio`), with
//! both counts divided by the dispersion of the series, since crime varies more than a Poisson count; one-sided. The
//! month is tested against the same month of the years before, so that no season is called a drop, and against the
//! year just before it, so that no slow decline is; it has to lie below both (the larger p-value counts: R. L. Berger,
//! "Multiparameter hypothesis testing and acceptance sampling", Technometrics 24, 1982). The p-values are corrected
//! over all that were tested by the false discovery rate (Benjamini and Hochberg 1995). A total that lacks a figure is
//! not tested, now or in its history: a missing part explains itself.

use super::Alarm;
use super::aggregate::{Aggregate, aggregates, dispersion, season};
use crate::diff::Edition;
use rayon::prelude::*;
use tequio_kernel::Step;
use tequio_methods::false_discovery::adjusted;
use tequio_methods::rate_ratio::{Observed, e_test};

/// Last periods of an edition that are tested: what is older was tested with the editions before.
pub const TESTED_PERIODS: usize = 3;
/// Years of the baseline: enough for a mean, few enough for what was normal long ago not to weigh.
pub const BASELINE_YEARS: usize = 3;
/// Years that the baseline needs at least: one year alone may be the exception itself.
pub const BASELINE_YEARS_MIN: usize = 2;
/// Mean of the baseline from which on a drop is tested: below it not even zero is improbable.
pub const EXPECTED_MIN: f64 = 5.0;
/// Periods that the dispersion is taken from: neighbours of three years of months.
pub const DISPERSION_PERIODS: usize = 36;
/// Share of false alarms among the alarms, on average.
pub const FALSE_DISCOVERY_MAX: f64 = 0.05;
/// Smallest drop that is told, as a share of the baseline: in a large office the smallest change is beyond chance.
pub const DROP_SHARE_MIN: f64 = 0.2;

/// One total that was tested.
struct Tested<'a> {
    of: &'a Aggregate,
    column: usize,
    observed: u64,
    expected: f64,
    p_value: f64,
}

pub(super) fn find(edition: &Edition) -> Vec<Alarm> {
    let aggregates = aggregates(edition);
    let season = season(edition.table.frequency);
    let tested: Vec<Tested> = aggregates
        .par_iter()
        .flat_map_iter(|of| {
            let last = of.totals.len();
            (last.saturating_sub(TESTED_PERIODS)..last).filter_map(move |column| test(of, column, season))
        })
        .collect();
    let p_values: Vec<f64> = tested.iter().map(|tested| tested.p_value).collect();
    let alarm = |(tested, p): (&Tested, f64)| alarm(edition, tested, p);
    tested.iter().zip(adjusted(&p_values)).filter_map(alarm).collect()
}

fn test(of: &Aggregate, column: usize, season: usize) -> Option<Tested<'_>> {
    let observed = (*of.totals.get(column)?)?;
    let earlier = (1..=BASELINE_YEARS).filter_map(|years| of.totals.get(column.checked_sub(years * season)?));
    let baseline: Vec<u64> = earlier.filter_map(|total| *total).collect();
    let recent = of.totals.get(column.checked_sub(season)?..column)?;
    let recent: Vec<u64> = recent.iter().copied().collect::<Option<_>>()?;
    let expected = mean(&baseline);
    if baseline.len() < BASELINE_YEARS_MIN || expected < EXPECTED_MIN {
        return None;
    }
    let dispersion = dispersion(&of.totals[column.saturating_sub(DISPERSION_PERIODS)..column]);
    let p_value = fall(observed, &baseline, dispersion)?.max(fall(observed, &recent, dispersion)?);
    let expected = expected.min(mean(&recent));
    Some(Tested { of, column, observed, expected, p_value })
}

fn mean(counts: &[u64]) -> f64 {
    counts.iter().sum::<u64>() as f64 / counts.len().max(1) as f64
}

/// One-sided p-value of a count against the mean of others; 1 when it is no smaller.
fn fall(observed: u64, others: &[u64], dispersion: f64) -> Option<f64> {
    if observed as f64 >= mean(others) {
        return Some(1.0);
    }
    let scaled = |count: u64, exposure| Observed { count: (count as f64 / dispersion).round() as u64, exposure };
    let test = e_test(scaled(observed, 1.0), scaled(others.iter().sum(), others.len() as f64)).ok()?;
    // Half of the two-sided value: only a fall is asked about.
    Some(test.p_value / 2.0)
}

fn alarm(edition: &Edition, tested: &Tested, p_adjusted: f64) -> Option<Alarm> {
    let is_large = (tested.observed as f64) <= tested.expected * (1.0 - DROP_SHARE_MIN);
    let period: Step = edition.table.step(tested.column)?;
    (is_large && p_adjusted <= FALSE_DISCOVERY_MAX).then(|| Alarm::UnexplainedDrop {
        office: tested.of.office.clone(),
        offence: tested.of.offence.clone(),
        period,
        observed: tested.observed,
        expected: tested.expected,
        p_adjusted,
    })
}
