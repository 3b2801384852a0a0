//! What an answer means and what it does not, in both languages.

use crate::pages::note_key;
use crate::spoken::words;
use serde_json::{Value, json};
use tequio_access::Note;
use tequio_frame::Language;
use tequio_frame::words::{Arg, WordsError};

/// A sentence or two that belong to an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Name for programs.
    pub code: &'static str,
    /// In Spanish.
    pub es: String,
    /// In English.
    pub en: String,
}

impl Remark {
    /// The remark of a code, with values put in.
    pub(super) fn of(code: &'static str, args: &[(&str, Arg<'_>)]) -> Result<Self, WordsError> {
        Self::in_words(code, &format!("analysis-note-{code}"), args)
    }

    /// What an answer leaves out because the public may not see it.
    pub(super) fn of_note(note: Note) -> Result<Self, WordsError> {
        Self::in_words(note.code(), note_key(&note), &[])
    }

    fn in_words(code: &'static str, key: &str, args: &[(&str, Arg<'_>)]) -> Result<Self, WordsError> {
        let words = words()?;
        let say = |language| words.say(language, key, args);
        Ok(Self { code, es: say(Language::Spanish), en: say(Language::English) })
    }

    /// The text in a language.
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Spanish => &self.es,
            Language::English => &self.en,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        json!({ "code": self.code, "es": self.es, "en": self.en })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes written in the analyses have their words; a slip would show as a key in double brackets.
    #[test]
    fn every_remark_has_words() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/analysis");
        let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let texts: Vec<String> = files.map(|path| std::fs::read_to_string(path).expect("a text")).collect();
        let calls = texts.iter().flat_map(|text| text.split("remark(\"").skip(1));
        let codes: Vec<&str> = calls.filter_map(|rest| rest.split('"').next()).collect();
        let words = words().expect("words");
        for code in &codes {
            for language in Language::ALL {
                assert!(words.has(language, &format!("analysis-note-{code}")), "{code}");
            }
        }
        assert!(codes.len() > 3, "this test shows nothing any more");
    }
}
