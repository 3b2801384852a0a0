//! The levels at which incidents are shown: layers of places, cells, streets.

use crate::library::Library;
use crate::spoken::{Tongue, localised};
use std::sync::Arc;
use tequio_frame::{Problem, ProblemCode, Visit};
use tequio_kernel::{Layer, LayerKind};

/// What the rows of a table and the shapes of a map are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ShownLevel {
    /// Follows the place and the zoom.
    Auto,
    /// Places of a layer of areas.
    Places(String),
    /// Square cells.
    Cells,
    /// Named streets; segments on the map.
    Streets,
    /// Segments of streets, from corner to corner.
    Segments,
}

impl ShownLevel {
    pub(crate) fn parse(text: Option<&str>) -> Result<Self, Problem> {
        match text.map(|text| text.split_once(':').unwrap_or((text, ""))) {
            None | Some(("auto", "")) => Ok(Self::Auto),
            Some(("cells", "")) => Ok(Self::Cells),
            Some(("streets", "")) => Ok(Self::Streets),
            Some(("segments", "")) => Ok(Self::Segments),
            Some(("places", layer)) if !layer.is_empty() => Ok(Self::Places(layer.to_owned())),
            _ => Err(Problem::with(ProblemCode::BadQuery, "`level` is auto, places:LAYER, cells, streets or segments")
                .told_as(localised("refusal-level", &[("text", text.unwrap_or_default().into())]))),
        }
    }

    /// Value in the address.
    pub(crate) fn value(&self) -> String {
        match self {
            Self::Auto => "auto".to_owned(),
            Self::Places(layer) => format!("places:{layer}"),
            Self::Cells => "cells".to_owned(),
            Self::Streets => "streets".to_owned(),
            Self::Segments => "segments".to_owned(),
        }
    }

    /// Value of the tiles' `level`.
    pub(crate) fn tile_value(&self) -> String {
        match self {
            Self::Streets => "segments".to_owned(),
            other => other.value(),
        }
    }
}

/// Name of a layer for people, in the plural.
pub(crate) fn layer_name(visit: &Visit, layer: &str) -> String {
    Tongue::of(visit).layer(layer)
}

/// Layers of areas, from the largest places to the smallest.
pub(crate) fn area_layers(library: &Library) -> Vec<Arc<Layer>> {
    let mut layers: Vec<_> =
        library.layers().into_iter().filter(|layer| layer.kind == LayerKind::Areas && layer.places.len() > 1).collect();
    layers.sort_by(|a, b| (a.level, a.places.len(), &a.id).cmp(&(b.level, b.places.len(), &b.id)));
    layers
}

/// True when some layer has streets.
pub(crate) fn has_streets(library: &Library) -> bool {
    library.layers().iter().any(|layer| layer.kind == LayerKind::Streets)
}

/// Layers of areas that lie within another, largest places first.
pub(crate) fn layers_within(library: &Library, layer: &str) -> Vec<Arc<Layer>> {
    area_layers(library).into_iter().filter(|inner| inner.within.as_deref() == Some(layer)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_read_back_as_written() {
        for text in ["auto", "places:states", "cells", "streets", "segments"] {
            assert_eq!(ShownLevel::parse(Some(text)).map(|level| level.value()).ok(), Some(text.to_owned()));
        }
        assert_eq!(ShownLevel::parse(None).ok(), Some(ShownLevel::Auto));
        assert!(ShownLevel::parse(Some("places:")).is_err() && ShownLevel::parse(Some("galaxy")).is_err());
    }
}
