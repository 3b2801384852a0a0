//! From an official table as published to an immutable edition of counts, all or nothing.
//!
//! received -> recognised by its first records -> rows or rejects -> leaves parted from totals -> cut-off -> structural
//! checks -> published. The figures of one edition are held in memory, four bytes each.

pub(crate) mod cutoff;
mod found;
mod leaves;
mod structure;

use crate::catalogue::Catalogue;
use crate::importers::{About, Entry, Flag, HEAD_RECORDS, Head, Mapping, Plan, Reason, Reject, RowReader, importers};
use cutoff::CutOff;
use leaves::Parted;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tequio_archive::ledger::ROWS_FILE;
use tequio_archive::{ArchiveError, COUNTS_FILE, DataFolder, REJECTS_FILE, rows_tree, write_counts};
use tequio_intake::{
    IntakeError, Kind, ReceiveError, Received, RejectsFile, RowError, Table, encodings, first_records, hex, receive,
    received_sha256,
};
use tequio_kernel::edition::MANIFEST_VERSION;
use tequio_kernel::official::SeriesId;
use tequio_kernel::{
    Cell, Check, CountTable, CountTableBuilder, CountsAbout, DatasetId, Frequency, Group, Level, Manifest, Precision,
    Rejected, Step,
};
use tequio_reference::ReferenceError;

/// What is to be imported.
pub struct Request<'a> {
    /// Files of one format; together they are one edition.
    pub files: &'a [PathBuf],
    /// Name of the dataset; that of the format when `None`.
    pub dataset: Option<DatasetId>,
    /// Name of the edition; its cut-off and hash when `None`.
    pub edition: Option<&'a str>,
    /// When the source published it, `YYYY-MM-DD`; the day of the import when `None`.
    pub published: Option<&'a str>,
    /// True when the figures are invented, as those of the demonstration are; every page says so.
    pub invented: bool,
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
pub enum Stage {
    /// Reading the files once: hash, encoding, content. Bytes.
    Surveying,
    /// Reading rows. Bytes of content.
    Reading,
    /// Writing figures and their Merkle root.
    Writing,
}

