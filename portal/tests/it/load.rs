//! Load, bodies, other origins and what is told to whoever keeps watch.

use crate::{app, ask, send};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use tequio_portal::limits::{ANSWERS_MAX, WAITING_MAX};
use tower::ServiceExt;

#[tokio::test]
async fn more_questions_than_can_wait_are_refused_at_once_and_cheap_addresses_never() {
    let app = app();
    let ask = |address: &str| app.clone().oneshot(Request::get(address).body(Body::empty()).expect("a request"));
    // These never end, so they hold every place until they are dropped.
    let waiting: Vec<_> = (0..ANSWERS_MAX + WAITING_MAX).map(|_| tokio::spawn(ask("/waits"))).collect();
    while ask("/").await.expect("an answer").status() == StatusCode::OK {
        tokio::task::yield_now().await;
    }
    let html = Request::get("/").header("accept", crate::HTML).body(Body::empty()).expect("a request");
    for refused in [ask("/").await, app.clone().oneshot(html).await] {
        let refused = refused.expect("an answer");
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.headers()["retry-after"], "2");
    }
    for cheap in ["/healthz", "/metrics", "/assets/icon.svg", "/openapi.json", "/problems/unavailable"] {
        assert_eq!(ask(cheap).await.expect("an answer").status(), StatusCode::OK, "{cheap}");
    }
    let metrics = axum::body::to_bytes(ask("/metrics").await.expect("an answer").into_body(), usize::MAX).await;
    let metrics = String::from_utf8(metrics.expect("a body").to_vec()).expect("text");
    let refused = metrics.lines().find_map(|line| line.strip_prefix("tequio_http_refused_for_load_total "));
    assert!(refused.and_then(|count| count.parse::<u64>().ok()) >= Some(3), "{metrics}");
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
    for task in waiting {
        let _ = task.await;
    }
    assert_eq!(ask("/").await.expect("an answer").status(), StatusCode::OK, "places are given back");
}

/// Whoever hangs up gives the place back at once, though the answer would still take for ever.
#[tokio::test(flavor = "multi_thread")]
async fn readers_who_leave_free_their_places() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(tequio_portal::serve(listener, app(), std::future::pending()));
    // The readers are no tasks of the runtime: they hang up as a browser does.
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(address).expect("connects");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").expect("sends");
        stream
    };
    // One that came before the last of them waits as they do, and leaves: it tells nothing.
    let status = || {
        let (mut text, mut stream) = (String::new(), ask("/"));
        stream.set_read_timeout(Some(Duration::from_secs(1))).expect("a limit");
        let _ = stream.read_to_string(&mut text);
        text.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    let waiting: Vec<TcpStream> = (0..ANSWERS_MAX + WAITING_MAX).map(|_| ask("/waits")).collect();
    while status() != "503" {}
    drop(waiting);
    while status() != "200" {}
    server.abort();
}

#[tokio::test]
async fn bodies_are_refused() {
    for (name, value) in [("content-length", "3"), ("transfer-encoding", "chunked")] {
        let request = Request::get("/").header(name, value).body(Body::from("a=1")).expect("a request");
        let (status, headers, body) = send(request).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{name}");
        assert_eq!(headers["content-type"], "application/problem+json");
        assert!(body.contains("in the address"), "{body}");
    }
    assert_eq!(ask("/", &[("content-length", "0")]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn other_origins_may_read_data_and_no_page() {
    let (_, headers, _) = ask("/openapi.json", &[("origin", "https://example.org")]).await;
    assert_eq!(headers["access-control-allow-origin"], "*");
    for page in ["/", "/api", "/nowhere", "/metrics"] {
        let (_, headers, _) = ask(page, &[("origin", "https://example.org")]).await;
        assert!(!headers.contains_key("access-control-allow-origin"), "{page}");
    }
    let preflight = |address: &str| Request::options(address).body(Body::empty()).expect("a request");
    let (status, headers, _) = send(preflight("/api/v1/nothing")).await;
    assert_eq!(
        (status, &headers["access-control-allow-methods"]),
        (StatusCode::NO_CONTENT, &"GET, HEAD, DELETE".parse().expect("text"))
    );
    assert_eq!(send(preflight("/")).await.0, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn metrics_name_routes_and_never_addresses() {
    let app = app();
    let ask = |method: &str, address: &str| {
        let request = Request::builder().method(method).uri(address).body(Body::empty()).expect("a request");
        app.clone().oneshot(request)
    };
    for (method, address) in [("GET", "/place/SECRET?q=SECRET"), ("GET", "/SECRET"), ("SECRET", "/")] {
        ask(method, address).await.expect("an answer");
    }
    let page = ask("GET", "/metrics").await.expect("an answer");
    assert_eq!(page.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let bytes = axum::body::to_bytes(page.into_body(), usize::MAX).await.expect("a body");
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    for line in [
        r#"tequio_http_requests_total{route="/place/{place}",method="GET",status="200"} 1"#,
        r#"tequio_http_requests_total{route="unmatched",method="GET",status="404"} 1"#,
        r#"tequio_http_requests_total{route="/",method="other",status="405"} 1"#,
        r#"tequio_http_request_duration_seconds_count{route="/place/{place}"} 1"#,
        "tequio_hello_rows 7",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    assert!(!text.contains("SECRET"), "{text}");
}

#[tokio::test]
async fn any_tag_and_lists_of_tags_spare_the_answer() {
    for address in ["/", "/index.json", "/openapi.json", "/openapi-3.0.json", "/assets/icon.svg", "/api"] {
        let (_, headers, _) = ask(address, &[]).await;
        let tag = headers["etag"].to_str().expect("text").to_owned();
        for known in [tag.clone(), tag.replace("W/", ""), format!("\"0\", {tag}"), "*".to_owned()] {
            let (status, headers, body) = ask(address, &[("if-none-match", &known)]).await;
            assert_eq!((status, body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{address} {known}");
            assert_eq!(headers["etag"], tag.as_str());
        }
    }
    assert_eq!(ask("/nowhere", &[("if-none-match", "*")]).await.0, StatusCode::NOT_FOUND);
}
