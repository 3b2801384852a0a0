//! `/analysis`: a form, a map in classes, its table, and in plain words what the colours mean and what they do not.
//! Every figure is that of the API: the page asks the same workbench.

mod charts;
mod form;
pub(in crate::pages) mod job;
pub(in crate::pages) mod map;
pub(in crate::pages) mod table;

use crate::analysis::{Analysis, Outcome, PATIENCE, Report, Request, Workbench, analyses, analysis};
use crate::jobs::{self, Job};
use crate::library::{Library, OpenEdition};
use crate::pages::ask::{Kept, Pairs, blocking, open_for_form, source_of};
use crate::pages::called::code_places;
use crate::pages::explore::{periods_in_words, place_name};
use crate::pages::faults::{Faults, FormAt};
use crate::pages::levels::layer_name;
use crate::pages::place::layer_kind;
use crate::pages::sentence::question_in_words;
use crate::pages::span::Span;
use crate::spoken::localised;
use askama::Template;
use axum::extract::State;
use axum::http::Method;
use charts::{Bands, Curve};
use form::Form;
use job::JobView;
pub(crate) use job::cancel;
use serde_json::Value;
use std::sync::Arc;
use table::TableView;
use tequio_access::Note;
use tequio_frame::address::encode;
use tequio_frame::chart::Legend;
use tequio_frame::page::NextPage;
use tequio_frame::{Asker, Language, Page, Problem, ProblemCode, Visit};
use tequio_kernel::LayerId;

/// Name of the analysis in the address.
const NAME: &str = "analysis";
/// The form; beside its own fields it has one for every choice of the analysis.
const FORM: FormAt = FormAt { page: "/analysis", prefix: "a", has: |name| FIELDS.contains(&name) || is_choice(name) };
const FIELDS: [&str; 5] = ["dataset", "by", "offence", "period", "place"];

#[derive(Template)]
#[template(path = "analysis.html")]
struct AnalysisPage<'a> {
    v: &'a Visit,
    form: Form,
    faults: Faults,
    title: String,
    refusal: Option<Refusal>,
    found: Option<Found>,
    /// The computation, while it lasts or where it was given up.
    job: Option<JobView>,
}

/// Why there is no answer, or none yet.
struct Refusal {
    title: String,
    text: String,
    /// Language of that text.
    language: Language,
    /// Words and address of what to ask instead, or again.
    instead: Option<(String, String)>,
}