/// Called with the stage, what is done of it and how much it is in all.
pub type Progress<'a> = &'a mut dyn FnMut(Stage, u64, u64);

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Files that are not taken in.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// A file that cannot be read on.
    #[error("{file}: {reason}")]
    Refused {
        /// Name of the file.
        file: String,
        /// What is wrong with it.
        reason: ReceiveError,
    },
    /// A table, but none of official counts that is known.
    #[error(
        "{0}: no known format of official counts begins like this. A long table is read by a mapping file (`tequio import --template counts`); a table of incidents takes neither --published nor --edition"
    )]
    Unrecognised(String),
    /// A table of a known format that says too little, or something else than it should.
    #[error("{file}: {reason}")]
    Unreadable {
        /// Name of the file.
        file: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// Files that do not count the same.
    #[error("{file} holds {found} and the files before it {expected}: import them apart")]
    Mixed {
        /// Name of the file.
        file: String,
        /// What it holds.
        found: String,
        /// What the others hold.
        expected: String,
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
    /// Rows without a figure.
    #[error("{0}: not one figure is observed: every cell is blank")]
    NothingObserved(String),
    /// A structural check that a file must pass.
    #[error("the file is refused, since its structure is broken: {0}. Fetch it again; nothing was stored")]
    Broken(String),
    /// A date that is none.
    #[error("`{0}` is no date of publication: write YYYY-MM-DD")]
    Published(String),
    /// A date of publication after today.
    #[error(
        "the date of publication {published} lies after today ({today}): an edition cannot be known before it exists"
    )]
    Future {
        /// Date given.
        published: String,
        /// Day of the import.
        today: String,
    },
    /// The name of the edition is taken.
    #[error(
        "dataset `{dataset}` has an edition `{edition}` already, with other content, and an edition is never overwritten: give this one another --edition"
    )]
    EditionExists {
        /// The dataset.
        dataset: String,
        /// The edition.
        edition: String,
    },
    /// The dataset holds incidents, or counts of another unit.
    #[error("dataset `{dataset}` holds {holds}, and this file {found}: give it another --dataset")]
    OtherDataset {
        /// The dataset.
        dataset: String,
        /// What it holds.
        holds: String,
        /// What the file holds.
        found: String,
    },
    /// The accounts do not add up: a fault of this program or of the disk, never of the file.
    #[error("{read} rows were read and {kept} of them accepted or rejected: nothing was stored. Please report this")]
    Lost {
        /// Rows read.
        read: u64,
        /// Rows accepted and rejected.
        kept: u64,
    },
    /// A name that cannot be one.
    #[error(transparent)]
    Name(#[from] tequio_kernel::place::NameError),
    /// A built-in catalogue.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Temporary files.
    #[error("the data folder cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// True when a file is of a format of official counts. A file that cannot be read is not: whoever imports it says why.
///
/// # Errors
/// [`ReferenceError`] when a built-in catalogue is damaged.
pub fn recognises(file: &Path) -> Result<bool, ReferenceError> {
    let Ok(records) = first_records(file, HEAD_RECORDS) else { return Ok(false) };
    let catalogue = Arc::new(Catalogue::load()?);
    Ok(!matches!(plan(&Head { records: &records, file }, &catalogue), Ok(None)))
}

/// The plan of the first importer that knows the file.
fn plan(head: &Head, catalogue: &Arc<Catalogue>) -> Result<Option<Format>, String> {
    for importer in importers() {
        if let Some(plan) = importer.recognise(head, catalogue)? {
            return Ok(Some(Format { id: importer.id(), version: importer.version(), plan }));
        }
    }
    Ok(None)
}

/// An importer that knows a file, and how it reads it.
struct Format {
    id: &'static str,
    version: u32,
    plan: Plan,
}

/// Imports files as one edition of one dataset, read as a mapping file says.
///
/// # Errors
/// As [`import`].
pub fn import_mapped(
    data: &DataFolder,
    request: &Request,
    mapping: &Mapping,
    progress: Progress,
) -> Result<Outcome, ImportError> {
    run(data, request, Some(mapping), progress)
}

/// Imports files as one edition of one dataset.
///
/// # Errors
/// [`ImportError`]; nothing is then stored.
pub fn import(data: &DataFolder, request: &Request, progress: Progress) -> Result<Outcome, ImportError> {
    run(data, request, None, progress)
}

fn run(
    data: &DataFolder,
    request: &Request,
    mapping: Option<&Mapping>,
    progress: Progress,
) -> Result<Outcome, ImportError> {
    check_published(request)?;
    request.edition.map_or(Ok(()), tequio_kernel::place::check_name)?;
    let catalogue = Arc::new(Catalogue::load()?);
    let lock = data.lock()?;
    let staging = data.stage(&lock)?;
    let mut received = receive(request.files, &staging, &mut |done, total| progress(Stage::Surveying, done, total))?;
    let formats = recognise(&received, mapping, &catalogue)?;
    let incoming = Incoming::of(&formats, &received, mapping, request)?;
    let editions = data.editions(&incoming.dataset)?;
    check_dataset(&incoming.dataset, &editions, &incoming.about)?;
    if let Some(manifest) = editions.iter().find(|known| known.content_sha256 == incoming.content_sha256) {
        return Ok(outcome(data, manifest.clone(), true));
    }
    // Before the rows are read, which may take long.
    check_label(&incoming.dataset, &editions, request.edition)?;
    let mut rows = read_rows(&mut received, formats, &staging.path().join(REJECTS_FILE), progress)?;
    let Some(cutoff) = CutOff::find(&rows.builder, request, &received) else {
        return Err(ImportError::NothingObserved(received[0].source.name.clone()));
    };
    cutoff.apply(&mut rows.builder);
    let parted = Parted::of(std::mem::take(&mut rows.builder).build(), &rows.wholes);
    let account = Account::of(&rows, &parted);
    account.add_up(&received)?;
    let promised =
        structure::Promised { about: &incoming.about, cutoff: &cutoff, published: incoming.published(request) };
    let checks = structure::checks(&parted, &promised, &rows.flags, rows.rejected.total, &catalogue)?;
    progress(Stage::Writing, 0, 2);
    write_counts(&staging.path().join(COUNTS_FILE), &parted.leaves)?;
    progress(Stage::Writing, 1, 2);
    let rows_root = write_tree(&staging.path().join(ROWS_FILE), &parted.leaves)?;
    let counts = incoming.counts(&parted, &cutoff, account.check_rows, checks, rows_root);
    let edition = request.edition.map_or_else(|| incoming.edition(&counts.cutoff), str::to_owned);
    check_label(&incoming.dataset, &editions, Some(&edition))?;
    let manifest = incoming.describe(edition, counts, &account, rows, &received, request);
    let manifest = data.publish(&lock, staging, manifest)?;
    progress(Stage::Writing, 2, 2);
    Ok(outcome(data, manifest, false))
}

fn outcome(data: &DataFolder, manifest: Manifest, unchanged: bool) -> Outcome {
    let rejects_file = data.edition_folder(&manifest).join(REJECTS_FILE);
    Outcome { manifest, unchanged, rejects_file }
}

/// An edition is never overwritten.
fn check_label(dataset: &DatasetId, editions: &[Manifest], label: Option<&str>) -> Result<(), ImportError> {
    match editions.iter().find(|known| Some(known.edition.as_str()) == label) {
        None => Ok(()),
        Some(known) => Err(ImportError::EditionExists { dataset: dataset.0.clone(), edition: known.edition.clone() }),
    }
}

/// What is known of an edition before its rows are read.
struct Incoming {
    dataset: DatasetId,
    about: About,
    importer: &'static str,
    version: u32,
    content_sha256: String,
}

impl Incoming {
    fn of(
        formats: &[Format],
        received: &[Received],
        mapping: Option<&Mapping>,
        request: &Request,
    ) -> Result<Self, ImportError> {
        let Some(first) = formats.first() else { return Err(IntakeError::FileCount.into()) };
        let (importer, version) = (first.id, first.version);
        let mut about = first.plan.about.clone();
        if request.invented {
            about.synthetic = true;
            about.title = format!("Demostración sintética: {}", about.title);
            about.attribution = "Datos inventados por Tequio".to_owned();
        }
        let dataset = request.dataset.clone().map_or_else(|| default_dataset(formats).parse(), Ok)?;
        let reading = mapping.map(Mapping::text).unwrap_or_default();
        let content_sha256 = identity(received, &format!("{importer} {version}\n{reading}"), request);
        Ok(Self { dataset, about, importer, version, content_sha256 })
    }

    /// Name of an edition that has no label: its last period and the first digits of its content's hash.
    fn edition(&self, last: &str) -> String {
        format!("{last}-{}", &self.content_sha256[..8])
    }

    fn published<'a>(&self, request: &'a Request) -> &'a str {
        request.published.unwrap_or_else(|| day_of(&request.now))
    }

    fn counts(
        &self,
        parted: &Parted,
        cutoff: &CutOff,
        check_rows: u64,
        checks: Vec<Check>,
        rows_root: String,
    ) -> CountsAbout {
        let table = &parted.leaves;
        CountsAbout {
            unit: self.about.unit,
            taxonomy: self.about.taxonomy.clone(),
            frequency: table.frequency,
            level: parted.level,
            coverage: coverage(table),
            offences: table.offences.iter().map(|offence| offence.code.clone()).collect(),
            first: table.step(0).map(|step| step.to_string()).unwrap_or_default(),
            cutoff: cutoff.last.to_string(),
            absent_is_zero: self.about.absent_is_zero,
            figures: by_state(table),
            totals: by_year(table),
            check_rows,
            checks,
            rows_root,
        }
    }

    fn describe(
        self,
        edition: String,
        counts: CountsAbout,
        account: &Account,
        rows: ReadRows,
        received: &[Received],
        request: &Request,
    ) -> Manifest {
        Manifest {
            version: MANIFEST_VERSION,
            edition,
            published: Some(self.published(request).to_owned()),
            dataset: self.dataset,
            title: self.about.title,
            attribution: self.about.attribution,
            synthetic: self.about.synthetic,
            sequence: 0,
            supersedes: None,
            imported_at: request.now.clone(),
            sha256: received_sha256(received),
            content_sha256: self.content_sha256,
            sources: received.iter().map(|file| file.source.clone()).collect(),
            format: self.importer.to_owned(),
            importer_version: self.version,
            encoding: encodings(received),
            rows: account.accepted + rows.rejected.total,
            accepted: account.accepted,
            rejected: rows.rejected,
            flags: rows.flags.iter().map(|(flag, rows)| (flag.name().to_owned(), *rows)).collect(),
            unlocated: 0,
            precision: match counts.frequency {
                Frequency::Month => Precision::Month,
                Frequency::Year => Precision::Year,
            },
            months: BTreeMap::new(),
            territory: None,
            checked_against: None,
            counts: Some(counts),
            files: Vec::new(),
        }
    }
}

