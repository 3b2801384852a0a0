//! Text as it is compared, never as it is stored.

/// Folds a text for matching: trims, collapses inner blanks, upper-cases and drops the accents of
/// Latin letters (`ñ` becomes `N`). The original is kept wherever the folded text is used as a key.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        word.chars().for_each(|letter| fold_letter(letter, &mut folded));
    }
    folded
}

/// A text without outer blanks. Most have none, which their first and last byte show.
#[inline]
pub fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        [only] if only.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// A folded text as an address: lower-case letters and digits joined by single hyphens.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in fold(text).chars() {
        if letter.is_alphanumeric() {
            slug.extend(letter.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

fn fold_letter(letter: char, out: &mut String) {
    if letter.is_ascii() {
        out.push(letter.to_ascii_uppercase());
        return;
    }
    match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'Á' | 'À' | 'Â' | 'Ä' | 'Ã' | 'Å' => out.push('A'),
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => out.push('E'),
        'í' | 'ì' | 'î' | 'ï' | 'Í' | 'Ì' | 'Î' | 'Ï' => out.push('I'),
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'Ó' | 'Ò' | 'Ô' | 'Ö' | 'Õ' => out.push('O'),
        'ú' | 'ù' | 'û' | 'ü' | 'Ú' | 'Ù' | 'Û' | 'Ü' => out.push('U'),
        'ñ' | 'Ñ' => out.push('N'),
        'ç' | 'Ç' => out.push('C'),
        // Combining marks follow a letter that was already folded.
        '\u{0300}'..='\u{036f}' | '\u{feff}' => {}
        other => out.extend(other.to_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_ignores_case_accents_and_blanks() {
        assert_eq!(fold("  Álvaro   Obregón "), "ALVARO OBREGON");
        assert_eq!(fold("Peñón de los Baños"), "PENON DE LOS BANOS");
        assert_eq!(fold("Cuauhte\u{301}moc"), "CUAUHTEMOC");
    }

    #[test]
    fn outer_blanks_of_every_kind_are_trimmed() {
        for text in ["", " ", "a", "ab", " a\t", "\u{a0}año\u{3000}", "ñ ", "\u{85}a", "a b"] {
            assert_eq!(trim(text), text.trim());
        }
    }

    #[test]
    fn slugs_are_addresses() {
        assert_eq!(slug("Av. Niños Héroes (sur)"), "av-ninos-heroes-sur");
        assert_eq!(slug("¡!"), "");
    }
}
