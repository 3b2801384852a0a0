//! The API of the crime map: datasets, counts, places and tiles, in the one query language.
//!
//! Names within `/api/v1` and `/tiles/v1` are stable; fields may be added. Unknown names are
//! refused, never ignored.

mod analysis;
mod caching;
mod counts;
mod datasets;
mod dto;
mod dto_analysis;
mod dto_jobs;
pub(crate) mod geojson;
mod jobs;
mod layers;
mod offences;
mod ogc;
mod places;
mod refusals;
mod shapes;
mod table;
mod tiles;

use crate::analysis::Workbench;
use crate::library::Library;
use axum::middleware::map_response;
use std::sync::Arc;
use tequio_frame::keepable;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// In a path: the default dataset.
const DEFAULT: &str = "default";
/// In a path: the newest edition.
const NEWEST: &str = "newest";

/// What a part of a path names; nothing when it stands for what is meant without a name.
fn named<'a>(text: &'a str, unnamed: &str) -> Option<&'a str> {
    (text != unnamed).then_some(text)
}

/// The routes, with library and workbench in place.
pub fn routes(library: Arc<Library>, workbench: Arc<Workbench>) -> OpenApiRouter {
    let analyses = OpenApiRouter::new()
        .routes(routes!(analysis::list))
        .routes(routes!(analysis::analysis))
        .routes(routes!(jobs::job, jobs::cancel))
        .with_state(workbench);
    let counts = OpenApiRouter::new()
        .routes(routes!(counts::count))
        .routes(routes!(tiles::tile))
        .layer(map_response(keepable))
        .with_state(library.clone());
    let others = OpenApiRouter::new()
        .routes(routes!(datasets::list))
        .routes(routes!(datasets::dataset))
        .routes(routes!(datasets::edition))
        .routes(routes!(layers::list))
        .routes(routes!(offences::list))
        .routes(routes!(places::search))
        .routes(routes!(places::place))
        .routes(routes!(ogc::landing))
        .routes(routes!(ogc::conformance))
        .routes(routes!(ogc::list))
        .routes(routes!(ogc::collection))
        .routes(routes!(ogc::items))
        .routes(routes!(ogc::item))
        .with_state(library);
    others.merge(counts).merge(analyses)
}
