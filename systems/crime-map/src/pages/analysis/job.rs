//! An analysis that is still being computed: how far it is, and how to give it up. Without scripts the page comes
//! again every two seconds; with them the bar moves, and the answer comes when it is there.

use super::{Asked, NAME as ANALYSIS};
use crate::analysis::{Request, Workbench};
use crate::jobs::{Job, State as JobState};
use crate::pages::Pairs;
use axum::extract::State;
use axum::response::Redirect;
use std::sync::Arc;
use tequio_frame::address::encode;
use tequio_frame::page::NextPage;
use tequio_frame::{Problem, ProblemCode, Visit};

/// Name of a job in the address of the page.
pub(in crate::pages) const NAME: &str = "job";
/// What scripts put the number in place of.
const GAP: &str = "{percent}";
/// After how many seconds the page comes again where no scripts run.
pub(in crate::pages) const AGAIN_S: u32 = 2;

/// What the page shows of a job.
pub(in crate::pages) struct JobView {
    /// Where scripts look.
    pub href: String,
    /// How far it is, 0 to 100.
    pub percent: u32,
    /// The same in words.
    pub said: String,
    /// What scripts say, with a gap for the number.
    pub running: String,
    pub is_cancelled: bool,
    /// The page of the question, without the job.
    pub answer: String,
    /// The same page, looking at this job.
    pub again: String,
    /// Where the form sends that it is given up; none where leaving does that.
    pub cancel: Option<String>,
}

impl JobView {
    pub(super) fn of(visit: &Visit, request: &Request, job: &Job) -> Self {
        let question = question(request);
        let cancel = format!("/analysis/cancel?{question}&{NAME}={}", job.id);
        Self::at(visit, job, format!("/analysis?{question}"), Some(cancel))
    }

    /// On the page `answer`, whose address has a question already.
    pub(in crate::pages) fn at(visit: &Visit, job: &Job, answer: String, cancel: Option<String>) -> Self {
        let percent = (job.progress * 100.0).clamp(0.0, 100.0) as u32;
        let said = match job.state {
            JobState::Queued => visit.t("analysis-job-queued"),
            JobState::Cancelled => visit.t("analysis-job-cancelled"),
            _ => visit.say("analysis-job-running", &[("percent", percent.into())]),
        };
        Self {
            href: format!("/api/v1/jobs/{}", job.id),
            percent,
            said,
            running: visit.say("analysis-job-running", &[("percent", GAP.into())]),
            is_cancelled: job.state == JobState::Cancelled,
            again: format!("{answer}&{NAME}={}", job.id),
            answer,
            cancel,
        }
    }

    /// The page that follows; none follows what was given up.
    pub(in crate::pages) fn next(&self) -> Option<NextPage> {
        (!self.is_cancelled).then(|| NextPage { after_s: AGAIN_S, href: self.again.clone() })
    }
}

pub(super) fn question(request: &Request) -> String {
    let name = (ANALYSIS, request.analysis.about().id.to_owned());
    encode(&std::iter::once(name).chain(request.pairs()).collect::<Vec<_>>())
}

/// `POST /analysis/cancel`: gives a job up and leads back to its page. The name of the job is what nobody else can know, so
/// that no other page can send this.
pub(crate) async fn cancel(
    State(workbench): State<Arc<Workbench>>,
    visit: Visit,
    mut pairs: Pairs,
) -> Result<Redirect, Problem> {
    let none = || Problem::with(ProblemCode::NotFound, "there is no such job, or it ended long ago");
    let id = pairs.take(NAME).ok_or_else(none)?;
    let Asked { request, faults } = super::read(&workbench, &visit, pairs).await?;
    if let Some(problem) = faults.problem() {
        return Err(problem);
    }
    // Its name alone: what it was asked for may mean another edition by now.
    let job = workbench.jobs().job(&id).ok_or_else(none)?;
    // A second press finds it given up already.
    if matches!(job.state, JobState::Queued | JobState::Running) {
        workbench.jobs().cancel(&id);
    }
    Ok(Redirect::to(&format!("/analysis?{}&{NAME}={id}", question(&request))))
}
