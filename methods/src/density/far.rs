//! Sums of Gaussian kernels event by event, for pixels far from most events.

use super::Event;
use super::gaussian::{HALF, factor};
use crate::planar::{Cells, Point};

/// Distance in bandwidths at which a kernel is below the least number above zero.
const VANISHED: f64 = 39.0;

pub(super) struct Far<'a> {
    events: &'a [Event],
    points: Vec<Point>,
    cells: Cells,
    bandwidth: f64,
    total: f64,
}

impl<'a> Far<'a> {
    pub(super) fn of(events: &'a [Event], bandwidth: f64, total: f64) -> Self {
        let points: Vec<Point> = events.iter().map(|event| event.at).collect();
        let cells = Cells::of(&points, bandwidth);
        Self { events, points, cells, bandwidth, total }
    }

    /// The sum over all events but those that, all together, are less than half the permitted error of
    /// the nearest event alone.
    pub(super) fn sum(&self, place: Point) -> f64 {
        let Some(nearest) = self.nearest(place) else { return 0.0 };
        let squared = self.points[nearest].squared_distance(place) / self.bandwidth.powi(2);
        let weight = self.events[nearest].weight;
        let reach = (squared + 2.0 * (self.total / (weight * HALF)).ln()).sqrt().min(VANISHED) * self.bandwidth;
        let near = self.cells.near(place, reach).map(|index| self.events[index]);
        near.map(|event| event.weight * factor(event.at.squared_distance(place).sqrt() / self.bandwidth)).sum()
    }

    /// The nearest event, unless all have vanished.
    fn nearest(&self, place: Point) -> Option<usize> {
        let cell = self.cells.cell(place);
        let limit = (VANISHED * self.bandwidth).powi(2);
        let mut best: Option<(f64, usize)> = None;
        for ring in self.cells.rings_before(cell)..=self.cells.rings_after(cell) {
            let beyond = ((ring - 1).max(0) as f64 * self.cells.size()).powi(2);
            if beyond > best.map_or(limit, |(squared, _)| squared) {
                break;
            }
            for index in self.cells.ring(cell, ring) {
                let squared = self.points[index].squared_distance(place);
                if best.is_none_or(|(least, _)| squared < least) {
                    best = Some((squared, index));
                }
            }
        }
        best.filter(|(squared, _)| *squared <= limit).map(|(_, index)| index)
    }
}
