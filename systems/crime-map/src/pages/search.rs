//! Search of places, for readers without scripts and for addresses that are shared.

use crate::library::Library;
use crate::pages::ask::{Pairs, blocking};
use crate::pages::data;
use crate::pages::levels::layer_name;
use crate::pages::place_children::page_of;
use askama::Template;
use axum::extract::State;
use std::sync::Arc;
use tequio_frame::{Page, Problem, Visit};

/// Places shown.
const RESULTS_MAX: usize = 50;
/// Longest text that is searched for, letters.
pub(crate) const TEXT_LENGTH_MAX: usize = 100;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage<'a> {
    v: &'a Visit,
    text: &'a str,
    summary: String,
    results: Vec<ResultRow>,
}

struct ResultRow {
    name: String,
    href: String,
    context: String,
}

/// `GET /search?q=`.
pub(crate) async fn page(State(library): State<Arc<Library>>, visit: Visit, mut pairs: Pairs) -> Result<Page, Problem> {
    let text: String = pairs.take("q").unwrap_or_default().chars().take(TEXT_LENGTH_MAX).collect();
    blocking(library, move |library| {
        let found = if text.is_empty() { Vec::new() } else { library.search(&text, None, RESULTS_MAX) };
        let table = data::found(&visit, found.iter().map(|found| (found, page_of(library, found))));
        let results = found.into_iter().map(|found| ResultRow {
            href: page_of(library, &found),
            context: [layer_name(&visit, &found.layer), found.context]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            name: found.name,
        });
        let results: Vec<ResultRow> = results.collect();
        let summary = if text.is_empty() {
            visit.t("search-lead")
        } else {
            visit.say("search-summary", &[("n", results.len().into()), ("text", text.clone().into())])
        };
        let page = SearchPage { v: &visit, text: &text, summary, results };
        Ok(Page::render(visit.t("search-title"), visit.t("search-lead"), &page)?.with_search(&text).with_table(table))
    })
    .await
}
