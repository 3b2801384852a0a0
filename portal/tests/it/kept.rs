//! Answers that are given again without being made again.

use crate::{HTML, Hello, system, tables};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::middleware::map_response;
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tequio_frame::{Page, Problem, System, keepable};
use tower::ServiceExt as _;

/// A portal whose pages say how often they were made, and the state of its data.
struct Counted {
    router: Router,
    state: Arc<AtomicU64>,
}

fn counted() -> Counted {
    let (made, state) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(1)));
    let (of_page, told) = (made.clone(), state.clone());
    let count = move |made: &AtomicU64| made.fetch_add(1, Ordering::SeqCst) + 1;
    let page = move || async move {
        let page = Page::render(format!("made {}", count(&of_page)), "", &Hello { text: "?" })?;
        Ok::<Page, Problem>(page.with_tables(tables()))
    };
    let text = move || async move { ([(ETAG, "W/\"1\"")], format!("made {}", count(&made)).repeat(100)) };
    let failing = text.clone();
    let fails = move || async move { (StatusCode::NOT_FOUND, failing().await).into_response() };
    let kept = Router::new()
        .route("/kept", get(text.clone()))
        .route("/page", get(page))
        .route("/fails", get(fails))
        .layer(map_response(keepable));
    let hello = system("hello");
    let routes = hello.routes.merge(kept.route("/anew", get(text)).into());
    let state_of: tequio_frame::State = Arc::new(move || Some(told.load(Ordering::SeqCst)).filter(|state| *state > 0));
    let systems = vec![System { routes, state: state_of, ..hello }];
    Counted { router: tequio_portal::app(systems, || std::time::Duration::ZERO).expect("a portal"), state }
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
    assert!(first.1.contains_key("content-security-policy") && first.2.starts_with(b"made 1made"));
    portal.state.store(2, Ordering::SeqCst);
    let later = portal.ask("/kept", &[]).await;
    assert!(later.2.starts_with(b"made 2made"));
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
    for address in ["/anew", "/fails"] {
        assert_ne!(portal.ask(address, &[]).await.2, portal.ask(address, &[]).await.2, "{address}");
    }
    let (_, headers, body) = portal.ask("/page?lang=en", &[(ACCEPT.as_str(), HTML)]).await;
    assert!(headers.contains_key(SET_COOKIE));
    assert_ne!(body, portal.ask("/page?lang=en", &[(ACCEPT.as_str(), HTML)]).await.2);
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
