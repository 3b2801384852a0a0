//! A value with its interval, for a table cell: a dot on a whisker.
//!
//! All rows of a table share a scale, so that what overlaps and what does not is seen down the column.

use crate::chart::picture::{Drawing, INK, WIDTH as PICTURE_WIDTH, painted};
use crate::format;
use crate::html::escape;
use std::fmt::Write;

/// Height of the drawing, CSS pixels, and its middle.
const HEIGHT: u8 = 16;
const MIDDLE: u8 = 8;
/// Room at both ends, in percent, so that the largest dot is drawn whole.
const MARGIN: f64 = 3.0;

/// A value and its limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Whisker {
    /// The value.
    pub value: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

/// The largest upper limit, which the scale of the column ends with; it begins with zero.
pub fn largest(whiskers: impl IntoIterator<Item = Whisker>) -> f64 {
    whiskers.into_iter().map(|whisker| whisker.high).filter(|high| high.is_finite()).fold(0.0, f64::max)
}

/// Draws one row; the first row's value is repeated in all of them as a line, to compare with.
///
/// Hidden from assistive technology: the numbers stand in the cells beside it.
pub fn whisker(whisker: Option<Whisker>, reference: Option<f64>, largest: f64) -> String {
    let x = |value: f64| {
        let share = if largest > 0.0 { (value / largest).clamp(0.0, 1.0) } else { 0.0 };
        MARGIN + share * (100.0 - 2.0 * MARGIN)
    };
    let mut out = format!(
        r#"<svg class="whisker" width="100%" height="{HEIGHT}" aria-hidden="true" focusable="false"><line class="axis" x1="{MARGIN}%" x2="{MARGIN}%" y1="0" y2="{HEIGHT}"/>"#
    );
    // Writing into a `String` cannot fail.
    if let Some(at) = reference.map(x) {
        let _ = write!(out, r#"<line class="reference" x1="{at:.1}%" x2="{at:.1}%" y1="0" y2="{HEIGHT}"/>"#);
    }
    if let Some(Whisker { value, low, high }) = whisker {
        let (value, low, high) = (x(value), x(low), x(high));
        let _ = write!(out, r#"<line class="reach" x1="{low:.1}%" x2="{high:.1}%" y1="{MIDDLE}" y2="{MIDDLE}"/>"#);
        for end in [low, high] {
            let (top, bottom) = (MIDDLE - 3, MIDDLE + 3);
            let _ = write!(out, r#"<line class="reach" x1="{end:.1}%" x2="{end:.1}%" y1="{top}" y2="{bottom}"/>"#);
        }
        let _ = write!(out, r#"<circle cx="{value:.1}%" cy="{MIDDLE}" r="3.5"/>"#);
    }
    out.push_str("</svg>");
    out
}

/// A row of the picture that stands alone, and the widths of its names and numbers.
const ROW_HEIGHT: f64 = 36.0;
const NAME_WIDTH: f64 = 360.0;
const NUMBER_WIDTH: f64 = 250.0;

/// The rows as a picture that stands alone: a name, the whisker, the value with its limits.
pub fn drawing(rows: &[(String, Option<Whisker>)]) -> Drawing {
    let scale = largest(rows.iter().filter_map(|(_, whisker)| *whisker));
    let reference = rows.first().and_then(|(_, whisker)| whisker.map(|whisker| whisker.value));
    let room = PICTURE_WIDTH - NAME_WIDTH - NUMBER_WIDTH;
    let mut elements = format!(r#"<g font-size="19" fill="{INK}">"#);
    for (index, (name, row)) in rows.iter().enumerate() {
        let y = index as f64 * ROW_HEIGHT;
        let number = row.map_or_else(
            || "–".to_owned(),
            |row| format!("{} ({}–{})", format::rate(row.value), format::rate(row.low), format::rate(row.high)),
        );
        let _ = write!(
            elements,
            r#"<text y="{:.0}">{}</text><svg x="{NAME_WIDTH}" y="{:.0}" width="{room}" height="{HEIGHT}">{}</svg><text x="{PICTURE_WIDTH}" y="{:.0}" text-anchor="end">{number}</text>"#,
            y + 22.0,
            escape(name),
            y + 8.0,
            whisker(*row, reference, scale),
            y + 22.0,
        );
    }
    elements.push_str("</g>");
    Drawing { elements: painted(&elements), height: rows.len() as f64 * ROW_HEIGHT }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_stand_on_their_whiskers() {
        let row = Whisker { value: 50.0, low: 25.0, high: 100.0 };
        let svg = whisker(Some(row), Some(50.0), largest([row]));
        assert!(svg.contains(r#"x1="26.5%" x2="97.0%""#) && svg.contains(r#"cx="50.0%""#), "{svg}");
        assert!(svg.contains(r#"class="reference" x1="50.0%""#));
        assert!(!svg.contains("style"));
    }

    #[test]
    fn the_picture_says_the_values() {
        let row = Whisker { value: 50.0, low: 25.0, high: 100.0 };
        let drawing = drawing(&[("A & B".to_owned(), Some(row)), ("C".to_owned(), None)]);
        assert!(drawing.elements.contains("A &amp; B") && drawing.elements.contains("50.0 (25.0–100.0)"));
        assert!(!drawing.elements.contains(r#"class="reach""#), "{}", drawing.elements);
    }

    #[test]
    fn a_row_without_a_value_has_no_dot() {
        assert!(!whisker(None, None, 0.0).contains("circle"));
        assert_eq!(largest([]), 0.0);
    }
}
