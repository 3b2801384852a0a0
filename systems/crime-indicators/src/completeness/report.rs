//! The table of completeness: a row for each agency and period of which something is expected or there.

use super::{Completeness, Delivered, Delivery};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tequio_frame::{Column, DataTable};
use tequio_kernel::{Frequency, Manifest, Step};
use tequio_reference::gazetteer;

/// Name of a state; what is none keeps its code.
pub fn agency_name(code: &str) -> String {
    let known = gazetteer().ok().and_then(|gazetteer| gazetteer.name(code));
    known.unwrap_or(code).to_owned()
}

/// What an agency delivered of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgencyPeriod<'a> {
    /// Code of the agency: `MX-11`.
    pub agency: &'a str,
    /// The period.
    pub step: Step,
    /// The state of the delivery.
    pub state: Delivery,
    /// Series in numbers.
    pub series: Delivered,
}

impl Completeness {
    /// The rows, by agency and period; none where nothing is expected and nothing is there.
    pub fn rows(&self) -> impl Iterator<Item = AgencyPeriod<'_>> {
        let pairs = self.agencies().flat_map(|agency| self.steps().map(move |step| (agency, step)));
        pairs.filter_map(|(agency, step)| {
            let series = self.delivered(agency, step)?;
            Some(AgencyPeriod { agency, step, state: series.state()?, series })
        })
    }

    /// The rows as a table with a title.
    pub fn table(&self, title: String) -> DataTable {
        let columns = [
            Column::text("agency"),
            Column::text("name"),
            Column::time("period"),
            Column::text("state"),
            Column::count("observed", "series"),
            Column::count("missing", "series"),
            Column::count("stray", "series"),
        ];
        let row = |row: AgencyPeriod<'_>| {
            [
                json!(row.agency),
                json!(agency_name(row.agency)),
                json!(row.step.to_string()),
                json!(row.state.name()),
                json!(row.series.observed),
                json!(row.series.missing),
                json!(row.series.stray),
            ]
        };
        DataTable::new("completeness", title, columns, self.rows().map(row))
    }

    /// The whole document, as the command and the API give it.
    pub fn document(&self, manifest: &Manifest) -> Value {
        let summary: BTreeMap<&str, u64> = self.summary().into_iter().map(|(state, n)| (state.name(), n)).collect();
        let rows: Vec<Value> = self.rows().map(|row| row.to_json()).collect();
        json!({
            "dataset": manifest.dataset,
            "edition": manifest.edition,
            "published": manifest.known_from(),
            "cutoff": manifest.counts.as_ref().map(|counts| &counts.cutoff),
            "frequency": if self.frequency == Frequency::Month { "month" } else { "year" },
            "summary": summary,
            "rows": rows,
        })
    }
}

impl AgencyPeriod<'_> {
    fn to_json(self) -> Value {
        json!({
            "agency": self.agency,
            "name": agency_name(self.agency),
            "period": self.step.to_string(),
            "state": self.state.name(),
            "observed": self.series.observed,
            "missing": self.series.missing,
            "stray": self.series.stray,
        })
    }
}
