//! What parts the fields of delimited text, told by its first lines.

/// Candidates; the last of equals wins, and a comma is the most likely.
const CANDIDATES: [u8; 4] = [b'|', b'\t', b';', b','];
/// Lines that are looked at.
const LINES: usize = 30;

/// The delimiter of a text that begins like this: the one that the header holds most often, outside quotes.
///
/// The header is the first line that holds a delimiter which stands below it too, since what stands in one line only is
/// punctuation of a title. Where no two lines agree, the first line that holds any decides.
pub fn delimiter_of(start: &[u8]) -> u8 {
    let lines: Vec<[usize; 4]> = start
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty())
        .take(LINES)
        .map(|line| CANDIDATES.map(|delimiter| count(line, delimiter)))
        .collect();
    let agreeing = |(line, counts): (usize, &[usize; 4])| {
        let below = &lines[line + 1..];
        std::array::from_fn(|at| if below.iter().any(|other| other[at] > 0) { counts[at] } else { 0 })
    };
    let holds_any = |counts: &[usize; 4]| counts.iter().any(|count| *count > 0);
    let header = lines.iter().enumerate().map(agreeing).find(holds_any);
    let Some(header) = header.or_else(|| lines.iter().copied().find(holds_any)) else { return b',' };
    (0..CANDIDATES.len()).max_by_key(|at| header[*at]).map_or(b',', |at| CANDIDATES[at])
}

/// How often a byte stands in a line outside quotes; inside them as well where a quote is left open.
fn count(line: &[u8], delimiter: u8) -> usize {
    let mut quoted = false;
    let outside = line.iter().filter(|byte| {
        quoted ^= **byte == b'"';
        !quoted && **byte == delimiter
    });
    let outside = outside.count();
    if quoted { memchr::memchr_iter(delimiter, line).count() } else { outside }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_decides() {
        for (text, expected) in [
            ("a,b,c\n1,2,3\n", b','),
            ("a;b;c\n1,5;2;3\n", b';'),
            ("a\tb\n1\t2", b'\t'),
            ("a|b|c,d\n1|2|3\n", b'|'),
            ("one column\n1,2\n", b','),
            ("", b','),
            ("\"a;b;c;d\",e\n\"1\",2\n", b','),
            ("a;b;c\n", b';'),
        ] {
            assert_eq!(delimiter_of(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn punctuation_of_a_title_is_no_delimiter() {
        let text =
            "Consulta de: Defunciones | Por: A y B | Seg\u{fa}n: C\n\"\",\"\",\"Total\"\n\"01\",\"x\",\"1,234\"\n";
        assert_eq!(delimiter_of(text.as_bytes()), b',');
        assert_eq!(delimiter_of("Defunciones, 2007\n;;Total\n01;x;5\n".as_bytes()), b';');
    }
}
