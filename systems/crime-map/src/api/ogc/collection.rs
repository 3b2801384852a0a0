//! What a collection is made of.

use crate::library::{Library, OpenEdition};
use crate::pages::{bounds_of, join};
use geo_types::{Coord, Rect};
use std::sync::Arc;
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::{Dimension, Layer, LayerKind};

/// Zooms whose cells are offered, as far as they are public: about 40 km, 10 km, 2 km and 600 m at the equator.
const CELL_ZOOMS: [u8; 4] = [10, 12, 14, 16];
const CELLS: &str = "cells-";
const SEGMENTS: &str = "segments";

/// A collection of features.
#[derive(Clone, Debug)]
pub(super) enum Collection {
    /// Every place of a layer of areas.
    Places(Arc<Layer>),
    /// Cells with incidents.
    Cells(u8),
    /// Street segments with enough incidents.
    Segments(Arc<Layer>),
}

impl Collection {
    /// Every collection of an edition.
    pub(super) fn all(library: &Library, edition: &OpenEdition) -> Result<Vec<Self>, Problem> {
        let areas = library.layers().into_iter().filter(|layer| layer.kind == LayerKind::Areas);
        let finest = edition.public_cell_zoom();
        let cells = CELL_ZOOMS.into_iter().filter(|zoom| *zoom <= finest);
        let territory = library.territory()?;
        let streets =
            if territory.has_streets() { Some(territory.streets().map_err(crate::LibraryError::from)?) } else { None };
        let segments = streets.map(|streets| Self::Segments(streets.layer().clone()));
        Ok(areas.map(Self::Places).chain(cells.map(Self::Cells)).chain(segments).collect())
    }

    /// The collection with a name.
    pub(super) fn find(library: &Library, edition: &OpenEdition, id: &str) -> Result<Self, Problem> {
        let missing = || Problem::with(ProblemCode::NotFound, format!("there is no collection `{id}`"));
        Self::all(library, edition)?.into_iter().find(|collection| collection.id() == id).ok_or_else(missing)
    }

    /// Name in addresses.
    pub(super) fn id(&self) -> String {
        match self {
            Self::Places(layer) => layer.id.name.clone(),
            Self::Cells(zoom) => format!("{CELLS}{zoom}"),
            Self::Segments(_) => SEGMENTS.to_owned(),
        }
    }

    /// What its features are counted by.
    pub(super) fn dimension(&self) -> Dimension {
        match self {
            Self::Places(layer) => Dimension::Place(layer.id.name.clone()),
            Self::Cells(zoom) => Dimension::Cell(*zoom),
            Self::Segments(_) => Dimension::Segment,
        }
    }

    pub(super) fn title(&self) -> String {
        match self {
            Self::Places(layer) => format!("{} ({})", layer.id.name, layer.id.edition),
            Self::Cells(zoom) => format!("Square cells of zoom {zoom}"),
            Self::Segments(layer) => format!("Street segments ({})", layer.id),
        }
    }

    pub(super) fn description(&self) -> String {
        match self {
            Self::Places(layer) => {
                format!("Every place of the layer {} with its count and rate. {}", layer.id, layer.source)
            }
            Self::Cells(zoom) => format!("Web-mercator cells of zoom {zoom} with at least one incident."),
            Self::Segments(layer) => format!("Segments of streets with enough incidents to be shown. {}", layer.source),
        }
    }

    /// The box round its features; of cells the whole of web mercator, for only the data know.
    pub(super) fn bounds(&self) -> Option<Rect<f64>> {
        match self {
            Self::Places(layer) | Self::Segments(layer) => layer.places.iter().filter_map(bounds_of).reduce(join),
            Self::Cells(_) => Some(Rect::new(Coord { x: -180.0, y: -85.0 }, Coord { x: 180.0, y: 85.0 })),
        }
    }
}
