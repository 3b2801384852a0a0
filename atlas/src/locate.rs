//! Point location in a layer of places.

use crate::area::{Area, rings};
use crate::area_grid::AreaGrid;
use crate::drawing::Drawings;
use crate::error::AtlasError;
use crate::limits::{LAYER_GRID_CELLS, LAYER_VERTICES_MAX};
use geo_types::{Coord, Polygon};
use rayon::prelude::*;
use std::sync::Arc;
use tequio_kernel::{Layer, LayerKind, Place, Shape};

/// Where a point lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Located {
    /// Index in [`Layer::places`] of the place that holds it; the first by code when several do.
    pub place: Option<u32>,
    /// How many other places hold it too.
    pub others: u32,
}

/// A layer of areas, prepared to answer which place holds a point.
///
/// Borders: a point on a border belongs to the place to its east, on a horizontal border to the
/// place to its north; in a partition every point has exactly one holder. Where places overlap,
/// the first in the order of codes holds the point and the others are counted. The rings of one
/// polygon combine by the even-odd rule, the polygons of one place by union. Coordinates are taken
/// as they are: a place that crosses the antimeridian must be cut there.
#[derive(Debug)]
pub struct PlaceIndex {
    layer: Arc<Layer>,
    grid: AreaGrid,
    /// Index in the layer of the place that an area is part of; equal ones are neighbours.
    owners: Vec<u32>,
    /// The area's number among the polygons of its place.
    parts: Vec<u32>,
    /// Indexes of the places in the order of their codes.
    order: Vec<u32>,
    /// Made when tiles are drawn.
    drawings: Drawings,
}

impl PlaceIndex {
    /// Prepares a layer; places without a boundary hold nothing.
    ///
    /// # Errors
    /// [`AtlasError`] when the layer holds streets, a code twice or a vertex that is not on Earth.
    pub fn new(layer: Arc<Layer>) -> Result<Self, AtlasError> {
        if layer.kind != LayerKind::Areas {
            return Err(AtlasError::LayerKind { id: layer.id.clone(), expected: "areas" });
        }
        let order = code_order(&layer)?;
        check_size(&layer)?;
        let (mut owners, mut parts, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for index in &order {
            for (part, polygon) in (0..).zip(polygons(&layer.places[*index as usize])) {
                owners.push(*index);
                parts.push(part);
                found.push(polygon);
            }
        }
        let areas: Vec<Area> = found.par_iter().map(|polygon| Area::new(polygon)).collect();
        if let Some(at) = areas.iter().position(|area| !area.is_on_earth()) {
            return Err(misplaced(&layer, &layer.places[owners[at] as usize]));
        }
        let grid = AreaGrid::new(areas, &found, LAYER_GRID_CELLS);
        Ok(Self { layer, grid, owners, parts, order, drawings: Drawings::default() })
    }

    /// The place that holds a position in degrees. NaN lies nowhere.
    #[inline]
    pub fn locate(&self, longitude: f64, latitude: f64) -> Located {
        let mut located = Located::default();
        let mut last = None;
        self.grid.holders(
            |area| self.polygon(area as usize),
            Coord { x: longitude, y: latitude },
            |area| {
                let owner = self.owners[area as usize];
                if last == Some(owner) {
                    return;
                }
                last = Some(owner);
                match located.place {
                    None => located.place = Some(owner),
                    Some(_) => located.others += 1,
                }
            },
        );
        located
    }

    /// The layer.
    pub fn layer(&self) -> &Arc<Layer> {
        &self.layer
    }

    /// Index in [`Layer::places`] of a code.
    pub fn place(&self, code: &str) -> Option<u32> {
        let code_at = |index: &u32| self.layer.places[*index as usize].code.as_str();
        self.order.binary_search_by(|index| code_at(index).cmp(code)).ok().map(|at| self.order[at])
    }

    /// Bytes that the index takes, without the layer.
    pub fn memory_bytes(&self) -> usize {
        self.grid.memory_bytes()
            + (self.owners.len() + self.parts.len() + self.order.len()) * 4
            + self.drawings.memory_bytes()
    }

    /// The areas with their owners, those of one place together, places in the order of codes.
    pub(crate) fn areas(&self) -> (&[Area], &[u32]) {
        (&self.grid.areas, &self.owners)
    }

    /// The polygon of an area.
    #[inline]
    pub(crate) fn polygon(&self, area: usize) -> &Polygon<f64> {
        &polygons(&self.layer.places[self.owners[area] as usize])[self.parts[area] as usize]
    }

    /// The areas as they are drawn.
    pub(crate) fn drawings(&self) -> &Drawings {
        &self.drawings
    }
}

/// Indexes of places in the order of their codes.
pub(crate) fn code_order(layer: &Layer) -> Result<Vec<u32>, AtlasError> {
    let code = |index: u32| layer.places[index as usize].code.as_str();
    let mut order: Vec<u32> = (0..u32::try_from(layer.places.len()).unwrap_or(u32::MAX - 1)).collect();
    order.sort_by(|a, b| code(*a).cmp(code(*b)));
    match order.windows(2).find(|pair| code(pair[0]) == code(pair[1])) {
        None => Ok(order),
        Some(pair) => Err(AtlasError::PlaceTwice { id: layer.id.clone(), code: code(pair[0]).to_owned() }),
    }
}

/// Refuses vertices that are not positions, and more of them than there are edge numbers.
pub(crate) fn check_vertices(layer: &Layer) -> Result<(), AtlasError> {
    let is_somewhere_else = |place: &&Place| !lines(place).flatten().all(is_position);
    match layer.places.par_iter().find_first(is_somewhere_else) {
        Some(place) => Err(misplaced(layer, place)),
        None => check_size(layer),
    }
}

fn misplaced(layer: &Layer, place: &Place) -> AtlasError {
    AtlasError::Vertex { id: layer.id.clone(), code: place.code.clone() }
}

fn check_size(layer: &Layer) -> Result<(), AtlasError> {
    let total: usize = layer.places.par_iter().map(|place| lines(place).map(<[_]>::len).sum::<usize>()).sum();
    if total > LAYER_VERTICES_MAX { Err(AtlasError::TooManyVertices(layer.id.clone())) } else { Ok(()) }
}

/// The line of a place, or the rings of its areas.
fn lines(place: &Place) -> impl Iterator<Item = &[Coord<f64>]> {
    let (line, area) = match &place.shape {
        Shape::None => (None, None),
        Shape::Line(line) => (Some(line), None),
        Shape::Area(area) => (None, Some(area)),
    };
    let of_areas = area.into_iter().flatten().flat_map(rings);
    line.into_iter().chain(of_areas).map(|ring| ring.0.as_slice())
}

fn is_position(vertex: &Coord<f64>) -> bool {
    vertex.x.abs() <= 180.0 && vertex.y.abs() <= 90.0
}

fn polygons(place: &Place) -> &[Polygon<f64>] {
    match &place.shape {
        Shape::Area(area) => &area.0,
        Shape::None | Shape::Line(_) => &[],
    }
}
