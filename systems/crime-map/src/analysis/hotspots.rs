//! Where high values, or low ones, lie next to each other more than chance gives.

use super::measure::{MEASURE, Measure, Rate};
use super::neighbours::{Neighbours, WEIGHTS};
use super::options::{FDR, PERMUTATIONS as FEWER, SEED, among, word};
use super::report::{NO_DATA, Report, Spot, code_of};
use super::units::{Unit, Units};
use super::{About, Analysis, AnalysisError, Asked, Parameter};
use serde_json::{Value, json};
use tequio_frame::{Column, DataTable};
use tequio_methods::association::local_getis_ord::{Own, local_getis_ord, local_getis_ord_tails};
use tequio_methods::association::local_moran::{Quadrant, local_moran, local_moran_tails};
use tequio_methods::association::moran_rate::standardised_rates;
use tequio_methods::association::permutation::{Permutations, Tails, adjusted};
use tequio_methods::progress::Watched;
use tequio_methods::weights::Weights;

/// The analysis.
pub(super) struct Hotspots;

const STATISTIC: Parameter = Parameter {
    name: "statistic",
    default: "gi-star",
    meaning: "`gi-star` (Getis-Ord: hot and cold spots) or `moran` (local Moran's I: also odd ones out)",
    values: &["gi-star", "moran"],
    written: word,
    check: among,
};

/// Hundreds of places are tested at once: the smallest p-value of fewer permutations, corrected for all, marks none.
const PERMUTATIONS: Parameter = Parameter { default: "9999", ..FEWER };

static ABOUT: About = About {
    id: "hotspots",
    method: "Getis-Ord Gi* or local Moran's I, two-sided p-values by conditional permutation, false-discovery control",
    reference: "J. K. Ord and A. Getis, Geographical Analysis 27 (1995); L. Anselin, Geographical Analysis 27 (1995); \
        R. M. Assunção and E. A. Reis, Statistics in Medicine 18 (1999); Y. Benjamini and Y. Hochberg, Journal of the \
        Royal Statistical Society B 57 (1995)",
    parameters: &[STATISTIC, MEASURE, WEIGHTS, PERMUTATIONS, SEED, FDR],
    shown: &["count", "rate", "z", "p_value_adjusted", "class"],
};

const NOT_SIGNIFICANT: &str = "not-significant";
/// A place without neighbours.
const NOT_TESTED: &str = "not-tested";
const OF_GETIS_ORD: [&str; 5] = ["hot", "cold", NOT_SIGNIFICANT, NOT_TESTED, NO_DATA];
const OF_MORAN: [&str; 7] = ["high-high", "low-low", "high-low", "low-high", NOT_SIGNIFICANT, NOT_TESTED, NO_DATA];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Statistic {
    GetisOrd,
    Moran,
}

/// A place that was tested.
#[derive(Clone, Copy)]
struct Tested {
    statistic: f64,
    z: Option<f64>,
    p: f64,
    adjusted: f64,
    class: &'static str,
}

impl Analysis for Hotspots {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn run(&self, asked: &Asked<'_>) -> Result<Report, AnalysisError> {
        let options = asked.options;
        let statistic =
            options.choice(STATISTIC.name, &[("gi-star", Statistic::GetisOrd), ("moran", Statistic::Moran)])?;
        let permutations = options.permutations(asked.principal)?;
        let (neighbours, rate) = (Neighbours::read(options)?, options.share(FDR.name, 1.0)?);
        let units = Units::of(asked)?;
        units.refuse_none(asked)?;
        let measure = Measure::of(options, &units)?;
        let (values, weights) = (measure.values(&units), neighbours.weights(&units, asked.watch)?);
        let watched = asked.watch.over(permutations);
        let tested = match statistic {
            Statistic::GetisOrd => getis_ord(&values, &weights, watched, rate)?,
            Statistic::Moran => moran(&comparable(measure, &units, values)?, &weights, watched, rate)?,
        };
        let mut report = report(asked, &units, &tested);
        report.chose(MEASURE.name, measure.name());
        report.classes = if statistic == Statistic::Moran { &OF_MORAN } else { &OF_GETIS_ORD };
        remarks(&mut report, &units, &tested, measure, &permutations)?;
        report.remark("hotspots-p", &[])?;
        if (statistic, measure) == (Statistic::Moran, Measure::Rate) {
            report.remark("rates-standardised", &[])?;
        }
        Ok(report)
    }
}

