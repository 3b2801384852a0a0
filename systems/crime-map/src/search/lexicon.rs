//! Every word that occurs in a name, found by how it is written, how it sounds, or what it is near to.

use super::sound::sound;
use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder};
use std::collections::HashMap;
use tequio_reference::{Kind, PlaceNames};

/// How near a word of a name is to a word of a question, nearest first.
pub(super) type Nearness = u8;
/// The same word, or one that it stands for.
pub(super) const WHOLE: Nearness = 0;
/// A word that begins with it.
pub(super) const BEGINS: Nearness = 1;
/// A word that sounds alike, or whose beginning does.
pub(super) const SOUNDS: Nearness = 2;
/// A letter more, less, other, or two exchanged.
pub(super) const ONE_LETTER: Nearness = 3;
/// Two such slips.
pub(super) const TWO_LETTERS: Nearness = 4;
/// No nearness at all.
pub(super) const FAR: Nearness = u8::MAX;

/// Letters of a sound from which it is compared, and from which its beginning is.
const HEARD_FROM: usize = 2;
const BEGINNING_HEARD_FROM: usize = 3;
/// Letters from which one slip is forgiven.
const ONE_SLIP_FROM: usize = 4;
/// Letters from which two slips are forgiven, and from which they are when nothing is found otherwise.
const TWO_SLIPS_FROM: usize = 8;
const WIDE_FROM: usize = 6;
/// Letters from which a word that is still being written may have a slip.
const UNFINISHED_FROM: usize = 5;

/// How much is forgiven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Words as they are written or heard.
    Sound,
    /// One slip in a short word, two in a long one.
    Slips,
    /// Two slips in shorter words too.
    Wide,
}

/// A word of a question.
#[derive(Clone)]
pub(super) struct Asked {
    /// The word, folded.
    pub text: String,
    /// What it may stand for, folded.
    pub long: Vec<String>,
    /// What it says of the place, for a word that may be left out.
    pub generic: Option<Kind>,
    /// True for the last word, which may be unfinished.
    pub last: bool,
}

/// The words.
pub(super) struct Lexicon {
    numbers: HashMap<String, u32>,
    /// Every spelling of every word, sorted.
    spellings: Vec<(String, u32)>,
    /// Every sound of every word, sorted.
    sounds: Vec<(String, u32)>,
    generic: Vec<bool>,
    long: HashMap<String, Vec<String>>,
    kinds: HashMap<String, Kind>,
    one: LevenshteinAutomatonBuilder,
    two: LevenshteinAutomatonBuilder,
}

impl Lexicon {
    pub(super) fn new(names: &PlaceNames) -> Self {
        let mut long: HashMap<String, Vec<String>> = HashMap::new();
        for (short, word) in &names.abbreviations {
            long.entry(short.clone()).or_default().push(word.clone());
        }
        Self {
            numbers: HashMap::new(),
            spellings: Vec::new(),
            sounds: Vec::new(),
            generic: Vec::new(),
            long,
            kinds: names.generic.iter().cloned().collect(),
            one: LevenshteinAutomatonBuilder::new(1, true),
            two: LevenshteinAutomatonBuilder::new(2, true),
        }
    }

    /// The number of a word, which is added if it is new. [`Lexicon::finish`] has to follow the last.
    pub(super) fn add(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = u32::try_from(self.generic.len()).unwrap_or(u32::MAX);
        self.numbers.insert(word.to_owned(), number);
        self.generic.push(self.kind(word).is_some());
        let long = self.long.get(word).into_iter().flatten().map(String::as_str);
        for spelling in std::iter::once(word).chain(long) {
            self.spellings.push((spelling.to_owned(), number));
            self.sounds.push((sound(spelling), number));
        }
        number
    }

    pub(super) fn finish(&mut self) {
        self.spellings.sort_unstable();
        self.sounds.sort_unstable();
        self.sounds.dedup();
    }

    /// Words there are.
    pub(super) fn len(&self) -> usize {
        self.generic.len()
    }

    /// The number of a word that occurs.
    pub(super) fn number(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    /// True for a word that a name may be written without.
    pub(super) fn is_generic(&self, number: u32) -> bool {
        self.generic.get(number as usize).copied().unwrap_or(false)
    }

    fn kind(&self, word: &str) -> Option<Kind> {
        let long = self.long.get(word).into_iter().flatten().map(String::as_str);
        std::iter::once(word).chain(long).find_map(|word| self.kinds.get(word).copied())
    }

    /// A word of a question with what is known of it.
    pub(super) fn asked(&self, text: String, last: bool) -> Asked {
        Asked { long: self.long.get(&text).cloned().unwrap_or_default(), generic: self.kind(&text), text, last }
    }

    /// How near each word is to the one asked for, by number.
    pub(super) fn nearness(&self, asked: &Asked, reach: Reach) -> Vec<Nearness> {
        let mut near = vec![FAR; self.len()];
        let mut put = |number: u32, nearness: Nearness| {
            let known = &mut near[number as usize];
            *known = nearness.min(*known);
        };
        for (spelling, number) in beginning(&self.spellings, &asked.text) {
            put(*number, if *spelling == asked.text { WHOLE } else { BEGINS });
        }
        for long in &asked.long {
            same(&self.spellings, long).iter().for_each(|(_, number)| put(*number, WHOLE));
        }
        let heard = sound(&asked.text);
        let alike = match heard.len() {
            letters if letters < HEARD_FROM => &[],
            letters if letters >= BEGINNING_HEARD_FROM && asked.last => beginning(&self.sounds, &heard),
            _ => same(&self.sounds, &heard),
        };
        alike.iter().for_each(|(_, number)| put(*number, SOUNDS));
        // A slip may change how the word sounds altogether, as a C before an E does: spellings are tried as well.
        for (list, text, same) in [(&self.sounds, &heard, SOUNDS), (&self.spellings, &asked.text, BEGINS)] {
            let Some(slips) = self.slips(text, asked.last, reach) else { continue };
            for (known, number) in list {
                match slips.eval(known) {
                    Distance::Exact(0) => put(*number, same),
                    Distance::Exact(1) => put(*number, ONE_LETTER),
                    Distance::Exact(2) => put(*number, TWO_LETTERS),
                    _ => {}
                }
            }
        }
        near
    }

    /// Tells how many slips away from a text another is; `None` where none are forgiven.
    fn slips(&self, text: &str, last: bool, reach: Reach) -> Option<DFA> {
        let letters = text.chars().count();
        let builder = match reach {
            Reach::Sound => return None,
            _ if letters < ONE_SLIP_FROM || text.bytes().all(|letter| letter.is_ascii_digit()) => return None,
            Reach::Slips if letters < TWO_SLIPS_FROM => &self.one,
            Reach::Wide if letters < WIDE_FROM => &self.one,
            _ => &self.two,
        };
        let unfinished = last && letters >= UNFINISHED_FROM && reach == Reach::Slips;
        Some(if unfinished { builder.build_prefix_dfa(text) } else { builder.build_dfa(text) })
    }
}

/// The part of a sorted list that begins with a text.
fn beginning<'a>(list: &'a [(String, u32)], text: &str) -> &'a [(String, u32)] {
    let from = list.partition_point(|(known, _)| known.as_str() < text);
    let length = list[from..].partition_point(|(known, _)| known.starts_with(text));
    &list[from..from + length]
}

/// The part of a sorted list that is a text.
fn same<'a>(list: &'a [(String, u32)], text: &str) -> &'a [(String, u32)] {
    let part = beginning(list, text);
    &part[..part.partition_point(|(known, _)| known == text)]
}
