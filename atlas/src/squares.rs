//! Cells on a tile: thousands of squares with four numbers each, written without a detour.

use crate::limits::TILE_CELL_DEPTH_MAX;
use crate::mvt::{Drawing, LayerWriter, varint};

/// Rows of cells on a tile, at most.
const ROWS_MAX: usize = 1 << TILE_CELL_DEPTH_MAX;
/// The number of a value that has none yet.
const NEW: u32 = u32::MAX;
/// Bytes of an encoded square, at most: nine numbers of at most three bytes, the outline, and what stands before them.
const SQUARE_BYTES_MAX: usize = 64;

/// What [`LayerWriter::add`] writes for squares of one width with the properties `count`, `z`, `x`, `y`.
pub(crate) struct SquareWriter {
    layer: LayerWriter,
    zoom: u64,
    /// Numbers of the properties' names, once there is a square.
    keys: Option<[u32; 4]>,
    /// The number of the value that is the zoom.
    zoom_value: u32,
    /// The last column and the number of its value: squares come column by column.
    column: Option<(u32, u32)>,
    /// Numbers of the values of rows, and of small counts, which most are: as good as a look into a table.
    rows: [u32; ROWS_MAX],
    counts: [u32; ROWS_MAX],
    /// How a square is drawn from its first corner on.
    outline: Vec<u8>,
}

impl SquareWriter {
    /// Writes cells of a zoom as squares of a width in tile units.
    pub(crate) fn new(zoom: u8, width: u32) -> Self {
        Self {
            layer: LayerWriter::new("cells", Drawing::Polygons),
            zoom: u64::from(zoom),
            keys: None,
            zoom_value: NEW,
            column: None,
            rows: [NEW; ROWS_MAX],
            counts: [NEW; ROWS_MAX],
            outline: outline(width),
        }
    }

    /// Adds a cell of the tile as a square at a corner in tile units.
    pub(crate) fn add(&mut self, id: u64, [x, y]: [u32; 2], count: u32, corner: [u32; 2]) {
        const MOVE_TO_ONE: u64 = 1 << 3 | 1;
        let (keys, values) = (self.keys(), self.values([x, y], count));
        let outline = &self.outline;
        self.layer.add_encoded(SQUARE_BYTES_MAX, |bytes| {
            let mut square = Encoded { bytes, len: 0 };
            square.field(2, |square| {
                square.number(1, id);
                square.field(2, |tags| {
                    for (key, value) in keys.into_iter().zip(values) {
                        tags.varint(u64::from(key));
                        tags.varint(u64::from(value));
                    }
                });
                square.number(3, Drawing::Polygons as u64);
                square.field(4, |geometry| {
                    geometry.varint(MOVE_TO_ONE);
                    // Twice a number is its zigzag form.
                    corner.into_iter().for_each(|number| geometry.varint(u64::from(number) * 2));
                    geometry.extend(outline);
                });
            });
            square.len
        });
    }

    pub(crate) fn finish(self) -> LayerWriter {
        self.layer
    }

    fn keys(&mut self) -> [u32; 4] {
        let layer = &mut self.layer;
        *self.keys.get_or_insert_with(|| ["count", "z", "x", "y"].map(|key| layer.key(key)))
    }

    /// Numbers of the values in the order of their names.
    fn values(&mut self, [x, y]: [u32; 2], count: u32) -> [u32; 4] {
        let layer = &mut self.layer;
        let count = match self.counts.get_mut(count as usize) {
            Some(known) => known_or_new(layer, known, count),
            None => layer.number_value(u64::from(count)),
        };
        if self.zoom_value == NEW {
            self.zoom_value = layer.number_value(self.zoom);
        }
        let column = match self.column {
            Some((last, value)) if last == x => value,
            _ => layer.number_value(u64::from(x)),
        };
        self.column = Some((x, column));
        [count, self.zoom_value, column, known_or_new(layer, &mut self.rows[y as usize % ROWS_MAX], y)]
    }
}

#[inline]
fn known_or_new(layer: &mut LayerWriter, known: &mut u32, value: u32) -> u32 {
    if *known == NEW {
        *known = layer.number_value(u64::from(value));
    }
    *known
}

/// A square in the making; parts of it are so short that one byte tells their length.
struct Encoded<'a> {
    bytes: &'a mut [u8],
    len: usize,
}

impl Encoded<'_> {
    #[inline]
    fn push(&mut self, byte: u8) {
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    fn extend(&mut self, bytes: &[u8]) {
        self.bytes[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    #[inline]
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.push(value as u8);
    }

    #[inline]
    fn number(&mut self, field: u8, value: u64) {
        self.push(field << 3);
        self.varint(value);
    }

    /// A length-delimited field of less than 128 bytes.
    #[inline]
    fn field(&mut self, field: u8, write: impl FnOnce(&mut Self)) {
        self.push(field << 3 | 2);
        let at = self.len;
        self.push(0);
        write(self);
        self.bytes[at] = (self.len - at - 1) as u8;
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
