//! Street segments on a tile.

use crate::atlas::Atlas;
use crate::axis::{Axis, Table};
use crate::cell::mercator;
use crate::clip::{Far, clip_line};
use crate::drawing::world_units;
use crate::error::AtlasError;
use crate::filter::Plan;
use crate::limits::CONTEXT_ZOOM_MIN;
use crate::mvt::{Drawing, LayerWriter, Value, Vertex};
use crate::streets::{StreetIndex, line};
use crate::tile::{Tile, check_features};
use tequio_kernel::Place;

impl Atlas {
    /// Counts below `minimum` are not shown.
    pub(crate) fn segment_features(&self, plan: &Plan, minimum: u64, tile: Tile) -> Result<LayerWriter, AtlasError> {
        let (assignment, index) = self.street_assignment()?;
        let places = &index.layer().places;
        let counts = self.counts_of(plan, Axis::Table(Table::of_layer(assignment)), places.len())?;
        let mut layer = LayerWriter::new("segments", Drawing::Lines);
        for segment in segments_on(&index, tile) {
            let place = &places[segment as usize];
            let count = Some(counts[segment as usize]).filter(|count| *count >= minimum);
            if count.is_some() || tile.z >= CONTEXT_ZOOM_MIN {
                layer.add(u64::from(segment), &pieces(place, tile), properties(place, count));
                check_features(&layer, tile)?;
            }
        }
        Ok(layer)
    }
}

/// Segments that may meet the tile, ascending.
fn segments_on(index: &StreetIndex, tile: Tile) -> Vec<u32> {
    let mut segments = Vec::new();
    index.edges.search(tile.degrees(), |edge| segments.push(edge.segment));
    segments.sort_unstable();
    segments.dedup();
    segments
}

fn properties(place: &Place, count: Option<u64>) -> Vec<(&'static str, Value)> {
    let mut properties = vec![("code", Value::Text(place.code.clone())), ("name", Value::Text(place.name.clone()))];
    properties.extend(count.map(|count| ("count", Value::Count(count))));
    properties
}

/// The line on the tile; one too short for the zoom is drawn one unit long.
fn pieces(place: &Place, tile: Tile) -> Vec<Vec<Vertex>> {
    let vertices = line(place).map_or(&[][..], |line| &line.0);
    let [left, top] = tile.origin();
    let units = vertices.iter().map(|vertex| world_units(mercator(vertex.x, vertex.y), tile.z, 1));
    let mut drawn: Vec<Far> = units.map(|[x, y]| [x - left, y - top]).collect();
    drawn.dedup();
    if let [[x, y]] = drawn[..] {
        drawn.push([x + 1, y]);
    }
    clip_line(&drawn, Tile::clip_box())
}
