//! Puts the shell round pages and turns problems into pages for readers who want pages.

use crate::data;
use crate::form::{Form, Wanted};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName,
    IF_NONE_MATCH, SET_COOKIE, VARY,
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
    wanted: Wanted,
    /// Tags of the answers that the reader has, joined by commas.
    known: String,
    chose_language: bool,
}

/// A page in the form that was wanted.
pub struct Dressed {
    /// The text.
    pub body: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Name it is to be saved under, for what is not to be shown.
    pub file: Option<String>,
}

/// Marks an answer that other sites' pages may show in a frame.
#[derive(Clone, Copy)]
pub struct Embeddable;

/// The middleware.
pub async fn wrap(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let asked = Asked {
        wanted: request.extensions().get::<Wanted>().cloned().unwrap_or_default(),
        known: headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned(),
        chose_language: Language::of_address(request.uri()).is_some(),
        visit: Visit::of(request.uri(), headers, site),
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
    record(asked, &problem);
    let status = problem.code.status();
    let page =
        if asked.wanted.by_people { tequio_frame::shell::problem_page(&asked.visit, &problem).ok() } else { None };
    let Some(page) = page else {
        let mut document = document_of(problem);
        keep_allow(&response, &mut document);
        return document;
    };
    let mut dressed = dress(asked, &page, status.into_response()).await;
    keep_allow(&response, &mut dressed);
    dressed.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    dressed
}

fn record(asked: &Asked, problem: &Problem) {
    if problem.code == ProblemCode::Internal {
        tracing::error!(path = asked.visit.uri.path(), detail = problem.detail, "internal problem");
    }
}

/// The problem for programs. What broke inside is for the log, not for the answer.
fn document_of(problem: Problem) -> Response {
    let is_internal = problem.code == ProblemCode::Internal;
    let shown = if is_internal { Problem::new(ProblemCode::Internal) } else { problem };
    let mut response = shown.into_response();
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    response
}

fn keep_allow(from: &Response, to: &mut Response) {
    if let Some(allow) = from.headers().get(axum::http::header::ALLOW) {
        to.headers_mut().insert(axum::http::header::ALLOW, allow.clone());
    }
}

async fn dress(asked: &Asked, page: &Page, response: Response) -> Response {
    let part = asked.wanted.part.as_deref();
    let dressed = match asked.wanted.form {
        Form::Page => html(asked, page).await,
        Form::Json => data::json(&asked.visit, page, part),
        Form::Csv => data::csv(&asked.visit, page, part),
        Form::Svg => data::svg(&asked.visit, page, part).await,
    };
    match dressed {
        Ok(dressed) => {
            let mut response = send(asked, dressed, response);
            if page.embeds.is_some() {
                response.extensions_mut().insert(Embeddable);
            }
            response
        }
        Err(problem) => {
            record(asked, &problem);
            document_of(problem)
        }
    }
}

async fn html(asked: &Asked, page: &Page) -> Result<Dressed, Problem> {
    let is_synthetic = page.source.is_none() && site_is_synthetic(asked.visit.site.clone()).await;
    let body = tequio_frame::shell::document(&asked.visit, page, is_synthetic)
        .map_err(|error| Problem::with(ProblemCode::Internal, error))?;
    Ok(Dressed { body, media_type: "text/html; charset=utf-8", file: None })
}

/// Sends what was made, or says that the reader has it.
fn send(asked: &Asked, dressed: Dressed, response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    let headers = &mut parts.headers;
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(dressed.media_type));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(asked.visit.language.code()));
    headers.insert(VARY, HeaderValue::from_static("accept, accept-language, cookie"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let file = dressed.file.map(|name| format!("attachment; filename=\"{name}\""));
    put(headers, CONTENT_DISPOSITION, file.as_deref());
    put(headers, SET_COOKIE, asked.chose_language.then(|| asked.visit.language.cookie()).as_deref());
    if parts.status == StatusCode::OK {
        let tag = tag_of(&dressed.body);
        put(headers, ETAG, Some(&tag));
        if asked.known.split(',').any(|known| known.trim() == tag) {
            parts.status = StatusCode::NOT_MODIFIED;
            return Response::from_parts(parts, Body::empty());
        }
    }
    Response::from_parts(parts, Body::from(dressed.body))
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: Option<&str>) {
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
        headers.insert(name, value);
    }
}

/// Asked off the threads that serve: the systems look into their folders.
async fn site_is_synthetic(site: Arc<Site>) -> bool {
    tokio::task::spawn_blocking(move || site.is_synthetic()).await.unwrap_or(false)
}

/// A weak tag: compression changes the bytes, not the page.
fn tag_of(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("W/\"{:016x}\"", hasher.finish())
}
