//! A horizontal bar for a table cell, and a chart of such bars.

use crate::chart::picture::{BAR, Drawing, INK, WIDTH};
use crate::format;
use crate::html::escape;
use std::fmt::Write;

/// Height of a row of the chart, width of its names and of its numbers, and letters that fit a name.
const ROW_HEIGHT: f64 = 34.0;
const NAME_WIDTH: f64 = 520.0;
const NUMBER_WIDTH: f64 = 110.0;
const NAME_LETTERS: usize = 52;

/// A bar as long as the value is of the largest; the number itself stands in the cell beside it.
pub fn bar(value: f64, largest: f64) -> String {
    let share = if largest > 0.0 { (value / largest * 100.0).clamp(0.0, 100.0) } else { 0.0 };
    format!(
        r#"<svg class="bar" width="100%" height="8" aria-hidden="true" focusable="false"><rect width="{share:.1}%" height="8"/></svg>"#
    )
}

/// Two bars that leave one middle: what fell to the left, what rose to the right; the numbers stand beside them.
pub fn two_ways(left: f64, right: f64, largest: f64) -> String {
    let share = |value: f64| if largest > 0.0 { (value / largest * 50.0).clamp(0.0, 50.0) } else { 0.0 };
    let (left, right) = (share(left), share(right));
    format!(
        r#"<svg class="bar" width="100%" height="8" aria-hidden="true" focusable="false"><rect x="{:.1}%" width="{left:.1}%" height="8"/><rect x="50%" width="{right:.1}%" height="8"/><line x1="50%" x2="50%" y1="0" y2="8"/></svg>"#,
        50.0 - left
    )
}

/// A chart that stands alone: a name, a bar and a number in each row.
pub fn drawing(rows: &[(String, u64)]) -> Drawing {
    let largest = rows.iter().map(|(_, value)| *value).max().unwrap_or(0).max(1) as f64;
    let room = WIDTH - NAME_WIDTH - NUMBER_WIDTH;
    let mut elements = format!(r#"<g font-size="20" fill="{INK}">"#);
    for (index, (name, value)) in rows.iter().enumerate() {
        let (y, long) = (index as f64 * ROW_HEIGHT, *value as f64 / largest * room);
        // Writing into a `String` cannot fail.
        let _ = write!(
            elements,
            r#"<text x="0" y="{:.0}">{}</text><rect x="{NAME_WIDTH}" y="{:.0}" width="{long:.1}" height="{:.0}" fill="{BAR}"/><text x="{:.1}" y="{:.0}">{}</text>"#,
            y + 24.0,
            escape(&shortened(name)),
            y + 8.0,
            ROW_HEIGHT - 12.0,
            NAME_WIDTH + long + 8.0,
            y + 24.0,
            format::integer(*value)
        );
    }
    elements.push_str("</g>");
    Drawing { elements, height: rows.len() as f64 * ROW_HEIGHT }
}

/// A row of the chart of two bars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwoWays {
    /// What the row is of.
    pub name: String,
    /// What fell.
    pub left: u64,
    /// What rose.
    pub right: u64,
}

/// A chart that stands alone: in each row a name, and two bars that leave one middle, each with its number.
pub fn two_ways_drawing(rows: &[TwoWays]) -> Drawing {
    let largest = rows.iter().map(|row| row.left.max(row.right)).max().unwrap_or(0).max(1) as f64;
    let room = (WIDTH - NAME_WIDTH) / 2.0 - NUMBER_WIDTH;
    let middle = NAME_WIDTH + NUMBER_WIDTH + room;
    let mut elements = format!(r#"<g font-size="20" fill="{INK}">"#);
    for (index, row) in rows.iter().enumerate() {
        let top = index as f64 * ROW_HEIGHT;
        let long = |value: u64| value as f64 / largest * room;
        let (left, right) = (middle - long(row.left), middle + long(row.right));
        // Writing into a `String` cannot fail.
        let _ = write!(
            elements,
            r#"<text x="0" y="{text:.0}">{}</text><rect x="{left:.1}" y="{bar:.0}" width="{:.1}" height="{:.0}" fill="{BAR}"/><text x="{:.1}" y="{text:.0}" text-anchor="end">{}</text><text x="{:.1}" y="{text:.0}">{}</text>"#,
            escape(&shortened(&row.name)),
            right - left,
            ROW_HEIGHT - 12.0,
            left - 8.0,
            format::integer(row.left),
            right + 8.0,
            format::integer(row.right),
            text = top + 24.0,
            bar = top + 8.0,
        );
    }
    let height = rows.len() as f64 * ROW_HEIGHT;
    let _ = write!(elements, r#"</g><line x1="{middle}" x2="{middle}" y1="0" y2="{height}" stroke="{INK}"/>"#);
    Drawing { elements, height }
}

fn shortened(name: &str) -> String {
    let kept: String = name.chars().take(NAME_LETTERS).collect();
    if kept.len() < name.len() { format!("{}…", kept.trim_end()) } else { kept }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_chart_has_a_row_for_each_name() {
        let drawing = super::drawing(&[("A & B".to_owned(), 1_200), ("x".repeat(80), 0)]);
        assert_eq!(drawing.elements.matches("<rect").count(), 2);
        assert!(
            drawing.elements.contains("A &amp; B")
                && drawing.elements.contains("1,200")
                && drawing.elements.contains("x…")
        );
        assert!(super::drawing(&[]).height < 1.0);
    }

    #[test]
    fn two_bars_leave_one_middle() {
        let svg = super::two_ways(1.0, 4.0, 4.0);
        assert!(svg.contains(r#"x="37.5%" width="12.5%""#) && svg.contains(r#"x="50%" width="50.0%""#), "{svg}");
    }

    #[test]
    fn a_chart_of_two_bars_is_as_wide_as_what_fell_and_rose() {
        let row = |left, right| super::TwoWays { name: "A".to_owned(), left, right };
        let drawing = super::two_ways_drawing(&[row(10, 30), row(0, 0)]);
        assert!(drawing.elements.contains(r#"<rect x="783.3" y="8" width="306.7""#), "{}", drawing.elements);
        assert!(drawing.elements.contains(r#"width="0.0""#) && (drawing.height - 68.0).abs() < 1e-9);
    }

    #[test]
    fn bars_are_shares_of_the_largest() {
        assert!(super::bar(1.0, 4.0).contains(r#"width="25.0%""#));
        assert!(super::bar(1.0, 0.0).contains(r#"width="0.0%""#));
    }
}
