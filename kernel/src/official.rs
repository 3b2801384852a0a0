//! Official counts: aggregated figures as an institution published them.
//!
//! A table is series by period. A series is one offence, in one place, for one group of persons; its cells
//! are typed, because a zero, a gap and a month that has not come yet are three different things.

use crate::period::Month;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// How often figures are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Frequency {
    /// Monthly.
    Month,
    /// Yearly.
    Year,
}

/// One period of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A month.
    Month(Month),
    /// A year.
    Year(i16),
}

impl Step {
    /// The year it lies in.
    pub fn year(self) -> i16 {
        match self {
            Self::Month(month) => month.year,
            Self::Year(year) => year,
        }
    }

    /// How often such periods come.
    pub fn frequency(self) -> Frequency {
        match self {
            Self::Month(_) => Frequency::Month,
            Self::Year(_) => Frequency::Year,
        }
    }

    /// Position in time: months since year 0, or the year.
    pub fn index(self) -> i32 {
        match self {
            Self::Month(month) => month.index(),
            Self::Year(year) => i32::from(year),
        }
    }

    /// The period at a position; `None` outside the calendar.
    pub fn at(frequency: Frequency, index: i32) -> Option<Self> {
        match frequency {
            Frequency::Year => i16::try_from(index).ok().map(Self::Year),
            Frequency::Month => {
                let year = i16::try_from(index.div_euclid(12)).ok()?;
                let month = i8::try_from(index.rem_euclid(12) + 1).ok()?;
                Some(Self::Month(Month { year, month }))
            }
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(month) => month.fmt(f),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

impl std::str::FromStr for Step {
    type Err = crate::period::PeriodError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains('-') {
            return text.parse().map(Self::Month);
        }
        let year = text.parse().ok().filter(|_| text.len() == 4).map(Self::Year);
        year.ok_or_else(|| crate::period::PeriodError::Unreadable(text.to_owned()))
    }
}

/// One cell of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    /// The source has no row for it.
    Absent,
    /// Published, zero included.
    Observed(u64),
    /// The source has the row and leaves the cell blank although its month has passed.
    Missing,
    /// After the cut-off of the edition, blank or filled with zeros.
    NotYetObserved,
    /// The source says that the figure does not exist.
    NotApplicable,
}

/// Largest figure of a cell; the codes above stand for the other states.
pub const VALUE_MAX: u64 = ABSENT as u64 - 4;

const ABSENT: u32 = u32::MAX;
const MISSING: u32 = u32::MAX - 1;
const NOT_YET: u32 = u32::MAX - 2;
const NOT_APPLICABLE: u32 = u32::MAX - 3;

impl Cell {
    /// Names of the states that a row of a table can have, in the order of this list.
    pub const STATES: [&'static str; 4] = ["observed", "missing", "not-yet-observed", "not-applicable"];

    /// The figure, if there is one.
    pub fn value(self) -> Option<u64> {
        match self {
            Self::Observed(value) => Some(value),
            _ => None,
        }
    }

    /// Name of the state; `None` for a cell without a row.
    pub fn state(self) -> Option<&'static str> {
        match self {
            Self::Absent => None,
            Self::Observed(_) => Some(Self::STATES[0]),
            Self::Missing => Some(Self::STATES[1]),
            Self::NotYetObserved => Some(Self::STATES[2]),
            Self::NotApplicable => Some(Self::STATES[3]),
        }
    }

    /// The cell of a state and a value; `None` for a state that is not known or a value out of range.
    pub fn of(state: &str, value: Option<u64>) -> Option<Self> {
        match (state, value) {
            ("observed", Some(value)) if value <= VALUE_MAX => Some(Self::Observed(value)),
            ("missing", None) => Some(Self::Missing),
            ("not-yet-observed", None) => Some(Self::NotYetObserved),
            ("not-applicable", None) => Some(Self::NotApplicable),
            _ => None,
        }
    }

