//! What an indicator answers, and why it may not.

use crate::ask::AskError;
use crate::shelf::ShelfError;
use serde::Serialize;
use serde_json::{Map, Value};
use tequio_kernel::indicator::{EditionUsed, NotComputable, Observation, Span};
use tequio_kernel::{IndicatorAbout, Period, Unit};
use tequio_reference::ReferenceError;

/// An answer: one observation, and what belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// Id of the indicator.
    pub indicator: String,
    /// The observation.
    #[serde(flatten)]
    pub observation: Observation,
    /// What else was computed, by name.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

/// A question that cannot be asked of an indicator.
#[derive(Debug, thiserror::Error)]
pub enum IndicatorError {
    /// No such indicator.
    #[error("there is no indicator `{id}`; there are {known}")]
    Unknown {
        /// Id asked for.
        id: String,
        /// Ids that there are.
        known: String,
    },
    /// A question that is not understood.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// A dataset that counts something else: figures of different units are never mixed.
    #[error(
        "dataset `{dataset}` counts {found}, and `{indicator}` is about {expected}: units are never mixed. Ask an indicator of {found}, or leave the dataset out"
    )]
    Unit {
        /// Indicator.
        indicator: String,
        /// Dataset named.
        dataset: String,
        /// What it counts.
        found: Unit,
        /// What it should count.
        expected: Unit,
    },
    /// A measure that is not known.
    #[error("there is no measure `{measure}`; there are {known}")]
    Measure {
        /// Measure asked for.
        measure: String,
        /// Measures that there are.
        known: String,
    },
    /// A parameter without which nothing can be computed.
    #[error("`{indicator}` needs `{name}`: {hint}")]
    Needed {
        /// Indicator.
        indicator: String,
        /// Parameter.
        name: &'static str,
        /// What it should be.
        hint: &'static str,
    },
    /// A place that does not exist.
    #[error("there is no place `{0}`: codes are MX, MX-09 (a state) or MX-09-015 (a municipality)")]
    Place(String),
    /// A denominator that is none.
    #[error("`{0}` is no population: give a dataset of inhabitants, a reference series of them, or leave it out")]
    Population(String),
    /// The data folder.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// A built-in catalogue.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// A classification that a dataset names and nobody knows.
    #[error(transparent)]
    Lookup(#[from] tequio_reference::LookupError),
}

impl IndicatorError {
    /// True for a question that cannot be read, whatever the data.
    pub fn is_unreadable(&self) -> bool {
        matches!(self, Self::Ask(_) | Self::Needed { .. })
    }
}

/// An answer in the making.
pub(super) struct Draft {
    answer: Answer,
}

impl Draft {
    /// Begins an answer for a place and a period.
    pub(super) fn new(about: &IndicatorAbout, place: (&str, &str), period: Option<Period>) -> Self {
        let observation = Observation {
            place: place.0.to_owned(),
            place_name: place.1.to_owned(),
            period: period.map(|period| period.to_string()).unwrap_or_default(),
            value: None,
            interval: None,
            numerator: None,
            denominator: None,
            flags: Vec::new(),
            not_computable: None,
            editions: Vec::new(),
        };
        let mut details = Map::new();
        details.insert("measured".to_owned(), serde_json::json!(about.measured));
        details.insert("unit".to_owned(), serde_json::json!(about.unit));
        details.insert("formula".to_owned(), Value::from(about.formula));
        Self { answer: Answer { indicator: about.id.clone(), observation, details } }
    }

    pub(super) fn edition(mut self, edition: EditionUsed) -> Self {
        self.answer.observation.editions.push(edition);
        self
    }

    pub(super) fn flags(mut self, flags: impl IntoIterator<Item = &'static str>) -> Self {
        let known = &mut self.answer.observation.flags;
        flags.into_iter().for_each(|flag| {
            if !known.contains(&flag) {
                known.push(flag);
            }
        });
        self
    }

    pub(super) fn numerator(mut self, numerator: u64) -> Self {
        self.answer.observation.numerator = Some(numerator);
        self
    }

    pub(super) fn denominator(mut self, denominator: u64) -> Self {
        self.answer.observation.denominator = Some(denominator);
        self
    }

    pub(super) fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.answer.details.insert(name.to_owned(), value.into());
        self
    }

    /// Ends with a value; one that is no number is refused, since it would be a fault of this program.
    pub(super) fn value(mut self, value: f64, interval: Option<Span>) -> Answer {
        if !value.is_finite() {
            return self.none("no-number", "the computation gave no number");
        }
        self.answer.observation.value = Some(value);
        self.answer.observation.interval = interval;
        self.answer
    }

    /// Ends without a value.
    pub(super) fn none(mut self, code: &'static str, detail: impl Into<String>) -> Answer {
        self.answer.observation.not_computable = Some(NotComputable { code, detail: detail.into() });
        self.answer
    }
}
