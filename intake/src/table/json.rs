//! GeoJSON features and flat JSON objects as rows.

use super::{Header, RowError};

/// Names of the columns into which the position of a GeoJSON feature goes.
pub(super) const GEOJSON_POSITION: [&str; 2] = ["longitude", "latitude"];

pub(super) fn feature_fields(text: &str, header: &Header) -> Result<Vec<String>, RowError> {
    let feature: geojson::Feature = serde_json::from_str(text).map_err(|_| RowError::Feature)?;
    let position = match feature.geometry.as_ref().map(|geometry| &geometry.value) {
        None => None,
        Some(geojson::GeometryValue::Point { coordinates }) => Some(coordinates.clone()),
        Some(_) => return Err(RowError::NotAPoint),
    };
    let axis =
        |index: usize| position.as_ref().and_then(|p| p.as_slice().get(index)).map(f64::to_string).unwrap_or_default();
    let property = |name: &String| feature.property(name).map(scalar).unwrap_or_default();
    Ok(header.names().iter().enumerate().map(|(i, name)| if i < 2 { axis(i) } else { property(name) }).collect())
}

/// The text of a JSON value; nothing for null.
fn scalar(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The fields of a flat object, in the order of the header; names are compared as those of columns.
pub(super) fn record_fields(text: &str, header: &Header) -> Result<Vec<String>, RowError> {
    let object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|_| RowError::Feature)?;
    let mut fields = vec![String::new(); header.names().len()];
    for (name, value) in &object {
        let Some(column) = header.find(&[name]) else { continue };
        if value.is_object() || value.is_array() {
            return Err(RowError::Feature);
        }
        fields[column] = scalar(value);
    }
    Ok(fields)
}
