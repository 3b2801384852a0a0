//! The answer of an analysis, and its forms.

use super::units::{Unit, Units};
use super::{About, AnalysisError, Asked, Remark};
use crate::api::geojson::{Feature, Geometry, VERTICES_MAX};
use crate::states::States;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tequio_access::Note;
use tequio_atlas::Cell;
use tequio_frame::chart::mark::Mark;
use tequio_frame::words::Arg;
use tequio_frame::{Column, DataTable, Language, Problem, ProblemCode};
use tequio_kernel::{Key, Layer, LayerId, Manifest, Query};

/// Class of a place that has no figure: it did not report.
pub(crate) const NO_DATA: &str = "no-data";

/// The state that a place lies in.
pub(crate) const STATE: Column = Column::text("state");

/// Remarks that come first: what was found, and what it does not say.
const LEADING: usize = 2;
/// The remark on places without a figure: the largest may be among them.
const NOT_REPORTING: &str = "not-reporting";
const HOLDERS_NOT_REPORTING: &str = "holders-not-reporting";
/// The remark on a year that was taken though it is not whole.
pub(super) const PART_YEAR: &str = "near-repeat-part-year";
/// Most places without a figure that are named.
const NAMED_MAX: usize = 5;

/// What an analysis found.
pub struct Report {
    /// The analysis.
    pub about: &'static About,
    /// The edition it rests on.
    pub manifest: Manifest,
    /// Editions of the layers it rests on.
    pub layers: Vec<LayerId>,
    /// The question.
    pub query: Query,
    /// Every choice, with what followed from the data.
    pub parameters: Vec<(&'static str, Value)>,
    /// Single figures.
    pub facts: Vec<(&'static str, Value)>,
    /// The rows.
    pub table: DataTable,
    /// Further tables.
    pub more: Vec<DataTable>,
    /// Where each row of the table lies, in the same order; empty when rows are no places.
    pub spots: Vec<Spot>,
    /// Numbers on the map: rows of a further table that have a middle.
    pub marks: Vec<Mark>,
    /// Classes of the map, in the order of its legend.
    pub classes: &'static [&'static str],
    /// What it means and what it does not.
    pub remarks: Vec<Remark>,
    pub(crate) layer: Option<Arc<Layer>>,
    pub(crate) states: Arc<States>,
}

/// Where a row lies, and its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The place or cell.
    pub key: Key,
    /// Index of the place in its layer.
    pub place: Option<usize>,
    /// Its class.
    pub class: &'static str,
}

impl Report {
    /// A report with a table and nothing else yet.
    pub(super) fn new(asked: &Asked<'_>, about: &'static About, units: &Units, table: DataTable) -> Self {
        let table = match units.states.is_empty() {
            true => table,
            false => with_states(table, &units.states),
        };
        let (layer, states) = (units.layer.clone(), units.states.clone());
        Self { layer, states, ..Self::bare(asked, about, units.layers.clone(), table) }
    }

    /// The same without places or cells.
    pub(super) fn bare(asked: &Asked<'_>, about: &'static About, layers: Vec<LayerId>, table: DataTable) -> Self {
        let chosen = asked.options.pairs().map(|(name, value)| (name, as_number(value)));
        Self {
            about,
            manifest: asked.edition.manifest.clone(),
            layers,
            query: asked.query.clone(),
            parameters: chosen.collect(),
            facts: Vec::new(),
            table,
            more: Vec::new(),
            spots: Vec::new(),
            marks: Vec::new(),
            classes: &[],
            remarks: Vec::new(),
            layer: None,
            states: Arc::default(),
        }
    }

    /// States a choice that followed from the data.
    pub(super) fn chose(&mut self, name: &'static str, value: impl Into<Value>) {
        self.parameters.retain(|(known, _)| *known != name);
        self.parameters.push((name, value.into()));
    }

