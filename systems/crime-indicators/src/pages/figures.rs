//! `GET /figures` and `/figures/{dataset}`: the datasets of official figures and their editions.

use crate::compared::completeness;
use crate::completeness::{Completeness, Delivery, agency_name};
use crate::importers::Reason;
use crate::indicators::proof_address;
use crate::pages::proof::{source_of, unit_words};
use crate::shelf::{DatasetView, Shelf};
use askama::Template;
use axum::extract::{Path, State};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tequio_frame::work::blocking;
use tequio_frame::{Column, DataTable, Page, Pairs, Problem, ProblemCode, Visit, format};
use tequio_kernel::{CountsAbout, Manifest, Step};

/// Periods that the table of completeness shows: the latest.
const PERIODS_SHOWN: usize = 18;
/// Editions that stand side by side: the latest.
const EDITIONS_SHOWN: usize = 8;

#[derive(Template)]
#[template(path = "official_datasets.html")]
struct DatasetsPage<'a> {
    v: &'a Visit,
    datasets: Vec<DatasetRow>,
}

struct DatasetRow {
    id: String,
    title: String,
    attribution: String,
    unit: String,
    taxonomy: String,
    editions: usize,
    newest: EditionRow,
}

#[derive(Template)]
#[template(path = "official_dataset.html")]
struct DatasetPage<'a> {
    v: &'a Visit,
    id: String,
    title: String,
    attribution: String,
    unit: String,
    taxonomy: String,
    editions: Vec<EditionRow>,
    sides: Sides,
    heat: Heat,
    /// Address of what changed since the edition before; empty for the only one.
    revisions: String,
}

struct EditionRow {
    name: String,
    href: String,
    published: String,
    /// True when the day of publication is the day of the import, since nobody said another.
    assumed: bool,
    recorded: String,
    supersedes: String,
    first: String,
    cutoff: String,
    observed: String,
    rejected: String,
    /// Rows of them that contradict another; empty when there are none.
    conflicting: String,
    leaf: Option<u64>,
    proof: String,
}

/// Totals by year, a column an edition, the oldest first.
struct Sides {
    editions: Vec<String>,
    years: Vec<YearRow>,
    older: usize,
}

struct YearRow {
    year: String,
    cells: Vec<SideCell>,
}

struct SideCell {
    total: String,
    /// Difference from the edition before; empty where there is none.
    change: String,
}

/// Which agency delivered which period.
struct Heat {
    steps: Vec<String>,
    rows: Vec<HeatRow>,
    /// States that there are, with how many agency-periods are in each.
    legend: Vec<(&'static str, &'static str, String, String)>,
    older: usize,
}

struct HeatRow {
    name: String,
    cells: Vec<(&'static str, &'static str)>,
}

/// `GET /figures`.
pub(crate) async fn page(State(shelf): State<Arc<Shelf>>, visit: Visit, pairs: Pairs) -> Result<Page, Problem> {
    pairs.refuse_rest("the list of official figures takes no parameters")?;
    blocking(shelf, move |shelf| {
        let views = shelf.datasets()?;
        let datasets = views.iter().filter_map(|view| dataset_row(shelf, &visit, view)).collect();
        let table = data(&visit, "datasets", views.iter().filter_map(|view| view.editions.first()), shelf);
        let page = DatasetsPage { v: &visit, datasets };
        Ok(Page::render(visit.t("official-title"), visit.t("official-description"), &page)?.with_table(table))
    })
    .await
}

fn dataset_row(shelf: &Shelf, visit: &Visit, view: &DatasetView) -> Option<DatasetRow> {
    let newest = view.editions.first()?;
    let counts = newest.counts.as_ref()?;
    Some(DatasetRow {
        id: view.id.clone(),
        title: newest.title.clone(),
        attribution: newest.attribution.clone(),
        unit: unit_words(visit, counts.unit.name()),
        taxonomy: counts.taxonomy.clone(),
        editions: view.editions.len(),
        newest: edition_row(shelf, visit, newest),
    })
}