    /// As the table stores it.
    pub fn encode(self) -> u32 {
        match self {
            Self::Absent => ABSENT,
            Self::Missing => MISSING,
            Self::NotYetObserved => NOT_YET,
            Self::NotApplicable => NOT_APPLICABLE,
            Self::Observed(value) => u32::try_from(value).unwrap_or(NOT_APPLICABLE - 1).min(NOT_APPLICABLE - 1),
        }
    }

    /// From how the table stores it.
    pub fn decode(code: u32) -> Self {
        match code {
            ABSENT => Self::Absent,
            MISSING => Self::Missing,
            NOT_YET => Self::NotYetObserved,
            NOT_APPLICABLE => Self::NotApplicable,
            value => Self::Observed(u64::from(value)),
        }
    }
}

/// Persons that a series is about beyond place and offence, such as `{"sex": "female", "age": "18-29"}`; empty when
/// it is about everybody.
pub type Group = BTreeMap<String, String>;

/// A place of a table: its code and how the source writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedCode {
    /// Code: `MX-09`, `MX-09-015`; for pseudo-units `MX-09-998`, `MX-EXT`; for offences the code in the taxonomy.
    pub code: String,
    /// Name as the source writes it.
    pub name: String,
}

/// Indices of a series into the lists of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesKey {
    /// Into [`CountTable::places`].
    pub place: u32,
    /// Into [`CountTable::offences`].
    pub offence: u32,
    /// Into [`CountTable::groups`].
    pub group: u32,
}

/// Official counts of one edition: series by contiguous periods. Places, offences, groups and series are sorted by
/// their codes, so that two tables are compared side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountTable {
    /// Months or years.
    pub frequency: Frequency,
    /// Position of the first period; see [`Step::index`].
    pub first: i32,
    /// How many periods.
    pub periods: usize,
    /// Places, by code.
    pub places: Vec<NamedCode>,
    /// Offences, by code.
    pub offences: Vec<NamedCode>,
    /// Groups, in order.
    pub groups: Vec<Group>,
    /// Series, in order.
    pub series: Vec<SeriesKey>,
    /// Cells as [`Cell::encode`] gives them, series by series: `series.len() * periods` of them.
    pub cells: Vec<u32>,
}

impl CountTable {
    /// Cells of a series, one a period.
    pub fn row(&self, series: usize) -> &[u32] {
        let start = series * self.periods;
        self.cells.get(start..start + self.periods).unwrap_or_default()
    }

    /// The period of a column.
    pub fn step(&self, column: usize) -> Option<Step> {
        Step::at(self.frequency, self.first + i32::try_from(column).ok()?)
    }

    /// The column of a period; `None` when the table does not reach it.
    pub fn column(&self, step: Step) -> Option<usize> {
        let column = usize::try_from(step.index() - self.first).ok()?;
        (step.frequency() == self.frequency && column < self.periods).then_some(column)
    }

    /// Every cell that has a row, in order: series, column, cell.
    pub fn figures(&self) -> impl Iterator<Item = (SeriesKey, usize, Cell)> + '_ {
        self.series.iter().enumerate().flat_map(move |(index, key)| {
            let cells = self.row(index).iter().enumerate();
            cells.map(|(column, code)| (*key, column, Cell::decode(*code))).filter(|(.., cell)| *cell != Cell::Absent)
        })
    }
}

/// A figure that has a value already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken;

/// Builds a table from figures in any order.
#[derive(Default)]
pub struct CountTableBuilder {
    frequency: Option<Frequency>,
    places: Names,
    offences: Names,
    groups: HashMap<Group, u32>,
    series: HashMap<SeriesKey, u32>,
    /// Cells of each series, with the position of the first.
    cells: Vec<(i32, Vec<u32>)>,
}

#[derive(Default)]
struct Names {
    by_code: HashMap<String, u32>,
    list: Vec<NamedCode>,
}

impl Names {
    fn id(&mut self, code: &str, name: &str) -> u32 {
        if let Some(id) = self.by_code.get(code) {
            return *id;
        }
        let id = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.by_code.insert(code.to_owned(), id);
        self.list.push(NamedCode { code: code.to_owned(), name: name.to_owned() });
        id
    }
}

/// A series of a [`CountTableBuilder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeriesId(u32);

