//! `GET /indicators`: every indicator with its newest national value.

use crate::answers::Answers;
use crate::ask::Ask;
use crate::indicators::{Answer, indicators};
use crate::pages::speak;
use crate::shelf::Shelf;
use askama::Template;
use axum::extract::State;
use serde_json::json;
use std::sync::Arc;
use tequio_frame::work::blocking;
use tequio_frame::{Column, DataTable, Language, Page, Pairs, Problem, Visit};
use tequio_kernel::IndicatorAbout;
use tequio_kernel::indicator::Text;

#[derive(Template)]
#[template(path = "indicators.html")]
struct CataloguePage<'a> {
    v: &'a Visit,
    groups: Vec<Group>,
}

/// Indicators of one kind.
struct Group {
    id: &'static str,
    title: String,
    /// What all of its indicators say alike; empty when each says its own.
    meaning: &'static str,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    group: &'static str,
    title: String,
    meaning: &'static str,
    /// Empty when there is none.
    value: String,
    unit: String,
    interval: String,
    period: String,
    /// Why there is no value.
    why: String,
    source: String,
    source_href: String,
    synthetic: bool,
    answer: Option<Arc<Answer>>,
}

impl Group {
    /// Moves what every row says alike to the head.
    fn say_once(&mut self) {
        let first = self.rows.first().map_or("", |row| row.meaning);
        if self.rows.len() > 1 && self.rows.iter().all(|row| row.meaning == first) {
            self.meaning = first;
            self.rows.iter_mut().for_each(|row| row.meaning = "");
        }
    }
}

/// Kinds of indicators, in the order in which they are shown.
const GROUPS: [&str; 4] = ["homicide", "offences", "structure", "survey"];

fn group_of(id: &str) -> &'static str {
    match id {
        _ if id.starts_with("homicide-rate-") => GROUPS[0],
        _ if id.ends_with("-rate-case-files") => GROUPS[1],
        "dark-figure" | "objectives-met" => GROUPS[3],
        _ => GROUPS[2],
    }
}

/// `GET /indicators`.
pub(crate) async fn page(State(shelf): State<Arc<Shelf>>, visit: Visit, pairs: Pairs) -> Result<Page, Problem> {
    pairs.refuse_rest("the list of indicators takes no parameters")?;
    blocking(shelf, move |shelf| render(shelf, &visit)).await
}

fn render(shelf: &Shelf, visit: &Visit) -> Result<Page, Problem> {
    let answers = Answers::new(shelf)?;
    // What is drawn at random is left to the page of the indicator.
    let ask = Ask { replicas: Some(0), ..Ask::default() };
    let rows: Vec<Row> = indicators()
        .iter()
        .map(|indicator| {
            let about = indicator.about();
            row(visit, &about, answers.of(&about.id, &ask).ok())
        })
        .collect();
    let table = table(visit, &rows);
    let mut groups: Vec<Group> = GROUPS
        .into_iter()
        .map(|id| Group { id, title: visit.t(&format!("ind-group-{id}")), meaning: "", rows: Vec::new() })
        .collect();
    for row in rows {
        if let Some(group) = groups.iter_mut().find(|group| group.id == row.group) {
            group.rows.push(row);
        }
    }
    groups.iter_mut().for_each(Group::say_once);
    let page = CataloguePage { v: visit, groups };
    Ok(Page::render(visit.t("indicators-title"), visit.t("indicators-lead"), &page)?.with_table(table))
}

fn row(visit: &Visit, about: &IndicatorAbout, answer: Option<Arc<Answer>>) -> Row {
    let of = answer.as_ref().map(|answer| &answer.observation);
    let used = of.and_then(|of| of.editions.first());
    let text = |text: Option<String>| text.unwrap_or_default();
    Row {
        id: about.id.clone(),
        group: group_of(&about.id),
        title: title(visit, about),
        meaning: in_language(visit, about.meaning),
        value: text(of.and_then(|of| of.value).map(|value| speak::value(about.measured, value))),
        unit: answer.as_ref().map(|answer| speak::unit(visit, about, speak::unit_of(answer))).unwrap_or_default(),
        interval: text(of.and_then(|of| of.interval).map(|span| speak::span(about.measured, span))),
        period: text(of.map(|of| speak::period(visit, &of.period))),
        why: text(of.and_then(|of| of.not_computable.as_ref()).map(|why| speak::why(visit, why))),
        source: text(used.map(|used| source_of(visit, used))),
        source_href: text(used.map(|used| used.address.clone())),
        synthetic: of.is_some_and(|of| of.flags.contains(&"synthetic")),
        answer,
    }
}

/// Dataset and edition in a line.
pub(crate) fn source_of(visit: &Visit, used: &tequio_kernel::indicator::EditionUsed) -> String {
    format!("{} · {}", speak::dataset(visit, used), speak::edition(visit, &used.edition))
}

fn table(visit: &Visit, rows: &[Row]) -> DataTable {
    let columns = [
        Column::text("id"),
        Column::text("title"),
        Column::number("value", "as measured"),
        Column::text("unit"),
        Column::number("low", "as measured"),
        Column::number("high", "as measured"),
        Column::time("period"),
        Column::text("not_computable"),
        Column::text("dataset"),
        Column::text("edition"),
    ];
    let cells = |row: &Row| {
        let of = row.answer.as_ref().map(|answer| &answer.observation);
        let used = of.and_then(|of| of.editions.first());
        let interval = of.and_then(|of| of.interval);
        [
            json!(row.id),
            json!(row.title),
            json!(of.and_then(|of| of.value)),
            json!(row.unit),
            json!(interval.map(|span| span.low)),
            json!(interval.map(|span| span.high)),
            json!(of.map(|of| &of.period)),
            json!(of.and_then(|of| of.not_computable.as_ref()).map(|why| why.code)),
            json!(used.map(|used| &used.dataset)),
            json!(used.map(|used| &used.edition)),
        ]
    };
    DataTable::new("indicators", visit.t("indicators-title"), columns, rows.iter().map(cells))
}

/// Title of an indicator in the language of the reader.
pub(crate) fn title(visit: &Visit, about: &IndicatorAbout) -> String {
    choose(visit, &about.title.0, &about.title.1).to_owned()
}

/// A text in the language of the reader.
pub(crate) fn in_language(visit: &Visit, text: Text) -> &'static str {
    choose(visit, text.es, text.en)
}

/// The text of two that is in the language of the reader.
pub(crate) fn choose<'a>(visit: &Visit, es: &'a str, en: &'a str) -> &'a str {
    match visit.language {
        Language::Spanish => es,
        Language::English => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_group_has_indicators() {
        let used: BTreeSet<&str> = indicators().iter().map(|indicator| group_of(&indicator.about().id)).collect();
        assert_eq!(used, BTreeSet::from(GROUPS));
        assert_eq!(
            (group_of("homicide-rate-deaths"), group_of("kidnapping-rate-case-files")),
            ("homicide", "offences")
        );
    }
}
