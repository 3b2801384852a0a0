//! Periods and days of the week, decided once for each distinct moment.

use crate::error::AtlasError;
use crate::moment::{Moment, Moments};
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
    let passes = |moment: &Moment| {
        filter.period.is_none_or(|period| in_period(*moment, period))
            && filter.weekdays.is_none_or(|days: SmallSet| days.contains(moment.weekday()))
    };
    Ok(Some(moments.list.iter().map(passes).collect()))
}

/// A period that cuts every month or year in two has no answer where no incident is dated any
/// better: refused, because zero would be a wrong figure.
fn check_precision(moments: &Moments, period: Period) -> Result<(), AtlasError> {
    let whole_years = period.is_whole_months() && period.from.month() == 1 && period.until.month() == 1;
    let (days, months) = (moments.has(Precision::Day), moments.has(Precision::Month));
    if !whole_years && !days && !months && moments.has(Precision::Year) {
        return Err(AtlasError::PeriodTooFine { period, precision: "year" });
    }
    if !period.is_whole_months() && !days && months {
        return Err(AtlasError::PeriodTooFine { period, precision: "month" });
    }
    Ok(())
}

/// An incident is in a period when all that is known of its date is: one known only by its year is
/// in 2020, and in no month of it, as one without a date is in no period.
fn in_period(moment: Moment, period: Period) -> bool {
    let last = match moment.precision {
        Precision::Day => Some(moment.day),
        Precision::Month => date_of(moment.day).map(|first| day_number(first.last_of_month())),
        Precision::Year => date_of(moment.day).map(|first| day_number(first.last_of_year())),
        Precision::Unknown => None,
    };
    let days = day_number(period.from)..day_number(period.until);
    days.contains(&moment.day) && last.is_some_and(|last| days.contains(&last))
}
