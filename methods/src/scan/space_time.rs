//! Space-time scan statistic: areas and periods with more cases than expected, as cylinders: a circle for a base, a
//! run of periods for a height.
//!
//! References: M. Kulldorff, W. F. Athas, E. J. Feuer, B. A. Miller and C. R. Key, "Evaluating Cluster Alarms: A
//! Space-Time Scan Statistic and Brain Cancer in Los Alamos", American Journal of Public Health 88 (1998), for the
//! Poisson model; M. Kulldorff, "Prospective Time Periodic Geographical Disease Surveillance Using a Scan
//! Statistic", Journal of the Royal Statistical Society A 164 (2001), for cylinders that last until now; M.
//! Kulldorff, R. Heffernan, J. Hartman, R. Assunção and F. Mostashari, "A Space-Time Permutation Scan Statistic for
//! Disease Outbreak Detection", PLoS Medicine 2 (2005), where cases alone are known: a place with `r` cases has
//! `r s / C` expected in a period with `s` cases, and the replicas permute the periods over the cases.
//!
//! Cost of a replica: places in all circles, times the runs of periods; runs are skipped where the place that
//! enters has no cases, since only the expected ones grow.

use super::rays::{Ray, Shape, free, rays};
use super::{CASES_MAX, Excess, ScanError, can_exceed, log_likelihood_ratio};
use crate::monte_carlo::{MonteCarlo, shuffle};
use crate::progress::{Stopped, Watched};
use crate::simulation::Shares;
use rand_chacha::ChaCha8Rng;

/// A place and its series.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceSeries {
    /// Position to the east, in a unit of length.
    pub x: f64,
    /// Position to the north, in the same unit.
    pub y: f64,
    /// Inhabitants in each period; not used, and may be empty, in the permutation model.
    pub population: Vec<u64>,
    /// Cases in each period.
    pub cases: Vec<u64>,
}

/// What cases are expected in proportion to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// To the inhabitants of each place and period.
    Poisson,
    /// To the cases of the place in all periods and of the period in all places: neither a place that always has
    /// many nor a period that has many everywhere counts as a cluster.
    Permutation,
}

/// What is sought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Model of what is expected.
    pub model: Model,
    /// Most inhabitants of a circle (cases, in the permutation model), as a share of all.
    pub share_max: f64,
    /// Most periods of a cylinder.
    pub periods_max: usize,
    /// Only cylinders that last until the last period: what goes on now.
    pub alive: bool,
    /// Fewest cases of a cylinder.
    pub cases_min: u64,
    /// Most clusters that are told.
    pub clusters_max: usize,
}

/// An area and a run of periods with more cases than expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The places, as indexes into the list; the centre first, then outward.
    pub places: Vec<usize>,
    /// From the centre to the outermost place.
    pub radius: f64,
    /// Index of the first period.
    pub first: usize,
    /// Index of the last period, which is in the cluster.
    pub last: usize,
    /// Cases, and how unusual they are.
    pub excess: Excess,
}

/// A cylinder: ray, number of places, first period, period after the last, ratio.
#[derive(Clone, Copy)]
struct Cylinder {
    ray: usize,
    length: usize,
    first: usize,
    until: usize,
    ratio: f64,
}

/// Areas and periods with more cases than chance gives: the most likely cluster first, then those that share no place
/// with the ones before.
///
/// # Errors
/// [`ScanError`] when there are fewer than two places or periods, series are of different lengths, there are no cases,
/// no inhabitants or cases without them (Poisson model), or more windows than are kept.
///
/// ```
/// use tequio_methods::monte_carlo::MonteCarlo;
/// use tequio_methods::scan::space_time::{Model, PlaceSeries, Settings, scan};
/// // Ten towns along a road, two cases a month for a year; ten in the third and fourth town in the last two months.
/// let cases = |town: usize, month: usize| if (2..4).contains(&town) && month >= 10 { 10 } else { 2 };
/// let series = |town: usize| PlaceSeries {
///     x: (town * town) as f64,
///     y: 0.0,
///     population: vec![],
///     cases: (0..12).map(|month| cases(town, month)).collect(),
/// };
/// let towns: Vec<PlaceSeries> = (0..10).map(series).collect();
/// let settings = Settings {
///     model: Model::Permutation,
///     share_max: 0.5,
///     periods_max: 6,
///     alive: true,
///     cases_min: 2,
///     clusters_max: 3,
/// };
/// let first = &scan(&towns, &settings, MonteCarlo { replicas: 99, seed: 1 })?[0];
/// assert_eq!((first.places.clone(), first.first, first.last, first.excess.p_value), (vec![3, 2], 10, 11, 0.01));
/// # Ok::<(), tequio_methods::scan::ScanError>(())
/// ```
pub fn scan<'a>(
    places: &[PlaceSeries],
    settings: &Settings,
    monte_carlo: impl Into<Watched<'a, MonteCarlo>>,
) -> Result<Vec<Cluster>, ScanError> {
    let monte_carlo = monte_carlo.into();
    monte_carlo.check()?;
    let scanner = Scanner::of(places, settings, || monte_carlo.look())?;
    let replicas = scanner.replicas(settings.model, monte_carlo)?;
    let told = |cylinder: Cylinder| {
        let extreme = replicas.iter().filter(|value| **value >= cylinder.ratio).count();
        scanner.cluster(places, cylinder, monte_carlo.p_value(extreme))
    };
    Ok(scanner.clusters(settings.clusters_max).into_iter().map(told).collect())
}

