//! A horizontal bar for a table cell.

/// A bar as long as the value is of the largest; the number itself stands in the cell beside it.
pub fn bar(value: f64, largest: f64) -> String {
    let share = if largest > 0.0 { (value / largest * 100.0).clamp(0.0, 100.0) } else { 0.0 };
    format!(
        r#"<svg class="bar" width="100%" height="8" aria-hidden="true" focusable="false"><rect width="{share:.1}%" height="8"/></svg>"#
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn bars_are_shares_of_the_largest() {
        assert!(super::bar(1.0, 4.0).contains(r#"width="25.0%""#));
        assert!(super::bar(1.0, 0.0).contains(r#"width="0.0%""#));
    }
}
