//! Totals as the source states them against the sum of their parts.
//!
//! Totals over periods never become figures: they are compared with the sum of the leaves over these periods.

use super::leaves::{codes_above, groups_above, is_same_time};
use super::rows::Wholes;
use std::collections::{BTreeMap, HashMap};
use tequio_kernel::official::{NamedCode, SeriesKey};
use tequio_kernel::{Cell, CountTable, Group};

/// Totals of the source against the sums of its own leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TotalsCheck {
    /// Totals compared.
    pub compared: u64,
    /// Totals that differ.
    pub differ: u64,
    /// The first that differs.
    pub first: Option<Differs>,
}

/// A total that is not the sum of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Differs {
    pub place: String,
    /// A period, or `all-periods`.
    pub period: String,
    pub total: u64,
    pub parts: u64,
}

/// Columns in which a series of totals has no parts.
pub(super) type Orphans = HashMap<SeriesKey, Vec<usize>>;

/// Where each place and group of a table lies: the indices, in the lists of totals, of what sums it up.
struct Above {
    places: Vec<Vec<u32>>,
    groups: Vec<Vec<u32>>,
}

impl Above {
    fn of(
        table: &CountTable,
        places: &HashMap<&str, u32>,
        groups: &HashMap<&Group, u32>,
        sums_up: fn(&Group, &Group) -> bool,
    ) -> Self {
        let above_place = |place: &NamedCode| {
            let codes = std::iter::once(place.code.as_str()).chain(codes_above(&place.code));
            codes.filter_map(|code| places.get(code).copied()).collect()
        };
        let above_group = |group: &Group| {
            let wholes = groups_above(group).filter(|whole| sums_up(whole, group));
            wholes.filter_map(|whole| groups.get(&whole).copied()).collect()
        };
        Self {
            places: table.places.iter().map(above_place).collect(),
            groups: table.groups.iter().map(above_group).collect(),
        }
    }

    /// Places and groups that sum a series up, itself included.
    fn pairs(&self, key: SeriesKey) -> impl Iterator<Item = (u32, u32)> + '_ {
        let groups = &self.groups[key.group as usize];
        self.places[key.place as usize].iter().flat_map(move |place| groups.iter().map(move |group| (*place, *group)))
    }
}

/// Indices of the values of a list.
fn indices<'a, T: ?Sized + Eq + std::hash::Hash>(values: impl Iterator<Item = &'a T>) -> HashMap<&'a T, u32> {
    let mut indices = HashMap::new();
    for value in values {
        let next = u32::try_from(indices.len()).unwrap_or(u32::MAX);
        indices.entry(value).or_insert(next);
    }
    indices
}

/// Sum of the parts of a total in each period; none where no part is stated.
type Sums = Vec<Option<u64>>;

fn add_cells(sums: &mut Sums, cells: impl Iterator<Item = Cell>) {
    for (sum, cell) in sums.iter_mut().zip(cells).filter(|(_, cell)| *cell != Cell::Absent) {
        *sum = Some(sum.unwrap_or(0) + cell.value().unwrap_or(0));
    }
}

impl TotalsCheck {
    /// Every total against the sum of the leaves below it, offence by offence and period by period. Gives the totals that
    /// nothing stands below; they are parts of those above them, the most detailed first.
    pub(super) fn compare(&mut self, table: &CountTable, is_leaf: &impl Fn(&SeriesKey) -> bool) -> Orphans {
        let places = indices(table.places.iter().map(|place| place.code.as_str()));
        let above = Above::of(table, &places, &indices(table.groups.iter()), is_same_time);
        let series = || table.series.iter().enumerate();
        let totals: HashMap<SeriesKey, usize> =
            series().filter(|(_, key)| !is_leaf(key)).map(|(at, key)| (*key, at)).collect();
        let mut sums: HashMap<usize, Sums> = totals.values().map(|at| (*at, vec![None; table.periods])).collect();
        let add = |key: &SeriesKey, sums: &mut HashMap<usize, Sums>, cells: &[Cell]| {
            let pairs = above.pairs(*key).map(|(place, group)| SeriesKey { place, group, ..*key });
            let wholes = pairs.filter(|whole| whole != key).filter_map(|whole| totals.get(&whole));
            for whole in wholes {
                sums.get_mut(whole).into_iter().for_each(|sums| add_cells(sums, cells.iter().copied()));
            }
        };
        for (at, key) in series().filter(|(_, key)| is_leaf(key)) {
            let cells: Vec<Cell> = table.row(at).iter().map(|code| Cell::decode(*code)).collect();
            add(key, &mut sums, &cells);
        }
        let mut orphans = Orphans::new();
        for (key, at) in by_detail(table, &totals) {
            let parts = sums.get(&at).cloned().unwrap_or_default();
            let cells = self.add_row(table, at, &parts);
            let alone: Vec<usize> = (0..cells.len()).filter(|column| cells[*column] != Cell::Absent).collect();
            if !alone.is_empty() {
                add(&key, &mut sums, &cells);
                orphans.insert(key, alone);
            }
        }
        orphans
    }

