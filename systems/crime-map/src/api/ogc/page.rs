//! Which features of a collection are wanted: `limit`, `offset`, `bbox`, `datetime`.

use crate::pages::Pairs;
use geo_types::{Coord, Rect};
use jiff::civil::Date;
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::{Manifest, Period, Query};

/// Features of a page when the question does not say.
const LIMIT_DEFAULT: usize = 1_000;
/// Most features of a page; a greater limit is taken for this one, as the standard asks.
const LIMIT_MAX: usize = 10_000;
/// An end of an interval that is open.
const OPEN: [&str; 2] = ["", ".."];

/// A page of features.
#[derive(Debug, PartialEq)]
pub(super) struct Wanted {
    pub limit: usize,
    pub offset: usize,
    /// Boxes that a feature has to touch; empty for all features. Two when the box crosses the antimeridian.
    pub boxes: Vec<Rect<f64>>,
    /// The box as it was written, for the links.
    pub bbox: Option<String>,
    /// The interval as it was written.
    pub datetime: Option<String>,
}

impl Wanted {
    /// # Errors
    /// [`ProblemCode::BadQuery`] for malformed values.
    pub(super) fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let (bbox, datetime) = (pairs.take("bbox"), pairs.take("datetime"));
        let limit = number(pairs, "limit", LIMIT_DEFAULT)?.min(LIMIT_MAX);
        if limit == 0 {
            return Err(bad("`limit` is at least 1"));
        }
        let offset = number(pairs, "offset", 0)?;
        let boxes = bbox.as_deref().map(boxes).transpose()?.unwrap_or_default();
        Ok(Self { limit, offset, boxes, bbox, datetime })
    }

    /// True for a feature whose box touches what was asked for. One without a shape is nowhere.
    pub(super) fn touches(&self, bounds: Option<Rect<f64>>) -> bool {
        let touch = |a: &Rect<f64>, b: &Rect<f64>| {
            a.min().x <= b.max().x && b.min().x <= a.max().x && a.min().y <= b.max().y && b.min().y <= a.max().y
        };
        self.boxes.is_empty() || bounds.is_some_and(|bounds| self.boxes.iter().any(|wanted| touch(wanted, &bounds)))
    }

    /// The question with the interval as its period; an open end is that of the data.
    ///
    /// # Errors
    /// [`ProblemCode::BadQuery`] for a malformed interval, or when the question has a period already.
    pub(super) fn in_time(&self, mut query: Query, manifest: &Manifest) -> Result<Query, Problem> {
        let Some(text) = &self.datetime else { return Ok(query) };
        if query.filter.period.is_some() {
            return Err(bad("`datetime` and `period` are the same thing: give one of them"));
        }
        let (from, until) = text.split_once('/').unwrap_or((text, text));
        let first = manifest.months.keys().next().and_then(|month| month.first_day());
        let last = manifest.months.keys().next_back().and_then(|month| month.next().first_day()?.yesterday().ok());
        let day = |text: &str, open: Option<Date>| if OPEN.contains(&text) { open.map(Ok) } else { Some(day_of(text)) };
        let (Some(from), Some(last)) = (day(from, first), day(until, last)) else { return Ok(query) };
        let (from, until) = (from?, last?.tomorrow().map_err(|_| bad("`datetime` lies too late"))?);
        if from >= until {
            return Err(bad("`datetime` ends before it begins"));
        }
        query.filter.period = Some(Period { from, until });
        Ok(query)
    }
}

fn bad(detail: &str) -> Problem {
    Problem::with(ProblemCode::BadQuery, detail)
}

fn number(pairs: &mut Pairs, name: &str, default: usize) -> Result<usize, Problem> {
    let Some(text) = pairs.take(name) else { return Ok(default) };
    // A number too great to be held is one that is too great to matter.
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { Ok(text.parse().unwrap_or(usize::MAX)) } else { Err(bad(&format!("`{name}` is a whole number"))) }
}

fn boxes(text: &str) -> Result<Vec<Rect<f64>>, Problem> {
    let malformed = || bad("`bbox` is west,south,east,north in degrees, or the same with heights");
    let numbers: Vec<f64> = text
        .split(',')
        .map(|number| number.trim().parse().ok().filter(|number: &f64| number.is_finite()))
        .collect::<Option<_>>()
        .ok_or_else(malformed)?;
    let (west, south, east, north) = match numbers[..] {
        [west, south, east, north] | [west, south, _, east, north, _] => (west, south, east, north),
        _ => return Err(malformed()),
    };
    let whole = |west, east| Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north });
    match (south <= north, west <= east) {
        (false, _) => Err(malformed()),
        (true, true) => Ok(vec![whole(west, east)]),
        (true, false) => Ok(vec![whole(west, 180.0), whole(-180.0, east)]),
    }
}

/// The day of an RFC 3339 date or time.
fn day_of(text: &str) -> Result<Date, Problem> {
    let is_time = text.contains(['T', 't']);
    let valid = !is_time || text.parse::<jiff::Timestamp>().is_ok();
    let day = text.get(..10).filter(|day| valid && (is_time || *day == text)).and_then(|day| day.parse().ok());
    day.ok_or_else(|| bad("`datetime` is a date or a time of RFC 3339, or two of them with a slash between"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &[(&str, &str)]) -> Result<Wanted, Problem> {
        Wanted::take(&mut Pairs(query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()))
    }

    #[test]
    fn pages_have_limits() {
        let page = |limit: &str, offset: &str| of(&[("limit", limit), ("offset", offset)]).map(|w| (w.limit, w.offset));
        assert_eq!(of(&[]).map(|wanted| (wanted.limit, wanted.offset)), Ok((LIMIT_DEFAULT, 0)));
        assert_eq!(page("5", "10"), Ok((5, 10)));
        assert_eq!(page("99999999999999999999999", "0"), Ok((LIMIT_MAX, 0)));
        assert!(page("0", "0").is_err() && page("-1", "0").is_err() && page("1", "x").is_err());
    }

    #[test]
    fn boxes_may_cross_the_antimeridian() {
        let at = |x: f64| Some(Rect::new(Coord { x, y: 1.0 }, Coord { x: x + 1.0, y: 2.0 }));
        let wanted = of(&[("bbox", "170,0,-170,10")]).expect("a box");
        assert!(wanted.touches(at(175.0)) && wanted.touches(at(-175.0)) && !wanted.touches(at(0.0)));
        assert!(!wanted.touches(None) && of(&[]).expect("all").touches(None));
        assert!(
            of(&[("bbox", "-99,19,0,-98,20,3000")])
                .expect("a box")
                .touches(Some(Rect::new((-98.5, 19.5), (-98.4, 19.6))))
        );
        for text in ["1,2,3", "1,2,3,a", "0,5,1,4", "0,0,1,NaN"] {
            assert!(of(&[("bbox", text)]).is_err(), "{text}");
        }
    }

    #[test]
    fn times_are_days() {
        for (text, day) in [("2020-02-03", "2020-02-03"), ("2020-02-03T23:00:00Z", "2020-02-03")] {
            assert_eq!(day_of(text).map(|day| day.to_string()), Ok(day.to_owned()));
        }
        for text in ["2020", "2020-02-30", "2020-02-03x", "2020-02-03T99:00:00Z", "ayer"] {
            assert!(day_of(text).is_err(), "{text}");
        }
    }
}
