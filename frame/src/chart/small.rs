//! Small multiples: many little trends of one shape, each on its own scale, to compare their courses.

use crate::chart::picture::{Drawing, INK, LINE, SOFT, WIDTH as PICTURE_WIDTH, painted};
use crate::html::escape;
use std::fmt::Write;

/// The box of the drawing; it is stretched to the width there is.
const WIDTH: f64 = 100.0;
const HEIGHT: f64 = 40.0;

/// Trends side by side in a picture that stands alone.
const COLUMNS: usize = 4;
const CELL_HEIGHT: f64 = 190.0;
const CELL_GAP: f64 = 24.0;
const NAME_LETTERS: usize = 30;

/// Draws one trend; `None` is a month without data, where the line breaks.
///
/// Hidden from assistive technology: the numbers stand in the table beside it.
pub fn small(values: &[Option<u64>]) -> String {
    let path = path(values);
    format!(
        r#"<svg class="small" viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" height="{HEIGHT}" preserveAspectRatio="none" aria-hidden="true" focusable="false"><path class="trend" d="{path}"/></svg>"#
    )
}

/// A trend of a picture: its name, a line of text and its values.
pub type Item = (String, String, Vec<Option<u64>>);

/// Draws trends side by side, each on its own scale.
pub fn drawing(items: &[Item]) -> Drawing {
    let width = (PICTURE_WIDTH - CELL_GAP * (COLUMNS - 1) as f64) / COLUMNS as f64;
    let mut elements = String::new();
    for (index, (name, text, values)) in items.iter().enumerate() {
        let (x, y) = ((index % COLUMNS) as f64 * (width + CELL_GAP), (index / COLUMNS) as f64 * CELL_HEIGHT);
        let name: String = name.chars().take(NAME_LETTERS).collect();
        // Writing into a `String` cannot fail.
        let _ = write!(
            elements,
            r#"<g transform="translate({x:.1} {y:.0})"><text y="24" font-size="18" font-weight="700" fill="{INK}">{}</text><svg y="36" width="{width:.1}" height="96" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none"><path class="trend" d="{}"/></svg><line x2="{width:.1}" y1="134" y2="134" stroke="{LINE}"/><text y="156" font-size="16" fill="{SOFT}">{}</text></g>"#,
            escape(&name),
            path(values),
            escape(text)
        );
    }
    Drawing { elements: painted(&elements), height: items.len().div_ceil(COLUMNS) as f64 * CELL_HEIGHT }
}

fn path(values: &[Option<u64>]) -> String {
    let largest = values.iter().flatten().max().copied().unwrap_or(0).max(1) as f64;
    let step = WIDTH / values.len().max(1) as f64;
    let mut path = String::new();
    let mut draws = false;
    for (index, value) in values.iter().enumerate() {
        let Some(value) = value else {
            draws = false;
            continue;
        };
        let (x, y) = ((index as f64 + 0.5) * step, HEIGHT - 1.0 - (HEIGHT - 2.0) * *value as f64 / largest);
        // Writing into a `String` cannot fail.
        let _ = write!(path, "{}{x:.1} {y:.1}", if draws { 'L' } else { 'M' });
        draws = true;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::small;

    #[test]
    fn gaps_break_the_line_and_the_largest_value_is_on_top() {
        let svg = small(&[Some(0), Some(10), None, Some(5)]);
        assert!(svg.contains("M12.5 39.0L37.5 1.0M87.5 20.0"), "{svg}");
        assert!(small(&[]).contains(r#"d="""#));
    }
}
