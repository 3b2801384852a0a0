//! Rate of a period in which months are missing: withheld, or bounded from below and above.
//!
//! A missing month is neither zero nor the mean of the others. What is known without an assumption is the
//! lower bound: the events that were reported, as if nothing had happened in the missing months. An upper
//! bound needs an assumption, and it is stated: no missing month holds more than a ceiling, which is either
//! the largest complete month of the same period or a number that the caller names (such as the largest
//! month of ten years). These are bounds of what is not known, not an interval of chance; the exact Poisson
//! limits (F. Garwood, Biometrika 28, 1936) of either end are told besides. Reference: C. F. Manski, "Partial
//! Identification of Probability Distributions", 2003, for bounds in place of imputation.

use crate::poisson::{PoissonError, Rate, rate};

/// What is known of one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Month {
    /// The month's events; zero is a count like any other.
    Complete(u64),
    /// Events known so far: there can be more.
    Partial(u64),
    /// Nothing was reported.
    Missing,
}

/// The most that a missing or partial month is taken to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceiling {
    /// As many as the largest complete month of the period.
    LargestMonth,
    /// This many.
    Events(u64),
}

/// What is done when months are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// No rate unless every month is complete.
    Withhold,
    /// Bounds, as long as not too many months are missing or partial.
    Bound {
        /// The most that such a month is taken to hold.
        ceiling: Ceiling,
        /// Most months that may be missing or partial; with more the rate is withheld.
        gaps_max: usize,
    },
}

/// The rate of a period, per 100,000 inhabitants and period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PeriodRate {
    /// Every month is complete.
    Complete(Rate),
    /// The rate lies between the two.
    Bounded {
        /// What was reported, and nothing besides.
        low: Rate,
        /// The same with every gap filled to the ceiling.
        high: Rate,
        /// Which months are not complete.
        gaps: Gaps,
        /// The ceiling in events a month.
        ceiling: u64,
    },
    /// No rate, because of these months.
    Withheld(Gaps),
}

/// Months that are not complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gaps {
    /// Months without a report.
    pub missing: usize,
    /// Months known in part.
    pub partial: usize,
}

/// Why there is no rate by any rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BoundedError {
    /// An empty period.
    #[error("a period has one month at least")]
    NoMonths,
    /// Nobody lives there, or nobody knows how many do.
    #[error(transparent)]
    Rate(#[from] PoissonError),
    /// More events than a 64-bit number holds.
    #[error("the events of the period are more than can be counted: check the counts")]
    TooManyEvents,
}

/// The rate of a period over a population, or its bounds, or that it is withheld.
///
/// With [`Ceiling::LargestMonth`] and no complete month there is no ceiling, and the rate is withheld.
///
/// # Errors
/// [`BoundedError`] when there are no months or the population is zero.
///
/// ```
/// use tequio_methods::bounded::{Ceiling, Month, PeriodRate, Rule, period_rate};
/// let months = [Month::Complete(4), Month::Missing, Month::Complete(6)];
/// let rule = Rule::Bound { ceiling: Ceiling::LargestMonth, gaps_max: 1 };
/// let PeriodRate::Bounded { low, high, .. } = period_rate(&months, 100_000, rule)? else { return Ok(()) };
/// assert_eq!((low.value, high.value), (10.0, 16.0));
/// # Ok::<(), tequio_methods::bounded::BoundedError>(())
/// ```
pub fn period_rate(months: &[Month], population: u64, rule: Rule) -> Result<PeriodRate, BoundedError> {
    if months.is_empty() {
        return Err(BoundedError::NoMonths);
    }
    let low = rate(sum(months, 0)?, population)?;
    let gaps = Gaps::of(months);
    let ceiling = match rule {
        _ if gaps.all() == 0 => return Ok(PeriodRate::Complete(low)),
        Rule::Bound { ceiling, gaps_max } if gaps.all() <= gaps_max => ceiling.events(months),
        _ => None,
    };
    let Some(ceiling) = ceiling else { return Ok(PeriodRate::Withheld(gaps)) };
    let high = rate(sum(months, ceiling)?, population)?;
    Ok(PeriodRate::Bounded { low, high, gaps, ceiling })
}

