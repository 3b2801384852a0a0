//! From the codes and names that official files write to the codes of the reference territory.
//!
//! What a file gives to no real place (`Otros Municipios`, `No especificado`, `EXTRANJERO`) is a pseudo-unit with a
//! code of its own and is never mapped to a place. A code of a valid form that the territory does not know is
//! reported as unknown: municipalities are created, and this list has an edition.

use crate::lookup::{key, records};
use crate::{PLACES, PlaceNames, ReferenceError};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::OnceLock;

static STATES: &[u8] = include_bytes!("../gazetteer/states.csv");
static MUNICIPALITIES: &[u8] = include_bytes!("../gazetteer/municipalities.csv");

/// Code of the country.
const NATION: &str = "MX";
/// States are numbered from 1 to this.
const STATE_MAX: u16 = 32;
/// Numbers of two digits that INEGI gives to countries and that no state has.
const OTHER_STATE_MAX: u16 = 98;
/// State number of those who do not say which.
const STATE_NOT_GIVEN: u16 = 99;
/// Municipality number that SESNSP gives to *Otros Municipios*.
const OTHER_MUNICIPALITIES: u16 = 998;
/// Municipality number that SESNSP and INEGI give to *No especificado*.
const NOT_SPECIFIED: u16 = 999;
/// Code of events outside the country.
const ABROAD: &str = "MX-EXT";

/// A unit that figures are given for without being a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pseudo {
    /// *Otros Municipios*: several municipalities of a state together (`MX-01-998`).
    OtherMunicipalities,
    /// *No especificado*: a municipality of the state, not said which (`MX-01-999`).
    NotSpecified,
    /// *Extranjero*: outside the country (`MX-EXT`).
    Abroad,
    /// The state is not given (`MX-99`).
    StateNotGiven,
}

/// What a file's code or name stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A place of the reference territory: its code.
    Known(String),
    /// A unit without a place: its code and what it is.
    Pseudo(String, Pseudo),
    /// A code of a valid form that the reference territory does not have.
    Unknown(String),
}

impl Place {
    /// The code, whatever it stands for: `MX`, `MX-09`, `MX-09-015`, `MX-01-998`, `MX-EXT`.
    pub fn code(&self) -> &str {
        match self {
            Self::Known(code) | Self::Pseudo(code, _) | Self::Unknown(code) => code,
        }
    }

    fn pseudo(code: impl Into<String>, kind: Pseudo) -> Self {
        Self::Pseudo(code.into(), kind)
    }
}

/// The names and codes of the country, its states and its municipalities.
#[derive(Debug, Default)]
pub struct Gazetteer {
    names: HashMap<String, String>,
    states: HashMap<String, String>,
    /// By state, then by name; `None` where several municipalities of the state have the name.
    municipalities: HashMap<String, HashMap<String, Option<String>>>,
}

/// The built-in gazetteer.
///
/// # Errors
/// [`ReferenceError`] when a built-in table is damaged.
pub fn gazetteer() -> Result<&'static Gazetteer, ReferenceError> {
    static BUILT_IN: OnceLock<Result<Gazetteer, ReferenceError>> = OnceLock::new();
    BUILT_IN.get_or_init(load).as_ref().map_err(Clone::clone)
}

impl Gazetteer {
    /// Name of a place of the reference territory; `None` for any other code.
    pub fn name(&self, code: &str) -> Option<&str> {
        self.names.get(code).map(String::as_str)
    }

    /// The country or state of a column `Entidad` or `Clave_Ent`: a number (`1`, `01`, `00`, `=CONCATENAR(0,01)`) or a
    /// name in any known spelling. In such a column *México* is the state; the country is *Nacional* or *Estados Unidos
    /// Mexicanos*. `None` for what is neither.
    pub fn state(&self, text: &str) -> Option<Place> {
        let text = text.trim();
        if let Some(digits) = digits(text) {
            return self.state_number(&digits);
        }
        let key = key(text);
        match key.as_str() {
            "EXTRANJERO" => Some(abroad()),
            "NO ESPECIFICADO" | "NO ESPECIFICADA" => Some(state_not_given()),
            _ => self.states.get(&key).cloned().map(Place::Known),
        }
    }

    /// The municipality of a code: `9002`, `09002`, `09 002`, `MX-09-002`. `None` for what has not that form.
    pub fn municipality(&self, text: &str) -> Option<Place> {
        let text = text.trim();
        let digits = match text.strip_prefix("MX-") {
            Some(own) => own.replacen('-', "", 1),
            None => digits(text)?,
        };
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits || !(4..=5).contains(&digits.len()) {
            return None;
        }
        let (state, municipality) = digits.split_at(digits.len() - 3);
        self.municipality_numbers(state.parse().ok()?, municipality.parse().ok()?)
    }

