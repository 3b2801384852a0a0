//! How many incidents a square kilometre holds, smoothed from the counts of cells.
//!
//! Events are the middles of the counted cells, with their counts as weights, so that the surface tells nothing that the
//! counts do not tell. Cells of web-mercator are squares of one size on its plane: there the kernel is laid, and what
//! the plane stretches is taken back in the area of every cell, so that density times area sums to the incidents.

use super::bandwidth::{self, RULE_CELLS_MAX, fitting, rounded, silverman};
use super::hints::{Hint, refused};
use super::options::{among, number, word};
use super::report::{Report, Spot, code_of};
use super::units::Units;
use super::{About, Analysis, AnalysisError, Asked, Much, Parameter, UNITS_MAX};
use crate::library::Library;
use crate::pages::cells_zoom;
use serde_json::json;
use std::collections::HashMap;
use tequio_atlas::Cell;
use tequio_frame::{Column, DataTable};
use tequio_kernel::{Dimension, Key, PlaceRef, Query};
use tequio_methods::density::compact::{self, Kernel};
use tequio_methods::density::edge::{self, Correction};
use tequio_methods::density::{DensityError, Event, Grid, gaussian};
use tequio_methods::planar::{Point, Rectangle};

/// The analysis.
pub(super) struct Density;

pub(super) const BANDWIDTH: Parameter = Parameter {
    name: "bandwidth",
    default: "",
    meaning: "Standard deviation of the kernel in metres, not less than the width of the counted cells; unless it is \
        given, by Silverman's rule from how far the incidents are spread and how many they are",
    values: &[],
    written: number,
    check: |options, parameter, _| bandwidth::check(options.text(parameter.name)),
};
const KERNEL: Parameter = Parameter {
    name: "kernel",
    default: "gaussian",
    meaning: "`gaussian`, or `quartic`: of the same spread, and nothing beyond 2.8 bandwidths",
    values: &["gaussian", "quartic"],
    written: word,
    check: among,
};
const EDGE: Parameter = Parameter {
    name: "edge",
    default: "",
    meaning: "`event`: what a kernel would lay beyond the rectangle of the counted cells is kept inside; `none`: it is \
        laid there; unless it is given, `event` where the question has a box",
    values: &["none", "event"],
    written: word,
    check: |options, parameter, principal| match (options.text(parameter.name), options.text(KERNEL.name)) {
        ("event", "quartic") => Err(refused(parameter.name, "event", Hint::Edge)),
        _ => among(options, parameter, principal),
    },
};
/// How far the surface reaches beyond the counted cells, in bandwidths: 3 in 10,000 of a kernel lie beyond.
const REACH: f64 = 4.0;
/// Cells along the longer side of the ground where no zoom is named, at most.
const SIDE_CELLS_MAX: u32 = 96;
/// Length of the equator, metres (EPSG:3857).
const EQUATOR_M: f64 = 40_075_016.686;
const KM2: f64 = 1e6;

static ABOUT: About = About {
    id: "density",
    method: "Kernel density of the counts of cells, incidents per square kilometre; classes by the share of the incidents \
        that the densest cells hold",
    reference: "B. W. Silverman, Density Estimation for Statistics and Data Analysis (1986); P. J. Diggle, Journal of the \
        Royal Statistical Society C 34 (1985)",
    parameters: &[BANDWIDTH, KERNEL, EDGE],
    shown: &["density", "count", "class"],
};

/// The densest cells that together hold so much of the incidents, and the class of those that come with each step.
const CLASSES: [&str; 5] = ["density-5", "density-4", "density-3", "density-2", "density-1"];
const SHARES: [f64; 5] = [0.10, 0.25, 0.50, 0.75, 0.95];

impl Analysis for Density {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn dimension(&self, library: &Library, territory: Option<&PlaceRef>, query: &Query) -> Dimension {
        Dimension::Cell(cells_zoom(library, territory, query, SIDE_CELLS_MAX))
    }

