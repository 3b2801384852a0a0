//! Completeness: which reporting agency (*fiscalía*, the prosecutor's office of a state) delivered which month.
//!
//! An agency is expected to deliver, in every period from the first of the edition to its cut-off, every series that
//! the edition has of it anywhere (place, offence, group). A series is *missing* in a period where its cell is blank,
//! or has no row in an edition whose source does not leave zeros out; a figure that the source says does not exist is
//! not expected. Per agency and period:
//!
//! - *complete*: every expected series is observed;
//! - *partial*: some are missing;
//! - *missing*: none is observed, or every figure is zero after a year that makes that no chance (see `import::silent`);
//! - *stray*: figures where the agency should have none: outside the range of the edition, or of a unit that is no
//!   state of the territory (`MX-EXT`, `MX-99`), for which no agency answers.

mod report;

pub use report::{AgencyPeriod, agency_name};

use crate::diff::{DiffError, Edition, office_of};
use crate::import::silent::silent;
use std::collections::BTreeMap;
use tequio_kernel::{Cell, CountTable, Frequency, Manifest, Step};
use tequio_reference::gazetteer;

/// Months from which the largest figure is taken for a missing one: a year, so that every season is among them.
pub const BOUND_MONTHS: usize = 12;
/// The same for yearly figures.
pub const BOUND_YEARS: usize = 3;

/// What an agency delivered of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Delivery {
    /// Everything expected.
    Complete,
    /// A part of it.
    Partial,
    /// Nothing.
    Missing,
    /// Figures where there should be none.
    Stray,
}

impl Delivery {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Complete, Self::Partial, Self::Missing, Self::Stray];

    /// Name in files and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Missing => "missing",
            Self::Stray => "stray",
        }
    }
}

/// Series of an agency or a place in one period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Expected and observed.
    pub observed: u32,
    /// Expected and not observed.
    pub missing: u32,
    /// Observed and not expected.
    pub stray: u32,
}

impl Delivered {
    /// The state; `None` where nothing is expected and nothing is there.
    pub fn state(&self) -> Option<Delivery> {
        match (self.observed, self.missing, self.stray) {
            (0, 0, 0) => None,
            (0, 0, _) => Some(Delivery::Stray),
            (0, _, _) => Some(Delivery::Missing),
            (_, 0, _) => Some(Delivery::Complete),
            _ => Some(Delivery::Partial),
        }
    }

    fn add(&mut self, other: &Self) {
        self.observed += other.observed;
        self.missing += other.missing;
        self.stray += other.stray;
    }
}

/// Completeness of one edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completeness {
    frequency: Frequency,
    first: i32,
    /// By code of the agency, one value a period.
    agencies: BTreeMap<String, Vec<Delivered>>,
    /// By code of the place.
    places: BTreeMap<String, Vec<Delivered>>,
}

impl Completeness {
    /// Goes through every figure of an edition.
    ///
    /// # Errors
    /// [`DiffError`] for an edition of incidents, and when a built-in catalogue is damaged.
    pub fn of(table: &CountTable, manifest: &Manifest) -> Result<Self, DiffError> {
        let edition = Edition::new(manifest, table)?;
        let gazetteer = gazetteer()?;
        let is_state = |code: &str| gazetteer.name(code).is_some() && code.contains('-');
        let mut found =
            Self { frequency: table.frequency, first: table.first, agencies: BTreeMap::new(), places: BTreeMap::new() };
        let observed = edition.observed_columns();
        let zeros = edition.counts.absent_is_zero;
        let mut series = table.series.iter().enumerate().peekable();
        while let Some((_, key)) = series.peek() {
            let place = key.place;
            let code = table.places.get(place as usize).map_or("", |named| named.code.as_str());
            let expected = if is_state(office_of(code)) { observed.clone() } else { 0..0 };
            let mut line = vec![Delivered::default(); table.periods];
            while let Some((index, _)) = series.next_if(|(_, key)| key.place == place) {
                for (column, (delivered, cell)) in line.iter_mut().zip(table.row(index)).enumerate() {
                    count(delivered, Cell::decode(*cell), expected.contains(&column), zeros);
                }
            }
            found.add(code, line);
        }
        if !zeros {
            silent(table).into_iter().for_each(|(agency, column)| found.silence(&agency, column));
        }
        Ok(found)
    }

