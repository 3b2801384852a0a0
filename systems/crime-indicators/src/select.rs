//! Sums over a table: some offences, in a place and all below it, for some persons, period by period.

use crate::importers::groups::OCCURRED;
use crate::shelf::OpenCounts;
use std::collections::{BTreeMap, HashSet};
use tequio_kernel::official::SeriesKey;
use tequio_kernel::{Cell, CountTable, Frequency, Group, Month, Period, Step};

/// What is summed.
#[derive(Clone, Debug, Default)]
pub struct Select {
    /// Code of the place; what lies below it is summed. Everything when `None`.
    pub place: Option<String>,
    /// Codes of the offences; all when `None`.
    pub offences: Option<HashSet<String>>,
    /// Dimensions that the group must have.
    pub group: Group,
    /// True for the events of which the year is not specified, in place of all others.
    pub undated: bool,
}

/// A sum with what it could not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Sum of the observed figures.
    pub value: u64,
    /// Figures that are observed.
    pub observed: u64,
    /// Figures that are missing.
    pub missing: u64,
    /// Figures that are not yet observed.
    pub not_yet: u64,
}

impl Sum {
    fn add(&mut self, cell: Cell) {
        match cell {
            Cell::Observed(value) => {
                self.value += value;
                self.observed += 1;
            }
            Cell::Missing => self.missing += 1,
            Cell::NotYetObserved => self.not_yet += 1,
            Cell::Absent | Cell::NotApplicable => {}
        }
    }

    fn join(&mut self, other: Self) {
        self.value += other.value;
        self.observed += other.observed;
        self.missing += other.missing;
        self.not_yet += other.not_yet;
    }

    /// How far it can be relied on.
    pub fn state(self) -> SumState {
        match (self.observed, self.missing, self.not_yet) {
            (0, 0, 0) => SumState::Missing,
            (0, _, not_yet) if not_yet > 0 => SumState::NotYet,
            (0, ..) => SumState::Missing,
            (_, 0, 0) => SumState::Complete,
            _ => SumState::Partial,
        }
    }
}

/// How far a sum can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SumState {
    /// Every figure is there.
    Complete,
    /// Some are missing.
    Partial,
    /// None is there.
    Missing,
    /// It lies after the cut-off.
    NotYet,
}

impl OpenCounts {
    /// Sums by period, from the first of the table to the last.
    pub fn by_step(&self, select: &Select) -> Vec<(Step, Sum)> {
        let mut sums = vec![Sum::default(); self.table.periods];
        for index in self.series(select) {
            let cells = sums.iter_mut().zip(self.table.row(index));
            cells.for_each(|(sum, code)| sum.add(Cell::decode(*code)));
        }
        let has_group = self.has_group(&select.group);
        let settled = |column, sum| if has_group { self.settled(column, sum) } else { sum };
        let steps = sums.into_iter().enumerate();
        steps.filter_map(|(column, sum)| Some((self.table.step(column)?, settled(column, sum)))).collect()
    }

    /// Where zeros have no rows, a period within the edition without a row is observed: it is zero.
    fn settled(&self, column: usize, mut sum: Sum) -> Sum {
        let is_zero = self.about.absent_is_zero && sum == Sum::default() && self.is_within_cutoff(column);
        sum.observed += u64::from(is_zero);
        sum
    }

    fn is_within_cutoff(&self, column: usize) -> bool {
        let cutoff: Option<Step> = self.about.cutoff.parse().ok();
        self.table.step(column).zip(cutoff).is_some_and(|(step, cutoff)| step <= cutoff)
    }

    /// True when the edition tells some persons of such a group apart: it says nothing, not even zero, of others.
    fn has_group(&self, group: &Group) -> bool {
        self.table.groups.iter().any(|known| is_part(group, known))
    }

    /// Events of a year that is not specified, which were registered in a period: they are in no sum over it.
    pub fn undated(&self, select: &Select, period: &Period) -> u64 {
        let within = |column: &usize| self.table.step(*column).is_some_and(|step| within(step, period));
        let columns: Vec<usize> = (0..self.table.periods).filter(within).collect();
        let select = Select { undated: true, ..select.clone() };
        let cells = self.series(&select).map(|index| self.table.row(index));
        let value = |code: &u32| Cell::decode(*code).value().unwrap_or(0);
        cells.map(|row| columns.iter().filter_map(|column| row.get(*column)).map(value).sum::<u64>()).sum()
    }

