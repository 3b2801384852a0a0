//! An indicator as it is published: its observations for the country, its states and the years that are there, by
//! dataset, with the editions that they rest on.
//!
//! Every observation is asked of one edition by name, so that it comes out the same whatever else is imported later.

use super::{Progress, PublishError, Step};
use crate::ask::Ask;
use crate::indicators::{Answer, Indicator, IndicatorError, indicators};
use crate::shelf::{At, Shelf};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use tequio_archive::publication::neutral;
use tequio_kernel::{CountsAbout, Manifest, Period, Step as When};
use tequio_reference::series;

/// Indicators beside the rates that rest on one edition alone; the others compare what an edition does not hold.
const ALONE: [&str; 3] = ["seasonally-adjusted", "top-share", "priority-municipalities"];
/// Indicators that draw samples.
pub(super) const DRAWN: [&str; 2] = ["top-share", "priority-municipalities"];
/// What an answer says again that the document says once, or that depends on the portal.
const SAID_ELSEWHERE: [&str; 4] = ["indicator", "measured", "formula", "editions"];
/// The country; without it a dataset is asked for the states that it has.
const COUNTRY: &str = "MX";

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

    /// The observations as CSV; what is not known is empty.
    pub(super) fn to_csv(&self) -> String {
        let mut text = CSV_COLUMNS.join(",") + "\n";
        for series in &self.series {
            for observation in &series.observations {
                let cells = [Value::from(series.dataset.as_str()), json!(series.edition)].into_iter();
                let cells = cells.chain(CSV_COLUMNS.iter().skip(2).map(|column| cell(observation, column)));
                let line: Vec<String> = cells.map(|value| csv_cell(&value)).collect();
                let _ = writeln!(text, "{}", line.join(","));
            }
        }
        text
    }
}

/// Columns of an indicator as CSV.
pub(super) const CSV_COLUMNS: [&str; 14] = [
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
    let all: Vec<Box<dyn Indicator>> = indicators().into_iter().filter(|of| is_published(of.as_ref())).collect();
    let mut found: Vec<Vec<SeriesOf>> = all.iter().map(|_| Vec::new()).collect();
    let newest: Vec<Manifest> =
        shelf.datasets()?.into_iter().filter_map(|view| view.editions.into_iter().next()).collect();
    // By dataset first: an edition is opened once for all.
    for (done, manifest) in (0..).zip(&newest) {
        progress(Step::Indicators, done, newest.len() as u64);
        for (of, series) in all.iter().zip(&mut found) {
            series.extend(series_of(shelf, of.as_ref(), &manifest.dataset.0, Some(&manifest.edition))?);
        }
    }
    if !newest.is_empty() {
        for known in series().map_err(IndicatorError::from)? {
            for (of, series) in all.iter().zip(&mut found).filter(|(of, _)| of.is_series()) {
                series.extend(series_of(shelf, of.as_ref(), &known.id, None)?);
            }
        }
    }
    let with = all.iter().zip(found).filter(|(_, series)| !series.is_empty());
    Ok(with.map(|(of, series)| Document { id: of.about().id, about: json!(of.about()), series }).collect())
}

fn is_published(indicator: &dyn Indicator) -> bool {
    indicator.is_series() || ALONE.contains(&indicator.about().id.as_str())
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
    let Some((places, years)) = extent(shelf, indicator, dataset, edition)? else { return Ok(None) };
    let mut found = SeriesOf {
        dataset: dataset.to_owned(),
        edition: edition.map(str::to_owned),
        editions: Vec::new(),
        observations: Vec::new(),
    };
    for place in &places {
        for year in years.clone() {
            let Ok(period) = year.to_string().parse::<Period>() else { continue };
            let at = At { edition: edition.map(str::to_owned), as_of: None };
            let (dataset, place) = (Some(dataset.to_owned()), Some(place.clone()));
            let ask = Ask { dataset, at, place, period: Some(period), ..Ask::default() };
            let answer = match indicator.compute(shelf, &ask) {
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
                // What it does not count for a place it counts for no year of it.
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

/// Places and years that are asked for.
type Extent = (Vec<String>, std::ops::RangeInclusive<i16>);

fn extent(
    shelf: &Shelf,
    indicator: &dyn Indicator,
    dataset: &str,
    edition: Option<&str>,
) -> Result<Option<Extent>, IndicatorError> {
    let Some(edition) = edition else {
        let known = series()?.iter().find(|known| known.id == dataset);
        let years = known.map(|known| known.observations.iter().map(|value| value.year));
        let ends = years.and_then(|years| Some((years.clone().min()?, years.max()?)));
        return Ok(known.zip(ends).map(|(known, (first, last))| (vec![known.place.clone()], first..=last)));
    };
    let at = At { edition: Some(edition.to_owned()), as_of: None };
    let manifest = shelf.manifest(dataset, &at)?;
    let Some(counts) = &manifest.counts else { return Ok(None) };
    let (Ok(first), Ok(last)) = (counts.first.parse::<When>(), counts.cutoff.parse::<When>()) else { return Ok(None) };
    Ok(Some((places(shelf, indicator, counts), first.year()..=last.year())))
}

/// The country and its states where rates are told of both; else the country, or the states that are there.
fn places(shelf: &Shelf, indicator: &dyn Indicator, counts: &CountsAbout) -> Vec<String> {
    let states = shelf.layers().iter().filter(|layer| layer.id.name == "states");
    let states = states.flat_map(|layer| layer.places.iter().map(|place| place.code.clone()));
    let mut places: Vec<String> =
        std::iter::once(COUNTRY.to_owned()).chain(states).filter(|code| counts.covers(code)).collect();
    if !indicator.is_series() && places.first().is_some_and(|first| first == COUNTRY) {
        places.truncate(1);
    }
    places
}
