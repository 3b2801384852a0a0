//! In which form an answer is wanted: by suffix or `format=`, else by `Accept`.

use crate::address::Pairs;
use crate::problem::{Problem, ProblemCode};
use crate::{media, tag};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

/// Name of the parameter; a suffix of the address is turned into it.
const NAME: &str = "format";
/// Lifetime of answers that may change: asked for again each time, and sent again only when they did.
const REVALIDATED: &str = "public, no-cache";

/// What an answer depends on besides its address: links of `/ogc` name the host they were asked by.
pub const VARIES: &str = "accept, accept-encoding, host, x-forwarded-proto";

/// A form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// JSON (RFC 8259).
    Json,
    /// CSV (RFC 4180).
    Csv,
    /// GeoJSON (RFC 7946).
    GeoJson,
}

impl Form {
    /// Value of the parameter and suffix of the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::GeoJson => "geojson",
        }
    }

    /// Media type that `Accept` names it by.
    fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv",
            Self::GeoJson => "application/geo+json",
        }
    }

    /// Takes the form out of the parameters, or reads it from the header. The first offered is the usual one.
    ///
    /// # Errors
    /// [`ProblemCode::BadQuery`] for a form that does not exist or two at once, [`ProblemCode::NotAcceptable`]
    /// for one that this address does not offer.
    pub fn take(pairs: &mut Pairs, headers: &HeaderMap, offered: &[Self]) -> Result<Self, Problem> {
        let names: Vec<&str> = offered.iter().map(|form| form.name()).collect();
        let given = pairs.0.iter().filter(|(name, _)| name == NAME).count();
        let Some(wanted) = pairs.take(NAME) else {
            let types: Vec<(&str, Self)> = offered.iter().map(|form| (form.media_type(), *form)).collect();
            let none = || Problem::with(ProblemCode::NotAcceptable, format!("offered are {}", names.join(", ")));
            return media::preferred(headers, &types).ok_or_else(none);
        };
        let bad = |detail: String| Problem::with(ProblemCode::BadQuery, detail);
        if given > 1 {
            return Err(bad("the suffix of the address and `format` are the same thing: give one of them".to_owned()));
        }
        let form = [Self::Json, Self::Csv, Self::GeoJson].into_iter().find(|form| form.name() == wanted);
        let form = form.ok_or_else(|| bad(format!("`{wanted}` is not a format: use {}", names.join(" or "))))?;
        let missing = || format!("`{wanted}` is not offered here: use {}", names.join(" or "));
        offered.contains(&form).then_some(form).ok_or_else(|| Problem::with(ProblemCode::NotAcceptable, missing()))
    }

    /// Sends a text of this form; `file` is the name that a table is saved under, without its extension.
    pub fn send(self, text: String, file: &str) -> Response {
        let mut response = text.into_response();
        let media_type = match self {
            Self::Csv => "text/csv; charset=utf-8",
            other => other.media_type(),
        };
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        let attachment = HeaderValue::from_str(&format!("attachment; filename=\"{file}.csv\""));
        if let (Self::Csv, Ok(attachment)) = (self, attachment) {
            response.headers_mut().insert(CONTENT_DISPOSITION, attachment);
        }
        response
    }

    /// Sends a text that is tagged by itself and asked for again each time.
    pub fn send_tagged(self, text: String, file: &str) -> Response {
        let tag = HeaderValue::from_str(&tag::of(&text));
        let mut response = self.send(text, file);
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(REVALIDATED));
        headers.insert(VARY, HeaderValue::from_static(VARIES));
        if let Ok(tag) = tag {
            headers.insert(ETAG, tag);
        }
        response
    }
}

/// Writes JSON; what the shapes of the answers hold can always be written.
///
/// # Errors
/// [`ProblemCode::Internal`] if it cannot.
pub fn json(value: &impl serde::Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|error| Problem::with(ProblemCode::Internal, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::ACCEPT;

    fn of(query: &[(&str, &str)], accept: Option<&'static str>) -> Result<Form, ProblemCode> {
        let mut pairs = Pairs(query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        let headers = accept.map(|accept| (ACCEPT, HeaderValue::from_static(accept))).into_iter().collect();
        Form::take(&mut pairs, &headers, &[Form::Json, Form::Csv]).map_err(|problem| problem.code)
    }

    #[test]
    fn the_parameter_decides_then_the_header() {
        assert_eq!(of(&[], None), Ok(Form::Json));
        assert_eq!(of(&[("format", "csv")], Some("application/json")), Ok(Form::Csv));
        assert_eq!(of(&[], Some("application/json;q=0.1, text/csv")), Ok(Form::Csv));
        assert_eq!(of(&[], Some("text/html,application/xhtml+xml,*/*;q=0.8")), Ok(Form::Json));
        assert_eq!(of(&[], Some("image/png")), Err(ProblemCode::NotAcceptable));
        assert_eq!(of(&[("format", "geojson")], None), Err(ProblemCode::NotAcceptable));
        assert_eq!(of(&[("format", "xml")], None), Err(ProblemCode::BadQuery));
        assert_eq!(of(&[("format", "csv"), ("format", "json")], None), Err(ProblemCode::BadQuery));
    }
}
