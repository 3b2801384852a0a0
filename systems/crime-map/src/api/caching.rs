//! Tags and lifetimes of answers. An edition never changes, so an answer about a named edition may
//! be kept; one about the newest edition must be asked for again.

use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::hash::{DefaultHasher, Hash, Hasher};
use tequio_kernel::{Manifest, Query};

/// Lifetime of an answer about a named edition. A week and not for ever: a new version of the
/// program may publish less.
const NAMED: &str = "public, max-age=604800";
/// Answers about the newest edition.
const NEWEST: &str = "public, no-cache";

/// Tag and lifetime of one answer.
pub(super) struct Freshness {
    tag: String,
    lifetime: &'static str,
}

impl Freshness {
    /// From what the answer depends on: the edition, the layers, the question, the form of the answer, the program.
    pub(super) fn of(manifest: &Manifest, layers: &[String], query: &Query, form: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        (&manifest.dataset.0, &manifest.edition, &manifest.content_sha256).hash(&mut hasher);
        (layers, query.pairs(), form, env!("CARGO_PKG_VERSION")).hash(&mut hasher);
        let lifetime = if query.edition.is_some() { NAMED } else { NEWEST };
        Self { tag: format!("W/\"{:016x}\"", hasher.finish()), lifetime }
    }

    /// True when the reader already has this answer.
    pub(super) fn is_known(&self, headers: &HeaderMap) -> bool {
        let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        known.flat_map(|value| value.split(',')).any(|tag| tag.trim() == self.tag)
    }

    /// The answer that nothing changed.
    pub(super) fn not_modified(&self) -> Response {
        self.on(StatusCode::NOT_MODIFIED.into_response())
    }

    /// Puts tag and lifetime on an answer.
    pub(super) fn on(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(self.lifetime));
        headers.insert(VARY, HeaderValue::from_static("accept, accept-encoding"));
        if let Ok(tag) = HeaderValue::from_str(&self.tag) {
            headers.insert(ETAG, tag);
        }
        response
    }
}