impl Gaps {
    fn of(months: &[Month]) -> Self {
        let missing = months.iter().filter(|month| matches!(month, Month::Missing)).count();
        let partial = months.iter().filter(|month| matches!(month, Month::Partial(_))).count();
        Self { missing, partial }
    }

    /// Months that are not complete.
    pub fn all(&self) -> usize {
        self.missing + self.partial
    }
}

impl Ceiling {
    fn events(self, months: &[Month]) -> Option<u64> {
        let complete = |month: &Month| if let Month::Complete(events) = month { Some(*events) } else { None };
        match self {
            Self::Events(events) => Some(events),
            Self::LargestMonth => months.iter().filter_map(complete).max(),
        }
    }
}

/// All events, with `filling` in the place of what is not known. A partial month that is above the
/// filling already stays as it is.
fn sum(months: &[Month], filling: u64) -> Result<u64, BoundedError> {
    let events = months.iter().map(|month| match month {
        Month::Complete(events) => *events,
        Month::Partial(events) => filling.max(*events),
        Month::Missing => filling,
    });
    events.into_iter().try_fold(0u64, u64::checked_add).ok_or(BoundedError::TooManyEvents)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUND: Rule = Rule::Bound { ceiling: Ceiling::LargestMonth, gaps_max: 2 };

    #[test]
    fn a_complete_period_has_its_rate_by_every_rule() {
        let months = [Month::Complete(0), Month::Complete(3)];
        for rule in [Rule::Withhold, BOUND] {
            assert_eq!(period_rate(&months, 1_000, rule), Ok(PeriodRate::Complete(rate(3, 1_000).expect("people"))));
        }
    }

    #[test]
    fn gaps_are_withheld_or_bounded() {
        let months = [Month::Complete(5), Month::Missing, Month::Complete(0), Month::Partial(2)];
        let gaps = Gaps { missing: 1, partial: 1 };
        assert_eq!(period_rate(&months, 1_000, Rule::Withhold), Ok(PeriodRate::Withheld(gaps)));
        let (low, high) = (rate(7, 1_000).expect("people"), rate(15, 1_000).expect("people"));
        assert_eq!(period_rate(&months, 1_000, BOUND), Ok(PeriodRate::Bounded { low, high, gaps, ceiling: 5 }));
        let named = Rule::Bound { ceiling: Ceiling::Events(1), gaps_max: 2 };
        // The partial month has more than the ceiling already.
        let high = rate(8, 1_000).expect("people");
        assert_eq!(period_rate(&months, 1_000, named), Ok(PeriodRate::Bounded { low, high, gaps, ceiling: 1 }));
    }

    #[test]
    fn too_many_gaps_or_no_ceiling_are_withheld() {
        let many = [Month::Complete(5), Month::Missing, Month::Missing, Month::Missing];
        assert_eq!(period_rate(&many, 9, BOUND), Ok(PeriodRate::Withheld(Gaps { missing: 3, partial: 0 })));
        let none = [Month::Missing, Month::Partial(4)];
        assert_eq!(period_rate(&none, 9, BOUND), Ok(PeriodRate::Withheld(Gaps { missing: 1, partial: 1 })));
    }

    /// Whatever the missing month held, up to the ceiling: the true rate lies within the bounds.
    #[test]
    fn the_bounds_hold_every_outcome() {
        let months = [Month::Complete(2), Month::Complete(7), Month::Missing];
        let Ok(PeriodRate::Bounded { low, high, .. }) = period_rate(&months, 5_000, BOUND) else {
            panic!("bounds");
        };
        for hidden in 0..=7 {
            let truth = rate(9 + hidden, 5_000).expect("people").value;
            assert!(low.value <= truth && truth <= high.value, "{hidden}");
        }
    }

    #[test]
    fn what_has_no_rate_says_why() {
        assert_eq!(period_rate(&[], 1_000, BOUND), Err(BoundedError::NoMonths));
        let months = [Month::Complete(1)];
        assert_eq!(period_rate(&months, 0, BOUND), Err(BoundedError::Rate(PoissonError::Population)));
        let much = [Month::Complete(u64::MAX), Month::Complete(1)];
        assert_eq!(period_rate(&much, 1, BOUND), Err(BoundedError::TooManyEvents));
    }
}
