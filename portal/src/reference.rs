//! `GET /api`: the API for people, drawn from its own description, without any script.

use askama::Template;
use axum::extract::Extension;
use serde_json::Value;
use std::sync::Arc;
use tequio_frame::{Column, DataTable, NavItem, Page, Problem, ProblemCode, Visit};
use utoipa::openapi::OpenApi;

/// Entry in the navigation.
pub const NAVIGATION: NavItem = NavItem { href: "/api", label_key: "nav-api" };

/// The portal's own texts.
pub const WORDS: &[(&str, &str)] =
    &[("es", include_str!("../words/reference.es.ftl")), ("en", include_str!("../words/reference.en.ftl"))];

/// Methods of the description and as they are written.
const METHODS: [(&str, &str); 2] = [("get", "GET"), ("delete", "DELETE")];

#[derive(Template)]
#[template(path = "reference.html")]
struct ReferencePage<'a> {
    v: &'a Visit,
    operations: Vec<Operation>,
    problems: Vec<Kind>,
}

/// One address.
struct Operation {
    id: String,
    method: &'static str,
    path: String,
    summary: String,
    /// What the description says beyond its first line.
    text: Vec<Vec<Run>>,
    parameters: Vec<Parameter>,
    answers: Vec<Answer>,
    /// Empty where there is none that would answer.
    example: String,
}

struct Parameter {
    name: String,
    required: bool,
    in_path: bool,
    text: Vec<Run>,
    /// True where the text is the English one of the description.
    english: bool,
}

struct Answer {
    status: String,
    text: Vec<Run>,
    types: Vec<String>,
}

/// A part of a text, some of which is code (between backticks in the description).
#[derive(Debug, PartialEq)]
struct Run {
    text: String,
    is_code: bool,
}

/// A kind of problem.
struct Kind {
    code: &'static str,
    status: u16,
    title: String,
}

/// `GET /api`.
pub async fn page(visit: Visit, Extension(description): Extension<Arc<OpenApi>>) -> Result<Page, Problem> {
    let description =
        serde_json::to_value(description.as_ref()).map_err(|e| Problem::with(ProblemCode::Internal, e))?;
    let operations = operations(&visit, &description);
    let kind = |code: &ProblemCode| Kind {
        code: code.code(),
        status: code.status().as_u16(),
        title: visit.t(&format!("problem-{}-title", code.code())),
    };
    let page = ReferencePage { v: &visit, operations, problems: ProblemCode::ALL.iter().map(kind).collect() };
    let table = table(&visit, &page.operations);
    Ok(Page::render(visit.t("reference-title"), visit.t("reference-description"), &page)?.with_table(table))
}

fn key(id: &str) -> String {
    format!("reference-{}", id.replace('_', "-"))
}

fn table(visit: &Visit, operations: &[Operation]) -> DataTable {
    let rows = operations.iter().map(|o| [&o.path, &o.summary, &o.example].map(|text| Value::from(text.as_str())));
    DataTable::new("addresses", visit.t("reference-addresses"), ["path", "summary", "example"].map(Column::text), rows)
}

fn operations(visit: &Visit, description: &Value) -> Vec<Operation> {
    let paths = description["paths"].as_object().into_iter().flatten();
    let by_method = paths.flat_map(|(path, item)| METHODS.map(|(name, method)| (path, method, &item[name])));
    let described = by_method.filter(|(_, _, described)| described.is_object());
    described.map(|(path, method, described)| operation(visit, path, method, described)).collect()
}

fn operation(visit: &Visit, path: &str, method: &'static str, described: &Value) -> Operation {
    let parameters = list(&described["parameters"]);
    let answers = described["responses"].as_object().into_iter().flatten();
    let (id, text) = (text(&described["operationId"]), text(&described["description"]));
    Operation {
        method,
        path: path.to_owned(),
        summary: visit.t_or(&key(&id), &self::text(&described["summary"])),
        text: text.split("\n\n").filter(|part| !part.is_empty()).map(runs).collect(),
        parameters: parameters.iter().map(|of| parameter(visit, of)).collect(),
        answers: answers.map(|(status, answer)| self::answer(status, answer)).collect(),
        example: if method == "GET" { example(path, parameters) } else { String::new() },
        id,
    }
}

