//! An indicator as it is published: its observations for the country, its states and the years that are there, by
//! dataset, with the editions that they rest on.
//!
//! Every observation is asked of one edition by name, so that it comes out the same whatever else is imported later.

use super::questions::runs;
use super::{Progress, PublishError, Step};
use crate::indicators::{Answer, Indicator, IndicatorError, indicators};
use crate::shelf::Shelf;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use tequio_archive::publication::neutral;
use tequio_kernel::Manifest;
use tequio_reference::series;

/// Indicators that draw samples.
pub(super) const DRAWN: [&str; 2] = ["top-share", "priority-municipalities"];
/// What an answer says again that the document says once, or that depends on the portal.
const SAID_ELSEWHERE: [&str; 4] = ["indicator", "measured", "formula", "editions"];

/// An indicator with its observations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Id of the indicator.
    pub id: String,
    /// What it is, as [`tequio_kernel::IndicatorAbout`] has it.
    pub about: Value,
    /// Its observations, by dataset.
    pub series: Vec<SeriesOf>,
}

/// The observations that rest on one edition, or on one built-in series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesOf {
    /// Dataset, or built-in reference series.
    pub dataset: String,
    /// Edition; none of a built-in series.
    pub edition: Option<String>,
    /// Everything that the observations rest on.
    pub editions: Vec<Value>,
    /// Observations: by place and period.
    pub observations: Vec<Map<String, Value>>,
}

impl Document {
    /// Its bytes, which the ledger records the hash of.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, PublishError> {
        let bytes = serde_json::to_vec_pretty(self);
        bytes.map_err(|error| PublishError::File { file: "an indicator", detail: error.to_string() })
    }

    /// Columns of its CSV: those of every indicator, and where periods are compared what they are compared by.
    pub(super) fn columns(&self) -> Vec<&'static str> {
        let mut observations = self.series.iter().flat_map(|series| &series.observations);
        let compares = observations.any(|observation| observation.contains_key("against"));
        CSV_COLUMNS.into_iter().chain(COMPARED_COLUMNS.into_iter().filter(|_| compares)).collect()
    }

    /// The observations as CSV; what is not known is empty.
    pub(super) fn to_csv(&self) -> String {
        let columns = self.columns();
        let mut text = columns.join(",") + "\n";
        for series in &self.series {
            for observation in &series.observations {
                let cells = [Value::from(series.dataset.as_str()), json!(series.edition)].into_iter();
                let cells = cells.chain(columns.iter().skip(2).map(|column| cell(observation, column)));
                let line: Vec<String> = cells.map(|value| csv_cell(&value)).collect();
                let _ = writeln!(text, "{}", line.join(","));
            }
        }
        text
    }
}

/// Columns of an indicator as CSV.
const CSV_COLUMNS: [&str; 14] = [
    "dataset",
    "edition",
    "place",
    "place_name",
    "period",
    "value",
    "low",
    "high",
    "level",
    "numerator",
    "denominator",
    "flags",
    "not_computable",
    "detail",
];

/// Columns of one that compares periods, after those.
const COMPARED_COLUMNS: [&str; 2] = ["measure", "against"];

fn cell(observation: &Map<String, Value>, column: &str) -> Value {
    let of = |name: &str| observation.get(name).cloned().unwrap_or_default();
    match column {
        "low" | "high" | "level" => of("interval")[column].clone(),
        "flags" => {
            let flags = of("flags");
            let flags = flags.as_array().into_iter().flatten().filter_map(Value::as_str);
            Value::from(flags.collect::<Vec<_>>().join(" "))
        }
        "not_computable" => of("not_computable")["code"].clone(),
        "detail" => of("not_computable")["detail"].clone(),
        column => of(column),
    }
}

fn csv_cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => neutral(text).into_owned(),
        other => other.to_string(),
    };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// The indicators that the newest editions of a shelf give, in the order in which they are shown.
pub(super) fn documents(shelf: &Shelf, progress: Progress<'_>) -> Result<Vec<Document>, PublishError> {
    let all: Vec<Box<dyn Indicator>> = indicators();
    let mut found: Vec<Vec<SeriesOf>> = all.iter().map(|_| Vec::new()).collect();
    let newest: Vec<Manifest> =
        shelf.datasets()?.into_iter().filter_map(|view| view.editions.into_iter().next()).collect();
    // By dataset first: an edition is opened once for all.
    for (done, manifest) in (0..).zip(&newest) {
        progress(Step::Indicators, done, newest.len() as u64);
        let (dataset, edition) = (&manifest.dataset.0, Some(manifest.edition.as_str()));
        let series = all.par_iter().map(|of| series_of(shelf, of.as_ref(), dataset, edition));
        let series = series.collect::<Result<Vec<_>, _>>()?;
        found.iter_mut().zip(series).for_each(|(found, series)| found.extend(series));
    }
    if !newest.is_empty() {
        for known in series().map_err(IndicatorError::from)? {
            for (of, series) in all.iter().zip(&mut found) {
                series.extend(series_of(shelf, of.as_ref(), &known.id, None)?);
            }
        }
    }
    let with = all.iter().zip(found).filter(|(_, series)| !series.is_empty());
    Ok(with.map(|(of, series)| Document { id: of.about().id, about: json!(of.about()), series }).collect())
}

/// The observations of an indicator that one edition, or one built-in series, gives; `None` when it gives none.
///
/// # Errors
/// [`IndicatorError`] when the edition is not there.
pub(super) fn series_of(
    shelf: &Shelf,
    indicator: &dyn Indicator,
    dataset: &str,
    edition: Option<&str>,
) -> Result<Option<SeriesOf>, IndicatorError> {
    let mut found = SeriesOf {
        dataset: dataset.to_owned(),
        edition: edition.map(str::to_owned),
        editions: Vec::new(),
        observations: Vec::new(),
    };
    // What it does not count for a place it counts for no year of it: a run of questions ends there.
    for run in runs(shelf, indicator, dataset, edition)? {
        for ask in &run {
            let answer = match indicator.compute(shelf, ask) {
                // It counts something else, and will for every place and year.
                Err(IndicatorError::Unit { .. }) => return Ok(None),
                answer => answer?,
            };
            if answer
                .observation
                .not_computable
                .as_ref()
                .is_some_and(|why| ["no-data", "not-covered"].contains(&why.code))
            {
                break;
            }
            found.add(&answer);
        }
    }
    Ok((!found.observations.is_empty()).then_some(found))
}

impl SeriesOf {
    fn add(&mut self, answer: &Answer) {
        for used in &answer.observation.editions {
            let mut used = json!(used);
            if let Some(used) = used.as_object_mut() {
                used.remove("address");
                used.remove("leaf_index");
                used.remove("proof");
            }
            if !self.editions.contains(&used) {
                self.editions.push(used);
            }
        }
        if let Value::Object(mut observation) = json!(answer) {
            observation.retain(|name, _| !SAID_ELSEWHERE.contains(&name.as_str()));
            self.observations.push(observation);
        }
    }
}
