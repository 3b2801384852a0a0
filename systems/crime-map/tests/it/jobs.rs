//! The bench of long computations: shared, bounded, given up, failed, forgotten. Gates and channels, no clock.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;
use tequio_crime_map::jobs::{Bounds, Job, Jobs, Means, State, Waiting, Watch};
use tequio_frame::{Asker, Problem, ProblemCode};

pub(crate) const BOUNDS: Bounds = Bounds {
    at_once: 1,
    threads: 2,
    waiting: 1,
    tickets: 3,
    tickets_each: 3,
    held: 1_000,
    held_least: Duration::from_secs(20),
    remembered: Duration::from_secs(60),
    unseen: Duration::from_secs(60),
    time_max: Duration::from_secs(3_600),
    shares: 1,
};

fn counted() -> std::io::Result<[u8; 16]> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    Ok(u128::from(NEXT.fetch_add(1, SeqCst)).to_be_bytes())
}

/// One who asks from this address.
pub(crate) fn asker(number: u32) -> Asker {
    Asker::at(Ipv4Addr::from_bits(number).into())
}

/// One who never asked before.
pub(crate) fn anybody() -> Asker {
    static NEXT: AtomicU32 = AtomicU32::new(1_000);
    asker(NEXT.fetch_add(1, SeqCst))
}

pub(crate) fn jobs_at(clock: fn() -> Duration, bounds: Bounds) -> Arc<Jobs<u32>> {
    Arc::new(Jobs::new(Means { clock, random: counted }, bounds, |answer| *answer as usize))
}

pub(crate) fn jobs(bounds: Bounds) -> Arc<Jobs<u32>> {
    jobs_at(|| Duration::ZERO, bounds)
}

/// Work that says when it begins and how it ends, and answers once it may.
pub(crate) struct Gate {
    pub begun: Receiver<()>,
    pub ended: Receiver<&'static str>,
    pub may: Sender<()>,
}

pub(crate) fn gated(answer: u32) -> (impl FnOnce(&Watch) -> Result<u32, Problem> + Send + 'static, Gate) {
    let ((begins, begun), (ends, ended), (may, allowed)) = (channel(), channel(), channel::<()>());
    let work = move |watch: &Watch| {
        let _ = begins.send(());
        loop {
            if watch.is_stopped() {
                let _ = ends.send("stopped");
                return Err(Problem::new(ProblemCode::Unavailable));
            }
            match allowed.recv_timeout(Duration::from_millis(1)) {
                Err(RecvTimeoutError::Timeout) => {}
                _ => break,
            }
        }
        let _ = ends.send("answered");
        Ok(answer)
    };
    (work, Gate { begun, ended, may })
}

pub(crate) fn never(_: &Watch) -> Result<u32, Problem> {
    panic!("this is not computed")
}

pub(crate) fn ticket(waiting: Waiting<u32>) -> Job {
    waiting.ticket("/answer".to_owned()).expect("room")
}

pub(crate) fn state(jobs: &Arc<Jobs<u32>>, job: &Job) -> Option<State> {
    jobs.job(&job.id).map(|job| job.state)
}

#[tokio::test]
async fn those_who_ask_the_same_share_one_computation() {
    let (jobs, times) = (jobs(BOUNDS), Arc::new(AtomicUsize::new(0)));
    let ((work, gate), counter) = (gated(7), times.clone());
    let counting = move |watch: &Watch| {
        counter.fetch_add(1, SeqCst);
        work(watch)
    };
    let (first, second) =
        (jobs.ask(anybody(), "a", counting).expect("room"), jobs.ask(anybody(), "a", never).expect("the same"));
    let job = ticket(jobs.ask(anybody(), "a", never).expect("the same"));
    gate.begun.recv().expect("it begins");
    assert_eq!((jobs.load(), state(&jobs, &job)), ((1, 0), Some(State::Running)));
    gate.may.send(()).expect("it listens");
    assert_eq!((first.answer().await, second.answer().await, times.load(SeqCst)), (Ok(7), Ok(7), 1));
    let told = jobs.job(&job.id).expect("it is remembered");
    assert_eq!((told.state, told.progress, told.result.as_str()), (State::Done, 1.0, "/answer"));
}

