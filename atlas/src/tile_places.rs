//! The places of a layer on a tile.

use crate::area::Bounds;
use crate::atlas::Atlas;
use crate::axis::place_axis;
use crate::cell::{Cell, mercator};
use crate::clip::{Far, clip_ring};
use crate::drawing::{step, world_units};
use crate::error::AtlasError;
use crate::filter::Plan;
use crate::limits::TILE_EXTENT;
use crate::locate::PlaceIndex;
use crate::mvt::{Drawing, LayerWriter, Value, Vertex, wind};
use crate::tile::{Tile, check_features, square};
use std::ops::Range;

/// The areas of a layer, ready to be drawn on one tile.
struct Sheet<'a> {
    tile: Tile,
    index: &'a PlaceIndex,
    /// The tile with its buffer, degrees.
    bounds: Bounds,
}

impl Atlas {
    pub(crate) fn place_features(&self, plan: &Plan, name: &str, tile: Tile) -> Result<LayerWriter, AtlasError> {
        let (axis, index) = place_axis(self, name)?;
        let places = &index.layer().places;
        let counts = self.counts_of(plan, axis, places.len())?;
        let (_, owners) = index.areas();
        let sheet = Sheet { tile, index: &index, bounds: tile.degrees() };
        let mut layer = LayerWriter::new("places", Drawing::Polygons);
        let mut start = 0;
        for group in owners.chunk_by(|a, b| a == b) {
            let range = start..start + group.len();
            start = range.end;
            let owner = group[0] as usize;
            let rings = sheet.rings(range, counts[owner] > 0);
            if rings.is_empty() {
                continue;
            }
            let place = &places[owner];
            let properties = vec![
                ("code", Value::Text(place.code.clone())),
                ("name", Value::Text(place.name.clone())),
                ("count", Value::Count(counts[owner])),
            ];
            layer.add(owner as u64, &rings, properties);
            check_features(&layer, tile)?;
        }
        Ok(layer)
    }
}

impl Sheet<'_> {
    /// The rings of one place on the tile. A place to be shown is never lost by rounding: it has
    /// at least a dot on the tile that holds its first vertex.
    fn rings(&self, areas: Range<usize>, is_shown: bool) -> Vec<Vec<Vertex>> {
        let rings: Vec<Vec<Vertex>> = areas.clone().flat_map(|area| self.area_rings(area)).collect();
        if rings.is_empty() && is_shown { self.dot(areas.start) } else { rings }
    }

    /// An exterior and its holes, cut to the tile.
    fn area_rings(&self, number: usize) -> Vec<Vec<Vertex>> {
        let (areas, _) = self.index.areas();
        if !areas[number].bounds.meets(self.bounds) {
            return Vec::new();
        }
        let [left, top] = self.tile.origin();
        let cut = |ring: &Vec<Far>, is_exterior| {
            let ring: Vec<Far> = ring.iter().map(|[x, y]| [x - left, y - top]).collect();
            wind(clip_ring(ring, Tile::clip_box()), is_exterior)
        };
        let rings = self.index.drawings().rings(self.index, number, self.tile.z);
        let Some((exterior, holes)) = rings.split_first() else { return Vec::new() };
        match cut(exterior, true) {
            None => Vec::new(),
            Some(exterior) => {
                std::iter::once(exterior).chain(holes.iter().filter_map(|hole| cut(hole, false))).collect()
            }
        }
    }

    /// The smallest square at the first vertex of an area, if this is the tile that holds it.
    fn dot(&self, area: usize) -> Vec<Vec<Vertex>> {
        let Tile { z, x, y } = self.tile;
        let first = self.index.polygon(area).exterior().coords().next();
        let Some(first) = first.filter(|first| Cell::of(first.x, first.y, z) == Cell { z, x, y }) else {
            return Vec::new();
        };
        let ([left, top], step) = (self.tile.origin(), step(z));
        let [x, y] = world_units(mercator(first.x, first.y), z, step);
        // The last tile of the world has no neighbour to show what is rounded to its border.
        let last = i64::from(TILE_EXTENT) - step;
        let corner = [x - left, y - top].map(|value| i32::try_from(value.clamp(0, last)).unwrap_or(0));
        square(corner, i32::try_from(step).unwrap_or(1))
    }
}
