//! The portal with a small made-up system: shell, problems, headers, limits, languages, assets.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod data;
mod kept;
mod livery;
mod load;
mod pages;
mod refusals;

use askama::Template;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT, ACCEPT_ENCODING, COOKIE, ETAG, IF_NONE_MATCH, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::routing::get;
use serde_json::json;
use tequio_frame::page::NextPage;
use tequio_frame::{Column, DataTable, Gauge, NavItem, Page, PageSource, Problem, ProblemCode, System};
use tower::ServiceExt;
use utoipa_axum::router::OpenApiRouter;

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

#[derive(Template)]
#[template(source = "<h1>{{ text }}</h1>", ext = "html")]
struct Hello {
    text: &'static str,
}

async fn hello() -> Result<Page, Problem> {
    let source =
        PageSource { title: "Muestra".into(), edition: "2024-12".into(), synthetic: true, ..PageSource::default() };
    Ok(Page::render("Hola", "Una página", &Hello { text: "a < b" })?.with_source(source).with_tables(tables()))
}

/// A rate that is not known, and a name that a spreadsheet would take for a formula.
fn tables() -> [DataTable; 2] {
    let places = [Column::text("place"), Column::count("count", "incidents"), Column::number("rate", "per 100,000")];
    let rows = [[json!("MX-01"), json!(12), json!(1.25)], [json!("=cmd"), json!(0), json!(null)]];
    let months = [Column::time("month"), Column::count("count", "incidents")];
    [
        DataTable::new("places", "Lugares", places, rows),
        DataTable::new("months", "Meses", months, [[json!("2024-01"), json!(null)]]),
    ]
}

async fn question(uri: axum::http::Uri) -> Result<Page, Problem> {
    match uri.query() {
        None | Some("q=a") => Page::render("Pregunta", "", &Hello { text: "?" }),
        Some(other) => Err(Problem::with(ProblemCode::BadQuery, format!("`{other}` is not understood"))),
    }
}

async fn unfinished() -> Result<Page, Problem> {
    let next = NextPage { after_s: 2, href: "/unfinished?job=a&b=\"".into() };
    Ok(Page::render("Aún no", "", &Hello { text: "..." })?.followed_by(next))
}

async fn broken() -> Problem {
    Problem::with(ProblemCode::Internal, "the secret reason")
}

async fn panics() -> &'static str {
    panic!("on purpose")
}

