//! The words of the pages, in Fluent, Spanish and English complete.

use crate::format;
use crate::language::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource};
use std::collections::BTreeSet;
use unic_langid::LanguageIdentifier;

/// A value put into a message.
pub type Arg<'a> = fluent_bundle::FluentValue<'a>;

/// The frame's own texts, by language code.
pub const FRAME_WORDS: &[(&str, &str)] = &[
    ("es", include_str!("../words/es.ftl")),
    ("en", include_str!("../words/en.ftl")),
    ("es", include_str!("../words/data.es.ftl")),
    ("en", include_str!("../words/data.en.ftl")),
    ("es", include_str!("../words/edition.es.ftl")),
    ("en", include_str!("../words/edition.en.ftl")),
    ("es", include_str!("../words/highlights.es.ftl")),
    ("en", include_str!("../words/highlights.en.ftl")),
];

/// Words that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// A Fluent text does not parse.
    #[error("the `{language}` words do not parse: {detail}")]
    Syntax {
        /// Code of the language.
        language: String,
        /// What the parser says.
        detail: String,
    },
    /// A language that the frame does not have.
    #[error("there is no language `{0}`")]
    Language(String),
    /// A key that two systems define.
    #[error("the key `{key}` is defined twice in `{language}`")]
    Twice {
        /// Code of the language.
        language: String,
        /// The key.
        key: String,
    },
}

/// Every text of the site in every language.
pub struct Words {
    bundles: Vec<(Language, FluentBundle<FluentResource>)>,
}

impl Words {
    /// Puts the frame's texts and those of the systems together.
    ///
    /// # Errors
    /// [`WordsError`] for a text that does not parse, an unknown language or a key defined twice.
    pub fn new(texts: &[(&str, &str)]) -> Result<Self, WordsError> {
        let mut bundles: Vec<_> =
            Language::ALL.into_iter().map(|language| (language, empty_bundle(language))).collect();
        for (code, text) in FRAME_WORDS.iter().chain(texts) {
            let slot = bundles.iter_mut().find(|(language, _)| language.code() == *code);
            let (_, bundle) = slot.ok_or_else(|| WordsError::Language((*code).to_owned()))?;
            add(bundle, code, text)?;
        }
        Ok(Self { bundles })
    }

    /// The text of a key, with values put in.
    ///
    /// A text that only another language has is given in that language and marked with its code; a
    /// key that no language has stands in double brackets. Both are meant to be seen.
    pub fn say(&self, language: Language, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let mut values = FluentArgs::new();
        args.iter().for_each(|(name, value)| values.set(*name, value.clone()));
        if let Some(text) = self.in_language(language, key, &values) {
            return text;
        }
        let other = Language::ALL.into_iter().filter(|other| *other != language);
        let found = other
            .into_iter()
            .find_map(|other| Some(format!("[{}] {}", other.code(), self.in_language(other, key, &values)?)));
        found.unwrap_or_else(|| format!("⟦{key}⟧"))
    }

    fn in_language(&self, language: Language, key: &str, values: &FluentArgs<'_>) -> Option<String> {
        let (_, bundle) = self.bundles.iter().find(|(of, _)| *of == language)?;
        let pattern = bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        Some(bundle.format_pattern(pattern, Some(values), &mut errors).into_owned())
    }

    /// True when the language has the key.
    pub fn has(&self, language: Language, key: &str) -> bool {
        self.bundles.iter().any(|(of, bundle)| *of == language && bundle.has_message(key))
    }
}

fn empty_bundle(language: Language) -> FluentBundle<FluentResource> {
    let id: LanguageIdentifier = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Isolation marks round every value would be read out by some screen readers; both languages run one way.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        Arg::Number(number) => Some(write_number(number)),
        _ => None,
    }));
    bundle
}

fn write_number(number: &FluentNumber) -> String {
    let digits = number.options.minimum_fraction_digits.unwrap_or(0);
    format::decimal(number.value, digits)
}

