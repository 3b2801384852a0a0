//! What a text says of a place: its code, its name, its name with those of the places that hold it, or something alike.
//! One rule for pages and the command line.

use super::{Finder, Question, WORDS_MAX, text};
use tequio_kernel::PlaceRef;
use tequio_kernel::place::REFERENCE_LAYERS;

/// Most places that are offered in place of a text that names none, and of one that names several.
const LIKE_MAX: usize = 8;
const CALLED_MAX: usize = 30;
/// Most names in one text, each of a place in the next: a neighbourhood, its municipality, its state, its country. More are
/// no name, and each one would be looked up several times.
const PARTS_MAX: usize = 6;

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
    /// A code before a name before a likeness, and states and municipalities before places of other layers, of which
    /// `LAYER:CODE` names each; streets are no places.
    pub fn named(&self, text: &str) -> Named {
        let (coded, called) = (self.coded(text), self.called(text));
        for is_reference in [true, false] {
            let such = |of: &[u32]| -> Vec<u32> {
                of.iter().copied().filter(|at| self.is_of_reference(*at) == is_reference).collect()
            };
            let found = Some(such(&coded)).filter(|coded| !coded.is_empty()).unwrap_or_else(|| such(&called));
            match found.as_slice() {
                [] => {}
                [one] => return Named::One(self.reference(*one)),
                _ => return Named::Several(self.references(found, CALLED_MAX)),
            }
        }
        match is_code(text) {
            true => Named::Like(Vec::new()),
            false => Named::Like(self.references(self.like(text), LIKE_MAX)),
        }
    }

    fn is_of_reference(&self, at: u32) -> bool {
        REFERENCE_LAYERS.contains(&self.entries[at as usize].layer.id.name.as_str())
    }

    /// The places of a code, which may have its layer before it. Those that have it letter by letter, if there are any.
    fn coded(&self, text: &str) -> Vec<u32> {
        let (layer, code) = text.split_once(':').map_or((None, text), |(layer, code)| (Some(layer), code));
        let mut coded = self.by_code(code, layer);
        coded.retain(|at| !self.entries[*at as usize].is_street());
        let is_exact = |at: &u32| self.entries[*at as usize].place().code == code;
        // Of the reference territory the digits are as good as the whole: `14` is `MX-14`.
        let is_kept = |at: &u32| is_exact(at) || self.is_of_reference(*at);
        if coded.iter().any(is_exact) {
            coded.retain(is_kept);
        }
        coded
    }

    /// Places that are called so: a name or another name of theirs has the same words in the same order, whatever their
    /// accents, case and dots. What stands behind a comma or in parentheses may name places that hold them: *Benito Juárez,
    /// Quintana Roo*.
    fn called(&self, text: &str) -> Vec<u32> {
        let parts: Vec<&str> =
            text.split([',', '(', ')']).filter(|part| !part.trim().is_empty()).take(PARTS_MAX + 1).collect();
        if parts.len() > PARTS_MAX {
            return Vec::new();
        }
        let ends = (1..=parts.len()).rev();
        let found = ends.map(|end| self.called_within(&parts[..end].join(" "), &parts[end..]));
        found.into_iter().find(|called| !called.is_empty()).unwrap_or_default()
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
