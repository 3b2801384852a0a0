//! Dates, times, positions and names as sources write them.

use super::{Reason, Reject};
use jiff::civil::Date;
use std::borrow::Cow;
use tequio_kernel::period::day_number;
use tequio_kernel::text::trim;
use tequio_kernel::{Flag, Flags, Occurred, Point, Precision};

/// Order of day and month where a date is written with slashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlashOrder {
    /// 31/12/2019.
    DayFirst,
    /// 12/31/2019.
    MonthFirst,
}

/// Reads `2019-12-31`, `31/12/2019` or `12/31/2019`, each with or without a time after it, and
/// gives the date and the time's text.
pub fn split_moment(text: &str, order: SlashOrder) -> Option<(Date, Option<&str>)> {
    iso_moment(text).or_else(|| any_moment(text, order))
}

/// Reads `2019-12-31`, with or without a time after it: the form that most sources write.
#[inline]
fn iso_moment(text: &str) -> Option<(Date, Option<&str>)> {
    let (century, rest) = text.as_bytes().split_first_chunk::<2>()?;
    let (date, rest) = rest.split_first_chunk::<8>()?;
    let [tens, ones] = century.map(|byte| byte.wrapping_sub(b'0'));
    let [year, month, day] = three_numbers(*date, b'-').filter(|_| tens <= 9 && ones <= 9)?;
    let time = match rest {
        [] => None,
        [b' ' | b'T', ..] => Some(trim(&text[11..])),
        _ => return None,
    };
    let year = (i16::from(tens) * 10 + i16::from(ones)) * 100 + i16::from(year);
    Some((Date::new(year, month.cast_signed(), day.cast_signed()).ok()?, time))
}

/// Reads three numbers of two digits with a mark between them, as in `23:59:01`; all eight bytes at once.
#[inline]
fn three_numbers(text: [u8; 8], mark: u8) -> Option<[u8; 3]> {
    let zeros = u64::from_le_bytes([b'0', b'0', mark, b'0', b'0', mark, b'0', b'0']);
    // A byte with this added stays below 128 if it is at most nine, or nothing where a mark stands.
    const ROOM: u64 = u64::from_le_bytes([118, 118, 127, 118, 118, 127, 118, 118]);
    const HIGH: u64 = u64::from_le_bytes([128; 8]);
    let digits = u64::from_le_bytes(text) ^ zeros;
    let is_read = (digits | digits.wrapping_add(ROOM)) & HIGH == 0;
    // Each byte becomes ten times its digit and the next one, below a hundred.
    let [first, _, _, second, _, _, third, _] = digits.wrapping_mul(10).wrapping_add(digits >> 8).to_le_bytes();
    is_read.then_some([first, second, third])
}

fn any_moment(text: &str, order: SlashOrder) -> Option<(Date, Option<&str>)> {
    let (date, time) = match text.split_once([' ', 'T']) {
        Some((date, time)) => (date, Some(time.trim())),
        None => (text, None),
    };
    let separator = if date.contains('/') { '/' } else { '-' };
    let mut parts = date.split(separator);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = match (first.len(), order) {
        (4, _) => (first, second, third),
        (_, SlashOrder::DayFirst) => (third, second, first),
        (_, SlashOrder::MonthFirst) => (third, first, second),
    };
    let digits = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok().map(|date| (date, time))
}

/// Reads a time of day as seconds since midnight; true when it is written as usual.
///
/// Usual: `HH:MM`, `HH:MM:SS`, with a fraction or with AM or PM. Unusual but clear: `HH:MM:SS:00`.
#[inline]
pub fn time_of_day(text: &str) -> Option<(u32, bool)> {
    whole_clock(text).or_else(|| any_clock(text))
}

/// Reads `HH:MM:SS`, the form that most sources write.
#[inline]
fn whole_clock(text: &str) -> Option<(u32, bool)> {
    let [hour, minute, second] = three_numbers(text.as_bytes().try_into().ok()?, b':')?;
    let is_time = hour < 24 && minute < 60 && second < 60;
    is_time.then(|| (u32::from(hour) * 3600 + u32::from(minute) * 60 + u32::from(second), true))
}

