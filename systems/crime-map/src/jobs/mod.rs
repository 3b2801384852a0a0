//! Long computations beside the questions that are answered at once.
//!
//! Whoever asks waits at first ([`Waiting`]); who will not wait longer takes a ticket ([`Job`]) and looks again. Those who
//! ask the same share one computation, and each has a ticket of his own: giving one up touches nobody else's, and what
//! nobody waits for any more is stopped. All of it is bounded: how many are computed, on how many threads, how long, how
//! many wait, how many tickets there are, how many of one computation, how much their answers may take, how long they are
//! remembered, and how long one is kept that nobody looks at. Who was given a ticket finds its answer for long enough to
//! fetch it, whatever others ask, and longer where there is room.
//!
//! Of all that is bounded one asker ([`Asker`]) has a share and no more, and the last share is for those who have
//! nothing: one of whom nothing is open can begin a computation as long as fewer askers are there than one share has
//! places. A place counts for the asker who took it, whoever else came to wait for the same. Whose turn it is goes round
//! among the askers, and the last free place to compute is for one of whom nothing is being computed.
//!
//! Every computation has a few threads of its own, so that none waits behind another's and questions that are
//! answered at once keep theirs. There is no clock and no randomness here: the program above gives them.

mod bench;
mod bounds;

use crate::spoken::localised;
use bench::{Bench, Standing, Ticket};
pub use bounds::Bounds;
use rayon::ThreadPoolBuilder;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tequio_frame::{Asker, Problem, ProblemCode};
pub use tequio_methods::progress::Watch;
use tokio::sync::watch;

/// What the program above gives.
#[derive(Clone, Copy)]
pub struct Means {
    /// Time since some moment in the past, never running backwards.
    pub clock: fn() -> Duration,
    /// Random bytes that nobody can guess.
    pub random: fn() -> std::io::Result<[u8; 16]>,
}

/// What is computed, under a watch.
type Work<T> = Box<dyn FnOnce(&Watch) -> Result<T, Problem> + Send>;

/// How far a computation is.
enum Stage<T> {
    Queued,
    Running,
    Over(Result<T, Problem>),
}

/// One computation, whoever asked for it.
struct Computation<T> {
    question: String,
    watch: Watch,
    stage: watch::Sender<Stage<T>>,
}

impl<T: Clone> Computation<T> {
    fn answer(&self) -> Option<T> {
        match &*self.stage.borrow() {
            Stage::Over(Ok(answer)) => Some(answer.clone()),
            _ => None,
        }
    }
}

/// State of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for its turn.
    Queued,
    /// It is being computed.
    Running,
    /// The answer is there.
    Done,
    /// There is no answer, and why.
    Failed(Problem),
    /// Its asker gave it up.
    Cancelled,
}

/// What the holder of a ticket is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its name, which nobody else can guess.
    pub id: String,
    /// State.
    pub state: State,
    /// Part of the work that is done, from 0 to 1.
    pub progress: f64,
    /// Address of the answer.
    pub result: String,
}

/// The place where jobs are done.
pub struct Jobs<T> {
    means: Means,
    bounds: Bounds,
    size: fn(&T) -> usize,
    bench: Mutex<Bench<T>>,
}

