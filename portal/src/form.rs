//! In which form an address is wanted: as a page, or as the data or a picture of that page.
//!
//! This is read before routing: every page has its data at its own address with `.json` or `.csv`, or where a
//! program accepts them rather than HTML, and its charts with `.svg`; no handler knows of it.

use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, Uri};
use tequio_frame::media;

/// Addresses that are no pages; they decide on their form themselves, and their problems are documents.
const MACHINE_PREFIXES: [&str; 9] = [
    "/tiles/",
    "/ogc",
    "/ledger/log/",
    "/assets/",
    "/livery/",
    "/openapi.json",
    "/openapi-3.0.json",
    "/healthz",
    "/metrics",
];
/// The home page has no name of its own to put an extension on.
const HOME_NAME: &str = "/index";
/// Addresses of the API whose last part may carry a suffix instead of the parameter `format`.
const API_PREFIX: &str = "/api/";
/// Those suffixes; which of them an address offers is its own matter.
const API_SUFFIXES: [(&str, &str); 3] = [(".json", "json"), (".csv", "csv"), (".geojson", "geojson")];
/// Names in the address of data that choose a table, and in that of a picture a figure.
const TABLE_NAME: &str = "table";
const FIGURE_NAME: &str = "figure";
/// Name in the address of a picture that stands on a page, and its value: it is dark where the page is.
const THEME_NAME: &str = "theme";
const THEME_OF_PAGE: &str = "page";

/// A form of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Form {
    /// HTML in the shell.
    #[default]
    Page,
    /// All its tables, with what they are and where they come from.
    Json,
    /// One of its tables.
    Csv,
    /// One of its charts or maps.
    Svg,
}

/// What a request wants; stands in its extensions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// The form.
    pub form: Form,
    /// Table or figure that the address names.
    pub part: Option<String>,
    /// True for a picture that follows the theme of the page it stands on; one that is saved is light.
    pub themed: bool,
    /// True when a problem is to be a page: a browser asks for a page.
    pub by_people: bool,
}

/// Notes what the request wants and leads an address of data to its page.
pub fn read(mut request: Request) -> Request {
    let (wanted, uri) = wanted(request.uri(), request.headers());
    if let Some(uri) = uri {
        *request.uri_mut() = uri;
    }
    request.extensions_mut().insert(wanted);
    request
}

/// What is wanted, and the address of the page where it is another.
fn wanted(uri: &Uri, headers: &HeaderMap) -> (Wanted, Option<Uri>) {
    let page = |by_people| (Wanted { by_people, ..Wanted::default() }, None);
    if uri.path().starts_with(API_PREFIX) {
        return (Wanted::default(), without_suffix(uri));
    }
    if MACHINE_PREFIXES.iter().any(|prefix| uri.path().starts_with(prefix)) {
        return page(false);
    }
    let (path, form) = by_extension(uri.path()).unwrap_or_else(|| (uri.path(), by_accept(headers)));
    if form == Form::Page {
        return page(media::is_named(headers, "text/html"));
    }
    let name = if form == Form::Svg { FIGURE_NAME } else { TABLE_NAME };
    let (part, query) = take(name, uri.query().unwrap_or_default());
    let (theme, query) = if form == Form::Svg { take(THEME_NAME, &query) } else { (None, query) };
    let themed = theme.as_deref() == Some(THEME_OF_PAGE);
    (Wanted { form, part, themed, by_people: false }, with_path(uri, path, &query))
}

/// `/api/v1/counts.csv?by=year` is `/api/v1/counts?by=year&format=csv`.
fn without_suffix(uri: &Uri) -> Option<Uri> {
    let cut = |(suffix, format)| Some((uri.path().strip_suffix(suffix)?, format));
    let (path, format): (&str, &str) = API_SUFFIXES.into_iter().find_map(cut)?;
    let query = uri.query().filter(|query| !query.is_empty()).map_or_else(String::new, |query| format!("{query}&"));
    with_path(uri, path, &format!("{query}format={format}"))
}

fn by_extension(path: &str) -> Option<(&str, Form)> {
    let (page, form) = [(".json", Form::Json), (".csv", Form::Csv), (".svg", Form::Svg)]
        .into_iter()
        .find_map(|(extension, form)| Some((path.strip_suffix(extension)?, form)))?;
    Some((if page == HOME_NAME { "/" } else { page }, form))
}

