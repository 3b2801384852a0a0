//! Incidents as they come out of the sort: duplicates flagged, counted and written.

use super::reading::{Place, ReadRows};
use super::{ImportError, Progress, Step};
use crate::external_sort::Sorted;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;
use tequio_archive::{INCIDENTS_FILE, IncidentWriter};
use tequio_kernel::period::date_of;
use tequio_kernel::{Flag, Flags, Incident, Month, Precision};

/// What writing the incidents shows.
#[derive(Default)]
pub(super) struct Written {
    pub accepted: u64,
    pub unlocated: u64,
    pub precision: Option<Precision>,
    /// Incidents by their flags.
    flagged: HashMap<Flags, u64>,
    /// Incidents whose month is known, by the day that stands for it.
    days: HashMap<i32, u64>,
}

/// Writes all incidents in their order.
///
/// # Errors
/// [`ImportError`] when the disk refuses.
pub(super) fn write_incidents(rows: ReadRows, folder: &Path, progress: Progress) -> Result<Written, ImportError> {
    let total = rows.accepted;
    let repeated = repeated_ids(rows.ids.finish()?)?;
    let mut writer = IncidentWriter::create(&folder.join(INCIDENTS_FILE))?;
    let mut written = Written::default();
    let mut previous = None;
    let mut sorted = rows.incidents.finish()?;
    while let Some((Place { curve, fingerprint, file, row }, packed)) = sorted.next_item()? {
        let incident: Incident<&str> = postcard::from_bytes(packed).map_err(io::Error::other)?;
        let mut incident = Incident { file, row, ..incident };
        if previous.replace((curve, fingerprint)) == Some((curve, fingerprint)) {
            incident.flags.insert(Flag::DuplicateRow);
        }
        if repeated.contains(file, row) {
            incident.flags.insert(Flag::DuplicateId);
        }
        writer.write(&incident)?;
        written.add(&incident);
        if written.accepted % 16_384 == 0 {
            progress(Step::Writing, written.accepted, total);
        }
    }
    writer.finish()?;
    Ok(written)
}

/// Rows by file, a bit each.
#[derive(Default)]
struct RowSet(BTreeMap<u32, Vec<u64>>);

impl RowSet {
    fn insert(&mut self, file: u32, row: u64) {
        let words = self.0.entry(file).or_default();
        let word = usize::try_from(row / 64).unwrap_or(usize::MAX);
        words.resize(words.len().max(word + 1), 0);
        words[word] |= 1 << (row % 64);
    }

    fn contains(&self, file: u32, row: u64) -> bool {
        let words = self.0.get(&file).map_or(&[][..], Vec::as_slice);
        usize::try_from(row / 64)
            .ok()
            .and_then(|word| words.get(word))
            .is_some_and(|word| word & (1 << (row % 64)) != 0)
    }
}

/// Rows whose identifier stands in an earlier row.
fn repeated_ids(mut ids: Sorted<(u64, u32, u64)>) -> io::Result<RowSet> {
    let mut repeated = RowSet::default();
    let mut previous = None;
    while let Some(((hash, file, row), _)) = ids.next_item()? {
        if previous.replace(hash) == Some(hash) {
            repeated.insert(file, row);
        }
    }
    Ok(repeated)
}

impl Written {
    fn add<T>(&mut self, incident: &Incident<T>) {
        self.accepted += 1;
        self.unlocated += u64::from(incident.point.is_none());
        if incident.flags != Flags::default() {
            *self.flagged.entry(incident.flags).or_default() += 1;
        }
        let precision = incident.occurred.precision;
        if precision == Precision::Unknown {
            return;
        }
        self.precision = self.precision.max(Some(precision));
        if precision != Precision::Year {
            *self.days.entry(incident.occurred.day).or_default() += 1;
        }
    }

    /// Incidents by the name of each flag that they have.
    pub(super) fn flags(&self) -> BTreeMap<String, u64> {
        let mut flags = BTreeMap::new();
        for (flagged, count) in &self.flagged {
            flagged.iter().for_each(|flag| *flags.entry(flag.name().to_owned()).or_default() += count);
        }
        flags
    }

    /// Incidents by month, where it is known.
    pub(super) fn months(&self) -> BTreeMap<Month, u64> {
        let mut months = BTreeMap::new();
        for (day, count) in &self.days {
            if let Some(month) = date_of(*day).map(Month::of) {
                *months.entry(month).or_default() += count;
            }
        }
        months
    }
}