/// Gi* with neighbours of weight one.
fn getis_ord(
    values: &[f64],
    weights: &Weights,
    permutations: Watched<'_, Permutations>,
    rate: f64,
) -> Result<Vec<Option<Tested>>, AnalysisError> {
    let scores = local_getis_ord(values, weights, Own::Counted)?;
    let tails = local_getis_ord_tails(values, weights, permutations)?;
    let tested = scores.into_iter().zip(judged(&tails)).map(|(score, judged)| {
        let (z, (p, adjusted)) = (score?.z, judged?);
        let class = match adjusted <= rate {
            false => NOT_SIGNIFICANT,
            true if z > 0.0 => "hot",
            true => "cold",
        };
        Some(Tested { statistic: z, z: Some(z), p, adjusted, class })
    });
    Ok(tested.collect())
}

/// The rate of few people varies by chance more than that of many, and Moran's I presumes that all vary alike: rates
/// are standardised for the size of their populations first.
fn comparable(measure: Measure, units: &Units, values: Vec<f64>) -> Result<Vec<f64>, AnalysisError> {
    if measure == Measure::Count {
        return Ok(values);
    }
    let people = |unit: &Unit| unit.population.unwrap_or(0) as f64;
    let populations: Vec<f64> = units.list[..units.reported()].iter().map(people).collect();
    let counts: Vec<f64> = units.counts().into_iter().map(|count| count as f64).collect();
    Ok(standardised_rates(&counts, &populations)?)
}

/// Local Moran's I with the mean of the neighbours.
fn moran(
    values: &[f64],
    weights: &Weights,
    permutations: Watched<'_, Permutations>,
    rate: f64,
) -> Result<Vec<Option<Tested>>, AnalysisError> {
    let weights = weights.row_standardised();
    let local = local_moran(values, &weights)?;
    let tails = local_moran_tails(values, &weights, permutations)?;
    let tested = local.into_iter().zip(judged(&tails)).map(|(unit, judged)| {
        let (unit, (p, adjusted)) = (unit?, judged?);
        let class = match unit.quadrant {
            _ if adjusted > rate => NOT_SIGNIFICANT,
            Quadrant::HighHigh => "high-high",
            Quadrant::LowLow => "low-low",
            Quadrant::HighLow => "high-low",
            Quadrant::LowHigh => "low-high",
        };
        Some(Tested { statistic: unit.value, z: unit.score.map(|score| score.z), p, adjusted, class })
    });
    Ok(tested.collect())
}

/// Two-sided p-values, and the same corrected for all places looked at.
fn judged(tails: &[Option<Tails>]) -> impl Iterator<Item = Option<(f64, f64)>> {
    let corrected = adjusted(tails, Tails::p_two_sided);
    tails
        .iter()
        .zip(corrected)
        .map(|(tails, adjusted)| Some((tails.as_ref()?.p_two_sided(), adjusted?)))
        .collect::<Vec<_>>()
        .into_iter()
}

