//! One view of the explorer, for other sites' pages: `/embed/explore?view=map&…`.

use crate::analysis::Workbench;
use crate::library::Library;
use crate::pages::analysis::job;
use crate::pages::ask::{Pairs, blocking, note_in_words, source_of};
use crate::pages::explore::painted::{self, Painted, Said};
use crate::pages::explore::state::State;
use crate::pages::explore::table::Table;
use crate::pages::explore::views::{OffenceView, TimeView, WeekView};
use crate::pages::explore::{Asked, Counted, Refused, count, map, sentence_of};
use crate::pages::map::MapView;
use askama::Template;
use axum::extract::State as Shared;
use axum::http::Method;
use std::sync::Arc;
use tequio_frame::address::encode;
use tequio_frame::{Asker, Page, Problem, ProblemCode, Visit};

/// The views, with the key of their title.
pub(crate) const VIEWS: [(&str, &str); 5] = [
    ("map", "map-title"),
    ("months", "trend-title"),
    ("hours", "hours-title"),
    ("offences", "offences-title"),
    ("places", "answer-title"),
];

#[derive(Template)]
#[template(path = "explore_embed.html")]
struct Embed<'a> {
    v: &'a Visit,
    sentence: String,
    table: Table,
    notes: Vec<String>,
    missing: String,
    picture: String,
    map: Option<MapView>,
    painted: Option<Painted>,
    time: Option<TimeView>,
    week: Option<WeekView>,
    offences: Option<OffenceView>,
    places: bool,
}

/// Address of a view of a state.
pub(super) fn address(state: &State, view: &str) -> String {
    let mut pairs = state.pairs();
    pairs.push(("view", view.to_owned()));
    format!("/embed/explore?{}", encode(&pairs))
}

/// `GET /embed/explore`.
pub(crate) async fn page(
    Shared(workbench): Shared<Arc<Workbench>>,
    visit: Visit,
    method: Method,
    asker: Asker,
    mut pairs: Pairs,
) -> Result<Page, Problem> {
    let view = pairs.take("view").unwrap_or_else(|| VIEWS[0].0.to_owned());
    if !VIEWS.iter().any(|(known, _)| *known == view) {
        let known: Vec<&str> = VIEWS.iter().map(|(known, _)| *known).collect();
        return Err(Problem::with(ProblemCode::BadQuery, format!("`view` is one of {}", known.join(", "))));
    }
    let ticket = pairs.take(job::NAME);
    let refused =
        |refused: Box<Refused>| refused.faults.problem().unwrap_or_else(|| Problem::new(ProblemCode::BadQuery));
    let mut counted = count(&workbench, &visit, pairs).await?.map_err(refused)?;
    let question = counted.layer.take().filter(|_| view == VIEWS[0].0);
    let layer = painted::ask(&workbench, asker, &method, question, ticket).await;
    blocking(workbench, move |workbench| render(workbench.library(), &visit, &view, counted, layer)).await
}

fn render(
    library: &Library,
    visit: &Visit,
    view: &str,
    counted: Counted,
    layer: Option<Said>,
) -> Result<Page, Problem> {
    let Counted { state, edition, table, query, counted, .. } = counted;
    let asked = Asked { query, counted, ..Asked::of(library, visit, &edition, &state) };
    let shown = |name: &str| view == name;
    let painted = layer.map(|said| Painted::of(&asked, address(&state, view), said)).transpose()?;
    let map = if shown("map") { map(&asked, false, painted.as_ref())? } else { None };
    let picture = if map.is_some() {
        format!("/explore.svg?{}", encode(&[state.pairs(), vec![("figure", "map".to_owned())]].concat()))
    } else {
        String::new()
    };
    let page = Embed {
        v: visit,
        sentence: sentence_of(&asked, &table.notes),
        notes: table.notes.iter().map(|note| note_in_words(visit, note)).collect(),
        missing: asked.span.missing_in_words(visit),
        picture,
        map,
        painted,
        time: shown("months").then(|| TimeView::of(&asked)).transpose()?,
        week: shown("hours").then(|| WeekView::of(&asked)).transpose()?,
        offences: shown("offences").then(|| OffenceView::of(&asked)).transpose()?,
        places: shown("places"),
        table,
    };
    let rendered = Page::render(visit.t("explore-title"), page.sentence.clone(), &page)?;
    let next = page.painted.as_ref().and_then(Painted::next);
    let rendered = next.into_iter().fold(rendered, Page::followed_by);
    Ok(rendered.with_source(source_of(&edition)).embedded(state.address()))
}
