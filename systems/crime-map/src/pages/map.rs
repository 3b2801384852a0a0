//! What a page tells its map: where the tiles are, which levels there are, and the first view.

use crate::library::{Library, OpenEdition};
use crate::pages::ask::{Kept, count};
use crate::pages::coverage::Coverage;
use crate::pages::levels::{ShownLevel, area_layers, has_streets, layer_name};
use geo::BoundingRect;
use geo_types::{Coord, Rect};
use serde_json::json;
use tequio_atlas::Cell;
use tequio_frame::address::encode;
use tequio_frame::{Problem, ProblemCode, Visit};
use tequio_kernel::{Dimension, Key, Layer, Level, Place, PlaceRef, Query, Shape};
use tequio_reference::ORDINARY;

/// Zooms from which each level is shown when the level follows the zoom.
const ZOOM_STATES: f64 = 0.0;
const ZOOM_MUNICIPALITIES: f64 = 5.5;
const ZOOM_LOCAL: f64 = 9.5;
const ZOOM_CELLS: f64 = 11.5;
const ZOOM_STREETS: f64 = 14.0;
const ZOOM_LOCAL_WITHIN: f64 = 12.0;
/// A level that is shown only when the form names it.
const ZOOM_NEVER: f64 = 99.0;
/// Length of a degree of latitude, metres.
const DEGREE_M: f64 = 111_195.0;
/// Coarsest and finest zoom of cells that follow from the ground asked about.
const CELL_ZOOMS: std::ops::RangeInclusive<u8> = 4..=17;
/// Zoom of the cells that the extent of the data is read from.
const EXTENT_CELL_ZOOM: u8 = 10;
/// The same for data that lie within so many degrees, about 300 km.
const NARROW_CELL_ZOOM: u8 = 15;
const SMALL_DEGREES: f64 = 3.0;

/// A map ready for its template.
pub(crate) struct MapView {
    /// JSON for the element's `data-settings`.
    pub settings: String,
    /// Words for assistive technology.
    pub label: String,
    /// How the map is read.
    pub note: String,
}

/// What a map shows.
pub(crate) struct MapAsked<'a> {
    pub query: &'a Query,
    pub dataset: &'a str,
    pub edition: &'a str,
    pub level: ShownLevel,
    pub bounds: Rect<f64>,
    /// True when nothing below municipality is published for the question.
    pub coarse: bool,
    /// Words for assistive technology.
    pub label: String,
    /// True where a choice on the map narrows the question of the page.
    pub narrows: bool,
    /// Codes of the segments that the page is about; they stand out.
    pub segments: Vec<String>,
    /// An analysis in place of the counts: where it is asked and how it is painted.
    pub painted: Option<serde_json::Value>,
    pub coverage: &'a Coverage,
    /// What the links of the map keep.
    pub kept: &'a Kept,
}

impl MapView {
    pub(crate) fn of(visit: &Visit, library: &Library, asked: MapAsked<'_>) -> Self {
        let (low, high) = (asked.bounds.min(), asked.bounds.max());
        let settings = json!({
            "tiles": tiles(&asked),
            "context": format!("{}?edition={}", tile_address(asked.dataset), asked.edition),
            "levels": levels(visit, library, &asked),
            "level": asked.level.tile_value(),
            "bounds": [low.x, low.y, high.x, high.y],
            "focus": focus(library, &asked).map(|place| json!({ "layer": place.layer, "code": place.code })),
            "territory": asked.coverage.below_nation(library).map(|place| place.code.clone()),
            "narrows": asked.narrows,
            "segments": asked.segments,
            "painted": asked.painted,
            "kept": asked.kept.as_str(),
            "words": words(visit),
        });
        let note = if asked.painted.as_ref().is_some_and(|painted| painted.is_object()) {
            "map-note-painted"
        } else {
            "map-note"
        };
        Self { settings: settings.to_string(), label: asked.label, note: visit.t(note) }
    }
}

/// The place that the figures are about: the one asked for, else the territory of the data.
fn focus<'a>(library: &Library, asked: &MapAsked<'a>) -> Option<&'a PlaceRef> {
    asked.query.filter.places.first().or_else(|| asked.coverage.below_nation(library))
}

/// Address of the tiles; the edition stands in it, so that tiles may be kept for ever.
fn tiles(asked: &MapAsked<'_>) -> String {
    let mut pairs = asked.query.pairs();
    pairs.retain(|(name, _)| !["dataset", "edition", "as_of", "by"].contains(name));
    pairs.insert(0, ("edition", asked.edition.to_owned()));
    format!("{}?{}", tile_address(asked.dataset), encode(&pairs))
}

