//! When incidents happened: each distinct day and precision once, and a short code an incident.

use crate::codes::{Codes, distinct};
use crate::error::AtlasError;
use tequio_kernel::period::date_of;
use tequio_kernel::{Month, Precision};

/// A day and how much of it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Days since 1970-01-01; 0 when nothing is known.
    pub(crate) day: i32,
    pub(crate) precision: Precision,
}

impl Moment {
    /// Day of the week, 1 Monday to 7 Sunday.
    pub(crate) fn weekday(self) -> Option<u8> {
        // 1970-01-01 was a Thursday.
        (self.precision == Precision::Day).then(|| u8::try_from((self.day + 3).rem_euclid(7) + 1).unwrap_or(1))
    }

    /// Month, when it is known.
    pub(crate) fn month(self) -> Option<Month> {
        match self.precision {
            Precision::Day | Precision::Month => date_of(self.day).map(Month::of),
            Precision::Year | Precision::Unknown => None,
        }
    }

    /// Year, when it is known.
    pub(crate) fn year(self) -> Option<i16> {
        match self.precision {
            Precision::Unknown => None,
            _ => date_of(self.day).map(|date| date.year()),
        }
    }
}

/// Distinct moments and the code of each incident.
#[derive(Debug)]
pub(crate) struct Moments {
    pub(crate) list: Vec<Moment>,
    pub(crate) codes: Codes,
}

impl Moments {
    /// Numbers the moments; the columns have one length.
    pub(crate) fn new(days: &[i32], precisions: &[Precision]) -> Result<Self, AtlasError> {
        let keys: Vec<u64> = days.iter().zip(precisions).map(|(day, precision)| key(*day, *precision)).collect();
        let (list, codes) = distinct(&keys);
        let list: Vec<Moment> = list.into_iter().map(moment).collect();
        let odd = list.iter().find(|m| m.precision != Precision::Unknown && date_of(m.day).is_none());
        if let Some(&Moment { day, .. }) = odd {
            let row = days.iter().position(|d| *d == day).unwrap_or(0);
            return Err(AtlasError::Day { row, day });
        }
        Ok(Self { list, codes })
    }

    /// True when some incident is dated with this precision.
    pub(crate) fn has(&self, precision: Precision) -> bool {
        self.list.iter().any(|moment| moment.precision == precision)
    }
}

const PRECISIONS: [Precision; 4] = [Precision::Day, Precision::Month, Precision::Year, Precision::Unknown];

/// Orders by day, then precision; nothing of an unknown day is kept.
fn key(day: i32, precision: Precision) -> u64 {
    let day = if precision == Precision::Unknown { 0 } else { day };
    u64::from(day.cast_unsigned() ^ 0x8000_0000) << 2 | precision as u64
}

fn moment(key: u64) -> Moment {
    let day = u32::try_from(key >> 2).unwrap_or(0) ^ 0x8000_0000;
    Moment { day: day.cast_signed(), precision: PRECISIONS[(key & 3) as usize] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_survive_their_keys_in_order() {
        let mut last = 0;
        for day in [i32::MIN, -1, 0, 18_262, i32::MAX] {
            for precision in [Precision::Day, Precision::Month, Precision::Year] {
                let key = key(day, precision);
                assert_eq!(moment(key), Moment { day, precision });
                assert!(key > last || day == i32::MIN);
                last = key;
            }
        }
    }

    #[test]
    fn weekdays_are_iso() {
        let day = |day, precision| Moment { day, precision }.weekday();
        assert_eq!(day(0, Precision::Day), Some(4));
        assert_eq!(day(-4, Precision::Day), Some(7));
        assert_eq!(day(18_262, Precision::Day), Some(3)); // 2020-01-01, a Wednesday
        assert_eq!(day(0, Precision::Month), None);
    }
}
