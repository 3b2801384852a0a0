//! The question that the address of an indicator's page asks, and the form that asks it.

use crate::ask::Ask;
use crate::indicators::{IndicatorError, SourceChoice, Wanted, populations, sources};
use crate::pages::catalogue::choose;
use crate::pages::find_place::{Meant, find};
use crate::shelf::{At, Shelf};
use tequio_frame::address::encode;
use tequio_frame::{Pairs, Problem, ProblemCode, Visit};
use tequio_kernel::IndicatorAbout;
use tequio_reference::measures;

/// Names of a form that are not fields of every indicator.
const OPTIONAL: [&str; 5] = ["against", "n", "share", "met", "set"];

/// What is asked, and how the place was written when it means no single one.
pub(crate) struct Asked {
    pub ask: Ask,
    pub unclear: Option<Unclear>,
}

/// A place that has to be named better.
pub(crate) struct Unclear {
    pub text: String,
    /// Places that it may mean, each with its code.
    pub candidates: Vec<(String, String)>,
}

impl Asked {
    /// Reads an address. `source` says dataset and edition in one field, `DATASET@EDITION`.
    ///
    /// # Errors
    /// [`ProblemCode::BadQuery`] for what is not understood.
    pub(crate) fn read(shelf: &Shelf, mut pairs: Pairs) -> Result<Self, Problem> {
        let source = pairs.take("source");
        let place = pairs.take("place");
        let mut ask = Ask::parse(pairs.0.iter().map(|(name, value)| (name.as_str(), value.as_str())))
            .map_err(|error| Problem::with(ProblemCode::BadQuery, error))?;
        if let Some(source) = source {
            let (dataset, edition) =
                source.split_once('@').map_or((source.as_str(), ""), |(id, edition)| (id, edition));
            ask.dataset = Some(dataset.to_owned());
            ask.at.edition = Some(edition.to_owned()).filter(|edition| !edition.is_empty());
        }
        let mut unclear = None;
        match place.as_deref().map(|text| find(shelf, text)) {
            Some(Meant::One(code)) => ask.place = Some(code).filter(|code| code != "MX"),
            Some(Meant::Several(candidates)) => {
                unclear = Some(Unclear { text: place.unwrap_or_default(), candidates });
            }
            None => {}
        }
        Ok(Self { ask, unclear })
    }
}

/// The address of a page with a question.
pub(crate) fn address(path: &str, ask: &Ask) -> String {
    let pairs = ask.pairs();
    let pairs: Vec<(&str, String)> = pairs.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", encode(&pairs)) }
}

/// A choice of a list.
pub(crate) struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// Choices under a heading; the heading is empty for those that stand alone.
pub(crate) struct ChoiceGroup {
    pub label: String,
    pub choices: Vec<Choice>,
}

/// A field that only some indicators have.
pub(crate) struct Field {
    pub name: &'static str,
    pub label: String,
    pub value: String,
    pub hint: String,
    pub numeric: bool,
}

/// The form of a page.
pub(crate) struct Form {
    pub action: String,
    pub place: String,
    pub states: Vec<String>,
    pub period: String,
    pub as_of: String,
    pub measures: Vec<Choice>,
    pub sources: Vec<ChoiceGroup>,
    pub populations: Vec<Choice>,
    pub layers: Vec<Choice>,
    pub fields: Vec<Field>,
    /// What the address holds beyond the fields.
    pub hidden: Vec<(String, String)>,
    pub place_is_unclear: bool,
}

impl Form {
    pub(crate) fn of(
        shelf: &Shelf,
        visit: &Visit,
        action: &str,
        about: &IndicatorAbout,
        asked: &Asked,
    ) -> Result<Self, IndicatorError> {
        let ask = &asked.ask;
        let takes = |name: &str| about.parameters.iter().any(|parameter| parameter.name == name);
        let measure = about.measure.as_deref().or(ask.measure.as_deref()).unwrap_or("homicide");
        let countable = about.id != "dark-figure" && about.id != "objectives-met";
        let wanted = Wanted { unit: about.unit, measure };
        let known = if countable { sources(shelf, wanted)? } else { Vec::new() };
        let rated = about.measured == tequio_kernel::indicator::Measured::Per100000 || about.id == "change";
        let place = asked.unclear.as_ref().map(|unclear| unclear.text.clone());
        Ok(Self {
            action: action.to_owned(),
            place: place
                .unwrap_or_else(|| shelf.place(ask.place()).map(|place| place.name.clone()).unwrap_or_default()),
            states: shelf
                .layers()
                .iter()
                .take(2)
                .flat_map(|layer| &layer.places)
                .map(|place| place.name.clone())
                .collect(),
            period: ask.period.map(|period| period.to_string()).unwrap_or_default(),
            as_of: ask.at.as_of.clone().unwrap_or_default(),
            measures: if takes("measure") { measure_choices(visit, measure)? } else { Vec::new() },
            sources: source_choices(visit, ask, &known),
            populations: if rated { population_choices(visit, ask, &populations(shelf)?) } else { Vec::new() },
            layers: if takes("layer") { layer_choices(visit, ask) } else { Vec::new() },
            fields: OPTIONAL
                .into_iter()
                .filter(|name| takes(name))
                .map(|name| field(visit, ask, about, name))
                .collect(),
            hidden: hidden(ask, countable, rated),
            place_is_unclear: asked.unclear.is_some(),
        })
    }
}

