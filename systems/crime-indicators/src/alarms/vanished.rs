//! Rows that vanish: places, offences and series of the old edition that the new one does not have.
//!
//! A place that is gone is told once and not again by its series; the same for an offence. What is left are series of
//! places and offences that both editions have, told by place.

use super::Alarm;
use crate::diff::Edition;
use std::collections::{BTreeMap, HashSet};
use tequio_kernel::{Cell, CountTable, Group};

/// What vanished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Row {
    /// A place with all its series.
    Place,
    /// An offence with all its series.
    Offence,
    /// Single series of a place that is still there.
    Series,
}

impl Row {
    /// Name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Offence => "offence",
            Self::Series => "series",
        }
    }
}

/// Series, figures and their sum.
#[derive(Default)]
struct Lost {
    series: u64,
    figures: u64,
    sum: u64,
}

pub(super) fn find(old: &Edition, new: &Edition) -> Vec<Alarm> {
    let there = There::of(new.table);
    let mut lost: BTreeMap<(Row, &str), Lost> = BTreeMap::new();
    for (series, key) in old.table.series.iter().enumerate() {
        let Some((place, offence, group)) = words(old.table, *key) else { continue };
        let observed = old.table.row(series).iter().filter_map(|code| Cell::decode(*code).value());
        let (figures, sum) = observed.fold((0, 0), |(figures, sum), value| (figures + 1, sum + value));
        if let Some(of) = there.lacks(place, offence, group).filter(|_| figures > 0) {
            let lost = lost.entry(of).or_default();
            lost.series += 1;
            lost.figures += figures;
            lost.sum += sum;
        }
    }
    let alarm = |((row, code), lost): ((Row, &str), Lost)| Alarm::RowsVanish {
        row,
        code: code.to_owned(),
        series: lost.series,
        figures: lost.figures,
        sum: lost.sum,
    };
    lost.into_iter().map(alarm).collect()
}

fn words(table: &CountTable, key: tequio_kernel::official::SeriesKey) -> Option<(&str, &str, &Group)> {
    let place = &table.places.get(key.place as usize)?.code;
    Some((place, &table.offences.get(key.offence as usize)?.code, table.groups.get(key.group as usize)?))
}

/// What an edition has.
struct There<'a> {
    places: HashSet<&'a str>,
    offences: HashSet<&'a str>,
    series: HashSet<(&'a str, &'a str, &'a Group)>,
}

impl<'a> There<'a> {
    fn of(table: &'a CountTable) -> Self {
        let series: HashSet<_> = table.series.iter().filter_map(|key| words(table, *key)).collect();
        Self {
            places: series.iter().map(|(place, ..)| *place).collect(),
            offences: series.iter().map(|(_, offence, _)| *offence).collect(),
            series,
        }
    }

    /// What of a series is not there, if anything.
    fn lacks<'b>(&self, place: &'b str, offence: &'b str, group: &'b Group) -> Option<(Row, &'b str)> {
        if !self.places.contains(place) {
            return Some((Row::Place, place));
        }
        if !self.offences.contains(offence) {
            return Some((Row::Offence, offence));
        }
        (!self.series.contains(&(place, offence, group))).then_some((Row::Series, place))
    }
}