    /// The sum over a period.
    pub fn total(&self, select: &Select, period: &Period) -> Total {
        Total::over(self.by_step(select), period, self.table.frequency)
    }

    /// Sums over a period of every place that has a code of so many parts (`MX-09` has two), in order.
    pub fn by_place(&self, select: &Select, parts: usize, period: &Period) -> BTreeMap<String, Sum> {
        let columns: Vec<usize> = (0..self.table.periods)
            .filter(|column| self.table.step(*column).is_some_and(|step| within(step, period)))
            .collect();
        let mut sums: BTreeMap<u32, Sum> = BTreeMap::new();
        for index in self.series(select) {
            let (row, sum) = (self.table.row(index), sums.entry(self.table.series[index].place).or_default());
            columns.iter().filter_map(|column| row.get(*column)).for_each(|code| sum.add(Cell::decode(*code)));
        }
        let mut places: BTreeMap<String, Sum> = BTreeMap::new();
        for (place, sum) in sums {
            if let Some(code) = ancestor(&self.table.places[place as usize].code, parts) {
                places.entry(code.to_owned()).or_default().join(sum);
            }
        }
        places
    }

    /// Name of a place as the source writes it.
    pub fn place_name(&self, code: &str) -> Option<&str> {
        let index = self.table.places.binary_search_by(|place| place.code.as_str().cmp(code)).ok()?;
        Some(&self.table.places[index].name)
    }

    fn series<'a>(&'a self, select: &'a Select) -> impl Iterator<Item = usize> + 'a {
        let wanted = Wanted::of(&self.table, select);
        let range = wanted.range.clone();
        range.filter(move |index| wanted.has(&self.table.series[*index]))
    }
}

/// Which series a selection takes: a range of places, offences and groups by index.
struct Wanted {
    range: std::ops::Range<usize>,
    offences: Vec<bool>,
    groups: Vec<bool>,
}

impl Wanted {
    fn of(table: &CountTable, select: &Select) -> Self {
        let range = match &select.place {
            None => 0..table.series.len(),
            Some(place) => series_within(table, place),
        };
        let is_wanted = |code: &str| select.offences.as_ref().is_none_or(|codes| codes.contains(code));
        let fits = |group: &Group| is_part(&select.group, group) && group.contains_key(OCCURRED) == select.undated;
        Self {
            range,
            offences: table.offences.iter().map(|offence| is_wanted(&offence.code)).collect(),
            groups: table.groups.iter().map(fits).collect(),
        }
    }

    fn has(&self, key: &SeriesKey) -> bool {
        self.offences[key.offence as usize] && self.groups[key.group as usize]
    }
}

/// True when a group has every dimension that is asked for.
fn is_part(asked: &Group, group: &Group) -> bool {
    asked.iter().all(|(name, value)| group.get(name) == Some(value))
}

/// Series of a place and of those below it, which stand side by side.
fn series_within(table: &CountTable, place: &str) -> std::ops::Range<usize> {
    let is_within = |code: &str| code == place || code.strip_prefix(place).is_some_and(|rest| rest.starts_with('-'));
    let start = table.places.partition_point(|known| known.code.as_str() < place);
    let count = table.places[start..].iter().take_while(|known| is_within(&known.code)).count();
    let at = |place: usize| table.series.partition_point(|key| (key.place as usize) < place);
    at(start)..at(start + count)
}

/// The first parts of a code; `None` when it has fewer.
fn ancestor(code: &str, parts: usize) -> Option<&str> {
    let mut ends = code.match_indices('-').map(|(at, _)| at).chain([code.len()]);
    ends.nth(parts.checked_sub(1)?).map(|end| &code[..end])
}

