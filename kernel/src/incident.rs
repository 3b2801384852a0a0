//! One georeferenced event, as a source reports it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How exactly the source says when an event happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// The civil day is known.
    Day,
    /// Only the month is known; the day number is that of the first of the month.
    Month,
    /// Only the year is known; the day number is that of 1 January.
    Year,
    /// The source does not say.
    Unknown,
}

/// When an event happened, in the civil time of the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurred {
    /// Days since 1970-01-01; meaningless when the precision is `Unknown`.
    pub day: i32,
    /// How much of `day` is known.
    pub precision: Precision,
    /// Seconds since midnight as the source wrote them, placeholders included.
    pub second: Option<u32>,
    /// Hour of the day, 0 to 23; `None` when it is unknown, which a placeholder is.
    pub hour: Option<u8>,
}

impl Occurred {
    /// An event of which the source says no time.
    pub const UNKNOWN: Self = Self { day: 0, precision: Precision::Unknown, second: None, hour: None };
}

/// A position in degrees of WGS 84 (EPSG:4326), in double precision as the source wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees east, -180 to 180.
    pub longitude: f64,
    /// Degrees north, -90 to 90.
    pub latitude: f64,
}

/// One accepted row of a source. `T` holds its texts: owned ones, or borrowed while it is on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident<T = String> {
    /// Number of the file among the files of the edition, from 0.
    pub file: u32,
    /// Number of the data row in its file, from 1 (the header is not a row).
    pub row: u64,
    /// Identifier the source gives, if it gives one.
    pub id: Option<T>,
    /// Name of the offence, letter by letter as in the source.
    pub offence: T,
    /// A finer description of the offence, where the source has one.
    pub detail: Option<T>,
    /// When it happened.
    pub occurred: Occurred,
    /// Day it was reported, as days since 1970-01-01.
    pub reported_day: Option<i32>,
    /// Where; `None` is an unlocated event, which still counts.
    pub point: Option<Point>,
    /// Name of the municipality, borough or force area as the source labels it.
    pub place_label: Option<T>,
    /// Name of the neighbourhood as the source labels it.
    pub neighbourhood_label: Option<T>,
    /// Name of the street or block as the source labels it.
    pub street_label: Option<T>,
    /// What the checks found; nothing is repaired.
    pub flags: Flags,
}

macro_rules! flags {
    ($($variant:ident $name:literal $doc:literal,)*) => {
        /// A quality flag: what a check found in a row that was accepted as it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Flag { $(#[doc = $doc] $variant,)* }

        impl Flag {
            /// Every flag, in a fixed order.
            pub const ALL: &'static [Flag] = &[$(Flag::$variant,)*];

            /// Name in files, summaries and pages.
            pub fn name(self) -> &'static str {
                match self { $(Flag::$variant => $name,)* }
            }

            /// What it means, in one line.
            pub fn meaning(self) -> &'static str {
                match self { $(Flag::$variant => $doc,)* }
            }
        }
    };
}

flags! {
    DuplicateRow "duplicate_row" "Every field equals that of an earlier row.",
    DuplicateId "duplicate_id" "The identifier already stands in an earlier row.",
    TimePlaceholder "time_placeholder" "The time is one the source writes when it knows none: the hour is unknown.",
    TimeMissing "time_missing" "No time of day: the hour is unknown.",
    TimeUnparsed "time_unparsed" "The time of day could not be read: the hour is unknown.",
    TimeNonstandard "time_nonstandard" "The time of day is written in an unusual form and was read all the same.",
    DateMissing "date_missing" "No date of the event: only the year, or nothing, is known.",
    YearDisagrees "year_disagrees" "The year column and the date disagree; the date counts.",
    PointMissing "point_missing" "No coordinates: the event is unlocated.",
    PointPlaceholder "point_placeholder" "Coordinates 0, 0 or another placeholder: the event is unlocated.",
    OutsideTerritory "outside_territory" "The point lies outside the territory that the dataset is about.",
    LabelDisagrees "label_disagrees" "The place label names another place than the one that holds the point.",
    NameNormalised "name_normalised" "The offence name has stray blanks and was matched without them.",
    ReportedBeforeEvent "reported_before_event" "The report is dated before the event.",
}

/// A set of [`Flag`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Flags(u32);

impl Flags {
    /// Adds a flag.
    pub fn insert(&mut self, flag: Flag) {
        self.0 |= 1 << flag as u8;
    }

    /// True when the flag is in the set.
    pub fn contains(self, flag: Flag) -> bool {
        self.0 & (1 << flag as u8) != 0
    }

    /// The flags of the set, in the fixed order.
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.iter().copied().filter(move |flag| self.contains(*flag))
    }
}

/// Names joined by `|`; empty for no flag.
impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, flag) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("|")?;
            }
            f.write_str(flag.name())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_keep_a_fixed_order() {
        let mut flags = Flags::default();
        assert_eq!(flags.to_string(), "");
        flags.insert(Flag::LabelDisagrees);
        flags.insert(Flag::DuplicateRow);
        assert_eq!(flags.to_string(), "duplicate_row|label_disagrees");
        assert!(!flags.contains(Flag::DuplicateId));
    }
}
