//! `GET /api/v1/figures/{dataset}/{edition}`: the figures of an edition, as a table or as the file that is stored.

use crate::api::dto_revisions::CrimeIndicatorsSelection;
use crate::api::refusals::OfQuestion;
use crate::revisions::Selection;
use crate::select::within;
use crate::shelf::{At, OpenCounts, Shelf};
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use futures_core::Stream;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tequio_archive::ArchiveError;
use tequio_frame::table::csv_field;
use tequio_frame::work::blocking;
use tequio_frame::{Form, Pairs, Problem, ProblemCode, media, tag};
use tequio_kernel::official::NamedCode;
use tequio_kernel::{Cell, Group, Manifest, Period};
use tokio::sync::mpsc;

/// Bytes of a piece of an answer, and pieces that wait for a slow reader.
const PIECE_BYTES: usize = 64 << 10;
const PIECES_WAITING: usize = 4;
/// A named edition never changes; a new version of the program may write it differently.
const LIFETIME: &str = "public, max-age=604800";
/// Word for the newest edition in a path.
const NEWEST: &str = "newest";
/// Suffix and value of `format` for the stored file.
const PARQUET_SUFFIX: &str = ".parquet";
const PARQUET: &str = "parquet";
/// Media types of the two forms.
const CSV_TYPE: &str = "text/csv";
const PARQUET_TYPE: &str = "application/vnd.apache.parquet";

/// The figures of an edition, a row each: as CSV, streamed and filtered, or as the Parquet file that is stored.
///
/// Columns of the CSV: `place`, `place_name`, `offence`, `offence_name`, the dimensions of the groups, `period`,
/// `value`, `state`. A value is empty where there is none; `state` says why. The Parquet file is the stored one, so it
/// takes no filter, and its SHA-256 is the one of the edition's manifest.
#[utoipa::path(
    get,
    path = "/api/v1/figures/{dataset}/{edition}",
    operation_id = "crime_indicators_figures",
    tag = "crime-indicators",
    params(
        ("dataset" = String, Path, description = "Dataset of official counts", example = "demo-counts"),
        ("edition" = String, Path, description = "Edition; `newest` is the newest one", example = "newest"),
        ("format" = Option<String>, Query, description = "`csv` or `parquet`, also as a suffix of the path"),
        ("period" = Option<String>, Query, description = "Only figures of this year, month or range of them", example = "2025-01"),
        CrimeIndicatorsSelection,
    ),
    responses(
        (status = 200, description = "The figures", content((String = "text/csv"), (Vec<u8> = "application/vnd.apache.parquet"))),
        OfQuestion,
    )
)]
pub(super) async fn figures(
    State(shelf): State<Arc<Shelf>>,
    Path((dataset, edition)): Path<(String, String)>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let (edition, is_parquet) = form(&edition, &headers, &mut pairs)?;
    let filter = Filter::take(&mut pairs)?;
    if is_parquet && filter != Filter::default() {
        let detail = "the Parquet file is the stored one and takes no filter: ask for CSV, or filter what you read";
        return Err(Problem::with(ProblemCode::BadQuery, detail));
    }
    let at = At { edition: (edition != NEWEST).then(|| edition.clone()), as_of: None };
    blocking(shelf, move |shelf| {
        let manifest = shelf.manifest(&dataset, &at)?;
        let (pieces, receiver) = mpsc::channel(PIECES_WAITING);
        let tag = tag::of(&(&manifest.content_sha256, is_parquet, format!("{filter:?}")));
        let response = response(receiver, &manifest, is_parquet, at.edition.is_some(), &tag);
        if is_parquet {
            let path = shelf.data().counts_file(&manifest);
            let file = File::open(&path).map_err(|source| ArchiveError::Io { path, source });
            let file = file.map_err(|error| Problem::with(ProblemCode::Internal, error))?;
            tokio::task::spawn_blocking(move || send_file(file, &pieces));
        } else {
            let open = shelf.open_manifest(manifest)?;
            tokio::task::spawn_blocking(move || send_table(&open, &filter, &pieces));
        }
        Ok(response)
    })
    .await
}

/// The edition without a suffix, and whether the stored file is wanted.
fn form(edition: &str, headers: &HeaderMap, pairs: &mut Pairs) -> Result<(String, bool), Problem> {
    if let Some(edition) = edition.strip_suffix(PARQUET_SUFFIX) {
        return Ok((edition.to_owned(), true));
    }
    let named: Vec<&str> = pairs.0.iter().filter(|(name, _)| name == "format").map(|(_, form)| form.as_str()).collect();
    if named == [PARQUET] {
        pairs.take("format");
        return Ok((edition.to_owned(), true));
    }
    let offered = [(CSV_TYPE, false), (PARQUET_TYPE, true)];
    if named.is_empty() && media::preferred(headers, &offered) == Some(true) {
        return Ok((edition.to_owned(), true));
    }
    Form::take(pairs, headers, &[Form::Csv])?;
    Ok((edition.to_owned(), false))
}

/// Which figures are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Filter {
    selection: Selection,
    period: Option<Period>,
}

impl Filter {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let selection = Selection { place: pairs.take("place"), offence: pairs.take("offence") };
        let period = pairs.take("period").map(|text| text.parse::<Period>()).transpose();
        let period = period.map_err(|error| Problem::with(ProblemCode::BadQuery, error))?;
        pairs.refuse_rest("figures take place, offence, period and format")?;
        Ok(Self { selection, period })
    }
}

