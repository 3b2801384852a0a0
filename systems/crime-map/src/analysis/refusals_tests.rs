use super::*;
use crate::pages::WORDS;
use std::collections::BTreeSet;
use tequio_frame::words::keys;
use tequio_frame::{Language, Problem};
use tequio_kernel::Month;

fn text_of(error: AnalysisError, language: Language) -> String {
    let english = error.to_string();
    let problem = Problem::from(error);
    assert_eq!(problem.detail.as_deref(), Some(english.as_str()), "programs are told the error itself");
    let (told_in, text) = problem.told(language).expect("words");
    assert_eq!(told_in, language, "{english}");
    text.to_owned()
}

#[test]
fn every_reason_has_its_words_and_every_words_their_reason() {
    let texts = [
        include_str!("refusals.rs"),
        include_str!("../refused.rs"),
        include_str!("../jobs/mod.rs"),
        include_str!("../pages/called.rs"),
        include_str!("../pages/levels.rs"),
        include_str!("../pages/analysis/mod.rs"),
        include_str!("../pages/explore/layer.rs"),
        include_str!("../pages/explore/state.rs"),
    ];
    let written = texts.iter().flat_map(|text| text.split("\"refusal-").skip(1));
    let written: BTreeSet<String> =
        written.filter_map(|rest| rest.split('"').next()).map(|key| format!("refusal-{key}")).collect();
    let known = WORDS.iter().flat_map(|(_, text)| keys(text)).filter(|key| key.starts_with("refusal-"));
    assert_eq!(known.collect::<BTreeSet<_>>(), written);
    assert!(written.len() > 35, "this test shows nothing any more");
}

#[test]
fn values_are_in_the_words_of_both_languages() {
    let errors: [fn() -> AnalysisError; 7] = [
        || AnalysisError::Option { name: "fdr", text: "7".into(), hint: Hint::Share(0.25) },
        || AnalysisError::Option { name: "kernel", text: "box".into(), hint: Hint::OneOf(vec!["gaussian", "quartic"]) },
        || AnalysisError::ManyIncidents { found: 70, most: 50, part: None },
        || AnalysisError::NoPopulation("zonas".into()),
        || Withheld::Small { least: 10, distances: "0,400".into(), days: "0,28".into() }.into(),
        || Withheld::Bands { distances: "0,400".into(), days: "0,28".into() }.into(),
        || SpaceTime::Bands(100).into(),
    ];
    let values: [&[&str]; 7] = [
        &["7", "0.25"],
        &["gaussian, quartic"],
        &["70", "50"],
        &["zonas"],
        &["10", "0, 400", "0, 28"],
        &["0, 400", "0, 28"],
        &["100"],
    ];
    for (error, values) in errors.iter().zip(values) {
        let [spanish, english] = [Language::Spanish, Language::English].map(|language| text_of(error(), language));
        assert_ne!(spanish, english);
        for value in values {
            assert!(spanish.contains(value) && english.contains(value), "{value}: {spanish} / {english}");
        }
    }
}

#[test]
fn months_are_written_in_the_language() {
    let error = || AnalysisError::from(Uncompared::Begins(Month { year: 2019, month: 1 }));
    assert!(text_of(error(), Language::Spanish).contains("enero de 2019"));
    assert!(text_of(error(), Language::English).contains("January 2019"));
}

#[test]
fn choices_and_levels_are_called_by_their_names() {
    let bandwidth =
        || AnalysisError::Option { name: "bandwidth", text: "5".into(), hint: Hint::Metres(153.0, 10_000.0) };
    assert!(text_of(bandwidth(), Language::Spanish).contains("«Ancho de banda (metros)»"));
    assert!(text_of(bandwidth(), Language::English).contains("“Bandwidth (metres)”"));
    let weights = || AnalysisError::Option { name: "weights", text: "rook".into(), hint: Hint::Neighbours };
    assert!(text_of(weights(), Language::Spanish).contains("de 1 a 100"));
    let level = || AnalysisError::NoPopulation("colonias".into());
    assert!(text_of(level(), Language::English).contains("“Neighbourhoods”"));
}

#[test]
fn many_months_are_not_named_one_by_one() {
    let first = Month { year: 1990, month: 1 };
    let months: Vec<Month> = std::iter::successors(Some(first), |month| Some(month.next())).take(240).collect();
    let text = text_of(Uncompared::Missing(months).into(), Language::Spanish);
    assert!(text.contains("ene 1990") && text.contains("y 232 más"), "{text}");
}

#[test]
fn what_was_stopped_is_told_in_the_language() {
    let words = words_of_stopped().expect("words");
    assert!(words.es.starts_with("El cálculo") && words.en.starts_with("The computation"));
}

#[test]
fn every_filter_that_may_leave_nothing_has_its_name_in_both_languages() {
    for name in crate::analysis::request::FILTERS {
        let told = [Language::Spanish, Language::English]
            .map(|language| text_of(AnalysisError::NoIncidents(vec![name]), language));
        assert!(
            told.iter().all(|text| !text.contains(&format!("“{name}”")) && !text.contains(&format!("«{name}»"))),
            "{told:?}"
        );
    }
}
