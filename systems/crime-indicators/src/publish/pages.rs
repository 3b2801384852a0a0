//! The pages of a publication for people: a small index and how to verify. They load nothing from elsewhere.

use super::views::Views;
use super::{PublishError, unmade};
use askama::Template;
use tequio_archive::publication::{INDEX_FILE, README_FILE};

#[derive(Template)]
#[template(path = "publication/index.html")]
struct Index<'a> {
    views: &'a Views<'a>,
}

#[derive(Template)]
#[template(path = "publication/README.md", escape = "none")]
struct Readme<'a> {
    origin: &'a str,
    key: &'a str,
    withheld: usize,
}

/// The index.
pub(super) fn index(views: &Views<'_>) -> Result<String, PublishError> {
    Index { views }.render().map_err(|error| unmade(INDEX_FILE)(&error))
}

/// How to verify, with the key that signs the ledger.
pub(super) fn readme(views: &Views<'_>, key: &str) -> Result<String, PublishError> {
    let readme = Readme { origin: views.origin, key, withheld: views.withheld.withheld.len() };
    readme.render().map_err(|error| unmade(README_FILE)(&error))
}
