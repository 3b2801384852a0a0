//! What changed between two editions of one dataset, figure by figure.
//!
//! A *figure* is what an edition publishes for a place, an offence, a group and a period: an observed value, zero
//! included. Blanks, months after the cut-off and cells without a row are no figures.
//!
//! | old edition | new edition | is |
//! | --- | --- | --- |
//! | a figure | another figure | *changed* |
//! | none | a figure | *added*: a new month, or a row that was not there |
//! | a figure | none | *removed*: the row is gone, blank, or no longer observed |
//! | no figure | no figure, for another reason | *restated*: counted apart, never among the changes |
//!
//! Sums are sums over the changed figures only, new - old; what is added or removed is summed apart. Comparing the
//! other way round gives the mirror image. Where the source leaves zeros out, a cell without a row is a zero from the
//! first period of its edition to its cut-off.

mod align;
mod report;
mod tally;

pub use report::CSV_COLUMNS;
pub use tally::Tally;

use align::{Axes, Side};
use rayon::prelude::*;
use tally::{Largest, Totals};
use tequio_archive::ArchiveError;
use tequio_kernel::official::SeriesKey;
use tequio_kernel::{Cell, CountTable, CountsAbout, Group, Manifest, Step};

/// Places that one task compares at least; smaller tasks cost more to add up than they save.
const PLACES_MIN: usize = 64;

/// Why editions cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// An edition of incidents.
    #[error("edition `{0}` holds incidents, not official counts: name an edition of official counts")]
    NotCounts(String),
    /// Editions that do not count the same.
    #[error("editions `{old}` and `{new}` have different {what} ({of_old} and {of_new}): compare editions that agree")]
    Different {
        /// What they differ in.
        what: &'static str,
        /// Name of the old edition.
        old: String,
        /// Name of the new edition.
        new: String,
        /// What the old one has.
        of_old: String,
        /// What the new one has.
        of_new: String,
    },
    /// A place or an offence that no edition has.
    #[error("no edition of `{dataset}` has a figure of {what} `{code}`: give a code as `tequio diff` prints it")]
    Unknown {
        /// The dataset.
        dataset: String,
        /// `place` or `offence`.
        what: &'static str,
        /// The code that was given.
        code: String,
    },
    /// A dataset without editions.
    #[error("dataset `{0}` has no edition of official counts: `tequio import FILE` imports one")]
    NoEditions(String),
    /// A figure that could not be written.
    #[error("the changes cannot be written: {0}")]
    Csv(#[from] csv::Error),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A built-in catalogue.
    #[error(transparent)]
    Reference(#[from] tequio_reference::ReferenceError),
}

/// An edition of official counts with its figures.
#[derive(Clone, Copy, Debug)]
pub struct Edition<'a> {
    /// What is known of it.
    pub manifest: &'a Manifest,
    /// What its figures are.
    pub counts: &'a CountsAbout,
    /// Its figures.
    pub table: &'a CountTable,
}

impl<'a> Edition<'a> {
    /// Joins a manifest and its table.
    ///
    /// # Errors
    /// [`DiffError::NotCounts`] for an edition of incidents.
    pub fn new(manifest: &'a Manifest, table: &'a CountTable) -> Result<Self, DiffError> {
        let counts = manifest.counts.as_ref().ok_or_else(|| DiffError::NotCounts(manifest.edition.clone()))?;
        Ok(Self { manifest, counts, table })
    }

    /// The last observed period.
    pub fn cutoff(&self) -> Option<Step> {
        self.counts.cutoff.parse().ok()
    }

    /// The columns from the first period to the cut-off: what lies after it is not observed.
    pub fn observed_columns(&self) -> std::ops::Range<usize> {
        let until = self.cutoff().map_or(i32::MAX, Step::index).saturating_sub(self.table.first).saturating_add(1);
        0..usize::try_from(until).unwrap_or(0).min(self.table.periods)
    }
}

/// Office that answers for a place's figures: the prosecutor's office of its state (*fiscalía*), by the code of the
/// state. The country and pseudo-units beside the states (`MX-EXT`) answer for themselves.
pub fn office_of(place: &str) -> &str {
    place.match_indices('-').nth(1).map_or(place, |(at, _)| &place[..at])
}

/// What became of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Another value.
    Changed,
    /// Not there before.
    Added,
    /// No longer there.
    Removed,
    /// No figure before and none now, for another reason.
    Restated,
}

