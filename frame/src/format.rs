//! Numbers and dates as people write them.
//!
//! Mexican Spanish and English group thousands with a comma and mark decimals with a point, so
//! numbers need no language; names of months and days do.

use crate::language::Language;
use jiff::civil::Date;
use tequio_kernel::Month;

const MONTHS_ES: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS_ES: [&str; 7] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];
const WEEKDAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A whole number with its thousands grouped: `355,000`.
pub fn integer(value: u64) -> String {
    group(&value.to_string())
}

/// A number with a fixed count of decimals: `1,234.50`. What is not finite is a dash.
pub fn decimal(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{:.digits$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let sign = if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) { "−" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", group(whole))
}

/// A rate: two decimals below 10, one below 1,000, none above.
pub fn rate(value: f64) -> String {
    let digits = match value.abs() {
        v if v < 10.0 => 2,
        v if v < 1_000.0 => 1,
        _ => 0,
    };
    decimal(value, digits)
}

/// A share of a whole as a percentage with one decimal; a dash when the whole is zero.
pub fn share(part: u64, whole: u64) -> String {
    let percent = part as f64 * 100.0 / whole as f64;
    match whole {
        0 => "–".to_owned(),
        // What is there is not nothing.
        _ if part > 0 && percent < 0.05 => "<0.1%".to_owned(),
        _ => format!("{}%", decimal(percent, 1)),
    }
}

fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The name of a month of the year, 1 to 12.
pub fn month_name(language: Language, month: i8) -> &'static str {
    let names = match language {
        Language::Spanish => &MONTHS_ES,
        Language::English => &MONTHS_EN,
    };
    usize::try_from(month - 1).ok().and_then(|index| names.get(index)).copied().unwrap_or("–")
}

/// A month in words: `enero de 2024`, `January 2024`.
pub fn month(language: Language, month: Month) -> String {
    let name = month_name(language, month.month);
    match language {
        Language::Spanish => format!("{name} de {}", month.year),
        Language::English => format!("{name} {}", month.year),
    }
}

/// A month in short: `ene 2024`, `Jan 2024`.
pub fn month_short(language: Language, month: Month) -> String {
    let name: String = month_name(language, month.month).chars().take(3).collect();
    format!("{name} {}", month.year)
}

/// A day of the week, 1 Monday to 7 Sunday.
pub fn weekday(language: Language, weekday: u8) -> &'static str {
    let names = match language {
        Language::Spanish => &WEEKDAYS_ES,
        Language::English => &WEEKDAYS_EN,
    };
    usize::from(weekday).checked_sub(1).and_then(|index| names.get(index)).copied().unwrap_or("–")
}

/// A day in words: `3 de marzo de 2024`, `3 March 2024`.
pub fn date(language: Language, date: Date) -> String {
    let name = month_name(language, date.month());
    match language {
        Language::Spanish => format!("{} de {name} de {}", date.day(), date.year()),
        Language::English => format!("{} {name} {}", date.day(), date.year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(integer(0), "0");
        assert_eq!(integer(999), "999");
        assert_eq!(integer(1_234_567), "1,234,567");
        assert_eq!(decimal(-1234.567, 2), "−1,234.57");
        assert_eq!(decimal(-0.001, 1), "0.0");
        assert_eq!(decimal(f64::NAN, 1), "–");
        assert_eq!((rate(2.345), rate(23.45), rate(2345.6)), ("2.35".into(), "23.4".into(), "2,346".into()));
        assert_eq!((share(1, 8), share(1, 0)), ("12.5%".into(), "–".into()));
    }

    #[test]
    fn dates_are_words() {
        let march = Month { year: 2024, month: 3 };
        assert_eq!(month(Language::Spanish, march), "marzo de 2024");
        assert_eq!(month_short(Language::English, march), "Mar 2024");
        assert_eq!(date(Language::Spanish, jiff::civil::date(2024, 3, 3)), "3 de marzo de 2024");
        assert_eq!(weekday(Language::Spanish, 7), "domingo");
        assert_eq!(weekday(Language::English, 0), "–");
    }
}
