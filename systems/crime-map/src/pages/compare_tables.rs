//! The tables and charts of a comparison.

use crate::pages::change::{Change, verdict_name};
use crate::pages::compare_sides::Side;
use crate::pages::figures;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tequio_frame::chart::bar::bar;
use tequio_frame::chart::panel::{Series, panel, top};
use tequio_frame::chart::whisker::{Whisker, largest, whisker};
use tequio_frame::{Column, DataTable, Figure, Visit, format};
use tequio_kernel::{Key, Month};
use tequio_methods::change::Direction;
use tequio_methods::rate_ratio::Observed;

/// Offences shown, those with the largest share anywhere; the others are in the data.
const OFFENCES_MAX: usize = 12;
const INCIDENTS: &str = "incidents";
const PER_100K: f64 = 100_000.0;
const PER_100K_UNIT: &str = "incidents per 100,000 inhabitants in the period";

/// Trends, one panel a place.
pub(crate) struct Panels {
    pub title: String,
    pub panels: Vec<Panel>,
    /// Names of the places, heads of the table.
    pub heads: Vec<String>,
    /// Month and the value of each place.
    pub rows: Vec<(String, Vec<String>)>,
    pub data: DataTable,
    pub figure: Figure,
}

/// A panel and its heading.
pub(crate) struct Panel {
    pub name: String,
    pub svg: String,
}

impl Panels {
    /// Rates where every place has inhabitants for every month, counts otherwise.
    pub(crate) fn of(visit: &Visit, sides: &[Side]) -> Self {
        let sides: Vec<&Side> = sides.iter().filter(|side| side.is_comparable()).collect();
        let rates: Option<Vec<Series>> = sides.iter().map(|side| monthly_rates(side)).collect();
        let title = visit.t(if rates.is_some() { "compare-trend-rate" } else { "compare-trend-count" });
        let series = rates.clone().unwrap_or_else(|| sides.iter().map(|side| monthly_counts(side)).collect());
        let top = top(&series);
        let panels = sides.iter().enumerate().map(|(own, side)| Panel {
            svg: panel(&series, own, top, &visit.say("trend-label", &[("place", side.name.clone().into())])),
            name: side.name.clone(),
        });
        let write = |value: Option<f64>| match value {
            None => visit.t("cell-missing"),
            Some(value) if rates.is_some() => format::rate(value),
            Some(value) => format::decimal(value, 0),
        };
        let months: Vec<Month> =
            series.first().map(|first| first.iter().map(|(month, _)| *month).collect()).unwrap_or_default();
        let row = |(at, month): (usize, &Month)| {
            (
                visit.month_short(*month),
                series.iter().map(|one| write(one.get(at).and_then(|(_, value)| *value))).collect(),
            )
        };
        let panels: Vec<Panel> = panels.collect();
        let heads: Vec<String> = sides.iter().map(|side| side.name.clone()).collect();
        Self {
            figure: figures::panels(&title, &visit.t("compare-trend-note"), &heads, series.clone(), top),
            panels,
            heads,
            rows: months.iter().enumerate().map(row).collect(),
            data: data_of_months(&title, &sides),
            title,
        }
    }
}

fn monthly_counts(side: &Side) -> Series {
    side.months.iter().map(|(month, count)| (*month, count.map(|count| count as f64))).collect()
}

/// Incidents of a month per 100,000 inhabitants of its year; `None` where a year has no figure.
fn monthly_rates(side: &Side) -> Option<Series> {
    let rate = |(month, count): &(Month, Option<u64>)| {
        let population = side.place.population.get(&month.year).copied().filter(|population| *population > 0)?;
        Some((*month, count.map(|count| count as f64 * PER_100K / population as f64)))
    };
    side.months.iter().map(rate).collect()
}

fn data_of_months(title: &str, sides: &[&Side]) -> DataTable {
    let columns = [
        Column::time("month"),
        Column::text("place"),
        Column::text("name"),
        Column::count("count", INCIDENTS),
        Column::count("population", "inhabitants"),
    ];
    let rows = sides.iter().flat_map(|side| {
        side.months.iter().map(|(month, count)| {
            let population = side.place.population.get(&month.year);
            [
                json!(month.to_string()),
                json!(side.reference.to_string()),
                json!(side.name),
                json!(count),
                json!(population),
            ]
        })
    });
    DataTable::new("months", title, columns, rows)
}

/// Share of each offence in the incidents of each place.
pub(crate) struct Mix {
    pub heads: Vec<String>,
    pub rows: Vec<MixRow>,
    pub data: DataTable,
}

