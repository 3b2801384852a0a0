//! `GET /claims`: sentences about figures, tested against every series, unit, edition and denominator.

use crate::claims::{Checked, ClaimError, Lack, Test, Verdict, checked_examples, checked_fields};
use crate::completeness::agency_name;
use crate::indicators::known_measure;
use crate::pages::claim_fields::ClaimFields;
use crate::pages::proof::unit_words;
use crate::shelf::Shelf;
use askama::Template;
use axum::extract::State;
use serde_json::json;
use std::sync::Arc;
use tequio_frame::address::encode;
use tequio_frame::work::blocking;
use tequio_frame::{Column, DataTable, Language, Page, Pairs, Problem, ProblemCode, Visit, format};
use tequio_reference::{Claim, Statement, claims, measures};

/// Tests of one claim that a page lists; the data of the page have all of them.
const TESTS_SHOWN: usize = 40;
/// Kinds of sentences, as addresses write them.
const STATEMENTS: [&str; 4] = ["rate", "level", "change", "share-of-top"];

#[derive(Template)]
#[template(path = "claims.html")]
struct ClaimsPage<'a> {
    v: &'a Visit,
    form: &'a ClaimFields,
    measures: Vec<Choice>,
    statements: Vec<Choice>,
    /// What is wrong with the fields; empty when nothing is.
    error: Refused,
    result: Option<Outcome>,
    examples: Vec<Example>,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// What came of testing the claim of the address.
struct Outcome {
    sentence: String,
    verdict_words: String,
    meaning: String,
    stated: String,
    about: String,
    tests: Vec<TestRow>,
    left: usize,
    missing: Vec<String>,
    source: String,
}

struct TestRow {
    reproduces: bool,
    value: String,
    of: String,
    series: String,
    href: String,
    edition: String,
    unit: String,
    denominator: String,
    periods: String,
    synthetic: bool,
}

struct Example {
    href: String,
    sentence: String,
    stated: String,
    verdict_words: String,
    tests: String,
}

/// `GET /claims`.
pub(crate) async fn page(State(shelf): State<Arc<Shelf>>, visit: Visit, mut pairs: Pairs) -> Result<Page, Problem> {
    let example = pairs.take("example");
    let form = ClaimFields::take(&mut pairs)?;
    blocking(shelf, move |shelf| {
        let checked = checked_examples(shelf)?;
        let known = claims().map_err(|error| Problem::with(ProblemCode::Internal, error))?;
        let (form, tested, error) = tested(shelf, &visit, example.as_deref(), form, &checked, known)?;
        let source = known.iter().find(|claim| tested.as_ref().is_some_and(|tested| tested.id == claim.id));
        let page = ClaimsPage {
            v: &visit,
            measures: measure_choices(&visit, &form.measure)?,
            statements: statement_choices(&visit, &form.statement),
            error,
            result: tested.as_ref().map(|tested| result(&visit, tested, source)),
            examples: checked.iter().map(|checked| example_of(&visit, checked)).collect(),
            form: &form,
        };
        let rendered = Page::render(visit.t("claims-title"), visit.t("claims-description"), &page)?;
        let rendered = rendered.with_table(examples_data(&visit, &checked));
        Ok(rendered.with_tables(tested.as_ref().map(|tested| tests_data(&visit, tested))))
    })
    .await
}

/// Why the fields of the form are no claim.
#[derive(Default)]
struct Refused {
    text: String,
    language: &'static str,
}

impl Refused {
    /// In the language of the page, where there are words for it.
    fn of(visit: &Visit, error: &ClaimError) -> Option<Self> {
        let field = match error {
            ClaimError::Field { field, .. } => field,
            ClaimError::Value(_) => "value",
            _ => return None,
        };
        let text = visit.t_or(&format!("claims-wrong-{field}"), "");
        (!text.is_empty()).then(|| Self { text, language: visit.language.code() })
    }
}