impl<T: Clone + Send + Sync + 'static> Jobs<T> {
    /// An empty one; `size` weighs an answer, in the unit of [`Bounds::held`].
    pub fn new(means: Means, bounds: Bounds, size: fn(&T) -> usize) -> Self {
        Self { means, bounds, size, bench: Mutex::new(Bench::new()) }
    }

    /// Begins a computation, or joins the one that answers the same question.
    ///
    /// # Errors
    /// [`ProblemCode::Unavailable`] when too many wait, or the program ends; [`ProblemCode::TooMany`] when the asker has
    /// his share, or has something and the last share is left.
    pub fn ask(
        self: &Arc<Self>,
        asker: Asker,
        question: &str,
        work: impl FnOnce(&Watch) -> Result<T, Problem> + Send + 'static,
    ) -> Result<Waiting<T>, Problem> {
        let mut bench = self.lock();
        let waiting = |computation| Waiting { jobs: self.clone(), asker, computation, is_seated: true };
        if let Some(computation) = bench.join(asker, question) {
            return Ok(waiting(computation));
        }
        bench.forget(&self.bounds, (self.means.clock)());
        let (places, taken) = (self.bounds.open(), bench.open.len());
        if bench.is_closed {
            return Err(busy());
        }
        if self.bounds.is_share(places, bench.open_of(asker), taken) {
            return Err(greedy());
        }
        if taken >= places {
            return Err(busy());
        }
        let computation = bench.add(asker, question, Box::new(work));
        if bench.workers < self.bounds.at_once {
            let jobs = self.clone();
            let begun = std::thread::Builder::new().name("job".to_owned()).spawn(move || jobs.work());
            match begun {
                Ok(_) => bench.workers += 1,
                Err(error) if bench.workers == 0 => {
                    bench.end(&computation);
                    return Err(Problem::with(ProblemCode::Internal, error));
                }
                // Those that there are come to it.
                Err(_) => {}
            }
        }
        Ok(waiting(computation))
    }

    /// Gives up what nobody asked about for too long, and forgets what ended long ago. Asking does so too; a program that
    /// serves does it every few seconds, for when nobody asks.
    pub fn tidy(&self) {
        self.lock().forget(&self.bounds, (self.means.clock)());
    }

    /// What is known of a job; nothing once it is forgotten.
    pub fn job(&self, id: &str) -> Option<Job> {
        self.lock().look(id, |_| true, &self.bounds, (self.means.clock)())
    }

    /// The same of a job for this very question.
    pub fn job_of(&self, id: &str, question: &str) -> Option<Job> {
        self.lock().look(id, |asked| asked == question, &self.bounds, (self.means.clock)())
    }

    /// The answer to a question that is held for whoever has a ticket of it.
    pub fn held(&self, question: &str) -> Option<T> {
        let mut bench = self.lock();
        bench.forget(&self.bounds, (self.means.clock)());
        bench.held().into_iter().find(|computation| computation.question == question)?.answer()
    }

    /// Gives a job up; of one that ended, forgets it. False when there is none of this name.
    pub fn cancel(&self, id: &str) -> bool {
        self.lock().cancel(id, (self.means.clock)())
    }

    /// How many are computed and how many wait.
    pub fn load(&self) -> (usize, usize) {
        let bench = self.lock();
        let waiting = bench.open.iter().filter(|open| open.work.is_some()).count();
        (bench.open.len() - waiting, waiting)
    }

    /// Stops everything; from now on nobody is let in.
    pub fn close(&self) {
        self.lock().close();
    }

    fn lock(&self) -> MutexGuard<'_, Bench<T>> {
        self.bench.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a thread does: one computation after another, until none waits.
    fn work(&self) {
        while let Some((computation, work)) = self.next() {
            let outcome = self.compute(&computation, work);
            if let Err(problem) = &outcome
                && problem.code == ProblemCode::Internal
            {
                tracing::error!(question = computation.question, detail = problem.detail, "a job failed");
            }
            self.lock().finish(&computation, outcome, (self.means.clock)());
        }
    }

    fn next(&self) -> Option<(Arc<Computation<T>>, Work<T>)> {
        let mut bench = self.lock();
        let next = bench.next(self.bounds.at_once);
        if next.is_none() {
            bench.workers -= 1;
        }
        next
    }

    /// Computes on threads of its own, for as long as it may take.
    fn compute(&self, computation: &Arc<Computation<T>>, work: Work<T>) -> Result<T, Problem> {
        let failed = || Problem::with(ProblemCode::Internal, "the computation failed");
        // A fault ends the channel, which is how it is seen here.
        let pool = ThreadPoolBuilder::new().num_threads(self.bounds.threads).panic_handler(|_| ());
        let pool = pool
            .thread_name(|_| "job-part".to_owned())
            .build()
            .map_err(|error| Problem::with(ProblemCode::Internal, error))?;
        let (tell, told) = channel();
        let watched = computation.clone();
        pool.spawn(move || drop(tell.send(work(&watched.watch))));
        match told.recv_timeout(self.bounds.time_max) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Disconnected) => Err(failed()),
            Err(RecvTimeoutError::Timeout) => {
                computation.watch.stop();
                match told.recv() {
                    // This is how it says that it was stopped.
                    Ok(Err(problem)) if problem.code == ProblemCode::Unavailable => Err(too_long(self.bounds.time_max)),
                    Ok(outcome) => outcome,
                    Err(_) => Err(failed()),
                }
            }
        }
    }
}

