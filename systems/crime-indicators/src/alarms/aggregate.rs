//! Totals by office and offence, and where they lack figures.

use crate::diff::{Edition, office_of};
use std::collections::BTreeMap;
use tequio_kernel::{Cell, Frequency};

/// Totals of one office and offence, one a period from the first of the edition to its cut-off; `None` where a figure
/// is missing, since a total that lacks a part would be taken for a drop.
pub(super) struct Aggregate {
    pub office: String,
    /// All offences together when `None`.
    pub offence: Option<String>,
    pub totals: Vec<Option<u64>>,
}

/// Periods of a year.
pub(super) fn season(frequency: Frequency) -> usize {
    match frequency {
        Frequency::Month => 12,
        Frequency::Year => 1,
    }
}

/// Totals of every office by offence and of all its offences.
pub(super) fn aggregates(edition: &Edition) -> Vec<Aggregate> {
    let (table, columns) = (edition.table, edition.observed_columns());
    let mut sums: BTreeMap<(&str, Option<&str>), Vec<Option<u64>>> = BTreeMap::new();
    for (series, key) in table.series.iter().enumerate() {
        let place = table.places.get(key.place as usize).map_or("", |named| named.code.as_str());
        let offence = table.offences.get(key.offence as usize).map(|named| named.code.as_str());
        let row = table.row(series).get(columns.clone()).unwrap_or_default();
        for offence in [offence, None] {
            let totals = sums.entry((office_of(place), offence)).or_insert_with(|| vec![Some(0); row.len()]);
            totals.iter_mut().zip(row).for_each(|(total, code)| {
                *total = total.and_then(|sum| Some(sum + value(*code, edition.counts.absent_is_zero)?));
            });
        }
    }
    let aggregate = |((office, offence), totals): ((&str, Option<&str>), Vec<Option<u64>>)| Aggregate {
        office: office.to_owned(),
        offence: offence.map(str::to_owned),
        totals,
    };
    sums.into_iter().map(aggregate).collect()
}

/// What a cell adds to a total; `None` when it is missing.
pub(super) fn value(code: u32, absent_is_zero: bool) -> Option<u64> {
    match Cell::decode(code) {
        Cell::Observed(value) => Some(value),
        Cell::NotApplicable => Some(0),
        Cell::Absent if absent_is_zero => Some(0),
        Cell::Absent | Cell::Missing | Cell::NotYetObserved => None,
    }
}

/// How much more a series varies from year to year than Poisson counts would: the mean over all pairs of the same
/// period in two years of (x - y)^2 / (x + y), which is 1 for Poisson counts of one mean; never below 1. A trend makes
/// it larger and the tests that use it more careful.
///
/// Reference: P. McCullagh and J. A. Nelder, "Generalized Linear Models" (1989), 6.2, for the factor; pairs a year
/// apart take the season out.
pub(super) fn dispersion(history: &[Option<u64>], season: usize) -> f64 {
    let pairs = history.iter().zip(history.iter().skip(season));
    let both = pairs.filter_map(|(before, after)| before.zip(*after)).filter(|(before, after)| before + after > 0);
    let ratio = |(before, after): (u64, u64)| (before.abs_diff(after) as f64).powi(2) / (before + after) as f64;
    let ratios: Vec<f64> = both.map(ratio).collect();
    if ratios.is_empty() { 1.0 } else { (ratios.iter().sum::<f64>() / ratios.len() as f64).max(1.0) }
}

#[cfg(test)]
mod tests {
    use super::dispersion;

    #[test]
    fn dispersion_is_that_of_years_apart() {
        let steady = [10, 40, 10, 40].map(Some);
        assert!((dispersion(&steady, 2) - 1.0).abs() < 1e-12, "the season is no dispersion");
        // (10 - 30)^2 / 40 = 10 and (40 - 40)^2 / 80 = 0.
        let moved = [Some(10), Some(40), Some(30), Some(40)];
        assert!((dispersion(&moved, 2) - 5.0).abs() < 1e-12);
        assert!((dispersion(&[Some(3), None, None, Some(9)], 2) - 1.0).abs() < 1e-12);
    }
}
