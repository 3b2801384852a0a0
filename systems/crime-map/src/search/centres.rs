//! Where places lie, roughly and all at once: a reader's own device finds among them the places near it, so that
//! no question ever carries a position.

use geo::{BoundingRect as _, Centroid as _};
use serde::Serialize;
use tequio_kernel::{Layer, LayerKind, Shape};

/// Most places of a layer that is offered whole.
pub const CENTRES_MAX: usize = 10_000;
/// Parts of a degree in which positions are written: a thousandth, about 110 m.
const PARTS: f64 = 1_000.0;

/// A place: how it is referred to, its name, the name of the place that holds it, its centre (longitude, latitude) and
/// its box (west, south, east, north; rounded outwards).
pub type Centre = (String, String, String, [i32; 2], [i32; 4]);

/// The places of one layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Centres {
    /// Name of the layer.
    pub layer: String,
    /// Parts that a degree is counted in.
    pub parts: u32,
    /// The places that have a boundary.
    pub places: Vec<Centre>,
}

impl Centres {
    /// The centres of a layer of areas; `name_of` gives the name of the place that a code of the layer above refers to.
    /// `None` for streets and for a layer that is too large.
    pub fn of(layer: &Layer, name_of: impl Fn(&str) -> String) -> Option<Self> {
        let is_offered = layer.kind == LayerKind::Areas && layer.places.len() <= CENTRES_MAX;
        let place = |place: &tequio_kernel::Place| {
            let Shape::Area(area) = &place.shape else { return None };
            let (bounds, centre) = (area.bounding_rect()?, area.centroid()?);
            let (min, max) = (bounds.min(), bounds.max());
            Some((
                tequio_kernel::PlaceRef::new(&layer.id.name, &place.code).to_string(),
                place.name.clone(),
                place.parent.as_deref().map(&name_of).unwrap_or_default(),
                [(centre.x() * PARTS).round() as i32, (centre.y() * PARTS).round() as i32],
                [
                    (min.x * PARTS).floor() as i32,
                    (min.y * PARTS).floor() as i32,
                    (max.x * PARTS).ceil() as i32,
                    (max.y * PARTS).ceil() as i32,
                ],
            ))
        };
        is_offered.then(|| Self {
            layer: layer.id.name.clone(),
            parts: PARTS as u32,
            places: layer.places.iter().filter_map(place).collect(),
        })
    }
}