fn tile_address(dataset: &str) -> String {
    format!("/tiles/v1/{dataset}/{{z}}/{{x}}/{{y}}.mvt")
}

/// Levels by the zoom from which each is shown, coarse ones first.
fn levels(visit: &Visit, library: &Library, asked: &MapAsked<'_>) -> Vec<serde_json::Value> {
    let depth = depth_of(library, asked);
    let mut levels: Vec<(f64, String, String)> = Vec::new();
    let mut local = false;
    for layer in area_layers(library).into_iter().filter(|layer| is_answered(library, asked, layer)) {
        let zoom = match layer.level {
            // Places as large as the one asked for would show it alone; they come by name only. So do the
            // places of a territory that the data may not lie in.
            level if level <= depth || asked.coverage.territory.is_none() => ZOOM_NEVER,
            Level::Nation | Level::State => ZOOM_STATES,
            Level::Municipality => ZOOM_MUNICIPALITIES,
            // Of several local layers only the largest follows the zoom.
            Level::Local if local => ZOOM_NEVER,
            Level::Local => {
                local = true;
                if depth < Level::Municipality { ZOOM_LOCAL } else { ZOOM_LOCAL_WITHIN }
            }
        };
        levels.push((zoom, format!("places:{}", layer.id.name), layer_name(visit, &layer.id.name)));
    }
    if !asked.coarse {
        // Within a municipality cells come first: local layers seldom cover it whole.
        let places_first = depth < Level::Municipality && asked.coverage.territory.is_some();
        let zoom = if places_first { ZOOM_CELLS } else { ZOOM_STATES };
        levels.push((zoom, "cells".to_owned(), visit.t("level-cells")));
    }
    if !asked.coarse && has_streets(library) {
        levels.push((ZOOM_STREETS, "segments".to_owned(), visit.t("level-streets")));
    }
    levels.sort_by(|a, b| a.0.total_cmp(&b.0));
    levels.into_iter().map(|(zoom, id, name)| json!({ "id": id, "name": name, "zoom": zoom })).collect()
}

/// Depth of the deepest place asked for, or of the territory of the data; the nation when there is none.
fn depth_of(library: &Library, asked: &MapAsked<'_>) -> Level {
    let places = asked.query.filter.places.iter().chain(&asked.coverage.territory);
    let levels = places.filter_map(|place| library.layer(&place.layer)).map(|layer| layer.level);
    levels.max().unwrap_or(Level::Nation)
}

/// True when the public gets an answer to the question by this layer; the rules are those of
/// `tequio_access`, and a level that would be refused is not offered.
fn is_answered(library: &Library, asked: &MapAsked<'_>, layer: &Layer) -> bool {
    if layer.level != Level::Local {
        return true;
    }
    let filter = &asked.query.filter;
    let is_local = |name: &str| library.layer(name).is_none_or(|layer| layer.level == Level::Local);
    let crosses = filter.places.iter().any(|place| place.layer != layer.id.name && is_local(&place.layer));
    !(asked.coarse || crosses || filter.has_shape())
}

/// True when the question names an offence or class that is not published below municipality.
pub(crate) fn is_coarse(edition: &OpenEdition, query: &Query) -> bool {
    let sensitive = |code: &String| edition.class(code).is_some_and(|class| class != ORDINARY);
    query.filter.offences.iter().any(sensitive) || query.filter.classes.iter().any(|class| class != ORDINARY)
}

fn words(visit: &Visit) -> serde_json::Value {
    json!({
        "incidents": visit.t("unit-incidents"),
        "loading": visit.t("map-loading"),
        "failed": visit.t("map-failed"),
        "empty": visit.t("map-empty"),
        "method": visit.t("map-method"),
        "zoomIn": visit.t("map-zoom-in"),
        "zoomOut": visit.t("map-zoom-out"),
        "popup": visit.t("map-popup-close"),
        "cell": visit.t("map-cell"),
        "segment": visit.t("map-segment"),
        "open": visit.t("map-open-place"),
        "narrow": visit.t("area-filter"),
        "areaDraw": visit.t("area-draw"),
        "areaDrawing": visit.t("area-drawing"),
    })
}

/// The box round a place, if it has a shape.
pub(crate) fn bounds_of(place: &Place) -> Option<Rect<f64>> {
    match &place.shape {
        Shape::Area(area) => area.bounding_rect(),
        Shape::Line(line) => line.bounding_rect(),
        Shape::None => None,
    }
}

/// The box round the cells that hold the incidents of a question.
pub(crate) fn bounds_of_data(library: &Library, query: &Query) -> Result<Option<Rect<f64>>, Problem> {
    bounds_at(library, query, EXTENT_CELL_ZOOM)
}

