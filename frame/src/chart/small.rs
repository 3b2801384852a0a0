//! Small multiples: many little trends of one shape, each on its own scale, to compare their courses.

use std::fmt::Write;

/// The box of the drawing; it is stretched to the width there is.
const WIDTH: f64 = 100.0;
const HEIGHT: f64 = 40.0;

/// Draws one trend; `None` is a month without data, where the line breaks.
///
/// Hidden from assistive technology: the numbers stand in the table beside it.
pub fn small(values: &[Option<u64>]) -> String {
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
    format!(
        r#"<svg class="small" viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" height="{HEIGHT}" preserveAspectRatio="none" aria-hidden="true" focusable="false"><path class="trend" d="{path}"/></svg>"#
    )
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