impl CountTableBuilder {
    /// The series of a place, an offence and a group, begun if it is new. The first name of a code stays.
    pub fn series(&mut self, place: (&str, &str), offence: (&str, &str), group: &Group) -> SeriesId {
        let place = self.places.id(place.0, place.1);
        let offence = self.offences.id(offence.0, offence.1);
        let group = match self.groups.get(group) {
            Some(id) => *id,
            None => {
                let id = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
                self.groups.insert(group.clone(), id);
                id
            }
        };
        let next = u32::try_from(self.cells.len()).unwrap_or(u32::MAX);
        let id = *self.series.entry(SeriesKey { place, offence, group }).or_insert(next);
        if id == next {
            self.cells.push((0, Vec::new()));
        }
        SeriesId(id)
    }

    /// The cell of a series at a period.
    pub fn get(&self, series: SeriesId, step: Step) -> Cell {
        let Some((first, cells)) = self.cells.get(series.0 as usize) else { return Cell::Absent };
        let at = usize::try_from(step.index() - first).ok();
        at.and_then(|at| cells.get(at)).map_or(Cell::Absent, |code| Cell::decode(*code))
    }

    /// Puts a cell in.
    ///
    /// # Errors
    /// [`Taken`] when there is one already, or when periods of another frequency are there.
    pub fn put(&mut self, series: SeriesId, step: Step, cell: Cell) -> Result<(), Taken> {
        if *self.frequency.get_or_insert(step.frequency()) != step.frequency() {
            return Err(Taken);
        }
        if self.get(series, step) != Cell::Absent {
            return Err(Taken);
        }
        self.set(series, step, cell);
        Ok(())
    }

    /// Puts a cell in, in place of what is there.
    pub fn set(&mut self, series: SeriesId, step: Step, cell: Cell) {
        let index = step.index();
        let Some((first, cells)) = self.cells.get_mut(series.0 as usize) else { return };
        if cells.is_empty() {
            *first = index;
        }
        if index < *first {
            let gap = usize::try_from(*first - index).unwrap_or(0);
            cells.splice(0..0, std::iter::repeat_n(ABSENT, gap));
            *first = index;
        }
        let at = usize::try_from(index - *first).unwrap_or(0);
        cells.resize(cells.len().max(at + 1), ABSENT);
        cells[at] = cell.encode();
    }

    /// Changes every cell; what `change` gives takes its place.
    pub fn update(&mut self, mut change: impl FnMut(Step, Cell) -> Cell) {
        let Some(frequency) = self.frequency else { return };
        for (first, cells) in &mut self.cells {
            for (index, code) in (*first..).zip(cells.iter_mut()) {
                if let Some(step) = Step::at(frequency, index) {
                    *code = change(step, Cell::decode(*code)).encode();
                }
            }
        }
    }

    /// Shows every cell.
    pub fn each(&self, mut show: impl FnMut(Step, Cell)) {
        let Some(frequency) = self.frequency else { return };
        for (first, cells) in &self.cells {
            for (index, code) in (*first..).zip(cells) {
                if let Some(step) = Step::at(frequency, index) {
                    show(step, Cell::decode(*code));
                }
            }
        }
    }

