//! What holds for every answer: security headers and limits.

use crate::limits::ADDRESS_LENGTH_MAX;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
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
    (HeaderName::from_static("content-security-policy"), CONTENT_SECURITY_POLICY),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(self), payment=(), usb=()"),
];

/// Adds the security headers.
pub async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
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
