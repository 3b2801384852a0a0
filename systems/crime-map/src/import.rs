//! From a file as published to an immutable edition, all or nothing.
//!
//! received -> surveyed -> recognised -> rows or rejects -> sorted by space -> checked -> published.
//! Memory holds one run of the sort, however large the file is.

mod checks;

use crate::external_sort::{ExternalSorter, Sorted};
use crate::importers::{About, Importer, Mapping, MappingError, Reason, Reject, RowReader, importers};
use crate::territory::{Territory, TerritoryLoadError};
use checks::LocationCheck;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::PathBuf;
use tequio_archive::{
    ArchiveError, DataFolder, INCIDENTS_FILE, IncidentWriter, Lock, REJECTS_FILE, Staging, hilbert_key,
};
use tequio_intake::{
    IntakeError, ReceiveError, Received, RejectsFile, RowError, Table, encodings, hex, receive, received_sha256,
};
use tequio_kernel::edition::MANIFEST_VERSION;
use tequio_kernel::period::{date_of, day_number};
use tequio_kernel::text::fold;
use tequio_kernel::{DatasetId, Flag, Incident, LayerId, Manifest, Month, Precision, Rejected};

/// Incidents sorted in memory at a time; about 60 MB.
const RUN_INCIDENTS: usize = 200_000;
/// Identifiers sorted in memory at a time; 24 MB.
const RUN_IDS: usize = 1_000_000;
/// Most different offences of one edition.
const OFFENCES_MAX: usize = 60_000;
/// 1900-01-01, in days since 1970-01-01: no incident of today's files is older.
const EARLIEST_DAY: i32 = -25_567;

/// What is to be imported.
pub struct Request<'a> {
    /// Files, all of one format; together they are one edition.
    pub files: &'a [PathBuf],
    /// Name of the dataset; that of the format or of the mapping when `None`.
    pub dataset: Option<DatasetId>,
    /// Text of a mapping file, for tables of points.
    pub mapping: Option<&'a str>,
    /// The time, RFC 3339 in UTC.
    pub now: String,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The edition.
    pub manifest: Manifest,
    /// True when the same content was imported before and nothing had to be done.
    pub unchanged: bool,
    /// Its rejected rows.
    pub rejects_file: PathBuf,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reading the files once: hash, encoding, content. Bytes.
    Surveying,
    /// Reading rows. Bytes of content.
    Reading,
    /// Checking and writing incidents.
    Writing,
}