fn response(
    receiver: mpsc::Receiver<io::Result<Bytes>>,
    manifest: &Manifest,
    is_parquet: bool,
    is_named: bool,
    tag: &str,
) -> Response {
    let (kind, extension) = if is_parquet { (PARQUET_TYPE, PARQUET) } else { ("text/csv; charset=utf-8", "csv") };
    let mut response = Response::new(Body::from_stream(Pieces(receiver)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(if is_named { LIFETIME } else { "public, no-cache" }));
    let name = format!("attachment; filename=\"{}-{}.{extension}\"", manifest.dataset, manifest.edition);
    for (header, text) in [(CONTENT_DISPOSITION, name.as_str()), (ETAG, tag)] {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(header, value);
        }
    }
    response
}

/// The pieces of an answer as they are made.
struct Pieces(mpsc::Receiver<io::Result<Bytes>>);

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// Sends a file piece by piece; ends when the reader has gone. Where the file cannot be read to its end the answer breaks
/// off, so that nobody takes it for the whole or keeps it.
fn send_file(mut file: File, pieces: &mpsc::Sender<io::Result<Bytes>>) {
    let mut buffer = vec![0; PIECE_BYTES];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) if pieces.blocking_send(Ok(Bytes::copy_from_slice(&buffer[..read]))).is_ok() => {}
            Ok(_) => return,
            Err(error) => {
                tracing::error!("a file of figures could not be read to its end: {error}");
                return drop(pieces.blocking_send(Err(error)));
            }
        }
    }
}

/// Sends the rows that pass, piece by piece; ends when the reader has gone.
fn send_table(open: &OpenCounts, filter: &Filter, pieces: &mpsc::Sender<io::Result<Bytes>>) {
    let table = &open.table;
    let lists = Lists::of(open, filter);
    let mut writer = writer();
    // Writing into memory cannot fail.
    let _ = writer.write_record(lists.header());
    for (index, key) in table.series.iter().enumerate() {
        let (place, offence) = (key.place as usize, key.offence as usize);
        let (Some(place), Some(offence)) = (&lists.places[place], &lists.offences[offence]) else { continue };
        let group = &lists.groups[key.group as usize];
        for (step, code) in lists.steps.iter().zip(table.row(index)) {
            let cell = Cell::decode(*code);
            let (Some(step), Some(state)) = (step, cell.state()) else { continue };
            let value = cell.value().map(|value| value.to_string()).unwrap_or_default();
            let row = place.iter().chain(offence).chain(group).map(String::as_str);
            let _ = writer.write_record(row.chain([step.as_str(), value.as_str(), state]));
        }
        if writer.get_ref().len() >= PIECE_BYTES {
            let piece = std::mem::replace(&mut writer, self::writer());
            if pieces.blocking_send(Ok(Bytes::from(piece.into_inner().unwrap_or_default()))).is_err() {
                return;
            }
        }
    }
    let _ = pieces.blocking_send(Ok(Bytes::from(writer.into_inner().unwrap_or_default())));
}

fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new())
}

/// What the rows say of places, offences, groups and periods; nothing of those that are not wanted.
struct Lists {
    dimensions: Vec<String>,
    places: Vec<Option<[String; 2]>>,
    offences: Vec<Option<[String; 2]>>,
    groups: Vec<Vec<String>>,
    steps: Vec<Option<String>>,
}

impl Lists {
    fn of(open: &OpenCounts, filter: &Filter) -> Self {
        let table = &open.table;
        let dimensions: BTreeSet<&String> = table.groups.iter().flat_map(Group::keys).collect();
        let named = |named: &NamedCode| [harmless(&named.code), harmless(&named.name)];
        let wanted = |list: &[NamedCode], takes: &dyn Fn(&str) -> bool| -> Vec<Option<[String; 2]>> {
            list.iter().map(|code| takes(&code.code).then(|| named(code))).collect()
        };
        let values = |group: &Group| {
            dimensions.iter().map(|name| group.get(*name).map(|v| harmless(v)).unwrap_or_default()).collect()
        };
        let step = |column| {
            let step = table.step(column)?;
            filter.period.is_none_or(|period| within(step, &period)).then(|| step.to_string())
        };
        Self {
            places: wanted(&table.places, &|code| filter.selection.takes_place(code)),
            offences: wanted(&table.offences, &|code| filter.selection.takes_offence(code)),
            groups: table.groups.iter().map(values).collect(),
            steps: (0..table.periods).map(step).collect(),
            dimensions: dimensions.into_iter().cloned().collect(),
        }
    }

    fn header(&self) -> impl Iterator<Item = &str> {
        let before = ["place", "place_name", "offence", "offence_name"];
        before.into_iter().chain(self.dimensions.iter().map(String::as_str)).chain(["period", "value", "state"])
    }
}

/// A text as a field that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    csv_field(&Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder can be opened, and not be read.
    #[test]
    #[cfg(unix)]
    fn a_file_that_cannot_be_read_breaks_off() {
        let (pieces, mut receiver) = mpsc::channel(PIECES_WAITING);
        send_file(File::open(".").expect("a folder"), &pieces);
        drop(pieces);
        assert!(receiver.blocking_recv().is_some_and(|piece| piece.is_err()));
        assert!(receiver.blocking_recv().is_none());
    }
}
