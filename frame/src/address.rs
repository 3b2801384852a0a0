//! Addresses: their parameters read and written.

use crate::language::LANGUAGE_NAME;
use crate::problem::{Problem, ProblemCode};
use axum::extract::{FromRequestParts, Query as AddressQuery};
use axum::http::request::Parts;
use tequio_kernel::{Query, QueryError};

/// Names that belong to a page and not to the question it asks.
const PAGE_NAMES: [&str; 1] = [LANGUAGE_NAME];

/// The `name=value` pairs of an address, in order, the language left out.
#[derive(Clone, Debug)]
pub struct Pairs(pub Vec<(String, String)>);

impl Pairs {
    /// Takes out a name that is not part of the question, if it has a value; the last one counts.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let (taken, kept) = std::mem::take(&mut self.0).into_iter().partition(|(known, _)| known == name);
        self.0 = kept;
        let taken: Vec<(String, String)> = taken;
        taken.into_iter().map(|(_, value)| value.trim().to_owned()).rfind(|value| !value.is_empty())
    }

    /// Refuses whatever was not taken; a name that is silently dropped gives a wrong answer.
    ///
    /// # Errors
    /// [`ProblemCode::BadQuery`] with the hint.
    pub fn refuse_rest(&self, hint: &str) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => {
                Err(Problem::with(ProblemCode::BadQuery, format!("`{name}` is not understood here: {hint}")))
            }
        }
    }

    /// Reads the rest as a question about incidents.
    ///
    /// # Errors
    /// [`ProblemCode::BadQuery`] for what is not understood.
    pub fn query(&self) -> Result<Query, Problem> {
        self.parse().map_err(|error| Problem::with(ProblemCode::BadQuery, error))
    }

    /// The same, with what is not understood as the error itself.
    ///
    /// # Errors
    /// [`QueryError`] for what is not understood.
    pub fn parse(&self) -> Result<Query, QueryError> {
        Query::parse(self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Pairs {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let AddressQuery(mut pairs) = AddressQuery::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|error| Problem::with(ProblemCode::BadQuery, error))?;
        pairs.retain(|(name, _)| !PAGE_NAMES.contains(&name.as_str()));
        Ok(Self(pairs))
    }
}

/// Pairs as the query of an address.
pub fn encode(pairs: &[(&str, String)]) -> String {
    let encoded: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
    encoded.join("&")
}

/// Percent-encoding of everything but unreserved letters (RFC 3986, 2.3).
pub fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_encoded() {
        let pairs = [("offence", "ROBO A CASA Ñ&x=1".to_owned()), ("place", "MX-09".to_owned())];
        assert_eq!(encode(&pairs), "offence=ROBO%20A%20CASA%20%C3%91%26x%3D1&place=MX-09");
    }
}
