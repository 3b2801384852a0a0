//! The same work that other programs were given, on the same incidents: one JSON line each.
//!
//! ```text
//! cargo bench -p tequio-atlas --bench work -- FOLDER SIZE [THREADS [REPEATS [WORK...]]]
//! ```
//!
//! FOLDER is what `bench/columns.py` writes. Times are wall-clock seconds of one answer, `cpu_s` is
//! the mean of the processor's time of all threads; `check` is comparable with the other programs.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use geo_types::{LineString, MultiPolygon, Polygon};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;
use tequio_atlas::{Atlas, Cell, Columns, Cube, Offence, PlaceIndex, StreetIndex, TileLevel};
use tequio_kernel::{Layer, LayerId, LayerKind, Level, Place, Precision, Query, Scope, Shape};

/// Position of the tiles.
const CENTRE: (f64, f64) = (-99.133_2, 19.432_6);
/// MiB that are read: what a cache holds, and what none does.
const READ_MIB: [usize; 3] = [4, 512, 2_048];
const CLOCK_STEPS: u64 = 25_000_000;
const FILTER: &str = "offence=T03&offence=T07&offence=T11&period=2019";
/// Answers with more rows than a page may have.
const SCOPE: Scope = Scope { rows_max: 50_000_000, ..Scope::OPERATOR };

struct Bench {
    folder: String,
    size: usize,
    threads: usize,
    repeats: usize,
    only: Vec<String>,
}

/// What an answer was: in a form that other programs can give too, and a number that is the same only if every number
/// of the answer is.
struct Answer {
    check: String,
    digest: u64,
}

impl From<String> for Answer {
    fn from(check: String) -> Self {
        Self { digest: digest(check.bytes()), check }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [folder, size, rest @ ..] = &arguments[..] else {
        eprintln!("usage: work FOLDER SIZE [THREADS [REPEATS [WORK...]]]");
        return;
    };
    let number = |at: usize, default: usize| rest.get(at).map_or(default, |text| text.parse().expect("a number"));
    let bench = Bench {
        folder: folder.clone(),
        size: size.parse().expect("SIZE is a number"),
        threads: number(0, 2),
        repeats: number(1, 11),
        only: rest.get(2..).unwrap_or_default().to_vec(),
    };
    rayon::ThreadPoolBuilder::new().num_threads(bench.threads).build_global().expect("a pool of threads");
    bench.run();
}

impl Bench {
    fn run(&self) {
        let columns = self.columns();
        let atlas = self.load(&columns);
        self.reading();
        self.clock();
        self.filtered_months(&atlas);
        self.tiles(&atlas);
        self.areas(&columns, &atlas);
        self.cube(&atlas);
        self.segments(&columns);
        drop(columns);
        let bytes = atlas.memory_bytes() as f64 / atlas.len() as f64;
        println!("{{\"work\":\"memory with one layer\",\"size\":{},\"bytes_an_incident\":{bytes:.2}}}", self.size);
    }

    fn is_asked(&self, work: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| work.starts_with(only.as_str()))
    }

    /// Times `work` and prints a line; the first run is not counted.
    fn measure<T, A: Into<Answer>>(
        &self,
        work: &str,
        repeats: usize,
        check: impl Fn(&T) -> A,
        mut run: impl FnMut() -> (T, f64, f64),
    ) {
        if !self.is_asked(work) {
            return;
        }
        forget_peak();
        let (mut value, ..) = run();
        let (mut times, mut cpus) = (Vec::new(), Vec::new());
        for _ in 0..repeats {
            let (next, time, cpu) = run();
            value = next;
            times.push(time);
            cpus.push(cpu);
        }
        times.sort_by(f64::total_cmp);
        let (size, threads) = (self.size, self.threads);
        let Answer { check, digest } = check(&value).into();
        let (median, min, cpu) = (times[times.len() / 2], times[0], cpus.iter().sum::<f64>() / cpus.len() as f64);
        println!(
            "{{\"peer\":\"tequio-atlas\",\"work\":\"{work}\",\"size\":{size},\"threads\":{threads},\"repeats\":{repeats},\
             \"median_s\":{median:.7},\"min_s\":{min:.7},\"cpu_s\":{cpu:.7},\"peak_mb\":{:.0},\"check\":{check},\"digest\":\"{digest:016x}\"}}",
            peak_mb()
        );
    }

    fn few(&self) -> usize {
        self.repeats.min(21)
    }

    fn load(&self, columns: &Columns) -> Atlas {
        let held = |atlas: &Atlas| format!("{}", atlas.len());
        self.measure("L0 load", self.few().min(3), held, || {
            timed(columns.clone(), |columns| Atlas::new(columns).unwrap())
        });
        let atlas = Atlas::new(columns.clone()).unwrap();
        let bytes = atlas.memory_bytes() as f64 / atlas.len() as f64;
        println!("{{\"work\":\"memory\",\"size\":{},\"bytes_an_incident\":{bytes:.2}}}", self.size);
        atlas
    }

