//! The one query language, shared by the address of a page, the API and the command line.
//!
//! A query is a list of `name=value` pairs. Unknown names are refused, never ignored: a filter
//! that is silently dropped gives a wrong figure.

use crate::period::{Period, PeriodError};
use crate::place::{NameError, PlaceRef, check_name};
use crate::text::fold;
use geo_types::{Coord, LineString, Polygon, Rect};
use std::fmt;
use std::str::FromStr;

/// Finest zoom of a cell (about 1.2 m at the equator).
pub const CELL_ZOOM_MAX: u8 = 25;
/// Most dimensions in one query.
pub const DIMENSIONS_MAX: usize = 4;
/// Most vertices of a polygon filter.
pub const POLYGON_VERTICES_MAX: usize = 1_000;
/// Largest radius of a circle filter, metres.
pub const RADIUS_M_MAX: f64 = 100_000.0;
/// Most values of one repeated filter.
pub const VALUES_MAX: usize = 200;

/// What the incidents are counted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Places of a layer (by name; the edition loaded is named in the answer).
    Place(String),
    /// Web-mercator cells of a zoom.
    Cell(u8),
    /// Named streets.
    Street,
    /// Street segments.
    Segment,
    /// Years.
    Year,
    /// Months.
    Month,
    /// Days of the week.
    Weekday,
    /// Hours of the day.
    Hour,
    /// Offences.
    Offence,
    /// Disclosure classes of offences.
    Class,
}

impl Dimension {
    /// True for the dimensions that need a position.
    pub fn is_spatial(&self) -> bool {
        matches!(self, Self::Place(_) | Self::Cell(_) | Self::Street | Self::Segment)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place(layer) => write!(f, "place:{layer}"),
            Self::Cell(zoom) => write!(f, "cell:{zoom}"),
            Self::Street => f.write_str("street"),
            Self::Segment => f.write_str("segment"),
            Self::Year => f.write_str("year"),
            Self::Month => f.write_str("month"),
            Self::Weekday => f.write_str("weekday"),
            Self::Hour => f.write_str("hour"),
            Self::Offence => f.write_str("offence"),
            Self::Class => f.write_str("class"),
        }
    }
}

impl FromStr for Dimension {
    type Err = QueryError;
    fn from_str(text: &str) -> Result<Self, QueryError> {
        let unknown = || QueryError::UnknownDimension(text.to_owned());
        match text.split_once(':') {
            Some(("place", layer)) => {
                check_name(layer)?;
                Ok(Self::Place(layer.to_owned()))
            }
            Some(("cell", zoom)) => match zoom.parse() {
                Ok(zoom) if zoom <= CELL_ZOOM_MAX => Ok(Self::Cell(zoom)),
                _ => Err(QueryError::CellZoom(zoom.to_owned())),
            },
            Some(_) => Err(unknown()),
            None => match text {
                "street" => Ok(Self::Street),
                "segment" => Ok(Self::Segment),
                "year" => Ok(Self::Year),
                "month" => Ok(Self::Month),
                "weekday" => Ok(Self::Weekday),
                "hour" => Ok(Self::Hour),
                "offence" => Ok(Self::Offence),
                "class" => Ok(Self::Class),
                _ => Err(unknown()),
            },
        }
    }
}

/// A set of small values (hours, weekdays) with the unknown as a value of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SmallSet {
    bits: u32,
    unknown: bool,
}

impl SmallSet {
    /// True when the value is in the set.
    pub fn contains(self, value: Option<u8>) -> bool {
        match value {
            Some(value) => value < 32 && self.bits & (1 << value) != 0,
            None => self.unknown,
        }
    }

    /// The set of one value; `None` is the unknown.
    pub fn one(value: Option<u8>) -> Self {
        match value {
            Some(value) => Self { bits: 1u32.checked_shl(u32::from(value)).unwrap_or(0), unknown: false },
            None => Self { bits: 0, unknown: true },
        }
    }

    /// Reads `1-5,7` or `22-23,0-4,unknown`; each value must lie in `low..=high`.
    fn parse(name: &'static str, text: &str, low: u8, high: u8) -> Result<Self, QueryError> {
        let error = || QueryError::SmallSet { name, text: text.to_owned(), low, high };
        let mut set = Self::default();
        for part in text.split(',') {
            if part == "unknown" {
                set.unknown = true;
                continue;
            }
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last): (u8, u8) = (first.parse().map_err(|_| error())?, last.parse().map_err(|_| error())?);
            if first > last || first < low || last > high {
                return Err(error());
            }
            (first..=last).for_each(|value| set.bits |= 1 << value);
        }
        Ok(set)
    }

    /// Runs of values, first and last.
    fn runs(self) -> Vec<(u8, u8)> {
        let mut runs: Vec<(u8, u8)> = Vec::new();
        for value in (0..32u8).filter(|value| self.bits & (1 << value) != 0) {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == value => *last = value,
                _ => runs.push((value, value)),
            }
        }
        runs
    }
}