/// Writes the tree over the figures, so that each can be proved; its root, lower-case hexadecimal.
fn write_tree(path: &Path, table: &CountTable) -> Result<String, ImportError> {
    let tree = rows_tree(table);
    tree.write(path).map_err(ArchiveError::from)?;
    Ok(hex(&tree.root().map_err(ArchiveError::from)?.0))
}

/// `YYYY-MM-DD` of an RFC 3339 time.
fn day_of(time: &str) -> &str {
    time.get(..10).unwrap_or(time)
}

fn check_published(request: &Request) -> Result<(), ImportError> {
    let Some(published) = request.published else { return Ok(()) };
    let is_date = published.len() == 10 && published.parse::<tequio_kernel::Period>().is_ok();
    if !is_date {
        return Err(ImportError::Published(published.to_owned()));
    }
    let today = day_of(&request.now);
    if published > today {
        return Err(ImportError::Future { published: published.to_owned(), today: today.to_owned() });
    }
    Ok(())
}

/// A dataset holds one unit under one taxonomy: editions of it are compared figure by figure.
fn check_dataset(dataset: &DatasetId, editions: &[Manifest], about: &About) -> Result<(), ImportError> {
    let Some(known) = editions.first() else { return Ok(()) };
    let found = format!("counts of {} by {}", about.unit, about.taxonomy);
    let holds = match &known.counts {
        None => "incidents".to_owned(),
        Some(counts) => format!("counts of {} by {}", counts.unit, counts.taxonomy),
    };
    if holds == found { Ok(()) } else { Err(ImportError::OtherDataset { dataset: dataset.0.clone(), holds, found }) }
}