fn measure_choices(visit: &Visit, chosen: &str) -> Result<Vec<Choice>, IndicatorError> {
    let choice = |measure: &tequio_reference::Measure| Choice {
        value: measure.id.clone(),
        label: choose(visit, &measure.title_es, &measure.title_en).to_owned(),
        chosen: measure.id == chosen,
    };
    Ok(measures()?.iter().map(choice).collect())
}

fn source_choices(visit: &Visit, ask: &Ask, known: &[SourceChoice]) -> Vec<ChoiceGroup> {
    let is =
        |id: &str, edition: Option<&str>| ask.dataset.as_deref() == Some(id) && ask.at.edition.as_deref() == edition;
    let mut groups = Vec::new();
    for source in known.iter() {
        let newest = Choice {
            value: source.id.clone(),
            label: if source.editions.is_empty() { visit.t("ind-built-in") } else { visit.t("ind-newest-edition") },
            chosen: is(&source.id, None),
        };
        let editions = source.editions.iter().map(|edition| Choice {
            value: format!("{}@{edition}", source.id),
            label: visit.say("ind-edition-of", &[("edition", edition.as_str().into())]),
            chosen: is(&source.id, Some(edition)),
        });
        let title = choose(visit, &source.title.0, &source.title.1);
        let label = if source.synthetic { format!("{title} ({})", visit.t("ind-synthetic")) } else { title.to_owned() };
        groups.push(ChoiceGroup { label, choices: std::iter::once(newest).chain(editions).collect() });
    }
    groups
}

fn population_choices(visit: &Visit, ask: &Ask, known: &[SourceChoice]) -> Vec<Choice> {
    let built_in = Choice {
        value: String::new(),
        label: tequio_reference::POPULATION_EDITION.to_owned(),
        chosen: ask.population.is_none(),
    };
    let mut choices = vec![built_in];
    for source in known {
        let title = choose(visit, &source.title.0, &source.title.1);
        let values: Vec<(String, String)> = if source.editions.is_empty() {
            vec![(source.id.clone(), title.to_owned())]
        } else {
            let of = |edition: &String| (format!("{}@{edition}", source.id), format!("{title}, {edition}"));
            source.editions.iter().map(of).collect()
        };
        choices.extend(values.into_iter().map(|(value, label)| {
            let chosen = ask.population.as_ref() == Some(&value);
            Choice { value, label, chosen }
        }));
    }
    choices
}

fn layer_choices(visit: &Visit, ask: &Ask) -> Vec<Choice> {
    let chosen = ask.layer.as_deref().unwrap_or("municipalities");
    let choice =
        |id: &str| Choice { value: id.to_owned(), label: visit.t(&format!("ind-layer-{id}")), chosen: id == chosen };
    ["municipalities", "states"].into_iter().map(choice).collect()
}

fn field(visit: &Visit, ask: &Ask, about: &IndicatorAbout, name: &'static str) -> Field {
    let value = ask.pairs().into_iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let default =
        about.parameters.iter().find(|parameter| parameter.name == name).map_or("", |parameter| parameter.default);
    Field {
        name,
        label: visit.t(&format!("ind-field-{name}")),
        value: value.unwrap_or_else(|| default.to_owned()),
        hint: visit.t(&format!("ind-field-{name}-hint")),
        numeric: name != "against" && name != "share",
    }
}

/// What a question holds that has no field here; dropped silently it would be another question.
fn hidden(ask: &Ask, countable: bool, rated: bool) -> Vec<(String, String)> {
    let kept = |name: &str| match name {
        "sex" | "age" | "registered" | "seed" | "replicas" => true,
        "population" => !rated,
        "dataset" | "edition" => !countable,
        _ => false,
    };
    ask.pairs().into_iter().filter(|(name, _)| kept(name)).collect()
}

/// The same question of a named edition, so that what is asked further rests on the same figures.
pub(crate) fn pinned(ask: &Ask, dataset: &str, edition: &str) -> Ask {
    let edition = Some(edition.to_owned()).filter(|edition| edition != "built-in");
    Ask { dataset: Some(dataset.to_owned()), at: At { edition, as_of: None }, ..ask.clone() }
}
