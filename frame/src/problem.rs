//! Errors as RFC 9457 problem details, with a closed list of codes.

use crate::language::Language;
use crate::site::Localised;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response as Described, ResponseBuilder};

macro_rules! codes {
    ($($variant:ident $code:literal $status:ident $title:literal $doc:literal,)*) => {
        /// Every way in which a request can fail. Each has a page at `/problems/CODE`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemCode { $(#[doc = $doc] $variant,)* }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &'static [ProblemCode] = &[$(ProblemCode::$variant,)*];

            /// Name in addresses and answers.
            pub fn code(self) -> &'static str {
                match self { $(ProblemCode::$variant => $code,)* }
            }

            /// HTTP status.
            pub fn status(self) -> StatusCode {
                match self { $(ProblemCode::$variant => StatusCode::$status,)* }
            }

            /// Short English title, the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(ProblemCode::$variant => $title,)* }
            }
        }
    };
}

codes! {
    BadQuery "bad-query" BAD_REQUEST "The question is not understood" "A parameter has an unknown name or a malformed value.",
    Forbidden "forbidden" FORBIDDEN "Not published at this detail" "The public may not see this at the detail asked for.",
    NotFound "not-found" NOT_FOUND "There is nothing at this address" "The address, dataset, edition or place does not exist.",
    MethodNotAllowed "method-not-allowed" METHOD_NOT_ALLOWED "This address does not take that method" "The address exists, the method does not apply.",
    NotAcceptable "not-acceptable" NOT_ACCEPTABLE "That format is not offered" "No offered format satisfies the request.",
    TooLarge "too-large" PAYLOAD_TOO_LARGE "The request or its answer is too large" "A limit on size was passed; ask for less.",
    AddressTooLong "address-too-long" URI_TOO_LONG "The address is too long" "The address passes the limit on its length.",
    Unprocessable "unprocessable" UNPROCESSABLE_ENTITY "The question has no answer in these data" "The question is well formed, but the data cannot answer it.",
    TooMany "too-many" TOO_MANY_REQUESTS "Too many requests" "The server asks for patience.",
    Unavailable "unavailable" SERVICE_UNAVAILABLE "Not available right now" "The data are not ready, or the answer took too long.",
    Internal "internal" INTERNAL_SERVER_ERROR "Something failed on our side" "A fault of the program; it was recorded.",
}

/// Ways in which questions are refused, each a type that the description of the API can name.
#[macro_export]
macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident [$($code:ident),*];)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl $crate::utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<String, $crate::utoipa::openapi::RefOr<$crate::utoipa::openapi::Response>> {
                $crate::problem::described(&[$($crate::ProblemCode::$code),*])
            }
        }
    )*};
}

impl ProblemCode {
    /// The code named so.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.code() == code)
    }

    /// The code for a status that something else answered with.
    pub fn of_status(status: StatusCode) -> Self {
        let known = Self::ALL.iter().copied().find(|known| known.status() == status);
        known.unwrap_or(if status.is_server_error() { Self::Internal } else { Self::BadQuery })
    }
}

/// A failed request: what kind, and a sentence about this occurrence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.detail.as_deref().unwrap_or(self.code.title()))]
pub struct Problem {
    /// Kind.
    pub code: ProblemCode,
    /// What is wrong this time and what to do instead, in English and in the words of the API.
    pub detail: Option<String>,
    /// The same in the words of the pages, where it has its own.
    pub words: Option<Box<Localised>>,
    /// Name of the parameter that it is about, where it is about one.
    pub parameter: Option<&'static str>,
    /// Values of parameters with which the question can be answered, where some are known; an empty one is left out.
    pub instead: Vec<(&'static str, String)>,
}

/// The document sent as `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Address of a page about this kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "/problems/bad-query")]
    pub kind: String,
    /// The same sentence for every occurrence of the kind.
    pub title: String,
    /// HTTP status code.
    #[schema(example = 400)]
    pub status: u16,
    /// What is wrong this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// One of the closed list of codes.
    #[schema(example = "bad-query")]
    pub code: String,
}

