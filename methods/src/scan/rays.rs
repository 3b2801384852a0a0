//! Windows in space: for every place, the order in which others come into a growing circle or ellipse round it.

use super::{ScanError, WINDOWS_MAX};
use crate::monte_carlo::MonteCarloError;
use crate::progress::Stopped;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What rounding can add to a sum of weights.
const ROUNDING: f64 = 1e-12;

/// A circle or ellipse, whatever its size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shape {
    /// Long axis over short axis, 1 for a circle.
    pub(super) ratio: f64,
    /// Direction of the long axis, counted from the x axis towards the y axis.
    pub(super) degrees: f64,
    /// What the log-likelihood ratio is multiplied by.
    pub(super) penalty: f64,
}

impl Shape {
    pub(super) const CIRCLE: Self = Self { ratio: 1.0, degrees: 0.0, penalty: 1.0 };

    /// Half the short axis of the ellipse round `centre` that goes through `point`.
    pub(super) fn distance(&self, centre: (f64, f64), point: (f64, f64)) -> f64 {
        let (sin, cos) = self.degrees.to_radians().sin_cos();
        let (dx, dy) = (point.0 - centre.0, point.1 - centre.1);
        let (along, across) = ((dx * cos + dy * sin) / self.ratio, dx * sin - dy * cos);
        (along * along + across * across).sqrt()
    }
}

/// A place and those round it, nearest first, as far as the largest window goes.
pub(super) struct Ray {
    pub(super) shape: usize,
    pub(super) places: Vec<u32>,
    /// Whether a window can end after each place: not while the next one is as near.
    pub(super) ends: Vec<bool>,
}

/// The rays of all shapes and places. A window holds at most a share of the weights. Every place is as much work as a
/// sort of all places, so that each looks whether it is still wanted.
pub(super) fn rays(
    points: &[(f64, f64)],
    weights: &[f64],
    share_max: f64,
    shapes: &[Shape],
    look: impl Fn() -> Result<(), Stopped> + Sync,
) -> Result<Vec<Ray>, ScanError> {
    if !(share_max > 0.0 && share_max <= 1.0) {
        return Err(ScanError::Share);
    }
    let most = weights.iter().sum::<f64>() * share_max * (1.0 + ROUNDING);
    let windows = AtomicUsize::new(0);
    let ray = |index: usize| {
        look().map_err(MonteCarloError::Stopped)?;
        let (shape, centre) = (index / points.len(), index % points.len());
        let distance = |point: &(f64, f64)| shapes[shape].distance(points[centre], *point);
        let mut order: Vec<(f64, u32)> = points.iter().map(distance).zip(0..).collect();
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut sum = 0.0;
        let inside = order.iter().take_while(|(_, place)| {
            sum += weights[*place as usize];
            sum <= most
        });
        let length = inside.count();
        if windows.fetch_add(length, Ordering::Relaxed) + length > WINDOWS_MAX {
            return Err(ScanError::TooManyWindows);
        }
        let ends = |step: usize| order.get(step + 1).is_none_or(|next| next.0 > order[step].0);
        let places = order[..length].iter().map(|(_, place)| *place).collect();
        Ok(Ray { shape, places, ends: (0..length).map(ends).collect() })
    };
    (0..points.len() * shapes.len()).into_par_iter().map(ray).collect()
}

/// How many places of a ray come before the first that is in a cluster already.
pub(super) fn free(places: &[u32], used: &[bool]) -> usize {
    places.iter().take_while(|place| !used[**place as usize]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: [(f64, f64); 5] = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (0.0, 1.5), (9.0, 9.0)];

    fn wanted() -> Result<(), Stopped> {
        Ok(())
    }

    #[test]
    fn places_as_near_as_each_other_enter_together() {
        let found = rays(&ROW, &[1.0; 5], 0.8, &[Shape::CIRCLE], wanted).expect("rays");
        assert_eq!(found[1].places, [1, 0, 2, 3]);
        assert_eq!(found[1].ends, [true, false, true, true]);
        assert_eq!(found[4].places.len(), 4);
        assert_eq!(free(&found[1].places, &[false, false, true, false, false]), 2);
    }

    #[test]
    fn an_ellipse_reaches_further_along_its_long_axis() {
        let shape = |degrees| Shape { ratio: 2.0, degrees, penalty: 1.0 };
        let along = rays(&ROW, &[1.0; 5], 0.6, &[shape(0.0), shape(90.0)], wanted).expect("rays");
        assert_eq!(along[0].places, [0, 1, 2]);
        assert_eq!(along[5].places, [0, 3, 1]);
        assert!((shape(45.0).distance((0.0, 0.0), (1.0, 1.0)) - 0.5f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_window_holds_at_most_its_share() {
        let found = rays(&ROW, &[4.0, 1.0, 1.0, 3.0, 1.0], 0.5, &[Shape::CIRCLE], wanted).expect("rays");
        assert_eq!(found[0].places, [0, 1]);
        assert_eq!(rays(&ROW, &[1.0; 5], 0.0, &[Shape::CIRCLE], wanted).err(), Some(ScanError::Share));
    }

    #[test]
    fn it_ends_in_its_midst_when_nobody_wants_it() {
        let looks = AtomicUsize::new(0);
        let look = || if looks.fetch_add(1, Ordering::Relaxed) < 2 { Ok(()) } else { Err(Stopped) };
        let stopped = ScanError::MonteCarlo(MonteCarloError::Stopped(Stopped));
        assert_eq!(rays(&ROW, &[1.0; 5], 0.8, &[Shape::CIRCLE], look).err(), Some(stopped));
        assert!(looks.into_inner() > 2);
    }
}
