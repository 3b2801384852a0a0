//! The pages of the indicators.

mod adjusted;
mod alarm_words;
mod asked;
mod catalogue;
pub(crate) mod claim_fields;
mod claims;
mod concentration;
mod figures;
mod figures_edition;
mod find_place;
mod highlights;
mod indicator;
mod ledger;
pub(crate) mod named;
mod offence_words;
mod places;
mod priority;
mod problem;
pub(crate) mod proof;
mod revisions;
mod revisions_data;
mod series;
mod sides;
mod source;
mod speak;

pub(crate) use highlights::highlights;

use crate::shelf::Shelf;
use axum::Router;
use axum::middleware::map_response;
use axum::routing::get;
use std::sync::Arc;
use tequio_frame::{NavItem, keepable};

/// The part of the navigation that the indicators have.
pub const NAVIGATION: [NavItem; 2] = [
    NavItem { href: "/indicators", label_key: "nav-indicators" },
    NavItem { href: "/ledger", label_key: "nav-ledger" },
];

/// The texts of the indicators, by language.
pub const WORDS: &[(&str, &str)] = &[
    ("es", include_str!("words/indicators.es.ftl")),
    ("en", include_str!("words/indicators.en.ftl")),
    ("es", include_str!("words/indicator.es.ftl")),
    ("en", include_str!("words/indicator.en.ftl")),
    ("es", include_str!("words/checks.es.ftl")),
    ("en", include_str!("words/checks.en.ftl")),
    ("es", include_str!("words/claims.es.ftl")),
    ("en", include_str!("words/claims.en.ftl")),
    ("es", include_str!("words/ledger.es.ftl")),
    ("en", include_str!("words/ledger.en.ftl")),
    ("es", include_str!("words/official.es.ftl")),
    ("en", include_str!("words/official.en.ftl")),
    ("es", include_str!("words/proof.es.ftl")),
    ("en", include_str!("words/proof.en.ftl")),
    ("es", include_str!("words/revisions.es.ftl")),
    ("en", include_str!("words/revisions.en.ftl")),
];

/// The pages, with the shelf in place.
pub fn routes(shelf: Arc<Shelf>) -> Router {
    Router::new()
        .route("/indicators", get(catalogue::page))
        .route("/indicators/{id}", get(indicator::page))
        .route("/priority-municipalities", get(priority::page))
        .layer(map_response(keepable))
        .route("/proof", get(proof::page))
        .route("/revisions", get(revisions::page))
        .route("/claims", get(claims::page))
        .route("/figures", get(figures::page))
        .route("/figures/{dataset}", get(figures::dataset))
        .route("/figures/{dataset}/{edition}", get(figures_edition::page))
        .route("/ledger", get(ledger::page))
        .with_state(shelf)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tequio_frame::words::{check_used_keys, missing};

    #[test]
    fn the_words_are_complete_in_both_languages() {
        assert_eq!(missing(WORDS), Vec::<String>::new());
        assert!(tequio_frame::Words::new(WORDS).is_ok());
    }

    #[test]
    fn every_key_that_is_used_exists() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let files =
            ["templates", "src/pages"].into_iter().flat_map(|folder| root.join(folder).read_dir().expect("a folder"));
        let texts = files.filter_map(|file| std::fs::read_to_string(file.expect("a file").path()).ok());
        assert_eq!(check_used_keys(texts, WORDS), Ok(()));
    }
}
