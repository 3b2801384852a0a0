//! A change: both periods side by side, its size with interval and what the test says.

use crate::indicators::{Answer, PER};
use crate::pages::speak;
use serde_json::{Value, json};
use tequio_frame::{Column, DataTable, Visit, format};

/// Below this a p-value is told as such: more digits mean nothing.
const P_VALUE_MIN: f64 = 0.001;

/// A change and its two sides.
pub(crate) struct Change {
    /// `+12.3%`; empty when there is none.
    pub value: String,
    pub interval: String,
    /// What the test says, or why there is no change.
    pub verdict: String,
    pub sides: Vec<Side>,
    pub table: DataTable,
}

/// A period.
pub(crate) struct Side {
    pub period: String,
    pub count: String,
    pub people: String,
    pub rate: String,
}

impl Change {
    pub(crate) fn of(visit: &Visit, answer: &Answer) -> Self {
        let of = &answer.observation;
        let detail = |name: &str| answer.details.get(name).cloned().unwrap_or(Value::Null);
        let against = detail("against").as_str().unwrap_or_default().to_owned();
        let sides = [
            (of.period.clone(), of.numerator, of.denominator),
            (against, detail("before").as_u64(), detail("denominator_before").as_u64()),
        ];
        let columns = [
            Column::time("period"),
            Column::count("count", "events"),
            Column::count("population", "inhabitants"),
            Column::number("change", "percent"),
            Column::number("low", "percent"),
            Column::number("high", "percent"),
            Column::number("p_value", "probability"),
        ];
        let rows = sides.iter().enumerate().map(|(index, (period, count, people))| {
            let first = |value: Option<f64>| if index == 0 { json!(value) } else { Value::Null };
            let ends = of.interval;
            [
                json!(period),
                json!(count),
                json!(people),
                first(of.value),
                first(ends.map(|span| span.low)),
                first(ends.map(|span| span.high)),
                first(detail("p_value").as_f64()),
            ]
        });
        Self {
            value: of.value.map(signed).unwrap_or_default(),
            interval: of
                .interval
                .map(|span| format!("{} – {}", signed(span.low), signed(span.high)))
                .unwrap_or_default(),
            verdict: verdict(visit, answer),
            table: DataTable::new("change", visit.t("ind-change-title"), columns, rows),
            sides: sides.iter().filter(|(period, ..)| !period.is_empty()).map(|side| told(visit, side)).collect(),
        }
    }
}

fn told(visit: &Visit, (period, count, people): &(String, Option<u64>, Option<u64>)) -> Side {
    let number = |number: &Option<u64>| number.map_or_else(|| "–".to_owned(), format::integer);
    let rate = count.zip(*people).filter(|(_, people)| *people > 0);
    Side {
        period: speak::period(visit, period),
        count: number(count),
        people: number(people),
        rate: rate.map_or_else(|| "–".to_owned(), |(count, people)| format::rate(count as f64 / people as f64 * PER)),
    }
}

/// A change in per cent with its sign.
fn signed(value: f64) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}%", format::decimal(value, 1))
}

fn verdict(visit: &Visit, answer: &Answer) -> String {
    if let Some(why) = &answer.observation.not_computable {
        return speak::why(visit, why);
    }
    let direction = answer.details.get("direction").and_then(Value::as_str).unwrap_or("uncertain");
    let p = answer.details.get("p_value").and_then(Value::as_f64).unwrap_or(1.0);
    let p = if p < P_VALUE_MIN { "p < 0.001".to_owned() } else { format!("p = {}", format::decimal(p, 3)) };
    let key = match direction {
        "up" => "ind-change-up",
        "down" => "ind-change-down",
        _ => "ind-change-unsure",
    };
    format!("{} ({p})", visit.t(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_its_sign() {
        assert_eq!((signed(12.34), signed(-3.0), signed(0.0)), ("+12.3%".into(), "−3.0%".into(), "0.0%".into()));
    }
}