    /// The municipality of a state's code (`MX-20`) and a name in any known spelling, a pseudo-unit included. `None`
    /// for a name that the state does not have or has more than once. Under a state that is not given (`MX-99`) or
    /// abroad (`MX-EXT`), *No especificado* is that unit itself.
    pub fn municipality_named(&self, state: &str, name: &str) -> Option<Place> {
        let key = key(name);
        if key == "NO ESPECIFICADO" && !self.municipalities.contains_key(state) {
            return [state_not_given(), abroad()].into_iter().find(|unit| unit.code() == state);
        }
        let names = self.municipalities.get(state)?;
        match key.as_str() {
            "OTROS MUNICIPIOS" => Some(pseudo_municipality(state, OTHER_MUNICIPALITIES)),
            "NO ESPECIFICADO" | "NO IDENTIFICADO" => Some(pseudo_municipality(state, NOT_SPECIFIED)),
            _ => names.get(&key)?.clone().map(Place::Known),
        }
    }

    fn state_number(&self, digits: &str) -> Option<Place> {
        match digits.parse::<u16>().ok()? {
            0 => Some(Place::Known(NATION.to_owned())),
            STATE_NOT_GIVEN => Some(state_not_given()),
            number @ 1..=STATE_MAX => Some(Place::Known(state_code(number))),
            number @ ..=OTHER_STATE_MAX => Some(Place::Unknown(state_code(number))),
            _ => None,
        }
    }

    fn municipality_numbers(&self, state: u16, municipality: u16) -> Option<Place> {
        match (state, municipality) {
            (STATE_NOT_GIVEN, _) => Some(state_not_given()),
            (1..=STATE_MAX, OTHER_MUNICIPALITIES | NOT_SPECIFIED) => {
                Some(pseudo_municipality(&state_code(state), municipality))
            }
            (1..=STATE_MAX, 1..) => {
                let code = format!("{}-{municipality:03}", state_code(state));
                Some(if self.names.contains_key(&code) { Place::Known(code) } else { Place::Unknown(code) })
            }
            _ => None,
        }
    }

    fn add_state(&mut self, code: &str, name: &str) {
        self.states.insert(key(name), code.to_owned());
    }

    fn add_municipality(&mut self, code: &str, name: &str) {
        let state = &code[..code.rfind('-').unwrap_or(code.len())];
        match self.municipalities.entry(state.to_owned()).or_default().entry(key(name)) {
            Entry::Vacant(free) => {
                free.insert(Some(code.to_owned()));
            }
            Entry::Occupied(mut taken) if taken.get().as_deref() != Some(code) => {
                taken.insert(None);
            }
            Entry::Occupied(_) => {}
        }
    }
}

