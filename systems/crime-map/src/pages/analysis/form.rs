//! The form of an analysis: what, of which incidents, by which places, with which choices.

use crate::analysis::{Request, analyses};
use crate::library::{Library, OpenEdition};
use crate::pages::explore::{Choice, datasets, offences};
use crate::pages::levels::{area_layers, layer_name};
use tequio_frame::{Problem, Visit};
use tequio_kernel::{Dimension, Query};

/// Zooms of cells that are offered, where the public may see them.
const CELL_ZOOMS: [u8; 4] = [8, 10, 12, 14];

/// What the form shows.
pub(super) struct Form {
    pub analyses: Vec<Choice>,
    pub datasets: Vec<Choice>,
    pub offences: Vec<Choice>,
    /// Empty where the rows are no places.
    pub layers: Vec<Choice>,
    pub period: String,
    pub place: String,
    pub fields: Vec<Field>,
    /// Filters that the form has no field for; they stay in the question.
    pub hidden: Vec<(String, String)>,
}

/// A choice of the method.
pub(super) struct Field {
    pub name: &'static str,
    pub label: String,
    pub hint: String,
    pub value: String,
    /// Empty for a field that is written into.
    pub choices: Vec<Choice>,
}

impl Form {
    pub(super) fn of(
        library: &Library,
        visit: &Visit,
        edition: &OpenEdition,
        request: &Request,
    ) -> Result<Self, Problem> {
        let (query, about) = (&request.query, request.analysis.about());
        let named = |id: &'static str| choice(id, visit.t(&format!("analysis-{id}")), id == about.id);
        Ok(Self {
            analyses: analyses().into_iter().map(|known| named(known.about().id)).collect(),
            datasets: datasets(library, edition)?,
            offences: offences(edition, &query.filter.offences),
            layers: match request.analysis.is_of_places() {
                true => layers(library, visit, edition, request),
                false => Vec::new(),
            },
            period: query.filter.period.map(|period| period.to_string()).unwrap_or_default(),
            place: query.filter.places.first().map(ToString::to_string).unwrap_or_default(),
            fields: fields(visit, request),
            hidden: hidden(query),
        })
    }
}

fn choice(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Choice {
    Choice { value: value.into(), label: label.into(), chosen }
}

fn layers(library: &Library, visit: &Visit, edition: &OpenEdition, request: &Request) -> Vec<Choice> {
    let asked = request.query.by.first();
    // What rests on cells takes no places.
    let of_cells_only = matches!(request.analysis.dimension(library, None, &request.query), Dimension::Cell(_));
    let of_layer = |name: &str| {
        let by = Dimension::Place(name.to_owned());
        choice(by.to_string(), layer_name(visit, name), asked == Some(&by))
    };
    let of_cells = |zoom: u8| {
        let by = Dimension::Cell(zoom);
        let label = visit.say("analysis-cells", &[("zoom", zoom.to_string().into())]);
        choice(by.to_string(), label, asked == Some(&by))
    };
    let usual = std::iter::once(choice("", visit.t("level-auto"), asked.is_none()));
    let zooms = CELL_ZOOMS.into_iter().filter(|zoom| *zoom <= edition.public_cell_zoom());
    let places = area_layers(library).into_iter().filter(|_| !of_cells_only);
    usual.chain(places.map(|layer| of_layer(&layer.id.name))).chain(zooms.map(of_cells)).collect()
}

fn fields(visit: &Visit, request: &Request) -> Vec<Field> {
    let about = request.analysis.about();
    let field = |parameter: &crate::analysis::Parameter| {
        let name = parameter.name;
        let value = request.options.pairs().find(|(known, _)| *known == name).map(|(_, value)| value.to_owned());
        let value = value.unwrap_or_default();
        let of = |known: &&'static str| choice(*known, visit.t(&format!("analysis-value-{known}")), *known == value);
        let unset = parameter.default.is_empty().then(|| choice("", visit.t("analysis-by-data"), value.is_empty()));
        let choices = unset.into_iter().chain(parameter.values.iter().map(of)).collect();
        Field {
            name,
            label: visit.t(&format!("analysis-choice-{name}")),
            hint: visit.t(&format!("analysis-hint-{name}")),
            choices: if parameter.values.is_empty() { Vec::new() } else { choices },
            value,
        }
    };
    about.parameters.iter().map(field).collect()
}

/// The form has one field each for offence and place; further values, and other filters, stay as they are.
fn hidden(query: &Query) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    let kept = query.pairs().into_iter().filter(|(name, _)| {
        let first = !seen.contains(name);
        seen.push(*name);
        !(["dataset", "period", "by"].contains(name) || (first && ["offence", "place"].contains(name)))
    });
    kept.map(|(name, value)| (name.to_owned(), value)).collect()
}
