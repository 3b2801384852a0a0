//! Past months lowered: figures that had settled and fell between two editions, by office.
//!
//! A case file that was opened does not become unopened. It can be reclassified, and then what falls in one offence
//! rises in another: the alarm carries both sums, so that the reader sees whether they cancel.

use super::Alarm;
use crate::diff::{Change, Comparison, Edition, Kind, office_of};
use std::collections::BTreeMap;
use tequio_kernel::Step;

/// Periods between a figure and the cut-off of the new edition from which on it should have settled: offices go on
/// entering and correcting the last months as a matter of routine.
pub const LOWERED_AGE_MIN: i32 = 3;

/// What fell in one office.
#[derive(Default)]
struct Office<'a> {
    /// First and last period lowered or removed, by position.
    range: Option<(i32, i32)>,
    figures: u64,
    sum: u64,
    raised_sum: u64,
    removed: u64,
    removed_sum: u64,
    /// Falls by offence.
    offences: BTreeMap<&'a str, u64>,
}

pub(super) fn find(comparison: &Comparison, new: &Edition) -> Vec<Alarm> {
    let cutoff = new.cutoff().map_or(i32::MIN, Step::index);
    let mut offices: BTreeMap<&str, Office> = BTreeMap::new();
    comparison.each(|change| {
        let Some(step) = comparison.step(change.column) else { return };
        if cutoff.saturating_sub(step.index()) >= LOWERED_AGE_MIN {
            let office = offices.entry(office_of(comparison.place(change.place).0)).or_default();
            office.add(change, step.index(), comparison.offence(change.offence).0);
        }
    });
    offices.into_iter().filter_map(|(code, office)| office.alarm(code, new)).collect()
}

impl<'a> Office<'a> {
    fn add(&mut self, change: &Change, index: i32, offence: &'a str) {
        match (change.kind(), change.difference()) {
            (Kind::Changed, Some(1..)) => self.raised_sum += change.size(),
            (Kind::Changed, _) => {
                self.figures += 1;
                self.sum += change.size();
                self.fall(change, index, offence);
            }
            (Kind::Removed, _) => {
                self.removed += 1;
                self.removed_sum += change.size();
                self.fall(change, index, offence);
            }
            (Kind::Added | Kind::Restated, _) => {}
        }
    }

    fn fall(&mut self, change: &Change, index: i32, offence: &'a str) {
        let (first, last) = self.range.unwrap_or((index, index));
        self.range = Some((first.min(index), last.max(index)));
        *self.offences.entry(offence).or_default() += change.size();
    }

    fn alarm(self, office: &str, new: &Edition) -> Option<Alarm> {
        let (first, last) = self.range?;
        let frequency = new.table.frequency;
        // A removed zero is no fall.
        let offence = self.offences.iter().filter(|(_, sum)| **sum > 0).max_by_key(|(_, sum)| **sum)?.0;
        Some(Alarm::PastLowered {
            office: office.to_owned(),
            first: Step::at(frequency, first)?,
            last: Step::at(frequency, last)?,
            figures: self.figures,
            sum: self.sum,
            raised_sum: self.raised_sum,
            removed: self.removed,
            removed_sum: self.removed_sum,
            offence: (*offence).to_owned(),
        })
    }
}
