//! Aoristic weights: events of which only a span is known, shared out over the hours of the week.
//!
//! Reference: J. H. Ratcliffe, "Aoristic Analysis: The Spatial Interpretation of Unspecific Temporal Events",
//! International Journal of Geographical Information Science 14 (2000). A car stolen between 22:30 on Monday and
//! 00:30 on Tuesday is one event: a quarter in Monday's 22nd hour, a half in the 23rd, a quarter in Tuesday's
//! first. Every moment of the span is as likely; an event of a known moment falls into its hour whole.
//!
//! A span of more than a week covers some hours twice, and these weigh more; its weights say little, and
//! [`Weights::spread`] tells how many such events there are. The weights of all hours sum to the number of events.
//! Times are those of the clock on the wall, without summer time. Cost: the hours of each span, at most a week's.

/// Seconds of an hour and of a week.
const HOUR: i64 = 3_600;
const WEEK: i64 = 7 * 24 * HOUR;
/// Hours of a day and of a week.
const DAY_HOURS: usize = 24;
const WEEK_HOURS: usize = 7 * DAY_HOURS;
/// Longest span, far longer than any life: so that sums do not overflow.
const SPAN_MAX: i64 = 1 << 40;

/// When an event happened, at the earliest and at the latest, in seconds from a Monday at 00:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Earliest moment.
    pub from: i64,
    /// Latest moment; the same as `from` where it is known.
    pub to: i64,
}

/// Why a span has no weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AoristicError {
    /// A span that ends before it begins.
    #[error("event {0} ends before it begins: check which of both times is the earlier one")]
    Reversed(usize),
    /// A span that cannot be one.
    #[error("event {0} lasts, or lies away, more than {SPAN_MAX} seconds")]
    TooLong(usize),
}

/// Events by hour of the week.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// Events in each of the 168 hours, Monday's first hour first.
    pub hours: Vec<f64>,
    /// Events that are shared out over a week or more.
    pub spread: usize,
}

impl Weights {
    /// Events in an hour of the day, Monday to Sunday together.
    pub fn by_hour(&self) -> [f64; DAY_HOURS] {
        let mut sums = [0.0; DAY_HOURS];
        self.hours.iter().enumerate().for_each(|(hour, weight)| sums[hour % DAY_HOURS] += weight);
        sums
    }

    /// Events on a day of the week, Monday first.
    pub fn by_day(&self) -> [f64; 7] {
        let mut sums = [0.0; 7];
        self.hours.iter().enumerate().for_each(|(hour, weight)| sums[hour / DAY_HOURS] += weight);
        sums
    }
}

/// Shares the events out over the hours of the week.
///
/// # Errors
/// [`AoristicError`] when a span ends before it begins, or is impossibly long.
///
/// ```
/// use tequio_methods::aoristic::{Span, weights};
/// // Monday 22:30 to Tuesday 00:30, and Sunday 12:15.
/// let spans = [(81_000, 88_200), (562_500, 562_500)].map(|(from, to)| Span { from, to });
/// let weights = weights(&spans)?;
/// assert_eq!((&weights.hours[22..25], weights.hours[156]), (&[0.25, 0.5, 0.25][..], 1.0));
/// # Ok::<(), tequio_methods::aoristic::AoristicError>(())
/// ```
pub fn weights(spans: &[Span]) -> Result<Weights, AoristicError> {
    let mut hours = vec![0.0; WEEK_HOURS];
    let mut spread = 0;
    for (event, span) in spans.iter().enumerate() {
        let far = [span.from, span.to].iter().any(|moment| moment.unsigned_abs() > SPAN_MAX as u64);
        if far {
            return Err(AoristicError::TooLong(event));
        }
        if span.to < span.from {
            return Err(AoristicError::Reversed(event));
        }
        spread += usize::from(span.to - span.from >= WEEK);
        add(&mut hours, *span);
    }
    Ok(Weights { hours, spread })
}

