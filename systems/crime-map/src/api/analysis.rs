//! `GET /api/v1/analysis`: spatial statistics of what may be counted.

use crate::analysis::{Outcome, PATIENCE, Report, Request, Workbench, analyses, analysis as named};
use crate::api::caching::Freshness;
use crate::api::dto::CrimeMapFilters;
use crate::api::dto_analysis::{
    CrimeMapAnalyses, CrimeMapAnalysisAbout, CrimeMapAnalysisChoices, CrimeMapAnalysisGeoJson, CrimeMapAnalysisReport,
};
use crate::api::dto_jobs::CrimeMapJob;
use crate::api::jobs::{self, PREFERENCE_APPLIED, RESPOND_ASYNC};
use crate::api::refusals::{OfAnalysis, OfList};
use crate::pages::{Pairs, blocking};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::Response;
use std::sync::Arc;
use std::time::Duration;
use tequio_frame::address::encode;
use tequio_frame::form::json;
use tequio_frame::{Asker, Form, Problem, ProblemCode};

/// Lists the analyses.
///
/// Each with its method, where the method is from, and what may be chosen.
#[utoipa::path(
    get,
    path = "/api/v1/analysis",
    operation_id = "crime_map_analyses",
    tag = "crime-map",
    responses((status = 200, description = "The analyses", body = CrimeMapAnalyses), OfList)
)]
pub(super) async fn list(headers: HeaderMap, mut pairs: Pairs) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json])?;
    pairs.refuse_rest("this list takes no parameters")?;
    let list = CrimeMapAnalyses {
        analyses: analyses().into_iter().map(|known| CrimeMapAnalysisAbout::of(known.about())).collect(),
    };
    Ok(form.send_tagged(json(&list)?, "analyses"))
}

/// Computes an analysis.
///
/// The filters are those of a count; `by` names the places of one layer or the cells of one zoom. The figures rest on
/// what the public may count, and on nothing else. Every answer says its method, where that is from, every parameter,
/// the seed, the editions, and in words what it means and what it does not.
///
/// What takes longer than about two seconds is answered with 202 and a job, or at once with `Prefer: respond-async`
/// (RFC 7240): ask the job until it is done, then this address again. Whoever asks the same shares one computation, and has
/// a job of his own, of which there are 32 for one question; the answer is held for them, for 15 seconds at least.
/// HEAD computes nothing, and tells the length only of an answer that is kept.
///
/// One address may have a third of what is computed and held at a time, and the last third is for those who have nothing of
/// it; whoever asks for more is told 429.
#[utoipa::path(
    get,
    path = "/api/v1/analysis/{analysis}",
    operation_id = "crime_map_analysis",
    tag = "crime-map",
    params(
        ("analysis" = String, Path, description = "Name of the analysis", example = "hotspots"),
        ("dataset" = Option<String>, Query, description = "Dataset; the default one when it is not given"),
        ("by" = Option<String>, Query, description = "place:LAYER or cell:ZOOM; else the largest places below what is asked about; `near-repeat` has none", example = "place:states"),
        ("format" = Option<String>, Query, description = "`json`, `csv` or `geojson`, also as a suffix of the path; else the `Accept` header decides"),
        CrimeMapFilters,
        CrimeMapAnalysisChoices,
    ),
    responses(
        (status = 200, description = "What was found", content((CrimeMapAnalysisReport = "application/json"), (String = "text/csv"), (CrimeMapAnalysisGeoJson = "application/geo+json"))),
        (status = 202, description = "It is being computed", body = CrimeMapJob, headers(
            ("Location" = String, description = "Address of the job"),
            ("Retry-After" = u32, description = "Seconds after which to look again"),
            ("Preference-Applied" = String, description = "`respond-async` where that was preferred"),
        )),
        OfAnalysis,
    )
)]
pub(super) async fn analysis(
    State(workbench): State<Arc<Workbench>>,
    Path(name): Path<String>,
    method: Method,
    asker: Asker,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json, Form::Csv, Form::GeoJson])?;
    let Some(analysis) = named(&name) else {
        return Err(Problem::with(
            ProblemCode::NotFound,
            format!("`{name}` is no analysis: /api/v1/analysis lists them"),
        ));
    };
    let request = Request::parse(analysis, pairs.0)?;
    match method {
        Method::HEAD => look(workbench, request, &headers, form).await,
        _ => answer(workbench, asker, request, &headers, form).await,
    }
}

