//! Two to four places side by side: counts, rates, change, trend, offences and how their rates compare.

use crate::library::{Library, OpenEdition};
use crate::pages::ask::{EDITION_NAMES, Kept, Pairs, blocking, count, query, source_of};
use crate::pages::called::asked_back;
use crate::pages::compare_empty::{Suggestion, suggestions};
use crate::pages::compare_sides::{Asked, Side};
use crate::pages::compare_tables::{Mix, Panels, Ratios, data_of_places, figure_of_rates, whiskers};
use crate::pages::coverage::Coverage;
use crate::pages::span::{Span, period_in_words};
use crate::search::Named;
use askama::Template;
use axum::extract::State;
use std::sync::Arc;
use tequio_frame::address::encode;
use tequio_frame::{Page, Problem, ProblemCode, Visit};
use tequio_kernel::{Dimension, Key, Layer, Level, Place, PlaceRef, Query};
use tequio_reference::ORDINARY;

/// Fewest and most places of a comparison.
const PLACES_MIN: usize = 2;
const PLACES_MAX: usize = 4;

#[derive(Template)]
#[template(path = "compare.html")]
struct ComparePage<'a> {
    v: &'a Visit,
    form: Form,
    /// Names that are not those of one place.
    unknown: Vec<Unknown>,
    suggestions: Vec<Suggestion>,
    period: String,
    sides: &'a [Side],
    /// The rate of each, drawn.
    whiskers: Vec<String>,
    remarks: Vec<String>,
    panels: Option<Panels>,
    mix: Option<Mix>,
    ratios: Option<Ratios>,
    address: String,
}

impl ComparePage<'_> {
    fn is_unknown(&self, written: &str) -> bool {
        self.unknown.iter().any(|unknown| unknown.text == written)
    }
}

