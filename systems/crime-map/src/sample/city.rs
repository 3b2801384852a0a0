//! Villa Tequio, a city that does not exist: 16 neighbourhoods and a grid of streets in the desert.

use crate::territory::{Territory, TerritoryLoadError};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use std::collections::BTreeMap;
use tequio_kernel::{Layer, LayerId, LayerKind, Level, Place, Shape};

/// South-west corner, in degrees.
const CORNER: Coord<f64> = Coord { x: -115.30, y: 31.90 };
/// Blocks on a side.
const BLOCKS: usize = 32;
/// Size of a block in degrees, about 125 metres each way.
const BLOCK: Coord<f64> = Coord { x: 0.001_32, y: 0.001_125 };
/// Neighbourhoods on a side.
const QUARTERS: usize = 4;
/// Blocks on a side of a neighbourhood.
const QUARTER_BLOCKS: usize = BLOCKS / QUARTERS;
/// Municipality in whose desert the city is drawn.
pub const MUNICIPALITY: &str = "MX-02-002";

const NEIGHBOURHOODS: [&str; 16] = [
    "Centro",
    "La Estación",
    "Los Fresnos",
    "Jardines del Norte",
    "El Molino",
    "San Isidro",
    "Buenos Aires",
    "La Huerta",
    "Lomas del Sol",
    "Miguel Hidalgo",
    "Las Palmas",
    "El Mirador",
    "Santa Rosa",
    "Benito Juárez",
    "La Loma",
    "Los Pinos",
];
const AVENUES: [&str; 33] = [
    "Tequio",
    "Ahuehuete",
    "Cedro",
    "Fresno",
    "Encino",
    "Jacaranda",
    "Mezquite",
    "Sabino",
    "Nogal",
    "Pirul",
    "Ceiba",
    "Palo Verde",
    "Huizache",
    "Álamo",
    "Sauce",
    "Oyamel",
    "Constitución",
    "Liquidámbar",
    "Colorín",
    "Guamúchil",
    "Amate",
    "Capulín",
    "Tejocote",
    "Zapote",
    "Copal",
    "Ocote",
    "Enebro",
    "Madroño",
    "Olivo",
    "Naranjo",
    "Limonero",
    "Granado",
    "Higuera",
];

/// The imaginary city.
pub struct City {
    segments: Vec<Place>,
}

impl City {
    /// Draws the city.
    ///
    /// # Errors
    /// [`TerritoryLoadError`] when the reference territory cannot be loaded.
    pub fn new(territory: &Territory) -> Result<Self, TerritoryLoadError> {
        // The city has to lie in one municipality, or its streets would be cut by a real border.
        territory.layer("municipalities")?;
        let along = (0..=BLOCKS).flat_map(|line| (0..BLOCKS).map(move |block| (line, block)));
        let segments = along.flat_map(|(line, block)| [segment(line, block, true), segment(line, block, false)]);
        let mut segments: Vec<Place> = segments.collect();
        segments.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(Self { segments })
    }

    /// Number of street segments.
    pub fn len(&self) -> usize {
        self.segments.len()
    }

    /// A point on a segment, its street and its neighbourhood.
    pub fn point(&self, segment: usize, along: f64) -> (Coord<f64>, &str, &'static str) {
        let place = &self.segments[segment];
        let (from, to) = match &place.shape {
            Shape::Line(line) => (line.0[0], line.0[1]),
            _ => (CORNER, CORNER),
        };
        let point = Coord { x: from.x + (to.x - from.x) * along, y: from.y + (to.y - from.y) * along };
        (point, &place.name, NEIGHBOURHOODS[quarter(point)])
    }

    /// The streets as a layer.
    pub fn streets(&self) -> Layer {
        layer("demo-streets", LayerKind::Streets, self.segments.clone())
    }

    /// The neighbourhoods as a layer.
    pub fn neighbourhoods(&self) -> Layer {
        layer("demo-colonias", LayerKind::Areas, (0..QUARTERS * QUARTERS).map(neighbourhood).collect())
    }
}

fn corner(column: usize, row: usize) -> Coord<f64> {
    Coord { x: CORNER.x + BLOCK.x * column as f64, y: CORNER.y + BLOCK.y * row as f64 }
}

fn quarter(point: Coord<f64>) -> usize {
    let index = |offset: f64, block: f64| ((offset / block) as usize / QUARTER_BLOCKS).min(QUARTERS - 1);
    index(point.y - CORNER.y, BLOCK.y) * QUARTERS + index(point.x - CORNER.x, BLOCK.x)
}

fn segment(line: usize, block: usize, is_avenue: bool) -> Place {
    let (from, to, name, code) = if is_avenue {
        (
            corner(line, block),
            corner(line, block + 1),
            format!("Avenida {}", AVENUES[line]),
            format!("a{line:02}-{block:02}"),
        )
    } else {
        (corner(block, line), corner(block + 1, line), format!("Calle {}", line + 1), format!("c{line:02}-{block:02}"))
    };
    place(code, name, Shape::Line(LineString::new(vec![from, to])))
}

fn neighbourhood(index: usize) -> Place {
    let (column, row) = (index % QUARTERS * QUARTER_BLOCKS, index / QUARTERS * QUARTER_BLOCKS);
    let (east, north) = (column + QUARTER_BLOCKS, row + QUARTER_BLOCKS);
    let ring =
        LineString::new(vec![corner(column, row), corner(east, row), corner(east, north), corner(column, north)]);
    let shape = Shape::Area(MultiPolygon(vec![Polygon::new(ring, Vec::new())]));
    let mut place = place(format!("{:02}", index + 1), NEIGHBOURHOODS[index].to_owned(), shape);
    let inhabitants = 4_000 + 731 * (index as u64 * 7 % 16);
    place.population = (2020i16..=2026).map(|year| (year, inhabitants)).collect();
    place
}

fn place(code: String, name: String, shape: Shape) -> Place {
    Place { code, name, parent: Some(MUNICIPALITY.to_owned()), population: BTreeMap::new(), shape }
}

fn layer(name: &str, kind: LayerKind, places: Vec<Place>) -> Layer {
    let population_edition = (kind == LayerKind::Areas).then(|| "sintética".to_owned());
    Layer {
        id: LayerId { name: name.to_owned(), edition: "2025".to_owned() },
        kind,
        level: Level::Local,
        within: Some("municipalities".to_owned()),
        source: "Villa Tequio, ciudad imaginaria de la demostración (CC0)".to_owned(),
        population_edition,
        places,
    }
}
