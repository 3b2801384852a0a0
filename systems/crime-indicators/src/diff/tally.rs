//! Sums of differences.

use super::align::Axes;
use super::{Change, Kind, Line, office_of};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use tequio_kernel::official::NamedCode;

/// Room beyond the limit before the smallest changes are dropped.
const SLACK: usize = 1_024;

/// How many figures differ and by how much. Sums are in the unit of the dataset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Figures whose value changed: raised + lowered.
    pub changed: u64,
    /// Figures that were not there before.
    pub added: u64,
    /// Figures that are no longer there.
    pub removed: u64,
    /// Cells without a figure before and now, for another reason.
    pub restated: u64,
    /// Changed figures that rose.
    pub raised: u64,
    /// Changed figures that fell.
    pub lowered: u64,
    /// Sum of the rises.
    pub raised_sum: u64,
    /// Sum of the falls, as a positive number.
    pub lowered_sum: u64,
    /// Sum of the added figures.
    pub added_sum: u64,
    /// Sum of the removed figures.
    pub removed_sum: u64,
}

impl Tally {
    /// Sum of new - old over the changed figures.
    pub fn net(&self) -> i64 {
        let signed = |sum| i64::try_from(sum).unwrap_or(i64::MAX);
        signed(self.raised_sum) - signed(self.lowered_sum)
    }

    /// Sum of |new - old| over the changed figures.
    pub fn absolute(&self) -> u64 {
        self.raised_sum + self.lowered_sum
    }

    /// True when a figure that was there changed or is gone. New figures alone, such as those of a new month, revise
    /// nothing.
    pub fn is_revision(&self) -> bool {
        self.changed + self.removed > 0
    }

    /// True when nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Counts a difference in.
    pub fn add(&mut self, change: &Change) {
        match change.kind() {
            Kind::Restated => self.restated += 1,
            Kind::Added => {
                self.added += 1;
                self.added_sum += change.size();
            }
            Kind::Removed => {
                self.removed += 1;
                self.removed_sum += change.size();
            }
            Kind::Changed if change.new.value() > change.old.value() => {
                self.changed += 1;
                self.raised += 1;
                self.raised_sum += change.size();
            }
            Kind::Changed => {
                self.changed += 1;
                self.lowered += 1;
                self.lowered_sum += change.size();
            }
        }
    }

    /// Adds the sums of another part.
    pub fn merge(&mut self, other: &Self) {
        self.changed += other.changed;
        self.added += other.added;
        self.removed += other.removed;
        self.restated += other.restated;
        self.raised += other.raised;
        self.lowered += other.lowered;
        self.raised_sum += other.raised_sum;
        self.lowered_sum += other.lowered_sum;
        self.added_sum += other.added_sum;
        self.removed_sum += other.removed_sum;
    }
}

/// Sums by the numbers of a comparison.
pub(super) struct Totals {
    pub places: Vec<Tally>,
    pub offences: Vec<Tally>,
    pub periods: Vec<Tally>,
}

impl Totals {
    pub(super) fn new(axes: &Axes) -> Self {
        let of = |count| vec![Tally::default(); count];
        Self { places: of(axes.places.len()), offences: of(axes.offences.len()), periods: of(axes.periods) }
    }

    pub(super) fn add(&mut self, change: &Change) {
        self.places[change.place as usize].add(change);
        self.offences[change.offence as usize].add(change);
        self.periods[change.column as usize].add(change);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        let add = |into: &mut [Tally], from: &[Tally]| into.iter_mut().zip(from).for_each(|(a, b)| a.merge(b));
        add(&mut self.places, &other.places);
        add(&mut self.offences, &other.offences);
        add(&mut self.periods, &other.periods);
    }

    pub(super) fn total(&self) -> Tally {
        let mut total = Tally::default();
        self.periods.iter().for_each(|tally| total.merge(tally));
        total
    }
}

/// The lines of a list that have a difference, in the order of lists.
pub(super) fn lines<'a>(tallies: &'a [Tally], named: impl Fn(u32) -> (&'a str, &'a str)) -> Vec<Line> {
    let lines = (0u32..).zip(tallies).filter(|(_, tally)| !tally.is_empty()).map(|(index, tally)| {
        let (key, name) = named(index);
        Line { key: key.to_owned(), name: name.to_owned(), tally: *tally }
    });
    in_order(lines.collect())
}

/// Sums by office.
pub(super) fn by_office(places: &[&NamedCode], tallies: &[Tally]) -> Vec<Line> {
    let mut offices: BTreeMap<&str, Tally> = BTreeMap::new();
    for (place, tally) in places.iter().zip(tallies).filter(|(_, tally)| !tally.is_empty()) {
        offices.entry(office_of(&place.code)).or_default().merge(tally);
    }
    let name = |code: &str| places.iter().find(|place| place.code == code).map(|place| place.name.clone());
    let line = |(key, tally): (&str, Tally)| Line { key: key.to_owned(), name: name(key).unwrap_or_default(), tally };
    in_order(offices.into_iter().map(line).collect())
}

fn in_order(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by(|a, b| b.tally.absolute().cmp(&a.tally.absolute()).then_with(|| a.key.cmp(&b.key)));
    lines
}

/// The largest of many changes.
pub(super) struct Largest {
    limit: usize,
    kept: Vec<Change>,
    /// Size below which nothing can be among the largest any more.
    floor: u64,
}

impl Largest {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, kept: Vec::new(), floor: 0 }
    }

    pub(super) fn add(&mut self, change: Change) {
        if change.size() < self.floor {
            return;
        }
        self.kept.push(change);
        if self.kept.len() >= self.limit.saturating_mul(2).saturating_add(SLACK) {
            self.trim();
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.kept.extend(other.kept);
        self.trim();
    }

    pub(super) fn sorted(mut self) -> Vec<Change> {
        self.trim();
        self.kept
    }

    fn trim(&mut self) {
        self.kept.sort_by_key(|c| (Reverse(c.size()), c.place, c.offence, c.group, c.column));
        self.kept.truncate(self.limit);
        if self.kept.len() == self.limit {
            self.floor = self.kept.last().map_or(u64::MAX, Change::size);
        }
    }
}
