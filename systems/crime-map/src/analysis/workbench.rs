//! Where the portal's analyses are computed and kept.

use super::{AnalysisError, Report, Request};
use crate::library::Library;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tequio_access::Principal;

/// Most answers that are kept; the one asked for longest ago gives way.
const KEPT_MAX: usize = 64;
/// Most analyses that are computed at a time; one more is refused at once.
const AT_ONCE_MAX: usize = 4;

/// Answers by what they depend on, the latest first.
type Kept = Vec<(String, Arc<Report>)>;

/// Computes for the public, and keeps what it computed.
pub struct Workbench {
    library: Arc<Library>,
    kept: Mutex<Kept>,
    /// How many are being computed.
    computing: AtomicUsize,
}

/// A place at the bench, given back when it is dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(taken: &'a AtomicUsize) -> Option<Self> {
        let more = |count: usize| (count < AT_ONCE_MAX).then_some(count + 1);
        taken.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).ok().map(|_| Self(taken))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Workbench {
    /// A workbench of a library.
    pub fn new(library: Arc<Library>) -> Self {
        Self { library, kept: Mutex::default(), computing: AtomicUsize::new(0) }
    }

    /// The library.
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// The answer for the public, computed once for one state of edition and layers.
    ///
    /// # Errors
    /// [`AnalysisError`] as for [`Request::run`].
    pub fn answer(&self, request: &Request) -> Result<Arc<Report>, AnalysisError> {
        let name = self.name(request)?;
        if let Some(known) = self.known(&name) {
            return Ok(known);
        }
        let _place = Place::take(&self.computing).ok_or(AnalysisError::Busy)?;
        let report = Arc::new(request.run(&self.library, Principal::Public)?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != name);
        kept.truncate(KEPT_MAX - 1);
        kept.insert(0, (name, report.clone()));
        Ok(report)
    }

    fn known(&self, name: &str) -> Option<Arc<Report>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(known, _)| known == name)?;
        let found = kept.remove(at);
        kept.insert(0, found);
        kept.first().map(|(_, report)| report.clone())
    }

    /// What an answer depends on: edition, layers, question.
    fn name(&self, request: &Request) -> Result<String, AnalysisError> {
        let manifest = self.library.manifest(request.query.dataset.as_deref(), request.query.edition.as_deref())?;
        let edition = (manifest.dataset.0, manifest.edition, manifest.content_sha256);
        let question = (request.analysis.about().id, request.pairs());
        Ok(format!("{edition:?} {:?} {question:?}", self.library.layer_ids()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_bounded_and_given_back() {
        let taken = AtomicUsize::new(0);
        let places: Vec<Place<'_>> = std::iter::from_fn(|| Place::take(&taken)).collect();
        assert_eq!((places.len(), Place::take(&taken).is_none()), (AT_ONCE_MAX, true));
        drop(places);
        assert!(Place::take(&taken).is_some());
    }
}