/// The digits of a code as spreadsheets leave it: blanks inside, a decimal `.0`, or INEGI's formula. `None` when anything
/// else is in it.
fn digits(text: &str) -> Option<String> {
    let formula = text.strip_prefix("=CONCATENAR(").and_then(|rest| rest.strip_suffix(')'));
    let text = formula.map_or_else(|| text.strip_suffix(".0").unwrap_or(text).to_owned(), concatenated);
    let digits: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// The arguments of the formula as a spreadsheet would write them side by side: numbers, without leading zeros.
fn concatenated(arguments: &str) -> String {
    let number = |argument: &str| match argument.trim() {
        "0" => "0".to_owned(),
        other => other.trim_start_matches('0').to_owned(),
    };
    arguments.split(',').map(number).collect()
}

fn state_code(number: u16) -> String {
    format!("{NATION}-{number:02}")
}

fn state_not_given() -> Place {
    Place::pseudo(format!("{NATION}-{STATE_NOT_GIVEN}"), Pseudo::StateNotGiven)
}

fn abroad() -> Place {
    Place::pseudo(ABROAD, Pseudo::Abroad)
}

fn pseudo_municipality(state: &str, number: u16) -> Place {
    let kind = if number == OTHER_MUNICIPALITIES { Pseudo::OtherMunicipalities } else { Pseudo::NotSpecified };
    Place::pseudo(format!("{state}-{number}"), kind)
}

fn load() -> Result<Gazetteer, ReferenceError> {
    let mut gazetteer = Gazetteer::default();
    for row in records(PLACES)? {
        gazetteer.names.insert(row[0].to_owned(), row[2].to_owned());
        match &row[1] {
            "states" => gazetteer.add_state(&row[0], &row[2]),
            "municipalities" => gazetteer.add_municipality(&row[0], &row[2]),
            _ => {}
        }
    }
    let aliases = PlaceNames::load()?.aliases;
    aliases.iter().for_each(|(code, alias)| gazetteer.add_state(code, alias));
    records(STATES)?.iter().for_each(|row| gazetteer.add_state(&row[0], &row[1]));
    records(MUNICIPALITIES)?.iter().for_each(|row| gazetteer.add_municipality(&row[0], &row[1]));
    Ok(gazetteer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(code: &str) -> Option<Place> {
        Some(Place::Known(code.to_owned()))
    }

    #[test]
    fn states_are_found_by_number_and_by_every_spelling() {
        let gazetteer = gazetteer().expect("built-in tables");
        for (code, texts) in [
            ("MX", &["00", "Nacional", "Estados Unidos Mexicanos", "ESTADOS UNIDOS MEXICANOS"][..]),
            ("MX-01", &["1", "01", " 01 ", "1.0", "=CONCATENAR(0,01)", "AGUASCALIENTES"]),
            ("MX-05", &["5", "05", "Coahuila", "COAHUILA DE ZARAGOZA"]),
            ("MX-06", &["6", "Colima"]),
            ("MX-07", &["7", "CHIAPAS"]),
            ("MX-08", &["8", "Chihuahua"]),
            ("MX-09", &["9", "Distrito Federal", "CIUDAD DE MEXICO", "Ciudad de México"]),
            ("MX-10", &["10", "=CONCATENAR( ,10) ", "Durango"]),
            ("MX-15", &["15", "México", "MEXICO", "Estado de México"]),
            ("MX-16", &["Michoacán", "Michoacán de Ocampo", "MICHOACAN"]),
            ("MX-30", &["30", "=CONCATENAR( ,30)", "Veracruz", "Veracruz de Ignacio de la Llave"]),
        ] {
            for text in texts {
                assert_eq!(gazetteer.state(text), known(code), "{text}");
            }
        }
        assert_eq!(gazetteer.state("EXTRANJERO").expect("a unit").code(), "MX-EXT");
        assert_eq!(gazetteer.state("99"), Some(Place::Pseudo("MX-99".to_owned(), Pseudo::StateNotGiven)));
        assert_eq!(gazetteer.state("33"), Some(Place::Unknown("MX-33".to_owned())));
        for text in ["", "100", "Texas", "Total", "-1", "1.5"] {
            assert_eq!(gazetteer.state(text), None, "{text}");
        }
    }

    #[test]
    fn municipalities_are_found_by_code() {
        let gazetteer = gazetteer().expect("built-in tables");
        for text in ["9002", "09002", "09 002", " 09 002 ", "9002.0", "MX-09-002"] {
            assert_eq!(gazetteer.municipality(text), known("MX-09-002"), "{text}");
        }
        assert_eq!(gazetteer.municipality("1001"), known("MX-01-001"));
        assert_eq!(gazetteer.municipality("01998").expect("a unit").code(), "MX-01-998");
        assert_eq!(gazetteer.municipality("32999"), Some(Place::Pseudo("MX-32-999".to_owned(), Pseudo::NotSpecified)));
        assert_eq!(gazetteer.municipality("99999").expect("a unit").code(), "MX-99");
        assert_eq!(gazetteer.municipality("09018"), Some(Place::Unknown("MX-09-018".to_owned())));
        for text in ["", "901", "33001", "09000", "090020", "Coyoacán", "MX-9"] {
            assert_eq!(gazetteer.municipality(text), None, "{text}");
        }
    }

    #[test]
    fn an_ambiguous_name_is_nobody() {
        let gazetteer = gazetteer().expect("built-in tables");
        assert_eq!(gazetteer.municipality_named("MX-20", "San Juan Mixtepec"), None);
        assert_eq!(gazetteer.municipality_named("MX-20", "San Pedro Mixtepec -Dto. 22-"), known("MX-20-318"));
        assert_eq!(gazetteer.municipality_named("MX-05", "TORREON"), known("MX-05-035"));
        assert_eq!(gazetteer.municipality_named("MX-09", "Torreón"), None);
        assert_eq!(gazetteer.municipality_named("MX-33", "No especificado"), None);
        assert_eq!(gazetteer.municipality_named("MX-99", "No especificado").expect("a unit").code(), "MX-99");
        let other = gazetteer.municipality_named("MX-30", "Otros Municipios").expect("a unit");
        assert_eq!(other, Place::Pseudo("MX-30-998".to_owned(), Pseudo::OtherMunicipalities));
    }

    #[test]
    fn variants_lead_to_places_that_exist() {
        let gazetteer = gazetteer().expect("built-in tables");
        for table in [STATES, MUNICIPALITIES] {
            for row in records(table).expect("a table") {
                assert!(gazetteer.name(&row[0]).is_some(), "{row:?}");
            }
        }
        for row in records(MUNICIPALITIES).expect("a table") {
            assert_eq!(gazetteer.municipality_named(&row[0][..5], &row[1]), known(&row[0]), "{row:?}");
        }
    }
}
