//! Weighted displacement difference: did events fall by more where something was done than in a
//! comparable area, the areas next to both counted in?
//!
//! With rates `r` (counts by area and time weights) before and after:
//! `WDD = (change treated - change control) + (change next to treated - change next to control)`,
//! its variance the sum of `count / weight^2` over all eight counts, each a Poisson count.
//!
//! References: A. P. Wheeler and J. H. Ratcliffe, "A simple weighted displacement difference test to
//! evaluate place based crime interventions", Crime Science 7 (2018), with weights for areas of different
//! size and periods of different length; several offences are added with a weight of harm each.
//!
//! Presumed: counts independent of each other, and that without the intervention all areas would
//! have changed by the same number (not share) a weight. Cost: constant.

use super::{Estimate, MonitoringError};

/// Counts of an area before and after, and its size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Events before.
    pub before: u64,
    /// Events after.
    pub after: u64,
    /// Size by which both counts are divided (1 where areas are compared as they are).
    pub weight: f64,
}

impl Area {
    /// Counts of an area compared as it is.
    pub fn counts(before: u64, after: u64) -> Self {
        Self { before, after, weight: 1.0 }
    }
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Where something was done.
    pub treated: Area,
    /// The comparable area.
    pub control: Area,
    /// What lies next to the treated and next to the control area, if displacement is looked at.
    pub displacement: Option<(Area, Area)>,
    /// Length of the time before and of the time after, in one unit.
    pub times: (f64, f64),
}

/// The difference, by where it comes from. Negative is a reduction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// In the treated area itself.
    pub local: Estimate,
    /// Next to it.
    pub displaced: Option<Estimate>,
    /// Both together.
    pub total: Estimate,
}

/// The difference with its normal interval at a confidence level such as 0.95.
///
/// # Errors
/// [`MonitoringError::Exposure`] when a weight or time is not above zero, [`MonitoringError::Level`].
///
/// ```
/// use tequio_methods::monitoring::displacement::{Area, Comparison, difference};
/// let (treated, control) = (Area::counts(207, 110), Area::counts(308, 318));
/// let beside = (Area::counts(178, 157), Area::counts(150, 140));
/// let found = difference(&Comparison { treated, control, displacement: Some(beside), times: (1.0, 1.0) }, 0.95)?;
/// assert_eq!((found.total.value, found.total.low.round(), found.total.high.round()), (-118.0, -196.0, -40.0));
/// # Ok::<(), tequio_methods::monitoring::MonitoringError>(())
/// ```
pub fn difference(comparison: &Comparison, level: f64) -> Result<Difference, MonitoringError> {
    let beside = comparison.displacement.iter().flat_map(|(treated, control)| [treated.weight, control.weight]);
    let weights = [comparison.treated.weight, comparison.control.weight, comparison.times.0, comparison.times.1];
    if weights.into_iter().chain(beside).any(|weight| !weight.is_finite() || weight <= 0.0) {
        return Err(MonitoringError::Exposure);
    }
    let estimate = |(value, variance)| Estimate::normal(value, variance, level);
    let local = contrast(comparison.treated, comparison.control, comparison.times);
    let displaced = comparison.displacement.map(|(treated, control)| contrast(treated, control, comparison.times));
    let more = displaced.unwrap_or((0.0, 0.0));
    Ok(Difference {
        local: estimate(local)?,
        displaced: displaced.map(estimate).transpose()?,
        total: estimate((local.0 + more.0, local.1 + more.1))?,
    })
}

/// Change of one area less that of the other, and its variance.
fn contrast(treated: Area, control: Area, times: (f64, f64)) -> (f64, f64) {
    let change = |area: Area| {
        let (before, after) = (times.0 * area.weight, times.1 * area.weight);
        let value = area.after as f64 / after - area.before as f64 / before;
        (value, area.after as f64 / (after * after) + area.before as f64 / (before * before))
    };
    let (treated, control) = (change(treated), change(control));
    (treated.0 - control.0, treated.1 + control.1)
}

