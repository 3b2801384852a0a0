//! Small editions made in memory.

use std::collections::BTreeMap;
use tequio_kernel::{
    Cell, CountTable, CountTableBuilder, CountsAbout, DatasetId, Frequency, Group, Level, Manifest, Precision,
    Rejected, Step, Unit,
};

/// First month of the series that [`series`] makes: January 2015.
pub const FIRST: i32 = 24_180;

/// Cells of one series from a month on.
#[derive(Clone, Debug)]
pub struct Row {
    pub place: String,
    pub offence: String,
    /// A sex, or everybody when it is empty.
    pub group: String,
    pub first: i32,
    pub cells: Vec<Cell>,
}

/// A series about everybody from January 2015 on.
pub fn series(place: &str, offence: &str, cells: &[Cell]) -> Row {
    let (place, offence) = (place.to_owned(), offence.to_owned());
    Row { place, offence, group: String::new(), first: FIRST, cells: cells.to_vec() }
}

/// Observed cells.
pub fn observed(values: impl IntoIterator<Item = u64>) -> Vec<Cell> {
    values.into_iter().map(Cell::Observed).collect()
}

/// An edition of these rows, observed to a month; of two figures for one cell the first is taken.
pub fn edition(name: &str, rows: &[Row], cutoff: i32, absent_is_zero: bool) -> (Manifest, CountTable) {
    let mut builder = CountTableBuilder::default();
    for row in rows {
        let group = match row.group.as_str() {
            "" => Group::new(),
            sex => Group::from([("sex".to_owned(), sex.to_owned())]),
        };
        let id = builder.series((&row.place, &row.place), (&row.offence, &row.offence), &group);
        for (index, cell) in (row.first..).zip(&row.cells).filter(|(_, cell)| **cell != Cell::Absent) {
            let _ = builder.put(id, Step::at(Frequency::Month, index).expect("a month"), *cell);
        }
    }
    let table = builder.build();
    (manifest(name, &table, cutoff, absent_is_zero), table)
}

/// What is known of an edition of this table, observed to a month.
pub fn manifest(name: &str, table: &CountTable, cutoff: i32, absent_is_zero: bool) -> Manifest {
    let counts = CountsAbout {
        unit: Unit::CaseFile,
        taxonomy: "cnsp-2015".to_owned(),
        frequency: Frequency::Month,
        level: Level::State,
        coverage: Vec::new(),
        offences: Vec::new(),
        first: table.step(0).map(|step| step.to_string()).unwrap_or_default(),
        cutoff: Step::at(Frequency::Month, cutoff).expect("a month").to_string(),
        absent_is_zero,
        figures: BTreeMap::new(),
        totals: BTreeMap::new(),
        totals_apart: BTreeMap::new(),
        dimensions: None,
        check_rows: 0,
        checks: Vec::new(),
        rows_root: String::new(),
    };
    Manifest {
        version: 1,
        dataset: DatasetId("made-up".to_owned()),
        title: String::new(),
        attribution: String::new(),
        synthetic: true,
        edition: name.to_owned(),
        sequence: 1,
        supersedes: None,
        imported_at: "2026-11-26T00:00:00Z".to_owned(),
        published_assumed: false,
        published: None,
        sha256: String::new(),
        content_sha256: String::new(),
        sources: Vec::new(),
        format: String::new(),
        importer_version: 1,
        encoding: String::new(),
        rows: 0,
        accepted: 0,
        rejected: Rejected::default(),
        flags: BTreeMap::new(),
        unlocated: 0,
        precision: Precision::Month,
        months: BTreeMap::new(),
        territory: None,
        checked_against: None,
        counts: Some(counts),
        files: Vec::new(),
    }
}
