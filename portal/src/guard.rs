//! What holds for every answer: security headers, limits, and not sending what the reader has.

use crate::limits::{ADDRESS_LENGTH_MAX, PREFLIGHT_AGE_S};
use crate::shell::Embeddable;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH,
    CONTENT_SECURITY_POLICY as CONTENT_SECURITY_POLICY_NAME, CONTENT_TYPE, ETAG, HeaderName, REFERRER_POLICY,
    SET_COOKIE, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tequio_frame::{Problem, ProblemCode, tag};

/// Everything a page may load: our own files. No inline style or script, no frame, no other origin.
/// The map draws its icons from `data:` and keeps its tiles in `blob:` images.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     connect-src 'self'; worker-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (CONTENT_SECURITY_POLICY_NAME, CONTENT_SECURITY_POLICY),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(self), payment=(), usb=()"),
];

/// The same for a page that other sites may show in a frame: it has no forms, and sets no cookie.
pub const EMBED_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     connect-src 'self'; worker-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *";

/// Adds the security headers.
pub async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let embeddable = response.extensions().get::<Embeddable>().is_some();
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if embeddable {
        headers.insert(CONTENT_SECURITY_POLICY_NAME, HeaderValue::from_static(EMBED_SECURITY_POLICY));
        headers.remove(SET_COOKIE);
    }
    response
}

/// Answers 414 before anything reads a longer address.
pub async fn refuse_long_addresses(request: Request, next: Next) -> Response {
    if length(request.uri()) > ADDRESS_LENGTH_MAX {
        return Problem::with(ProblemCode::AddressTooLong, format!("at most {ADDRESS_LENGTH_MAX} bytes"))
            .into_response();
    }
    next.run(request).await
}

fn length(uri: &Uri) -> usize {
    uri.path().len() + uri.query().map_or(0, str::len)
}

/// A question stands in its address. A body is refused before it is read; other methods are refused by routing.
pub async fn refuse_bodies(request: Request, next: Next) -> Response {
    let asks = [Method::GET, Method::HEAD].contains(request.method());
    if asks && has_body(request.headers()) {
        return Problem::with(ProblemCode::TooLarge, "this takes no body: put the question in the address")
            .into_response();
    }
    next.run(request).await
}

fn has_body(headers: &HeaderMap) -> bool {
    let length = headers.get(CONTENT_LENGTH).map(HeaderValue::as_bytes);
    headers.contains_key(TRANSFER_ENCODING) || length.is_some_and(|length| length != b"0")
}

/// Answers 304 to a reader that has the answer already (RFC 9110, 13.1.2), whoever made it.
pub async fn spare_known(request: Request, next: Next) -> Response {
    let asked = request.headers().clone();
    spared(&asked, next.run(request).await)
}

/// The answer, or 304 instead of it to a reader that has it.
pub(crate) fn spared(asked: &HeaderMap, response: Response) -> Response {
    let tag = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
    let known = tag.is_some_and(|tag| tag::is_any(asked) || tag::is_known(asked, tag));
    if response.status() != StatusCode::OK || !known {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    for name in [CONTENT_LENGTH, CONTENT_TYPE, CONTENT_DISPOSITION] {
        parts.headers.remove(name);
    }
    Response::from_parts(parts, Body::empty())
}

/// Addresses that pages of any origin may read. Pages for people are never among them.
const OPEN_PREFIXES: [&str; 5] = ["/api/", "/tiles/", "/ogc", "/openapi", "/ledger/log/"];

/// The data are public, so scripts of any origin may read them; a question that a browser asks first is answered.
pub async fn open_data(request: Request, next: Next) -> Response {
    if !OPEN_PREFIXES.iter().any(|prefix| request.uri().path().starts_with(prefix)) {
        return next.run(request).await;
    }
    let mut response = match *request.method() {
        Method::OPTIONS => preflight(),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("etag, content-disposition, retry-after, location, preference-applied"),
    );
    response
}

fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, DELETE"));
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("accept, accept-language, if-none-match, prefer"),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from(PREFLIGHT_AGE_S));
    response
}

/// `GET /healthz`: the process answers.
pub async fn health() -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], "ok\n")
}
