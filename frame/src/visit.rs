//! One reader's visit: language, address and words at hand, for handlers and templates.

use crate::format;
use crate::language::{LANGUAGE_NAME, Language};
use crate::problem::{Problem, ProblemCode};
use crate::shell::Site;
use crate::words::Arg;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use std::sync::Arc;
use tequio_kernel::Month;

/// What a handler knows of its reader.
#[derive(Clone)]
pub struct Visit {
    /// Language of the page.
    pub language: Language,
    /// Address as asked for.
    pub uri: Uri,
    /// The site: its words, navigation and assets.
    pub site: Arc<Site>,
}

impl Visit {
    /// A request's visit to the site.
    pub fn of(uri: &Uri, headers: &HeaderMap, site: Arc<Site>) -> Self {
        let language = Language::asked(uri, headers).unwrap_or(site.livery.language);
        Self { language, uri: uri.clone(), site }
    }

    /// Name of the site.
    pub fn site_name(&self) -> &str {
        self.site.livery.name.get(self.language)
    }

    /// The text of a key.
    pub fn t(&self, key: &str) -> String {
        self.site.words.say(self.language, key, &[])
    }

    /// The text of a key with values put in.
    pub fn say(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.site.words.say(self.language, key, args)
    }

    /// The text of a key if there is one, else the other text.
    pub fn t_or(&self, key: &str, other: &str) -> String {
        if self.site.words.has(self.language, key) { self.t(key) } else { other.to_owned() }
    }

    /// A month in words.
    pub fn month(&self, month: Month) -> String {
        format::month(self.language, month)
    }

    /// A month in short.
    pub fn month_short(&self, month: Month) -> String {
        format::month_short(self.language, month)
    }

    /// The address of this page's data: `extension` is `json` or `csv`, `table` the one that is wanted.
    pub fn address_of_data(&self, extension: &str, table: Option<&str>) -> String {
        self.address_as(extension, table.map(|table| format!("table={table}")))
    }

    /// The address of a chart or map of this page as a picture (SVG).
    pub fn address_of_figure(&self, figure: &str) -> String {
        self.address_as("svg", Some(format!("figure={figure}")))
    }

    /// The same for the page to show it: dark where the page is.
    pub fn address_of_picture(&self, figure: &str) -> String {
        self.address_as("svg", Some(format!("figure={figure}&theme=page")))
    }

    fn address_as(&self, extension: &str, part: Option<String>) -> String {
        let path = if self.uri.path() == "/" { "/index" } else { self.uri.path().trim_end_matches('/') };
        let query: Vec<&str> =
            self.uri.query().filter(|query| !query.is_empty()).into_iter().chain(part.as_deref()).collect();
        let sign = if query.is_empty() { "" } else { "?" };
        format!("{path}.{extension}{sign}{}", query.join("&"))
    }

    /// This address with another language chosen.
    pub fn address_in(&self, language: Language) -> String {
        let pairs = self.uri.query().unwrap_or_default().split('&');
        let kept = pairs.filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(LANGUAGE_NAME));
        let mut query: Vec<String> = kept.map(str::to_owned).collect();
        query.push(format!("{LANGUAGE_NAME}={}", language.code()));
        format!("{}?{}", self.uri.path(), query.join("&"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let site = parts.extensions.get::<Arc<Site>>().cloned();
        let site =
            site.ok_or_else(|| Problem::with(ProblemCode::Internal, "the page was asked for outside the portal"))?;
        Ok(Self::of(&parts.uri, &parts.headers, site))
    }
}
