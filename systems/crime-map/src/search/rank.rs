//! How well a name answers a question.

use super::lexicon::{Asked, BEGINS, FAR, Lexicon, Nearness, ONE_LETTER, SOUNDS, WHOLE};
use super::{Finder, Meeting, text};
use std::cmp::Reverse;
use tequio_kernel::Level;
use tequio_reference::Kind;

/// The words that were asked for.
#[derive(Clone)]
pub(super) struct Question {
    pub words: Vec<Asked>,
    /// True when no word says more than what kind of place is wanted; then every word counts.
    all_generic: bool,
}

impl Question {
    /// Reads a text; `None` for one without words.
    pub(super) fn of(lexicon: &Lexicon, text: &str, words_max: usize) -> Option<Self> {
        let words = text::words(text);
        let last = words.len().min(words_max).checked_sub(1)?;
        let words = words.into_iter().take(words_max).enumerate();
        let words: Vec<Asked> = words.map(|(at, word)| lexicon.asked(word.text, at == last)).collect();
        Some(Self { all_generic: words.iter().all(|word| word.generic.is_some()), words })
    }

    /// The question with one word alone.
    pub(super) fn only(&self, at: usize) -> Self {
        Self { words: vec![self.words[at].clone()], all_generic: false }
    }

    fn may_miss(&self, word: &Asked) -> bool {
        word.generic.is_some() && !self.all_generic
    }
}

/// What decides the order; less is better, the first difference counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score {
    /// How far the words are from those of the name.
    far: u32,
    /// Words such as *calle* that are neither in the name nor true of the place.
    untrue: u32,
    /// Words that only a place that holds it has.
    above: u32,
    /// How much of the name the question is.
    part: Part,
    depth: u8,
    size: Reverse<u64>,
}

/// How much of a name a question is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Whole,
    /// All but articles and words of kind, in any order.
    AllThatCounts,
    Beginning,
    Some,
}

impl Score {
    /// In words, how the name was met.
    pub(super) fn meeting(&self) -> Meeting {
        match self.far {
            far if far >= cost(ONE_LETTER, true) => Meeting::Similar,
            0 => Meeting::Name,
            _ => Meeting::Sound,
        }
    }
}

/// What a word costs. The beginning of a word is as good as the word only while it is being written.
fn cost(nearness: Nearness, last: bool) -> u32 {
    match nearness {
        WHOLE => 0,
        BEGINS => u32::from(!last),
        SOUNDS => 2,
        // More than all words of a question may cost otherwise.
        ONE_LETTER => 100,
        _ => 200,
    }
}

/// Where the words of a question stand in one name.
struct Fit {
    far: u32,
    above: u32,
    unmet: u32,
    /// Place in the name of each word that is there.
    at: Vec<Option<(usize, Nearness)>>,
}

impl Finder {
    /// The best score over the names of an entry; `None` when some word is nowhere.
    pub(super) fn score<N: AsRef<[Nearness]>>(&self, at: u32, question: &Question, near: &[N]) -> Option<Score> {
        let entry = &self.entries[at as usize];
        let score = |name: &[u32]| {
            let fit = self.fit(at, name, question, near)?;
            Some(Score {
                part: self.part(name, &fit, near),
                far: fit.far,
                above: fit.above,
                untrue: fit.unmet,
                depth: if entry.is_street() { u8::MAX } else { entry.layer.level as u8 },
                size: Reverse(entry.size),
            })
        };
        entry.names.iter().filter_map(|name| score(name)).min()
    }

    fn fit<N: AsRef<[Nearness]>>(&self, at: u32, name: &[u32], question: &Question, near: &[N]) -> Option<Fit> {
        let mut fit = Fit { far: 0, above: 0, unmet: 0, at: Vec::with_capacity(near.len()) };
        let mut taken = 0u64;
        for (word, near) in question.words.iter().zip(near) {
            let near = near.as_ref();
            let free = name.iter().enumerate().filter(|(index, _)| taken & (1 << index) == 0);
            let best = free.map(|(index, number)| (near[*number as usize], index)).min();
            let best = best.filter(|(nearness, _)| *nearness != FAR);
            fit.at.push(best.map(|(nearness, index)| (index, nearness)));
            if let Some((nearness, index)) = best {
                taken |= 1 << index;
                fit.far += cost(nearness, word.last);
                continue;
            }
            match self.nearest_above(at, near) {
                FAR if question.may_miss(word) => fit.unmet += u32::from(!self.is_true(at, word.generic)),
                FAR => return None,
                _ if question.may_miss(word) => {}
                nearness => {
                    fit.far += cost(nearness, word.last);
                    fit.above += 1;
                }
            }
        }
        let counts = |(word, at): (&Asked, &Option<_>)| at.is_some() && !question.may_miss(word);
        question.words.iter().zip(&fit.at).any(counts).then_some(fit)
    }

    fn nearest_above(&self, at: u32, near: &[Nearness]) -> Nearness {
        let words = self.above(at).flat_map(|entry| entry.names.iter().flat_map(|name| name.iter()));
        words.map(|number| near[*number as usize]).min().unwrap_or(FAR)
    }

    /// True unless a word of kind says something else of the place.
    fn is_true(&self, at: u32, kind: Option<Kind>) -> bool {
        let entry = &self.entries[at as usize];
        match kind {
            None | Some(Kind::Any) => true,
            Some(Kind::Street) => entry.is_street(),
            Some(Kind::Level(Level::Local)) => entry.layer.level == Level::Local && !entry.is_street(),
            Some(Kind::Level(level)) => entry.layer.level == level,
        }
    }

    fn part<N>(&self, name: &[u32], fit: &Fit, near: &[N]) -> Part {
        let met = |index: usize| fit.at.iter().flatten().find(|(at, _)| *at == index).map(|(_, nearness)| *nearness);
        let whole = |index: usize| met(index).is_some_and(|nearness| nearness != BEGINS);
        let places: Vec<usize> = fit.at.iter().flatten().map(|(index, _)| *index).collect();
        let in_order = places.is_sorted();
        if (0..name.len()).all(whole) && in_order && places.len() == near.len() {
            return Part::Whole;
        }
        let mut counting = (0..name.len()).filter(|index| !self.lexicon.is_generic(name[*index]));
        let first = counting.clone().next().unwrap_or(0);
        match counting.all(whole) {
            true => Part::AllThatCounts,
            false if met(first).is_some() && in_order => Part::Beginning,
            false => Part::Some,
        }
    }
}
