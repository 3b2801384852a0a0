//! Taxonomies and territory as importers and questions need them.

use crate::importers::Flag;
use std::collections::HashMap;
use tequio_kernel::text::{fold, slug};
use tequio_reference::gazetteer::Place;
use tequio_reference::{Gazetteer, gazetteer};
use tequio_reference::{ReferenceError, territory};
use tequio_reference::{Taxonomy, taxonomy};

/// The built-in catalogues.
pub struct Catalogue {
    gazetteer: &'static Gazetteer,
    municipalities: Vec<String>,
}

impl Catalogue {
    /// Loads them.
    ///
    /// # Errors
    /// [`ReferenceError`] when a built-in table is damaged.
    pub fn load() -> Result<Self, ReferenceError> {
        let layers = territory()?;
        let municipalities = layers.into_iter().find(|layer| layer.id.name == "municipalities");
        let codes = municipalities.into_iter().flat_map(|layer| layer.places).map(|place| place.code).collect();
        Ok(Self { gazetteer: gazetteer()?, municipalities: codes })
    }

    /// Codes of the municipalities of the reference territory, in order.
    pub fn municipalities(&self) -> &[String] {
        &self.municipalities
    }

    /// The places of the territory.
    pub(crate) fn places(&self) -> Places {
        Places { gazetteer: self.gazetteer, known: HashMap::new(), last: Default::default() }
    }

    /// The offences of a taxonomy; under the name of one that the program does not hold, the source's own words.
    pub(crate) fn offences(&self, id: &str) -> Offences {
        Offences { taxonomy: taxonomy(id).ok().flatten(), known: HashMap::new(), key: String::new() }
    }
}

/// A place as an importer found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlaceFound {
    pub code: String,
    /// As the source writes it.
    pub name: String,
    pub flags: Vec<Flag>,
}

/// Finds places, each spelling once.
pub(crate) struct Places {
    gazetteer: &'static Gazetteer,
    known: HashMap<[String; 4], Option<PlaceFound>>,
    /// The spelling found last: tables are sorted by place, and most rows repeat the one before.
    last: ([String; 4], Option<PlaceFound>),
}

impl Places {
    /// The state of a code and a name, either of which may be empty.
    pub(crate) fn state(&mut self, code: &str, name: &str) -> Option<PlaceFound> {
        self.once([code, name, "", ""], |places| {
            let by_code = places.gazetteer.state(code).filter(|_| !code.trim().is_empty());
            places.found(by_code.clone().or_else(|| places.gazetteer.state(name))?, name, by_code.is_some())
        })
    }

    /// The municipality of its state's code and name and its own, as far as they are given.
    pub(crate) fn municipality(&mut self, state: &str, state_name: &str, code: &str, name: &str) -> Option<PlaceFound> {
        self.once([state, state_name, code, name], |places| {
            let by_code = places.gazetteer.municipality(code).filter(|_| !code.trim().is_empty());
            let found = by_code.clone().or_else(|| {
                let state = places.gazetteer.state(state).or_else(|| places.gazetteer.state(state_name))?;
                places.gazetteer.municipality_named(state.code(), name)
            });
            places.found(found?, name, by_code.is_some())
        })
    }

    fn found(&self, place: Place, name: &str, by_code: bool) -> Option<PlaceFound> {
        let flags = match &place {
            Place::Pseudo(..) => vec![Flag::PseudoUnit],
            Place::Unknown(_) => vec![Flag::PlaceUnlisted],
            Place::Known(code) if by_code && self.disagrees(code, name) => vec![Flag::PlaceNameDisagrees],
            Place::Known(_) => Vec::new(),
        };
        Some(PlaceFound { code: place.code().to_owned(), name: name.trim().to_owned(), flags })
    }

    /// True when a name is not the name of the place, however it is spelled.
    fn disagrees(&self, code: &str, name: &str) -> bool {
        let named = match code.rsplit_once('-') {
            Some((state, _)) if state.contains('-') => self.gazetteer.municipality_named(state, name),
            _ => self.gazetteer.state(name),
        };
        let known = self.gazetteer.name(code).unwrap_or_default();
        fold(known) != fold(name) && named.is_none_or(|named| named.code() != code)
    }

    fn once(&mut self, key: [&str; 4], find: impl FnOnce(&Self) -> Option<PlaceFound>) -> Option<PlaceFound> {
        if self.last.0 == key && self.last.1.is_some() {
            return self.last.1.clone();
        }
        let key = key.map(str::to_owned);
        let known = self.known.get(&key).cloned();
        let found = known.unwrap_or_else(|| find(self));
        self.known.insert(key.clone(), found.clone());
        self.last = (key, found.clone());
        found
    }
}

/// Finds offences, each path of names once.
pub(crate) struct Offences {
    taxonomy: Option<&'static Taxonomy>,
    known: HashMap<String, ((String, String), bool)>,
    key: String,
}

impl Offences {
    /// Code and name of the class that the names lead to, from the widest to the narrowest, and whether the taxonomy
    /// lists it: a leaf, or a wider one where the table does not go down to the leaves; one that it does not list keeps the source's words, and so does every offence where there is no list.
    /// `None` when no name is given.
    pub(crate) fn of(&mut self, names: &[&str]) -> Option<((String, String), bool)> {
        self.key.clear();
        names.iter().for_each(|name| self.key.extend([name, "\u{1f}"]));
        if let Some(known) = self.known.get(&self.key) {
            return Some(known.clone());
        }
        let last = names.iter().rev().find(|name| !name.is_empty())?;
        let found = match self
            .taxonomy
            .map(|taxonomy| taxonomy.leaf_of_path(names).or_else(|| taxonomy.class_of_path(names)))
        {
            Some(Some(class)) => ((class.code.clone(), class.name_es.clone()), true),
            Some(None) => ((format!("x.{}", own_words(names)), (*last).to_owned()), false),
            None => ((own_words(names), (*last).to_owned()), true),
        };
        self.known.insert(self.key.clone(), found.clone());
        Some(found)
    }
}

/// Code of an offence that no taxonomy lists: the source's own words.
fn own_words(names: &[&str]) -> String {
    let parts: Vec<String> = names.iter().map(|name| slug(name)).filter(|part| !part.is_empty()).collect();
    parts.join(".")
}
