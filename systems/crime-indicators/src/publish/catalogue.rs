//! The catalogue of a publication: DCAT 3 (W3C Recommendation, 2024) as JSON-LD. Addresses are relative to the file, so
//! that a mirror is as good as the original.

use super::views::{EditionView, IndicatorView, Views};
use serde_json::{Value, json};
use tequio_archive::{COUNTS_FILE, MANIFEST_FILE};

/// The catalogue.
pub(super) fn catalogue(views: &Views<'_>) -> Value {
    let mut datasets: Vec<&str> = views.editions.iter().map(|view| view.dataset.as_str()).collect();
    datasets.dedup();
    let series = datasets.iter().map(|id| series(views, id));
    let editions = views.editions.iter().map(edition);
    let indicators = views.indicators.iter().map(indicator);
    let all: Vec<Value> = series.chain(editions).chain(indicators).collect();
    json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": "catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": both("Cifras oficiales e indicadores", "Official figures and indicators"),
        "dct:description": both(
            "Cada cifra con su edición y su prueba en un registro público al que solo se añade.",
            "Every figure with its edition and its proof in a public log that is only appended to.",
        ),
        "dct:identifier": views.origin,
        "dct:language": ["es", "en"],
        "dct:modified": views.updated().map(|time| typed(time, "xsd:dateTime")),
        "dcat:dataset": all,
    })
}

fn both(es: &str, en: &str) -> Value {
    json!([{ "@language": "es", "@value": es }, { "@language": "en", "@value": en }])
}

fn typed(value: &str, of: &str) -> Value {
    json!({ "@type": of, "@value": value })
}

fn id(path: &str) -> Value {
    json!({ "@id": path })
}

fn folder_of(dataset: &str) -> String {
    format!("datasets/{dataset}")
}

fn series(views: &Views<'_>, dataset: &str) -> Value {
    let mut editions = views.editions.iter().filter(|view| view.dataset == dataset);
    let first = editions.clone().next().map(|view| id(&view.folder()));
    let last = editions.next_back();
    json!({
        "@id": folder_of(dataset),
        "@type": "dcat:DatasetSeries",
        "dct:title": last.map(|view| view.title.as_str()),
        "dct:identifier": dataset,
        "dct:source": last.map(|view| view.attribution.as_str()),
        "dcat:first": first,
        "dcat:last": last.map(|view| id(&view.folder())),
    })
}

fn edition(view: &EditionView) -> Value {
    let folder = view.folder();
    let file = |name: &str, media: &str| distribution(&format!("{folder}/{name}"), media);
    json!({
        "@id": folder,
        "@type": "dcat:Dataset",
        "dct:title": format!("{} ({})", view.title, view.edition),
        "dct:identifier": format!("{}/{}", view.dataset, view.edition),
        "dct:source": view.attribution,
        "dct:issued": typed(&view.published, "xsd:date"),
        "dct:modified": typed(&view.imported_at, "xsd:dateTime"),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": typed(&view.first, date_type(&view.first)),
            "dcat:endDate": typed(&view.cutoff, date_type(&view.cutoff)),
        },
        "dcat:version": view.edition,
        "dcat:previousVersion": view.supersedes.as_ref().map(|before| id(&format!("{}/{before}", folder_of(&view.dataset)))),
        "dcat:inSeries": id(&folder_of(&view.dataset)),
        "dcat:distribution": [
            file(COUNTS_FILE, "application/vnd.apache.parquet"),
            text(view),
            file(MANIFEST_FILE, "application/json"),
        ],
    })
}

/// Months and years have types of their own.
fn date_type(period: &str) -> &'static str {
    if period.len() == 4 { "xsd:gYear" } else { "xsd:gYearMonth" }
}

fn indicator(view: &IndicatorView) -> Value {
    let file = view.file();
    let used: Vec<Value> =
        view.datasets.iter().map(|(dataset, edition)| id(&format!("datasets/{dataset}/{edition}"))).collect();
    json!({
        "@id": file,
        "@type": "dcat:Dataset",
        "dct:title": both(&view.title_es, &view.title_en),
        "dct:description": both(&view.meaning_es, &view.meaning_en),
        "dct:identifier": format!("{}/{}", view.id, view.edition),
        "dcat:version": view.edition,
        "dct:source": used,
        "dcat:distribution": [
            distribution(&format!("{file}.json"), "application/json"),
            distribution(&format!("{file}.csv"), "text/csv"),
        ],
    })
}

/// The figures as text. What is compressed says both: what it is, and how it is packed.
fn text(view: &EditionView) -> Value {
    let mut text = distribution(&view.csv_file(), "text/csv");
    if view.is_compressed() {
        text["dcat:compressFormat"] = media("application/gzip");
    }
    text
}

fn media(name: &str) -> Value {
    id(&format!("https://www.iana.org/assignments/media-types/{name}"))
}

fn distribution(path: &str, name: &str) -> Value {
    json!({
        "@id": path,
        "@type": "dcat:Distribution",
        "dcat:downloadURL": id(path),
        "dcat:mediaType": media(name),
    })
}
