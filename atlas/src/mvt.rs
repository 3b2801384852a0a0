//! Mapbox Vector Tile 2.1, the part that the map needs: one layer of polygons or lines.
//!
//! Source: <https://github.com/mapbox/vector-tile-spec/tree/master/2.1>. The encoding is protocol
//! buffers (varints and length-delimited fields), small enough to write here.

use crate::hash::Map;
use crate::limits::TILE_EXTENT;
use std::collections::HashMap;

/// What stands before a layer takes no more.
const LENGTH_BYTES: usize = 16;

/// A vertex in tile units, y southwards.
pub(crate) type Vertex = [i32; 2];

/// What a feature is drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drawing {
    Lines = 2,
    Polygons = 3,
}

/// A property of a feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Count(u64),
}

/// One layer as it is written.
#[derive(Debug)]
pub(crate) struct LayerWriter {
    name: &'static str,
    drawing: Drawing,
    keys: Vec<&'static str>,
    /// The distinct values and their numbers.
    texts: HashMap<String, u32>,
    numbers: Map<u32>,
    /// They are encoded in the order of their numbers.
    encoded_values: Vec<u8>,
    features: Vec<u8>,
    count: usize,
}

impl LayerWriter {
    pub(crate) fn new(name: &'static str, drawing: Drawing) -> Self {
        let (keys, encoded_values, features) = (Vec::new(), Vec::new(), Vec::new());
        Self { name, drawing, keys, texts: HashMap::new(), numbers: Map::default(), encoded_values, features, count: 0 }
    }

    /// Features so far.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Adds a feature. Rings are open (the first vertex is not repeated), an exterior before its
    /// holes, and wound by [`wind`]; nothing is written for a feature without parts.
    pub(crate) fn add(&mut self, id: u64, parts: &[Vec<Vertex>], properties: Vec<(&'static str, Value)>) {
        if parts.is_empty() {
            return;
        }
        let mut tags = Vec::new();
        for (key, value) in properties {
            varint(&mut tags, u64::from(self.key(key)));
            let value = self.value(value);
            varint(&mut tags, u64::from(value));
        }
        let mut feature = Vec::new();
        number(&mut feature, 1, id);
        bytes(&mut feature, 2, &tags);
        number(&mut feature, 3, self.drawing as u64);
        bytes(&mut feature, 4, &geometry(parts, self.drawing));
        bytes(&mut self.features, 2, &feature);
        self.count += 1;
    }

    /// The tile; no bytes at all when the layer has no feature.
    pub(crate) fn finish(self) -> Vec<u8> {
        if self.count == 0 {
            return Vec::new();
        }
        let mut head = Vec::new();
        number(&mut head, 15, 2);
        bytes(&mut head, 1, self.name.as_bytes());
        let mut tail = Vec::new();
        self.keys.iter().for_each(|key| bytes(&mut tail, 3, key.as_bytes()));
        tail.extend_from_slice(&self.encoded_values);
        number(&mut tail, 5, u64::from(TILE_EXTENT));
        // Features are most of a tile: they are copied once.
        let len = head.len() + self.features.len() + tail.len();
        let mut tile = Vec::with_capacity(len + LENGTH_BYTES);
        length_delimited(&mut tile, 3, len);
        [head, self.features, tail].iter().for_each(|part| tile.extend_from_slice(part));
        tile
    }

    /// Adds a feature that `write` encodes into so many zeros, the number of its field included; it says how many bytes
    /// it took.
    #[inline]
    pub(crate) fn add_encoded(&mut self, room: usize, write: impl FnOnce(&mut [u8]) -> usize) {
        let start = self.features.len();
        self.features.resize(start + room, 0);
        let len = write(&mut self.features[start..]);
        self.features.truncate(start + len);
        self.count += 1;
    }

    /// Number of the name of a property.
    pub(crate) fn key(&mut self, key: &'static str) -> u32 {
        let at = self.keys.iter().position(|known| *known == key).unwrap_or_else(|| {
            self.keys.push(key);
            self.keys.len() - 1
        });
        at as u32
    }

    fn value(&mut self, value: Value) -> u32 {
        let next = (self.texts.len() + self.numbers.len()) as u32;
        match value {
            Value::Count(count) => self.number_value(count),
            Value::Text(text) => match self.texts.get(&text) {
                Some(known) => *known,
                None => {
                    let mut encoded = Vec::new();
                    bytes(&mut encoded, 1, text.as_bytes());
                    bytes(&mut self.encoded_values, 4, &encoded);
                    self.texts.insert(text, next);
                    next
                }
            },
        }
    }

    /// Number of a value that is a number.
    pub(crate) fn number_value(&mut self, value: u64) -> u32 {
        let next = (self.texts.len() + self.numbers.len()) as u32;
        *self.numbers.entry(value).or_insert_with(|| {
            let mut encoded = Vec::new();
            number(&mut encoded, 5, value);
            bytes(&mut self.encoded_values, 4, &encoded);
            next
        })
    }
}

/// Twice the signed area by the surveyor's formula, positive clockwise on the screen (y southwards).
pub(crate) fn doubled_area(ring: &[Vertex]) -> i64 {
    let wide = |vertex: &Vertex| vertex.map(i64::from);
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| (wide(a), wide(b))).map(|([ax, ay], [bx, by])| ax * by - bx * ay).sum()
}