#[tokio::test]
async fn only_the_last_who_gives_up_stops_it() {
    let jobs = jobs(BOUNDS);
    let (work, gate) = gated(7);
    let one = ticket(jobs.ask(anybody(), "a", work).expect("room"));
    let (other, waits) =
        (ticket(jobs.ask(anybody(), "a", never).expect("same")), jobs.ask(anybody(), "a", never).expect("same"));
    gate.begun.recv().expect("it begins");
    assert!(jobs.cancel(&one.id) && jobs.cancel(&other.id));
    assert_eq!((state(&jobs, &one), gate.ended.try_recv().ok()), (Some(State::Cancelled), None));
    drop(waits);
    assert_eq!(gate.ended.recv(), Ok("stopped"));
    // What is given up is not joined: the same question begins anew.
    let again = jobs.ask(anybody(), "a", |_: &Watch| Ok(8)).expect("room");
    assert_eq!((again.answer().await, state(&jobs, &other)), (Ok(8), Some(State::Cancelled)));
    // A second time the ticket itself goes.
    assert!(jobs.cancel(&one.id) && !jobs.cancel(&one.id) && jobs.job(&one.id).is_none());
}

#[tokio::test]
async fn more_than_may_wait_are_refused_and_room_comes_back() {
    let jobs = jobs(BOUNDS);
    let (work, gate) = gated(1);
    let first = jobs.ask(anybody(), "a", work).expect("room");
    gate.begun.recv().expect("it begins");
    let second = jobs.ask(anybody(), "b", |_: &Watch| Ok(2)).expect("it waits");
    assert_eq!(
        (jobs.load(), jobs.ask(anybody(), "c", never).err().map(|problem| problem.code)),
        ((1, 1), Some(ProblemCode::Unavailable))
    );
    // Who is in may still be joined, and who gives up a place in the queue frees it.
    drop(jobs.ask(anybody(), "b", never).expect("the same"));
    drop(second);
    assert_eq!(jobs.load(), (1, 0));
    let third = jobs.ask(anybody(), "c", |_: &Watch| Ok(3)).expect("room");
    gate.may.send(()).expect("it listens");
    assert_eq!((first.answer().await, third.answer().await), (Ok(1), Ok(3)));
}

#[tokio::test]
async fn a_failure_is_told_and_a_fault_too() {
    let jobs = jobs(BOUNDS);
    let problem = Problem::with(ProblemCode::Unprocessable, "nothing to compare");
    let told = problem.clone();
    let waits = jobs.ask(anybody(), "a", move |_: &Watch| Err(told)).expect("room");
    assert_eq!(waits.answer().await, Err(problem.clone()));
    assert_eq!(ticket(waits).state, State::Failed(problem));
    let fault = jobs.ask(anybody(), "b", |_: &Watch| panic!("on purpose")).expect("room");
    assert_eq!(fault.answer().await.map_err(|problem| problem.code), Err(ProblemCode::Internal));
    assert_eq!(jobs.ask(anybody(), "c", |_: &Watch| Ok(3)).expect("room").answer().await, Ok(3));
}

#[tokio::test]
async fn jobs_that_ended_are_forgotten() {
    static NOW: AtomicU64 = AtomicU64::new(0);
    let jobs = jobs_at(|| Duration::from_secs(NOW.load(SeqCst)), BOUNDS);
    let done = jobs.ask(anybody(), "a", |_: &Watch| Ok(1)).expect("room");
    assert_eq!(done.answer().await, Ok(1));
    let done = ticket(done);
    NOW.store(60, SeqCst);
    assert_eq!(state(&jobs, &done), Some(State::Done));
    NOW.store(61, SeqCst);
    assert_eq!(state(&jobs, &done), None);
    assert_eq!(jobs.job("guessed"), None);
}

#[tokio::test]
async fn a_job_that_nobody_looks_at_makes_room() {
    static NOW: AtomicU64 = AtomicU64::new(0);
    let jobs = jobs_at(|| Duration::from_secs(NOW.load(SeqCst)), BOUNDS);
    let (work, gate) = gated(1);
    let left = ticket(jobs.ask(anybody(), "a", work).expect("room"));
    gate.begun.recv().expect("it begins");
    let (looked_at, unseen) = (jobs.ask(anybody(), "b", |_: &Watch| Ok(2)), jobs.ask(anybody(), "b", never));
    let (looked_at, _unseen) = (ticket(looked_at.expect("it waits")), ticket(unseen.expect("the same")));
    NOW.store(60, SeqCst);
    assert_eq!((state(&jobs, &looked_at), jobs.ask(anybody(), "c", never).is_err()), (Some(State::Queued), true));
    NOW.store(61, SeqCst);
    // Whoever asks next finds them gone: the one stops, and the other, at which somebody looked, has its turn.
    drop(jobs.ask(anybody(), "c", never));
    assert_eq!((gate.ended.recv(), state(&jobs, &left)), (Ok("stopped"), Some(State::Cancelled)));
    let joined = jobs.ask(anybody(), "b", |_: &Watch| Ok(2)).expect("the same, or room");
    assert_eq!((joined.answer().await, state(&jobs, &looked_at)), (Ok(2), Some(State::Done)));
}

