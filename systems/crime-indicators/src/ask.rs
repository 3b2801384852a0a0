//! A question to an indicator: one language for the address, the API and the command line.

use crate::shelf::At;
use tequio_kernel::{Group, Period};

/// Most places that can be asked for at a time.
pub const PLACES_MAX: usize = 2_600;
/// Most samples that are drawn for one answer.
pub const REPLICAS_MAX: u32 = 2_000;
/// Largest seed: the largest number that every reader of JSON keeps (RFC 8259, 6).
pub const SEED_MAX: u64 = (1 << 53) - 1;
/// Most objectives of one question.
pub const OBJECTIVES_MAX: u64 = 1_000_000;
/// Dimensions of groups that a question may name.
const DIMENSIONS: [&str; 3] = ["sex", "age", "registered"];

/// What is asked of an indicator.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ask {
    /// Dataset, or reference series; the one that fits best when `None`.
    pub dataset: Option<String>,
    /// Which edition of it.
    pub at: At,
    /// Code of the place; the country when `None`.
    pub place: Option<String>,
    /// Period; the last whole year when `None`.
    pub period: Option<Period>,
    /// Denominator: a dataset of inhabitants or a reference series of them; the built-in population when `None`.
    pub population: Option<String>,
    /// Measure, such as `kidnapping`, for indicators that do not say it themselves.
    pub measure: Option<String>,
    /// Dimensions that the figures must have, such as `sex=female`.
    pub group: Group,
    /// Period that it is compared with.
    pub against: Option<Period>,
    /// How many places.
    pub n: Option<usize>,
    /// Share of the whole to reach, 0 to 1.
    pub share: Option<f64>,
    /// Layer of the places: `states` or `municipalities`.
    pub layer: Option<String>,
    /// Seed of what is drawn.
    pub seed: Option<u64>,
    /// Samples that are drawn; 0 draws none.
    pub replicas: Option<u32>,
    /// Objectives that were met.
    pub met: Option<u64>,
    /// Objectives that were set.
    pub set: Option<u64>,
}

/// A question that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// A name that no indicator knows.
    #[error(
        "`{0}` is not understood here: an indicator takes dataset, edition, as_of, place, period, population, measure, sex, age, registered, against, n, share, layer, seed, replicas, met and set"
    )]
    Name(String),
    /// A name given twice.
    #[error("`{0}` is given twice")]
    Twice(String),
    /// A value that cannot be read.
    #[error("`{name}={value}` is not understood: {hint}")]
    Value {
        /// Name.
        name: String,
        /// Value.
        value: String,
        /// What it should be.
        hint: String,
    },
}

impl Ask {
    /// Reads `name=value` pairs; empty values say nothing.
    ///
    /// # Errors
    /// [`AskError`] for a name that is not known or a value that cannot be read.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, AskError> {
        let mut ask = Self::default();
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in pairs {
            if value.trim().is_empty() {
                continue;
            }
            if seen.contains(&name) {
                return Err(AskError::Twice(name.to_owned()));
            }
            seen.push(name);
            ask.read(name, value.trim())?;
        }
        match (&ask.at.edition, &ask.at.as_of) {
            (Some(_), Some(day)) => Err(wrong("as_of", day, "an edition is named already: give one of the two")),
            _ => Ok(ask),
        }
    }

    fn read(&mut self, name: &str, value: &str) -> Result<(), AskError> {
        let text = || Some(value.to_owned());
        match name {
            "dataset" => self.dataset = text(),
            "edition" => self.at.edition = text(),
            "as_of" => self.at.as_of = Some(day(name, value)?),
            "place" => self.place = text(),
            "period" => self.period = Some(period(name, value)?),
            "against" => self.against = Some(period(name, value)?),
            "population" => self.population = text(),
            "measure" => self.measure = text(),
            "layer" => self.layer = Some(layer(name, value)?),
            "n" => self.n = Some(number(name, value, 1, PLACES_MAX)?),
            "share" => self.share = Some(share(name, value)?),
            "seed" => self.seed = Some(number(name, value, 0, SEED_MAX)?),
            "replicas" => self.replicas = Some(number(name, value, 0, REPLICAS_MAX)?),
            "met" => self.met = Some(number(name, value, 0, OBJECTIVES_MAX)?),
            "set" => self.set = Some(number(name, value, 0, OBJECTIVES_MAX)?),
            _ if DIMENSIONS.contains(&name) => {
                self.group.insert(name.to_owned(), value.to_owned());
            }
            _ => return Err(AskError::Name(name.to_owned())),
        }
        Ok(())
    }

    /// The question as pairs, in one order: what it was made from, without what says nothing.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let text = |value: &Option<String>| value.clone();
        let mut pairs: Vec<(&str, Option<String>)> = vec![
            ("dataset", text(&self.dataset)),
            ("edition", text(&self.at.edition)),
            ("as_of", text(&self.at.as_of)),
            ("place", text(&self.place)),
            ("period", self.period.map(|period| period.to_string())),
            ("against", self.against.map(|period| period.to_string())),
            ("population", text(&self.population)),
            ("measure", text(&self.measure)),
            ("layer", text(&self.layer)),
            ("n", self.n.map(|n| n.to_string())),
            ("share", self.share.map(|share| share.to_string())),
            ("seed", self.seed.map(|seed| seed.to_string())),
            ("replicas", self.replicas.map(|replicas| replicas.to_string())),
            ("met", self.met.map(|met| met.to_string())),
            ("set", self.set.map(|set| set.to_string())),
        ];
        pairs.extend(self.group.iter().map(|(name, value)| (name.as_str(), Some(value.clone()))));
        pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// Code of the place.
    pub fn place(&self) -> &str {
        self.place.as_deref().unwrap_or("MX")
    }
}

