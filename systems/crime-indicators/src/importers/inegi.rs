//! Exports of INEGI's interactive query of microdata cubes (*Consulta interactiva de datos*), as CSV or saved as a workbook.
//!
//! Title and filter lines, the line that names the dimensions (see [`query`]), one header record for each dimension of the
//! columns, rows with their labels in the first columns, `Total` rows and columns of every level mixed in with the
//! leaves, and a line with the source. Rules:
//!
//! - The period of a figure is when the event occurred; the year of registration is then the dimension `registered` of its
//!   group. Where only one of the two is given, it is the period.
//! - A year of occurrence that is not specified: the period is the year of registration and the group says
//!   `occurred=unspecified`. A month that is not specified: the first month of its year, and `month=unspecified`. Such figures
//!   are no part of what others say of that period.
//! - A total row or column leaves its dimension out of the group; totals over periods are compared and not kept.
//! - In counts of events, INEGI leaves a cell without events blank: it is zero. In counts of persons it is missing.

mod layout;
mod query;
mod rows;

use super::{About, Head, Importer, Plan};
use crate::catalogue::Catalogue;
use layout::Layout;
use query::Query;
use rows::Reader;
use std::sync::Arc;
use tequio_kernel::Unit;
use tequio_kernel::text::fold;

/// The importer.
pub struct Olap;

/// What can be counted: how the name of the measure begins, folded; its unit; dataset, taxonomy and offence.
const MEASURES: [(&str, Measure); 3] = [
    ("HOMICIDI", HOMICIDES),
    ("DEFUNCIONES", DEATHS),
    (
        "POBLACION",
        Measure {
            unit: Unit::Inhabitant,
            dataset: "inegi-population",
            taxonomy: "population",
            offence: ("population", "Población"),
        },
    ),
];
const HOMICIDES: Measure = Measure {
    unit: Unit::Death,
    dataset: "inegi-homicide-deaths",
    taxonomy: "icd10-homicide",
    offence: ("homicide-deaths", "Defunciones por homicidio (agresiones)"),
};
const DEATHS: Measure = Measure {
    unit: Unit::Death,
    dataset: "inegi-deaths",
    taxonomy: "inegi-deaths",
    offence: ("deaths", "Defunciones"),
};

/// What a table counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Measure {
    unit: Unit,
    dataset: &'static str,
    taxonomy: &'static str,
    offence: (&'static str, &'static str),
}

impl Measure {
    fn of(query: &Query) -> Option<Self> {
        let measure = fold(&query.measure);
        let known = MEASURES.iter().find(|(begins, _)| measure.starts_with(begins)).map(|(_, measure)| *measure)?;
        Some(if known == DEATHS && is_homicide(query) { HOMICIDES } else { known })
    }
}

/// True when the measure, a title or a filter restricts deaths to homicides alone.
fn is_homicide(query: &Query) -> bool {
    let says = |text: &str| {
        let folded = fold(text);
        let others = ["ACCIDENT", "SUICIDI", "SE IGNORA", "NATURAL", ",", ";"];
        folded.contains("HOMICIDI") && !others.iter().any(|other| folded.contains(other))
    };
    let texts = query.titles.iter().chain(std::iter::once(&query.measure));
    let filters =
        query.filters.iter().filter(|(name, _)| fold(name).contains("DEFUNCION") || fold(name).contains("CAUSA"));
    texts.chain(filters.map(|(_, value)| value)).any(|text| says(text))
}

impl Importer for Olap {
    fn id(&self) -> &'static str {
        "inegi-query"
    }

    fn version(&self) -> u32 {
        1
    }

    fn recognise(&self, head: &Head, catalogue: &Arc<Catalogue>) -> Result<Option<Plan>, String> {
        let Some(query) = Query::find(head.records) else { return Ok(None) };
        let measure = Measure::of(&query).ok_or_else(|| unknown_measure(&query))?;
        let layout = Layout::read(query, head)?;
        let about = About {
            title: title(&layout, measure),
            attribution: "INEGI; términos de libre uso de la información del INEGI".to_owned(),
            unit: measure.unit,
            taxonomy: measure.taxonomy.to_owned(),
            absent_is_zero: measure.unit != Unit::Inhabitant,
            leaves: None,
            synthetic: false,
        };
        let offence = (measure.offence.0.to_owned(), measure.offence.1.to_owned());
        let dataset = measure.dataset.to_owned();
        let lead = layout.lead;
        let reader = Box::new(Reader::new(layout, offence, about.absent_is_zero, catalogue.places()));
        Ok(Some(Plan { dataset, part: None, lead, json_columns: Vec::new(), about, reader }))
    }
}

fn unknown_measure(query: &Query) -> String {
    let known = "Defunciones (all, by homicide, accidental and violent) and Población";
    format!("`{}` is no count that this program knows: {known} are. Nothing else of INEGI is imported", query.measure)
}

/// What was counted, and by whose place and time.
fn title(layout: &Layout, measure: Measure) -> String {
    let what = if measure == HOMICIDES { HOMICIDES.offence.1 } else { layout.query.measure.as_str() };
    let by: Vec<&str> = layout.bases();
    if by.is_empty() { what.to_owned() } else { format!("{what}, por {}", by.join(", ")) }
}