/// Writes the shortest list that reads back as the same set: `0-4,22-23,unknown`.
impl fmt::Display for SmallSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run = |(first, last): (u8, u8)| if first == last { first.to_string() } else { format!("{first}-{last}") };
        let runs = self.runs().into_iter().map(run);
        f.write_str(&runs.chain(self.unknown.then(|| "unknown".to_owned())).collect::<Vec<_>>().join(","))
    }
}

/// A circle on the ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    /// Centre, degrees.
    pub centre: Coord<f64>,
    /// Radius, metres.
    pub radius_m: f64,
}

/// Which incidents are counted. Empty lists and `None` do not filter; values of one name are
/// alternatives, names are conditions that hold together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Civil days.
    pub period: Option<Period>,
    /// Folded offence codes.
    pub offences: Vec<String>,
    /// Disclosure classes: `ordinary`, `sensitive`, `restricted`.
    pub classes: Vec<String>,
    /// Places of any layer.
    pub places: Vec<PlaceRef>,
    /// Longitude and latitude box, borders included.
    pub bbox: Option<Rect<f64>>,
    /// Polygon of longitudes and latitudes.
    pub polygon: Option<Polygon<f64>>,
    /// Circle on the ground.
    pub circle: Option<Circle>,
    /// Hours of the day.
    pub hours: Option<SmallSet>,
    /// Days of the week.
    pub weekdays: Option<SmallSet>,
}

impl Filter {
    /// True when a box, a polygon or a circle cuts out part of the map.
    pub fn has_shape(&self) -> bool {
        self.bbox.is_some() || self.polygon.is_some() || self.circle.is_some()
    }
}

/// Begins an edition that is named by a day; no name of an edition begins with it.
pub const AS_OF: char = '@';

/// A whole question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Dataset asked; `None` is the default one.
    pub dataset: Option<String>,
    /// Edition asked; `None` is the newest, and `@DAY` the one that was the newest on that day (written `as_of=DAY`).
    pub edition: Option<String>,
    /// Dimensions, none for one total.
    pub by: Vec<Dimension>,
    /// Conditions.
    pub filter: Filter,
}

