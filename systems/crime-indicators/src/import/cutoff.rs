//! The cut-off of an edition: the last month that was observed. Official files leave the months after it blank, or
//! fill them with zeros; neither is an observation.
//!
//! Rules, in order:
//! 1. Nothing after the last figure that is not blank is observed.
//! 2. Nothing after the month of the label (`feb2021`, `2026-03`, in the edition's name or the file's) is observed,
//!    where the file holds only zeros there.
//! 3. Nothing from the month of publication on is observed, where the file holds only zeros there.
//! 4. Months at the end that are zero throughout are not observed when the twelve months before them say that so
//!    long a silence is no chance: a mean of at least [`MEAN_MIN`] figures a month (Poisson: under 1e-8).

use super::Request;
use super::found::{Found, number, text};
use crate::importers::values::month;
use std::collections::BTreeMap;
use tequio_intake::Received;
use tequio_kernel::edition::{Check, FoundValue};
use tequio_kernel::{Cell, CountTableBuilder, Frequency, Month, Step};

/// Code of the check of the cut-off.
pub(crate) const CUTOFF_CHECK: &str = "cutoff_agrees";

/// Mean of the months before a silence from which on the silence is taken for the end of the data.
const MEAN_MIN: u64 = 20;
/// Months that the mean is taken over.
const MEAN_MONTHS: usize = 12;

/// Where the observed figures end.
pub(super) struct CutOff {
    /// Last observed period.
    pub last: Step,
    /// Why it is the last, when something else than blanks says so.
    pub reason: Option<Check>,
    /// Month of the label, when it disagrees with the figures.
    pub disagrees: Option<Month>,
}

impl CutOff {
    /// Finds the cut-off; `None` when nothing is observed at all.
    pub(super) fn find(builder: &CountTableBuilder, request: &Request, received: &[Received]) -> Option<Self> {
        let sums = sums(builder);
        let last = *sums.keys().next_back()?;
        if last.frequency() == Frequency::Year {
            return Some(Self { last, reason: None, disagrees: None });
        }
        let label = label_month(request, received);
        let mut cut = Self { last, reason: None, disagrees: None };
        if let Some(label) = label {
            cut.end_at(Step::Month(label), &sums, Found::LabelEnds);
        }
        if let Some(published) = request.published.and_then(|date| date.get(..7)?.parse::<Month>().ok()) {
            cut.end_at(before(published), &sums, Found::PublicationEnds);
        }
        cut.end_before_silence(&sums);
        cut.disagrees = label.filter(|label| cut.last != Step::Month(*label));
        Some(cut)
    }

    /// Ends at a month when everything after it is zero.
    fn end_at(&mut self, end: Step, sums: &BTreeMap<Step, u64>, found: Found) {
        let after = sums.range(end..).filter(|(step, _)| **step > end && **step <= self.last);
        let (months, sum) = after.fold((0, 0), |(months, total), (_, sum)| (months + 1_usize, total + sum));
        if months > 0 && sum == 0 {
            self.last = end;
            self.reason = Some(found.check(CUTOFF_CHECK, true, [("last", text(end)), ("months", number(months))]));
        }
    }

    fn end_before_silence(&mut self, sums: &BTreeMap<Step, u64>) {
        let known: Vec<(Step, u64)> = sums.range(..=self.last).map(|(step, sum)| (*step, *sum)).collect();
        let silent = known.iter().rev().take_while(|(_, sum)| *sum == 0).count();
        let before = &known[..known.len() - silent];
        let recent = &before[before.len().saturating_sub(MEAN_MONTHS)..];
        let total: u64 = recent.iter().map(|(_, sum)| sum).sum();
        if silent == 0 || recent.is_empty() || total < MEAN_MIN * recent.len() as u64 {
            return;
        }
        self.last = before[before.len() - 1].0;
        let values =
            [("months", number(silent)), ("total", FoundValue::Number(total)), ("before", number(recent.len()))];
        self.reason = Some(Found::Silence.check(CUTOFF_CHECK, true, values));
    }

    /// Makes every cell after the cut-off not yet observed.
    pub(super) fn apply(&self, builder: &mut CountTableBuilder) {
        builder.update(|step, cell| match cell {
            Cell::Missing | Cell::Observed(_) if step > self.last => Cell::NotYetObserved,
            _ => cell,
        });
    }
}

