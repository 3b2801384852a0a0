//! Which offences changed most between two periods.

use crate::pages::change::{Change, Periods, heading, signed, verdict_in_short, verdict_name};
use crate::pages::span::period_in_words;
use serde_json::json;
use std::collections::BTreeMap;
use tequio_frame::{Column, DataTable, Visit, format};
use tequio_kernel::{Counts, Key};
use tequio_methods::change::Direction;
use tequio_methods::false_discovery::adjusted;

/// Offences shown; the others are in the data of the page.
const SHOWN_MAX: usize = 10;
const INCIDENTS: &str = "incidents";
const SHARE: &str = "share of the count before, by day";

/// An offence in both periods.
struct OffenceChange {
    code: String,
    name: String,
    change: Change,
    /// p-value corrected for the number of offences looked at.
    adjusted: f64,
}

impl OffenceChange {
    fn verdict(&self) -> Direction {
        self.change.verdict(self.adjusted)
    }
}

/// A row of the table.
pub(crate) struct ChangeRow {
    pub name: String,
    pub href: String,
    pub now: String,
    pub before: String,
    pub difference: String,
    pub share: String,
    pub interval: String,
    pub verdict: String,
    /// True when the change is more than chance.
    pub beyond: bool,
}

/// The table ready for its template, largest differences first.
pub(crate) struct OffenceChanges {
    pub rows: Vec<ChangeRow>,
    pub head_now: String,
    pub head_before: String,
    pub caption: String,
    /// How many were looked at and how many changed by more than chance.
    pub summary: String,
    pub data: DataTable,
}

impl OffenceChanges {
    /// From counts by offence of both periods; `link` writes the address of an offence in the explorer.
    pub(crate) fn of(
        visit: &Visit,
        periods: &Periods,
        now: &Counts,
        before: &Counts,
        link: impl Fn(&str) -> String,
    ) -> Self {
        let changes = compared(periods, now, before);
        let beyond = changes.iter().filter(|offence| offence.verdict() != Direction::NoMoreThanChance).count();
        let row = |offence: &OffenceChange| ChangeRow {
            name: offence.name.clone(),
            href: link(&offence.code),
            now: format::integer(offence.change.now),
            before: format::integer(offence.change.before),
            difference: signed(offence.change.difference()),
            share: offence.change.share_text(),
            interval: offence.change.interval_text(visit),
            verdict: verdict_in_short(visit, offence.verdict()),
            beyond: offence.verdict() != Direction::NoMoreThanChance,
        };
        Self {
            rows: changes.iter().take(SHOWN_MAX).map(row).collect(),
            head_now: period_in_words(visit, periods.now),
            head_before: period_in_words(visit, periods.before),
            caption: visit.say("change-offences-caption", &[("heading", heading(visit, periods).into())]),
            summary: visit.say("change-summary", &[("n", changes.len().into()), ("beyond", beyond.into())]),
            data: data(visit, &changes),
        }
    }
}

fn compared(periods: &Periods, now: &Counts, before: &Counts) -> Vec<OffenceChange> {
    let mut counts: BTreeMap<(&str, &str), (u64, u64)> = BTreeMap::new();
    by_offence(now).for_each(|(offence, count)| counts.entry(offence).or_default().0 += count);
    by_offence(before).for_each(|(offence, count)| counts.entry(offence).or_default().1 += count);
    let changes: Vec<_> =
        counts.into_iter().map(|(offence, (now, before))| (offence, Change::of(periods, now, before))).collect();
    let p_values: Vec<f64> = changes.iter().map(|(_, change)| change.p_value).collect();
    let mut rows: Vec<OffenceChange> = changes
        .into_iter()
        .zip(adjusted(&p_values))
        .map(|(((code, name), change), adjusted)| OffenceChange {
            code: code.to_owned(),
            name: name.to_owned(),
            change,
            adjusted,
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.change.difference().unsigned_abs()));
    rows
}

fn by_offence(counts: &Counts) -> impl Iterator<Item = ((&str, &str), u64)> {
    counts.rows.iter().filter_map(|row| match row.keys.first() {
        Some(Key::Offence { code, name }) => Some(((code.as_str(), name.as_str()), row.count)),
        _ => None,
    })
}

fn data(visit: &Visit, changes: &[OffenceChange]) -> DataTable {
    let columns = [
        Column::text("offence"),
        Column::text("offence_name"),
        Column::count("count", INCIDENTS),
        Column::count("count_before", INCIDENTS),
        Column::number("change", SHARE),
        Column::number("change_low", SHARE),
        Column::number("change_high", SHARE),
        Column::number("p_value", "probability"),
        Column::number("p_value_adjusted", "probability"),
        Column::text("verdict"),
    ];
    let rows = changes.iter().map(|offence| {
        let change = &offence.change;
        [
            json!(offence.code),
            json!(offence.name),
            json!(change.now),
            json!(change.before),
            json!(change.share()),
            json!(change.share_low()),
            json!(change.share_high()),
            json!(change.p_value),
            json!(offence.adjusted),
            json!(verdict_name(offence.verdict())),
        ]
    });
    DataTable::new("offence-changes", visit.t("change-offences-title"), columns, rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tequio_kernel::CountRow;

    fn counts(rows: &[(&str, u64)]) -> Counts {
        let row = |(code, count): &(&str, u64)| CountRow {
            keys: vec![Key::Offence { code: (*code).into(), name: code.to_lowercase() }],
            count: *count,
        };
        Counts { rows: rows.iter().map(row).collect(), ..Counts::default() }
    }

    #[test]
    fn offences_of_either_period_are_compared_and_corrected_together() {
        let periods = Periods::of("2023".parse().expect("a period")).expect("a period before");
        let rows = compared(
            &periods,
            &counts(&[("ROBO", 1_300), ("FRAUDE", 31), ("NUEVO", 40)]),
            &counts(&[("ROBO", 1_000), ("FRAUDE", 20), ("VIEJO", 2)]),
        );
        let codes: Vec<&str> = rows.iter().map(|row| row.code.as_str()).collect();
        assert_eq!(codes, ["ROBO", "NUEVO", "FRAUDE", "VIEJO"]);
        let verdicts: Vec<Direction> = rows.iter().map(OffenceChange::verdict).collect();
        assert_eq!(verdicts, [Direction::Up, Direction::Up, Direction::NoMoreThanChance, Direction::NoMoreThanChance]);
        assert!(rows.iter().all(|row| row.adjusted >= row.change.p_value));
        assert_eq!(rows[1].change.share(), None, "there was none before");
    }
}
