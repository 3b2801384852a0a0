//! Search of places: the page for readers without scripts and for addresses that are shared, the options of the
//! search box, and the list in which a reader's device finds what is near it.

use crate::library::{Found, Library};
use crate::pages::ask::{Pairs, blocking};
use crate::pages::data;
use crate::pages::levels::{area_layers, layer_name};
use crate::pages::place_children::page_of;
use crate::search::{CENTRES_MAX, Centres, Meeting, postal_code};
use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use tequio_frame::{Page, Problem, ProblemCode, Visit};
use tequio_kernel::Level;

/// Places shown.
const RESULTS_MAX: usize = 50;
/// Options of the search box.
const OPTIONS_MAX: usize = 8;
/// Names that may have been meant.
const SUGGESTIONS_MAX: usize = 5;
/// Longest text that is searched for, letters.
const TEXT_LENGTH_MAX: usize = 100;
/// How long the browser keeps the options of a text: they change with the layers alone.
const OPTIONS_LIFETIME: &str = "private, max-age=300";
/// How long the list of centres is kept before it is asked for again.
const CENTRES_LIFETIME: &str = "public, max-age=3600";
/// Texts that show what a search forgives.
const EXAMPLES: [&str; 5] = ["cuauhtemoc df", "gral. escobedo n.l.", "sn cristobal casas", "juares chihuahua", "09015"];

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage<'a> {
    v: &'a Visit,
    text: &'a str,
    summary: String,
    /// More places have the name than are shown.
    is_cut: bool,
    postal: Option<String>,
    groups: Vec<Group>,
    /// What may have been meant.
    meant: Vec<Row>,
    meant_title: String,
    examples: &'a [&'a str],
    near: Near,
}

/// What the button that finds places near the reader needs to know.
pub(crate) struct Near {
    /// Names of the layers it looks through, parted by blanks.
    pub layers: String,
    /// What the places of each of these layers are, parted by bars.
    pub kinds: String,
}

impl Near {
    pub(crate) fn of(library: &Library, visit: &Visit) -> Self {
        let layers = near_layers(library);
        let kinds: Vec<String> = layers.iter().map(|layer| kind(visit, layer)).collect();
        Self { layers: layers.join(" "), kinds: kinds.join("|") }
    }
}

/// Places of one kind.
struct Group {
    title: String,
    rows: Vec<Row>,
}

/// A place as it is shown: in the page and in the search box.
#[derive(Clone, Serialize)]
struct Row {
    page: String,
    kind: String,
    context: String,
    name: Vec<Piece>,
}

/// A part of a name.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Piece {
    text: String,
    /// True for what the question met.
    met: bool,
}

/// What the search box offers.
#[derive(Serialize)]
struct Options {
    options: Vec<Row>,
    /// True when no place is called so, and the options are what may have been meant.
    meant: bool,
}

/// `GET /search?q=`.
pub(crate) async fn page(State(library): State<Arc<Library>>, visit: Visit, mut pairs: Pairs) -> Result<Page, Problem> {
    let text = text_of(&mut pairs);
    pairs.refuse_rest("use q")?;
    blocking(library, move |library| {
        let (found, meant) = look_up(library, &text, RESULTS_MAX)?;
        let all = found.iter().chain(&meant);
        let table = data::found(&visit, all.map(|found| (found, page_of(library, found))));
        let row = |found: &Found| row(&visit, library, found);
        let page = SearchPage {
            v: &visit,
            text: &text,
            summary: summary(&visit, &text, found.len()),
            is_cut: found.len() == RESULTS_MAX,
            postal: postal_code(&text),
            meant_title: visit.t(if found.is_empty() { "search-meant" } else { "search-similar" }),
            groups: groups(&visit, &found, row),
            meant: meant.iter().map(row).collect(),
            examples: if text.is_empty() { &EXAMPLES } else { &[] },
            near: Near::of(library, &visit),
        };
        Ok(Page::render(visit.t("search-title"), visit.t("search-lead"), &page)?.with_search(&text).with_table(table))
    })
    .await
}

/// `GET /search/options?q=`: what the search box offers while a name is being written, in the reader's language.
pub(crate) async fn options(
    State(library): State<Arc<Library>>,
    visit: Visit,
    mut pairs: Pairs,
) -> Result<impl IntoResponse, Problem> {
    let text = text_of(&mut pairs);
    pairs.refuse_rest("use q")?;
    blocking(library, move |library| {
        let (found, meant) = look_up(library, &text, OPTIONS_MAX)?;
        let rows = found.iter().chain(&meant).take(OPTIONS_MAX).map(|found| row(&visit, library, found));
        let options = Options { options: rows.collect(), meant: found.is_empty() };
        Ok(([(CACHE_CONTROL, OPTIONS_LIFETIME)], Json(options)))
    })
    .await
}