/// Sum of the observed figures of each period that has any.
fn sums(builder: &CountTableBuilder) -> BTreeMap<Step, u64> {
    // By position in time, which is a small number: a map would be asked once a figure.
    let mut by_index: Vec<Option<u64>> = Vec::new();
    let mut frequency = Frequency::Year;
    builder.each(|step, cell| {
        let (Some(value), Ok(index)) = (cell.value(), usize::try_from(step.index())) else { return };
        frequency = step.frequency();
        if by_index.len() <= index {
            by_index.resize(index + 1, None);
        }
        by_index[index] = Some(by_index[index].unwrap_or(0) + value);
    });
    let indexed = (0..).zip(by_index);
    indexed.filter_map(|(index, sum)| Some((Step::at(frequency, index)?, sum?))).collect()
}

fn before(month: Month) -> Step {
    match month.month {
        1 => Step::Month(Month { year: month.year - 1, month: 12 }),
        number => Step::Month(Month { year: month.year, month: number - 1 }),
    }
}

/// The month that the edition's name, or else the name of a file, says.
fn label_month(request: &Request, received: &[Received]) -> Option<Month> {
    let files = received.iter().map(|file| file.source.name.as_str());
    request.edition.into_iter().chain(files).find_map(month_in)
}

/// A month in a name: `2026-03`, `202603`, `feb2021`, `feb-21`, `marzo 2026`.
fn month_in(name: &str) -> Option<Month> {
    let stem = name.split('.').next().unwrap_or(name);
    let mut words: Vec<String> = Vec::new();
    let mut kind = None;
    for letter in stem.chars() {
        let now = (letter.is_alphabetic(), letter.is_ascii_digit());
        if now == (false, false) {
            kind = None;
            continue;
        }
        if kind != Some(now) {
            words.push(String::new());
        }
        kind = Some(now);
        if let Some(word) = words.last_mut() {
            word.push(letter);
        }
    }
    words
        .windows(2)
        .rev()
        .find_map(|pair| month_of_words(&pair[0], &pair[1]))
        .or_else(|| words.iter().rev().find_map(|word| compact(word)))
}

fn month_of_words(first: &str, second: &str) -> Option<Month> {
    let year = |text: &str| match text.len() {
        4 => text.parse::<i16>().ok().filter(|year| (1990..=2100).contains(year)),
        2 => text.parse::<i16>().ok().map(|year| 2000 + year),
        _ => None,
    };
    let is_word = |text: &str| text.chars().all(char::is_alphabetic);
    if is_word(first) {
        return Some(Month { year: year(second)?, month: month(first)? });
    }
    let number = (second.len() == 2 && first.len() == 4).then(|| month(second)).flatten()?;
    Some(Month { year: year(first)?, month: number })
}

fn compact(word: &str) -> Option<Month> {
    let is_month = word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    is_month.then(|| month_of_words(&word[..4], &word[4..])).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(text: &str) -> Step {
        text.parse().expect("a month")
    }

    #[test]
    fn labels_are_read_as_agencies_write_them() {
        for (name, expected) in [
            ("Estatal-Delitos-2015-2021_feb2021.xlsx", Some("2021-02")),
            ("sesnsp-rnid-estatal-2026-03.csv", Some("2026-03")),
            ("sesnsp-federal-2025-07.csv.gz", Some("2025-07")),
            ("IDM_NM_ene25.csv", Some("2025-01")),
            ("202603.csv", Some("2026-03")),
            ("marzo 2026", Some("2026-03")),
            ("Municipal-Delitos-2015-2021.xlsx", None),
            ("carpetas.csv", None),
        ] {
            assert_eq!(month_in(name).map(|month| month.to_string()).as_deref(), expected, "{name}");
        }
    }

    fn cut(sums: &[(&str, u64)], last: &str) -> CutOff {
        let sums: BTreeMap<Step, u64> = sums.iter().map(|(text, sum)| (step(text), *sum)).collect();
        let mut cut = CutOff { last: step(last), reason: None, disagrees: None };
        cut.end_before_silence(&sums);
        cut
    }

    #[test]
    fn a_long_silence_at_the_end_is_no_observation() {
        let busy = [("2020-01", 300), ("2020-02", 310), ("2020-03", 0), ("2020-04", 0)];
        assert_eq!(cut(&busy, "2020-04").last, step("2020-02"));
        let quiet = [("2020-01", 3), ("2020-02", 1), ("2020-03", 0), ("2020-04", 0)];
        assert_eq!(cut(&quiet, "2020-04").last, step("2020-04"));
        assert_eq!(cut(&[("2020-01", 0)], "2020-01").last, step("2020-01"));
    }
}