/// The claim of the address: a worked example, or the fields of the form; nothing when neither is there.
fn tested(
    shelf: &Shelf,
    visit: &Visit,
    example: Option<&str>,
    form: ClaimFields,
    checked: &[Arc<Checked>],
    known: &[Claim],
) -> Result<(ClaimFields, Option<Arc<Checked>>, Refused), Problem> {
    if let Some(id) = example {
        let none = || Problem::with(ProblemCode::NotFound, format!("there is no worked example `{id}`"));
        let found = checked.iter().find(|checked| checked.id == id).ok_or_else(none)?;
        let fields = known.iter().find(|claim| claim.id == id).map(|claim| fields_of(visit, claim)).unwrap_or_default();
        return Ok((fields, Some(found.clone()), Refused::default()));
    }
    if form == ClaimFields::default() {
        return Ok((form, None, Refused::default()));
    }
    match checked_fields(shelf, &form.fields()) {
        Ok(found) => Ok((form, Some(found), Refused::default())),
        Err(error) => {
            let refused = Refused::of(visit, &error);
            let problem = Problem::from(error);
            let is_ours = problem.code == ProblemCode::Internal;
            if is_ours {
                Err(problem)
            } else {
                Ok((form, None, refused.unwrap_or(Refused { text: problem.to_string(), language: "en" })))
            }
        }
    }
}

/// The form of a worked example, so that it can be changed and tested again.
fn fields_of(visit: &Visit, claim: &Claim) -> ClaimFields {
    let period = |at: usize| claim.periods.get(at).cloned().unwrap_or_default();
    let last = claim.periods.len().saturating_sub(1);
    ClaimFields {
        text: sentence(visit, &(claim.text_es.clone(), claim.text_en.clone())),
        measure: claim.measure.clone(),
        statement: statement_name(claim.statement).to_owned(),
        place: claim.place.clone(),
        period: period(last),
        against: if last > 0 { period(0) } else { String::new() },
        value: claim.stated.clone(),
        n: claim.top.as_ref().map(|top| top.n.to_string()).unwrap_or_default(),
    }
}

fn statement_name(statement: Statement) -> &'static str {
    match statement {
        Statement::Rate => STATEMENTS[0],
        Statement::Level => STATEMENTS[1],
        Statement::Change => STATEMENTS[2],
        Statement::ShareOfTop => STATEMENTS[3],
    }
}

fn sentence(visit: &Visit, (es, en): &(String, String)) -> String {
    match visit.language {
        Language::Spanish => es.clone(),
        Language::English => en.clone(),
    }
}

fn measure_title(visit: &Visit, id: &str) -> String {
    let title =
        |measure: &tequio_reference::Measure| sentence(visit, &(measure.title_es.clone(), measure.title_en.clone()));
    known_measure(id).map_or_else(|_| id.to_owned(), title)
}

fn measure_choices(visit: &Visit, chosen: &str) -> Result<Vec<Choice>, Problem> {
    let all = measures().map_err(|error| Problem::with(ProblemCode::Internal, error))?;
    let chosen = if chosen.is_empty() { "homicide" } else { chosen };
    let choice = |id: &str| Choice { value: id.to_owned(), label: measure_title(visit, id), chosen: id == chosen };
    Ok(all.iter().map(|measure| choice(&measure.id)).collect())
}

fn statement_choices(visit: &Visit, chosen: &str) -> Vec<Choice> {
    let chosen = if chosen.is_empty() { STATEMENTS[0] } else { chosen };
    let choice = |name: &&str| Choice {
        value: (*name).to_owned(),
        label: visit.t(&format!("claims-statement-{name}")),
        chosen: *name == chosen,
    };
    STATEMENTS.iter().map(choice).collect()
}

fn verdict_words(visit: &Visit, verdict: Verdict) -> String {
    visit.t(&format!("claims-verdict-{}", verdict.name()))
}

