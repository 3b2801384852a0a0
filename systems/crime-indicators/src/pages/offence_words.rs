//! Names of offences: those of their classification, in the language of the reader, with what they are a part of.

use tequio_frame::{Language, Visit};
use tequio_reference::{Taxonomy, taxonomy};

/// Name of an offence in a classification, or the one that the source gives it.
pub(crate) fn offence_words(visit: &Visit, classification: &str, code: &str, source: &str) -> String {
    let known = taxonomy(classification).ok().flatten();
    let named = known.and_then(|taxonomy| in_taxonomy(visit.language, taxonomy, code));
    named.unwrap_or_else(|| if source.is_empty() { code.to_owned() } else { source.to_owned() })
}

/// *Homicidio doloso: Con arma de fuego*: a leaf by itself often does not say what it is about.
fn in_taxonomy(language: Language, taxonomy: &Taxonomy, code: &str) -> Option<String> {
    let name = |code: &str| {
        taxonomy.node(code).map(|node| match language {
            Language::Spanish => node.name_es.as_str(),
            Language::English => node.name_en.as_str(),
        })
    };
    let own = name(code)?;
    let above = taxonomy.node(code)?.parent.as_deref().and_then(name).filter(|above| *above != own);
    Some(above.map_or_else(|| own.to_owned(), |above| format!("{above}: {own}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_says_what_it_is_a_part_of() {
        let cnsp = taxonomy("cnsp-2015").expect("a table").expect("a taxonomy");
        let leaf = cnsp.nodes.iter().find(|node| node.code.ends_with(".con-arma-de-fuego")).expect("a leaf");
        let name = in_taxonomy(Language::Spanish, cnsp, &leaf.code).expect("a name");
        assert!(name.contains(": ") && name.ends_with(&leaf.name_es), "{name}");
        assert_eq!(in_taxonomy(Language::Spanish, cnsp, "no-such-code"), None);
    }
}
