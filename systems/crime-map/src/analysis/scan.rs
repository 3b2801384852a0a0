//! In which circles there are more cases than inhabitants, or all offences, let expect.

use super::options::{PERMUTATIONS, SEED, among, number, word};
use super::plane::project;
use super::report::{NO_DATA, Report, STATE, Spot, code_of};
use super::units::{Unit, Units};
use super::{About, Analysis, AnalysisError, Asked, Parameter};
use geo_types::Coord;
use serde_json::json;
use std::collections::HashMap;
use tequio_frame::chart::mark::Mark;
use tequio_frame::{Column, DataTable};
use tequio_kernel::Key;
use tequio_methods::monte_carlo::MonteCarlo;
use tequio_methods::scan::spatial::{CIRCLES, Cluster, Place, Settings, scan};

/// The analysis.
pub(super) struct Scan;

const PROPORTION: Parameter = Parameter {
    name: "proportion",
    default: "",
    meaning: "What cases are expected in proportion to: `inhabitants`, or `offences` (all of them); unless it is given, \
        inhabitants where every place has them",
    values: &["inhabitants", "offences"],
    written: word,
    check: among,
};
const WINDOW: Parameter = Parameter {
    name: "window",
    default: "0.5",
    meaning: "Most of the population that a circle may hold, as a share above 0 and at most 0.5",
    values: &[],
    written: number,
    check: |options, parameter, _| options.share(parameter.name, SHARE_MAX).map(drop),
};
/// Largest share of the population that a circle may hold.
const SHARE_MAX: f64 = 0.5;
/// Most clusters that are told.
const CLUSTERS_MAX: usize = 10;
/// Fewest cases of a cluster.
const CASES_MIN: u64 = 2;
/// Probability by chance above which a cluster is uncertain.
const CHANCE_MAX: f64 = 0.05;

static ABOUT: About = About {
    id: "scan",
    method: "Kulldorff's spatial scan statistic, Poisson model, circles, p-values by replicas",
    reference: "M. Kulldorff, Communications in Statistics: Theory and Methods 26 (1997)",
    parameters: &[PROPORTION, WINDOW, PERMUTATIONS, SEED],
    shown: &["count", "expected", "cluster", "class"],
};

const CLASSES: [&str; 4] = ["cluster", "cluster-uncertain", "no-cluster", NO_DATA];

impl Analysis for Scan {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn run(&self, asked: &Asked<'_>) -> Result<Report, AnalysisError> {
        let options = asked.options;
        let permutations = options.permutations(asked.principal)?;
        let share_max = options.share(WINDOW.name, SHARE_MAX)?;
        let units = Units::of(asked)?;
        units.refuse_none(asked)?;
        let (chosen, populations) = populations(asked, &units)?;
        let (indexes, places) = places(&units, &populations);
        let settings = Settings {
            share_max,
            forms: CIRCLES.to_vec(),
            penalty: 0.0,
            cases_min: CASES_MIN,
            clusters_max: CLUSTERS_MAX,
        };
        let replicas = MonteCarlo { replicas: permutations.count, seed: permutations.seed };
        let mut clusters = scan(&places, &settings, asked.watch.over(replicas))?;
        clusters.iter_mut().for_each(|cluster| cluster.places.iter_mut().for_each(|place| *place = indexes[*place]));
        let expected = expected(&units, &populations);
        let mut report = report(asked, &units, &expected, &clusters);
        report.marks = marks(&units, &clusters);
        report.chose(PROPORTION.name, chosen);
        let found = clusters.iter().filter(|cluster| is_found(cluster)).count();
        report.facts.push(("clusters", json!(found)));
        let by_chance = clusters.len() - found;
        report.remark("scan-means", &[("n", found.into()), ("chance", by_chance.into())])?;
        report.remark("scan-not", &[])?;
        if clusters.len() == CLUSTERS_MAX {
            report.remark("scan-most", &[("n", CLUSTERS_MAX.into())])?;
        }
        report.remark(if chosen == "offences" { "scan-offences" } else { "scan-inhabitants" }, &[])?;
        report.remark_units(&units)?;
        Ok(report)
    }
}

/// What cases are in proportion to, for every unit with figures.
fn populations(asked: &Asked<'_>, units: &Units) -> Result<(&'static str, Vec<u64>), AnalysisError> {
    let known: Option<Vec<u64>> = units.list[..units.reported()].iter().map(|unit| unit.population).collect();
    let options = asked.options;
    let chosen = match options.text(PROPORTION.name) {
        "" if known.is_some() => "inhabitants",
        "" => "offences",
        _ => options.choice(PROPORTION.name, &[("inhabitants", "inhabitants"), ("offences", "offences")])?,
    };
    if chosen == "inhabitants" {
        return known.map(|known| (chosen, known)).ok_or_else(|| AnalysisError::NoPopulation(units.name()));
    }
    let filter = &asked.query.filter;
    if filter.offences.is_empty() && filter.classes.is_empty() {
        return Err(AnalysisError::AllOfAll);
    }
    let mut query = asked.query.clone();
    query.filter.offences.clear();
    query.filter.classes.clear();
    let all = Units::of(&Asked { query, ..asked.clone() })?;
    let counts: HashMap<&Key, u64> = all.list.iter().map(|unit| (&unit.key, unit.count)).collect();
    let of = |unit: &Unit| counts.get(&unit.key).copied().unwrap_or(0);
    Ok((chosen, units.list[..units.reported()].iter().map(of).collect()))
}

