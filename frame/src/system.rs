//! A system of the house as a plain value.

use crate::highlight::Highlights;
use crate::page::Page;
use crate::problem::Problem;
use axum::response::Response;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// Tells whether all data of a system are invented, as they are now, or why it cannot be told.
pub type IsSynthetic = Arc<dyn Fn() -> Result<bool, Problem> + Send + Sync>;

/// Marks an answer that depends on nothing but the address, language and form it was asked in and the state of the
/// data of all systems, so that it may be given again.
#[derive(Clone, Copy, Debug)]
pub struct Keepable;

/// Marks the answers of some routes, but no page that lacks something: it may be whole the next time.
pub async fn keepable(mut response: Response) -> Response {
    if response.extensions().get::<Page>().is_none_or(|page| page.lacks.is_empty()) {
        response.extensions_mut().insert(Keepable);
    }
    response
}

/// A figure about the running program, for whoever keeps watch over it: never about a person or a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gauge {
    /// Name, in the form of Prometheus: `crime_map_rows`.
    pub name: &'static str,
    /// What it tells, with its unit.
    pub help: &'static str,
    /// Its value now.
    pub value: u64,
}

/// The gauges of a system, as they are now. Reads memory only, never a file.
pub type Gauges = Arc<dyn Fn() -> Vec<Gauge> + Send + Sync>;

/// An entry of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// Address, beginning with `/`.
    pub href: &'static str,
    /// Key of the words it is labelled with.
    pub label_key: &'static str,
}

/// What a system gives to the portal. Nothing is discovered: the list of systems is written once.
pub struct System {
    /// Short name, also the prefix of its API types.
    pub id: &'static str,
    /// Key of its title.
    pub title_key: &'static str,
    /// Pages and API, with their state already in place.
    pub routes: OpenApiRouter,
    /// Its part of the navigation, in order.
    pub navigation: Vec<NavItem>,
    /// Fluent texts by language code.
    pub words: &'static [(&'static str, &'static str)],
    /// Whether all its data are invented. When those of every system are, every page says so, also pages
    /// without figures and pages of problems.
    pub is_synthetic: IsSynthetic,
    /// What it tells whoever keeps watch over the program.
    pub gauges: Gauges,
    /// What it says of a place on pages of other systems; `None` for nothing.
    pub highlights: Option<Highlights>,
}
