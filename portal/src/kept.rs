//! Keeps answers that may be given again, as they were sent, for as long as the data stay as they are.
//!
//! Only what a system marks ([`Keepable`]) is kept: it depends on the address, the form and language it was asked in
//! and the state of the data, and on nothing else. That state is looked at for every question, so what is published is
//! seen at once.

use crate::form::Wanted;
use crate::guard;
use crate::limits::{KEPT_ANSWER_BYTES_MAX, KEPT_BYTES_MAX};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, ACCEPT_ENCODING, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tequio_frame::{Keepable, Language, Problem, ProblemCode, system};

/// What an answer takes beside its body and its question: headers, place on the shelf. About.
const BESIDE_BYTES: usize = 4 << 10;

/// Everything that tells one answer from another, but the state of the data.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Question {
    uri: Uri,
    wanted: Wanted,
    language: Option<Language>,
    accept: Option<HeaderValue>,
    encoding: Option<HeaderValue>,
}

impl Question {
    /// `None` for what is no plain question.
    fn of(request: &Request) -> Option<Self> {
        let headers = request.headers();
        // Of a header that stands there twice it is not known which one decides.
        let is_plain = [ACCEPT, ACCEPT_ENCODING].iter().all(|name| headers.get_all(name).iter().count() <= 1);
        (is_plain && request.method() == Method::GET).then(|| Self {
            uri: request.uri().clone(),
            wanted: request.extensions().get::<Wanted>().cloned().unwrap_or_default(),
            language: Language::asked(request.uri(), headers),
            accept: headers.get(ACCEPT).cloned(),
            encoding: headers.get(ACCEPT_ENCODING).cloned(),
        })
    }

    fn bytes(&self) -> usize {
        let headers = [&self.accept, &self.encoding].into_iter().flatten().map(HeaderValue::len).sum::<usize>();
        let address = self.uri.path().len() + self.uri.query().map_or(0, str::len);
        headers + address + self.wanted.part.as_ref().map_or(0, String::len)
    }
}

/// An answer as it was sent.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn again(&self) -> Response {
        (self.status, self.headers.clone(), Body::from(self.body.clone())).into_response()
    }
}

type Answers = HashMap<Question, Arc<Answer>>;

/// Two shelves: what is asked for comes onto the young one; when that is full it becomes the old one, and what lies on
/// the old one by then, not asked for since, is dropped.
#[derive(Debug, Default)]
struct Shelves {
    states: Vec<u64>,
    young: Answers,
    young_bytes: usize,
    old: Answers,
}

impl Shelves {
    fn get(&mut self, states: &[u64], question: &Question) -> Option<Arc<Answer>> {
        if self.states != states {
            return None;
        }
        if let Some(answer) = self.young.get(question) {
            return Some(answer.clone());
        }
        let (question, answer) = self.old.remove_entry(question)?;
        self.put(question, answer.clone());
        Some(answer)
    }

    fn put(&mut self, question: Question, answer: Arc<Answer>) {
        let bytes = question.bytes() + answer.body.len() + BESIDE_BYTES;
        if self.young_bytes + bytes > KEPT_BYTES_MAX / 2 {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        if self.young.insert(question, answer).is_none() {
            self.young_bytes += bytes;
        }
    }
}

/// The answers of one state of the data.
pub struct Kept {
    of_systems: Vec<system::State>,
    shelves: Mutex<Shelves>,
}

impl Kept {
    /// Nothing yet.
    pub fn new(of_systems: Vec<system::State>) -> Self {
        Self { of_systems, shelves: Mutex::default() }
    }

    /// A poisoned lock holds answers that are only ever put in whole.
    fn lock(&self) -> MutexGuard<'_, Shelves> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The states of the data of all systems; `None` if one cannot be told, and nothing is known to be as it was.
    fn states(&self) -> Option<Vec<u64>> {
        self.of_systems.iter().map(|state| state()).collect()
    }

    /// Keeps what was answered in a state that was looked at before: had the data changed meanwhile, nobody will
    /// find it.
    fn put(&self, states: Vec<u64>, question: Question, answer: Arc<Answer>) {
        let mut shelves = self.lock();
        if shelves.states != states {
            *shelves = Shelves { states, ..Shelves::default() };
        }
        shelves.put(question, answer);
    }
}

/// The middleware.
pub async fn keep(State(kept): State<Arc<Kept>>, request: Request, next: Next) -> Response {
    // Some dates of folders, which the system has in memory: not worth another thread.
    let Some((question, states)) = Question::of(&request).zip(kept.states()) else { return next.run(request).await };
    if let Some(answer) = kept.lock().get(&states, &question) {
        return guard::spared(request.headers(), answer.again());
    }
    let response = next.run(request).await;
    if !is_kept(&response) {
        return response;
    }
    match whole(response).await {
        Ok(answer) => {
            let again = answer.again();
            if answer.body.len() <= KEPT_ANSWER_BYTES_MAX {
                kept.put(states, question, Arc::new(answer));
            }
            again
        }
        Err(error) => Problem::with(ProblemCode::Internal, error).into_response(),
    }
}

fn is_kept(response: &Response) -> bool {
    let is_whole = [StatusCode::OK, StatusCode::NO_CONTENT].contains(&response.status());
    is_whole && response.extensions().get::<Keepable>().is_some() && !response.headers().contains_key(SET_COOKIE)
}

async fn whole(response: Response) -> Result<Answer, axum::Error> {
    let (parts, body) = response.into_parts();
    // What compression gives is a slice of a far larger buffer, which would stay as long as the slice.
    let body = Bytes::copy_from_slice(&to_bytes(body, usize::MAX).await?);
    Ok(Answer { status: parts.status, headers: parts.headers, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(uri: &str) -> Question {
        let request = Request::get(uri).body(Body::empty()).expect("a request");
        Question::of(&request).expect("a question")
    }

    fn answer(bytes: usize) -> Arc<Answer> {
        let body = Bytes::from(vec![0; bytes]);
        Arc::new(Answer { status: StatusCode::OK, headers: HeaderMap::new(), body })
    }

    #[test]
    fn what_is_asked_for_stays_and_the_rest_makes_room() {
        let mut shelves = Shelves::default();
        shelves.put(question("/often"), answer(10));
        for number in 0..200 {
            shelves.put(question(&format!("/{number}")), answer(KEPT_ANSWER_BYTES_MAX));
            assert!(shelves.get(&[], &question("/often")).is_some(), "{number}");
            let held = shelves.young.values().chain(shelves.old.values()).map(|answer| answer.body.len());
            assert!(held.sum::<usize>() <= KEPT_BYTES_MAX);
        }
        assert!(shelves.get(&[], &question("/199")).is_some() && shelves.get(&[], &question("/0")).is_none());
    }

    #[test]
    fn a_long_question_counts_as_the_bytes_it_has() {
        let mut shelves = Shelves::default();
        shelves.put(question(&format!("/a?b={}", "c".repeat(40_000))), answer(0));
        assert!(shelves.young_bytes > 40_000);
    }

    #[test]
    fn what_is_no_plain_question_is_none() {
        let of = |request: axum::http::request::Builder| Question::of(&request.body(Body::empty()).expect("a request"));
        assert!(of(Request::head("/")).is_none());
        assert!(of(Request::get("/").header(ACCEPT, "text/csv").header(ACCEPT, "text/html")).is_none());
    }
}
