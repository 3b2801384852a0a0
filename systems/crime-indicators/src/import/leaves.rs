//! Leaves parted from totals: official exports mix both, and adding them up would count everything several times.
//!
//! A place is a total when the table has places below it; a group is a total when the table has groups that say
//! more. What has nothing below it is a leaf, at whatever level, so that `No especificado` of a state without
//! municipalities is kept; and so is a single figure of a total in a period for which the source states no part of it,
//! such as a nation's population before that of its states is known.

use super::level_of;
use super::rows::Wholes;
use super::totals::{Orphans, TotalsCheck};
use crate::importers::groups::APART;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use tequio_kernel::official::SeriesKey;
use tequio_kernel::{Cell, CountTable, Group, Level};

/// Most dimensions of a group: what lies above it are all its parts, two to this power.
const DIMENSIONS_MAX: usize = 10;

/// A table without its totals, and the totals.
pub(super) struct Parted {
    /// The figures that are kept.
    pub leaves: CountTable,
    /// Level of most of their places.
    pub level: Level,
    /// How the totals compare with the leaves below them.
    pub totals: TotalsCheck,
    total_places: HashSet<String>,
    total_groups: BTreeSet<Group>,
}

impl Parted {
    pub(super) fn of(table: CountTable, wholes: &Wholes) -> Self {
        let total_places = total_places(&table);
        let total_groups = total_groups(&table);
        let place_is_total: Vec<bool> = table.places.iter().map(|place| total_places.contains(&place.code)).collect();
        let group_is_total: Vec<bool> = table.groups.iter().map(|group| total_groups.contains(group)).collect();
        let is_leaf = |key: &SeriesKey| !place_is_total[key.place as usize] && !group_is_total[key.group as usize];
        let mut totals = TotalsCheck::default();
        let leaves = match total_places.is_empty() && total_groups.is_empty() {
            true => table,
            false => {
                let orphans = totals.compare(&table, &is_leaf);
                keep(&with_orphans(table, &is_leaf, &orphans), |key| is_leaf(key) || orphans.contains_key(key))
            }
        };
        totals.compare_wholes(&leaves, wholes);
        Self { level: level(&leaves), leaves, totals, total_places, total_groups }
    }

    pub(super) fn is_total_place(&self, code: &str) -> bool {
        self.total_places.contains(code)
    }

    pub(super) fn is_total_group(&self, group: &Group) -> bool {
        self.total_groups.contains(group)
    }
}

/// The codes above a code, the nearest first.
pub(super) fn codes_above(code: &str) -> impl Iterator<Item = &str> {
    code.rmatch_indices('-').map(|(at, _)| &code[..at])
}

/// A group and every group that says less than it does.
pub(super) fn groups_above(group: &Group) -> impl Iterator<Item = Group> {
    let dimensions = group.len().min(DIMENSIONS_MAX);
    (0u32..1 << dimensions).map(move |left_out| {
        let kept = group.iter().enumerate().filter(move |(at, _)| *at >= dimensions || left_out & (1 << at) == 0);
        kept.map(|(_, (name, value))| (name.clone(), value.clone())).collect()
    })
}

/// True when a figure of `part` is one of those that `whole` sums up in the same period: both stand at the period of the
/// event, or neither does.
pub(super) fn is_same_time(whole: &Group, part: &Group) -> bool {
    APART.iter().all(|name| whole.contains_key(*name) == part.contains_key(*name))
}

fn total_places(table: &CountTable) -> HashSet<String> {
    table.places.iter().flat_map(|place| codes_above(&place.code)).map(str::to_owned).collect()
}

fn total_groups(table: &CountTable) -> BTreeSet<Group> {
    let above = |group| groups_above(group).skip(1).filter(move |whole| is_same_time(whole, group));
    let above: HashSet<Group> = table.groups.iter().flat_map(above).collect();
    table.groups.iter().filter(|group| above.contains(*group)).cloned().collect()
}

/// The table in which totals have figures only where no parts are stated.
fn with_orphans(mut table: CountTable, is_leaf: &impl Fn(&SeriesKey) -> bool, orphans: &Orphans) -> CountTable {
    for (at, key) in table.series.iter().enumerate().filter(|(_, key)| !is_leaf(key)) {
        let kept = orphans.get(key).map(Vec::as_slice).unwrap_or_default();
        let row = table.cells[at * table.periods..][..table.periods].iter_mut().enumerate();
        row.filter(|(column, _)| !kept.contains(column)).for_each(|(_, code)| *code = Cell::Absent.encode());
    }
    table
}

/// The table of some of its series, without the names that only the others have. What is left stays in order.
fn keep(table: &CountTable, is_kept: impl Fn(&SeriesKey) -> bool) -> CountTable {
    let kept: Vec<usize> = (0..table.series.len()).filter(|at| is_kept(&table.series[*at])).collect();
    let used = |part: fn(&SeriesKey) -> u32, length: usize| {
        let mut used = vec![false; length];
        kept.iter().for_each(|at| used[part(&table.series[*at]) as usize] = true);
        used
    };
    let (places, place_rank) = pick(&table.places, &used(|key| key.place, table.places.len()));
    let (offences, offence_rank) = pick(&table.offences, &used(|key| key.offence, table.offences.len()));
    let (groups, group_rank) = pick(&table.groups, &used(|key| key.group, table.groups.len()));
    let (from, to) = extent(table, &kept);
    let series = kept.iter().map(|at| table.series[*at]).map(|key| SeriesKey {
        place: place_rank[key.place as usize],
        offence: offence_rank[key.offence as usize],
        group: group_rank[key.group as usize],
    });
    CountTable {
        frequency: table.frequency,
        first: table.first + i32::try_from(from).unwrap_or(0),
        periods: to - from,
        series: series.collect(),
        cells: kept.iter().flat_map(|at| &table.row(*at)[from..to]).copied().collect(),
        places,
        offences,
        groups,
    }
}

