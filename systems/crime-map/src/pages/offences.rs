//! The offences of a place as a table with bars.

use tequio_frame::chart::bar::bar;
use tequio_frame::format;
use tequio_kernel::{Counts, Key};

/// Offences shown before the rest is folded away.
const SHOWN_MAX: usize = 12;

/// A row of the table.
pub(crate) struct OffenceRow {
    pub name: String,
    pub href: String,
    pub count: String,
    pub share: String,
    pub bar: String,
}

/// The table, its head always shown and its tail folded away.
#[derive(Default)]
pub(crate) struct Offences {
    pub shown: Vec<OffenceRow>,
    pub folded: Vec<OffenceRow>,
}

impl Offences {
    /// From counts by offence; `link` writes the address of an offence in the explorer.
    pub(crate) fn of(counts: &Counts, link: impl Fn(&str) -> String) -> Self {
        let mut rows: Vec<_> = counts.rows.iter().filter_map(|row| Some((row.keys.first()?, row.count))).collect();
        rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let largest = rows.first().map_or(0, |(_, count)| *count);
        let mut shown: Vec<OffenceRow> = rows
            .into_iter()
            .filter_map(|(key, count)| match key {
                Key::Offence { code, name } => Some(OffenceRow {
                    name: name.clone(),
                    href: link(code),
                    count: format::integer(count),
                    share: format::share(count, counts.total),
                    bar: bar(count as f64, largest as f64),
                }),
                _ => None,
            })
            .collect();
        let folded = shown.split_off(shown.len().min(SHOWN_MAX));
        Self { shown, folded }
    }
}
