//! How concentrated an offence is: the share of the top N places, and how many places reach a share.

use super::answer::Draft;
use super::counted::{Counted, Need, Source};
use super::fitting::why_none;
use super::rate::{LEVEL, known_place, last_year, middle_year, parts_of, undated};
use super::{Answer, Indicator, IndicatorError};
use crate::ask::Ask;
use crate::select::Sum;
use crate::shelf::{OpenCounts, Shelf};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tequio_kernel::IndicatorAbout;
use tequio_kernel::Period;
use tequio_kernel::indicator::{Direction, Measured, Parameter, Span, Text};
use tequio_methods::chance::baseline;
use tequio_methods::concentration::{PlaceCount, Tie, TopShare as Top, fewest_reaching, gini, top_share};
use tequio_methods::membership::{Membership, Scheme, membership};
use tequio_methods::simulation::{Simulated, Simulation};

/// Places of the top unless asked otherwise.
const N: usize = 50;
/// Share to reach unless asked otherwise.
const SHARE: f64 = 0.42;
/// Samples drawn unless asked otherwise.
const REPLICAS: u32 = 500;
/// Seed unless asked otherwise: any fixed number serves, so that the same question has the same answer.
const SEED: u64 = 42;

/// The indicator.
pub struct TopShare;

impl Indicator for TopShare {
    fn about(&self) -> IndicatorAbout {
        IndicatorAbout {
            id: "top-share".to_owned(),
            title: (
                "Concentración en los lugares con más delitos".to_owned(),
                "Concentration in the places with most offences".to_owned(),
            ),
            meaning: Text {
                es: "Qué parte del total tienen los N lugares con más delitos, y en cuántos lugares cabe una parte dada. Dice también cuánta concentración daría el azar con tan pocos hechos.",
                en: "What part of the whole the N places with most offences have, and in how many places a given part fits. It also says how much concentration chance would give with so few events.",
            },
            measured: Measured::Share,
            unit: None,
            measure: None,
            formula: "sum of the n largest counts / sum of all counts",
            method: "Ranking by count, ties stated; stability by Poisson resampling (seeded); Gini after Bernasco and Steenbeek (2017) with the baseline of as many events at random in proportion to population",
            denominator: Text { es: "El total de los lugares.", en: "The total of the places." },
            sources: Text {
                es: "Cualquier serie oficial por municipio o estado",
                en: "Any official series by municipality or state",
            },
            minimum_cell: 0,
            direction: Direction::Neither,
            caveats: &[Text {
                es: "Los lugares más poblados encabezan la lista por su tamaño: la concentración de cuentas no es la del riesgo.",
                en: "The most populous places head the list by their size: concentration of counts is not that of risk.",
            }],
            parameters: PARAMETERS,
        }
    }

    fn compute(&self, shelf: &Shelf, ask: &Ask) -> Result<Answer, IndicatorError> {
        let about = self.about();
        let (draft, ranked) = match Ranked::find(shelf, ask, &about)? {
            Ok(found) => found,
            Err(answer) => return Ok(*answer),
        };
        Ok(concentration(shelf, ask, draft, &ranked))
    }
}

/// Parameters of the questions about the top of a list.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter { name: "measure", default: "homicide", text: Text { es: "El delito.", en: "The offence." } },
    Parameter { name: "n", default: "50", text: Text { es: "Cuántos lugares.", en: "How many places." } },
    Parameter {
        name: "share",
        default: "0.42",
        text: Text { es: "La parte del total que se ha de alcanzar.", en: "The part of the whole to reach." },
    },
    Parameter {
        name: "layer",
        default: "municipalities",
        text: Text { es: "`municipalities` o `states`.", en: "`municipalities` or `states`." },
    },
    Parameter {
        name: "replicas",
        default: "500",
        text: Text { es: "Muestras que se sortean; 0 ninguna.", en: "Samples drawn; 0 draws none." },
    },
    Parameter { name: "seed", default: "42", text: Text { es: "Semilla del sorteo.", en: "Seed of the drawing." } },
];

/// Places with their counts, for a question about the top of a list.
pub(super) struct Ranked {
    /// Code and count, by code; pseudo-units left out.
    pub places: Vec<(String, u64)>,
    /// What pseudo-units count: part of the total, in no place.
    pub unplaced: u64,
    pub names: BTreeMap<String, String>,
    pub period: Period,
    pub layer: String,
}

