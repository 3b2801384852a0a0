//! A number as somebody stated it: "17", "22.9", "+85 %", "nearly 23", "casi 23", "at least 20 per cent".
//!
//! Read are one number, a word or sign before it that says how it is meant, and a percent sign or its words
//! after it; anything else is refused and named. Decimal mark: a point, or a comma that is not followed by
//! exactly three digits ("22,9"). Thousands: commas, spaces or repeated points in groups of three. A single
//! point is always a decimal mark ("1.234" has three decimals), as it is in Mexico and in English.

use std::str::FromStr;

/// Most digits of a number: what a double holds exactly.
const DIGITS_MAX: usize = 15;

/// How a number is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qualifier {
    /// No word: the value rounds to the number.
    Rounded,
    /// "about", "around", "alrededor de", "~".
    About,
    /// "nearly", "almost", "casi".
    Nearly,
    /// "at least", "al menos", "≥".
    AtLeast,
    /// "more than", "over", "más de", ">".
    MoreThan,
    /// "at most", "up to", "hasta", "≤".
    AtMost,
    /// "less than", "under", "menos de", "<".
    LessThan,
}

/// The words and signs, in lower case, as they stand before the number.
const WORDS: [(&str, Qualifier); 49] = [
    ("", Qualifier::Rounded),
    ("exactly", Qualifier::Rounded),
    ("about", Qualifier::About),
    ("around", Qualifier::About),
    ("approximately", Qualifier::About),
    ("approx.", Qualifier::About),
    ("roughly", Qualifier::About),
    ("some", Qualifier::About),
    ("alrededor de", Qualifier::About),
    ("cerca de", Qualifier::About),
    ("aproximadamente", Qualifier::About),
    ("unos", Qualifier::About),
    ("unas", Qualifier::About),
    ("~", Qualifier::About),
    ("≈", Qualifier::About),
    ("nearly", Qualifier::Nearly),
    ("almost", Qualifier::Nearly),
    ("just under", Qualifier::Nearly),
    ("casi", Qualifier::Nearly),
    ("at least", Qualifier::AtLeast),
    ("no less than", Qualifier::AtLeast),
    ("not less than", Qualifier::AtLeast),
    ("no fewer than", Qualifier::AtLeast),
    ("al menos", Qualifier::AtLeast),
    ("por lo menos", Qualifier::AtLeast),
    ("cuando menos", Qualifier::AtLeast),
    ("≥", Qualifier::AtLeast),
    (">=", Qualifier::AtLeast),
    ("more than", Qualifier::MoreThan),
    ("over", Qualifier::MoreThan),
    ("above", Qualifier::MoreThan),
    ("más de", Qualifier::MoreThan),
    ("mas de", Qualifier::MoreThan),
    (">", Qualifier::MoreThan),
    ("at most", Qualifier::AtMost),
    ("up to", Qualifier::AtMost),
    ("no more than", Qualifier::AtMost),
    ("not more than", Qualifier::AtMost),
    ("a lo más", Qualifier::AtMost),
    ("como máximo", Qualifier::AtMost),
    ("hasta", Qualifier::AtMost),
    ("≤", Qualifier::AtMost),
    ("<=", Qualifier::AtMost),
    ("less than", Qualifier::LessThan),
    ("fewer than", Qualifier::LessThan),
    ("under", Qualifier::LessThan),
    ("below", Qualifier::LessThan),
    ("menos de", Qualifier::LessThan),
    ("<", Qualifier::LessThan),
];
const PERCENT: [&str; 4] = ["%", "percent", "per cent", "por ciento"];

/// A stated number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stated {
    /// How it is meant.
    pub qualifier: Qualifier,
    /// Below zero.
    pub negative: bool,
    /// All digits as one whole number: 229 for "22.9".
    pub digits: u64,
    /// How many of them stand after the decimal mark.
    pub decimals: u32,
    /// Stated in per cent: compare it with a value in per cent.
    pub percent: bool,
}

/// Why a text is not read as a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatedError {
    /// No digit, or digits that are grouped in no known way.
    #[error("no number is read in \"{0}\": write it like 17, 22.9 or 12,337")]
    Number(String),
    /// More digits than a computed value has.
    #[error("the number has more than {DIGITS_MAX} digits: round it")]
    Digits,
    /// An unknown word.
    #[error(
        "\"{0}\" is not known: before the number write nothing or such words as nearly, about, at least, more than, after it nothing or %"
    )]
    Word(String),
}

impl Stated {
    /// The number itself, in the unit in which it is stated.
    pub fn value(&self) -> f64 {
        let magnitude = self.digits as f64 / self.divisor();
        if self.negative { -magnitude } else { magnitude }
    }

    /// One of the last digit is one part in so many.
    pub(crate) fn divisor(&self) -> f64 {
        10f64.powf(f64::from(self.decimals))
    }
}

impl FromStr for Stated {
    type Err = StatedError;

    fn from_str(text: &str) -> Result<Self, StatedError> {
        let text = folded(text);
        let unread = || StatedError::Number(text.clone());
        let start = text.find(|letter: char| letter.is_ascii_digit()).ok_or_else(unread)?;
        let (before, rest) = text.split_at(start);
        let length = rest.find(|letter: char| !matches!(letter, '0'..='9' | '.' | ',' | ' ')).unwrap_or(rest.len());
        let (number, after) = rest.split_at(length);
        let (before, negative) = without_sign(before);
        let (digits, decimals) = parts(number.trim_end_matches(['.', ',', ' '])).ok_or_else(unread)?;
        if digits.len() > DIGITS_MAX {
            return Err(StatedError::Digits);
        }
        let digits = digits.parse().map_err(|_| unread())?;
        Ok(Self { qualifier: qualifier(before)?, negative, digits, decimals, percent: percent(after)? })
    }
}

