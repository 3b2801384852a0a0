//! What somebody may have meant.

use crate::limits::SUGGESTIONS_MAX;

/// The names nearest to a text: those that begin with it or hold it first, then by letters to
/// change; none that is more than half different.
pub(crate) fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let score = |name: &str| match (name.starts_with(text), name.contains(text)) {
        (true, _) => 0,
        (_, true) => 1,
        _ => 2 + distance(&letters, name),
    };
    let mut scored: Vec<(usize, &str)> = names.map(|name| (score(name), name)).collect();
    scored.retain(|(score, _)| *score <= 2 + letters.len() / 2);
    scored.sort_unstable();
    scored.into_iter().take(SUGGESTIONS_MAX).map(|(_, name)| name.to_owned()).collect()
}

/// Letters to insert, delete or replace (Levenshtein 1966).
fn distance(from: &[char], to: &str) -> usize {
    let mut row: Vec<usize> = (0..=from.len()).collect();
    for (at, letter) in to.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, mine) in from.iter().enumerate() {
            let replaced = diagonal + usize::from(*mine != letter);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[from.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name() {
        let names = ["HOMICIDIO DOLOSO", "ROBO A CASA HABITACION", "ROBO DE VEHICULO", "FRAUDE", "LESIONES"];
        assert_eq!(nearest("FRUADE", names.into_iter()), ["FRAUDE"]);
        assert_eq!(nearest("ROBO", names.into_iter()), ["ROBO A CASA HABITACION", "ROBO DE VEHICULO"]);
        assert!(nearest("ZZZZZZ", names.into_iter()).is_empty());
        assert_eq!(distance(&['A', 'B'], "BA"), 2);
    }
}
