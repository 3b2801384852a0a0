//! A place by its name or another name of it, where the reference territory has one place called so.

use crate::exits::Usage;
use tequio_archive::DataFolder;
use tequio_crime_map::Library;
use tequio_crime_map::search::Finder;
use tequio_kernel::{Layer, Place, PlaceRef};
use tequio_reference::PlaceNames;

/// Layers whose places have names that people know.
const NAMED: [&str; 2] = ["states", "municipalities"];

/// The pairs, of which none is blank. In a form of a page an empty field is one that was not filled in; whoever writes an
/// option means something by it, and an empty variable of a script must not ask for everything.
///
/// # Errors
/// [`Usage`] for a blank value.
pub fn given<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Vec<(&'a str, &'a str)>, Usage> {
    let blank = |name: &str| {
        let name = name.replace('_', "-");
        Usage(format!("`--{name}` is blank: give it a value, or leave it out"))
    };
    let told =
        |(name, value): (&'a str, &'a str)| if value.trim().is_empty() { Err(blank(name)) } else { Ok((name, value)) };
    pairs.into_iter().map(told).collect()
}

/// The pairs of a question with the codes of its places in place of their names.
///
/// # Errors
/// Where no place is called so; [`Usage`] where several are, which names them.
pub fn by_name<'a>(
    data: &DataFolder,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> anyhow::Result<Vec<(String, String)>> {
    let pairs: Vec<(String, String)> =
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let is_named = |name: &str, value: &str| name == "place" && !is_code(value);
    if !pairs.iter().any(|(name, value)| is_named(name, value)) {
        return Ok(pairs);
    }
    let finder = finder(data)?;
    let coded = |(name, value): (String, String)| match is_named(&name, &value) {
        true => code_of(&finder, &value).map(|code| (name, code)),
        false => Ok((name, value)),
    };
    pairs.into_iter().map(coded).collect()
}

/// The names of these layers alone: those of all streets would take longer than the question.
fn finder(data: &DataFolder) -> anyhow::Result<Finder> {
    let library = Library::new(data.clone())?;
    Ok(Finder::new(NAMED.iter().filter_map(|name| library.layer(name)), &PlaceNames::load()?))
}

/// Codes have a layer before them or a number in them; names have neither. What is empty names nothing.
fn is_code(text: &str) -> bool {
    text.is_empty() || text.contains(':') || text == "MX" || text.chars().any(|character| character.is_ascii_digit())
}

fn code_of(finder: &Finder, text: &str) -> anyhow::Result<String> {
    let called = finder.called(text);
    let code = |(layer, place): &(&Layer, &Place)| PlaceRef::new(&layer.id.name, &place.code).to_string();
    match called.as_slice() {
        [] => anyhow::bail!("no place is called `{text}`: give its code, or the name of a state or municipality"),
        [one] => Ok(code(one)),
        several => {
            let candidate = |of: &(&Layer, &Place)| format!("{} ({}, {})", code(of), of.1.name, of.0.id.name);
            let candidates: Vec<String> = several.iter().map(candidate).collect();
            Err(Usage(format!("several places are called `{text}`: ask for one of {}", candidates.join(", "))).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_value_is_refused_and_not_taken_for_everything() {
        for blank in ["", " ", "\t"] {
            let error = given([("period", "2024"), ("as_of", blank)]).expect_err("it is blank");
            assert_eq!(error.0, "`--as-of` is blank: give it a value, or leave it out");
        }
        assert_eq!(given([("place", "MX-09")]).ok(), Some(vec![("place", "MX-09")]));
    }

    #[test]
    fn a_name_is_its_place_where_one_is_called_so_and_else_the_candidates_are_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataFolder::new(folder.path());
        let ask =
            |text: &str| by_name(&data, [("place", text), ("period", "2024")]).map(|mut pairs| pairs.swap_remove(0).1);
        assert_eq!(ask("jalisco").ok().as_deref(), Some("MX-14"));
        assert_eq!(ask("  Iztapalapa ").ok().as_deref(), Some("MX-09-007"));
        for code in ["MX-09", "MX-09-015", "colonias:0001", "MX"] {
            assert_eq!(ask(code).ok().as_deref(), Some(code), "a code stays as it is");
        }
        for (name, code) in [("CDMX", "MX-09"), ("Distrito Federal", "MX-09"), ("edomex", "MX-15"), ("n.l.", "MX-19")] {
            assert_eq!(ask(name).ok().as_deref(), Some(code), "{name} is another name of it");
        }
        let error = ask("Atlantis").expect_err("no such place");
        assert!(!error.is::<Usage>() && error.to_string().contains("no place is called `Atlantis`"), "{error}");
        assert!(ask("Jalis").is_err(), "a part of a name is no name");
        let error = ask("Puebla").expect_err("a state and a municipality");
        assert!(error.is::<Usage>(), "{error}");
        let text = error.to_string();
        assert!(text.contains("MX-21 (") && text.contains("MX-21-114 ("), "{text}");
    }
}
