//! The lists of two tables brought together, so that one number means the same place in both.

use super::Edition;
use std::cmp::Ordering;
use std::ops::Range;
use tequio_kernel::official::{NamedCode, SeriesKey};
use tequio_kernel::{Cell, CountTable, Frequency, Group};

/// A list that holds the values of two sorted lists, and where each value of either went.
struct Joined<'a, T> {
    list: Vec<&'a T>,
    old: Vec<u32>,
    new: Vec<u32>,
}

/// Joins two sorted lists. Of values that are equal by key the new one is kept: its name is the later one.
fn join<'a, T, K: Ord>(old: &'a [T], new: &'a [T], key: impl Fn(&'a T) -> K) -> Joined<'a, T> {
    let mut joined = Joined { list: Vec::new(), old: Vec::new(), new: Vec::new() };
    let (mut before, mut after) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return joined,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(before), Some(after)) => key(before).cmp(&key(after)),
        };
        let number = u32::try_from(joined.list.len()).unwrap_or(u32::MAX);
        let of_old = before.next_if(|_| order.is_le());
        let of_new = after.next_if(|_| order.is_ge());
        joined.old.extend(of_old.map(|_| number));
        joined.new.extend(of_new.map(|_| number));
        joined.list.extend(of_new.or(of_old));
    }
}

/// What two tables reach together.
pub(super) struct Axes<'a> {
    pub frequency: Frequency,
    /// Position of the first period of either.
    pub first: i32,
    pub periods: usize,
    pub places: Vec<&'a NamedCode>,
    pub offences: Vec<&'a NamedCode>,
    pub groups: Vec<&'a Group>,
    /// Numbers of the old and of the new table's lists.
    numbers: [Numbers; 2],
}

#[derive(Clone)]
struct Numbers {
    places: Vec<u32>,
    offences: Vec<u32>,
    groups: Vec<u32>,
}

impl<'a> Axes<'a> {
    pub(super) fn of(old: &'a CountTable, new: &'a CountTable) -> Self {
        let places = join(&old.places, &new.places, |named| named.code.as_str());
        let offences = join(&old.offences, &new.offences, |named| named.code.as_str());
        let groups = join(&old.groups, &new.groups, |group| group);
        let (first, periods) = extent(old, new);
        let of_old = Numbers { places: places.old, offences: offences.old, groups: groups.old };
        let of_new = Numbers { places: places.new, offences: offences.new, groups: groups.new };
        Self {
            frequency: new.frequency,
            first,
            periods,
            places: places.list,
            offences: offences.list,
            groups: groups.list,
            numbers: [of_old, of_new],
        }
    }
}

/// Position of the first period of two tables and how many periods they reach together; an empty table has none.
fn extent(old: &CountTable, new: &CountTable) -> (i32, usize) {
    let ends = [old, new].into_iter().filter(|table| table.periods > 0);
    let ends: Vec<(i32, i32)> =
        ends.map(|table| (table.first, table.first + i32::try_from(table.periods).unwrap_or(0))).collect();
    let first = ends.iter().map(|(first, _)| *first).min().unwrap_or(0);
    let last = ends.iter().map(|(_, end)| *end).max().unwrap_or(first);
    (first, usize::try_from(last - first).unwrap_or(0))
}

/// One of two tables, read by the numbers that both share.
pub(super) struct Side<'a> {
    table: &'a CountTable,
    numbers: Numbers,
    /// Its series of each shared place.
    ranges: Vec<Range<usize>>,
    /// Columns of the comparison before its own first.
    shift: usize,
    /// Columns of the comparison where a cell without a row is a zero.
    zeros: Range<usize>,
    periods: usize,
}

impl<'a> Side<'a> {
    pub(super) fn of(edition: &Edition<'a>, axes: &Axes, is_new: bool) -> Self {
        let table = edition.table;
        let shift = if table.periods > 0 { usize::try_from(table.first - axes.first).unwrap_or(0) } else { 0 };
        let observed = if edition.counts.absent_is_zero { edition.observed_columns() } else { 0..0 };
        let numbers = axes.numbers[usize::from(is_new)].clone();
        let mut ranges = vec![0..0; axes.places.len()];
        for (place, number) in (0u32..).zip(&numbers.places) {
            let from = table.series.partition_point(|key| key.place < place);
            ranges[*number as usize] = from..table.series.partition_point(|key| key.place <= place);
        }
        let zeros = observed.start + shift..observed.end + shift;
        Self { table, numbers, ranges, shift, zeros, periods: axes.periods }
    }

    /// Its series of a place.
    pub(super) fn series(&self, place: usize) -> Range<usize> {
        self.ranges.get(place).cloned().unwrap_or(0..0)
    }

    /// Shared key of a series; `None` at the end of a range.
    pub(super) fn key(&self, series: usize, range: &Range<usize>) -> Option<SeriesKey> {
        let key = self.table.series.get(series).filter(|_| series < range.end)?;
        Some(SeriesKey {
            place: *self.numbers.places.get(key.place as usize)?,
            offence: *self.numbers.offences.get(key.offence as usize)?,
            group: *self.numbers.groups.get(key.group as usize)?,
        })
    }

    /// Room for the cells of a series.
    pub(super) fn blank(&self) -> Vec<u32> {
        vec![Cell::Absent.encode(); self.periods]
    }

    /// The cells of a series over all periods of the comparison; those of a series that is not there when `None`.
    pub(super) fn fill(&self, series: Option<usize>, row: &mut [u32]) {
        let absent = Cell::Absent.encode();
        row.fill(absent);
        if let Some(series) = series {
            let cells = self.table.row(series);
            row[self.shift..self.shift + cells.len()].copy_from_slice(cells);
        }
        for cell in row.get_mut(self.zeros.clone()).unwrap_or_default().iter_mut().filter(|cell| **cell == absent) {
            *cell = Cell::Observed(0).encode();
        }
    }
}