    /// The table; empty when nothing was put in.
    pub fn build(self) -> CountTable {
        let first = self.cells.iter().filter(|(_, cells)| !cells.is_empty()).map(|(first, _)| *first).min();
        let first = first.unwrap_or(0);
        let end = |(start, cells): &(i32, Vec<u32>)| start + i32::try_from(cells.len()).unwrap_or(0);
        let last = self.cells.iter().filter(|(_, cells)| !cells.is_empty()).map(end).max().unwrap_or(first);
        let periods = usize::try_from(last - first).unwrap_or(0);
        let (places, place_rank) = sorted(self.places.list, |name| name.code.clone());
        let (offences, offence_rank) = sorted(self.offences.list, |name| name.code.clone());
        let mut groups: Vec<(Group, u32)> = self.groups.into_iter().collect();
        groups.sort_by_key(|(_, id)| *id);
        let (groups, group_rank) = sorted(groups.into_iter().map(|(group, _)| group).collect(), Clone::clone);
        let mut series: Vec<(SeriesKey, u32)> = self
            .series
            .into_iter()
            .map(|(key, id)| {
                let key = SeriesKey {
                    place: place_rank[key.place as usize],
                    offence: offence_rank[key.offence as usize],
                    group: group_rank[key.group as usize],
                };
                (key, id)
            })
            .collect();
        series.sort_unstable();
        let mut cells = vec![ABSENT; series.len() * periods];
        for (row, (_, id)) in cells.chunks_mut(periods.max(1)).zip(&series) {
            let (start, from) = &self.cells[*id as usize];
            let at = usize::try_from(start - first).unwrap_or(0);
            if !from.is_empty() {
                row[at..at + from.len()].copy_from_slice(from);
            }
        }
        let frequency = self.frequency.unwrap_or(Frequency::Month);
        let series = series.into_iter().map(|(key, _)| key).collect();
        CountTable { frequency, first, periods, places, offences, groups, series, cells }
    }
}

/// The values in order, and the rank that each had before.
fn sorted<T, K: Ord>(list: Vec<T>, key: impl Fn(&T) -> K) -> (Vec<T>, Vec<u32>) {
    let mut numbered: Vec<(usize, T)> = list.into_iter().enumerate().collect();
    numbered.sort_by_key(|(_, value)| key(value));
    let mut ranks = vec![0; numbered.len()];
    for (rank, (before, _)) in numbered.iter().enumerate() {
        ranks[*before] = u32::try_from(rank).unwrap_or(u32::MAX);
    }
    (numbered.into_iter().map(|(_, value)| value).collect(), ranks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Step {
        text.parse().expect("a month")
    }

    #[test]
    fn a_table_does_not_depend_on_the_order_of_its_figures() {
        let figures =
            [("MX-02", "2020-03", 5), ("MX-01", "2020-01", 7), ("MX-02", "2020-01", 0), ("MX-01", "2020-02", 9)];
        let build = |order: &[usize]| {
            let mut builder = CountTableBuilder::default();
            for index in order {
                let (place, step, value) = figures[*index];
                let series = builder.series((place, place), ("robo", "Robo"), &Group::new());
                builder.put(series, month(step), Cell::Observed(value)).expect("a new figure");
            }
            builder.build()
        };
        let table = build(&[0, 1, 2, 3]);
        assert_eq!(table, build(&[3, 2, 1, 0]));
        assert_eq!((table.periods, table.series.len()), (3, 2));
        let found: Vec<(u32, String, Cell)> = table
            .figures()
            .map(|(key, column, cell)| (key.place, table.step(column).expect("a month").to_string(), cell))
            .collect();
        let expected = [(0, "2020-01", 7), (0, "2020-02", 9), (1, "2020-01", 0), (1, "2020-03", 5)];
        assert_eq!(found, expected.map(|(place, step, value)| (place, step.to_owned(), Cell::Observed(value))));
        assert_eq!((table.column(month("2020-03")), table.column(month("2020-04"))), (Some(2), None));
    }

    #[test]
    fn a_figure_is_given_once() {
        let mut builder = CountTableBuilder::default();
        let series = builder.series(("MX", "México"), ("robo", "Robo"), &Group::new());
        assert_eq!(builder.put(series, month("2020-01"), Cell::Missing), Ok(()));
        assert_eq!(builder.put(series, month("2020-01"), Cell::Observed(1)), Err(Taken));
        assert_eq!(builder.put(series, month("2020"), Cell::Observed(1)), Err(Taken));
    }

    #[test]
    fn every_cell_is_stored_as_what_it_is() {
        let cells = [
            Cell::Absent,
            Cell::Observed(0),
            Cell::Observed(VALUE_MAX),
            Cell::Missing,
            Cell::NotYetObserved,
            Cell::NotApplicable,
        ];
        for cell in cells {
            assert_eq!(Cell::decode(cell.encode()), cell);
            if let Some(state) = cell.state() {
                assert_eq!(Cell::of(state, cell.value()), Some(cell));
            }
        }
        assert_eq!(Cell::of("observed", None), None);
    }
}
