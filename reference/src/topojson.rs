//! TopoJSON (quantised, with shared arcs): neighbours decode to exactly the same vertices.

use crate::ReferenceError;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use serde::Deserialize;
use std::collections::HashMap;
use tequio_kernel::Shape;

#[derive(Deserialize)]
struct Topology {
    transform: Transform,
    arcs: Vec<Vec<[i64; 2]>>,
    objects: HashMap<String, Collection>,
}

#[derive(Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

#[derive(Deserialize)]
struct Collection {
    geometries: Vec<Geometry>,
}

#[derive(Deserialize)]
struct Geometry {
    id: String,
    #[serde(flatten)]
    rings: Rings,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "arcs")]
enum Rings {
    Polygon(Vec<Vec<i64>>),
    MultiPolygon(Vec<Vec<Vec<i64>>>),
}

/// The areas of every object of a topology, by the id of their geometry.
pub fn read(bytes: &[u8]) -> Result<HashMap<String, Shape>, ReferenceError> {
    let topology: Topology = serde_json::from_slice(bytes).map_err(ReferenceError::new)?;
    let arcs: Vec<Vec<Coord<f64>>> = topology.arcs.iter().map(|arc| decode_arc(arc, &topology.transform)).collect();
    let mut shapes = HashMap::new();
    for geometry in topology.objects.into_values().flat_map(|collection| collection.geometries) {
        let polygons = match geometry.rings {
            Rings::Polygon(polygon) => vec![polygon],
            Rings::MultiPolygon(polygons) => polygons,
        };
        let area = polygons.iter().map(|rings| polygon(rings, &arcs)).collect::<Option<Vec<_>>>();
        let area = area.ok_or_else(|| ReferenceError::new(format!("arcs of {}", geometry.id)))?;
        shapes.insert(geometry.id, Shape::Area(MultiPolygon(area)));
    }
    Ok(shapes)
}

/// Positions of an arc are differences on the integer grid.
fn decode_arc(arc: &[[i64; 2]], transform: &Transform) -> Vec<Coord<f64>> {
    let (mut x, mut y) = (0i64, 0i64);
    arc.iter()
        .map(|[dx, dy]| {
            x += dx;
            y += dy;
            let [scale_x, scale_y] = transform.scale;
            Coord { x: x as f64 * scale_x + transform.translate[0], y: y as f64 * scale_y + transform.translate[1] }
        })
        .collect()
}

fn polygon(rings: &[Vec<i64>], arcs: &[Vec<Coord<f64>>]) -> Option<Polygon<f64>> {
    let mut rings = rings.iter().map(|ring| decode_ring(ring, arcs)).collect::<Option<Vec<_>>>()?.into_iter();
    Some(Polygon::new(rings.next()?, rings.collect()))
}

/// Joins arcs; a negative index is the one's complement of an arc that runs backwards.
fn decode_ring(ring: &[i64], arcs: &[Vec<Coord<f64>>]) -> Option<LineString<f64>> {
    let mut coords: Vec<Coord<f64>> = Vec::new();
    for &index in ring {
        let arc = arcs.get(usize::try_from(if index < 0 { !index } else { index }).ok()?)?;
        // The first vertex of an arc is the last of the one before it.
        coords.pop();
        if index < 0 {
            coords.extend(arc.iter().rev());
        } else {
            coords.extend(arc);
        }
    }
    Some(LineString::new(coords))
}
