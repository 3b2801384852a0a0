//! What holds for every answer: security headers and limits.

use crate::limits::ADDRESS_LENGTH_MAX;
use crate::shell::Embeddable;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY as CONTENT_SECURITY_POLICY_NAME, HeaderName, REFERRER_POLICY, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tequio_frame::{Problem, ProblemCode};

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

/// `GET /healthz`: the process answers.
pub async fn health() -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], "ok\n")
}
