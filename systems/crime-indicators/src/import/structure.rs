//! Structural checks: what a file of a format promises, and whether it keeps it.
//!
//! Rule: a file is refused when a year before its last is missing from its own range, or when a month up to the
//! cut-off is blank in every row (the file is broken, not the reality); everything else is reported and kept.

use super::ImportError;
use super::cutoff::{CUTOFF_CHECK, CutOff};
use super::found::{Found, number, text};
use super::leaves::Parted;
use super::rows::ReadRows;
use crate::catalogue::Catalogue;
use crate::importers::{About, Flag, Reason};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use tequio_kernel::edition::FoundValue;
use tequio_kernel::{Cell, Check, CountTable, Level, Step, Unit};

/// States of the reference territory.
const STATES: usize = 32;

/// What the format and the publisher promise of a file.
pub(super) struct Promised<'a> {
    pub about: &'a About,
    pub cutoff: &'a CutOff,
    /// Day of publication.
    pub published: &'a str,
    /// True when it is the day of the import, since nobody said another.
    pub is_assumed: bool,
}

/// Everything that was checked.
///
/// # Errors
/// [`ImportError::Broken`] by the rule above.
pub(super) fn checks(
    parted: &Parted,
    promised: &Promised<'_>,
    rows: &ReadRows,
    catalogue: &Catalogue,
) -> Result<Vec<Check>, ImportError> {
    let Promised { about, cutoff, .. } = promised;
    let (flags, rejected) = (&rows.flags, rows.rejected.total);
    let table = &parted.leaves;
    // Where zeros are left out, a period without a row is one without an event.
    let blank = if about.absent_is_zero { Vec::new() } else { blank_columns(table) };
    if !blank.is_empty() {
        return Err(ImportError::Broken(format!("no figure at all for {}", blank.join(", "))));
    }
    let mut checks = vec![cut_off(cutoff), parts_sum(parted)];
    checks.extend(about.leaves.map(|leaves| every_series(table, leaves, parted.level)));
    checks.extend((parted.level >= Level::State && about.unit != Unit::Inhabitant).then(|| states(table)));
    let listed = |code: &str, flag: Flag, found: Found| match flags.get(&flag) {
        None => Found::AllListed.check(code, true, []),
        Some(rows) => found.check(code, false, [("rows", FoundValue::Number(*rows))]),
    };
    checks.push(listed("offences_listed", Flag::OffenceUnlisted, Found::OffencesUnlisted));
    checks.push(listed("places_listed", Flag::PlaceUnlisted, Found::PlacesUnlisted));
    checks.push(listed("names_agree", Flag::PlaceNameDisagrees, Found::NamesDisagree));
    checks.extend((parted.level == Level::Municipality).then(|| municipalities(table, catalogue)));
    checks.push(missing(table));
    checks.extend((about.unit != Unit::Inhabitant).then(|| known_then(promised)));
    let lost = rejected - rows.rejected.by_reason.get(Reason::DuplicateFigure.code()).copied().unwrap_or(0);
    checks.push(Found::Rejected.check("every_row_read", lost == 0, [("rows", FoundValue::Number(lost))]));
    checks.push(stated_once(rows));
    Ok(checks)
}

/// Periods up to the last observed one in which no series has a figure.
fn blank_columns(table: &CountTable) -> Vec<String> {
    let has = |column: usize| {
        let mut cells = table.cells.iter().skip(column).step_by(table.periods.max(1));
        cells.any(|code| matches!(Cell::decode(*code), Cell::Observed(_) | Cell::NotYetObserved))
    };
    let blank = (0..table.periods).filter(|column| !has(*column));
    blank.filter_map(|column| table.step(column)).map(|step| step.to_string()).collect()
}

fn cut_off(cutoff: &CutOff) -> Check {
    let last = ("last", text(cutoff.last));
    match (&cutoff.disagrees, &cutoff.reason) {
        (Some(label), _) => {
            let found = if cutoff.last > Step::Month(*label) { Found::LabelDisagrees } else { Found::LabelLater };
            found.check(CUTOFF_CHECK, false, [("label", text(label)), last])
        }
        (None, Some(reason)) => reason.clone(),
        (None, None) => Found::FiguresEnd.check(CUTOFF_CHECK, true, [last]),
    }
}

fn parts_sum(parted: &Parted) -> Check {
    const CODE: &str = "parts_sum_to_the_whole";
    let totals = &parted.totals;
    let compared = ("compared", FoundValue::Number(totals.compared));
    match &totals.first {
        None if totals.compared == 0 => Found::NoTotals.check(CODE, true, []),
        None => Found::TotalsEqual.check(CODE, true, [compared]),
        Some(first) => {
            let values = [
                ("differ", FoundValue::Number(totals.differ)),
                compared,
                ("place", text(&first.place)),
                ("period", text(&first.period)),
                ("total", FoundValue::Number(first.total)),
                ("parts", FoundValue::Number(first.parts)),
            ];
            Found::TotalsDiffer.check(CODE, false, values)
        }
    }
}

