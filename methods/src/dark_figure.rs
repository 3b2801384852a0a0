//! The dark figure (*cifra negra*): the share of crimes of which the authority has no file.
//!
//! `1 - P(reported) P(file opened | reported)`, as INEGI computes it from its victimisation survey
//! (*Encuesta Nacional de Victimización y Percepción sobre Seguridad Pública*, ENVIPE): a crime has a file
//! if it was reported and the report became one. The standard error is that of the delta method, with no
//! covariance of the two shares: the second is a share among the reported, so that in a simple sample the
//! two estimates do not depend on each other.

use statrs::distribution::{ContinuousCDF, Normal};

/// A share estimated by a survey, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The estimate (0.104 for 10.4 %).
    pub value: f64,
    /// Its standard error, in the same unit, if the survey gives one.
    pub standard_error: Option<f64>,
}

/// The dark figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DarkFigure {
    /// Share of crimes without a file, from 0 to 1.
    pub value: f64,
    /// Standard error in the same unit; `None` when one of the two shares has none.
    pub standard_error: Option<f64>,
}

/// Why there is no dark figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DarkFigureError {
    /// Outside 0 and 1.
    #[error("a share lies between 0 and 1 (0.104 for 10.4 %)")]
    Share,
    /// A negative standard error, or none at all.
    #[error("a standard error is a number of 0 or more, in the unit of the share")]
    StandardError,
    /// The confidence level is not between 0 and 1.
    #[error("a confidence level lies between 0 and 1")]
    Level,
}

/// The dark figure from the share of crimes that are reported and the share of reports that become a file.
///
/// # Errors
/// [`DarkFigureError`] when a share is outside 0 and 1 or a standard error is negative.
///
/// ```
/// use tequio_methods::dark_figure::{Share, dark_figure};
/// let share = |value| Share { value, standard_error: None };
/// let figure = dark_figure(share(0.110), share(0.691))?;
/// assert!((figure.value - 0.923_99).abs() < 1e-12);
/// # Ok::<(), tequio_methods::dark_figure::DarkFigureError>(())
/// ```
pub fn dark_figure(reported: Share, opened: Share) -> Result<DarkFigure, DarkFigureError> {
    reported.check()?;
    opened.check()?;
    let errors = reported.standard_error.zip(opened.standard_error);
    // Both partial derivatives of the product: the other share.
    let standard_error =
        errors.map(|(of_reported, of_opened)| (opened.value * of_reported).hypot(reported.value * of_opened));
    Ok(DarkFigure { value: 1.0 - reported.value * opened.value, standard_error })
}

impl Share {
    fn check(&self) -> Result<(), DarkFigureError> {
        if !(0.0..=1.0).contains(&self.value) {
            return Err(DarkFigureError::Share);
        }
        let sound = |error: f64| error.is_finite() && error >= 0.0;
        if self.standard_error.is_none_or(sound) { Ok(()) } else { Err(DarkFigureError::StandardError) }
    }
}

impl DarkFigure {
    /// Normal interval for a confidence level such as 0.95, kept within 0 and 1; `None` without a standard
    /// error.
    ///
    /// # Errors
    /// [`DarkFigureError::Level`] when the level is not between 0 and 1.
    pub fn interval(&self, level: f64) -> Result<Option<(f64, f64)>, DarkFigureError> {
        if !(level > 0.0 && level < 1.0) {
            return Err(DarkFigureError::Level);
        }
        let deviations = Normal::standard().inverse_cdf(f64::midpoint(level, 1.0));
        let limits = |error: f64| {
            let half = deviations * error;
            ((self.value - half).max(0.0), (self.value + half).min(1.0))
        };
        Ok(self.standard_error.map(limits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(value: f64, standard_error: f64) -> Share {
        Share { value, standard_error: Some(standard_error) }
    }

    /// Published by INEGI for the crimes of 2019 and 2023 (ENVIPE 2020 and 2024): 92.4 % and 92.9 %.
    #[test]
    fn known_dark_figures() {
        for (reported, opened, value, published) in [
            (0.110, 0.691, 0.923_990, 92.4),
            (0.104, 0.680, 0.929_280, 92.9),
            (1.0, 1.0, 0.0, 0.0),
            (0.0, 0.5, 1.0, 100.0),
        ] {
            let figure = dark_figure(share(reported, 0.0), share(opened, 0.0)).expect("shares");
            assert!((figure.value - value).abs() < 1e-12, "{figure:?}");
            assert!(((figure.value * 1_000.0).round() / 10.0 - published).abs() < 1e-9);
        }
    }

    /// By hand: 0.68 x 0.002 = 0.00136 and 0.104 x 0.01 = 0.00104.
    #[test]
    fn the_standard_error_needs_both() {
        let figure = dark_figure(share(0.104, 0.002), share(0.680, 0.01)).expect("shares");
        let error = (0.001_36f64.powi(2) + 0.001_04f64.powi(2)).sqrt();
        assert!((figure.standard_error.expect("an error") - error).abs() < 1e-15);
        let (low, high) = figure.interval(0.95).expect("a level").expect("an interval");
        assert!((low - (0.929_28 - 1.959_963_985 * error)).abs() < 1e-9, "{low}");
        assert!((high - (0.929_28 + 1.959_963_985 * error)).abs() < 1e-9, "{high}");
        let without = Share { value: 0.680, standard_error: None };
        let figure = dark_figure(share(0.104, 0.002), without).expect("shares");
        assert_eq!((figure.standard_error, figure.interval(0.95)), (None, Ok(None)));
    }

    #[test]
    fn what_is_no_share_is_refused() {
        let fine = share(0.5, 0.01);
        for value in [-0.001, 1.001, 10.4, f64::NAN] {
            assert_eq!(dark_figure(share(value, 0.0), fine), Err(DarkFigureError::Share));
            assert_eq!(dark_figure(fine, share(value, 0.0)), Err(DarkFigureError::Share));
        }
        assert_eq!(dark_figure(fine, share(0.5, -0.1)), Err(DarkFigureError::StandardError));
        assert_eq!(dark_figure(fine, share(0.5, f64::NAN)), Err(DarkFigureError::StandardError));
        assert_eq!(dark_figure(fine, fine).expect("shares").interval(95.0), Err(DarkFigureError::Level));
    }

    #[test]
    fn an_interval_stays_within_zero_and_one() {
        let figure = dark_figure(share(0.01, 0.05), share(0.5, 0.3)).expect("shares");
        assert_eq!(figure.interval(0.95).expect("a level").expect("an interval").1, 1.0);
    }
}
