//! Does a computed value reproduce a stated one within its rounding?
//!
//! A stated number stands for all values that its author could have had. With `x` the number and one unit
//! of its last written digit `u`:
//!
//! | stated | values |
//! | --- | --- |
//! | `x` | round to `x`: from `x - u/2` to `x + u/2` |
//! | nearly `x` | above `x - v` and below `x`, or round to `x` |
//! | about `x` | from `x - v` to `x + v` |
//! | at least, more than `x` | `x` or more, more than `x` |
//! | at most, less than `x` | from 0 to `x`, from 0 to less than `x` |
//!
//! Halves: both ways to round are accepted, half away from zero and half to even (ISO 80000-1, annex B), so
//! that the lower end always belongs to the values and the upper one where the last digit is even.
//! Final zeros of a whole number beyond its first two digits are not taken for written ones by "about" and
//! "nearly": `v` is 1 for 17 and 20, 10 for 100, 1,000 for 30,000; it is `u` for all others. Without such a
//! word every digit counts.
//! Words speak of the size of a number, whatever its sign: "at least -20 %" is a fall by 20 % or more.

use crate::stated::{Qualifier, Stated, StatedError};

/// Values that differ from an end by less than this share of it lie on it: they differ by the rounding of
/// doubles alone.
const TIE: f64 = 1e-12;
/// First digits of a whole number whose zeros count as written.
const DIGITS_WRITTEN: u64 = 100;

/// One end of a set of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    /// Where it lies, in the unit of the stated number.
    pub value: f64,
    /// Whether it belongs to the set.
    pub included: bool,
}

/// The values that a stated number stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Values {
    /// Lower end; `None` for as low as can be.
    pub low: Option<End>,
    /// Upper end; `None` for as high as can be.
    pub high: Option<End>,
}

/// Whether a computed value reproduces a stated number; both in the same unit, so that a value for "85 %"
/// is 85 and not 0.85.
///
/// # Errors
/// [`StatedError`] when the text is not read as a number.
///
/// ```
/// use tequio_methods::rounding::reproduces;
/// assert!(reproduces("nearly 23", 22.184)? && !reproduces("nearly 23", 18.333)?);
/// assert!(reproduces("17", 17.158)? && !reproduces("17", 20.085)?);
/// assert!(!reproduces("+85 %", 81.8)?);
/// # Ok::<(), tequio_methods::stated::StatedError>(())
/// ```
pub fn reproduces(stated: &str, computed: f64) -> Result<bool, StatedError> {
    Ok(values(&stated.parse()?).contains(computed))
}

/// The values that a stated number stands for, by the table of this module.
///
/// ```
/// use tequio_methods::rounding::{End, Values, values};
/// let end = |value, included| Some(End { value, included });
/// assert_eq!(values(&"22.5".parse()?), Values { low: end(22.45, true), high: end(22.55, false) });
/// # Ok::<(), tequio_methods::stated::StatedError>(())
/// ```
pub fn values(stated: &Stated) -> Values {
    let rounded = Values { low: below(stated, 0.5, true), high: above(stated, 0.5, stated.digits.is_multiple_of(2)) };
    let coarse = coarse_unit(stated);
    let from_zero = Some(End { value: 0.0, included: true });
    let of_size = match stated.qualifier {
        Qualifier::Rounded => rounded,
        Qualifier::Nearly => Values { low: below(stated, coarse, false), ..rounded },
        Qualifier::About => Values { low: below(stated, coarse, true), high: above(stated, coarse, true) },
        Qualifier::AtLeast => Values { low: above(stated, 0.0, true), high: None },
        Qualifier::MoreThan => Values { low: above(stated, 0.0, false), high: None },
        Qualifier::AtMost => Values { low: from_zero, high: above(stated, 0.0, true) },
        Qualifier::LessThan => Values { low: from_zero, high: above(stated, 0.0, false) },
    };
    if stated.negative { of_size.mirrored() } else { of_size }
}

/// Units of the last written digit below the number. Counted in these units, so that 22.5 - 0.05 is the
/// double that is written 22.45.
fn below(stated: &Stated, units: f64, included: bool) -> Option<End> {
    Some(End { value: (stated.digits as f64 - units) / stated.divisor(), included })
}

fn above(stated: &Stated, units: f64, included: bool) -> Option<End> {
    Some(End { value: (stated.digits as f64 + units) / stated.divisor(), included })
}

/// The unit of "about" and "nearly", in units of the last written digit.
fn coarse_unit(stated: &Stated) -> f64 {
    let mut unit = 1;
    while stated.decimals == 0 && stated.digits / unit >= DIGITS_WRITTEN && (stated.digits / unit).is_multiple_of(10) {
        unit *= 10;
    }
    unit as f64
}

