//! Finding places and streets by what people write.
//!
//! Names and questions are folded to words ([`text`]). A word of a question meets a word of a name that is the
//! same, begins with it, is its long form (*Gral.*, *Av.*), sounds alike ([`sound`]), or, where few meet so,
//! is a slip or two away ([`lexicon`]). The order of words is free. A word that the name does not hold may be
//! in the name of a place that holds it (*reforma cuauhtemoc*); words that only say what a place is
//! (*calle*, *municipio*) may be missing and then prefer places of their kind.
//!
//! The index is built once for one state of the territory. Nothing is read from a gazetteer from outside.

mod called;
mod centres;
mod found;
mod lexicon;
mod postal;
mod rank;
mod sound;
mod text;

pub use called::Named;
pub use centres::{CENTRES_MAX, Centres};
pub use found::{Found, Meeting};
pub use postal::postal_code;

use lexicon::{Lexicon, Nearness, Reach};
use rank::{Question, Score};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use tequio_kernel::text::slug;
use tequio_kernel::{Layer, LayerKind, Place};
use tequio_reference::PlaceNames;

/// Words of a question that are read.
const WORDS_MAX: usize = 12;
/// Words of a name that are read.
const NAME_WORDS_MAX: usize = 32;
/// Slips of the pen are forgiven when fewer than this are found without.
const FEW: usize = 3;

/// Every name of the layers of a territory, ready to be asked.
pub struct Finder {
    lexicon: Lexicon,
    entries: Vec<Entry>,
    /// Entries that hold a word, by its number.
    holders: Vec<Vec<u32>>,
    /// Entries by their codes, run together.
    codes: HashMap<String, Vec<u32>>,
}

/// A place, or a street as one of its segments.
struct Entry {
    layer: Arc<Layer>,
    index: usize,
    /// Inhabitants, or segments of a street.
    size: u64,
    /// Words of its name and of its other names, by number.
    names: Vec<Box<[u32]>>,
    /// The entry that holds it.
    parent: Option<u32>,
}

impl Entry {
    fn place(&self) -> &Place {
        &self.layer.places[self.index]
    }
    fn is_street(&self) -> bool {
        self.layer.kind == LayerKind::Streets
    }
    /// True where these words are one of its names.
    fn is_called(&self, words: &[u32]) -> bool {
        self.names.iter().any(|name| **name == *words)
    }
}

/// An entry that answers a question.
struct Hit {
    score: Score,
    entry: u32,
}

impl Finder {
    /// Reads every name of the layers.
    pub fn new(layers: impl IntoIterator<Item = Arc<Layer>>, names: &PlaceNames) -> Self {
        let mut finder =
            Self { lexicon: Lexicon::new(names), entries: Vec::new(), holders: Vec::new(), codes: HashMap::new() };
        for layer in layers {
            let sized: Vec<(usize, u64)> = match layer.kind {
                LayerKind::Areas => layer.places.iter().map(inhabitants).enumerate().collect(),
                LayerKind::Streets => streets(&layer),
            };
            sized.into_iter().for_each(|(index, size)| finder.add(&layer, index, size, names));
        }
        finder.lexicon.finish();
        finder.link();
        finder
    }

