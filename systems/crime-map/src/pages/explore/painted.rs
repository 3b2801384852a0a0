//! The layer of the map in words: what the colours mean and what they do not, the rows, and why there is none.

use crate::analysis::{Outcome, PATIENCE, Report, Request, Workbench};
use crate::jobs::{Job, State as JobState};
use crate::pages::analysis::job::{AGAIN_S, JobView};
use crate::pages::analysis::map::{figure, label_of, legend, limits_of, paint_of};
use crate::pages::analysis::table::TableView;
use crate::pages::explore::layer::{MapLayer, Unasked};
use crate::pages::explore::state::State;
use crate::pages::explore::{Asked, Choice};
use crate::pages::levels::ShownLevel;
use crate::pages::span::period_in_words;
use axum::http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use tequio_frame::address::encode;
use tequio_frame::chart::Legend;
use tequio_frame::chart::mark::{CLASS, Mark};
use tequio_frame::page::NextPage;
use tequio_frame::{Asker, DataTable, Figure, Language, Problem, ProblemCode, Visit, format};
use tequio_kernel::{Dimension, Period};

/// Identifier of the rows among the tables of the page.
const SHEET: &str = "layer";

/// A layer, ready for its template.
pub(crate) struct Painted {
    pub title: String,
    /// What the colours mean, and what they do not.
    pub leading: Vec<String>,
    pub remarks: Vec<String>,
    pub legend: Option<Legend>,
    pub tables: Vec<TableView>,
    pub refusal: Option<Refusal>,
    pub csv: String,
    pub geojson: String,
    pub page: String,
    /// What the map needs to paint it; null where there is nothing to paint.
    pub settings: Value,
    /// Set while it is being computed.
    pub job: Option<JobView>,
    /// The page that comes by itself while there is no answer yet.
    next: Option<NextPage>,
    report: Option<Arc<Report>>,
}

/// What is known of a layer before the page is made: its question and the answer, or why it is not asked.
pub(super) type Said = Result<(Request, Result<Outcome, Problem>), Unasked>;

/// Answers a layer's question, or looks at the job that the address of the page names. None where the map shows counts,
/// and where an answer would have to be begun for whoever asks for the head alone.
pub(super) async fn ask(
    workbench: &Arc<Workbench>,
    asker: Asker,
    method: &Method,
    question: Option<Result<Request, Unasked>>,
    ticket: Option<String>,
) -> Option<Said> {
    let request = match question? {
        Ok(request) => request,
        Err(unasked) => return Some(Err(unasked)),
    };
    let job = match ticket {
        Some(id) => workbench.job(id, request.clone()).await,
        None => Ok(None),
    };
    let outcome = match job.unwrap_or_default() {
        Some(Job { state: JobState::Failed(problem), .. }) => Err(problem),
        Some(job @ Job { state: JobState::Queued | JobState::Running, .. }) => Ok(Outcome::Job(job)),
        _ if method == Method::HEAD => match workbench.kept(request.clone()).await {
            Ok(kept) => Ok(Outcome::Answer(kept?)),
            Err(problem) => Err(problem),
        },
        _ => workbench.answer(asker, request.clone(), PATIENCE, |settled| download(settled, "json")).await,
    };
    Some(Ok((request, outcome)))
}

/// Why there is no layer, and what to do.
pub(crate) struct Refusal {
    pub text: String,
    /// More of the reason, and its language; none where the words say it all.
    pub detail: Option<(Language, String)>,
    /// Words and address of a question that has an answer.
    pub instead: Option<(String, String)>,
}

/// The choices of the control.
pub(super) fn choices(visit: &Visit, state: &State) -> Vec<Choice> {
    let choice = |layer: MapLayer| Choice {
        value: layer.name().to_owned(),
        label: visit.t(&format!("explore-layer-choice-{}", layer.name())),
        chosen: layer == state.layer,
    };
    MapLayer::ALL.into_iter().map(choice).collect()
}

impl Painted {
    /// A layer on the page of this address.
    pub(super) fn of(asked: &Asked<'_>, here: String, said: Said) -> Result<Self, Problem> {
        let (visit, state) = (asked.visit, asked.state);
        let bare = Self::bare(visit, state);
        let (request, outcome) = match said {
            Ok(asked) => asked,
            Err(unasked) => {
                return Ok(Self { refusal: Some(unasked_in_words(visit, state, unasked)), ..bare });
            }
        };
        let page = format!("/analysis?{}", encode(&pairs_of_page(&request)));
        match outcome {
            Ok(Outcome::Answer(report)) => Ok(bare.found(asked, &request, report, page)),
            Ok(Outcome::Job(job)) => {
                let job = JobView::at(visit, &job, here, None);
                Ok(Self { next: job.next(), job: Some(job), page, ..bare })
            }
            Err(problem) => {
                let is_busy = [ProblemCode::Unavailable, ProblemCode::TooMany].contains(&problem.code);
                let next = is_busy.then_some(NextPage { after_s: AGAIN_S, href: here });
                let refusal = refused_in_words(visit, state, problem)?;
                Ok(Self { refusal: Some(refusal), next, page, ..bare })
            }
        }
    }