/// The rows, the surest first; those without a figure last.
fn report(asked: &Asked<'_>, units: &Units, tested: &[Option<Tested>]) -> Report {
    let mut rows: Vec<(&Unit, Option<Tested>)> =
        units.list.iter().enumerate().map(|(index, unit)| (unit, tested.get(index).copied().flatten())).collect();
    let rank = |of: &Option<Tested>| {
        of.map_or((f64::INFINITY, 0.0), |tested| (tested.adjusted, -tested.z.unwrap_or(0.0).abs()))
    };
    rows.sort_by(|(_, a), (_, b)| {
        let (a, b) = (rank(a), rank(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    let spot = |(unit, tested): &(&Unit, Option<Tested>)| Spot {
        key: unit.key.clone(),
        place: unit.place,
        class: class_of(unit, tested.as_ref()),
    };
    let spots = rows.iter().map(spot).collect();
    Report { spots, ..Report::new(asked, &ABOUT, units, table(&rows)) }
}

fn class_of(unit: &Unit, tested: Option<&Tested>) -> &'static str {
    match tested {
        Some(tested) => tested.class,
        None if unit.reported => NOT_TESTED,
        None => NO_DATA,
    }
}

fn table(rows: &[(&Unit, Option<Tested>)]) -> DataTable {
    const RATE: &str = "incidents per 100,000 inhabitants";
    const PROBABILITY: &str = "probability";
    let columns = [
        Column::text("place"),
        Column::text("name"),
        Column::count("count", "incidents"),
        Column::count("population", "inhabitants"),
        Column::number("rate", RATE),
        Column::number("rate_low", RATE),
        Column::number("rate_high", RATE),
        Column::number("statistic", "see parameters"),
        Column::number("z", "standard deviations"),
        Column::number("p_value", PROBABILITY),
        Column::number("p_value_adjusted", PROBABILITY),
        Column::text("class"),
    ];
    let rows = rows.iter().map(|(unit, tested)| {
        let ((place, name), rate) = (code_of(&unit.key), Rate::of(unit));
        [
            json!(place),
            json!(name),
            json!(unit.reported.then_some(unit.count)),
            json!(unit.population),
            json!(rate.map(|rate| rate.value)),
            json!(rate.map(|rate| rate.low)),
            json!(rate.map(|rate| rate.high)),
            json!(tested.map(|tested| tested.statistic)),
            json!(tested.and_then(|tested| tested.z)),
            json!(tested.map(|tested| tested.p)),
            json!(tested.map(|tested| tested.adjusted)),
            json!(class_of(unit, tested.as_ref())),
        ]
    });
    DataTable::new("places", "Hot and cold spots", columns, rows)
}

fn remarks(
    report: &mut Report,
    units: &Units,
    tested: &[Option<Tested>],
    measure: Measure,
    permutations: &Permutations,
) -> Result<(), AnalysisError> {
    let (known, beyond) =
        (tested.iter().flatten().count(), tested.iter().flatten().filter(|t| t.class != NOT_SIGNIFICANT).count());
    report.facts.push(("tested", json!(known)));
    report.facts.push(("beyond_chance", json!(beyond)));
    let percent = report.chosen(FDR.name).and_then(Value::as_f64).unwrap_or(0.0) * 100.0;
    report.remark("hotspots-means", &[("n", known.into()), ("beyond", beyond.into()), ("fdr", percent.into())])?;
    report.remark("hotspots-not", &[])?;
    match measure {
        Measure::Rate => report.remark("rates", &[])?,
        Measure::Count => report.remark("counts", &[])?,
    }
    let smallest = 2.0 / (f64::from(permutations.count) + 1.0);
    if smallest * known as f64 > percent / 100.0 {
        report.remark("few-permutations", &[("permutations", permutations.count.into()), ("n", known.into())])?;
    }
    let islands = units.reported() - known;
    if islands > 0 {
        report.remark("islands", &[("n", islands.into())])?;
    }
    report.remark_units(units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tequio_kernel::Key;

    /// Three places whose raw rates are 100, 1,000 and 10 per 100,000: the small one's is the least certain.
    #[test]
    fn rates_are_judged_by_the_size_of_their_populations() {
        let unit = |count, population, reported| Unit {
            key: Key::Place { code: String::new(), name: String::new() },
            count,
            population: Some(population),
            place: None,
            reported,
            held: false,
        };
        let list = vec![unit(100, 100_000, true), unit(1, 100, true), unit(100, 1_000_000, true), unit(9, 1, false)];
        let units = Units {
            list,
            layer: None,
            layers: Vec::new(),
            notes: Vec::new(),
            total: 210,
            elsewhere: 0,
            states: std::sync::Arc::default(),
            silent_holders: Vec::new(),
        };
        let raw = Measure::Rate.values(&units);
        let z = comparable(Measure::Rate, &units, raw.clone()).expect("rates");
        assert_eq!(z, standardised_rates(&[100.0, 1.0, 100.0], &[100_000.0, 100.0, 1_000_000.0]).expect("rates"));
        // Twelve times as far above the overall rate of 18 per 100,000, but not twelve times as sure.
        assert!(raw[1] - 18.3 > 12.0 * (raw[0] - 18.3) && z[1] < 3.0 * z[0], "{z:?}");
        assert_eq!(comparable(Measure::Count, &units, raw.clone()).expect("counts"), raw);
    }
}