#[tokio::test]
async fn who_comes_back_before_anybody_else_finds_his_job() {
    static NOW: AtomicU64 = AtomicU64::new(0);
    let jobs = jobs_at(|| Duration::from_secs(NOW.load(SeqCst)), BOUNDS);
    let (work, gate) = gated(1);
    let job = ticket(jobs.ask(anybody(), "a", work).expect("room"));
    gate.begun.recv().expect("it begins");
    NOW.store(300, SeqCst);
    assert_eq!(state(&jobs, &job), Some(State::Running));
    // Who still waits needs no ticket.
    let waits = jobs.ask(anybody(), "a", never).expect("the same");
    NOW.store(600, SeqCst);
    assert!(jobs.ask(anybody(), "b", |_: &Watch| Ok(2)).is_ok());
    assert_eq!(state(&jobs, &job), Some(State::Cancelled));
    gate.may.send(()).expect("it listens");
    assert_eq!(waits.answer().await, Ok(1));
}

pub(crate) fn code(problem: Problem) -> ProblemCode {
    problem.code
}

async fn ended(jobs: &Arc<Jobs<u32>>, question: &str, answer: Result<u32, Problem>) -> Job {
    let waits = jobs.ask(anybody(), question, move |_: &Watch| answer).expect("room");
    let _ = waits.answer().await;
    ticket(waits)
}

#[tokio::test]
async fn tickets_are_bounded_and_those_that_were_given_up_give_way() {
    let jobs = jobs(BOUNDS);
    let (work, gate) = gated(1);
    let given_up = ticket(jobs.ask(anybody(), "a", work).expect("room"));
    gate.begun.recv().expect("it begins");
    assert!(jobs.cancel(&given_up.id));
    assert_eq!(gate.ended.recv(), Ok("stopped"));
    let (work, gate) = gated(2);
    let open: Vec<Job> = std::iter::once(jobs.ask(anybody(), "b", work).expect("room"))
        .chain((0..2).map(|_| jobs.ask(anybody(), "b", never).expect("the same")))
        .map(ticket)
        .collect();
    assert_eq!(state(&jobs, &given_up), None);
    let refused = jobs.ask(anybody(), "b", never).expect("the same").ticket("/answer".to_owned());
    assert_eq!(refused.map_err(code), Err(ProblemCode::Unavailable));
    // Whoever was refused has left: with these three the last are gone.
    open.iter().for_each(|job| assert!(jobs.cancel(&job.id)));
    let stopped_or_never_begun = gate.ended.recv();
    assert!(stopped_or_never_begun.is_err() || stopped_or_never_begun == Ok("stopped"));
}

#[tokio::test]
async fn an_answer_is_held_for_its_ticket_until_it_can_be_fetched() {
    static NOW: AtomicU64 = AtomicU64::new(0);
    let jobs = jobs_at(|| Duration::from_secs(NOW.load(SeqCst)), BOUNDS);
    let first = ended(&jobs, "a", Ok(1)).await;
    NOW.store(10, SeqCst);
    for other in ["b", "c"] {
        ended(&jobs, other, Ok(2)).await;
    }
    let refused = jobs.ask(anybody(), "d", |_: &Watch| Ok(4)).expect("room").ticket("/answer".to_owned());
    assert_eq!(refused.map_err(code), Err(ProblemCode::Unavailable));
    assert_eq!((state(&jobs, &first), jobs.held("a"), jobs.held("d")), (Some(State::Done), Some(1), None));
    // It has been there for long enough, and gives way; the younger ones do not.
    NOW.store(20, SeqCst);
    let fourth = ended(&jobs, "d", Ok(4)).await;
    assert_eq!((state(&jobs, &first), jobs.held("a"), jobs.held("b")), (None, None, Some(2)));
    let refused = jobs.ask(anybody(), "e", |_: &Watch| Ok(5)).expect("room").ticket("/answer".to_owned());
    assert_eq!(refused.map_err(code), Err(ProblemCode::Unavailable));
    assert!(jobs.held("d").is_some() && jobs.cancel(&fourth.id));
    assert_eq!(jobs.held("d"), None);
}

