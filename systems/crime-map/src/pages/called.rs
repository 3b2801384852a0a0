//! Places by their names: people write names, addresses hold codes.

use crate::library::{Library, LibraryError};
use crate::pages::faults::Faults;
use crate::pages::place::layer_kind;
use crate::pages::place_children::name_of;
use crate::pages::place_subject::holders;
use crate::search::Meeting;
use crate::spoken::localised;
use tequio_frame::address::Pairs;
use tequio_frame::{Problem, ProblemCode, Visit};
use tequio_kernel::place::REFERENCE_LAYERS;
use tequio_kernel::query::VALUES_MAX;
use tequio_kernel::{Layer, LayerKind, Level, Place, PlaceRef};

/// Name of a place in the address.
const NAME: &str = "place";
/// Places among which those are sought that a text may have meant.
const SEARCHED: usize = 50;
/// Most places that are offered in place of a text that names none, and of one that names several.
const LIKE_MAX: usize = 8;
const CALLED_MAX: usize = 30;

/// What a text says of a place.
enum Named {
    /// It is one.
    One(PlaceRef),
    /// It is the name of several.
    Several(Vec<PlaceRef>),
    /// It is no name; these have one like it.
    Like(Vec<PlaceRef>),
}

/// Puts codes in place of names. A text that names no place, or several, is a fault with what may have been meant, and
/// is no part of the question.
///
/// # Errors
/// [`LibraryError`] when the names cannot be read.
pub(super) fn code_places(
    library: &Library,
    visit: &Visit,
    pairs: &mut Pairs,
    faults: &mut Faults,
) -> Result<(), LibraryError> {
    let (mut coded, mut sought) = (Vec::new(), 0);
    for (name, value) in std::mem::take(&mut pairs.0) {
        sought += usize::from(name == NAME);
        // Beyond that the question is refused as too long a list, or there is more to mend than anybody does.
        if name != NAME || value.trim().is_empty() || sought > VALUES_MAX || faults.is_full() {
            coded.push((name, value));
            continue;
        }
        match named(library, value.trim())? {
            Named::One(place) => coded.push((name, place.to_string())),
            Named::Several(places) => {
                let problem = several(value.trim(), &places);
                faults.add_with(NAME, &value, problem, labels(library, visit, &places));
            }
            Named::Like(places) => {
                let problem = none(value.trim(), !places.is_empty());
                faults.add_with(NAME, &value, problem, labels(library, visit, &places));
            }
        }
    }
    pairs.0 = coded;
    Ok(())
}

/// A code before a name before a likeness. States and municipalities come before places of other layers, as they do at
/// the command line.
fn named(library: &Library, text: &str) -> Result<Named, LibraryError> {
    if let Some(place) = text.parse().ok().filter(|place| library.place(place).is_some()) {
        return Ok(Named::One(place));
    }
    let finder = library.finder()?;
    let found = finder.search(text, None, SEARCHED);
    let areas = || found.iter().filter(|found| found.at.is_none());
    if let Some(coded) = areas().find(|found| found.meeting == Meeting::Code) {
        return Ok(Named::One(coded.place.clone()));
    }
    let called = finder.called(text);
    let of = |is_reference: bool| -> Vec<PlaceRef> {
        let is_shown = |(layer, _): &&(&Layer, &Place)| {
            layer.kind == LayerKind::Areas && REFERENCE_LAYERS.contains(&layer.id.name.as_str()) == is_reference
        };
        let reference = |(layer, place): &(&Layer, &Place)| PlaceRef::new(&layer.id.name, &place.code);
        called.iter().filter(is_shown).map(reference).take(CALLED_MAX).collect()
    };
    let places = Some(of(true)).filter(|places| !places.is_empty()).unwrap_or_else(|| of(false));
    Ok(match places.as_slice() {
        [] if is_code(text) => Named::Like(Vec::new()),
        [] => Named::Like(areas().map(|found| found.place.clone()).take(LIKE_MAX).collect()),
        [one] => Named::One(one.clone()),
        _ => Named::Several(places),
    })
}

/// Codes have a layer before them, or numbers and no small letters; what is like a code is no better than any other.
fn is_code(text: &str) -> bool {
    let has_number = text.chars().any(|letter| letter.is_ascii_digit());
    text.contains(':') || (has_number && !text.chars().any(char::is_lowercase))
}

fn several(text: &str, places: &[PlaceRef]) -> Problem {
    let codes: Vec<String> = places.iter().map(ToString::to_string).collect();
    let detail = format!("several places are called `{text}`: ask for one of {}", codes.join(", "));
    told(Problem::with(ProblemCode::BadQuery, detail), "refusal-several-places", text)
}

fn none(text: &str, has_like: bool) -> Problem {
    let detail = format!("no place is called `{text}`: give its code, or the name of a state or municipality");
    let key = if has_like { "refusal-like-place" } else { "refusal-no-place" };
    told(Problem::with(ProblemCode::NotFound, detail), key, text)
}

fn told(problem: Problem, key: &str, text: &str) -> Problem {
    problem.told_as(localised(key, &[("text", text.into())])).about(Some(NAME))
}

fn labels(library: &Library, visit: &Visit, places: &[PlaceRef]) -> Vec<(String, String)> {
    places.iter().filter_map(|place| Some((label(library, visit, place)?, place.to_string()))).collect()
}

/// `Puebla, Puebla (Municipio o alcaldía)`: the name, those of the places that hold it, and what it is.
fn label(library: &Library, visit: &Visit, place: &PlaceRef) -> Option<String> {
    let (layer, index) = library.place(place)?;
    let place = layer.places.get(index)?;
    let above = holders(library, &layer, place).into_iter().filter(|(layer, _)| layer.level > Level::Nation);
    let names = above.filter_map(|(layer, index)| layer.places.get(index).map(name_of));
    let names: Vec<String> = std::iter::once(name_of(place)).chain(names).collect();
    Some(format!("{} ({})", names.join(", "), layer_kind(visit, &layer)))
}
