//! Puts the shell round pages and turns problems into pages for readers who want pages.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, SET_COOKIE, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use tequio_frame::{Language, Page, Problem, ProblemCode, Site, Visit};

/// What the reader asked for, kept while the answer is made.
struct Asked {
    visit: Visit,
    wants_page: bool,
    known: Option<HeaderValue>,
    chose_language: bool,
}

/// The middleware.
pub async fn wrap(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let asked = Asked {
        wants_page: wants_page(request.uri().path(), headers),
        known: headers.get(IF_NONE_MATCH).cloned(),
        chose_language: Language::of_address(request.uri()).is_some(),
        visit: Visit { language: Language::of_request(request.uri(), headers), uri: request.uri().clone(), site },
    };
    let mut response = next.run(request).await;
    if let Some(page) = response.extensions_mut().remove::<Page>() {
        return dress(&asked, &page, response).await;
    }
    match problem_of(&mut response) {
        Some(problem) => dress_problem(&asked, problem, response).await,
        None => response,
    }
}

/// The problem of a failed answer; answers of layers that know no problems get one by their status.
fn problem_of(response: &mut Response) -> Option<Problem> {
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    let known = response.extensions_mut().remove::<Problem>();
    known.or_else(|| failed.then(|| Problem::new(ProblemCode::of_status(status))))
}

async fn dress_problem(asked: &Asked, problem: Problem, response: Response) -> Response {
    if problem.code == ProblemCode::Internal {
        tracing::error!(path = asked.visit.uri.path(), detail = problem.detail, "internal problem");
    }
    let status = problem.code.status();
    let page = if asked.wants_page { tequio_frame::shell::problem_page(&asked.visit, &problem).ok() } else { None };
    let Some(page) = page else {
        let mut plain = public(problem).into_response();
        keep_allow(&response, &mut plain);
        plain.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
        return plain;
    };
    let mut dressed = dress(asked, &page, status.into_response()).await;
    keep_allow(&response, &mut dressed);
    dressed.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    dressed
}

/// What broke inside is for the log, not for the answer.
fn public(problem: Problem) -> Problem {
    if problem.code == ProblemCode::Internal { Problem::new(ProblemCode::Internal) } else { problem }
}

fn keep_allow(from: &Response, to: &mut Response) {
    if let Some(allow) = from.headers().get(axum::http::header::ALLOW) {
        to.headers_mut().insert(axum::http::header::ALLOW, allow.clone());
    }
}

async fn dress(asked: &Asked, page: &Page, response: Response) -> Response {
    let is_synthetic = page.source.is_none() && site_is_synthetic(asked.visit.site.clone()).await;
    let Ok(html) = tequio_frame::shell::document(&asked.visit, page, is_synthetic) else {
        return Problem::new(ProblemCode::Internal).into_response();
    };
    let (mut parts, _) = response.into_parts();
    let headers = &mut parts.headers;
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(asked.visit.language.code()));
    headers.insert(VARY, HeaderValue::from_static("accept, accept-language, cookie"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if asked.chose_language
        && let Ok(cookie) = HeaderValue::from_str(&asked.visit.language.cookie())
    {
        headers.insert(SET_COOKIE, cookie);
    }
    if parts.status == StatusCode::OK
        && let Ok(tag) = HeaderValue::from_str(&tag_of(&html))
    {
        headers.insert(ETAG, tag.clone());
        if asked.known.as_ref() == Some(&tag) {
            parts.status = StatusCode::NOT_MODIFIED;
            return Response::from_parts(parts, Body::empty());
        }
    }
    Response::from_parts(parts, Body::from(html))
}

/// Asked off the threads that serve: the systems look into their folders.
async fn site_is_synthetic(site: Arc<Site>) -> bool {
    tokio::task::spawn_blocking(move || site.is_synthetic()).await.unwrap_or(false)
}

/// A weak tag: compression changes the bytes, not the page.
fn tag_of(html: &str) -> String {
    let mut hasher = DefaultHasher::new();
    html.hash(&mut hasher);
    format!("W/\"{:016x}\"", hasher.finish())
}

/// Programs get problem documents; browsers, which name `text/html`, get pages.
fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    let machine =
        ["/api/", "/tiles/", "/assets/", "/openapi.json", "/healthz"].iter().any(|prefix| path.starts_with(prefix));
    let accepts =
        headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).any(|value| value.contains("text/html"));
    !machine && accepts
}
