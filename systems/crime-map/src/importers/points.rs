//! Any table of points, read by a small mapping file that says which column is what.

use super::values::{
    SlashOrder, check_range, coordinate, offence, on_day, position, set_time, split_moment, time_of_day,
};
use super::{About, Importer, Reason, Reject, RowReader};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use proj4rs::Proj;
use serde::Deserialize;
use std::borrow::Cow;
use tequio_intake::{Header, Row};
use tequio_kernel::period::day_number;
use tequio_kernel::place::check_name;
use tequio_kernel::{Flag, Flags, Incident, Occurred, Point, Precision};

/// A commented mapping file to start from.
pub const TEMPLATE: &str = include_str!("points_template.toml");

/// A mapping file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    dataset: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    attribution: String,
    #[serde(default)]
    territory: Option<String>,
    #[serde(default)]
    synthetic: bool,
    columns: ColumnNames,
    #[serde(default)]
    time: TimeRules,
    #[serde(default)]
    crs: Option<u32>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnNames {
    offence: String,
    date: String,
    longitude: String,
    latitude: String,
    id: Option<String>,
    detail: Option<String>,
    time: Option<String>,
    reported: Option<String>,
    place: Option<String>,
    neighbourhood: Option<String>,
    street: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TimeRules {
    date_format: Option<String>,
    time_format: Option<String>,
    zone: Option<String>,
    #[serde(default)]
    placeholders: Vec<String>,
    #[serde(default)]
    month_only: bool,
}

/// What is wrong and in which line.
fn one_line(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map(|span| text[..span.start.min(text.len())].lines().count().max(1));
    line.map_or_else(|| error.message().to_owned(), |line| format!("line {line}: {}", error.message()))
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
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// [`MappingError`] naming the value that is wrong.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let mapping: Self = toml::from_str(text).map_err(|error| MappingError::Toml(one_line(text, &error)))?;
        let wrong = |name, value: &str, help| MappingError::Value(name, value.to_owned(), help);
        check_name(&mapping.dataset)
            .map_err(|_| wrong("dataset", &mapping.dataset, "use lower-case letters, digits and hyphens"))?;
        mapping.zone()?;
        mapping.projection()?;
        for text in &mapping.time.placeholders {
            time_of_day(text).ok_or_else(|| wrong("placeholders", text, "write times as HH:MM:SS"))?;
        }
        Ok(mapping)
    }

    /// Every column that the mapping names.
    pub fn columns(&self) -> Vec<String> {
        let columns = &self.columns;
        let required = [&columns.offence, &columns.date, &columns.longitude, &columns.latitude];
        let optional = [
            &columns.id,
            &columns.detail,
            &columns.time,
            &columns.reported,
            &columns.place,
            &columns.neighbourhood,
            &columns.street,
        ];
        required.into_iter().chain(optional.into_iter().flatten()).cloned().collect()
    }

    fn zone(&self) -> Result<Option<TimeZone>, MappingError> {
        let Some(name) = &self.time.zone else { return Ok(None) };
        let wrong = |_| MappingError::Value("zone", name.clone(), "use a name such as America/Mexico_City");
        TimeZone::get(name).map(Some).map_err(wrong)
    }

    /// The source's projection; `None` for longitude and latitude.
    fn projection(&self) -> Result<Option<Proj>, MappingError> {
        let Some(code) = self.crs.filter(|code| *code != 4326) else { return Ok(None) };
        let help = "use 4326, 3857, 6372 or 32601 to 32660";
        let definition = match code {
            3857 => "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m".to_owned(),
            6372 => "+proj=lcc +lat_0=12 +lon_0=-102 +lat_1=17.5 +lat_2=29.5 +x_0=2500000 +y_0=0 +ellps=GRS80 +units=m"
                .to_owned(),
            32_601..=32_660 => format!("+proj=utm +zone={} +datum=WGS84 +units=m", code - 32_600),
            _ => return Err(MappingError::Value("crs", code.to_string(), help)),
        };
        Proj::from_proj_string(&definition).map(Some).map_err(|_| MappingError::Value("crs", code.to_string(), help))
    }
}

impl Importer for Mapping {
    fn id(&self) -> &str {
        "points"
    }

    fn version(&self) -> u32 {
        1
    }

    fn about(&self) -> About {
        About {
            title: if self.title.is_empty() { self.dataset.clone() } else { self.title.clone() },
            attribution: self.attribution.clone(),
            territory: self.territory.clone(),
            synthetic: self.synthetic,
        }
    }

    fn recognise(&self, header: &Header) -> Option<Box<dyn RowReader>> {
        let all = self.columns().iter().all(|name| header.find(&[name]).is_some());
        let find = |name: &Option<String>| name.as_ref().and_then(|name| header.find(&[name]));
        let columns = &self.columns;
        all.then_some(())?;
        Some(Box::new(MappedColumns {
            offence: header.find(&[&columns.offence]),
            date: header.find(&[&columns.date]),
            longitude: header.find(&[&columns.longitude]),
            latitude: header.find(&[&columns.latitude]),
            id: find(&columns.id),
            detail: find(&columns.detail),
            time: find(&columns.time),
            reported: find(&columns.reported),
            place: find(&columns.place),
            neighbourhood: find(&columns.neighbourhood),
            street: find(&columns.street),
            rules: self.time.clone(),
            placeholders: self.time.placeholders.iter().filter_map(|text| Some(time_of_day(text)?.0)).collect(),
            zone: self.zone().ok()?,
            projection: self.projection().ok()?,
        }))
    }
}

