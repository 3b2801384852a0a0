//! Spatial scan statistic, Poisson model: circles or ellipses with more cases than their inhabitants let expect.
//!
//! References: M. Kulldorff, "A Spatial Scan Statistic", Communications in Statistics: Theory and Methods 26 (1997);
//! M. Kulldorff, L. Huang, L. Pickle and L. Duczmal, "An Elliptic Spatial Scan Statistic", Statistics in Medicine 25
//! (2006): the statistic of an ellipse with axes in the ratio `s` is its log-likelihood ratio times
//! `(4 s / (s + 1)^2)^a`, which makes long ellipses pay.
//!
//! Windows lie round every place and hold it and its nearest others; places at the same distance enter together.
//! In the replicas all cases fall anew, each on a place with a probability in proportion to its inhabitants.
//!
//! Cost: a sort of the places for every place and direction, then every window once a replica. Sixteen
//! replicas go through the windows together, and a logarithm is taken only where a bound lets a window be the best.

use super::rays::{Ray, Shape, free, rays};
use super::{CASES_MAX, Excess, ScanError, can_exceed, log_likelihood_ratio};
use crate::monte_carlo::{MonteCarlo, MonteCarloError};
use crate::progress::{Stopped, Watched};
use crate::simulation::Shares;
use rayon::prelude::*;

/// Replicas that are scanned together: as many as the registers of a processor hold.
const LANES: usize = 16;
/// What single precision can take from the bound at [`CASES_MAX`] cases.
const SLACK: f64 = 1e-3;

/// A place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Position to the east, in a unit of length.
    pub x: f64,
    /// Position to the north, in the same unit.
    pub y: f64,
    /// Inhabitants, or whatever cases are in proportion to.
    pub population: u64,
    /// Cases.
    pub cases: u64,
}

/// Ellipses of one form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ellipses {
    /// Long axis over short axis; 1 for circles.
    pub ratio: f64,
    /// How many directions, evenly over 180 degrees from the x axis on.
    pub angles: u32,
}

/// What is sought.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Most inhabitants of a window, as a share of all: 0.5 as a rule.
    pub share_max: f64,
    /// Forms of the windows: [`CIRCLES`] or [`ELLIPSES`].
    pub forms: Vec<Ellipses>,
    /// Penalty `a` of long ellipses: 0 for none, 0.5 for a medium one, 1 for a strong one.
    pub penalty: f64,
    /// Fewest cases of a window.
    pub cases_min: u64,
    /// Most clusters that are told.
    pub clusters_max: usize,
}

/// Circles only.
pub const CIRCLES: [Ellipses; 1] = [Ellipses { ratio: 1.0, angles: 1 }];

/// The circles and ellipses of the authors.
pub const ELLIPSES: [Ellipses; 6] = [
    Ellipses { ratio: 1.0, angles: 1 },
    Ellipses { ratio: 1.5, angles: 4 },
    Ellipses { ratio: 2.0, angles: 6 },
    Ellipses { ratio: 3.0, angles: 9 },
    Ellipses { ratio: 4.0, angles: 12 },
    Ellipses { ratio: 5.0, angles: 15 },
];

/// An area with more cases than expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The places, as indexes into the list; the centre first, then outward.
    pub places: Vec<usize>,
    /// Half the short axis, which is the radius of a circle: from the centre to the outermost place.
    pub radius: f64,
    /// Long axis over short axis.
    pub ratio: f64,
    /// Direction of the long axis in degrees, from the x axis towards the y axis.
    pub degrees: f64,
    /// Inhabitants.
    pub population: u64,
    /// Cases, and how unusual they are.
    pub excess: Excess,
    /// The log-likelihood ratio after the penalty: what the p-value belongs to.
    pub statistic: f64,
}

/// Areas with more cases than chance gives: the most likely cluster first, then those that share no place with
/// the ones before.
///
/// # Errors
/// [`ScanError`] when there are fewer than two places, no cases, no inhabitants, cases where nobody lives, or more
/// windows than are kept.
///
/// ```
/// use tequio_methods::monte_carlo::MonteCarlo;
/// use tequio_methods::scan::spatial::{CIRCLES, Place, Settings, scan};
/// // Ten towns along a road, further apart the further out; the third and fourth have ten times the cases.
/// let places: Vec<Place> = (0..10)
///     .map(|i| Place { x: f64::from(i * i), y: 0.0, population: 1_000, cases: if i == 2 || i == 3 { 20 } else { 2 } })
///     .collect();
/// let settings = Settings { share_max: 0.5, forms: CIRCLES.to_vec(), penalty: 0.0, cases_min: 2, clusters_max: 5 };
/// let clusters = scan(&places, &settings, MonteCarlo { replicas: 999, seed: 1 })?;
/// assert_eq!((clusters[0].places.clone(), clusters[0].excess.p_value), (vec![3, 2], 0.001));
/// # Ok::<(), tequio_methods::scan::ScanError>(())
/// ```
pub fn scan<'a>(
    places: &[Place],
    settings: &Settings,
    monte_carlo: impl Into<Watched<'a, MonteCarlo>>,
) -> Result<Vec<Cluster>, ScanError> {
    let monte_carlo = monte_carlo.into();
    monte_carlo.check()?;
    let scanner = Scanner::of(places, settings, || monte_carlo.look())?;
    let found = scanner.clusters(settings.clusters_max);
    let highest = scanner.replicas(monte_carlo)?;
    let told = |(index, length, statistic): (usize, usize, f64)| {
        let extreme = highest.iter().filter(|value| **value >= statistic).count();
        scanner.cluster(index, length, statistic, monte_carlo.p_value(extreme))
    };
    Ok(found.into_iter().map(told).collect())
}

