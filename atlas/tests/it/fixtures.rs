//! Incidents, places and streets that the tests share.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use std::collections::BTreeMap;
use std::sync::Arc;
use tequio_atlas::{Atlas, Columns, HOUR_UNKNOWN, Offence, PlaceIndex, StreetIndex};
use tequio_kernel::{Counts, Layer, LayerId, LayerKind, Level, Place, Precision, Query, Scope, Shape};

/// Repeatable numbers (Knuth's MMIX generator, high bits).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// From 0 to 1.
    pub fn share(&mut self) -> f64 {
        self.next() as f64 / (1u64 << 31) as f64
    }
}

pub fn layer_id(name: &str, edition: &str) -> LayerId {
    LayerId { name: name.to_owned(), edition: edition.to_owned() }
}

pub fn place(code: &str, shape: Shape) -> Place {
    Place { code: code.to_owned(), name: format!("Name of {code}"), parent: None, population: BTreeMap::new(), shape }
}

pub fn layer(name: &str, kind: LayerKind, places: Vec<Place>) -> Arc<Layer> {
    Arc::new(Layer {
        id: layer_id(name, "1"),
        kind,
        level: Level::Local,
        within: None,
        source: "test".to_owned(),
        population_edition: None,
        places,
    })
}

pub fn ring(corners: &[(f64, f64)]) -> Polygon<f64> {
    Polygon::new(LineString::from(corners.to_vec()), Vec::new())
}

pub fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Polygon<f64> {
    ring(&[(west, south), (east, south), (east, north), (west, north)])
}

pub fn areas(name: &str, places: Vec<(&str, Vec<Polygon<f64>>)>) -> Arc<PlaceIndex> {
    let places = places.into_iter().map(|(code, parts)| place(code, Shape::Area(MultiPolygon(parts)))).collect();
    Arc::new(PlaceIndex::new(layer(name, LayerKind::Areas, places)).unwrap())
}

pub fn street(code: &str, name: &str, parent: Option<&str>, line: &[(f64, f64)]) -> Place {
    let shape = Shape::Line(LineString::from(line.to_vec()));
    Place { name: name.to_owned(), parent: parent.map(str::to_owned), ..place(code, shape) }
}

pub fn streets(segments: Vec<Place>, within: Option<Arc<PlaceIndex>>, metres: f64) -> Arc<StreetIndex> {
    Arc::new(StreetIndex::new(layer("streets", LayerKind::Streets, segments), within, metres).unwrap())
}

/// A partition of a box with wiggly borders: `columns * rows` quadrilaterals, each cut into two
/// triangles, every triangle given to one of `places` places. All coordinates are multiples of
/// 1/64 times `unit`, so points on borders can be written exactly.
pub fn partition(
    columns: usize,
    rows: usize,
    places: usize,
    unit: f64,
    random: &mut Random,
) -> Vec<(String, Vec<Polygon<f64>>)> {
    let mut corner = |column: usize, row: usize| {
        let mut jitter = |index: usize, last: usize| {
            let offset = random.below(23) as f64 - 11.0;
            index as f64 * 64.0 + if index == 0 || index == last { 0.0 } else { offset }
        };
        (jitter(column, columns) * unit, jitter(row, rows) * unit)
    };
    let corners: Vec<Vec<(f64, f64)>> =
        (0..=rows).map(|row| (0..=columns).map(|column| corner(column, row)).collect()).collect();
    let mut parts = vec![Vec::new(); places];
    for row in 0..rows {
        for column in 0..columns {
            let (a, b) = (corners[row][column], corners[row][column + 1]);
            let (c, d) = (corners[row + 1][column + 1], corners[row + 1][column]);
            let halves = if random.below(2) == 0 { [[a, b, c], [a, c, d]] } else { [[a, b, d], [b, c, d]] };
            for half in halves {
                let corners = if random.below(2) == 0 { half } else { [half[2], half[1], half[0]] };
                parts[random.below(places as u64) as usize].push(ring(&corners));
            }
        }
    }
    parts.into_iter().enumerate().map(|(number, parts)| (format!("P{number:04}"), parts)).collect()
}

