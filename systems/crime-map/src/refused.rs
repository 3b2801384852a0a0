//! Why a question cannot be read or the library has no answer, in the words of the pages: every reason has a key, and the
//! values in it. The words are those of `words/refusal.*.ftl`; programs are told the errors themselves.

use crate::library::LibraryError;
use crate::spoken::{Tongue, in_both};
use crate::territory::TerritoryLoadError;
use tequio_access::{Part, Refusal, STREET_MINIMUM};
use tequio_archive::ArchiveError;
use tequio_atlas::AtlasError;
use tequio_frame::site::Localised;
use tequio_frame::words::Arg;
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::period::PeriodError;
use tequio_kernel::place::NameError;
use tequio_kernel::query::{CELL_ZOOM_MAX, DIMENSIONS_MAX, POLYGON_VERTICES_MAX, QueryError, RADIUS_M_MAX, VALUES_MAX};

/// A key and the values in its words.
pub(crate) type Reason = (&'static str, Vec<(&'static str, Arg<'static>)>);

/// A reason in both languages; none where there are no words for it.
pub(crate) fn said(reason: impl Fn(Tongue<'_>) -> Option<Reason>) -> Option<Localised> {
    in_both(|tongue| {
        let (key, args) = reason(tongue)?;
        Some(tongue.say(key, &args))
    })
}

/// A reason without values.
pub(crate) fn bare(key: &'static str) -> Reason {
    (key, Vec::new())
}

/// A question that cannot be read, told in words of its own.
pub(crate) fn problem_of_query(error: QueryError) -> Problem {
    let (words, instead) = (words_of_query(&error), instead_of(&error, "period"));
    Problem::with(ProblemCode::BadQuery, error).told_as(words).instead(instead)
}

/// The same of the period that a parameter holds.
pub(crate) fn problem_of_period(name: &'static str, error: PeriodError) -> Problem {
    let error = QueryError::Period(error);
    let instead = instead_of(&error, name);
    problem_of_query(error).instead(instead)
}

/// A period in the right order, in place of that which a parameter holds.
fn instead_of(error: &QueryError, name: &'static str) -> Vec<(&'static str, String)> {
    match error {
        QueryError::Period(PeriodError::Backwards { ordered, .. }) => vec![(name, ordered.clone())],
        _ => Vec::new(),
    }
}

/// The words of a question that cannot be read.
pub(crate) fn words_of_query(error: &QueryError) -> Option<Localised> {
    said(|tongue| Some(of_query(error, tongue)))
}

/// The words of a refusal of the library. None for what is no refusal, and for what every question is told.
pub(crate) fn words_of_library(error: &LibraryError) -> Option<Localised> {
    said(|tongue| of_library(error, tongue))
}

/// The parameter that a refusal of the library is about.
pub(crate) fn parameter_of_library(error: &LibraryError) -> Option<&'static str> {
    Some(match error {
        LibraryError::Counts(_) | LibraryError::Name(_) => "dataset",
        LibraryError::Archive(ArchiveError::Missing { kind, .. }) => kind,
        LibraryError::Territory(TerritoryLoadError::Unknown(..) | TerritoryLoadError::NoStreets) => "by",
        LibraryError::Atlas(error) => match error {
            AtlasError::UnknownOffence { .. } => "offence",
            AtlasError::UnknownPlace { .. } => "place",
            AtlasError::PeriodTooFine { .. } => "period",
            AtlasError::UnknownLayer { .. } | AtlasError::NoStreets => "by",
            _ => return None,
        },
        _ => return None,
    })
}

fn of_query(error: &QueryError, tongue: Tongue<'_>) -> Reason {
    let of = |key, text: &String| (key, vec![("text", Arg::from(text.clone()))]);
    let most = |key, most: usize| (key, vec![("most", Arg::from(most))]);
    match error {
        QueryError::UnknownName(text) => of("refusal-query-name", text),
        QueryError::Day(text) => of("refusal-query-day", text),
        QueryError::UnknownDimension(text) => of("refusal-query-dimension", text),
        QueryError::CellZoom(text) => {
            ("refusal-query-zoom", vec![("text", text.clone().into()), ("most", CELL_ZOOM_MAX.into())])
        }
        QueryError::Dimensions => most("refusal-query-dimensions", DIMENSIONS_MAX),
        QueryError::Repeated(name) => ("refusal-query-repeated", vec![("name", tongue.field(name).into())]),
        QueryError::TooMany(name) => {
            ("refusal-query-many", vec![("name", tongue.field(name).into()), ("most", VALUES_MAX.into())])
        }
        QueryError::Class(text) => of("refusal-query-class", text),
        QueryError::Bbox(text) => of("refusal-query-bbox", text),
        QueryError::Polygon => most("refusal-query-polygon", POLYGON_VERTICES_MAX),
        QueryError::Circle(text) => {
            ("refusal-query-circle", vec![("text", text.clone().into()), ("most", RADIUS_M_MAX.into())])
        }
        QueryError::SmallSet { name, text, low, high } => {
            let values = [("text", text.clone().into()), ("low", (*low).into()), ("high", (*high).into())];
            (if *name == "hour" { "refusal-query-hours" } else { "refusal-query-weekdays" }, values.into())
        }
        QueryError::Period(PeriodError::Unreadable(text)) => of("refusal-query-period", text),
        QueryError::Period(PeriodError::Backwards { text, ordered }) => {
            ("refusal-query-backwards", vec![("text", text.clone().into()), ("ordered", ordered.clone().into())])
        }
        QueryError::Name(NameError(text)) => of("refusal-query-id", text),
    }
}

fn of_library(error: &LibraryError, tongue: Tongue<'_>) -> Option<Reason> {
    let text = |text: &String| ("text", Arg::from(text.clone()));
    Some(match error {
        LibraryError::Refused(why) => of_access(why, tongue),
        LibraryError::Hollow(layer) => ("refusal-hollow", vec![("layer", tongue.layer(layer).into())]),
        LibraryError::Counts(dataset) => ("refusal-counts", vec![text(dataset)]),
        LibraryError::Name(NameError(name)) => ("refusal-query-id", vec![text(name)]),
        LibraryError::Archive(ArchiveError::Missing { kind: "dataset", name, known }) => {
            missing("refusal-no-dataset", name, known)
        }
        LibraryError::Archive(ArchiveError::Missing { kind: "edition", name, known }) => {
            missing("refusal-no-edition", name, known)
        }
        LibraryError::Territory(TerritoryLoadError::Unknown(layer, known)) => missing("refusal-no-layer", layer, known),
        LibraryError::Territory(TerritoryLoadError::NoStreets) => bare("refusal-no-streets"),
        LibraryError::Atlas(error) => return of_atlas(error),
        _ => return None,
    })
}

fn missing(key: &'static str, name: &str, known: &str) -> Reason {
    (key, vec![("text", name.to_owned().into()), ("known", known.to_owned().into())])
}

fn of_atlas(error: &AtlasError) -> Option<Reason> {
    let text = |text: &String| ("text", Arg::from(text.clone()));
    Some(match error {
        AtlasError::TooManyRows => bare("refusal-many-rows"),
        AtlasError::KeyTooWide => bare("refusal-too-fine"),
        AtlasError::NoStreets => bare("refusal-no-streets"),
        AtlasError::UnknownLayer { name, attached } => missing("refusal-no-layer", name, &attached.join(", ")),
        AtlasError::UnknownPlace { code, .. } => ("refusal-no-place", vec![text(code)]),
        AtlasError::UnknownOffence { code, suggestions } => {
            let near = suggestions.join(", ");
            ("refusal-no-offence", vec![text(code), ("n", suggestions.len().into()), ("near", near.into())])
        }
        AtlasError::PeriodTooFine { period, precision } => {
            let key = if *precision == "year" { "refusal-only-years" } else { "refusal-only-months" };
            (key, vec![("period", period.to_string().into())])
        }
        _ => return None,
    })
}

fn of_access(why: &Refusal, tongue: Tongue<'_>) -> Reason {
    match why {
        Refusal::CellTooSmall { asked, finest } => {
            ("refusal-cell-too-small", vec![("asked", (*asked).into()), ("finest", (*finest).into())])
        }
        Refusal::Sensitive(offence) => ("refusal-sensitive", vec![("offence", offence.clone().into())]),
        Refusal::SensitiveClass => bare("refusal-sensitive-class"),
        Refusal::Restricted(offence) => ("refusal-restricted", vec![("offence", offence.clone().into())]),
        Refusal::RestrictedClass => bare("refusal-restricted-class"),
        Refusal::StreetFilter => ("refusal-street-filter", vec![("n", STREET_MINIMUM.into())]),
        Refusal::StreetPlaces(layer) => ("refusal-street-places", vec![("layer", tongue.layer(layer).into())]),
        Refusal::Crossing(one, other) => {
            ("refusal-crossing", vec![("one", part(one, tongue).into()), ("other", part(other, tongue).into())])
        }
    }
}

fn part(part: &Part, tongue: Tongue<'_>) -> String {
    match part {
        Part::Cells => tongue.say("level-cells", &[]),
        Part::Streets => tongue.say("level-streets", &[]),
        Part::Segments => tongue.say("level-segments", &[]),
        Part::Shapes => tongue.say("refusal-shapes", &[]),
        Part::Places(layer) => tongue.layer(layer),
    }
}

#[cfg(test)]
#[path = "refused_tests.rs"]
mod tests;
