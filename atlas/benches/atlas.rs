//! Loading, counting and drawing 355,000 invented incidents over 2,500 invented municipalities.
//!
//! Compare ratios within one run, never times between machines.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use geo_types::{LineString, MultiPolygon, Polygon};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use tequio_atlas::{Atlas, Cell, Columns, HOUR_UNKNOWN, Offence, PlaceIndex, StreetIndex, TileLevel};
use tequio_kernel::{Layer, LayerId, LayerKind, Level, Place, Precision, Query, Scope, Shape};

const INCIDENTS: usize = 355_000;
/// Municipalities on a side, and vertices on each of their four borders.
const SIDE: usize = 50;
const BORDER: usize = 100;
const WEST: f64 = -99.4;
const SOUTH: f64 = 19.1;
const SPAN: f64 = 0.5;
/// Streets on a side of the network.
const STREETS: usize = 160;

struct Random(u64);

impl Random {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1u64 << 31) as f64
    }
}

/// Wiggles that neighbours share, because they depend on the position only.
fn wiggle(x: f64, y: f64) -> (f64, f64) {
    let size = SPAN / SIDE as f64 * 0.2;
    let (u, v) = (x * 131.0, y * 137.0);
    (
        WEST + x * SPAN + size * ((v * 7.1).sin() + 0.3 * (v * 41.0).cos()) * 0.7,
        SOUTH + y * SPAN + size * ((u * 6.3).sin() + 0.3 * (u * 43.0).cos()) * 0.7,
    )
}

fn municipality(column: usize, row: usize) -> Polygon<f64> {
    let at = |index: usize, step: usize| (index as f64 + step as f64 / BORDER as f64) / SIDE as f64;
    let south = (0..BORDER).map(|step| wiggle(at(column, step), at(row, 0)));
    let east = (0..BORDER).map(|step| wiggle(at(column + 1, 0), at(row, step)));
    let north = (0..BORDER).rev().map(|step| wiggle(at(column, step + 1), at(row + 1, 0)));
    let west = (0..BORDER).rev().map(|step| wiggle(at(column, 0), at(row, step + 1)));
    Polygon::new(LineString::from(south.chain(east).chain(north).chain(west).collect::<Vec<_>>()), Vec::new())
}

fn layer(name: &str, kind: LayerKind, shapes: impl Iterator<Item = Shape>) -> Arc<Layer> {
    let place = |(number, shape): (usize, Shape)| Place {
        code: format!("{number:06}"),
        name: format!("Calle {}", number % 997),
        parent: None,
        population: BTreeMap::new(),
        shape,
    };
    Arc::new(Layer {
        id: LayerId { name: name.to_owned(), edition: "1".to_owned() },
        kind,
        level: Level::Local,
        within: None,
        source: "invented".to_owned(),
        population_edition: None,
        places: shapes.enumerate().map(place).collect(),
    })
}

fn municipalities() -> Arc<Layer> {
    let cells = (0..SIDE * SIDE).map(|cell| municipality(cell % SIDE, cell / SIDE));
    layer("municipalities", LayerKind::Areas, cells.map(|polygon| Shape::Area(MultiPolygon(vec![polygon]))))
}

/// Blocks of a grid of streets, each of three edges.
fn network() -> Arc<Layer> {
    let block = |number: usize| {
        let (along, across) = ((number / 2 / STREETS) as f64, (number / 2 % STREETS) as f64);
        let corner = |step: usize| {
            let (x, y) = if number.is_multiple_of(2) {
                (along + step as f64 / 3.0, across)
            } else {
                (along, across + step as f64 / 3.0)
            };
            wiggle(x / STREETS as f64, y / STREETS as f64)
        };
        Shape::Line(LineString::from((0..=3).map(corner).collect::<Vec<_>>()))
    };
    layer("streets", LayerKind::Streets, (0..STREETS * STREETS * 2).map(block))
}

/// Sorted by space, as the archive stores them, most of them round a centre.
fn columns() -> Columns {
    let mut random = Random(1);
    let mut points: Vec<(f64, f64)> = (0..INCIDENTS)
        .map(|_| {
            let mut near = || 0.5 + (random.share() + random.share() + random.share() - 1.5) / 3.0;
            wiggle(near(), near())
        })
        .collect();
    points.sort_by_key(|(x, y)| {
        let cell = Cell::of(*x, *y, 20);
        (0..20).rev().fold(0u64, |key, bit| key << 2 | u64::from(cell.x >> bit & 1) << 1 | u64::from(cell.y >> bit & 1))
    });
    let offence = |number: usize| {
        let class = ["ordinary", "ordinary", "sensitive"][number % 3];
        Offence { code: format!("OFFENCE {number}"), name: format!("Offence {number}"), class }
    };
    let mut column = |limit: f64| (0..INCIDENTS).map(|_| (random.share() * limit) as usize).collect::<Vec<_>>();
    Columns {
        day: column(1_096.0).into_iter().map(|day| 17_897 + day as i32).collect(),
        hour: column(25.0).into_iter().map(|hour| if hour == 24 { HOUR_UNKNOWN } else { hour as u8 }).collect(),
        offence: column(120.0).into_iter().map(|offence| offence as u16).collect(),
        precision: vec![Precision::Day; INCIDENTS],
        longitude: points.iter().map(|point| point.0).collect(),
        latitude: points.iter().map(|point| point.1).collect(),
        offences: (0..120).map(offence).collect(),
    }
}

