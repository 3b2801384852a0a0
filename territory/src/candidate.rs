//! A feature on its way to being a place: each defect is reported, none is repaired.

use crate::crs::{Crs, Projector};
use crate::fields::{persons, text};
use crate::report::{IssueKind, Report};
use crate::selection::Selection;
use crate::table::{Feature, Geometry, Parts, Path, Value};
use crate::validity::{Fault, degenerate, degenerate_line, faults};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use std::collections::BTreeMap;
use tequio_kernel::place::{Place, Shape};

/// A feature, judged.
pub(crate) struct Candidate {
    /// `code (name)`, or `row 7`.
    pub label: String,
    /// Its places: one area, or one street segment for each line.
    pub places: Vec<Place>,
    /// Whether it stays out of the layer.
    pub refused: bool,
}

/// What every feature of a file is judged with.
pub(crate) struct Judge<'a> {
    pub crs: &'a Crs,
    pub projector: Projector,
    pub selection: &'a Selection,
    /// Whether a place without a name is named by its code.
    pub names_by_code: bool,
}

impl Judge<'_> {
    /// Judges the feature of a row, counted from 1.
    pub fn judge(&self, row: usize, feature: Feature, report: &mut Report) -> Candidate {
        let code = text(&feature.values[self.selection.code]);
        let name = self.selection.name.and_then(|field| text(&feature.values[field]));
        let label = label(row, code.as_deref(), name.as_deref());
        let issues = report.refused();
        if code.is_none() {
            report.push(&label, IssueKind::MissingCode, self.missing_code(&feature.values), true);
        }
        let population = self.population(&feature.values, &label, report);
        let shapes = self.shapes(feature.geometry, &label, report);
        let Some(code) = code else { return Candidate { label, places: Vec::new(), refused: true } };
        let name = name.unwrap_or_else(|| if self.names_by_code { code.clone() } else { String::new() });
        let many = shapes.len() > 1;
        let place = |(index, shape)| Place {
            code: if many { format!("{code}-{}", index + 1) } else { code.clone() },
            name: name.clone(),
            parent: None,
            population: population.clone(),
            shape,
        };
        let places = shapes.into_iter().enumerate().map(place).collect();
        Candidate { label, places, refused: report.refused() > issues }
    }

    fn missing_code(&self, values: &[Value]) -> String {
        match &values[self.selection.code] {
            Value::Real(real) => format!("{real} is not a code: a number this large has lost digits"),
            _ => "the field of the code is empty; choose another with --code".to_owned(),
        }
    }

    fn population(&self, values: &[Value], label: &str, report: &mut Report) -> BTreeMap<i16, u64> {
        let Some((field, year)) = self.selection.population else { return BTreeMap::new() };
        match persons(&values[field]) {
            Ok(count) => count.map(|count| (year, count)).into_iter().collect(),
            Err(why) => {
                report.push(label, IssueKind::BadPopulation, why, true);
                BTreeMap::new()
            }
        }
    }

    fn shapes(&self, geometry: Geometry, label: &str, report: &mut Report) -> Vec<Shape> {
        if geometry.has_z {
            report.push(
                label,
                IssueKind::ThreeD,
                "its heights were dropped; longitude and latitude are unchanged",
                false,
            );
        }
        if let Some(remark) = geometry.remark {
            report.push(label, IssueKind::Invalid, remark, false);
        }
        let shapes = match geometry.parts {
            Parts::Empty => {
                report.push(label, IssueKind::Empty, "it has no geometry", true);
                return Vec::new();
            }
            Parts::Other(found) => Err(format!("it is a {found}, neither an area nor a line")),
            Parts::Broken(why) => Err(why),
            Parts::Areas(polygons) => self.area(&polygons, label, report),
            Parts::Lines(lines) => self.lines(&lines),
        };
        shapes.unwrap_or_else(|why| {
            report.push(label, IssueKind::Invalid, why, true);
            Vec::new()
        })
    }

    fn area(&self, polygons: &[Vec<Path>], label: &str, report: &mut Report) -> Result<Vec<Shape>, String> {
        if let Some(why) = degenerate(polygons) {
            return Err(why);
        }
        let projected = polygons.iter().map(|rings| self.polygon(rings)).collect::<Result<Vec<_>, _>>()?;
        let faults: Vec<String> = faults(polygons)?.iter().map(|fault| self.words(fault)).collect();
        if !faults.is_empty() {
            let detail = format!("{}; kept as it is, its interior taken by the even-odd rule", faults.join("; "));
            report.push(label, IssueKind::Invalid, detail, false);
        }
        Ok(vec![Shape::Area(MultiPolygon(projected))])
    }

    fn polygon(&self, rings: &[Path]) -> Result<Polygon<f64>, String> {
        let mut rings = rings.iter().map(|ring| self.path(ring)).collect::<Result<Vec<_>, _>>()?;
        let shell = rings.remove(0);
        Ok(Polygon::new(shell, rings))
    }

    fn lines(&self, lines: &[Path]) -> Result<Vec<Shape>, String> {
        let line = |line: &Path| match degenerate_line(line) {
            Some(why) => Err(format!("a line {why}")),
            None => self.path(line).map(Shape::Line),
        };
        lines.iter().map(line).collect()
    }

    fn path(&self, points: &[Coord<f64>]) -> Result<LineString<f64>, String> {
        let degrees = |point: &Coord<f64>| {
            self.projector.degrees(*point).ok_or_else(|| {
                format!(
                    "the point ({}, {}) lies outside EPSG:{}; check the reference system",
                    point.x, point.y, self.crs.epsg
                )
            })
        };
        points.iter().map(degrees).collect::<Result<_, _>>().map(LineString)
    }

    fn words(&self, fault: &Fault) -> String {
        let at = self.projector.degrees(fault.at).unwrap_or(fault.at);
        let more = match fault.places {
            1 => String::new(),
            places => format!(" and in {} more places", places - 1),
        };
        format!("{} at {:.7}, {:.7}{more}", fault.what, at.x, at.y)
    }
}

fn label(row: usize, code: Option<&str>, name: Option<&str>) -> String {
    match (code, name) {
        (Some(code), Some(name)) if code != name => format!("{code} ({name})"),
        (Some(code), _) => code.to_owned(),
        (None, Some(name)) => format!("row {row} ({name})"),
        (None, None) => format!("row {row}"),
    }
}
