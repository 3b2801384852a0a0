//! Recomputes published indicators from the editions in a folder, be it a publication or a data folder.

use super::document::{DRAWN, Document, SeriesOf, series_of};
use crate::indicators::indicator;
use crate::shelf::{Shelf, ShelfError};
use rayon::prelude::*;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use tequio_archive::DataFolder;
use tequio_archive::ledger::{Entry, EntryKind, FindingKind, Report, Verification};
use tequio_archive::publication::INDICATORS_FOLDER;
use tequio_reference::POPULATION_EDITION;

/// How far two computations of one number may be apart, as a share of it: processors round differently in the last digit.
const TOLERANCE: f64 = 1e-9;
/// The same for what samples are drawn for, where one digit may change which sample is drawn.
const DRAWN_TOLERANCE: f64 = 0.05;
/// What of an answer is drawn.
const DRAWN_PARTS: [&str; 5] = ["interval", "chance", "probability", "rank_low", "rank_high"];

/// Recomputes every indicator whose file is the recorded one and adds what does not come out the same to the report.
///
/// # Errors
/// [`ShelfError`] when a built-in catalogue is damaged.
pub fn recompute(folder: &Path, verification: &mut Verification) -> Result<(), ShelfError> {
    let Verification { report, entries, .. } = verification;
    let entries: Vec<(u64, &Entry)> =
        (0..).zip(entries).filter_map(|(at, entry)| Some((at, entry.as_ref()?))).collect();
    let indicators: Vec<_> = entries.into_iter().filter(|(_, entry)| entry.kind == EntryKind::Indicator).collect();
    if indicators.is_empty() {
        return Ok(());
    }
    let mut documents = Vec::new();
    for (index, entry) in indicators {
        let path = format!("{INDICATORS_FOLDER}/{}/{}.json", entry.name, entry.edition);
        let is_told = report.findings.iter().any(|finding| finding.path == path);
        // What is not there is told or withheld.
        if is_told || !folder.join(&path).is_file() {
            continue;
        }
        match read(&folder.join(&path), entry, report) {
            Ok(document) => documents.extend(document.map(|document| (index, path, document))),
            Err(detail) => report.find(FindingKind::IndicatorNotRecomputed, Some(index), &path, detail),
        }
    }
    let again = again(&Shelf::new(DataFolder::new(folder))?, documents.iter().map(|(_, _, document)| document));
    for (index, path, document) in &documents {
        match compare(document, &again) {
            Ok(()) => report.indicators += 1,
            Err(detail) => report.find(FindingKind::IndicatorNotRecomputed, Some(*index), path, detail),
        }
    }
    report.sort();
    Ok(())
}

/// A published document; `None` when this program has other built-in figures than it rests on.
fn read(path: &Path, entry: &Entry, report: &mut Report) -> Result<Option<Document>, String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let document: Document = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    let csv = path.with_extension("csv");
    if csv.is_file() && fs::read(&csv).ok().as_deref() != Some(document.to_csv().as_bytes()) {
        return Err("its CSV is not that of its JSON".to_owned());
    }
    if document.id != entry.name {
        return Err(format!("it is the indicator {}", document.id));
    }
    if let Some(other) = other_population(&document) {
        report.notes.push(format!(
            "{} {} rests on the population {other} and this program has {POPULATION_EDITION}: it cannot be recomputed here",
            entry.name, entry.edition
        ));
        return Ok(None);
    }
    Ok(Some(document))
}

/// Dataset and edition.
type Source = (String, Option<String>);
/// What this program computes, by source and indicator.
type Again = HashMap<Source, HashMap<String, Result<Option<SeriesOf>, String>>>;

/// Computes everything that documents publish. One source after the other: an edition is opened once, and a series that
/// several publications of an indicator hold is computed once.
fn again<'a>(shelf: &Shelf, documents: impl Iterator<Item = &'a Document>) -> Again {
    let mut wanted: BTreeMap<Source, BTreeSet<&str>> = BTreeMap::new();
    for document in documents {
        for series in &document.series {
            let source = (series.dataset.clone(), series.edition.clone());
            wanted.entry(source).or_default().insert(&document.id);
        }
    }
    let of_source = |(source, ids): (Source, BTreeSet<&str>)| {
        let series = ids.into_par_iter().map(|id| (id.to_owned(), one(shelf, id, &source))).collect();
        (source, series)
    };
    wanted.into_iter().map(of_source).collect()
}

fn one(shelf: &Shelf, id: &str, (dataset, edition): &Source) -> Result<Option<SeriesOf>, String> {
    let of = indicator(id).map_err(|error| error.to_string())?;
    series_of(shelf, of.as_ref(), dataset, edition.as_deref()).map_err(|error| error.to_string())
}

