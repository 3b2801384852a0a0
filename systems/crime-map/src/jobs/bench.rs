//! What is open and who holds tickets: everything that changes under the one lock of the jobs.

use super::{Bounds, Computation, Job, Stage, State, Work};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tequio_frame::{Asker, Problem};
use tequio_methods::progress::Watch;
use tokio::sync::watch;

pub(super) struct Bench<T> {
    /// Computations that wait or run, in the order in which they were asked for.
    pub open: Vec<Open<T>>,
    /// The oldest first.
    pub tickets: Vec<Ticket<T>>,
    /// Askers of whom something is open and was computed, the one whose turn is longest ago first.
    turns: Vec<Asker>,
    /// Threads that compute.
    pub workers: usize,
    pub is_closed: bool,
}

/// A computation that waits or runs.
pub(super) struct Open<T> {
    pub computation: Arc<Computation<T>>,
    /// Who took its place. It stays his when he leaves and others wait: else two who take turns would take every place.
    begun_by: Asker,
    /// Who waits for it or holds a ticket, each as often. It is the turn of the first of them.
    askers: Vec<Asker>,
    /// None once it runs.
    pub work: Option<Work<T>>,
}

impl<T> Open<T> {
    /// Whose turn it is computed in.
    fn asker(&self) -> Option<Asker> {
        self.askers.first().copied()
    }

    fn is_of(&self, asker: Asker) -> bool {
        self.asker() == Some(asker)
    }
}

pub(super) struct Ticket<T> {
    pub id: String,
    pub asker: Asker,
    pub question: String,
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
        Self { open: Vec::new(), tickets: Vec::new(), turns: Vec::new(), workers: 0, is_closed: false }
    }

    /// How many places this asker took.
    pub(super) fn open_of(&self, asker: Asker) -> usize {
        self.open.iter().filter(|open| open.begun_by == asker).count()
    }

    /// What is to be computed next, beginning with those of whom the least is being computed, and among them with the one
    /// who had his turn longest ago. The last of several places is for an asker of whom nothing is being computed.
    pub(super) fn next(&mut self, at_once: usize) -> Option<(Arc<Computation<T>>, Work<T>)> {
        let running: Vec<&Open<T>> = self.open.iter().filter(|open| open.work.is_none()).collect();
        let is_last = running.len() + 1 >= at_once;
        let turn = |(at, open): (usize, &Open<T>)| {
            let asker = open.asker().filter(|_| open.work.is_some())?;
            let own = running.iter().filter(|open| open.is_of(asker)).count();
            let last = self.turns.iter().position(|known| *known == asker);
            (own == 0 || !is_last).then_some(((own, last, at), asker))
        };
        let ((.., at), asker) = self.open.iter().enumerate().filter_map(turn).min_by_key(|(turn, _)| *turn)?;
        let open = &mut self.open[at];
        open.computation.stage.send_replace(Stage::Running);
        let next = (open.computation.clone(), open.work.take()?);
        self.turns.retain(|known| *known != asker);
        self.turns.push(asker);
        Some(next)
    }

    /// One asker more for a computation that is open and was not given up.
    pub(super) fn join(&mut self, asker: Asker, question: &str) -> Option<Arc<Computation<T>>> {
        let same = |open: &&mut Open<T>| open.computation.question == question && !open.computation.watch.is_stopped();
        let open = self.open.iter_mut().find(same)?;
        open.askers.push(asker);
        Some(open.computation.clone())
    }

    /// A new computation, with one asker.
    pub(super) fn add(&mut self, asker: Asker, question: &str, work: Work<T>) -> Arc<Computation<T>> {
        let (question, stage) = (question.to_owned(), watch::Sender::new(Stage::Queued));
        let computation = Arc::new(Computation { question, watch: Watch::default(), stage });
        let open = Open { computation: computation.clone(), begun_by: asker, askers: vec![asker], work: Some(work) };
        self.open.push(open);
        computation
    }

    /// One asker less; the last one stops it.
    pub(super) fn leave(&mut self, asker: Asker, computation: &Arc<Computation<T>>) {
        let Some(open) = self.open.iter_mut().find(|open| Arc::ptr_eq(&open.computation, computation)) else { return };
        // The last one stays the asker of what is being stopped: until then it is being computed for him.
        if open.askers.len() > 1 {
            open.askers.iter().position(|known| *known == asker).map(|at| open.askers.remove(at));
            return;
        }
        computation.watch.stop();
        if open.work.is_some() {
            self.end(computation);
        }
    }

    /// It is open no more.
    pub(super) fn end(&mut self, computation: &Arc<Computation<T>>) {
        self.open.retain(|open| !Arc::ptr_eq(&open.computation, computation));
        let open = &self.open;
        self.turns.retain(|asker| open.iter().any(|open| open.is_of(*asker)));
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
            Standing::Open(computation) => {
                let asker = self.tickets[at].asker;
                self.leave(asker, &computation);
            }
            Standing::Done(..) | Standing::Over(..) => drop(self.tickets.remove(at)),
        }
        true
    }

    /// What is known of a ticket for such a question, whose holder is still there.
    pub(super) fn look(
        &mut self,
        id: &str,
        is_asked: impl Fn(&str) -> bool,
        bounds: &Bounds,
        now: Duration,
    ) -> Option<Job> {
        let is_it = |ticket: &Ticket<T>| ticket.id == id && is_asked(&ticket.question);
        self.tickets.iter_mut().filter(|ticket| is_it(ticket)).for_each(|ticket| ticket.seen = now);
        self.forget(bounds, now);
        self.tickets.iter().find(|ticket| is_it(ticket)).map(Ticket::told)
    }

    /// Gives up the tickets whose holders went away, and forgets those of computations that ended long ago.
    pub(super) fn forget(&mut self, bounds: &Bounds, now: Duration) {
        let mut left = Vec::new();
        for ticket in self.tickets.iter_mut().filter(|ticket| now.saturating_sub(ticket.seen) > bounds.unseen) {
            if let Standing::Open(computation) = &ticket.standing {
                left.push((ticket.asker, computation.clone()));
                ticket.standing = Standing::Over(State::Cancelled, now);
            }
        }
        left.iter().for_each(|(asker, computation)| self.leave(*asker, computation));
        let is_old = |since: Duration| now.saturating_sub(since) > bounds.remembered;
        self.tickets.retain(|ticket| !ticket.standing.since().is_some_and(is_old));
    }

    /// Makes room for one ticket of a computation, in the asker's share and in the whole, if there is any; where there is
    /// none, nothing gives way. `size` weighs an answer that is held.
    pub(super) fn make_room(
        &mut self,
        asker: Asker,
        of: &Arc<Computation<T>>,
        size: impl Fn(&Arc<Computation<T>>) -> usize,
        bounds: &Bounds,
        now: Duration,
    ) -> Result<(), Problem> {
        let is_own = |ticket: &Ticket<T>| ticket.asker == asker;
        let same = || self.tickets.iter().filter(|ticket| ticket.is_of(of));
        if bounds.is_share(bounds.tickets_each, same().filter(|ticket| is_own(ticket)).count(), same().count()) {
            return Err(super::greedy());
        }
        if same().count() >= bounds.tickets_each {
            return Err(super::crowded());
        }
        let is_old = |since: Duration| now.saturating_sub(since) >= bounds.held_least;
        let mut room = Room { tickets: &self.tickets, going: BTreeSet::new() };
        if !room.make(is_own, bounds.share(bounds.tickets), bounds.share(bounds.held), &size, is_old) {
            return Err(super::greedy());
        }
        let has_some = room.of(is_own).next().is_some();
        let most = |whole| if has_some { bounds.before_last(whole) } else { whole };
        if !room.make(|_| true, most(bounds.tickets), most(bounds.held), &size, is_old) {
            return Err(if has_some { super::greedy() } else { super::busy() });
        }
        let going = room.going;
        let mut at = 0..;
        self.tickets.retain(|_| at.next().is_some_and(|at| !going.contains(&at)));
        Ok(())
    }

    /// Answers that are held for tickets, each once.
    pub(super) fn held(&self) -> Vec<&Arc<Computation<T>>> {
        held(self.tickets.iter())
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

/// Which tickets would give way to another one.
struct Room<'a, T> {
    tickets: &'a [Ticket<T>],
    /// Positions of those that would.
    going: BTreeSet<usize>,
}

