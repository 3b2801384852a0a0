//! Periods and days of the week, decided once for each distinct moment.

use crate::error::AtlasError;
use crate::moment::{Moment, Moments};
use std::ops::Range;
use tequio_kernel::period::{date_of, day_number};
use tequio_kernel::query::SmallSet;
use tequio_kernel::{Filter, Period, Precision};

/// For each moment whether it passes; `None` when all do.
pub(crate) fn moment_table(moments: &Moments, filter: &Filter) -> Result<Option<Vec<bool>>, AtlasError> {
    if filter.period.is_none() && filter.weekdays.is_none() {
        return Ok(None);
    }
    if let Some(period) = filter.period {
        check_precision(moments, period)?;
    }
    let days = filter.period.map(|period| day_number(period.from)..day_number(period.until));
    let passes = |moment: &Moment| {
        days.as_ref().is_none_or(|days| in_days(*moment, days))
            && filter.weekdays.is_none_or(|days: SmallSet| days.contains(moment.weekday()))
    };
    Ok(Some(moments.list.iter().map(passes).collect()))
}

/// A period that cuts a month in two has no exact answer where incidents are dated by month: refused,
/// because leaving them out would be a wrong figure. Rows of which only the year is known are, among
/// rows dated better, as good as undated: they are in the periods that hold their year.
fn check_precision(moments: &Moments, period: Period) -> Result<(), AtlasError> {
    if !period.is_whole_months() && moments.has(Precision::Month) {
        return Err(AtlasError::PeriodTooFine { period, precision: "month" });
    }
    let whole_years = period.is_whole_months() && period.from.month() == 1 && period.until.month() == 1;
    let years_only = !moments.has(Precision::Day) && !moments.has(Precision::Month) && moments.has(Precision::Year);
    if !whole_years && years_only {
        return Err(AtlasError::PeriodTooFine { period, precision: "year" });
    }
    Ok(())
}

/// An incident is in a period when all that is known of its date is: one known only by its year is
/// in 2020, and in no month of it, as one without a date is in no period.
fn in_days(moment: Moment, days: &Range<i32>) -> bool {
    let last = match moment.precision {
        Precision::Day => Some(moment.day),
        Precision::Month => date_of(moment.day).map(|first| day_number(first.last_of_month())),
        Precision::Year => date_of(moment.day).map(|first| day_number(first.last_of_year())),
        Precision::Unknown => None,
    };
    days.contains(&moment.day) && last.is_some_and(|last| days.contains(&last))
}