impl Kind {
    /// The kind of two cells that differ.
    fn of(old: Cell, new: Cell) -> Self {
        match (old.value(), new.value()) {
            (Some(_), Some(_)) => Self::Changed,
            (None, Some(_)) => Self::Added,
            (Some(_), None) => Self::Removed,
            (None, None) => Self::Restated,
        }
    }

    /// Name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Restated => "restated",
        }
    }
}

/// One difference; its numbers are those of the [`Comparison`] that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Into the places of the comparison.
    pub place: u32,
    /// Into the offences of the comparison.
    pub offence: u32,
    /// Into the groups of the comparison.
    pub group: u32,
    /// Periods since the first of the comparison.
    pub column: u32,
    /// In the old edition.
    pub old: Cell,
    /// In the new edition.
    pub new: Cell,
}

impl Change {
    /// What became of the figure.
    pub fn kind(&self) -> Kind {
        Kind::of(self.old, self.new)
    }

    /// New - old, of a changed figure.
    pub fn difference(&self) -> Option<i64> {
        let signed = |value: u64| i64::try_from(value).ok();
        Some(signed(self.new.value()?)? - signed(self.old.value()?)?)
    }

    /// How large it is: |new - old| of a changed figure, the value of one that was added or removed.
    pub fn size(&self) -> u64 {
        self.old.value().unwrap_or(0).abs_diff(self.new.value().unwrap_or(0))
    }
}

/// Two editions side by side.
pub struct Comparison<'a> {
    old: Side<'a>,
    new: Side<'a>,
    axes: Axes<'a>,
}

impl<'a> Comparison<'a> {
    /// Puts two editions side by side.
    ///
    /// # Errors
    /// [`DiffError::Different`] when they are of different datasets, units, taxonomies or frequencies.
    pub fn new(old: Edition<'a>, new: Edition<'a>) -> Result<Self, DiffError> {
        check(&old, &new)?;
        let axes = Axes::of(old.table, new.table);
        Ok(Self { old: Side::of(&old, &axes, false), new: Side::of(&new, &axes, true), axes })
    }

    /// Shows every difference, in the order of place, offence, group and period.
    pub fn each(&self, mut show: impl FnMut(&Change)) {
        (0..self.axes.places.len()).for_each(|place| self.of_place(place, &mut show));
    }

    /// Code and name of a place of a [`Change`].
    pub fn place(&self, index: u32) -> (&'a str, &'a str) {
        self.axes.places.get(index as usize).map_or(("", ""), |named| (&named.code, &named.name))
    }

    /// Code and name of an offence of a [`Change`].
    pub fn offence(&self, index: u32) -> (&'a str, &'a str) {
        self.axes.offences.get(index as usize).map_or(("", ""), |named| (&named.code, &named.name))
    }

    /// Group of a [`Change`]; `None` for a number that is not of this comparison.
    pub fn group(&self, index: u32) -> Option<&'a Group> {
        self.axes.groups.get(index as usize).copied()
    }

    /// Period of a [`Change`].
    pub fn step(&self, column: u32) -> Option<Step> {
        Step::at(self.axes.frequency, self.axes.first + i32::try_from(column).ok()?)
    }

    /// Sums every difference, on all threads, with the `limit` largest changed and removed figures.
    pub fn diff(&self, limit: usize) -> Diff {
        let new = || Found::new(&self.axes, limit);
        let places = (0..self.axes.places.len()).into_par_iter().with_min_len(PLACES_MIN);
        let found = places.fold(new, |mut found, place| {
            self.of_place(place, &mut |change| found.add(change));
            found
        });
        Diff::of(self, found.reduce(new, Found::merge))
    }

    fn of_place(&self, place: usize, show: &mut impl FnMut(&Change)) {
        let (mut old, mut new) = (self.old.series(place), self.new.series(place));
        let mut rows = (self.old.blank(), self.new.blank());
        loop {
            let (before, after) = (self.old.key(old.start, &old), self.new.key(new.start, &new));
            let Some(key) = before.into_iter().chain(after).min() else { return };
            let (has_old, has_new) = (before == Some(key), after == Some(key));
            self.old.fill(has_old.then_some(old.start), &mut rows.0);
            self.new.fill(has_new.then_some(new.start), &mut rows.1);
            old.start += usize::from(has_old);
            new.start += usize::from(has_new);
            compare(key, &rows.0, &rows.1, show);
        }
    }
}

