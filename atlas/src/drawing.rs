//! Boundaries as they are drawn at a zoom: rounded to whole units of the world, and kept.
//!
//! Rounding is done for the world and not for a tile, so neighbouring tiles, and neighbouring
//! places with common vertices, agree. Far zooms round most vertices away: what remains is worked
//! out once, so that a tile of the whole country does not walk a million vertices.

use crate::area::rings;
use crate::cell::{mercator, side};
use crate::clip::{Far, tidy};
use crate::limits::{DRAWING_ZOOM_KEPT_MAX, TILE_EXTENT};
use crate::locate::PlaceIndex;
use geo_types::Polygon;
use rayon::prelude::*;
use std::borrow::Cow;
use std::sync::OnceLock;

/// Open rings in units of the world at a zoom, the exterior first; none when rounding leaves the
/// exterior no area.
pub(crate) type Rings = Vec<Vec<Far>>;

/// What has been worked out so far.
#[derive(Debug, Default)]
pub(crate) struct Drawings {
    /// The rings of each area on the web-mercator square.
    mercator: OnceLock<Vec<Vec<Vec<[f64; 2]>>>>,
    kept: [OnceLock<Vec<Rings>>; DRAWING_ZOOM_KEPT_MAX as usize + 1],
}

impl Drawings {
    /// The rings of one area at a zoom.
    pub(crate) fn rings(&self, index: &PlaceIndex, number: usize, zoom: u8) -> Cow<'_, [Vec<Far>]> {
        let areas = 0..index.areas().0.len();
        let project = || areas.into_par_iter().map(|area| project(index.polygon(area))).collect();
        let areas = self.mercator.get_or_init(project);
        match self.kept.get(usize::from(zoom)) {
            Some(kept) => {
                let all = kept.get_or_init(|| areas.par_iter().map(|rings| draw(rings, zoom)).collect());
                Cow::Borrowed(&all[number])
            }
            None => Cow::Owned(draw(&areas[number], zoom)),
        }
    }

    /// Bytes on the heap.
    pub(crate) fn memory_bytes(&self) -> usize {
        let mercator = self.mercator.get().into_iter().flatten().flatten().map(|ring| ring.len() * 16 + 24);
        let kept = self.kept.iter().filter_map(OnceLock::get).flatten().flatten().map(|ring| ring.len() * 16 + 24);
        mercator.chain(kept).sum()
    }
}

/// Vertices are rounded to multiples of this many tile units; a screen pixel is 8 of them on the
/// usual tile of 512 pixels.
pub(crate) fn step(zoom: u8) -> i64 {
    match zoom {
        0..=10 => 4,
        11..=13 => 2,
        _ => 1,
    }
}

/// A position on the web-mercator square in units of the world at a zoom, rounded to multiples of
/// `step`.
pub(crate) fn world_units([x, y]: [f64; 2], zoom: u8, step: i64) -> Far {
    let units = side(zoom) * f64::from(TILE_EXTENT) / step as f64;
    [x, y].map(|value| (value * units).round() as i64 * step)
}

fn project(polygon: &Polygon<f64>) -> Vec<Vec<[f64; 2]>> {
    rings(polygon).map(|ring| ring.coords().map(|vertex| mercator(vertex.x, vertex.y)).collect()).collect()
}

fn draw(rings: &[Vec<[f64; 2]>], zoom: u8) -> Rings {
    let snap =
        |ring: &Vec<[f64; 2]>| -> Vec<Far> { tidy(ring.iter().map(|vertex| world_units(*vertex, zoom, step(zoom)))) };
    let mut rings = rings.iter().map(snap);
    let Some(exterior) = rings.next().filter(|ring| !ring.is_empty()) else { return Vec::new() };
    std::iter::once(exterior).chain(rings.filter(|hole| !hole.is_empty())).collect()
}
