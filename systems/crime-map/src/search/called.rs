//! What a text says of a place: its code, its name, its name with those of the places that hold it, or something alike.
//! One rule for pages and the command line.

use super::{Finder, Question, WORDS_MAX, text};
use tequio_kernel::PlaceRef;
use tequio_kernel::place::REFERENCE_LAYERS;

/// Most places that are offered in place of a text that names none, and of one that names several.
const LIKE_MAX: usize = 8;
const CALLED_MAX: usize = 30;

/// What a text says of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// It is one.
    One(PlaceRef),
    /// It is the name of several.
    Several(Vec<PlaceRef>),
    /// It is no name; these have one like it.
    Like(Vec<PlaceRef>),
}

impl Finder {
    /// A code before a name before a likeness; streets are no places. States and municipalities come before places of
    /// other layers.
    pub fn named(&self, text: &str) -> Named {
        if let Some(coded) = self.coded(text) {
            return Named::One(self.reference(coded));
        }
        let called = self.called(text);
        match called.as_slice() {
            [one] => Named::One(self.reference(*one)),
            [] if is_code(text) => Named::Like(Vec::new()),
            [] => Named::Like(self.references(self.like(text), LIKE_MAX)),
            _ => Named::Several(self.references(called, CALLED_MAX)),
        }
    }

    /// The place of a code, which may have its layer before it.
    fn coded(&self, text: &str) -> Option<u32> {
        let (layer, code) = text.split_once(':').map_or((None, text), |(layer, code)| (Some(layer), code));
        let coded = self.by_code(code, layer);
        let is_exact = |at: &u32| self.entries[*at as usize].place().code == code;
        coded.iter().copied().find(is_exact).or_else(|| coded.first().copied())
    }

    /// Places that are called so: a name or another name of theirs has the same words in the same order, whatever their
    /// accents, case and dots. What stands behind a comma or in parentheses may name places that hold them: *Benito Juárez,
    /// Quintana Roo*.
    fn called(&self, text: &str) -> Vec<u32> {
        let parts: Vec<&str> = text.split([',', '(', ')']).filter(|part| !part.trim().is_empty()).collect();
        let ends = (1..=parts.len()).rev();
        let found = ends.map(|end| self.called_within(&parts[..end].join(" "), &parts[end..]));
        let mut called = found.into_iter().find(|called| !called.is_empty()).unwrap_or_default();
        let is_reference = |at: &u32| REFERENCE_LAYERS.contains(&self.entries[*at as usize].layer.id.name.as_str());
        if called.iter().any(is_reference) {
            called.retain(is_reference);
        }
        called
    }

    /// Places of a name that lie in places of the other names.
    fn called_within(&self, name: &str, holders: &[&str]) -> Vec<u32> {
        let holders: Option<Vec<Vec<u32>>> = holders.iter().map(|holder| self.numbers(holder)).collect();
        let Some((name, holders)) = self.numbers(name).zip(holders) else { return Vec::new() };
        let lies_there = |at: &u32| holders.iter().all(|holder| self.above(*at).any(|above| above.is_called(holder)));
        let with_a_word = self.holders.get(name[0] as usize).into_iter().flatten().copied();
        let entry = |at: u32| &self.entries[at as usize];
        let is_called = |at: &u32| !entry(*at).is_street() && entry(*at).is_called(&name) && lies_there(at);
        with_a_word.filter(is_called).collect()
    }

    /// The words of a name by number; none where it has no words, or one that no place has.
    fn numbers(&self, name: &str) -> Option<Vec<u32>> {
        let numbers: Option<Vec<u32>> = text::words(name).iter().map(|word| self.lexicon.number(&word.text)).collect();
        numbers.filter(|numbers| !numbers.is_empty())
    }

    /// What a search finds for a text, the best first; where that is nothing, places of the name that stands before a
    /// comma: they lie elsewhere.
    fn like(&self, text: &str) -> Vec<u32> {
        let found = Question::of(&self.lexicon, text, WORDS_MAX).map(|question| self.met(&question, None).1);
        let mut like: Vec<u32> = found.into_iter().flatten().map(|hit| hit.entry).collect();
        like.retain(|at| !self.entries[*at as usize].is_street());
        match text.split([',', '(']).next() {
            Some(name) if like.is_empty() => self.called(name),
            _ => like,
        }
    }

    fn references(&self, entries: Vec<u32>, most: usize) -> Vec<PlaceRef> {
        entries.into_iter().take(most).map(|at| self.reference(at)).collect()
    }

    fn reference(&self, at: u32) -> PlaceRef {
        let entry = &self.entries[at as usize];
        PlaceRef::new(&entry.layer.id.name, &entry.place().code)
    }
}

/// Codes have a layer before them, or numbers and no small letters; what is like a code is no better than any other.
fn is_code(text: &str) -> bool {
    let has_number = text.chars().any(|letter| letter.is_ascii_digit());
    text.contains(':') || (has_number && !text.chars().any(char::is_lowercase))
}