    /// How fast the machine reads: the sum of numbers that lie in a cache, and of more than any cache holds.
    fn reading(&self) {
        for mib in READ_MIB.into_iter().filter(|mib| self.is_asked(&format!("M1 read {mib}"))) {
            let numbers: Vec<u64> = (0..(mib << 17) as u64).collect();
            let sum = |part: &[u64]| part.iter().fold(0u64, |sum, number| sum.wrapping_add(*number));
            let all = || numbers.par_chunks(1 << 16).map(sum).reduce(|| 0, u64::wrapping_add);
            self.measure(&format!("M1 read {mib}"), self.few(), u64::to_string, || timed((), |()| all()));
        }
    }

    /// How fast the processor's clock runs: steps that each wait for the one before, of four cycles on x86-64.
    fn clock(&self) {
        let chain = || (0..CLOCK_STEPS).fold(black_box(1u64), |value, _| value.wrapping_mul(value).wrapping_add(value));
        self.measure("M2 clock", self.few(), u64::to_string, || timed((), |()| chain()));
    }

    fn filtered_months(&self, atlas: &Atlas) {
        let half = 0.25 * 0.10f64.sqrt();
        let middle = ((-99.40 + -98.90) / 2.0, (19.15 + 19.65) / 2.0);
        let (west, south, east, north) = (middle.0 - half, middle.1 - half, middle.0 + half, middle.1 + half);
        let query = query(&format!("by=month&{FILTER}&bbox={west},{south},{east},{north}"));
        let check = |counts: &tequio_kernel::Counts| summary(counts.rows.iter().map(|row| row.count));
        self.measure("W3 filter+group by month", self.repeats * 9, check, || {
            timed((), |()| atlas.count(black_box(&query), &SCOPE, self.threads).unwrap())
        });
    }

    fn tiles(&self, atlas: &Atlas) {
        for (name, filter) in [("W5 heat tile", FILTER), ("W5a heat tile, no filter", "")] {
            for z in [10, 12, 14] {
                let (query, Cell { x, y, .. }) = (query(filter), Cell::of(CENTRE.0, CENTRE.1, z));
                let check = |heat: &Vec<u32>| summary(heat.iter().map(|count| u64::from(*count)));
                self.measure(&format!("{name} z{z}"), self.repeats * 9, check, || {
                    timed((), |()| atlas.heat(black_box(&query), &SCOPE, z, x, y).unwrap())
                });
            }
        }
        for (name, filter) in [("W6 clustered MVT", FILTER), ("W6a clustered MVT, no filter", "")] {
            for z in [10, 12, 14] {
                let (query, Cell { x, y, .. }) = (query(filter), Cell::of(CENTRE.0, CENTRE.1, z));
                self.measure(
                    &format!("{name} z{z}"),
                    self.repeats * 9,
                    |tile: &Vec<u8>| hexadecimal(tile),
                    || timed((), |()| atlas.tile(black_box(&query), &SCOPE, TileLevel::Cells(z + 6), z, x, y).unwrap()),
                );
            }
        }
    }

    /// Every incident to its area, exactly, and the counts of all areas.
    fn areas(&self, columns: &Columns, atlas: &Atlas) {
        let layer = self.area_layer();
        self.measure(
            "W2 index",
            self.few(),
            |_| "0".to_owned(),
            || timed(layer.clone(), |layer| PlaceIndex::new(layer).unwrap()),
        );
        let index = Arc::new(PlaceIndex::new(layer).unwrap());
        let query = query("by=place:areas");
        let check = |counts: &tequio_kernel::Counts| summary(counts.rows.iter().map(|row| row.count));
        self.measure("W2 point-in-polygon counts", self.few(), check, || {
            let atlas = Atlas::new(columns.clone()).unwrap();
            timed((), |()| {
                atlas.attach(index.clone());
                atlas.count(&query, &SCOPE, self.threads).unwrap()
            })
        });
        atlas.attach(index);
    }

    fn cube(&self, atlas: &Atlas) {
        let check = |cube: &Cube| summary(cube.cells().map(|(_, count)| count));
        for by in ["offence,month,place:areas", "place:areas,month,offence"] {
            let query = query(&format!("by={by}"));
            self.measure(&format!("W4 cube {by}"), self.few(), check, || {
                timed((), |()| atlas.cube(black_box(&query), &SCOPE, self.threads).unwrap())
            });
        }
    }

    fn segments(&self, columns: &Columns) {
        let layer = self.segment_layer();
        self.measure(
            "W9 index",
            self.few(),
            |_| "0".to_owned(),
            || timed(layer.clone(), |layer| StreetIndex::new(layer, None, 2_000.0).unwrap()),
        );
        let index = Arc::new(StreetIndex::new(layer, None, 2_000.0).unwrap());
        let check = |atlas: &Atlas| {
            let counts = atlas.count(&query("by=segment"), &SCOPE, 1).unwrap();
            let metres = |(x, y): (&f64, &f64)| index.snap(*x, *y).map_or(0.0, |snapped| snapped.distance_m);
            let sum: f64 = columns.longitude.par_iter().zip(&columns.latitude).map(metres).sum();
            format!("[{},{sum:.1}]", counts.rows.iter().map(|row| row.count).sum::<u64>())
        };
        self.measure("W9 nearest segment", self.few(), check, || {
            let atlas = Atlas::new(columns.clone()).unwrap();
            timed(atlas, |atlas| {
                atlas.attach_streets(index.clone());
                atlas
            })
        });
    }

