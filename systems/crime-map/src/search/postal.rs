//! Postal codes: told apart from names, because no open catalogue of them may be shipped.

use super::text;

/// Digits of a Mexican postal code.
const DIGITS: usize = 5;

/// The postal code that a text is, with or without *C.P.* before it; `None` for any other text.
pub fn postal_code(text: &str) -> Option<String> {
    let words = text::words(text);
    let mut left =
        words.iter().map(|word| word.text.as_str()).filter(|word| !["CP", "CODIGO", "POSTAL"].contains(word));
    let code = left.next().filter(|code| code.len() == DIGITS && code.bytes().all(|digit| digit.is_ascii_digit()))?;
    left.next().is_none().then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_digits_are_a_postal_code() {
        for text in ["06700", "C.P. 06700", "cp 06700", "código postal 06700"] {
            assert_eq!(postal_code(text).as_deref(), Some("06700"), "{text}");
        }
        for text in ["0670", "067000", "roma 06700", "MX-09-015", "", "cp"] {
            assert_eq!(postal_code(text), None, "{text}");
        }
    }
}
