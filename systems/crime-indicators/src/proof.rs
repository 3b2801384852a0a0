//! The proof of one official figure: where its row stands among the rows of its edition, and the way from there to the
//! ledger.

use crate::shelf::{OpenCounts, Shelf, ShelfError};
use std::ops::Range;
use tequio_archive::canonical_row;
use tequio_archive::ledger::{FigureProof, LedgerError, ROWS_FILE, RowsTree};
use tequio_kernel::official::{NamedCode, SeriesKey};
use tequio_kernel::{Cell, CountTable, Group, Step};

/// A figure as a reader names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureName {
    /// Code of the place, as the edition has it.
    pub place: String,
    /// Code of the offence.
    pub offence: String,
    /// Persons it is about; empty when it is about everybody.
    pub group: Group,
    /// Month or year.
    pub step: Step,
}

/// Why a figure cannot be proved. Every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The edition.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A code that the edition does not have.
    #[error("edition `{edition}` has no {what} `{code}`: give a code as its figures write it, such as `{example}`")]
    Unknown {
        /// The edition.
        edition: String,
        /// `place`, `offence`, `group` or `period`.
        what: &'static str,
        /// What was given.
        code: String,
        /// One that it has.
        example: String,
    },
    /// A cell without a row.
    #[error("edition `{0}` has no row for this figure: only rows that were published can be proved")]
    NoRow(String),
    /// An edition that is not in the ledger.
    #[error("edition `{0}` is not in the ledger yet: the next `tequio import` records it")]
    Unrecorded(String),
}

/// Proves a figure of an edition that is open.
///
/// # Errors
/// [`ProofError`] when the edition has no such row, is not recorded, or its files are not what was published.
pub fn prove(shelf: &Shelf, open: &OpenCounts, figure: &FigureName) -> Result<FigureProof, ProofError> {
    let manifest = &open.manifest;
    let ledger = shelf.ledger()?;
    let unrecorded = || ProofError::Unrecorded(manifest.edition.clone());
    let entry = ledger.find_edition(&manifest.dataset.0, &manifest.edition).ok_or_else(unrecorded)?;
    let at = find(open, figure)?;
    let tree = RowsTree::read(&shelf.data().edition_folder(manifest).join(ROWS_FILE))?;
    let index = rows_before(&open.table, at);
    let block = tree.block_of(index);
    let path =
        tree.prove(index, rows_from(&open.table, first_of_block(&open.table, at, index - block.start), &block))?;
    let no_row = || ProofError::NoRow(manifest.edition.clone());
    let row = row_at(&open.table, at).ok_or_else(no_row)?;
    let row = serde_json::from_slice(&row).map_err(|_| no_row())?;
    Ok(FigureProof::make(&ledger, entry, row, path)?)
}

/// The figure of an edition: its cell.
///
/// # Errors
/// [`ProofError::Unknown`] when the edition has no such place, offence, group or period; [`ProofError::NoRow`].
pub fn cell(open: &OpenCounts, figure: &FigureName) -> Result<Cell, ProofError> {
    find(open, figure).map(|at| open.table.cells.get(at).map_or(Cell::Absent, |code| Cell::decode(*code)))
}

/// Position of a figure among the cells of its table.
fn find(open: &OpenCounts, figure: &FigureName) -> Result<usize, ProofError> {
    let table = &open.table;
    let unknown = |what: &'static str, code: &str, example: Option<String>| ProofError::Unknown {
        edition: open.manifest.edition.clone(),
        what,
        code: code.to_owned(),
        example: example.unwrap_or_default(),
    };
    let place = index_of(&table.places, &figure.place);
    let place = place.ok_or_else(|| unknown("place", &figure.place, example(&table.places)))?;
    let offence = index_of(&table.offences, &figure.offence);
    let offence = offence.ok_or_else(|| unknown("offence", &figure.offence, example(&table.offences)))?;
    let group = table.groups.binary_search(&figure.group).ok().and_then(|at| u32::try_from(at).ok());
    let group =
        group.ok_or_else(|| unknown("group", &group_text(&figure.group), table.groups.first().map(group_text)))?;
    let step = figure.step.to_string();
    let column = table.column(figure.step).ok_or_else(|| unknown("period", &step, Some(open.about.cutoff.clone())))?;
    let no_row = || ProofError::NoRow(open.manifest.edition.clone());
    let series = table.series.binary_search(&SeriesKey { place, offence, group }).map_err(|_| no_row())?;
    let at = series * table.periods + column;
    let has_row = table.cells.get(at).is_some_and(|code| *code != Cell::Absent.encode());
    has_row.then_some(at).ok_or_else(no_row)
}

