//! Density against a reference: events a resident, this year against last, one offence against all.
//!
//! References: J. F. Bithell, "An application of density estimation to geographical epidemiology",
//! Statistics in Medicine 9 (1990); T. C. Bailey and A. C. Gatrell, "Interactive Spatial Data Analysis"
//! (1995); N. Levine, CrimeStat, chapter on kernel density (dual estimate); K. J. Bowers and S. D. Johnson
//! and S. Chainey on its use for crime. The ratio of two small densities says nothing: a pixel whose
//! reference is below the least that is given has no value, never zero or infinity. Cost: one pass.

use super::DensityError;

/// Events a unit of the reference, for each pixel; none where the reference is below `least`.
///
/// Both densities are of the same grid; `least` is in the unit of the reference density and above zero.
///
/// # Errors
/// [`DensityError::Lengths`] when the rasters differ in size; [`DensityError::Reference`] when a value of
/// the reference is negative or no number, or `least` is not above zero.
///
/// ```
/// use tequio_methods::density::dual::ratio;
/// assert_eq!(ratio(&[2.0, 1.0, 1.0], &[4.0, 0.001, 0.0], 0.01)?, vec![Some(0.5), None, None]);
/// # Ok::<(), tequio_methods::density::DensityError>(())
/// ```
pub fn ratio(events: &[f64], reference: &[f64], least: f64) -> Result<Vec<Option<f64>>, DensityError> {
    if events.len() != reference.len() {
        return Err(DensityError::Lengths);
    }
    if least.is_nan() || least <= 0.0 || reference.iter().any(|value| value.is_nan() || *value < 0.0) {
        return Err(DensityError::Reference);
    }
    Ok(events.iter().zip(reference).map(|(value, below)| (*below >= least).then(|| value / below)).collect())
}

/// The logarithm of the relative risk: of the ratio of both densities, each divided by its own number, so
/// that 0 is "as the reference". None where there is no ratio, or no events either.
///
/// # Errors
/// As [`ratio`]; [`DensityError::NoEvents`] when a number is not above zero.
///
/// ```
/// use tequio_methods::density::dual::log_relative_risk;
/// let risk = log_relative_risk(&[3.0, 1.0], 4.0, &[10.0, 10.0], 20.0, 0.1)?;
/// assert!((risk[0].unwrap_or(0.0) - 1.5f64.ln()).abs() < 1e-15);
/// # Ok::<(), tequio_methods::density::DensityError>(())
/// ```
pub fn log_relative_risk(
    events: &[f64],
    event_count: f64,
    reference: &[f64],
    reference_count: f64,
    least: f64,
) -> Result<Vec<Option<f64>>, DensityError> {
    if event_count.min(reference_count) <= 0.0 || (event_count + reference_count).is_nan() {
        return Err(DensityError::NoEvents);
    }
    let scale = reference_count / event_count;
    let ratios = ratio(events, reference, least)?;
    Ok(ratios.into_iter().map(|value| value.filter(|value| *value > 0.0).map(|value| (value * scale).ln())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_ratio_says_why() {
        assert_eq!(ratio(&[1.0], &[1.0, 2.0], 0.1), Err(DensityError::Lengths));
        assert_eq!(ratio(&[1.0], &[-1.0], 0.1), Err(DensityError::Reference));
        assert_eq!(ratio(&[1.0], &[f64::NAN], 0.1), Err(DensityError::Reference));
        assert_eq!(ratio(&[1.0], &[1.0], 0.0), Err(DensityError::Reference));
        assert_eq!(log_relative_risk(&[1.0], 0.0, &[1.0], 1.0, 0.1), Err(DensityError::NoEvents));
    }

    #[test]
    fn no_events_are_a_ratio_of_zero_but_no_logarithm() {
        assert_eq!(ratio(&[0.0], &[1.0], 0.1), Ok(vec![Some(0.0)]));
        assert_eq!(log_relative_risk(&[0.0], 1.0, &[1.0], 1.0, 0.1), Ok(vec![None]));
    }
}