fn edition_row(shelf: &Shelf, visit: &Visit, manifest: &Manifest) -> EditionRow {
    let counts = manifest.counts.as_ref();
    let leaf = shelf.leaf_index(manifest);
    let observed = counts.and_then(|counts| counts.figures.get("observed")).copied().unwrap_or(0);
    EditionRow {
        name: manifest.edition.clone(),
        href: format!("/figures/{}/{}", manifest.dataset, manifest.edition),
        published: manifest.published.clone().unwrap_or_default(),
        assumed: manifest.published_assumed,
        recorded: manifest.imported_at.split('T').next().unwrap_or_default().to_owned(),
        supersedes: manifest.supersedes.clone().unwrap_or_default(),
        first: counts.map(|counts| counts.first.clone()).unwrap_or_default(),
        cutoff: counts.map(|counts| counts.cutoff.clone()).unwrap_or_default(),
        observed: format::integer(observed),
        rejected: format::integer(manifest.rejected.total),
        conflicting: match conflicting(manifest) {
            0 => String::new(),
            rows => visit.say("official-conflicting", &[("n", rows.into())]),
        },
        proof: leaf.map(|_| proof_address(manifest)).unwrap_or_default(),
        leaf,
    }
}

/// Rejected rows that state a figure with another value than a row before them.
fn conflicting(manifest: &Manifest) -> u64 {
    manifest.rejected.by_reason.get(Reason::ConflictingFigure.code()).copied().unwrap_or(0)
}

/// `GET /figures/{dataset}`.
pub(crate) async fn dataset(
    State(shelf): State<Arc<Shelf>>,
    visit: Visit,
    Path(id): Path<String>,
    pairs: Pairs,
) -> Result<Page, Problem> {
    pairs.refuse_rest("the page of a dataset takes no parameters")?;
    blocking(shelf, move |shelf| {
        let none = || Problem::with(ProblemCode::NotFound, format!("there is no dataset `{id}` of official figures"));
        let view = shelf.datasets()?.into_iter().find(|view| view.id == id).ok_or_else(none)?;
        let newest = view.editions.first().ok_or_else(none)?;
        let counts = newest.counts.as_ref().ok_or_else(none)?;
        let open = shelf.open_manifest(newest.clone())?;
        let delivered = completeness(shelf, &open)?;
        let page = DatasetPage {
            v: &visit,
            id: id.clone(),
            title: newest.title.clone(),
            attribution: newest.attribution.clone(),
            unit: unit_words(&visit, counts.unit.name()),
            taxonomy: counts.taxonomy.clone(),
            editions: view.editions.iter().map(|manifest| edition_row(shelf, &visit, manifest)).collect(),
            sides: sides(&visit, &view.editions),
            heat: heat(&visit, &delivered, counts.cutoff.parse().ok()),
            revisions: if view.editions.len() > 1 { format!("/revisions?dataset={id}") } else { String::new() },
        };
        Ok(Page::render(newest.title.clone(), newest.attribution.clone(), &page)?
            .with_source(source_of(newest))
            .with_table(data(&visit, "editions", &view.editions, shelf))
            .with_table(totals_data(&visit, &view.editions))
            .with_table(delivered.table(visit.t("official-completeness"))))
    })
    .await
}

fn sides(visit: &Visit, editions: &[Manifest]) -> Sides {
    let shown: Vec<&Manifest> = editions.iter().take(EDITIONS_SHOWN).rev().collect();
    let of = |counts: &CountsAbout| -> BTreeMap<(Option<String>, i16), u64> {
        counts.every_total().map(|(of, year, total)| ((of.map(str::to_owned), year), total)).collect()
    };
    let totals: Vec<_> = shown.iter().filter_map(|manifest| manifest.counts.as_ref().map(of)).collect();
    let years: BTreeSet<&(Option<String>, i16)> = totals.iter().flat_map(BTreeMap::keys).collect();
    let cell = |year: &(Option<String>, i16), column: usize| {
        let total = totals[column].get(year).copied();
        let before = column.checked_sub(1).and_then(|before| totals[before].get(year).copied());
        SideCell {
            total: total.map_or_else(|| "–".to_owned(), format::integer),
            change: total
                .zip(before)
                .filter(|(now, before)| now != before)
                .map(|(n, b)| signed(n, b))
                .unwrap_or_default(),
        }
    };
    let row = |year: &(Option<String>, i16)| YearRow {
        year: year_of(visit, year.0.as_deref(), year.1),
        cells: (0..totals.len()).map(|at| cell(year, at)).collect(),
    };
    Sides {
        editions: shown.iter().map(|manifest| manifest.edition.clone()).collect(),
        years: years.into_iter().map(row).collect(),
        older: editions.len().saturating_sub(EDITIONS_SHOWN),
    }
}