struct Scanner<'a> {
    places: &'a [Place],
    shapes: Vec<Shape>,
    rays: Vec<Ray>,
    /// Expected cases of each window; infinity where none ends.
    expected: Vec<Vec<f64>>,
    cases: u64,
    cases_min: u64,
}

impl<'a> Scanner<'a> {
    fn of(
        places: &'a [Place],
        settings: &Settings,
        look: impl Fn() -> Result<(), Stopped> + Sync,
    ) -> Result<Self, ScanError> {
        let (population, cases) = totals(places)?;
        let shapes = shapes(&settings.forms, settings.penalty)?;
        let points: Vec<(f64, f64)> = places.iter().map(|place| (place.x, place.y)).collect();
        let weights: Vec<f64> = places.iter().map(|place| place.population as f64).collect();
        let rays = rays(&points, &weights, settings.share_max, &shapes, look)?;
        let rate = cases as f64 / population as f64;
        let expected = |ray: &Ray| {
            let mut sum = 0;
            let window = |(place, ends): (&u32, &bool)| {
                sum += places[*place as usize].population;
                if *ends { sum as f64 * rate } else { f64::INFINITY }
            };
            ray.places.iter().zip(&ray.ends).map(window).collect()
        };
        let expected = rays.iter().map(expected).collect();
        Ok(Self { places, shapes, rays, expected, cases, cases_min: settings.cases_min })
    }

    /// Statistic of a window, zero when it has too few cases.
    fn statistic(&self, cases: f64, expected: f64, penalty: f64) -> f64 {
        let enough = cases >= self.cases_min as f64;
        if enough { penalty * log_likelihood_ratio(cases, expected, self.cases as f64) } else { 0.0 }
    }

    /// The clusters: ray, number of places, statistic.
    fn clusters(&self, most: usize) -> Vec<(usize, usize, f64)> {
        let mut used = vec![false; self.places.len()];
        let mut found = Vec::new();
        while found.len() < most {
            let Some((index, length, statistic)) = self.best(&used) else { break };
            self.rays[index].places[..length].iter().for_each(|place| used[*place as usize] = true);
            found.push((index, length, statistic));
        }
        found
    }

    /// The window with the highest statistic among those without used places; the first of several.
    fn best(&self, used: &[bool]) -> Option<(usize, usize, f64)> {
        let mut best = (0, 0, 0.0);
        for (index, ray) in self.rays.iter().enumerate() {
            let penalty = self.shapes[ray.shape].penalty;
            let mut cases = 0.0;
            for step in 0..free(&ray.places, used) {
                cases += self.places[ray.places[step] as usize].cases as f64;
                let expected = self.expected[index][step];
                if can_exceed(best.2 / penalty, cases, expected, self.cases as f64) {
                    let statistic = self.statistic(cases, expected, penalty);
                    if statistic > best.2 {
                        best = (index, step + 1, statistic);
                    }
                }
            }
        }
        (best.1 > 0).then_some(best)
    }

    /// The highest statistic of each replica.
    fn replicas(&self, monte_carlo: Watched<'_, MonteCarlo>) -> Result<Vec<f64>, ScanError> {
        let weights: Vec<f64> = self.places.iter().map(|place| place.population as f64).collect();
        let shares = Shares::of(&weights)?;
        let batch = |first: usize| -> Result<[f64; LANES], ScanError> {
            let mut rows = vec![[0.0; LANES]; self.places.len()];
            for lane in 0..LANES.min(monte_carlo.replicas as usize - first) {
                let counts = shares.draw(self.cases, &mut monte_carlo.generator((first + lane) as u32))?;
                rows.iter_mut().zip(counts).for_each(|(row, count)| row[lane] = count as f32);
            }
            let highest = self.highest(&rows);
            monte_carlo.step().map_err(MonteCarloError::Stopped)?;
            Ok(highest)
        };
        monte_carlo.expect((monte_carlo.replicas as usize).div_ceil(LANES) as u64);
        let batches = (0..monte_carlo.replicas as usize).into_par_iter().step_by(LANES).map(batch);
        let highest: Vec<[f64; LANES]> = batches.collect::<Result<_, _>>()?;
        Ok(highest.into_iter().flatten().take(monte_carlo.replicas as usize).collect())
    }

