//! The description of the API (OpenAPI 3.1).

use crate::PortalError;
use axum::extract::Extension;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};
use std::sync::Arc;
use tequio_frame::problem::described;
use tequio_frame::{ProblemBody, ProblemCode, tag};
use utoipa::PartialSchema;
use utoipa::openapi::{
    ContactBuilder, Info, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, RefOr, ResponseBuilder,
};

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
        .description(Some(PROMISE))
        .contact(Some(ContactBuilder::new().name(Some("Tequio")).build()))
        .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").build()))
        .build()
}

/// What a program may rely on; `docs/api.md` says the same at length.
const PROMISE: &str = "Figures of public security, each traceable to its source.\n\n\
    Within `v1` no path, parameter, field or code is taken away or changes its meaning; fields, paths, parameters \
    and codes may be added, so a program must pass over fields it does not know. What would break a program gets a \
    new version beside the old one, which answers for at least twelve months more. What is published may become \
    less where the protection of victims asks for it.\n\n\
    Errors are RFC 9457 problem details with a closed list of codes. A parameter that is not known is refused, \
    never ignored. Questions are asked with GET and HEAD, a job is cancelled with DELETE, and pages of any origin may \
    ask. What takes long is answered with 202 and a job.";

/// What the guards answer, whatever the address.
const GUARDED: [ProblemCode; 4] =
    [ProblemCode::TooLarge, ProblemCode::AddressTooLong, ProblemCode::Internal, ProblemCode::Unavailable];

/// Adds what all systems share: the shape of problems, and what the guards answer for every address.
pub fn finish(mut description: OpenApi) -> OpenApi {
    let components = description.components.get_or_insert_default();
    components.schemas.entry("ProblemBody".to_owned()).or_insert_with(ProblemBody::schema);
    for item in description.paths.paths.values_mut() {
        for operation in item.get.iter_mut().chain(item.delete.iter_mut()) {
            let responses = &mut operation.responses.responses;
            for (status, answer) in described(&GUARDED) {
                responses.entry(status).or_insert(answer);
            }
        }
        for operation in item.get.iter_mut() {
            let known = ResponseBuilder::new().description("The reader has this answer (`If-None-Match`)").build();
            operation.responses.responses.insert("304".to_owned(), RefOr::T(known));
        }
    }
    description
}

/// The description as it is sent.
pub struct Documents {
    latest: String,
    older: String,
}

impl Documents {
    /// Writes the description once, also in the form of OpenAPI 3.0 for programs that know no other.
    ///
    /// # Errors
    /// [`PortalError::Description`] when it cannot be written.
    pub fn of(description: &OpenApi) -> Result<Self, PortalError> {
        let mut older = in_3_0(serde_json::to_value(description)?);
        older["openapi"] = "3.0.3".into();
        Ok(Self { latest: serde_json::to_string(description)?, older: serde_json::to_string(&older)? })
    }
}

/// A schema of OpenAPI 3.0 has one type, and says in a field of its own that null is allowed.
fn in_3_0(value: Value) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(in_3_0).collect(),
        Value::Object(fields) => {
            let mut fields: Map<String, Value> =
                fields.into_iter().map(|(name, value)| (name, in_3_0(value))).collect();
            let of_type = take_null(&mut fields, "type", |of| of == "null");
            let of_choice = take_null(&mut fields, "oneOf", |of| of["type"] == "null");
            if of_type || of_choice {
                fields.insert("nullable".to_owned(), true.into());
            }
            fields.remove("propertyNames");
            Value::Object(fields)
        }
        other => other,
    }
}

/// Takes null out of a list of alternatives; of one that is left the list goes away where it may.
fn take_null(fields: &mut Map<String, Value>, name: &str, is_null: impl Fn(&Value) -> bool) -> bool {
    let Some(Value::Array(choices)) = fields.get_mut(name) else { return false };
    let before = choices.len();
    choices.retain(|choice| !is_null(choice));
    let had_null = choices.len() < before;
    if let (true, [only]) = (name == "type", choices.as_slice()) {
        let only = only.clone();
        fields.insert(name.to_owned(), only);
    }
    had_null
}

/// utoipa keeps the last of two types of one name and says nothing; this says so.
pub fn refuse_twins(all: &OpenApi, system: &OpenApi) -> Result<(), PortalError> {
    let Some((ours, theirs)) = all.components.as_ref().zip(system.components.as_ref()) else { return Ok(()) };
    let twin = theirs.schemas.keys().find(|name| !SHARED.contains(&name.as_str()) && ours.schemas.contains_key(*name));
    twin.map_or(Ok(()), |name| Err(PortalError::SchemaTwice(name.clone())))
}

/// `GET /openapi.json`.
pub async fn document(Extension(documents): Extension<Arc<Documents>>) -> Response {
    send(&documents.latest, "application/json")
}

/// `GET /openapi-3.0.json`.
pub async fn document_3_0(Extension(documents): Extension<Arc<Documents>>) -> Response {
    send(&documents.older, "application/vnd.oai.openapi+json;version=3.0")
}

fn send(text: &str, media_type: &'static str) -> Response {
    let headers = [(CONTENT_TYPE, media_type), (CACHE_CONTROL, "public, no-cache"), (ETAG, &tag::of(&text))];
    (headers, text.to_owned()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn null_is_said_in_the_words_of_3_0() {
        let written = in_3_0(
            json!({ "a": { "type": ["string", "null"] }, "b": { "oneOf": [{ "type": "null" }, { "$ref": "#/x" }] },
            "c": { "type": "array", "items": { "type": "string" } } }),
        );
        assert_eq!(
            written,
            json!({ "a": { "type": "string", "nullable": true }, "b": { "oneOf": [{ "$ref": "#/x" }], "nullable": true },
                "c": { "type": "array", "items": { "type": "string" } } })
        );
    }
}