/// An offence and its share in each place.
pub(crate) struct MixRow {
    pub name: String,
    /// Share as text, and as a bar.
    pub cells: Vec<(String, String)>,
}

impl Mix {
    pub(crate) fn of(visit: &Visit, sides: &[Side]) -> Self {
        let sides: Vec<&Side> = sides.iter().filter(|side| side.is_comparable()).collect();
        let mut counts: BTreeMap<(&str, &str), Vec<u64>> = BTreeMap::new();
        for (at, side) in sides.iter().enumerate() {
            for row in &side.offences.rows {
                if let Some(Key::Offence { code, name }) = row.keys.first() {
                    counts.entry((code, name)).or_insert_with(|| vec![0; sides.len()])[at] += row.count;
                }
            }
        }
        let share = |at: usize, count: u64| count as f64 / sides[at].count.max(1) as f64;
        let most = |counts: &[u64]| counts.iter().enumerate().map(|(at, count)| share(at, *count)).fold(0.0, f64::max);
        let mut offences: Vec<_> = counts.into_iter().collect();
        offences.sort_by(|a, b| most(&b.1).total_cmp(&most(&a.1)));
        let largest = offences.first().map_or(0.0, |(_, counts)| most(counts));
        let cell =
            |(at, count): (usize, &u64)| (format::share(*count, sides[at].count), bar(share(at, *count), largest));
        let row = |((_, name), counts): &((&str, &str), Vec<u64>)| MixRow {
            name: (*name).to_owned(),
            cells: counts.iter().enumerate().map(cell).collect(),
        };
        Self {
            heads: sides.iter().map(|side| side.name.clone()).collect(),
            rows: offences.iter().take(OFFENCES_MAX).map(row).collect(),
            data: data_of_mix(visit, &sides, &offences),
        }
    }
}

fn data_of_mix(visit: &Visit, sides: &[&Side], offences: &[((&str, &str), Vec<u64>)]) -> DataTable {
    let columns = [
        Column::text("offence"),
        Column::text("offence_name"),
        Column::text("place"),
        Column::count("count", INCIDENTS),
        Column::number("share", "share of the incidents of the place"),
    ];
    let rows = offences.iter().flat_map(|((code, name), counts)| {
        sides.iter().zip(counts).map(move |(side, count)| {
            let share = (side.count > 0).then(|| *count as f64 / side.count as f64);
            [json!(code), json!(name), json!(side.reference.to_string()), json!(count), json!(share)]
        })
    });
    DataTable::new("offences", visit.t("compare-mix-title"), columns, rows)
}

/// The rate of each other place over the rate of the first.
pub(crate) struct Ratios {
    pub lead: String,
    pub rows: Vec<RatioRow>,
    pub data: DataTable,
}

/// A ratio in words.
pub(crate) struct RatioRow {
    pub name: String,
    pub ratio: String,
    pub interval: String,
    pub verdict: String,
}

impl Ratios {
    pub(crate) fn of(visit: &Visit, sides: &[Side]) -> Self {
        let ratios: Vec<(&Side, Result<Change, &'static str>)> = match sides.split_first() {
            Some((first, others)) => others.iter().map(|other| (other, ratio(first, other))).collect(),
            None => Vec::new(),
        };
        let first = sides.first().map(|side| side.name.clone()).unwrap_or_default();
        Self {
            lead: visit.say("compare-ratio-lead", &[("place", first.into())]),
            rows: ratios.iter().map(|(side, ratio)| ratio_row(visit, side, ratio)).collect(),
            data: data_of_ratios(visit, &ratios),
        }
    }
}

/// The other rate over the first, or the key of the words that say why there is none.
fn ratio(first: &Side, other: &Side) -> Result<Change, &'static str> {
    if first.is_nested_with(other) {
        return Err("compare-nested");
    }
    let observed = |side: &Side| {
        let rate = side.rate.as_ref().ok()?;
        Some(Observed { count: side.count, exposure: rate.population as f64 })
    };
    match (observed(other), observed(first)) {
        (Some(other), Some(first)) => Ok(Change::observed(other, first)),
        _ => Err("compare-no-ratio"),
    }
}