fn wrong(name: &str, value: &str, hint: impl ToString) -> AskError {
    AskError::Value { name: name.to_owned(), value: value.to_owned(), hint: hint.to_string() }
}

fn period(name: &str, value: &str) -> Result<Period, AskError> {
    let period: Period = value.parse().map_err(|error| wrong(name, value, error))?;
    let hint = "official counts are by month or year: write whole months (2020-01..2020-06) or years (2020)";
    if period.is_whole_months() { Ok(period) } else { Err(wrong(name, value, hint)) }
}

fn day(name: &str, value: &str) -> Result<String, AskError> {
    let is_day = value.len() == 10 && value.parse::<Period>().is_ok();
    if is_day { Ok(value.to_owned()) } else { Err(wrong(name, value, "write a day, YYYY-MM-DD")) }
}

fn layer(name: &str, value: &str) -> Result<String, AskError> {
    match value {
        "states" | "municipalities" => Ok(value.to_owned()),
        _ => Err(wrong(name, value, "use states or municipalities")),
    }
}

fn number<T: std::str::FromStr + PartialOrd + std::fmt::Display>(
    name: &str,
    value: &str,
    least: T,
    most: T,
) -> Result<T, AskError> {
    let hint = format!("give a whole number from {least} to {most}");
    value.parse::<T>().ok().filter(|n| *n >= least && *n <= most).ok_or_else(|| wrong(name, value, hint))
}

/// `0.42` or `42 %`.
fn share(name: &str, value: &str) -> Result<f64, AskError> {
    let (text, scale) = value.strip_suffix('%').map_or((value, 1.0), |text| (text.trim(), 100.0));
    let share = text.parse::<f64>().ok().map(|share| share / scale);
    let hint = "give a share above 0 and up to 1, such as 0.42 or 42%";
    share.filter(|share| *share > 0.0 && *share <= 1.0).ok_or_else(|| wrong(name, value, hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_reads_back() {
        let pairs = [
            ("dataset", "x"),
            ("place", "MX-09"),
            ("period", "2020-01..2020-06"),
            ("n", "50"),
            ("share", "0.42"),
            ("sex", "female"),
        ];
        let ask = Ask::parse(pairs).expect("understood");
        let again = ask.pairs();
        assert_eq!(Ask::parse(again.iter().map(|(n, v)| (n.as_str(), v.as_str()))), Ok(ask));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (name, value) in [
            ("plcae", "MX"),
            ("n", "0"),
            ("share", "1.1"),
            ("share", "NaN"),
            ("period", "2020-01-05"),
            ("layer", "x"),
            ("as_of", "2025-9-1"),
        ] {
            assert!(Ask::parse([(name, value)]).is_err(), "{name}={value}");
        }
        assert_eq!(Ask::parse([("n", "3"), ("n", "4")]), Err(AskError::Twice("n".to_owned())));
        assert_eq!(Ask::parse([("share", "42 %")]).expect("understood").share, Some(0.42));
    }
}
