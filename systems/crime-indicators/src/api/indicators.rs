//! `GET /api/v1/indicators` and `/api/v1/indicators/{id}`.

use crate::api::dto::{CrimeIndicatorsAnswer, CrimeIndicatorsAsk, CrimeIndicatorsList};
use crate::api::refusals::{OfList, OfQuestion};
use crate::ask::Ask;
use crate::indicators::{Answer, indicator, indicators};
use crate::shelf::Shelf;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use std::sync::Arc;
use tequio_frame::form::json as text_of;
use tequio_frame::table::csv_field;
use tequio_frame::work::blocking;
use tequio_frame::{Form, Pairs, Problem, ProblemCode};
use tequio_kernel::IndicatorAbout;

/// Columns of an answer as CSV.
const COLUMNS: [&str; 12] = [
    "indicator",
    "place",
    "place_name",
    "period",
    "value",
    "low",
    "high",
    "numerator",
    "denominator",
    "flags",
    "not_computable",
    "editions",
];

/// The indicators, with what each says of itself.
#[utoipa::path(
    get,
    path = "/api/v1/indicators",
    operation_id = "crime_indicators_list",
    tag = "crime-indicators",
    params(("format" = Option<String>, Query, description = "`json` or `csv`, also as a suffix of the path")),
    responses(
        (status = 200, description = "The data dictionary", content((CrimeIndicatorsList = "application/json"), (String = "text/csv"))),
        OfList,
    )
)]
pub(super) async fn list(headers: HeaderMap, mut pairs: Pairs) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json, Form::Csv])?;
    pairs.refuse_rest("the list of indicators takes no parameters")?;
    let all: Vec<IndicatorAbout> = indicators().iter().map(|indicator| indicator.about()).collect();
    let text = match form {
        Form::Csv => dictionary(&all),
        _ => text_of(&json!({ "indicators": all }))?,
    };
    Ok(form.send_tagged(text, "indicators"))
}

/// Computes an indicator for a place and a period.
///
/// A value that cannot be computed is null, with the reason in `not_computable`; it is never zero in its place. Every
/// answer names the editions that it rests on.
#[utoipa::path(
    get,
    path = "/api/v1/indicators/{id}",
    operation_id = "crime_indicators_compute",
    tag = "crime-indicators",
    params(
        ("id" = String, Path, description = "Id of the indicator", example = "homicide-rate-deaths"),
        ("format" = Option<String>, Query, description = "`json` or `csv`, also as a suffix of the path"),
        CrimeIndicatorsAsk,
    ),
    responses(
        (status = 200, description = "The answer", content((CrimeIndicatorsAnswer = "application/json"), (String = "text/csv"))),
        OfQuestion,
    )
)]
pub(super) async fn compute(
    State(shelf): State<Arc<Shelf>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json, Form::Csv])?;
    let ask = Ask::parse(pairs.0.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        .map_err(|error| Problem::with(ProblemCode::BadQuery, error))?;
    blocking(shelf, move |shelf| {
        let answer = indicator(&id)?.compute(shelf, &ask)?;
        let text = match form {
            Form::Csv => csv(&answer),
            _ => text_of(&answer)?,
        };
        Ok(form.send_tagged(text, &id))
    })
    .await
}

/// What every indicator says of itself, a row each.
fn dictionary(all: &[IndicatorAbout]) -> String {
    let rows = all.iter().map(|about| {
        let unit = about.unit.map(|unit| unit.to_string()).unwrap_or_default();
        vec![
            json!(about.id),
            json!(about.title.0),
            json!(about.title.1),
            json!(about.measured),
            json!(unit),
            json!(about.measure),
            json!(about.formula),
            json!(about.method),
            json!(about.meaning.es),
            json!(about.meaning.en),
        ]
    });
    let header =
        ["id", "title_es", "title_en", "measured", "unit", "measure", "formula", "method", "meaning_es", "meaning_en"];
    table(&header, rows)
}

fn csv(answer: &Answer) -> String {
    let of = &answer.observation;
    let editions: Vec<String> = of.editions.iter().map(|used| format!("{}@{}", used.dataset, used.edition)).collect();
    let row = vec![
        json!(answer.indicator),
        json!(of.place),
        json!(of.place_name),
        json!(of.period),
        json!(of.value),
        json!(of.interval.map(|span| span.low)),
        json!(of.interval.map(|span| span.high)),
        json!(of.numerator),
        json!(of.denominator),
        json!(of.flags.join(" ")),
        json!(of.not_computable.as_ref().map(|why| why.code)),
        json!(editions.join(" ")),
    ];
    table(&COLUMNS, std::iter::once(row))
}

/// A table (RFC 4180); what a spreadsheet would take for a formula is made text.
fn table(header: &[&str], rows: impl Iterator<Item = Vec<Value>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory cannot fail.
    let _ = writer.write_record(header);
    for row in rows {
        let _ = writer.write_record(row.iter().map(csv_field));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