impl Problem {
    /// A problem with nothing more to say than its kind.
    pub fn new(code: ProblemCode) -> Self {
        Self { code, detail: None, words: None, parameter: None, instead: Vec::new() }
    }

    /// A problem with a sentence.
    pub fn with(code: ProblemCode, detail: impl ToString) -> Self {
        Self { detail: Some(detail.to_string()), ..Self::new(code) }
    }

    /// The same problem, told on pages in words of their own where there are any.
    #[must_use]
    pub fn told_as(self, words: Option<Localised>) -> Self {
        Self { words: words.map(Box::new), ..self }
    }

    /// The same problem, known to be about a parameter.
    #[must_use]
    pub fn about(self, parameter: Option<&'static str>) -> Self {
        Self { parameter, ..self }
    }

    /// The same problem, with values of parameters with which the question can be answered.
    #[must_use]
    pub fn instead(self, instead: Vec<(&'static str, String)>) -> Self {
        Self { instead, ..self }
    }

    /// What a page tells a reader, and the language that it is in: English where it has no words of its own.
    pub fn told(&self, language: Language) -> Option<(Language, &str)> {
        let words = self.words.as_ref().map(|words| (language, words.get(language)));
        words.or_else(|| Some((Language::English, self.detail.as_deref()?)))
    }

    /// What may be told of it: what broke inside is for the log, not for the answer.
    pub fn shown(&self) -> Self {
        if self.code == ProblemCode::Internal { Self::new(self.code) } else { self.clone() }
    }

    /// The document sent for it.
    pub fn body(&self) -> ProblemBody {
        ProblemBody {
            kind: format!("/problems/{}", self.code.code()),
            title: self.code.title().to_owned(),
            status: self.code.status().as_u16(),
            detail: self.detail.clone(),
            code: self.code.code().to_owned(),
        }
    }
}

/// Media type of the document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The answers of these codes as the description of the API writes them.
pub fn described(codes: &[ProblemCode]) -> BTreeMap<String, RefOr<Described>> {
    let content = || ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemBody"))).build();
    let answer = |code: &ProblemCode| {
        let text = format!("{} (`{}`)", code.title(), code.code());
        let response = ResponseBuilder::new().description(text).content(MEDIA_TYPE, content()).build();
        (code.status().as_str().to_owned(), RefOr::T(response))
    };
    codes.iter().map(answer).collect()
}

/// Answers with the document and leaves the problem in the response's extensions, where the shell
/// finds it when the reader wants a page.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let text = serde_json::to_string(&self.body()).unwrap_or_default();
        let mut response = (self.code.status(), text).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_statuses_go_both_ways() {
        for code in ProblemCode::ALL {
            assert_eq!(ProblemCode::of_code(code.code()), Some(*code));
            assert_eq!(ProblemCode::of_status(code.status()), *code);
        }
        assert_eq!(ProblemCode::of_status(StatusCode::BAD_GATEWAY), ProblemCode::Internal);
        assert_eq!(ProblemCode::of_status(StatusCode::IM_A_TEAPOT), ProblemCode::BadQuery);
    }

    #[test]
    fn a_page_is_told_its_own_words_and_else_says_that_they_are_english() {
        let bare = Problem::with(ProblemCode::Forbidden, "ask for less");
        assert_eq!(bare.told(Language::Spanish), Some((Language::English, "ask for less")));
        let told = bare.told_as(Some(Localised { es: "pida menos".into(), en: "choose less".into() }));
        assert_eq!(told.told(Language::Spanish), Some((Language::Spanish, "pida menos")));
        assert_eq!(told.told(Language::English), Some((Language::English, "choose less")));
        assert_eq!(told.body().detail.as_deref(), Some("ask for less"), "programs are told as before");
        assert_eq!(Problem::new(ProblemCode::NotFound).told(Language::Spanish), None);
    }

    #[test]
    fn a_problem_is_a_document() {
        let response = Problem::with(ProblemCode::BadQuery, "`lugar` is not a filter").into_response();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        assert!(response.extensions().get::<Problem>().is_some());
    }
}