/// An answer, ready for its template.
struct Found {
    /// The question in words.
    sentence: String,
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

/// A question, and what is wrong with it.
struct Asked {
    request: Request,
    faults: Faults,
}

/// `GET /analysis`.
pub(crate) async fn page(
    State(workbench): State<Arc<Workbench>>,
    visit: Visit,
    method: Method,
    asker: Asker,
    mut pairs: Pairs,
) -> Result<Page, Problem> {
    let ticket = pairs.take(job::NAME);
    let asked = read(&workbench, &visit, pairs).await?;
    let outcome = match asked.faults.is_empty() {
        true => match answer(&workbench, asker, &method, &asked.request, ticket).await.transpose() {
            None => return Ok(unbegun(&asked.request)),
            outcome => outcome,
        },
        false => None,
    };
    blocking(workbench, move |workbench| render(workbench, &visit, asked, outcome)).await
}

/// The answer, or what the job that the address names says; nothing where it would have to be begun for the head alone.
async fn answer(
    workbench: &Arc<Workbench>,
    asker: Asker,
    method: &Method,
    request: &Request,
    ticket: Option<String>,
) -> Result<Option<Outcome>, Problem> {
    let job = match ticket {
        Some(id) => workbench.job(id, request.clone()).await?,
        None => None,
    };
    match job.filter(|job| job.state != jobs::State::Done) {
        Some(Job { state: jobs::State::Failed(problem), .. }) => Err(problem),
        Some(job) => Ok(Some(Outcome::Job(job))),
        None if method == Method::HEAD => Ok(workbench.kept(request.clone()).await?.map(Outcome::Answer)),
        None => workbench.answer(asker, request.clone(), PATIENCE, |settled| download(settled, None)).await.map(Some),
    }
}

/// The page of which nobody will see more than the head: it is not finished, and has no data.
fn unbegun(request: &Request) -> Page {
    let href = format!("/analysis?{}", job::question(request));
    Page::default().followed_by(NextPage { after_s: job::AGAIN_S, href })
}

fn render(
    workbench: &Workbench,
    visit: &Visit,
    asked: Asked,
    outcome: Option<Result<Outcome, Problem>>,
) -> Result<Page, Problem> {
    let library = workbench.library();
    let Asked { request, mut faults } = asked;
    let told = outcome.and_then(|outcome| told(outcome, &mut faults).transpose()).transpose()?;
    let edition = open_for_form(library, &request.query)?;
    let title = visit.t(&format!("analysis-{}", request.analysis.about().id));
    let form = Form::of(library, visit, &edition, &request, &faults)?;
    let refused = match &told {
        Some(Told::Refusal(problem)) => Some(problem.clone()),
        _ => faults.problem(),
    };
    let mut page = AnalysisPage { v: visit, form, faults, title, refusal: None, found: None, job: None };
    match &told {
        Some(Told::Answer(report)) => page.found = Some(found(library, visit, &edition, &request, report)),
        Some(Told::Job(job)) => page.job = Some(JobView::of(visit, &request, job)),
        Some(Told::Refusal(problem)) => {
            page.refusal = Some(Refusal::of(library, visit, &request, problem, &page.faults));
        }
        None => {}
    }
    let rendered = Page::render(&page.title, visit.t("analysis-lead"), &page)?.with_source(source_of(&edition));
    let next = page.job.as_ref().and_then(JobView::next);
    let rendered = next.into_iter().fold(rendered.refused(refused), Page::followed_by);
    Ok(match told {
        Some(Told::Answer(report)) => with_data(rendered, library, visit, &report, &page.title),
        _ => rendered,
    })
}

impl Refusal {
    fn of(library: &Library, visit: &Visit, request: &Request, problem: &Problem, faults: &Faults) -> Self {
        let told = problem.told(visit.language).map(|(language, text)| (language, text.to_owned()));
        let (language, text) =
            told.unwrap_or_else(|| (visit.language, visit.t(&format!("problem-{}-title", problem.code.code()))));
        let again = || (visit.t("try-again"), format!("/analysis?{}", job::question(request)));
        let instead = || {
            let words = instead_in_words(library, visit, &problem.instead);
            let words = visit.say("analysis-instead", &[("what", words.into())]);
            (!problem.instead.is_empty()).then(|| (words, faults.address_instead(&problem.instead)))
        };
        match BUSY.contains(&problem.code) {
            true => Self { title: visit.t("analysis-busy"), text, language, instead: Some(again()) },
            false => Self { title: visit.t("analysis-none"), text, language, instead: instead() },
        }
    }
}

/// `Distances (metres): 0, 200 · Days: 0, 7`; a place by its name and kind.
fn instead_in_words(library: &Library, visit: &Visit, instead: &[(&str, String)]) -> String {
    let named = |value: &str| {
        let place = value.parse().ok()?;
        let (layer, _) = library.place(&place)?;
        Some(format!("{} ({})", place_name(library, &place), layer_kind(visit, &layer)))
    };
    let words = |(name, value): &(&str, String)| match named(value) {
        _ if value.is_empty() => visit.say("analysis-without", &[("what", visit.t(&format!("field-{name}")).into())]),
        Some(place) if *name == "place" => place,
        _ => format!("{}: {}", visit.t(&format!("analysis-choice-{name}")), value.replace(',', ", ")),
    };
    instead.iter().map(words).collect::<Vec<_>>().join(" · ")
}

/// The answer as tables and a map that programs read.
fn with_data(page: Page, library: &Library, visit: &Visit, report: &Arc<Report>, title: &str) -> Page {
    let mut table = report.table.clone();
    table.title = title.to_owned();
    let text = report.remarks.first().map(|remark| remark.text(visit.language)).unwrap_or_default();
    let figure = (!report.spots.is_empty()).then(|| map::figure(library, visit, report, title, text));
    let curve = Curve::of(visit, report).map(|curve| curve.figure(text));
    let mut more = report.more.clone();
    more.iter_mut().for_each(|table| table.title = visit.t(&format!("analysis-table-{}", table.id)));
    page.with_table(table).with_tables(more).with_figures(figure.into_iter().chain(curve))
}

/// The question of an address; choices that belong to another analysis, and places where this one has none, are what the
/// form had before.
async fn read(workbench: &Arc<Workbench>, visit: &Visit, pairs: Pairs) -> Result<Asked, Problem> {
    let visit = visit.clone();
    blocking(workbench.clone(), move |workbench| Asked::read(workbench.library(), &visit, pairs)).await
}

impl Asked {
    fn read(library: &Library, visit: &Visit, mut pairs: Pairs) -> Result<Self, Problem> {
        let mut faults = Faults::of(&FORM, &pairs);
        let analysis = chosen(pairs.take(NAME), &mut faults);
        let own = |name: &str| analysis.about().parameters.iter().any(|parameter| parameter.name == name);
        let unasked = |name: &str| name == "by" && !analysis.is_of_places();
        pairs.0.retain(|(name, _)| own(name) || !(is_choice(name) || unasked(name)));
        code_places(library, visit, &mut pairs, &mut faults)?;
        let (choices, filters): (Vec<_>, Vec<_>) = pairs.0.into_iter().partition(|(name, _)| own(name));
        let query = faults.query(&Pairs(filters));
        let (request, refused) = Request::of_form(analysis, query, choices);
        refused.into_iter().try_for_each(|error| faults.refuse(error.into(), &[]))?;
        Ok(Self { request, faults })
    }
}

/// The analysis of a name: the first where there is no such one, which is a fault.
fn chosen(name: Option<String>, faults: &mut Faults) -> &'static dyn Analysis {
    let [first, ..] = analyses();
    let Some(name) = name else { return first };
    analysis(&name).unwrap_or_else(|| {
        let words = localised("refusal-no-analysis", &[("text", name.into())]);
        let problem = Problem::with(ProblemCode::NotFound, "there is no such analysis: /api/v1/analysis lists them");
        faults.add(NAME, problem.told_as(words));
        first
    })
}

