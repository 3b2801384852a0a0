//! A question in one sentence: which offences, where, when.

use super::explore::{offence_name, place_name};
use super::span::{Span, period_in_words};
use crate::library::{Library, OpenEdition};
use tequio_frame::Visit;
use tequio_kernel::Query;

/// The filters of a question; `left_out` where the public sees no sensitive offence among all of them.
pub(super) fn question_in_words(
    library: &Library,
    visit: &Visit,
    edition: &OpenEdition,
    query: &Query,
    span: &Span,
    left_out: bool,
) -> String {
    let period = query.filter.period.map_or_else(|| span.in_words(visit), |period| period_in_words(visit, period));
    let offences: Vec<String> = query.filter.offences.iter().map(|code| offence_name(edition, code)).collect();
    let places: Vec<String> = query.filter.places.iter().map(|place| place_name(library, place)).collect();
    let or = |texts: Vec<String>, none: &str| if texts.is_empty() { visit.t(none) } else { texts.join(", ") };
    let all = if left_out { "all-ordinary-offences" } else { "all-offences" };
    let args = [
        ("offences", or(offences, all).into()),
        ("places", or(places, "all-places").into()),
        ("period", period.into()),
    ];
    visit.say("explore-sentence", &args)
}
