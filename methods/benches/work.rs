//! The statistics that other programs were given too, on the same incidents: one JSON line each.
//!
//! ```text
//! cargo bench -p tequio-methods --bench work -- FOLDER SIZE [THREADS [REPEATS [WORK...]]]
//! ```
//!
//! FOLDER is what `bench/columns.py` writes. Times are wall-clock seconds of one answer, `cpu_s` is
//! the mean of the processor's time of all threads; `check` is comparable with the other programs.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::hint::black_box;
use std::time::Instant;
use tequio_methods::association::local_getis_ord::{LocalGetisOrd, Own, local_getis_ord, local_getis_ord_tails};
use tequio_methods::association::local_moran::{LocalMoran, local_moran, local_moran_tails};
use tequio_methods::association::permutation::{Permutations, Tails};
use tequio_methods::density::{self, Grid, gaussian};
use tequio_methods::monte_carlo::MonteCarlo;
use tequio_methods::planar::Rectangle;
use tequio_methods::space_time::knox::{Knox, Near, knox};
use tequio_methods::space_time::{Distance, Event};
use tequio_methods::weights::Weights;

/// The box of the incidents, in degrees.
const WEST: f64 = -99.40;
const SOUTH: f64 = 19.15;
const EAST: f64 = -98.90;
const NORTH: f64 = 19.65;
/// Cells a side of the grid of counts, and pixels a side of the density.
const CELLS: usize = 100;
const PIXELS: usize = 512;
const BANDWIDTH_M: f64 = 500.0;
/// Events of the Knox test.
const EVENTS: usize = 100_000;
const PERMUTATIONS: Permutations = Permutations { count: 999, seed: 1 };

struct Bench {
    longitude: Vec<f64>,
    latitude: Vec<f64>,
    day: Vec<i32>,
    threads: usize,
    repeats: usize,
    only: Vec<String>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [folder, size, rest @ ..] = &arguments[..] else {
        eprintln!("usage: work FOLDER SIZE [THREADS [REPEATS [WORK...]]]");
        return;
    };
    let number = |at: usize, default: usize| rest.get(at).map_or(default, |text| text.parse().expect("a number"));
    let at = |name: &str| format!("{folder}/{size}/{name}");
    let days = fs::read(at("day.i32")).expect("day.i32");
    let bench = Bench {
        longitude: doubles(&at("longitude.f64")),
        latitude: doubles(&at("latitude.f64")),
        day: days.as_chunks().0.iter().map(|bytes| i32::from_le_bytes(*bytes)).collect(),
        threads: number(0, 2),
        repeats: number(1, 5),
        only: rest.get(2..).unwrap_or_default().to_vec(),
    };
    rayon::ThreadPoolBuilder::new().num_threads(bench.threads).build_global().expect("a pool of threads");
    bench.association();
    bench.density();
    bench.knox();
}

impl Bench {
    /// Times `work` and prints a line; the first run is not counted.
    fn measure<T>(&self, work: &str, check: impl Fn(&T) -> String, run: impl Fn() -> T) {
        if !self.only.is_empty() && !self.only.iter().any(|only| work.split(' ').next() == Some(only)) {
            return;
        }
        forget_peak();
        let mut value = black_box(run());
        let (mut times, mut cpu) = (Vec::new(), 0.0);
        for _ in 0..self.repeats {
            let (before, start) = (processor_s(), Instant::now());
            value = black_box(run());
            times.push(start.elapsed().as_secs_f64());
            cpu += processor_s() - before;
        }
        times.sort_by(f64::total_cmp);
        let (size, threads, repeats, check) = (self.day.len(), self.threads, self.repeats, check(&value));
        let (median, min, cpu) = (times[times.len() / 2], times[0], cpu / repeats as f64);
        println!(
            "{{\"peer\":\"tequio-methods\",\"work\":\"{work}\",\"size\":{size},\"threads\":{threads},\"repeats\":{repeats},\
             \"median_s\":{median:.7},\"min_s\":{min:.7},\"cpu_s\":{cpu:.7},\"peak_mb\":{:.0},\"check\":{check}}}",
            peak_mb()
        );
    }

    fn places(&self) -> impl Iterator<Item = (f64, f64)> {
        self.longitude.iter().copied().zip(self.latitude.iter().copied())
    }