    fn run(&self, asked: &Asked<'_>) -> Result<Report, AnalysisError> {
        let [Dimension::Cell(zoom)] = asked.query.by.as_slice() else { return Err(AnalysisError::ByCells) };
        let units = Units::of(asked)?;
        units.refuse_none(asked)?;
        let counted: Vec<Counted> = units.list.iter().filter_map(Counted::of).collect();
        let ground = Ground::of(&counted, *zoom).ok_or(DensityError::NoEvents)?;
        let method = Method::read(asked, &ground, &counted)?;
        asked.look()?;
        let surface = Surface::of(&counted, ground, &method)?;
        let bands = bands(&surface.cells, surface.total());
        let mut report = report(asked, &units, &surface, &bands);
        report.chose(BANDWIDTH.name, method.bandwidth);
        report.chose(EDGE.name, if method.edge { "event" } else { "none" });
        report.facts.extend([
            ("cell_width", json!(surface.ground.side.round())),
            ("peak", json!(surface.cells.iter().map(|cell| cell.density).fold(0.0, f64::max))),
            ("incidents_laid", json!(surface.total())),
        ]);
        remarks(&mut report, &units, &surface, &method, asked)?;
        Ok(report)
    }
}

/// A cell and what was counted in it.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    pub x: u32,
    pub y: u32,
    pub count: u64,
}

impl Counted {
    fn of(unit: &super::units::Unit) -> Option<Self> {
        match unit.key {
            Key::Cell { x, y, .. } => Some(Self { x, y, count: unit.count }),
            _ => None,
        }
    }
}

/// How it is smoothed.
struct Method {
    /// Metres.
    bandwidth: f64,
    /// What the rule says, where no bandwidth was given, metres.
    rule: Option<f64>,
    kernel: Option<Kernel>,
    edge: bool,
}

impl Method {
    fn read(asked: &Asked<'_>, ground: &Ground, counted: &[Counted]) -> Result<Self, AnalysisError> {
        let (options, boxed) = (asked.options, asked.query.filter.bbox.is_some());
        let edge = match options.text(EDGE.name) {
            "" => boxed,
            _ => options.choice(EDGE.name, &[("none", false), ("event", true)])?,
        };
        let kernel = options.choice(KERNEL.name, &[("gaussian", None), ("quartic", Some(Kernel::Quartic))])?;
        let rule = options.text(BANDWIDTH.name).is_empty().then(|| silverman(counted, ground.side));
        let bandwidth = match rule {
            Some(rule) => fitting(rule, ground.side),
            None => bandwidth::read(options.text(BANDWIDTH.name), ground.side)?,
        };
        Ok(Self { bandwidth, rule, kernel, edge: edge && kernel.is_none() })
    }

    fn density(&self, events: &[Event], grid: &Grid) -> Result<Vec<f64>, DensityError> {
        match self.kernel {
            None if self.edge => edge::density(events, self.bandwidth, grid, Correction::AtEvent),
            None => gaussian::density(events, self.bandwidth, grid),
            // Of equal spread, see `methods/src/density/compact.rs`.
            Some(kernel) => compact::density(events, kernel, 8f64.sqrt() * self.bandwidth, grid),
        }
    }
}

/// A rectangle of cells of one zoom, on the plane of web-mercator.
#[derive(Clone, Copy)]
struct Ground {
    zoom: u8,
    west: u32,
    north: u32,
    columns: u32,
    rows: u32,
    /// Width of a cell at the middle latitude of the counted cells, metres.
    side: f64,
    /// Cosine of that latitude.
    cosine: f64,
}

impl Ground {
    fn of(counted: &[Counted], zoom: u8) -> Option<Self> {
        let west = counted.iter().map(|cell| cell.x).min()?;
        let north = counted.iter().map(|cell| cell.y).min()?;
        let east = counted.iter().map(|cell| cell.x).max()?;
        let south = counted.iter().map(|cell| cell.y).max()?;
        let cosine = cosine(zoom, u32::midpoint(north, south));
        let side = EQUATOR_M * cosine / f64::from(1u32 << zoom);
        Some(Self { zoom, west, north, columns: east - west + 1, rows: south - north + 1, side, cosine })
    }