/// The year of a total, with what it is of where that has to be said.
pub(crate) fn year_of(visit: &Visit, of: Option<&str>, year: i16) -> String {
    of.map_or_else(|| year.to_string(), |of| format!("{year} · {}", visit.t_or(&format!("official-total-{of}"), of)))
}

/// A difference with its sign: `+1,204`, `−35`.
pub(crate) fn signed(now: u64, before: u64) -> String {
    let size = format::integer(now.abs_diff(before));
    if now < before { format!("−{size}") } else { format!("+{size}") }
}

/// Class and sign of a state in the table; the signs differ too, for whoever does not see the colour.
fn mark(state: Option<Delivery>) -> (&'static str, &'static str) {
    match state {
        Some(Delivery::Complete) => ("c0", "●"),
        Some(Delivery::Partial) => ("c3", "◐"),
        Some(Delivery::Missing) => ("none", "○"),
        Some(Delivery::Stray) => ("c5", "+"),
        None => ("zero", "·"),
    }
}

fn heat(visit: &Visit, delivered: &Completeness, cutoff: Option<Step>) -> Heat {
    let observed = |step: &Step| cutoff.is_none_or(|cutoff| *step <= cutoff);
    let steps: Vec<Step> = delivered.steps().filter(observed).collect();
    let older = steps.len().saturating_sub(PERIODS_SHOWN);
    let shown = &steps[older..];
    let row = |agency: &str| HeatRow {
        name: agency_name(agency),
        cells: shown.iter().map(|step| mark(delivered.state(agency, *step))).collect(),
    };
    let rows: Vec<HeatRow> = delivered.agencies().map(row).collect();
    let summary = delivered.summary();
    let legend = Delivery::ALL.into_iter().map(|state| {
        let (class, sign) = mark(Some(state));
        let count = summary.get(&state).copied().unwrap_or(0);
        (class, sign, visit.t(&format!("official-delivery-{}", state.name())), format::integer(count))
    });
    Heat { steps: shown.iter().map(ToString::to_string).collect(), rows, legend: legend.collect(), older }
}

fn data<'a>(
    visit: &Visit,
    id: &'static str,
    editions: impl IntoIterator<Item = &'a Manifest>,
    shelf: &Shelf,
) -> DataTable {
    let columns = [
        Column::text("dataset"),
        Column::text("edition"),
        Column::text("title"),
        Column::time("published"),
        Column::text("published_assumed"),
        Column::time("recorded"),
        Column::text("supersedes"),
        Column::text("unit"),
        Column::text("taxonomy"),
        Column::time("first"),
        Column::time("cutoff"),
        Column::count("rows", "rows"),
        Column::count("accepted", "rows"),
        Column::count("rejected", "rows"),
        Column::count("conflicting", "rows"),
        Column::text("sha256"),
        Column::count("leaf_index", "entries before it"),
    ];
    let row = |m: &Manifest| {
        let counts = m.counts.as_ref();
        [
            json!(m.dataset),
            json!(m.edition),
            json!(m.title),
            json!(m.published),
            json!(m.published_assumed),
            json!(m.imported_at),
            json!(m.supersedes),
            json!(counts.map(|counts| counts.unit.name())),
            json!(counts.map(|counts| &counts.taxonomy)),
            json!(counts.map(|counts| &counts.first)),
            json!(counts.map(|counts| &counts.cutoff)),
            json!(m.rows),
            json!(m.accepted),
            json!(m.rejected.total),
            json!(conflicting(m)),
            json!(m.content_sha256),
            json!(shelf.leaf_index(m)),
        ]
    };
    DataTable::new(id, visit.t("official-editions"), columns, editions.into_iter().map(row))
}

fn totals_data(visit: &Visit, editions: &[Manifest]) -> DataTable {
    let columns =
        [Column::text("edition"), Column::time("year"), Column::count("total", "of the unit"), Column::text("of")];
    let of = |manifest: &Manifest| -> Vec<[Value; 4]> {
        let totals = manifest.counts.iter().flat_map(CountsAbout::every_total);
        totals
            .map(|(of, year, total)| [json!(manifest.edition), json!(year.to_string()), json!(total), json!(of)])
            .collect()
    };
    DataTable::new("totals", visit.t("official-sides"), columns, editions.iter().flat_map(of))
}

#[cfg(test)]
mod tests {
    #[test]
    fn differences_have_a_sign() {
        assert_eq!((super::signed(1_300, 96), super::signed(96, 131)), ("+1,204".to_owned(), "−35".to_owned()));
    }
}
