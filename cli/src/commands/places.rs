//! A place by its code, its name or another name of it: the rule is that of the pages ([`Finder::named`]).

use crate::exits::Usage;
use std::cell::OnceCell;
use std::sync::Arc;
use tequio_archive::DataFolder;
use tequio_crime_map::Library;
use tequio_crime_map::search::{Finder, Named};
use tequio_crime_map::states::name_with_holders;
use tequio_crime_map::territory::Territory;
use tequio_kernel::PlaceRef;
use tequio_kernel::place::REFERENCE_LAYERS;
use tequio_reference::PlaceNames;

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
    let names = Names::of(data)?;
    let coded = |(name, value): (String, String)| match is_named(&name, &value) {
        true => names.code_of(&value).map(|code| (name, code)),
        false => Ok((name, value)),
    };
    pairs.into_iter().map(coded).collect()
}

/// What is a code as questions write it needs no names; what is empty names nothing.
fn is_code(text: &str) -> bool {
    let is_reference = |rest: &str| rest.chars().all(|letter| letter == '-' || letter.is_ascii_digit());
    text.is_empty() || text.contains(':') || text.strip_prefix("MX").is_some_and(is_reference)
}

/// The names of places, read as far as they are needed: those of all streets would take longer than the question.
struct Names {
    territory: Arc<Territory>,
    names: PlaceNames,
    reference: OnceCell<Finder>,
    areas: OnceCell<Finder>,
}

impl Names {
    fn of(data: &DataFolder) -> anyhow::Result<Self> {
        let territory = Library::new(data.clone())?.territory()?;
        Ok(Self { territory, names: PlaceNames::load()?, reference: OnceCell::new(), areas: OnceCell::new() })
    }

    /// The places of the reference territory come before others: whatever names one of them is not looked up elsewhere.
    fn named(&self, text: &str) -> Named {
        let reference = || self.finder(REFERENCE_LAYERS.map(str::to_owned).to_vec());
        match self.reference.get_or_init(reference).named(text) {
            Named::Like(_) => {
                let mut areas = self.territory.names();
                areas.retain(|name| !self.territory.is_streets(name));
                self.areas.get_or_init(|| self.finder(areas)).named(text)
            }
            named => named,
        }
    }

    /// A damaged layer has no names; where nothing is called so, it is told.
    fn finder(&self, layers: Vec<String>) -> Finder {
        Finder::new(layers.iter().filter_map(|name| self.territory.layer(name).ok()), &self.names)
    }

    fn code_of(&self, text: &str) -> anyhow::Result<String> {
        match self.named(text) {
            Named::One(place) => Ok(place.to_string()),
            Named::Several(places) => {
                let told = self.told(&places);
                Err(Usage(format!("several places are called `{text}`: ask for one of {told}")).into())
            }
            Named::Like(places) if places.is_empty() => anyhow::bail!(
                "no place is called `{text}`: give its code, or its name, such as Oaxaca or \"Benito Juárez, Quintana Roo\"{}",
                self.damaged()
            ),
            Named::Like(places) => {
                let damaged = self.damaged();
                anyhow::bail!("no place is called `{text}`: did you mean one of {}?{damaged}", self.told(&places))
            }
        }
    }

    /// The layers that cannot be read: the place may be one of theirs.
    fn damaged(&self) -> String {
        let names = self.territory.names();
        let told = names
            .iter()
            .filter_map(|name| Some(format!("; `{name}` cannot be read: {}", self.territory.layer(name).err()?)));
        told.collect()
    }

    /// `MX-23-005 (Benito Juárez, Quintana Roo; municipalities)`, one after the other.
    fn told(&self, places: &[PlaceRef]) -> String {
        let told = |place: &PlaceRef| {
            let name = name_with_holders(&self.territory, place).unwrap_or_default();
            format!("{place} ({name}; {})", place.layer)
        };
        places.iter().map(told).collect::<Vec<_>>().join(", ")
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

    fn asked(text: &str) -> anyhow::Result<String> {
        let folder = tempfile::tempdir()?;
        let data = DataFolder::new(folder.path());
        by_name(&data, [("place", text), ("period", "2024")]).map(|mut pairs| pairs.swap_remove(0).1)
    }

    #[test]
    fn a_name_is_its_place_where_one_is_called_so() {
        let cases = [
            ("jalisco", "MX-14"),
            ("  Iztapalapa ", "MX-09-007"),
            ("CDMX", "MX-09"),
            ("Distrito Federal", "MX-09"),
            ("edomex", "MX-15"),
            ("n.l.", "MX-19"),
            ("Benito Juarez, Quintana Roo", "MX-23-005"),
            ("benito juárez (CDMX)", "MX-09-014"),
            ("Puebla, Puebla", "MX-21-114"),
            ("09015", "MX-09-015"),
            ("mx-09-015", "MX-09-015"),
        ];
        for (text, code) in cases {
            assert_eq!(asked(text).ok().as_deref(), Some(code), "{text}");
        }
        for code in ["MX-09", "MX-09-015", "colonias:0001", "MX", "MX-99"] {
            assert_eq!(asked(code).ok().as_deref(), Some(code), "a code stays as it is");
        }
    }

    #[test]
    fn candidates_are_told_with_code_and_state() {
        let error = asked("benito juarez").expect_err("there are several");
        let text = error.to_string();
        assert!(error.is::<Usage>() && text.starts_with("several places are called `benito juarez`: "), "{text}");
        for one in [
            "MX-09-014 (Benito Juárez, Ciudad de México; municipalities)",
            "MX-23-005 (Benito Juárez, Quintana Roo; municipalities)",
        ] {
            assert!(text.contains(one), "{text}");
        }
        let error = asked("Puebla").expect_err("a state and a municipality").to_string();
        assert!(error.contains("MX-21 (Puebla; states)") && error.contains("MX-21-114 (Puebla, Puebla;"), "{error}");
    }

    #[test]
    fn what_is_no_name_is_told_with_what_is_like_it() {
        let error = asked("Oaxca").expect_err("no such place");
        assert!(!error.is::<Usage>(), "{error}");
        let text = error.to_string();
        assert!(text.contains("no place is called `Oaxca`: did you mean") && text.contains("MX-20 (Oaxaca"), "{text}");
        let text = asked("Tijuana, Sonora").expect_err("it lies elsewhere").to_string();
        assert!(text.contains("MX-02-004 (Tijuana, Baja California;"), "{text}");
        let text = asked("qwxyzt").expect_err("no such place").to_string();
        assert!(text.contains("no place is called `qwxyzt`: give its code"), "{text}");
    }
}