    /// The same with so many cells more on every side, where the world has them.
    fn widened(self, by: u32) -> Self {
        let end = 1u32 << self.zoom;
        let (west, north) = (self.west.saturating_sub(by), self.north.saturating_sub(by));
        let (east, south) = ((self.west + self.columns + by).min(end), (self.north + self.rows + by).min(end));
        Self { west, north, columns: east - west, rows: south - north, ..self }
    }

    fn grid(&self) -> Result<Grid, DensityError> {
        let (columns, rows) = (self.columns as usize, self.rows as usize);
        let (east, north) = (columns as f64 * self.side, rows as f64 * self.side);
        Grid::new(Rectangle { west: 0.0, south: 0.0, east, north }, columns, rows)
    }

    /// The middle of a cell, metres from the south-western corner.
    fn middle(&self, cell: &Counted) -> Point {
        let x = (f64::from(cell.x) - f64::from(self.west) + 0.5) * self.side;
        Point { x, y: (f64::from(self.north + self.rows) - f64::from(cell.y) - 0.5) * self.side }
    }

    /// How long a metre at the middle latitude is in a row of cells.
    fn stretch(&self, y: u32) -> f64 {
        cosine(self.zoom, y) / self.cosine
    }
}

fn cosine(zoom: u8, y: u32) -> f64 {
    Cell { z: zoom, x: 0, y }.centre().1.to_radians().cos()
}

/// A cell of the surface.
#[derive(Clone, Copy)]
struct Dense {
    x: u32,
    y: u32,
    /// Incidents a square kilometre, on the ground.
    density: f64,
    /// Square kilometres.
    area: f64,
}

struct Surface {
    ground: Ground,
    cells: Vec<Dense>,
}

impl Surface {
    fn of(counted: &[Counted], ground: Ground, method: &Method) -> Result<Self, AnalysisError> {
        // Bounded by sixteen cells a bandwidth.
        let reach = (REACH * method.bandwidth / ground.side).ceil() as u32;
        let ground = if method.edge { ground } else { ground.widened(reach) };
        let found = ground.columns as usize * ground.rows as usize;
        if found > UNITS_MAX {
            return Err(AnalysisError::TooMany { what: Much::Surface, found, most: UNITS_MAX });
        }
        let filled = counted.iter().filter(|cell| cell.count > 0);
        let events: Vec<Event> =
            filled.map(|cell| Event { at: ground.middle(cell), weight: cell.count as f64 }).collect();
        if events.is_empty() {
            return Err(DensityError::NoEvents.into());
        }
        let values = method.density(&events, &ground.grid()?)?;
        let columns = ground.columns as usize;
        let cell = |(index, value): (usize, f64)| {
            // Rows are kept from the south; both numbers are bounded by the grid.
            let (x, y) =
                (ground.west + (index % columns) as u32, ground.north + ground.rows - 1 - (index / columns) as u32);
            let area = (ground.side * ground.stretch(y)).powi(2);
            Dense { x, y, density: value * ground.side.powi(2) / area * KM2, area: area / KM2 }
        };
        Ok(Self { ground, cells: values.into_iter().enumerate().map(cell).collect() })
    }

    /// Incidents that lie under the surface.
    fn total(&self) -> f64 {
        self.cells.iter().map(|cell| cell.density * cell.area).sum()
    }
}

/// A class: the cells of at least so much density, and less than the class above it.
struct Band {
    class: &'static str,
    from: f64,
    cells: usize,
    area: f64,
    incidents: f64,
}

/// The bands, the densest first. Cells of equal density are of one class.
fn bands(cells: &[Dense], total: f64) -> Vec<Band> {
    let mut sorted: Vec<&Dense> = cells.iter().filter(|cell| cell.density > 0.0).collect();
    sorted.sort_by(|a, b| b.density.total_cmp(&a.density));
    let mut bands: Vec<Band> = Vec::new();
    let (mut sum, mut next, mut at) = (0.0, 0, f64::INFINITY);
    for cell in sorted {
        if cell.density < at {
            next = SHARES.iter().position(|share| sum < share * total).unwrap_or(SHARES.len());
        }
        let Some(class) = CLASSES.get(next) else { break };
        at = cell.density;
        sum += cell.density * cell.area;
        if bands.last().is_none_or(|band| band.class != *class) {
            bands.push(Band { class, from: at, cells: 0, area: 0.0, incidents: 0.0 });
        }
        let Some(band) = bands.last_mut() else { continue };
        (band.from, band.cells) = (at, band.cells + 1);
        (band.area, band.incidents) = (band.area + cell.area, band.incidents + cell.density * cell.area);
    }
    bands
}