/// The places that have a position, and the unit that each is.
fn places(units: &Units, populations: &[u64]) -> (Vec<usize>, Vec<Place>) {
    let located: Vec<(usize, Coord<f64>)> =
        units.middles().into_iter().enumerate().filter_map(|(index, middle)| Some((index, middle?))).collect();
    let positions: Vec<Coord<f64>> = located.iter().map(|(_, at)| *at).collect();
    let place = |((index, _), [x, y]): (&(usize, Coord<f64>), [f64; 2])| Place {
        x,
        y,
        population: populations[*index],
        cases: units.list[*index].count,
    };
    let places = located.iter().zip(project(&positions)).map(place).collect();
    (located.into_iter().map(|(index, _)| index).collect(), places)
}

/// Cases that each unit would have if all had the same rate.
fn expected(units: &Units, populations: &[u64]) -> Vec<f64> {
    let (cases, population): (u64, u64) = (units.counts().iter().sum(), populations.iter().sum());
    populations.iter().map(|own| *own as f64 * cases as f64 / population.max(1) as f64).collect()
}

fn report(asked: &Asked<'_>, units: &Units, expected: &[f64], clusters: &[Cluster]) -> Report {
    let mut member: HashMap<usize, usize> = HashMap::new();
    for (number, cluster) in clusters.iter().enumerate() {
        member.extend(cluster.places.iter().map(|place| (*place, number)));
    }
    let class = |index: usize| match member.get(&index).map(|number| class_of(&clusters[*number])) {
        _ if index >= expected.len() => NO_DATA,
        Some(class) => class,
        None => "no-cluster",
    };
    let mut order: Vec<usize> = (0..units.list.len()).collect();
    order.sort_by_key(|index| {
        (member.get(index).copied().unwrap_or(usize::MAX), std::cmp::Reverse(units.list[*index].count))
    });
    let columns = [
        Column::text("place"),
        Column::text("name"),
        Column::count("count", "incidents"),
        Column::number("expected", "incidents"),
        Column::count("cluster", "number of the cluster"),
        Column::text("class"),
    ];
    let rows = order.iter().map(|index| {
        let (unit, (place, name)) = (&units.list[*index], code_of(&units.list[*index].key));
        let number = member.get(index).map(|number| number + 1);
        let count = unit.reported.then_some(unit.count);
        [json!(place), json!(name), json!(count), json!(expected.get(*index)), json!(number), json!(class(*index))]
    });
    let table = DataTable::new("places", "Clusters by place", columns, rows);
    let spot = |index: &usize| {
        let unit = &units.list[*index];
        Spot { key: unit.key.clone(), place: unit.place, class: class(*index) }
    };
    let spots = order.iter().map(spot).collect();
    let more = vec![table_of_clusters(units, clusters)];
    Report { spots, more, classes: &CLASSES, ..Report::new(asked, &ABOUT, units, table) }
}

/// The number of every cluster that is told as found at the middle of its circle, as the table has it.
fn marks(units: &Units, clusters: &[Cluster]) -> Vec<Mark> {
    let middles = units.middles();
    let mark = |(number, cluster): (usize, &Cluster)| {
        let middle = middles.get(*cluster.places.first()?).copied().flatten()?;
        Some(Mark { text: (number + 1).to_string(), longitude: middle.x, latitude: middle.y })
    };
    clusters.iter().enumerate().filter(|(_, cluster)| is_found(cluster)).filter_map(mark).collect()
}

fn class_of(cluster: &Cluster) -> &'static str {
    if is_found(cluster) { "cluster" } else { "cluster-uncertain" }
}

/// True where chance seldom gives as much.
fn is_found(cluster: &Cluster) -> bool {
    cluster.excess.p_value <= CHANCE_MAX
}

fn table_of_clusters(units: &Units, clusters: &[Cluster]) -> DataTable {
    let columns = [
        Column::text("cluster"),
        Column::text("centre"),
        Column::count("places", "places"),
        Column::count("count", "incidents"),
        Column::number("expected", "incidents"),
        Column::number("relative_risk", "ratio"),
        Column::number("p_value", "probability"),
        Column::number("log_likelihood_ratio", "natural logarithm"),
        Column::text("class"),
        Column::text("centre_code"),
        Column::number("radius_km", "kilometres"),
    ];
    let rows = clusters.iter().enumerate().map(|(number, cluster)| {
        let centre = cluster.places.first().map(|place| code_of(&units.list[*place].key)).unwrap_or_default();
        let excess = &cluster.excess;
        [
            json!((number + 1).to_string()),
            json!(if centre.1.is_empty() { &centre.0 } else { &centre.1 }),
            json!(cluster.places.len()),
            json!(excess.observed),
            json!(excess.expected),
            json!(excess.relative_risk),
            json!(excess.p_value),
            json!(excess.log_likelihood_ratio),
            json!(class_of(cluster)),
            json!(centre.0),
            json!(cluster.radius / 1_000.0),
        ]
    });
    let table = DataTable::new("clusters", "Clusters", columns, rows);
    if units.states.is_empty() {
        return table;
    }
    let state = |cluster: &Cluster| {
        let (code, _) = cluster.places.first().map(|place| code_of(&units.list[*place].key)).unwrap_or_default();
        json!(units.states.of_code(&code))
    };
    table.with_column_after("centre", STATE, clusters.iter().map(state))
}
