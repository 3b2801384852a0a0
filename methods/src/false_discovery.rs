//! Correction for many comparisons at once: the false discovery rate.
//!
//! Reference: Y. Benjamini and Y. Hochberg, "Controlling the False Discovery Rate: A Practical and
//! Powerful Approach to Multiple Testing", Journal of the Royal Statistical Society B 57 (1995). Of
//! the comparisons whose adjusted value is at most 0.05, about one in twenty at most is a false
//! alarm on average, however many were looked at (for comparisons that do not depend on each other,
//! or depend positively).

/// Adjusted p-values, in the order of the given ones: the smallest rate of false discoveries at
/// which each comparison would still be called a difference. Values lie between 0 and 1.
///
/// ```
/// let adjusted = tequio_methods::false_discovery::adjusted(&[0.01, 0.04, 0.03]);
/// assert!((adjusted[0] - 0.03).abs() < 1e-12 && (adjusted[1] - 0.04).abs() < 1e-12);
/// ```
pub fn adjusted(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*b].total_cmp(&p_values[*a]));
    let count = p_values.len() as f64;
    let mut adjusted = vec![1.0; p_values.len()];
    let mut smallest = 1.0f64;
    // From the largest p-value down, so that a larger one is never adjusted to less than a smaller one.
    for (place, index) in order.into_iter().enumerate() {
        let rank = count - place as f64;
        smallest = smallest.min(p_values[index] * count / rank);
        adjusted[index] = smallest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fifteen p-values of the paper's example; adjusted ones computed with SciPy 1.17
    /// `false_discovery_control`. The paper calls the first four differences at 0.05.
    #[test]
    fn known_answers() {
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let expected = [
            0.0015,
            0.003,
            0.0095,
            0.035_625,
            0.0603,
            0.063_857_142_857,
            0.063_857_142_857,
            0.0645,
            0.0765,
            0.486,
            0.581_181_818_182,
            0.714_875,
            0.753_230_769_231,
            0.813_214_285_714,
            1.0,
        ];
        let got = adjusted(&p);
        assert!(got.iter().zip(expected).all(|(got, expected)| (got - expected).abs() < 1e-9), "{got:?}");
        assert_eq!(got.iter().filter(|value| **value <= 0.05).count(), 4);
    }

    #[test]
    fn the_order_of_the_comparisons_does_not_matter() {
        assert_eq!(adjusted(&[0.03, 0.01]), [0.03, 0.02]);
        assert_eq!(adjusted(&[]), Vec::<f64>::new());
    }
}
