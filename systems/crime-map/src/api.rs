//! The API of the crime map: datasets, counts, places and tiles, in the one query language.
//!
//! Names within `/api/v1` and `/tiles/v1` are stable; fields may be added. Unknown names are
//! refused, never ignored.

mod caching;
mod counts;
mod datasets;
mod dto;
mod places;
mod tiles;

use crate::library::Library;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes, with the library in place.
pub fn routes(library: Arc<Library>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(datasets::list))
        .routes(routes!(counts::count))
        .routes(routes!(places::search))
        .routes(routes!(tiles::tile))
        .with_state(library)
}
