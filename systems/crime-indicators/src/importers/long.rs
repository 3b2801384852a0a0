//! Any table of official counts, read by a small mapping file that says which column is what: a row a figure, or a row a
//! year with a column for each month.
//!
//! A place is found by its code, or by the names of its state and its own; a name that several municipalities of the state
//! have leads to none of them, and the row is rejected.

use super::groups::{is_total, value};
use super::values::{cell, month, year};
use super::{About, Entry, Flag, Head, Plan, Reason, Reject, RowReader};
use crate::catalogue::{Catalogue, Offences, PlaceFound, Places};
use serde::Deserialize;
use std::sync::Arc;
use tequio_intake::{Header, Row};
use tequio_kernel::place::check_name;
use tequio_kernel::{Cell, Group, Month, Step, Unit};

/// A commented mapping file to start from.
pub const TEMPLATE: &str = include_str!("counts_template.toml");
/// What a mapping file of counts calls itself.
const KIND: &str = "counts";
const NATION: &str = "MX";

/// A mapping file of official counts.
#[derive(Clone, Debug)]
pub struct Mapping {
    text: String,
    rules: Rules,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    kind: String,
    dataset: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    attribution: String,
    unit: Unit,
    taxonomy: String,
    #[serde(default)]
    absent: Absent,
    #[serde(default)]
    synthetic: bool,
    #[serde(default)]
    state: String,
    #[serde(default)]
    offence: Vec<String>,
    columns: Names,
}

/// What a figure without a row is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Absent {
    Zero,
    #[default]
    Missing,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    year: Option<String>,
    month: Option<String>,
    period: Option<String>,
    state_code: Option<String>,
    state: Option<String>,
    municipality_code: Option<String>,
    municipality: Option<String>,
    #[serde(default)]
    offence: Vec<String>,
    sex: Option<String>,
    age: Option<String>,
    value: Option<String>,
    #[serde(default)]
    months: Vec<String>,
}

/// What is wrong with a mapping file.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// It is no TOML, or has a name that does not exist.
    #[error("the mapping file cannot be read: {0}")]
    Toml(String),
    /// A value that means nothing.
    #[error("the mapping file says `{0} = {1}`: {2}")]
    Value(&'static str, String, &'static str),
    /// Columns that do not make up a figure.
    #[error("the mapping file names no way to a figure: {0}")]
    Columns(&'static str),
}

impl Mapping {
    /// Name of the format.
    pub const ID: &'static str = "counts-mapping";
    /// Version of the reading rules.
    pub const VERSION: u32 = 1;

    /// True when a mapping file is one of counts, whatever else it says.
    pub fn is_counts(text: &str) -> bool {
        let table: Option<toml::Table> = toml::from_str(text).ok();
        table.is_some_and(|table| table.get("kind").and_then(toml::Value::as_str) == Some(KIND))
    }

    /// Reads a mapping file.
    ///
    /// # Errors
    /// [`MappingError`] naming the value that is wrong.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let rules: Rules = toml::from_str(text).map_err(|error| MappingError::Toml(one_line(text, &error)))?;
        let wrong = |name, value: &str, help| Err(MappingError::Value(name, value.to_owned(), help));
        let name_help = "use lower-case letters, digits and hyphens";
        if rules.kind != KIND {
            return wrong("kind", &rules.kind, "write counts");
        }
        if check_name(&rules.dataset).is_err() {
            return wrong("dataset", &rules.dataset, name_help);
        }
        if rules.taxonomy.trim().is_empty() {
            return wrong("taxonomy", &rules.taxonomy, "name the classification of the offences");
        }
        rules.columns.check(&rules.offence)?;
        Ok(Self { text: text.to_owned(), rules })
    }

    /// The file as it was given: part of what an edition is made of.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How to read a file.
    ///
    /// # Errors
    /// One line naming a column that the file does not have.
    pub(crate) fn plan(&self, head: &Head, is_json: bool, catalogue: &Arc<Catalogue>) -> Result<Plan, String> {
        let rules = &self.rules;
        let wanted = rules.columns.all();
        let (lead, header) = match is_json {
            true => (0, Header::new(wanted.clone())),
            false => header_of(head, &wanted)?,
        };
        let about = About {
            title: if rules.title.is_empty() { rules.dataset.clone() } else { rules.title.clone() },
            attribution: rules.attribution.clone(),
            unit: rules.unit,
            taxonomy: rules.taxonomy.clone(),
            absent_is_zero: rules.absent == Absent::Zero,
            leaves: None,
            synthetic: rules.synthetic,
        };
        let reader = Reader {
            columns: Columns::find(&rules.columns, &header),
            state: rules.state.clone(),
            offence: rules.offence.clone(),
            offences: catalogue.offences(&rules.taxonomy),
            places: catalogue.places(),
        };
        let dataset = rules.dataset.clone();
        Ok(Plan { dataset, part: None, lead, json_columns: wanted, about, reader: Box::new(reader) })
    }
}

