//! What the page of a place is about: the place, the edition, the period.

use crate::library::{Library, OpenEdition};
use crate::pages::ask::{Kept, Pairs, query};
use crate::pages::coverage::{Coverage, Covers};
use crate::pages::silence::{months_of, silent_above};
use crate::pages::span::Span;
use crate::pages::trend::Trend;
use std::sync::Arc;
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::{Dimension, Layer, Month, Period, Place, PlaceRef, Query};

/// What the page is about, found once.
pub(crate) struct Subject {
    pub reference: PlaceRef,
    pub layer: Arc<Layer>,
    pub index: usize,
    pub edition: Arc<OpenEdition>,
    pub coverage: Coverage,
    pub kept: Kept,
    pub span: Span,
    pub period: Option<Period>,
}

fn reference(place: &str) -> Result<PlaceRef, Problem> {
    place.parse().map_err(|error| Problem::with(ProblemCode::NotFound, error))
}

/// The layer and index of the place that an address names.
pub(crate) fn place_named(library: &Library, place: &str) -> Result<(Arc<Layer>, usize), Problem> {
    let found = library.place(&reference(place)?);
    found.ok_or_else(|| Problem::with(ProblemCode::NotFound, format!("there is no place `{place}`")))
}

impl Subject {
    /// Finds the place and opens the edition that an address names.
    pub(crate) fn find(library: &Library, place: &str, pairs: &Pairs) -> Result<Self, Problem> {
        let reference = reference(place)?;
        let (layer, index) = place_named(library, place)?;
        let query = query(pairs)?;
        let edition = library.open(query.dataset.as_deref(), query.edition.as_deref())?;
        let coverage = Coverage::of(library, &edition.manifest);
        let kept = Kept::of(&query);
        let span = Span::of(&edition.manifest);
        let period = query.filter.period.or_else(|| span.latest_year());
        Ok(Self { reference, layer, index, edition, coverage, kept, span, period })
    }

    pub(crate) fn place(&self) -> Result<&Place, Problem> {
        self.layer.places.get(self.index).ok_or_else(|| Problem::new(ProblemCode::NotFound))
    }

    /// How much of the place the dataset is about.
    pub(crate) fn covers(&self) -> Result<Covers, Problem> {
        Ok(self.coverage.of_place(&self.layer, self.place()?))
    }

    /// Months of the period without data: outside the edition, missing from the source, or of this place alone.
    pub(crate) fn silent(&self, trend: &Trend) -> Vec<Month> {
        let Some(period) = self.period else { return Vec::new() };
        let mut months = self.span.without_data(period);
        months.extend(months_of(period).iter().filter(|month| trend.silent_months.contains(month)));
        months.sort_unstable();
        months.dedup();
        months
    }

    /// Months in which a place that holds this one was silent.
    pub(crate) fn silent_above(&self, library: &Library) -> Result<Vec<Month>, Problem> {
        let holders = references(&holders(library, &self.layer, self.place()?));
        silent_above(library, &self.query_everywhere(Vec::new(), None), &self.span, holders)
    }

    /// The question about everywhere in the period, or in all months.
    pub(crate) fn query_everywhere(&self, by: Vec<Dimension>, period: Option<Period>) -> Query {
        let mut query = Query {
            dataset: Some(self.edition.manifest.dataset.0.clone()),
            edition: Some(self.edition.manifest.edition.clone()),
            by,
            ..Query::default()
        };
        query.filter.period = period;
        query
    }

    /// The same about the place.
    pub(crate) fn query(&self, by: Vec<Dimension>, period: Option<Period>) -> Query {
        let mut query = self.query_everywhere(by, period);
        query.filter.places = vec![self.reference.clone()];
        query
    }
}

/// The places that hold a place, nearest first.
pub(crate) fn holders(library: &Library, layer: &Layer, place: &Place) -> Vec<(Arc<Layer>, usize)> {
    library.territory().map(|territory| territory.holders(layer, place)).unwrap_or_default()
}

/// How questions name places.
pub(crate) fn references(places: &[(Arc<Layer>, usize)]) -> Vec<PlaceRef> {
    let reference =
        |(layer, index): &(Arc<Layer>, usize)| Some(PlaceRef::new(&layer.id.name, &layer.places.get(*index)?.code));
    places.iter().filter_map(reference).collect()
}