/// What is known of the answer without computing it.
async fn look(
    workbench: Arc<Workbench>,
    request: Request,
    headers: &HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let (freshness, request) = fresh(&workbench, request, form).await?;
    if let Some(known) = freshness.known(headers) {
        return Ok(known);
    }
    match workbench.kept(request).await? {
        Some(report) => sent(freshness, report, form).await,
        None => {
            let mut response = form.send(String::new(), "analysis");
            // Nobody knows yet how long it will be, so nothing says that it is empty.
            *response.body_mut() = Body::from_stream(Body::empty().into_data_stream());
            Ok(freshness.on(response))
        }
    }
}

async fn answer(
    workbench: Arc<Workbench>,
    asker: Asker,
    request: Request,
    headers: &HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let (freshness, request) = fresh(&workbench, request, form).await?;
    if let Some(known) = freshness.known(headers) {
        return Ok(known);
    }
    let name = request.analysis.about().id;
    let result =
        move |settled: &Request| format!("/api/v1/analysis/{name}?{}{}", encode(&settled.pairs()), suffix(form));
    let is_async = prefers_async(headers);
    let patience = if is_async { Duration::ZERO } else { PATIENCE };
    match workbench.answer(asker, request, patience, result).await? {
        Outcome::Answer(report) => sent(freshness, report, form).await,
        Outcome::Job(job) => {
            let mut response = jobs::accepted(&job)?;
            if is_async {
                response.headers_mut().insert(PREFERENCE_APPLIED, HeaderValue::from_static(RESPOND_ASYNC));
            }
            Ok(response)
        }
    }
}

async fn sent(freshness: Freshness, report: Arc<Report>, form: Form) -> Result<Response, Problem> {
    blocking(report, move |report| {
        let file = format!("{}-{}-{}", report.about.id, report.manifest.dataset, report.manifest.edition);
        Ok(freshness.on(form.send(written(report, form)?, &file)))
    })
    .await
}

/// How fresh an answer would be, and its question.
async fn fresh(workbench: &Arc<Workbench>, request: Request, form: Form) -> Result<(Freshness, Request), Problem> {
    blocking(workbench.clone(), move |workbench| Ok((freshness(workbench, &request, form)?, request))).await
}

fn freshness(workbench: &Workbench, request: &Request, form: Form) -> Result<Freshness, Problem> {
    let (library, query) = (workbench.library(), &request.query);
    let manifest = library.manifest(query.dataset.as_deref(), query.edition.as_deref())?;
    let depends = (form, request.analysis.about().id, request.pairs());
    Ok(Freshness::of(&manifest, &library.layer_ids(), query, &depends))
}

/// JSON is what an address gives that names no form.
fn suffix(form: Form) -> String {
    if form == Form::Json { String::new() } else { format!("&format={}", form.name()) }
}

/// Whether the asker would rather have a job than wait (RFC 7240, 4.1).
fn prefers_async(headers: &HeaderMap) -> bool {
    let texts = headers.get_all("prefer").iter().filter_map(|text| text.to_str().ok());
    let mut preferences = texts.flat_map(|text| text.split(','));
    preferences.any(|text| text.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(RESPOND_ASYNC)))
}

fn written(report: &Report, form: Form) -> Result<String, Problem> {
    match form {
        Form::Json => Ok(report.to_json().to_string()),
        Form::Csv => Ok(report.to_csv()),
        Form::GeoJson => report.to_geojson(),
    }
}
