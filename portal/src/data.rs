//! The data of a page: every table as JSON, one of them as CSV, or one of its charts as a picture.

use crate::limits::{ANSWER_TIME_MAX, PICTURES_MAX};
use crate::shell::Dressed;
use serde::Serialize;
use tequio_frame::chart::picture::{Caption, picture};
use tequio_frame::chart::{Drawing, theme};
use tequio_frame::{DataTable, Figure, Page, PageSource, Problem, ProblemCode, Visit};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

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
    let file = Some(file_name(visit, page, &table.id, "csv"));
    Ok(Dressed { body: table.to_csv(), media_type: "text/csv; charset=utf-8", file })
}

/// The figure that is named, else the first, as a picture with its headline, its source and its address; `themed` where it
/// is dark on a dark page.
pub async fn svg(visit: &Visit, page: &Page, figure: Option<&str>, themed: bool) -> Result<Dressed, Problem> {
    let figure = find_figure(page, figure)?.clone();
    let lines: Vec<String> = figure.notes.iter().cloned().chain(source_lines(visit, page)).collect();
    let (title, text) = (figure.title.clone(), figure.text.clone());
    let drawing = drawn(figure).await?;
    let body = picture(&Caption { title: &title, text: &text, lines: &lines }, &drawing);
    let body = if themed { theme::followed(&body) } else { body };
    Ok(Dressed { body, media_type: "image/svg+xml", file: None })
}

/// Draws within the limits of an answer: not too many at a time, not too long, and not for a reader who has gone.
async fn drawn(figure: Figure) -> Result<Drawing, Problem> {
    static PLACES: Semaphore = Semaphore::const_new(PICTURES_MAX);
    let busy = || Problem::with(ProblemCode::Unavailable, "too many pictures at once: ask again in a moment");
    let _place = PLACES.try_acquire().map_err(|_| busy())?;
    let mut tasks = JoinSet::new();
    tasks.spawn_blocking(move || figure.draw());
    let done = tokio::time::timeout(ANSWER_TIME_MAX, tasks.join_next()).await.map_err(|_| busy())?;
    let done = done.ok_or_else(|| Problem::new(ProblemCode::Internal))?;
    done.map_err(|error| Problem::with(ProblemCode::Internal, error))?
}

fn find_figure<'a>(page: &'a Page, id: Option<&str>) -> Result<&'a Figure, Problem> {
    let none = || Problem::with(ProblemCode::NotAcceptable, "this page has no charts: ask for JSON or for the page");
    let first = page.figures.first().ok_or_else(none)?;
    let Some(id) = id else { return Ok(first) };
    page.figures.iter().find(|figure| figure.id == id).ok_or_else(|| {
        let ids: Vec<&str> = page.figures.iter().map(|figure| figure.id).collect();
        Problem::with(
            ProblemCode::NotFound,
            format!("there is no figure `{id}` on this page; there is {}", ids.join(", ")),
        )
    })
}

/// Dataset, edition and licence, then the address of the page.
fn source_lines(visit: &Visit, page: &Page) -> Vec<String> {
    let source = page.source.as_ref().map(|source| {
        let PageSource { title, edition, attribution, .. } = source;
        let synthetic = if source.synthetic { format!("{} ", visit.t("synthetic-title")) } else { String::new() };
        format!("{synthetic}{} {title}, {} {edition}. {attribution}", visit.t("source-label"), visit.t("edition-label"))
    });
    source.into_iter().chain([format!("{} {}", visit.site_name(), visit.uri)]).collect()
}

fn find<'a>(page: &'a Page, id: &str) -> Result<&'a DataTable, Problem> {
    page.tables.iter().find(|table| table.id == id).ok_or_else(|| {
        let ids: Vec<&str> = page.tables.iter().map(|table| table.id.as_str()).collect();
        let there_is = if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
        Problem::with(ProblemCode::NotFound, format!("there is no table `{id}` on this page; there is {there_is}"))
    })
}

/// `place-MX-09-months-2024-12-0a1b2c3d.csv`: where it stood, which part, of which edition.
fn file_name(visit: &Visit, page: &Page, part: &str, extension: &str) -> String {
    let place = visit.uri.path().trim_matches('/');
    let edition = page.source.as_ref().map_or("", |source| source.edition.as_str());
    let parts = [if place.is_empty() { "index" } else { place }, part, edition];
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '-' };
    let name: Vec<String> =
        parts.iter().filter(|part| !part.is_empty()).map(|part| part.chars().map(plain).collect()).collect();
    format!("{}.{extension}", name.join("-"))
}
