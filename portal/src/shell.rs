//! Puts the shell round pages and turns problems into pages for readers who want pages.

use crate::data;
use crate::form::{Form, Wanted};
use crate::limits::RETRY_AFTER_S;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName,
    RETRY_AFTER, SET_COOKIE, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tequio_frame::{Keepable, Language, Page, Problem, ProblemCode, Site, Visit, tag};

/// What the reader asked for, kept while the answer is made.
struct Asked {
    visit: Visit,
    wanted: Wanted,
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
        chose_language: Language::of_address(request.uri()).is_some(),
        visit: Visit::of(request.uri(), headers, site),
    };
    let mut response = next.run(request).await;
    let mut dressed = match (response.extensions_mut().remove::<Page>(), problem_of(&mut response)) {
        (Some(mut page), _) => match page.refused.take() {
            Some(problem) => dress_problem(&asked, problem, Some(page), response).await,
            None => dress(&asked, &page, response).await,
        },
        (None, Some(problem)) => dress_problem(&asked, problem, None, response).await,
        (None, None) => response,
    };
    say_when(&mut dressed);
    dressed
}

/// Whoever is turned away for the moment is told when to come back.
fn say_when(response: &mut Response) {
    if [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS].contains(&response.status()) {
        response.headers_mut().entry(RETRY_AFTER).or_insert(HeaderValue::from(RETRY_AFTER_S));
    }
}

/// The problem of a failed answer; answers of layers that know no problems get one by their status.
fn problem_of(response: &mut Response) -> Option<Problem> {
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    let known = response.extensions_mut().remove::<Problem>();
    known.or_else(|| failed.then(|| Problem::new(ProblemCode::of_status(status))))
}

/// People get a page: its own, or that of the kind of problem. Programs get the document.
async fn dress_problem(asked: &Asked, problem: Problem, own: Option<Page>, response: Response) -> Response {
    record(asked, &problem);
    let status = problem.code.status();
    let page = || own.or_else(|| tequio_frame::shell::problem_page(&asked.visit, &problem).ok());
    let Some(page) = asked.wanted.by_people.then(page).flatten() else {
        let mut document = document_of(&problem);
        keep_advice(&response, &mut document);
        return document;
    };
    let mut dressed = dress(asked, &page, status.into_response()).await;
    keep_advice(&response, &mut dressed);
    dressed.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    dressed
}

fn record(asked: &Asked, problem: &Problem) {
    if problem.code == ProblemCode::Internal {
        tracing::error!(path = asked.visit.uri.path(), detail = problem.detail, "internal problem");
    }
}

/// The problem for programs.
fn document_of(problem: &Problem) -> Response {
    let mut response = problem.shown().into_response();
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    response
}

/// What tells the reader how to ask instead.
fn keep_advice(from: &Response, to: &mut Response) {
    for name in [ALLOW, RETRY_AFTER] {
        if let Some(advice) = from.headers().get(&name) {
            to.headers_mut().insert(name, advice.clone());
        }
    }
}

async fn dress(asked: &Asked, page: &Page, mut response: Response) -> Response {
    page.lacks.iter().for_each(|problem| record(asked, problem));
    if page.next.is_some() && asked.wanted.form != Form::Page {
        return unfinished();
    }
    let part = asked.wanted.part.as_deref();
    let dressed = match asked.wanted.form {
        Form::Page => html(asked, page, &mut response).await,
        Form::Json => data::json(&asked.visit, page, part),
        Form::Csv => data::csv(&asked.visit, page, part),
        Form::Svg => data::svg(&asked.visit, page, part, asked.wanted.themed).await,
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
            document_of(&problem)
        }
    }
}

/// A page that is not finished has no data yet.
fn unfinished() -> Response {
    document_of(&Problem::with(ProblemCode::Unavailable, "this is still being computed: ask again in a moment"))
}

async fn html(asked: &Asked, page: &Page, response: &mut Response) -> Result<Dressed, Problem> {
    // Who is turned away for load does not wait in the queue to be told so.
    let is_asked = page.source.is_none() && response.status() != StatusCode::SERVICE_UNAVAILABLE;
    let told = if is_asked { site_is_synthetic(asked.visit.site.clone()).await } else { Ok(false) };
    let is_synthetic = told.unwrap_or_else(|problem| {
        record(asked, &problem);
        // The next time it may be told.
        response.extensions_mut().remove::<Keepable>();
        false
    });
    let body = tequio_frame::shell::document(&asked.visit, page, is_synthetic)
        .map_err(|error| Problem::with(ProblemCode::Internal, error))?;
    Ok(Dressed { body, media_type: "text/html; charset=utf-8", file: None })
}

/// Sends what was made.
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
        put(headers, ETAG, Some(&tag::of(&dressed.body)));
    }
    Response::from_parts(parts, Body::from(dressed.body))
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: Option<&str>) {
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
        headers.insert(name, value);
    }
}

/// Asked off the threads that serve: the systems look into their folders.
async fn site_is_synthetic(site: Arc<Site>) -> Result<bool, Problem> {
    let told = tokio::task::spawn_blocking(move || site.is_synthetic()).await;
    told.unwrap_or_else(|error| Err(Problem::with(ProblemCode::Internal, error)))
}
