//! What a figure counts. Units are types: victims are not case files, and nothing adds the two.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

/// What one unit of an official figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A georeferenced event.
    Incident,
    /// A prosecutor's case file (*averiguación previa*, *carpeta de investigación*); one may hold several victims.
    CaseFile,
    /// A victim in a case file.
    Victim,
    /// A registered death.
    Death,
    /// A person who lives in a place.
    Inhabitant,
    /// A call to the emergency line.
    Call,
    /// An estimate of a survey.
    Estimate,
    /// An objective that was set or met.
    Objective,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 8] = [
        Self::Incident,
        Self::CaseFile,
        Self::Victim,
        Self::Death,
        Self::Inhabitant,
        Self::Call,
        Self::Estimate,
        Self::Objective,
    ];

    /// True for what is counted at a moment and not over a period: the figures of two moments are never added up.
    pub fn is_stock(self) -> bool {
        self == Self::Inhabitant
    }

    /// Name in files and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::CaseFile => "case-file",
            Self::Victim => "victim",
            Self::Death => "death",
            Self::Inhabitant => "inhabitant",
            Self::Call => "call",
            Self::Estimate => "estimate",
            Self::Objective => "objective",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no unit: use incident, case-file, victim, death, inhabitant, call, estimate or objective")]
pub struct UnitError(pub String);

impl FromStr for Unit {
    type Err = UnitError;
    fn from_str(text: &str) -> Result<Self, UnitError> {
        Self::ALL.into_iter().find(|unit| unit.name() == text).ok_or_else(|| UnitError(text.to_owned()))
    }
}

/// A unit known when the program is built.
pub trait Counted {
    /// The unit.
    const UNIT: Unit;
}

macro_rules! counted {
    ($($name:ident: $unit:ident, $doc:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name;
        impl Counted for $name {
            const UNIT: Unit = Unit::$unit;
        }
    )*};
}

counted! {
    CaseFiles: CaseFile, "[`Unit::CaseFile`] as a type.";
    Victims: Victim, "[`Unit::Victim`] as a type.";
    Deaths: Death, "[`Unit::Death`] as a type.";
    Inhabitants: Inhabitant, "[`Unit::Inhabitant`] as a type.";
}

/// How many of one unit. Quantities of different units do not add:
///
/// ```compile_fail
/// use tequio_kernel::unit::{CaseFiles, Quantity, Victims};
/// let mixed = Quantity::<CaseFiles>::new(1) + Quantity::<Victims>::new(1);
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Quantity<U>(u64, PhantomData<U>);

impl<U> Clone for Quantity<U> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<U> Copy for Quantity<U> {}

impl<U: Counted> Quantity<U> {
    /// So many.
    pub fn new(value: u64) -> Self {
        Self(value, PhantomData)
    }

    /// A figure whose unit became known only when it was read; `None` when it counts something else.
    pub fn of(value: u64, unit: Unit) -> Option<Self> {
        (unit == U::UNIT).then(|| Self::new(value))
    }

    /// The number.
    pub fn value(self) -> u64 {
        self.0
    }
}

impl<U: Counted> std::ops::Add for Quantity<U> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.0.saturating_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_taken_only_in_its_own_unit() {
        assert_eq!(Quantity::<Victims>::of(3, Unit::CaseFile), None);
        assert_eq!(Quantity::<Victims>::of(3, Unit::Victim).map(Quantity::value), Some(3));
        assert_eq!((Quantity::<Deaths>::new(2) + Quantity::new(3)).value(), 5);
    }

    #[test]
    fn names_read_back() {
        assert!(Unit::ALL.into_iter().all(|unit| unit.name().parse() == Ok(unit)));
        assert!("victims".parse::<Unit>().is_err());
    }
}