/// Lower case, one kind of space, one kind of minus.
fn folded(text: &str) -> String {
    let text = text.to_lowercase().replace(['\u{2212}', '\u{2013}'], "-");
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

fn without_sign(before: &str) -> (&str, bool) {
    let before = before.trim_end();
    match (before.strip_suffix('-'), before.strip_suffix('+')) {
        (Some(words), _) => (words.trim_end(), true),
        (_, Some(words)) => (words.trim_end(), false),
        _ => (before, false),
    }
}

fn qualifier(words: &str) -> Result<Qualifier, StatedError> {
    let known = WORDS.iter().find(|(known, _)| *known == words);
    known.map(|(_, qualifier)| *qualifier).ok_or_else(|| StatedError::Word(words.to_owned()))
}

fn percent(after: &str) -> Result<bool, StatedError> {
    match after.trim_end_matches(['.', ',', ' ']) {
        "" => Ok(false),
        sign if PERCENT.contains(&sign) => Ok(true),
        words => Err(StatedError::Word(words.to_owned())),
    }
}

/// All digits without marks, and how many stand after the decimal mark.
fn parts(number: &str) -> Option<(String, u32)> {
    let (whole, fraction) = match decimal_mark(number) {
        Some(at) => (&number[..at], &number[at + 1..]),
        None => (number, ""),
    };
    let all_digits = fraction.chars().all(|letter| letter.is_ascii_digit());
    let decimals = u32::try_from(fraction.len()).ok()?;
    all_digits.then_some(())?;
    Some((ungrouped(whole)? + fraction, decimals))
}

fn decimal_mark(number: &str) -> Option<usize> {
    let at = number.rfind(['.', ','])?;
    let (before, from) = number.split_at(at);
    let repeated = before.contains(&from[..1]);
    let thousands = from.starts_with(',') && from.len() == 4 && !before.contains('.');
    (!repeated && !thousands).then_some(at)
}

/// A whole number without the marks of its thousands; `None` when the groups are none.
fn ungrouped(whole: &str) -> Option<String> {
    let marks: Vec<char> = whole.chars().filter(|letter| !letter.is_ascii_digit()).collect();
    let groups: Vec<&str> = whole.split(|letter: char| !letter.is_ascii_digit()).collect();
    let (first, others) = groups.split_first()?;
    let one_mark = marks.windows(2).all(|pair| pair[0] == pair[1]);
    let of_three = others.iter().all(|group| group.len() == 3);
    let led = others.is_empty() || ((1..=3).contains(&first.len()) && !first.starts_with('0'));
    (one_mark && of_three && led && !first.is_empty()).then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Qualifier, f64, u32, bool) {
        let stated: Stated = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        (stated.qualifier, stated.value(), stated.decimals, stated.percent)
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (text, value, decimals) in [
            ("17", 17.0, 0),
            ("22.9", 22.9, 1),
            ("22,9", 22.9, 1),
            ("20.0", 20.0, 1),
            ("12,337", 12_337.0, 0),
            ("12 337", 12_337.0, 0),
            ("12\u{a0}337", 12_337.0, 0),
            ("1.234.567", 1_234_567.0, 0),
            ("1,234,567", 1_234_567.0, 0),
            ("1,234.50", 1_234.5, 2),
            ("1.234,5", 1_234.5, 1),
            ("1.234", 1.234, 3),
            ("-3", -3.0, 0),
            ("\u{2212} 3.5", -3.5, 1),
            ("+85", 85.0, 0),
            ("0.5.", 0.5, 1),
        ] {
            assert_eq!(read(text), (Qualifier::Rounded, value, decimals, false), "{text}");
        }
    }

    #[test]
    fn words_and_per_cent_are_read() {
        for (text, qualifier, value, percent) in [
            ("nearly 23", Qualifier::Nearly, 23.0, false),
            ("Casi 23", Qualifier::Nearly, 23.0, false),
            ("at least 20 %", Qualifier::AtLeast, 20.0, true),
            ("  al  menos 20 por ciento. ", Qualifier::AtLeast, 20.0, true),
            ("about 17", Qualifier::About, 17.0, false),
            ("~17", Qualifier::About, 17.0, false),
            ("más de 100%", Qualifier::MoreThan, 100.0, true),
            (">= -5 %", Qualifier::AtLeast, -5.0, true),
            ("up to 3", Qualifier::AtMost, 3.0, false),
            ("menos de 0.5 per cent", Qualifier::LessThan, 0.5, true),
        ] {
            let got = read(text);
            assert_eq!((got.0, got.1, got.3), (qualifier, value, percent), "{text}");
        }
    }

    #[test]
    fn what_is_not_read_says_why() {
        let error = |text: &str| text.parse::<Stated>().expect_err(text);
        for text in ["", "many", "1,23,456", "1 2", "1,234.567,8", "0,123", "1..2"] {
            let refused = text.parse::<Stated>();
            assert!(matches!(refused, Err(StatedError::Number(_))), "{text}: {refused:?}");
        }
        assert_eq!(error("hardly 5"), StatedError::Word("hardly".to_owned()));
        assert_eq!(error("5 million"), StatedError::Word("million".to_owned()));
        assert_eq!(error("17 and 18"), StatedError::Word("and 18".to_owned()));
        assert_eq!(error("1234567890.123456"), StatedError::Digits);
    }

    #[test]
    fn no_word_is_there_twice() {
        for (index, (word, _)) in WORDS.iter().enumerate() {
            assert!(WORDS[..index].iter().all(|(other, _)| other != word), "{word}");
        }
    }
}
