//! What is written of an edition: what its counts are, where they come from and what became of the rows.

use super::cutoff::CutOff;
use super::incoming::Incoming;
use super::leaves::Parted;
use super::rows::{Account, ReadRows};
use super::{ImportError, Request};
use crate::catalogue::Catalogue;
use crate::importers::groups::{APART, OCCURRED};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tequio_archive::{ArchiveError, rows_tree};
use tequio_intake::{Received, encodings, hex, received_sha256};
use tequio_kernel::edition::MANIFEST_VERSION;
use tequio_kernel::official::{NamedCode, SeriesKey};
use tequio_kernel::{Cell, Check, CountTable, CountsAbout, Frequency, Level, Manifest, Precision, Unit};

/// Totals of the events of which the year is not specified.
const UNDATED: &str = "undated";

impl Incoming {
    /// What the edition holds; the root over its rows is known when they are written.
    pub(super) fn counts(
        &self,
        parted: &Parted,
        cutoff: &CutOff,
        check_rows: u64,
        checks: Vec<Check>,
        catalogue: &Catalogue,
    ) -> CountsAbout {
        let table = &parted.leaves;
        let (totals, totals_apart) = totals(table, self.about.unit);
        CountsAbout {
            unit: self.about.unit,
            taxonomy: self.about.taxonomy.clone(),
            frequency: table.frequency,
            level: parted.level,
            coverage: coverage(table, parted.level, self.about.absent_is_zero, catalogue),
            offences: table.offences.iter().map(|offence| offence.code.clone()).collect(),
            dimensions: Some(dimensions(table)),
            first: table.step(0).map(|step| step.to_string()).unwrap_or_default(),
            cutoff: cutoff.last.to_string(),
            absent_is_zero: self.about.absent_is_zero,
            figures: by_state(table),
            totals,
            totals_apart,
            check_rows,
            checks,
            rows_root: String::new(),
        }
    }

    pub(super) fn describe(
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
            published_assumed: request.published.is_none(),
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
pub(super) fn write_tree(path: &Path, table: &CountTable) -> Result<String, ImportError> {
    let tree = rows_tree(table);
    tree.write(path).map_err(ArchiveError::from)?;
    Ok(hex(&tree.root().map_err(ArchiveError::from)?.0))
}

/// Dimensions of the groups, in order.
fn dimensions(table: &CountTable) -> Vec<String> {
    let names: BTreeSet<&String> = table.groups.iter().flat_map(|group| group.keys()).collect();
    names.into_iter().filter(|name| !APART.contains(&name.as_str())).cloned().collect()
}

/// Share of the municipalities of a state that have to have a row for the state to be whole: editions of the territory differ
/// by the few that were founded between them.
const WHOLE_SHARE_MIN: f64 = 0.9;

/// The states that the places lie in, pseudo-units of the country left out; the country when it is the only place. Of a
/// state with too few of its municipalities, these; where zeros have no rows, none is too few.
fn coverage(table: &CountTable, level: Level, absent_is_zero: bool, catalogue: &Catalogue) -> Vec<String> {
    let states = states(table);
    if level != Level::Municipality || absent_is_zero {
        return states;
    }
    let of_state = |state: &String, code: &str| code.starts_with(&format!("{state}-"));
    let own = |state: &String| -> Vec<String> {
        let own = table.places.iter().map(|place| place.code.clone()).filter(|code| of_state(state, code));
        own.filter(|code| catalogue.municipalities().contains(code)).collect()
    };
    let parts = |state: String| {
        let all = catalogue.municipalities().iter().filter(|code| of_state(&state, code)).count();
        let own = own(&state);
        let is_whole = own.len() as f64 >= all as f64 * WHOLE_SHARE_MIN;
        if is_whole { vec![state] } else { own }
    };
    states.into_iter().flat_map(parts).collect()
}

fn states(table: &CountTable) -> Vec<String> {
    let state = |code: &str| match code.match_indices('-').nth(1) {
        Some((at, _)) => code[..at].to_owned(),
        None => code.to_owned(),
    };
    let is_real =
        |code: &String| !code.contains('-') || (code != "MX-99" && code[3..].bytes().all(|b| b.is_ascii_digit()));
    let codes: BTreeSet<String> = table.places.iter().map(|place| state(&place.code)).collect();
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

/// Totals by year, and those of what cannot be added up.
///
/// What is counted at a moment has no sum over moments: each of its offences stands for another moment of the year, and the
/// total of a year is that of its last period. Events of which the year is not specified are in the total of none: they
/// stand apart, by the year in which they were registered.
fn totals(table: &CountTable, unit: Unit) -> (ByYear, BTreeMap<String, ByYear>) {
    if !unit.is_stock() || table.offences.len() < 2 {
        let undated = |key: &SeriesKey| table.groups[key.group as usize].contains_key(OCCURRED);
        let apart = by_year(table, unit, undated);
        let apart = apart.values().any(|total| *total > 0).then(|| (UNDATED.to_owned(), apart));
        return (by_year(table, unit, |key| !undated(key)), apart.into_iter().collect());
    }
    let of =
        |(offence, named): (u32, &NamedCode)| (named.code.clone(), by_year(table, unit, |key| key.offence == offence));
    (BTreeMap::new(), (0..).zip(&table.offences).map(of).collect())
}

type ByYear = BTreeMap<i16, u64>;

/// Sums by year of the series that pass.
fn by_year(table: &CountTable, unit: Unit, passes: impl Fn(&SeriesKey) -> bool) -> ByYear {
    let mut sums: Vec<Option<u64>> = vec![None; table.periods];
    for (at, _) in table.series.iter().enumerate().filter(|(_, key)| passes(key)) {
        for (sum, code) in sums.iter_mut().zip(table.row(at)) {
            // A period without a figure adds nothing, and is no moment either.
            *sum = sum.map_or_else(
                || Cell::decode(*code).value(),
                |sum| Some(sum + Cell::decode(*code).value().unwrap_or(0)),
            );
        }
    }
    let mut totals = ByYear::new();
    for (step, sum) in sums.into_iter().enumerate().filter_map(|(column, sum)| Some((table.step(column)?, sum))) {
        let total = totals.entry(step.year()).or_default();
        *total = match (unit.is_stock(), sum) {
            (true, Some(sum)) => sum,
            (_, sum) => *total + sum.unwrap_or(0),
        };
    }
    totals
}