/// One who waits for the answer; who is dropped has given up.
pub struct Waiting<T: Clone + Send + Sync + 'static> {
    jobs: Arc<Jobs<T>>,
    asker: Asker,
    computation: Arc<Computation<T>>,
    is_seated: bool,
}

impl<T: Clone + Send + Sync + 'static> Waiting<T> {
    /// The answer, when it is there.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn answer(&self) -> Result<T, Problem> {
        let mut stage = self.computation.stage.subscribe();
        let over = stage.wait_for(|stage| matches!(stage, Stage::Over(_))).await;
        match over.as_deref() {
            Ok(Stage::Over(outcome)) => outcome.clone(),
            _ => Err(Problem::new(ProblemCode::Internal)),
        }
    }

    /// Waits no longer, and takes a ticket.
    ///
    /// # Errors
    /// As of [`Jobs::ask`], of tickets.
    pub fn ticket(mut self, result: String) -> Result<Job, Problem> {
        let internal = |error| Problem::with(ProblemCode::Internal, error);
        let id: String =
            (self.jobs.means.random)().map_err(internal)?.iter().map(|byte| format!("{byte:02x}")).collect();
        let now = (self.jobs.means.clock)();
        // Let go of before `self`, which takes it once more when there is no room.
        let mut bench = self.jobs.lock();
        bench.forget(&self.jobs.bounds, now);
        let size = |computation: &Arc<Computation<T>>| computation.answer().map_or(0, |held| (self.jobs.size)(&held));
        bench.make_room(self.asker, &self.computation, size, &self.jobs.bounds, now)?;
        let standing = match &*self.computation.stage.borrow() {
            Stage::Over(outcome) => Standing::of(&self.computation, outcome, now),
            _ => Standing::Open(self.computation.clone()),
        };
        let question = self.computation.question.clone();
        let ticket = Ticket { id, asker: self.asker, question, result, standing, seen: now };
        let job = ticket.told();
        bench.tickets.push(ticket);
        self.is_seated = false;
        Ok(job)
    }
}

impl<T: Clone + Send + Sync + 'static> Drop for Waiting<T> {
    fn drop(&mut self) {
        if self.is_seated {
            self.jobs.lock().leave(self.asker, &self.computation);
        }
    }
}

fn busy() -> Problem {
    Problem::with(ProblemCode::Unavailable, "too many analyses are being computed: ask again in a moment")
        .told_as(localised("refusal-busy", &[]))
}

fn greedy() -> Problem {
    Problem::with(
        ProblemCode::TooMany,
        "as many analyses as one may have at a time, fewer while many ask, are being computed or held for your address: \
         fetch what is done, delete the jobs you no longer need (DELETE /api/v1/jobs/ID), or ask again in a moment",
    )
    .told_as(localised("refusal-greedy", &[]))
}

fn crowded() -> Problem {
    Problem::with(
        ProblemCode::Unavailable,
        "this is being computed, and as many as may hold a job for it: ask again in a moment, or delete one",
    )
    .told_as(localised("refusal-crowded", &[]))
}

fn too_long(limit: Duration) -> Problem {
    let minutes = limit.as_secs() / 60;
    Problem::with(
        ProblemCode::TooLarge,
        format!("this takes longer than {minutes} minutes: ask for a part, or for fewer permutations"),
    )
    .told_as(localised("refusal-too-long", &[("minutes", minutes.into())]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tequio_frame::Language;

    #[test]
    fn what_there_is_no_room_or_time_for_is_told_in_the_language_of_the_page() {
        let told = [busy(), greedy(), crowded(), too_long(Duration::from_secs(600))].map(|problem| {
            let (language, text) = problem.told(Language::Spanish).expect("words");
            (language, text.to_owned())
        });
        for (language, text) in &told {
            assert_eq!(*language, Language::Spanish, "{text}");
            assert!(!text.contains(['⟦', '[']), "{text}");
        }
        assert!(told[3].1.contains("10 minutos"), "{}", told[3].1);
    }
}
