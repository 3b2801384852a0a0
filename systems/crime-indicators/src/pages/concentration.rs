//! The places with most of an offence: the members of the list, how sure each is, and the curve of concentration.

use crate::ask::Ask;
use crate::indicators::{Answer, IndicatorError, PER, all_places, middle_year};
use crate::pages::speak;
use crate::shelf::Shelf;
use serde_json::{Value, json};
use std::sync::Arc;
use tequio_frame::chart::bar::bar;
use tequio_frame::chart::choropleth::Region;
use tequio_frame::chart::spots::{self, Spot, spots};
use tequio_frame::chart::{Drawing, lorenz};
use tequio_frame::{Column, DataTable, Figure, Visit, format};
use tequio_kernel::Shape;

/// Numbers of places whose share is told beside the curve.
const STEPS: [usize; 8] = [1, 5, 10, 25, 50, 100, 250, 500];

/// Members, curve and what chance says.
pub(crate) struct Concentration {
    /// What the list holds, in a sentence.
    pub headline: String,
    /// How many places reach the share asked for.
    pub reach: String,
    /// What chance alone would give; empty when nothing was drawn.
    pub chance: String,
    /// Who stands on the line; empty when nobody does.
    pub tie: String,
    pub gini: String,
    /// Discs on a map.
    pub svg: String,
    pub map_note: String,
    pub members: Vec<Member>,
    pub curve: String,
    pub steps: Vec<(String, String)>,
    /// True when the samples tell how sure the list is.
    pub is_drawn: bool,
    pub caption: String,
    pub figures: Vec<Figure>,
    pub tables: Vec<DataTable>,
}

/// A place of the list.
pub(crate) struct Member {
    pub rank: u64,
    pub code: String,
    pub name: String,
    pub href: String,
    pub count: String,
    pub share: String,
    pub cumulated: String,
    pub rate: String,
    pub probability: String,
    pub bar: String,
    pub ranks: String,
    /// Count and share, unrounded.
    numbers: [Value; 6],
    value: u64,
}

impl Concentration {
    /// What an answer of `top-share` or `priority-municipalities` tells; `None` when it has no value.
    pub(crate) fn of(
        shelf: &Arc<Shelf>,
        visit: &Visit,
        ask: &Ask,
        answer: &Answer,
    ) -> Result<Option<Self>, IndicatorError> {
        let Some(value) = answer.observation.value else { return Ok(None) };
        let details = &answer.details;
        let get = |name: &str| details.get(name).cloned().unwrap_or(Value::Null);
        let total = get("total").as_u64().unwrap_or_default();
        let counts: Vec<u64> = all_places(shelf, ask)?.into_iter().map(|(_, _, count)| count).collect();
        let members = members(shelf, visit, answer, total);
        let (n, share) = (members.len(), get("share").as_f64().unwrap_or_default());
        let unit = speak::counted(visit, speak::unit_of(answer));
        let curve = lorenz::shares(&counts);
        let mark = Some((n as f64 / counts.len().max(1) as f64, value));
        let label = visit.t("ind-lorenz-title");
        let map = discs(&members);
        let caption = format!("{unit}, {}", speak::period(visit, &answer.observation.period));
        let steps = steps(visit, &counts, total);
        Ok(Some(Self {
            headline: headline(visit, answer, value, n, &unit),
            reach: reach(visit, &get("reach"), share),
            chance: chance(visit, &get("chance")),
            tie: tie(visit, &get("tie")),
            gini: gini(visit, &get("gini"), &get("chance")),
            svg: map.svg(shelf),
            map_note: visit.t("ind-discs-note"),
            curve: lorenz::curve(&curve, mark, &label),
            is_drawn: members.iter().any(|member| !member.probability.is_empty()),
            figures: figures(shelf, visit, map, curve.clone(), mark, &caption),
            tables: vec![members_table(visit, &members), steps_table(visit, &counts, total)],
            caption,
            members,
            steps,
        }))
    }
}

fn percent(share: f64) -> String {
    format!("{}%", format::decimal(share * 100.0, 1))
}

fn headline(visit: &Visit, answer: &Answer, value: f64, n: usize, unit: &str) -> String {
    let span = answer.observation.interval;
    let interval = span.map(|span| format!(" ({} – {})", percent(span.low), percent(span.high))).unwrap_or_default();
    let args = [
        ("n", n.into()),
        ("layer", layer(visit, answer).into()),
        ("share", percent(value).into()),
        ("interval", interval.into()),
        ("count", format::integer(answer.observation.numerator.unwrap_or_default()).into()),
        ("total", format::integer(answer.observation.denominator.unwrap_or_default()).into()),
        ("unit", unit.to_owned().into()),
    ];
    visit.say("ind-top-headline", &args)
}