#[tokio::test]
async fn an_answer_is_held_no_longer_than_its_ticket_is_remembered() {
    static NOW: AtomicU64 = AtomicU64::new(0);
    let jobs = jobs_at(|| Duration::from_secs(NOW.load(SeqCst)), BOUNDS);
    let only = ended(&jobs, "a", Ok(1)).await;
    NOW.store(60, SeqCst);
    assert_eq!((state(&jobs, &only), jobs.held("a")), (Some(State::Done), Some(1)));
    NOW.store(61, SeqCst);
    assert_eq!((state(&jobs, &only), jobs.held("a")), (None, None));
}

#[tokio::test]
async fn what_tickets_hold_is_bounded_and_one_answer_counts_once() {
    let jobs = jobs(Bounds { tickets: 9, held: 12, ..BOUNDS });
    let first = jobs.ask(anybody(), "a", |_: &Watch| Ok(7)).expect("room");
    let same = (0..2).map(|_| jobs.ask(anybody(), "a", never).expect("the same")).collect::<Vec<_>>();
    assert_eq!(first.answer().await, Ok(7));
    same.into_iter().for_each(|waits| drop(ticket(waits)));
    let second = ended(&jobs, "b", Ok(7)).await;
    let third = jobs.ask(anybody(), "c", |_: &Watch| Ok(1)).expect("room");
    assert_eq!(third.answer().await, Ok(1));
    assert_eq!(third.ticket("/answer".to_owned()).map_err(code), Err(ProblemCode::Unavailable));
    assert!(jobs.cancel(&second.id));
    ended(&jobs, "c", Ok(1)).await;
}

#[tokio::test]
async fn why_there_is_no_answer_is_told_for_as_long_as_an_answer() {
    static NOW: AtomicU64 = AtomicU64::new(0);
    let jobs = jobs_at(|| Duration::from_secs(NOW.load(SeqCst)), BOUNDS);
    let failed = ended(&jobs, "a", Err(Problem::new(ProblemCode::Unprocessable))).await;
    NOW.store(19, SeqCst);
    for other in ["b", "c"] {
        ended(&jobs, other, Ok(2)).await;
    }
    let refused = jobs.ask(anybody(), "d", |_: &Watch| Ok(4)).expect("room").ticket("/answer".to_owned());
    assert_eq!(refused.map_err(code), Err(ProblemCode::Unavailable));
    assert!(matches!(state(&jobs, &failed), Some(State::Failed(_))));
    NOW.store(20, SeqCst);
    ended(&jobs, "d", Ok(4)).await;
    assert_eq!(state(&jobs, &failed), None);
}

#[tokio::test]
async fn only_answers_make_room_for_answers() {
    static NOW: AtomicU64 = AtomicU64::new(0);
    let bounds = Bounds { tickets: 9, held: 12, ..BOUNDS };
    let jobs = jobs_at(|| Duration::from_secs(NOW.load(SeqCst)), bounds);
    let failed = ended(&jobs, "a", Err(Problem::new(ProblemCode::Unprocessable))).await;
    let heavy = [ended(&jobs, "b", Ok(7)).await, ended(&jobs, "c", Ok(7)).await];
    NOW.store(20, SeqCst);
    ended(&jobs, "d", Ok(1)).await;
    assert!(matches!(state(&jobs, &failed), Some(State::Failed(_))), "it weighs nothing");
    assert_eq!(heavy.map(|job| state(&jobs, &job)), [None, Some(State::Done)]);
}

#[tokio::test]
async fn the_tickets_of_one_computation_leave_room_for_those_of_others() {
    let jobs = jobs(Bounds { tickets: 9, tickets_each: 2, ..BOUNDS });
    let (work, gate) = gated(1);
    let (one, waits) =
        (ticket(jobs.ask(anybody(), "a", work).expect("room")), jobs.ask(anybody(), "a", never).expect("the same"));
    ticket(jobs.ask(anybody(), "a", never).expect("the same"));
    let refused =
        jobs.ask(anybody(), "a", never).expect("the same").ticket("/answer".to_owned()).expect_err("too many");
    assert_eq!(refused.code, ProblemCode::Unavailable);
    assert!(refused.to_string().contains("as many as may hold a job"), "{refused}");
    ticket(jobs.ask(anybody(), "b", |_: &Watch| Ok(2)).expect("it waits"));
    // Who gives his own up makes room for another.
    assert!(jobs.cancel(&one.id));
    ticket(jobs.ask(anybody(), "a", never).expect("the same"));
    gate.may.send(()).expect("it listens");
    assert_eq!(waits.answer().await, Ok(1));
}

