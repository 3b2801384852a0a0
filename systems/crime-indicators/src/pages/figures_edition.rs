//! `GET /figures/{dataset}/{edition}`: what came in, what became of it, what it holds, and where it is recorded.

use crate::import::cutoff::CUTOFF_CHECK;
use crate::indicators::proof_address;
use crate::pages::figures::year_of;
use crate::pages::proof::{source_of, unit_words};
use crate::shelf::{At, Shelf};
use askama::Template;
use axum::extract::{Path, State};
use serde_json::json;
use std::sync::Arc;
use tequio_archive::ledger::ROWS_FILE;
use tequio_frame::edition::{Received, Tally, tally_table};
use tequio_frame::work::blocking;
use tequio_frame::{Arg, Column, DataTable, Page, Pairs, Problem, Visit, format};
use tequio_kernel::edition::{Check, FoundValue};
use tequio_kernel::{CountsAbout, Level, Manifest};

const COUNTS_FILE: &str = "counts.parquet";

#[derive(Template)]
#[template(path = "official_edition.html")]
struct EditionPage<'a> {
    v: &'a Visit,
    m: &'a Manifest,
    c: &'a CountsAbout,
    unit: String,
    level: String,
    rows: String,
    accepted: String,
    rejected: String,
    check_rows: String,
    cutoff_why: Found,
    states: Vec<Tally>,
    years: Vec<(String, String)>,
    received: Received<'a>,
    checks: Vec<CheckRow>,
    leaf: Option<u64>,
    proof: String,
    api: String,
    parquet_bytes: String,
    rows_file: bool,
}

struct CheckRow {
    code: String,
    meaning: String,
    passed: bool,
    found: Found,
}

/// What a check found.
#[derive(Default)]
struct Found {
    text: String,
    /// Language of the text: older editions hold an English sentence only.
    language: &'static str,
}

impl Found {
    fn of(visit: &Visit, check: &Check) -> Self {
        let key = format!("official-found-{}", check.found);
        if !visit.site.words.has(visit.language, &key) {
            return Self { text: check.detail.clone(), language: "en" };
        }
        let arg = |value: &FoundValue| -> Arg<'static> {
            match value {
                FoundValue::Number(number) => (*number).into(),
                FoundValue::Text(text) => text.clone().into(),
            }
        };
        let args: Vec<_> = check.values.iter().map(|(name, value)| (name.as_str(), arg(value))).collect();
        Self { text: visit.say(&key, &args), language: visit.language.code() }
    }
}

/// `GET /figures/{dataset}/{edition}`.
pub(crate) async fn page(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    Path((dataset, edition)): Path<(String, String)>,
    pairs: Pairs,
) -> Result<Page, Problem> {
    pairs.refuse_rest("the page of an edition takes no parameters")?;
    blocking(shelf, move |shelf| {
        let manifest = shelf.manifest(&dataset, &At { edition: Some(edition), as_of: None })?;
        let counts = manifest.counts.as_ref().ok_or_else(|| crate::shelf::ShelfError::Incidents(dataset.clone()))?;
        let page = view(shelf, &visit, &manifest, counts);
        let title = format!("{} · {}", manifest.title, manifest.edition);
        Ok(Page::render(title, visit.t("official-edition-description"), &page)?
            .with_source(source_of(&manifest))
            .with_table(totals(&visit, counts))
            .with_table(tally_table("states", visit.t("official-states"), &counts.figures, "figures"))
            .with_tables(page.received.tables)
            .with_table(checks_data(&visit, counts)))
    })
    .await
}

fn view<'a>(shelf: &Shelf, visit: &'a Visit, manifest: &'a Manifest, counts: &'a CountsAbout) -> EditionPage<'a> {
    let leaf = shelf.leaf_index(manifest);
    let stored = |name: &str| manifest.files.iter().find(|file| file.path == name);
    let all: u64 = counts.figures.values().sum();
    let why = counts.checks.iter().find(|check| check.code == CUTOFF_CHECK);
    EditionPage {
        v: visit,
        m: manifest,
        c: counts,
        unit: unit_words(visit, counts.unit.name()),
        level: visit.t(level_key(counts.level)),
        rows: format::integer(manifest.rows),
        accepted: format::integer(manifest.accepted),
        rejected: format::integer(manifest.rejected.total),
        check_rows: format::integer(counts.check_rows),
        cutoff_why: why.map(|check| Found::of(visit, check)).unwrap_or_default(),
        states: Tally::all(&counts.figures, all, |name| meaning(visit, "state", name)),
        years: counts
            .every_total()
            .map(|(of, year, total)| (year_of(visit, of, year), format::integer(total)))
            .collect(),
        received: Received::of(visit, manifest, |kind, name| meaning(visit, kind, name)),
        checks: counts.checks.iter().map(|check| check_row(visit, check)).collect(),
        proof: leaf.map(|_| proof_address(manifest)).unwrap_or_default(),
        leaf,
        api: format!("/api/v1/figures/{}/{}", manifest.dataset, manifest.edition),
        parquet_bytes: stored(COUNTS_FILE).map(|file| format::integer(file.bytes)).unwrap_or_default(),
        rows_file: stored(ROWS_FILE).is_some(),
    }
}

fn level_key(level: Level) -> &'static str {
    match level {
        Level::Nation => "official-level-nation",
        Level::State => "official-level-state",
        Level::Municipality => "official-level-municipality",
        _ => "official-level-other",
    }
}

/// What a `state`, a `reject`, a `flag` or a `check` of a name is called; empty where it has no words.
fn meaning(visit: &Visit, kind: &str, name: &str) -> String {
    visit.t_or(&format!("official-{kind}-{}", name.replace('_', "-")), "")
}

fn check_row(visit: &Visit, check: &Check) -> CheckRow {
    CheckRow {
        code: check.code.clone(),
        meaning: meaning(visit, "check", &check.code),
        passed: check.passed,
        found: Found::of(visit, check),
    }
}

fn totals(visit: &Visit, counts: &CountsAbout) -> DataTable {
    let rows = counts.every_total().map(|(of, year, total)| [json!(year.to_string()), json!(total), json!(of)]);
    let columns = [Column::time("year"), Column::count("total", "of the unit"), Column::text("of")];
    DataTable::new("totals", visit.t("official-totals"), columns, rows)
}

fn checks_data(visit: &Visit, counts: &CountsAbout) -> DataTable {
    let columns = [Column::text("code"), Column::text("passed"), Column::text("detail")];
    let rows = counts.checks.iter().map(|check| [json!(check.code), json!(check.passed), json!(check.detail)]);
    DataTable::new("checks", visit.t("official-checks"), columns, rows)
}
