//! Rows read by all threads, piece by piece: accepted, checked and on their way through the sort, or rejected.

use super::checks::LocationCheck;
use super::{ImportError, OFFENCES_MAX, Progress, Readers, Step, open_table};
use crate::external_sort::ExternalSorter;
use crate::importers::{Mapping, Reason, Reject, RowReader};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::HashSet;
use std::io;
use std::path::Path;
use tequio_archive::{REJECTS_FILE, hilbert_key};
use tequio_intake::{Piece, ReadRow, Received, RejectsFile, Row, RowError};
use tequio_kernel::period::{date_of, day_number};
use tequio_kernel::text::fold;
use tequio_kernel::{Incident, Precision, Rejected};

/// Bytes of incidents sorted in memory at a time.
const RUN_BYTES: usize = 32 << 20;
/// Bytes of identifiers sorted in memory at a time.
const RUN_ID_BYTES: usize = 16 << 20;
/// 1900-01-01, in days since 1970-01-01: no incident of today's files is older.
const EARLIEST_DAY: i32 = -25_567;

/// The order of incidents: by place along the curve, twins together, then as read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Place {
    pub curve: u64,
    pub fingerprint: u64,
    pub file: u32,
    pub row: u64,
}

/// What reading the rows gives.
pub(super) struct ReadRows {
    /// Incidents, packed.
    pub incidents: ExternalSorter<Place>,
    /// Hashes of identifiers, each with its file and row.
    pub ids: ExternalSorter<(u64, u32, u64)>,
    pub rejected: Rejected,
    pub accepted: u64,
    /// Hashes of the folded offences, to see when there are too many.
    offences: HashSet<u64>,
}

/// How rows are read and checked.
pub(super) struct Reading<'a> {
    pub mapping: Option<&'a Mapping>,
    pub check: Option<&'a LocationCheck>,
    /// Last day that an incident can be of, in days since 1970-01-01.
    pub latest: i32,
}

/// What comes of a piece of a file. Rows are numbered from 1 in it.
#[derive(Default)]
struct Gathered {
    rows: u64,
    bytes: u64,
    /// Places of the incidents, each with where its bytes end in `packed`.
    incidents: Vec<(Place, usize)>,
    packed: Vec<u8>,
    ids: Vec<(u64, u64)>,
    offences: Vec<u64>,
    rejects: Vec<(u64, Reject, Vec<u8>)>,
}

/// Reads every row of every file.
///
/// # Errors
/// [`ImportError`] for a file that cannot be read on, that has no rows, or none that is accepted.
pub(super) fn read_rows(
    received: &mut [Received],
    readers: Readers,
    reading: &Reading,
    folder: &Path,
    progress: Progress,
) -> Result<ReadRows, ImportError> {
    let total = received.iter().map(|file| file.survey.content_bytes).sum();
    let mut rejects = RejectsFile::create(&folder.join(REJECTS_FILE))?;
    let mut rows = ReadRows {
        incidents: ExternalSorter::new(folder, RUN_BYTES),
        ids: ExternalSorter::new(folder, RUN_ID_BYTES),
        rejected: Rejected::default(),
        accepted: 0,
        offences: HashSet::new(),
    };
    let mut done = 0;
    for (index, (file, reader)) in (0..).zip(received.iter_mut().zip(readers)) {
        let name = file.source.name.clone();
        let mut table = open_table(file, reading.mapping)?;
        let work = |piece: &Piece| reading.gather(piece, reader.as_ref());
        let take = |gathered: io::Result<Gathered>| {
            let gathered = gathered?;
            let before = file.source.rows;
            file.source.rows += gathered.rows;
            done += gathered.bytes;
            for (row, reject, original) in &gathered.rejects {
                rejects.write(&name, before + row, reject.reason.code(), &reject.detail, original)?;
            }
            rows.take(gathered, index, before)?;
            progress(Step::Reading, done.min(total), total);
            Ok(())
        };
        table.read_all(work, take, |reason| ImportError::Refused { file: name.clone(), reason })?;
        if file.source.rows == 0 {
            return Err(ImportError::NoRows(name));
        }
    }
    rejects.finish()?;
    rows.check()
}

