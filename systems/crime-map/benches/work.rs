//! Work W1 of the comparison: a table of incidents read and checked, the good rows kept as columns, and of every refused
//! row its number and the reason. One JSON line.
//!
//! ```text
//! cargo bench -p tequio-crime-map --bench work -- FOLDER SIZE [THREADS [REPEATS]]
//! ```
//!
//! FOLDER is what `bench/incidents.py` writes. It is the way on which `tequio import` reads too, up to where it sorts and
//! stores. As the other programs are told the columns and their types, so are mapping and encoding known here.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::hash::{BuildHasherDefault, Hasher};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;
use tequio_crime_map::importers::{Importer, Mapping, Reason, RowReader};
use tequio_intake::{Encoding, Kind, Piece, ReadRow, RowError, Survey, Table, Wrapping};

const SECONDS_A_DAY: i64 = 86_400;

/// The rows of one piece.
#[derive(Default)]
struct Columns {
    /// Seconds since 1970-01-01.
    time: Vec<i64>,
    /// Index into `names`.
    offence: Vec<u16>,
    names: Vec<String>,
    longitude: Vec<f64>,
    latitude: Vec<f64>,
    rows: u64,
    /// Numbers of the rows that were refused.
    refused: Vec<(u64, Reason)>,
}

fn columns(piece: &Piece, reader: &dyn RowReader) -> Columns {
    // Rows are hardly shorter than this.
    let rows = usize::try_from(piece.bytes()).expect("small") / 36;
    let mut columns = Columns {
        time: Vec::with_capacity(rows),
        offence: Vec::with_capacity(rows),
        longitude: Vec::with_capacity(rows),
        latitude: Vec::with_capacity(rows),
        ..Columns::default()
    };
    let mut known: HashMap<String, u16, BuildHasherDefault<Fnv>> = HashMap::default();
    let mut rows = piece.rows();
    while let Some(ReadRow { row, .. }) = rows.next_row() {
        columns.rows += 1;
        let read = match &row {
            Ok(row) => reader.read(row),
            Err(error) => {
                columns.refused.push((columns.rows, reason_of(*error)));
                continue;
            }
        };
        let incident = match &read {
            Ok(incident) => incident,
            Err(reject) => {
                columns.refused.push((columns.rows, reject.reason));
                continue;
            }
        };
        let offence = incident.offence.as_ref();
        let code = known.get(offence).copied().unwrap_or_else(|| {
            let code = u16::try_from(columns.names.len()).expect("few offences");
            columns.names.push(offence.to_owned());
            known.insert(offence.to_owned(), code);
            code
        });
        let second = incident.occurred.second.map_or(0, i64::from);
        columns.time.push(i64::from(incident.occurred.day) * SECONDS_A_DAY + second);
        columns.offence.push(code);
        columns.longitude.push(incident.point.map_or(f64::NAN, |point| point.longitude));
        columns.latitude.push(incident.point.map_or(f64::NAN, |point| point.latitude));
    }
    columns
}

/// FNV-1a: names are short, and nobody attacks a bench.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

fn reason_of(error: RowError) -> Reason {
    match error {
        RowError::FieldCount => Reason::WrongFieldCount,
        RowError::TooLong => Reason::RowTooLong,
        RowError::UnclosedQuote => Reason::UnclosedQuote,
        RowError::Encoding => Reason::InvalidEncoding,
        RowError::Feature => Reason::FeatureUnparsed,
        RowError::NotAPoint => Reason::GeometryNotAPoint,
    }
}