    /// The page that comes by itself while the layer has no answer yet.
    pub(super) fn next(&self) -> Option<NextPage> {
        self.next.clone()
    }

    fn bare(visit: &Visit, state: &State) -> Self {
        Self {
            title: visit.t(&format!("explore-layer-title-{}", state.layer.name())),
            leading: Vec::new(),
            remarks: Vec::new(),
            legend: None,
            tables: Vec::new(),
            refusal: None,
            csv: String::new(),
            geojson: String::new(),
            page: String::new(),
            settings: Value::Null,
            report: None,
            job: None,
            next: None,
        }
    }

    fn found(self, asked: &Asked<'_>, request: &Request, report: Arc<Report>, page: String) -> Self {
        let visit = asked.visit;
        let (leading, care) = report.told(visit.language);
        let table = |table: &DataTable| TableView::of(asked.library, visit, &report, table, &asked.kept);
        // Clusters and classes come before the places that they are made of.
        let tables = report.more.iter().chain(std::iter::once(&report.table)).map(table).collect();
        Self {
            leading: periods_in_words(visit, &report)
                .into_iter()
                .chain(leading)
                .chain(chance_in_words(visit, &report))
                .collect(),
            remarks: std::iter::once(visit.t("explore-layer-units")).chain(care).collect(),
            legend: Some(legend(visit, &report)),
            tables,
            csv: download(request, "csv"),
            geojson: download(request, "geojson"),
            page,
            settings: settings(visit, &self.title, request, &report),
            report: Some(report),
            ..self
        }
    }

    /// The picture of the layer.
    pub(super) fn figure(&self, asked: &Asked<'_>, text: &str) -> Option<Figure> {
        let report = self.report.as_ref()?;
        Some(figure(asked.library, asked.visit, report, &self.title, text))
    }

    /// The rows for programs.
    pub(super) fn data(&self) -> Option<DataTable> {
        let mut table = self.report.as_ref()?.table.clone();
        (table.id, table.title) = (SHEET.to_owned(), self.title.clone());
        Some(table)
    }
}

/// The page of analyses has its own order of the names.
fn pairs_of_page(request: &Request) -> Vec<(&'static str, String)> {
    std::iter::once(("analysis", request.analysis.about().id.to_owned())).chain(request.pairs()).collect()
}

fn download(request: &Request, format: &str) -> String {
    format!("/api/v1/analysis/{}.{format}?{}", request.analysis.about().id, encode(&request.pairs()))
}

/// What the map asks for and how it paints what comes.
fn settings(visit: &Visit, title: &str, request: &Request, report: &Report) -> Value {
    let level = match report.query.by.first() {
        Some(Dimension::Place(layer)) => format!("places:{layer}"),
        _ => "cells".to_owned(),
    };
    let class = |class: &&'static str| {
        let label = limits_of(visit, report, class).unwrap_or_else(|| label_of(visit, class));
        json!({ "class": class, "paint": paint_of(class).class(), "label": label })
    };
    let line = |(paint, label): &(&str, String)| json!({ "paint": paint, "label": label });
    let number = visit.t("analysis-column-cluster");
    let mark = |mark: &Mark| {
        let label = format!("{number} {}", mark.text);
        json!({ "text": mark.text, "at": [mark.longitude, mark.latitude], "class": CLASS, "label": label })
    };
    json!({
        "address": download(request, "json"),
        "level": level,
        "title": title,
        "classes": report.classes.iter().map(class).collect::<Vec<_>>(),
        "legend": legend(visit, report).items.iter().map(line).collect::<Vec<_>>(),
        "marks": report.marks.iter().map(mark).collect::<Vec<_>>(),
        "words": {
            "computing": visit.t("explore-layer-computing"),
            "failed": visit.t("explore-layer-failed"),
            "density": visit.t("analysis-column-density"),
            "before": visit.t("analysis-column-count-before"),
            "cluster": number,
        },
    })
}

/// Which periods are compared; none where it is one.
pub(in crate::pages) fn periods_in_words(visit: &Visit, report: &Report) -> Option<String> {
    let before = report.chosen("before").and_then(Value::as_str)?;
    let (now, before) = (report.query.filter.period?, before.parse::<Period>().ok()?);
    let args = [("now", period_in_words(visit, now).into()), ("before", period_in_words(visit, before).into())];
    Some(visit.say("explore-layer-periods", &args))
}

