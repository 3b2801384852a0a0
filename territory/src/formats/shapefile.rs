//! Shapefile (ESRI, July 1998) in a zip archive, in any folder of it.

use super::dbf::{self, Dbf};
use super::{file_name, guarded, io};
use crate::error::TerritoryError;
use crate::limits::{SHAPEFILE_PART_BYTES_MAX, ZIP_ENTRIES_MAX};
use crate::nesting::nest;
use crate::table::{Feature, Geometry, Parts, Path as Ring, StatedCrs, Table};
use ::shapefile::record::traits::HasXY;
use ::shapefile::{PolygonRing, Shape, ShapeReader};
use geo_types::Coord;
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;
use zip::ZipArchive;

const FORMAT: &str = "Shapefile";

/// Names of an archive that a refusal shows.
const NAMES_SHOWN: usize = 5;

type Zip = ZipArchive<BufReader<File>>;

/// The files of one Shapefile.
struct Bundle {
    shp: Vec<u8>,
    shx: Option<Vec<u8>>,
    dbf: Vec<u8>,
    prj: Option<String>,
    cpg: Option<String>,
}

/// Reads the only Shapefile of an archive.
pub(super) fn read(path: &Path) -> Result<Table, TerritoryError> {
    let (name, bundle) = guarded("zip archive", || unpack(path))?;
    let dbf = dbf::read(&bundle.dbf, bundle.cpg.as_deref())?;
    let shapes = guarded(FORMAT, || shapes(&bundle))?;
    let mut table = join(shapes, dbf)?;
    table.crs = bundle.prj.map(StatedCrs::Wkt).unwrap_or_default();
    table.source = format!("{} ({name})", file_name(path));
    if bundle.cpg.is_none() {
        table.notes.push(
            "no .cpg file states the encoding: text is read as UTF-8 where it is, else as Windows-1252".to_owned(),
        );
    }
    Ok(table)
}

fn unpack(path: &Path) -> Result<(String, Bundle), TerritoryError> {
    let file = File::open(path).map_err(|source| io(path, source))?;
    let mut zip =
        ZipArchive::new(BufReader::new(file)).map_err(|error| TerritoryError::damaged("zip archive", error))?;
    if zip.len() > ZIP_ENTRIES_MAX {
        let what = "the number of files in the zip archive".to_owned();
        return Err(TerritoryError::TooLarge { what, limit: ZIP_ENTRIES_MAX.to_string() });
    }
    let names: Vec<String> = zip.file_names().filter_map(Result::ok).map(Into::into).collect();
    let name = the_only_shp(&names)?;
    let missing = |part: &str| TerritoryError::Archive(format!("holds {name} without its .{part}; add it"));
    let bundle = Bundle {
        shp: part(&mut zip, &names, &name, "shp")?.ok_or_else(|| missing("shp"))?,
        shx: part(&mut zip, &names, &name, "shx")?,
        dbf: part(&mut zip, &names, &name, "dbf")?.ok_or_else(|| missing("dbf"))?,
        prj: part(&mut zip, &names, &name, "prj")?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        cpg: part(&mut zip, &names, &name, "cpg")?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    };
    Ok((name, bundle))
}

/// macOS adds a shadow of every file to the archives it makes.
fn is_shadow(name: &str) -> bool {
    name.split('/').any(|step| step == "__MACOSX" || step.starts_with("._"))
}

