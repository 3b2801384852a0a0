//! Where counts rose or fell between two periods by more than chance: the rule of the pages of places, for every place of
//! a layer at once.

use super::hints::{Hint, refused};
use super::options::{Options, period};
use super::report::{NO_DATA, Report, Spot, code_of};
use super::units::Units;
use super::{About, Analysis, AnalysisError, Asked, Parameter, Uncompared};
use crate::pages::{CONFIDENCE, Change, Periods, verdict_name};
use serde_json::json;
use tequio_frame::{Column, DataTable};
use tequio_kernel::period::PeriodError;
use tequio_kernel::{Period, Query};
use tequio_methods::change::Direction;
use tequio_methods::false_discovery::adjusted;

/// The analysis.
pub(super) struct Changes;

const BEFORE: Parameter = Parameter {
    name: "before",
    default: "",
    meaning: "Period compared with; else the same days a year before, or the period before where it is longer than a year",
    values: &[],
    written: period,
    check: |options, _, _| before(options).map(drop),
};

static ABOUT: About = About {
    id: "change",
    method: "Ratio of two Poisson counts by day with its exact interval, E-test, false-discovery control",
    reference: "K. Krishnamoorthy and J. Thomson, Journal of Statistical Planning and Inference 119 (2004), \
        with the variance of K. Gu and others, Biometrical Journal 50 (2008); \
        Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995)",
    parameters: &[BEFORE],
    shown: &["count_before", "count", "ratio", "p_value_adjusted", "class"],
};

const CLASSES: [&str; 4] = ["more", "fewer", "not_distinguishable_from_chance", NO_DATA];

impl Analysis for Changes {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn run(&self, asked: &Asked<'_>) -> Result<Report, AnalysisError> {
        let periods = periods(asked)?;
        if periods.before.from < periods.now.until && periods.now.from < periods.before.until {
            return Err(Uncompared::Overlap.into());
        }
        if let Some(refusal) = periods.refusal(&asked.span, &[]) {
            return Err(refusal.into());
        }
        let of = |period| {
            let mut query: Query = asked.query.clone();
            query.filter.period = Some(period);
            query
        };
        let (of_now, of_before) = (of(periods.now), of(periods.before));
        let units = |query: &Query| Units::of(&Asked { query: query.clone(), ..asked.clone() });
        let (mut now, mut before) = (units(&of_now)?, units(&of_before)?);
        asked.refuse_none(now.total + before.total, &[&of_now, &of_before])?;
        // A place has a figure when it reported in both periods; in the order of the layer both lists are the same.
        now.list.sort_by_key(|unit| unit.place);
        before.list.sort_by_key(|unit| unit.place);
        let both = now.list.iter_mut().zip(&before.list);
        // The silence of a state in one of the two would be a change in all its municipalities.
        both.for_each(|(unit, before)| unit.reported &= before.reported && !unit.held && !before.held);
        now.silent_holders.append(&mut before.silent_holders);
        now.silent_holders.sort_unstable();
        now.silent_holders.dedup();
        let rows = compared(&periods, &now, &before);
        let mut report = report(asked, &now, &rows);
        report.query.filter.period = Some(periods.now);
        report.chose(BEFORE.name, periods.before.to_string());
        report.chose("confidence", CONFIDENCE);
        let beyond = rows
            .iter()
            .filter(|row| row.class() != verdict_name(Direction::NoMoreThanChance) && row.class() != NO_DATA)
            .count();
        let whole = Change::of(&periods, now.total, before.total);
        report.facts.push(("total_before", json!(before.total)));
        report.facts.push(("ratio", json!(whole.ratio.and_then(|ratio| ratio.value))));
        let tested = rows.iter().filter(|row| row.change.is_some()).count();
        report.facts.push(("tested", json!(tested)));
        report.facts.push(("beyond_chance", json!(beyond)));
        report.remark("change-means", &[("n", tested.into()), ("beyond", beyond.into())])?;
        report.remark("change-not", &[])?;
        report.remark_units(&now)?;
        Ok(report)
    }
}

