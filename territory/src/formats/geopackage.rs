//! GeoPackage (OGC 12-128r19): an SQLite file. It is opened for reading only and its SQL is not trusted.

use super::{file_name, wkb};
use crate::error::TerritoryError;
use crate::table::{Feature, Geometry, Parts, StatedCrs, Table, Value};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};
use std::fmt::Write as _;
use std::path::Path;

const FORMAT: &str = "GeoPackage";
/// Identifiers by which a GeoPackage says that a reference system is not known.
const UNDEFINED_SRS: [i64; 2] = [-1, 0];

/// A feature table as the catalogue describes it.
struct Layer {
    table: String,
    geometry: String,
    srs_id: i64,
    credit: String,
}

/// Reads the only feature table, or the one named.
pub(super) fn read(path: &Path, table: Option<&str>) -> Result<Table, TerritoryError> {
    let database = open(path)?;
    let layer = choose(layers(&database, path)?, table)?;
    let mut read = rows(&database, &layer)?;
    read.crs = stated_crs(&database, layer.srs_id)?;
    read.source = format!("{} ({})", file_name(path), layer.table);
    if !layer.credit.is_empty() {
        read.notes.push(format!("the file describes the layer as: {}", layer.credit));
    }
    Ok(read)
}

fn damaged(error: rusqlite::Error) -> TerritoryError {
    TerritoryError::damaged(FORMAT, error)
}

/// Opens without writing anything beside the file, unless a write-ahead log holds part of it.
fn open(path: &Path) -> Result<Connection, TerritoryError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let mode = if Path::new(&log).exists() { "mode=ro" } else { "mode=ro&immutable=1" };
    let absolute = std::path::absolute(path).map_err(|source| super::io(path, source))?;
    let mut address = String::from("file:");
    for byte in absolute.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => address.push(char::from(*byte)),
            other => _ = write!(address, "%{other:02X}"),
        }
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(format!("{address}?{mode}"), flags).map_err(damaged)?;
    database.pragma_update(None, "trusted_schema", false).map_err(damaged)?;
    Ok(database)
}

fn layers(database: &Connection, path: &Path) -> Result<Vec<Layer>, TerritoryError> {
    let catalogue = "select count(*) from sqlite_master where name in ('gpkg_contents', 'gpkg_geometry_columns')";
    let tables: i64 = database.query_row(catalogue, [], |row| row.get(0)).map_err(damaged)?;
    if tables != 2 {
        let why = "this is an SQLite database without the tables of a GeoPackage".to_owned();
        return Err(TerritoryError::Unrecognised { path: path.to_owned(), why });
    }
    let sql = "select c.table_name, g.column_name, g.srs_id, coalesce(c.description, '')
        from gpkg_contents c join gpkg_geometry_columns g on g.table_name = c.table_name
        where c.data_type = 'features' order by c.table_name";
    let mut statement = database.prepare(sql).map_err(damaged)?;
    let layers = statement.query_map([], |row| {
        Ok(Layer { table: row.get(0)?, geometry: row.get(1)?, srs_id: row.get(2)?, credit: row.get(3)? })
    });
    layers.and_then(Iterator::collect).map_err(damaged)
}

fn choose(mut layers: Vec<Layer>, table: Option<&str>) -> Result<Layer, TerritoryError> {
    let tables = layers.iter().map(|layer| layer.table.clone()).collect();
    match table {
        Some(table) => layers
            .into_iter()
            .find(|layer| layer.table == table)
            .ok_or_else(|| TerritoryError::NoTable { table: table.to_owned(), tables }),
        None if layers.len() > 1 => Err(TerritoryError::SeveralTables { tables }),
        None => layers.pop().ok_or(TerritoryError::NoPlaces),
    }
}

fn stated_crs(database: &Connection, srs_id: i64) -> Result<StatedCrs, TerritoryError> {
    if UNDEFINED_SRS.contains(&srs_id) {
        return Ok(StatedCrs::Missing);
    }
    let sql = "select organization, organization_coordsys_id, definition from gpkg_spatial_ref_sys where srs_id = ?1";
    let mut statement = database.prepare(sql).map_err(damaged)?;
    let mut rows = statement.query([srs_id]).map_err(damaged)?;
    let Some(row) = rows.next().map_err(damaged)? else { return Ok(StatedCrs::Missing) };
    let (organization, code, definition): (String, i64, String) =
        (|| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))().map_err(damaged)?;
    match u32::try_from(code) {
        Ok(code) if organization.eq_ignore_ascii_case("epsg") => Ok(StatedCrs::Epsg(code)),
        _ => Ok(StatedCrs::Wkt(definition)),
    }
}

fn rows(database: &Connection, layer: &Layer) -> Result<Table, TerritoryError> {
    let sql = format!("select * from \"{}\"", layer.table.replace('"', "\"\""));
    let mut statement = database.prepare(&sql).map_err(damaged)?;
    let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let geometry = names.iter().position(|name| name.eq_ignore_ascii_case(&layer.geometry)).ok_or_else(|| {
        TerritoryError::damaged(FORMAT, format!("`{}` has no column `{}`", layer.table, layer.geometry))
    })?;
    let mut table = Table { columns: names, ..Table::default() };
    table.columns.remove(geometry);
    let mut rows = statement.query([]).map_err(damaged)?;
    while let Some(row) = rows.next().map_err(damaged)? {
        let feature = feature(row, table.columns.len(), geometry, layer.srs_id);
        table.features.push(
            feature.map_err(|error| {
                TerritoryError::damaged(FORMAT, format!("row {}: {error}", table.features.len() + 1))
            })?,
        );
    }
    Ok(table)
}

fn feature(row: &Row<'_>, columns: usize, geometry: usize, srs_id: i64) -> rusqlite::Result<Feature> {
    let values =
        (0..=columns).filter(|index| *index != geometry).map(|index| value(row, index)).collect::<Result<_, _>>()?;
    let geometry = match row.get_ref(geometry)? {
        ValueRef::Blob(bytes) => decode(bytes, srs_id),
        ValueRef::Null => Geometry::default(),
        _ => broken("the geometry is not binary".to_owned()),
    };
    Ok(Feature { values, geometry })
}

fn value(row: &Row<'_>, index: usize) -> rusqlite::Result<Value> {
    Ok(match row.get_ref(index)? {
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        ValueRef::Integer(integer) => Value::Integer(integer),
        ValueRef::Real(real) => Value::Real(real),
        ValueRef::Text(bytes) => Value::Text(std::str::from_utf8(bytes)?.to_owned()),
    })
}

fn decode(bytes: &[u8], srs_id: i64) -> Geometry {
    match wkb::read_geopackage(bytes) {
        Ok((own, _)) if i64::from(own) != srs_id => {
            broken(format!("the geometry states the reference system {own} and its layer {srs_id}"))
        }
        Ok((_, geometry)) => geometry,
        Err(error) => broken(error),
    }
}

fn broken(why: String) -> Geometry {
    Geometry { parts: Parts::Broken(why), ..Geometry::default() }
}
