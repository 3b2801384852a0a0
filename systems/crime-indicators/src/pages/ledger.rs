//! `GET /ledger`: the public log of everything that was published, in plain words.

use crate::pages::proof::{entry_href, time_words};
use crate::shelf::{Shelf, ShelfError};
use askama::Template;
use axum::extract::State;
use serde_json::json;
use std::sync::Arc;
use tequio_archive::ledger::{Entry, Ledger, LedgerError, PublicKey};
use tequio_frame::work::blocking;
use tequio_frame::{Column, DataTable, Page, Pairs, Problem, ProblemCode, Visit, format};

/// Entries of the list, the latest first.
const LATEST: u64 = 25;

#[derive(Template)]
#[template(path = "ledger.html")]
struct LedgerPage<'a> {
    v: &'a Visit,
    /// Nothing where nothing has been recorded yet.
    log: Option<LogShown>,
}

struct LogShown {
    origin: String,
    size: u64,
    size_text: String,
    cosigned: String,
    checkpoint: String,
    keys: Vec<String>,
    witnesses: Vec<String>,
    last: String,
    last_words: String,
    entries: Vec<EntryRow>,
    older: bool,
    old: String,
    new: String,
    consistency: Option<Consistency>,
    /// Why the sizes that were asked for cannot be compared.
    refused: bool,
}

struct EntryRow {
    index: u64,
    kind: String,
    name: String,
    edition: String,
    href: String,
    recorded: String,
    recorded_words: String,
    published: String,
}

/// Two sizes of the log and what proves that one continues the other.
struct Consistency {
    old: u64,
    old_root: String,
    new: u64,
    new_root: String,
    path: Vec<String>,
}

/// `GET /ledger`.
pub(crate) async fn page(State(shelf): State<Arc<Shelf>>, visit: Visit, mut pairs: Pairs) -> Result<Page, Problem> {
    let sizes = (size(&mut pairs, "old")?, size(&mut pairs, "new")?);
    pairs.refuse_rest("the page of the ledger takes old and new, two sizes of the log")?;
    blocking(shelf, move |shelf| {
        let ledger = match shelf.ledger() {
            Ok(ledger) => Some(ledger),
            Err(ShelfError::Ledger(LedgerError::Absent(_))) => None,
            Err(error) => return Err(error.into()),
        };
        let latest = ledger.as_deref().map(latest).transpose()?.unwrap_or_default();
        let log = ledger.as_deref().map(|ledger| log(shelf, &visit, ledger, &latest, sizes)).transpose()?;
        let table = data(&visit, &latest);
        let page = LedgerPage { v: &visit, log };
        Ok(Page::render(visit.t("ledger-title"), visit.t("ledger-description"), &page)?.with_table(table))
    })
    .await
}

fn size(pairs: &mut Pairs, name: &str) -> Result<Option<u64>, Problem> {
    let hint = |text: &str| format!("`{name}={text}` is no size of the log: give a whole number");
    let read = |text: String| text.parse().map_err(|_| Problem::with(ProblemCode::BadQuery, hint(&text)));
    pairs.take(name).map(read).transpose()
}

/// The last entries, the latest first.
fn latest(ledger: &Ledger) -> Result<Vec<(u64, Entry)>, ShelfError> {
    let first = ledger.size().saturating_sub(LATEST);
    (first..ledger.size()).rev().map(|index| Ok((index, ledger.entry(index)?))).collect()
}

fn log(
    shelf: &Shelf,
    visit: &Visit,
    ledger: &Ledger,
    latest: &[(u64, Entry)],
    (old, new): (Option<u64>, Option<u64>),
) -> Result<LogShown, ShelfError> {
    let texts = |keys: Vec<PublicKey>| keys.iter().map(ToString::to_string).collect();
    let new_size = new.unwrap_or(ledger.size());
    let consistency = old.map(|old| consistency(ledger, old, new_size));
    let cosigned = ledger.cosigned().map(|cosigned| cosigned.tree.size.into());
    Ok(LogShown {
        origin: ledger.checkpoint().origin.clone(),
        size: ledger.size(),
        size_text: format::integer(ledger.size()),
        cosigned: cosigned.map(|size| visit.say("ledger-cosigned-text", &[("size", size)])).unwrap_or_default(),
        checkpoint: ledger.checkpoint().to_text(),
        keys: texts(ledger.keys()?),
        witnesses: texts(shelf.data().witnesses()?),
        last: latest.first().map(|(_, entry)| entry.recorded.clone()).unwrap_or_default(),
        last_words: latest.first().map(|(_, entry)| time_words(&entry.recorded)).unwrap_or_default(),
        entries: latest.iter().map(|(index, entry)| row(shelf, visit, *index, entry)).collect(),
        older: ledger.size() > LATEST,
        old: old.map(|old| old.to_string()).unwrap_or_default(),
        new: new_size.to_string(),
        refused: matches!(consistency, Some(Err(_))),
        consistency: consistency.and_then(Result::ok),
    })
}

fn row(shelf: &Shelf, visit: &Visit, index: u64, entry: &Entry) -> EntryRow {
    EntryRow {
        index,
        kind: visit.t(&format!("ledger-kind-{}", entry.kind)),
        name: entry.name.clone(),
        edition: entry.edition.clone(),
        href: entry_href(shelf, entry),
        recorded: entry.recorded.clone(),
        recorded_words: time_words(&entry.recorded),
        published: entry.published.as_deref().map(time_words).unwrap_or_default(),
    }
}

fn consistency(ledger: &Ledger, old: u64, new: u64) -> Result<Consistency, LedgerError> {
    let path = ledger.consistency(old, new)?;
    Ok(Consistency {
        old,
        old_root: ledger.root(old)?.to_string(),
        new,
        new_root: ledger.root(new)?.to_string(),
        path: path.iter().map(ToString::to_string).collect(),
    })
}

fn data(visit: &Visit, latest: &[(u64, Entry)]) -> DataTable {
    let columns = [
        Column::count("index", "entries before it"),
        Column::text("kind"),
        Column::text("name"),
        Column::text("edition"),
        Column::time("recorded"),
        Column::time("published"),
        Column::text("content"),
        Column::text("rows_root"),
    ];
    let rows = latest.iter().map(|(index, entry)| {
        [
            json!(index),
            json!(entry.kind),
            json!(entry.name),
            json!(entry.edition),
            json!(entry.recorded),
            json!(entry.published),
            json!(entry.content),
            json!(entry.rows_root),
        ]
    });
    DataTable::new("entries", visit.t("ledger-entries"), columns, rows)
}
