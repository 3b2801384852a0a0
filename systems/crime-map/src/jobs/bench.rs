//! What is open and who holds tickets: everything that changes under the one lock of the jobs.

use super::{Bounds, Computation, Job, Stage, State, Work};
use std::sync::Arc;
use std::time::Duration;
use tequio_frame::Problem;
use tequio_methods::progress::Watch;
use tokio::sync::watch;

pub(super) struct Bench<T> {
    /// Computations that wait or run, in the order in which they were asked for.
    pub open: Vec<Open<T>>,
    /// The oldest first.
    pub tickets: Vec<Ticket<T>>,
    /// Threads that compute.
    pub workers: usize,
    pub is_closed: bool,
}

/// A computation that waits or runs.
pub(super) struct Open<T> {
    pub computation: Arc<Computation<T>>,
    /// How many wait for it or hold a ticket.
    pub askers: usize,
    /// None once it runs.
    pub work: Option<Work<T>>,
}

pub(super) struct Ticket<T> {
    pub id: String,
    pub result: String,
    pub standing: Standing<T>,
    /// When its holder last asked for it.
    pub seen: Duration,
}

pub(super) enum Standing<T> {
    Open(Arc<Computation<T>>),
    /// The answer is there since that time, and is held for whoever has the ticket.
    Done(Arc<Computation<T>>, Duration),
    /// It ended without an answer, at that time.
    Over(State, Duration),
}

impl<T> Standing<T> {
    pub(super) fn of(computation: &Arc<Computation<T>>, outcome: &Result<T, Problem>, now: Duration) -> Self {
        match outcome {
            Ok(_) => Self::Done(computation.clone(), now),
            Err(problem) => Self::Over(State::Failed(problem.clone()), now),
        }
    }

    /// When it ended.
    fn since(&self) -> Option<Duration> {
        match self {
            Self::Open(_) => None,
            Self::Done(_, since) | Self::Over(_, since) => Some(*since),
        }
    }
}

impl<T> Ticket<T> {
    pub(super) fn told(&self) -> Job {
        let (state, progress) = match &self.standing {
            Standing::Open(computation) => match &*computation.stage.borrow() {
                Stage::Queued => (State::Queued, 0.0),
                _ => (State::Running, computation.watch.progress()),
            },
            Standing::Done(..) => (State::Done, 1.0),
            Standing::Over(state, _) => (state.clone(), 0.0),
        };
        Job { id: self.id.clone(), state, progress, result: self.result.clone() }
    }

    /// Whether it is of this computation, and was not given up.
    fn is_of(&self, computation: &Arc<Computation<T>>) -> bool {
        match &self.standing {
            Standing::Open(known) | Standing::Done(known, _) => Arc::ptr_eq(known, computation),
            Standing::Over(..) => false,
        }
    }

    /// The computation whose answer is held.
    fn held(&self) -> Option<&Arc<Computation<T>>> {
        match &self.standing {
            Standing::Done(computation, _) => Some(computation),
            _ => None,
        }
    }
}

impl<T> Bench<T> {
    pub(super) fn new() -> Self {
        Self { open: Vec::new(), tickets: Vec::new(), workers: 0, is_closed: false }
    }

    /// One asker more for a computation that is open and was not given up.
    pub(super) fn join(&mut self, question: &str) -> Option<Arc<Computation<T>>> {
        let same = |open: &&mut Open<T>| open.computation.question == question && !open.computation.watch.is_stopped();
        let open = self.open.iter_mut().find(same)?;
        open.askers += 1;
        Some(open.computation.clone())
    }

    /// A new computation, with one asker.
    pub(super) fn add(&mut self, question: &str, work: Work<T>) -> Arc<Computation<T>> {
        let (question, stage) = (question.to_owned(), watch::Sender::new(Stage::Queued));
        let computation = Arc::new(Computation { question, watch: Watch::default(), stage });
        self.open.push(Open { computation: computation.clone(), askers: 1, work: Some(work) });
        computation
    }

    /// One asker less; the last one stops it.
    pub(super) fn leave(&mut self, computation: &Arc<Computation<T>>) {
        let Some(at) = self.open.iter().position(|open| Arc::ptr_eq(&open.computation, computation)) else { return };
        let open = &mut self.open[at];
        open.askers -= 1;
        if open.askers > 0 {
            return;
        }
        computation.watch.stop();
        if open.work.is_some() {
            self.open.remove(at);
        }
    }

    /// It is open no more.
    pub(super) fn end(&mut self, computation: &Arc<Computation<T>>) {
        self.open.retain(|open| !Arc::ptr_eq(&open.computation, computation));
    }