impl Values {
    /// Whether a value is one of them; what is no number never is.
    pub fn contains(&self, value: f64) -> bool {
        let from = self.low.is_none_or(|end| if end.meets(value) { end.included } else { value > end.value });
        let to = self.high.is_none_or(|end| if end.meets(value) { end.included } else { value < end.value });
        value.is_finite() && from && to
    }

    fn mirrored(self) -> Self {
        let mirror = |end: End| End { value: -end.value, ..end };
        Self { low: self.high.map(mirror), high: self.low.map(mirror) }
    }
}

impl End {
    fn meets(&self, value: f64) -> bool {
        (value - self.value).abs() <= TIE * self.value.abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stated: &str, fit: &[f64], unfit: &[f64]) {
        for value in fit {
            assert_eq!(reproduces(stated, *value), Ok(true), "{stated}: {value}");
        }
        for value in unfit {
            assert_eq!(reproduces(stated, *value), Ok(false), "{stated}: {value}");
        }
    }

    #[test]
    fn halves_round_both_ways() {
        // 16.5 rounds to 17 away from zero; 17.5 rounds to 18 by both rules.
        check("17", &[16.5, 17.0, 17.49], &[16.49, 17.5]);
        // 18.5 rounds to 18 to even, and 17.5 to 18 by both rules.
        check("18", &[17.5, 18.5], &[17.49, 18.51]);
        check("22.9", &[22.85, 22.9, 22.949], &[22.95, 22.84]);
        check("22.8", &[22.75, 22.85], &[22.86]);
        check("-17", &[-16.5, -17.49], &[-17.5, -16.49, 17.0]);
        check("0", &[0.0, 0.5, -0.5], &[0.51, -0.51]);
        check("0.0", &[0.05, -0.05], &[0.06]);
    }

    /// Every thousandth from 0 to 20 against every tenth, rounded in whole numbers.
    #[test]
    fn the_values_are_those_that_round_to_the_number() {
        for thousandths in 0..=20_000u64 {
            let away = (thousandths + 50) / 100;
            let half = thousandths % 100 == 50;
            let even = if half && away % 2 == 1 { away - 1 } else { away };
            let value = thousandths as f64 / 1_000.0;
            for tenths in away.saturating_sub(2)..=away + 2 {
                let stated = format!("{}.{}", tenths / 10, tenths % 10);
                let expected = tenths == away || tenths == even;
                assert_eq!(reproduces(&stated, value), Ok(expected), "{value} for {stated}");
            }
        }
    }

    /// An end computed another way is a few units of the last bit off, and the same end still.
    #[test]
    fn doubles_do_not_decide() {
        check("0.3", &[0.1 + 0.15, 0.349], &[0.2 + 0.15]);
        check("1.1", &[1.05, 10.5 * 0.1], &[1.15, 11.5 * 0.1]);
    }

    #[test]
    fn words_widen_or_open() {
        check("nearly 23", &[22.01, 22.184, 22.999, 23.0, 23.49], &[22.0, 23.5, 21.9]);
        check("nearly 30,000", &[29_001.0, 30_000.0, 30_000.5], &[29_000.0, 30_001.0]);
        check("nearly 2.5", &[2.41, 2.549], &[2.4, 2.55]);
        check("about 17", &[16.0, 16.804, 17.158, 18.0], &[15.9, 18.1]);
        check("about 100", &[90.0, 110.0], &[89.0, 111.0]);
        check("about 20 %", &[19.0, 21.0], &[18.9, 21.1]);
        check("about 12,345", &[12_344.0, 12_346.0], &[12_343.0]);
        check("at least 20 %", &[20.0, 90.0], &[19.99, -20.0]);
        check("more than 20", &[20.01], &[20.0]);
        check("at most 20", &[0.0, 20.0], &[20.01, -1.0]);
        check("less than 20", &[0.0, 19.99], &[20.0]);
        check("at least -20 %", &[-20.0, -35.0], &[-19.9, 20.0]);
    }

    /// Homicides by 100,000 inhabitants and changes in Mexico, from the national series: deaths of INEGI gave
    /// 22.184 in 2012, 17.158 in 2015 and 20.085 in 2016; case files 18.333, 13.974 and 16.804.
    #[test]
    fn known_statements() {
        check("nearly 23", &[22.184], &[18.333]);
        check("17", &[17.158, 16.804], &[20.085, 13.974]);
        check("+85 %", &[], &[81.764, 148.441, 68.343]);
        check("+82 %", &[81.764], &[]);
        check("42 %", &[41.6], &[42.6]);
    }

    #[test]
    fn what_is_no_number_reproduces_nothing() {
        check("at least 3", &[], &[f64::NAN, f64::INFINITY]);
        assert!(reproduces("several", 3.0).is_err());
    }
}
