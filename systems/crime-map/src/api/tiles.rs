//! `GET /tiles/v1/{dataset}/{z}/{x}/{y}.mvt`.

use crate::api::caching::{Freshness, pinned};
use crate::api::dto::CrimeMapFilters;
use crate::api::refusals::OfTile;
use crate::library::Library;
use crate::pages::{Pairs, blocking};
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tequio_access::Principal;
use tequio_atlas::TileLevel;
use tequio_atlas::limits::TILE_ZOOM_MAX;
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::place::check_name;

/// Zooms between a tile and its cells: 32 cells on a side of the tile.
const CELL_DEPTH: u8 = 5;
/// Extension of the address.
const EXTENSION: &str = ".mvt";

/// Draws counts as a Mapbox Vector Tile, with the same filters as the counts.
#[utoipa::path(
    get,
    path = "/tiles/v1/{dataset}/{z}/{x}/{y}",
    operation_id = "crime_map_tile",
    tag = "crime-map",
    params(
        ("dataset" = String, Path, description = "Dataset; `default` is the default one", example = "default"),
        ("z" = u8, Path, description = "Zoom, 0 to 22", maximum = 22, example = 0),
        ("x" = u32, Path, description = "Column, from the west", example = 0),
        ("y" = String, Path, description = "Row from the north, with `.mvt`", example = "0.mvt", pattern = r"^\d+\.mvt$"),
        ("level" = String, Query, description = "`places:LAYER` (layer `places`: code, name, count), `cells` (layer `cells`: z, x, y, count) or `segments` (layer `segments`: code, name, count)", example = "places:states"),
        CrimeMapFilters,
    ),
    responses(
        (status = 200, description = "The tile", body = Vec<u8>, content_type = "application/vnd.mapbox-vector-tile"),
        (status = 204, description = "Nothing is on the tile"),
        OfTile,
    )
)]
pub(super) async fn tile(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    Path((dataset, z, x, y)): Path<(String, String, String, String)>,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let (z, x, y) = address(&z, &x, &y)?;
    let asked = pairs.take("level").unwrap_or_default();
    let level = level(&asked)?;
    pairs.0.extend(super::named(&dataset, super::DEFAULT).map(|dataset| ("dataset".to_owned(), dataset.to_owned())));
    let query = pairs.query()?;
    blocking(library, move |library| {
        let manifest = library.manifest(query.dataset.as_deref(), query.edition.as_deref())?;
        Freshness::of(&manifest, &library.layer_ids(), &query, &(asked, z, x, y)).answer(&headers, || {
            let query = pinned(&query, &manifest);
            let edition = library.open(query.dataset.as_deref(), query.edition.as_deref())?;
            let level = level.for_tile(z, edition.public_cell_zoom());
            let bytes = library.tile(&query, &level, z, x, y, Principal::Public)?;
            Ok(if bytes.is_empty() {
                StatusCode::NO_CONTENT.into_response()
            } else {
                ([(CONTENT_TYPE, "application/vnd.mapbox-vector-tile")], bytes).into_response()
            })
        })
    })
    .await
}

fn address(z: &str, x: &str, y: &str) -> Result<(u8, u32, u32), Problem> {
    let numbers = || {
        let z: u8 = z.parse().ok().filter(|z| *z <= TILE_ZOOM_MAX)?;
        let (x, y): (u32, u32) = (x.parse().ok()?, y.strip_suffix(EXTENSION)?.parse().ok()?);
        (u64::from(x.max(y)) < 1 << z).then_some((z, x, y))
    };
    numbers().ok_or_else(|| {
        Problem::with(ProblemCode::NotFound, format!("there is no tile {z}/{x}/{y}: write ZOOM/COLUMN/ROW{EXTENSION}"))
    })
}

/// The level as it is asked for: the zoom of cells follows that of the tile.
#[derive(Clone, Debug, PartialEq, Eq)]
enum AskedLevel {
    Places(String),
    Cells,
    Segments,
}

impl AskedLevel {
    fn for_tile(self, z: u8, finest: u8) -> TileLevel {
        match self {
            Self::Places(layer) => TileLevel::Places(layer),
            Self::Cells => TileLevel::Cells((z + CELL_DEPTH).min(finest)),
            Self::Segments => TileLevel::Segments,
        }
    }
}

fn level(text: &str) -> Result<AskedLevel, Problem> {
    match text.split_once(':').unwrap_or((text, "")) {
        ("places", layer) => {
            check_name(layer).map_err(|error| Problem::with(ProblemCode::BadQuery, error))?;
            Ok(AskedLevel::Places(layer.to_owned()))
        }
        ("cells", "") => Ok(AskedLevel::Cells),
        ("segments", "") => Ok(AskedLevel::Segments),
        _ => Err(Problem::with(ProblemCode::BadQuery, "`level` is places:LAYER, cells or segments")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_tiles_that_exist() {
        assert_eq!(address("2", "3", "0.mvt").ok(), Some((2, 3, 0)));
        for (z, x, y) in
            [("2", "4", "0.mvt"), ("2", "0", "0"), ("30", "0", "0.mvt"), ("a", "0", "0.mvt"), ("0", "-1", "0.mvt")]
        {
            assert!(address(z, x, y).is_err(), "{z}/{x}/{y}");
        }
    }

    #[test]
    fn levels_are_read() {
        assert_eq!(level("cells").map(|level| level.for_tile(4, 17)).ok(), Some(TileLevel::Cells(9)));
        assert_eq!(level("cells").map(|level| level.for_tile(16, 17)).ok(), Some(TileLevel::Cells(17)));
        assert_eq!(level("places:states").ok(), Some(AskedLevel::Places("states".to_owned())));
        assert!(level("").is_err() && level("places:").is_err() && level("cells:3").is_err());
    }
}
