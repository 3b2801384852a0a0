//! What one asker may have of what is bounded, and what is left to others.

use crate::jobs::{BOUNDS, asker, code, gated, jobs, jobs_at, never, state, ticket};
use proptest::prelude::{prop_assert, proptest};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::time::Duration;
use tequio_crime_map::jobs::{Bounds, Job, Jobs, Waiting, Watch};
use tequio_frame::{Asker, Problem, ProblemCode};

/// Room for nine, of which one asker may have three.
const SHARED: Bounds = Bounds { waiting: 8, tickets: 9, tickets_each: 6, shares: 3, ..BOUNDS };

#[tokio::test]
async fn one_who_asks_for_much_keeps_nobody_out() {
    let jobs = jobs(Bounds { at_once: 2, waiting: 7, ..SHARED });
    let (greedy, other) = (asker(1), asker(2));
    let (works, gates): (Vec<_>, Vec<_>) = (0..3).map(gated).unzip();
    let taken: Vec<Job> = works
        .into_iter()
        .enumerate()
        .map(|(at, work)| ticket(jobs.ask(greedy, &at.to_string(), work).expect("room")))
        .collect();
    gates[0].begun.recv().expect("it begins");
    let refused = jobs.ask(greedy, "one more", never).err().expect("no more");
    assert_eq!(refused.code, ProblemCode::TooMany);
    assert!(refused.to_string().contains("DELETE"), "{refused}");
    // One place to compute is left to another, who is answered though none of these ends.
    assert_eq!(jobs.ask(other, "another's", |_: &Watch| Ok(7)).expect("room").answer().await, Ok(7));
    assert_eq!(jobs.load(), (1, 2));
    // Who gives one up may ask for another.
    assert!(jobs.cancel(&taken[2].id));
    assert!(jobs.ask(greedy, "one more", |_: &Watch| Ok(1)).is_ok());
}

#[tokio::test]
async fn tickets_are_shared_too() {
    let jobs = jobs(SHARED);
    let (greedy, other) = (asker(1), asker(2));
    let done = |asker: Asker, question: &'static str| {
        let jobs = jobs.clone();
        async move {
            let waits = jobs.ask(asker, question, |_: &Watch| Ok(1)).expect("room");
            assert_eq!(waits.answer().await, Ok(1));
            waits.ticket("/answer".to_owned())
        }
    };
    for question in ["a", "b", "c"] {
        assert!(done(greedy, question).await.is_ok());
    }
    assert_eq!(done(greedy, "d").await.map_err(code), Err(ProblemCode::TooMany));
    for question in ["a", "b", "c"] {
        assert!(done(other, question).await.is_ok());
    }
}

#[tokio::test]
async fn one_asker_does_not_take_all_tickets_of_a_question() {
    let jobs = jobs(SHARED);
    let (work, gate) = gated(1);
    ticket(jobs.ask(asker(1), "a", work).expect("room"));
    let take = |number: u32| jobs.ask(asker(number), "a", never).expect("the same").ticket("/answer".to_owned());
    assert!(take(1).is_ok());
    assert_eq!(take(1).map_err(code), Err(ProblemCode::TooMany));
    assert!(take(2).is_ok() && take(2).is_ok());
    gate.may.send(()).expect("it listens");
}

#[tokio::test]
async fn what_answers_weigh_is_shared() {
    let jobs = jobs(Bounds { held: 30, ..SHARED });
    let heavy = |number: u32, question: &'static str| {
        let jobs = jobs.clone();
        async move {
            let waits = jobs.ask(asker(number), question, |_: &Watch| Ok(11)).expect("room");
            assert_eq!(waits.answer().await, Ok(11));
            waits.ticket("/answer".to_owned()).map(drop).map_err(code)
        }
    };
    assert_eq!(heavy(1, "a").await, Ok(()));
    assert_eq!(heavy(1, "b").await, Err(ProblemCode::TooMany));
    assert_eq!(heavy(2, "b").await, Ok(()));
}

/// Work that ends when it is stopped, and not before.
fn endless(watch: &Watch) -> Result<u32, Problem> {
    while !watch.is_stopped() {
        std::thread::yield_now();
    }
    Err(Problem::new(ProblemCode::Unavailable))
}

/// As many questions as an asker is let begin, and why there are no more.
fn greedily(jobs: &Arc<Jobs<u32>>, number: u32) -> (Vec<Waiting<u32>>, ProblemCode) {
    let mut taken = Vec::new();
    loop {
        match jobs.ask(asker(number), &format!("{number}: {}", taken.len()), endless) {
            Ok(waits) => taken.push(waits),
            Err(problem) => return (taken, problem.code),
        }
    }
}

#[test]
fn several_who_ask_for_much_keep_nobody_out() {
    let jobs = jobs(Bounds { shares: 3, ..Bounds::of_cores(2) });
    let greedy: Vec<_> = (1..=3).map(|number| greedily(&jobs, number)).collect();
    let told: Vec<_> = greedy.iter().map(|(taken, why)| (taken.len(), *why)).collect();
    // Of 19 places a share are seven: the first has his, and the last seven are for those who have none.
    assert_eq!(told, [(7, ProblemCode::TooMany), (5, ProblemCode::TooMany), (1, ProblemCode::TooMany)]);
    let few: Vec<_> = (4..=9).map(|number| greedily(&jobs, number)).collect();
    assert!(few.iter().all(|(taken, why)| (taken.len(), *why) == (1, ProblemCode::TooMany)));
    // Whoever comes when all places are taken is told so: nothing of it is his.
    assert_eq!(jobs.ask(asker(10), "one more", never).err().map(code), Some(ProblemCode::Unavailable));
    jobs.close();
}