struct Form {
    /// What the fields for places hold; as many as may be compared.
    places: Vec<String>,
    period: String,
    offences: Vec<Choice>,
    hidden: Vec<(&'static str, String)>,
}

/// A name that is not that of one place.
struct Unknown {
    text: String,
    /// Why.
    told: String,
    /// Names and addresses of the comparisons that may have been meant.
    meant: Vec<(String, String)>,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// What an address asks for.
struct Wanted {
    /// As written.
    written: Vec<String>,
    found: Vec<(Arc<Layer>, usize)>,
    unknown: Vec<(String, Named)>,
    /// Dataset, edition, period and offences.
    query: Query,
}

/// `GET /compare`.
pub(crate) async fn page(State(library): State<Arc<Library>>, visit: Visit, pairs: Pairs) -> Result<Page, Problem> {
    blocking(library, move |library| render(library, &visit, pairs)).await
}

fn render(library: &Library, visit: &Visit, pairs: Pairs) -> Result<Page, Problem> {
    let wanted = read(library, pairs)?;
    let edition = library.open(wanted.query.dataset.as_deref(), wanted.query.edition.as_deref())?;
    let (span, kept) = (Span::of(&edition.manifest), Kept::of(&wanted.query));
    let period = wanted.query.filter.period.or_else(|| span.latest_year());
    let is_local = wanted.found.iter().any(|(layer, _)| layer.level == Level::Local);
    let asked = Asked {
        library,
        query: question(&edition, &wanted.query, is_local),
        coverage: Coverage::of(library, &edition.manifest),
        kept,
        span,
        period,
    };
    let complete = wanted.unknown.is_empty() && wanted.found.len() >= PLACES_MIN;
    let sides: Vec<Side> = match complete {
        true => wanted.found.iter().map(|(layer, index)| asked.side(layer, *index)).collect::<Result<_, _>>()?,
        false => Vec::new(),
    };
    let one_offence = !wanted.query.filter.offences.is_empty();
    let page = ComparePage {
        v: visit,
        form: form(library, &asked, &wanted)?,
        suggestions: if complete { Vec::new() } else { suggestions(&asked, &wanted.found)? },
        unknown: unknown(library, visit, &asked.kept, &wanted),
        period: period.map_or_else(|| asked.span.in_words(visit), |period| period_in_words(visit, period)),
        remarks: remarks(visit, &sides, is_local),
        panels: complete.then(|| Panels::of(visit, &sides)),
        mix: (complete && !one_offence).then(|| Mix::of(visit, &sides)),
        ratios: complete.then(|| Ratios::of(visit, &sides)),
        address: visit.uri.to_string(),
        whiskers: whiskers(&sides),
        sides: &sides,
    };
    let tables = [
        complete.then(|| data_of_places(visit, &sides)),
        page.ratios.as_ref().map(|ratios| ratios.data.clone()),
        page.panels.as_ref().map(|panels| panels.data.clone()),
        page.mix.as_ref().map(|mix| mix.data.clone()),
    ];
    let rates = complete.then(|| figure_of_rates(visit, &sides, &page.period));
    let trends = page.panels.as_ref().map(|panels| panels.figure.clone());
    let names: Vec<&str> = sides.iter().map(|side| side.name.as_str()).collect();
    let title = if complete { names.join(" · ") } else { visit.t("compare-title") };
    Ok(Page::render(title, visit.t("compare-lead"), &page)?
        .with_source(source_of(&edition))
        .with_figures(rates.into_iter().chain(trends))
        .with_tables(tables.into_iter().flatten()))
}

/// Takes the places out of an address; whatever else is no part of a comparison is refused.
fn read(library: &Library, pairs: Pairs) -> Result<Wanted, Problem> {
    let (places, rest): (Vec<_>, Vec<_>) = pairs.0.into_iter().partition(|(name, _)| name == "place");
    let query = query(&Pairs(rest))?;
    let known = ["dataset", "edition", "as_of", "period", "offence"];
    if let Some((name, _)) = query.pairs().iter().find(|(name, _)| !known.contains(name)) {
        let detail = format!("`{name}` is not understood here: use place, period, offence, dataset and edition");
        return Err(Problem::with(ProblemCode::BadQuery, detail));
    }
    let mut written: Vec<String> = places.into_iter().map(|(_, text)| text.trim().to_owned()).collect();
    written.retain(|text| !text.is_empty());
    if written.len() > PLACES_MAX {
        let detail = format!("{} places were named: at most {PLACES_MAX} are compared at a time", written.len());
        return Err(Problem::with(ProblemCode::BadQuery, detail));
    }
    let mut found: Vec<(Arc<Layer>, usize)> = Vec::new();
    let mut unknown = Vec::new();
    for text in &written {
        let named = library.named(text)?;
        match resolve(library, &named) {
            // A place is not compared with itself.
            Some(place) if found.iter().any(|known| known.0.id == place.0.id && known.1 == place.1) => {}
            Some(place) => found.push(place),
            None => unknown.push((text.clone(), named)),
        }
    }
    Ok(Wanted { written, found, unknown, query })
}

/// The place that a text names, where it names one that is no street.
fn resolve(library: &Library, named: &Named) -> Option<(Arc<Layer>, usize)> {
    let Named::One(place) = named else { return None };
    library.place(place).filter(|(layer, _)| layer.kind == tequio_kernel::LayerKind::Areas)
}

fn unknown(library: &Library, visit: &Visit, kept: &Kept, wanted: &Wanted) -> Vec<Unknown> {
    let address = |text: &str, code: &str| {
        let better = |written: &String| if written == text { code.to_owned() } else { written.clone() };
        let pairs: Vec<(&str, String)> = wanted.written.iter().map(|written| ("place", better(written))).collect();
        kept.on(&format!("/compare?{}", encode(&pairs)))
    };
    let of = |(text, named): &(String, Named)| {
        let (problem, meant) = asked_back(library, visit, text, named);
        let told = problem.told(visit.language).map_or_else(String::new, |(_, told)| told.to_owned());
        let meant = meant.into_iter().map(|(name, code)| (name, address(text, &code))).collect();
        Unknown { text: text.clone(), told, meant }
    };
    wanted.unknown.iter().map(of).collect()
}

/// The question that all places are asked. Where one of them is a neighbourhood, sensitive offences are
/// left out of all, or their rates could not be compared.
fn question(edition: &OpenEdition, query: &Query, is_local: bool) -> Query {
    let mut query = query.clone();
    query.dataset = Some(edition.manifest.dataset.0.clone());
    query.edition = Some(edition.manifest.edition.clone());
    query.filter.period = None;
    if is_local {
        query.filter.classes = vec![ORDINARY.to_owned()];
    }
    query
}

fn form(library: &Library, asked: &Asked<'_>, wanted: &Wanted) -> Result<Form, Problem> {
    let found = || -> Result<Vec<String>, Problem> {
        let places = wanted.found.iter().filter_map(|(layer, index)| Some((layer, *index, layer.places.get(*index)?)));
        places.map(|(layer, index, place)| written_as(library, layer, index, place)).collect()
    };
    // What is not understood stays as it was written.
    let mut places: Vec<String> = if wanted.unknown.is_empty() { found()? } else { wanted.written.clone() };
    places.truncate(PLACES_MAX);
    places.resize(PLACES_MAX, String::new());
    let mut everything = asked.query.clone();
    everything.by = vec![Dimension::Offence];
    everything.filter = tequio_kernel::query::Filter::default();
    let mut offences: Vec<Choice> = count(library, &everything)?
        .counts
        .rows
        .iter()
        .filter_map(|row| match row.keys.first() {
            Some(Key::Offence { code, name }) => Some(Choice {
                value: code.clone(),
                label: name.clone(),
                chosen: wanted.query.filter.offences.contains(code),
            }),
            _ => None,
        })
        .collect();
    offences.sort_by(|a, b| a.label.cmp(&b.label));
    let mut hidden = wanted.query.pairs();
    hidden.retain(|(name, _)| EDITION_NAMES.contains(name));
    Ok(Form {
        places,
        period: wanted.query.filter.period.map(|period| period.to_string()).unwrap_or_default(),
        offences,
        hidden,
    })
}

/// The name of a place where it finds the place again, else its code.
fn written_as(library: &Library, layer: &Layer, index: usize, place: &Place) -> Result<String, Problem> {
    let found = resolve(library, &library.named(&place.name)?);
    let again = found.is_some_and(|(other, at)| other.id == layer.id && at == index);
    Ok(if again { place.name.clone() } else { PlaceRef::new(&layer.id.name, &place.code).to_string() })
}

fn remarks(visit: &Visit, sides: &[Side], is_local: bool) -> Vec<String> {
    let left_out = sides.iter().filter(|side| !side.is_comparable());
    let reasons = left_out.map(|side| format!("{}: {}", side.name, side.no_rate(visit)));
    reasons.chain(is_local.then(|| visit.t("compare-ordinary"))).collect()
}

/// Address of a comparison of places.
pub(crate) fn address_of(kept: &Kept, places: &[PlaceRef]) -> String {
    let pairs: Vec<(&str, String)> = places.iter().map(|place| ("place", place.to_string())).collect();
    kept.on(&format!("/compare?{}", encode(&pairs)))
}
