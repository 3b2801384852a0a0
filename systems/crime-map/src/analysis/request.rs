//! A question to an analysis: the filters of a count and the choices of the method.

use super::options::Options;
use super::{Analysis, AnalysisError, Report};
use crate::library::{Library, LibraryError, OpenEdition};
use crate::pages::{Coverage, Span, cells_zoom};
use std::sync::Arc;
use tequio_access::Principal;
use tequio_kernel::{Dimension, Level, Manifest, Period, PlaceRef, Query};
use tequio_methods::progress::Watch;

/// A question that was read.
#[derive(Clone)]
pub struct Request {
    /// Which analysis.
    pub analysis: &'static dyn Analysis,
    /// Filters, dataset and edition, and the places or cells (`by`).
    pub query: Query,
    /// Choices of the method.
    pub options: Options,
}

/// A question with everything named that it leaves to the data: dataset, edition and places. However it was written, it
/// is one question then.
pub struct Settled {
    request: Request,
    manifest: Manifest,
}

impl Request {
    /// Reads `name=value` pairs; whatever is neither a choice nor a filter is refused.
    ///
    /// # Errors
    /// [`AnalysisError::Query`] and [`AnalysisError::Option`] for what cannot be read, [`AnalysisError::NoBy`] for places
    /// where the rows are none.
    pub fn parse(analysis: &'static dyn Analysis, mut pairs: Vec<(String, String)>) -> Result<Self, AnalysisError> {
        let options = Options::take(analysis.about(), &mut pairs)?;
        let query = Query::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
        match query.by.is_empty() || analysis.is_of_places() {
            true => Ok(Self { analysis, query, options }),
            false => Err(AnalysisError::NoBy),
        }
    }

    /// Reads the choices of an analysis as a form holds them, and refuses each that is no value for the public.
    pub(crate) fn of_form(
        analysis: &'static dyn Analysis,
        query: Query,
        mut choices: Vec<(String, String)>,
    ) -> (Self, Vec<AnalysisError>) {
        let (options, mut faults) = Options::take_first(analysis.about(), &mut choices);
        faults.extend(options.faults(analysis.about(), Principal::Public));
        (Self { analysis, query, options }, faults)
    }

    /// Names what the question leaves to the data, as they are now.
    ///
    /// # Errors
    /// [`AnalysisError::Library`] when there is no such edition.
    pub fn settled(&self, library: &Library) -> Result<Settled, AnalysisError> {
        let manifest = library.manifest(self.query.dataset.as_deref(), self.query.edition.as_deref())?;
        let mut query = self.query.clone();
        if query.by.is_empty() && self.analysis.is_of_places() {
            let coverage = Coverage::of(library, &manifest);
            query.by = vec![self.analysis.dimension(library, coverage.territory.as_ref(), &query)];
        }
        query.dataset = Some(manifest.dataset.0.clone());
        query.edition = Some(manifest.edition.clone());
        Ok(Settled { request: Self { query, ..self.clone() }, manifest })
    }

    /// Computes the answer for one who asks; `watch` tells how far it is, and stops it.
    ///
    /// # Errors
    /// [`AnalysisError`] when the question is not public or has no answer in these data, or when it was stopped.
    pub fn run(&self, library: &Library, principal: Principal, watch: &Watch) -> Result<Report, AnalysisError> {
        self.settled(library)?.run(library, principal, watch)
    }

    /// The pairs of its address, in a fixed order.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let chosen = self.options.pairs().map(|(name, value)| (name, value.to_owned()));
        self.query.pairs().into_iter().chain(chosen).collect()
    }
}

impl Settled {
    /// The question.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// What the answer depends on: edition, layers, question.
    pub(super) fn name(&self, layers: &[String]) -> String {
        let question = (self.request.analysis.about().id, self.request.pairs());
        format!("{} {layers:?} {question:?}", self.manifest.content_sha256)
    }

