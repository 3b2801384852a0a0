//! Which offences are sensitive: never shown below municipality in public.

use crate::ReferenceError;
use tequio_kernel::text::fold;
use unicode_normalization::UnicodeNormalization as _;

/// Class of an offence that may be shown down to cells and street segments.
pub const ORDINARY: &str = "ordinary";
/// Class of an offence whose place could give a victim away.
pub const SENSITIVE: &str = "sensitive";

static TABLE: &[u8] = include_bytes!("../offences/sensitive.csv");
/// The files of this catalogue.
pub(crate) static FILES: &[&[u8]] = &[TABLE];

/// The table of patterns, ready to classify.
pub struct OffenceClasses {
    sensitive: Vec<String>,
    exceptions: Vec<String>,
}

impl OffenceClasses {
    /// Reads the built-in table.
    ///
    /// # Errors
    /// [`ReferenceError`] when it is damaged.
    pub fn load() -> Result<Self, ReferenceError> {
        let mut classes = Self { sensitive: Vec::new(), exceptions: Vec::new() };
        for record in csv::Reader::from_reader(TABLE).records() {
            let record = record.map_err(ReferenceError::new)?;
            let pattern = record.get(0).unwrap_or_default();
            match pattern.strip_prefix('!') {
                Some(exception) => classes.exceptions.push(words(exception)),
                None => classes.sensitive.push(words(pattern)),
            }
        }
        Ok(classes)
    }

    /// The class of an offence name: a pattern matches whole words, and an exception wins.
    pub fn classify(&self, name: &str) -> &'static str {
        let name = words(name);
        let any = |patterns: &[String]| patterns.iter().any(|pattern| name.contains(pattern.as_str()));
        if any(&self.sensitive) && !any(&self.exceptions) { SENSITIVE } else { ORDINARY }
    }
}

/// Folded words, each between blanks, so that a pattern of whole words is a plain substring.
///
/// Full-width and other compatible letters are the plain ones (Unicode NFKC), and letters that are not seen are none.
fn words(text: &str) -> String {
    let plain: String = text.nfkc().filter(|letter| !is_unseen(*letter)).collect();
    let folded = fold(&plain);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    format!(" {} ", words.collect::<Vec<_>>().join(" "))
}

/// Characters of format (Unicode category Cf) that occur within words.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_match_and_exceptions_win() {
        let classes = OffenceClasses::load().expect("built-in table");
        for name in [
            "Violación equiparada",
            "VIOLENCIA FAMILIAR ",
            "FEMINICIDIO POR ARMA BLANCA",
            "ABUSO SEXUAL",
            "Violence and sexual offences",
            "CRIM SEXUAL ASSAULT",
            "TRATA DE PERSONAS",
            "TENTATIVA DE FEMINICIDIO",
            "ACOSO",
            "VIOL. FAMILIAR",
            "Viola\u{200b}ción",
            "\u{ff36}\u{ff29}\u{ff2f}\u{ff2c}\u{ff21}\u{ff23}\u{ff29}\u{ff2f}\u{ff2e}",
        ] {
            assert_eq!(classes.classify(name), SENSITIVE, "{name}");
        }
        for name in [
            "ROBO DE OBJETOS",
            "FRAUDE",
            "HOMICIDIO POR ARMA DE FUEGO",
            "Bicycle theft",
            "VIOLACION DE CORRESPONDENCIA",
        ] {
            assert_eq!(classes.classify(name), ORDINARY, "{name}");
        }
    }
}