fn recognise(
    received: &[Received],
    mapping: Option<&Mapping>,
    catalogue: &Arc<Catalogue>,
) -> Result<Vec<Format>, ImportError> {
    let mut formats: Vec<Format> = Vec::with_capacity(received.len());
    for file in received {
        let format = format_of(file, mapping, catalogue)?;
        if let Some(first) = formats.first().filter(|first| first.plan.about != format.plan.about) {
            let of = |format: &Format| format!("{} in {}", format.plan.about.title, format.plan.about.unit);
            let file = file.source.name.clone();
            return Err(ImportError::Mixed { file, found: of(&format), expected: of(first) });
        }
        formats.push(format);
    }
    Ok(formats)
}

fn format_of(file: &Received, mapping: Option<&Mapping>, catalogue: &Arc<Catalogue>) -> Result<Format, ImportError> {
    let name = || file.source.name.clone();
    let records = first_records(&file.path, HEAD_RECORDS);
    let records = records.map_err(|reason| ImportError::Refused { file: name(), reason })?;
    let head = Head { records: &records, file: &file.path };
    let format = match mapping {
        None => plan(&head, catalogue),
        Some(mapping) => mapping
            .plan(&head, file.survey.kind == Kind::Json, catalogue)
            .map(|plan| Some(Format { id: Mapping::ID, version: Mapping::VERSION, plan })),
    };
    let format = format.map_err(|reason| ImportError::Unreadable { file: name(), reason })?;
    format.ok_or_else(|| ImportError::Unrecognised(name()))
}

