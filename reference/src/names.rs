//! How people write the names of places: abbreviations, words that say only what a place is, and other
//! names of the same place.

use crate::ReferenceError;
use tequio_kernel::Level;

static ABBREVIATIONS: &[u8] = include_bytes!("../names/abbreviations.csv");
static GENERIC: &[u8] = include_bytes!("../names/generic.csv");
static ALIASES: &[u8] = include_bytes!("../names/aliases.csv");

/// What a word such as *calle* or *municipio* says of the place whose name it goes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: an article, a preposition, *ciudad*.
    Any,
    /// A place of this depth.
    Level(Level),
    /// A street.
    Street,
}

/// The three tables, as they stand in `reference/names/`.
#[derive(Clone, Debug, Default)]
pub struct PlaceNames {
    /// Short form and the word it stands for, both folded; one form may stand for several words.
    pub abbreviations: Vec<(String, String)>,
    /// Words that may be left out of a name or added to it, folded, with what they say.
    pub generic: Vec<(String, Kind)>,
    /// Code of a place of the reference territory and another name of it.
    pub aliases: Vec<(String, String)>,
}

impl PlaceNames {
    /// Reads the built-in tables.
    ///
    /// # Errors
    /// [`ReferenceError`] when one is damaged.
    pub fn load() -> Result<Self, ReferenceError> {
        let generic = pairs(GENERIC)?.into_iter().map(|(word, kind)| Ok((word, kind_of(&kind)?)));
        Ok(Self {
            generic: generic.collect::<Result<_, ReferenceError>>()?,
            abbreviations: pairs(ABBREVIATIONS)?,
            aliases: pairs(ALIASES)?,
        })
    }
}

/// The first two columns; the third says where the row is from and is for those who read the table.
fn pairs(table: &[u8]) -> Result<Vec<(String, String)>, ReferenceError> {
    let records = csv::Reader::from_reader(table).into_records();
    let rows = records.map(|record| record.map(|record| (record[0].to_owned(), record[1].to_owned())));
    rows.collect::<Result<_, _>>().map_err(ReferenceError::new)
}

fn kind_of(text: &str) -> Result<Kind, ReferenceError> {
    Ok(match text {
        "" => Kind::Any,
        "nation" => Kind::Level(Level::Nation),
        "state" => Kind::Level(Level::State),
        "municipality" => Kind::Level(Level::Municipality),
        "local" => Kind::Level(Level::Local),
        "street" => Kind::Street,
        other => return Err(ReferenceError::new(format!("kind {other}"))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use tequio_kernel::text::fold;

    #[test]
    fn the_tables_are_folded_and_name_places_that_exist() {
        let names = PlaceNames::load().expect("built-in tables");
        let is_word = |word: &str| fold(word) == word && word.chars().all(|c| c.is_ascii_alphanumeric());
        for (short, long) in &names.abbreviations {
            assert!(is_word(short) && is_word(long) && short != long, "{short} {long}");
        }
        let distinct: HashSet<_> = names.abbreviations.iter().collect();
        assert_eq!(distinct.len(), names.abbreviations.len(), "a row stands twice");
        assert!(names.generic.iter().all(|(word, _)| is_word(word)));
        let layers = crate::territory().expect("built-in territory");
        let codes: HashSet<&str> = layers.iter().flat_map(|layer| &layer.places).map(|place| &*place.code).collect();
        for (code, alias) in &names.aliases {
            assert!(codes.contains(code.as_str()) && !alias.is_empty(), "{code} {alias}");
        }
        let states: HashSet<&str> =
            names.aliases.iter().map(|(code, _)| code.as_str()).filter(|code| code.len() == "MX-01".len()).collect();
        assert_eq!(states.len(), 32, "every state has an abbreviation");
    }
}