/// Winds a ring as the specification asks: exteriors have a positive area, holes a negative one.
/// `None` for a ring without an area.
pub(crate) fn wind(mut ring: Vec<Vertex>, is_exterior: bool) -> Option<Vec<Vertex>> {
    let area = doubled_area(&ring);
    if (area > 0) != is_exterior {
        ring.reverse();
    }
    (area != 0).then_some(ring)
}

fn geometry(parts: &[Vec<Vertex>], drawing: Drawing) -> Vec<u8> {
    const MOVE_TO: u64 = 1;
    const LINE_TO: u64 = 2;
    const CLOSE_PATH: u64 = 7;
    let (mut out, mut cursor) = (Vec::new(), [0, 0]);
    for part in parts {
        let Some((first, rest)) = part.split_first() else { continue };
        varint(&mut out, 1 << 3 | MOVE_TO);
        step(&mut out, &mut cursor, *first);
        varint(&mut out, (rest.len() as u64) << 3 | LINE_TO);
        rest.iter().for_each(|vertex| step(&mut out, &mut cursor, *vertex));
        if drawing == Drawing::Polygons {
            varint(&mut out, 1 << 3 | CLOSE_PATH);
        }
    }
    out
}

fn step(out: &mut Vec<u8>, cursor: &mut Vertex, to: Vertex) {
    for axis in [0, 1] {
        let delta = to[axis] - cursor[axis];
        varint(out, u64::from(((delta << 1) ^ (delta >> 31)).cast_unsigned()));
    }
    *cursor = to;
}

pub(crate) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A varint field.
pub(crate) fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

/// A length-delimited field.
pub(crate) fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    length_delimited(out, field, value.len());
    out.extend_from_slice(value);
}

/// What stands before the bytes of a length-delimited field.
fn length_delimited(out: &mut Vec<u8>, field: u64, len: usize) {
    varint(out, field << 3 | 2);
    varint(out, len as u64);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of section 4.3.5 of the specification.
    #[test]
    fn geometry_is_that_of_the_specification() {
        let line = geometry(&[vec![[2, 2], [2, 10], [10, 10]]], Drawing::Lines);
        assert_eq!(line, [9, 4, 4, 18, 0, 16, 16, 0]);
        let polygon = geometry(&[vec![[3, 6], [8, 12], [20, 34]]], Drawing::Polygons);
        assert_eq!(polygon, [9, 6, 12, 18, 10, 12, 24, 44, 15]);
    }

    #[test]
    fn rings_are_wound_by_the_specification() {
        let clockwise = vec![[0, 0], [10, 0], [10, 10], [0, 10]];
        assert_eq!(doubled_area(&clockwise), 200);
        assert_eq!(wind(clockwise.clone(), true), Some(clockwise.clone()));
        assert_eq!(wind(clockwise, false), Some(vec![[0, 10], [10, 10], [10, 0], [0, 0]]));
        assert_eq!(wind(vec![[0, 0], [5, 5], [10, 10]], true), None);
    }
}