fn any_clock(text: &str) -> Option<(u32, bool)> {
    let upper = text.trim().to_ascii_uppercase();
    let (clock, half) =
        match upper.strip_suffix("AM").map(|t| (t, Some(0))).or(upper.strip_suffix("PM").map(|t| (t, Some(12)))) {
            Some((clock, half)) => (clock.trim_end(), half),
            None => (upper.as_str(), None),
        };
    let mut parts = clock.split(':');
    let hour: u32 = number(parts.next()?)?;
    let minute: u32 = number(parts.next()?)?;
    let second = parts.next().map_or(Some(0), whole_second)?;
    let extra = parts.next();
    let hour = match half {
        None => hour,
        Some(shift) if (1..=12).contains(&hour) => hour % 12 + shift,
        Some(_) => return None,
    };
    let clear =
        extra.is_none_or(|extra| number(extra).is_some_and(|hundredths| hundredths == 0)) && parts.next().is_none();
    (clear && hour < 24 && minute < 60 && second < 60).then_some((hour * 3600 + minute * 60 + second, extra.is_none()))
}

/// Seconds, without the fraction that may follow: digits, and nothing that would say another zone or half of the day.
fn whole_second(text: &str) -> Option<u32> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    fraction.bytes().all(|byte| byte.is_ascii_digit()).then(|| number(whole)).flatten()
}

fn number(text: &str) -> Option<u32> {
    let digits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Sets the time of day of an event from its text, flagging what stands for "unknown".
#[inline(always)]
pub fn set_time(occurred: &mut Occurred, flags: &mut Flags, text: Option<&str>, placeholders: &[u32]) {
    let Some(text) = text else { return flags.insert(Flag::TimeMissing) };
    let Some((second, usual)) = time_of_day(text) else { return flags.insert(Flag::TimeUnparsed) };
    if !usual {
        flags.insert(Flag::TimeNonstandard);
    }
    occurred.second = Some(second);
    if placeholders.contains(&second) {
        return flags.insert(Flag::TimePlaceholder);
    }
    occurred.hour = u8::try_from(second / 3600).ok();
}

/// An event known to the day.
pub fn on_day(date: Date) -> Occurred {
    Occurred { day: day_number(date), precision: Precision::Day, second: None, hour: None }
}

// Those that are always inlined: what is returned in memory is written in parts and read as one, which no store forwards
// (bench/README.md, W1).

/// Reads a position. Neither coordinate, or the placeholder 0, 0, is an unlocated event and a flag.
///
/// # Errors
/// [`Reject`] for one coordinate without the other, for no numbers, and for numbers out of range.
#[inline(always)]
pub fn position(longitude: Option<&str>, latitude: Option<&str>, flags: &mut Flags) -> Result<Option<Point>, Reject> {
    let (longitude, latitude) = match (longitude, latitude) {
        (Some(longitude), Some(latitude)) => (coordinate(longitude)?, coordinate(latitude)?),
        (None, None) => {
            flags.insert(Flag::PointMissing);
            return Ok(None);
        }
        (one, other) => return Err(Reject::new(Reason::CoordinateUnparsed, one.or(other).unwrap_or_default())),
    };
    if longitude == 0.0 && latitude == 0.0 {
        flags.insert(Flag::PointPlaceholder);
        return Ok(None);
    }
    check_range(longitude, latitude).map(Some)
}

/// Checks that a position is on Earth.
///
/// # Errors
/// [`Reject`] with [`Reason::CoordinateOutOfRange`] when it is not.
#[inline(always)]
pub fn check_range(longitude: f64, latitude: f64) -> Result<Point, Reject> {
    if (-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude) {
        Ok(Point { longitude, latitude })
    } else {
        Err(Reject::new(Reason::CoordinateOutOfRange, &format!("{longitude}, {latitude}")))
    }
}

/// Reads a decimal number with a point, or with a comma instead.
///
/// # Errors
/// [`Reject`] with [`Reason::CoordinateUnparsed`].
pub fn coordinate(text: &str) -> Result<f64, Reject> {
    // Degrees have no thousands: a comma is a decimal mark.
    let any = || text.trim().replacen(',', ".", 1).parse::<f64>().ok().filter(|value| value.is_finite());
    decimal(text).or_else(any).ok_or_else(|| Reject::new(Reason::CoordinateUnparsed, text))
}

/// Powers of ten that numbers of so few digits are divided by; a double holds each exactly.
const TENS: [f64; 19] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18];
/// Whole numbers up to this one are doubles.
const WHOLE_MAX: u64 = 1 << 53;

