//! The shape of a job, for the description of the API.

use crate::jobs::{Job, State};
use serde::Serialize;
use tequio_frame::ProblemBody;
use utoipa::ToSchema;

/// An answer that is being computed.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapJob {
    /// Its name, which nobody else can guess: who knows it may cancel it.
    #[schema(example = "3f2a9c1be0d84d57a6c1f0e9b7d25a40")]
    pub id: String,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    #[schema(example = "running")]
    pub state: &'static str,
    /// Part of the work that is done, from 0 to 1. It goes back where more work turns up.
    #[schema(minimum = 0, maximum = 1)]
    pub progress: f64,
    /// Where to look and where the answer will be.
    pub links: CrimeMapJobLinks,
    /// Why there is no answer, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemBody>,
}

/// Addresses of a job.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapJobLinks {
    /// Of the job.
    #[serde(rename = "self")]
    #[schema(example = "/api/v1/jobs/3f2a9c1be0d84d57a6c1f0e9b7d25a40")]
    pub this: String,
    /// Of the answer, to be asked once the job is done.
    pub result: String,
}

impl CrimeMapJob {
    pub(super) fn of(job: &Job) -> Self {
        let (state, problem) = match &job.state {
            State::Queued => ("queued", None),
            State::Running => ("running", None),
            State::Done => ("done", None),
            State::Failed(problem) => ("failed", Some(problem.shown().body())),
            State::Cancelled => ("cancelled", None),
        };
        let links = CrimeMapJobLinks { this: format!("/api/v1/jobs/{}", job.id), result: job.result.clone() };
        Self { id: job.id.clone(), state, progress: job.progress, links, problem }
    }
}
