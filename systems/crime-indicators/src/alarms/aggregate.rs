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

/// Median of a chi-squared variable of one degree of freedom.
const CHI_SQUARED_MEDIAN: f64 = 0.454_936;

/// How much more a series varies from one period to the next than Poisson counts would: the median over all neighbours
/// of (x - y)^2 / (x + y), over what it is for Poisson counts of one mean; never below 1. Neighbours, so that a trend
/// is no variation; the median, so that one step of the level is none either.
///
/// Reference: P. McCullagh and J. A. Nelder, "Generalized Linear Models" (1989), 6.2, for dividing counts by it.
pub(super) fn dispersion(history: &[Option<u64>]) -> f64 {
    let both = history.windows(2).filter_map(|pair| pair[0].zip(pair[1])).filter(|(x, y)| x + y > 0);
    let mut ratios: Vec<f64> = both.map(|(x, y)| (x.abs_diff(y) as f64).powi(2) / (x + y) as f64).collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).map_or(1.0, |median| (median / CHI_SQUARED_MEDIAN).max(1.0))
}

#[cfg(test)]
mod tests {
    use super::dispersion;

    #[test]
    fn dispersion_is_that_of_neighbours() {
        assert!((dispersion(&[10, 10, 11, 300, 301, 300].map(Some)) - 1.0).abs() < 1e-12, "a step is no variation");
        // (10 - 40)^2 / 50 = 18, always.
        let wild = [Some(10), Some(40), None, Some(40), Some(10), Some(40)];
        assert!((dispersion(&wild) - 18.0 / super::CHI_SQUARED_MEDIAN).abs() < 1e-9);
        assert!((dispersion(&[Some(3), None, Some(0), Some(0)]) - 1.0).abs() < 1e-12);
    }
}
