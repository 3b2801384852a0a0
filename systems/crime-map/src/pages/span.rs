//! The months of an edition: which there are, which are missing, and which twelve are the latest whole ones.

use crate::pages::silence::months_of;
use crate::spoken::Tongue;
use std::collections::BTreeMap;
use tequio_frame::{Visit, format};
use tequio_kernel::{Manifest, Month, Period};

/// Months of a year of reference.
const YEAR_MONTHS: usize = 12;

/// Every month from the first to the last of an edition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// All months, in order.
    pub months: Vec<Month>,
    /// Those of them without a single incident: missing, not zero.
    pub missing: Vec<Month>,
}

impl Span {
    pub(crate) fn of(manifest: &Manifest) -> Self {
        Self::of_months(&manifest.months)
    }

    fn of_months(counts: &BTreeMap<Month, u64>) -> Self {
        let (Some(first), Some(last)) = (counts.keys().next(), counts.keys().next_back()) else {
            return Self::default();
        };
        let months: Vec<Month> =
            std::iter::successors(Some(*first), |month| Some(month.next())).take_while(|month| month <= last).collect();
        let missing = months.iter().copied().filter(|month| !counts.contains_key(month)).collect();
        Self { months, missing }
    }

    /// The latest twelve consecutive months that all have data.
    pub(crate) fn latest_year(&self) -> Option<Period> {
        let whole = |run: &&[Month]| run.iter().all(|month| !self.missing.contains(month));
        let run = self.months.windows(YEAR_MONTHS).rev().find(whole)?;
        Some(Period { from: run.first()?.first_day()?, until: run.last()?.next().first_day()? })
    }

    /// Months of a period that the source lacks, or that lie outside the edition: nothing is known of them.
    pub(crate) fn without_data(&self, period: Period) -> Vec<Month> {
        let unknown = |month: &Month| self.missing.contains(month) || !self.months.contains(month);
        months_of(period).into_iter().filter(unknown).collect()
    }

    /// From the first month to the last.
    pub(crate) fn period(&self) -> Option<Period> {
        Some(Period { from: self.months.first()?.first_day()?, until: self.months.last()?.next().first_day()? })
    }

    /// True when no month of a calendar year is missing or outside the span.
    pub(crate) fn has_whole_year(&self, year: i16) -> bool {
        let known = self.months.iter().filter(|month| month.year == year && !self.missing.contains(month));
        known.count() == YEAR_MONTHS
    }

    /// First to last month in words.
    pub(crate) fn in_words(&self, visit: &Visit) -> String {
        match (self.months.first(), self.months.last()) {
            (Some(first), Some(last)) if first == last => visit.month(*first),
            (Some(first), Some(last)) => format!("{} – {}", visit.month_short(*first), visit.month_short(*last)),
            _ => visit.t("no-months"),
        }
    }

    /// The missing months in words; empty when none is missing.
    pub(crate) fn missing_in_words(&self, visit: &Visit) -> String {
        month_list(visit, &self.missing)
    }
}

/// Names months one by one, or says how many there are when they are too many to name.
pub(crate) fn month_list(visit: &Visit, months: &[Month]) -> String {
    Tongue::of(visit).months(months)
}

/// A period in words: whole months by name, else its days.
pub(crate) fn period_in_words(visit: &Visit, period: Period) -> String {
    let last = period.until.yesterday().unwrap_or(period.from);
    if !period.is_whole_months() {
        return format!("{} – {}", format::date(visit.language, period.from), format::date(visit.language, last));
    }
    let (first, last) = (Month::of(period.from), Month::of(last));
    match (first == last, first.month == 1 && last.month == YEAR_MONTHS as i8 && first.year == last.year) {
        (true, _) => visit.month(first),
        (_, true) => first.year.to_string(),
        _ => format!("{} – {}", visit.month_short(first), visit.month_short(last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(months: &[&str]) -> Span {
        Span::of_months(&months.iter().map(|month| (month.parse().expect("a month"), 1)).collect())
    }

    #[test]
    fn months_that_are_absent_are_missing() {
        let span = span(&["2020-11", "2021-01"]);
        assert_eq!((span.months.len(), span.missing.len()), (3, 1));
        assert_eq!(span.latest_year(), None);
        assert_eq!(Span::of_months(&BTreeMap::new()), Span::default());
    }

    #[test]
    fn the_year_of_reference_has_no_gap() {
        let all: Vec<String> =
            (1..=12).map(|m| format!("2020-{m:02}")).chain((1..=12).map(|m| format!("2021-{m:02}"))).collect();
        let without = |gap: &str| span(&all.iter().map(String::as_str).filter(|m| *m != gap).collect::<Vec<_>>());
        assert_eq!(without("").latest_year().map(|p| p.to_string()), Some("2021".to_owned()));
        assert_eq!(without("2021-11").latest_year().map(|p| p.to_string()), Some("2020-11..2021-10".to_owned()));
    }
}
