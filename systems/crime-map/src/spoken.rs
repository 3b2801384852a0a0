//! The words of the crime map for what is said outside a page's own text, such as remarks and refusals.

use crate::pages::WORDS;
use std::sync::OnceLock;
use tequio_frame::site::Localised;
use tequio_frame::words::{Arg, Words, WordsError};
use tequio_frame::{Language, Visit, format};
use tequio_kernel::Month;

/// Most months that are named one by one.
const MONTHS_MAX: usize = 8;

/// The words, read once.
pub(crate) fn words() -> Result<&'static Words, WordsError> {
    static KNOWN: OnceLock<Words> = OnceLock::new();
    match KNOWN.get() {
        Some(words) => Ok(words),
        None => {
            let words = Words::new(WORDS)?;
            Ok(KNOWN.get_or_init(|| words))
        }
    }
}

/// What is said in one language, said in all; none where it has no words.
pub(crate) fn in_both(say: impl Fn(Tongue<'_>) -> Option<String>) -> Option<Localised> {
    let words = words().ok()?;
    let in_language = |language| say(Tongue { words, language });
    Some(Localised { es: in_language(Language::Spanish)?, en: in_language(Language::English)? })
}

/// The text of a key in both languages.
pub(crate) fn localised(key: &str, args: &[(&str, Arg<'_>)]) -> Option<Localised> {
    in_both(|tongue| Some(tongue.say(key, args)))
}

/// The words in one language.
#[derive(Clone, Copy)]
pub(crate) struct Tongue<'a> {
    words: &'a Words,
    language: Language,
}

impl<'a> Tongue<'a> {
    /// The words of a page.
    pub(crate) fn of(visit: &'a Visit) -> Self {
        Self { words: &visit.site.words, language: visit.language }
    }

    pub(crate) fn say(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.words.say(self.language, key, args)
    }

    /// Name of a layer, in the plural; a layer that the words do not know is called by its id.
    pub(crate) fn layer(self, id: &str) -> String {
        let key = format!("layer-{id}");
        match self.words.has(self.language, &key) {
            true => self.say(&key, &[]),
            false => self.say("layer-of-id", &[("id", id.into())]),
        }
    }

    /// Name of a choice of a method; one that the words do not know is called by its id.
    pub(crate) fn choice(self, id: &str) -> String {
        self.named("analysis-choice", id)
    }

    /// Name of a field of a form; one that the words do not know is called by its id.
    pub(crate) fn field(self, id: &str) -> String {
        self.named("field", id)
    }

    fn named(self, kind: &str, id: &str) -> String {
        let key = format!("{kind}-{id}");
        if self.words.has(self.language, &key) { self.say(&key, &[]) } else { id.to_owned() }
    }

    pub(crate) fn month(self, month: Month) -> String {
        format::month(self.language, month)
    }

    /// Names months one by one, and says how many more there are when they are too many to name.
    pub(crate) fn months(self, months: &[Month]) -> String {
        let short = |month: &Month| format::month_short(self.language, *month);
        let named = months.iter().take(MONTHS_MAX).map(short).collect::<Vec<_>>().join(", ");
        match months.len().saturating_sub(MONTHS_MAX) {
            0 => named,
            more => format!("{named} {}", self.say("and-more", &[("n", more.into())])),
        }
    }
}
