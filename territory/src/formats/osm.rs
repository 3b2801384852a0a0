//! Streets of OpenStreetMap, in its PBF form (wiki.openstreetmap.org/wiki/PBF_Format).
//!
//! Two passes over the file: the ways, then only the nodes that the ways use. A way is cut at every
//! node that another street also uses, so that a segment runs from crossing to crossing; segment `n`
//! (from 1) of way `w` has the code `w{w}-{n}`.

use super::{file_name, guarded};
use crate::error::TerritoryError;
use crate::table::{Feature, Geometry, Parts, Path as Line, StatedCrs, Table, Value};
use geo_types::Coord;
use osmpbf::{BlobDecode, BlobReader, Element, PrimitiveBlock, Way};
use std::path::Path;

const FORMAT: &str = "OpenStreetMap PBF";

/// Who made the data, as the Open Database Licence asks.
const ATTRIBUTION: &str = "© OpenStreetMap contributors, ODbL";

/// Values of `highway` that are streets, where people live, drive and are found by an address. Left
/// out: ways for feet and bicycles alone (`footway`, `cycleway`, `path`, `steps`), which mostly repeat
/// the street beside them and would halve its counts; farm and forest `track`s; and what cannot be
/// used yet (`construction`, `proposed`).
const STREETS: &[&str] = &[
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "pedestrian",
    "service",
    "road",
];

/// Values of `service` that are not streets either: the ways into one building, lot or counter.
const PRIVATE_SERVICES: &[&str] = &["driveway", "parking_aisle", "drive-through", "emergency_access"];

/// Features of the file that a reader must know about to read it rightly.
const KNOWN_FEATURES: &[&str] = &["OsmSchema-V0.6", "DenseNodes"];

/// A street before its nodes are found.
struct Street {
    way: i64,
    name: String,
    nodes: Vec<i64>,
}

/// The nodes that streets use, in the order of their identifiers.
struct Nodes {
    ids: Vec<i64>,
    shared: Vec<bool>,
    points: Vec<Option<Coord<f64>>>,
}

/// Reads the streets of a file.
pub(super) fn read(path: &Path) -> Result<Table, TerritoryError> {
    guarded(FORMAT, || {
        let streets = streets(path)?;
        let nodes = nodes(path, &streets)?;
        Ok(segments(&streets, &nodes, path))
    })
}

fn damaged(error: impl ToString) -> TerritoryError {
    TerritoryError::damaged(FORMAT, error)
}

fn for_each_block(path: &Path, mut take: impl FnMut(&PrimitiveBlock)) -> Result<(), TerritoryError> {
    for blob in BlobReader::from_path(path).map_err(damaged)? {
        match blob.map_err(damaged)?.decode().map_err(damaged)? {
            BlobDecode::OsmHeader(header) => check_features(header.required_features())?,
            BlobDecode::OsmData(block) => take(&block),
            BlobDecode::Unknown(_) => {}
        }
    }
    Ok(())
}

fn check_features(required: &[String]) -> Result<(), TerritoryError> {
    match required.iter().find(|feature| !KNOWN_FEATURES.contains(&feature.as_str())) {
        Some(feature) => Err(damaged(format!("it needs `{feature}`, which is not read"))),
        None => Ok(()),
    }
}

fn streets(path: &Path) -> Result<Vec<Street>, TerritoryError> {
    let mut streets = Vec::new();
    for_each_block(path, |block| {
        streets
            .extend(block.groups().flat_map(|group| group.ways().filter_map(|way| street(&way)).collect::<Vec<_>>()));
    })?;
    Ok(streets)
}

fn street(way: &Way<'_>) -> Option<Street> {
    let tag = |key: &str| way.tags().find(|(known, _)| *known == key).map(|(_, value)| value);
    tag("highway").filter(|value| STREETS.contains(value))?;
    // A square drawn as an area is not a line along which anything lies.
    if tag("area") == Some("yes") || tag("service").is_some_and(|service| PRIVATE_SERVICES.contains(&service)) {
        return None;
    }
    let name = tag("name").or_else(|| tag("ref")).unwrap_or_default().to_owned();
    let mut node = 0_i64;
    let nodes = way.raw_refs().iter().map(|step| {
        node = node.wrapping_add(*step);
        node
    });
    Some(Street { way: way.id(), name, nodes: nodes.collect() })
}

fn nodes(path: &Path, streets: &[Street]) -> Result<Nodes, TerritoryError> {
    let mut uses: Vec<i64> = streets.iter().flat_map(|street| street.nodes.iter().copied()).collect();
    uses.sort_unstable();
    let (ids, shared): (Vec<i64>, Vec<bool>) =
        uses.chunk_by(|one, two| one == two).map(|uses| (uses[0], uses.len() > 1)).unzip();
    let mut nodes = Nodes { points: vec![None; ids.len()], ids, shared };
    for_each_block(path, |block| {
        block.for_each_element(|element| match element {
            Element::Node(node) => nodes.place(node.id(), node.lon(), node.lat()),
            Element::DenseNode(node) => nodes.place(node.id(), node.lon(), node.lat()),
            Element::Way(_) | Element::Relation(_) => {}
        });
    })?;
    Ok(nodes)
}

impl Nodes {
    fn place(&mut self, id: i64, x: f64, y: f64) {
        if let Ok(index) = self.ids.binary_search(&id) {
            self.points[index] = Some(Coord { x, y });
        }
    }

    /// Where a node is, and whether streets meet there.
    fn find(&self, id: i64) -> Option<(Coord<f64>, bool)> {
        let index = self.ids.binary_search(&id).ok()?;
        self.points[index].map(|point| (point, self.shared[index]))
    }

    /// Cuts a street at its crossings, and where a node is not in the file.
    fn cut(&self, street: &Street) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut line = Line::new();
        for node in &street.nodes {
            match self.find(*node) {
                None => lines.push(std::mem::take(&mut line)),
                Some((point, shared)) => {
                    line.push(point);
                    if shared {
                        lines.push(std::mem::replace(&mut line, vec![point]));
                    }
                }
            }
        }
        lines.push(line);
        lines.retain(|line| line.iter().any(|point| Some(point) != line.first()));
        lines
    }
}

fn segments(streets: &[Street], nodes: &Nodes, path: &Path) -> Table {
    let mut table = Table {
        columns: vec!["code".to_owned(), "name".to_owned()],
        crs: StatedCrs::Epsg(crate::crs::WGS84),
        source: format!("{ATTRIBUTION} ({})", file_name(path)),
        ..Table::default()
    };
    for street in streets {
        for (index, line) in nodes.cut(street).into_iter().enumerate() {
            let code = Value::Text(format!("w{}-{}", street.way, index + 1));
            let values = vec![code, Value::Text(street.name.clone())];
            let geometry = Geometry { parts: Parts::line(line), ..Geometry::default() };
            table.features.push(Feature { values, geometry });
        }
    }
    let named = streets.iter().filter(|street| !street.name.is_empty()).count();
    table.notes.push(format!("{} ways are streets, {named} of them with a name", streets.len()));
    let lost = nodes.points.iter().filter(|point| point.is_none()).count();
    if lost > 0 {
        table.notes.push(format!(
            "{lost} nodes of streets are not in the file, as at the edge of an extract; lines are cut there"
        ));
    }
    table
}