/// Reads digits with at most one point and at most a minus before them, where the number without its point and the power
/// of ten that it is divided by are both doubles: their quotient is then the nearest double (Clinger 1990).
#[inline]
fn decimal(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    if digits.len() > 18 {
        return None;
    }
    let point = digits.iter().position(|byte| *byte == b'.').unwrap_or(digits.len());
    let (whole, fraction) = (&digits[..point], digits.get(point + 1..).unwrap_or_default());
    let value = number_of(fraction, number_of(whole, 0)?)?;
    let has_digits = digits.len() > usize::from(point < digits.len());
    let value = (has_digits && value <= WHOLE_MAX).then(|| value as f64 / TENS[fraction.len()])?;
    Some(if digits.len() < bytes.len() { -value } else { value })
}

/// The number that digits make behind those of `before`; eighteen cannot wrap.
#[inline]
fn number_of(digits: &[u8], before: u64) -> Option<u64> {
    digits.iter().try_fold(before, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then(|| number.wrapping_mul(10).wrapping_add(u64::from(digit)))
    })
}

/// The name of an offence as written, flagged when blanks have to be folded to match its twins.
///
/// # Errors
/// [`Reject`] when it is empty.
pub fn offence<'a>(text: &'a str, flags: &mut Flags) -> Result<Cow<'a, str>, Reject> {
    if trim(text).is_empty() {
        return Err(Reject::new(Reason::OffenceMissing, text));
    }
    if !is_clean(text) {
        flags.insert(Flag::NameNormalised);
    }
    Ok(Cow::Borrowed(text))
}

