//! What the map of the explorer shows: counts, or an analysis of the same incidents.

use crate::analysis::{AnalysisError, Request, analysis};
use crate::pages::explore::Asked;
use crate::pages::explore::table::automatic;
use crate::pages::levels::ShownLevel;
use crate::pages::map::{cells_zoom, is_coarse};
use crate::spoken::localised;
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::{Dimension, Query};

/// What is shown on the map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MapLayer {
    /// How many incidents.
    #[default]
    Counts,
    /// Hot and cold spots (Getis-Ord Gi*).
    Hotspots,
    /// Kernel density.
    Density,
    /// Clusters of the spatial scan.
    Scan,
    /// Change against the period before.
    Change,
}

/// What addresses called the layer of hot and cold spots before it had the name of its analysis.
const HOTSPOTS_BEFORE: &str = "clusters";
/// Cells along the longer side of the ground for tests of cells: so many that a cluster has a form, so few that a cell
/// has incidents.
const SIDE_CELLS_MAX: u32 = 48;

impl MapLayer {
    pub(crate) const ALL: [Self; 5] = [Self::Counts, Self::Hotspots, Self::Density, Self::Scan, Self::Change];

    pub(super) fn parse(text: Option<&str>) -> Result<Self, Problem> {
        let Some(text) = text else { return Ok(Self::default()) };
        let names: Vec<&str> = Self::ALL.iter().map(|layer| layer.name()).collect();
        let found = Self::ALL.into_iter().find(|layer| layer.name() == text);
        let found = found.or_else(|| (text == HOTSPOTS_BEFORE).then_some(Self::Hotspots));
        found.ok_or_else(|| {
            let words = localised("refusal-map-layer", &[("text", text.into()), ("values", names.join(", ").into())]);
            Problem::with(ProblemCode::BadQuery, format!("`layer` is one of {}", names.join(", "))).told_as(words)
        })
    }

    /// Value in the address, which is the name of the analysis.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::Hotspots => "hotspots",
            Self::Density => "density",
            Self::Scan => "scan",
            Self::Change => "change",
        }
    }

    /// The analysis; of counts, none.
    fn analysis(self) -> Option<&'static str> {
        (self != Self::Counts).then(|| self.name())
    }
}

/// Why a layer is not asked at all, before anything is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unasked {
    /// Streets are drawn, not tested.
    Streets,
    /// Offences that are not published by cell.
    Coarse,
    /// Nothing was counted.
    NoIncidents,
    /// Cells have no inhabitants, and all offences against all offences is no question.
    ScanOfAll,
}

/// The question that a layer asks; none for counts.
pub(super) fn request(asked: &Asked<'_>) -> Option<Result<Result<Request, Unasked>, AnalysisError>> {
    let state = asked.state;
    let analysis = analysis(state.layer.analysis()?)?;
    let by = match dimension(asked) {
        Ok(by) => by,
        Err(unasked) => return Some(Ok(Err(unasked))),
    };
    // The edition is named, as it is by the map that asks for the same: what was computed is then known.
    let edition = Some(asked.edition.manifest.edition.clone());
    let mut pairs: Vec<(String, String)> = Query { by: by.into_iter().collect(), edition, ..asked.query.clone() }
        .pairs()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let mut choose = |name: &str, value: String| pairs.push((name.to_owned(), value));
    if let (MapLayer::Change, Some(period)) = (state.layer, state.compare) {
        choose("before", period.to_string());
    }
    Some(Request::parse(analysis, pairs).map(Ok))
}

/// The places or cells that are chosen; where none are, those in which the analysis says most. None leaves the choice
/// to the analysis.
fn dimension(asked: &Asked<'_>) -> Result<Option<Dimension>, Unasked> {
    let Asked { library, state, query, coverage, .. } = asked;
    let (filter, coarse) = (&query.filter, is_coarse(asked.edition, &state.query));
    let cells = || Dimension::Cell(cells_zoom(library, coverage.territory.as_ref(), query, SIDE_CELLS_MAX));
    let by = match (&state.level, state.layer) {
        (ShownLevel::Streets | ShownLevel::Segments, _) => return Err(Unasked::Streets),
        (_, MapLayer::Density) => None,
        (ShownLevel::Places(layer), _) => Some(Dimension::Place(layer.clone())),
        (ShownLevel::Cells, _) => Some(cells()),
        // A shape would cut places.
        (ShownLevel::Auto, _) if filter.has_shape() => Some(cells()),
        (ShownLevel::Auto, MapLayer::Hotspots) if !coarse => Some(cells()),
        (ShownLevel::Auto, _) => Some(automatic(library, query, coverage).map_or_else(cells, Dimension::Place)),
    };
    match matches!(by, None | Some(Dimension::Cell(_))) {
        true if coarse => Err(Unasked::Coarse),
        true if filter.offences.is_empty() && state.layer == MapLayer::Scan => Err(Unasked::ScanOfAll),
        _ => Ok(by),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_read_back_as_written_and_each_but_counts_has_its_analysis() {
        for layer in MapLayer::ALL {
            assert_eq!(MapLayer::parse(Some(layer.name())).ok(), Some(layer));
            let known = layer.analysis().map(|id| analysis(id).is_some());
            assert_eq!(known, (layer != MapLayer::Counts).then_some(true), "{}", layer.name());
        }
        assert_eq!(MapLayer::parse(None).ok(), Some(MapLayer::Counts));
        assert_eq!(MapLayer::parse(Some("clusters")).ok(), Some(MapLayer::Hotspots), "old addresses stay good");
        assert!(MapLayer::parse(Some("heat")).is_err());
    }
}
