//! How the segments of a street lie: in which order, between which streets.

use crate::pages::map::{bounds_of, join};
use crate::pages::street::Subject;
use std::collections::{BTreeMap, BTreeSet};
use tequio_frame::Visit;
use tequio_kernel::{Place, Shape};

/// Streets that cross it which are named.
const CROSSINGS_MAX: usize = 24;

/// A street that has a corner in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Crossing {
    pub name: String,
    pub code: String,
}

/// A position to the last bit: segments that meet have the same vertex.
type Corner = (u64, u64);

/// The course of a street.
pub(crate) struct Course {
    pub length_m: f64,
    /// Streets that cross it, as they are met.
    pub crossings: Vec<Crossing>,
    /// Names of the streets at the ends of each segment.
    ends: BTreeMap<u32, [Option<String>; 2]>,
    /// True where the street runs rather from south to north.
    upright: bool,
}

impl Course {
    pub(crate) fn of(subject: &Subject) -> Self {
        let places = &subject.layer().places;
        let own: Vec<(u32, &Place)> =
            subject.segments.iter().filter_map(|segment| Some((*segment, places.get(*segment as usize)?))).collect();
        let corners: BTreeSet<Corner> = own.iter().flat_map(|(_, place)| vertices(place)).map(corner).collect();
        let meeting = meeting(subject, &corners);
        let name_at = |place: &Place, last: bool| {
            let end = if last { vertices(place).last() } else { vertices(place).next() };
            meeting.get(&corner(end?))?.first().map(|crossing| crossing.name.clone())
        };
        let ends = own.iter().map(|(segment, place)| (*segment, [name_at(place, false), name_at(place, true)]));
        let bounds = own.iter().filter_map(|(_, place)| bounds_of(place)).reduce(join);
        let upright = bounds.is_some_and(|bounds| bounds.height() > bounds.width());
        Self { length_m: length_m(subject), ends: ends.collect(), crossings: along(&meeting, upright), upright }
    }

    /// `Entre Calle 3 y Calle 4`; `None` where no named street meets it.
    pub(crate) fn between(&self, visit: &Visit, segment: u32) -> Option<String> {
        match self.ends.get(&segment)? {
            [Some(first), Some(last)] => {
                let args = [("first", first.clone().into()), ("last", last.clone().into())];
                Some(visit.say("street-between", &args))
            }
            [Some(one), None] | [None, Some(one)] => Some(visit.say("street-at", &[("street", one.clone().into())])),
            [None, None] => None,
        }
    }

    /// Segments with their counts, from one end of the street to the other.
    pub(crate) fn in_order(&self, subject: &Subject, counts: &BTreeMap<u32, u64>) -> Vec<(u32, u64)> {
        let along = |segment: u32| {
            let centre = subject.layer().places.get(segment as usize).and_then(bounds_of).map(|bounds| bounds.center());
            centre.map_or(0.0, |centre| standing((centre.x, centre.y), self.upright))
        };
        let mut segments: Vec<(u32, u64)> = counts.iter().map(|(segment, count)| (*segment, *count)).collect();
        segments.sort_by(|a, b| along(a.0).total_cmp(&along(b.0)));
        segments
    }
}

/// Where a position stands on the way from north to south, or from west to east.
fn standing((x, y): (f64, f64), upright: bool) -> f64 {
    if upright { -y } else { x }
}

/// The crossings in the order in which they are met, each once.
fn along(meeting: &BTreeMap<Corner, Vec<Crossing>>, upright: bool) -> Vec<Crossing> {
    let position = |(x, y): &Corner| standing((f64::from_bits(*x), f64::from_bits(*y)), upright);
    let mut corners: Vec<(&Corner, &Vec<Crossing>)> = meeting.iter().collect();
    corners.sort_by(|a, b| position(a.0).total_cmp(&position(b.0)));
    let mut seen = BTreeSet::new();
    let met = corners.into_iter().flat_map(|(_, crossings)| crossings).filter(|crossing| seen.insert(&crossing.code));
    met.take(CROSSINGS_MAX).cloned().collect()
}

fn length_m(subject: &Subject) -> f64 {
    let street = subject.segments.first().and_then(|segment| subject.index.street_of(*segment));
    street.map_or(0.0, |street| street.length_m)
}

/// The other named streets at each corner.
fn meeting(subject: &Subject, corners: &BTreeSet<Corner>) -> BTreeMap<Corner, Vec<Crossing>> {
    let mut meeting: BTreeMap<Corner, Vec<Crossing>> = BTreeMap::new();
    for (segment, place) in (0u32..).zip(&subject.layer().places) {
        let Some(street) = subject.index.street_of(segment).filter(|_| !subject.segments.contains(&segment)) else {
            continue;
        };
        for vertex in vertices(place).map(corner).filter(|vertex| corners.contains(vertex)) {
            meeting.entry(vertex).or_default().push(Crossing { name: street.name.clone(), code: street.code.clone() });
        }
    }
    meeting
}

fn vertices(place: &Place) -> impl DoubleEndedIterator<Item = (f64, f64)> + '_ {
    let line = match &place.shape {
        Shape::Line(line) => line.0.as_slice(),
        Shape::None | Shape::Area(_) => &[],
    };
    line.iter().map(|vertex| (vertex.x, vertex.y))
}

fn corner((x, y): (f64, f64)) -> Corner {
    (x.to_bits(), y.to_bits())
}