/// What is wrong and in which line.
fn one_line(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().replace('\n', " ");
    let line = error.span().map(|span| text[..span.start.min(text.len())].lines().count().max(1));
    line.map_or_else(|| message.clone(), |line| format!("line {line}: {message}"))
}

/// The first record that has every wanted column.
fn header_of(head: &Head, wanted: &[String]) -> Result<(usize, Header), String> {
    let missing = |header: &Header| wanted.iter().filter(|name| header.find(&[name]).is_none()).count();
    let headers = head.records.iter().map(|record| Header::new(record.clone())).enumerate();
    let best = headers.min_by_key(|(_, header)| missing(header)).ok_or("it is empty")?;
    let absent = wanted.iter().find(|name| best.1.find(&[name]).is_none());
    match absent {
        None => Ok(best),
        Some(name) => Err(format!("it has no column `{name}`, which the mapping file names: correct the mapping file")),
    }
}

impl Names {
    /// Every column that is named.
    fn all(&self) -> Vec<String> {
        let single = [
            &self.year,
            &self.month,
            &self.period,
            &self.state_code,
            &self.state,
            &self.municipality_code,
            &self.municipality,
            &self.sex,
            &self.age,
            &self.value,
        ];
        single.into_iter().flatten().chain(&self.offence).chain(&self.months).cloned().collect()
    }

    fn check(&self, offence: &[String]) -> Result<(), MappingError> {
        let problem = match self {
            _ if self.period.is_some() == self.year.is_some() => Some("name either year or period"),
            _ if self.months.is_empty() == self.value.is_none() => Some("name either value or the twelve months"),
            _ if ![0, 12].contains(&self.months.len()) => Some("months takes the names of twelve columns"),
            _ if !self.months.is_empty() && (self.month.is_some() || self.year.is_none()) => {
                Some("months goes with year and without month")
            }
            _ if self.period.is_some() && self.month.is_some() => Some("period goes without month"),
            _ if self.offence.is_empty() == offence.is_empty() => {
                Some("name offence either as columns or as a constant")
            }
            _ => None,
        };
        problem.map_or(Ok(()), |problem| Err(MappingError::Columns(problem)))
    }
}