    /// Takes what an agency delivered of a period as not delivered.
    fn silence(&mut self, agency: &str, column: usize) {
        if let Some(delivered) = self.agencies.get_mut(agency).and_then(|line| line.get_mut(column)) {
            delivered.missing += std::mem::take(&mut delivered.observed);
        }
    }

    fn add(&mut self, place: &str, line: Vec<Delivered>) {
        let agency = self.agencies.entry(office_of(place).to_owned()).or_default();
        agency.resize(line.len(), Delivered::default());
        agency.iter_mut().zip(&line).for_each(|(sum, delivered)| sum.add(delivered));
        self.places.insert(place.to_owned(), line);
    }

    /// Codes of the agencies, in order.
    pub fn agencies(&self) -> impl Iterator<Item = &str> {
        self.agencies.keys().map(String::as_str)
    }

    /// The periods of the edition.
    pub fn steps(&self) -> impl Iterator<Item = Step> + '_ {
        let periods = self.agencies.values().next().map_or(0, Vec::len);
        (self.first..).take(periods).filter_map(|index| Step::at(self.frequency, index))
    }

    /// What an agency delivered of a period; `None` where nothing is expected of it.
    pub fn state(&self, agency: &str, step: Step) -> Option<Delivery> {
        self.delivered(agency, step)?.state()
    }

    /// Series of an agency (its code: `MX-11`) or a place in a period; `None` outside the edition.
    pub fn delivered(&self, code: &str, step: Step) -> Option<Delivered> {
        let line = self.agencies.get(code).or_else(|| self.places.get(code))?;
        let column = usize::try_from(step.index() - self.first).ok()?;
        line.get(column).copied().filter(|_| step.frequency() == self.frequency)
    }

    /// Periods from one to another, both included, in which a place or a place below it lacks figures: periods that
    /// the edition does not reach, and periods in which a series is missing.
    pub fn missing_in(&self, place: &str, from: Step, until: Step) -> Vec<Step> {
        let below = format!("{place}-");
        let lines: Vec<&Vec<Delivered>> = self
            .places
            .iter()
            .filter(|(code, _)| *code == place || code.starts_with(&below))
            .map(|(_, line)| line)
            .collect();
        let is_whole = |index: i32| {
            let at = |line: &&Vec<Delivered>| line.get(usize::try_from(index - self.first).ok()?).copied();
            let mut sum = Delivered::default();
            lines.iter().filter_map(at).for_each(|delivered| sum.add(&delivered));
            sum.state() == Some(Delivery::Complete)
        };
        let periods = from.index()..=until.index();
        periods.filter(|index| !is_whole(*index)).filter_map(|index| Step::at(self.frequency, index)).collect()
    }

    /// How many agency-periods are in each state.
    pub fn summary(&self) -> BTreeMap<Delivery, u64> {
        let mut summary: BTreeMap<Delivery, u64> = Delivery::ALL.into_iter().map(|state| (state, 0)).collect();
        let states = self.agencies.values().flatten().filter_map(Delivered::state);
        states.for_each(|state| *summary.entry(state).or_default() += 1);
        summary
    }
}

fn count(delivered: &mut Delivered, cell: Cell, is_expected: bool, absent_is_zero: bool) {
    match (cell, is_expected) {
        (Cell::Observed(_), true) => delivered.observed += 1,
        (Cell::Observed(_), false) => delivered.stray += 1,
        (Cell::Absent, true) if absent_is_zero => delivered.observed += 1,
        (Cell::Absent | Cell::Missing | Cell::NotYetObserved, true) => delivered.missing += 1,
        (Cell::NotApplicable, _) | (_, false) => {}
    }
}

/// What is done with a rate over missing periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// It is not given.
    Withhold,
    /// It is given as an interval: missing figures as zero, and as the largest figure of their series in the
    /// [`BOUND_MONTHS`] before (where nothing is observed there, the rate is withheld).
    Bound,
}

