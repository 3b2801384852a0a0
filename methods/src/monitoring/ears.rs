//! EARS C1, C2 and C3: is a day out of the ordinary, from a week of days before it?
//!
//! `C1` is the count less the mean of the seven days before, by their standard deviation (with n - 1); `C2`
//! the same with the seven days that end three days before, so that a rise does not hide itself; `C3` the
//! sum of `max(0, C2 - 1)` over the day and the two before. Alarms: `C1 > 3`, `C2 > 3`, `C3 > 2`.
//!
//! References: L. Hutwagner, W. Thompson, G. M. Seeman and T. Treadwell, "The bioterrorism preparedness
//! and response Early Aberration Reporting System (EARS)", Journal of Urban Health 80 (2003); R. D. Fricker,
//! B. L. Hegler and D. A. Dunfee, Statistics in Medicine 27 (2008), for the formulas. Days of the week and
//! seasons are not taken out. Where the seven days are all equal there is no value, not an alarm. Cost: one pass.

/// Days of the baseline.
pub const BASELINE: usize = 7;
/// Days between the baseline of `C2` and the day.
pub const LAG: usize = 2;
/// Above this, `C1` and `C2` are alarms.
pub const ALARM: f64 = 3.0;
/// Above this, `C3` is an alarm.
pub const ALARM_C3: f64 = 2.0;

/// The three statistics of a day; none where the days before are too few or all equal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ears {
    /// Against the seven days before.
    pub c1: Option<f64>,
    /// Against seven days that end three days before.
    pub c2: Option<f64>,
    /// The excess of three days of `c2`.
    pub c3: Option<f64>,
}

impl Ears {
    /// Whether each of the three is an alarm.
    pub fn alarms(&self) -> [bool; 3] {
        let above = |value: Option<f64>, limit: f64| value.is_some_and(|value| value > limit);
        [above(self.c1, ALARM), above(self.c2, ALARM), above(self.c3, ALARM_C3)]
    }
}

/// The statistics of each day of a series.
///
/// ```
/// let days = tequio_methods::monitoring::ears::ears(&[3, 5, 4, 6, 2, 5, 4, 9]);
/// assert!(days[7].c1.is_some_and(|c1| (c1 - 3.610_760_859_6).abs() < 1e-9) && days[7].c2.is_none());
/// ```
pub fn ears(counts: &[u64]) -> Vec<Ears> {
    let c2: Vec<Option<f64>> = (0..counts.len()).map(|day| standardised(counts, day, LAG)).collect();
    let c3 = |day: usize| {
        let window = c2.get(day.checked_sub(2)?..=day)?;
        window.iter().map(|value| value.map(|value| (value - 1.0).max(0.0))).sum()
    };
    (0..counts.len()).map(|day| Ears { c1: standardised(counts, day, 0), c2: c2[day], c3: c3(day) }).collect()
}

fn standardised(counts: &[u64], day: usize, lag: usize) -> Option<f64> {
    let end = day.checked_sub(lag)?;
    let baseline = &counts[end.checked_sub(BASELINE)?..end];
    let mean = baseline.iter().map(|count| *count as f64).sum::<f64>() / BASELINE as f64;
    let squares: f64 = baseline.iter().map(|count| (*count as f64 - mean).powi(2)).sum();
    let deviation = (squares / (BASELINE - 1) as f64).sqrt();
    (deviation > 0.0).then(|| (counts[day] as f64 - mean) / deviation)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTS: [u64; 14] = [3, 5, 4, 6, 2, 5, 4, 9, 7, 3, 12, 15, 4, 5];

    /// Computed with NumPy from the formulas.
    #[test]
    fn known_answers() {
        let days = ears(&COUNTS);
        let near = |got: Option<f64>, expected: f64| got.is_some_and(|got| (got - expected).abs() < 1e-12);
        assert!(near(days[10].c1, 2.844_938_806_896_958) && near(days[10].c2, 3.240_370_349_203_929_7));
        assert!(near(days[11].c1, 2.528_781_691_270_573_6) && near(days[11].c2, 4.244_476_930_740_044));
        assert!(near(days[13].c1, -0.598_443_748_931_276_5) && near(days[13].c2, -0.280_975_743_474_508_2));
        assert!(near(days[11].c3, 2.240_370_349_203_929_7 + 3.244_476_930_740_044));
        assert_eq!(days[11].alarms(), [false, true, true]);
    }

    #[test]
    fn the_first_days_have_no_value() {
        let days = ears(&COUNTS);
        assert!(days[6].c1.is_none() && days[7].c1.is_some());
        assert!(days[8].c2.is_none() && days[9].c2.is_some());
        assert!(days[10].c3.is_none() && days[11].c3.is_some());
        assert!(ears(&[]).is_empty());
    }

    #[test]
    fn equal_days_are_no_alarm() {
        let days = ears(&[0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!((days[7].c1, days[7].alarms()), (None, [false; 3]));
    }
}