/// The same, of finer cells where the data lie close together: the box of a town is not that of the cells of a country.
fn narrow_bounds_of_data(library: &Library, query: &Query) -> Option<Rect<f64>> {
    let bounds = bounds_at(library, query, EXTENT_CELL_ZOOM).ok()??;
    Some(narrowed(bounds, || bounds_at(library, query, NARROW_CELL_ZOOM)))
}

/// The box of finer cells in place of one that is small; the latter where there are too many of them to be counted.
fn narrowed(bounds: Rect<f64>, finer: impl FnOnce() -> Result<Option<Rect<f64>>, Problem>) -> Rect<f64> {
    let is_small = bounds.width().max(bounds.height()) < SMALL_DEGREES;
    if is_small { finer().ok().flatten().unwrap_or(bounds) } else { bounds }
}

/// The box round the cells of a zoom; none for what is not published by cell.
fn bounds_at(library: &Library, query: &Query, zoom: u8) -> Result<Option<Rect<f64>>, Problem> {
    let answer = match count(library, &Query { by: vec![Dimension::Cell(zoom)], ..query.clone() }) {
        // What is not published by cell is shown on the whole country.
        Err(problem) if [ProblemCode::Forbidden, ProblemCode::Unprocessable].contains(&problem.code) => {
            return Ok(None);
        }
        answer => answer?,
    };
    let half = 180.0 / f64::from(1u32 << zoom);
    let centres = answer.counts.rows.iter().filter_map(|row| match row.keys.first() {
        Some(Key::Cell { z, x, y }) => Some(Cell { z: *z, x: *x, y: *y }.centre()),
        _ => None,
    });
    let boxes = centres.map(|(x, y)| Rect::new(Coord { x: x - half, y: y - half }, Coord { x: x + half, y: y + half }));
    Ok(boxes.reduce(join))
}

/// The finest public zoom at which the ground of a question is at most so many cells wide and high: the box or shape asked for,
/// else the places, else the territory of the data, else where the incidents lie, else the country.
pub(crate) fn cells_zoom(library: &Library, territory: Option<&PlaceRef>, query: &Query, cells_max: u32) -> u8 {
    let of = |place: &PlaceRef| {
        let (layer, index) = library.place(place)?;
        layer.places.get(index).and_then(bounds_of)
    };
    let filter = &query.filter;
    let shape = filter.bbox.or_else(|| filter.polygon.as_ref().and_then(BoundingRect::bounding_rect));
    let circle = || filter.circle.map(|circle| around(circle.centre, circle.radius_m));
    let places = || filter.places.iter().filter_map(of).reduce(join);
    let data = || narrow_bounds_of_data(library, query);
    let country =
        || area_layers(library).first().and_then(|layer| layer.places.iter().filter_map(bounds_of).reduce(join));
    let ground =
        shape.or_else(circle).or_else(places).or_else(|| territory.and_then(of)).or_else(data).or_else(country);
    let (low, high) = CELL_ZOOMS.into_inner();
    let Some(ground) = ground else { return low };
    // Web-mercator stretches degrees of latitude.
    let height = ground.height() / ground.center().y.to_radians().cos().max(0.1);
    let longest = ground.width().max(height).max(f64::EPSILON);
    let edition = library.open(query.dataset.as_deref(), query.edition.as_deref());
    let high = edition.map_or(high, |edition| edition.public_cell_zoom().min(high));
    // Clamped to a few zooms.
    (f64::from(cells_max) * 360.0 / longest).log2().floor().clamp(f64::from(low), f64::from(high)) as u8
}

/// The box round a circle.
fn around(centre: Coord<f64>, radius_m: f64) -> Rect<f64> {
    let (north, east) = (radius_m / DEGREE_M, radius_m / DEGREE_M / centre.y.to_radians().cos().max(0.1));
    let corner = |sign: f64| Coord { x: centre.x + sign * east, y: centre.y + sign * north };
    Rect::new(corner(-1.0), corner(1.0))
}

/// The box round two boxes.
pub(crate) fn join(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    let low = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
    let high = Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
    Rect::new(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_is_that_of_finer_cells_where_they_can_be_counted() {
        let of = |side: f64| Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: side, y: side });
        assert_eq!(narrowed(of(2.0), || Ok(Some(of(1.0)))), of(1.0));
        assert_eq!(narrowed(of(2.0), || Ok(None)), of(2.0));
        assert_eq!(narrowed(of(2.0), || Err(Problem::new(ProblemCode::TooLarge))), of(2.0));
        assert_eq!(narrowed(of(SMALL_DEGREES), || Ok(Some(of(1.0)))), of(SMALL_DEGREES));
    }
}