fn compare(key: SeriesKey, old: &[u32], new: &[u32], show: &mut impl FnMut(&Change)) {
    for (column, (old, new)) in (0u32..).zip(old.iter().zip(new)) {
        if old != new {
            let SeriesKey { place, offence, group } = key;
            show(&Change { place, offence, group, column, old: Cell::decode(*old), new: Cell::decode(*new) });
        }
    }
}

/// Figures are compared only where they mean the same.
fn check(old: &Edition, new: &Edition) -> Result<(), DiffError> {
    let frequency = |edition: &Edition| format!("{:?}", edition.table.frequency).to_lowercase();
    let pairs = [
        ("datasets", old.manifest.dataset.0.clone(), new.manifest.dataset.0.clone()),
        ("units", old.counts.unit.to_string(), new.counts.unit.to_string()),
        ("taxonomies", old.counts.taxonomy.clone(), new.counts.taxonomy.clone()),
        ("frequencies", frequency(old), frequency(new)),
    ];
    match pairs.into_iter().find(|(_, of_old, of_new)| of_old != of_new) {
        None => Ok(()),
        Some((what, of_old, of_new)) => {
            let (old, new) = (old.manifest.edition.clone(), new.manifest.edition.clone());
            Err(DiffError::Different { what, old, new, of_old, of_new })
        }
    }
}

/// What one task found.
struct Found {
    totals: Totals,
    changed: Largest,
    removed: Largest,
}

impl Found {
    fn new(axes: &Axes, limit: usize) -> Self {
        Self { totals: Totals::new(axes), changed: Largest::new(limit), removed: Largest::new(limit) }
    }

    fn add(&mut self, change: &Change) {
        self.totals.add(change);
        match change.kind() {
            Kind::Changed => self.changed.add(*change),
            Kind::Removed => self.removed.add(*change),
            Kind::Added | Kind::Restated => {}
        }
    }

    fn merge(mut self, other: Self) -> Self {
        self.totals.merge(&other.totals);
        self.changed.merge(other.changed);
        self.removed.merge(other.removed);
        self
    }
}

/// Sums of one place, offence, period or office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its code; a period as it is written.
    pub key: String,
    /// Its name, if it has one.
    pub name: String,
    /// Its sums.
    pub tally: Tally,
}

/// The lines of which a figure changed or is gone.
pub(crate) fn revised(lines: &[Line]) -> Vec<Line> {
    lines.iter().filter(|line| line.tally.is_revision()).cloned().collect()
}

/// One figure that differs, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Code of the place.
    pub place: String,
    /// Code of the offence.
    pub offence: String,
    /// Persons it is about.
    pub group: Group,
    /// Period, as it is written.
    pub period: String,
    /// In the old edition.
    pub old: Cell,
    /// In the new edition.
    pub new: Cell,
}

/// What changed between two editions. Lists are sorted by [`Tally::absolute`], largest first, then by key, and hold
/// whatever has a difference of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    /// Everything together.
    pub total: Tally,
    /// By place.
    pub by_place: Vec<Line>,
    /// By offence.
    pub by_offence: Vec<Line>,
    /// By period.
    pub by_period: Vec<Line>,
    /// By prosecutor's office; see [`office_of`].
    pub by_office: Vec<Line>,
    /// The largest changed figures, by size; as many as were asked for.
    pub figures: Vec<Figure>,
    /// The largest removed figures, by size.
    pub removed_figures: Vec<Figure>,
}

impl Diff {
    fn of(comparison: &Comparison, found: Found) -> Self {
        let axes = &comparison.axes;
        let totals = found.totals;
        let place = |index| comparison.place(index);
        let by_place = tally::lines(&totals.places, place);
        let step = |index| comparison.step(index).map(|step| step.to_string()).unwrap_or_default();
        let steps: Vec<String> = (0u32..).zip(&totals.periods).map(|(index, _)| step(index)).collect();
        let figure = |change: Change| Figure {
            place: place(change.place).0.to_owned(),
            offence: comparison.offence(change.offence).0.to_owned(),
            group: comparison.group(change.group).cloned().unwrap_or_default(),
            period: step(change.column),
            old: change.old,
            new: change.new,
        };
        Self {
            total: totals.total(),
            by_office: tally::by_office(&axes.places, &totals.places),
            by_offence: tally::lines(&totals.offences, |index| comparison.offence(index)),
            by_period: tally::lines(&totals.periods, |index| (&steps[index as usize], "")),
            by_place,
            figures: found.changed.sorted().into_iter().map(figure).collect(),
            removed_figures: found.removed.sorted().into_iter().map(figure).collect(),
        }
    }
}