fn query(text: &str) -> Query {
    Query::parse(text.split('&').filter_map(|pair| pair.split_once('='))).expect(text)
}

fn load(bench: &mut Criterion) {
    let (columns, layer) = (columns(), municipalities());
    bench.bench_function("load/columns", |b| b.iter_with_large_drop(|| Atlas::new(columns.clone()).unwrap()));
    bench.bench_function("load/index-municipalities", |b| {
        b.iter_with_large_drop(|| PlaceIndex::new(layer.clone()).unwrap())
    });
    let index = Arc::new(PlaceIndex::new(layer).unwrap());
    bench.bench_function("load/locate-one-core", |b| {
        b.iter(|| {
            columns
                .longitude
                .iter()
                .zip(&columns.latitude)
                .filter(|(x, y)| index.locate(**x, **y).place.is_some())
                .count()
        });
    });
    let streets = network();
    bench.bench_function("load/index-streets", |b| {
        b.iter_with_large_drop(|| StreetIndex::new(streets.clone(), Some(index.clone()), 100.0).unwrap());
    });
    let streets = StreetIndex::new(streets, Some(index), 100.0).unwrap();
    bench.bench_function("load/snap-one-core", |b| {
        b.iter(|| {
            columns.longitude.iter().zip(&columns.latitude).filter(|(x, y)| streets.snap(**x, **y).is_some()).count()
        });
    });
}

fn attached() -> Atlas {
    let atlas = Atlas::new(columns()).unwrap();
    let index = Arc::new(PlaceIndex::new(municipalities()).unwrap());
    atlas.attach(index.clone());
    atlas.attach_streets(Arc::new(StreetIndex::new(network(), Some(index), 100.0).unwrap()));
    eprintln!("{} incidents in {:.1} bytes each", atlas.len(), atlas.memory_bytes() as f64 / atlas.len() as f64);
    atlas
}

fn count(bench: &mut Criterion) {
    let atlas = attached();
    for text in [
        "by=",
        "by=offence",
        "by=month",
        "by=hour",
        "by=place:municipalities",
        "by=street",
        "by=segment",
        "by=cell:14",
        "by=cell:20",
        "by=place:municipalities,month",
        "by=offence,hour&period=2020&class=ordinary&hour=18-23,unknown",
        "by=cell:16&bbox=-99.2,19.3,-99.1,19.4",
        "by=month&circle=-99.15,19.35,3000",
        "by=hour&polygon=-99.2 19.3,-99.1 19.32,-99.08 19.4,-99.17 19.41",
        "by=offence&place=municipalities:001275",
    ] {
        let query = query(text);
        bench.bench_function(&format!("count/{text}"), |b| {
            b.iter(|| atlas.count(black_box(&query), &Scope::OPERATOR, 1).unwrap())
        });
    }
    let (all, public) = (query("by=place:municipalities,month"), Scope { geometry_zoom: Some(16), ..Scope::OPERATOR });
    bench.bench_function("count/place,month in 2 threads", |b| {
        b.iter(|| atlas.count(&all, &Scope::OPERATOR, 2).unwrap())
    });
    let circle = query("by=month&circle=-99.15,19.35,3000");
    bench.bench_function("count/circle by cells", |b| b.iter(|| atlas.count(&circle, &public, 1).unwrap()));
}

fn tile(bench: &mut Criterion) {
    let atlas = attached();
    let query = query("class=ordinary");
    let levels = [
        ("places", TileLevel::Places("municipalities".to_owned()), vec![0, 6, 9, 12]),
        ("cells", TileLevel::Cells(16), vec![9, 12]),
        ("segments", TileLevel::Segments, vec![12, 15]),
    ];
    for (name, level, zooms) in levels {
        for z in zooms {
            let Cell { x, y, .. } = Cell::of(-99.15, 19.35, z);
            let draw = || atlas.tile(&query, &Scope::OPERATOR, level.clone(), z, x, y).unwrap();
            eprintln!("tile {name} zoom {z}: {} bytes", draw().len());
            bench.bench_function(&format!("tile/{name}-{z}"), |b| b.iter(draw));
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(std::time::Duration::from_secs(2)).warm_up_time(std::time::Duration::from_millis(300));
    targets = load, count, tile
}
criterion_main!(benches);
