//! `GET /indicators`: every indicator with its newest national value.

use crate::ask::Ask;
use crate::indicators::indicators;
use crate::shelf::Shelf;
use askama::Template;
use axum::extract::State;
use serde_json::json;
use std::sync::Arc;
use tequio_frame::work::blocking;
use tequio_frame::{Column, DataTable, Language, Page, Pairs, Problem, Visit, format};
use tequio_kernel::IndicatorAbout;
use tequio_kernel::indicator::Text;

#[derive(Template)]
#[template(path = "indicators.html")]
struct CataloguePage<'a> {
    v: &'a Visit,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    title: String,
    meaning: &'static str,
    /// Value with its unit in words; empty when there is none.
    value: String,
    /// Period, or why there is no value.
    note: String,
    number: Option<f64>,
    period: String,
}

/// `GET /indicators`.
pub(crate) async fn page(State(shelf): State<Arc<Shelf>>, visit: Visit, pairs: Pairs) -> Result<Page, Problem> {
    pairs.refuse_rest("the list of indicators takes no parameters")?;
    blocking(shelf, move |shelf| {
        let rows: Vec<Row> = indicators()
            .iter()
            .map(|indicator| {
                let ask = Ask { replicas: Some(0), ..Ask::default() };
                let answer = indicator.compute(shelf, &ask).ok();
                row(&visit, &indicator.about(), answer)
            })
            .collect();
        let table = DataTable::new(
            "indicators",
            visit.t("indicators-title"),
            [Column::text("id"), Column::text("title"), Column::number("value", ""), Column::text("period")],
            rows.iter().map(|row| [json!(row.id), json!(row.title), json!(row.number), json!(row.period)]),
        );
        let page = CataloguePage { v: &visit, rows };
        Ok(Page::render(visit.t("indicators-title"), visit.t("indicators-lead"), &page)?.with_table(table))
    })
    .await
}

fn row(visit: &Visit, about: &IndicatorAbout, answer: Option<crate::indicators::Answer>) -> Row {
    let observation = answer.map(|answer| answer.observation);
    let number = observation.as_ref().and_then(|of| of.value);
    let why = observation.as_ref().and_then(|of| of.not_computable.as_ref());
    let period = observation.as_ref().map(|of| of.period.clone()).unwrap_or_default();
    Row {
        id: about.id.clone(),
        title: title(visit, about),
        meaning: in_language(visit, about.meaning),
        value: number.map(format::rate).unwrap_or_default(),
        note: why.map_or_else(|| period.clone(), |why| visit.t(&format!("why-{}", why.code))),
        number,
        period,
    }
}

/// Title of an indicator in the language of the reader.
pub(crate) fn title(visit: &Visit, about: &IndicatorAbout) -> String {
    match visit.language {
        Language::Spanish => about.title.0.clone(),
        Language::English => about.title.1.clone(),
    }
}

/// A text in the language of the reader.
pub(crate) fn in_language(visit: &Visit, text: Text) -> &'static str {
    match visit.language {
        Language::Spanish => text.es,
        Language::English => text.en,
    }
}
