//! Little-endian well-known binary (OGC 06-103r4) of the three shapes the archive stores.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use tequio_kernel::{Point, Shape};

const POINT: u32 = 1;
const LINE: u32 = 2;
const POLYGON: u32 = 3;
const MULTI_POLYGON: u32 = 6;

/// WKB of a position.
pub fn point(point: Point) -> [u8; 21] {
    let mut bytes = [0; 21];
    bytes[0] = 1;
    bytes[1..5].copy_from_slice(&POINT.to_le_bytes());
    bytes[5..13].copy_from_slice(&point.longitude.to_le_bytes());
    bytes[13..21].copy_from_slice(&point.latitude.to_le_bytes());
    bytes
}

/// WKB of a shape; `None` where there is none.
pub fn shape(shape: &Shape) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    match shape {
        Shape::None => return None,
        Shape::Line(line) => {
            header(&mut bytes, LINE);
            coords(&mut bytes, line);
        }
        Shape::Area(area) => {
            header(&mut bytes, MULTI_POLYGON);
            count(&mut bytes, area.0.len());
            area.0.iter().for_each(|part| polygon(&mut bytes, part));
        }
    }
    Some(bytes)
}

fn header(bytes: &mut Vec<u8>, kind: u32) {
    bytes.push(1);
    bytes.extend(kind.to_le_bytes());
}

fn count(bytes: &mut Vec<u8>, number: usize) {
    bytes.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

fn coords(bytes: &mut Vec<u8>, line: &LineString<f64>) {
    count(bytes, line.0.len());
    for coord in &line.0 {
        bytes.extend(coord.x.to_le_bytes());
        bytes.extend(coord.y.to_le_bytes());
    }
}

fn polygon(bytes: &mut Vec<u8>, polygon: &Polygon<f64>) {
    header(bytes, POLYGON);
    count(bytes, 1 + polygon.interiors().len());
    coords(bytes, polygon.exterior());
    polygon.interiors().iter().for_each(|ring| coords(bytes, ring));
}

/// Reads back what [`shape`] wrote; `None` for anything else.
pub fn read_shape(bytes: &[u8]) -> Option<Shape> {
    let mut reader = Reader(bytes);
    match reader.header()? {
        LINE => Some(Shape::Line(reader.line()?)),
        MULTI_POLYGON => {
            let parts = reader.count(9)?;
            Some(Shape::Area(MultiPolygon((0..parts).map(|_| reader.polygon()).collect::<Option<_>>()?)))
        }
        _ => None,
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*head)
    }

    fn header(&mut self) -> Option<u32> {
        let [order] = self.take()?;
        (order == 1).then(|| self.take().map(u32::from_le_bytes)).flatten()
    }

    /// A count of items of at least `size` bytes each: never more than the bytes left can hold.
    fn count(&mut self, size: usize) -> Option<usize> {
        let number = u32::from_le_bytes(self.take()?) as usize;
        (number.checked_mul(size)? <= self.0.len()).then_some(number)
    }

    fn line(&mut self) -> Option<LineString<f64>> {
        let number = self.count(16)?;
        (0..number)
            .map(|_| Some(Coord { x: f64::from_le_bytes(self.take()?), y: f64::from_le_bytes(self.take()?) }))
            .collect::<Option<Vec<_>>>()
            .map(LineString::new)
    }

    fn polygon(&mut self) -> Option<Polygon<f64>> {
        (self.header()? == POLYGON).then_some(())?;
        let rings = self.count(4)?;
        let mut rings = (0..rings).map(|_| self.line()).collect::<Option<Vec<_>>>()?.into_iter();
        Some(Polygon::new(rings.next()?, rings.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{line_string, polygon};

    #[test]
    fn shapes_read_back_as_written() {
        let area = polygon!(exterior: [(x: 0., y: 0.), (x: 4., y: 0.), (x: 4., y: 4.)],
            interiors: [[(x: 1., y: 1.), (x: 2., y: 1.), (x: 2., y: 2.)]]);
        for written in [
            Shape::Area(MultiPolygon(vec![area.clone(), area])),
            Shape::Line(line_string![(x: -99.1, y: 19.4), (x: -99.2, y: 19.5)]),
        ] {
            let bytes = shape(&written).expect("bytes");
            assert_eq!(read_shape(&bytes), Some(written));
            (0..bytes.len()).for_each(|cut| assert_eq!(read_shape(&bytes[..cut]), None));
        }
    }
}