/// Called with the step, what is done of it and how much it is in all.
pub type Progress<'a> = &'a mut dyn FnMut(Step, u64, u64);

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file itself.
    #[error("{file}: {reason}")]
    Refused {
        /// Name of the file.
        file: String,
        /// What is wrong with it.
        reason: ReceiveError,
    },
    /// A table, but none that is known.
    #[error(
        "{file}: no known format has these columns: {columns}. Known are {known}; any other table of points can be read with a mapping file (`tequio import --template` prints one)"
    )]
    Unrecognised {
        /// Name of the file.
        file: String,
        /// Columns it has.
        columns: String,
        /// Formats that are known.
        known: String,
    },
    /// Files that are not taken in.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// More kinds of offences than any classification has.
    #[error("there are more than {OFFENCES_MAX} different offences: is the mapping's `offence` the right column?")]
    TooManyOffences,
    /// The mapping names columns that the file does not have.
    #[error("{file}: the mapping file names columns that it does not have: {missing}. It has: {columns}")]
    MappingColumns {
        /// Name of the file.
        file: String,
        /// Columns named in vain.
        missing: String,
        /// Columns it has.
        columns: String,
    },
    /// A header and nothing below it.
    #[error("{0}: it has a header and no rows")]
    NoRows(String),
    /// Not one row could be read.
    #[error("none of the {rows} rows could be accepted ({reasons}): nothing was stored")]
    AllRejected {
        /// Rows read.
        rows: u64,
        /// Reasons, with how many rows each.
        reasons: String,
    },
    /// The accounts do not add up: a fault of this program or of the disk, never of the file.
    #[error(
        "{read} rows were read and {kept} of them accepted or rejected: nothing was stored. The disk may be damaged; please report this"
    )]
    Lost {
        /// Rows read.
        read: u64,
        /// Rows accepted and rejected.
        kept: u64,
    },
    /// Files of different formats at once.
    #[error("{file} is of format {found} and the files before it of format {expected}: import them apart")]
    MixedFormats {
        /// Name of the file.
        file: String,
        /// Its format.
        found: String,
        /// Format of the others.
        expected: String,
    },
    /// The mapping file.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The name of the dataset in the mapping.
    #[error(transparent)]
    Name(#[from] tequio_kernel::place::NameError),
    /// The territory against which points are checked.
    #[error(transparent)]
    Territory(#[from] TerritoryLoadError),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Temporary files.
    #[error("the data folder cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// An incident on its way through the sort: by place along the curve, twins together, then as read.
#[derive(Clone, Serialize, Deserialize)]
struct Sortable {
    key: u64,
    fingerprint: u64,
    incident: Incident,
}

impl Sortable {
    fn order(&self) -> (u64, u64, u32, u64) {
        (self.key, self.fingerprint, self.incident.file, self.incident.row)
    }
}

impl Ord for Sortable {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

impl PartialOrd for Sortable {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Sortable {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Sortable {}

/// What reading the rows gives.
struct ReadRows {
    incidents: ExternalSorter<Sortable>,
    ids: ExternalSorter<(u64, u32, u64)>,
    rejected: Rejected,
    accepted: u64,
}

/// Imports files as one edition of one dataset.
///
/// # Errors
/// [`ImportError`]; nothing is then stored.
pub fn import(data: &DataFolder, request: &Request, progress: Progress) -> Result<Outcome, ImportError> {
    let mapping = request.mapping.map(Mapping::parse).transpose()?;
    let lock = data.lock()?;
    let staging = data.stage(&lock)?;
    let mut received = receive(request.files, &staging, &mut |done, total| progress(Step::Surveying, done, total))?;
    let (importer, readers) = recognise(&received, mapping.as_ref())?;
    let dataset = dataset_name(request, mapping.as_ref(), importer)?;
    let content_sha256 = identity(&received, importer, request.mapping);
    if let Some(manifest) = data.editions(&dataset)?.into_iter().find(|m| m.content_sha256 == content_sha256) {
        let rejects_file = data.edition_folder(&manifest).join(REJECTS_FILE);
        return Ok(Outcome { manifest, unchanged: true, rejects_file });
    }
    let rows = read_rows(&mut received, readers, mapping.as_ref(), &request.now, &staging, progress)?;
    let rejected = rows.rejected.clone();
    let about = importer.about();
    let territory = Territory::open(data)?;
    let check = LocationCheck::new(&territory, about.territory.as_deref())?;
    let written = write_incidents(rows, check.as_ref(), &staging, progress)?;
    add_up(&received, &rejected, &written)?;
    let head = Head { dataset, content_sha256, importer, about, checked_against: check.map(|check| check.layer()) };
    let manifest = describe(head, &received, rejected, written, &request.now);
    publish(data, &lock, staging, manifest)
}

/// Every row that was read has to be in the archive or among the rejects.
fn add_up(received: &[Received], rejected: &Rejected, written: &Written) -> Result<(), ImportError> {
    let read = received.iter().map(|file| file.source.rows).sum();
    let kept = written.accepted + rejected.total;
    if read == kept { Ok(()) } else { Err(ImportError::Lost { read, kept }) }
}

fn publish(data: &DataFolder, lock: &Lock, staging: Staging, manifest: Manifest) -> Result<Outcome, ImportError> {
    let manifest = data.publish(lock, staging, manifest)?;
    let rejects_file = data.edition_folder(&manifest).join(REJECTS_FILE);
    Ok(Outcome { manifest, unchanged: false, rejects_file })
}

type Readers = Vec<Box<dyn RowReader>>;

/// The importer that knows every file, with a reader for each.
fn recognise<'m>(
    received: &[Received],
    mapping: Option<&'m Mapping>,
) -> Result<(&'m dyn Importer, Readers), ImportError> {
    let mut found: Option<&'m dyn Importer> = None;
    let mut readers = Vec::with_capacity(received.len());
    for file in received {
        let (importer, reader) = recognise_one(file, mapping)?;
        let expected = found.get_or_insert(importer).id();
        if expected != importer.id() {
            let (found, expected) = (importer.id().to_owned(), expected.to_owned());
            return Err(ImportError::MixedFormats { file: file.source.name.clone(), found, expected });
        }
        readers.push(reader);
    }
    found.map(|importer| (importer, readers)).ok_or_else(|| IntakeError::FileCount.into())
}

fn recognise_one<'m>(
    file: &Received,
    mapping: Option<&'m Mapping>,
) -> Result<(&'m dyn Importer, Box<dyn RowReader>), ImportError> {
    let header = open_table(file, mapping)?.header;
    let name = file.source.name.clone();
    let columns = header.names().join(", ").chars().take(300).collect();
    if let Some(mapping) = mapping {
        let missing =
            || mapping.columns().into_iter().filter(|column| header.find(&[column]).is_none()).collect::<Vec<_>>();
        let reader = mapping.recognise(&header);
        let reader =
            reader.ok_or_else(|| ImportError::MappingColumns { file: name, missing: missing().join(", "), columns })?;
        return Ok((mapping, reader));
    }
    let known = importers();
    let recognised = known.iter().find_map(|importer| Some((*importer as &dyn Importer, importer.recognise(&header)?)));
    recognised.ok_or_else(|| {
        let known = known.iter().map(|importer| importer.id()).collect::<Vec<_>>().join(", ");
        ImportError::Unrecognised { file: name, columns, known }
    })
}

fn open_table(file: &Received, mapping: Option<&Mapping>) -> Result<Table, ImportError> {
    let columns = mapping.map(Mapping::columns).unwrap_or_default();
    Table::open(&file.path, &file.survey, &columns)
        .map_err(|reason| ImportError::Refused { file: file.source.name.clone(), reason })
}

fn dataset_name(
    request: &Request,
    mapping: Option<&Mapping>,
    importer: &dyn Importer,
) -> Result<DatasetId, ImportError> {
    let named = request.dataset.clone();
    let default = mapping.map_or(importer.id(), Mapping::dataset);
    named.map_or_else(|| default.parse().map_err(ImportError::Name), Ok)
}

/// What makes an edition the same as another: the contents, in any order, and the way they were read.
fn identity(received: &[Received], importer: &dyn Importer, mapping: Option<&str>) -> String {
    let mut contents: Vec<&str> = received.iter().map(|file| file.survey.content_sha256.as_str()).collect();
    contents.sort_unstable();
    let how = format!("{} {}\n{}\n", importer.id(), importer.version(), mapping.unwrap_or_default());
    hex(&Sha256::digest(how + &contents.join("\n")))
}

fn read_rows(
    received: &mut [Received],
    readers: Readers,
    mapping: Option<&Mapping>,
    now: &str,
    staging: &Staging,
    progress: Progress,
) -> Result<ReadRows, ImportError> {
    let total = received.iter().map(|file| file.survey.content_bytes).sum();
    let latest = latest_day(now);
    let mut rejects = RejectsFile::create(&staging.path().join(REJECTS_FILE))?;
    let mut rows = ReadRows {
        incidents: ExternalSorter::new(staging.path(), RUN_INCIDENTS),
        ids: ExternalSorter::new(staging.path(), RUN_IDS),
        rejected: Rejected::default(),
        accepted: 0,
    };
    let mut done = 0;
    for (index, (file, reader)) in received.iter_mut().zip(readers).enumerate() {
        let mut table = open_table(file, mapping)?;
        let name = file.source.name.clone();
        let refused = |reason| ImportError::Refused { file: name.clone(), reason };
        while let Some((number, row, original)) = table.next_row().map_err(refused)? {
            file.source.rows = number;
            done += original.len() as u64 + 1;
            let read = row.map_err(reject_of).and_then(|row| {
                let incident = reader.read(&row)?;
                check_date(&incident, latest)?;
                Ok((incident, fingerprint(&row.fields)))
            });
            match read {
                Ok((incident, fingerprint)) => {
                    rows.accept(u32::try_from(index).unwrap_or(u32::MAX), incident, fingerprint)?
                }
                Err(reject) => {
                    rows.reject(&reject);
                    rejects.write(&file.source.name, number, reject.reason.code(), &reject.detail, &original)?;
                }
            }
            if number % 4_096 == 0 {
                progress(Step::Reading, done.min(total), total);
            }
        }
        if file.source.rows == 0 {
            return Err(ImportError::NoRows(file.source.name.clone()));
        }
    }
    rejects.finish()?;
    rows.check()
}

/// The day after the import, in days since 1970-01-01: somewhere it is already that day.
fn latest_day(now: &str) -> i32 {
    let today = now.get(..10).and_then(|date| date.parse().ok()).map(day_number);
    today.map_or(i32::MAX, |today| today + 1)
}

/// An event before 1900 or after the import is a slip of the pen.
fn check_date(incident: &Incident, latest: i32) -> Result<(), Reject> {
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
        RowError::UnclosedQuote => Reason::UnclosedQuote,
        RowError::Encoding => Reason::InvalidEncoding,
        RowError::Feature => Reason::FeatureUnparsed,
        RowError::NotAPoint => Reason::GeometryNotAPoint,
    };
    Reject { reason, detail: String::new() }
}

/// First eight bytes of the SHA-256 of the fields, each ended by a byte that no text holds.
fn fingerprint(fields: &[String]) -> u64 {
    let mut hasher = Sha256::new();
    for field in fields {
        hasher.update(field.as_bytes());
        hasher.update([0xff]);
    }
    first_u64(&hasher.finalize())
}

fn first_u64(digest: &[u8]) -> u64 {
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

impl ReadRows {
    fn accept(&mut self, file: u32, mut incident: Incident, fingerprint: u64) -> io::Result<()> {
        incident.file = file;
        self.accepted += 1;
        if let Some(id) = &incident.id {
            self.ids.push((first_u64(&Sha256::digest(id)), file, incident.row))?;
        }
        self.incidents.push(Sortable { key: hilbert_key(incident.point), fingerprint, incident })
    }

    fn reject(&mut self, reject: &Reject) {
        self.rejected.total += 1;
        *self.rejected.by_reason.entry(reject.reason.code().to_owned()).or_default() += 1;
    }

    fn check(self) -> Result<Self, ImportError> {
        if self.accepted > 0 {
            return Ok(self);
        }
        let reasons = self.rejected.by_reason.iter().map(|(reason, rows)| format!("{reason}: {rows}"));
        Err(ImportError::AllRejected { rows: self.rejected.total, reasons: reasons.collect::<Vec<_>>().join(", ") })
    }
}

/// What writing the incidents shows.
#[derive(Default)]
struct Written {
    accepted: u64,
    unlocated: u64,
    flags: BTreeMap<String, u64>,
    months: BTreeMap<Month, u64>,
    precision: Option<Precision>,
    /// Hashes of the folded offences, to see when there are too many.
    offences: HashSet<u64>,
}

fn write_incidents(
    rows: ReadRows,
    check: Option<&LocationCheck>,
    staging: &Staging,
    progress: Progress,
) -> Result<Written, ImportError> {
    let total = rows.accepted;
    let repeated = repeated_ids(rows.ids.finish()?)?;
    let mut writer = IncidentWriter::create(&staging.path().join(INCIDENTS_FILE))?;
    let mut written = Written::default();
    let mut previous = None;
    for item in rows.incidents.finish()? {
        let Sortable { key, fingerprint, mut incident } = item?;
        if previous.replace((key, fingerprint)) == Some((key, fingerprint)) {
            incident.flags.insert(Flag::DuplicateRow);
        }
        if repeated.contains(incident.file, incident.row) {
            incident.flags.insert(Flag::DuplicateId);
        }
        if let Some(check) = check {
            check.flag(&mut incident);
        }
        writer.write(&incident)?;
        written.add(&incident);
        if written.offences.len() > OFFENCES_MAX {
            return Err(ImportError::TooManyOffences);
        }
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
fn repeated_ids(ids: Sorted<(u64, u32, u64)>) -> io::Result<RowSet> {
    let mut repeated = RowSet::default();
    let mut previous = None;
    for id in ids {
        let (hash, file, row) = id?;
        if previous.replace(hash) == Some(hash) {
            repeated.insert(file, row);
        }
    }
    Ok(repeated)
}

impl Written {
    fn add(&mut self, incident: &Incident) {
        self.accepted += 1;
        self.unlocated += u64::from(incident.point.is_none());
        self.offences.insert(first_u64(&Sha256::digest(fold(&incident.offence))));
        for flag in incident.flags.iter() {
            *self.flags.entry(flag.name().to_owned()).or_default() += 1;
        }
        let precision = incident.occurred.precision;
        if precision == Precision::Unknown {
            return;
        }
        self.precision = self.precision.max(Some(precision));
        let month = date_of(incident.occurred.day).filter(|_| precision != Precision::Year).map(Month::of);
        if let Some(month) = month {
            *self.months.entry(month).or_default() += 1;
        }
    }
}

struct Head<'a> {
    dataset: DatasetId,
    content_sha256: String,
    importer: &'a dyn Importer,
    about: About,
    checked_against: Option<LayerId>,
}

fn describe(head: Head, received: &[Received], rejected: Rejected, written: Written, now: &str) -> Manifest {
    let last = written.months.keys().next_back().map_or_else(|| "undated".to_owned(), Month::to_string);
    Manifest {
        version: MANIFEST_VERSION,
        edition: format!("{last}-{}", &head.content_sha256[..8]),
        dataset: head.dataset,
        title: head.about.title,
        attribution: head.about.attribution,
        synthetic: head.about.synthetic,
        sequence: 0,
        supersedes: None,
        imported_at: now.to_owned(),
        published: None,
        published_assumed: false,
        sha256: received_sha256(received),
        content_sha256: head.content_sha256,
        sources: received.iter().map(|file| file.source.clone()).collect(),
        format: head.importer.id().to_owned(),
        importer_version: head.importer.version(),
        encoding: encodings(received),
        rows: received.iter().map(|file| file.source.rows).sum(),
        accepted: written.accepted,
        rejected,
        flags: written.flags,
        unlocated: written.unlocated,
        precision: written.precision.unwrap_or(Precision::Unknown),
        months: written.months,
        territory: head.about.territory,
        checked_against: head.checked_against,
        counts: None,
        files: Vec::new(),
    }
}