fn periods(asked: &Asked<'_>) -> Result<Periods, AnalysisError> {
    let now = asked.query.filter.period.or_else(|| asked.span.latest_year());
    let now = now.ok_or(Uncompared::NoYear)?;
    match before(asked.options)? {
        None => Ok(Periods::of(now).ok_or(Uncompared::NothingBefore)?),
        Some(before) => Ok(Periods { now, before }),
    }
}

/// The period that is named to compare with.
fn before(options: &Options) -> Result<Option<Period>, AnalysisError> {
    let text = Some(options.text(BEFORE.name)).filter(|text| !text.is_empty());
    let hint = |error| match error {
        PeriodError::Unreadable(_) => Hint::Period,
        PeriodError::Backwards { ordered, .. } => Hint::Backwards(ordered),
    };
    text.map(|text| text.parse().map_err(|error| refused(BEFORE.name, text, hint(error)))).transpose()
}

/// A place in both periods.
struct Row {
    spot: Spot,
    change: Option<Change>,
    adjusted: f64,
}

impl Row {
    fn class(&self) -> &'static str {
        self.change.map_or(NO_DATA, |change| verdict_name(change.verdict(self.adjusted)))
    }
}

/// The rows, the surest first.
fn compared(periods: &Periods, now: &Units, before: &Units) -> Vec<Row> {
    let changes: Vec<Option<Change>> = now
        .list
        .iter()
        .zip(&before.list)
        .map(|(now, before)| now.reported.then(|| Change::of(periods, now.count, before.count)))
        .collect();
    let p_values: Vec<f64> = changes.iter().flatten().map(|change| change.p_value).collect();
    let mut corrected = adjusted(&p_values).into_iter();
    let mut rows: Vec<Row> = now
        .list
        .iter()
        .zip(changes)
        .map(|(unit, change)| {
            let adjusted = change.and_then(|_| corrected.next()).unwrap_or(f64::INFINITY);
            let mut row =
                Row { spot: Spot { key: unit.key.clone(), place: unit.place, class: NO_DATA }, change, adjusted };
            row.spot.class = row.class();
            row
        })
        .collect();
    let size = |row: &Row| row.change.map_or(0, |change| change.difference().unsigned_abs());
    rows.sort_by(|a, b| a.adjusted.total_cmp(&b.adjusted).then(size(b).cmp(&size(a))));
    rows
}

fn report(asked: &Asked<'_>, units: &Units, rows: &[Row]) -> Report {
    const RATIO: &str = "ratio of incidents a day";
    let columns = [
        Column::text("place"),
        Column::text("name"),
        Column::count("count_before", "incidents"),
        Column::count("count", "incidents"),
        Column::number("ratio", RATIO),
        Column::number("ratio_low", RATIO),
        Column::number("ratio_high", RATIO),
        Column::number("p_value", "probability"),
        Column::number("p_value_adjusted", "probability"),
        Column::text("class"),
    ];
    let values = rows.iter().map(|row| {
        let ((place, name), change) = (code_of(&row.spot.key), row.change);
        let ratio = change.and_then(|change| change.ratio);
        [
            json!(place),
            json!(name),
            json!(change.map(|change| change.before)),
            json!(change.map(|change| change.now)),
            json!(ratio.and_then(|ratio| ratio.value)),
            json!(ratio.map(|ratio| ratio.low)),
            json!(ratio.and_then(|ratio| ratio.high)),
            json!(change.map(|change| change.p_value)),
            json!(change.map(|_| row.adjusted)),
            json!(row.class()),
        ]
    });
    let table = DataTable::new("places", "Change by place", columns, values);
    let spots = rows.iter().map(|row| row.spot.clone()).collect();
    Report { spots, classes: &CLASSES, ..Report::new(asked, &ABOUT, units, table) }
}
