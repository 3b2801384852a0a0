//! The `geo` metadata of GeoParquet 1.1.

use serde_json::{Value, json};

/// Metadata of a file whose column `geometry` holds WKB of the given types in WGS 84 longitude and
/// latitude, with a `bbox` covering column.
pub fn geo_metadata(types: &[&str], bounds: Option<[f64; 4]>) -> Value {
    let mut column = json!({
        "encoding": "WKB",
        "geometry_types": types,
        "covering": { "bbox": {
            "xmin": ["bbox", "xmin"], "ymin": ["bbox", "ymin"], "xmax": ["bbox", "xmax"], "ymax": ["bbox", "ymax"],
        }},
    });
    if let Some(bounds) = bounds {
        column["bbox"] = json!(bounds);
    }
    json!({ "version": "1.1.0", "primary_column": "geometry", "columns": { "geometry": column } })
}

/// The smallest box round positions: west, south, east, north.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds(pub Option<[f64; 4]>);

impl Bounds {
    /// Grows the box to hold a position.
    pub fn include(&mut self, x: f64, y: f64) {
        let [west, south, east, north] = self.0.unwrap_or([x, y, x, y]);
        self.0 = Some([west.min(x), south.min(y), east.max(x), north.max(y)]);
    }
}
