//! The formats that are read, one file each, and how a file is recognised: by its bytes, not its name.

mod dbf;
mod geojson;
mod geopackage;
mod osm;
mod shapefile;
mod wkb;

pub use wkb::check_wkb;

use crate::error::TerritoryError;
use crate::limits::HEAD_BYTES;
use crate::table::Table;
use std::any::Any;
use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";
const ZIP_MAGIC: &[u8] = b"PK\x03\x04";
const ZIP_EMPTY_MAGIC: &[u8] = b"PK\x05\x06";
const SHP_MAGIC: &[u8] = &[0, 0, 0x27, 0x0a];
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];
const UTF8_MARK: &[u8] = &[0xef, 0xbb, 0xbf];
/// First field of the first blob header, after its length of four bytes.
const OSM_HEADER: &[u8] = b"\x0a\x09OSMHeader";

/// Reads a file of any known format.
pub(crate) fn read(path: &Path, table: Option<&str>) -> Result<Table, TerritoryError> {
    let head = head(path)?;
    let body = head.strip_prefix(UTF8_MARK).unwrap_or(&head).trim_ascii_start();
    if head.starts_with(SQLITE_MAGIC) {
        geopackage::read(path, table)
    } else if head.starts_with(ZIP_MAGIC) {
        shapefile::read(path)
    } else if head.get(4..).is_some_and(|head| head.starts_with(OSM_HEADER)) {
        osm::read(path)
    } else if body.starts_with(b"{") {
        geojson::read(path)
    } else {
        Err(TerritoryError::Unrecognised { path: path.to_owned(), why: describe(&head, body) })
    }
}

fn head(path: &Path) -> Result<Vec<u8>, TerritoryError> {
    if path.is_dir() {
        return Err(TerritoryError::Unrecognised { path: path.to_owned(), why: "this is a folder".to_owned() });
    }
    let mut head = Vec::new();
    let file = File::open(path).map_err(|source| io(path, source))?;
    file.take(HEAD_BYTES).read_to_end(&mut head).map_err(|source| io(path, source))?;
    Ok(head)
}

fn describe(head: &[u8], body: &[u8]) -> String {
    let lower = body.to_ascii_lowercase();
    let words = if head.is_empty() || body.is_empty() {
        "the file is empty"
    } else if head.starts_with(ZIP_EMPTY_MAGIC) {
        "the zip archive is empty"
    } else if head.starts_with(SHP_MAGIC) {
        "this is a bare .shp: zip it together with its .dbf, .shx and .prj"
    } else if head.starts_with(GZIP_MAGIC) {
        "the file is compressed with gzip: decompress it first"
    } else if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") {
        "this is a web page, so the download failed"
    } else if lower.starts_with(b"<") {
        "this is XML (KML, GML or OSM)"
    } else if lower.starts_with(b"[") {
        "this is a JSON list and not GeoJSON"
    } else {
        "its content is of no known format"
    };
    words.to_owned()
}

pub(crate) fn io(path: &Path, source: std::io::Error) -> TerritoryError {
    TerritoryError::Io { path: path.to_owned(), source }
}

/// Name of a file without its folders.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Runs a decoder of others on bytes that are not trusted: some of them overflow or index out of
/// range on hostile input, which must become an error and not end the program.
pub(crate) fn guarded<T>(
    format: &'static str,
    decode: impl FnOnce() -> Result<T, TerritoryError>,
) -> Result<T, TerritoryError> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|cause| Err(TerritoryError::damaged(format, words(&*cause))))
}

fn words(cause: &(dyn Any + Send)) -> String {
    let text = cause.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| cause.downcast_ref::<String>().cloned()).unwrap_or_else(|| "the decoder failed".to_owned())
}