fn layer(visit: &Visit, answer: &Answer) -> String {
    let layer = answer.details.get("layer").and_then(Value::as_str).unwrap_or("municipalities");
    visit.t(&format!("ind-layer-{layer}-small"))
}

fn reach(visit: &Visit, reach: &Value, share: f64) -> String {
    let Some(places) = reach["places"].as_u64() else { return visit.t("ind-reach-none") };
    visit.say("ind-reach", &[("n", places.into()), ("share", percent(share).into())])
}

fn chance(visit: &Visit, chance: &Value) -> String {
    let of = &chance["top_share"];
    let (Some(mean), Some(low), Some(high)) = (of["mean"].as_f64(), of["low"].as_f64(), of["high"].as_f64()) else {
        return String::new();
    };
    let args = [("mean", percent(mean).into()), ("low", percent(low).into()), ("high", percent(high).into())];
    visit.say("ind-chance", &args)
}

fn tie(visit: &Visit, tie: &Value) -> String {
    let (Some(places), Some(seats)) = (tie["places"].as_u64(), tie["seats"].as_u64()) else { return String::new() };
    let count = tie["count"].as_u64().unwrap_or_default();
    visit.say("ind-tie", &[("places", places.into()), ("seats", seats.into()), ("count", count.into())])
}

fn gini(visit: &Visit, gini: &Value, chance: &Value) -> String {
    let Some(value) = gini["value"].as_f64() else { return String::new() };
    let by_chance = chance["gini"]["mean"].as_f64();
    let chance = by_chance.map_or_else(|| "–".to_owned(), |value| format::decimal(value, 2));
    visit.say("ind-gini", &[("value", format::decimal(value, 2).into()), ("chance", chance.into())])
}

fn members(shelf: &Shelf, visit: &Visit, answer: &Answer, total: u64) -> Vec<Member> {
    let year = answer.observation.period.parse().ok().map(|period| middle_year(&period));
    let mut sum = 0;
    let list = answer.details.get("members").and_then(Value::as_array).cloned().unwrap_or_default();
    let member = |member: &Value| {
        let count = member["count"].as_u64().unwrap_or_default();
        sum += count;
        one(shelf, visit, member, (count, sum, total), year)
    };
    list.iter().map(member).collect()
}

fn one(
    shelf: &Shelf,
    visit: &Visit,
    member: &Value,
    (count, sum, total): (u64, u64, u64),
    year: Option<i16>,
) -> Member {
    let code = member["place"].as_str().unwrap_or_default().to_owned();
    let people = year.and_then(|year| shelf.population(&code, year)).map(|(people, _)| people).filter(|n| *n > 0);
    let rate = people.map(|people| count as f64 / people as f64 * PER);
    let probability = member["probability"].as_f64();
    let ranks = member["rank_low"].as_f64().zip(member["rank_high"].as_f64());
    let state = shelf.place(&code).and_then(|place| shelf.place(place.parent.as_deref()?)).map(|state| &state.name);
    let name = member["name"].as_str().unwrap_or_default();
    let share = |part: u64| part as f64 / total.max(1) as f64;
    Member {
        rank: member["rank"].as_u64().unwrap_or_default(),
        name: match state {
            Some(state) if code.matches('-').count() == 2 => format!("{name}, {state}"),
            _ => name.to_owned(),
        },
        href: format!("/place/{code}"),
        count: format::integer(count),
        share: percent(share(count)),
        cumulated: percent(share(sum)),
        rate: rate.map_or_else(|| "–".to_owned(), format::rate),
        probability: probability.map(|value| in_words(visit, value)).unwrap_or_default(),
        bar: probability.map(|value| bar(value, 1.0)).unwrap_or_default(),
        ranks: ranks.map(|(low, high)| ranks_in_words(low, high)).unwrap_or_default(),
        numbers: [json!(count), json!(share(count)), json!(share(sum)), json!(rate), json!(probability), json!(people)],
        value: count,
        code,
    }
}

/// The ranks that samples give a place, whole: places that tie share the middle of theirs.
fn ranks_in_words(low: f64, high: f64) -> String {
    let (low, high) = (format::decimal(low.floor(), 0), format::decimal(high.ceil(), 0));
    if low == high { low } else { format!("{low}–{high}") }
}

/// A probability of samples: what was drawn always or never is not certain.
fn in_words(visit: &Visit, probability: f64) -> String {
    match probability {
        p if p > 0.995 => visit.t("ind-nearly-all"),
        p => format!("{}%", format::decimal(p * 100.0, 0)),
    }
}