pub fn partition_index(name: &str, parts: &[(String, Vec<Polygon<f64>>)], move_by: (f64, f64)) -> Arc<PlaceIndex> {
    use geo::Translate;
    let moved = parts.iter().map(|(code, polygons)| {
        let polygons = polygons.iter().map(|polygon| polygon.translate(move_by.0, move_by.1)).collect();
        (code.as_str(), polygons)
    });
    areas(name, moved.collect())
}

pub fn offences() -> Vec<Offence> {
    let offence = |code: &str, class| Offence { code: code.to_owned(), name: code.to_lowercase(), class };
    vec![
        offence("ROBO A CASA HABITACION", "ordinary"),
        offence("FRAUDE", "ordinary"),
        offence("VIOLACION", "sensitive"),
        offence("LESIONES", "ordinary"),
        offence("RESERVADO", "restricted"),
    ]
}

/// One incident, for small fixtures: position, day, precision, hour, offence.
pub type Row = (Option<(f64, f64)>, i32, Precision, Option<u8>, u16);

pub fn columns(rows: &[Row]) -> Columns {
    let mut columns = Columns { offences: offences(), ..Columns::default() };
    for (position, day, precision, hour, offence) in rows {
        let (longitude, latitude) = position.unwrap_or((f64::NAN, f64::NAN));
        columns.longitude.push(longitude);
        columns.latitude.push(latitude);
        columns.day.push(*day);
        columns.precision.push(*precision);
        columns.hour.push(hour.unwrap_or(HOUR_UNKNOWN));
        columns.offence.push(*offence);
    }
    columns
}

pub fn atlas(rows: &[Row]) -> Atlas {
    Atlas::new(columns(rows)).unwrap()
}

/// First day of 2020.
pub const DAY_2020: i32 = 18_262;

/// Incidents all over a box, some unlocated, some without hour or day.
pub fn random_rows(count: usize, [west, south, east, north]: [f64; 4], random: &mut Random) -> Vec<Row> {
    let row = |_| {
        let position = (west + random.share() * (east - west), south + random.share() * (north - south));
        let (day, precision) = match random.below(20) {
            0 => (0, Precision::Unknown),
            1 => (DAY_2020 + [0, 31, 60][random.below(3) as usize], Precision::Month),
            2 => (DAY_2020, Precision::Year),
            _ => (DAY_2020 + random.below(800) as i32, Precision::Day),
        };
        let position = (random.below(15) > 0).then_some(position);
        let hour = Some(random.below(26) as u8).filter(|hour| *hour < 24);
        (position, day, precision, hour, random.below(5) as u16)
    };
    (0..count).map(row).collect()
}

pub fn query(text: &str) -> Query {
    Query::parse(text.split('&').filter_map(|pair| pair.split_once('='))).expect(text)
}

pub fn count(atlas: &Atlas, text: &str) -> Counts {
    let counts = atlas.count(&query(text), &Scope::OPERATOR, 1).expect(text);
    check_sum(&counts);
    counts
}

/// What holds for every answer.
pub fn check_sum(counts: &Counts) {
    let rows: u64 = counts.rows.iter().map(|row| row.count).sum();
    let unlocated = if counts.by.iter().any(|dimension| dimension.is_spatial()) { counts.unlocated } else { 0 };
    assert_eq!(rows + unlocated + counts.unknown, counts.total, "{:?}", counts.by);
    assert!(counts.outside <= counts.unknown);
    assert!(counts.rows.iter().all(|row| row.count > 0));
    assert!(counts.rows.windows(2).all(|pair| pair[0].keys < pair[1].keys));
}

pub fn coord((x, y): (f64, f64)) -> Coord<f64> {
    Coord { x, y }
}
