//! Tags and lifetimes of answers that are told from the question alone, before anything is counted. An edition
//! never changes, so an answer about a named edition may be kept; one about the newest must be asked for again.

use axum::http::header::{CACHE_CONTROL, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::hash::Hash;
use tequio_frame::form::VARIES;
use tequio_frame::{Problem, tag};
use tequio_kernel::query::AS_OF;
use tequio_kernel::{Manifest, Query};

/// Lifetime of an answer about a named edition. A week and not for ever (`immutable`): a new version of the
/// program may publish less, and a layer of places that was added since may have another edition.
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
    pub(super) fn of(manifest: &Manifest, layers: &[String], query: &Query, form: &impl Hash) -> Self {
        let edition = (&manifest.dataset.0, &manifest.edition, &manifest.content_sha256);
        let tag = tag::of(&(edition, layers, query.pairs(), form, env!("CARGO_PKG_VERSION")));
        Self { tag, lifetime: if is_named(query) { NAMED } else { NEWEST } }
    }

    /// Makes the answer, unless the reader says that it has the very one.
    pub(super) fn answer(
        &self,
        headers: &HeaderMap,
        make: impl FnOnce() -> Result<Response, Problem>,
    ) -> Result<Response, Problem> {
        self.known(headers).map_or_else(|| make().map(|response| self.on(response)), Ok)
    }

    /// What a reader gets who says that he has the very answer.
    pub(super) fn known(&self, headers: &HeaderMap) -> Option<Response> {
        tag::is_known(headers, &self.tag).then(|| self.on(StatusCode::NOT_MODIFIED.into_response()))
    }

    /// Puts tag and lifetime on an answer.
    pub(super) fn on(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(self.lifetime));
        headers.insert(VARY, HeaderValue::from_static(VARIES));
        if let Ok(tag) = HeaderValue::from_str(&self.tag) {
            headers.insert(ETAG, tag);
        }
        response
    }
}

/// True for an edition by its name. What was the newest on a day may change: an older one may arrive late.
fn is_named(query: &Query) -> bool {
    query.edition.as_ref().is_some_and(|edition| !edition.starts_with(AS_OF))
}

/// The question asked of that very edition, whatever is published meanwhile.
pub(super) fn pinned(query: &Query, manifest: &Manifest) -> Query {
    let (dataset, edition) = (Some(manifest.dataset.0.clone()), Some(manifest.edition.clone()));
    Query { dataset, edition, ..query.clone() }
}