/// True when no blank but a single space stands between words, and none at the ends.
fn is_clean(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        return trim(text).len() == text.len() && !bytes.windows(2).any(|pair| pair == b"  ");
    }
    text.split(' ').all(|word| !word.is_empty() && !word.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn degrees_have_a_point_or_a_comma() {
        for text in ["19.4326", " 19,4326", "19,4326"] {
            assert_eq!(coordinate(text).ok(), Some(19.4326), "{text}");
        }
        for text in ["19,432,6", "1,019.4", "19.43,-99.13", ",", "19°"] {
            assert!(coordinate(text).is_err(), "{text}");
        }
    }

    #[test]
    fn dates_are_read_in_the_forms_that_agencies_use() {
        let new_year = date(2019, 1, 31);
        for (text, order) in [
            ("2019-01-31", SlashOrder::DayFirst),
            ("31/01/2019", SlashOrder::DayFirst),
            ("01/31/2019", SlashOrder::MonthFirst),
            ("31-1-2019", SlashOrder::DayFirst),
        ] {
            assert_eq!(split_moment(text, order), Some((new_year, None)), "{text}");
        }
        assert_eq!(split_moment("2019-01-31T23:00:00", SlashOrder::DayFirst), Some((new_year, Some("23:00:00"))));
        for text in ["2019-02-30", "31/13/2019", "19-01-31", "2019", "ayer", "2019-01-31-1", "2019/+1/31"] {
            assert_eq!(split_moment(text, SlashOrder::DayFirst), None, "{text}");
        }
    }

    #[test]
    fn times_are_read_and_unusual_ones_are_told_apart() {
        assert_eq!(time_of_day("21:30:00"), Some((77_400, true)));
        assert_eq!(time_of_day("21:30"), Some((77_400, true)));
        assert_eq!(time_of_day("21:30:00.0000000"), Some((77_400, true)));
        assert_eq!(time_of_day("09:30:00 PM"), Some((77_400, true)));
        assert_eq!(time_of_day("12:00:00 AM"), Some((0, true)));
        assert_eq!(time_of_day("21:30:00:00"), Some((77_400, false)));
        for text in
            ["24:00:00", "21:60", "9", "13:00 PM", "", "21:30:00:07", "aa:bb", "05:30:00.000Z", "09:30:00.0 p.m."]
        {
            assert_eq!(time_of_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_placeholder_is_an_unknown_hour_and_not_noon() {
        let (mut occurred, mut flags) = (on_day(date(2020, 5, 1)), Flags::default());
        set_time(&mut occurred, &mut flags, Some("12:00:00"), &[0, 43_200]);
        assert_eq!((occurred.hour, occurred.second), (None, Some(43_200)));
        assert!(flags.contains(Flag::TimePlaceholder));
    }

    #[test]
    fn half_a_position_is_no_position() {
        let mut flags = Flags::default();
        assert_eq!(position(None, None, &mut flags), Ok(None));
        assert_eq!(position(Some("0"), Some("0.0"), &mut flags), Ok(None));
        assert!(flags.contains(Flag::PointMissing) && flags.contains(Flag::PointPlaceholder));
        assert!(position(Some("-99.1"), None, &mut flags).is_err());
        assert!(position(Some("19.4"), Some("-99.1"), &mut flags).is_err());
        assert!(position(Some("inf"), Some("1"), &mut flags).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8_192))]

        /// The usual form is read by itself, and no differently.
        #[test]
        fn the_usual_forms_are_read_as_all_others_are(
            moment in "[0-9]{4}-[01][0-9]-[0-3][0-9]([ T]{0,2}[0-9:]{0,8}[ ñT]?)?|[0-9T /-]{0,12}|\\PC{0,11}",
            clock in "[0-2][0-9]:[0-6][0-9]:[0-6][0-9]|[0-9:. APM]{0,10}|\\PC{0,8}",
            name in "[a-zA ]{1,9}|[a-z ñ\\t\u{a0}]{1,9}",
            number in "-?[0-9]{1,3}\\.[0-9]{1,16}|[-+]?[0-9]{0,9}\\.?[0-9]{0,10}|[-+.0-9e ]{0,8}|\\PC{0,5}",
        ) {
            if let Some(read) = iso_moment(&moment) {
                prop_assert_eq!(any_moment(&moment, SlashOrder::DayFirst), Some(read));
                prop_assert_eq!(any_moment(&moment, SlashOrder::MonthFirst), Some(read));
            }
            let words = name.split(' ').all(|word| !word.is_empty() && !word.contains(char::is_whitespace));
            prop_assert_eq!(is_clean(&name), words);
            if let Some(read) = whole_clock(&clock) {
                prop_assert_eq!(any_clock(&clock), Some(read));
            }
            if let Some(read) = decimal(&number) {
                prop_assert_eq!(number.parse::<f64>().map(f64::to_bits), Ok(read.to_bits()));
            }
        }
    }

    #[test]
    fn usual_forms_take_the_short_way() {
        assert!(iso_moment("2019-01-31 23:59:00").is_some() && iso_moment("2019-01-31").is_some());
        assert_eq!(whole_clock("23:59:01"), Some((86_341, true)));
        assert_eq!(decimal("-99.2099370197279"), Some(-99.209_937_019_727_9));
        assert_eq!(decimal("-0.0").map(f64::to_bits), Some((-0.0f64).to_bits()));
        for text in ["", "-", ".", "1e3", "+1", "9007199254740993", "1.2.3"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