    /// The highest statistic of several replicas at once. `rows` holds the cases of each place.
    fn highest(&self, rows: &[[f32; LANES]]) -> [f64; LANES] {
        let mut best = [0.0; LANES];
        for (ray, expected) in self.rays.iter().zip(&self.expected) {
            let penalty = self.shapes[ray.shape].penalty;
            let mut limits = best.map(|best| limit(best, penalty));
            let mut sums = [0.0; LANES];
            for (place, expected) in ray.places.iter().zip(expected) {
                if any_exceeds(&mut sums, &rows[*place as usize], *expected as f32, self.cases as f32, &limits) {
                    for (best, cases) in best.iter_mut().zip(&sums) {
                        *best = self.statistic(f64::from(*cases), *expected, penalty).max(*best);
                    }
                    limits = best.map(|best| limit(best, penalty));
                }
            }
        }
        best
    }

    fn cluster(&self, index: usize, length: usize, statistic: f64, p_value: f64) -> Cluster {
        let ray = &self.rays[index];
        let places: Vec<usize> = ray.places[..length].iter().map(|place| *place as usize).collect();
        let point = |place: usize| (self.places[place].x, self.places[place].y);
        let shape = self.shapes[ray.shape];
        let sum = |of: fn(&Place) -> u64| places.iter().map(|place| of(&self.places[*place])).sum();
        Cluster {
            radius: shape.distance(point(places[0]), point(places[length - 1])),
            ratio: shape.ratio,
            degrees: shape.degrees,
            population: sum(|place| place.population),
            excess: Excess::of(sum(|place| place.cases), self.expected[index][length - 1], self.cases, p_value),
            statistic,
            places,
        }
    }
}

/// What the bound of [`can_exceed`] is compared with, a little lower for single precision.
fn limit(best: f64, penalty: f64) -> f32 {
    (2.0 * best / penalty * (1.0 - SLACK)) as f32
}

/// Adds the cases of a place to each replica, and tells whether the window can be the best of any: the bound of
/// [`can_exceed`] in single precision, without a branch for each, so that a processor does several at once.
#[inline]
fn any_exceeds(sums: &mut [f32; LANES], row: &[f32; LANES], expected: f32, total: f32, limits: &[f32; LANES]) -> bool {
    let rest = total - expected;
    let mut exceeds = 0;
    for lane in 0..LANES {
        sums[lane] += row[lane];
        let over = sums[lane] - expected;
        let bound = over * over * (total - over) > limits[lane] * expected * (rest - over);
        exceeds |= u32::from(bound) & u32::from(over > 0.0);
    }
    exceeds != 0
}

/// Inhabitants and cases of all places, once these were found to make sense.
pub(super) fn totals(places: &[Place]) -> Result<(u64, u64), ScanError> {
    if places.len() < 2 || u32::try_from(places.len()).is_err() {
        return Err(ScanError::NoPlaces);
    }
    if !places.iter().all(|place| place.x.is_finite() && place.y.is_finite()) {
        return Err(ScanError::Position);
    }
    if let Some(place) = places.iter().position(|place| place.population == 0 && place.cases > 0) {
        return Err(ScanError::CasesWithoutPopulation(place));
    }
    let sum = |of: fn(&Place) -> u64| places.iter().map(of).try_fold(0, u64::checked_add);
    let population = sum(|place| place.population).filter(|sum| *sum > 0).ok_or(ScanError::Population)?;
    let cases = sum(|place| place.cases).filter(|sum| (1..=CASES_MAX).contains(sum)).ok_or(ScanError::Cases)?;
    Ok((population, cases))
}

fn shapes(forms: &[Ellipses], penalty: f64) -> Result<Vec<Shape>, ScanError> {
    let valid = |form: &Ellipses| form.ratio.is_finite() && form.ratio >= 1.0 && form.angles > 0;
    if forms.is_empty() || !forms.iter().all(valid) || !(penalty.is_finite() && penalty >= 0.0) {
        return Err(ScanError::Shape);
    }
    let of_form = |form: &Ellipses| {
        let ratio = form.ratio;
        let penalty = (4.0 * ratio / (ratio + 1.0).powi(2)).powf(penalty);
        let step = 180.0 / f64::from(form.angles);
        (0..form.angles).map(move |angle| Shape { ratio, degrees: f64::from(angle) * step, penalty })
    };
    Ok(forms.iter().flat_map(of_form).collect())
}

#[cfg(test)]
mod tests;