/// `GET /search/centres.json?layer=`: every place of a layer with its centre and box. The address says nothing of
/// where the reader is.
pub(crate) async fn centres(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let name = pairs.take("layer");
    pairs.refuse_rest("use layer")?;
    let body = blocking(library, move |library| {
        let name = name.ok_or_else(|| Problem::with(ProblemCode::BadQuery, "`layer` is missing"))?;
        let missing = || Problem::with(ProblemCode::NotFound, format!("there is no layer `{name}`"));
        let layer = library.layer(&name).ok_or_else(missing)?;
        let above = layer.within.as_deref().and_then(|within| library.layer(within));
        let name_of = |code: &str| {
            let places = above.iter().flat_map(|above| &above.places);
            places.clone().find(|place| place.code == code).map(|place| place.name.clone()).unwrap_or_default()
        };
        let centres = Centres::of(&layer, name_of).ok_or_else(|| {
            Problem::with(ProblemCode::Unprocessable, format!("`{name}` is no layer of at most {CENTRES_MAX} areas"))
        })?;
        serde_json::to_string(&centres).map_err(|error| Problem::with(ProblemCode::Internal, error))
    })
    .await?;
    Ok(tagged(&headers, body))
}

/// The body with its tag, or word that the reader has it.
fn tagged(headers: &HeaderMap, body: String) -> Response {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    let tag = format!("W/\"{:016x}\"", hasher.finish());
    let known = headers.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok()).unwrap_or_default();
    let is_known = known.split(',').any(|known| known.trim() == tag);
    let head = [(CACHE_CONTROL, CENTRES_LIFETIME.to_owned()), (ETAG, tag)];
    if is_known {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    (head, [(CONTENT_TYPE, "application/json")], body).into_response()
}

fn text_of(pairs: &mut Pairs) -> String {
    pairs.take("q").unwrap_or_default().chars().take(TEXT_LENGTH_MAX).collect()
}

/// What is called so, and what may have been meant.
fn look_up(library: &Library, text: &str, limit: usize) -> Result<(Vec<Found>, Vec<Found>), Problem> {
    let (similar, found): (Vec<Found>, Vec<Found>) =
        library.search(text, None, limit)?.into_iter().partition(|found| found.meeting == Meeting::Similar);
    if !found.is_empty() || !similar.is_empty() {
        return Ok((found, similar));
    }
    Ok((found, library.finder()?.suggest(text, SUGGESTIONS_MAX)))
}

fn summary(visit: &Visit, text: &str, found: usize) -> String {
    let key = match found {
        _ if text.is_empty() => return visit.t("search-lead"),
        RESULTS_MAX => "search-summary-most",
        _ => "search-summary",
    };
    visit.say(key, &[("n", found.into()), ("text", text.to_owned().into())])
}

/// Rows by kind of place; the kind of the best row first.
fn groups(visit: &Visit, found: &[Found], row: impl Fn(&Found) -> Row) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for found in found {
        let title = layer_name(visit, &found.layer);
        let at = groups.iter().position(|group| group.title == title).unwrap_or_else(|| {
            groups.push(Group { title, rows: Vec::new() });
            groups.len() - 1
        });
        groups[at].rows.push(row(found));
    }
    groups
}

fn row(visit: &Visit, library: &Library, found: &Found) -> Row {
    let kind = if found.at.is_some() { visit.t("kind-street") } else { kind(visit, &found.layer) };
    Row { page: page_of(library, found), kind, context: found.context.clone(), name: pieces(found) }
}

/// What a place of a layer is.
fn kind(visit: &Visit, layer: &str) -> String {
    visit.t_or(&format!("kind-{layer}"), &layer_name(visit, layer))
}

/// The name cut where what was met begins and ends; the code of a place without a name.
fn pieces(found: &Found) -> Vec<Piece> {
    if found.name.is_empty() {
        return vec![Piece { text: found.place.code.clone(), met: true }];
    }
    let mut pieces = Vec::new();
    let mut push = |text: &str, met| {
        if !text.is_empty() {
            pieces.push(Piece { text: text.to_owned(), met });
        }
    };
    let mut from = 0;
    for mark in &found.marks {
        push(&found.name[from..mark.start], false);
        push(&found.name[mark.clone()], true);
        from = mark.end;
    }
    push(&found.name[from..], false);
    pieces
}

/// Layers whose places a device can look through: municipalities and what is smaller.
fn near_layers(library: &Library) -> Vec<String> {
    let mut layers = area_layers(library);
    layers.retain(|layer| layer.level >= Level::Municipality && layer.places.len() <= CENTRES_MAX);
    layers.into_iter().map(|layer| layer.id.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tequio_kernel::PlaceRef;

    #[test]
    fn a_name_is_cut_at_its_marks_and_stays_whole() {
        let found = Found {
            place: PlaceRef::new("municipalities", "MX-20-067"),
            name: "Oaxaca de Juárez".into(),
            layer: "municipalities".into(),
            context: String::new(),
            at: None,
            meeting: Meeting::Name,
            marks: vec![0..6, 10..15],
        };
        let pieces = pieces(&found);
        assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<String>(), found.name);
        let met: Vec<&str> = pieces.iter().filter(|piece| piece.met).map(|piece| piece.text.as_str()).collect();
        assert_eq!(met, ["Oaxaca", "Juár"]);
    }
}