/// A sum of figures over periods that may lack some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SumOver {
    /// Sum of the observed figures: the lower bound.
    pub low: u64,
    /// Upper bound; `None` where a missing figure has nothing before it to be bounded by.
    pub high: Option<u64>,
    /// Observed figures.
    pub observed: u64,
    /// Missing figures.
    pub missing: u64,
}

/// A rate over periods that may lack figures, per 100,000 inhabitants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RateOver {
    /// Nothing is missing.
    Whole(f64),
    /// Something is missing, and the rate lies between these.
    Between {
        /// With missing figures as zero.
        low: f64,
        /// With missing figures as large as any of their series in the year before.
        high: f64,
        /// Missing figures.
        missing: u64,
    },
    /// Something is missing, and the rate is not given.
    Withheld {
        /// Missing figures.
        missing: u64,
    },
    /// Nothing is observed at all.
    NothingObserved,
    /// The population is zero or not known.
    NoPopulation,
}

/// Sums the figures of the series that pass, from one period to another, both included.
///
/// Every series that passes is expected in every one of the periods, up to those that the edition does not reach.
/// Give only series that are leaves of one question; see [`crate::revisions::Selection`].
pub fn sum_over(
    edition: &Edition,
    passes: impl Fn(&tequio_kernel::official::SeriesKey) -> bool,
    from: Step,
    until: Step,
) -> SumOver {
    let table = edition.table;
    let reach = match table.frequency {
        Frequency::Month => BOUND_MONTHS,
        Frequency::Year => BOUND_YEARS,
    };
    let mut sum = SumOver { low: 0, high: Some(0), observed: 0, missing: 0 };
    let observed = edition.observed_columns();
    for (series, _) in table.series.iter().enumerate().filter(|(_, key)| passes(key)) {
        let row = Row { cells: table.row(series), observed: observed.clone(), zeros: edition.counts.absent_is_zero };
        for index in from.index()..=until.index() {
            sum.add(&row, i64::from(index) - i64::from(table.first), reach);
        }
    }
    sum
}

/// A series as a sum meets it.
struct Row<'a> {
    cells: &'a [u32],
    observed: std::ops::Range<usize>,
    zeros: bool,
}

impl Row<'_> {
    /// The cell of a column that may lie outside the table; blank where the edition observes nothing.
    fn cell(&self, column: i64) -> Cell {
        let column = usize::try_from(column).ok().filter(|column| self.observed.contains(column));
        match column.and_then(|column| self.cells.get(column)).map_or(Cell::Missing, |code| Cell::decode(*code)) {
            Cell::Absent if self.zeros => Cell::Observed(0),
            Cell::Absent | Cell::NotYetObserved => Cell::Missing,
            cell => cell,
        }
    }
}

impl SumOver {
    fn add(&mut self, row: &Row, column: i64, reach: usize) {
        match row.cell(column) {
            Cell::Observed(value) => {
                self.observed += 1;
                self.low += value;
                self.high = self.high.map(|high| high + value);
            }
            Cell::NotApplicable => {}
            _ => {
                self.missing += 1;
                let before = (column - i64::try_from(reach).unwrap_or(0))..column;
                let largest = before.filter_map(|column| row.cell(column).value()).max();
                self.high = self.high.zip(largest).map(|(high, largest)| high + largest);
            }
        }
    }
}

/// The rate of a sum by a rule, per 100,000 of a population (of persons, or of persons times years for more than one).
pub fn rate_over(sum: &SumOver, population: u64, rule: Rule) -> RateOver {
    let rate = |count: u64| count as f64 * 100_000.0 / population as f64;
    match (population, sum.observed, sum.missing, rule, sum.high) {
        (0, ..) => RateOver::NoPopulation,
        (_, 0, ..) => RateOver::NothingObserved,
        (_, _, 0, ..) => RateOver::Whole(rate(sum.low)),
        (_, _, missing, Rule::Bound, Some(high)) => RateOver::Between { low: rate(sum.low), high: rate(high), missing },
        (_, _, missing, ..) => RateOver::Withheld { missing },
    }
}