    /// Compares a row of totals; gives the cells that no part is stated of.
    fn add_row(&mut self, table: &CountTable, at: usize, sums: &Sums) -> Vec<Cell> {
        let place = &table.places[table.series[at].place as usize].code;
        let mut alone = vec![Cell::Absent; table.periods];
        for (column, code) in table.row(at).iter().enumerate() {
            let cell = Cell::decode(*code);
            let period = || table.step(column).map(|step| step.to_string()).unwrap_or_default();
            match (cell.value(), sums.get(column).copied().flatten()) {
                (Some(value), Some(sum)) => self.add(place, period, value, sum),
                (_, None) => alone[column] = cell,
                (None, Some(_)) => {}
            }
        }
        alone
    }

    fn add(&mut self, place: &str, period: impl Fn() -> String, total: u64, parts: u64) {
        self.compared += 1;
        if total != parts {
            self.differ += 1;
            self.first.get_or_insert_with(|| Differs { place: place.to_owned(), period: period(), total, parts });
        }
    }

    /// Every total over periods against the sum of the leaves over these periods, whatever their time is known by.
    pub(super) fn compare_wholes(&mut self, leaves: &CountTable, wholes: &Wholes) {
        if wholes.is_empty() {
            return;
        }
        let places = indices(wholes.keys().map(|(place, ..)| place.as_str()));
        let offences = indices(wholes.keys().map(|(_, offence, ..)| offence.as_str()));
        let groups = indices(wholes.keys().map(|(_, _, group, _)| group));
        let above = Above::of(leaves, &places, &groups, |_, _| true);
        let mut sums: HashMap<(u32, u32, u32, Option<i16>), u64> = HashMap::new();
        for (at, key) in leaves.series.iter().enumerate() {
            let Some(offence) = offences.get(leaves.offences[key.offence as usize].code.as_str()) else { continue };
            let by_year = by_year(leaves, at);
            for (place, group) in above.pairs(*key) {
                for (year, sum) in &by_year {
                    *sums.entry((place, *offence, group, *year)).or_default() += sum;
                }
            }
        }
        for ((place, offence, group, year), total) in wholes {
            let key = (places[place.as_str()], offences[offence.as_str()], groups[group], *year);
            let period = || year.map_or_else(|| "all-periods".to_owned(), |year| year.to_string());
            self.add(place, period, *total, sums.get(&key).copied().unwrap_or(0));
        }
    }
}

/// Totals, those that say most of place and persons first.
fn by_detail(table: &CountTable, totals: &HashMap<SeriesKey, usize>) -> Vec<(SeriesKey, usize)> {
    let mut ordered: Vec<(SeriesKey, usize)> = totals.iter().map(|(key, at)| (*key, *at)).collect();
    ordered.sort_by_key(|(key, at)| {
        let depth = codes_above(&table.places[key.place as usize].code).count();
        (std::cmp::Reverse(depth + table.groups[key.group as usize].len()), *at)
    });
    ordered
}

/// Sums of a series by year, and over all of them under `None`.
fn by_year(table: &CountTable, series: usize) -> BTreeMap<Option<i16>, u64> {
    let mut sums = BTreeMap::new();
    for (column, code) in table.row(series).iter().enumerate() {
        let (Some(value), Some(step)) = (Cell::decode(*code).value(), table.step(column)) else { continue };
        *sums.entry(None).or_default() += value;
        *sums.entry(Some(step.year())).or_default() += value;
    }
    sums
}
