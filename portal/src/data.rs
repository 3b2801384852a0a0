//! The data of a page: every table as JSON, or one of them as CSV.

use crate::shell::Dressed;
use serde::Serialize;
use tequio_frame::{DataTable, Page, PageSource, Problem, ProblemCode, Visit};

/// What the JSON of a page holds.
#[derive(Serialize)]
struct Document<'a> {
    title: &'a str,
    description: &'a str,
    /// Address of the page for people.
    address: String,
    language: &'static str,
    source: Option<&'a PageSource>,
    tables: Vec<&'a DataTable>,
}

/// All tables of a page, or the one that is named.
pub fn json(visit: &Visit, page: &Page, table: Option<&str>) -> Result<Dressed, Problem> {
    let tables = match table {
        Some(id) => vec![find(page, id)?],
        None => page.tables.iter().collect(),
    };
    let document = Document {
        title: &page.title,
        description: &page.description,
        address: visit.uri.to_string(),
        language: visit.language.code(),
        source: page.source.as_ref(),
        tables,
    };
    let body = serde_json::to_string(&document).map_err(|error| Problem::with(ProblemCode::Internal, error))?;
    Ok(Dressed { body, media_type: "application/json", file: None })
}

/// The table that is named, else the first.
pub fn csv(visit: &Visit, page: &Page, table: Option<&str>) -> Result<Dressed, Problem> {
    let none = || Problem::with(ProblemCode::NotAcceptable, "this page has no table: ask for JSON or for the page");
    let first = page.tables.first().ok_or_else(none)?;
    let table = table.map_or(Ok(first), |id| find(page, id))?;
    let file = Some(file_name(visit, page, table));
    Ok(Dressed { body: table.to_csv(), media_type: "text/csv; charset=utf-8", file })
}

fn find<'a>(page: &'a Page, id: &str) -> Result<&'a DataTable, Problem> {
    page.tables.iter().find(|table| table.id == id).ok_or_else(|| {
        let ids: Vec<&str> = page.tables.iter().map(|table| table.id.as_str()).collect();
        let there_is = if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
        Problem::with(ProblemCode::NotFound, format!("there is no table `{id}` on this page; there is {there_is}"))
    })
}

/// `place-MX-09-months-2024-12-0a1b2c3d.csv`: where it stood, which table, of which edition.
fn file_name(visit: &Visit, page: &Page, table: &DataTable) -> String {
    let place = visit.uri.path().trim_matches('/');
    let edition = page.source.as_ref().map_or("", |source| source.edition.as_str());
    let parts = [if place.is_empty() { "index" } else { place }, &table.id, edition];
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '-' };
    let name: Vec<String> =
        parts.iter().filter(|part| !part.is_empty()).map(|part| part.chars().map(plain).collect()).collect();
    format!("{}.csv", name.join("-"))
}