/// True for a month or year that lies whole in a period: nothing is known of a part of it.
pub fn within(step: Step, period: &Period) -> bool {
    let (first, after) = match step {
        Step::Month(month) => (month, month.next()),
        Step::Year(year) => (Month { year, month: 1 }, Month { year: year + 1, month: 1 }),
    };
    let (first, after) = (first.first_day(), after.first_day());
    first.is_some_and(|day| period.from <= day) && after.is_some_and(|day| day <= period.until)
}

/// A sum over a period, with the months that it lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Sum of the observed figures.
    pub value: u64,
    /// Periods with every figure.
    pub complete: Vec<Step>,
    /// Periods with some figures missing.
    pub partial: Vec<Step>,
    /// Periods without a figure, or before the first of the table.
    pub missing: Vec<Step>,
    /// Periods after the cut-off, or after the last of the table.
    pub not_yet: Vec<Step>,
    /// Sums by period, in order.
    pub steps: Vec<(Step, Sum)>,
}

impl Total {
    fn over(steps: Vec<(Step, Sum)>, period: &Period, frequency: Frequency) -> Self {
        let known: BTreeMap<Step, Sum> = steps.into_iter().collect();
        let last = known.keys().next_back().copied();
        let mut total = Self::default();
        for step in steps_of(period, frequency) {
            let sum = known.get(&step).copied().filter(|_| within(step, period));
            let state = match sum {
                Some(sum) => sum.state(),
                None if last.is_some_and(|last| step > last) => SumState::NotYet,
                None => SumState::Missing,
            };
            let list = match state {
                SumState::Complete => &mut total.complete,
                SumState::Partial => &mut total.partial,
                SumState::Missing => &mut total.missing,
                SumState::NotYet => &mut total.not_yet,
            };
            list.push(step);
            total.value += sum.map_or(0, |sum| sum.value);
            total.steps.push((step, sum.unwrap_or_default()));
        }
        total
    }

    /// True when every period is complete.
    pub fn is_complete(&self) -> bool {
        self.partial.is_empty() && self.missing.is_empty() && self.not_yet.is_empty()
    }
}

/// The months or years of a period, in order.
pub fn steps_of(period: &Period, frequency: Frequency) -> Vec<Step> {
    let mut steps = Vec::new();
    match frequency {
        Frequency::Month => {
            let mut month = Month::of(period.from);
            while month.first_day().is_some_and(|day| day < period.until) {
                steps.push(Step::Month(month));
                month = month.next();
            }
        }
        Frequency::Year => {
            let mut year = period.from.year();
            while (Month { year, month: 1 }).first_day().is_some_and(|day| day < period.until) {
                steps.push(Step::Year(year));
                year += 1;
            }
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_parts() {
        assert_eq!(ancestor("MX-09-015", 2), Some("MX-09"));
        assert_eq!(
            (ancestor("MX-09", 2), ancestor("MX", 2), ancestor("MX-09-015", 1)),
            (Some("MX-09"), None, Some("MX"))
        );
    }

    #[test]
    fn a_period_is_made_of_steps() {
        let period: Period = "2019-11..2020-02".parse().expect("a period");
        let months: Vec<String> = steps_of(&period, Frequency::Month).iter().map(ToString::to_string).collect();
        assert_eq!(months, ["2019-11", "2019-12", "2020-01", "2020-02"]);
        let years: Period = "2019..2020".parse().expect("a period");
        assert_eq!(steps_of(&years, Frequency::Year), [Step::Year(2019), Step::Year(2020)]);
    }

    #[test]
    fn a_part_of_a_year_holds_no_year() {
        let lies = |year, period: &str| within(Step::Year(year), &period.parse().expect("a period"));
        assert!(lies(2008, "2008") && lies(2008, "2007..2009"));
        assert!(!lies(2008, "2008-03") && !lies(2008, "2008-01..2008-11") && !lies(2008, "2007-06..2008-05"));
    }

    #[test]
    fn a_sum_tells_what_it_lacks() {
        let state = |observed, missing, not_yet| Sum { value: 0, observed, missing, not_yet }.state();
        assert_eq!(
            [state(3, 0, 0), state(3, 1, 0), state(0, 2, 0), state(0, 0, 2), state(0, 0, 0)],
            [SumState::Complete, SumState::Partial, SumState::Missing, SumState::NotYet, SumState::Missing]
        );
    }
}
