//! Keeps answers that may be given again, as they were sent, for as long as the data stay as they are.
//!
//! Only what a system marks ([`Keepable`]) is kept: it depends on the address, the form and language it was asked in
//! and the state of the data, and on nothing else. That state is looked at for every question, so what is published is
//! seen at once.

use crate::form::Wanted;
use crate::guard;
use crate::limits::{KEPT_ANSWER_BYTES_MAX, KEPT_BYTES_MAX};
use crate::queue;
use axum::body::{Body, BodyDataStream, Bytes, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, ACCEPT_ENCODING, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::vec;
use tequio_frame::{Keepable, Language};

/// Tells in which state the data of all systems are, in some microseconds: another number after every change; `None` when
/// it cannot be told, and nothing is known to be as it was.
pub type DataState = Arc<dyn Fn() -> Option<u64> + Send + Sync>;

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
    /// `None` for what is no plain question, or costs less to answer than to look up.
    fn of(request: &Request) -> Option<Self> {
        let headers = request.headers();
        // Of a header that stands there twice it is not known which one decides.
        let is_plain = [ACCEPT, ACCEPT_ENCODING].iter().all(|name| headers.get_all(name).iter().count() <= 1);
        (is_plain && request.method() == Method::GET && !queue::is_cheap(request.uri().path())).then(|| Self {
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
    state: u64,
    young: Answers,
    young_bytes: usize,
    old: Answers,
}

impl Shelves {
    fn get(&mut self, state: u64, question: &Question) -> Option<Arc<Answer>> {
        if self.state != state {
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
    state: DataState,
    shelves: Mutex<Shelves>,
}

impl Kept {
    /// Nothing yet.
    pub fn new(state: DataState) -> Self {
        Self { state, shelves: Mutex::default() }
    }

    /// A poisoned lock holds answers that are only ever put in whole.
    fn lock(&self) -> MutexGuard<'_, Shelves> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what was answered in a state that was looked at before: had the data changed meanwhile, nobody will
    /// find it.
    fn put(&self, state: u64, question: Question, answer: Arc<Answer>) {
        let mut shelves = self.lock();
        if shelves.state != state {
            *shelves = Shelves { state, ..Shelves::default() };
        }
        shelves.put(question, answer);
    }
}

/// The middleware.
pub async fn keep(State(kept): State<Arc<Kept>>, request: Request, next: Next) -> Response {
    let Some(question) = Question::of(&request) else { return next.run(request).await };
    // Some names and dates of folders, which the system has in memory: not worth another thread.
    let Some(state) = (kept.state)() else { return next.run(request).await };
    if let Some(answer) = kept.lock().get(state, &question) {
        return guard::spared(request.headers(), answer.again());
    }
    let response = next.run(request).await;
    if !is_kept(&response) {
        return response;
    }
    let (parts, body) = response.into_parts();
    match read(body).await {
        Ok(body) => {
            let answer = Arc::new(Answer { status: parts.status, headers: parts.headers, body });
            kept.put(state, question, answer.clone());
            answer.again()
        }
        Err(begun) => Response::from_parts(parts, Body::from_stream(begun)),
    }
}

fn is_kept(response: &Response) -> bool {
    let is_whole = [StatusCode::OK, StatusCode::NO_CONTENT].contains(&response.status());
    let is_marked = response.extensions().get::<Keepable>().is_some();
    let is_small = response.body().size_hint().lower() <= KEPT_ANSWER_BYTES_MAX as u64;
    is_whole && is_marked && is_small && !response.headers().contains_key(SET_COOKIE)
}

/// The whole body, in memory of its own: what compression gives is a slice of a far larger buffer, which would stay as
/// long as the slice. A body that turns out too large to be kept, or breaks off, goes on as if it had not been read.
async fn read(body: Body) -> Result<Bytes, Begun> {
    let mut rest = body.into_data_stream();
    let mut read = Vec::new();
    let last = loop {
        match poll_fn(|context| Pin::new(&mut rest).poll_next(context)).await {
            None => return Ok(read.into_boxed_slice().into()),
            Some(Ok(data)) if read.len() + data.len() <= KEPT_ANSWER_BYTES_MAX => read.extend_from_slice(&data),
            Some(last) => break last,
        }
    };
    Err(Begun { begun: vec![Ok(read.into()), last].into_iter(), rest })
}

/// A body that was begun to be read: what came, and then the rest.
struct Begun {
    begun: vec::IntoIter<Result<Bytes, axum::Error>>,
    rest: BodyDataStream,
}

impl Stream for Begun {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.begun.next() {
            Some(data) => Poll::Ready(Some(data)),
            None => Pin::new(&mut self.rest).poll_next(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;

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
            assert!(shelves.get(0, &question("/often")).is_some(), "{number}");
            let held = shelves.young.values().chain(shelves.old.values()).map(|answer| answer.body.len());
            assert!(held.sum::<usize>() <= KEPT_BYTES_MAX);
        }
        assert!(shelves.get(0, &question("/199")).is_some() && shelves.get(0, &question("/0")).is_none());
    }

    #[test]
    fn a_long_question_counts_as_the_bytes_it_has() {
        let mut shelves = Shelves::default();
        shelves.put(question(&format!("/a?b={}", "c".repeat(40_000))), answer(0));
        assert!(shelves.young_bytes > 40_000);
    }

    /// A body that comes in pieces, so that nobody knows its size before its end.
    fn in_pieces(pieces: Vec<Result<Bytes, axum::Error>>) -> Body {
        Body::from_stream(Begun { begun: pieces.into_iter(), rest: Body::empty().into_data_stream() })
    }

    #[tokio::test]
    async fn a_body_is_held_up_to_the_limit_and_passes_whole_beyond_it() {
        let piece = |byte: u8| Bytes::from(vec![byte; KEPT_ANSWER_BYTES_MAX / 2]);
        let whole = |pieces: &[u8]| pieces.iter().flat_map(|byte| piece(*byte)).collect::<Bytes>();
        let body = |pieces: &[u8]| in_pieces(pieces.iter().map(|byte| Ok(piece(*byte))).collect());
        assert_eq!(read(body(&[1, 2])).await.ok(), Some(whole(&[1, 2])));
        let begun = read(body(&[1, 2, 3, 4])).await.expect_err("too large");
        assert_eq!(to_bytes(Body::from_stream(begun), usize::MAX).await.expect("a body"), whole(&[1, 2, 3, 4]));
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_breaks_off_for_the_reader_too() {
        let broken = in_pieces(vec![Ok(Bytes::from_static(b"half")), Err(axum::Error::new("broken"))]);
        let begun = read(broken).await.expect_err("broken");
        assert!(to_bytes(Body::from_stream(begun), usize::MAX).await.is_err());
    }

    #[test]
    fn what_is_no_plain_question_is_none() {
        let of = |request: axum::http::request::Builder| Question::of(&request.body(Body::empty()).expect("a request"));
        assert!(of(Request::head("/")).is_none());
        assert!(of(Request::get("/healthz")).is_none() && of(Request::get("/assets/a.js")).is_none());
        assert!(of(Request::get("/").header(ACCEPT, "text/csv").header(ACCEPT, "text/html")).is_none());
    }
}
