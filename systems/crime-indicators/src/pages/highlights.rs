//! What the indicators say of a place on pages of other systems: the homicide rate in every unit that there is.

use crate::answers::Answers;
use crate::ask::Ask;
use crate::indicators::indicator;
use crate::pages::asked::address;
use crate::pages::{catalogue, speak};
use crate::shelf::Shelf;
use tequio_frame::{Highlight, Problem, ProblemCode, Visit};

/// Indicators that are shown.
const SHOWN: [&str; 3] = ["homicide-rate-case-files", "homicide-rate-victims", "homicide-rate-deaths"];

/// Figures of a place, or why one cannot be read; none when it is no place of the territory, or nothing is known of it.
pub(crate) fn highlights(shelf: &Shelf, visit: &Visit, place: &str) -> Vec<Result<Highlight, Problem>> {
    if shelf.place(place).is_none() {
        return Vec::new();
    }
    let answers = match Answers::new(shelf) {
        Ok(answers) => answers,
        Err(error) => return vec![Err(error.into())],
    };
    SHOWN.into_iter().filter_map(|id| highlight(&answers, visit, id, place).transpose()).collect()
}

fn highlight(answers: &Answers<'_>, visit: &Visit, id: &str, place: &str) -> Result<Option<Highlight>, Problem> {
    let about = indicator(id)?.about();
    let ask = Ask { place: Some(place.to_owned()).filter(|place| place != "MX"), ..Ask::default() };
    let answer = match answers.of(id, &ask).map_err(Problem::from) {
        Ok(answer) => answer,
        Err(problem) if problem.code == ProblemCode::Internal => return Err(problem),
        // There are no data to answer with.
        Err(_) => return Ok(None),
    };
    let of = &answer.observation;
    let (Some(used), Some(value)) = (of.editions.first(), of.value) else { return Ok(None) };
    let interval = of.interval.map(|span| format!(" ({})", speak::span(about.measured, span))).unwrap_or_default();
    let unit = speak::unit(visit, &about, speak::unit_of(&answer));
    Ok(Some(Highlight {
        label: catalogue::title(visit, &about),
        value: speak::value(about.measured, value),
        note: format!("{unit}, {}{interval}", speak::period(visit, &of.period)),
        href: address(&format!("/indicators/{id}"), &ask),
        source: catalogue::source_of(visit, used),
        source_href: used.address.clone(),
        synthetic: of.flags.contains(&"synthetic"),
    }))
}
