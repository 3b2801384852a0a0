//! The rows of the files: accepted whole, or rejected with a reason, and an account of all of them.

use super::leaves::Parted;
use super::recognise::Format;
use super::{ImportError, Progress, Stage};
use crate::importers::{Entry, Flag, Plan, Reason, Reject, RowReader};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::path::Path;
use tequio_intake::{Kind, ReadRow, Received, RejectsFile, RowError, Table};
use tequio_kernel::official::SeriesId;
use tequio_kernel::{Cell, CountTableBuilder, Frequency, Group, Rejected, Step};

/// Totals over periods, by place, offence, group and the year that they sum up.
pub(super) type Wholes = BTreeMap<(String, String, Group, Option<i16>), u64>;

/// What reading the rows gives.
pub(super) struct ReadRows {
    pub builder: CountTableBuilder,
    pub rejected: Rejected,
    pub flags: BTreeMap<Flag, u64>,
    /// Totals over periods.
    pub wholes: Wholes,
    /// The first figure that is stated with two values.
    pub conflict: Option<String>,
    frequency: Option<Frequency>,
    /// Rows by what they are about: a place and the groups of their figures, none of a row of totals over periods.
    about: HashMap<String, HashMap<Vec<Group>, u64>>,
}

/// Reads every row of every file.
///
/// # Errors
/// [`ImportError`] for a file that cannot be read on, that has no rows, or none that is accepted.
pub(super) fn read_rows(
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
        conflict: None,
        frequency: None,
        about: HashMap::new(),
    };
    let mut done = 0;
    for (file, mut format) in received.iter_mut().zip(formats) {
        let mut table = open(file, &format.plan)?;
        let reader = format.plan.reader.as_mut();
        let name = &file.source.name;
        let refused = |reason| ImportError::Refused { file: name.clone(), reason };
        let mut number = 0;
        while let Some(piece) = table.next_piece().map_err(refused)? {
            let mut lines = piece.rows();
            while let Some(ReadRow { row, original }) = lines.next_row() {
                number += 1;
                match read_row(reader, row, original).and_then(|entries| rows.accept(entries)) {
                    Ok(false) => {}
                    Ok(true) => file.source.rows += 1,
                    Err(reject) => {
                        file.source.rows += 1;
                        rows.reject(&reject);
                        rejects.write(name, number, reject.reason.code(), &reject.detail, original)?;
                    }
                }
            }
            done += piece.bytes();
            progress(Stage::Reading, done.min(total), total);
        }
        if file.source.rows == 0 {
            return Err(ImportError::NoRows(name.clone()));
        }
    }
    rejects.finish()?;
    rows.check()
}

fn open(file: &Received, plan: &Plan) -> Result<Table, ImportError> {
    let table = match file.survey.kind {
        Kind::Json => Table::open_json(&file.path, &file.survey, &plan.json_columns),
        _ => Table::open_below(&file.path, &file.survey, &[], plan.lead),
    };
    let refused = |reason| ImportError::Refused { file: file.source.name.clone(), reason };
    table.map(Table::with_open_ends).map_err(refused)
}

fn read_row(
    reader: &mut dyn RowReader,
    row: Result<tequio_intake::Row<'_>, RowError>,
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
        RowError::TooLong => Reason::RowTooLong,
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
        let (placed, wholes) = self.place(entries)?;
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

    /// Where the figures of a row go, and its totals over periods.
    ///
    /// A row that states again what stands already is rejected: as a repetition where every value is the same, as a
    /// contradiction where one differs.
    fn place(&mut self, entries: Vec<Entry>) -> Result<(Vec<Placed>, Wholes), Reject> {
        let mut placed: Vec<Placed> = Vec::with_capacity(entries.len());
        let mut wholes = Wholes::new();
        let mut repeated = None;
        for entry in entries {
            let (place, offence) = (&entry.place, &entry.offence);
            for whole in &entry.wholes {
                let key = (place.0.clone(), offence.0.clone(), entry.group.clone(), whole.year);
                let before = self.wholes.get(&key).or_else(|| wholes.get(&key)).map(|value| Cell::Observed(*value));
                repeated = repeated.or(compare(&entry, &"total", before, Cell::Observed(whole.value))?);
                wholes.insert(key, whole.value);
            }
            if entry.cells.is_empty() {
                continue;
            }
            let series = self.builder.series((&place.0, &place.1), (&offence.0, &offence.1), &entry.group);
            for (step, cell) in &entry.cells {
                // A row that says the same twice loses nothing; one that contradicts itself does.
                compare(&entry, step, in_row(&placed, series, *step), *cell)?;
                repeated = repeated.or(compare(&entry, step, self.stated(series, *step), *cell)?);
            }
            placed.push((series, entry.cells));
        }
        repeated.map_or(Ok((placed, wholes)), Err)
    }

    fn stated(&self, series: SeriesId, step: Step) -> Option<Cell> {
        Some(self.builder.get(series, step)).filter(|cell| *cell != Cell::Absent)
    }

    fn reject(&mut self, reject: &Reject) {
        if reject.reason == Reason::ConflictingFigure {
            self.conflict.get_or_insert_with(|| reject.detail.clone());
        }
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

/// The figures of a series that a row states.
type Placed = (SeriesId, Vec<(Step, Cell)>);

/// What a row has stated already of a figure.
fn in_row(placed: &[Placed], series: SeriesId, step: Step) -> Option<Cell> {
    let mut same = placed.iter().filter(|(known, _)| *known == series).flat_map(|(_, cells)| cells);
    same.find(|(known, _)| *known == step).map(|(_, cell)| *cell)
}

/// What a figure is against what was stated of it before: new, or a repetition.
///
/// # Errors
/// A reject where the two differ.
fn compare(entry: &Entry, period: &dyn Display, before: Option<Cell>, now: Cell) -> Result<Option<Reject>, Reject> {
    let Some(before) = before else { return Ok(None) };
    let said = |cell: Cell| cell.value().map_or_else(|| "blank".to_owned(), |value| value.to_string());
    let group: String = entry.group.values().map(|value| format!("{value} ")).collect();
    let figure = format!("{} {} {group}{period}", entry.place.0, entry.offence.0);
    if before == now {
        return Ok(Some(Reject::new(Reason::DuplicateFigure, format!("{figure}: {}", said(now)))));
    }
    Err(Reject::new(Reason::ConflictingFigure, format!("{figure}: {}, then {}", said(before), said(now))))
}

/// Rows by what became of them.
pub(super) struct Account {
    pub accepted: u64,
    pub rejected: u64,
    pub check_rows: u64,
}

impl Account {
    pub(super) fn of(rows: &ReadRows, parted: &Parted) -> Self {
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
    pub(super) fn add_up(&self, received: &[Received]) -> Result<(), ImportError> {
        let read: u64 = received.iter().map(|file| file.source.rows).sum();
        let kept = self.accepted + self.rejected + self.check_rows;
        if read == kept { Ok(()) } else { Err(ImportError::Lost { read, kept }) }
    }
}