    /// Adds a remark.
    pub(super) fn remark(&mut self, code: &'static str, args: &[(&str, Arg<'_>)]) -> Result<(), AnalysisError> {
        self.remarks.push(Remark::of(code, args)?);
        Ok(())
    }

    /// Adds what units leave out.
    pub(super) fn remark_units(&mut self, units: &Units) -> Result<(), AnalysisError> {
        let silent = units.list.len() - units.reported();
        self.facts.push(("units", json!(units.list.len())));
        self.facts.push(("not_reporting", json!(silent)));
        self.facts.push(("total", json!(units.total)));
        self.facts.push(("elsewhere", json!(units.elsewhere)));
        for note in &units.notes {
            self.remarks.push(Remark::of_note(*note)?);
        }
        if units.layer.is_none() {
            self.remark("cells", &[("n", units.list.len().into())])?;
        }
        if silent > 0 {
            self.remark(NOT_REPORTING, &[("n", silent.into()), ("names", names_of_largest(units).into())])?;
        }
        if !units.silent_holders.is_empty() {
            let (n, names) = (units.silent_holders.len(), units.silent_holders.join(", "));
            self.remark(HOLDERS_NOT_REPORTING, &[("n", n.into()), ("names", names.into())])?;
        }
        if units.elsewhere > 0 {
            self.remark("elsewhere", &[("elsewhere", units.elsewhere.into()), ("total", units.total.into())])?;
        }
        Ok(())
    }

    /// What is read before the figures (what was found, what it does not say, what is missing from it), and the rest.
    pub(crate) fn told(&self, language: Language) -> (Vec<String>, Vec<String>) {
        let is_leading = |(at, remark): &(usize, &Remark)| {
            *at < LEADING
                || [NOT_REPORTING, HOLDERS_NOT_REPORTING, PART_YEAR, Note::SensitiveLeftOut.code()]
                    .contains(&remark.code)
        };
        let (leading, rest): (Vec<_>, Vec<_>) = self.remarks.iter().enumerate().partition(is_leading);
        let texts = |remarks: Vec<(usize, &Remark)>| -> Vec<String> {
            remarks.into_iter().map(|(_, remark)| remark.text(language).to_owned()).collect()
        };
        (texts(leading), texts(rest))
    }

    /// The value of a fact.
    pub fn fact(&self, name: &str) -> Option<&Value> {
        self.facts.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The value of a choice.
    pub fn chosen(&self, name: &str) -> Option<&Value> {
        self.parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// All but the rows: what it is, what it rests on, what was chosen, what it means.
    fn head(&self) -> Map<String, Value> {
        let object = |pairs: &[(&'static str, Value)]| -> Value {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<Map<_, _>>().into()
        };
        let fields = [
            ("analysis", json!(self.about.id)),
            ("method", json!(self.about.method)),
            ("reference", json!(self.about.reference)),
            ("version", json!(env!("CARGO_PKG_VERSION"))),
            ("dataset", json!(self.manifest.dataset)),
            ("edition", json!(self.manifest.edition)),
            ("layers", json!(self.layers)),
            ("filters", filters(&self.query)),
            ("parameters", object(&self.parameters)),
            ("seed", self.chosen("seed").cloned().unwrap_or_default()),
            ("facts", object(&self.facts)),
            ("notes", self.remarks.iter().map(Remark::to_json).collect()),
        ];
        fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
    }

    /// The documented JSON.
    pub fn to_json(&self) -> Value {
        let mut document = self.head();
        let table = json!(self.table);
        document.insert("columns".to_owned(), table["columns"].clone());
        document.insert("rows".to_owned(), table["rows"].clone());
        document.insert("tables".to_owned(), json!(self.more));
        Value::Object(document)
    }

    /// The rows as CSV (RFC 4180).
    pub fn to_csv(&self) -> String {
        self.table.to_csv()
    }

    /// The rows as GeoJSON, each with the shape of its place or cell.
    ///
    /// # Errors
    /// [`ProblemCode::NotAcceptable`] when rows are no places, [`ProblemCode::TooLarge`] for more positions than one
    /// answer takes.
    pub fn to_geojson(&self) -> Result<String, Problem> {
        if self.spots.is_empty() {
            return Err(Problem::with(
                ProblemCode::NotAcceptable,
                "the rows of this answer are no places: use json or csv",
            ));
        }
        let rows = self.table.row_objects();
        let features: Vec<Feature<'_>> =
            self.spots.iter().zip(rows).map(|(spot, row)| Feature::new(self.geometry(spot), row)).collect();
        if features.iter().map(|feature| feature.geometry.vertices()).sum::<usize>() > VERTICES_MAX {
            return Err(Problem::with(
                ProblemCode::TooLarge,
                "these shapes are too many for one answer: ask for a part",
            ));
        }
        tequio_frame::form::json(&Collection { kind: "FeatureCollection", head: self.head(), features })
    }

    fn geometry(&self, spot: &Spot) -> Geometry<'_> {
        let place = || self.layer.as_ref()?.places.get(spot.place?);
        match &spot.key {
            Key::Cell { z, x, y } => Geometry::Box(Cell { z: *z, x: *x, y: *y }.bounds()),
            _ => place().map_or(Geometry::None, Geometry::of),
        }
    }
}

#[derive(Serialize)]
struct Collection<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    head: Map<String, Value>,
    features: Vec<Feature<'a>>,
}

/// The column of states, beside the names: a row begins with the code of its place.
fn with_states(table: DataTable, states: &States) -> DataTable {
    let state = |row: &Vec<Value>| json!(row.first().and_then(Value::as_str).and_then(|code| states.of_code(code)));
    let values: Vec<Value> = table.rows().iter().map(state).collect();
    table.with_column_after("name", STATE, values)
}

/// Names of places without figures, those with the most incidents first: leaving these out changes an answer most.
fn names_of_largest(units: &Units) -> String {
    let mut silent: Vec<&Unit> = units.list[units.reported()..].iter().collect();
    silent.sort_by_key(|unit| std::cmp::Reverse(unit.count));
    let name = |unit: &&Unit| {
        let (code, name) = code_of(&unit.key);
        units.states.beside(&code, &name)
    };
    let names = silent.iter().take(NAMED_MAX).map(name).collect::<Vec<_>>().join(", ");
    if silent.len() > NAMED_MAX { format!("{names}…") } else { names }
}

/// A number where the text is one.
fn as_number(text: &str) -> Value {
    text.parse::<u64>()
        .map(Value::from)
        .or_else(|_| text.parse::<f64>().map(Value::from))
        .unwrap_or_else(|_| text.into())
}

/// The filters of a question, each with its values.
fn filters(query: &Query) -> Value {
    let mut filters: Map<String, Value> = Map::new();
    for (name, value) in query.pairs().into_iter().filter(|(name, _)| !["dataset", "edition", "as_of"].contains(name)) {
        if let Value::Array(values) = filters.entry(name).or_insert_with(|| json!([])) {
            values.push(value.into());
        }
    }
    filters.into()
}

/// How a place or cell is written in the rows: its code, or `zoom/column/row`.
pub(super) fn code_of(key: &Key) -> (String, String) {
    match key {
        Key::Place { code, name } => (code.clone(), name.clone()),
        Key::Cell { z, x, y } => (format!("{z}/{x}/{y}"), String::new()),
        _ => (String::new(), String::new()),
    }
}
