//! What an analysis draws besides its map: the curve of concentration, and near repeats by bands of distance and days.

use crate::analysis::Report;
use serde_json::Value;
use tequio_frame::chart::lorenz;
use tequio_frame::{DataTable, Figure, Visit, format};

/// Probability by chance above which nothing is made of a ratio.
const CHANCE_MAX: f64 = 0.05;
/// From which ratio each shade is used; below the last there are about as many pairs as chance gives, or fewer.
const SHADES: [(f64, &str); 5] = [(2.0, "c6"), (1.5, "c5"), (1.25, "c3"), (1.1, "c2"), (1.05, "c1")];

/// A curve of concentration.
pub(super) struct Curve {
    pub svg: String,
    pub text: String,
    shares: lorenz::Shares,
    mark: Option<(f64, f64)>,
    title: String,
}

impl Curve {
    /// None for other analyses, and where nothing was counted.
    pub(super) fn of(visit: &Visit, report: &Report) -> Option<Self> {
        let fact = |name: &str| report.fact(name).and_then(Value::as_f64);
        let (gini, adjusted, chance) = (fact("gini")?, fact("gini_adjusted")?, fact("gini_by_chance")?);
        let counts: Vec<u64> =
            report.table.row_objects().filter_map(|row| row.get("count").and_then(Value::as_u64)).collect();
        let shares = lorenz::shares(&counts);
        let n = report.chosen("n").and_then(Value::as_u64)?;
        let mark = shares.get(usize::try_from(n).ok()?).copied();
        let two = |value: f64| format::decimal(value, 2);
        let args = [("n", n.into()), ("gini", two(gini).into()), ("chance", two(chance).into())];
        let title = visit.t("analysis-table-lorenz");
        let few = || visit.say("analysis-curve-few", &[("adjusted", two(adjusted).into())]);
        let text = visit.say("analysis-curve-text", &args);
        // With as many incidents as places or more both are the same.
        let text = if two(adjusted) == two(gini) { text } else { format!("{text} {}", few()) };
        let svg = lorenz::curve(&shares, mark, &title);
        (!shares.is_empty()).then_some(Self { svg, text, shares, mark, title })
    }

    /// The same as a picture that stands alone.
    pub(super) fn figure(&self, caption: &str) -> Figure {
        let (shares, mark) = (self.shares.clone(), self.mark);
        let figure = Figure::new("lorenz", &self.title, caption, move || Ok(lorenz::drawing(&shares, mark)));
        figure.with_notes([self.text.clone()])
    }
}

/// Ratios of pairs, distance by distance and band of days by band of days. The table is the picture.
pub(super) struct Bands {
    pub days: Vec<String>,
    /// A distance, and a cell for every band of days.
    pub rows: Vec<(String, Vec<Shaded>)>,
}

/// A ratio and its shade.
pub(super) struct Shaded {
    pub text: String,
    pub shade: &'static str,
    /// True where it is more than chance gives.
    pub beyond: bool,
}

impl Bands {
    /// None for other analyses.
    pub(super) fn of(report: &Report) -> Option<Self> {
        (report.table.id == "bands").then(|| Self::of_table(&report.table))
    }

    fn of_table(table: &DataTable) -> Self {
        let mut bands = Self { days: Vec::new(), rows: Vec::new() };
        for row in table.row_objects() {
            let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let number = |name: &str| row.get(name).and_then(Value::as_f64);
            let (distance, days) = (text("distance"), text("days"));
            if bands.rows.last().is_none_or(|(known, _)| *known != distance) {
                bands.rows.push((distance, Vec::new()));
            }
            if !bands.days.contains(&days) {
                bands.days.push(days);
            }
            if let Some((_, cells)) = bands.rows.last_mut() {
                cells.push(shaded(number("ratio"), number("p_value")));
            }
        }
        bands
    }
}

fn shaded(ratio: Option<f64>, p_value: Option<f64>) -> Shaded {
    let Some(ratio) = ratio else { return Shaded { text: "–".to_owned(), shade: "unknown", beyond: false } };
    let shade = SHADES.iter().find(|(from, _)| ratio >= *from).map_or("plain", |(_, shade)| shade);
    let beyond = ratio > 1.0 && p_value.is_some_and(|p_value| p_value <= CHANCE_MAX);
    Shaded { text: format::decimal(ratio, 2), shade, beyond }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tequio_frame::Column;

    #[test]
    fn ratios_stand_by_distance_and_days_and_only_sure_ones_are_marked() {
        let columns = [
            Column::text("distance"),
            Column::text("days"),
            Column::number("ratio", "ratio"),
            Column::number("p_value", "probability"),
        ];
        let row = |distance: &str, days: &str, ratio: Value, p: f64| [json!(distance), json!(days), ratio, json!(p)];
        let rows = [
            row("[0, 200)", "[0, 7)", json!(2.4), 0.001),
            row("[0, 200)", "[7, 14)", json!(1.2), 0.4),
            row("[200, 400)", "[0, 7)", json!(0.9), 0.01),
            row("[200, 400)", "[7, 14)", Value::Null, 1.0),
        ];
        let bands = Bands::of_table(&DataTable::new("bands", "", columns, rows));
        assert_eq!(bands.days, ["[0, 7)", "[7, 14)"]);
        let found: Vec<(&str, &str, bool)> =
            bands.rows.iter().flat_map(|(_, cells)| cells).map(|c| (c.text.as_str(), c.shade, c.beyond)).collect();
        let wanted = [("2.40", "c6", true), ("1.20", "c2", false), ("0.90", "plain", false), ("–", "unknown", false)];
        assert_eq!(found, wanted);
        assert_eq!(
            bands.rows.iter().map(|(distance, _)| distance.as_str()).collect::<Vec<_>>(),
            ["[0, 200)", "[200, 400)"]
        );
    }
}