struct Scanner {
    rays: Vec<Ray>,
    periods: usize,
    /// Cases of each place and period, place by place.
    cases: Vec<u64>,
    /// Expected cases likewise.
    expected: Vec<f64>,
    total: u64,
    settings: Settings,
}

impl Scanner {
    fn of(
        places: &[PlaceSeries],
        settings: &Settings,
        look: impl Fn() -> Result<(), Stopped> + Sync,
    ) -> Result<Self, ScanError> {
        let periods = check(places, settings)?;
        let cases: Vec<u64> = places.iter().flat_map(|place| place.cases.iter().copied()).collect();
        let total = cases.iter().copied().try_fold(0, u64::checked_add);
        let total = total.filter(|total| (1..=CASES_MAX).contains(total)).ok_or(ScanError::Cases)?;
        let expected = match settings.model {
            Model::Poisson => by_population(places, total)?,
            Model::Permutation => by_margins(&cases, periods, total),
        };
        let points: Vec<(f64, f64)> = places.iter().map(|place| (place.x, place.y)).collect();
        let weights: Vec<f64> = expected.chunks_exact(periods).map(|place| place.iter().sum()).collect();
        let rays = rays(&points, &weights, settings.share_max, &[Shape::CIRCLE], look)?;
        Ok(Self { rays, periods, cases, expected, total, settings: *settings })
    }

    fn clusters(&self, most: usize) -> Vec<Cylinder> {
        let mut used = vec![false; self.cases.len() / self.periods];
        let mut found = Vec::new();
        while found.len() < most {
            let Some(cylinder) = self.best(&self.cases, &used) else { break };
            let places = &self.rays[cylinder.ray].places[..cylinder.length];
            places.iter().for_each(|place| used[*place as usize] = true);
            found.push(cylinder);
        }
        found
    }

    /// The cylinder with the highest ratio among those without used places; the first of several.
    fn best(&self, cases: &[u64], used: &[bool]) -> Option<Cylinder> {
        let mut best = Cylinder { ray: 0, length: 0, first: 0, until: 0, ratio: 0.0 };
        let (mut counts, mut means) = (vec![0; self.periods], vec![0.0; self.periods]);
        for (index, ray) in self.rays.iter().enumerate() {
            counts.fill(0);
            means.fill(0.0);
            let mut fresh = false;
            for step in 0..free(&ray.places, used) {
                let row = ray.places[step] as usize * self.periods..(ray.places[step] as usize + 1) * self.periods;
                fresh |= cases[row.clone()].iter().any(|count| *count > 0);
                counts.iter_mut().zip(&cases[row.clone()]).for_each(|(sum, count)| *sum += count);
                means.iter_mut().zip(&self.expected[row]).for_each(|(sum, mean)| *sum += mean);
                if ray.ends[step] && fresh {
                    self.better_run(&counts, &means, (index, step + 1), &mut best);
                    fresh = false;
                }
            }
        }
        (best.length > 0).then_some(best)
    }

    /// Looks at every run of periods over one circle.
    fn better_run(&self, counts: &[u64], means: &[f64], (ray, length): (usize, usize), best: &mut Cylinder) {
        let total = self.total as f64;
        for first in 0..self.periods {
            let (mut cases, mut expected) = (0, 0.0);
            for until in first + 1..=self.periods.min(first + self.settings.periods_max) {
                cases += counts[until - 1];
                expected += means[until - 1];
                let told = until == self.periods || !self.settings.alive;
                if told && cases >= self.settings.cases_min && can_exceed(best.ratio, cases as f64, expected, total) {
                    let ratio = log_likelihood_ratio(cases as f64, expected, total);
                    if ratio > best.ratio {
                        *best = Cylinder { ray, length, first, until, ratio };
                    }
                }
            }
        }
    }

