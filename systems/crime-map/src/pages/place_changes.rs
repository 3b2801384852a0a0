//! The part of a place's page that says what changed.

use crate::analysis::Uncompared;
use crate::library::Library;
use crate::pages::ask::count;
use crate::pages::change::{Change, ChangeView, Periods, verdict_name};
use crate::pages::change_offences::OffenceChanges;
use crate::pages::place_subject::Subject;
use crate::pages::silence::months_of;
use crate::pages::trend::Trend;
use crate::spoken::Tongue;
use serde_json::{Value, json};
use tequio_frame::{Column, DataTable, Problem, Visit};
use tequio_kernel::{Counts, Dimension};

const INCIDENTS: &str = "incidents";
const SHARE: &str = "share of the count before, by day";

/// What changed, ready for its template.
pub(crate) struct Changes {
    pub views: Vec<ChangeView>,
    pub offences: Option<OffenceChanges>,
    pub data: DataTable,
}

impl Changes {
    /// The period of the page against the one before, and the latest three months where the period is the latest year.
    /// `None` where the series has no whole year.
    pub(crate) fn of(
        library: &Library,
        visit: &Visit,
        subject: &Subject,
        trend: &Trend,
        by_offence: &Counts,
        link: impl Fn(&str) -> String,
    ) -> Result<Option<Self>, Problem> {
        let Some(periods) = subject.period.and_then(Periods::of) else { return Ok(None) };
        let mut changes = Vec::new();
        let mut offences = None;
        match periods.refusal(&subject.span, &trend.silent_months) {
            Some(refusal) => changes.push((periods, Err(refusal))),
            None => {
                let before = count(library, &subject.query(vec![Dimension::Offence], Some(periods.before)))?.counts;
                changes.push((periods, Ok(Change::of(&periods, by_offence.total, before.total))));
                offences = Some(OffenceChanges::of(visit, &periods, by_offence, &before, link));
            }
        }
        let latest = subject.period == subject.span.latest_year();
        let quarter = latest.then(|| Periods::of_latest_quarter(&subject.span)).flatten();
        changes.extend(quarter.map(|periods| (periods, of_months(&periods, subject, trend))));
        let views = changes.iter().map(|(periods, change)| ChangeView::of(visit, periods, change)).collect();
        Ok(Some(Self { views, offences, data: data(visit, &changes) }))
    }

    /// The tables of this part.
    pub(crate) fn tables(&self) -> impl Iterator<Item = DataTable> {
        let offences = self.offences.as_ref().map(|offences| offences.data.clone());
        std::iter::once(self.data.clone()).chain(offences)
    }
}

/// A change between whole months, which the trend has counted.
fn of_months(periods: &Periods, subject: &Subject, trend: &Trend) -> Result<Change, Uncompared> {
    if let Some(refusal) = periods.refusal(&subject.span, &trend.silent_months) {
        return Err(refusal);
    }
    let sum = |period| {
        let months = months_of(period);
        trend.steps.iter().filter(|(month, _)| months.contains(month)).filter_map(|(_, count)| *count).sum()
    };
    Ok(Change::of(periods, sum(periods.now), sum(periods.before)))
}

fn data(visit: &Visit, changes: &[(Periods, Result<Change, Uncompared>)]) -> DataTable {
    let columns = [
        Column::time("period"),
        Column::time("period_before"),
        Column::count("count", INCIDENTS),
        Column::count("count_before", INCIDENTS),
        Column::number("change", SHARE),
        Column::number("change_low", SHARE),
        Column::number("change_high", SHARE),
        Column::number("p_value", "probability"),
        Column::text("verdict"),
        Column::text("note"),
    ];
    let rows = changes.iter().map(|(periods, change)| {
        let known = change.as_ref().ok();
        [
            json!(periods.now.to_string()),
            json!(periods.before.to_string()),
            json!(known.map(|change| change.now)),
            json!(known.map(|change| change.before)),
            json!(known.and_then(Change::share)),
            json!(known.and_then(Change::share_low)),
            json!(known.and_then(Change::share_high)),
            json!(known.map(|change| change.p_value)),
            json!(known.map(|change| verdict_name(change.verdict(change.p_value)))),
            change.as_ref().err().map_or(Value::Null, |refusal| json!(refusal.in_words(Tongue::of(visit)))),
        ]
    });
    DataTable::new("changes", visit.t("change-title"), columns, rows)
}