    /// It ended: whoever waits is told, and tickets hold its answer.
    pub(super) fn finish(&mut self, computation: &Arc<Computation<T>>, outcome: Result<T, Problem>, now: Duration) {
        self.end(computation);
        for ticket in self.tickets.iter_mut().filter(|ticket| ticket.is_of(computation)) {
            ticket.standing = Standing::of(computation, &outcome, now);
        }
        computation.stage.send_replace(Stage::Over(outcome));
    }

    /// Gives up a ticket, or forgets one whose computation ended.
    pub(super) fn cancel(&mut self, id: &str, now: Duration) -> bool {
        let Some(at) = self.tickets.iter().position(|ticket| ticket.id == id) else { return false };
        match std::mem::replace(&mut self.tickets[at].standing, Standing::Over(State::Cancelled, now)) {
            Standing::Open(computation) => self.leave(&computation),
            Standing::Done(..) | Standing::Over(..) => drop(self.tickets.remove(at)),
        }
        true
    }

    /// What is known of a ticket, whose holder is still there.
    pub(super) fn look(&mut self, id: &str, bounds: &Bounds, now: Duration) -> Option<Job> {
        self.tickets.iter_mut().filter(|ticket| ticket.id == id).for_each(|ticket| ticket.seen = now);
        self.forget(bounds, now);
        self.tickets.iter().find(|ticket| ticket.id == id).map(Ticket::told)
    }

    /// Gives up the tickets whose holders went away, and forgets those of computations that ended long ago.
    pub(super) fn forget(&mut self, bounds: &Bounds, now: Duration) {
        let mut left = Vec::new();
        for ticket in self.tickets.iter_mut().filter(|ticket| now.saturating_sub(ticket.seen) > bounds.unseen) {
            if let Standing::Open(computation) = &ticket.standing {
                left.push(computation.clone());
                ticket.standing = Standing::Over(State::Cancelled, now);
            }
        }
        left.iter().for_each(|computation| self.leave(computation));
        let is_old = |since: Duration| now.saturating_sub(since) > bounds.remembered;
        self.tickets.retain(|ticket| !ticket.standing.since().is_some_and(is_old));
    }

    /// Makes room for one ticket of a computation, if there is any. `size` weighs an answer that is held.
    pub(super) fn make_room(
        &mut self,
        of: &Arc<Computation<T>>,
        size: impl Fn(&Arc<Computation<T>>) -> usize,
        bounds: &Bounds,
        now: Duration,
    ) -> Result<(), Problem> {
        if self.tickets.iter().filter(|ticket| ticket.is_of(of)).count() >= bounds.tickets_each {
            return Err(super::crowded());
        }
        let held = |bench: &Self| bench.held().into_iter().map(&size).sum::<usize>();
        while self.tickets.len() >= bounds.tickets || held(self) > bounds.held {
            let is_full = self.tickets.len() >= bounds.tickets;
            let at = self.giving_way(is_full, bounds, now).ok_or_else(super::busy)?;
            self.tickets.remove(at);
        }
        Ok(())
    }

    /// The ticket that gives way to another: where there are too many, one that was given up; else the oldest that ended
    /// and whose holder had long enough to look. Where only the answers weigh too much, one with an answer. So no answer
    /// that is held keeps others out for long, and nobody takes a fresh one away.
    fn giving_way(&self, is_full: bool, bounds: &Bounds, now: Duration) -> Option<usize> {
        let given_up = |ticket: &Ticket<T>| is_full && matches!(ticket.standing, Standing::Over(State::Cancelled, _));
        let ended = |(at, ticket): (usize, &Ticket<T>)| match &ticket.standing {
            Standing::Over(_, since) if is_full => Some((*since, at)),
            Standing::Done(_, since) => Some((*since, at)),
            _ => None,
        };
        let is_old = |since: Duration| now.saturating_sub(since) >= bounds.held_least;
        self.tickets.iter().position(given_up).or_else(|| {
            let oldest = self.tickets.iter().enumerate().filter_map(ended).min();
            oldest.filter(|(since, _)| is_old(*since)).map(|(_, at)| at)
        })
    }

    /// Answers that are held for tickets, each once.
    pub(super) fn held(&self) -> Vec<&Arc<Computation<T>>> {
        let mut held: Vec<&Arc<Computation<T>>> = self.tickets.iter().filter_map(Ticket::held).collect();
        held.sort_unstable_by_key(|computation| Arc::as_ptr(computation));
        held.dedup_by_key(|computation| Arc::as_ptr(computation));
        held
    }

    /// Stops what runs, and takes away what waits.
    pub(super) fn close(&mut self) {
        self.is_closed = true;
        self.open.iter().for_each(|open| open.computation.watch.stop());
        let is_waiting = |open: &Open<T>| open.work.is_some();
        let waiting: Vec<Arc<Computation<T>>> =
            self.open.iter().filter(|open| is_waiting(open)).map(|open| open.computation.clone()).collect();
        for computation in waiting {
            self.finish(&computation, Err(super::busy()), Duration::ZERO);
        }
    }
}