fn the_only_shp(names: &[String]) -> Result<String, TerritoryError> {
    let is_shp = |name: &&String| name.to_ascii_lowercase().ends_with(".shp") && !is_shadow(name);
    let found: Vec<&String> = names.iter().filter(is_shp).collect();
    match found.as_slice() {
        [only] => Ok((*only).clone()),
        [] => {
            let holds = names.iter().take(NAMES_SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
            let what = "holds no .shp; give a Shapefile (.shp, .dbf, .shx, .prj) in it, or unpack what it has";
            Err(TerritoryError::Archive(format!("{what}: {holds}")))
        }
        several => {
            let list = several.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
            Err(TerritoryError::Archive(format!("holds several Shapefiles: {list}; keep one in each archive")))
        }
    }
}

fn part(zip: &mut Zip, names: &[String], shp: &str, extension: &str) -> Result<Option<Vec<u8>>, TerritoryError> {
    let stem = &shp[..shp.len() - "shp".len()];
    let is_part = |name: &&String| {
        name.strip_prefix(stem).is_some_and(|rest| rest.eq_ignore_ascii_case(extension)) && !is_shadow(name)
    };
    let Some(name) = names.iter().find(is_part) else { return Ok(None) };
    let damaged = |error: &dyn std::fmt::Display| TerritoryError::damaged("zip archive", format!("{name}: {error}"));
    let limit = || format!("{} MiB", SHAPEFILE_PART_BYTES_MAX >> 20);
    let too_large = || TerritoryError::TooLarge { what: format!("{name}, unpacked,"), limit: limit() };
    let entry = zip.by_name(name).map_err(|error| damaged(&error))?;
    if entry.size() > SHAPEFILE_PART_BYTES_MAX {
        return Err(too_large());
    }
    // The size that an archive announces may be a lie.
    let mut bytes = Vec::new();
    entry.take(SHAPEFILE_PART_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
    if bytes.len() as u64 > SHAPEFILE_PART_BYTES_MAX { Err(too_large()) } else { Ok(Some(bytes)) }
}

fn shapes(bundle: &Bundle) -> Result<Vec<Geometry>, TerritoryError> {
    let shp = Cursor::new(&bundle.shp);
    let reader = match &bundle.shx {
        Some(shx) => ShapeReader::with_shx(shp, Cursor::new(shx)),
        None => ShapeReader::new(shp),
    };
    let mut reader = reader.map_err(|error| TerritoryError::damaged(FORMAT, error))?;
    let mut shapes = Vec::new();
    for shape in reader.iter_shapes() {
        let row = shapes.len() + 1;
        shapes.push(geometry(shape.map_err(|error| TerritoryError::damaged(FORMAT, format!("shape {row}: {error}")))?));
    }
    Ok(shapes)
}

fn join(shapes: Vec<Geometry>, dbf: Dbf) -> Result<Table, TerritoryError> {
    if shapes.len() != dbf.rows.len() {
        let detail = format!("{} shapes and {} rows", shapes.len(), dbf.rows.len());
        return Err(TerritoryError::damaged(FORMAT, detail));
    }
    let deleted = dbf.rows.iter().filter(|row| row.is_none()).count();
    let features =
        shapes.into_iter().zip(dbf.rows).filter_map(|(geometry, row)| Some(Feature { values: row?, geometry }));
    let mut table = Table { columns: dbf.columns, features: features.collect(), ..Table::default() };
    if deleted > 0 {
        table.notes.push(format!("{deleted} rows are marked as deleted in the .dbf and were not read"));
    }
    Ok(table)
}

fn geometry(shape: Shape) -> Geometry {
    let has_z = shape.shapetype().has_z();
    let (parts, remark) = match shape {
        Shape::NullShape => (Parts::Empty, None),
        Shape::Polygon(polygon) => area(polygon.rings()),
        Shape::PolygonM(polygon) => area(polygon.rings()),
        Shape::PolygonZ(polygon) => area(polygon.rings()),
        Shape::Polyline(line) => (lines(line.parts()), None),
        Shape::PolylineM(line) => (lines(line.parts()), None),
        Shape::PolylineZ(line) => (lines(line.parts()), None),
        Shape::Multipatch(_) => (Parts::Other("3-D surface"), None),
        _ => (Parts::Other("point"), None),
    };
    Geometry { parts, has_z, remark }
}

fn area<P: HasXY>(rings: &[PolygonRing<P>]) -> (Parts, Option<String>) {
    let rings = rings.iter().map(|ring| (path(ring.points()), matches!(ring, PolygonRing::Inner(_))));
    let (polygons, remark) = nest(rings.collect());
    (if polygons.is_empty() { Parts::Empty } else { Parts::Areas(polygons) }, remark)
}

fn lines<P: HasXY>(parts: &[Vec<P>]) -> Parts {
    parts.iter().fold(Parts::Empty, |all, part| all.join(Parts::line(path(part))))
}

fn path<P: HasXY>(points: &[P]) -> Ring {
    points.iter().map(|point| Coord { x: point.x(), y: point.y() }).collect()
}
