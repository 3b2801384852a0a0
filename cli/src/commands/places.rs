//! A place by its name, where the reference territory has one place called so.

use crate::exits::Usage;
use tequio_archive::DataFolder;
use tequio_crime_map::Library;
use tequio_kernel::PlaceRef;
use tequio_kernel::text::fold;

/// Layers whose places have names that people know.
const NAMED: [&str; 2] = ["states", "municipalities"];

/// The pairs of a question with the codes of its places in place of their names.
///
/// # Errors
/// [`Usage`] where several places are called so; it names them.
pub fn by_name(data: &DataFolder, pairs: Vec<(String, String)>) -> anyhow::Result<Vec<(String, String)>> {
    if pairs.iter().all(|(name, value)| name != "place" || is_code(value)) {
        return Ok(pairs);
    }
    let library = Library::new(data.clone())?;
    let coded = |(name, value): (String, String)| match name == "place" && !is_code(&value) {
        true => Ok((name, code_of(&library, &value)?)),
        false => Ok((name, value)),
    };
    pairs.into_iter().map(coded).collect()
}

/// Codes have a layer before them or a number in them; names have neither.
fn is_code(text: &str) -> bool {
    text.contains(':') || text == "MX" || text.chars().any(|character| character.is_ascii_digit())
}

/// What nobody is called is left to the question, which says so.
fn code_of(library: &Library, text: &str) -> anyhow::Result<String> {
    let wanted = fold(text);
    let layers = NAMED.iter().filter_map(|name| library.layer(name));
    let found: Vec<(String, String)> = layers
        .flat_map(|layer| {
            let called = layer.places.iter().filter(|place| fold(&place.name) == wanted);
            let named = |place: &tequio_kernel::Place| {
                let code = PlaceRef::new(&layer.id.name, &place.code).to_string();
                (format!("{code} ({}, {})", place.name, layer.id.name), code)
            };
            called.map(named).collect::<Vec<_>>()
        })
        .collect();
    match found.as_slice() {
        [] => Ok(text.to_owned()),
        [(_, code)] => Ok(code.clone()),
        several => {
            let candidates: Vec<&str> = several.iter().map(|(candidate, _)| candidate.as_str()).collect();
            Err(Usage(format!("several places are called `{text}`: ask for one of {}", candidates.join(", "))).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_place_where_one_is_called_so_and_else_the_candidates_are_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataFolder::new(folder.path());
        let ask = |text: &str| {
            let pairs = vec![("place".to_owned(), text.to_owned()), ("period".to_owned(), "2024".to_owned())];
            by_name(&data, pairs).map(|mut pairs| pairs.swap_remove(0).1)
        };
        assert_eq!(ask("jalisco").ok().as_deref(), Some("MX-14"));
        assert_eq!(ask("  Iztapalapa ").ok().as_deref(), Some("MX-09-007"));
        for code in ["MX-09", "MX-09-015", "colonias:0001", "MX"] {
            assert_eq!(ask(code).ok().as_deref(), Some(code), "a code stays as it is");
        }
        assert_eq!(ask("Atlantis").ok().as_deref(), Some("Atlantis"), "the question says that there is none");
        let error = ask("Puebla").expect_err("a state and a municipality");
        assert!(error.is::<Usage>(), "{error}");
        let text = error.to_string();
        assert!(text.contains("MX-21 (") && text.contains("MX-21-114 ("), "{text}");
    }
}