fn result(visit: &Visit, checked: &Checked, source: Option<&Claim>) -> Outcome {
    let missing = checked.lacks.iter().map(|lack| lacking(visit, checked, lack)).collect();
    Outcome {
        sentence: sentence(visit, &checked.text),
        verdict_words: verdict_words(visit, checked.verdict),
        meaning: visit.t(&format!("claims-meaning-{}", checked.verdict.name())),
        stated: checked.stated.clone(),
        about: format!("{}, {}", measure_title(visit, &checked.measure), agency_name(&checked.place)),
        tests: checked.tests.iter().take(TESTS_SHOWN).map(|test| test_row(visit, test)).collect(),
        left: checked.tests.len().saturating_sub(TESTS_SHOWN),
        missing,
        source: source.map(|claim| claim.source.clone()).unwrap_or_default(),
    }
}

fn lacking(visit: &Visit, checked: &Checked, lack: &Lack) -> String {
    let key = if lack.of_other_periods { "claims-lacks-period" } else { "claims-lacks" };
    visit.say(
        key,
        &[
            ("unit", unit_words(visit, lack.unit.name()).into()),
            ("measure", measure_title(visit, &checked.measure).into()),
            ("place", agency_name(&checked.place).into()),
        ],
    )
}

fn test_row(visit: &Visit, test: &Test) -> TestRow {
    let is_percent = test.of != "rate" && test.of != "count";
    let value = match test.of {
        "count" => format::decimal(test.value, 0),
        _ => format::decimal(test.value, 2),
    };
    TestRow {
        reproduces: test.reproduces,
        value: if is_percent { format!("{value} %") } else { value },
        of: visit.t(&format!("claims-of-{}", test.of)),
        series: test.series.clone(),
        href: test.edition.address.clone(),
        edition: test.edition.edition.clone(),
        unit: unit_words(visit, &test.unit),
        denominator: test
            .denominator
            .as_ref()
            .map(|used| format!("{} {}", used.dataset, used.edition))
            .unwrap_or_default(),
        periods: test.periods.join(" → "),
        synthetic: test.note == "synthetic",
    }
}

fn example_of(visit: &Visit, checked: &Checked) -> Example {
    let reproduce = checked.tests.iter().filter(|test| test.reproduces).count();
    Example {
        href: format!("/claims?{}#result", encode(&[("example", checked.id.clone())])),
        sentence: sentence(visit, &checked.text),
        stated: checked.stated.clone(),
        verdict_words: verdict_words(visit, checked.verdict),
        tests: visit.say("claims-tests-of", &[("n", reproduce.into()), ("all", checked.tests.len().into())]),
    }
}

fn examples_data(visit: &Visit, checked: &[Arc<Checked>]) -> DataTable {
    let columns = [
        Column::text("id"),
        Column::text("sentence"),
        Column::text("measure"),
        Column::text("place"),
        Column::text("stated"),
        Column::text("verdict"),
        Column::count("tests", "ways to compute it"),
        Column::count("reproducing", "ways that reproduce it"),
    ];
    let row = |checked: &Arc<Checked>| {
        [
            json!(checked.id),
            json!(sentence(visit, &checked.text)),
            json!(checked.measure),
            json!(checked.place),
            json!(checked.stated),
            json!(checked.verdict.name()),
            json!(checked.tests.len()),
            json!(checked.tests.iter().filter(|test| test.reproduces).count()),
        ]
    };
    DataTable::new("claims", visit.t("claims-examples"), columns, checked.iter().map(row))
}

fn tests_data(visit: &Visit, checked: &Checked) -> DataTable {
    let columns = [
        Column::text("reproduces"),
        Column::number("value", ""),
        Column::text("of"),
        Column::text("series"),
        Column::text("edition"),
        Column::text("unit"),
        Column::text("denominator"),
        Column::text("periods"),
        Column::text("note"),
    ];
    let row = |test: &Test| {
        [
            json!(test.reproduces),
            json!(test.value),
            json!(test.of),
            json!(test.series),
            json!(test.edition.edition),
            json!(test.unit),
            json!(test.denominator.as_ref().map(|used| format!("{} {}", used.dataset, used.edition))),
            json!(test.periods.join(" ")),
            json!(test.note),
        ]
    };
    DataTable::new("tests", visit.t("claims-tests"), columns, checked.tests.iter().map(row))
}
