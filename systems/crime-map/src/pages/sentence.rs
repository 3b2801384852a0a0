//! A question in one sentence: which offences, where, when.

use super::explore::{offence_name, place_name};
use super::span::{Span, period_in_words};
use crate::library::{Library, OpenEdition};
use tequio_frame::{Visit, format};
use tequio_kernel::{Filter, Query, SmallSet};

/// Decimals of positions.
const DECIMALS: usize = 3;

/// The filters of a question; `left_out` where the public sees no sensitive offence among all of them.
pub(super) fn question_in_words(
    library: &Library,
    visit: &Visit,
    edition: &OpenEdition,
    query: &Query,
    span: &Span,
    left_out: bool,
) -> String {
    let filter = &query.filter;
    let period = filter.period.map_or_else(|| span.in_words(visit), |period| period_in_words(visit, period));
    let places = filter.places.iter().map(|place| place_name(library, place)).chain(shapes_in_words(visit, filter));
    let args = [
        ("offences", offences_in_words(visit, edition, filter, left_out).into()),
        ("places", or_else(places.collect(), || visit.t("all-places")).into()),
        ("period", period.into()),
    ];
    let days = filter.weekdays.map(|days| ("sentence-days", "days", days_in_words(visit, days)));
    let hours = filter.hours.map(|hours| ("sentence-hours", "hours", hours_in_words(visit, hours)));
    let more = days.into_iter().chain(hours).map(|(key, name, words)| visit.say(key, &[(name, words.into())]));
    std::iter::once(visit.say("explore-sentence", &args)).chain(more).collect::<Vec<_>>().join(" ")
}

/// The offences by name, else the classes that were asked for, else all there are to be seen.
fn offences_in_words(visit: &Visit, edition: &OpenEdition, filter: &Filter, left_out: bool) -> String {
    let class = |class: &String| visit.t_or(&format!("class-{class}"), class);
    let classes = filter.classes.iter().filter(|_| !left_out).map(class).collect();
    let all = if left_out { "all-ordinary-offences" } else { "all-offences" };
    let offences = filter.offences.iter().map(|code| offence_name(edition, code)).collect();
    or_else(offences, || or_else(classes, || visit.t(all)))
}

fn or_else(texts: Vec<String>, none: impl FnOnce() -> String) -> String {
    if texts.is_empty() { none() } else { texts.join(", ") }
}

/// The box, polygon and circle that cut out part of the map.
fn shapes_in_words(visit: &Visit, filter: &Filter) -> Vec<String> {
    let at = |degrees: f64| format::decimal(degrees, DECIMALS);
    let bbox = filter.bbox.map(|bbox| {
        let (low, high) = (bbox.min(), bbox.max());
        let sides = [("south", low.y), ("west", low.x), ("north", high.y), ("east", high.x)];
        visit.say("sentence-box", &sides.map(|(name, degrees)| (name, at(degrees).into())))
    });
    let polygon = filter.polygon.as_ref().map(|polygon| {
        // The first corner closes the ring.
        let corners = polygon.exterior().0.len().saturating_sub(1);
        visit.say("sentence-polygon", &[("n", corners.into())])
    });
    let circle = filter.circle.map(|circle| {
        let (latitude, longitude) = (at(circle.centre.y), at(circle.centre.x));
        let radius = format::decimal(circle.radius_m, 0);
        let args = [("radius", radius.into()), ("latitude", latitude.into()), ("longitude", longitude.into())];
        visit.say("sentence-circle", &args)
    });
    bbox.into_iter().chain(polygon).chain(circle).collect()
}

/// `0:00–5:59, 19:00–23:59` for `0-5,19-23`.
pub(super) fn hours_in_words(visit: &Visit, hours: SmallSet) -> String {
    let text = hours.to_string();
    let run = |run: &str| match run.split_once('-').unwrap_or((run, run)) {
        ("unknown", _) => visit.t("hours-unknown"),
        (first, last) => format!("{first}:00–{last}:59"),
    };
    text.split(',').map(run).collect::<Vec<_>>().join(", ")
}

/// `lunes, miércoles` for `1,3`; `martes – jueves` for `2-4`.
pub(super) fn days_in_words(visit: &Visit, days: SmallSet) -> String {
    let name = |text: &str| {
        text.parse()
            .map_or_else(|_| visit.t("chart-weekday-unknown"), |day| format::weekday(visit.language, day).to_owned())
    };
    let text = days.to_string();
    let run = |run: &str| run.split('-').map(name).collect::<Vec<_>>().join(" – ");
    text.split(',').map(run).collect::<Vec<_>>().join(", ")
}
