//! Territory: places, and layers of places of one kind in one edition.

use geo_types::{LineString, MultiPolygon};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A layer's name and edition, written `municipalities@2020`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct LayerId {
    /// Name of the layer: lower-case letters, digits and hyphens.
    pub name: String,
    /// Edition of its boundaries.
    pub edition: String,
}

/// A text that does not name a layer, a place or a dataset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a valid name: use lower-case letters, digits, hyphens, dots and underscores, beginning with a letter or a digit, 64 at most"
)]
pub struct NameError(pub String);

/// Longest name of a layer, a dataset or an edition; each becomes a folder.
pub const NAME_LENGTH_MAX: usize = 64;

/// Checks a name that becomes part of an address and of a folder.
///
/// # Errors
/// [`NameError`] when it holds anything but lower-case letters, digits, `-`, `_` and `.`, or begins with a sign.
pub fn check_name(name: &str) -> Result<(), NameError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    let first = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if first && name.len() <= NAME_LENGTH_MAX && name.chars().all(allowed) {
        Ok(())
    } else {
        Err(NameError(name.to_owned()))
    }
}

impl fmt::Display for LayerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.edition)
    }
}

impl FromStr for LayerId {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let (name, edition) = text.split_once('@').ok_or_else(|| NameError(text.to_owned()))?;
        check_name(name)?;
        check_name(edition)?;
        Ok(Self { name: name.to_owned(), edition: edition.to_owned() })
    }
}

impl From<LayerId> for String {
    fn from(id: LayerId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for LayerId {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

/// How deep a layer lies in the territory; disclosure rules rest on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The whole country.
    Nation,
    /// First order of government (*entidad federativa*).
    State,
    /// Second order of government (*municipio*, *alcaldía*).
    Municipality,
    /// Anything smaller: neighbourhoods, police quadrants, street segments.
    Local,
}

/// What the places of a layer are drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerKind {
    /// Polygons.
    Areas,
    /// Street segments (lines).
    Streets,
}

/// The geometry of a place, in degrees of WGS 84 longitude and latitude (EPSG:4326).
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Known by name only: the edition has no boundary for it.
    None,
    /// An area.
    Area(MultiPolygon<f64>),
    /// A street segment.
    Line(LineString<f64>),
}

/// A node of the territory.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Code, unique in its layer: `MX-09`, `MX-09-015`, or the code the source gives.
    pub code: String,
    /// Official name; for a street segment the name of its street, possibly empty.
    pub name: String,
    /// Code of the place that holds it, in the layer named by [`Layer::within`].
    pub parent: Option<String>,
    /// Inhabitants by year.
    pub population: BTreeMap<i16, u64>,
    /// Boundary or line.
    pub shape: Shape,
}

/// Places of one kind in one edition.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Name and edition.
    pub id: LayerId,
    /// Areas or streets.
    pub kind: LayerKind,
    /// Depth in the territory.
    pub level: Level,
    /// Name of the layer that holds this one.
    pub within: Option<String>,
    /// Who made the boundaries.
    pub source: String,
    /// Which edition of the population figures the places carry.
    pub population_edition: Option<String>,
    /// The places, in the order of their codes.
    pub places: Vec<Place>,
}

/// A place of any layer: `MX`, `MX-09`, `MX-09-015`, or `LAYER:CODE`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceRef {
    /// Name of the layer; `nation`, `states` or `municipalities` for the codes of the reference territory.
    pub layer: String,
    /// Code in that layer.
    pub code: String,
}

/// Names of the layers of the reference territory, from the top down.
pub const REFERENCE_LAYERS: [&str; 3] = ["nation", "states", "municipalities"];

impl PlaceRef {
    /// Refers to a code of a layer.
    pub fn new(layer: &str, code: &str) -> Self {
        Self { layer: layer.to_owned(), code: code.to_owned() }
    }
}

impl FromStr for PlaceRef {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        if let Some((layer, code)) = text.split_once(':') {
            check_name(layer)?;
            return if code.is_empty() { Err(NameError(text.to_owned())) } else { Ok(Self::new(layer, code)) };
        }
        match text.split('-').count() {
            depth @ 1..=3 if !text.is_empty() => Ok(Self::new(REFERENCE_LAYERS[depth - 1], text)),
            _ => Err(NameError(text.to_owned())),
        }
    }
}

impl fmt::Display for PlaceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if REFERENCE_LAYERS.contains(&self.layer.as_str()) {
            f.write_str(&self.code)
        } else {
            write!(f, "{}:{}", self.layer, self.code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_named_by_code_or_by_layer_and_code() {
        for (text, layer, code) in [
            ("MX", "nation", "MX"),
            ("MX-09", "states", "MX-09"),
            ("MX-09-015", "municipalities", "MX-09-015"),
            ("cuadrantes:C-1.1", "cuadrantes", "C-1.1"),
        ] {
            let place: PlaceRef = text.parse().expect(text);
            assert_eq!((place.layer.as_str(), place.code.as_str()), (layer, code));
            assert_eq!(place.to_string(), text);
        }
        for text in ["", "MX-09-015-1", "../x:1", "capa:"] {
            assert!(text.parse::<PlaceRef>().is_err(), "{text}");
        }
    }

    #[test]
    fn names_cannot_leave_their_folder() {
        for name in ["..", "a/b", "", "Á", ".oculto", "A"] {
            assert!(check_name(name).is_err(), "{name}");
        }
        assert!(check_name("cdmx-cuadrantes").is_ok());
        assert!(check_name("2023.1").is_ok());
    }
}