/// How many would stand out by chance alone, and how many of the marked ones are to be expected false, at the level that
/// was tested at. None where nothing was tested.
fn chance_in_words(visit: &Visit, report: &Report) -> Option<String> {
    let number = |name: &str| report.fact(name).and_then(Value::as_f64);
    let (tested, marked) = (number("tested")?, number("beyond_chance").filter(|marked| *marked > 0.0)?);
    let chosen = |name: &str| report.chosen(name).and_then(Value::as_f64);
    let (key, level) = match (chosen("fdr"), chosen("confidence")) {
        (Some(rate), _) => ("explore-layer-chance", rate),
        (None, Some(confidence)) => ("explore-layer-chance-confidence", 1.0 - confidence),
        (None, None) => return None,
    };
    let text = |value: f64| format::decimal(value, usize::from(value < 10.0));
    let percent = |share: f64| format::decimal(share * 100.0, 1).trim_end_matches(".0").to_owned();
    let args = [
        ("tested", format::integer(tested as u64).into()),
        ("chance", text(tested * level).into()),
        ("level", percent(level).into()),
        ("confidence", percent(1.0 - level).into()),
        ("marked", format::integer(marked as u64).into()),
        ("expected", text(marked * level).into()),
    ];
    Some(visit.say(key, &args))
}

fn refusal(visit: &Visit, key: &str, instead: Option<(&str, String)>) -> Refusal {
    Refusal { text: visit.t(key), detail: None, instead: instead.map(|(key, href)| (visit.t(key), href)) }
}

fn unasked_in_words(visit: &Visit, state: &State, unasked: Unasked) -> Refusal {
    let at = |level: ShownLevel| state.with(|next| next.level = level);
    let at_places = || {
        state.with(|next| {
            next.level = ShownLevel::Places("municipalities".to_owned());
            next.layer = MapLayer::Hotspots;
        })
    };
    match unasked {
        Unasked::Streets => {
            refusal(visit, "explore-layer-no-streets", Some(("explore-layer-by-cells", at(ShownLevel::Cells))))
        }
        Unasked::Coarse => {
            refusal(visit, "explore-layer-coarse", Some(("explore-layer-by-municipalities", at_places())))
        }
        Unasked::NoIncidents => {
            let counts = state.with(|next| next.layer = MapLayer::Counts);
            refusal(visit, "explore-layer-no-incidents", Some(("explore-layer-by-counts", counts)))
        }
        Unasked::ScanOfAll => {
            let href = state.with(|next| {
                next.level = ShownLevel::Auto;
                let filter = &mut next.query.filter;
                (filter.bbox, filter.polygon, filter.circle) = (None, None, None);
            });
            refusal(visit, "explore-layer-scan-offence", Some(("explore-layer-by-places", href)))
        }
    }
}

/// What has no answer in these data, or is not public, is said in the panel, with a question that has one.
fn refused_in_words(visit: &Visit, state: &State, problem: Problem) -> Result<Refusal, Problem> {
    let counts = || Some(("explore-layer-by-counts", state.with(|next| next.layer = MapLayer::Counts)));
    let detail = problem.told(visit.language).map(|(language, text)| (language, text.to_owned()));
    let told = |key: &str, detail| Refusal { detail, ..refusal(visit, key, counts()) };
    match (problem.code, state.layer) {
        (ProblemCode::Unavailable | ProblemCode::TooMany, _) => {
            let again = Some(("try-again", state.address()));
            Ok(Refusal { detail, ..refusal(visit, "explore-layer-busy", again) })
        }
        (ProblemCode::Unprocessable, MapLayer::Change) => Ok(told("explore-layer-not-compared", detail)),
        (ProblemCode::Forbidden | ProblemCode::TooLarge | ProblemCode::Unprocessable, _) => {
            Ok(told("explore-layer-none", detail))
        }
        _ => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::WORDS;
    use std::collections::BTreeSet;
    use tequio_frame::words::keys;

    #[test]
    fn every_layer_and_every_refusal_has_words() {
        let known: BTreeSet<String> = WORDS.iter().flat_map(|(_, text)| keys(text)).collect();
        let written =
            include_str!("painted.rs").split("\"explore-layer-").skip(1).filter_map(|rest| rest.split('"').next());
        let written = written.filter(|key| !key.is_empty() && !key.contains('{')).map(str::to_owned);
        let choices = MapLayer::ALL.map(|layer| format!("choice-{}", layer.name()));
        let titles = MapLayer::ALL.into_iter().skip(1).map(|layer| format!("title-{}", layer.name()));
        let keys: Vec<String> = written.chain(choices).chain(titles).collect();
        assert!(keys.len() > 20, "this test shows nothing any more");
        for key in keys {
            assert!(known.contains(&format!("explore-layer-{key}")), "{key}");
        }
    }
}