/// Where each column stands.
struct Columns {
    year: Option<usize>,
    month: Option<usize>,
    period: Option<usize>,
    state_code: Option<usize>,
    state: Option<usize>,
    municipality_code: Option<usize>,
    municipality: Option<usize>,
    offence: Vec<usize>,
    groups: Vec<(&'static str, usize)>,
    value: Option<usize>,
    months: Vec<usize>,
}

impl Columns {
    fn find(names: &Names, header: &Header) -> Self {
        let find = |name: &Option<String>| name.as_ref().and_then(|name| header.find(&[name]));
        let all = |names: &[String]| names.iter().filter_map(|name| header.find(&[name])).collect();
        let group = |name: &'static str, column: &Option<String>| Some((name, find(column)?));
        Self {
            year: find(&names.year),
            month: find(&names.month),
            period: find(&names.period),
            state_code: find(&names.state_code),
            state: find(&names.state),
            municipality_code: find(&names.municipality_code),
            municipality: find(&names.municipality),
            offence: all(&names.offence),
            groups: [group("sex", &names.sex), group("age", &names.age)].into_iter().flatten().collect(),
            value: find(&names.value),
            months: all(&names.months),
        }
    }
}

struct Reader {
    columns: Columns,
    state: String,
    offence: Vec<String>,
    offences: Offences,
    places: Places,
}

impl RowReader for Reader {
    fn read(&mut self, row: &Row) -> Result<Vec<Entry>, Reject> {
        let place = self.place(row)?;
        let mut flags = place.flags;
        let names: Vec<&str> = match self.offence.is_empty() {
            true => self.columns.offence.iter().map(|column| row.field(Some(*column)).trim()).collect(),
            false => self.offence.iter().map(String::as_str).collect(),
        };
        let (offence, listed) = self.offences.of(&names).ok_or_else(|| Reject::new(Reason::OffenceMissing, ""))?;
        flags.extend((!listed).then_some(Flag::OffenceUnlisted));
        let (cells, group) = (self.cells(row)?, self.group(row));
        Ok(vec![Entry { place: (place.code, place.name), offence, group, wholes: Vec::new(), cells, flags }])
    }
}

impl Reader {
    fn place(&mut self, row: &Row) -> Result<PlaceFound, Reject> {
        let columns = &self.columns;
        let is_municipal = columns.municipality_code.or(columns.municipality).is_some();
        let (state_code, state) = (row.field(columns.state_code), row.field(columns.state));
        let has_state = columns.state_code.or(columns.state).is_some();
        let state_code = if has_state { state_code } else { self.state.as_str() };
        let (code, name) = (row.field(columns.municipality_code), row.field(columns.municipality));
        let found = match (is_municipal, has_state || !self.state.is_empty()) {
            (true, _) => self.places.municipality(state_code, state, code, name),
            (false, true) => self.places.state(state_code, state),
            (false, false) => {
                Some(PlaceFound { code: NATION.to_owned(), name: "Nacional".to_owned(), flags: Vec::new() })
            }
        };
        found.ok_or_else(|| {
            let words = [state_code, state, code, name].map(str::trim).into_iter().filter(|word| !word.is_empty());
            Reject::new(Reason::PlaceUnknown, words.collect::<Vec<_>>().join(" "))
        })
    }

    fn cells(&self, row: &Row) -> Result<Vec<(Step, Cell)>, Reject> {
        if self.columns.months.is_empty() {
            return Ok(vec![(self.step(row)?, cell(row.field(self.columns.value))?)]);
        }
        let year = year(row.field(self.columns.year))?;
        let months = (1i8..).zip(&self.columns.months);
        months.map(|(month, at)| Ok((Step::Month(Month { year, month }), cell(row.field(Some(*at)))?))).collect()
    }

    fn step(&self, row: &Row) -> Result<Step, Reject> {
        let unparsed = |text: &str| Reject::new(Reason::PeriodUnparsed, text.trim());
        if let Some(column) = self.columns.period {
            let text = row.field(Some(column)).trim();
            let step: Step = text.parse().map_err(|_| unparsed(text))?;
            return year(&format!("{:04}", step.year())).map(|_| step).map_err(|_| unparsed(text));
        }
        let year = year(row.field(self.columns.year))?;
        let Some(column) = self.columns.month else { return Ok(Step::Year(year)) };
        let text = row.field(Some(column));
        Ok(Step::Month(Month { year, month: month(text).ok_or_else(|| unparsed(text))? }))
    }

    /// Persons that the figure is about; a word for everybody leaves the dimension out.
    fn group(&self, row: &Row) -> Group {
        let columns = self.columns.groups.iter().map(|(name, column)| (*name, row.field(Some(*column)).trim()));
        columns.filter(|(_, text)| !is_total(text)).map(|(name, text)| (name.to_owned(), value(name, text))).collect()
    }
}
