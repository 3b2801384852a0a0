//! The pages of the crime map. Each is drawn on the server from the same answers as the API; a
//! map or a chart always draws numbers that stand in a table of its page.

mod analysis;
mod ask;
mod called;
mod change;
mod change_offences;
mod compare;
mod compare_empty;
mod compare_sides;
mod compare_tables;
mod coverage;
mod data;
mod datasets;
mod edition;
mod explore;
mod faults;
mod figures;
mod home;
mod hours;
mod levels;
mod map;
mod methods;
mod neighbours;
mod offences;
mod place;
mod place_changes;
mod place_children;
mod place_data;
mod place_subject;
mod rate;
mod search;
mod sentence;
mod silence;
mod span;
mod street;
mod street_counts;
mod street_figures;
mod street_network;
mod trend;

use crate::analysis::Workbench;
use crate::library::Library;
use axum::Router;
use axum::middleware::map_response;
use axum::routing::{get, post};
use std::sync::Arc;
use tequio_frame::{NavItem, keepable};

pub(crate) use ask::{Pairs, blocking, note_key};
pub(crate) use change::{CONFIDENCE, Change, Periods, verdict_name};
pub(crate) use coverage::{Coverage, Covers};
pub(crate) use map::{bounds_of, cells_zoom, join};
pub(crate) use place_children::{name_of, page_of};
pub(crate) use rate::{NoRate, Rate, middle_year};
pub(crate) use silence::{Series, Silences, has_none, months_of};
pub(crate) use span::Span;
pub(crate) use tequio_frame::address::percent;

/// The part of the navigation that the crime map has.
pub const NAVIGATION: [NavItem; 6] = [
    NavItem { href: "/", label_key: "nav-home" },
    NavItem { href: "/explore", label_key: "nav-explore" },
    NavItem { href: "/compare", label_key: "nav-compare" },
    NavItem { href: "/analysis", label_key: "nav-analysis" },
    NavItem { href: "/datasets", label_key: "nav-datasets" },
    NavItem { href: "/methods", label_key: "nav-methods" },
];

/// The texts of the crime map, by language.
pub const WORDS: &[(&str, &str)] = &[
    ("es", include_str!("words/es.ftl")),
    ("en", include_str!("words/en.ftl")),
    ("es", include_str!("words/explore.es.ftl")),
    ("en", include_str!("words/explore.en.ftl")),
    ("es", include_str!("words/methods.es.ftl")),
    ("en", include_str!("words/methods.en.ftl")),
    ("es", include_str!("words/refusal.es.ftl")),
    ("en", include_str!("words/refusal.en.ftl")),
    ("es", include_str!("words/search.es.ftl")),
    ("en", include_str!("words/search.en.ftl")),
    ("es", include_str!("words/report.es.ftl")),
    ("en", include_str!("words/report.en.ftl")),
    ("es", include_str!("words/analysis.es.ftl")),
    ("en", include_str!("words/analysis.en.ftl")),
];

/// The pages, with library and workbench in place.
pub fn routes(library: Arc<Library>, workbench: Arc<Workbench>) -> Router {
    let analyses = Router::new()
        .route("/analysis", get(analysis::page))
        .route("/analysis/cancel", post(analysis::cancel))
        .route("/explore", get(explore::page))
        .route("/embed/explore", get(explore::embed))
        .with_state(workbench);
    Router::new()
        .route("/", get(home::page))
        .route("/place/{place}", get(place::page))
        .route("/compare", get(compare::page))
        .route("/street/{street}", get(street::page))
        .route("/datasets", get(datasets::page))
        .route("/datasets/{dataset}", get(datasets::dataset))
        .route("/datasets/{dataset}/{edition}", get(edition::page))
        .route("/methods", get(methods::page))
        .route("/search", get(search::page))
        .route("/search/options", get(search::options))
        .route("/search/centres", get(search::centres))
        .with_state(library)
        .layer(map_response(keepable))
        .merge(analyses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use tequio_frame::words::{check_used_keys, keys, missing};

    #[test]
    fn the_words_are_complete_in_both_languages() {
        assert_eq!(missing(WORDS), Vec::<String>::new());
        assert!(tequio_frame::Words::new(WORDS).is_ok());
    }

    /// Reject reasons and flags are closed lists; each has its meaning in both languages.
    #[test]
    fn every_reason_and_flag_has_words() {
        let reasons = crate::importers::Reason::ALL.iter().map(|reason| format!("reject-{}", reason.code()));
        let flags = tequio_kernel::Flag::ALL.iter().map(|flag| format!("flag-{}", flag.name()));
        let known: BTreeSet<String> = WORDS.iter().flat_map(|(_, text)| keys(text)).collect();
        for key in reasons.chain(flags) {
            assert!(known.contains(&key.replace('_', "-")), "{key}");
        }
    }

    #[test]
    fn every_key_that_is_used_exists() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = ["templates", "src/pages", "src/pages/explore", "src/pages/analysis"]
            .into_iter()
            .flat_map(|folder| root.join(folder).read_dir().expect("a folder"));
        let texts = files.filter_map(|file| std::fs::read_to_string(file.expect("a file").path()).ok());
        assert_eq!(check_used_keys(texts, WORDS), Ok(()));
    }
}
