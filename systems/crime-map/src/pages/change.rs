//! What changed between two periods, in words, and whether by more than chance.

use crate::analysis::Uncompared;
use crate::pages::silence::months_of;
use crate::pages::span::{Span, period_in_words};
use crate::spoken::Tongue;
use tequio_frame::{Visit, format};
use tequio_kernel::{Month, Period};
use tequio_methods::change::{Direction, direction_of};
use tequio_methods::rate_ratio::{Observed, RateRatio, e_test, rate_ratio};

/// Confidence of the intervals.
pub(crate) const CONFIDENCE: f64 = 0.95;
/// Months of the short comparison.
const QUARTER_MONTHS: usize = 3;

/// A period and the one it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Periods {
    pub now: Period,
    pub before: Period,
}

impl Periods {
    /// A period against the same days a year before, or against the one before it where it is longer than a year.
    pub(crate) fn of(now: Period) -> Option<Self> {
        let year_before = now.year_before().filter(|before| before.until <= now.from);
        Some(Self { now, before: year_before.or_else(|| now.previous())? })
    }

    /// The latest three months against the same months a year before.
    pub(crate) fn of_latest_quarter(span: &Span) -> Option<Self> {
        let first = span.months.len().checked_sub(QUARTER_MONTHS)?;
        let (first, last) = (span.months.get(first)?, span.months.last()?);
        Self::of(Period { from: first.first_day()?, until: last.next().first_day()? })
    }

    /// Why the two are not compared, if there is a reason.
    pub(crate) fn refusal(&self, span: &Span, silent: &[Month]) -> Option<Uncompared> {
        let months: Vec<Month> = months_of(self.before).into_iter().chain(months_of(self.now)).collect();
        let first = span.months.first().copied();
        if let Some(first) = first.filter(|first| months.iter().any(|month| month < first)) {
            return Some(Uncompared::Begins(first));
        }
        let of = |holds: &dyn Fn(&Month) -> bool| months.iter().copied().filter(holds).collect::<Vec<Month>>();
        let missing = of(&|month| span.missing.contains(month) || !span.months.contains(month));
        let silent = of(&|month| silent.contains(month));
        match (missing.is_empty(), silent.is_empty()) {
            (false, _) => Some(Uncompared::Missing(missing)),
            (_, false) => Some(Uncompared::Silent(silent)),
            _ => None,
        }
    }

    fn days(&self) -> (f64, f64) {
        let days = |period: Period| f64::from((period.until - period.from).get_days());
        (days(self.now), days(self.before))
    }
}

/// Name of what is to be made of a difference, for programs.
pub(crate) fn verdict_name(verdict: Direction) -> &'static str {
    match verdict {
        Direction::Up => "more",
        Direction::Down => "fewer",
        Direction::NoMoreThanChance => "not_distinguishable_from_chance",
    }
}

/// The few words of it that a table has room for.
pub(crate) fn verdict_in_short(visit: &Visit, verdict: Direction) -> String {
    match verdict {
        Direction::Up => visit.t("verdict-more"),
        Direction::Down => visit.t("verdict-fewer"),
        Direction::NoMoreThanChance => visit.t("verdict-chance"),
    }
}

/// Two counts of the same thing, compared by day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Change {
    pub now: u64,
    pub before: u64,
    /// `None` when nothing happened in either period.
    pub ratio: Option<RateRatio>,
    /// Probability of as large a difference by chance.
    pub p_value: f64,
}

impl Change {
    pub(crate) fn of(periods: &Periods, now: u64, before: u64) -> Self {
        let (days_now, days_before) = periods.days();
        Self::observed(Observed { count: now, exposure: days_now }, Observed { count: before, exposure: days_before })
    }

    /// The same for counts over other exposures, such as inhabitants.
    pub(crate) fn observed(now: Observed, before: Observed) -> Self {
        Self {
            now: now.count,
            before: before.count,
            ratio: rate_ratio(now, before, CONFIDENCE).ok(),
            p_value: e_test(now, before).map_or(1.0, |test| test.p_value),
        }
    }