fn system(id: &'static str) -> System {
    let routes = OpenApiRouter::new()
        .route("/", get(hello))
        .route("/place/{place}", get(hello))
        .route("/question", get(question))
        .route("/unfinished", get(unfinished))
        .route("/broken", get(broken))
        .route("/panics", get(panics))
        .route("/waits", get(std::future::pending::<&'static str>));
    System {
        id,
        title_key: "hello-title",
        routes,
        navigation: vec![NavItem { href: "/", label_key: "hello-title" }],
        words: &[("es", "hello-title = Inicio"), ("en", "hello-title = Home")],
        is_synthetic: std::sync::Arc::new(|| Ok(true)),
        gauges: std::sync::Arc::new(|| vec![Gauge { name: "hello_rows", help: "Rows", value: 7 }]),
        highlights: None,
    }
}

fn unchanged() -> tequio_portal::DataState {
    std::sync::Arc::new(|| Some(1))
}

fn app() -> Router {
    tequio_portal::app(vec![system("hello")], unchanged(), || std::time::Duration::ZERO).expect("a portal")
}

async fn ask(address: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::get(address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(request.body(Body::empty()).expect("a request")).await
}

async fn send(request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let response = app().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body");
    (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn a_page_stands_in_the_shell_and_says_when_its_data_are_synthetic() {
    let (status, headers, body) = ask("/", &[(ACCEPT.as_str(), HTML)]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-language"], "es");
    for part in [
        "<html lang=\"es\">",
        "<h1>a &#60; b</h1>",
        "Datos sintéticos",
        "aria-current=\"page\"",
        "/search",
        "href=\"/?lang=en\"",
    ] {
        assert!(body.contains(part), "{part} is not in {body}");
    }
    assert!(!body.contains("style=\"") && !body.contains("<script>"), "the policy would refuse this");
}

#[tokio::test]
async fn the_address_chooses_the_language_and_a_cookie_keeps_it() {
    let (_, headers, body) = ask("/?lang=en", &[(ACCEPT.as_str(), HTML)]).await;
    assert!(body.contains("<html lang=\"en\">") && body.contains("Synthetic data"));
    assert!(headers[SET_COOKIE].to_str().expect("text").starts_with("lang=en;"));
    let (_, headers, body) = ask("/", &[(COOKIE.as_str(), "lang=en")]).await;
    assert!(body.contains("<html lang=\"en\">") && !headers.contains_key(SET_COOKIE));
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    for address in ["/", "/nowhere", "/broken", "/openapi.json", "/healthz", "/assets/icon.svg", "/problems/internal"] {
        let (_, headers, _) = ask(address, &[]).await;
        let policy = headers["content-security-policy"].to_str().expect("text");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{address}: {policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{address}");
    }
}

#[tokio::test]
async fn problems_are_documents_for_programs_and_pages_for_people() {
    for (address, status) in [("/nowhere", 404), ("/broken", 500), ("/panics", 500), ("/problems/nothing", 404)] {
        let (got, headers, body) = ask(address, &[]).await;
        assert_eq!(got.as_u16(), status, "{address}");
        assert_eq!(headers["content-type"], "application/problem+json", "{address}");
        assert!(!body.contains("secret") && body.contains("\"type\":\"/problems/"), "{address}: {body}");
        let (got, headers, body) = ask(address, &[(ACCEPT.as_str(), HTML)]).await;
        assert_eq!(got.as_u16(), status, "{address}");
        assert_eq!(headers["content-type"], "text/html; charset=utf-8", "{address}");
        assert!(!body.contains("secret") && body.contains("<h1>"), "{address}");
    }
}

#[tokio::test]
async fn methods_and_long_addresses_are_refused() {
    let (status, headers, body) = send(Request::post("/").body(Body::empty()).expect("a request")).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(body.contains("method-not-allowed") && headers.contains_key("allow"));
    let long = format!("/?q={}", "a".repeat(tequio_portal::limits::ADDRESS_LENGTH_MAX));
    assert_eq!(ask(&long, &[]).await.0, StatusCode::URI_TOO_LONG);
}

#[tokio::test]
async fn every_page_says_so_when_all_data_are_invented() {
    for address in ["/nowhere", "/broken", "/problems/internal"] {
        let (_, _, body) = ask(address, &[(ACCEPT.as_str(), HTML)]).await;
        assert!(body.contains("notice-synthetic"), "{address}: {body}");
    }
    let mut real = system("real");
    real.is_synthetic = std::sync::Arc::new(|| Ok(false));
    let app = tequio_portal::app(vec![real], unchanged(), || std::time::Duration::ZERO).expect("a portal");
    let request = Request::get("/nowhere").header(ACCEPT, HTML).body(Body::empty()).expect("a request");
    let response = app.oneshot(request).await.expect("an answer");
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    assert!(!String::from_utf8_lossy(&body).contains("notice-synthetic"));
}

#[tokio::test]
async fn every_problem_has_a_page() {
    for code in ProblemCode::ALL {
        for language in ["es", "en"] {
            let (status, _, body) =
                ask(&format!("/problems/{}?lang={language}", code.code()), &[(ACCEPT.as_str(), HTML)]).await;
            assert_eq!(status, StatusCode::OK, "{}", code.code());
            assert!(!body.contains('⟦') && !body.contains("[es]") && !body.contains("[en]"), "{}", code.code());
        }
    }
}

#[tokio::test]
async fn a_page_that_is_known_is_not_sent_again() {
    let (_, headers, _) = ask("/", &[]).await;
    let tag = headers[ETAG].to_str().expect("text").to_owned();
    let (status, _, body) = ask("/", &[(IF_NONE_MATCH.as_str(), &tag)]).await;
    assert_eq!((status, body.as_str()), (StatusCode::NOT_MODIFIED, ""));
}

#[tokio::test]
async fn text_is_compressed_for_those_who_ask() {
    let (_, headers, _) = ask("/", &[(ACCEPT_ENCODING.as_str(), "gzip")]).await;
    assert_eq!(headers["content-encoding"], "gzip");
}

#[tokio::test]
async fn assets_are_served_for_ever_and_only_assets_are() {
    let (_, _, page) = ask("/", &[]).await;
    let at = page.find("/assets/main-").expect("an asset");
    let address: String = page[at..].chars().take_while(|c| *c != '"').collect();
    let (status, headers, _) = ask(&address, &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert!(headers["cache-control"].to_str().expect("text").contains("immutable"));
    for address in ["/assets/.vite/manifest.json", "/assets/../Cargo.toml", "/assets/nothing.js"] {
        assert_eq!(ask(address, &[]).await.0, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test]
async fn two_systems_may_not_share_the_name_of_a_type() {
    let with_type = |id| {
        let mut system = system(id);
        let components =
            utoipa::openapi::ComponentsBuilder::new().schema("Counts", utoipa::openapi::Object::new()).build();
        system.routes.get_openapi_mut().components = Some(components);
        system
    };
    let error = tequio_portal::description(vec![with_type("a"), with_type("b")]).err().expect("a clash").to_string();
    assert!(error.contains("Counts"), "{error}");
}
