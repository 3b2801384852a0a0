//! `/api/v1/jobs`: answers that are being computed.

use crate::analysis::Workbench;
use crate::api::dto_jobs::CrimeMapJob;
use crate::api::refusals::OfJob;
use crate::jobs::Job;
use crate::pages::Pairs;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, HeaderName, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;
use tequio_frame::form::json;
use tequio_frame::{Form, Problem, ProblemCode};

/// The preference for a job over waiting (RFC 7240, 4.1), and the header that says it was followed.
pub(super) const RESPOND_ASYNC: &str = "respond-async";
pub(super) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
/// After how many seconds to look at a job again.
const LOOK_AGAIN_S: &str = "1";

/// The answer that it is being computed.
pub(super) fn accepted(job: &Job) -> Result<Response, Problem> {
    let mut response = sent(job)?;
    *response.status_mut() = StatusCode::ACCEPTED;
    let location = HeaderValue::from_str(&format!("/api/v1/jobs/{}", job.id));
    let location = location.map_err(|error| Problem::with(ProblemCode::Internal, error))?;
    response.headers_mut().insert(LOCATION, location);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(LOOK_AGAIN_S));
    Ok(response)
}

fn sent(job: &Job) -> Result<Response, Problem> {
    let mut response = Form::Json.send(json(&CrimeMapJob::of(job))?, "job");
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn none() -> Problem {
    Problem::with(ProblemCode::NotFound, "there is no such job, or it ended long ago: ask the question again")
}

/// Tells how far a job is.
///
/// A job that ended is told of for up to five minutes, where there is room. Once it is done, ask `links.result`: the
/// answer is there as long as the job is.
#[utoipa::path(
    get,
    path = "/api/v1/jobs/{job}",
    operation_id = "crime_map_job",
    tag = "crime-map",
    params(("job" = String, Path, description = "Name of the job")),
    responses((status = 200, description = "How far it is", body = CrimeMapJob), OfJob)
)]
pub(super) async fn job(
    State(workbench): State<Arc<Workbench>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    Form::take(&mut pairs, &headers, &[Form::Json])?;
    pairs.refuse_rest("a job takes no parameters")?;
    sent(&workbench.jobs().job(&id).ok_or_else(none)?)
}

/// Cancels a job.
///
/// Jobs of others for the same question go on: the computation stops when nobody waits for it any more. A job that ended
/// is forgotten.
#[utoipa::path(
    delete,
    path = "/api/v1/jobs/{job}",
    operation_id = "crime_map_job_cancel",
    tag = "crime-map",
    params(("job" = String, Path, description = "Name of the job")),
    responses((status = 204, description = "It is given up"), OfJob)
)]
pub(super) async fn cancel(
    State(workbench): State<Arc<Workbench>>,
    Path(id): Path<String>,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    Form::take(&mut pairs, &HeaderMap::new(), &[Form::Json])?;
    pairs.refuse_rest("a job takes no parameters")?;
    if workbench.jobs().cancel(&id) { Ok(StatusCode::NO_CONTENT.into_response()) } else { Err(none()) }
}
