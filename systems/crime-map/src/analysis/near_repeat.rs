//! Do incidents that are near in space follow on each other in time more often than by chance?

use super::bands::{Bands, nearest, written};
use super::hints::{Hint, refused};
use super::options::{Options, SEED, list, numbers, whole};
use super::plane::project;
use super::report::{PART_YEAR, Report};
use super::{About, Analysis, AnalysisError, Asked, PERMUTATIONS_MAX, Parameter, Remark, Withheld};
use crate::library::Events;
use geo_types::Coord;
use serde_json::json;
use std::cmp::Reverse;
use tequio_access::Principal;
use tequio_frame::{Column, DataTable};
use tequio_kernel::{Dimension, Key, Level, Period, PlaceRef, Query};
use tequio_methods::monte_carlo::MonteCarlo;
use tequio_methods::space_time::near_repeat::{NearRepeat as Table, near_repeat, observed};
use tequio_methods::space_time::{Distance, Event};

/// The analysis.
pub(super) struct NearRepeat;

const DISTANCES: Parameter = Parameter {
    name: "distances",
    default: "0,200,400,600,800,1000",
    meaning: "Bounds of the bands of distance in metres, upward; a band holds its lower bound and not its upper one",
    values: &[],
    written: numbers,
    check: |options, parameter, _| bounds(options, parameter.name).map(drop),
};
const DAYS: Parameter = Parameter {
    name: "days",
    default: "0,7,14,28,56",
    meaning: "Bounds of the bands of time in days, upward; a band holds its lower bound and not its upper one",
    values: &[],
    written: numbers,
    check: |options, parameter, _| bounds(options, parameter.name).map(drop),
};
const PERMUTATIONS: Parameter = Parameter {
    name: "permutations",
    default: "99",
    meaning: "How often the days are dealt out anew over the places",
    values: &[],
    written: whole,
    check: |options, _, principal| replicas(options, principal).map(drop),
};
/// Most incidents of a question of the public, and of the operator.
const EVENTS_MAX: usize = 10_000;
const EVENTS_OPERATOR_MAX: usize = 100_000;
/// Fewest incidents that every cell of a public table rests on.
const INCIDENTS_MIN: u64 = 10;
/// Most permutations of the public: each looks at every pair that is near in space.
const PERMUTATIONS_PUBLIC_MAX: u64 = 999;
/// Fewest pairs that so many incidents are needed for: one less of them makes at most one pair less.
const PAIRS_MIN: u64 = (INCIDENTS_MIN - 1) * (INCIDENTS_MIN - 2) / 2 + 1;
/// Bounds of the finest bands of the public, metres and days. Tables of bands that anybody chooses would tell by
/// subtraction what each of them withholds.
const DISTANCES_PUBLIC: [f64; 11] =
    [0.0, 200.0, 400.0, 600.0, 800.0, 1_000.0, 2_000.0, 4_000.0, 10_000.0, 20_000.0, 40_000.0];
const DAYS_PUBLIC: [f64; 6] = [0.0, 7.0, 14.0, 28.0, 56.0, 112.0];
/// Layers of the places that are named where there are too many incidents, and how many of them are tried.
const LAYERS: [&str; 2] = ["states", "municipalities"];
const TRIED_MAX: usize = 3;
/// Probability by chance above which nothing is made of a cell.
const CHANCE_MAX: f64 = 0.05;

static ABOUT: About = About {
    id: "near-repeat",
    method: "Near-repeat table: Knox test by bands of distance and time, days permuted over the places",
    reference: "S. D. Johnson and others, Journal of Quantitative Criminology 23 (2007); J. H. Ratcliffe, Near Repeat \
        Calculator (2009)",
    parameters: &[DISTANCES, DAYS, PERMUTATIONS, SEED],
    shown: &["days", "observed", "expected", "ratio", "p_value"],
};

impl Analysis for NearRepeat {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn is_of_places(&self) -> bool {
        false
    }

