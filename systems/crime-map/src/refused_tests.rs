use super::*;
use tequio_access::{Principal, Territory, decide};
use tequio_frame::{Language, Problem};
use tequio_kernel::{Level, PlaceRef, Query};

struct City;

impl Territory for City {
    fn level(&self, layer: &str) -> Option<Level> {
        match layer {
            "states" => Some(Level::State),
            "municipalities" => Some(Level::Municipality),
            _ => Some(Level::Local),
        }
    }
    fn is_streets(&self, layer: &str) -> bool {
        layer == "calles"
    }
    fn nests(&self, one: &str, other: &str) -> bool {
        one == other
    }
    fn holds(&self, _: &str, _: &str) -> bool {
        false
    }
    fn streets(&self) -> Option<&str> {
        Some("calles")
    }
    fn class(&self, offence: &str) -> Option<&'static str> {
        Some(if offence == "SECRETO" { "restricted" } else { "sensitive" })
    }
    fn latitude_max(&self) -> f64 {
        19.6
    }
    fn latitude_of_strays(&self) -> f64 {
        19.6
    }
    fn latitude_of(&self, _: &PlaceRef) -> Option<f64> {
        None
    }
}

/// What a page says of the refusal of a question, in Spanish and English.
fn told(text: &str) -> [String; 2] {
    let query = Query::parse(text.split('&').filter_map(|pair| pair.split_once('='))).expect("a query");
    let refusal = decide(Principal::Public, &query, &City).expect_err(text);
    let problem = Problem::from(LibraryError::from(refusal));
    Language::ALL.map(|language| {
        let (told_in, words) = problem.told(language).expect("words");
        assert_eq!(told_in, language, "{text}");
        words.to_owned()
    })
}

#[test]
fn what_is_crossed_is_named_in_the_language() {
    let expected = [
        ("by=place:municipalities&bbox=-99,19,-98,20", ["«Recuadro, polígono o círculo»", "«Municipios y alcaldías»"]),
        ("by=cell:12,place:municipalities", ["«Celdas»", "«Municipios y alcaldías»"]),
        ("by=place:colonias&place=cuadrantes:1", ["«Colonias»", "«Cuadrantes»"]),
        ("by=street,segment", ["«Calles»", "«Tramos de calle»"]),
        ("by=segment,place:zonas", ["«Calles»", "«Capa zonas»"]),
    ];
    for (question, parts) in expected {
        let [spanish, english] = told(question);
        for part in parts {
            assert!(spanish.contains(part), "{question}: {spanish}");
        }
        for id in ["place:", "cells", "box", "streets", "municipalities"] {
            assert!(!spanish.contains(id), "{question}: {spanish}");
        }
        assert_ne!(spanish, english);
    }
}

#[test]
fn a_class_is_no_offence() {
    let [spanish, english] = told("by=cell:12&class=sensitive");
    assert!(!spanish.contains("sensitive") && spanish.contains("delito sensible"), "{spanish}");
    assert!(!english.contains("a sensitive offence,"), "{english}");
    assert!(!told("class=restricted")[0].contains("restricted"));
    assert!(told("by=cell:12&offence=VIOLACION")[0].contains("«VIOLACION»"));
    assert!(told("offence=SECRETO")[0].contains("«SECRETO»"));
}

#[test]
fn the_other_refusals_have_words() {
    assert!(told("by=cell:18")[1].contains("Cells of zoom 18"));
    assert!(told("by=place:calles")[0].contains("«Calles»"));
    assert!(told("place=calles:1")[0].contains("3"));
}
