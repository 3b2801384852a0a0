//! The views of a question by month, by day and hour, and by offence.
//!
//! Each view leaves out the filter of its own dimension and marks what is chosen in it, so that the
//! reader sees what else there is to choose.

use crate::pages::ask::count;
use crate::pages::data;
use crate::pages::explore::Asked;
use crate::pages::explore::state::toggled;
use crate::pages::figures;
use crate::pages::hours;
use crate::pages::silence::silent_months;
use crate::pages::span::{month_list, period_in_words};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use tequio_frame::chart::bar::bar;
use tequio_frame::chart::heat::{HeatChoice, HeatWords, HourTable};
use tequio_frame::chart::line::{Band, Step, banded};
use tequio_frame::chart::small::small;
use tequio_frame::{DataTable, Figure, Problem, Visit, format};
use tequio_kernel::{Counts, Dimension, Key, Month, Period, Query, SmallSet};

/// Offences shown before the rest is folded away.
const OFFENCES_SHOWN: usize = 15;
/// Offences drawn as small multiples.
const MULTIPLES: usize = 8;
/// A course of fewer months shows no course.
const MULTIPLE_MONTHS_MIN: usize = 6;

/// The question with a filter changed.
fn without(asked: &Asked<'_>, by: &[Dimension], change: impl FnOnce(&mut Query)) -> Query {
    let mut query = Query { by: by.to_vec(), ..asked.counted.clone() };
    change(&mut query);
    query
}

/// Incidents by month, with the numbers in a table whose cells choose a month or a year.
pub(crate) struct TimeView {
    steps: Vec<Step>,
    bands: Vec<Band>,
    pub svg: String,
    pub heads: Vec<String>,
    pub years: Vec<YearRow>,
    pub missing: String,
    pub silent: String,
}

/// A row of the table of months.
pub(crate) struct YearRow {
    pub year: i16,
    pub href: String,
    pub chosen: bool,
    pub months: Vec<MonthCell>,
    pub total: String,
}

/// A month of the table; without an address where the edition does not reach.
#[derive(Clone, Default)]
pub(crate) struct MonthCell {
    pub text: String,
    pub href: String,
    pub chosen: bool,
}

impl TimeView {
    pub(super) fn of(asked: &Asked<'_>) -> Result<Self, Problem> {
        let Asked { library, visit, state, span, .. } = asked;
        let query = without(asked, &[Dimension::Month], |query| query.filter.period = None);
        let counts = by_month(&count(library, &query)?.counts);
        let silent = silent_months(span, &counts);
        let steps: Vec<Step> = span
            .months
            .iter()
            .map(|month| {
                let known = !span.missing.contains(month) && !silent.contains(month);
                (*month, known.then(|| counts.get(month).copied().unwrap_or(0)))
            })
            .collect();
        let marks = [(state.query.filter.period, "band"), (state.compare, "band band-other")];
        let marks = marks.into_iter().filter_map(|(period, class)| Some((months_within(&steps, period?)?, class)));
        let bands: Vec<Band> = marks.collect();
        let label = visit.say("explore-time-label", &[("span", span.in_words(visit).into())]);
        Ok(Self {
            svg: banded(visit.language, &steps, &label, &visit.t("chart-missing"), &bands),
            heads: (1..=12).map(|month| format::month_name(visit.language, month).chars().take(3).collect()).collect(),
            years: years(asked, &steps),
            missing: span.missing_in_words(visit),
            silent: month_list(visit, &silent),
            bands,
            steps,
        })
    }

    pub(super) fn data(&self, visit: &Visit) -> DataTable {
        data::months(visit, &self.steps)
    }

    /// Months without data in either of two periods: a change between them would not be one.
    pub(super) fn gaps_in(&self, visit: &Visit, periods: [Period; 2]) -> String {
        let within = |month: &Month| periods.iter().any(|period| touches(*period, *month));
        let gaps = self.steps.iter().filter(|(month, value)| value.is_none() && within(month));
        month_list(visit, &gaps.map(|(month, _)| *month).collect::<Vec<_>>())
    }

    pub(super) fn figure(&self, visit: &Visit, text: &str) -> Figure {
        figures::months(visit, &self.steps, &self.bands, text, [&self.missing, &self.silent])
    }
}

fn by_month(counts: &Counts) -> BTreeMap<Month, u64> {
    let months = counts.rows.iter().filter_map(|row| match row.keys.first() {
        Some(Key::Month(month)) => Some((*month, row.count)),
        _ => None,
    });
    months.collect()
}