    /// What is to be made of it; `p_value` may be one that was corrected for many comparisons.
    pub(crate) fn verdict(&self, p_value: f64) -> Direction {
        self.ratio.map_or(Direction::NoMoreThanChance, |ratio| direction_of(&ratio, p_value, CONFIDENCE))
    }

    /// Second count taken from the first.
    pub(crate) fn difference(&self) -> i64 {
        i64::try_from(self.now).unwrap_or(i64::MAX) - i64::try_from(self.before).unwrap_or(i64::MAX)
    }

    /// The change as a share of what was before, with its limits; `None` where there is none.
    pub(crate) fn share(&self) -> Option<f64> {
        self.ratio.and_then(|ratio| ratio.value).map(|value| value - 1.0)
    }

    pub(crate) fn share_low(&self) -> Option<f64> {
        self.ratio.map(|ratio| ratio.low - 1.0)
    }

    pub(crate) fn share_high(&self) -> Option<f64> {
        self.ratio.and_then(|ratio| ratio.high).map(|high| high - 1.0)
    }

    /// `+7.5%`, or a dash.
    pub(crate) fn share_text(&self) -> String {
        self.share().map_or_else(|| "–".to_owned(), percent)
    }

    /// `+3.6% a +11.5%`, or a dash.
    pub(crate) fn interval_text(&self, visit: &Visit) -> String {
        let (Some(low), Some(_)) = (self.share_low(), self.share()) else { return "–".to_owned() };
        self.share_high().map_or_else(
            || "–".to_owned(),
            |high| visit.say("range", &[("low", percent(low).into()), ("high", percent(high).into())]),
        )
    }
}

/// A change with its sign: `+7.5%`, `−3.0%`, `0.0%`.
fn percent(share: f64) -> String {
    let text = format::decimal(share * 100.0, 1);
    let sign = if share > 0.0 && text != "0.0" { "+" } else { "" };
    format!("{sign}{text}%")
}

/// A difference with its sign.
pub(crate) fn signed(difference: i64) -> String {
    let sign = match difference {
        1.. => "+",
        0 => "",
        _ => "−",
    };
    format!("{sign}{}", format::integer(difference.unsigned_abs()))
}

/// A comparison ready for its template.
pub(crate) struct ChangeView {
    pub heading: String,
    /// The change in percent; empty when it is refused or none can be stated.
    pub figure: String,
    /// What stands in place of a figure.
    pub none: String,
    pub text: String,
}

impl ChangeView {
    pub(crate) fn of(visit: &Visit, periods: &Periods, change: &Result<Change, Uncompared>) -> Self {
        let text = match change {
            Ok(change) => sentences(visit, periods, change),
            Err(refusal) => refusal.in_words(Tongue::of(visit)),
        };
        let figure = change.as_ref().ok().filter(|change| change.share().is_some());
        let none = if change.is_ok() { "change-no-share" } else { "change-refused" };
        Self {
            heading: heading(visit, periods),
            figure: figure.map(Change::share_text).unwrap_or_default(),
            none: visit.t(none),
            text,
        }
    }
}

/// `2025 frente a 2024`.
pub(crate) fn heading(visit: &Visit, periods: &Periods) -> String {
    let args = [
        ("now", period_in_words(visit, periods.now).into()),
        ("before", period_in_words(visit, periods.before).into()),
    ];
    visit.say("change-heading", &args)
}