fn ratio_row(visit: &Visit, side: &Side, ratio: &Result<Change, &'static str>) -> RatioRow {
    let dash = || "–".to_owned();
    let text = |value: Option<f64>| value.map_or_else(dash, |value| format::decimal(value, 2));
    let (value, interval, verdict) = match ratio {
        Err(key) => (dash(), dash(), visit.t(key)),
        Ok(change) => {
            let limits = change.ratio.map(|ratio| (Some(ratio.low), ratio.high));
            let limits = limits.map(|(low, high)| [("low", text(low).into()), ("high", text(high).into())]);
            let verdict = match change.verdict(change.p_value) {
                Direction::Up => visit.t("compare-higher"),
                Direction::Down => visit.t("compare-lower"),
                Direction::NoMoreThanChance => visit.t("change-chance"),
            };
            (
                text(change.ratio.and_then(|ratio| ratio.value)),
                limits.map_or_else(dash, |limits| visit.say("range", &limits)),
                verdict,
            )
        }
    };
    RatioRow { name: side.name.clone(), ratio: value, interval, verdict }
}

fn data_of_ratios(visit: &Visit, ratios: &[(&Side, Result<Change, &'static str>)]) -> DataTable {
    const RATIO: &str = "rate of the place over the rate of the first";
    let columns = [
        Column::text("place"),
        Column::text("name"),
        Column::number("ratio", RATIO),
        Column::number("ratio_low", RATIO),
        Column::number("ratio_high", RATIO),
        Column::number("p_value", "probability"),
        Column::text("verdict"),
        Column::text("note"),
    ];
    let rows = ratios.iter().map(|(side, change)| {
        let known = change.as_ref().ok();
        let ratio = known.and_then(|change| change.ratio);
        [
            json!(side.reference.to_string()),
            json!(side.name),
            json!(ratio.and_then(|ratio| ratio.value)),
            json!(ratio.map(|ratio| ratio.low)),
            json!(ratio.and_then(|ratio| ratio.high)),
            json!(known.map(|change| change.p_value)),
            json!(known.map(|change| verdict_name(change.verdict(change.p_value)))),
            change.as_ref().err().map_or(Value::Null, |key| json!(visit.t(key))),
        ]
    });
    DataTable::new("ratios", visit.t("compare-ratio-title"), columns, rows)
}

fn whisker_of(side: &Side) -> Option<Whisker> {
    side.rate.as_ref().ok().map(|rate| Whisker { value: rate.value, low: rate.low, high: rate.high })
}

/// The rates of the places as a picture that stands alone.
pub(crate) fn figure_of_rates(visit: &Visit, sides: &[Side], text: &str) -> Figure {
    let rows = sides.iter().map(|side| (side.name.clone(), whisker_of(side)));
    figures::whiskers(visit.t("compare-figures"), text, rows.collect())
}

/// The rates of the places as dots on whiskers, on one scale.
pub(crate) fn whiskers(sides: &[Side]) -> Vec<String> {
    let drawn: Vec<Option<Whisker>> = sides.iter().map(whisker_of).collect();
    let scale = largest(drawn.iter().flatten().copied());
    let reference = drawn.first().copied().flatten().map(|first| first.value);
    drawn.into_iter().map(|row| whisker(row, reference, scale)).collect()
}

/// The places with their figures, for programs.
pub(crate) fn data_of_places(visit: &Visit, sides: &[Side]) -> DataTable {
    let columns = [
        Column::text("place"),
        Column::text("name"),
        Column::count("count", INCIDENTS),
        Column::number("rate", PER_100K_UNIT),
        Column::number("rate_low", PER_100K_UNIT),
        Column::number("rate_high", PER_100K_UNIT),
        Column::count("population", "inhabitants"),
        Column::time("population_year"),
        Column::count("count_before", INCIDENTS),
        Column::number("change", "share of the count before, by day"),
        Column::text("verdict"),
        Column::text("note"),
    ];
    let rows = sides.iter().map(|side| {
        let rate = side.rate.as_ref().ok();
        let change = side.change.as_ref().filter(|_| side.is_comparable()).and_then(|change| change.as_ref().ok());
        [
            json!(side.reference.to_string()),
            json!(side.name),
            json!(side.is_comparable().then_some(side.count)),
            json!(rate.map(|rate| rate.value)),
            json!(rate.map(|rate| rate.low)),
            json!(rate.map(|rate| rate.high)),
            json!(rate.map(|rate| rate.population)),
            json!(rate.map(|rate| rate.year)),
            json!(change.map(|change| change.before)),
            json!(change.and_then(Change::share)),
            json!(change.map(|change| verdict_name(change.verdict(change.p_value)))),
            side.rate.as_ref().err().map_or(Value::Null, |reason| json!(reason.in_words(visit))),
        ]
    });
    DataTable::new("places", visit.t("compare-title"), columns, rows)
}