#[tokio::test]
async fn what_nobody_asks_about_is_stopped_though_nobody_asks_anything() {
    static NOW: AtomicU64 = AtomicU64::new(0);
    let jobs = jobs_at(|| Duration::from_secs(NOW.load(SeqCst)), BOUNDS);
    let (work, gate) = gated(1);
    ticket(jobs.ask(anybody(), "a", work).expect("room"));
    gate.begun.recv().expect("it begins");
    NOW.store(60, SeqCst);
    jobs.tidy();
    assert_eq!(gate.ended.try_recv().ok(), None);
    NOW.store(61, SeqCst);
    jobs.tidy();
    assert_eq!(gate.ended.recv(), Ok("stopped"));
}

#[tokio::test]
async fn nothing_runs_for_ever() {
    let jobs = jobs(Bounds { time_max: Duration::ZERO, ..BOUNDS });
    let (work, gate) = gated(1);
    let refused = jobs.ask(anybody(), "a", work).expect("room").answer().await;
    assert_eq!(refused.map_err(|problem| problem.code), Err(ProblemCode::TooLarge));
    assert_eq!(gate.ended.recv(), Ok("stopped"));
}

#[tokio::test]
async fn what_ends_otherwise_after_its_time_says_so() {
    let jobs = jobs(Bounds { time_max: Duration::ZERO, ..BOUNDS });
    let wait = |watch: &Watch| {
        while !watch.is_stopped() {
            std::thread::yield_now();
        }
    };
    let late = |answer: Result<u32, ProblemCode>| {
        move |watch: &Watch| {
            wait(watch);
            answer.map_err(Problem::new)
        }
    };
    let fault = move |watch: &Watch| {
        wait(watch);
        panic!("on purpose")
    };
    let code = |problem: Problem| problem.code;
    assert_eq!(jobs.ask(anybody(), "a", fault).expect("room").answer().await.map_err(code), Err(ProblemCode::Internal));
    for (answer, told) in [
        (Ok(7), Ok(7)),
        (Err(ProblemCode::Forbidden), Err(ProblemCode::Forbidden)),
        (Err(ProblemCode::Unavailable), Err(ProblemCode::TooLarge)),
    ] {
        assert_eq!(jobs.ask(anybody(), "b", late(answer)).expect("room").answer().await.map_err(code), told);
    }
}

#[tokio::test]
async fn the_end_of_the_program_stops_everything() {
    let jobs = jobs(BOUNDS);
    let (work, gate) = gated(1);
    let runs = jobs.ask(anybody(), "a", work).expect("room");
    gate.begun.recv().expect("it begins");
    let queued = ticket(jobs.ask(anybody(), "b", never).expect("it waits"));
    jobs.close();
    assert_eq!(runs.answer().await.map_err(|problem| problem.code), Err(ProblemCode::Unavailable));
    assert!(matches!(state(&jobs, &queued), Some(State::Failed(_))));
    assert!(jobs.ask(anybody(), "c", never).is_err());
}

#[tokio::test]
async fn a_job_has_threads_of_its_own() {
    let jobs = jobs(BOUNDS);
    let seen = jobs.ask(anybody(), "a", |_: &Watch| Ok(rayon::current_num_threads() as u32)).expect("room");
    assert_eq!(seen.answer().await, Ok(2));
}

#[test]
fn of_one_asker_a_core_is_left_where_there_are_three() {
    for (cores, at_once, threads) in [(1, 2, 1), (2, 2, 1), (3, 2, 1), (4, 3, 1), (8, 4, 1), (16, 4, 3)] {
        let bounds = Bounds::of_cores(cores);
        assert_eq!((bounds.at_once, bounds.threads), (at_once + 1, threads), "{cores}");
        assert!(cores < 3 || at_once * threads < cores);
    }
}

#[tokio::test]
async fn a_job_is_that_of_its_question() {
    let jobs = jobs(BOUNDS);
    let (work, gate) = gated(1);
    let job = ticket(jobs.ask(anybody(), "a", work).expect("room"));
    let of = |question: &str| jobs.job_of(&job.id, question).map(|job| job.state);
    assert!(of("a").is_some() && of("b").is_none());
    assert!(jobs.cancel(&job.id) && of("a") == Some(State::Cancelled) && of("b").is_none());
    drop(gate);
}
