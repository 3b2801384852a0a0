//! Hour × weekday of a place, the unknown hour apart.

use crate::library::Library;
use crate::pages::ask::count;
use tequio_frame::chart::Drawing;
use tequio_frame::chart::heat::{HeatWords, HourTable};
use tequio_frame::{Problem, Visit, format};
use tequio_kernel::{Dimension, Key, Query};

/// Counts by hour and weekday for a question. The unknown hour and the unknown weekday are asked
/// for by name, because a count by hour leaves them out of its rows.
pub(crate) fn table(library: &Library, query: &Query) -> Result<HourTable, Problem> {
    let mut table = HourTable::default();
    let asked = [
        (vec![Dimension::Weekday, Dimension::Hour], None),
        (vec![Dimension::Weekday], Some(("hour", "unknown"))),
        (vec![Dimension::Hour], Some(("weekday", "unknown"))),
    ];
    for (by, filter) in asked {
        let Some(part) = narrowed(query, filter) else { continue };
        let answer = count(library, &Query { by, ..part })?;
        for row in &answer.counts.rows {
            let (mut hour, mut day) = (None, None);
            row.keys.iter().for_each(|key| match key {
                Key::Hour(value) => hour = Some(*value),
                Key::Weekday(value) => day = Some(*value),
                _ => {}
            });
            table.add(hour, day, row.count);
        }
    }
    Ok(table)
}

/// The question with one more filter; `None` when it already filters so and the rows have it all.
fn narrowed(query: &Query, filter: Option<(&str, &str)>) -> Option<Query> {
    let Some((name, value)) = filter else { return Some(query.clone()) };
    let mut pairs = query.pairs();
    pairs.retain(|(known, _)| *known != "by");
    let all = pairs.iter().map(|(known, text)| (*known, text.as_str())).chain([(name, value)]);
    Query::parse(all).ok()
}

/// The table as HTML.
pub(crate) fn html(visit: &Visit, table: &HourTable, caption: &str) -> String {
    with_words(visit, caption, |words| table.write(words))
}

/// The table as a picture that stands alone.
pub(crate) fn drawing(visit: &Visit, table: &HourTable) -> Drawing {
    with_words(visit, "", |words| table.drawing(words))
}

fn with_words<T>(visit: &Visit, caption: &str, write: impl FnOnce(&HeatWords<'_>) -> T) -> T {
    let words = [visit.t("hours-head"), visit.t("chart-hour-unknown"), visit.t("chart-weekday-unknown")];
    let days = std::array::from_fn(|day| format::weekday(visit.language, u8::try_from(day + 1).unwrap_or(1)));
    write(&HeatWords { caption, hours: &words[0], days, hour_unknown: &words[1], day_unknown: &words[2] })
}
