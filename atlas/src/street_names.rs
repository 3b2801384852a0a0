//! Named streets: the segments of one name in one municipality.

use crate::codes::NONE;
use crate::metric::length_m;
use crate::streets::line;
use std::collections::BTreeMap;
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
        let mut by_code: BTreeMap<String, Street> = BTreeMap::new();
        for (segment, place) in (0u32..).zip(&layer.places) {
            if let Some(code) = street_code(place) {
                add(by_code.entry(code).or_insert_with_key(|code| begin(code, place)), segment, place);
            }
        }
        let list: Vec<Street> = by_code.into_values().collect();
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

fn begin(code: &str, place: &Place) -> Street {
    Street {
        code: code.to_owned(),
        name: place.name.clone(),
        parent: place.parent.clone().unwrap_or_default(),
        segments: Vec::new(),
        length_m: 0.0,
    }
}

fn add(street: &mut Street, segment: u32, place: &Place) {
    street.segments.push(segment);
    street.length_m += line(place).map_or(0.0, |line| length_m(&line.0));
}
