//! Structural checks: what a file of a format promises, and whether it keeps it.
//!
//! Rule: a file is refused when a year before its last is missing from its own range, or when a month up to the
//! cut-off is blank in every row (the file is broken, not the reality); everything else is reported and kept.

use super::ImportError;
use super::cutoff::CutOff;
use super::leaves::Parted;
use super::rows::ReadRows;
use crate::catalogue::Catalogue;
use crate::importers::{About, Flag, Reason};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use tequio_kernel::{Cell, Check, CountTable, Level, Unit};

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
    checks.push(listed(
        "offences_listed",
        flags.get(&Flag::OffenceUnlisted),
        "rows have an offence that the taxonomy does not list",
    ));
    checks.push(listed(
        "places_listed",
        flags.get(&Flag::PlaceUnlisted),
        "rows have a place that the territory does not list",
    ));
    checks.push(listed(
        "names_agree",
        flags.get(&Flag::PlaceNameDisagrees),
        "rows name a place otherwise than its code does",
    ));
    checks.extend((parted.level == Level::Municipality).then(|| municipalities(table, catalogue)));
    checks.push(missing(table));
    checks.extend((about.unit != Unit::Inhabitant).then(|| known_then(promised)));
    checks.push(check("every_row_read", rejected == 0, format!("{rejected} rows are rejected and in no figure")));
    checks.push(stated_once(rows));
    Ok(checks)
}

fn check(code: &str, passed: bool, detail: impl Into<String>) -> Check {
    Check { code: code.to_owned(), passed, detail: detail.into() }
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
    match (&cutoff.disagrees, &cutoff.reason) {
        (Some(label), _) => {
            check("cutoff_agrees", false, format!("the label says {label} and figures go on to {}", cutoff.last))
        }
        (None, Some(reason)) => check("cutoff_agrees", true, reason.clone()),
        (None, None) => check("cutoff_agrees", true, format!("figures end at {}", cutoff.last)),
    }
}

fn parts_sum(parted: &Parted) -> Check {
    let totals = &parted.totals;
    let detail = match (&totals.first, totals.compared) {
        (_, 0) => "the source states no totals".to_owned(),
        (None, compared) => format!("{compared} totals equal the sum of their parts"),
        (Some(first), compared) => {
            format!("{} of {compared} totals differ from the sum of their parts; the first: {first}", totals.differ)
        }
    };
    check("parts_sum_to_the_whole", totals.differ == 0, detail)
}

/// Places by leaves by years: a place has a row for every leaf in every year in which it has any.
fn every_series(table: &CountTable, leaves: usize, level: Level) -> Check {
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
    let product = format!("{} places x {leaves} leaves x {} years", table.places.len(), years.len());
    let whole = short.is_empty() && (holes == 0 || level == Level::Municipality);
    let detail = match (short.first(), holes) {
        (None, 0) => product,
        (None, holes) => format!("{product}, {holes} figures without a row"),
        (Some(first), _) => format!("{product}: {} places have not {leaves} leaves, {first} the first", short.len()),
    };
    check("every_series_complete", whole, detail)
}

fn states(table: &CountTable) -> Check {
    let of = |code: &str| code.get(..5).map(str::to_owned);
    let is_real = |code: &&String| code[3..].bytes().all(|byte| byte.is_ascii_digit()) && code.as_str() != "MX-99";
    let found: BTreeSet<String> = table.places.iter().filter_map(|place| of(&place.code)).collect();
    let count = found.iter().filter(is_real).count();
    check("all_states", count == STATES, format!("{count} of {STATES} states"))
}

fn listed(code: &str, rows: Option<&u64>, what: &str) -> Check {
    match rows {
        None => check(code, true, "all"),
        Some(rows) => check(code, false, format!("{rows} {what}")),
    }
}

/// Municipalities of the territory that the file says nothing about.
fn municipalities(table: &CountTable, catalogue: &Catalogue) -> Check {
    let known: HashSet<&str> = table.places.iter().map(|place| place.code.as_str()).collect();
    let states: HashSet<&str> = known.iter().filter_map(|code| code.get(..5)).collect();
    let expected: Vec<&str> =
        catalogue.municipalities().iter().map(String::as_str).filter(|code| states.contains(&code[..5])).collect();
    let absent: Vec<&str> = expected.iter().copied().filter(|code| !known.contains(code)).collect();
    let detail = match absent.first() {
        None => format!("all {} municipalities of {} states", expected.len(), states.len()),
        Some(first) => format!("{} of {} municipalities have no row, {first} the first", absent.len(), expected.len()),
    };
    check("all_municipalities", absent.is_empty(), detail)
}

/// What is published on a day tells of periods that had begun by then; a projection of inhabitants may look ahead.
fn known_then(promised: &Promised<'_>) -> Check {
    let Promised { cutoff, published, is_assumed, .. } = promised;
    let last = cutoff.last.to_string();
    let assumed = if *is_assumed { " (assumed: the day of the import)" } else { "" };
    let begun = published.get(..last.len()).is_some_and(|then| last.as_str() <= then);
    check("published_after_its_figures", begun, format!("published on {published}{assumed}, figures to {last}"))
}

fn missing(table: &CountTable) -> Check {
    let blanks = table.cells.iter().filter(|code| Cell::decode(**code) == Cell::Missing).count();
    check("no_blank_before_the_cutoff", blanks == 0, format!("{blanks} figures are blank before the cut-off"))
}

/// Whether the source contradicts itself: a repetition adds nothing, a second value leaves open which of the two is true.
fn stated_once(rows: &ReadRows) -> Check {
    let of = |reason: Reason| rows.rejected.by_reason.get(reason.code()).copied().unwrap_or(0);
    let detail = match (&rows.conflict, of(Reason::DuplicateFigure)) {
        (Some(first), _) => format!(
            "{} rows state a figure with another value than a row before them, whose value stands; the first: {first}",
            of(Reason::ConflictingFigure)
        ),
        (None, 0) => "no figure is stated twice".to_owned(),
        (None, repeated) => format!("{repeated} rows repeat figures with the same values"),
    };
    check("figures_stated_once", rows.conflict.is_none(), detail)
}
