//! Leaves parted from totals: official exports mix both, and adding them up would count everything several times.
//!
//! A place is a total when the table has places below it; a group is a total when the table has groups that say
//! more. What has nothing below it is a leaf, at whatever level, so that `No especificado` of a state without
//! municipalities is kept.

use super::level_of;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use tequio_kernel::official::SeriesKey;
use tequio_kernel::{Cell, CountTable, Group, Level};

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

/// Totals of the source against the sums of its own leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TotalsCheck {
    /// Totals compared.
    pub compared: u64,
    /// Totals that differ.
    pub differ: u64,
    /// The first that differs, in words.
    pub first: Option<String>,
}

impl Parted {
    pub(super) fn of(table: CountTable) -> Self {
        let total_places = total_places(&table);
        let total_groups = total_groups(&table);
        let place_is_total: Vec<bool> = table.places.iter().map(|place| total_places.contains(&place.code)).collect();
        let group_is_total: Vec<bool> = table.groups.iter().map(|group| total_groups.contains(group)).collect();
        let is_leaf = |key: &SeriesKey| !place_is_total[key.place as usize] && !group_is_total[key.group as usize];
        let totals = compare(&table, &is_leaf);
        let leaves = keep(&table, is_leaf);
        let level = level(&leaves);
        Self { leaves, level, totals, total_places, total_groups }
    }

    pub(super) fn is_total_place(&self, code: &str) -> bool {
        self.total_places.contains(code)
    }

    pub(super) fn is_total_group(&self, group: &Group) -> bool {
        self.total_groups.contains(group)
    }
}

fn total_places(table: &CountTable) -> HashSet<String> {
    let above = |code: &str| code.rmatch_indices('-').map(|(at, _)| code[..at].to_owned()).collect::<Vec<_>>();
    table.places.iter().flat_map(|place| above(&place.code)).collect()
}

fn total_groups(table: &CountTable) -> BTreeSet<Group> {
    let is_below = |group: &Group, other: &Group| {
        other.len() > group.len() && group.iter().all(|(name, value)| other.get(name) == Some(value))
    };
    let groups = table.groups.iter();
    groups.filter(|group| table.groups.iter().any(|other| is_below(group, other))).cloned().collect()
}

fn keep(table: &CountTable, is_leaf: impl Fn(&SeriesKey) -> bool) -> CountTable {
    let mut builder = tequio_kernel::CountTableBuilder::default();
    for (key, column, cell) in table.figures().filter(|(key, ..)| is_leaf(key)) {
        let (place, offence) = (&table.places[key.place as usize], &table.offences[key.offence as usize]);
        let group = &table.groups[key.group as usize];
        let series = builder.series((&place.code, &place.name), (&offence.code, &offence.name), group);
        if let Some(step) = table.step(column) {
            builder.set(series, step, cell);
        }
    }
    builder.build()
}

fn level(leaves: &CountTable) -> Level {
    let mut levels: BTreeMap<Level, usize> = BTreeMap::new();
    leaves.places.iter().for_each(|place| *levels.entry(level_of(&place.code)).or_default() += 1);
    levels.into_iter().max_by_key(|(_, places)| *places).map_or(Level::Nation, |(level, _)| level)
}

/// Every total against the sum of the leaves below it, offence by offence and period by period.
fn compare(table: &CountTable, is_leaf: &impl Fn(&SeriesKey) -> bool) -> TotalsCheck {
    let mut check = TotalsCheck::default();
    for (index, total) in table.series.iter().enumerate().filter(|(_, key)| !is_leaf(key)) {
        let mut sums: Option<Vec<u64>> = None;
        for leaf in series_within(table, total.place) {
            let key = &table.series[leaf];
            if key.offence == total.offence && is_leaf(key) && is_below(table, total, key) {
                let sums = sums.get_or_insert_with(|| vec![0; table.periods]);
                let cells = sums.iter_mut().zip(table.row(leaf));
                cells.for_each(|(sum, code)| *sum += Cell::decode(*code).value().unwrap_or(0));
            }
        }
        if let Some(sums) = sums {
            check.add(table, index, total, &sums);
        }
    }
    check
}

/// Series of a place and of the places below it. They stand side by side: codes begin with the code above them, and
/// a hyphen sorts before letters and digits.
fn series_within(table: &CountTable, place: u32) -> std::ops::Range<usize> {
    let above = table.places[place as usize].code.as_str();
    let is_within = |code: &str| code == above || code.strip_prefix(above).is_some_and(|rest| rest.starts_with('-'));
    let below = table.places[place as usize..].iter().take_while(|named| is_within(&named.code)).count();
    let end = place + u32::try_from(below).unwrap_or(0);
    table.series.partition_point(|key| key.place < place)..table.series.partition_point(|key| key.place < end)
}

fn is_below(table: &CountTable, total: &SeriesKey, leaf: &SeriesKey) -> bool {
    let code = |key: &SeriesKey| table.places[key.place as usize].code.as_str();
    let (above, below) = (code(total), code(leaf));
    let is_within = above == below || below.strip_prefix(above).is_some_and(|rest| rest.starts_with('-'));
    let (whole, part) = (&table.groups[total.group as usize], &table.groups[leaf.group as usize]);
    is_within && whole.iter().all(|(name, value)| part.get(name) == Some(value))
}

impl TotalsCheck {
    fn add(&mut self, table: &CountTable, index: usize, key: &SeriesKey, sums: &[u64]) {
        for (column, (code, sum)) in table.row(index).iter().zip(sums).enumerate() {
            let Some(value) = Cell::decode(*code).value() else { continue };
            self.compared += 1;
            if value == *sum {
                continue;
            }
            self.differ += 1;
            let step = table.step(column).map(|step| step.to_string()).unwrap_or_default();
            let place = &table.places[key.place as usize].code;
            self.first.get_or_insert_with(|| format!("{place} {step}: the total says {value}, its parts sum to {sum}"));
        }
    }
}

#[cfg(test)]
mod tests {
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
        let parted = Parted::of(table(12));
        let places: Vec<&str> = parted.leaves.places.iter().map(|place| place.code.as_str()).collect();
        assert_eq!(places, ["MX-01-001", "MX-99"]);
        let sum: u64 = parted.leaves.figures().filter_map(|(.., cell)| cell.value()).sum();
        assert_eq!((sum, parted.leaves.series.len()), (12, 3));
        assert_eq!(parted.totals, TotalsCheck { compared: 4, differ: 0, first: None });
    }

    #[test]
    fn a_total_that_is_not_the_sum_is_told() {
        let parted = Parted::of(table(13));
        assert_eq!((parted.totals.compared, parted.totals.differ), (4, 1));
        assert!(parted.totals.first.expect("named").starts_with("MX 2007"));
    }
}
