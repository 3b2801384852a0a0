//! Known answers: 50,000 crimes of Chicago (the file of laurolins/nanocube), level-11 cells.
//! Nanocubes prints 5,460 and 7,609 where double precision gives 5,462 and 7,607.

use crate::fixtures::count;
use flate2::read::GzDecoder;
use std::fs::File;
use std::path::Path;
use tequio_atlas::{Atlas, Columns, HOUR_UNKNOWN, Offence};
use tequio_kernel::{Key, Precision};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/incidents/chicago-50k.csv.gz");

/// Column, row from the south, incidents.
const ANSWERS: [(u32, u32, u64); 8] = [
    (523, 1287, 272),
    (524, 1285, 416),
    (524, 1286, 6_838),
    (524, 1287, 5_462),
    (525, 1285, 12_268),
    (525, 1286, 16_913),
    (525, 1287, 7_607),
    (526, 1285, 224),
];

fn load(path: &Path) -> Atlas {
    let mut reader = csv::Reader::from_reader(GzDecoder::new(File::open(path).unwrap()));
    let headers = reader.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let (longitude, latitude, kind) = (at("Longitude"), at("Latitude"), at("Primary Type"));
    let mut columns = Columns::default();
    for record in reader.records() {
        let record = record.unwrap();
        let known = columns.offences.iter().position(|offence| offence.code == record[kind]);
        let offence = known.unwrap_or_else(|| {
            let code = record[kind].to_owned();
            columns.offences.push(Offence { name: code.clone(), code, class: "ordinary" });
            columns.offences.len() - 1
        });
        columns.offence.push(offence as u16);
        columns.longitude.push(record[longitude].parse().unwrap_or(f64::NAN));
        columns.latitude.push(record[latitude].parse().unwrap_or(f64::NAN));
        columns.day.push(0);
        columns.precision.push(Precision::Unknown);
        columns.hour.push(HOUR_UNKNOWN);
    }
    Atlas::new(columns).unwrap()
}

#[test]
fn chicago_is_counted_in_double_precision() {
    let path = Path::new(FILE);
    if !path.exists() {
        eprintln!("SKIPPED: {FILE} is not here, the known answers of Chicago were NOT checked");
        return;
    }
    let atlas = load(path);
    let counts = count(&atlas, "by=cell:11");
    let found: Vec<(u32, u32, u64)> = counts
        .rows
        .iter()
        .map(|row| match row.keys[..] {
            [Key::Cell { x, y, .. }] => (x, 2_047 - y, row.count),
            _ => panic!("not a cell"),
        })
        .collect();
    let mut found = found;
    found.sort_unstable();
    assert_eq!(found, ANSWERS);
    let offences = count(&atlas, "by=offence");
    let of = |code: &str| {
        let is = |key: &Key| matches!(key, Key::Offence { code: found, .. } if found == code);
        offences.rows.iter().find(|row| is(&row.keys[0])).map_or(0, |row| row.count)
    };
    assert_eq!([of("THEFT"), of("BATTERY"), of("NARCOTICS"), of("CRIMINAL DAMAGE")], [11_367, 8_990, 5_742, 4_660]);
}
