//! The API of the indicators, in the one query language of [`crate::ask`].
//!
//! Names within `/api/v1` are stable; fields may be added. Unknown names are refused, never ignored.

mod dto;
mod indicators;
mod refusals;

use crate::shelf::Shelf;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes, with the shelf in place.
pub fn routes(shelf: Arc<Shelf>) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(indicators::list)).routes(routes!(indicators::compute)).with_state(shelf)
}
