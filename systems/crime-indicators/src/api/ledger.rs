//! `GET /api/v1/ledger` and what lies below it, and the log itself as C2SP tlog-tiles has it.

use crate::api::dto_ledger::{CrimeIndicatorsConsistency, CrimeIndicatorsEntryProof, CrimeIndicatorsLedger};
use crate::api::refusals::{OfQuestion, OfThing};
use crate::shelf::{Shelf, ShelfError};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use serde_json::{Value, json};
use std::sync::Arc;
use tequio_archive::ledger::{Ledger, LedgerError, TILE_WIDTH, Tile};
use tequio_frame::form::json as text_of;
use tequio_frame::work::blocking;
use tequio_frame::{Form, Pairs, Problem, ProblemCode};

/// Entries of a page of the list when it is not said, and at most.
const ENTRIES: u64 = 100;
const ENTRIES_MAX: u64 = 1_000;
/// Largest number that every reader of JSON keeps (RFC 8259, 6).
const FROM_MAX: u64 = (1 << 53) - 1;
/// A full tile never changes; the head of the log and partial tiles do (C2SP tlog-tiles).
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ANEW: &str = "public, no-cache";

/// A list of the ledger: its head, its keys, and its entries page by page.
#[utoipa::path(
    get,
    path = "/api/v1/ledger",
    operation_id = "crime_indicators_ledger",
    tag = "crime-indicators",
    params(
        ("from" = Option<u64>, Query, description = "Number of the first entry, from 0", minimum = 0, maximum = 9007199254740991i64),
        ("limit" = Option<u64>, Query, description = "How many entries; 100 when it is not given", minimum = 1, maximum = 1000),
        ("format" = Option<String>, Query, description = "`json`, also as a suffix of the path"),
    ),
    responses((status = 200, description = "The ledger", body = CrimeIndicatorsLedger), OfQuestion)
)]
pub(super) async fn show(
    State(shelf): State<Arc<Shelf>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json])?;
    let from = number(&mut pairs, "from")?.unwrap_or(0);
    if from > FROM_MAX {
        return Err(bad(format!("`from={from}` is not understood: give a number up to {FROM_MAX}")));
    }
    let limit = number(&mut pairs, "limit")?.unwrap_or(ENTRIES);
    if !(1..=ENTRIES_MAX).contains(&limit) {
        return Err(bad(format!("`limit={limit}` is not understood: give a number from 1 to {ENTRIES_MAX}")));
    }
    pairs.refuse_rest("the ledger takes from, limit and format")?;
    blocking(shelf, move |shelf| Ok(form.send_tagged(text_of(&listed(shelf, from, limit)?)?, "ledger"))).await
}

fn listed(shelf: &Shelf, from: u64, limit: u64) -> Result<Value, ShelfError> {
    let ledger = shelf.ledger()?;
    let until = from.saturating_add(limit).min(ledger.size());
    let entries = (from..until).map(|index| Ok(json!({ "index": index, "entry": ledger.entry(index)? })));
    let entries: Vec<Value> = entries.collect::<Result<_, LedgerError>>()?;
    let texts = |keys: Vec<tequio_archive::ledger::PublicKey>| keys.iter().map(ToString::to_string).collect::<Vec<_>>();
    let keys = texts(ledger.keys()?);
    let checkpoint = ledger.checkpoint();
    Ok(json!({
        "origin": checkpoint.origin, "size": ledger.size(), "root": checkpoint.tree.root,
        "checkpoint": checkpoint.to_text(), "cosigned": ledger.cosigned().map(|cosigned| cosigned.to_text()),
        "key": keys.last(), "keys": keys, "witnesses": texts(shelf.data().witnesses()?), "log": "/ledger/log",
        "entries": entries,
        "next": (until < ledger.size()).then(|| format!("/api/v1/ledger?from={until}&limit={limit}")),
    }))
}