/// Indexes of the months that a period touches, if it touches any.
fn months_within(steps: &[Step], period: Period) -> Option<RangeInclusive<usize>> {
    let touches = |(month, _): &Step| touches(period, *month);
    Some(steps.iter().position(touches)?..=steps.iter().rposition(touches)?)
}

fn touches(period: Period, month: Month) -> bool {
    let days = month.first_day().zip(month.next().first_day());
    days.is_some_and(|(first, after)| first < period.until && period.from < after)
}

fn month_period(month: Month) -> Option<Period> {
    Some(Period { from: month.first_day()?, until: month.next().first_day()? })
}

fn years(asked: &Asked<'_>, steps: &[Step]) -> Vec<YearRow> {
    let chosen = asked.state.query.filter.period;
    let mut years: BTreeMap<i16, (Vec<MonthCell>, u64)> = BTreeMap::new();
    for (month, value) in steps {
        let (cells, total) = years.entry(month.year).or_insert_with(|| (vec![MonthCell::default(); 12], 0));
        let Some(period) = month_period(*month) else { continue };
        if let Some(cell) = usize::try_from(month.month - 1).ok().and_then(|index| cells.get_mut(index)) {
            *cell = MonthCell {
                text: value.map_or_else(|| asked.visit.t("cell-missing"), format::integer),
                href: asked.state.with_period(period),
                chosen: chosen.is_some_and(|chosen| touches(chosen, *month)),
            };
        }
        *total += value.unwrap_or(0);
    }
    let row = |(year, (months, total)): (i16, (Vec<MonthCell>, u64))| {
        let whole: Option<Period> = year.to_string().parse().ok();
        YearRow {
            year,
            href: whole.map(|whole| asked.state.with_period(whole)).unwrap_or_default(),
            chosen: whole.is_some() && whole == chosen,
            months,
            total: format::integer(total),
        }
    };
    years.into_iter().map(row).collect()
}

/// Incidents by hour and weekday: a table that is its own picture.
pub(crate) struct WeekView {
    table: HourTable,
    /// The table whose heads and cells choose.
    pub html: String,
    /// The same without a choice.
    pub plain: String,
}

impl WeekView {
    pub(super) fn of(asked: &Asked<'_>) -> Result<Self, Problem> {
        let Asked { library, visit, state, .. } = asked;
        let query = without(asked, &[], |query| (query.filter.hours, query.filter.weekdays) = (None, None));
        let table = hours::table(library, &query)?;
        let (hours, days) = (state.query.filter.hours, state.query.filter.weekdays);
        let period =
            state.query.filter.period.map_or_else(|| asked.span.in_words(visit), |p| period_in_words(visit, p));
        let caption = visit.say("hours-caption", &[("period", period.into())]);
        let words = [visit.t("hours-head"), visit.t("chart-hour-unknown"), visit.t("chart-weekday-unknown")];
        let names = std::array::from_fn(|day| format::weekday(visit.language, u8::try_from(day + 1).unwrap_or(1)));
        let heat = HeatWords {
            caption: &caption,
            hours: &words[0],
            days: names,
            hour_unknown: &words[1],
            day_unknown: &words[2],
        };
        let choice = HeatChoice {
            hour: &|hour| state.with(|next| next.query.filter.hours = toggled(hours, SmallSet::one(hour))),
            day: &|day| state.with(|next| next.query.filter.weekdays = toggled(days, SmallSet::one(day))),
            is_chosen: &|hour, day| {
                (hours.is_some() || days.is_some())
                    && hours.is_none_or(|hours| hours.contains(hour))
                    && days.is_none_or(|days| days.contains(day))
            },
        };
        Ok(Self { html: table.write_choosable(&heat, &choice), plain: table.write(&heat), table })
    }

    pub(super) fn data(&self, visit: &Visit) -> DataTable {
        data::hours(visit, &self.table)
    }

    pub(super) fn figure(&self, visit: &Visit, text: &str) -> Figure {
        figures::hours(visit, &self.table, text)
    }
}

/// Incidents by offence, each a link that adds or drops it.
pub(crate) struct OffenceView {
    counts: Counts,
    pub shown: Vec<OffenceRow>,
    pub folded: Vec<OffenceRow>,
}

/// A row of the table of offences.
pub(crate) struct OffenceRow {
    pub name: String,
    pub href: String,
    pub chosen: bool,
    pub count: String,
    pub share: String,
    pub bar: String,
}