fn sentences(visit: &Visit, periods: &Periods, change: &Change) -> String {
    let difference = change.difference();
    let counts = [
        ("now", change.now.into()),
        ("before", change.before.into()),
        ("difference", difference.unsigned_abs().into()),
    ];
    let key = match difference {
        _ if change.now + change.before == 0 => "change-nothing",
        0 => "change-same",
        1.. => "change-more",
        _ => "change-fewer",
    };
    let mut parts = vec![visit.say(key, &counts)];
    if change.share().is_some() {
        parts.push(visit.say("change-interval", &[("interval", change.interval_text(visit).into())]));
    }
    let verdict = match change.verdict(change.p_value) {
        Direction::Up => "change-beyond-more",
        Direction::Down => "change-beyond-fewer",
        Direction::NoMoreThanChance => "change-chance",
    };
    if difference != 0 {
        parts.push(visit.t(verdict));
    }
    let (now, before) = periods.days();
    if now != before {
        parts.push(visit.say("change-days", &[("now", now.into()), ("before", before.into())]));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn periods(text: &str) -> Periods {
        Periods::of(text.parse().expect("a period")).expect("a period before")
    }

    fn span(first: &str, count: usize, missing: &[&str]) -> Span {
        let first: Month = first.parse().expect("a month");
        let months = std::iter::successors(Some(first), |month| Some(month.next())).take(count).collect();
        Span { months, missing: missing.iter().map(|month| month.parse().expect("a month")).collect() }
    }

    #[test]
    fn a_year_is_compared_with_the_year_before_and_longer_periods_with_what_precedes_them() {
        assert_eq!(periods("2024").before.to_string(), "2023");
        assert_eq!(periods("2024-02").before.to_string(), "2023-02");
        assert_eq!(periods("2023..2024").before.to_string(), "2021..2022");
        let quarter = Periods::of_latest_quarter(&span("2023-01", 14, &[])).expect("a quarter");
        assert_eq!(
            (quarter.now.to_string(), quarter.before.to_string()),
            ("2023-12..2024-02".into(), "2022-12..2023-02".into())
        );
    }

    #[test]
    fn periods_with_months_missing_are_not_compared() {
        let whole = span("2023-01", 24, &[]);
        assert_eq!(periods("2024").refusal(&whole, &[]), None);
        let month = |text: &str| text.parse::<Month>().expect("a month");
        assert_eq!(periods("2023").refusal(&whole, &[]), Some(Uncompared::Begins(month("2023-01"))));
        let gap = span("2023-01", 24, &["2023-05"]);
        assert_eq!(periods("2024").refusal(&gap, &[]), Some(Uncompared::Missing(vec![month("2023-05")])));
        assert_eq!(
            periods("2025").refusal(&whole, &[]).map(|r| matches!(r, Uncompared::Missing(m) if m.len() == 12)),
            Some(true)
        );
        assert_eq!(
            periods("2024").refusal(&whole, &[month("2024-02")]),
            Some(Uncompared::Silent(vec![month("2024-02")]))
        );
    }

    #[test]
    fn only_what_passes_test_and_interval_is_more_than_chance() {
        let of = |now, before| Change::of(&periods("2023"), now, before);
        let verdict = |change: Change| change.verdict(change.p_value);
        assert_eq!(verdict(of(1_200, 1_000)), Direction::Up);
        assert_eq!(verdict(of(1_000, 1_200)), Direction::Down);
        assert_eq!(verdict(of(20, 10)), Direction::NoMoreThanChance);
        // The test alone says 0.0198 here, and the interval still holds one rate for both.
        assert_eq!(verdict(of(5, 0)), Direction::NoMoreThanChance);
        assert_eq!(verdict(of(0, 0)), Direction::NoMoreThanChance);
        assert_eq!(of(1_200, 1_000).verdict(0.2), Direction::NoMoreThanChance, "a corrected p-value counts");
    }

    #[test]
    fn a_leap_year_is_compared_by_day() {
        let change = Change::of(&periods("2024"), 3_660, 3_650);
        assert!(change.share().expect("a share").abs() < 1e-12, "ten a day in both years");
        assert_eq!((change.difference(), change.share_text()), (10, "0.0%".to_owned()));
    }

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!((percent(0.075), percent(-0.03), percent(0.0001)), ("+7.5%".into(), "−3.0%".into(), "0.0%".into()));
        assert_eq!((signed(1_200), signed(0), signed(-7)), ("+1,200".into(), "0".into(), "−7".into()));
        assert_eq!(Change::of(&periods("2023"), 4, 0).share_text(), "–");
    }
}
