//! The series without its seasons beside the series as it was published.

use crate::indicators::Answer;
use serde_json::{Value, json};
use tequio_frame::chart::panel::{self, Series};
use tequio_frame::{Column, DataTable, Figure, Visit, format};
use tequio_kernel::Month;

/// The two lines and their table.
pub(crate) struct Adjusted {
    /// Each panel with its name: what was published, then without the seasons.
    pub panels: Vec<(String, String)>,
    /// The newest month first: month, count, adjusted, trend.
    pub rows: Vec<[String; 4]>,
    pub figure: Figure,
    pub table: DataTable,
}

impl Adjusted {
    /// `None` when the answer holds no months.
    pub(crate) fn of(visit: &Visit, answer: &Answer) -> Option<Self> {
        let months = answer.details.get("series")?.as_array()?;
        let course = |name: &str| -> Series {
            months.iter().filter_map(|month| Some((month_of(month)?, month[name].as_f64()))).collect()
        };
        let series = vec![course("count"), course("adjusted")];
        let names = [visit.t("ind-as-published"), visit.t("ind-without-seasons")];
        let top = panel::top(&series);
        let panels = names.iter().enumerate().map(|(own, name)| (name.clone(), panel::panel(&series, own, top, name)));
        let panels: Vec<(String, String)> = panels.collect();
        let number = |month: &Value, name: &str| {
            month[name].as_f64().map_or_else(String::new, |value| format::decimal(value, 0))
        };
        let row = |month: &Value| {
            let name = month_of(month).map(|month| visit.month_short(month)).unwrap_or_default();
            [name, number(month, "count"), number(month, "adjusted"), number(month, "trend")]
        };
        let columns = [
            Column::time("month"),
            Column::count("count", "events"),
            Column::number("adjusted", "events"),
            Column::number("trend", "events"),
            Column::number("seasonal", "events"),
        ];
        let cells = months.iter().map(|month| {
            let of = |name: &str| month[name].clone();
            [json!(month["period"]), of("count"), of("adjusted"), of("trend"), of("seasonal")]
        });
        let title = visit.t("ind-adjusted-title");
        let drawn = (names.to_vec(), series);
        Some(Self {
            panels,
            rows: months.iter().rev().map(row).collect(),
            figure: Figure::new("adjusted", title.clone(), answer.observation.place_name.clone(), move || {
                Ok(panel::drawing(&drawn.0, &drawn.1, top))
            }),
            table: DataTable::new("adjusted", title, columns, cells),
        })
    }
}

fn month_of(month: &Value) -> Option<Month> {
    month["period"].as_str()?.parse().ok()
}