#[test]
fn a_place_stays_his_who_took_it_while_others_wait_for_the_same() {
    let jobs = jobs(Bounds { waiting: 8, shares: 3, ..BOUNDS });
    let mut joined = Vec::new();
    for question in ["a", "b", "c"] {
        let waits = jobs.ask(asker(1), question, endless).expect("room");
        joined.push(jobs.ask(asker(2), question, never).expect("the same"));
        drop(waits);
    }
    // Else two who take turns would take every place.
    assert_eq!(jobs.ask(asker(1), "d", never).err().map(code), Some(ProblemCode::TooMany));
    assert!(jobs.ask(asker(3), "another's", endless).is_ok());
    jobs.close();
}

/// A ticket for an answer that is there.
fn held(jobs: &Arc<Jobs<u32>>, number: u32, question: &str) -> Result<Job, ProblemCode> {
    let waits = jobs.ask(asker(number), question, |_: &Watch| Ok(1)).map_err(code)?;
    assert_eq!(answer(&waits), Ok(1));
    waits.ticket("/answer".to_owned()).map_err(code)
}

fn answer(waits: &Waiting<u32>) -> Result<u32, Problem> {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(waits.answer())
}

#[test]
fn the_last_tickets_are_for_those_who_have_none() {
    let jobs = jobs(SHARED);
    for (number, question) in [(1, "a"), (1, "b"), (1, "c"), (2, "d"), (2, "e"), (2, "f"), (3, "g")] {
        assert!(held(&jobs, number, question).is_ok(), "{question}");
    }
    assert_eq!(held(&jobs, 3, "h"), Err(ProblemCode::TooMany));
    assert!(held(&jobs, 4, "h").is_ok() && held(&jobs, 5, "i").is_ok());
    assert_eq!(held(&jobs, 6, "j"), Err(ProblemCode::Unavailable));
}

#[test]
fn the_last_tickets_of_a_question_are_for_those_who_have_none() {
    let jobs = jobs(Bounds { tickets: 30, ..SHARED });
    let _begun = jobs.ask(asker(9), "a", endless).expect("room");
    let take = |number: u32| {
        let waits = jobs.ask(asker(number), "a", never).expect("the same");
        waits.ticket("/answer".to_owned()).map(drop).map_err(code)
    };
    assert_eq!([1, 1, 2, 2, 3].map(take), [Ok(()); 5]);
    assert_eq!((take(3), take(4), take(5)), (Err(ProblemCode::TooMany), Ok(()), Err(ProblemCode::Unavailable)));
    jobs.close();
}

#[test]
fn who_is_refused_a_ticket_keeps_those_that_he_has() {
    static NOW: AtomicU64 = AtomicU64::new(0);
    let jobs = jobs_at(|| Duration::from_secs(NOW.load(SeqCst)), SHARED);
    let own = ["a", "b", "c"].map(|question| held(&jobs, 1, question).expect("room"));
    NOW.store(20, SeqCst);
    // His own are old enough to give way to a fourth, but others' fresh ones have filled all before the last share.
    for (number, question) in [(2, "d"), (2, "e"), (3, "f"), (4, "g"), (5, "h"), (6, "i")] {
        assert!(held(&jobs, number, question).is_ok(), "{question}");
    }
    assert_eq!(held(&jobs, 1, "j"), Err(ProblemCode::TooMany));
    assert!(own.iter().all(|job| state(&jobs, job).is_some()), "nothing is taken from whom nothing is given");
}

proptest! {
    /// Two askers, in any order, and one place to compute: of two turns that follow one another, while both wait, no one has
    /// both; and nobody below his share is refused: nineteen never reach the last share of forty-one places, which is for those
    /// who have nothing.
    #[test]
    fn turns_go_round(order in proptest::collection::vec(0..2_u32, 1..20)) {
        let jobs = jobs(Bounds { waiting: 40, shares: 2, ..BOUNDS });
        let (first, gate) = gated(0);
        let _holds = jobs.ask(asker(9), "first", first).expect("room");
        gate.begun.recv().expect("it begins");
        let (tell, told) = channel();
        let waits: Vec<_> = order.iter().enumerate().map(|(at, who)| {
            let (tell, who) = (tell.clone(), *who);
            let work = move |_: &Watch| { let _ = tell.send(who); Ok(1) };
            jobs.ask(asker(who), &at.to_string(), work).expect("below his share")
        }).collect();
        gate.may.send(()).expect("it listens");
        let turns: Vec<u32> = (0..order.len()).map(|_| told.recv().expect("a turn")).collect();
        let left = |who: u32, from: usize| turns[from..].contains(&who);
        for at in 1..turns.len() {
            prop_assert!(turns[at] != turns[at - 1] || !left(1 - turns[at], at), "{turns:?}");
        }
        drop(waits);
    }

    /// Fewer askers than a share has places, who begin, join and leave as they like: one more who has nothing is let in.
    #[test]
    fn whoever_has_nothing_is_let_in(moves in proptest::collection::vec((0..3_u32, 0..14_usize, proptest::bool::ANY), 1..80)) {
        let jobs = jobs(Bounds { at_once: 2, waiting: 10, shares: 3, ..BOUNDS });
        let mut waiting = Vec::new();
        for (who, question, leaves) in moves {
            waiting.extend(jobs.ask(asker(who), &question.to_string(), endless).ok());
            if leaves && !waiting.is_empty() {
                drop(waiting.swap_remove(question % waiting.len()));
            }
        }
        prop_assert!(jobs.ask(asker(9), "another's", endless).is_ok(), "{:?}", jobs.load());
        jobs.close();
    }
}