/// The table in the pieces in which it was read; rows are numbered through.
fn read(path: &Path, mapping: &Mapping) -> Vec<Columns> {
    let encoding = Encoding::Utf8 { bom: false };
    let content_bytes = fs::metadata(path).expect("the file").len();
    let (wrapping, kind) = (Wrapping::Plain, Kind::Text);
    let survey = Survey { wrapping, kind, encoding, content_sha256: String::new(), content_bytes };
    let mut table = Table::open(path, &survey, &[]).expect("a table");
    let reader = mapping.recognise(&table.header).expect("the columns of the mapping");
    let mut before = 0;
    let mut pieces = Vec::new();
    let take = |mut piece: Columns| {
        piece.refused.iter_mut().for_each(|(row, _)| *row += before);
        before += piece.rows;
        pieces.push(piece);
        Ok(())
    };
    table.read_all(|piece| columns(piece, reader.as_ref()), take, |reason| reason).expect("all rows");
    pieces
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [folder, size, rest @ ..] = &arguments[..] else {
        eprintln!("usage: work FOLDER SIZE [THREADS [REPEATS]]");
        return;
    };
    let number = |at: usize, default: usize| rest.get(at).map_or(default, |text| text.parse().expect("a number"));
    let (threads, repeats) = (number(0, 2), number(1, 11));
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().expect("a pool of threads");
    let mapping = fs::read_to_string(format!("{folder}/mapping.toml")).expect("the mapping");
    let mapping = Mapping::parse(&mapping).expect("a mapping");
    let path = PathBuf::from(format!("{folder}/incidents_{size}.csv"));
    let mut pieces = read(&path, &mapping);
    let (mut times, mut cpu) = (Vec::new(), 0.0);
    for _ in 0..repeats {
        let (before, start) = (processor_s(), Instant::now());
        let next = black_box(read(black_box(&path), &mapping));
        times.push(start.elapsed().as_secs_f64());
        cpu += processor_s() - before;
        pieces = next;
    }
    times.sort_by(f64::total_cmp);
    report(&pieces, size, threads, &times, cpu / repeats as f64);
}

fn report(pieces: &[Columns], size: &str, threads: usize, times: &[f64], cpu: f64) {
    let accepted: usize = pieces.iter().map(|piece| piece.time.len()).sum();
    let mut refused: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, reason) in pieces.iter().flat_map(|piece| &piece.refused) {
        *refused.entry(reason.code()).or_default() += 1;
    }
    let refused: Vec<String> = refused.iter().map(|(reason, rows)| format!("\"{reason}\":{rows}")).collect();
    println!(
        "{{\"peer\":\"tequio-crime-map\",\"work\":\"W1\",\"size\":{size},\"threads\":{threads},\"repeats\":{},\
         \"median_s\":{:.7},\"min_s\":{:.7},\"cpu_s\":{cpu:.7},\"peak_mb\":{:.0},\"check\":[{accepted}],\
         \"refused\":{{{}}},\"digest\":\"{:016x}\"}}",
        times.len(),
        times[times.len() / 2],
        times[0],
        peak_mb(),
        refused.join(","),
        digest(pieces)
    );
}

/// A number that changes with any value, name, refused row or order.
fn digest(pieces: &[Columns]) -> u64 {
    let mut hash = Fnv::default();
    for piece in pieces {
        for (at, time) in piece.time.iter().enumerate() {
            hash.write(&time.to_le_bytes());
            hash.write(&piece.longitude[at].to_le_bytes());
            hash.write(&piece.latitude[at].to_le_bytes());
            hash.write(piece.names[usize::from(piece.offence[at])].as_bytes());
        }
        for (row, reason) in &piece.refused {
            hash.write(&row.to_le_bytes());
            hash.write(reason.code().as_bytes());
        }
    }
    hash.finish()
}

fn peak_mb() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1_024.0
}

/// Processor time of every thread of this process so far (Linux; 0 elsewhere).
fn processor_s() -> f64 {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return 0.0 };
    let of_task = |path: PathBuf| -> Option<f64> {
        fs::read_to_string(path.join("schedstat")).ok()?.split(' ').next()?.parse().ok()
    };
    tasks.flatten().filter_map(|task| of_task(task.path())).sum::<f64>() / 1e9
}
