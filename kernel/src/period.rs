//! Civil time: months and half-open periods of days, in the civil time of the place.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Days since 1970-01-01 of a civil date.
///
/// Years are counted from March, so that a leap day is the last of its year; days from 0000-03-01, in cycles of 400 years.
#[inline]
pub fn day_number(date: Date) -> i32 {
    let (month, day) = (i32::from(date.month()), i32::from(date.day()));
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
    // Months from March have 31, 30, 31, 30, 31 days, and again.
    let day = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    const DAYS_BEFORE_1970: i32 = 719_468;
    cycle * 146_097 + year * 365 + year / 4 - year / 100 + day - DAYS_BEFORE_1970
}

/// The civil date of a day number; `None` outside the supported calendar.
pub fn date_of(day: i32) -> Option<Date> {
    jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().try_days(day).ok()?).ok()
}

/// A calendar month, written `YYYY-MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Month {
    /// Gregorian year.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

impl Month {
    /// The month that holds a date.
    pub fn of(date: Date) -> Self {
        Self { year: date.year(), month: date.month() }
    }

    /// The first day of the month; `None` if the month is not in the calendar.
    pub fn first_day(self) -> Option<Date> {
        Date::new(self.year, self.month, 1).ok()
    }

    /// The month after this one.
    pub fn next(self) -> Self {
        match self.month {
            12 => Self { year: self.year + 1, month: 1 },
            month => Self { year: self.year, month: month + 1 },
        }
    }

    /// Months since year 0, for arithmetic on series.
    pub fn index(self) -> i32 {
        i32::from(self.year) * 12 + i32::from(self.month) - 1
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

impl TryFrom<String> for Month {
    type Error = PeriodError;
    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}

impl FromStr for Month {
    type Err = PeriodError;
    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let error = || PeriodError::Unreadable(text.to_owned());
        let (year, month) = text.split_once('-').ok_or_else(error)?;
        if year.len() != 4 || month.len() != 2 {
            return Err(error());
        }
        let month = Self { year: year.parse().map_err(|_| error())?, month: month.parse().map_err(|_| error())? };
        month.first_day().map(|_| month).ok_or_else(error)
    }
}

/// A half-open range of civil days: `from` is in it, `until` is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day of the period.
    pub from: Date,
    /// First day after the period.
    pub until: Date,
}

/// A text that is not a period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// Something else.
    #[error(
        "`{0}` is not a period: write a year (2020), a month (2020-03), a day (2020-03-15) or two of them joined by two dots (2019-07..2020-06), both ends included"
    )]
    Unreadable(String),
    /// Two ends in the wrong order.
    #[error("`{text}` ends before it begins: write `{ordered}`")]
    Backwards {
        /// What was written.
        text: String,
        /// The same in the right order.
        ordered: String,
    },
}

impl Period {
    /// True when both ends fall on the first day of a month.
    pub fn is_whole_months(&self) -> bool {
        self.from.day() == 1 && self.until.day() == 1
    }

    /// True for one calendar year.
    pub fn is_calendar_year(&self) -> bool {
        let is_new_year = |date: Date| date.month() == 1 && date.day() == 1;
        is_new_year(self.from) && is_new_year(self.until) && self.until.year() == self.from.year() + 1
    }

    /// The period of the same length that ends where this one begins: as many months before whole months, as many
    /// days before others. `None` outside the calendar.
    pub fn previous(&self) -> Option<Self> {
        let from = if self.is_whole_months() {
            let months = Month::of(self.until).index() - Month::of(self.from).index();
            self.from.checked_sub(jiff::Span::new().try_months(months).ok()?).ok()?
        } else {
            self.from.checked_sub(self.until.since(self.from).ok()?).ok()?
        };
        Some(Self { from, until: self.from })
    }

    /// The same days a year before; `None` outside the calendar.
    pub fn year_before(&self) -> Option<Self> {
        let year = jiff::Span::new().try_years(1).ok()?;
        let from = self.from.checked_sub(year).ok()?;
        // Of other than whole months the last day is shifted: the day after 28 February 2020 is the 29th, which 2019
        // does not have.
        let until = match self.is_whole_months() {
            true => self.until.checked_sub(year).ok()?,
            false => self.until.yesterday().ok()?.checked_sub(year).ok()?.tomorrow().ok()?,
        };
        Some(Self { from, until })
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    /// Reads `2020`, `2020-03`, `2020-03-15` or `FIRST..LAST` with both ends included.
    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let error = || PeriodError::Unreadable(text.to_owned());
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let (first, last) = (first.trim(), last.trim());
        let period = Self { from: bounds(first).ok_or_else(error)?.0, until: bounds(last).ok_or_else(error)?.1 };
        match period.from < period.until {
            true => Ok(period),
            false => Err(PeriodError::Backwards { text: text.to_owned(), ordered: format!("{last}..{first}") }),
        }
    }
}

