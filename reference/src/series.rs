//! Reference series: published figures that claims are tested against, each with its source.

use crate::ReferenceError;
use crate::lookup::records;
use std::sync::OnceLock;

static INDEX: &[u8] = include_bytes!("../series/series.csv");
static TABLES: &[&[u8]] =
    &[include_bytes!("../series/mx-homicide-national.csv"), include_bytes!("../series/mx-envipe-dark-figure.csv")];

/// How far a published value had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Published before it was revised; the final value of the same year, where known, stands beside it.
    Preliminary,
    /// Published as definitive, or the last value that was published.
    Final,
}

/// One published value.
#[derive(Clone, Debug, PartialEq)]
pub struct SourcedValue {
    /// Calendar year that it is about.
    pub year: i16,
    /// The value, in the unit of the series.
    pub value: f64,
    /// The value as it is written, so that its precision is not lost.
    pub written: String,
    /// Preliminary or final.
    pub state: State,
    /// What the reader has to know of this value; may be empty.
    pub note: String,
}

/// A published series.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Stable id.
    pub id: String,
    /// Title in Spanish.
    pub title_es: String,
    /// Title in English.
    pub title_en: String,
    /// `person`, `death`, `victim`, `case-file`, `per-100000` or `percent`.
    pub unit: String,
    /// Code of the place.
    pub place: String,
    /// Id of the measure that it is about; empty where it is about none (population, all crime).
    pub measure: String,
    /// Id of the taxonomy that it is counted by; empty where there is none.
    pub taxonomy: String,
    /// Who published it and where it was read.
    pub source: String,
    /// Values by year; in a year with two, the preliminary one comes first.
    pub observations: Vec<SourcedValue>,
}

impl Series {
    /// The newest value of a year: final where there is one.
    pub fn value(&self, year: i16) -> Option<&SourcedValue> {
        self.observations.iter().filter(|value| value.year == year).max_by_key(|value| value.state)
    }
}

/// Every reference series, in the order of `series/series.csv`.
///
/// # Errors
/// [`ReferenceError`] when a built-in table is damaged.
pub fn series() -> Result<&'static [Series], ReferenceError> {
    static ALL: OnceLock<Result<Vec<Series>, ReferenceError>> = OnceLock::new();
    ALL.get_or_init(load).as_deref().map_err(Clone::clone)
}

fn load() -> Result<Vec<Series>, ReferenceError> {
    let mut all: Vec<Series> = records(INDEX)?.iter().map(head).collect();
    for row in TABLES.iter().map(|table| records(table)).collect::<Result<Vec<_>, _>>()?.iter().flatten() {
        let owner = all.iter_mut().find(|series| series.id == row[0]);
        let owner = owner.ok_or_else(|| ReferenceError::new(format!("no series {}", &row[0])))?;
        owner.observations.push(observation(row)?);
    }
    all.iter_mut().for_each(|series| series.observations.sort_by_key(|value| (value.year, value.state)));
    Ok(all)
}

fn head(row: &csv::StringRecord) -> Series {
    let text = |at: usize| row[at].to_owned();
    Series {
        id: text(0),
        title_es: text(1),
        title_en: text(2),
        unit: text(3),
        place: text(4),
        measure: text(5),
        taxonomy: text(6),
        source: text(7),
        observations: Vec::new(),
    }
}

fn observation(row: &csv::StringRecord) -> Result<SourcedValue, ReferenceError> {
    let state = match &row[3] {
        "final" => State::Final,
        "preliminary" => State::Preliminary,
        other => return Err(ReferenceError::new(format!("state {other} of series {}", &row[0]))),
    };
    Ok(SourcedValue {
        year: row[1].parse().map_err(ReferenceError::new)?,
        value: row[2].parse().map_err(ReferenceError::new)?,
        written: row[2].to_owned(),
        state,
        note: row[4].to_owned(),
    })
}