/// Name of the dataset: that of the format, with the part that all its files are about, when they are about one.
fn default_dataset(formats: &[Format]) -> String {
    let Some(first) = formats.first() else { return String::new() };
    let name = &first.plan.dataset;
    let part = first.plan.part.filter(|part| formats.iter().all(|format| format.plan.part == Some(part)));
    part.map_or_else(|| name.clone(), |part| format!("{name}-{part}"))
}

/// What makes an edition the same as another: the contents, how they were read, and what it was called.
fn identity(received: &[Received], reading: &str, request: &Request) -> String {
    let mut contents: Vec<&str> = received.iter().map(|file| file.survey.content_sha256.as_str()).collect();
    contents.sort_unstable();
    let (label, published) = (request.edition.unwrap_or_default(), request.published.unwrap_or_default());
    let how = format!("{reading}\n{label}\n{published}\n");
    hex(&Sha256::digest(how + &contents.join("\n")))
}

/// Totals over periods, by place, offence, group and the year that they sum up.
pub(crate) type Wholes = BTreeMap<(String, String, Group, Option<i16>), u64>;

/// What reading the rows gives.
struct ReadRows {
    builder: CountTableBuilder,
    rejected: Rejected,
    flags: BTreeMap<Flag, u64>,
    /// Totals over periods.
    wholes: Wholes,
    frequency: Option<Frequency>,
    /// Rows by what they are about: a place and the groups of their figures, none of a row of totals over periods.
    about: HashMap<String, HashMap<Vec<Group>, u64>>,
}

fn read_rows(
    received: &mut [Received],
    formats: Vec<Format>,
    rejects: &Path,
    progress: Progress,
) -> Result<ReadRows, ImportError> {
    let total = received.iter().map(|file| file.survey.content_bytes).sum();
    let mut rejects = RejectsFile::create(rejects)?;
    let mut rows = ReadRows {
        builder: CountTableBuilder::default(),
        rejected: Rejected::default(),
        flags: BTreeMap::new(),
        wholes: Wholes::new(),
        frequency: None,
        about: HashMap::new(),
    };
    let mut done = 0;
    for (file, mut format) in received.iter_mut().zip(formats) {
        let name = file.source.name.clone();
        let refused = |reason| ImportError::Refused { file: name.clone(), reason };
        let table = match file.survey.kind {
            Kind::Json => Table::open_json(&file.path, &file.survey, &format.plan.json_columns),
            _ => Table::open_below(&file.path, &file.survey, &[], format.plan.lead),
        };
        let mut table = table.map_err(refused)?.with_open_ends();
        while let Some((number, row, original)) = table.next_row().map_err(refused)? {
            done += original.len() as u64 + 1;
            let reader = format.plan.reader.as_mut();
            match read_row(reader, row, &original).and_then(|entries| rows.accept(entries)) {
                Ok(false) => {}
                Ok(true) => file.source.rows += 1,
                Err(reject) => {
                    file.source.rows += 1;
                    rows.reject(&reject);
                    rejects.write(&name, number, reject.reason.code(), &reject.detail, &original)?;
                }
            }
            if number % 8_192 == 0 {
                progress(Stage::Reading, done.min(total), total);
            }
        }
        if file.source.rows == 0 {
            return Err(ImportError::NoRows(name));
        }
    }
    rejects.finish()?;
    rows.check()
}