/// Writes the shortest text that reads back as the same period.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.until.yesterday().unwrap_or(self.from);
        if !self.is_whole_months() {
            return if last == self.from { write!(f, "{last}") } else { write!(f, "{}..{last}", self.from) };
        }
        let (first, last) = (Month::of(self.from), Month::of(last));
        match (first.month, last.month) {
            (1, 12) if first.year == last.year => write!(f, "{}", first.year),
            (1, 12) => write!(f, "{}..{}", first.year, last.year),
            _ if first == last => write!(f, "{first}"),
            _ => write!(f, "{first}..{last}"),
        }
    }
}

/// First day and first day after of a year, a month or a day.
fn bounds(text: &str) -> Option<(Date, Date)> {
    if text.len() == 4 {
        let year: i16 = text.parse().ok()?;
        return Some((Date::new(year, 1, 1).ok()?, Date::new(year.checked_add(1)?, 1, 1).ok()?));
    }
    if text.len() == 7 {
        let month: Month = text.parse().ok()?;
        return Some((month.first_day()?, month.next().first_day()?));
    }
    let day: Date = (text.len() == 10).then(|| text.parse().ok()).flatten()?;
    Some((day, day.tomorrow().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_back_as_written() {
        for text in ["2020", "2019..2021", "2020-03", "2019-07..2020-06", "2020-02-29", "2020-01-15..2020-03-02"] {
            assert_eq!(text.parse::<Period>().map(|p| p.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn periods_have_one_before_them_and_one_a_year_before() {
        for (text, previous, year_before) in [
            ("2020", "2019", "2019"),
            ("2020-03", "2020-02", "2019-03"),
            ("2019-07..2020-06", "2018-07..2019-06", "2018-07..2019-06"),
            ("2020-01-15..2020-01-20", "2020-01-09..2020-01-14", "2019-01-15..2019-01-20"),
        ] {
            let period: Period = text.parse().expect("a period");
            let written = |period: Option<Period>| period.map(|period| period.to_string()).unwrap_or_default();
            assert_eq!(
                (written(period.previous()), written(period.year_before())),
                (previous.into(), year_before.into())
            );
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "20", "2020-13", "2020-02-30", "2021..2020", "2020-1", "hoy", "9999"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_period_written_backwards_is_told_with_the_right_order() {
        for (text, ordered) in [
            ("2024-12..2024-01", "2024-01..2024-12"),
            ("2021 .. 2020-03-15", "2020-03-15..2021"),
            ("2020-02..2020-01-31", "2020-01-31..2020-02"),
        ] {
            let error = text.parse::<Period>().expect_err(text);
            assert_eq!(error, PeriodError::Backwards { text: text.into(), ordered: ordered.into() });
            assert!(ordered.parse::<Period>().is_ok() && error.to_string().contains("ends before it begins"));
        }
        assert!(matches!("2024-13..2024-01".parse::<Period>(), Err(PeriodError::Unreadable(_))));
    }

    #[test]
    fn a_year_before_keeps_every_day_round_29_february() {
        for (period, before) in [
            ("2020-02-28", "2019-02-28"),
            ("2020-02-20..2020-02-28", "2019-02-20..2019-02-28"),
            ("2020-02", "2019-02"),
            ("2021-02", "2020-02"),
            ("2020", "2019"),
        ] {
            let period: Period = period.parse().expect("a period");
            assert_eq!(period.year_before(), before.parse().ok(), "{period}");
        }
    }

    #[test]
    fn a_calendar_year_is_all_of_one_year() {
        let is_year = |text: &str| text.parse::<Period>().expect(text).is_calendar_year();
        assert!(is_year("2024") && is_year("2024-01..2024-12"));
        for text in ["2024-02", "2024..2025", "2024-02..2025-01", "2024-01..2024-11", "2024-01-01"] {
            assert!(!is_year(text), "{text}");
        }
    }

    #[test]
    fn day_numbers_go_both_ways() {
        let day = jiff::civil::date(2024, 2, 29);
        assert_eq!(date_of(day_number(day)), Some(day));
        assert_eq!(day_number(jiff::civil::date(1970, 1, 2)), 1);
        assert_eq!(day_number(jiff::civil::date(1969, 12, 31)), -1);
    }

    #[test]
    fn day_numbers_count_every_day_of_the_calendar() {
        let mut date = jiff::civil::Date::MIN;
        let mut day = day_number(date);
        while let Ok(tomorrow) = date.tomorrow() {
            assert_eq!(day_number(tomorrow), day + 1, "{tomorrow}");
            (date, day) = (tomorrow, day + 1);
        }
        assert_eq!(date, jiff::civil::Date::MAX);
    }
}
