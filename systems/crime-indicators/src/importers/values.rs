//! Values as official tables write them.

use super::{Reason, Reject};
use tequio_kernel::Cell;
use tequio_kernel::official::VALUE_MAX;
use tequio_kernel::text::fold;

/// Months as column names, folded; the short forms stand in some exports.
pub(crate) const MONTHS: [&str; 12] = [
    "ENERO",
    "FEBRERO",
    "MARZO",
    "ABRIL",
    "MAYO",
    "JUNIO",
    "JULIO",
    "AGOSTO",
    "SEPTIEMBRE",
    "OCTUBRE",
    "NOVIEMBRE",
    "DICIEMBRE",
];

/// The month that a text names, 1 to 12: `Enero`, `1-Enero`, `ENE`, `01`.
pub fn month(text: &str) -> Option<i8> {
    let folded = fold(text);
    let name = folded.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(['-', '.', ' ']);
    let (name, number) = if name.is_empty() { ("", folded.parse::<i8>().ok()) } else { (name, None) };
    let named = MONTHS.iter().position(|month| *month == name || (name.len() == 3 && month.starts_with(name)));
    let named = named.or((name == "SETIEMBRE").then_some(8)).and_then(|index| i8::try_from(index + 1).ok());
    named.or(number.filter(|number| (1..=12).contains(number)))
}

/// A year of four digits, as text, as a number or with a decimal of zero.
pub fn year(text: &str) -> Result<i16, Reject> {
    let text = text.trim();
    let digits = text.strip_suffix(".0").unwrap_or(text);
    let year = digits.parse::<i16>().ok().filter(|year| digits.len() == 4 && (1800..=2200).contains(year));
    year.ok_or_else(|| Reject::new(Reason::PeriodUnparsed, text))
}

/// A figure: a whole number with or without thousands separators, `12.0`, a blank, or a word that says there is none.
pub fn cell(text: &str) -> Result<Cell, Reject> {
    let text = text.trim();
    if let Some(value) = plain_number(text) {
        return Ok(Cell::Observed(value));
    }
    match fold(text).as_str() {
        "" | "NA" | "N/D" | "ND" | "S/D" | "NULL" | "NAN" | "NONE" | "-" => return Ok(Cell::Missing),
        "N/A" | "NO APLICA" => return Ok(Cell::NotApplicable),
        _ => {}
    }
    whole_number(text)
        .filter(|value| *value <= VALUE_MAX)
        .map(Cell::Observed)
        .ok_or_else(|| Reject::new(Reason::ValueUnparsed, text))
}

/// Digits and nothing else, as nearly all figures are written; `None` also for more of them than fit a cell.
fn plain_number(text: &str) -> Option<u64> {
    let is_plain = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.bytes().fold(0, |value, digit| value * 10 + u64::from(digit - b'0')))
}

/// A whole number from zero up; separators stand between groups of three digits or nowhere.
fn whole_number(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if !decimals.bytes().all(|digit| digit == b'0') || whole.is_empty() {
        return None;
    }
    let mut groups = whole.split([',', ' ', '\u{a0}']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
    let digits: String = std::iter::once(first).chain(rest).collect();
    let is_number = grouped && !first.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_whole_numbers_or_nothing() {
        for (text, expected) in [("0", 0), (" 12 ", 12), ("12.0", 12), ("126,014,024", 126_014_024), ("1 234", 1234)] {
            assert_eq!(cell(text), Ok(Cell::Observed(expected)), "{text}");
        }
        for blank in ["", " ", "NA", "s/d", "-", "NULL"] {
            assert_eq!(cell(blank), Ok(Cell::Missing), "{blank}");
        }
        assert_eq!(cell("No aplica"), Ok(Cell::NotApplicable));
        for wrong in ["-1", "1.5", "1,2", "12,34", "1,2345", "x", "1e3", "99999999999", ",123", "1..0", "."] {
            assert!(cell(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn months_are_read_as_they_are_written() {
        for (text, number) in
            [("Enero", 1), ("1-Enero", 1), ("SEPTIEMBRE", 9), ("setiembre", 9), ("dic", 12), ("07", 7)]
        {
            assert_eq!(month(text), Some(number), "{text}");
        }
        assert!(["", "13", "0", "Total", "mayoría"].into_iter().all(|text| month(text).is_none()));
    }

    #[test]
    fn years_have_four_digits() {
        assert_eq!((year("2015").ok(), year("2015.0").ok()), (Some(2015), Some(2015)));
        assert!(["15", "20155", "MMXV", "2015.5", ""].into_iter().all(|text| year(text).is_err()));
    }
}
