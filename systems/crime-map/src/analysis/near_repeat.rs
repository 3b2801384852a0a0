//! Do incidents that are near in space follow on each other in time more often than by chance?

use super::bands::{Bands, rounded, written};
use super::hints::{Hint, refused};
use super::options::{Options, SEED, list, numbers, whole};
use super::plane::project;
use super::report::Report;
use super::{About, Analysis, AnalysisError, Asked, Much, PERMUTATIONS_MAX, Parameter, Withheld};
use geo_types::Coord;
use serde_json::json;
use tequio_access::Principal;
use tequio_frame::{Column, DataTable};
use tequio_kernel::Level;
use tequio_methods::monte_carlo::MonteCarlo;
use tequio_methods::space_time::near_repeat::{NearRepeat as Table, near_repeat};
use tequio_methods::space_time::{Distance, Event};

/// The analysis.
pub(super) struct NearRepeat;

const DISTANCES: Parameter = Parameter {
    name: "distances",
    default: "0,200,400,600,800,1000",
    meaning: "Bounds of the bands of distance in metres, upward; a band holds its lower bound and not its upper one",
    values: &[],
    written: numbers,
};
const DAYS: Parameter = Parameter {
    name: "days",
    default: "0,7,14,28,56",
    meaning: "Bounds of the bands of time in days, upward; a band holds its lower bound and not its upper one",
    values: &[],
    written: numbers,
};
const PERMUTATIONS: Parameter = Parameter {
    name: "permutations",
    default: "99",
    meaning: "How often the days are dealt out anew over the places",
    values: &[],
    written: whole,
};
/// Most incidents of a question of the public, and of the operator.
const EVENTS_MAX: usize = 10_000;
const EVENTS_OPERATOR_MAX: usize = 100_000;
/// Fewest incidents that every cell of a public table rests on.
const INCIDENTS_MIN: u64 = 10;
/// Fewest pairs that so many incidents are needed for: one less of them makes at most one pair less.
const PAIRS_MIN: u64 = (INCIDENTS_MIN - 1) * (INCIDENTS_MIN - 2) / 2 + 1;
/// Bounds of the public's bands of distance are multiples of this, metres: finer ones would tell by subtraction how far
/// apart two incidents were.
const STEP_M: f64 = 100.0;
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
        // Bounded by some thousands.
        let replicas = options.whole(PERMUTATIONS.name, 1..=PERMUTATIONS_MAX)? as u32;
        let monte_carlo = MonteCarlo { replicas, seed: options.seed()? };
        if asked.principal == Principal::Public {
            refuse_narrow(asked, &distances, &days)?;
        }
        asked.look()?;
        let (events, lacking, layers) = asked.library.events(&asked.query, asked.principal)?;
        let most = if asked.principal == Principal::Public { EVENTS_MAX } else { EVENTS_OPERATOR_MAX };
        if events.len() > most {
            return Err(AnalysisError::TooMany { what: Much::Incidents, found: events.len(), most });
        }
        asked.look()?;
        let watched = asked.watch.over(monte_carlo);
        let found = near_repeat(&on_plane(&events), &distances, &days, Distance::Euclidean, watched)?;
        if asked.principal == Principal::Public {
            refuse_small(&found, distances, days)?;
        }
        let mut report = Report::bare(asked, &ABOUT, layers, table(&found));
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
        if asked.principal == Principal::Public {
            report.remark("near-repeat-public", &[("n", INCIDENTS_MIN.into())])?;
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

fn bounds(options: &Options, name: &'static str) -> Result<Vec<f64>, AnalysisError> {
    let text = options.text(name);
    let bounds = list(text).filter(|bounds| bounds.iter().all(|bound| *bound >= 0.0));
    bounds.ok_or_else(|| refused(name, text, Hint::Bounds))
}

/// The public asks of whole months and of no place below municipality: questions that differ by a day or a street
/// would tell by subtraction what happened there.
fn refuse_narrow(asked: &Asked<'_>, distances: &[f64], days: &[f64]) -> Result<(), AnalysisError> {
    let filter = &asked.query.filter;
    let local = |layer: &str| asked.library.layer(layer).is_none_or(|layer| layer.level == Level::Local);
    let narrow = filter.has_shape() || filter.hours.is_some() || filter.weekdays.is_some();
    let narrow = narrow || filter.places.iter().any(|place| local(&place.layer));
    // With and without one of several, the difference would be that one's.
    let narrow = narrow || filter.places.len() > 1 || filter.offences.len() > 1;
    if narrow || filter.period.is_some_and(|period| !period.is_whole_months()) {
        return Err(AnalysisError::Withheld(Withheld::Narrow));
    }
    let coarse = |bounds: &[f64], step: f64| bounds.iter().all(|bound| bound % step == 0.0);
    match coarse(distances, STEP_M) && coarse(days, 1.0) {
        true => Ok(()),
        false => {
            let (distances, days) = (written(&rounded(distances, STEP_M)), written(&rounded(days, 1.0)));
            Err(AnalysisError::Withheld(Withheld::Bands { distances, days }))
        }
    }
}

/// Says which wider bands would have an answer.
fn refuse_small(found: &Table, distances: Vec<f64>, days: Vec<f64>) -> Result<(), AnalysisError> {
    let counts: Vec<Vec<u64>> = found.cells.iter().map(|row| row.iter().map(|cell| cell.observed).collect()).collect();
    if counts.iter().flatten().all(|count| *count >= PAIRS_MIN) {
        return Ok(());
    }
    let wider = Bands { counts, distances, days }.wide_enough(PAIRS_MIN);
    Err(AnalysisError::Withheld(match wider {
        Some(Bands { distances, days, .. }) => {
            Withheld::Small { least: INCIDENTS_MIN, distances: written(&distances), days: written(&days) }
        }
        None => Withheld::Few { least: INCIDENTS_MIN },
    }))
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
}
