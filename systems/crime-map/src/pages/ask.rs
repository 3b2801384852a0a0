//! Asking the library from a page: off the server's own threads, and with its errors in words.

use crate::library::{Answer, Library, LibraryError, OpenEdition};
use crate::pages::map::encode;
use axum::extract::{FromRequestParts, Query as AddressQuery};
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::sync::Arc;
use tequio_access::{Note, Principal};
use tequio_frame::language::LANGUAGE_NAME;
use tequio_frame::{PageSource, Problem, ProblemCode, Visit};
use tequio_kernel::{Query, QueryError};
use tokio::task::JoinSet;

/// The dataset and edition that an address names; the links of its page keep them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept(String);

impl Kept {
    pub(crate) fn of(query: &Query) -> Self {
        let named = [("dataset", &query.dataset), ("edition", &query.edition)];
        let pairs: Vec<_> = named.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect();
        Self(encode(&pairs))
    }

    /// An address with the dataset and edition added.
    pub(crate) fn on(&self, address: &str) -> String {
        let sign = if address.contains('?') { '&' } else { '?' };
        if self.0.is_empty() { address.to_owned() } else { format!("{address}{sign}{}", self.0) }
    }

    /// The pairs as they stand in an address; empty when the address names nothing.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names that belong to a page and not to the question it asks.
const PAGE_NAMES: [&str; 1] = [LANGUAGE_NAME];

impl From<LibraryError> for Problem {
    fn from(error: LibraryError) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::with(ProblemCode::of_status(status), error)
    }
}

/// A query that is not understood, as a problem.
pub(crate) fn bad_query(error: &QueryError) -> Problem {
    Problem::with(ProblemCode::BadQuery, error)
}

/// The `name=value` pairs of an address, in order, the language left out.
pub(crate) struct Pairs(pub Vec<(String, String)>);

impl Pairs {
    /// Takes out a name that is not part of the question, if it has a value; the last one counts.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let (taken, kept) = std::mem::take(&mut self.0).into_iter().partition(|(known, _)| known == name);
        self.0 = kept;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value.trim().to_owned()).rfind(|value| !value.is_empty())
    }

    /// Refuses whatever was not taken; a name that is silently dropped gives a wrong answer.
    pub(crate) fn refuse_rest(&self, hint: &str) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => {
                Err(Problem::with(ProblemCode::BadQuery, format!("`{name}` is not understood here: {hint}")))
            }
        }
    }

    /// Reads the rest as a question.
    pub(crate) fn query(&self) -> Result<Query, Problem> {
        Query::parse(self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())))
            .map_err(|error| bad_query(&error))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Pairs {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let AddressQuery(mut pairs) = AddressQuery::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|error| Problem::with(ProblemCode::BadQuery, error))?;
        pairs.retain(|(name, _)| !PAGE_NAMES.contains(&name.as_str()));
        Ok(Self(pairs))
    }
}

/// Runs work that takes the processor for a while away from the threads that serve. Work that still waits when its
/// reader has gone, or has waited too long, is not begun.
pub(crate) async fn blocking<T: Send + 'static>(
    library: Arc<Library>,
    work: impl FnOnce(&Arc<Library>) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    // A set aborts its tasks when it is dropped.
    let mut tasks = JoinSet::new();
    tasks.spawn_blocking(move || work(&library));
    let done = tasks.join_next().await.ok_or_else(|| Problem::new(ProblemCode::Internal))?;
    done.map_err(|error| Problem::with(ProblemCode::Internal, error))?
}

/// Counts for the public: pages know no other principal.
pub(crate) fn count(library: &Library, query: &Query) -> Result<Answer, Problem> {
    Ok(library.count(query, Principal::Public)?)
}

/// The source line of an edition.
pub(crate) fn source_of(edition: &OpenEdition) -> PageSource {
    let manifest = &edition.manifest;
    PageSource {
        title: manifest.title.clone(),
        edition: manifest.edition.clone(),
        href: format!("/datasets/{}/{}", manifest.dataset, manifest.edition),
        attribution: manifest.attribution.clone(),
        synthetic: manifest.synthetic,
    }
}

/// What an answer leaves out, in words.
pub(crate) fn note_in_words(visit: &Visit, note: &Note) -> String {
    match note {
        Note::SensitiveLeftOut => visit.t("note-sensitive"),
        Note::WholeCells => visit.t("note-whole-cells"),
        Note::WholePlaces => visit.t("note-whole-places"),
        Note::QuietStreets => visit.t("note-quiet-streets"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_the_dataset_that_the_address_names() {
        let query = Query { dataset: Some("fgj-cdmx".into()), ..Query::default() };
        assert_eq!(Kept::of(&query).on("/place/MX-09"), "/place/MX-09?dataset=fgj-cdmx");
        assert_eq!(Kept::of(&query).on("/explore?period=2021"), "/explore?period=2021&dataset=fgj-cdmx");
        assert_eq!(Kept::of(&Query::default()).on("/"), "/");
    }
}
