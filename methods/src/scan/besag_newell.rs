//! Besag-Newell test: round which places do so many cases live among unusually few inhabitants?
//!
//! Reference: J. Besag and J. Newell, "The Detection of Clusters in Rare Diseases", Journal of the Royal Statistical
//! Society A 154 (1991). Round every place the nearest others are taken in until the window holds `k` cases or more;
//! with `e` expected among its inhabitants, its p-value is the probability of `k` or more under a Poisson law.
//!
//! It answers for clusters of about `k` cases, chosen beforehand. Each p-value is that of one window: with a level of
//! 5 % about one window in twenty is told by chance alone; correct for that ([`crate::false_discovery`]), or use the
//! scan ([`super::spatial`]), which does. Cost: a sort of the places, for every place.

use super::ScanError;
use super::rays::{Shape, rays};
use super::spatial::{Place, totals};
use statrs::function::gamma::gamma_lr;

/// A window with many cases among few inhabitants.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// The places, as indexes into the list; the centre first, then outward.
    pub places: Vec<usize>,
    /// Inhabitants.
    pub population: u64,
    /// Cases, as many as asked for or more.
    pub observed: u64,
    /// Cases that so many inhabitants let expect.
    pub expected: f64,
    /// Probability of as many cases as asked for, or more.
    pub p_value: f64,
}

/// The smallest window round every place that holds so many cases, in the order of the list. Places at the same
/// distance enter together.
///
/// # Errors
/// [`ScanError`] as for the scan, and when there are fewer cases than asked for.
pub fn windows(places: &[Place], cases: u64) -> Result<Vec<Window>, ScanError> {
    let (population, total) = totals(places)?;
    if cases == 0 || cases > total {
        return Err(ScanError::Cases);
    }
    let points: Vec<(f64, f64)> = places.iter().map(|place| (place.x, place.y)).collect();
    let rays = rays(&points, &vec![1.0; places.len()], 1.0, &[Shape::CIRCLE], || Ok(()))?;
    let window = |ray: super::rays::Ray| {
        let (mut observed, mut people, mut length) = (0, 0, 0);
        for (place, ends) in ray.places.iter().zip(&ray.ends) {
            observed += places[*place as usize].cases;
            people += places[*place as usize].population;
            length += 1;
            if *ends && observed >= cases {
                break;
            }
        }
        let expected = people as f64 * (total as f64 / population as f64);
        let inside = ray.places[..length].iter().map(|place| *place as usize).collect();
        Window { places: inside, population: people, observed, expected, p_value: gamma_lr(cases as f64, expected) }
    };
    Ok(rays.into_iter().map(window).collect())
}

/// Windows with a p-value of at most `level` that share no place, the least likely first.
///
/// # Errors
/// As [`windows`].
///
/// ```
/// use tequio_methods::scan::{besag_newell::clusters, spatial::Place};
/// let place = |i: i32| Place { x: f64::from(i * i), y: 0.0, population: 1_000, cases: if i < 2 { 9 } else { 1 } };
/// let found = clusters(&(0..30).map(place).collect::<Vec<_>>(), 15, 0.01)?;
/// assert_eq!((found.len(), found[0].places.clone(), found[0].observed), (1, vec![0, 1], 18));
/// # Ok::<(), tequio_methods::scan::ScanError>(())
/// ```
pub fn clusters(places: &[Place], cases: u64, level: f64) -> Result<Vec<Window>, ScanError> {
    let mut found = windows(places, cases)?;
    found.sort_by(|a, b| a.p_value.total_cmp(&b.p_value));
    let mut used = vec![false; places.len()];
    found.retain(|window| {
        let free = window.p_value <= level && !window.places.iter().any(|place| used[*place]);
        if free {
            window.places.iter().for_each(|place| used[*place] = true);
        }
        free
    });
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts of a case: the cases of New York were shared out where their tract was unknown.
    const PARTS: f64 = 20_000.0;

    /// The data of [`super::super::spatial`] with the positions of their source (kilometres), and cases in parts.
    fn new_york() -> Vec<Place> {
        let row = |line: &str| {
            let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().expect("a number")).collect();
            Place { x: cells[4], y: cells[5], population: cells[2] as u64, cases: (cells[6] * PARTS).round() as u64 }
        };
        include_str!("../../tests/data/new-york-leukemia.csv").lines().skip(1).map(row).collect()
    }

    /// Inhabitants and cases of the first cluster, as tested in R package `smerc`.
    #[test]
    fn leukaemia_in_new_york() {
        for (cases, population, observed) in
            [(6.0, 2_921, 8.18), (12.0, 8_876, 12.21), (17.0, 11_268, 17.69), (23.0, 19_615, 25.46)]
        {
            let mut found = windows(&new_york(), (cases * PARTS) as u64).expect("places");
            // Of so many parts every p-value is next to zero; their order is that of the inhabitants.
            found.sort_by_key(|window| window.population);
            assert_eq!(found[0].population, population);
            assert!((found[0].observed as f64 / PARTS - observed).abs() < 5e-3, "{:?}", found[0]);
        }
    }

    #[test]
    fn windows_grow_until_they_hold_the_cases() {
        let place = |i: i32| Place { x: f64::from(i * i), y: 0.0, population: 100, cases: 2 };
        let places: Vec<Place> = (0..10).map(place).collect();
        let found = windows(&places, 5).expect("places");
        assert_eq!((found[0].places.clone(), found[0].observed, found[0].population), (vec![0, 1, 2], 6, 300));
        // 1 - exp(-6)(1 + 6 + 18 + 36 + 54).
        assert!((found[0].p_value - (1.0 - 115.0 * (-6.0f64).exp())).abs() < 1e-12);
        assert_eq!(windows(&places, 21), Err(ScanError::Cases));
        assert_eq!(windows(&places, 0), Err(ScanError::Cases));
        assert!(
            clusters(&places, 5, 1.0).expect("places").iter().map(|window| window.places.len()).sum::<usize>() <= 10
        );
    }
}
