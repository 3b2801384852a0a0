//! Answers that are given again without being made again.

use crate::{HTML, Hello, system, tables};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::middleware::map_response;
use axum::response::IntoResponse;
use axum::routing::get;
use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tequio_frame::{Page, Problem, ProblemCode, System, keepable};
use tower::ServiceExt as _;

/// A portal whose answers say how often one was made, and the state of its data.
struct Counted {
    router: Router,
    made: Arc<AtomicU64>,
    state: Arc<AtomicU64>,
    /// How often the state was looked at.
    looks: Arc<AtomicU64>,
    /// Whether it can be told if the data are invented.
    is_told: Arc<AtomicBool>,
}

fn page(number: u64) -> Result<Page, Problem> {
    Ok(Page::render(format!("made {number}"), "", &Hello { text: "?" })?.with_tables(tables()))
}

fn text(number: u64) -> impl IntoResponse {
    ([(ETAG, "W/\"1\"")], format!("made {number}"))
}

fn counted() -> Counted {
    let (made, state) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(1)));
    let (looks, is_told) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(true)));
    let (counter, told, looked, tells) = (made.clone(), state.clone(), looks.clone(), is_told.clone());
    let count = move || counter.fetch_add(1, Ordering::SeqCst) + 1;
    let (of_page, of_failed, of_text, of_anew) = (count.clone(), count.clone(), count.clone(), count.clone());
    let lacks = || vec![Problem::with(ProblemCode::Internal, "a file could not be read")];
    let kept = Router::new()
        .route("/kept", get(move || ready(text(of_text()))))
        .route("/page", get(move || ready(page(of_page()))))
        .route("/lacking", get(move || ready(page(count()).map(|page| page.lacking(lacks())))))
        .route("/fails", get(move || ready((StatusCode::NOT_FOUND, text(of_failed())))))
        .layer(map_response(keepable))
        .route("/anew", get(move || ready(text(of_anew()))));
    let hello = system("hello");
    let routes = hello.routes.merge(kept.into());
    let state_of: tequio_portal::DataState = Arc::new(move || {
        looked.fetch_add(1, Ordering::SeqCst);
        Some(told.load(Ordering::SeqCst)).filter(|state| *state > 0)
    });
    let is_synthetic: tequio_frame::IsSynthetic = Arc::new(move || match tells.load(Ordering::SeqCst) {
        true => Ok(true),
        false => Err(Problem::with(ProblemCode::Internal, "the folder could not be read")),
    });
    let systems = vec![System { routes, is_synthetic, ..hello }];
    let router = tequio_portal::app(systems, state_of, || std::time::Duration::ZERO).expect("a portal");
    Counted { router, made, state, looks, is_told }
}

impl Counted {
    async fn ask(&self, address: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut request = Request::get(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let (parts, body) = self.router.clone().oneshot(request).await.expect("an answer").into_parts();
        (parts.status, parts.headers, to_bytes(body, usize::MAX).await.expect("a body").to_vec())
    }
}

#[tokio::test]
async fn the_same_question_gets_the_same_answer_until_the_data_change() {
    let portal = counted();
    let first = portal.ask("/kept", &[]).await;
    assert_eq!(first, portal.ask("/kept", &[]).await);
    assert!(first.1.contains_key("content-security-policy") && first.2.starts_with(b"made 1"));
    portal.state.store(2, Ordering::SeqCst);
    let later = portal.ask("/kept", &[]).await;
    assert!(later.2.starts_with(b"made 2"));
    assert_eq!(later, portal.ask("/kept", &[]).await);
}

#[tokio::test]
async fn nothing_is_kept_while_the_state_of_the_data_cannot_be_told() {
    let portal = counted();
    portal.state.store(0, Ordering::SeqCst);
    assert_ne!(portal.ask("/kept", &[]).await.2, portal.ask("/kept", &[]).await.2);
}

#[tokio::test]
async fn another_question_gets_another_answer() {
    let portal = counted();
    let html = (ACCEPT.as_str(), HTML);
    let asked: [(&str, &[(&str, &str)]); 6] = [
        ("/page", &[html]),
        ("/page?a=b", &[html]),
        ("/page", &[html, (ACCEPT_LANGUAGE.as_str(), "en")]),
        ("/page", &[html, (ACCEPT_ENCODING.as_str(), "gzip")]),
        ("/page.json", &[]),
        ("/kept", &[]),
    ];
    let mut answers = Vec::new();
    for (address, headers) in asked {
        let answer = portal.ask(address, headers).await;
        assert_eq!(answer, portal.ask(address, headers).await, "{address} {headers:?}");
        assert!(answers.iter().all(|known| *known != answer), "{address} {headers:?}");
        answers.push(answer);
    }
    assert_eq!(answers[3].1[CONTENT_ENCODING], "gzip");
}

#[tokio::test]
async fn what_is_not_marked_or_failed_or_sets_a_cookie_is_made_each_time() {
    let portal = counted();
    for (address, times) in [("/anew", 2), ("/fails", 4), ("/page?lang=en", 6)] {
        let (_, headers, _) = portal.ask(address, &[]).await;
        assert_eq!(headers.contains_key(SET_COOKIE), times == 6);
        portal.ask(address, &[]).await;
        assert_eq!(portal.made.load(Ordering::SeqCst), times, "{address}");
    }
}

#[tokio::test]
async fn a_page_that_lacks_something_is_made_each_time() {
    let portal = counted();
    let html = [(ACCEPT.as_str(), HTML)];
    let (status, _, first) = portal.ask("/lacking", &html).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(portal.ask("/lacking", &html).await.2, first);
    portal.is_told.store(false, Ordering::SeqCst);
    let says_so =
        |answer: &(StatusCode, HeaderMap, Vec<u8>)| String::from_utf8_lossy(&answer.2).contains("notice-synthetic");
    assert!(!says_so(&portal.ask("/page", &html).await), "nobody knows whether the data are invented");
    portal.is_told.store(true, Ordering::SeqCst);
    let told = portal.ask("/page", &html).await;
    assert!(says_so(&told));
    assert_eq!(portal.ask("/page", &html).await, told);
}

#[tokio::test]
async fn what_is_never_kept_does_not_look_at_the_data() {
    let portal = counted();
    for (address, looks) in [("/healthz", 0), ("/metrics", 0), ("/assets/icon.svg", 0), ("/kept", 1)] {
        portal.ask(address, &[]).await;
        assert_eq!(portal.looks.load(Ordering::SeqCst), looks, "{address}");
    }
}

#[tokio::test]
async fn a_reader_who_has_the_answer_is_told_so() {
    let portal = counted();
    let (_, headers, _) = portal.ask("/page", &[(ACCEPT.as_str(), HTML)]).await;
    let tag = headers[ETAG].to_str().expect("text");
    let (status, _, body) = portal.ask("/page", &[(ACCEPT.as_str(), HTML), (IF_NONE_MATCH.as_str(), tag)]).await;
    assert_eq!((status, body), (StatusCode::NOT_MODIFIED, Vec::new()));
    let other = [(ACCEPT.as_str(), HTML), (IF_NONE_MATCH.as_str(), "W/\"other\"")];
    assert_eq!(portal.ask("/page", &other).await.0, StatusCode::OK);
}
