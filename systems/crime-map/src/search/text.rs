//! Text as words to compare: no accents, no case, no punctuation, each with where it stands.

use unicode_normalization::char::decompose_compatible;

/// A word of a name or of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Upper-case letters and digits, without accents.
    pub text: String,
    /// First byte in the text it is from.
    pub start: usize,
    /// Byte after its last.
    pub end: usize,
}

/// The words of a text, in order. `N.L.` is one word, as `NL` is.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for (start, letter) in text.char_indices() {
        let end = start + letter.len_utf8();
        match fold(letter) {
            Some(folded) if open || folded.is_empty() => {
                if let Some(word) = words.last_mut().filter(|_| open) {
                    word.text += &folded;
                    word.end = end;
                }
            }
            Some(folded) => {
                words.push(Word { text: folded, start, end });
                open = true;
            }
            None => open = false,
        }
    }
    join_initials(text, words)
}

/// A letter as it is compared: empty for one that is not heard, `None` for what parts words.
fn fold(letter: char) -> Option<String> {
    let mut folded = String::new();
    let mut parts = false;
    decompose_compatible(letter, |part| match part {
        '\u{300}'..='\u{36f}' => {}
        // Apostrophes, and the saltillo of Nahuatl, Maya and Zapotec.
        '\'' | '’' | '‘' | '´' | '`' | 'ʼ' | 'ʻ' | 'ꞌ' | 'Ꞌ' => {}
        'ɨ' | 'Ɨ' => folded.push('I'),
        'ʉ' | 'Ʉ' => folded.push('U'),
        'ø' | 'Ø' => folded.push('O'),
        _ if part.is_alphanumeric() => folded.extend(part.to_uppercase()),
        _ => parts = true,
    });
    (!parts || !folded.is_empty()).then_some(folded)
}

/// Single letters with nothing but a dot between them are one abbreviation.
fn join_initials(text: &str, words: Vec<Word>) -> Vec<Word> {
    let mut joined: Vec<Word> = Vec::with_capacity(words.len());
    let mut initials = false;
    for word in words {
        let is_initial = word.text.len() == 1 && word.text.chars().all(char::is_alphabetic);
        match joined.last_mut() {
            Some(last) if initials && is_initial && &text[last.end..word.start] == "." => {
                last.text += &word.text;
                last.end = word.end;
            }
            _ => {
                initials = is_initial;
                joined.push(word);
            }
        }
    }
    joined
}

/// Letters and digits of a text run together, for codes: `MX-09-015` is `MX09015`.
pub(super) fn compact(text: &str) -> String {
    words(text).into_iter().map(|word| word.text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_what_is_heard_of_a_name() {
        for (text, expected) in [
            ("  Peñón de los Baños ", "PENON DE LOS BANOS"),
            ("Cuauhte\u{301}moc", "CUAUHTEMOC"),
            ("U'wa, Jna\u{a78c}tjo; K\u{2bc}iche’", "UWA JNATJO KICHE"),
            ("1ª Cerrada 2º", "1A CERRADA 2O"),
            ("N.L. y S.L.P., Q. Roo", "NL Y SLP Q ROO"),
            ("Gral.Anaya (U.H.)", "GRAL ANAYA UH"),
            ("tlāhtōlli ɨbʉ a\u{331}", "TLAHTOLLI IBU A"),
            ("¡!", ""),
        ] {
            assert_eq!(of(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn every_word_knows_where_it_stands() {
        let text = "Álvaro Obregón";
        let pieces: Vec<&str> = words(text).iter().map(|word| &text[word.start..word.end]).collect();
        assert_eq!(pieces, ["Álvaro", "Obregón"]);
        assert_eq!(compact("mx-09-015"), "MX09015");
    }
}