    /// Local Moran and Gi* of the counts of a grid: values, and tails of conditional permutations.
    fn association(&self) {
        let mut counts = vec![0.0; CELLS * CELLS];
        for (longitude, latitude) in self.places() {
            let row = ((latitude - SOUTH) / (NORTH - SOUTH) * CELLS as f64) as usize;
            let column = ((longitude - WEST) / (EAST - WEST) * CELLS as f64) as usize;
            counts[row * CELLS + column] += 1.0;
        }
        let binary = queen();
        let weights = binary.row_standardised();
        let moran = |(units, tails): &(Vec<Option<LocalMoran>>, Vec<Option<Tails>>)| {
            format!("[{},{}]", units.iter().flatten().map(|unit| unit.value).sum::<f64>(), significant(tails))
        };
        self.measure("W7 local Moran, 999 permutations", moran, || {
            (local_moran(&counts, &weights).unwrap(), local_moran_tails(&counts, &weights, PERMUTATIONS).unwrap())
        });
        let hot = |(units, tails): &(Vec<Option<LocalGetisOrd>>, Vec<Option<Tails>>)| {
            format!("[{},{}]", units.iter().flatten().map(|unit| unit.z * unit.z).sum::<f64>(), significant(tails))
        };
        self.measure("W7 Gi*, 999 permutations", hot, || {
            let units = local_getis_ord(&counts, &binary, Own::Counted).unwrap();
            (units, local_getis_ord_tails(&counts, &binary, PERMUTATIONS).unwrap())
        });
    }

    /// Gaussian density at 512 x 512 pixels; the check is of the diagonal, in incidents a square kilometre.
    fn density(&self) {
        let events: Vec<density::Event> = self.places().map(metres).map(|(x, y)| density::Event::one(x, y)).collect();
        let (east, north) = metres((EAST, NORTH));
        let grid = Grid::new(Rectangle { west: 0.0, south: 0.0, east, north }, PIXELS, PIXELS).unwrap();
        let check = |density: &Vec<f64>| {
            let diagonal: Vec<f64> = density.iter().step_by(PIXELS + 1).map(|value| value * 1e6).collect();
            format!("[{},{}]", diagonal.iter().sum::<f64>(), diagonal[PIXELS / 2])
        };
        self.measure("W8 Gaussian density", check, || gaussian::density(&events, BANDWIDTH_M, &grid).unwrap());
    }

    fn knox(&self) {
        let step = (self.day.len() / EVENTS).max(1);
        let event = |((x, y), day): ((f64, f64), &i32)| Event { x, y, time: f64::from(*day) };
        let events = self.places().map(metres).zip(&self.day).map(event).step_by(step).take(EVENTS);
        let events: Vec<Event> = events.collect();
        let near = Near { distance: 200.0, time: 14.0, measure: Distance::Euclidean };
        let check = |test: &Knox| {
            format!("[{},{},{}]", test.observed.both, test.observed.both + test.observed.space, test.permuted_mean)
        };
        self.measure("W10 Knox, 99 permutations", check, || {
            knox(&events, near, MonteCarlo { replicas: 99, seed: 1 }).unwrap()
        });
    }
}

/// In the plane of the works that measure in metres, its origin in the south-west.
fn metres((longitude, latitude): (f64, f64)) -> (f64, f64) {
    ((longitude - WEST) * 111_320.0 * 19.4f64.to_radians().cos(), (latitude - SOUTH) * 110_574.0)
}

/// Neighbours of every cell of the grid: those that touch it.
fn queen() -> Weights {
    let around = |at: usize| at.saturating_sub(1)..(at + 2).min(CELLS);
    let of = |cell: usize| {
        let (row, column) = (cell / CELLS, cell % CELLS);
        let near = around(row).flat_map(|row| around(column).map(move |column| row * CELLS + column));
        near.filter(|other| *other != cell).map(|other| other as u32).collect()
    };
    Weights::binary((0..CELLS * CELLS).map(of).collect()).unwrap()
}

/// Cells whose one-sided pseudo p-value, on the side where it is less, is below 5 %.
fn significant(tails: &[Option<Tails>]) -> usize {
    let p_value = |tails: &Tails| {
        let less = tails.at_least.min(tails.permutations - tails.at_least);
        (f64::from(less) + 1.0) / (f64::from(tails.permutations) + 1.0)
    };
    tails.iter().flatten().filter(|tails| p_value(tails) < 0.05).count()
}

fn doubles(path: &str) -> Vec<f64> {
    fs::read(path).expect(path).as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect()
}

/// Processor time of every thread of this process so far (Linux; 0 elsewhere).
fn processor_s() -> f64 {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return 0.0 };
    let of_task = |path: std::path::PathBuf| -> Option<f64> {
        fs::read_to_string(path.join("schedstat")).ok()?.split(' ').next()?.parse().ok()
    };
    tasks.flatten().filter_map(|task| of_task(task.path())).sum::<f64>() / 1e9
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