fn read_row(
    reader: &mut dyn RowReader,
    row: Result<tequio_intake::Row, RowError>,
    original: &[u8],
) -> Result<Vec<Entry>, Reject> {
    match row {
        Ok(row) => reader.read(&row),
        Err(_) if reader.is_note(&String::from_utf8_lossy(original)) => Ok(Vec::new()),
        Err(error) => Err(reject_of(error)),
    }
}

fn reject_of(error: RowError) -> Reject {
    let reason = match error {
        RowError::FieldCount => Reason::WrongFieldCount,
        RowError::UnclosedQuote => Reason::UnclosedQuote,
        RowError::Encoding => Reason::InvalidEncoding,
        RowError::Feature | RowError::NotAPoint => Reason::RecordUnparsed,
    };
    Reject::new(reason, "")
}

impl ReadRows {
    /// Takes a row's figures, all or none; false when it has none.
    fn accept(&mut self, entries: Vec<Entry>) -> Result<bool, Reject> {
        let Some(first) = entries.first() else { return Ok(false) };
        let frequency = self.frequency_of(&entries)?;
        let place = first.place.0.clone();
        let mut flags: Vec<Flag> = entries.iter().flat_map(|entry| entry.flags.iter().copied()).collect();
        let mut groups: Vec<Group> =
            entries.iter().filter(|entry| !entry.cells.is_empty()).map(|entry| entry.group.clone()).collect();
        let mut placed: Vec<(SeriesId, Vec<(Step, Cell)>)> = Vec::with_capacity(entries.len());
        let mut wholes = Wholes::new();
        for entry in entries {
            let (place, offence) = (&entry.place, &entry.offence);
            let taken = |period: &dyn std::fmt::Display| {
                Reject::new(Reason::DuplicateFigure, format!("{} {} {period}", place.0, offence.0))
            };
            for whole in &entry.wholes {
                let key = (place.0.clone(), offence.0.clone(), entry.group.clone(), whole.year);
                if self.wholes.contains_key(&key) || wholes.insert(key, whole.value).is_some() {
                    return Err(taken(&"total"));
                }
            }
            if entry.cells.is_empty() {
                continue;
            }
            let series = self.builder.series((&place.0, &place.1), (&offence.0, &offence.1), &entry.group);
            if let Some((step, _)) = entry.cells.iter().find(|(step, _)| self.is_taken(series, *step)) {
                return Err(taken(step));
            }
            placed.push((series, entry.cells));
        }
        for (series, cells) in placed {
            for (step, cell) in cells {
                let _ = self.builder.put(series, step, cell);
            }
        }
        self.frequency = frequency;
        // `append` would rebuild the whole map for each row.
        self.wholes.extend(wholes);
        flags.sort_unstable();
        flags.dedup();
        flags.into_iter().for_each(|flag| *self.flags.entry(flag).or_default() += 1);
        groups.sort_unstable();
        groups.dedup();
        *self.about.entry(place).or_default().entry(groups).or_default() += 1;
        Ok(true)
    }

    /// The frequency of the table; every row has to keep to it.
    fn frequency_of(&self, entries: &[Entry]) -> Result<Option<Frequency>, Reject> {
        let mut frequency = self.frequency;
        for (step, _) in entries.iter().flat_map(|entry| &entry.cells) {
            if *frequency.get_or_insert(step.frequency()) != step.frequency() {
                return Err(Reject::new(Reason::PeriodUnparsed, step.to_string()));
            }
        }
        Ok(frequency)
    }