/// Places of the map with their counts.
#[derive(Clone)]
struct Discs(Vec<(String, String, u64)>);

fn discs(members: &[Member]) -> Discs {
    let disc = |member: &Member| (member.code.clone(), format!("{}: {}", member.name, member.count), member.value);
    Discs(members.iter().map(disc).collect())
}

impl Discs {
    fn spots<'a>(&self, shelf: &'a Shelf) -> Vec<Spot<'a>> {
        let spot = |(code, hint, value): &(String, String, u64)| match &shelf.place(code)?.shape {
            Shape::Area(shape) => {
                Some(Spot { href: format!("/place/{code}"), hint: hint.clone(), value: *value as f64, shape })
            }
            _ => None,
        };
        self.0.iter().filter_map(spot).collect()
    }

    fn svg(&self, shelf: &Shelf) -> String {
        spots(&ground(shelf), &self.spots(shelf))
    }

    fn drawing(&self, shelf: &Shelf) -> Drawing {
        spots::drawing(&ground(shelf), &self.spots(shelf))
    }
}

/// The states, without shade.
fn ground(shelf: &Shelf) -> Vec<Region<'_>> {
    let states = shelf.layers().iter().filter(|layer| layer.id.name == "states").flat_map(|layer| &layer.places);
    let shapes = states.filter_map(|place| match &place.shape {
        Shape::Area(shape) => Some(shape),
        _ => None,
    });
    shapes.map(|shape| Region { href: String::new(), hint: String::new(), value: None, shape }).collect()
}

fn figures(
    shelf: &Arc<Shelf>,
    visit: &Visit,
    map: Discs,
    curve: lorenz::Shares,
    mark: Option<(f64, f64)>,
    caption: &str,
) -> Vec<Figure> {
    let shelf = shelf.clone();
    let drawn = Figure::new("map", visit.t("ind-members-title"), caption, move || Ok(map.drawing(&shelf)));
    let lorenz = Figure::new("lorenz", visit.t("ind-lorenz-title"), caption, move || Ok(lorenz::drawing(&curve, mark)));
    vec![drawn.with_notes([visit.t("ind-discs-note")]), lorenz.with_notes([visit.t("ind-lorenz-note")])]
}

/// Share of the first places, for some numbers of them.
fn shares_of(counts: &[u64], total: u64) -> Vec<(usize, u64, f64)> {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let kept = STEPS.into_iter().filter(|n| *n < sorted.len()).chain([sorted.len()]);
    kept.map(|n| {
        let sum: u64 = sorted.iter().take(n).sum();
        (n, sum, sum as f64 / total.max(1) as f64)
    })
    .collect()
}

fn steps(visit: &Visit, counts: &[u64], total: u64) -> Vec<(String, String)> {
    let step = |(n, _, share): (usize, u64, f64)| (visit.say("ind-first-n", &[("n", n.into())]), percent(share));
    shares_of(counts, total).into_iter().map(step).collect()
}

fn members_table(visit: &Visit, members: &[Member]) -> DataTable {
    let columns = [
        Column::count("rank", "places"),
        Column::text("place"),
        Column::text("name"),
        Column::count("count", "events"),
        Column::number("share", "of all events"),
        Column::number("cumulative_share", "of all events"),
        Column::number("rate", "per 100,000 inhabitants"),
        Column::number("probability", "of being in the list again"),
        Column::count("population", "inhabitants"),
        Column::text("ranks"),
    ];
    let rows = members.iter().map(|member| {
        let [count, share, sum, rate, probability, people] = member.numbers.clone();
        let (code, name, ranks) = (json!(member.code), json!(member.name), json!(member.ranks));
        [json!(member.rank), code, name, count, share, sum, rate, probability, people, ranks]
    });
    DataTable::new("members", visit.t("ind-members-title"), columns, rows)
}

fn steps_table(visit: &Visit, counts: &[u64], total: u64) -> DataTable {
    let columns =
        [Column::count("places", "places"), Column::count("count", "events"), Column::number("share", "of all events")];
    let rows = shares_of(counts, total).into_iter().map(|(n, sum, share)| [json!(n), json!(sum), json!(share)]);
    DataTable::new("concentration", visit.t("ind-lorenz-title"), columns, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_whole() {
        assert_eq!((ranks_in_words(1.0, 1.0), ranks_in_words(3.5, 12.5)), ("1".to_owned(), "3–13".to_owned()));
    }

    #[test]
    fn shares_are_of_the_places_with_most() {
        let shares = shares_of(&[5, 0, 80, 10, 3, 2], 100);
        assert_eq!(shares, [(1, 80, 0.8), (5, 100, 1.0), (6, 100, 1.0)]);
    }
}