/// Places by leaves by years: a place has a row for every leaf in every year in which it has any.
fn every_series(table: &CountTable, leaves: usize, level: Level) -> Check {
    const CODE: &str = "every_series_complete";
    let mut per_place: BTreeMap<u32, HashSet<u32>> = BTreeMap::new();
    table.series.iter().for_each(|key| {
        per_place.entry(key.place).or_default().insert(key.offence);
    });
    let short: Vec<&str> = per_place
        .iter()
        .filter(|(_, offences)| offences.len() != leaves)
        .filter_map(|(place, _)| table.places.get(*place as usize).map(|place| place.code.as_str()))
        .collect();
    let holes = table.cells.iter().filter(|code| Cell::decode(**code) == Cell::Absent).count();
    let years: BTreeSet<i16> = (0..table.periods).filter_map(|column| table.step(column)).map(|s| s.year()).collect();
    let whole = short.is_empty() && (holes == 0 || level == Level::Municipality);
    let places = ("places", number(table.places.len()));
    let (leaves, years) = (("leaves", number(leaves)), ("years", number(years.len())));
    match (short.first(), holes) {
        (None, 0) => Found::SeriesComplete.check(CODE, whole, [places, leaves, years]),
        (None, holes) => Found::SeriesWithoutRow.check(CODE, whole, [places, leaves, years, ("holes", number(holes))]),
        (Some(first), _) => {
            let values = [places, leaves, years, ("short", number(short.len())), ("first", text(first))];
            Found::SeriesShort.check(CODE, whole, values)
        }
    }
}

fn states(table: &CountTable) -> Check {
    let of = |code: &str| code.get(..5).map(str::to_owned);
    let is_real = |code: &&String| code[3..].bytes().all(|byte| byte.is_ascii_digit()) && code.as_str() != "MX-99";
    let found: BTreeSet<String> = table.places.iter().filter_map(|place| of(&place.code)).collect();
    let count = found.iter().filter(is_real).count();
    Found::States.check("all_states", count == STATES, [("count", number(count)), ("all", number(STATES))])
}

/// Municipalities of the territory that the file says nothing about.
fn municipalities(table: &CountTable, catalogue: &Catalogue) -> Check {
    const CODE: &str = "all_municipalities";
    let known: HashSet<&str> = table.places.iter().map(|place| place.code.as_str()).collect();
    let states: HashSet<&str> = known.iter().filter_map(|code| code.get(..5)).collect();
    let expected: Vec<&str> =
        catalogue.municipalities().iter().map(String::as_str).filter(|code| states.contains(&code[..5])).collect();
    let absent: Vec<&str> = expected.iter().copied().filter(|code| !known.contains(code)).collect();
    let all = ("all", number(expected.len()));
    match absent.first() {
        None => Found::MunicipalitiesAll.check(CODE, true, [all, ("states", number(states.len()))]),
        Some(first) => {
            let values = [("absent", number(absent.len())), all, ("first", text(first))];
            Found::MunicipalitiesAbsent.check(CODE, false, values)
        }
    }
}

/// What is published on a day tells of periods that had begun by then; a projection of inhabitants may look ahead.
fn known_then(promised: &Promised<'_>) -> Check {
    let Promised { cutoff, published, is_assumed, .. } = promised;
    let last = cutoff.last.to_string();
    let begun = published.get(..last.len()).is_some_and(|then| last.as_str() <= then);
    let found = if *is_assumed { Found::PublicationAssumed } else { Found::Published };
    found.check("published_after_its_figures", begun, [("published", text(published)), ("last", text(last))])
}

fn missing(table: &CountTable) -> Check {
    let blanks = table.cells.iter().filter(|code| Cell::decode(**code) == Cell::Missing).count();
    Found::Blanks.check("no_blank_before_the_cutoff", blanks == 0, [("blanks", number(blanks))])
}

/// Whether the source contradicts itself: a repetition adds nothing, a second value leaves open which of the two is true.
fn stated_once(rows: &ReadRows) -> Check {
    const CODE: &str = "figures_stated_once";
    let of = |reason: Reason| FoundValue::Number(rows.rejected.by_reason.get(reason.code()).copied().unwrap_or(0));
    match (&rows.conflict, of(Reason::DuplicateFigure)) {
        (Some(first), _) => {
            let values = [("rows", of(Reason::ConflictingFigure)), ("first", text(first))];
            Found::Contradicted.check(CODE, false, values)
        }
        (None, FoundValue::Number(0)) => Found::StatedOnce.check(CODE, true, []),
        (None, repeated) => Found::Repeated.check(CODE, true, [("rows", repeated)]),
    }
}