    /// The highest ratio of each replica.
    fn replicas(&self, model: Model, monte_carlo: Watched<'_, MonteCarlo>) -> Result<Vec<f64>, ScanError> {
        let none = vec![false; self.cases.len() / self.periods];
        let highest = |cases: &[u64]| self.best(cases, &none).map_or(0.0, |cylinder| cylinder.ratio);
        match model {
            Model::Poisson => {
                let shares = Shares::of(&self.expected)?;
                let replica = |generator: &mut ChaCha8Rng| Ok(highest(&shares.draw(self.total, generator)?));
                monte_carlo.run(replica)?.into_iter().collect()
            }
            Model::Permutation => {
                let of_cell = |(cell, count): (usize, &u64)| std::iter::repeat_n(cell, *count as usize);
                let cells: Vec<usize> = self.cases.iter().enumerate().flat_map(of_cell).collect();
                Ok(monte_carlo.run(|generator| highest(&self.permuted(&cells, generator)))?)
            }
        }
    }

    /// Cases by place and period after their periods were permuted; `cells` has the cell of each case.
    fn permuted(&self, cells: &[usize], generator: &mut ChaCha8Rng) -> Vec<u64> {
        let mut periods: Vec<usize> = cells.iter().map(|cell| cell % self.periods).collect();
        shuffle(&mut periods, generator);
        let mut cases = vec![0; self.cases.len()];
        for (cell, period) in cells.iter().zip(periods) {
            cases[cell / self.periods * self.periods + period] += 1;
        }
        cases
    }

    fn cluster(&self, places: &[PlaceSeries], cylinder: Cylinder, p_value: f64) -> Cluster {
        let ray = &self.rays[cylinder.ray].places[..cylinder.length];
        let inside: Vec<usize> = ray.iter().map(|place| *place as usize).collect();
        let point = |place: usize| (places[place].x, places[place].y);
        let run = |place: usize| place * self.periods + cylinder.first..place * self.periods + cylinder.until;
        let observed = inside.iter().flat_map(|place| &self.cases[run(*place)]).sum();
        let expected = inside.iter().flat_map(|place| &self.expected[run(*place)]).sum();
        Cluster {
            radius: Shape::CIRCLE.distance(point(inside[0]), point(inside[cylinder.length - 1])),
            first: cylinder.first,
            last: cylinder.until - 1,
            excess: Excess::of(observed, expected, self.total, p_value),
            places: inside,
        }
    }
}

/// Number of periods.
fn check(places: &[PlaceSeries], settings: &Settings) -> Result<usize, ScanError> {
    if places.len() < 2 || u32::try_from(places.len()).is_err() {
        return Err(ScanError::NoPlaces);
    }
    if !places.iter().all(|place| place.x.is_finite() && place.y.is_finite()) {
        return Err(ScanError::Position);
    }
    let periods = places[0].cases.len();
    let fits = |place: &PlaceSeries| {
        let known = settings.model == Model::Permutation || place.population.len() == periods;
        known && place.cases.len() == periods
    };
    let valid = periods >= 2 && settings.periods_max > 0 && places.iter().all(fits);
    if valid { Ok(periods) } else { Err(ScanError::Periods) }
}

fn by_population(places: &[PlaceSeries], total: u64) -> Result<Vec<f64>, ScanError> {
    let alone = |place: &PlaceSeries| place.population.iter().zip(&place.cases).any(|cell| *cell.0 == 0 && *cell.1 > 0);
    if let Some(place) = places.iter().position(alone) {
        return Err(ScanError::CasesWithoutPopulation(place));
    }
    let population = || places.iter().flat_map(|place| place.population.iter().copied());
    let sum = population().try_fold(0, u64::checked_add).filter(|sum| *sum > 0).ok_or(ScanError::Population)?;
    let rate = total as f64 / sum as f64;
    Ok(population().map(|population| population as f64 * rate).collect())
}

fn by_margins(cases: &[u64], periods: usize, total: u64) -> Vec<f64> {
    let mut of_period = vec![0; periods];
    for place in cases.chunks_exact(periods) {
        of_period.iter_mut().zip(place).for_each(|(sum, count)| *sum += count);
    }
    let of_place = |place: &[u64]| place.iter().sum::<u64>() as f64 / total as f64;
    let row = |place: &[u64]| {
        let share = of_place(place);
        of_period.iter().map(move |count| share * *count as f64).collect::<Vec<f64>>()
    };
    cases.chunks_exact(periods).flat_map(row).collect()
}

#[cfg(test)]
mod tests;
