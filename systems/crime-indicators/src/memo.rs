//! Answers that are kept, because an edition never changes: each is computed once, however many ask at a time.

use std::sync::{Arc, Mutex, PoisonError};

/// Most answers of a kind that are kept; the one used longest ago gives way.
const KEPT_MAX: usize = 16;

/// Answers by question, the latest used first.
pub(crate) struct Memo<K, V>(Mutex<Vec<(K, Arc<V>)>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<K: PartialEq, V> Memo<K, V> {
    /// The answer that is kept, or the one that `make` gives.
    ///
    /// # Errors
    /// What `make` says; nothing is kept then.
    pub(crate) fn get<E>(&self, key: K, make: impl FnOnce() -> Result<V, E>) -> Result<Arc<V>, E> {
        // Held while computing, so that an answer is computed once; a poisoned lock holds whole entries only.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|(known, _)| *known == key);
        let answer = match known {
            Some(index) => kept.remove(index).1,
            None => Arc::new(make()?),
        };
        kept.truncate(KEPT_MAX - 1);
        kept.insert(0, (key, answer.clone()));
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_computed_once_and_errors_are_not_kept() {
        let memo: Memo<u32, u32> = Memo::default();
        assert_eq!(memo.get(1, || Err::<u32, &str>("no")), Err("no"));
        assert_eq!(memo.get(1, || Ok::<u32, &str>(10)).as_deref(), Ok(&10));
        assert_eq!(memo.get(1, || Err::<u32, &str>("asked again")).as_deref(), Ok(&10));
        (2..20).for_each(|key| drop(memo.get(key, || Ok::<u32, &str>(key))));
        assert_eq!(memo.get(1, || Ok::<u32, &str>(11)).as_deref(), Ok(&11), "what was used longest ago gives way");
    }
}
