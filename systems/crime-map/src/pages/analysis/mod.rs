//! `/analysis`: a form, a map in classes, its table, and in plain words what the colours mean and what they do not.
//! Every figure is that of the API: the page asks the same workbench.

mod charts;
mod form;
pub(in crate::pages) mod job;
pub(in crate::pages) mod map;
pub(in crate::pages) mod table;

use crate::analysis::{Outcome, PATIENCE, Report, Request, Workbench, analyses};
use crate::jobs::{self, Job};
use crate::library::Library;
use crate::pages::ask::{Kept, Pairs, blocking, source_of};
use askama::Template;
use axum::extract::State;
use charts::{Bands, Curve};
use form::Form;
use job::JobView;
pub(crate) use job::cancel;
use std::sync::Arc;
use table::TableView;
use tequio_frame::address::encode;
use tequio_frame::chart::Legend;
use tequio_frame::{Language, Page, Problem, ProblemCode, Visit};

/// Name of the analysis in the address.
const NAME: &str = "analysis";
/// Remarks that stand above the map: what was found, and what it does not say.
const LEADING: usize = 2;

#[derive(Template)]
#[template(path = "analysis.html")]
struct AnalysisPage<'a> {
    v: &'a Visit,
    form: Form,
    title: String,
    /// Why there is no answer, and the language of these words.
    refusal: Option<(Language, String)>,
    found: Option<Found>,
    /// The computation, while it lasts or where it was given up.
    job: Option<JobView>,
}

/// An answer, ready for its template.
struct Found {
    /// What was found and what it does not say.
    leading: Vec<String>,
    remarks: Vec<String>,
    map: Option<map::MapView>,
    legend: Option<Legend>,
    curve: Option<Curve>,
    bands: Option<Bands>,
    table: TableView,
    more: Vec<TableView>,
    /// Method, reference, choices, editions: name and value.
    computing: Vec<(String, String)>,
    json: String,
    geojson: String,
}

/// `GET /analysis`.
pub(crate) async fn page(
    State(workbench): State<Arc<Workbench>>,
    visit: Visit,
    mut pairs: Pairs,
) -> Result<Page, Problem> {
    let ticket = pairs.take(job::NAME);
    let request = read(&mut pairs)?;
    let open = ticket.and_then(|id| workbench.jobs().job(&id)).filter(|job| job.state != jobs::State::Done);
    let outcome = match open {
        Some(Job { state: jobs::State::Failed(problem), .. }) => Err(problem),
        Some(job) => Ok(Outcome::Job(job)),
        None => workbench.answer(request.clone(), PATIENCE, |settled| download(settled, None)).await,
    };
    blocking(workbench, move |workbench| render(workbench, &visit, &request, outcome)).await
}

fn render(
    workbench: &Workbench,
    visit: &Visit,
    request: &Request,
    outcome: Result<Outcome, Problem>,
) -> Result<Page, Problem> {
    let library = workbench.library();
    let outcome = told(outcome)?;
    let edition = library.open(request.query.dataset.as_deref(), request.query.edition.as_deref())?;
    let title = visit.t(&format!("analysis-{}", request.analysis.about().id));
    let form = Form::of(library, visit, &edition, request)?;
    let mut page = AnalysisPage { v: visit, form, title, refusal: None, found: None, job: None };
    match &outcome {
        Told::Answer(report) => page.found = Some(found(library, visit, request, report)),
        Told::Job(job) => page.job = Some(JobView::of(visit, request, job)),
        Told::Refusal(problem) => {
            page.refusal = problem.told(visit.language).map(|(language, text)| (language, text.to_owned()))
        }
    }
    let rendered = Page::render(&page.title, visit.t("analysis-lead"), &page)?.with_source(source_of(&edition));
    match outcome {
        Told::Answer(report) => Ok(with_data(rendered, library, visit, &report, &page.title)),
        Told::Job(_) => Ok(match page.job.as_ref().and_then(JobView::next) {
            Some(next) => rendered.followed_by(next),
            None => rendered,
        }),
        Told::Refusal(_) => Ok(rendered),
    }
}

