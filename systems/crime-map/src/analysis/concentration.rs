//! How unevenly incidents fall on places, and how unevenly they would by chance.

use super::options::{SEED, number, whole};
use super::report::{NO_DATA, Report, Spot, code_of};
use super::units::Units;
use super::{About, Analysis, AnalysisError, Asked, Parameter};
use serde_json::json;
use tequio_frame::{Column, DataTable};
use tequio_methods::chance::baseline;
use tequio_methods::concentration::{LorenzPoint, PlaceCount, fewest_reaching, gini, lorenz, ranking, top_share};
use tequio_methods::simulation::Simulation;

/// The analysis.
pub(super) struct Concentration;

const N: Parameter = Parameter {
    name: "n",
    default: "10",
    meaning: "How many places the top holds",
    values: &[],
    written: whole,
    check: |options, parameter, _| options.whole(parameter.name, 1..=PLACES_MAX).map(drop),
};
const SHARE: Parameter = Parameter {
    name: "share",
    default: "0.5",
    meaning: "Share of the incidents to be reached with the fewest places, above 0 and at most 1",
    values: &[],
    written: number,
    check: |options, parameter, _| options.share(parameter.name, 1.0).map(drop),
};
const REPLICAS: Parameter = Parameter {
    name: "replicas",
    default: "499",
    meaning: "How often the incidents fall on the places by chance, 2 to 2000",
    values: &[],
    written: whole,
    check: |options, parameter, _| options.whole(parameter.name, 2..=REPLICAS_MAX).map(drop),
};
const REPLICAS_MAX: u64 = 2_000;
/// Most places of a top; where there are fewer it holds all.
const PLACES_MAX: u64 = 1_000_000;
const LEVEL: f64 = 0.95;
/// Points of the curve that are told.
const POINTS_MAX: usize = 100;

static ABOUT: About = About {
    id: "concentration",
    method: "Share of the top places, fewest places that reach a share, Gini coefficient with its chance baseline, Lorenz curve",
    reference: "W. Bernasco and W. Steenbeek, Journal of Quantitative Criminology 33 (2017); M. O. Lorenz, Publications of \
        the American Statistical Association 9 (1905)",
    parameters: &[N, SHARE, REPLICAS, SEED],
    shown: &["count", "share", "cumulative_share", "class"],
};

const CLASSES: [&str; 3] = ["top", "other", NO_DATA];

impl Analysis for Concentration {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn run(&self, asked: &Asked<'_>) -> Result<Report, AnalysisError> {
        let options = asked.options;
        let (n, share) = (options.whole(N.name, 1..=PLACES_MAX)?, options.share(SHARE.name, 1.0)?);
        // Bounded by two thousand.
        let replicas = options.whole(REPLICAS.name, 2..=REPLICAS_MAX)? as u32;
        let simulation = Simulation { replicas, seed: options.seed()?, level: LEVEL };
        let units = Units::of(asked)?;
        units.refuse_none(asked)?;
        let counts = units.counts();
        // At most as many as there are.
        let n = n.min(counts.len().max(1) as u64) as usize;
        let codes: Vec<String> = units.list[..counts.len()].iter().map(|unit| code_of(&unit.key).0).collect();
        let places: Vec<PlaceCount<'_>> =
            codes.iter().zip(&counts).map(|(code, count)| PlaceCount { code, count: *count }).collect();
        let (top, fewest, uneven) = (top_share(&places, n)?, fewest_reaching(&places, share)?, gini(&counts)?);
        let chance = baseline(top.total, &vec![1.0; counts.len()], n, asked.watch.over(simulation))?;
        let mut report = report(asked, &units, &ranking(&places), n, top.total);
        report.chose(N.name, n);
        report.more.push(table_of_curve(&lorenz(&counts)?));
        report.facts.extend([
            ("top_share", json!(top.share)),
            ("top_share_by_chance", json!(chance.top_share.mean)),
            ("places_reaching", json!(fewest.n)),
            ("gini", json!(uneven.value)),
            ("gini_adjusted", json!(uneven.adjusted)),
            ("gini_by_chance", json!(chance.gini.mean)),
            ("gini_by_chance_low", json!(chance.gini.low)),
            ("gini_by_chance_high", json!(chance.gini.high)),
        ]);
        let percent = |share: f64| format!("{:.1}", share * 100.0);
        report.remark(
            "concentration-means",
            &[
                ("n", n.into()),
                ("top", percent(top.share).into()),
                ("chance", percent(chance.top_share.mean).into()),
                ("fewest", fewest.n.into()),
                ("share", percent(share).into()),
                ("gini", format!("{:.2}", uneven.value).into()),
                ("by_chance", format!("{:.2}", chance.gini.mean).into()),
            ],
        )?;
        report.remark("concentration-not", &[])?;
        report.remark_units(&units)?;
        Ok(report)
    }
}

/// The places by their counts, most first.
fn report(asked: &Asked<'_>, units: &Units, ranked: &[usize], n: usize, total: u64) -> Report {
    let columns = [
        Column::text("place"),
        Column::text("name"),
        Column::count("count", "incidents"),
        Column::number("share", "share"),
        Column::number("cumulative_share", "share"),
        Column::text("class"),
    ];
    let class = |rank: usize| match rank {
        rank if rank < n => "top",
        rank if rank < ranked.len() => "other",
        _ => NO_DATA,
    };
    let silent = ranked.len()..units.list.len();
    let order: Vec<usize> = ranked.iter().copied().chain(silent).collect();
    let (mut sum, part) = (0, |count: u64| count as f64 / total.max(1) as f64);
    let mut rows = Vec::new();
    for (rank, index) in order.iter().enumerate() {
        let unit = &units.list[*index];
        sum += if unit.reported { unit.count } else { 0 };
        let ((place, name), known) = (code_of(&unit.key), unit.reported.then_some(unit.count));
        let cumulative = known.map(|_| part(sum));
        rows.push([
            json!(place),
            json!(name),
            json!(known),
            json!(known.map(part)),
            json!(cumulative),
            json!(class(rank)),
        ]);
    }
    let table = DataTable::new("places", "Places by their counts", columns, rows);
    let spot = |(rank, index): (usize, &usize)| {
        let unit = &units.list[*index];
        Spot { key: unit.key.clone(), place: unit.place, class: class(rank) }
    };
    let spots = order.iter().enumerate().map(spot).collect();
    Report { spots, classes: &CLASSES, ..Report::new(asked, &ABOUT, units, table) }
}

/// The curve, thinned to so many points; the last is the whole.
fn table_of_curve(points: &[LorenzPoint]) -> DataTable {
    let columns = [Column::number("places_share", "share"), Column::number("events_share", "share")];
    let (last, step) = (points.len().saturating_sub(1), points.len().div_ceil(POINTS_MAX).max(1));
    let kept = points.iter().enumerate().filter(|(index, _)| index % step == 0 || *index == last);
    DataTable::new("lorenz", "Lorenz curve", columns, kept.map(|(_, point)| [json!(point.places), json!(point.events)]))
}
