//! The features of a collection with what is said of them.

use crate::api::geojson::{Feature, Geometry};
use crate::api::ogc::collection::Collection;
use crate::api::ogc::dto::CrimeMapOgcProperties;
use crate::api::shapes::Source;
use crate::library::{Answer, Library};
use crate::pages::{Coverage, Covers, NoRate, Rate, Silences, Span, bounds_of};
use geo_types::Rect;
use std::collections::HashMap;
use tequio_access::Principal;
use tequio_atlas::Cell;
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::{Key, Layer, Place, Query, Shape};

/// A counted collection.
pub(super) struct Features {
    collection: Collection,
    query: Query,
    answer: Answer,
    source: Source,
    coverage: Coverage,
    /// `None` when the question is too large to find the months in which places were silent.
    silences: Option<Silences>,
}

/// One of its features: its name and where it is.
pub(super) struct Entry<'a> {
    pub id: String,
    pub bounds: Option<Rect<f64>>,
    geometry: Geometry<'a>,
    place: Option<&'a Place>,
    count: u64,
}

impl Entry<'_> {
    pub(super) fn vertices(&self) -> usize {
        self.geometry.vertices()
    }
}

impl Features {
    /// Counts the incidents of a question by the features of a collection.
    ///
    /// # Errors
    /// [`Problem`] as for counts.
    pub(super) fn count(library: &Library, collection: Collection, query: Query) -> Result<Self, Problem> {
        let by = Query { by: vec![collection.dimension()], ..query.clone() };
        let answer = library.count(&by, Principal::Public)?;
        let source = Source::of(library, &answer, &collection.dimension())?;
        let coverage = Coverage::of(library, &answer.edition.manifest);
        let silences = silences(library, &collection, &query, &answer)?;
        Ok(Self { collection, query, answer, source, coverage, silences })
    }

    /// Every feature in the order of their codes.
    pub(super) fn entries(&self) -> Vec<Entry<'_>> {
        match &self.collection {
            Collection::Places(layer) => self.places(layer),
            Collection::Cells(_) | Collection::Segments(_) => self.rows(),
        }
    }

    /// Places are all there, also those without incidents.
    fn places<'a>(&'a self, layer: &'a Layer) -> Vec<Entry<'a>> {
        let rows = self.answer.counts.rows.iter();
        let counted = rows.filter_map(|row| match row.keys.first() {
            Some(Key::Place { code, .. }) => Some((code.as_str(), row.count)),
            _ => None,
        });
        let counts: HashMap<&str, u64> = counted.collect();
        let entry = |place: &'a Place| Entry {
            id: place.code.clone(),
            bounds: bounds_of(place),
            geometry: Geometry::of(place),
            count: counts.get(place.code.as_str()).copied().unwrap_or(0),
            place: Some(place),
        };
        // A place that is known by name only cannot be drawn; lists of places have it.
        layer.places.iter().filter(|place| place.shape != Shape::None).map(entry).collect()
    }

    /// Of cells and segments only those with incidents are listed: the others are not known to be without.
    fn rows(&self) -> Vec<Entry<'_>> {
        let none = HashMap::new();
        let row = |(key, count): (&Key, u64)| {
            let geometry = self.source.geometry(&none, key);
            let (id, bounds) = match key {
                Key::Cell { z, x, y } => (format!("{z}-{x}-{y}"), Some(Cell { z: *z, x: *x, y: *y }.bounds())),
                Key::Place { code, .. } => (code.clone(), self.segment(code).and_then(bounds_of)),
                _ => return None,
            };
            let place = self.segment(&id);
            Some(Entry { id, bounds, geometry, place, count })
        };
        self.answer.counts.rows.iter().filter_map(|counted| row((counted.keys.first()?, counted.count))).collect()
    }

    fn segment(&self, code: &str) -> Option<&Place> {
        let Source::Segments(streets) = &self.source else { return None };
        streets.layer().places.get(streets.segment(code)? as usize)
    }

    /// A feature with its properties.
    pub(super) fn feature<'a>(&self, entry: Entry<'a>) -> Feature<'a, CrimeMapOgcProperties> {
        let said = self.say(&entry);
        Feature { id: Some(entry.id), ..Feature::new(entry.geometry, said) }
    }

    fn say(&self, entry: &Entry<'_>) -> CrimeMapOgcProperties {
        let covers = self.covers(entry);
        // Of a place that the dataset is not about there is no zero; what strayed there is counted.
        let is_silent = entry.count == 0 && matches!(covers, Some(Covers::Nothing | Covers::Unstated));
        let rate = self.rate(entry, covers);
        let rated = rate.as_ref().ok();
        CrimeMapOgcProperties {
            code: entry.id.clone(),
            name: entry.place.map(|place| place.name.clone()).unwrap_or_default(),
            parent: entry.place.and_then(|place| place.parent.clone()),
            period: self.query.filter.period.map(|period| period.to_string()),
            count: (!is_silent).then_some(entry.count),
            population: rated.map(|rate| rate.population),
            population_year: rated.map(|rate| rate.year),
            rate: rated.map(|rate| rate.value),
            rate_low: rated.map(|rate| rate.low),
            rate_high: rated.map(|rate| rate.high),
            rate_note: rate.err(),
        }
    }

    fn covers(&self, entry: &Entry<'_>) -> Option<Covers> {
        match &self.collection {
            Collection::Places(layer) => entry.place.map(|place| self.coverage.of_place(layer, place)),
            _ => None,
        }
    }

    /// The rate of a place, or why there is none.
    fn rate(&self, entry: &Entry<'_>, covers: Option<Covers>) -> Result<Rate, &'static str> {
        let (Some(place), Some(covers)) = (entry.place, covers) else { return Err("no-place") };
        let filter = &self.query.filter;
        if !filter.places.is_empty() || filter.has_shape() {
            return Err("place-filter");
        }
        let silences = self.silences.as_ref().ok_or("not-checked")?;
        Rate::of(covers, entry.count, place, filter.period, silences.of(&place.code)).map_err(|reason| note(&reason))
    }
}

fn note(reason: &NoRate) -> &'static str {
    match reason {
        NoRate::Outside => "outside-coverage",
        NoRate::Part => "part-covered",
        NoRate::Unstated => "coverage-unstated",
        NoRate::Population => "no-population",
        NoRate::Empty => "no-inhabitants",
        NoRate::Period => "no-whole-year",
        NoRate::Silent(_) => "silent-months",
    }
}

/// The months in which places were silent; those of places without inhabitants matter to no rate.
fn silences(
    library: &Library,
    collection: &Collection,
    query: &Query,
    answer: &Answer,
) -> Result<Option<Silences>, Problem> {
    let Collection::Places(layer) = collection else { return Ok(None) };
    if layer.places.iter().all(|place| place.population.is_empty()) {
        return Ok(Some(Silences::default()));
    }
    let span = Span::of(&answer.edition.manifest);
    match Silences::ask(library, query, &layer.id.name, &span, query.filter.period) {
        Ok(silences) => Ok(Some(silences)),
        Err(problem) if problem.code == ProblemCode::Internal => Err(problem),
        // More rows than an answer may have: counted, but not rated.
        Err(_) => Ok(None),
    }
}