impl Ranked {
    /// The places that a question means, with the answer begun; or the answer that says why there is none.
    pub(super) fn find(
        shelf: &Shelf,
        ask: &Ask,
        about: &IndicatorAbout,
    ) -> Result<Result<(Draft, Self), Box<Answer>>, IndicatorError> {
        let place = known_place(shelf, ask.place())?;
        let measure = ask.measure.as_deref().unwrap_or("homicide");
        let layer = ask.layer.as_deref().unwrap_or("municipalities");
        let (parts, level) = parts_of(layer);
        let draft =
            |period| Draft::new(about, (ask.place(), &place), period).detail("measure", measure).detail("layer", layer);
        let need = Need { indicator: &about.id, unit: None, measure, level, monthly: false };
        let nothing = |detail: String| Ok(Err(Box::new(draft(ask.period).none("no-data", detail))));
        let Some(counted) = Counted::find(shelf, ask, &need)? else {
            let (code, detail) = why_none(shelf, ask, &need, &format!("{measure} by {layer}"))?;
            return Ok(Err(Box::new(draft(ask.period).none(code, detail))));
        };
        let Source::Edition(open) = &counted.source else {
            return nothing("the series is of the country only: name a dataset by municipality or state".to_owned());
        };
        if open.about.level < level {
            return nothing(format!("the dataset is by {:?}, not by {layer}", open.about.level).to_lowercase());
        }
        let Some(period) = ask.period.or_else(|| last_year(&counted)) else {
            return nothing("the dataset has no whole year: name a period".to_owned());
        };
        let draft = draft(Some(period))
            .edition(counted.edition("numerator"))
            .detail("unit", json!(counted.unit()))
            .flags(counted.flags());
        if let Some(detail) = counted.too_coarse(&period) {
            return Ok(Err(Box::new(draft.none("figures-yearly", detail))));
        }
        let draft = undated(draft, &counted, &period);
        let total = counted.total(&period);
        if let Some(first) = total.not_yet.first().or(total.missing.first()) {
            let (code, how) =
                if total.not_yet.is_empty() { ("no-figures", "no") } else { ("not-yet-observed", "not yet a") };
            let detail = format!("{first} has {how} figure in the edition");
            return Ok(Err(Box::new(draft.flags(["partial"]).none(code, detail))));
        }
        let draft = draft.flags((!total.partial.is_empty()).then_some("partial"));
        let sums = open.by_place(&counted.select, parts, &period);
        Ok(Ok((draft, Self::of(shelf, open, sums, period, layer))))
    }

    fn of(shelf: &Shelf, open: &OpenCounts, sums: BTreeMap<String, Sum>, period: Period, layer: &str) -> Self {
        let mut ranked =
            Self { places: Vec::new(), unplaced: 0, names: BTreeMap::new(), period, layer: layer.to_owned() };
        for (code, sum) in sums {
            // Places newer than the territory are places; pseudo-units are not.
            if is_pseudo(&code) {
                ranked.unplaced += sum.value;
                continue;
            }
            let name = shelf.place(&code).map(|place| place.name.as_str()).or_else(|| open.place_name(&code));
            ranked.names.insert(code.clone(), name.unwrap_or_default().to_owned());
            ranked.places.push((code, sum.value));
        }
        ranked
    }

    pub(super) fn counts(&self) -> Vec<PlaceCount<'_>> {
        self.places.iter().map(|(code, count)| PlaceCount { code, count: *count }).collect()
    }

    /// The whole, pseudo-units included.
    pub(super) fn total(&self) -> u64 {
        self.unplaced + self.places.iter().map(|(_, count)| count).sum::<u64>()
    }

    pub(super) fn name(&self, index: usize) -> (&str, &str) {
        let code = self.places[index].0.as_str();
        (code, self.names.get(code).map_or("", String::as_str))
    }
}

/// `MX-EXT`, `MX-99`, `MX-09-998`, `MX-09-999`.
pub(crate) fn is_pseudo(code: &str) -> bool {
    ["-EXT", "-998", "-999"].iter().any(|end| code.ends_with(end)) || code == "MX-99" || code.starts_with("MX-99-")
}

