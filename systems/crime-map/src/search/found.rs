//! What a search answers with.

use super::lexicon::{BEGINS, FAR, Nearness, WHOLE};
use super::rank::Question;
use super::{Entry, Finder, text};
use std::ops::Range;
use tequio_kernel::{Level, PlaceRef, Shape};

/// A place that a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The place.
    pub place: PlaceRef,
    /// Its name.
    pub name: String,
    /// Name of its layer.
    pub layer: String,
    /// Names of the places that hold it, nearest first, joined by commas; the country only for a state.
    pub context: String,
    /// A position on it, degrees east and north, for a street; `None` for an area.
    pub at: Option<(f64, f64)>,
    /// How the text met it.
    pub meeting: Meeting,
    /// Parts of the name that the text met, as bytes, in order.
    pub marks: Vec<Range<usize>>,
}

/// How a text met a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// It is the code.
    Code,
    /// By its words, as they are written or shortened.
    Name,
    /// By words that sound alike.
    Sound,
    /// By words that differ in a letter or two, or by some of the words.
    Similar,
}

impl Finder {
    pub(super) fn found(&self, at: u32, meeting: Meeting, question: &Question, near: &[Vec<Nearness>]) -> Found {
        let entry = &self.entries[at as usize];
        let place = entry.place();
        let context: Vec<&str> = self.context(at).map(|entry| entry.place().name.as_str()).collect();
        Found {
            place: PlaceRef::new(&entry.layer.id.name, &place.code),
            name: place.name.clone(),
            layer: entry.layer.id.name.clone(),
            context: context.join(", "),
            at: middle(&place.shape),
            meeting,
            marks: if meeting == Meeting::Code { Vec::new() } else { self.marks(&place.name, question, near) },
        }
    }

    /// The places that hold an entry. The country is named for its states alone: further down it tells nothing, and
    /// one of the states of Mexico is called Mexico as well.
    fn context(&self, at: u32) -> impl Iterator<Item = &Entry> {
        let of_state = self.entries[at as usize].layer.level == Level::State;
        self.above(at).filter(move |entry| of_state || entry.layer.level > Level::Nation)
    }

    /// The words of a name that the question met; of one that only begins with it, the beginning.
    fn marks(&self, name: &str, question: &Question, near: &[Vec<Nearness>]) -> Vec<Range<usize>> {
        let mark = |word: &text::Word| {
            let number = self.lexicon.number(&word.text)? as usize;
            let met = question.words.iter().zip(near).map(|(asked, near)| (near[number], asked));
            let (nearness, asked) = met.min_by_key(|(nearness, _)| *nearness)?;
            match nearness {
                FAR => None,
                BEGINS if word.text.starts_with(&asked.text) => {
                    let letters = name[word.start..word.end].chars().take(asked.text.chars().count());
                    Some(word.start..word.start + letters.map(char::len_utf8).sum::<usize>())
                }
                WHOLE..FAR => Some(word.start..word.end),
            }
        };
        text::words(name).iter().filter_map(mark).collect()
    }
}

/// A vertex in the middle of a line; `None` for what is no line.
fn middle(shape: &Shape) -> Option<(f64, f64)> {
    let Shape::Line(line) = shape else { return None };
    line.0.get(line.0.len() / 2).map(|vertex| (vertex.x, vertex.y))
}