    fn is_taken(&self, series: SeriesId, step: Step) -> bool {
        self.builder.get(series, step) != Cell::Absent
    }

    fn reject(&mut self, reject: &Reject) {
        self.rejected.total += 1;
        *self.rejected.by_reason.entry(reject.reason.code().to_owned()).or_default() += 1;
    }

    fn check(self) -> Result<Self, ImportError> {
        if !self.about.is_empty() {
            return Ok(self);
        }
        let reasons = self.rejected.by_reason.iter().map(|(reason, rows)| format!("{reason}: {rows}"));
        Err(ImportError::AllRejected { rows: self.rejected.total, reasons: reasons.collect::<Vec<_>>().join(", ") })
    }
}

/// Rows by what became of them.
struct Account {
    accepted: u64,
    rejected: u64,
    check_rows: u64,
}

impl Account {
    fn of(rows: &ReadRows, parted: &Parted) -> Self {
        let is_leaf = |place: &str, groups: &[Group]| {
            !parted.is_total_place(place) && groups.iter().any(|group| !parted.is_total_group(group))
        };
        let about = || rows.about.iter().flat_map(|(place, counted)| counted.iter().map(move |row| (place, row)));
        let sum = |leaf: bool| {
            about().filter(|(place, (groups, _))| is_leaf(place, groups) == leaf).map(|(_, (_, rows))| rows).sum()
        };
        Self { accepted: sum(true), rejected: rows.rejected.total, check_rows: sum(false) }
    }

    /// Every row that was read has to be in the archive, among the rejects or among the checks.
    fn add_up(&self, received: &[Received]) -> Result<(), ImportError> {
        let read: u64 = received.iter().map(|file| file.source.rows).sum();
        let kept = self.accepted + self.rejected + self.check_rows;
        if read == kept { Ok(()) } else { Err(ImportError::Lost { read, kept }) }
    }
}

/// The states that the places lie in, pseudo-units of the country left out; the country when it is the only place.
fn coverage(table: &CountTable) -> Vec<String> {
    let state = |code: &str| match code.match_indices('-').nth(1) {
        Some((at, _)) => code[..at].to_owned(),
        None => code.to_owned(),
    };
    let is_real =
        |code: &String| !code.contains('-') || (code != "MX-99" && code[3..].bytes().all(|b| b.is_ascii_digit()));
    let codes: std::collections::BTreeSet<String> = table.places.iter().map(|place| state(&place.code)).collect();
    codes.into_iter().filter(is_real).collect()
}

fn by_state(table: &CountTable) -> BTreeMap<String, u64> {
    let mut counts = [0; Cell::STATES.len()];
    for code in &table.cells {
        match Cell::decode(*code) {
            Cell::Absent => {}
            Cell::Observed(_) => counts[0] += 1,
            Cell::Missing => counts[1] += 1,
            Cell::NotYetObserved => counts[2] += 1,
            Cell::NotApplicable => counts[3] += 1,
        }
    }
    Cell::STATES.into_iter().map(str::to_owned).zip(counts).collect()
}

fn by_year(table: &CountTable) -> BTreeMap<i16, u64> {
    let mut sums = vec![0; table.periods];
    for row in table.cells.chunks(table.periods.max(1)) {
        sums.iter_mut().zip(row).for_each(|(sum, code)| *sum += Cell::decode(*code).value().unwrap_or(0));
    }
    let mut totals = BTreeMap::new();
    for (column, sum) in sums.into_iter().enumerate() {
        if let Some(step) = table.step(column) {
            *totals.entry(step.year()).or_default() += sum;
        }
    }
    totals
}

/// Level of a place by its code: `MX` a nation, `MX-09` a state, `MX-09-015` a municipality.
pub(crate) fn level_of(code: &str) -> Level {
    match code.matches('-').count() {
        0 => Level::Nation,
        1 => Level::State,
        2 => Level::Municipality,
        _ => Level::Local,
    }
}
