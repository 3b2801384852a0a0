//! The feed of a publication: Atom (RFC 4287), one entry an edition, with the size of its revision.

use super::views::{EditionView, Views};
use super::{PublishError, unmade};
use askama::Template;
use tequio_archive::ledger::content_of;
use tequio_archive::publication::FEED_FILE;

#[derive(Template)]
#[template(path = "publication/feed.xml", escape = "html")]
struct Feed<'a> {
    id: String,
    origin: &'a str,
    updated: &'a str,
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    id: String,
    view: &'a EditionView,
}

/// The feed; without editions it is as old as the ledger.
pub(super) fn feed(views: &Views<'_>, begun: &str) -> Result<String, PublishError> {
    let mut editions: Vec<&EditionView> = views.editions.iter().collect();
    editions.sort_by(|a, b| (&b.imported_at, &b.dataset, &b.edition).cmp(&(&a.imported_at, &a.dataset, &a.edition)));
    let entry = |view| Entry { id: urn(views.origin, &EditionView::folder(view)), view };
    let feed = Feed {
        id: urn(views.origin, ""),
        origin: views.origin,
        updated: views.updated().unwrap_or(begun),
        entries: editions.into_iter().map(entry).collect(),
    };
    feed.render().map_err(|error| unmade(FEED_FILE)(&error))
}

/// A UUID of version 8 (RFC 9562) made of a hash: the same wherever the publication lies.
fn urn(origin: &str, path: &str) -> String {
    let content = content_of(format!("{origin}\n{path}").as_bytes());
    let hash = content.split(':').next_back().unwrap_or_default();
    let part = |from: usize, to: usize| hash.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(12, 15), part(15, 18), part(18, 30))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_one_name_for_ever() {
        let name = urn("ledger.example.org", "datasets/a/b");
        assert_eq!(name.len(), "urn:uuid:".len() + 36);
        assert_eq!(name, urn("ledger.example.org", "datasets/a/b"));
        assert_ne!(name, urn("ledger.example.org", "datasets/a/c"));
    }
}
