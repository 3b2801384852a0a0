//! How everything is computed, in words that the reader can check.

use crate::analysis::{About, analyses};
use askama::Template;
use serde_json::{Value, json};
use tequio_frame::{Column, DataTable, Page, Problem, Visit};

#[derive(Template)]
#[template(path = "methods.html")]
struct MethodsPage<'a> {
    v: &'a Visit,
    sections: Vec<Section>,
    references: Vec<String>,
}

struct Section {
    id: String,
    title: String,
    paragraphs: Vec<String>,
    formula: String,
}

/// Sections of the page and how many paragraphs each has; the texts are `method-ID-title` and
/// `method-ID-1` onwards.
const SECTIONS: [(&str, usize); 9] = [
    ("counts", 3),
    ("time", 2),
    ("place", 3),
    ("streets", 3),
    ("cells", 2),
    ("rates", 3),
    ("change", 4),
    ("shades", 2),
    ("privacy", 3),
];
/// Works that the methods rest on.
const REFERENCES: usize = 9;
/// The section whose text ends with a formula.
const WITH_FORMULA: &str = "rates";

/// `GET /methods`.
pub(crate) async fn page(visit: Visit) -> Result<Page, Problem> {
    let sections = SECTIONS.iter().map(|(id, count)| Section {
        id: (*id).to_owned(),
        title: visit.t(&format!("method-{id}-title")),
        paragraphs: (1..=*count).map(|number| visit.t(&format!("method-{id}-{number}"))).collect(),
        formula: if *id == WITH_FORMULA { visit.t("method-rates-formula") } else { String::new() },
    });
    let page = MethodsPage {
        v: &visit,
        sections: sections
            .chain(analyses().into_iter().map(|analysis| of_analysis(&visit, analysis.about())))
            .collect(),
        references: (1..=REFERENCES).map(|number| visit.t(&format!("method-reference-{number}"))).collect(),
    };
    let table = table(&visit, &page.sections);
    Ok(Page::render(visit.t("methods-title"), visit.t("methods-description"), &page)?.with_table(table))
}

/// A statistic of incidents by place: how it is computed, what it does not say, and where it is from.
fn of_analysis(visit: &Visit, about: &About) -> Section {
    let id = about.id;
    let reference = format!("{}: {}.", visit.t("analysis-reference"), about.reference);
    let method = format!("{}.", visit.t(&format!("analysis-method-{id}")));
    Section {
        id: format!("analysis-{id}"),
        title: visit.t(&format!("analysis-{id}")),
        paragraphs: vec![method, visit.t(&format!("analysis-note-{id}-not")), reference],
        formula: String::new(),
    }
}

/// The methods with their texts; `address` is where each stands on the page.
fn table(visit: &Visit, sections: &[Section]) -> DataTable {
    let rows = sections.iter().map(|section| {
        let formula = if section.formula.is_empty() { Value::Null } else { json!(section.formula) };
        [
            json!(section.title),
            json!(section.paragraphs.join("\n\n")),
            formula,
            json!(format!("/methods#{}", section.id)),
        ]
    });
    DataTable::new("methods", visit.t("methods-title"), ["title", "text", "formula", "address"].map(Column::text), rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tequio_frame::words::keys;

    #[test]
    fn every_section_has_its_texts() {
        let known = keys(include_str!("../words/methods.es.ftl"));
        for (id, count) in SECTIONS {
            assert!(known.contains(&format!("method-{id}-title")), "{id}");
            assert!((1..=count).all(|number| known.contains(&format!("method-{id}-{number}"))), "{id}");
            assert!(!known.contains(&format!("method-{id}-{}", count + 1)), "{id} has more");
        }
        assert!((1..=REFERENCES).all(|number| known.contains(&format!("method-reference-{number}"))));
    }

    #[test]
    fn every_analysis_has_its_texts() {
        for words in [include_str!("../words/analysis.es.ftl"), include_str!("../words/analysis.en.ftl")] {
            let known = keys(words);
            for id in analyses().map(|analysis| analysis.about().id) {
                for key in
                    [format!("analysis-{id}"), format!("analysis-method-{id}"), format!("analysis-note-{id}-not")]
                {
                    assert!(known.contains(&key), "{key}");
                }
            }
        }
    }
}