fn compare(document: &Document, again: &Again) -> Result<(), String> {
    for published in &document.series {
        let of_source = again.get(&(published.dataset.clone(), published.edition.clone()));
        let computed = of_source.and_then(|series| series.get(&document.id));
        let computed =
            computed.map_or(Ok(None), |computed| computed.as_ref().map(Option::as_ref).map_err(Clone::clone))?;
        let computed = computed.ok_or_else(|| format!("{} gives no such figures", published.dataset))?;
        same(published, computed, DRAWN.contains(&document.id.as_str()))?;
    }
    Ok(())
}

/// The built-in population that a document rests on, where it is not that of this program.
fn other_population(document: &Document) -> Option<&str> {
    let used = document.series.iter().flat_map(|series| &series.editions);
    let built_in = used.filter(|used| used["dataset"] == "population" && used["sha256"] == "");
    built_in.filter_map(|used| used["edition"].as_str()).find(|edition| *edition != POPULATION_EDITION)
}

fn same(published: &SeriesOf, again: &SeriesOf, is_drawn: bool) -> Result<(), String> {
    let (ours, theirs) = (again.observations.len(), published.observations.len());
    if ours != theirs {
        return Err(format!("{} gives {ours} observations and {theirs} are published", published.dataset));
    }
    if published.editions != again.editions {
        return Err(format!("{} rests on other editions than it says", published.dataset));
    }
    let pairs = published.observations.iter().zip(&again.observations);
    for (theirs, ours) in pairs {
        if let Some((name, theirs, ours)) = difference(theirs, ours, is_drawn) {
            let of = |name: &str| again_text(ours.1, name);
            let detail = format!(
                "{} {} {}: {name} is {} and was published as {theirs}",
                published.dataset,
                of("place"),
                of("period"),
                ours.0
            );
            return Err(detail);
        }
    }
    Ok(())
}

fn again_text<'a>(observation: &'a Map<String, Value>, name: &str) -> &'a str {
    observation.get(name).and_then(Value::as_str).unwrap_or_default()
}

type Difference<'a> = (String, String, (String, &'a Map<String, Value>));

/// The first part in which two observations differ by more than their tolerance.
fn difference<'a>(theirs: &Map<String, Value>, ours: &'a Map<String, Value>, is_drawn: bool) -> Option<Difference<'a>> {
    let names = theirs.keys().chain(ours.keys().filter(|name| !theirs.contains_key(*name)));
    let part = |of: &Map<String, Value>, name: &str| of.get(name).cloned().unwrap_or_default();
    for name in names {
        let (a, b) = (part(theirs, name), part(ours, name));
        if !is_same(&a, &b, name, is_drawn, TOLERANCE) {
            return Some((name.clone(), short(&a), (short(&b), ours)));
        }
    }
    None
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 60 { text.chars().take(57).chain("...".chars()).collect() } else { text }
}

fn is_same(a: &Value, b: &Value, name: &str, is_drawn: bool, tolerance: f64) -> bool {
    let tolerance = if is_drawn && DRAWN_PARTS.contains(&name) { DRAWN_TOLERANCE } else { tolerance };
    match (a, b) {
        (Value::Number(a), Value::Number(b)) if tolerance == TOLERANCE && a.is_u64() && b.is_u64() => a == b,
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
            (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0)
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b, "", is_drawn, tolerance))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| is_same(a, b, name, is_drawn, tolerance)))
        }
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_may_differ_in_the_last_digit_and_drawn_ones_a_little() {
        let same = |a: Value, b: Value, name: &str, drawn| is_same(&a, &b, name, drawn, TOLERANCE);
        assert!(same(json!(22.5), json!(22.500000000001), "value", false));
        assert!(!same(json!(22.5), json!(22.51), "value", true));
        assert!(!same(json!(5_000_000_000u64), json!(5_000_000_001u64), "numerator", true));
        assert!(same(json!({ "low": 0.40 }), json!({ "low": 0.41 }), "interval", true));
        assert!(!same(json!({ "low": 0.40 }), json!({ "low": 0.41 }), "interval", false));
        assert!(same(
            json!([{ "probability": 0.5, "count": 3 }]),
            json!([{ "probability": 0.51, "count": 3 }]),
            "members",
            true
        ));
        assert!(!same(
            json!([{ "probability": 0.5, "count": 3 }]),
            json!([{ "probability": 0.5, "count": 4 }]),
            "members",
            true
        ));
        assert!(!same(json!([1]), json!([1, 2]), "x", false));
        assert!(!same(json!(null), json!(0), "value", false));
    }
}
