//! Series that stop: zero or blank for the last periods after a mean that makes so long a silence improbable.
//!
//! Method: for Poisson counts of mean m the probability of nothing in k periods is exp(-k m); the mean is that of the
//! year before the silence, divided by the dispersion of the series. The bound is shared among all series of the
//! edition (Bonferroni), any of which could be silent by chance, so that one false alarm in an edition has at most the
//! probability [`STOP_FAMILY_ERROR_MAX`].

use super::Alarm;
use super::aggregate::{dispersion, season};
use crate::diff::Edition;
use rayon::prelude::*;
use tequio_kernel::Cell;

/// Silent periods from which on a series is looked at: one alone is a matter of a late delivery.
pub const STOP_PERIODS_MIN: usize = 2;
/// Silent periods after which a series is no longer told: it stopped long ago, often because the offence is recorded
/// otherwise since, and the editions of that time told it. A year of months.
pub const STOP_PERIODS_MAX: usize = 12;
/// Probability of any false alarm in one edition.
pub const STOP_FAMILY_ERROR_MAX: f64 = 0.01;
/// Years that the mean of yearly figures is taken over; that of months is taken over one year.
const MEAN_YEARS: usize = 3;

/// A series that is silent at its end.
struct Silent {
    series: usize,
    since: usize,
    blank: usize,
    mean: f64,
    probability: f64,
}

pub(super) fn find(edition: &Edition) -> Vec<Alarm> {
    let silent: Vec<Silent> =
        (0..edition.table.series.len()).into_par_iter().filter_map(|series| silent(edition, series)).collect();
    let bound = STOP_FAMILY_ERROR_MAX / edition.table.series.len().max(1) as f64;
    silent.iter().filter(|silent| silent.probability <= bound).filter_map(|silent| alarm(edition, silent)).collect()
}

fn silent(edition: &Edition, series: usize) -> Option<Silent> {
    let (table, columns) = (edition.table, edition.observed_columns());
    let row = table.row(series).get(columns)?;
    // A cell without a row is no silence of the series but a row that vanished, unless it stands for zero.
    let is_silent = |code: &&u32| match Cell::decode(**code) {
        Cell::Observed(0) | Cell::Missing => true,
        Cell::Absent => edition.counts.absent_is_zero,
        _ => false,
    };
    let periods = row.iter().rev().take_while(is_silent).count();
    let since = row.len() - periods;
    if !(STOP_PERIODS_MIN..=STOP_PERIODS_MAX).contains(&periods) || since == 0 {
        return None;
    }
    let season = season(table.frequency);
    let history: Vec<Option<u64>> = row[..since].iter().map(|code| value(*code, edition)).collect();
    let reach = if season == 1 { MEAN_YEARS } else { season };
    let recent: Vec<u64> = history[since.saturating_sub(reach)..].iter().filter_map(|value| *value).collect();
    let mean = recent.iter().sum::<u64>() as f64 / recent.len().max(1) as f64;
    // The last period before the silence is never zero, so that a short history would make its mean too large.
    if recent.len() < reach {
        return None;
    }
    let probability = (-(periods as f64) * mean / dispersion(&history)).exp();
    let blank = row[since..].iter().filter(|code| Cell::decode(**code) == Cell::Missing).count();
    Some(Silent { series, since, blank, mean, probability })
}

fn value(code: u32, edition: &Edition) -> Option<u64> {
    super::aggregate::value(code, edition.counts.absent_is_zero)
}

fn alarm(edition: &Edition, silent: &Silent) -> Option<Alarm> {
    let table = edition.table;
    let key = table.series.get(silent.series)?;
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Some(Alarm::SeriesStops {
        place: table.places.get(key.place as usize)?.code.clone(),
        offence: table.offences.get(key.offence as usize)?.code.clone(),
        group: table.groups.get(key.group as usize)?.clone(),
        since: table.step(silent.since)?,
        periods: count(edition.observed_columns().end - silent.since),
        blank: count(silent.blank),
        mean: silent.mean,
        probability: silent.probability,
    })
}