impl Mapping {
    /// Dataset that the mapping names.
    pub fn dataset(&self) -> &str {
        &self.dataset
    }
}

struct MappedColumns {
    offence: Option<usize>,
    date: Option<usize>,
    longitude: Option<usize>,
    latitude: Option<usize>,
    id: Option<usize>,
    detail: Option<usize>,
    time: Option<usize>,
    reported: Option<usize>,
    place: Option<usize>,
    neighbourhood: Option<usize>,
    street: Option<usize>,
    rules: TimeRules,
    placeholders: Vec<u32>,
    zone: Option<TimeZone>,
    projection: Option<Proj>,
}

impl RowReader for MappedColumns {
    fn read<'r>(&self, row: &Row<'r>) -> Result<Incident<Cow<'r, str>>, Reject> {
        let mut flags = Flags::default();
        let offence = offence(row.field(self.offence), &mut flags)?;
        let occurred = self.occurred(row, &mut flags)?;
        let point = self.position(row, &mut flags)?;
        let reported_day = row.value(self.reported).and_then(|text| self.date(text)).map(|(date, _)| day_number(date));
        let text = |column| row.value(column).map(Cow::Borrowed);
        Ok(Incident {
            file: 0,
            row: 0,
            id: text(self.id),
            offence,
            detail: text(self.detail),
            occurred,
            reported_day,
            point,
            place_label: text(self.place),
            neighbourhood_label: text(self.neighbourhood),
            street_label: text(self.street),
            flags,
        })
    }
}

impl MappedColumns {
    fn date<'a>(&self, text: &'a str) -> Option<(Date, Option<&'a str>)> {
        let Some(format) = &self.rules.date_format else {
            return split_moment(text, SlashOrder::DayFirst);
        };
        let (moment, rest) = jiff::fmt::strtime::BrokenDownTime::parse_prefix(format, text).ok()?;
        let rest = text[rest..].trim();
        Some((moment.to_date().ok()?, (!rest.is_empty()).then_some(rest)))
    }

    fn occurred(&self, row: &Row, flags: &mut Flags) -> Result<Occurred, Reject> {
        let Some(text) = row.value(self.date) else {
            flags.insert(Flag::DateMissing);
            return Ok(Occurred::UNKNOWN);
        };
        let unparsed = || Reject::new(Reason::DateUnparsed, text);
        if self.rules.month_only {
            let month: tequio_kernel::Month = text.get(..7).unwrap_or(text).parse().map_err(|_| unparsed())?;
            let first = month.first_day().ok_or_else(unparsed)?;
            return Ok(Occurred { precision: Precision::Month, ..on_day(first) });
        }
        if let Some((date, second)) = self.instant(text) {
            let mut occurred = on_day(date);
            set_time(&mut occurred, flags, Some(&clock(second)), &self.placeholders);
            return Ok(occurred);
        }
        let (date, time) = self.date(text).ok_or_else(unparsed)?;
        let mut occurred = on_day(date);
        let time = if self.time.is_some() { row.value(self.time) } else { time };
        let time = time.map(|text| self.formatted_time(text));
        set_time(&mut occurred, flags, time.as_deref(), &self.placeholders);
        Ok(occurred)
    }

    /// A moment with an offset from UTC, as civil time of the zone.
    fn instant(&self, text: &str) -> Option<(Date, u32)> {
        let zone = self.zone.as_ref()?;
        let local = text.parse::<jiff::Timestamp>().ok()?.to_zoned(zone.clone()).datetime();
        let time = local.time();
        let second = i32::from(time.hour()) * 3600 + i32::from(time.minute()) * 60 + i32::from(time.second());
        Some((local.date(), u32::try_from(second).ok()?))
    }

    /// A time written in the mapping's own format, in the usual one.
    fn formatted_time<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let parsed = self.rules.time_format.as_ref().and_then(|format| jiff::civil::Time::strptime(format, text).ok());
        parsed.map_or(Cow::Borrowed(text), |time| {
            Cow::Owned(format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second()))
        })
    }

    #[inline(always)]
    fn position(&self, row: &Row, flags: &mut Flags) -> Result<Option<Point>, Reject> {
        let (x, y) = (row.value(self.longitude), row.value(self.latitude));
        let (Some(projection), Some(x_text), Some(y_text)) = (&self.projection, x, y) else {
            return position(x, y, flags);
        };
        let (x, y) = (coordinate(x_text)?, coordinate(y_text)?);
        let mut point = (x, y, 0.0);
        let geographic = Proj::from_proj_string("+proj=longlat +datum=WGS84").ok();
        let done = geographic.is_some_and(|to| proj4rs::transform::transform(projection, &to, &mut point).is_ok());
        if !done {
            return Err(Reject::new(Reason::CoordinateOutOfRange, &format!("{x}, {y}")));
        }
        check_range(point.0.to_degrees(), point.1.to_degrees()).map(Some)
    }
}

fn clock(second: u32) -> String {
    format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}
