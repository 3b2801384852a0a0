//! Named streets: the segments of one name in one municipality.

use crate::codes::NONE;
use crate::metric::length_m;
use crate::streets::line;
use rayon::prelude::*;
use tequio_kernel::text::slug;
use tequio_kernel::{Layer, Place};

/// A named street.
#[derive(Clone, Debug, PartialEq)]
pub struct Street {
    /// `PARENT:name-as-an-address`; stable as long as the municipality and the name are.
    pub code: String,
    /// Name as its first segment writes it.
    pub name: String,
    /// Code of the place that its segments lie in; empty when they name none.
    pub parent: String,
    /// Indexes of its segments in the layer, ascending.
    pub segments: Vec<u32>,
    /// Length of its segments together, metres.
    pub length_m: f64,
}

/// Streets in the order of their codes, and the street of each segment.
#[derive(Debug)]
pub(crate) struct Streets {
    pub(crate) list: Vec<Street>,
    /// Index in `list`, or [`NONE`] for a segment without a name.
    pub(crate) of_segment: Vec<u32>,
}

impl Streets {
    pub(crate) fn new(layer: &Layer) -> Self {
        let mut named: Vec<(String, u32)> = (0u32..layer.places.len() as u32)
            .into_par_iter()
            .filter_map(|segment| Some((street_code(&layer.places[segment as usize])?, segment)))
            .collect();
        named.par_sort_unstable();
        let streets: Vec<&[(String, u32)]> = named.chunk_by(|a, b| a.0 == b.0).collect();
        let list: Vec<Street> = streets.par_iter().filter_map(|named| street(named, layer)).collect();
        let mut of_segment = vec![NONE; layer.places.len()];
        for (index, street) in (0u32..).zip(&list) {
            street.segments.iter().for_each(|segment| of_segment[*segment as usize] = index);
        }
        Self { list, of_segment }
    }
}

/// Code of the street that a segment is part of; `None` for one without a name. Names that fold to one address
/// are one street, as "Av. Juárez" and "AV JUAREZ" are.
pub fn street_code(place: &Place) -> Option<String> {
    let name = slug(&place.name);
    let parent = place.parent.as_deref().unwrap_or_default();
    (!name.is_empty()).then(|| format!("{parent}:{name}"))
}

/// The street of segments of one code, ascending.
fn street(named: &[(String, u32)], layer: &Layer) -> Option<Street> {
    let place = |segment: u32| &layer.places[segment as usize];
    let (code, first) = named.first()?;
    let length = |(_, segment): &(String, u32)| line(place(*segment)).map_or(0.0, |line| length_m(&line.0));
    Some(Street {
        code: code.clone(),
        name: place(*first).name.clone(),
        parent: place(*first).parent.clone().unwrap_or_default(),
        segments: named.iter().map(|(_, segment)| *segment).collect(),
        length_m: named.iter().map(length).sum(),
    })
}
