//! Why the library has no answer, in the words of the pages: every reason has a key, and the values in it. The words are
//! those of `words/refusal.*.ftl`; programs are told the errors themselves.

use crate::library::LibraryError;
use crate::spoken::{Tongue, in_both};
use tequio_access::{Part, Refusal, STREET_MINIMUM};
use tequio_atlas::AtlasError;
use tequio_frame::site::Localised;
use tequio_frame::words::Arg;

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

/// The words of a refusal of the library. None for what is no refusal, and for what every question is told.
pub(crate) fn words_of_library(error: &LibraryError) -> Option<Localised> {
    said(|tongue| of_library(error, tongue))
}

fn of_library(error: &LibraryError, tongue: Tongue<'_>) -> Option<Reason> {
    Some(match error {
        LibraryError::Refused(why) => of_access(why, tongue),
        LibraryError::Hollow(layer) => ("refusal-hollow", vec![("layer", tongue.layer(layer).into())]),
        LibraryError::Atlas(AtlasError::TooManyRows) => bare("refusal-many-rows"),
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