fn concentration(shelf: &Shelf, ask: &Ask, draft: Draft, ranked: &Ranked) -> Answer {
    let (n, share) = (ask.n.unwrap_or(N), ask.share.unwrap_or(SHARE));
    let places = ranked.counts();
    let total = ranked.total();
    let draft = draft
        .denominator(total)
        .detail("total", total)
        .detail("unplaced", ranked.unplaced)
        .detail("places", places.len())
        .detail("n", n)
        .detail("share", share);
    let top = match top_share(&places, n) {
        Ok(top) => top,
        Err(error) => return draft.none("no-events", error.to_string()),
    };
    let reach = fewest_reaching(&places, of_placed(share, total, top.total)).ok();
    let draft = draft
        .numerator(top.events)
        .detail("top_count", top.events)
        .detail("top_share", top.events as f64 / total as f64)
        .detail("places_reaching_share", json!(reach.as_ref().map(|reach| reach.n)))
        .detail("reach", json!(reach.as_ref().map(|reach| reached(reach, total))))
        .detail("tie", json!(top.tie.as_ref().map(tie)))
        .detail("members", members(ranked, &top, None));
    drawn(shelf, ask, draft, ranked, &top, total)
}

/// The share of the placed events that stands for a share of all; events without a place are in nobody's top.
fn of_placed(share: f64, total: u64, placed: u64) -> f64 {
    (share * total as f64 / placed.max(1) as f64).min(1.0)
}

fn reached(reach: &Top, total: u64) -> Value {
    json!({ "places": reach.n, "count": reach.events, "share": reach.events as f64 / total as f64, "tie": reach.tie.as_ref().map(tie) })
}

pub(super) fn tie(tie: &Tie) -> Value {
    json!({ "count": tie.count, "places": tie.places, "seats": tie.seats, "certain": tie.certain, "possible": tie.possible })
}

/// What chance says: stability of the list, and the concentration of as many events at random.
fn drawn(shelf: &Shelf, ask: &Ask, draft: Draft, ranked: &Ranked, top: &Top, total: u64) -> Answer {
    let value = top.events as f64 / total as f64;
    let places = ranked.counts();
    let counts: Vec<u64> = places.iter().map(|place| place.count).collect();
    let gini = gini(&counts).ok().map(|gini| json!({ "value": gini.value, "adjusted": gini.adjusted }));
    let draft = draft.detail("gini", json!(gini));
    let replicas = ask.replicas.unwrap_or(REPLICAS);
    if replicas == 0 {
        return draft.value(value, None);
    }
    let simulation = Simulation { replicas, seed: ask.seed.unwrap_or(SEED), level: LEVEL };
    let weights = weights(shelf, ranked);
    let chance = baseline(top.total, &weights, top.n, simulation).ok().map(|chance| {
        json!({ "top_share": simulated(&chance.top_share), "gini": simulated(&chance.gini), "weights": "population" })
    });
    let draft = draft.detail("chance", json!(chance)).detail("seed", simulation.seed).detail("replicas", replicas);
    match membership(&places, top.n, Scheme::Poisson, &simulation) {
        Ok(stability) => {
            let scale = top.total as f64 / total as f64;
            let span = Span { low: stability.share_low * scale, high: stability.share_high * scale, level: LEVEL };
            draft.detail("members", members(ranked, top, Some(&stability))).value(value, Some(span))
        }
        Err(error) => draft.detail("membership", json!(error.to_string())).value(value, None),
    }
}

fn simulated(of: &Simulated) -> Value {
    json!({ "mean": of.mean, "low": of.low, "high": of.high })
}

/// Inhabitants of each place; the mean where a place has none known.
fn weights(shelf: &Shelf, ranked: &Ranked) -> Vec<f64> {
    let known = shelf.populations(&ranked.layer, middle_year(&ranked.period));
    let mean = known.values().sum::<u64>() as f64 / known.len().max(1) as f64;
    let weight = |code: &String| known.get(code.as_str()).map_or(mean, |count| *count as f64).max(1.0);
    ranked.places.iter().map(|(code, _)| weight(code)).collect()
}

/// The places of the top, in order.
pub(super) fn members(ranked: &Ranked, top: &Top, stability: Option<&Membership>) -> Value {
    let member = |(rank, index): (usize, &usize)| {
        let (code, name) = ranked.name(*index);
        let mut member = json!({ "rank": rank + 1, "place": code, "name": name, "count": ranked.places[*index].1 });
        let standing = stability.and_then(|stability| stability.places.get(*index));
        if let (Some(standing), Some(member)) = (standing, member.as_object_mut()) {
            member.insert("probability".to_owned(), json!(standing.probability));
            member.insert("rank_low".to_owned(), json!(standing.rank_low));
            member.insert("rank_high".to_owned(), json!(standing.rank_high));
        }
        member
    };
    Value::Array(top.members.iter().enumerate().map(member).collect())
}
