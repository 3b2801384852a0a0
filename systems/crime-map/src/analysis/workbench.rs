//! Where the portal's analyses are computed and kept.

use super::refusals::words_of_stopped;
use super::{Report, Request, Settled};
use crate::jobs::{Bounds, Job, Jobs, Means, Waiting};
use crate::library::Library;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tequio_access::Principal;
use tequio_frame::work::blocking;
use tequio_frame::{Asker, Problem, ProblemCode};

/// Most answers that are kept; the one asked for longest ago gives way.
const KEPT_MAX: usize = 64;
/// Most rows of all of them together, some hundred bytes each.
const KEPT_ROWS_MAX: usize = 250_000;
/// How long an asker waits before he gets a job instead.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// Answers by what they depend on, the latest first.
#[derive(Default)]
struct Kept(Mutex<Vec<(String, Arc<Report>)>>);

/// Computes for the public, and keeps what it computed.
pub struct Workbench {
    library: Arc<Library>,
    kept: Arc<Kept>,
    jobs: Arc<Jobs<Arc<Report>>>,
}

/// What an asker gets.
pub enum Outcome {
    /// The answer.
    Answer(Arc<Report>),
    /// It is being computed.
    Job(Job),
}

enum Asked {
    Known(Arc<Report>),
    Waits(Waiting<Arc<Report>>),
}

impl Kept {
    fn find(&self, name: &str) -> Option<Arc<Report>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(known, _)| known == name)?;
        let found = kept.remove(at);
        let report = found.1.clone();
        kept.insert(0, found);
        Some(report)
    }

    fn keep(&self, name: String, report: Arc<Report>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != name);
        kept.insert(0, (name, report));
        let sums = kept.iter().scan(0, |rows, (_, report)| {
            *rows += rows_of(report);
            Some(*rows)
        });
        let within = sums.take_while(|rows| *rows <= KEPT_ROWS_MAX).count();
        // The latest is kept whatever its size: someone comes back for it.
        kept.truncate(within.clamp(1, KEPT_MAX));
    }
}

fn rows_of(report: &Arc<Report>) -> usize {
    report.table.rows().len() + report.more.iter().map(|table| table.rows().len()).sum::<usize>()
}

impl Workbench {
    /// A workbench of a library.
    pub fn new(library: Arc<Library>, means: Means, bounds: Bounds) -> Self {
        Self { library, kept: Arc::default(), jobs: Arc::new(Jobs::new(means, bounds, rows_of)) }
    }

    /// The library.
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// What is being computed.
    pub fn jobs(&self) -> &Arc<Jobs<Arc<Report>>> {
        &self.jobs
    }

    /// The answer for the public, computed once for one state of edition and layers. What takes longer than `patience`
    /// goes on as a job whose answer will be at the address `result` of the question.
    ///
    /// # Errors
    /// As for [`Request::run`]; [`ProblemCode::Unavailable`] when too much is being computed, [`ProblemCode::TooMany`] when it
    /// is for this asker.
    pub async fn answer(
        self: &Arc<Self>,
        asker: Asker,
        request: Request,
        patience: Duration,
        result: impl FnOnce(&Request) -> String,
    ) -> Result<Outcome, Problem> {
        let (asked, settled) = blocking(self.clone(), move |workbench| {
            let settled = Arc::new(request.settled(&workbench.library)?);
            Ok((workbench.ask(asker, &settled)?, settled))
        })
        .await?;
        let waiting = match asked {
            Asked::Known(report) => return Ok(Outcome::Answer(report)),
            Asked::Waits(waiting) => waiting,
        };
        // Patience of zero waits for nothing, not even for what is done at once.
        let answer = match patience.is_zero() {
            true => None,
            false => tokio::time::timeout(patience, waiting.answer()).await.ok(),
        };
        match answer {
            Some(answer) => Ok(Outcome::Answer(answer?)),
            None => Ok(Outcome::Job(waiting.ticket(result(settled.request()))?)),
        }
    }

    /// The answer for the public where it is kept; nothing is begun.
    ///
    /// # Errors
    /// As for [`Request::settled`].
    pub async fn kept(self: &Arc<Self>, request: Request) -> Result<Option<Arc<Report>>, Problem> {
        blocking(self.clone(), move |workbench| {
            let settled = request.settled(&workbench.library)?;
            Ok(workbench.find(&settled.name(&workbench.library.layer_ids())))
        })
        .await
    }

    /// What is known of a job, if it is one for this very question.
    ///
    /// # Errors
    /// As for [`Request::settled`].
    pub async fn job(self: &Arc<Self>, id: String, request: Request) -> Result<Option<Job>, Problem> {
        blocking(self.clone(), move |workbench| {
            let settled = request.settled(&workbench.library)?;
            Ok(workbench.jobs.job_of(&id, &settled.name(&workbench.library.layer_ids())))
        })
        .await
    }

    fn find(&self, name: &str) -> Option<Arc<Report>> {
        self.kept.find(name).or_else(|| self.jobs.held(name))
    }

    fn ask(&self, asker: Asker, settled: &Arc<Settled>) -> Result<Asked, Problem> {
        let name = settled.name(&self.library.layer_ids());
        if let Some(known) = self.find(&name) {
            return Ok(Asked::Known(known));
        }
        let (library, kept, settled, question) =
            (self.library.clone(), self.kept.clone(), settled.clone(), name.clone());
        let waiting = self.jobs.ask(asker, &question, move |watch| {
            // It may have been answered between the look and the question.
            if let Some(known) = kept.find(&name) {
                return Ok(known);
            }
            let report = settled.run(&library, Principal::Public, watch).map_err(|error| match watch.is_stopped() {
                true => Problem::with(ProblemCode::Unavailable, "this was stopped before it was done: ask again")
                    .told_as(words_of_stopped()),
                false => error.into(),
            })?;
            let report = Arc::new(report);
            kept.keep(name, report.clone());
            Ok(report)
        })?;
        Ok(Asked::Waits(waiting))
    }
}
