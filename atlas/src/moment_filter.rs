//! Periods and days of the week, decided once for each distinct moment.

use crate::error::AtlasError;
use crate::moment::{Moment, Moments};
use tequio_kernel::period::day_number;
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

/// A period that cuts a month or a year in two has no exact answer when incidents are dated no
/// better: refused, because leaving them out would be a wrong figure.
fn check_precision(moments: &Moments, period: Period) -> Result<(), AtlasError> {
    let whole_years = period.is_whole_months() && period.from.month() == 1 && period.until.month() == 1;
    if !whole_years && moments.has(Precision::Year) {
        return Err(AtlasError::PeriodTooFine { period, precision: "year" });
    }
    if !period.is_whole_months() && moments.has(Precision::Month) {
        return Err(AtlasError::PeriodTooFine { period, precision: "month" });
    }
    Ok(())
}

/// The first day of a month or year stands for all of it: the period holds it whole or not at all.
fn in_period(moment: Moment, period: Period) -> bool {
    let days = day_number(period.from)..day_number(period.until);
    moment.precision != Precision::Unknown && days.contains(&moment.day)
}
