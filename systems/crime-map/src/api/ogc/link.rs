//! Links, which mapping programs want whole: `http://host/ogc/...`.

use crate::api::ogc::dto::CrimeMapOgcLink;
use axum::http::HeaderMap;
use axum::http::header::{HOST, HeaderName};
use axum::http::uri::Authority;
use tequio_frame::address::encode;
use tequio_kernel::Query;

/// Media types of links.
pub(super) const JSON: &str = "application/json";
pub(super) const GEOJSON: &str = "application/geo+json";
pub(super) const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

/// What a reverse proxy that ends the encryption says of the address that it was asked for.
const SCHEME: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Writes the links of one answer.
pub(super) struct Links {
    /// `http://host`, or nothing when the request names no usable host; the links then are paths.
    origin: String,
    /// The question that every link carries on.
    question: Vec<(&'static str, String)>,
}

impl Links {
    pub(super) fn of(headers: &HeaderMap, question: &Query) -> Self {
        Self { origin: origin(headers).unwrap_or_default(), question: question.pairs() }
    }

    /// What the answer depends on beside the question.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// A link that carries the question on, with more parameters behind it.
    pub(super) fn to(
        &self,
        rel: &str,
        media_type: &str,
        title: &str,
        path: &str,
        more: &[(&'static str, String)],
    ) -> CrimeMapOgcLink {
        let pairs: Vec<(&str, String)> = self.question.iter().chain(more).cloned().collect();
        let sign = if pairs.is_empty() { "" } else { "?" };
        self.plain(rel, media_type, title, &format!("{path}{sign}{}", encode(&pairs)))
    }

    /// A link to an address as it stands.
    pub(super) fn plain(&self, rel: &str, media_type: &str, title: &str, address: &str) -> CrimeMapOgcLink {
        CrimeMapOgcLink {
            href: format!("{}{address}", self.origin),
            rel: rel.to_owned(),
            media_type: media_type.to_owned(),
            title: title.to_owned(),
        }
    }
}

fn origin(headers: &HeaderMap) -> Option<String> {
    let host: Authority = headers.get(HOST)?.to_str().ok()?.parse().ok()?;
    let is_secure = headers.get(SCHEME).is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"));
    Some(format!("{}://{host}", if is_secure { "https" } else { "http" }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn links_are_whole_and_carry_the_question() {
        let query = Query::parse([("dataset", "muestra"), ("offence", "ROBO A")]).expect("a query");
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("mapa.example:8080"));
        let href = |headers: &HeaderMap| {
            Links::of(headers, &query).to("next", GEOJSON, "", "/ogc", &[("offset", "5".to_owned())]).href
        };
        assert_eq!(href(&headers), "http://mapa.example:8080/ogc?dataset=muestra&offence=ROBO%20A&offset=5");
        headers.insert(SCHEME, HeaderValue::from_static("https"));
        assert!(href(&headers).starts_with("https://mapa.example:8080/"));
        headers.insert(HOST, HeaderValue::from_static("a b"));
        assert!(href(&headers).starts_with("/ogc?"));
    }
}
