//! `GET /proof`: what is proved of a figure, an edition or an entry, and the proof, to be checked by the reader.

use crate::pages::named::{Named, query_of};
use crate::pages::offence_words::offence_words;
use crate::proof::{FigureName, ProofError, group_text, prove};
use crate::shelf::{At, OpenCounts, Shelf, ShelfError};
use askama::Template;
use axum::extract::State;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tequio_archive::ledger::{Checkpoint, Entry, EntryKind, FigureProof, Ledger, PublicKey, TlogProof};
use tequio_frame::work::blocking;
use tequio_frame::{Column, DataTable, Page, PageSource, Pairs, Problem, ProblemCode, Visit, format};
use tequio_kernel::Manifest;
use tequio_kernel::official::NamedCode;

/// Most places that a form lists; of more it says how codes are written.
const PLACES_LISTED_MAX: usize = 120;

#[derive(Template)]
#[template(path = "proof.html")]
struct ProofPage<'a> {
    v: &'a Visit,
    title: String,
    form: Option<FigureForm>,
    figure: Option<FigureShown>,
    entry: Option<EntryShown>,
    /// Text of the proof; empty when nothing is named.
    proof: String,
    bytes: String,
    file: &'static str,
    keys: Vec<String>,
    witnesses: Vec<String>,
    /// Address of the proof itself.
    href: String,
}

/// The fields by which a figure of an edition is named.
struct FigureForm {
    dataset: String,
    edition: String,
    title: String,
    place: String,
    places: Vec<Choice>,
    offences: Vec<Choice>,
    period: String,
    first: String,
    cutoff: String,
    /// Name, in words, and values of each dimension of the groups.
    dimensions: Vec<(String, String, Vec<Choice>)>,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

struct FigureShown {
    place: String,
    place_code: String,
    offence: String,
    offence_code: String,
    group: String,
    period: String,
    value: String,
    unit: String,
    row: String,
    number: String,
    rows: String,
    hashes: u64,
    root: String,
}

/// An entry of the ledger and the head that it is proved under.
struct EntryShown {
    number: u64,
    kind: String,
    name: String,
    edition: String,
    href: String,
    recorded: String,
    published: String,
    content: String,
    origin: String,
    size: String,
    root: String,
    hashes: u64,
    signed_by: Vec<String>,
    cosigned_by: Vec<String>,
}

/// `GET /proof`.
pub(crate) async fn page(State(shelf): State<Arc<Shelf>>, visit: Visit, mut pairs: Pairs) -> Result<Page, Problem> {
    let number = pairs.take("entry");
    let named = Named::take(&mut pairs)?;
    blocking(shelf, move |shelf| match (number, &named.dataset) {
        (Some(number), None) => of_entry(shelf, &visit, &number),
        (Some(_), Some(_)) => Err(Problem::with(ProblemCode::BadQuery, "name an entry or a dataset, not both")),
        (None, None) => of_nothing(&visit),
        (None, Some(dataset)) => {
            let open = shelf.open(dataset, &named.at)?;
            match named.figure()? {
                Some(figure) => of_figure(shelf, &visit, &open, &figure),
                None => of_edition(shelf, &visit, &open, &named),
            }
        }
    })
    .await
}

impl<'a> ProofPage<'a> {
    fn new(v: &'a Visit, title: String) -> Self {
        Self {
            v,
            title,
            form: None,
            figure: None,
            entry: None,
            proof: String::new(),
            bytes: String::new(),
            file: "",
            keys: Vec::new(),
            witnesses: Vec::new(),
            href: String::new(),
        }
    }

    fn with_proof(
        mut self,
        shelf: &Shelf,
        ledger: &Ledger,
        proof: String,
        file: &'static str,
    ) -> Result<Self, ShelfError> {
        let texts = |keys: Vec<PublicKey>| keys.iter().map(ToString::to_string).collect();
        self.keys = texts(ledger.keys()?);
        self.witnesses = texts(shelf.data().witnesses()?);
        self.bytes = format::integer(proof.len() as u64);
        self.proof = proof;
        self.file = file;
        Ok(self)
    }

