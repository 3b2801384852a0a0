//! From a file as published to an immutable edition, all or nothing.
//!
//! received -> surveyed -> recognised -> rows, checked, or rejects -> sorted by space -> published.
//! Memory holds one run of the sort, however large the file is.

mod checks;
mod reading;
mod writing;

use crate::importers::{About, Importer, Mapping, MappingError, RowReader, importers};
use crate::territory::{Territory, TerritoryLoadError};
use checks::LocationCheck;
use reading::{Reading, latest_day, read_rows};
use sha2::{Digest, Sha256};
use std::io;
use std::path::PathBuf;
use tequio_archive::{ArchiveError, DataFolder, Lock, REJECTS_FILE, Staging};
use tequio_intake::{IntakeError, ReceiveError, Received, Table, encodings, hex, receive, received_sha256};
use tequio_kernel::edition::MANIFEST_VERSION;
use tequio_kernel::{DatasetId, LayerId, Manifest, Month, Precision, Rejected};
use writing::{Written, write_incidents};

/// Most different offences of one edition.
const OFFENCES_MAX: usize = 60_000;

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
    let about = importer.about();
    let territory = Territory::open(data)?;
    let check = LocationCheck::new(&territory, about.territory.as_deref())?;
    let reading = Reading { mapping: mapping.as_ref(), check: check.as_ref(), latest: latest_day(&request.now) };
    let rows = read_rows(&mut received, readers, &reading, staging.path(), progress)?;
    let rejected = rows.rejected.clone();
    let written = write_incidents(rows, staging.path(), progress)?;
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

struct Head<'a> {
    dataset: DatasetId,
    content_sha256: String,
    importer: &'a dyn Importer,
    about: About,
    checked_against: Option<LayerId>,
}

fn describe(head: Head, received: &[Received], rejected: Rejected, written: Written, now: &str) -> Manifest {
    let months = written.months();
    let last = months.keys().next_back().map_or_else(|| "undated".to_owned(), Month::to_string);
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
        flags: written.flags(),
        unlocated: written.unlocated,
        precision: written.precision.unwrap_or(Precision::Unknown),
        months,
        territory: head.about.territory,
        checked_against: head.checked_against,
        counts: None,
        files: Vec::new(),
    }
}
