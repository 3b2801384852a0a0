//! Rates per 100,000 inhabitants, with their interval or with the reason why there is none.

use crate::pages::coverage::Covers;
use crate::pages::span::month_list;
use tequio_frame::{Visit, format};
use tequio_kernel::{Month, Period, Place};
use tequio_methods::poisson::interval;

/// Inhabitants that a rate is stated for.
const PER: f64 = 100_000.0;
/// Confidence of the intervals.
const CONFIDENCE: f64 = 0.95;

/// A rate and its interval, per 100,000 inhabitants in the period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub population: u64,
    /// Year of the population figure.
    pub year: i16,
}

/// Why there is no rate. A rate that cannot be computed is never zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoRate {
    /// The dataset is about other places.
    Outside,
    /// The dataset is about a part of the place only.
    Part,
    /// The dataset does not say which places it is about.
    Unstated,
    /// The layer has no population for the year.
    Population,
    /// Nobody lives there.
    Empty,
    /// There are no twelve months in a row.
    Period,
    /// The place did not report in these months of the period.
    Silent(Vec<Month>),
}

impl NoRate {
    pub(crate) fn in_words(&self, visit: &Visit) -> String {
        match self {
            Self::Outside => visit.t("no-rate-outside"),
            Self::Part => visit.t("no-rate-part"),
            Self::Unstated => visit.t("no-rate-unstated"),
            Self::Population => visit.t("no-rate-population"),
            Self::Empty => visit.t("no-rate-empty"),
            Self::Period => visit.t("no-rate-period"),
            Self::Silent(months) => visit.say("no-rate-silent", &[("months", month_list(visit, months).into())]),
        }
    }
}

impl NoRate {
    /// The reason in the few words that a table has room for.
    pub(crate) fn in_short(&self, visit: &Visit) -> String {
        match self {
            Self::Outside => visit.t("outside-coverage"),
            Self::Part => visit.t("no-rate-part-short"),
            Self::Unstated => visit.t("not-computable"),
            Self::Population | Self::Empty => visit.t("no-rate-population-short"),
            Self::Period => visit.t("not-computable"),
            Self::Silent(months) => visit.say("no-rate-silent-short", &[("months", month_list(visit, months).into())]),
        }
    }
}

impl Rate {
    /// The rate of a count over a period, with the population of the year its middle lies in.
    /// A period in which the place was silent has no rate: it would be too low by an unknown amount. So has a
    /// place that the dataset is not about, or only in part.
    pub(crate) fn of(
        covers: Covers,
        count: u64,
        place: &Place,
        period: Option<Period>,
        silent: &[Month],
    ) -> Result<Self, NoRate> {
        match covers {
            Covers::Whole => {}
            Covers::Part => return Err(NoRate::Part),
            Covers::Nothing => return Err(NoRate::Outside),
            Covers::Unstated => return Err(NoRate::Unstated),
        }
        if !silent.is_empty() {
            return Err(NoRate::Silent(silent.to_vec()));
        }
        let year = middle_year(period.ok_or(NoRate::Period)?);
        let population = place.population.get(&year).copied().ok_or(NoRate::Population)?;
        if population == 0 {
            return Err(NoRate::Empty);
        }
        let scale = PER / population as f64;
        let limits = interval(count, CONFIDENCE).map_err(|_| NoRate::Empty)?;
        Ok(Self { value: count as f64 * scale, low: limits.low * scale, high: limits.high * scale, population, year })
    }

    /// `123.4`.
    pub(crate) fn text(&self) -> String {
        format::rate(self.value)
    }

    /// `120.1–126.8`.
    pub(crate) fn interval_text(&self) -> String {
        format!("{}–{}", format::rate(self.low), format::rate(self.high))
    }
}

/// The calendar year that holds the middle of a period.
pub(crate) fn middle_year(period: Period) -> i16 {
    let first = Month::of(period.from);
    let last = Month::of(period.until.yesterday().unwrap_or(period.from));
    let middle = i32::midpoint(first.index(), last.index() + 1);
    i16::try_from(middle.div_euclid(12)).unwrap_or(first.year)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use tequio_kernel::Shape;

    fn place(population: &[(i16, u64)]) -> Place {
        let population: BTreeMap<i16, u64> = population.iter().copied().collect();
        Place { code: "MX".into(), name: "M".into(), parent: None, population, shape: Shape::None }
    }

    #[test]
    fn rates_hold_their_value_within_their_interval() {
        let rate = Rate::of(Covers::Whole, 50, &place(&[(2020, 200_000)]), "2020".parse().ok(), &[]).expect("a rate");
        assert!((rate.value - 25.0).abs() < 1e-9 && rate.low < 25.0 && rate.high > 25.0);
        // Exact limits for 50 events at 95 %: 37.11 and 65.92 (Garwood 1936).
        assert!((rate.low * 2.0 - 37.11).abs() < 0.01 && (rate.high * 2.0 - 65.92).abs() < 0.01, "{rate:?}");
    }

    #[test]
    fn what_cannot_be_computed_says_why() {
        let year = "2020".parse().ok();
        let of = |population: &[(i16, u64)], year, silent: &[Month]| {
            Rate::of(Covers::Whole, 1, &place(population), year, silent)
        };
        assert_eq!(of(&[], year, &[]), Err(NoRate::Population));
        assert_eq!(of(&[(2020, 0)], year, &[]), Err(NoRate::Empty));
        assert_eq!(of(&[(2020, 5)], None, &[]), Err(NoRate::Period));
        let silent = [Month { year: 2020, month: 3 }];
        assert_eq!(of(&[(2020, 5)], year, &silent), Err(NoRate::Silent(silent.to_vec())));
        for (covers, reason) in
            [(Covers::Nothing, NoRate::Outside), (Covers::Part, NoRate::Part), (Covers::Unstated, NoRate::Unstated)]
        {
            assert_eq!(Rate::of(covers, 0, &place(&[(2020, 5)]), year, &[]), Err(reason));
        }
    }

    #[test]
    fn the_population_is_that_of_the_middle_of_the_period() {
        for (period, year) in [
            ("2020", 2020),
            ("2019-07..2020-06", 2020),
            ("2019-06..2020-05", 2019),
            ("2018..2020", 2019),
            ("2020-12-31", 2020),
        ] {
            assert_eq!(middle_year(period.parse().expect("a period")), year, "{period}");
        }
    }
}