/// What is wrong with a query, and what to write instead.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum QueryError {
    /// A name that no filter has.
    #[error(
        "`{0}` is not a filter: use dataset, edition, as_of, by, period, offence, class, place, bbox, polygon, circle, hour or weekday"
    )]
    UnknownName(String),
    /// A day that is none.
    #[error("`{0}` is no day: write YYYY-MM-DD")]
    Day(String),
    /// A dimension that does not exist.
    #[error(
        "`{0}` is not a dimension: use place:LAYER, cell:ZOOM, street, segment, year, month, weekday, hour, offence or class"
    )]
    UnknownDimension(String),
    /// A zoom out of range.
    #[error("`{0}` is not a cell zoom: use 0 to {CELL_ZOOM_MAX}")]
    CellZoom(String),
    /// A dimension twice or too many of them.
    #[error("ask for at most {DIMENSIONS_MAX} different dimensions")]
    Dimensions,
    /// A filter that takes one value came twice.
    #[error("`{0}` may be given once")]
    Repeated(&'static str),
    /// Too many values of one name.
    #[error("`{0}` takes at most {VALUES_MAX} values")]
    TooMany(&'static str),
    /// A class that does not exist.
    #[error("`{0}` is not a class: use ordinary, sensitive or restricted")]
    Class(String),
    /// A malformed box.
    #[error("`{0}` is not a box: write west,south,east,north in degrees, with west < east and south < north")]
    Bbox(String),
    /// A malformed polygon.
    #[error("this is not a polygon: write `lon lat,lon lat,...` in degrees, 3 to {POLYGON_VERTICES_MAX} corners")]
    Polygon,
    /// A malformed circle.
    #[error("`{0}` is not a circle: write longitude,latitude,metres, with at most {RADIUS_M_MAX} metres")]
    Circle(String),
    /// A malformed set of hours or weekdays.
    #[error(
        "`{text}` is not a list for `{name}`: write values from {low} to {high}, ranges such as {low}-{high}, or unknown, joined by commas"
    )]
    SmallSet {
        /// The filter.
        name: &'static str,
        /// What was written.
        text: String,
        /// Lowest value.
        low: u8,
        /// Highest value.
        high: u8,
    },
    /// A malformed period.
    #[error(transparent)]
    Period(#[from] PeriodError),
    /// A malformed name.
    #[error(transparent)]
    Name(#[from] NameError),
}

impl Query {
    /// Reads a query from `name=value` pairs; an empty value counts as not given.
    ///
    /// # Errors
    /// [`QueryError`] for unknown names and malformed or repeated values.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, QueryError> {
        let mut query = Self::default();
        for (name, value) in pairs {
            let value = value.trim();
            if !value.is_empty() {
                query.set(name, value)?;
            }
        }
        query.check()
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), QueryError> {
        let filter = &mut self.filter;
        match name {
            "dataset" => {
                check_name(value)?;
                once(&mut self.dataset, "dataset", value.to_owned())
            }
            "edition" => {
                check_name(value)?;
                once(&mut self.edition, "edition", value.to_owned())
            }
            "as_of" => {
                let day: jiff::civil::Date = value.parse().map_err(|_| QueryError::Day(value.to_owned()))?;
                once(&mut self.edition, "edition", format!("{AS_OF}{day}"))
            }
            "by" => value.split(',').try_for_each(|part| part.trim().parse().map(|d| self.by.push(d))),
            "period" => once(&mut filter.period, "period", value.parse()?),
            "offence" => push(&mut filter.offences, "offence", fold(value)),
            "class" => match value {
                "ordinary" | "sensitive" | "restricted" => push(&mut filter.classes, "class", value.to_owned()),
                _ => Err(QueryError::Class(value.to_owned())),
            },
            "place" => push(&mut filter.places, "place", value.parse()?),
            "bbox" => once(&mut filter.bbox, "bbox", parse_bbox(value)?),
            "polygon" => once(&mut filter.polygon, "polygon", parse_polygon(value)?),
            "circle" => once(&mut filter.circle, "circle", parse_circle(value)?),
            "hour" => once(&mut filter.hours, "hour", SmallSet::parse("hour", value, 0, 23)?),
            "weekday" => once(&mut filter.weekdays, "weekday", SmallSet::parse("weekday", value, 1, 7)?),
            _ => Err(QueryError::UnknownName(name.to_owned())),
        }
    }

    fn check(self) -> Result<Self, QueryError> {
        let distinct = self.by.iter().enumerate().all(|(i, d)| !self.by[..i].contains(d));
        if distinct && self.by.len() <= DIMENSIONS_MAX { Ok(self) } else { Err(QueryError::Dimensions) }
    }

    /// Writes the query as pairs that [`Query::parse`] reads back as the same query.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let filter = &self.filter;
        let mut pairs = Vec::new();
        let mut add = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        add("dataset", self.dataset.clone());
        let as_of = self.edition.as_deref().and_then(|edition| edition.strip_prefix(AS_OF));
        match as_of {
            Some(day) => add("as_of", Some(day.to_owned())),
            None => add("edition", self.edition.clone()),
        }
        let by = self.by.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        add("by", (!by.is_empty()).then_some(by));
        add("period", filter.period.map(|period| period.to_string()));
        filter.offences.iter().for_each(|offence| add("offence", Some(offence.clone())));
        filter.classes.iter().for_each(|class| add("class", Some(class.clone())));
        filter.places.iter().for_each(|place| add("place", Some(place.to_string())));
        add("bbox", filter.bbox.map(|b| format!("{},{},{},{}", b.min().x, b.min().y, b.max().x, b.max().y)));
        add("polygon", filter.polygon.as_ref().map(write_polygon));
        add("circle", filter.circle.map(|c| format!("{},{},{}", c.centre.x, c.centre.y, c.radius_m)));
        add("hour", filter.hours.map(|hours| hours.to_string()));
        add("weekday", filter.weekdays.map(|days| days.to_string()));
        pairs
    }
}

fn once<T>(slot: &mut Option<T>, name: &'static str, value: T) -> Result<(), QueryError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(QueryError::Repeated(name)),
    }
}

fn push<T: PartialEq>(list: &mut Vec<T>, name: &'static str, value: T) -> Result<(), QueryError> {
    if !list.contains(&value) {
        list.push(value);
    }
    if list.len() <= VALUES_MAX { Ok(()) } else { Err(QueryError::TooMany(name)) }
}

fn is_position(coord: Coord<f64>) -> bool {
    (-180.0..=180.0).contains(&coord.x) && (-90.0..=90.0).contains(&coord.y)
}

fn numbers<const N: usize>(text: &str, separator: char) -> Option<[f64; N]> {
    let values: Vec<f64> =
        text.split(separator).map(|v| v.trim().parse().ok().filter(|v: &f64| v.is_finite())).collect::<Option<_>>()?;
    values.try_into().ok()
}