/// The values that are used, in their order, and the new index of each.
fn pick<T: Clone>(list: &[T], used: &[bool]) -> (Vec<T>, Vec<u32>) {
    let mut next = 0;
    let ranks = used.iter().map(|used| {
        let rank = next;
        next += u32::from(*used);
        rank
    });
    let ranks = ranks.collect();
    (list.iter().zip(used).filter(|(_, used)| **used).map(|(value, _)| value.clone()).collect(), ranks)
}

/// The columns between the first and the last in which some of the series have a cell.
fn extent(table: &CountTable, kept: &[usize]) -> (usize, usize) {
    let has_cell = |code: &u32| Cell::decode(*code) != Cell::Absent;
    let rows = || kept.iter().map(|at| table.row(*at));
    let first = rows().filter_map(|row| row.iter().position(has_cell)).min().unwrap_or(0);
    let end = rows().filter_map(|row| row.iter().rposition(has_cell)).max().map_or(first, |last| last + 1);
    (first, end)
}

fn level(leaves: &CountTable) -> Level {
    let mut levels: BTreeMap<Level, usize> = BTreeMap::new();
    leaves.places.iter().for_each(|place| *levels.entry(level_of(&place.code)).or_default() += 1);
    levels.into_iter().max_by_key(|(_, places)| *places).map_or(Level::Nation, |(level, _)| level)
}

#[cfg(test)]
mod tests {
    use super::super::totals::Differs;
    use super::*;
    use tequio_kernel::{CountTableBuilder, Step};

    fn sex(value: &str) -> Group {
        Group::from([("sex".to_owned(), value.to_owned())])
    }

    fn table(nation: u64) -> CountTable {
        let mut builder = CountTableBuilder::default();
        let rows = [
            ("MX", Group::new(), nation),
            ("MX", sex("male"), 9),
            ("MX-01", Group::new(), 7),
            ("MX-01-001", Group::new(), 7),
            ("MX-01-001", sex("male"), 4),
            ("MX-01-001", sex("female"), 3),
            ("MX-99", sex("male"), 5),
        ];
        for (place, group, value) in rows {
            let series = builder.series((place, ""), ("homicide-deaths", ""), &group);
            builder.put(series, Step::Year(2007), Cell::Observed(value)).expect("a new figure");
        }
        builder.build()
    }

    #[test]
    fn leaves_are_what_has_nothing_below_it() {
        let parted = Parted::of(table(12), &Wholes::new());
        let places: Vec<&str> = parted.leaves.places.iter().map(|place| place.code.as_str()).collect();
        assert_eq!(places, ["MX-01-001", "MX-99"]);
        let sum: u64 = parted.leaves.figures().filter_map(|(.., cell)| cell.value()).sum();
        assert_eq!((sum, parted.leaves.series.len()), (12, 3));
        assert_eq!(parted.totals, TotalsCheck { compared: 4, differ: 0, first: None });
    }

    #[test]
    fn a_total_that_is_not_the_sum_is_told() {
        let parted = Parted::of(table(13), &Wholes::new());
        assert_eq!((parted.totals.compared, parted.totals.differ), (4, 1));
        let first = parted.totals.first.expect("named");
        assert_eq!((first.place.as_str(), first.period.as_str()), ("MX", "2007"));
    }

    #[test]
    fn a_total_without_parts_is_kept_and_part_of_those_above_it() {
        let mut builder = CountTableBuilder::default();
        let rows = [
            ("MX", Group::new(), 1950, 9),
            ("MX", sex("male"), 1950, 4),
            ("MX", sex("female"), 1950, 5),
            ("MX", Group::new(), 1970, 7),
            ("MX-01", sex("male"), 1970, 7),
        ];
        for (place, group, year, value) in rows {
            let series = builder.series((place, ""), ("population", ""), &group);
            builder.put(series, Step::Year(year), Cell::Observed(value)).expect("a new figure");
        }
        let parted = Parted::of(builder.build(), &Wholes::new());
        let kept: Vec<u64> = parted.leaves.figures().filter_map(|(.., cell)| cell.value()).collect();
        assert_eq!((kept, parted.totals.compared, parted.totals.differ), (vec![5, 4, 7], 2, 0));
    }

    #[test]
    fn totals_over_periods_are_compared_with_the_leaves() {
        let mut builder = CountTableBuilder::default();
        let unspecified = Group::from([("occurred".to_owned(), "unspecified".to_owned())]);
        for (group, year, value) in [(Group::new(), 2006, 3), (Group::new(), 2007, 4), (unspecified, 2007, 2)] {
            let series = builder.series(("MX-01", ""), ("a", ""), &group);
            builder.put(series, Step::Year(year), Cell::Observed(value)).expect("a new figure");
        }
        let whole = |place: &str, year, value| (place.to_owned(), "a".to_owned(), Group::new(), year, value);
        let wholes = [whole("MX", None, 9), whole("MX-01", Some(2007), 6), whole("MX-01", None, 8)];
        let wholes =
            wholes.into_iter().map(|(place, offence, group, year, value)| ((place, offence, group, year), value));
        let parted = Parted::of(builder.build(), &wholes.collect());
        assert_eq!((parted.leaves.series.len(), parted.totals.compared, parted.totals.differ), (2, 3, 1));
        let differs = Differs { place: "MX-01".into(), period: "all-periods".into(), total: 8, parts: 9 };
        assert_eq!(parted.totals.first, Some(differs));
    }
}