impl<T> Room<'_, T> {
    /// Such tickets as stay, with their positions.
    fn of(&self, such: impl Fn(&Ticket<T>) -> bool) -> impl Iterator<Item = (usize, &Ticket<T>)> {
        let stays = move |(at, ticket): &(usize, &Ticket<T>)| !self.going.contains(at) && such(ticket);
        self.tickets.iter().enumerate().filter(stays)
    }

    /// Lets such tickets go as give way until one more has room among so many, and their answers weigh no more than so
    /// much. False where too few give way.
    fn make(
        &mut self,
        such: impl Fn(&Ticket<T>) -> bool,
        tickets: usize,
        weight: usize,
        size: impl Fn(&Arc<Computation<T>>) -> usize,
        is_old: impl Fn(Duration) -> bool,
    ) -> bool {
        loop {
            let is_full = self.of(&such).count() >= tickets;
            let held = held(self.of(&such).map(|(_, ticket)| ticket));
            if !is_full && held.into_iter().map(&size).sum::<usize>() <= weight {
                return true;
            }
            let Some(at) = self.giving_way(&such, is_full, &is_old) else { return false };
            self.going.insert(at);
        }
    }

    /// The ticket that gives way to another: where there are too many, one that was given up; else the oldest that ended
    /// and whose holder had long enough to look. Where only the answers weigh too much, one with an answer. So no answer
    /// that is held keeps others out for long, and nobody takes a fresh one away.
    fn giving_way(
        &self,
        such: impl Fn(&Ticket<T>) -> bool,
        is_full: bool,
        is_old: impl Fn(Duration) -> bool,
    ) -> Option<usize> {
        let given_up = |ticket: &Ticket<T>| is_full && matches!(ticket.standing, Standing::Over(State::Cancelled, _));
        let ended = |(at, ticket): (usize, &Ticket<T>)| match &ticket.standing {
            Standing::Over(_, since) if is_full => Some((*since, at)),
            Standing::Done(_, since) => Some((*since, at)),
            _ => None,
        };
        let given_up = self.of(&such).find(|(_, ticket)| given_up(ticket)).map(|(at, _)| at);
        let oldest = || self.of(&such).filter_map(ended).min();
        given_up.or_else(|| oldest().filter(|(since, _)| is_old(*since)).map(|(_, at)| at))
    }
}

/// Answers that are held for these tickets, each once.
fn held<'a, T: 'a>(tickets: impl Iterator<Item = &'a Ticket<T>>) -> Vec<&'a Arc<Computation<T>>> {
    let mut held: Vec<&Arc<Computation<T>>> = tickets.filter_map(Ticket::held).collect();
    held.sort_unstable_by_key(|computation| Arc::as_ptr(computation));
    held.dedup_by_key(|computation| Arc::as_ptr(computation));
    held
}