impl OffenceView {
    pub(super) fn of(asked: &Asked<'_>) -> Result<Self, Problem> {
        let query = without(asked, &[Dimension::Offence], |query| query.filter.offences.clear());
        let counts = count(asked.library, &query)?.counts;
        let chosen = &asked.state.query.filter.offences;
        let mut rows: Vec<(&str, &str, u64)> = counts
            .rows
            .iter()
            .filter_map(|row| match row.keys.first() {
                Some(Key::Offence { code, name }) => Some((code.as_str(), name.as_str(), row.count)),
                _ => None,
            })
            .collect();
        let is_chosen = |code: &str| chosen.iter().any(|known| known == code);
        // What is chosen stands first, so that it is seen and can be dropped.
        rows.sort_by_key(|(code, _, count)| (!is_chosen(code), std::cmp::Reverse(*count)));
        let largest = rows.iter().map(|(_, _, count)| *count).max().unwrap_or(0);
        let row = |(code, name, count): (&str, &str, u64)| OffenceRow {
            name: name.to_owned(),
            href: asked.state.with_offence(code),
            chosen: is_chosen(code),
            count: format::integer(count),
            share: format::share(count, counts.total),
            bar: bar(count as f64, largest as f64),
        };
        let mut shown: Vec<OffenceRow> = rows.into_iter().map(row).collect();
        let folded = shown.split_off(shown.len().min(OFFENCES_SHOWN.max(chosen.len())));
        Ok(Self { shown, folded, counts })
    }

    pub(super) fn data(&self, visit: &Visit) -> DataTable {
        data::offences(visit, &self.counts)
    }

    pub(super) fn figure(&self, visit: &Visit, text: &str) -> Figure {
        figures::offences(visit, &self.counts, text)
    }
}

/// The most frequent offences, each with its course over the months.
pub(crate) struct Multiples {
    pub items: Vec<Multiple>,
}

/// One of them.
pub(crate) struct Multiple {
    pub name: String,
    pub href: String,
    pub chosen: bool,
    values: Vec<Option<u64>>,
    pub svg: String,
    pub total: String,
    /// The fullest month and its count, in words.
    pub most: String,
}

impl Multiples {
    pub(super) fn of(asked: &Asked<'_>) -> Result<Self, Problem> {
        if asked.span.months.len() < MULTIPLE_MONTHS_MIN {
            return Ok(Self { items: Vec::new() });
        }
        let query = without(asked, &[Dimension::Offence, Dimension::Month], |query| {
            query.filter.offences.clear();
            query.filter.period = None;
        });
        let counts = count(asked.library, &query)?.counts;
        let mut courses: BTreeMap<(&str, &str), BTreeMap<Month, u64>> = BTreeMap::new();
        for row in &counts.rows {
            if let [Key::Offence { code, name }, Key::Month(month)] = row.keys.as_slice() {
                courses.entry((code, name)).or_default().insert(*month, row.count);
            }
        }
        let missing: BTreeSet<&Month> = asked.span.missing.iter().collect();
        let total = |course: &BTreeMap<Month, u64>| course.values().sum::<u64>();
        let mut sorted: Vec<_> = courses.into_iter().collect();
        sorted.sort_by_key(|(_, course)| std::cmp::Reverse(total(course)));
        let item = |((code, name), course): ((&str, &str), BTreeMap<Month, u64>)| {
            let value = |month: &Month| (!missing.contains(month)).then(|| course.get(month).copied().unwrap_or(0));
            let values: Vec<Option<u64>> = asked.span.months.iter().map(value).collect();
            let most = course.iter().max_by_key(|(month, count)| (**count, std::cmp::Reverse(**month)));
            let most =
                most.map(|(month, count)| [("month", asked.visit.month_short(*month).into()), ("n", (*count).into())]);
            Multiple {
                name: name.to_owned(),
                href: asked.state.with_offence(code),
                chosen: asked.state.query.filter.offences.iter().any(|known| known == code),
                svg: small(&values),
                values,
                total: format::integer(total(&course)),
                most: most.map(|args| asked.visit.say("multiple-most", &args)).unwrap_or_default(),
            }
        };
        Ok(Self { items: sorted.into_iter().take(MULTIPLES).map(item).collect() })
    }

    pub(super) fn figure(&self, visit: &Visit, text: &str) -> Option<Figure> {
        let item =
            |item: &Multiple| (item.name.clone(), format!("{} · {}", item.total, item.most), item.values.clone());
        let items: Vec<_> = self.items.iter().map(item).collect();
        (!items.is_empty()).then(|| figures::multiples(visit, items, text))
    }
}