    fn run(&self, asked: &Asked<'_>) -> Result<Report, AnalysisError> {
        let options = asked.options;
        let (distances, days) = (bounds(options, DISTANCES.name)?, bounds(options, DAYS.name)?);
        let is_public = asked.principal == Principal::Public;
        let monte_carlo = MonteCarlo { replicas: replicas(options, asked.principal)?, seed: options.seed()? };
        let query = if is_public { of_public(asked)? } else { asked.query.clone() };
        asked.look()?;
        let Events { list, lacking, layers, notes } = asked.library.events(&query, asked.principal)?;
        let most = if is_public { EVENTS_MAX } else { EVENTS_OPERATOR_MAX };
        if list.len() > most {
            let part =
                part(asked, &query, most, |events| !is_public || refuse_fine(events, &distances, &days).is_ok())?;
            return Err(AnalysisError::ManyIncidents { found: list.len(), most, part });
        }
        asked.refuse_none((list.len() + lacking) as u64, &[&query])?;
        asked.look()?;
        let events = on_plane(&list);
        if is_public {
            refuse_fine(&events, &distances, &days)?;
        }
        asked.look()?;
        let watched = asked.watch.over(monte_carlo);
        let found = near_repeat(&events, &distances, &days, Distance::Euclidean, watched)?;
        let mut report = Report { query, ..Report::bare(asked, &ABOUT, layers, table(&found)) };
        let beyond = found.cells.iter().flatten().filter(|cell| is_more(cell)).count();
        report.facts.extend([
            ("incidents", json!(events.len())),
            ("without_day_or_position", json!(lacking)),
            ("beyond_chance", json!(beyond)),
        ]);
        let cells = found.cells.iter().flatten().count();
        report.remark(
            "near-repeat-means",
            &[("n", events.len().into()), ("cells", cells.into()), ("beyond", beyond.into())],
        )?;
        report.remark("near-repeat-not", &[])?;
        report.remark("near-repeat-bands", &[])?;
        if let Some((year, months)) = part_of_year(asked, report.query.filter.period) {
            report.remark(PART_YEAR, &[("year", year.to_string().into()), ("months", months.into())])?;
        }
        if is_public {
            report.remark("near-repeat-public", &[("n", INCIDENTS_MIN.into())])?;
        }
        for note in notes {
            report.remarks.push(Remark::of_note(note)?);
        }
        if lacking > 0 {
            report.remark("near-repeat-lacking", &[("n", lacking.into())])?;
        }
        Ok(report)
    }
}

fn is_more(cell: &tequio_methods::space_time::near_repeat::Cell) -> bool {
    cell.p_value <= CHANCE_MAX && cell.ratio.is_some_and(|ratio| ratio > 1.0)
}

fn replicas(options: &Options, principal: Principal) -> Result<u32, AnalysisError> {
    let most = if principal == Principal::Public { PERMUTATIONS_PUBLIC_MAX } else { PERMUTATIONS_MAX };
    // Bounded by some thousands.
    Ok(options.whole(PERMUTATIONS.name, 1..=most)? as u32)
}

fn bounds(options: &Options, name: &'static str) -> Result<Vec<f64>, AnalysisError> {
    let text = options.text(name);
    let upward = |bounds: &Vec<f64>| bounds[0] >= 0.0 && bounds.windows(2).all(|pair| pair[0] < pair[1]);
    list(text).filter(upward).ok_or_else(|| refused(name, text, Hint::Bounds))
}

/// The question of the public: of one calendar year, the latest whole one unless it is named, and of no place below
/// municipality. Questions that differ by a month, a day or a street would tell by subtraction what happened there, to
/// the single pair.
fn of_public(asked: &Asked<'_>) -> Result<Query, AnalysisError> {
    let mut query = asked.query.clone();
    let filter = &mut query.filter;
    let local = |layer: &str| asked.library.layer(layer).is_none_or(|layer| layer.level == Level::Local);
    let narrow = filter.has_shape() || filter.hours.is_some() || filter.weekdays.is_some();
    let narrow = narrow || filter.places.iter().any(|place| local(&place.layer));
    // With and without one of several, the difference would be that one's.
    let narrow = narrow || filter.places.len() > 1 || filter.offences.len() > 1;
    filter.period = filter.period.or_else(|| latest_year(asked));
    match narrow || filter.period.is_some_and(|period| !period.is_calendar_year()) {
        true => Err(AnalysisError::Withheld(Withheld::Narrow)),
        false => Ok(query),
    }
}

/// The latest calendar year without a missing month, else the last one.
fn latest_year(asked: &Asked<'_>) -> Option<Period> {
    let last = asked.span.months.last()?.year;
    let first = asked.span.months.first()?.year;
    let whole = (first..=last).rev().find(|year| asked.span.has_whole_year(*year));
    whole.unwrap_or(last).to_string().parse().ok()
}

