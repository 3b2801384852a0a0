//! Which places of a layer share a border.
//!
//! Two places are neighbours when their boundaries have at least two vertices in common: one would
//! be a corner that they only touch at. Layers are drawn so that a shared border has the same
//! vertices on both sides; vertices within about a metre count as the same.

use geo::CoordsIter;
use std::collections::{BTreeMap, BTreeSet};
use tequio_kernel::{Layer, Shape};

/// Vertices are compared on a grid this fine, in parts of a degree: about 1.1 metres north to south.
const GRID_PER_DEGREE: f64 = 100_000.0;
/// Fewest vertices that a border has.
const BORDER_VERTICES_MIN: usize = 2;

/// The neighbours of every place of a layer.
#[derive(Debug, Default)]
pub struct Adjacency(Vec<Vec<usize>>);

impl Adjacency {
    /// Looks at every boundary of a layer once: proportional to its vertices, sorted.
    pub fn of(layer: &Layer) -> Self {
        let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for owners in meeting_points(layer) {
            for (at, first) in owners.iter().enumerate() {
                owners[at + 1..].iter().for_each(|second| *shared.entry((*first, *second)).or_default() += 1);
            }
        }
        let mut neighbours: Vec<Vec<(usize, usize)>> = vec![Vec::new(); layer.places.len()];
        for ((first, second), vertices) in shared.into_iter().filter(|(_, count)| *count >= BORDER_VERTICES_MIN) {
            neighbours[first].push((vertices, second));
            neighbours[second].push((vertices, first));
        }
        Self(neighbours.into_iter().map(longest_first).collect())
    }

    /// Indexes in [`Layer::places`] of the neighbours of a place, those with the most vertices in common first.
    pub fn of_place(&self, index: usize) -> &[usize] {
        self.0.get(index).map_or(&[], Vec::as_slice)
    }
}

fn longest_first(mut neighbours: Vec<(usize, usize)>) -> Vec<usize> {
    neighbours.sort_by_key(|(vertices, place)| (std::cmp::Reverse(*vertices), *place));
    neighbours.into_iter().map(|(_, place)| place).collect()
}

/// The places that meet at each vertex where there are several, ascending.
fn meeting_points(layer: &Layer) -> impl Iterator<Item = Vec<usize>> {
    let on_grid = |degrees: f64| (degrees * GRID_PER_DEGREE).round() as i64;
    let areas = layer.places.iter().enumerate().filter_map(|(index, place)| match &place.shape {
        Shape::Area(area) => Some((index, area)),
        Shape::None | Shape::Line(_) => None,
    });
    let mut vertices: Vec<((i64, i64), usize)> = areas
        .flat_map(|(index, area)| area.coords_iter().map(move |c| ((on_grid(c.x), on_grid(c.y)), index)))
        .collect();
    vertices.sort_unstable();
    vertices.dedup();
    let runs: Vec<Vec<usize>> = vertices
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|run| run.len() > 1)
        .map(|run| run.iter().map(|(_, place)| *place).collect::<BTreeSet<usize>>().into_iter().collect())
        .collect();
    runs.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{MultiPolygon, polygon};
    use tequio_kernel::{LayerId, LayerKind, Level, Place};

    fn square(x: f64, y: f64) -> Place {
        let ring = polygon![(x: x, y: y), (x: x + 1.0, y: y), (x: x + 1.0, y: y + 1.0), (x: x, y: y + 1.0)];
        let shape = Shape::Area(MultiPolygon(vec![ring]));
        Place { code: format!("{x}:{y}"), name: String::new(), parent: None, population: BTreeMap::new(), shape }
    }

    #[test]
    fn places_that_share_a_side_are_neighbours_and_those_that_share_a_corner_are_not() {
        let nowhere = Place { shape: Shape::None, ..square(9.0, 9.0) };
        let layer = Layer {
            id: LayerId { name: "squares".into(), edition: "1".into() },
            kind: LayerKind::Areas,
            level: Level::Local,
            within: None,
            source: String::new(),
            population_edition: None,
            places: vec![square(0.0, 0.0), square(1.0, 0.0), square(1.000_001, 1.0), square(5.0, 5.0), nowhere],
        };
        let adjacency = Adjacency::of(&layer);
        assert_eq!(adjacency.of_place(0), [1]);
        assert_eq!(adjacency.of_place(1), [0, 2], "a vertex a tenth of a metre off is the same");
        assert_eq!((adjacency.of_place(3), adjacency.of_place(4)), (&[][..], &[][..]));
    }

    #[test]
    fn mexico_city_has_two_neighbours_among_the_states() {
        let layers = tequio_reference::territory().expect("the reference territory");
        let states = layers.iter().find(|layer| layer.id.name == "states").expect("states");
        let at = states.places.iter().position(|place| place.code == "MX-09").expect("Mexico City");
        let codes: BTreeSet<&str> =
            Adjacency::of(states).of_place(at).iter().map(|index| states.places[*index].code.as_str()).collect();
        assert_eq!(codes, BTreeSet::from(["MX-15", "MX-17"]));
    }
}