    /// Names there are: places, and streets once each.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn add(&mut self, layer: &Arc<Layer>, index: usize, size: u64, names: &PlaceNames) {
        let place = &layer.places[index];
        let aliases = names.aliases.iter().filter(|(code, _)| *code == place.code).map(|(_, alias)| alias.as_str());
        let texts = std::iter::once(place.name.as_str()).chain(aliases);
        let words = texts.map(|text| {
            text::words(text).iter().take(NAME_WORDS_MAX).map(|word| self.lexicon.add(&word.text)).collect()
        });
        let entry = Entry { names: words.collect(), layer: layer.clone(), index, size, parent: None };
        self.entries.push(entry);
    }

    /// Joins the entries to the places that hold them, to their words and to their codes.
    fn link(&mut self) {
        let known: HashMap<(&str, &str), u32> = (0u32..)
            .zip(&self.entries)
            .filter(|(_, entry)| !entry.is_street())
            .map(|(at, entry)| ((entry.layer.id.name.as_str(), entry.place().code.as_str()), at))
            .collect();
        let parent = |entry: &Entry| {
            let key = (entry.layer.within.as_deref()?, entry.place().parent.as_deref()?);
            known.get(&key).copied()
        };
        let parents: Vec<Option<u32>> = self.entries.iter().map(parent).collect();
        self.holders = vec![Vec::new(); self.lexicon.len()];
        for ((at, entry), parent) in (0u32..).zip(&mut self.entries).zip(parents) {
            entry.parent = parent;
            let numbers: HashSet<u32> = entry.names.iter().flat_map(|name| name.iter().copied()).collect();
            numbers.into_iter().for_each(|number| self.holders[number as usize].push(at));
            if !entry.is_street() {
                codes(&entry.place().code).into_iter().for_each(|code| self.codes.entry(code).or_default().push(at));
            }
        }
    }

    /// Places and streets that a text names, the best first: by code, then by how near the words are, by how much
    /// of the name they are, larger places before smaller ones. At most `limit`, of one layer if it is named.
    pub fn search(&self, text: &str, layer: Option<&str>, limit: usize) -> Vec<Found> {
        let Some(question) = Question::of(&self.lexicon, text, WORDS_MAX) else { return Vec::new() };
        let (near, mut hits) = self.met(&question, layer);
        let coded = self.by_code(text, layer);
        hits.retain(|hit| !coded.contains(&hit.entry));
        let coded = coded.iter().map(|at| self.found(*at, Meeting::Code, &question, &near));
        let named = hits.iter().map(|hit| self.found(hit.entry, hit.score.meeting(), &question, &near));
        coded.chain(named).take(limit).collect()
    }

    /// What may have been meant by a text that names nothing: names that hold only one of its words, or
    /// are further from it than a search forgives.
    pub fn suggest(&self, text: &str, limit: usize) -> Vec<Found> {
        let Some(question) = Question::of(&self.lexicon, text, WORDS_MAX) else { return Vec::new() };
        let near = self.nearness(&question, Reach::Wide);
        let alone = question.words.iter().enumerate().filter(|(_, word)| word.generic.is_none());
        let mut hits: Vec<Hit> =
            alone.flat_map(|(at, _)| self.hits(&question.only(at), &near[at..=at], None)).collect();
        hits.sort_by(|a, b| a.score.cmp(&b.score));
        let mut seen = HashSet::new();
        hits.retain(|hit| seen.insert(hit.entry));
        hits.iter().take(limit).map(|hit| self.found(hit.entry, Meeting::Similar, &question, &near)).collect()
    }

    /// What a question meets, the best first, and how near its words are to those that there are.
    fn met(&self, question: &Question, layer: Option<&str>) -> (Vec<Vec<Nearness>>, Vec<Hit>) {
        let near = self.nearness(question, Reach::Sound);
        let hits = self.hits(question, &near, layer);
        if hits.len() >= FEW {
            return (near, hits);
        }
        let near = self.nearness(question, Reach::Slips);
        let hits = self.hits(question, &near, layer);
        (near, hits)
    }

    fn nearness(&self, question: &Question, reach: Reach) -> Vec<Vec<Nearness>> {
        question.words.iter().map(|word| self.lexicon.nearness(word, reach)).collect()
    }

    /// Every entry whose name, with the names of what holds it, has all the words; the best first.
    fn hits<N: AsRef<[Nearness]>>(&self, question: &Question, near: &[N], layer: Option<&str>) -> Vec<Hit> {
        let mut candidates: Vec<u32> = Vec::new();
        for near in near {
            let met = near.as_ref().iter().zip(&self.holders).filter(|(near, _)| **near != lexicon::FAR);
            met.for_each(|(_, holders)| candidates.extend(holders));
        }
        candidates.sort_unstable();
        candidates.dedup();
        let in_layer = |at: &u32| layer.is_none_or(|layer| self.entries[*at as usize].layer.id.name == layer);
        let mut hits: Vec<Hit> = candidates
            .into_iter()
            .filter(in_layer)
            .filter_map(|entry| Some(Hit { score: self.score(entry, question, near)?, entry }))
            .collect();
        hits.sort_by(|a, b| {
            let name = |hit: &Hit| &self.entries[hit.entry as usize].place().name;
            a.score.cmp(&b.score).then_with(|| name(a).cmp(name(b))).then(a.entry.cmp(&b.entry))
        });
        hits
    }

    fn by_code(&self, text: &str, layer: Option<&str>) -> Vec<u32> {
        let mut coded = self.codes.get(&text::compact(text)).cloned().unwrap_or_default();
        coded.retain(|at| layer.is_none_or(|layer| self.entries[*at as usize].layer.id.name == layer));
        coded.sort_by_key(|at| {
            let entry = &self.entries[*at as usize];
            (entry.layer.level, Reverse(entry.size))
        });
        coded
    }

    /// The places that hold an entry, nearest first.
    fn above(&self, at: u32) -> impl Iterator<Item = &Entry> {
        let parent = |at: &u32| self.entries[*at as usize].parent;
        std::iter::successors(parent(&at), parent).map(|at| &self.entries[at as usize])
    }
}

/// Inhabitants of a place in the newest year known; 0 when none is.
fn inhabitants(place: &Place) -> u64 {
    place.population.values().next_back().copied().unwrap_or_default()
}

/// The middle segment of each named street, with how many it has: the segments of one name in one place are a street.
fn streets(layer: &Layer) -> Vec<(usize, u64)> {
    let mut streets: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
    for (index, place) in layer.places.iter().enumerate().filter(|(_, place)| !place.name.is_empty()) {
        streets.entry((place.parent.as_deref().unwrap_or_default(), slug(&place.name))).or_default().push(index);
    }
    let middle = |segments: Vec<usize>| Some((*segments.get(segments.len() / 2)?, segments.len() as u64));
    streets.into_values().filter_map(middle).collect()
}

/// A code as it may be written: with its letters, and for the codes of the reference territory in digits alone.
fn codes(code: &str) -> Vec<String> {
    let whole = text::compact(code);
    let digits = whole.strip_prefix("MX").filter(|digits| !digits.is_empty()).map(str::to_owned);
    std::iter::once(whole).chain(digits).collect()
}

#[cfg(test)]
mod tests;
