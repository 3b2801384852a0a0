//! The form of an analysis: what, of which incidents, by which places, with which choices.

use crate::analysis::{Analysis, Request, analyses};
use crate::library::{Library, OpenEdition};
use crate::pages::explore::{Choice, datasets, offences, periods, place_name, with_written};
use crate::pages::faults::Faults;
use crate::pages::levels::{area_layers, layer_name};
use crate::pages::span::Span;
use tequio_frame::address::encode;
use tequio_frame::{Problem, Visit};
use tequio_kernel::{Dimension, Query};

/// Zooms of cells that are offered, where the public may see them.
const CELL_ZOOMS: [u8; 4] = [8, 10, 12, 14];

/// What the form shows.
pub(super) struct Form {
    /// Name of the analysis.
    pub analysis: &'static str,
    pub analyses: Vec<Link>,
    pub datasets: Vec<Choice>,
    pub offences: Vec<Choice>,
    /// Empty where the rows are no places.
    pub layers: Vec<Choice>,
    /// Periods that are usually asked.
    pub periods: Vec<Choice>,
    pub period: String,
    /// What is taken where no period is named.
    pub period_unset: String,
    pub place: String,
    /// Name of that place, or how to write one.
    pub place_hint: String,
    pub fields: Vec<Field>,
    /// True when something is wrong with one of these, which are folded away.
    pub unfolded: bool,
    /// Filters that the form has no field for; they stay in the question.
    pub hidden: Vec<(String, String)>,
}

/// An analysis that the same incidents may be asked.
pub(super) struct Link {
    pub href: String,
    pub label: String,
    pub is_current: bool,
}

/// A choice of the method.
pub(super) struct Field {
    pub name: &'static str,
    /// Its identifier.
    pub at: String,
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
        faults: &Faults,
    ) -> Result<Self, Problem> {
        let (query, about) = (&request.query, request.analysis.about());
        let written = |field: &str, read: Option<String>| faults.written(field).or(read).unwrap_or_default();
        let link = |known: &'static dyn Analysis| link(library, visit, request, known);
        Ok(Self {
            analysis: about.id,
            analyses: analyses().into_iter().map(link).collect(),
            datasets: with_written(datasets(library, edition)?, faults.written("dataset")),
            offences: with_written(offences(edition, &query.filter.offences), faults.written("offence")),
            layers: match request.analysis.is_of_places() {
                true => {
                    let asked = query.by.first().map(ToString::to_string);
                    with_written(layers(library, visit, edition, request), faults.written("by").or(asked))
                }
                false => Vec::new(),
            },
            period_unset: own_or_shared(visit, about.id, "period-unset"),
            periods: periods(visit, &Span::of(&edition.manifest)),
            period: written("period", query.filter.period.map(|period| period.to_string())),
            place_hint: query
                .filter
                .places
                .first()
                .map_or_else(|| visit.t("analysis-within-hint"), |place| place_name(library, place)),
            place: written("place", query.filter.places.first().map(ToString::to_string)),
            unfolded: about.parameters.iter().any(|parameter| faults.has(parameter.name)),
            fields: fields(visit, request),
            hidden: hidden(query, faults),
        })
    }
}

fn choice(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Choice {
    Choice { value: value.into(), label: label.into(), chosen }
}

/// The same question to an analysis, with its own choices and, where it has them, the same places or cells.
fn link(library: &Library, visit: &Visit, request: &Request, known: &'static dyn Analysis) -> Link {
    let (id, query) = (known.about().id, &request.query);
    let takes = |by: &Dimension| matches!(by, Dimension::Cell(_)) || !takes_only_cells(library, known, query);
    let keeps_by = known.is_of_places() && query.by.iter().all(takes);
    let by = if keeps_by { query.by.clone() } else { Vec::new() };
    let mut pairs = vec![(super::NAME, id.to_owned())];
    pairs.extend(Query { by, ..query.clone() }.pairs());
    Link {
        href: format!("/analysis?{}", encode(&pairs)),
        label: visit.t(&format!("analysis-{id}")),
        is_current: id == request.analysis.about().id,
    }
}

/// What rests on cells takes no places.
fn takes_only_cells(library: &Library, analysis: &dyn Analysis, query: &Query) -> bool {
    matches!(analysis.dimension(library, None, query), Dimension::Cell(_))
}

fn layers(library: &Library, visit: &Visit, edition: &OpenEdition, request: &Request) -> Vec<Choice> {
    let asked = request.query.by.first();
    let of_cells_only = takes_only_cells(library, request.analysis, &request.query);
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

/// The words of one analysis where it has its own, else those of all.
fn own_or_shared(visit: &Visit, analysis: &str, key: &str) -> String {
    visit.t_or(&format!("analysis-{analysis}-{key}"), &visit.t(&format!("analysis-{key}")))
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
            at: format!("a-{name}"),
            label: visit.t(&format!("analysis-choice-{name}")),
            hint: own_or_shared(visit, about.id, &format!("hint-{name}")),
            choices: if parameter.values.is_empty() { Vec::new() } else { with_written(choices, Some(value.clone())) },
            value,
        }
    };
    about.parameters.iter().map(field).collect()
}

/// The form has one field each for offence and place; further values, and other filters, stay as they are.
fn hidden(query: &Query, faults: &Faults) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    let kept = query.pairs().into_iter().filter(|(name, _)| {
        let first = !seen.contains(name) && !faults.leaves_others(name);
        seen.push(*name);
        let in_form = ["dataset", "period", "by"].contains(name) || (first && ["offence", "place"].contains(name));
        // What has no answer and no field would come back with every question.
        !in_form && (!faults.has(name) || faults.leaves_others(name))
    });
    kept.map(|(name, value)| (name.to_owned(), value)).chain(faults.further()).collect()
}