impl Reading<'_> {
    fn gather(&self, piece: &Piece, reader: &dyn RowReader) -> io::Result<Gathered> {
        let mut gathered = Gathered { bytes: piece.bytes(), ..Gathered::default() };
        let mut offences = HashSet::new();
        let mut fields = Vec::new();
        let mut rows = piece.rows();
        while let Some(ReadRow { row, original }) = rows.next_row() {
            gathered.rows += 1;
            match row.map_err(reject_of).and_then(|row| Ok((self.read(&row, reader)?, row))) {
                Ok((incident, row)) => {
                    gathered.accept(&incident, fingerprint(&row, &mut fields))?;
                    if !offences.contains(incident.offence.as_ref()) {
                        offences.insert(incident.offence.clone().into_owned());
                    }
                }
                Err(reject) => gathered.rejects.push((gathered.rows, reject, original.to_vec())),
            }
        }
        gathered.offences = offences.iter().map(|offence| first_u64(&Sha256::digest(fold(offence)))).collect();
        Ok(gathered)
    }

    fn read<'r>(&self, row: &Row<'r>, reader: &dyn RowReader) -> Result<Incident<Cow<'r, str>>, Reject> {
        let mut incident = reader.read(row)?;
        check_date(&incident, self.latest)?;
        if let Some(check) = self.check {
            check.flag(&mut incident);
        }
        Ok(incident)
    }
}

/// The day after the import, in days since 1970-01-01: somewhere it is already that day.
pub(super) fn latest_day(now: &str) -> i32 {
    let today = now.get(..10).and_then(|date| date.parse().ok()).map(day_number);
    today.map_or(i32::MAX, |today| today + 1)
}

/// An event before 1900 or after the import is a slip of the pen.
fn check_date<T>(incident: &Incident<T>, latest: i32) -> Result<(), Reject> {
    let day = incident.occurred.day;
    if incident.occurred.precision == Precision::Unknown || (EARLIEST_DAY..=latest).contains(&day) {
        return Ok(());
    }
    let detail = date_of(day).map(|date| date.to_string()).unwrap_or_default();
    Err(Reject { reason: Reason::DateOutOfRange, detail })
}

fn reject_of(error: RowError) -> Reject {
    let reason = match error {
        RowError::FieldCount => Reason::WrongFieldCount,
        RowError::TooLong => Reason::RowTooLong,
        RowError::UnclosedQuote => Reason::UnclosedQuote,
        RowError::Encoding => Reason::InvalidEncoding,
        RowError::Feature => Reason::FeatureUnparsed,
        RowError::NotAPoint => Reason::GeometryNotAPoint,
    };
    Reject { reason, detail: String::new() }
}

/// First eight bytes of the SHA-256 of the fields, each ended by a byte that no text holds. `text` is used again.
fn fingerprint(row: &Row, text: &mut Vec<u8>) -> u64 {
    text.clear();
    for field in row.fields() {
        text.extend_from_slice(field.as_bytes());
        text.push(0xff);
    }
    first_u64(&Sha256::digest(text))
}

fn first_u64(digest: &[u8]) -> u64 {
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

impl Gathered {
    fn accept(&mut self, incident: &Incident<Cow<'_, str>>, fingerprint: u64) -> io::Result<()> {
        let row = self.rows;
        self.ids.extend(incident.id.as_deref().map(|id| (first_u64(&Sha256::digest(id)), row)));
        let place = Place { curve: hilbert_key(incident.point), fingerprint, file: 0, row };
        self.packed = postcard::to_extend(incident, std::mem::take(&mut self.packed)).map_err(io::Error::other)?;
        self.incidents.push((place, self.packed.len()));
        Ok(())
    }
}

impl ReadRows {
    /// Takes what came of a piece of a file, `before` rows of which were read before.
    fn take(&mut self, gathered: Gathered, file: u32, before: u64) -> Result<(), ImportError> {
        let mut start = 0;
        for (place, end) in &gathered.incidents {
            let place = Place { file, row: before + place.row, ..*place };
            self.incidents.push(place, &gathered.packed[start..*end])?;
            start = *end;
        }
        for (hash, row) in &gathered.ids {
            self.ids.push((*hash, file, before + row), &[])?;
        }
        for (_, reject, _) in &gathered.rejects {
            self.rejected.total += 1;
            *self.rejected.by_reason.entry(reject.reason.code().to_owned()).or_default() += 1;
        }
        self.accepted += gathered.incidents.len() as u64;
        self.offences.extend(gathered.offences);
        if self.offences.len() > OFFENCES_MAX { Err(ImportError::TooManyOffences) } else { Ok(()) }
    }

    fn check(self) -> Result<Self, ImportError> {
        if self.accepted > 0 {
            return Ok(self);
        }
        let reasons = self.rejected.by_reason.iter().map(|(reason, rows)| format!("{reason}: {rows}"));
        Err(ImportError::AllRejected { rows: self.rejected.total, reasons: reasons.collect::<Vec<_>>().join(", ") })
    }
}