/// The answer as tables and a map that programs read.
fn with_data(page: Page, library: &Library, visit: &Visit, report: &Arc<Report>, title: &str) -> Page {
    let mut table = report.table.clone();
    table.title = title.to_owned();
    let text = report.remarks.first().map(|remark| remark.text(visit.language)).unwrap_or_default();
    let figure = (!report.spots.is_empty()).then(|| map::figure(library, visit, report, title, text));
    let curve = Curve::of(visit, report).map(|curve| curve.figure(text));
    page.with_table(table).with_tables(report.more.clone()).with_figures(figure.into_iter().chain(curve))
}

/// The question of an address; choices that belong to another analysis, and places where this one has none, are what the
/// form had before.
fn read(pairs: &mut Pairs) -> Result<Request, Problem> {
    let name = pairs.take(NAME);
    let chosen = analyses().into_iter().find(|known| name.as_deref().is_none_or(|name| known.about().id == name));
    let unknown = || Problem::with(ProblemCode::NotFound, "there is no such analysis: /api/v1/analysis lists them");
    let analysis = chosen.ok_or_else(unknown)?;
    let own = |name: &str| analysis.about().parameters.iter().any(|parameter| parameter.name == name);
    let of_another = |name: &str| {
        analyses().into_iter().any(|known| known.about().parameters.iter().any(|parameter| parameter.name == name))
    };
    let unasked = |name: &str| name == "by" && !analysis.is_of_places();
    pairs.0.retain(|(name, _)| own(name) || !(of_another(name) || unasked(name)));
    Ok(Request::parse(analysis, std::mem::take(&mut pairs.0))?)
}

/// What the page tells.
enum Told {
    Answer(Arc<Report>),
    Job(Job),
    /// Why there is no answer.
    Refusal(Problem),
}

/// What has no answer in these data, or is not public, is said on the page, with the form to ask otherwise.
fn told(outcome: Result<Outcome, Problem>) -> Result<Told, Problem> {
    const TOLD: [ProblemCode; 3] = [ProblemCode::Unprocessable, ProblemCode::Forbidden, ProblemCode::TooLarge];
    match outcome {
        Ok(Outcome::Answer(report)) => Ok(Told::Answer(report)),
        Ok(Outcome::Job(job)) => Ok(Told::Job(job)),
        Err(problem) if TOLD.contains(&problem.code) => Ok(Told::Refusal(problem)),
        Err(problem) => Err(problem),
    }
}

fn found(library: &Library, visit: &Visit, request: &Request, report: &Report) -> Found {
    let texts: Vec<String> = report.remarks.iter().map(|remark| remark.text(visit.language).to_owned()).collect();
    let (leading, remarks) = texts.split_at(texts.len().min(LEADING));
    let kept = Kept::of(&request.query);
    Found {
        leading: leading.to_vec(),
        remarks: remarks.to_vec(),
        map: map::MapView::of(visit, report, &kept),
        curve: Curve::of(visit, report),
        bands: Bands::of(report),
        legend: (!report.spots.is_empty()).then(|| map::legend(visit, report)),
        table: TableView::of(library, visit, report, &report.table, &kept),
        more: report.more.iter().map(|table| TableView::of(library, visit, report, table, &kept)).collect(),
        computing: computing(visit, report),
        json: download(request, Some("json")),
        geojson: if report.spots.is_empty() { String::new() } else { download(request, Some("geojson")) },
    }
}

fn download(request: &Request, format: Option<&str>) -> String {
    let suffix = format.map(|format| format!(".{format}")).unwrap_or_default();
    format!("/api/v1/analysis/{}{suffix}?{}", request.analysis.about().id, encode(&request.pairs()))
}

/// How it was computed.
fn computing(visit: &Visit, report: &Report) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let layers: Vec<String> = report.layers.iter().map(ToString::to_string).collect();
    let fixed = [
        (visit.t("analysis-method"), report.about.method.to_owned()),
        (visit.t("analysis-reference"), report.about.reference.to_owned()),
        (visit.t("analysis-edition"), format!("{} {}", report.manifest.dataset, report.manifest.edition)),
        (visit.t("analysis-layers"), layers.join(", ")),
        (visit.t("analysis-version"), env!("CARGO_PKG_VERSION").to_owned()),
    ];
    let of = |(name, value): &(&'static str, serde_json::Value)| {
        (visit.t_or(&format!("analysis-choice-{name}"), name), text(value))
    };
    let chosen = report.parameters.iter().map(of);
    fixed.into_iter().filter(|(_, value)| !value.is_empty()).chain(chosen).collect()
}