fn report(asked: &Asked<'_>, units: &Units, surface: &Surface, bands: &[Band]) -> Report {
    let counts: HashMap<(u32, u32), u64> =
        units.list.iter().filter_map(Counted::of).map(|cell| ((cell.x, cell.y), cell.count)).collect();
    let class = |cell: &Dense| bands.iter().find(|band| cell.density >= band.from).map(|band| band.class);
    let mut dense: Vec<(&Dense, &'static str)> =
        surface.cells.iter().filter_map(|cell| Some((cell, class(cell)?))).collect();
    dense.sort_by(|(a, _), (b, _)| b.density.total_cmp(&a.density).then((a.x, a.y).cmp(&(b.x, b.y))));
    let columns = [
        Column::text("place"),
        Column::text("name"),
        Column::number("density", "incidents per square kilometre"),
        Column::count("count", "incidents"),
        Column::number("area", "square kilometres"),
        Column::text("class"),
    ];
    let key = |cell: &Dense| Key::Cell { z: surface.ground.zoom, x: cell.x, y: cell.y };
    let rows = dense.iter().map(|(cell, class)| {
        let (place, name) = code_of(&key(cell));
        let count = counts.get(&(cell.x, cell.y)).copied().unwrap_or(0);
        [json!(place), json!(name), json!(cell.density), json!(count), json!(cell.area), json!(class)]
    });
    let table = DataTable::new("places", "Density by cell", columns, rows);
    let spots = dense.iter().map(|(cell, class)| Spot { key: key(cell), place: None, class }).collect();
    let more = vec![table_of_bands(bands, surface.total())];
    Report { spots, more, classes: &CLASSES, ..Report::new(asked, &ABOUT, units, table) }
}

fn table_of_bands(bands: &[Band], total: f64) -> DataTable {
    let columns = [
        Column::text("class"),
        Column::number("density_from", "incidents per square kilometre"),
        Column::count("cells", "cells"),
        Column::number("area", "square kilometres"),
        Column::number("share", "share"),
    ];
    let rows = bands.iter().map(|band| {
        [json!(band.class), json!(band.from), json!(band.cells), json!(band.area), json!(band.incidents / total)]
    });
    DataTable::new("classes", "Classes of density", columns, rows)
}

fn remarks(
    report: &mut Report,
    units: &Units,
    surface: &Surface,
    method: &Method,
    asked: &Asked<'_>,
) -> Result<(), AnalysisError> {
    let metres = |value: f64| tequio_frame::format::integer(value.round() as u64);
    report.remark(
        "density-means",
        &[
            ("n", units.list.iter().map(|unit| unit.count).sum::<u64>().into()),
            ("bandwidth", metres(method.bandwidth).into()),
            ("cell", metres(rounded(surface.ground.side)).into()),
        ],
    )?;
    report.remark("density-not", &[])?;
    if let Some(rule) = method.rule {
        let side = surface.ground.side;
        let cut = match rule {
            rule if rule < side => "least",
            rule if rule > RULE_CELLS_MAX * side => "most",
            _ => "none",
        };
        report.remark("density-rule", &[("rule", metres(rule).into()), ("cut", cut.into())])?;
    }
    report.remark("counts", &[])?;
    match (method.edge, asked.query.filter.places.is_empty() && !asked.query.filter.has_shape()) {
        (true, _) => report.remark("density-edge", &[])?,
        (false, false) => report.remark("density-border", &[])?,
        (false, true) => (),
    }
    report.remark_units(units)
}

#[cfg(test)]
#[path = "density_tests.rs"]
mod tests;