    fn columns(&self) -> Columns {
        let at = |name: &str| format!("{}/{}/{name}", self.folder, self.size);
        let offence = |number: u32| {
            let code = format!("T{number:02}");
            Offence { name: code.to_lowercase(), code, class: "ordinary" }
        };
        let offences = fs::read(at("offence.u8")).expect("offence.u8");
        Columns {
            longitude: doubles(&at("longitude.f64")),
            latitude: doubles(&at("latitude.f64")),
            day: fs::read(at("day.i32"))
                .expect("day.i32")
                .as_chunks()
                .0
                .iter()
                .map(|b| i32::from_le_bytes(*b))
                .collect(),
            precision: vec![Precision::Day; self.size],
            hour: fs::read(at("hour.u8")).expect("hour.u8"),
            offence: offences.into_iter().map(u16::from).collect(),
            offences: (0..40).map(offence).collect(),
        }
    }

    fn area_layer(&self) -> Arc<Layer> {
        let starts = fs::read(format!("{}/areas.starts.u64", self.folder)).expect("areas.starts.u64");
        let starts: Vec<usize> = starts.as_chunks().0.iter().map(|b| u64::from_le_bytes(*b) as usize).collect();
        let xy = doubles(&format!("{}/areas.xy.f64", self.folder));
        let ring = |ends: &[usize]| {
            let corners: Vec<(f64, f64)> = xy[ends[0] * 2..ends[1] * 2].chunks(2).map(|c| (c[0], c[1])).collect();
            Shape::Area(MultiPolygon(vec![Polygon::new(LineString::from(corners), Vec::new())]))
        };
        layer("areas", LayerKind::Areas, starts.windows(2).map(ring))
    }

    fn segment_layer(&self) -> Arc<Layer> {
        let xy = doubles(&format!("{}/segments.xy.f64", self.folder));
        let line = |ends: &[f64]| Shape::Line(LineString::from(vec![(ends[0], ends[1]), (ends[2], ends[3])]));
        layer("segments", LayerKind::Streets, xy.chunks(4).map(line))
    }
}

fn layer(name: &str, kind: LayerKind, shapes: impl Iterator<Item = Shape>) -> Arc<Layer> {
    let place = |(number, shape): (usize, Shape)| Place {
        code: format!("{number:06}"),
        name: format!("{name} {number}"),
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

fn doubles(path: &str) -> Vec<f64> {
    fs::read(path).expect(path).as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect()
}

fn query(text: &str) -> Query {
    Query::parse(text.split('&').filter_map(|pair| pair.split_once('='))).expect(text)
}

/// Counts of groups, comparable with the other programs: how many, their sum, the sum of their squares.
fn summary(counts: impl Iterator<Item = u64>) -> Answer {
    let (mut groups, mut sum, mut squares) = (0, 0, 0);
    let counts: Vec<u64> = counts.collect();
    for count in counts.iter().filter(|count| **count > 0) {
        (groups, sum, squares) = (groups + 1, sum + count, squares + count * count);
    }
    let digest = digest(counts.iter().flat_map(|count| count.to_le_bytes()));
    Answer { check: format!("[{groups},{sum},{squares}]"), digest }
}

fn digest(bytes: impl Iterator<Item = u8>) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.for_each(|byte| hasher.write_u8(byte));
    hasher.finish()
}

/// A tile, for who wants to read it.
fn hexadecimal(tile: &[u8]) -> String {
    format!("\"{}\"", tile.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// Most memory of this process since [`forget_peak`], in MiB (Linux; 0 elsewhere).
fn peak_mb() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1_024.0
}

fn forget_peak() {
    // Where this is not allowed the peak is that of all works so far.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// What the work gives, how long it took, and how long the processors worked on it.
fn timed<I, T>(input: I, work: impl FnOnce(I) -> T) -> (T, f64, f64) {
    let (cpu, start) = (processor_s(), Instant::now());
    let value = black_box(work(black_box(input)));
    let time = start.elapsed().as_secs_f64();
    (value, time, processor_s() - cpu)
}

/// Processor time of every thread of this process so far (Linux; 0 elsewhere).
fn processor_s() -> f64 {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return 0.0 };
    let of_task = |path: std::path::PathBuf| -> Option<f64> {
        fs::read_to_string(path.join("schedstat")).ok()?.split(' ').next()?.parse().ok()
    };
    tasks.flatten().filter_map(|task| of_task(task.path())).sum::<f64>() / 1e9
}
