//! Places by their names: people write names, addresses hold codes.

use crate::library::{Library, LibraryError};
use crate::pages::faults::Faults;
use crate::pages::place::layer_kind;
use crate::search::Named;
use crate::spoken::localised;
use crate::states::name_with_holders;
use tequio_frame::address::Pairs;
use tequio_frame::{Problem, ProblemCode, Visit};
use tequio_kernel::PlaceRef;
use tequio_kernel::query::VALUES_MAX;

/// Name of a place in the address.
const NAME: &str = "place";

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
        let text = value.trim();
        match library.named(text)? {
            Named::One(place) => coded.push((name, place.to_string())),
            other => {
                let (problem, meant) = asked_back(library, visit, text, &other);
                faults.add_with(NAME, &value, problem, meant);
            }
        }
    }
    pairs.0 = coded;
    Ok(())
}

/// Why a text is not one place, and the names and codes of those that may have been meant.
pub(super) fn asked_back(
    library: &Library,
    visit: &Visit,
    text: &str,
    named: &Named,
) -> (Problem, Vec<(String, String)>) {
    let (problem, places) = match named {
        Named::Several(places) => (several(text, places), places.as_slice()),
        Named::Like(places) => (none(text, !places.is_empty()), places.as_slice()),
        Named::One(place) => (none(text, true), std::slice::from_ref(place)),
    };
    (problem, labels(library, visit, places))
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
    let layer = library.layer(&place.layer)?;
    Some(format!("{} ({})", name_with_holders(&*library.territory().ok()?, place)?, layer_kind(visit, &layer)))
}