/// Takes the value of a name out of a query.
fn take(name: &str, query: &str) -> (Option<String>, String) {
    let named = |pair: &&str| pair.split_once('=').is_some_and(|(known, _)| known == name);
    let (taken, rest): (Vec<&str>, Vec<&str>) = query.split('&').partition(named);
    (taken.last().and_then(|pair| pair.split_once('=')).map(|(_, id)| id.to_owned()), rest.join("&"))
}

fn with_path(uri: &Uri, path: &str, query: &str) -> Option<Uri> {
    let text = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(text).ok()?);
    Uri::from_parts(parts).ok()
}

/// The form with the greatest weight; on equal weights a page before JSON before CSV.
fn by_accept(headers: &HeaderMap) -> Form {
    let offered = [("text/html", Form::Page), ("application/json", Form::Json), ("text/csv", Form::Csv)];
    media::preferred(headers, &offered).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use axum::http::header::ACCEPT;

    fn of(address: &str, accept: &'static str) -> (Wanted, Option<String>) {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        let (wanted, uri) = wanted(&address.parse().expect("an address"), &headers);
        (wanted, uri.map(|uri| uri.to_string()))
    }

    #[test]
    fn an_extension_leads_to_the_page() {
        for (address, page, form, part) in [
            ("/index.json", "/", Form::Json, None),
            ("/place/MX-09.csv?period=2020", "/place/MX-09?period=2020", Form::Csv, None),
            ("/search.csv?table=places&q=a", "/search?q=a", Form::Csv, Some("places")),
            ("/place/MX.svg?table=x&figure=months", "/place/MX?table=x", Form::Svg, Some("months")),
            ("/place/demo:1.2.json?lang=en", "/place/demo:1.2?lang=en", Form::Json, None),
        ] {
            let (wanted, uri) = of(address, "text/html");
            assert_eq!((wanted.form, wanted.part.as_deref(), uri.as_deref()), (form, part, Some(page)), "{address}");
            assert!(!wanted.by_people, "{address}");
        }
    }

    #[test]
    fn a_picture_follows_the_theme_only_on_a_page() {
        let of_page = of("/place/MX.svg?figure=months&theme=page&period=2020", "image/svg+xml");
        assert_eq!((of_page.0.themed, of_page.1.as_deref()), (true, Some("/place/MX?period=2020")));
        assert!(!of("/place/MX.svg?figure=months", "image/svg+xml").0.themed);
        assert_eq!(of("/place/MX.csv?theme=page", "text/csv").1.as_deref(), Some("/place/MX?theme=page"));
    }

    #[test]
    fn addresses_of_programs_are_left_alone() {
        for address in ["/api/v1/counts", "/openapi.json", "/assets/a.json", "/tiles/v1/x.csv", "/ogc/tiles.json"] {
            let (wanted, uri) = of(address, "application/json");
            assert_eq!((wanted.form, wanted.by_people, uri), (Form::Page, false, None), "{address}");
        }
        assert!(of("/api", "text/html").0.by_people);
    }

    #[test]
    fn a_suffix_in_the_api_is_a_format() {
        for (address, leads) in [
            ("/api/v1/counts.csv", "/api/v1/counts?format=csv"),
            ("/api/v1/places/MX-09.geojson?lang=es", "/api/v1/places/MX-09?lang=es&format=geojson"),
            ("/api/v1/places/demo:1.2.json", "/api/v1/places/demo:1.2?format=json"),
        ] {
            assert_eq!(of(address, "*/*").1.as_deref(), Some(leads));
        }
    }

    #[test]
    fn the_form_that_weighs_most_is_wanted() {
        for (accept, form, by_people) in [
            ("text/html,application/xhtml+xml,*/*;q=0.8", Form::Page, true),
            ("*/*", Form::Page, false),
            ("application/json", Form::Json, false),
            ("text/csv", Form::Csv, false),
            ("text/html;q=0.5, application/json", Form::Json, false),
            ("text/*;q=0.3, text/csv;q=0.9, application/json;q=0.4", Form::Csv, false),
            ("application/*, text/html;q=0.9", Form::Json, false),
            ("image/png", Form::Page, false),
            ("application/json;q=0", Form::Page, false),
        ] {
            let (wanted, _) = of("/place/MX", accept);
            assert_eq!((wanted.form, wanted.by_people), (form, by_people), "{accept}");
        }
    }
}