fn index_of(list: &[NamedCode], code: &str) -> Option<u32> {
    let found = list.binary_search_by(|named| named.code.as_str().cmp(code)).ok()?;
    u32::try_from(found).ok()
}

fn example(list: &[NamedCode]) -> Option<String> {
    list.first().map(|named| named.code.clone())
}

/// A group as addresses write it: `age=18-29&sex=female`.
pub fn group_text(group: &Group) -> String {
    let pairs: Vec<String> = group.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// Rows that stand before a cell in the canonical order: cells without a row are none.
fn rows_before(table: &CountTable, at: usize) -> u64 {
    let absent = Cell::Absent.encode();
    table.cells.iter().take(at).filter(|code| **code != absent).count() as u64
}

/// Position of the cell that so many rows before a cell has.
fn first_of_block(table: &CountTable, at: usize, rows: u64) -> usize {
    let absent = Cell::Absent.encode();
    let before = table.cells.iter().enumerate().take(at).rev().filter(|(_, code)| **code != absent);
    let steps = usize::try_from(rows).unwrap_or(usize::MAX);
    steps.checked_sub(1).and_then(|steps| before.map(|(at, _)| at).nth(steps)).unwrap_or(at)
}

/// The rows of a block, from the cell that it begins with.
fn rows_from(table: &CountTable, first: usize, block: &Range<u64>) -> Vec<Vec<u8>> {
    let rows = usize::try_from(block.end - block.start).unwrap_or(0);
    (first..table.cells.len()).filter_map(|at| row_at(table, at)).take(rows).collect()
}

/// The canonical row of a cell; `None` where it has none.
fn row_at(table: &CountTable, at: usize) -> Option<Vec<u8>> {
    let series = at.checked_div(table.periods)?;
    let cell = Cell::decode(*table.cells.get(at)?);
    canonical_row(table, *table.series.get(series)?, at % table.periods, cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tequio_archive::ledger::ROWS_BLOCK;
    use tequio_archive::rows_tree;
    use tequio_kernel::{CountTableBuilder, Frequency};

    /// More rows than two blocks, with holes: every third cell has no row.
    fn table() -> CountTable {
        let mut builder = CountTableBuilder::default();
        for place in 0..60 {
            let series = builder.series((&format!("MX-01-{place:03}"), "x"), ("a", "A"), &Group::new());
            for (value, index) in (0u64..).zip(24_180..24_240) {
                let step = Step::at(Frequency::Month, index).expect("a month");
                if (index + place) % 3 > 0 {
                    builder.put(series, step, Cell::Observed(value)).expect("new");
                }
            }
        }
        builder.build()
    }

    #[test]
    fn every_row_is_found_where_the_tree_has_it() {
        let table = table();
        let tree = rows_tree(&table);
        let root = tree.root().expect("a root");
        assert!(tree.size() > 2 * ROWS_BLOCK);
        let rows: Vec<usize> = (0..table.cells.len()).filter(|at| row_at(&table, *at).is_some()).collect();
        assert_eq!(rows.len() as u64, tree.size());
        for (index, at) in (0u64..).zip(rows).step_by(97) {
            assert_eq!(rows_before(&table, at), index);
            let block = tree.block_of(index);
            let rows = rows_from(&table, first_of_block(&table, at, index - block.start), &block);
            let path = tree.prove(index, rows).expect("a proof");
            let leaf = tequio_archive::ledger::TreeHash::of_leaf(&row_at(&table, at).expect("a row"));
            assert_eq!(
                tequio_archive::ledger::root_of_path(leaf, path.index, path.size, &path.path),
                Some(root),
                "{index}"
            );
        }
    }
}
