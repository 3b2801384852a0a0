//! Asking the library from a page: off the server's own threads, and with its errors in words.

use crate::library::{Answer, Library, LibraryError, OpenEdition};
use crate::refused::{parameter_of_library, problem_of_query, words_of_library};
use axum::http::StatusCode;
use std::sync::Arc;
use tequio_access::{Note, Principal};
pub(crate) use tequio_frame::address::{Pairs, encode};
pub(crate) use tequio_frame::work::blocking;
use tequio_frame::{PageSource, Problem, ProblemCode, Visit};
use tequio_kernel::Query;

/// Names by which a question says which edition it is asked of.
pub(crate) const EDITION_NAMES: [&str; 3] = ["dataset", "edition", "as_of"];

/// The dataset and edition that an address names; the links of its page keep them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept(String);

impl Kept {
    pub(crate) fn of(query: &Query) -> Self {
        let mut pairs = query.pairs();
        pairs.retain(|(name, _)| EDITION_NAMES.contains(name));
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

impl From<LibraryError> for Problem {
    fn from(error: LibraryError) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let (words, parameter) = (words_of_library(&error), parameter_of_library(&error));
        Self::with(ProblemCode::of_status(status), error).told_as(words).about(parameter)
    }
}

/// Reads the question of an address; what cannot be read is told in words of its own.
pub(crate) fn query(pairs: &Pairs) -> Result<Query, Problem> {
    pairs.parse().map_err(problem_of_query)
}

/// Counts for the public: pages know no other principal.
pub(crate) fn count(library: &Library, query: &Query) -> Result<Answer, Problem> {
    Ok(library.count(query, Principal::Public)?)
}

/// The edition that a form is made of: the one asked for, or where there is none the nearest to it.
pub(crate) fn open_for_form(library: &Library, query: &Query) -> Result<Arc<OpenEdition>, Problem> {
    let (dataset, edition) = (query.dataset.as_deref(), query.edition.as_deref());
    let asked = library.open(dataset, edition).or_else(|_| library.open(dataset, None));
    Ok(asked.or_else(|_| library.open(None, None))?)
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
    visit.t(note_key(note))
}

/// The key of its words.
pub(crate) fn note_key(note: &Note) -> &'static str {
    match note {
        Note::SensitiveLeftOut => "note-sensitive",
        Note::WholeCells => "note-whole-cells",
        Note::WholePlaces => "note-whole-places",
        Note::QuietStreets => "note-quiet-streets",
        Note::NarrowCells => "note-narrow-cells",
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
