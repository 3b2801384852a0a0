//! GeoJSON (RFC 7946), with the `crs` member of the 2008 specification where a file still has it.

use super::{file_name, guarded, io};
use crate::error::TerritoryError;
use crate::limits::GEOJSON_BYTES_MAX;
use crate::table::{Feature, Geometry, Parts, StatedCrs, Table, Value};
use ::geojson::{FeatureCollection, GeoJson, GeometryValue, JsonObject, JsonValue, Position, feature::Id};
use geo_types::Coord;
use std::collections::BTreeSet;
use std::path::Path;

const FORMAT: &str = "GeoJSON";
/// Column made of the `id` member of the features.
const ID_COLUMN: &str = "id";

/// Reads a feature collection or a single feature.
pub(super) fn read(path: &Path) -> Result<Table, TerritoryError> {
    let size = std::fs::metadata(path).map_err(|source| io(path, source))?.len();
    if size > GEOJSON_BYTES_MAX {
        return Err(TerritoryError::TooLarge {
            what: "the GeoJSON".to_owned(),
            limit: format!("{} MiB", GEOJSON_BYTES_MAX >> 20),
        });
    }
    let bytes = std::fs::read(path).map_err(|source| io(path, source))?;
    let text = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(&bytes);
    let mut table = guarded(FORMAT, || parse(text))?;
    table.source = file_name(path);
    Ok(table)
}

fn parse(text: &[u8]) -> Result<Table, TerritoryError> {
    let json: GeoJson = serde_json::from_slice(text).map_err(|error| TerritoryError::damaged(FORMAT, error))?;
    let collection = match json {
        GeoJson::FeatureCollection(collection) => collection,
        GeoJson::Feature(feature) => FeatureCollection { bbox: None, features: vec![feature], foreign_members: None },
        GeoJson::Geometry(_) => {
            return Err(TerritoryError::damaged(FORMAT, "it is a geometry alone, and a place needs a code"));
        }
    };
    let crs = stated_crs(collection.foreign_members.as_ref())?;
    let columns = columns(&collection);
    let features = collection.features.into_iter().map(|feature| read_feature(feature, &columns)).collect();
    Ok(Table { columns, features, crs, ..Table::default() })
}

fn stated_crs(members: Option<&JsonObject>) -> Result<StatedCrs, TerritoryError> {
    match members.and_then(|members| members.get("crs")) {
        None => Ok(StatedCrs::ByStandard),
        Some(JsonValue::Null) => Ok(StatedCrs::Missing),
        Some(crs) => {
            let name = crs.pointer("/properties/name").and_then(JsonValue::as_str).unwrap_or_default();
            named_crs(name).ok_or_else(|| TerritoryError::UnknownCrs(format!("`crs` member {crs}")))
        }
    }
}

/// `urn:ogc:def:crs:EPSG::32614`, `EPSG:32614` or `urn:ogc:def:crs:OGC:1.3:CRS84`.
fn named_crs(name: &str) -> Option<StatedCrs> {
    let upper = name.to_ascii_uppercase();
    let last = upper.rsplit([':', '/']).next()?;
    if last == "CRS84" {
        return Some(StatedCrs::Epsg(crate::crs::WGS84));
    }
    upper.contains("EPSG").then(|| last.parse().ok()).flatten().map(StatedCrs::Epsg)
}

fn columns(collection: &FeatureCollection) -> Vec<String> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut has_id = false;
    for feature in &collection.features {
        names.extend(feature.properties.iter().flat_map(|properties| properties.keys().map(String::as_str)));
        has_id |= feature.id.is_some();
    }
    if has_id {
        names.insert(ID_COLUMN);
    }
    names.into_iter().map(str::to_owned).collect()
}

fn read_feature(feature: ::geojson::Feature, columns: &[String]) -> Feature {
    let values = columns.iter().map(|column| {
        let property = feature.properties.as_ref().and_then(|properties| properties.get(column));
        match (property, &feature.id) {
            (Some(value), _) => read_value(value),
            (None, Some(Id::String(text))) if column == ID_COLUMN => Value::Text(text.clone()),
            (None, Some(Id::Number(number))) if column == ID_COLUMN => read_value(&JsonValue::Number(number.clone())),
            _ => Value::Null,
        }
    });
    let values = values.collect();
    Feature { values, geometry: feature.geometry.map(read_geometry).unwrap_or_default() }
}

fn read_value(value: &JsonValue) -> Value {
    match value {
        JsonValue::Null => Value::Null,
        JsonValue::String(text) => Value::Text(text.clone()),
        JsonValue::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Value::Integer(integer),
            (None, Some(real)) => Value::Real(real),
            (None, None) => Value::Text(number.to_string()),
        },
        other => Value::Text(other.to_string()),
    }
}

fn read_geometry(geometry: ::geojson::Geometry) -> Geometry {
    let mut has_z = false;
    let parts = read_parts(&geometry.value, &mut has_z).unwrap_or_else(Parts::Broken);
    Geometry { parts, has_z, remark: None }
}

fn read_parts(value: &GeometryValue, has_z: &mut bool) -> Result<Parts, String> {
    match value {
        GeometryValue::Polygon { coordinates } => Ok(Parts::area(paths(coordinates, has_z)?)),
        GeometryValue::MultiPolygon { coordinates } => {
            coordinates.iter().try_fold(Parts::Empty, |all, rings| Ok(all.join(Parts::area(paths(rings, has_z)?))))
        }
        GeometryValue::LineString { coordinates } => Ok(Parts::line(path(coordinates, has_z)?)),
        GeometryValue::MultiLineString { coordinates } => {
            coordinates.iter().try_fold(Parts::Empty, |all, line| Ok(all.join(Parts::line(path(line, has_z)?))))
        }
        GeometryValue::GeometryCollection { geometries } => {
            geometries.iter().try_fold(Parts::Empty, |all, geometry| Ok(all.join(read_parts(&geometry.value, has_z)?)))
        }
        GeometryValue::Point { .. } | GeometryValue::MultiPoint { .. } => Ok(Parts::Other("point")),
    }
}

fn paths(rings: &[Vec<Position>], has_z: &mut bool) -> Result<Vec<Vec<Coord<f64>>>, String> {
    rings.iter().map(|ring| path(ring, has_z)).collect()
}

fn path(positions: &[Position], has_z: &mut bool) -> Result<Vec<Coord<f64>>, String> {
    let point = |position: &Position| match position.as_slice() {
        [x, y, heights @ ..] => {
            *has_z |= !heights.is_empty();
            Ok(Coord { x: *x, y: *y })
        }
        _ => Err("a position has fewer than two numbers".to_owned()),
    };
    positions.iter().map(point).collect()
}