    /// As [`Request::run`].
    ///
    /// # Errors
    /// As for [`Request::run`].
    pub fn run(&self, library: &Library, principal: Principal, watch: &Watch) -> Result<Report, AnalysisError> {
        let Request { query, options, analysis } = &self.request;
        if let Some(fault) = options.faults(analysis.about(), principal).next() {
            return Err(fault);
        }
        let edition = library.open(query.dataset.as_deref(), query.edition.as_deref())?;
        let (span, coverage) = (Span::of(&edition.manifest), Coverage::of(library, &edition.manifest));
        let asked = Asked { library, principal, query: query.clone(), options, watch, span, coverage, edition };
        analysis.run(&asked)
    }
}

/// Cells on a side of a municipality or a place within it.
const SIDE_CELLS_MAX: u32 = 48;

/// The largest places below what is asked about, and cells where that is a municipality or less. Of data that state no
/// territory nobody knows more than the municipalities of their incidents.
pub(super) fn places_of(library: &Library, territory: Option<&PlaceRef>, query: &Query) -> Dimension {
    let about = query.filter.places.first().or(territory);
    let level = about.and_then(|place| library.layer(&place.layer)).map(|layer| layer.level);
    match level {
        Some(level) if level < Level::State => Dimension::Place("states".to_owned()),
        Some(Level::State) | None => Dimension::Place("municipalities".to_owned()),
        Some(_) => Dimension::Cell(cells_zoom(library, territory, query, SIDE_CELLS_MAX)),
    }
}

/// Filters that may leave nothing.
pub(super) const FILTERS: [&str; 9] =
    ["period", "offence", "class", "place", "bbox", "polygon", "circle", "hour", "weekday"];

/// A question without one of its filters; none where it has no such filter.
fn without(query: &Query, name: &str) -> Option<Query> {
    let mut wider = query.clone();
    let filter = &mut wider.filter;
    match name {
        "period" => filter.period = None,
        "offence" => filter.offences.clear(),
        "class" => filter.classes.clear(),
        "place" => filter.places.clear(),
        "bbox" => filter.bbox = None,
        "polygon" => filter.polygon = None,
        "circle" => filter.circle = None,
        "hour" => filter.hours = None,
        "weekday" => filter.weekdays = None,
        _ => return None,
    }
    (wider != *query).then_some(wider)
}

/// What an analysis is computed from.
#[derive(Clone)]
pub struct Asked<'a> {
    pub(super) library: &'a Library,
    pub(super) principal: Principal,
    /// The question, with dataset, edition and dimension named.
    pub(super) query: Query,
    pub(super) options: &'a Options,
    /// What is long goes under this watch.
    pub(super) watch: &'a Watch,
    pub(super) span: Span,
    pub(super) coverage: Coverage,
    pub(super) edition: Arc<OpenEdition>,
}

impl Asked<'_> {
    /// Looks between the stages of the work whether the answer is still wanted.
    pub(super) fn look(&self) -> Result<(), AnalysisError> {
        Ok(self.watch.look()?)
    }

    /// Refuses a question that nothing answers to, and says which filters stand in the way: without one of them there is
    /// something. `counted` are the questions that were counted, with what the analysis chose itself.
    ///
    /// # Errors
    /// [`AnalysisError::NoIncidents`] where `total` is none.
    pub(super) fn refuse_none(&self, total: u64, counted: &[&Query]) -> Result<(), AnalysisError> {
        if total > 0 {
            return Ok(());
        }
        let mut in_the_way = Vec::new();
        for name in FILTERS {
            for wider in counted.iter().filter_map(|query| without(query, name)) {
                self.look()?;
                let found = self.known(self.library.count(&wider, self.principal))?;
                if found.is_some_and(|answer| answer.counts.total > 0) && !in_the_way.contains(&name) {
                    in_the_way.push(name);
                }
            }
        }
        Err(AnalysisError::NoIncidents(in_the_way))
    }

    /// What is found for advice: none where it is not public or too much, for then it is no advice.
    ///
    /// # Errors
    /// [`AnalysisError::Library`] when the data cannot be read.
    pub(super) fn known<T>(&self, found: Result<T, LibraryError>) -> Result<Option<T>, AnalysisError> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.status() < 500 => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The period asked for, or all months of the edition.
    pub(super) fn period(&self) -> Option<Period> {
        self.query.filter.period.or_else(|| self.span.period())
    }
}
