//! `GET /api/v1/analysis`: spatial statistics of what may be counted.

use crate::analysis::{Report, Request, Workbench, analyses, analysis as named};
use crate::api::caching::{Freshness, pinned};
use crate::api::dto::CrimeMapFilters;
use crate::api::dto_analysis::{
    CrimeMapAnalyses, CrimeMapAnalysisAbout, CrimeMapAnalysisChoices, CrimeMapAnalysisGeoJson, CrimeMapAnalysisReport,
};
use crate::api::refusals::{OfAnalysis, OfList};
use crate::pages::{Pairs, blocking};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;
use tequio_frame::form::json;
use tequio_frame::{Form, Problem, ProblemCode};

/// After how many seconds one who was refused may ask again.
const RETRY_AFTER_S: &str = "5";

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
#[utoipa::path(
    get,
    path = "/api/v1/analysis/{analysis}",
    operation_id = "crime_map_analysis",
    tag = "crime-map",
    params(
        ("analysis" = String, Path, description = "Name of the analysis", example = "hotspots"),
        ("dataset" = Option<String>, Query, description = "Dataset; the default one when it is not given"),
        ("by" = Option<String>, Query, description = "place:LAYER or cell:ZOOM; else the largest places below what is asked about", example = "place:states"),
        ("format" = Option<String>, Query, description = "`json`, `csv` or `geojson`, also as a suffix of the path; else the `Accept` header decides"),
        CrimeMapFilters,
        CrimeMapAnalysisChoices,
    ),
    responses(
        (status = 200, description = "What was found", content((CrimeMapAnalysisReport = "application/json"), (String = "text/csv"), (CrimeMapAnalysisGeoJson = "application/geo+json"))),
        OfAnalysis,
    )
)]
pub(super) async fn analysis(
    State(workbench): State<Arc<Workbench>>,
    Path(name): Path<String>,
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
    let answer = blocking(workbench, move |workbench| answer(workbench, &request, &headers, form)).await;
    match answer {
        Err(problem) if problem.code == ProblemCode::Unavailable => {
            Ok(([(RETRY_AFTER, RETRY_AFTER_S)], problem).into_response())
        }
        answer => answer,
    }
}

fn answer(workbench: &Workbench, request: &Request, headers: &HeaderMap, form: Form) -> Result<Response, Problem> {
    let (library, query, name) = (workbench.library(), &request.query, request.analysis.about().id);
    let manifest = library.manifest(query.dataset.as_deref(), query.edition.as_deref())?;
    let depends = (&form, name, request.pairs());
    Freshness::of(&manifest, &library.layer_ids(), query, &depends).answer(headers, || {
        let report = workbench.answer(&Request { query: pinned(query, &manifest), ..request.clone() })?;
        Ok(form.send(written(&report, form)?, &format!("{name}-{}-{}", manifest.dataset, manifest.edition)))
    })
}

fn written(report: &Report, form: Form) -> Result<String, Problem> {
    match form {
        Form::Json => Ok(report.to_json().to_string()),
        Form::Csv => Ok(report.to_csv()),
        Form::GeoJson => report.to_geojson(),
    }
}
