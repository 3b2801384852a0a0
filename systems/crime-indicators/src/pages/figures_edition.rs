//! `GET /figures/{dataset}/{edition}`: what came in, what became of it, what it holds, and where it is recorded.

use crate::indicators::proof_address;
use crate::pages::figures::year_of;
use crate::pages::proof::{source_of, unit_words};
use crate::shelf::{At, Shelf};
use askama::Template;
use axum::extract::{Path, State};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use tequio_archive::ledger::ROWS_FILE;
use tequio_frame::work::blocking;
use tequio_frame::{Column, DataTable, Page, Pairs, Problem, Visit, format};
use tequio_kernel::{CountsAbout, Level, Manifest};

/// The check of an edition that tells why it ends where it ends.
const CUTOFF_CHECK: &str = "cutoff_agrees";
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
    cutoff_why: String,
    states: Vec<Tally>,
    years: Vec<(String, String)>,
    reasons: Vec<Tally>,
    flags: Vec<Tally>,
    checks: Vec<CheckRow>,
    sources: Vec<SourceRow>,
    leaf: Option<u64>,
    proof: String,
    api: String,
    parquet_bytes: String,
    rows_file: bool,
}

struct Tally {
    name: String,
    meaning: String,
    count: String,
    share: String,
}

struct CheckRow {
    code: String,
    meaning: String,
    passed: bool,
    detail: String,
}

struct SourceRow {
    name: String,
    rows: String,
    bytes: String,
    sha256: String,
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
            .with_table(tallies("states", visit.t("official-states"), &counts.figures))
            .with_table(tallies("rejected", visit.t("official-rejects"), &manifest.rejected.by_reason))
            .with_table(tallies("flags", visit.t("official-flags"), &manifest.flags))
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
        cutoff_why: why.map(|check| check.detail.clone()).unwrap_or_default(),
        states: counts.figures.iter().map(|(name, count)| tally(visit, "state", name, *count, all)).collect(),
        years: counts
            .every_total()
            .map(|(of, year, total)| (year_of(visit, of, year), format::integer(total)))
            .collect(),
        reasons: manifest
            .rejected
            .by_reason
            .iter()
            .map(|(n, c)| tally(visit, "reject", n, *c, manifest.rows))
            .collect(),
        flags: manifest.flags.iter().map(|(n, c)| tally(visit, "flag", n, *c, manifest.accepted)).collect(),
        checks: counts.checks.iter().map(|check| check_row(visit, check)).collect(),
        sources: manifest.sources.iter().map(source_row).collect(),
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

fn tally(visit: &Visit, kind: &str, name: &str, count: u64, whole: u64) -> Tally {
    Tally {
        name: name.to_owned(),
        meaning: visit.t_or(&format!("official-{kind}-{}", name.replace('_', "-")), ""),
        count: format::integer(count),
        share: format::share(count, whole),
    }
}

fn check_row(visit: &Visit, check: &tequio_kernel::edition::Check) -> CheckRow {
    CheckRow {
        code: check.code.clone(),
        meaning: visit.t_or(&format!("official-check-{}", check.code.replace('_', "-")), ""),
        passed: check.passed,
        detail: check.detail.clone(),
    }
}

fn source_row(source: &tequio_kernel::edition::SourceFile) -> SourceRow {
    SourceRow {
        name: source.name.clone(),
        rows: format::integer(source.rows),
        bytes: format::integer(source.bytes),
        sha256: source.sha256.clone(),
    }
}

fn totals(visit: &Visit, counts: &CountsAbout) -> DataTable {
    let rows = counts.every_total().map(|(of, year, total)| [json!(year.to_string()), json!(total), json!(of)]);
    let columns = [Column::time("year"), Column::count("total", "of the unit"), Column::text("of")];
    DataTable::new("totals", visit.t("official-totals"), columns, rows)
}

fn tallies(id: &'static str, title: String, counts: &BTreeMap<String, u64>) -> DataTable {
    let rows = counts.iter().map(|(name, count)| [json!(name), json!(count)]);
    DataTable::new(id, title, [Column::text("name"), Column::count("count", "rows")], rows)
}

fn checks_data(visit: &Visit, counts: &CountsAbout) -> DataTable {
    let columns = [Column::text("code"), Column::text("passed"), Column::text("detail")];
    let rows = counts.checks.iter().map(|check| [json!(check.code), json!(check.passed), json!(check.detail)]);
    DataTable::new("checks", visit.t("official-checks"), columns, rows)
}