/// True for a choice of any analysis.
fn is_choice(name: &str) -> bool {
    analyses().into_iter().any(|known| known.about().parameters.iter().any(|parameter| parameter.name == name))
}

/// What the page tells.
enum Told {
    Answer(Arc<Report>),
    Job(Job),
    /// Why there is no answer.
    Refusal(Problem),
}

/// There is an answer, but no room to compute it at this moment.
const BUSY: [ProblemCode; 2] = [ProblemCode::Unavailable, ProblemCode::TooMany];

/// What has no answer in these data, is not public, or has to wait, is said on the page, with the form to ask otherwise;
/// what cannot be read or is not there is a fault of the form.
fn told(outcome: Result<Outcome, Problem>, faults: &mut Faults) -> Result<Option<Told>, Problem> {
    const TOLD: [ProblemCode; 3] = [ProblemCode::Unprocessable, ProblemCode::Forbidden, ProblemCode::TooLarge];
    Ok(match outcome {
        Ok(Outcome::Answer(report)) => Some(Told::Answer(report)),
        Ok(Outcome::Job(job)) => Some(Told::Job(job)),
        Err(problem) if TOLD.contains(&problem.code) || BUSY.contains(&problem.code) => Some(Told::Refusal(problem)),
        Err(problem) => {
            faults.refuse(problem, &[])?;
            None
        }
    })
}

fn found(library: &Library, visit: &Visit, edition: &OpenEdition, request: &Request, report: &Report) -> Found {
    let (leading, remarks) = report.told(visit.language);
    let kept = Kept::of(&request.query);
    Found {
        sentence: sentence(library, visit, edition, report),
        leading,
        remarks,
        map: map::MapView::of(library, visit, report, &kept),
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

/// What was asked, and of a change which periods are compared.
fn sentence(library: &Library, visit: &Visit, edition: &OpenEdition, report: &Report) -> String {
    let left_out = report.remarks.iter().any(|remark| remark.code == Note::SensitiveLeftOut.code());
    let span = Span::of(&edition.manifest);
    let asked = question_in_words(library, visit, edition, &report.query, &span, left_out);
    std::iter::once(asked).chain(periods_in_words(visit, report)).collect::<Vec<_>>().join(" ")
}

fn download(request: &Request, format: Option<&str>) -> String {
    let suffix = format.map(|format| format!(".{format}")).unwrap_or_default();
    format!("/api/v1/analysis/{}{suffix}?{}", request.analysis.about().id, encode(&request.pairs()))
}

/// How it was computed.
fn computing(visit: &Visit, report: &Report) -> Vec<(String, String)> {
    let id = report.about.id;
    let layer = |layer: &LayerId| format!("{} ({})", layer_name(visit, &layer.name), layer.edition);
    let fixed = [
        (visit.t("analysis-method"), visit.t_or(&format!("analysis-method-{id}"), report.about.method)),
        (visit.t("analysis-reference"), report.about.reference.to_owned()),
        (visit.t("analysis-edition"), format!("{} {}", report.manifest.dataset, report.manifest.edition)),
        (visit.t("analysis-layers"), report.layers.iter().map(layer).collect::<Vec<_>>().join(", ")),
        (visit.t("analysis-version"), env!("CARGO_PKG_VERSION").to_owned()),
    ];
    let of = |(name, value): &(&'static str, Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (visit.t_or(&format!("analysis-choice-{name}"), name), visit.t_or(&format!("analysis-value-{text}"), &text))
    };
    let chosen = report.parameters.iter().map(of);
    fixed.into_iter().filter(|(_, value)| !value.is_empty()).chain(chosen).collect()
}
