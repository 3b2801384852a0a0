//! The trend by month: a line, and the same numbers as a table of years and months.

use crate::pages::silence::{silent_months, with_held};
use crate::pages::span::{Span, month_list};
use std::collections::BTreeMap;
use tequio_frame::chart::line;
use tequio_frame::{Visit, format};
use tequio_kernel::{CountRow, Key, Month};

/// A trend ready for its template.
pub(crate) struct Trend {
    pub svg: String,
    /// Every month with its count; a month without data has none.
    pub steps: Vec<line::Step>,
    pub years: Vec<Year>,
    pub month_heads: Vec<String>,
    /// Months that the whole edition lacks, in words; empty when there are none.
    pub missing: String,
    /// Months that only this place lacks, in words; empty when there are none.
    pub silent: String,
    /// The same months.
    pub silent_months: Vec<Month>,
}

/// A row of the table.
pub(crate) struct Year {
    pub year: i16,
    pub months: Vec<String>,
    pub total: String,
}

impl Trend {
    /// From counts by month.
    pub(crate) fn of(visit: &Visit, span: &Span, rows: &[CountRow], label: &str) -> Self {
        Self::within(visit, span, rows, label, &[])
    }

    /// The same for a place whose holders were silent in some months: it did not report then either.
    pub(crate) fn within(visit: &Visit, span: &Span, rows: &[CountRow], label: &str, held: &[Month]) -> Self {
        let counts = by_month(rows);
        let silent = with_held(silent_months(span, &counts), held, &counts);
        let steps: Vec<line::Step> =
            span.months.iter().map(|month| (*month, value(span, &silent, &counts, *month))).collect();
        Self {
            svg: line::line(visit.language, &steps, label, &visit.t("chart-missing")),
            years: years(&steps, &visit.t("cell-missing")),
            month_heads: (1..=12)
                .map(|month| format::month_name(visit.language, month).chars().take(3).collect())
                .collect(),
            missing: span.missing_in_words(visit),
            silent: month_list(visit, &silent),
            silent_months: silent,
            steps,
        }
    }
}

pub(crate) fn by_month(rows: &[CountRow]) -> BTreeMap<Month, u64> {
    let months = rows.iter().filter_map(|row| match row.keys.first() {
        Some(Key::Month(month)) => Some((*month, row.count)),
        _ => None,
    });
    months.collect()
}

pub(crate) fn value(span: &Span, silent: &[Month], counts: &BTreeMap<Month, u64>, month: Month) -> Option<u64> {
    let known = !span.missing.contains(&month) && !silent.contains(&month);
    known.then(|| counts.get(&month).copied().unwrap_or(0))
}

fn years(steps: &[line::Step], missing: &str) -> Vec<Year> {
    let mut years: BTreeMap<i16, (Vec<String>, u64)> = BTreeMap::new();
    for (month, value) in steps {
        let (cells, total) = years.entry(month.year).or_insert_with(|| (vec![String::new(); 12], 0));
        if let Some(cell) = usize::try_from(month.month - 1).ok().and_then(|index| cells.get_mut(index)) {
            *cell = value.map_or_else(|| missing.to_owned(), format::integer);
        }
        *total += value.unwrap_or(0);
    }
    years.into_iter().map(|(year, (months, total))| Year { year, months, total: format::integer(total) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().expect("a month")
    }

    #[test]
    fn months_without_data_have_no_value() {
        let span = Span { months: ["2020-01", "2020-02"].map(month).to_vec(), missing: vec![month("2020-01")] };
        let counts = BTreeMap::new();
        assert_eq!(value(&span, &[], &counts, month("2020-01")), None);
        assert_eq!(value(&span, &[], &counts, month("2020-02")), Some(0));
        assert_eq!(value(&span, &[month("2020-02")], &counts, month("2020-02")), None);
    }

    #[test]
    fn the_table_has_a_cell_for_every_month() {
        let table = years(&[(month("2020-12"), Some(1200)), (month("2021-01"), None)], "s/d");
        assert_eq!(table.len(), 2);
        assert_eq!((table[0].months[11].as_str(), table[0].total.as_str()), ("1,200", "1,200"));
        assert_eq!((table[1].months[0].as_str(), table[1].months[5].as_str()), ("s/d", ""));
    }
}