/// The year that was taken where the question names none and no year is whole, and how many months of it there are.
fn part_of_year(asked: &Asked<'_>, taken: Option<Period>) -> Option<(i16, usize)> {
    let year = taken.filter(|_| asked.query.filter.period.is_none())?.from.year();
    let months = asked.span.months.iter().filter(|month| month.year == year && !asked.span.missing.contains(month));
    Some((year, months.count())).filter(|_| !asked.span.has_whole_year(year))
}

/// All tables of one selection are made of the cells of one of them, each of which rests on enough incidents: so what
/// they leave when one is taken from another rests on as many. Says which bands are nearest to those asked for.
fn refuse_fine(events: &[Event], distances: &[f64], days: &[f64]) -> Result<(), AnalysisError> {
    let counts = observed(events, &DISTANCES_PUBLIC, &DAYS_PUBLIC, Distance::Euclidean)?;
    let finest = Bands { counts, distances: DISTANCES_PUBLIC.to_vec(), days: DAYS_PUBLIC.to_vec() };
    let Some(public) = finest.wide_enough(PAIRS_MIN) else {
        return Err(AnalysisError::Withheld(Withheld::Few { least: INCIDENTS_MIN }));
    };
    let (near, soon) = (nearest(distances, &public.distances), nearest(days, &public.days));
    if near == distances && soon == days {
        return Ok(());
    }
    let listed = |bounds: &[f64], list: &[f64]| bounds.iter().all(|bound| list.contains(bound));
    let is_listed = listed(distances, &DISTANCES_PUBLIC) && listed(days, &DAYS_PUBLIC);
    let (distances, days) = (written(&near), written(&soon));
    Err(AnalysisError::Withheld(match is_listed {
        true => Withheld::Small { least: INCIDENTS_MIN, distances, days },
        false => Withheld::Bands { distances, days },
    }))
}

