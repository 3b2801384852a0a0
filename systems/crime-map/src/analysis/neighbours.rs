//! Which places or cells are neighbours.

use super::hints::{Hint, refused};
use super::options::Options;
use super::plane::project;
use super::units::{Unit, Units};
use super::{AnalysisError, Parameter};
use geo::CoordsIter as _;
use geo_types::{Coord, LineString};
use std::collections::HashMap;
use tequio_kernel::{Key, Shape};
use tequio_methods::progress::{Stopped, Watch};
use tequio_methods::weights::contiguity::{Point, queen};
use tequio_methods::weights::{Weights, distance};

/// Most nearest neighbours.
pub(super) const NEAREST_MAX: usize = 100;
/// Vertices of borders are compared on a grid this fine, in parts of a degree: about 1.1 metres north to south.
const GRID_PER_DEGREE: f64 = 100_000.0;

/// The parameter.
pub(super) const WEIGHTS: Parameter = Parameter {
    name: "weights",
    default: "queen",
    meaning: "Neighbours: `queen` (a border or a corner in common) or `nearest:K`",
    values: &[],
    written,
    check: |options, _, _| Neighbours::read(options).map(drop),
};

fn written(text: &str) -> Option<String> {
    Some(match Neighbours::parse(text)? {
        Neighbours::Queen => text.to_owned(),
        Neighbours::Nearest(count) => format!("nearest:{count}"),
    })
}

/// Who is whose neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Neighbours {
    Queen,
    Nearest(usize),
}

impl Neighbours {
    pub(super) fn read(options: &Options) -> Result<Self, AnalysisError> {
        let text = options.text(WEIGHTS.name);
        Self::parse(text).ok_or_else(|| refused(WEIGHTS.name, text, Hint::Neighbours))
    }

    fn parse(text: &str) -> Option<Self> {
        let nearest = || text.strip_prefix("nearest:")?.parse().ok().filter(|k| (1..=NEAREST_MAX).contains(k));
        if text == "queen" { Some(Self::Queen) } else { nearest().map(Self::Nearest) }
    }

    /// Weights of one among the units with figures.
    pub(super) fn weights(self, units: &Units, watch: &Watch) -> Result<Weights, AnalysisError> {
        watch.look()?;
        match self {
            Self::Queen if units.layer.is_none() => Ok(Weights::binary(touching(&units.list))?),
            Self::Queen => Ok(queen(&borders(units, watch)?)?),
            Self::Nearest(count) => nearest(units, count),
        }
    }
}

/// Cells that share a side or a corner.
fn touching(cells: &[Unit]) -> Vec<Vec<u32>> {
    let at = |unit: &Unit| match unit.key {
        Key::Cell { x, y, .. } => (i64::from(x), i64::from(y)),
        _ => (i64::MIN, i64::MIN),
    };
    let known: HashMap<(i64, i64), u32> = (0u32..).zip(cells).map(|(index, unit)| (at(unit), index)).collect();
    let around = |(x, y): (i64, i64)| {
        let all = (-1..=1).flat_map(move |dx| (-1..=1).map(move |dy| (dx, dy))).filter(|step| *step != (0, 0));
        all.filter_map(|(dx, dy)| known.get(&(x + dx, y + dy)).copied()).collect()
    };
    cells.iter().map(|unit| around(at(unit))).collect()
}

/// Rings of every place; vertices within about a metre become the same.
fn borders(units: &Units, watch: &Watch) -> Result<Vec<Vec<Vec<Point>>>, Stopped> {
    let on_grid = |at: Coord<f64>| [at.x, at.y].map(|degrees| (degrees * GRID_PER_DEGREE).round());
    let ring = |ring: &LineString<f64>| ring.coords_iter().map(on_grid).collect();
    let rings = |unit: &Unit| match units.place(unit).map(|place| &place.shape) {
        Some(Shape::Area(area)) => {
            let all = area.0.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()));
            all.map(ring).collect()
        }
        _ => Vec::new(),
    };
    units.list[..units.reported()].iter().map(|unit| watch.look().map(|()| rings(unit))).collect()
}

/// The nearest by their middles; a place without boundary has no neighbours and is none.
fn nearest(units: &Units, count: usize) -> Result<Weights, AnalysisError> {
    let middles = units.middles();
    let located: Vec<(usize, Coord<f64>)> =
        middles.iter().enumerate().filter_map(|(index, middle)| Some((index, (*middle)?))).collect();
    let positions: Vec<Coord<f64>> = located.iter().map(|(_, at)| *at).collect();
    let among = distance::nearest(&project(&positions), count)?;
    let mut rows = vec![Vec::new(); middles.len()];
    for (row, (index, _)) in located.iter().enumerate() {
        // Units are fewer than 2^32, as the weights among them have shown.
        rows[*index] = among.row(row).0.iter().map(|neighbour| located[*neighbour as usize].0 as u32).collect();
    }
    Ok(Weights::binary(rows)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(x: u32, y: u32) -> Unit {
        Unit { key: Key::Cell { z: 12, x, y }, count: 0, population: None, place: None, reported: true, held: false }
    }

    #[test]
    fn cells_touch_at_sides_and_corners() {
        let rows = touching(&[cell(4, 4), cell(5, 5), cell(5, 4), cell(7, 4)]);
        let weights = Weights::binary(rows).expect("weights");
        assert_eq!((weights.row(0).0, weights.row(3).0), (&[1, 2][..], &[][..]));
        assert_eq!(weights.links(), 6);
    }

    #[test]
    fn neighbours_that_nobody_wants_are_not_sought() {
        let list = vec![cell(4, 4), cell(5, 5)];
        let units = Units {
            list,
            layer: None,
            layers: Vec::new(),
            notes: Vec::new(),
            total: 0,
            elsewhere: 0,
            states: std::sync::Arc::default(),
            silent_holders: Vec::new(),
        };
        let watch = Watch::default();
        assert!(Neighbours::Queen.weights(&units, &watch).is_ok());
        watch.stop();
        for neighbours in [Neighbours::Queen, Neighbours::Nearest(1)] {
            assert!(matches!(neighbours.weights(&units, &watch), Err(AnalysisError::Stopped(_))));
        }
        assert_eq!(borders(&units, &watch), Err(Stopped));
    }
}
