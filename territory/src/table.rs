//! What every format is read into: rows with values and raw geometry, before any judgement.

use geo_types::Coord;

/// A file as it was read, in its own coordinates.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// Names of the fields.
    pub columns: Vec<String>,
    /// The features, in the order of the file.
    pub features: Vec<Feature>,
    /// What the file says of its coordinates.
    pub crs: StatedCrs,
    /// Who made the data, as far as the file says.
    pub source: String,
    /// Choices made on reading.
    pub notes: Vec<String>,
}

/// A row.
#[derive(Debug)]
pub(crate) struct Feature {
    /// One value for each column.
    pub values: Vec<Value>,
    /// Its geometry.
    pub geometry: Geometry,
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Text(String),
    Integer(i64),
    Real(f64),
}

/// A ring or a line, exactly as the file has it: rings are not closed here.
pub(crate) type Path = Vec<Coord<f64>>;

/// Geometry as the file has it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Geometry {
    /// Rings or lines.
    pub parts: Parts,
    /// Whether heights were dropped.
    pub has_z: bool,
    /// What a lenient reader would have passed over; the interior is still defined.
    pub remark: Option<String>,
}

/// The parts of a geometry.
#[derive(Debug, Default, PartialEq)]
pub(crate) enum Parts {
    /// No geometry.
    #[default]
    Empty,
    /// Polygons, each a list of rings, the exterior one first.
    Areas(Vec<Vec<Path>>),
    /// Lines.
    Lines(Vec<Path>),
    /// A geometry that cannot be a place, by its name.
    Other(&'static str),
    /// Bytes that are not a geometry, and why.
    Broken(String),
}

impl Parts {
    /// Joins the members of a multi-geometry or of a collection.
    pub fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Empty, parts) | (parts, Self::Empty) => parts,
            (broken @ Self::Broken(_), _) | (_, broken @ Self::Broken(_)) => broken,
            (Self::Areas(mut one), Self::Areas(mut two)) => {
                one.append(&mut two);
                Self::Areas(one)
            }
            (Self::Lines(mut one), Self::Lines(mut two)) => {
                one.append(&mut two);
                Self::Lines(one)
            }
            (Self::Other(name), _) | (_, Self::Other(name)) => Self::Other(name),
            (Self::Areas(_), Self::Lines(_)) | (Self::Lines(_), Self::Areas(_)) => {
                Self::Other("collection of areas and lines")
            }
        }
    }

    /// A polygon; one without rings is empty.
    pub fn area(rings: Vec<Path>) -> Self {
        if rings.is_empty() { Self::Empty } else { Self::Areas(vec![rings]) }
    }

    /// A line; one without points is empty.
    pub fn line(points: Path) -> Self {
        if points.is_empty() { Self::Empty } else { Self::Lines(vec![points]) }
    }
}

/// What a file says of its coordinates.
#[derive(Debug, Default, PartialEq)]
pub(crate) enum StatedCrs {
    /// Nothing.
    #[default]
    Missing,
    /// Nothing, and the standard of the format says longitude and latitude of WGS 84.
    ByStandard,
    /// A code of the EPSG register.
    Epsg(u32),
    /// A text of the OGC well-known form.
    Wkt(String),
}
