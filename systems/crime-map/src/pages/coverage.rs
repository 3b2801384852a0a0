//! Which places a dataset says something about. Of other places it has no zero: it has nothing.

use crate::library::Library;
use crate::pages::place_children::name_of;
use tequio_kernel::place::REFERENCE_LAYERS;
use tequio_kernel::{Layer, Level, Manifest, Place, PlaceRef};

/// How much of a place a dataset is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Covers {
    /// All of it.
    Whole,
    /// A part: the dataset is about a place within.
    Part,
    /// None of it; incidents found there are strays.
    Nothing,
    /// The dataset names no place of the reference territory.
    Unstated,
}

/// The territory of a dataset.
#[derive(Clone, Debug, Default)]
pub(crate) struct Coverage {
    /// The place it is about, if it names one that is known.
    pub territory: Option<PlaceRef>,
    /// Name of that place.
    pub name: String,
}

impl Coverage {
    pub(crate) fn of(library: &Library, manifest: &Manifest) -> Self {
        let place: Option<PlaceRef> = manifest.territory.as_deref().and_then(|code| code.parse().ok());
        let found = place.and_then(|place| {
            let (layer, index) = library.place(&place)?;
            Some(Self { name: name_of(layer.places.get(index)?), territory: Some(place) })
        });
        found.unwrap_or_default()
    }

    /// The territory when it is smaller than the country.
    pub(crate) fn below_nation(&self, library: &Library) -> Option<&PlaceRef> {
        self.territory.as_ref().filter(|place| library.layer(&place.layer).is_some_and(|l| l.level > Level::Nation))
    }

    /// How much of a place of a layer the dataset is about.
    pub(crate) fn of_place(&self, layer: &Layer, place: &Place) -> Covers {
        self.of_code(layer, &place.code, place.parent.as_deref())
    }

    /// True where the figures of a place are those of all of it, or nothing speaks against that.
    pub(crate) fn is_about(&self, layer: &Layer, place: &Place) -> bool {
        matches!(self.of_place(layer, place), Covers::Whole | Covers::Unstated)
    }

    /// The same by code, for a place whose parent is known.
    pub(crate) fn of_code(&self, layer: &Layer, code: &str, parent: Option<&str>) -> Covers {
        let Some(territory) = &self.territory else { return Covers::Unstated };
        if is_reference(&layer.id.name) {
            return relation(&territory.code, code);
        }
        // Where the territory does not tell which municipality holds a place, nothing speaks against it.
        let holder = parent.filter(|_| layer.within.as_deref().is_some_and(is_reference));
        match holder.map(|holder| relation(&territory.code, holder)) {
            Some(Covers::Nothing) => Covers::Nothing,
            _ => Covers::Whole,
        }
    }
}

/// As [`Territory::lies_in`](crate::territory::Territory::lies_in), of the territory as it is now: found once, for many
/// places.
pub(crate) fn lies_in(library: &Library) -> impl Fn(&Layer, &Place, &PlaceRef) -> bool {
    let territory = library.territory().ok();
    move |layer, place, holder| territory.as_ref().is_some_and(|territory| territory.lies_in(layer, place, holder))
}

fn is_reference(layer: &str) -> bool {
    REFERENCE_LAYERS.contains(&layer)
}

/// Codes of the reference territory hold those of the places above: `MX-09-015` lies in `MX-09`.
fn relation(territory: &str, place: &str) -> Covers {
    let lies_in = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('-'));
    match (place == territory || lies_in(place, territory), lies_in(territory, place)) {
        (true, _) => Covers::Whole,
        (false, true) => Covers::Part,
        (false, false) => Covers::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dataset_says_nothing_of_other_places() {
        for (territory, place, covers) in [
            ("MX", "MX-31-050", Covers::Whole),
            ("MX-09", "MX-09", Covers::Whole),
            ("MX-09", "MX-09-015", Covers::Whole),
            ("MX-09", "MX", Covers::Part),
            ("MX-09-015", "MX-09", Covers::Part),
            ("MX-09", "MX-15", Covers::Nothing),
            ("MX-09-015", "MX-09-016", Covers::Nothing),
            ("MX-0", "MX-09", Covers::Nothing),
        ] {
            assert_eq!(relation(territory, place), covers, "{territory} {place}");
        }
    }
}
