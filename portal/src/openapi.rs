//! The description of the API (OpenAPI 3.1).

use crate::PortalError;
use axum::Json;
use axum::extract::Extension;
use std::sync::Arc;
use tequio_frame::ProblemBody;
use utoipa::PartialSchema;
use utoipa::openapi::{ContactBuilder, Info, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

/// Types that every system shares.
const SHARED: [&str; 1] = ["ProblemBody"];

/// The empty description that the systems' routes are added to.
pub fn head() -> OpenApi {
    OpenApiBuilder::new().info(info()).build()
}

fn info() -> Info {
    InfoBuilder::new()
        .title("Tequio")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Figures of public security, each traceable to its source. Names and meanings described here \
             are stable within `v1`; fields may be added. Errors are RFC 9457 problem details.",
        ))
        .contact(Some(ContactBuilder::new().name(Some("Tequio")).build()))
        .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").build()))
        .build()
}

/// Adds what all systems share.
pub fn finish(mut description: OpenApi) -> OpenApi {
    let components = description.components.get_or_insert_default();
    components.schemas.entry("ProblemBody".to_owned()).or_insert_with(ProblemBody::schema);
    description
}

/// utoipa keeps the last of two types of one name and says nothing; this says so.
pub fn refuse_twins(all: &OpenApi, system: &OpenApi) -> Result<(), PortalError> {
    let Some((ours, theirs)) = all.components.as_ref().zip(system.components.as_ref()) else { return Ok(()) };
    let twin = theirs.schemas.keys().find(|name| !SHARED.contains(&name.as_str()) && ours.schemas.contains_key(*name));
    twin.map_or(Ok(()), |name| Err(PortalError::SchemaTwice(name.clone())))
}

/// `GET /openapi.json`.
pub async fn document(Extension(description): Extension<Arc<OpenApi>>) -> Json<OpenApi> {
    Json(OpenApi::clone(&description))
}
