//! A layer of street segments, prepared to answer which one is nearest.

use crate::edge_tree::{Edge, EdgeTree};
use crate::error::AtlasError;
use crate::limits::SNAP_DISTANCE_MAX_M;
use crate::locate::{PlaceIndex, check_vertices, code_order};
use crate::street_names::{Street, Streets};
use geo_types::LineString;
use std::sync::Arc;
use tequio_kernel::{Layer, LayerKind, Place, Shape};

/// Street segments and the named streets they make up.
///
/// Coordinates are taken as they are: a street that crosses the antimeridian must be cut there.
#[derive(Debug)]
pub struct StreetIndex {
    pub(crate) layer: Arc<Layer>,
    pub(crate) within: Option<Arc<PlaceIndex>>,
    pub(crate) max_distance_m: f64,
    pub(crate) edges: EdgeTree,
    pub(crate) streets: Streets,
    /// Indexes of the segments in the order of their codes.
    order: Vec<u32>,
}

impl StreetIndex {
    /// Prepares a layer of streets. Incidents are moved at most `max_distance_m` metres, and never
    /// from one place of `within` to another.
    ///
    /// # Errors
    /// [`AtlasError`] when the layer holds areas, a code twice or a vertex that is not on Earth, or
    /// when the distance makes no sense.
    pub fn new(layer: Arc<Layer>, within: Option<Arc<PlaceIndex>>, max_distance_m: f64) -> Result<Self, AtlasError> {
        if layer.kind != LayerKind::Streets {
            return Err(AtlasError::LayerKind { id: layer.id.clone(), expected: "streets" });
        }
        if !(max_distance_m > 0.0 && max_distance_m <= SNAP_DISTANCE_MAX_M) {
            return Err(AtlasError::SnapDistance(max_distance_m));
        }
        let order = code_order(&layer)?;
        check_vertices(&layer)?;
        let edges: Vec<Edge> = (0u32..).zip(&layer.places).flat_map(|(segment, place)| edges(segment, place)).collect();
        let edges = EdgeTree::new(&edges);
        let streets = Streets::new(&layer);
        Ok(Self { layer, within, max_distance_m, edges, streets, order })
    }

    /// The layer of segments.
    pub fn layer(&self) -> &Arc<Layer> {
        &self.layer
    }

    /// The layer whose borders are not crossed.
    pub fn within(&self) -> Option<&Arc<PlaceIndex>> {
        self.within.as_ref()
    }

    /// Farthest that an incident is moved, metres.
    pub fn max_distance_m(&self) -> f64 {
        self.max_distance_m
    }

    /// The named streets, in the order of their codes.
    pub fn streets(&self) -> &[Street] {
        &self.streets.list
    }

    /// The street with a code.
    pub fn street(&self, code: &str) -> Option<&Street> {
        self.street_index(code).map(|index| &self.streets.list[index as usize])
    }

    /// The named street that a segment is part of, if it has a name.
    pub fn street_of(&self, segment: u32) -> Option<&Street> {
        let street = *self.streets.of_segment.get(segment as usize)?;
        self.streets.list.get(street as usize)
    }

    /// Index in [`Layer::places`] of the segment with a code.
    pub fn segment(&self, code: &str) -> Option<u32> {
        let code_at = |index: &u32| self.layer.places[*index as usize].code.as_str();
        self.order.binary_search_by(|index| code_at(index).cmp(code)).ok().map(|at| self.order[at])
    }

    pub(crate) fn street_index(&self, code: &str) -> Option<u32> {
        let at = self.streets.list.binary_search_by(|street| street.code.as_str().cmp(code)).ok()?;
        u32::try_from(at).ok()
    }
}

/// The line of a segment.
pub(crate) fn line(place: &Place) -> Option<&LineString<f64>> {
    match &place.shape {
        Shape::Line(line) => Some(line),
        Shape::None | Shape::Area(_) => None,
    }
}

fn edges(segment: u32, place: &Place) -> impl Iterator<Item = Edge> + '_ {
    let vertices = line(place).map_or(&[][..], |line| line.0.as_slice());
    // A line of one vertex is a point on the map: an edge of no length.
    let edges = if vertices.len() == 1 { 1 } else { vertices.len().saturating_sub(1) };
    (0u32..).zip(0..edges).map(move |(number, at)| {
        let to = vertices[(at + 1).min(vertices.len() - 1)];
        Edge { ends: [vertices[at], to], segment, number }
    })
}
