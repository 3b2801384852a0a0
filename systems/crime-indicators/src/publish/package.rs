//! The Data Package of a publication (Data Package 2.0): every file that is data, with its size and hash; tables with
//! their columns.

use super::views::{EDITION_COLUMNS, EDITION_NUMBERS, EditionView, IndicatorView, Views};
use super::{PublishError, unmade};
use serde_json::{Value, json};
use tequio_archive::ledger::ROWS_FILE;
use tequio_archive::publication::{CATALOGUE_FILE, EDITIONS_FILE, Files, PACKAGE_FILE, WITHHELD_FILE};
use tequio_archive::{COUNTS_FILE, MANIFEST_FILE};
use tequio_kernel::Cell;

/// Columns of an indicator that hold numbers with a fraction.
const FRACTIONS: [&str; 4] = ["value", "low", "high", "level"];
/// Those that hold whole numbers.
const WHOLE: [&str; 2] = ["numerator", "denominator"];

/// The description of the files that were written.
pub(super) fn package(views: &Views<'_>, files: &Files) -> Result<Value, PublishError> {
    let mut resources = vec![
        table(files, "editions", EDITIONS_FILE, "Editions", edition_fields())?,
        file(files, "withheld", WITHHELD_FILE, "application/json")?,
        file(files, "catalog", CATALOGUE_FILE, "application/ld+json")?,
    ];
    for view in &views.editions {
        resources.extend(of_edition(files, view)?);
    }
    for view in &views.indicators {
        resources.extend(of_indicator(files, view)?);
    }
    let mut sources: Vec<&str> = views.editions.iter().map(|view| view.attribution.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let sources: Vec<Value> = sources.into_iter().map(|title| json!({ "title": title })).collect();
    let mut package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "tequio-publication",
        "title": "Cifras oficiales e indicadores / Official figures and indicators",
        "description": format!("Publication of the ledger {}", views.origin),
        "resources": resources,
    });
    // A list of sources has at least one.
    if !sources.is_empty() {
        package["sources"] = Value::from(sources);
    }
    Ok(package)
}

fn of_edition(files: &Files, view: &EditionView) -> Result<[Value; 4], PublishError> {
    let path = |name: &str| format!("{}/{name}", view.folder());
    let name = |part: &str| format!("{}/{}/{part}", view.dataset, view.edition);
    let title = format!("{} ({})", view.title, view.edition);
    let mut text = table(files, &name("counts"), &view.csv_file(), &title, count_fields(&view.csv.dimensions))?;
    if view.is_compressed() {
        text["compression"] = json!("gz");
    }
    Ok([
        text,
        parquet(files, &name("parquet"), &path(COUNTS_FILE))?,
        file(files, &name("manifest"), &path(MANIFEST_FILE), "application/json")?,
        file(files, &name("rows"), &path(ROWS_FILE), "application/octet-stream")?,
    ])
}

fn of_indicator(files: &Files, view: &IndicatorView) -> Result<[Value; 2], PublishError> {
    let name = |part: &str| format!("indicators/{}/{}/{part}", view.id, view.edition);
    let title = format!("{} / {} ({})", view.title_es, view.title_en, view.edition);
    Ok([
        table(files, &name("csv"), &format!("{}.csv", view.file()), &title, indicator_fields(&view.columns))?,
        file(files, &name("json"), &format!("{}.json", view.file()), "application/json")?,
    ])
}

fn file(files: &Files, name: &str, path: &str, media: &str) -> Result<Value, PublishError> {
    let (sha256, bytes) = files.sum(path).ok_or_else(|| unmade(PACKAGE_FILE)(&format!("{path} is not written")))?;
    Ok(json!({ "name": name, "path": path, "mediatype": media, "bytes": bytes, "hash": format!("sha256:{sha256}") }))
}

/// The same table once more: it is a file by its hash, whether or not the reader knows Parquet.
fn parquet(files: &Files, name: &str, path: &str) -> Result<Value, PublishError> {
    let mut resource = file(files, name, path, "application/vnd.apache.parquet")?;
    resource["type"] = json!("file");
    Ok(resource)
}

fn table(files: &Files, name: &str, path: &str, title: &str, fields: Vec<Value>) -> Result<Value, PublishError> {
    let mut resource = file(files, name, path, "text/csv")?;
    resource["type"] = json!("table");
    resource["title"] = json!(title);
    resource["format"] = json!("csv");
    resource["encoding"] = json!("utf-8");
    resource["schema"] = json!({ "fields": fields, "missingValues": [""] });
    Ok(resource)
}

fn field(name: &str, of: &str) -> Value {
    json!({ "name": name, "type": of })
}

fn edition_fields() -> Vec<Value> {
    let of = |name: &&str| if EDITION_NUMBERS.contains(name) { "integer" } else { "string" };
    EDITION_COLUMNS.iter().map(|name| field(name, of(name))).collect()
}

fn indicator_fields(columns: &[&str]) -> Vec<Value> {
    let of = |name: &&str| match *name {
        name if FRACTIONS.contains(&name) => "number",
        name if WHOLE.contains(&name) => "integer",
        _ => "string",
    };
    columns.iter().map(|name| field(name, of(name))).collect()
}

fn count_fields(dimensions: &[String]) -> Vec<Value> {
    let text = |name: &str| field(name, "string");
    let mut fields: Vec<Value> = ["place", "place_name", "offence", "offence_name"].map(text).into();
    fields.extend(dimensions.iter().map(|name| text(name)));
    fields.push(text("period"));
    fields.push(json!({ "name": "value", "type": "integer", "constraints": { "minimum": 0 } }));
    fields
        .push(json!({ "name": "state", "type": "string", "constraints": { "required": true, "enum": Cell::STATES } }));
    fields
}