/// One entry of the ledger with the proof that it is there.
///
/// `proof` is a C2SP tlog-proof whose extra data is the entry itself; `tequio verify FILE` accepts it.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/entries/{index}",
    operation_id = "crime_indicators_ledger_entry",
    tag = "crime-indicators",
    params(
        ("index" = u64, Path, description = "Number of the entry, from 0", example = 0),
        ("format" = Option<String>, Query, description = "`json`, also as a suffix of the path"),
    ),
    responses((status = 200, description = "The entry", body = CrimeIndicatorsEntryProof), OfThing)
)]
pub(super) async fn entry(
    State(shelf): State<Arc<Shelf>>,
    Path(index): Path<String>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json])?;
    pairs.refuse_rest("an entry takes format and nothing else")?;
    let index: u64 = index.parse().map_err(|_| bad(format!("`{index}` is no number of an entry: count from 0")))?;
    blocking(shelf, move |shelf| {
        let found = || -> Result<Value, ShelfError> {
            let ledger = shelf.ledger()?;
            let (entry, proof) = (ledger.entry(index)?, ledger.prove_entry(index)?.to_string());
            Ok(json!({ "index": index, "entry": entry, "proof": proof }))
        };
        Ok(form.send_tagged(text_of(&found()?)?, "entry"))
    })
    .await
}

/// Proves that the log of `old` entries is the beginning of the log of `new` entries (RFC 6962, section 2.1.2).
#[utoipa::path(
    get,
    path = "/api/v1/ledger/consistency",
    operation_id = "crime_indicators_ledger_consistency",
    tag = "crime-indicators",
    params(
        ("old" = u64, Query, description = "Entries of the smaller log", minimum = 0, example = 1),
        ("new" = Option<u64>, Query, description = "Entries of the larger log; all when it is not given", minimum = 0),
        ("format" = Option<String>, Query, description = "`json`, also as a suffix of the path"),
    ),
    responses((status = 200, description = "The proof", body = CrimeIndicatorsConsistency), OfQuestion)
)]
pub(super) async fn consistency(
    State(shelf): State<Arc<Shelf>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json])?;
    let old = number(&mut pairs, "old")?.ok_or_else(|| bad("give `old`, the entries of the smaller log".to_owned()))?;
    let new = number(&mut pairs, "new")?;
    pairs.refuse_rest("a proof of consistency takes old, new and format")?;
    blocking(shelf, move |shelf| {
        let ledger = shelf.ledger()?;
        Ok(form.send_tagged(text_of(&compared(&ledger, old, new.unwrap_or(ledger.size()))?)?, "consistency"))
    })
    .await
}

fn compared(ledger: &Ledger, old: u64, new: u64) -> Result<Value, ShelfError> {
    let tree = |size| ledger.root(size).map(|root| json!({ "size": size, "root": root }));
    let path = ledger.consistency(old, new)?;
    Ok(json!({ "old": tree(old)?, "new": tree(new)?, "path": path }))
}

/// `GET /ledger/log/{path}`: the head and the tiles of the log, and nothing else of its folder.
pub(super) async fn log(State(shelf): State<Arc<Shelf>>, Path(path): Path<String>) -> Result<Response, Problem> {
    blocking(shelf, move |shelf| log_file(shelf, &path)).await
}

fn log_file(shelf: &Shelf, path: &str) -> Result<Response, Problem> {
    let ledger = shelf.ledger()?;
    if path == "checkpoint" {
        return Ok(file(ledger.checkpoint().to_text().into_bytes(), "text/plain; charset=utf-8", ANEW));
    }
    // Only what names a tile is looked for: a path has one form and never leads out of the folder.
    let tile = Tile::of_path(path).ok_or_else(|| no_file(path))?;
    let bytes = ledger.tile(tile).map_err(|_| no_file(path))?;
    Ok(file(bytes, "application/octet-stream", if tile.width == TILE_WIDTH { FOR_EVER } else { ANEW }))
}

fn file(bytes: Vec<u8>, kind: &'static str, lifetime: &'static str) -> Response {
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(lifetime));
    response
}

fn no_file(path: &str) -> Problem {
    let detail = format!("the log has no file `{path}`: it has checkpoint and the tiles that C2SP tlog-tiles names");
    Problem::with(ProblemCode::NotFound, detail)
}

/// A whole number of the address.
fn number(pairs: &mut Pairs, name: &str) -> Result<Option<u64>, Problem> {
    let read = |text: String| text.parse().map_err(|_| bad(format!("`{name}={text}` is no whole number")));
    pairs.take(name).map(read).transpose()
}

fn bad(detail: String) -> Problem {
    Problem::with(ProblemCode::BadQuery, detail)
}