    fn finish(&self) -> Result<Page, Problem> {
        Page::render(&self.title, self.v.t("proof-description"), self)
    }
}

fn of_nothing(visit: &Visit) -> Result<Page, Problem> {
    ProofPage::new(visit, visit.t("proof-title")).finish()
}

fn of_entry(shelf: &Shelf, visit: &Visit, number: &str) -> Result<Page, Problem> {
    let hint = || format!("`entry={number}` is no number of an entry: count from 0");
    let number: u64 = number.parse().map_err(|_| Problem::with(ProblemCode::BadQuery, hint()))?;
    let ledger = shelf.ledger()?;
    let proof = ledger.prove_entry(number).map_err(ShelfError::from)?;
    let entry = ledger.entry(number).map_err(ShelfError::from)?;
    let title = visit.say("proof-entry-title", &[("n", number.into())]);
    let mut page = ProofPage::new(visit, title).with_proof(shelf, &ledger, proof.to_string(), "entry.tlog-proof")?;
    page.href = format!("/api/v1/ledger/entries/{number}");
    page.entry = Some(entry_shown(shelf, visit, &ledger, &entry, &proof)?);
    page.finish()
}

fn of_edition(shelf: &Shelf, visit: &Visit, open: &OpenCounts, named: &Named) -> Result<Page, Problem> {
    let manifest = &open.manifest;
    let ledger = shelf.ledger()?;
    let unrecorded = || ProofError::Unrecorded(manifest.edition.clone());
    let number = ledger.find_edition(&manifest.dataset.0, &manifest.edition).ok_or_else(unrecorded)?;
    let proof = ledger.prove_entry(number).map_err(ShelfError::from)?;
    let entry = ledger.entry(number).map_err(ShelfError::from)?;
    let title = visit.say("proof-edition-title", &[("edition", manifest.edition.clone().into())]);
    let mut page = ProofPage::new(visit, title).with_proof(shelf, &ledger, proof.to_string(), "entry.tlog-proof")?;
    page.href = format!("/api/v1/ledger/entries/{number}");
    page.entry = Some(entry_shown(shelf, visit, &ledger, &entry, &proof)?);
    page.form = Some(form(visit, open, named));
    Ok(page.finish()?.with_source(source_of(manifest)))
}

fn of_figure(shelf: &Shelf, visit: &Visit, open: &OpenCounts, figure: &FigureName) -> Result<Page, Problem> {
    let manifest = &open.manifest;
    let proof = prove(shelf, open, figure)?;
    let bytes = proof.to_bytes().map_err(ProofError::from)?;
    let text = String::from_utf8(bytes).map_err(|error| Problem::with(ProblemCode::Internal, error))?;
    let ledger = shelf.ledger()?;
    let tlog = TlogProof::parse(proof.proof.as_bytes()).map_err(ProofError::from)?;
    let mut page =
        ProofPage::new(visit, visit.t("proof-figure-title")).with_proof(shelf, &ledger, text, "figure.json")?;
    page.href = format!("/api/v1/proofs?{}", query_of(&manifest.dataset.0, &manifest.edition, figure));
    page.entry = Some(entry_shown(shelf, visit, &ledger, &proof.entry, &tlog)?);
    page.figure = Some(figure_shown(visit, open, figure, &proof));
    page.form = Some(form(visit, open, &named_of(manifest, figure)));
    let table = data(visit, open, figure, &proof, &tlog);
    Ok(page.finish()?.with_source(source_of(manifest)).with_table(table))
}

fn named_of(manifest: &Manifest, figure: &FigureName) -> Named {
    Named {
        dataset: Some(manifest.dataset.0.clone()),
        at: At { edition: Some(manifest.edition.clone()), as_of: None },
        place: Some(figure.place.clone()),
        offence: Some(figure.offence.clone()),
        period: Some(figure.step.to_string()),
        group: figure.group.clone(),
    }
}

/// Where the figures of a page come from.
pub(crate) fn source_of(manifest: &Manifest) -> PageSource {
    PageSource {
        title: manifest.title.clone(),
        edition: manifest.edition.clone(),
        href: format!("/figures/{}/{}", manifest.dataset, manifest.edition),
        attribution: manifest.attribution.clone(),
        synthetic: manifest.synthetic,
    }
}

fn data(visit: &Visit, open: &OpenCounts, figure: &FigureName, proof: &FigureProof, tlog: &TlogProof) -> DataTable {
    let columns = [
        Column::text("dataset"),
        Column::text("edition"),
        Column::text("place"),
        Column::text("offence"),
        Column::text("group"),
        Column::time("period"),
        Column::text("state"),
        Column::count("value", "of the unit"),
        Column::text("unit"),
        Column::count("row", "rows before it"),
        Column::text("rows_root"),
        Column::count("leaf_index", "entries before it"),
        Column::text("log"),
    ];
    let row = [
        json!(open.manifest.dataset),
        json!(open.manifest.edition),
        json!(figure.place),
        json!(figure.offence),
        json!(group_text(&figure.group)),
        json!(figure.step.to_string()),
        proof.row["state"].clone(),
        proof.row["value"].clone(),
        json!(open.about.unit.to_string()),
        json!(proof.rows.index),
        json!(proof.entry.rows_root),
        json!(tlog.index),
        json!(tlog.checkpoint.origin),
    ];
    DataTable::new("figure", visit.t("proof-figure-title"), columns, [row])
}

fn figure_shown(visit: &Visit, open: &OpenCounts, figure: &FigureName, proof: &FigureProof) -> FigureShown {
    let name = |list: &[NamedCode], code: &str| {
        let at = list.binary_search_by(|named| named.code.as_str().cmp(code)).ok();
        at.and_then(|at| list.get(at)).map(|named| named.name.clone()).unwrap_or_default()
    };
    let state = proof.row["state"].as_str().unwrap_or_default();
    let value = proof.row["value"].as_u64();
    FigureShown {
        place: name(&open.table.places, &figure.place),
        place_code: figure.place.clone(),
        offence: offence_words(
            visit,
            &open.about.taxonomy,
            &figure.offence,
            &name(&open.table.offences, &figure.offence),
        ),
        offence_code: figure.offence.clone(),
        group: group_text(&figure.group),
        period: figure.step.to_string(),
        value: value.map_or_else(|| visit.t(&format!("official-state-{state}")), format::integer),
        unit: unit_words(visit, open.about.unit.name()),
        row: proof.row.to_string(),
        number: format::integer(proof.rows.index + 1),
        rows: format::integer(proof.rows.size),
        hashes: proof.rows.path.len() as u64,
        root: proof.entry.rows_root.map(|root| root.to_string()).unwrap_or_default(),
    }
}

/// A time as people read it: `2026-01-31 18:02:11 UTC`; a day stays as it is.
pub(crate) fn time_words(time: &str) -> String {
    time.strip_suffix('Z').map_or_else(|| time.to_owned(), |time| format!("{} UTC", time.replace('T', " ")))
}

/// What figures count, in words.
pub(crate) fn unit_words(visit: &Visit, unit: &str) -> String {
    visit.t_or(&format!("official-unit-{}", unit.replace('_', "-")), unit)
}

fn entry_shown(
    shelf: &Shelf,
    visit: &Visit,
    ledger: &Ledger,
    entry: &Entry,
    proof: &TlogProof,
) -> Result<EntryShown, ShelfError> {
    let signed = |keys: &[PublicKey], checkpoint: &Checkpoint| -> Vec<String> {
        let signed = keys.iter().filter(|key| matches!(checkpoint.signed_by(key), Ok(Some(_))));
        signed.map(|key| key.name().to_owned()).collect()
    };
    let checkpoint = &proof.checkpoint;
    Ok(EntryShown {
        number: proof.index,
        kind: visit.t(&format!("ledger-kind-{}", entry.kind)),
        name: entry.name.clone(),
        edition: entry.edition.clone(),
        href: entry_href(shelf, entry),
        recorded: time_words(&entry.recorded),
        published: entry.published.as_deref().map(time_words).unwrap_or_default(),
        content: entry.content.clone(),
        origin: checkpoint.origin.clone(),
        size: format::integer(checkpoint.tree.size),
        root: checkpoint.tree.root.to_string(),
        hashes: proof.path.len() as u64,
        signed_by: signed(&ledger.keys()?, checkpoint),
        cosigned_by: signed(&shelf.data().witnesses()?, checkpoint),
    })
}

/// Page of what an entry records; empty when it has none.
pub(crate) fn entry_href(shelf: &Shelf, entry: &Entry) -> String {
    if entry.kind != EntryKind::Edition {
        return String::new();
    }
    let at = At { edition: Some(entry.edition.clone()), as_of: None };
    let rooms = match shelf.manifest(&entry.name, &at) {
        Ok(_) => "figures",
        Err(ShelfError::Incidents(_)) => "datasets",
        Err(_) => return String::new(),
    };
    format!("/{rooms}/{}/{}", entry.name, entry.edition)
}

fn form(visit: &Visit, open: &OpenCounts, named: &Named) -> FigureForm {
    let table = &open.table;
    let choices = |list: &[NamedCode], chosen: &Option<String>| -> Vec<Choice> {
        let label = |named: &NamedCode| if named.name.is_empty() { named.code.clone() } else { named.name.clone() };
        let choice = |named: &NamedCode| Choice {
            value: named.code.clone(),
            label: label(named),
            chosen: chosen.as_deref() == Some(named.code.as_str()),
        };
        list.iter().map(choice).collect()
    };
    let places = if table.places.len() > PLACES_LISTED_MAX { Vec::new() } else { choices(&table.places, &named.place) };
    FigureForm {
        dataset: open.manifest.dataset.0.clone(),
        edition: open.manifest.edition.clone(),
        title: open.manifest.title.clone(),
        place: named.place.clone().unwrap_or_default(),
        places,
        offences: offences(visit, open, named),
        period: named.period.clone().unwrap_or_default(),
        first: open.about.first.clone(),
        cutoff: open.about.cutoff.clone(),
        dimensions: dimensions(visit, open, named),
    }
}

fn offences(visit: &Visit, open: &OpenCounts, named: &Named) -> Vec<Choice> {
    let choice = |offence: &NamedCode| Choice {
        value: offence.code.clone(),
        label: offence_words(visit, &open.about.taxonomy, &offence.code, &offence.name),
        chosen: named.offence.as_deref() == Some(offence.code.as_str()),
    };
    open.table.offences.iter().map(choice).collect()
}

/// The values of every dimension that tells the persons of the edition apart.
fn dimensions(visit: &Visit, open: &OpenCounts, named: &Named) -> Vec<(String, String, Vec<Choice>)> {
    let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in open.table.groups.iter().flatten() {
        values.entry(name).or_default().insert(value);
    }
    let choice = |name: &str, value: &str| Choice {
        value: value.to_owned(),
        label: visit.t_or(&format!("official-{name}-{value}"), value),
        chosen: named.group.get(name).map(String::as_str) == Some(value),
    };
    let list = |(name, values): (&str, BTreeSet<&str>)| {
        let label = visit.t_or(&format!("official-dimension-{name}"), name);
        (name.to_owned(), label, values.into_iter().map(|value| choice(name, value)).collect())
    };
    values.into_iter().map(list).collect()
}