fn parameter(visit: &Visit, parameter: &Value) -> Parameter {
    let name = text(&parameter["name"]);
    let key = parameter_key(&name);
    Parameter {
        required: parameter["required"] == true,
        in_path: parameter["in"] == "path",
        text: runs(&visit.t_or(&key, &text(&parameter["description"]))),
        english: !visit.site.words.has(visit.language, &key),
        name,
    }
}

fn parameter_key(name: &str) -> String {
    format!("reference-parameter-{name}")
}

fn runs(text: &str) -> Vec<Run> {
    let parts = text.split('`').enumerate().filter(|(_, part)| !part.is_empty());
    parts.map(|(index, part)| Run { text: part.to_owned(), is_code: index % 2 == 1 }).collect()
}

fn answer(status: &str, answer: &Value) -> Answer {
    let types = answer["content"].as_object().into_iter().flatten().map(|(media_type, _)| media_type.clone());
    Answer { status: status.to_owned(), text: runs(&text(&answer["description"])), types: types.collect() }
}

/// The address with every parameter that has an example.
fn example(path: &str, parameters: &[Value]) -> String {
    let (mut address, mut query) = (path.to_owned(), Vec::new());
    for parameter in parameters.iter().filter(|parameter| !parameter["example"].is_null()) {
        let name = text(&parameter["name"]);
        let value = parameter["example"].as_str().map_or_else(|| parameter["example"].to_string(), str::to_owned);
        match parameter["in"] == "path" {
            true => address = address.replace(&format!("{{{name}}}"), &value),
            false => query.push(format!("{name}={value}")),
        }
    }
    match address.contains('{') {
        true => String::new(),
        false if query.is_empty() => address,
        false => format!("{address}?{}", query.join("&")),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_words_are_complete() {
        let [(_, spanish), (_, english)] = WORDS else { unreachable!("two languages") };
        let (spanish, english) = (tequio_frame::words::keys(spanish), tequio_frame::words::keys(english));
        // The summaries of the addresses are English in the description itself.
        assert_eq!(english.difference(&spanish).next(), None);
        let own = |key: &&String| ["reference-crime-", "reference-parameter-"].iter().any(|own| key.starts_with(own));
        assert!(spanish.difference(&english).all(|key| own(&key)));
        let description: Value = serde_json::from_str(include_str!("../../docs/openapi.json")).expect("JSON");
        let paths = description["paths"].as_object().expect("paths").values();
        let operations = paths.flat_map(|item| METHODS.map(|(name, _)| &item[name])).filter(|of| of.is_object());
        let names =
            operations.clone().flat_map(|get| list(&get["parameters"])).map(|of| parameter_key(&text(&of["name"])));
        let ids = operations.clone().map(|get| key(&text(&get["operationId"])));
        let missing: Vec<String> = names.chain(ids).filter(|key| !spanish.contains(key)).collect();
        assert!(operations.count() >= 15 && missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn what_stands_between_backticks_is_code() {
        let run = |text: &str, is_code| Run { text: text.to_owned(), is_code };
        assert_eq!(
            runs("`json` or `csv`, else"),
            [run("json", true), run(" or ", false), run("csv", true), run(", else", false)]
        );
    }

    #[test]
    fn the_example_of_an_address_holds_every_example() {
        let parameters = [
            json!({ "name": "place", "in": "path", "example": "MX-09" }),
            json!({ "name": "limit", "in": "query", "example": 10 }),
            json!({ "name": "by", "in": "query", "example": "year" }),
            json!({ "name": "hour", "in": "query" }),
        ];
        assert_eq!(example("/places/{place}", &parameters), "/places/MX-09?limit=10&by=year");
        assert_eq!(example("/places", &[]), "/places");
        assert_eq!(example("/jobs/{job}", &[]), "", "none that would answer");
    }
}
