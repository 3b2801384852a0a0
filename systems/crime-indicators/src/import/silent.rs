//! Offices that are silent: a prosecutor's office of which every figure of a month is zero, after a year in which it
//! counted many. That is no chance: most likely nothing was delivered, and zeros were written. The figures stay as the
//! source states them; a check names the first, and completeness takes the month as not delivered.

use super::found::{Found, number, text};
use crate::diff::office_of;
use std::collections::BTreeMap;
use std::ops::Range;
use tequio_kernel::{Cell, Check, CountTable, Frequency};

/// Months before it that a silence is judged by: all of them have to be there.
const MONTHS: usize = 12;
/// Mean of these months from which on a month of zeros is no chance (Poisson: under 1e-8).
const MEAN_MIN: u64 = 20;

/// The series of each office, which stand side by side.
fn offices(table: &CountTable) -> BTreeMap<String, Range<usize>> {
    let mut found: BTreeMap<String, Range<usize>> = BTreeMap::new();
    for (at, key) in table.series.iter().enumerate() {
        let office = office_of(&table.places[key.place as usize].code).to_owned();
        found.entry(office).or_insert(at..at).end = at + 1;
    }
    found
}

/// Sum of the observed figures of some series, period by period; none where nothing is observed.
fn sums(table: &CountTable, series: Range<usize>) -> Vec<Option<u64>> {
    let mut sums = vec![None; table.periods];
    for at in series {
        for (sum, code) in sums.iter_mut().zip(table.row(at)) {
            if let Some(value) = Cell::decode(*code).value() {
                *sum = Some(sum.unwrap_or(0) + value);
            }
        }
    }
    sums
}

/// The periods in which an office is silent.
fn silences(sums: &[Option<u64>]) -> Vec<usize> {
    let mut silent: Vec<usize> = Vec::new();
    for (at, _) in sums.iter().enumerate().filter(|(_, sum)| **sum == Some(0)) {
        let delivered: Vec<u64> = (0..at)
            .rev()
            .filter(|before| !silent.contains(before))
            .map_while(|before| sums[before])
            .take(MONTHS)
            .collect();
        if delivered.len() == MONTHS && delivered.iter().sum::<u64>() >= MEAN_MIN * MONTHS as u64 {
            silent.push(at);
        }
    }
    silent
}

/// The offices and periods of a table of months that are silent. Where zeros have no rows, a month without one is none.
pub(crate) fn silent(table: &CountTable) -> Vec<(String, usize)> {
    if table.frequency != Frequency::Month {
        return Vec::new();
    }
    let of_office = |(office, series): (String, Range<usize>)| {
        silences(&sums(table, series)).into_iter().map(move |column| (office.clone(), column))
    };
    offices(table).into_iter().flat_map(of_office).collect()
}

/// Whether an office is silent. Its figures stay as the source states them: the check tells the reader.
pub(super) fn check(table: &CountTable) -> Check {
    const CODE: &str = "no_office_silent";
    let found = silent(table);
    match found.first() {
        None => Found::NoSilence.check(CODE, true, []),
        Some((office, column)) => {
            let period = table.step(*column).map(|step| step.to_string()).unwrap_or_default();
            let values = [("count", number(found.len())), ("first", text(office)), ("period", text(period))];
            Found::Silent.check(CODE, false, values)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tequio_kernel::{CountTableBuilder, Group, Month, Step};

    fn table(monthly: &[u64]) -> CountTable {
        let mut builder = CountTableBuilder::default();
        for (place, factor) in [("MX-01", 1), ("MX-02", 3)] {
            let series = builder.series((place, ""), ("a", ""), &Group::new());
            for (month, value) in (0..).zip(monthly) {
                let step = Step::Month(Month { year: 2020 + month / 12, month: (month % 12 + 1) as i8 });
                let value = if place == "MX-02" { 40 } else { *value };
                builder.put(series, step, Cell::Observed(value * factor)).expect("a new figure");
            }
        }
        builder.build()
    }

    #[test]
    fn a_month_of_zeros_after_a_busy_year_is_told() {
        let mut busy = vec![30; 12];
        busy.extend([0, 0, 31]);
        let table = table(&busy);
        assert_eq!(silent(&table), [("MX-01".to_owned(), 12), ("MX-01".to_owned(), 13)]);
        let check = check(&table);
        assert!(!check.passed && check.detail.starts_with("2 months"), "{check:?}");
        assert!(check.detail.ends_with("MX-01 2021-01"), "{check:?}");
    }

    #[test]
    fn zeros_of_an_office_that_counts_few_are_zeros() {
        let mut quiet = vec![3; 12];
        quiet.extend([0, 2]);
        assert!(check(&table(&quiet)).passed);
        let mut young = vec![90; 11];
        young.push(0);
        assert!(check(&table(&young)).passed);
    }
}