fn add(hours: &mut [f64], span: Span) {
    let length = span.to - span.from;
    let hour_of = |moment: i64| (moment.rem_euclid(WEEK) / HOUR) as usize;
    if length == 0 {
        hours[hour_of(span.from)] += 1.0;
        return;
    }
    // Whole weeks give every hour as much; the rest is at most one week.
    let whole = (length / WEEK * HOUR) as f64 / length as f64;
    if whole > 0.0 {
        hours.iter_mut().for_each(|hour| *hour += whole);
    }
    let mut moment = span.from + length / WEEK * WEEK;
    while moment < span.to {
        let next = (moment.div_euclid(HOUR) + 1) * HOUR;
        let end = next.min(span.to);
        hours[hour_of(moment)] += (end - moment) as f64 / length as f64;
        moment = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60;
    const DAY: i64 = 24 * HOUR;

    fn of(from: i64, to: i64) -> Vec<(usize, f64)> {
        let found = weights(&[Span { from, to }]).expect("a span");
        found.hours.into_iter().enumerate().filter(|(_, weight)| *weight > 0.0).collect()
    }

    /// The spans of the tests of Python package `crimepy`, which are of a week that begins on Monday.
    #[test]
    fn known_spans() {
        assert_eq!(of(HOUR, HOUR), [(1, 1.0)]);
        assert_eq!(of(HOUR, HOUR + 30 * MINUTE), [(1, 1.0)]);
        assert_eq!(of(HOUR, 2 * HOUR + 30 * MINUTE), [(1, 60.0 / 90.0), (2, 30.0 / 90.0)]);
        assert_eq!(of(HOUR + 50 * MINUTE, 2 * HOUR + 10 * MINUTE), [(1, 0.5), (2, 0.5)]);
        let midnight = of(23 * HOUR + 30 * MINUTE, DAY + HOUR + 15 * MINUTE);
        assert_eq!(midnight, [(23, 30.0 / 105.0), (24, 60.0 / 105.0), (25, 15.0 / 105.0)]);
        // Sunday 22:00 to Monday 02:00.
        let week = of(6 * DAY + 22 * HOUR, 7 * DAY + 2 * HOUR);
        assert_eq!(week, [(0, 0.25), (1, 0.25), (166, 0.25), (167, 0.25)]);
        // An hour that ends on the hour is one hour.
        assert_eq!(of(5 * HOUR, 6 * HOUR), [(5, 1.0)]);
        assert_eq!(of(-HOUR, 0), [(167, 1.0)]);
    }

    /// Eight days from Monday noon: the hours from Monday noon to Tuesday noon twice.
    #[test]
    fn more_than_a_week_covers_some_hours_twice() {
        let found = of(12 * HOUR, 8 * DAY + 12 * HOUR);
        assert_eq!(found.len(), WEEK_HOURS);
        for (hour, weight) in found {
            let times = if (12..36).contains(&hour) { 2.0 } else { 1.0 };
            assert!((weight - times / 192.0).abs() < 1e-12, "{hour}: {weight}");
        }
        let week = weights(&[Span { from: 77, to: 77 + WEEK }, Span { from: 0, to: 5 }]).expect("spans");
        assert_eq!(week.spread, 1);
        assert!((week.hours[100] - 1.0 / 168.0).abs() < 1e-12);
    }

    #[test]
    fn weights_sum_to_the_events() {
        let spans: Vec<Span> =
            (0..5_000i64).map(|i| Span { from: i * 7_919, to: i * 7_919 + i * i % 900_000 }).collect();
        let found = weights(&spans).expect("spans");
        for sum in [found.hours.iter().sum::<f64>(), found.by_hour().iter().sum(), found.by_day().iter().sum()] {
            assert!((sum - 5_000.0).abs() < 1e-8, "{sum}");
        }
        assert!((found.by_hour()[3] - (0..7).map(|day| found.hours[day * 24 + 3]).sum::<f64>()).abs() < 1e-9);
    }

    #[test]
    fn spans_that_are_none_are_refused() {
        let refused = |from, to| weights(&[Span { from: 0, to: 0 }, Span { from, to }]).err();
        assert_eq!(refused(5, 4), Some(AoristicError::Reversed(1)));
        assert_eq!(refused(0, i64::MAX), Some(AoristicError::TooLong(1)));
        assert_eq!(refused(i64::MIN, 0), Some(AoristicError::TooLong(1)));
    }
}
