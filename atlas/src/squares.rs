//! Cells on a tile: thousands of squares with four numbers each, written without a detour.

use crate::mvt::{Drawing, LayerWriter, bytes, number, varint};

/// What [`LayerWriter::add`] writes for squares of one width with the properties `count`, `z`, `x`, `y`.
pub(crate) struct SquareWriter {
    layer: LayerWriter,
    zoom: u64,
    /// Numbers of the properties' names, once there is a square.
    keys: Option<[u32; 4]>,
    /// The number of the value that is the zoom.
    zoom_value: Option<u32>,
    /// The last column and the number of its value: squares come column by column.
    column: Option<(u32, u32)>,
    /// How a square is drawn from its first corner on.
    outline: Vec<u8>,
    tags: Vec<u8>,
    geometry: Vec<u8>,
    feature: Vec<u8>,
}

impl SquareWriter {
    /// Writes cells of a zoom as squares of a width in tile units.
    pub(crate) fn new(zoom: u8, width: u32) -> Self {
        Self {
            layer: LayerWriter::new("cells", Drawing::Polygons),
            zoom: u64::from(zoom),
            keys: None,
            zoom_value: None,
            column: None,
            outline: outline(width),
            tags: Vec::new(),
            geometry: Vec::new(),
            feature: Vec::new(),
        }
    }

    /// Adds a cell as a square at a corner of the tile, in tile units.
    pub(crate) fn add(&mut self, id: u64, [x, y]: [u32; 2], count: u32, corner: [u32; 2]) {
        self.write_tags([x, y], count);
        self.write_geometry(corner);
        self.feature.clear();
        number(&mut self.feature, 1, id);
        bytes(&mut self.feature, 2, &self.tags);
        number(&mut self.feature, 3, Drawing::Polygons as u64);
        bytes(&mut self.feature, 4, &self.geometry);
        self.layer.add_encoded(&self.feature);
    }

    pub(crate) fn finish(self) -> LayerWriter {
        self.layer
    }

    fn write_tags(&mut self, [x, y]: [u32; 2], count: u32) {
        let layer = &mut self.layer;
        let keys = *self.keys.get_or_insert_with(|| ["count", "z", "x", "y"].map(|key| layer.key(key)));
        let count = layer.number_value(u64::from(count));
        let zoom = *self.zoom_value.get_or_insert_with(|| layer.number_value(self.zoom));
        let column = match self.column {
            Some((last, value)) if last == x => value,
            _ => layer.number_value(u64::from(x)),
        };
        self.column = Some((x, column));
        self.tags.clear();
        for (key, value) in keys.into_iter().zip([count, zoom, column, layer.number_value(u64::from(y))]) {
            varint(&mut self.tags, u64::from(key));
            varint(&mut self.tags, u64::from(value));
        }
    }

    fn write_geometry(&mut self, corner: [u32; 2]) {
        const MOVE_TO_ONE: u64 = 1 << 3 | 1;
        self.geometry.clear();
        varint(&mut self.geometry, MOVE_TO_ONE);
        // Twice a number is its zigzag form.
        corner.iter().for_each(|number| varint(&mut self.geometry, u64::from(*number) * 2));
        self.geometry.extend_from_slice(&self.outline);
    }
}

/// Clockwise on the screen from the upper left corner.
fn outline(width: u32) -> Vec<u8> {
    const LINE_TO_THREE: u64 = 3 << 3 | 2;
    const CLOSE_PATH: u64 = 1 << 3 | 7;
    // Twice a number is its zigzag form; one less stands for its negative.
    let forth = u64::from(width) * 2;
    let mut outline = Vec::new();
    for value in [LINE_TO_THREE, forth, 0, 0, forth, forth - 1, 0, CLOSE_PATH] {
        varint(&mut outline, value);
    }
    outline
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mvt::{Value, wind};

    #[test]
    fn squares_are_those_of_the_plain_writer() {
        for (width, zoom) in [(64u32, 16u8), (4_096, 10), (16, 18)] {
            let mut squares = SquareWriter::new(zoom, width);
            let mut plain = LayerWriter::new("cells", Drawing::Polygons);
            for id in 0..4_096 / width * 7 {
                let (column, row) = (id / 7, id * 5 % (4_096 / width));
                let corner = [column * width, row * width];
                let count = id * id % 300 + 1;
                squares.add(u64::from(id), [column + 7, row + 3], count, corner);
                let [x, y] = corner.map(u32::cast_signed);
                let side = width.cast_signed();
                let ring = wind(vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]], true);
                let number = |value: u32| Value::Count(u64::from(value));
                let properties = vec![
                    ("count", number(count)),
                    ("z", number(u32::from(zoom))),
                    ("x", number(column + 7)),
                    ("y", number(row + 3)),
                ];
                plain.add(u64::from(id), &[ring.unwrap()], properties);
            }
            assert_eq!(squares.finish().finish(), plain.finish(), "{width}");
        }
    }
}
