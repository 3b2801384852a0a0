//! The API of the indicators, in the one query language of [`crate::ask`].
//!
//! Names within `/api/v1` are stable; fields may be added. Unknown names are refused, never ignored.

mod claims;
mod completeness;
mod dto;
mod dto_ledger;
mod dto_revisions;
mod figures;
mod indicators;
mod ledger;
mod proofs;
mod refusals;
mod revisions;

use crate::shelf::Shelf;
use axum::routing::get;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes, with the shelf in place.
pub fn routes(shelf: Arc<Shelf>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(indicators::list))
        .routes(routes!(indicators::compute))
        .routes(routes!(claims::list))
        .routes(routes!(claims::check))
        .routes(routes!(figures::figures))
        .routes(routes!(revisions::diff))
        .routes(routes!(revisions::of_dataset))
        .routes(routes!(completeness::of_edition))
        .routes(routes!(proofs::of_figure))
        .routes(routes!(ledger::show))
        .routes(routes!(ledger::entry))
        .routes(routes!(ledger::consistency))
        .route("/ledger/log/{*path}", get(ledger::log))
        .with_state(shelf)
}
