//! Answers that were computed, kept for as long as the data folder stays as it is.

use crate::ask::Ask;
use crate::indicators::{Answer, IndicatorError, indicator};
use crate::shelf::{Shelf, ShelfError};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most answers kept; when there are more all are dropped, since what is asked again comes back at once.
const ANSWERS_MAX: usize = 4_096;

/// The answers of one state of the data folder.
#[derive(Default)]
pub(crate) struct KeptAnswers(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    state: u64,
    answers: HashMap<String, Arc<Answer>>,
}

/// Asks indicators for one page: the state of the data folder is read once.
pub(crate) struct Answers<'a> {
    /// The data folder.
    pub shelf: &'a Shelf,
    state: u64,
}

impl KeptAnswers {
    /// A poisoned lock holds answers that are only ever put in whole.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Answers<'a> {
    /// Answers as of now.
    ///
    /// # Errors
    /// [`ShelfError`] when the data folder cannot be read.
    pub(crate) fn new(shelf: &'a Shelf) -> Result<Self, ShelfError> {
        let mut hasher = DefaultHasher::new();
        for view in shelf.datasets()? {
            for edition in &view.editions {
                (&edition.dataset.0, &edition.edition, &edition.content_sha256).hash(&mut hasher);
            }
        }
        Ok(Self { shelf, state: hasher.finish() })
    }

    /// What an indicator answers.
    ///
    /// # Errors
    /// As the indicator; errors are not kept.
    pub(crate) fn of(&self, id: &str, ask: &Ask) -> Result<Arc<Answer>, IndicatorError> {
        self.keep(&key(id, ask), || indicator(id)?.compute(self.shelf, ask))
    }

    /// The answer of a name, computed when it is not there.
    ///
    /// # Errors
    /// As the computation.
    pub(crate) fn keep(
        &self,
        name: &str,
        compute: impl FnOnce() -> Result<Answer, IndicatorError>,
    ) -> Result<Arc<Answer>, IndicatorError> {
        if let Some(known) = self.known(name) {
            return Ok(known);
        }
        // Computed without the lock: two readers may compute the same, and none waits for another's question.
        let answer = Arc::new(compute()?);
        let mut kept = self.shelf.answers.lock();
        if kept.state != self.state || kept.answers.len() >= ANSWERS_MAX {
            *kept = Kept { state: self.state, answers: HashMap::new() };
        }
        kept.answers.insert(name.to_owned(), answer.clone());
        Ok(answer)
    }

    fn known(&self, name: &str) -> Option<Arc<Answer>> {
        let kept = self.shelf.answers.lock();
        kept.answers.get(name).filter(|_| kept.state == self.state).cloned()
    }
}

/// One name for a question, however it was written.
pub(crate) fn key(id: &str, ask: &Ask) -> String {
    let pairs = ask.pairs().into_iter().map(|(name, value)| format!("{name}={value}"));
    std::iter::once(id.to_owned()).chain(pairs).collect::<Vec<_>>().join("\u{1f}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tequio_archive::DataFolder;

    #[test]
    fn an_answer_is_computed_once_for_one_state_of_the_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataFolder::new(folder.path());
        let shelf = Shelf::new(data.clone()).expect("a shelf");
        let ask = Ask { period: "2016".parse().ok(), ..Ask::default() };
        let answers = Answers::new(&shelf).expect("answers");
        let first = answers.of("homicide-rate-deaths", &ask).expect("an answer");
        assert!(Arc::ptr_eq(&first, &answers.of("homicide-rate-deaths", &ask).expect("an answer")));
        crate::sample::make(&data, folder.path(), "2026-01-01T00:00:00Z").expect("made");
        let later = Answers::new(&shelf).expect("answers");
        assert_ne!(later.state, answers.state);
        assert!(!Arc::ptr_eq(&first, &later.of("homicide-rate-deaths", &ask).expect("an answer")));
    }
}