/// A place with as many incidents as one question takes of which there is an answer: of the states and municipalities below
/// what is asked about those with most are tried, and none is named where a count of them is not public.
fn part(
    asked: &Asked<'_>,
    query: &Query,
    most: usize,
    answers: impl Fn(&[Event]) -> bool,
) -> Result<Option<PlaceRef>, AnalysisError> {
    let library = asked.library;
    let level = |layer: &str| library.layer(layer).map(|layer| layer.level);
    let within = query.filter.places.first().and_then(|place| level(&place.layer));
    let below = |layer: &&str| level(layer).is_some_and(|level| within.is_none_or(|within| within < level));
    let mut places: Vec<(u64, PlaceRef)> = Vec::new();
    for layer in LAYERS.into_iter().filter(below) {
        let query = Query { by: vec![Dimension::Place(layer.to_owned())], ..query.clone() };
        let counts = asked.known(library.count(&query, asked.principal))?.map(|answer| answer.counts.rows);
        places.extend(counts.into_iter().flatten().filter_map(|row| match row.keys.first() {
            Some(Key::Place { code, .. }) => Some((row.count, PlaceRef::new(layer, code))),
            _ => None,
        }));
    }
    places.retain(|(count, _)| *count <= most as u64);
    places.sort_by_key(|(count, _)| Reverse(*count));
    for (_, place) in places.into_iter().take(TRIED_MAX) {
        asked.look()?;
        let mut query = query.clone();
        query.filter.places = vec![place.clone()];
        let found = asked.known(library.events(&query, asked.principal))?;
        if found.is_some_and(|found| answers(&on_plane(&found.list))) {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

fn on_plane(events: &[tequio_atlas::Event]) -> Vec<Event> {
    let positions: Vec<Coord<f64>> =
        events.iter().map(|event| Coord { x: event.longitude, y: event.latitude }).collect();
    let event = |([x, y], event): ([f64; 2], &tequio_atlas::Event)| Event { x, y, time: f64::from(event.day) };
    project(&positions).into_iter().zip(events).map(event).collect()
}

fn table(found: &Table) -> DataTable {
    let columns = [
        Column::text("distance"),
        Column::text("days"),
        Column::count("observed", "pairs of incidents"),
        Column::number("expected", "pairs of incidents"),
        Column::number("ratio", "ratio"),
        Column::number("p_value", "probability"),
    ];
    let rows = found.space.iter().zip(&found.cells).flat_map(|(space, cells)| {
        found.time.iter().zip(cells).map(move |(time, cell)| {
            [
                json!(space.to_string()),
                json!(time.to_string()),
                json!(cell.observed),
                json!(cell.expected),
                json!(cell.ratio),
                json!(cell.p_value),
            ]
        })
    });
    DataTable::new("bands", "Pairs of incidents by bands", columns, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_pairs_need_so_many_incidents() {
        let pairs = |incidents: u64| incidents * (incidents - 1) / 2;
        assert!(pairs(INCIDENTS_MIN - 1) < PAIRS_MIN && pairs(INCIDENTS_MIN) >= PAIRS_MIN);
    }

    /// Every band of distance by every band of time.
    fn all_bands() -> Vec<[[f64; 2]; 2]> {
        let of = |list: &[f64]| -> Vec<[f64; 2]> {
            list.iter().flat_map(|from| list.iter().filter(move |to| from < *to).map(move |to| [*from, *to])).collect()
        };
        let days = of(&DAYS_PUBLIC);
        of(&DISTANCES_PUBLIC).into_iter().flat_map(|near| days.iter().map(move |soon| [near, *soon])).collect()
    }

    /// What every two of these tables of one cell leave when the one is taken from the other that holds it.
    fn left(tables: &[([[f64; 2]; 2], u64)]) -> Vec<u64> {
        let within = |a: [f64; 2], b: [f64; 2]| b[0] <= a[0] && a[1] <= b[1];
        let holds = |a: &[[f64; 2]; 2], b: &[[f64; 2]; 2]| a != b && within(a[0], b[0]) && within(a[1], b[1]);
        let all =
            tables.iter().flat_map(|(a, part)| tables.iter().map(move |(b, whole)| (a, b, whole - part.min(whole))));
        all.filter(|(a, b, _)| holds(a, b)).map(|(.., left)| left).collect()
    }

    #[test]
    fn no_public_table_taken_from_another_leaves_few_incidents() {
        let mut state = 7_u64;
        let mut next = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % bound) as f64
        };
        let events: Vec<Event> = (0..200).map(|_| Event { x: next(3_000), y: next(3_000), time: next(120) }).collect();
        let counted = all_bands().into_iter().map(|bands| {
            let [near, soon] = bands;
            (bands, observed(&events, &near, &soon, Distance::Euclidean).expect("a count")[0][0])
        });
        let counted: Vec<_> = counted.collect();
        let full: Vec<_> = counted.iter().copied().filter(|(_, pairs)| *pairs >= PAIRS_MIN).collect();
        assert!(left(&full).iter().any(|left| *left < PAIRS_MIN), "full cells alone would tell of few");
        let answered = counted.into_iter().filter(|([near, soon], _)| refuse_fine(&events, near, soon).is_ok());
        let answered: Vec<_> = answered.collect();
        assert!(answered.len() > 20 && answered.iter().all(|(_, pairs)| *pairs >= PAIRS_MIN), "{}", answered.len());
        assert!(left(&answered).iter().all(|left| *left >= PAIRS_MIN));
    }

    #[test]
    fn what_is_named_instead_has_an_answer() {
        let events: Vec<Event> = (0..60_u32)
            .map(|at| Event { x: f64::from(at * 37 % 1_500), y: f64::from(at * 91 % 1_100), time: f64::from(at) })
            .collect();
        let named = |distances: &[f64], days: &[f64]| match refuse_fine(&events, distances, days) {
            Err(AnalysisError::Withheld(Withheld::Small { distances, days, .. })) => (true, distances, days),
            Err(AnalysisError::Withheld(Withheld::Bands { distances, days })) => (false, distances, days),
            other => panic!("{other:?}"),
        };
        let read = |text: &str| text.split(',').map(|bound| bound.parse().expect("a number")).collect::<Vec<f64>>();
        for (distances, days, is_listed) in [
            (&[0.0, 200.0, 400.0, 1_000.0][..], &[0.0, 7.0, 14.0][..], true),
            (&[0.0, 150.0], &[0.0, 7.0], false),
            (&[250.0, 260.0], &[300.0, 400.0], false),
            (&[500.0], &[0.0, 1.0, 2.0], false),
        ] {
            let (as_small, distances, days) = named(distances, days);
            assert_eq!(as_small, is_listed);
            assert!(refuse_fine(&events, &read(&distances), &read(&days)).is_ok(), "{distances} {days}");
        }
        let few = refuse_fine(&events[..9], &DISTANCES_PUBLIC, &DAYS_PUBLIC);
        assert!(matches!(few, Err(AnalysisError::Withheld(Withheld::Few { .. }))));
    }
}