fn parse_bbox(text: &str) -> Result<Rect<f64>, QueryError> {
    let error = || QueryError::Bbox(text.to_owned());
    let [west, south, east, north] = numbers(text, ',').ok_or_else(error)?;
    let (low, high) = (Coord { x: west, y: south }, Coord { x: east, y: north });
    if west < east && south < north && is_position(low) && is_position(high) {
        Ok(Rect::new(low, high))
    } else {
        Err(error())
    }
}

fn parse_polygon(text: &str) -> Result<Polygon<f64>, QueryError> {
    let mut corners: Vec<Coord<f64>> = text
        .split(',')
        .map(|corner| {
            let [x, y] = numbers(&corner.split_whitespace().collect::<Vec<_>>().join(" "), ' ')?;
            Some(Coord { x, y }).filter(|c| is_position(*c))
        })
        .collect::<Option<_>>()
        .ok_or(QueryError::Polygon)?;
    if corners.len() > 3 && corners.first() == corners.last() {
        corners.pop();
    }
    if (3..=POLYGON_VERTICES_MAX).contains(&corners.len()) {
        Ok(Polygon::new(LineString::new(corners), Vec::new()))
    } else {
        Err(QueryError::Polygon)
    }
}

fn write_polygon(polygon: &Polygon<f64>) -> String {
    let ring = &polygon.exterior().0;
    let corners = &ring[..ring.len().saturating_sub(1)];
    corners.iter().map(|c| format!("{} {}", c.x, c.y)).collect::<Vec<_>>().join(",")
}

fn parse_circle(text: &str) -> Result<Circle, QueryError> {
    let error = || QueryError::Circle(text.to_owned());
    let [x, y, radius_m] = numbers(text, ',').ok_or_else(error)?;
    let centre = Coord { x, y };
    if is_position(centre) && radius_m > 0.0 && radius_m <= RADIUS_M_MAX {
        Ok(Circle { centre, radius_m })
    } else {
        Err(error())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Query, QueryError> {
        Query::parse(text.split('&').filter_map(|pair| pair.split_once('=')))
    }

    #[test]
    fn a_day_stands_for_the_edition_that_was_the_newest_then() {
        let query = Query::parse([("as_of", "2025-10-20")]).expect("a query");
        assert_eq!(query.edition.as_deref(), Some("@2025-10-20"));
        assert_eq!(query.pairs(), [("as_of", "2025-10-20".to_owned())]);
        assert_eq!(Query::parse([("as_of", "2025-02-30")]), Err(QueryError::Day("2025-02-30".to_owned())));
        assert!(Query::parse([("as_of", "2025-10-20"), ("edition", "x")]).is_err());
        assert!(Query::parse([("edition", "@2025-10-20")]).is_err());
    }

    #[test]
    fn a_box_a_polygon_and_a_circle_are_shapes() {
        for shape in ["bbox=-99.3,19.1,-99,19.6", "polygon=-99 19,-98 19,-98 20", "circle=-99.1,19.4,500"] {
            assert!(parse(shape).expect("a query").filter.has_shape(), "{shape}");
        }
        assert!(!parse("place=MX-09&hour=3").expect("a query").filter.has_shape());
    }

    #[test]
    fn a_query_reads_back_as_written() {
        let text = "dataset=fgj-cdmx&by=place:municipalities,cell:11,hour&period=2019..2020&offence=ROBO&offence=FRAUDE\
                    &class=ordinary&place=MX-09&place=cuadrantes:7&bbox=-99.3,19.1,-99,19.6&polygon=-99 19,-98 19,-98 20\
                    &circle=-99.1,19.4,500&hour=0-2,23,unknown&weekday=1-3";
        let written =
            |query: &Query| query.pairs().into_iter().find(|(name, _)| *name == "hour").map(|(_, value)| value);
        let query = parse(text).expect("a valid query");
        let pairs = query.pairs();
        assert_eq!(written(&query).as_deref(), Some("0-2,23,unknown"));
        let again = Query::parse(pairs.iter().map(|(n, v)| (*n, v.as_str())));
        assert_eq!(again, Ok(query));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "lugar=MX",
            "by=colour",
            "by=year,year",
            "by=cell:26",
            "period=ayer",
            "period=2020&period=2021",
            "bbox=1,2,3",
            "bbox=3,0,1,1",
            "bbox=0,0,1,NaN",
            "polygon=0 0,1 1",
            "circle=0,0,-1",
            "hour=24",
            "weekday=0",
            "class=secret",
            "dataset=../etc",
            "by=place:a/b",
            "hour=9-3",
            "circle=0,0,1e9",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn unknown_is_a_value_of_its_own() {
        let set = SmallSet::parse("hour", "0-5,unknown", 0, 23).expect("valid");
        assert!(set.contains(None) && set.contains(Some(5)) && !set.contains(Some(6)));
    }
}
