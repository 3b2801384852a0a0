//! `GET /priority-municipalities`: the N municipalities with most of an offence, for any offence and period.

use crate::answers::Answers;
use crate::indicators::indicator;
use crate::pages::asked::{Asked, Form, address};
use crate::pages::concentration::Concentration;
use crate::pages::indicator::{Computing, Headline};
use crate::pages::source;
use crate::pages::speak::Edition;
use crate::shelf::Shelf;
use askama::Template;
use axum::extract::State;
use std::sync::Arc;
use tequio_frame::work::blocking;
use tequio_frame::{Page, Pairs, Problem, Visit};

/// The indicator that the page shows.
const INDICATOR: &str = "priority-municipalities";

#[derive(Template)]
#[template(path = "priority.html")]
struct PriorityPage<'a> {
    v: &'a Visit,
    form: Form,
    /// Why the place is not understood; empty when it is.
    unclear: String,
    headline: Option<Headline>,
    concentration: Option<Concentration>,
    editions: Vec<Edition>,
    computing: Computing,
    indicator_href: String,
    api_json: String,
}

/// `GET /priority-municipalities`.
pub(crate) async fn page(State(shelf): State<Arc<Shelf>>, visit: Visit, pairs: Pairs) -> Result<Page, Problem> {
    blocking(shelf, move |shelf| render(shelf, &visit, pairs)).await
}

fn render(shelf: &Arc<Shelf>, visit: &Visit, pairs: Pairs) -> Result<Page, Problem> {
    let about = indicator(INDICATOR)?.about();
    let asked = Asked::read(shelf, pairs)?;
    let mut page = PriorityPage {
        v: visit,
        form: Form::of(shelf, visit, "/priority-municipalities", &about, &asked)?,
        unclear: asked.unclear.as_ref().map(|unclear| unclear.text.clone()).unwrap_or_default(),
        headline: None,
        concentration: None,
        editions: Vec::new(),
        computing: Computing::of(visit, &about),
        indicator_href: address(&format!("/indicators/{INDICATOR}"), &asked.ask),
        api_json: address(&format!("/api/v1/indicators/{INDICATOR}.json"), &asked.ask),
    };
    let (title, lead) = (visit.t("ind-priority-title"), visit.t("ind-priority-lead"));
    if asked.unclear.is_some() {
        return Page::render(title, lead, &page);
    }
    let answer = Answers::new(shelf)?.of(INDICATOR, &asked.ask)?;
    let editions = &answer.observation.editions;
    page.headline = Some(Headline::of(visit, &about, &answer));
    page.concentration = Concentration::of(shelf, visit, &asked.ask, &answer)?;
    page.editions = editions.iter().map(|used| Edition::of(visit, used, String::new())).collect();
    let (figures, tables) =
        page.concentration.as_ref().map(|part| (part.figures.clone(), part.tables.clone())).unwrap_or_default();
    let description = page.concentration.as_ref().map_or(lead, |part| part.headline.clone());
    let built = Page::render(title, description, &page)?.with_figures(figures).with_tables(tables);
    Ok(match source::of(shelf, visit, editions.first()) {
        Some(source) => built.with_source(source),
        None => built,
    })
}