fn add(bundle: &mut FluentBundle<FluentResource>, code: &str, text: &str) -> Result<(), WordsError> {
    let resource = FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| WordsError::Syntax {
        language: code.to_owned(),
        detail: errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    })?;
    bundle.add_resource(resource).map_err(|errors| WordsError::Twice {
        language: code.to_owned(),
        key: errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    })
}

/// The keys of a Fluent text.
pub fn keys(text: &str) -> BTreeSet<String> {
    let heads = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    heads.filter_map(|line| line.split_once('=')).map(|(key, _)| key.trim().to_owned()).collect()
}

/// Keys that some language lacks, written `language: key`; empty when the texts are complete.
pub fn missing(texts: &[(&str, &str)]) -> Vec<String> {
    let all: BTreeSet<String> = texts.iter().flat_map(|(_, text)| keys(text)).collect();
    let lacks = |text: &str| all.difference(&keys(text)).cloned().collect::<Vec<_>>();
    let by_language = Language::ALL.into_iter().map(|language| {
        let text: String =
            texts.iter().filter(|(code, _)| *code == language.code()).map(|(_, text)| format!("{text}\n")).collect();
        lacks(&text).into_iter().map(move |key| format!("{}: {key}", language.code()))
    });
    by_language.flatten().collect()
}

/// Keys that templates or sources ask for and no language has; a slip would show as a key in double brackets. An error
/// where the texts ask for none at all: then they are not what was meant.
///
/// # Errors
/// The unknown keys in one line.
pub fn check_used_keys(texts: impl IntoIterator<Item = String>, words: &[(&str, &str)]) -> Result<(), String> {
    let known: BTreeSet<String> = FRAME_WORDS.iter().chain(words).flat_map(|(_, text)| keys(text)).collect();
    let used: BTreeSet<String> = texts.into_iter().flat_map(|text| used_keys(&text)).collect();
    let unknown: Vec<&str> = used.difference(&known).map(String::as_str).collect();
    match (used.is_empty(), unknown.is_empty()) {
        (true, _) => Err("no text asks for a key".to_owned()),
        (false, true) => Ok(()),
        (false, false) => Err(unknown.join(", ")),
    }
}

fn used_keys(text: &str) -> Vec<String> {
    let calls = ["v.t(\"", "visit.t(\"", ".say(\""].into_iter().flat_map(|call| text.split(call).skip(1));
    calls.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_frame_are_complete_in_both_languages() {
        assert_eq!(missing(FRAME_WORDS), Vec::<String>::new());
        assert!(Words::new(&[]).is_ok());
    }

    #[test]
    fn a_key_that_is_used_and_not_known_is_named() {
        let of = |text: &str| check_used_keys([text.to_owned()], &[("es", "own = 1")]);
        assert_eq!(of(r#"{{ v.t("own") }} visit.say("chart-missing", &[])"#), Ok(()));
        assert_eq!(of(r#"{{ v.t("owm") }}{{ v.t("own") }}"#), Err("owm".to_owned()));
        assert!(of("nothing").is_err());
    }

    #[test]
    fn what_is_missing_shows() {
        let words = Words::new(&[("es", "solo-aqui = Hola"), ("en", "n-things = { $n } things")]).expect("words");
        assert_eq!(words.say(Language::English, "solo-aqui", &[]), "[es] Hola");
        assert_eq!(words.say(Language::Spanish, "nowhere", &[]), "⟦nowhere⟧");
        assert_eq!(words.say(Language::English, "n-things", &[("n", 12_345.into())]), "12,345 things");
    }

    #[test]
    fn a_key_defined_twice_is_refused() {
        assert!(matches!(Words::new(&[("es", "a = 1"), ("es", "a = 2")]), Err(WordsError::Twice { .. })));
        assert!(matches!(Words::new(&[("fr", "a = 1")]), Err(WordsError::Language(_))));
    }
}