/// The differences of several offences added up, each with the harm of one event. The offences are
/// presumed independent of each other.
///
/// # Errors
/// [`MonitoringError::Value`] when a harm is negative or no number, [`MonitoringError::Level`].
///
/// ```
/// use tequio_methods::monitoring::displacement::{Area, Comparison, difference, harm};
/// let (treated, control) = (Area::counts(144, 92), Area::counts(86, 64));
/// let robbery = difference(&Comparison { treated, control, displacement: None, times: (1.0, 1.0) }, 0.95)?;
/// assert_eq!(harm(&[(robbery.total, 7.0)], 0.95)?.value, -210.0);
/// # Ok::<(), tequio_methods::monitoring::MonitoringError>(())
/// ```
pub fn harm(differences: &[(Estimate, f64)], level: f64) -> Result<Estimate, MonitoringError> {
    if differences.iter().any(|(_, harm)| !harm.is_finite() || *harm < 0.0) {
        return Err(MonitoringError::Value);
    }
    let value = differences.iter().map(|(estimate, harm)| estimate.value * harm).sum();
    let variance = differences.iter().map(|(estimate, harm)| (estimate.error * harm).powi(2)).sum();
    Estimate::normal(value, variance, level)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, expected: f64, within: f64) {
        assert!((got - expected).abs() < within, "{got} is not {expected}");
    }

    fn example(weights: [f64; 4]) -> Comparison {
        let area = |before, after, weight| Area { before, after, weight };
        Comparison {
            control: area(308, 318, weights[0]),
            treated: area(207, 110, weights[1]),
            displacement: Some((area(178, 157, weights[3]), area(150, 140, weights[2]))),
            times: (1.0, 1.0),
        }
    }

    /// Values published with the authors' R package `ptools` (function `wdd`).
    #[test]
    fn the_published_example() {
        let found = difference(&example([1.0; 4]), 0.95).expect("weights");
        assert_eq!((found.local.value, found.displaced.map(|d| d.value)), (-107.0, Some(-11.0)));
        assert_eq!(found.total.value, -118.0);
        near(found.total.error, 1_568f64.sqrt(), 1e-12);
        near(found.total.z().expect("an error"), -2.98, 0.005);
        assert_eq!((found.total.low.round(), found.total.high.round()), (-196.0, -40.0));
    }

    #[test]
    fn areas_of_different_size() {
        let found = difference(&example([0.9, 1.2, 1.6, 1.5]), 0.95).expect("weights");
        near(found.total.value, -99.694_444, 1e-6);
        near(found.total.error, 35.428_076, 1e-6);
        near(found.total.z().expect("an error"), -2.813_995, 1e-6);
    }

    /// Five offences of the same study, with the weights of its example.
    #[test]
    fn differences_weighted_by_harm() {
        let offence = |control: (u64, u64), treated: (u64, u64)| {
            let (control, treated) = (Area::counts(control.0, control.1), Area::counts(treated.0, treated.1));
            let comparison = Comparison { treated, control, displacement: None, times: (1.0, 1.0) };
            difference(&comparison, 0.95).expect("weights").total
        };
        let found = harm(
            &[
                (offence((133, 91), (130, 74)), 3.0),
                (offence((388, 305), (327, 202)), 2.0),
                (offence((148, 97), (398, 190)), 5.0),
                (offence((86, 64), (144, 92)), 7.0),
                (offence((94, 67), (183, 96)), 10.0),
            ],
            0.95,
        );
        let found = found.expect("harms");
        assert_eq!(found.value, -1_721.0);
        near(found.error, 304.103_601, 1e-6);
    }

    #[test]
    fn longer_periods_are_divided_out() {
        let double = |area: Area| Area { after: area.after * 2, ..area };
        let mut comparison = example([1.0; 4]);
        (comparison.treated, comparison.control) = (double(comparison.treated), double(comparison.control));
        comparison.displacement = comparison.displacement.map(|(a, b)| (double(a), double(b)));
        comparison.times = (1.0, 2.0);
        assert_eq!(difference(&comparison, 0.9).map(|found| found.total.value), Ok(-118.0));
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        assert_eq!(difference(&example([1.0, 0.0, 1.0, 1.0]), 0.95), Err(MonitoringError::Exposure));
        assert_eq!(difference(&example([1.0, 1.0, 1.0, f64::NAN]), 0.95), Err(MonitoringError::Exposure));
        assert_eq!(difference(&example([1.0; 4]), 1.0), Err(MonitoringError::Level));
        let nothing = Estimate { value: 0.0, error: 0.0, low: 0.0, high: 0.0 };
        assert_eq!(harm(&[(nothing, -1.0)], 0.95), Err(MonitoringError::Value));
        assert_eq!(nothing.z(), None);
    }
}
