//! Class breaks for shaded maps and tables.

/// Most classes a ramp has: `c0` to `c6`.
pub const CLASSES_MAX: usize = 7;

/// Upper limits of classes, ascending; a value belongs to the first class whose limit it does not pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classes {
    /// Lower ends of the classes, as a legend states them.
    lows: Vec<f64>,
    limits: Vec<f64>,
}

impl Classes {
    /// Classes with about the same number of values each. Equal values never part, so there may be
    /// fewer classes than asked for.
    pub fn quantiles(values: &[f64], classes: usize) -> Self {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let classes = classes.clamp(1, CLASSES_MAX);
        let last_of = |class: usize| (sorted.len() * class).div_ceil(classes).checked_sub(1);
        let mut limits: Vec<f64> = (1..=classes).filter_map(last_of).filter_map(|at| sorted.get(at).copied()).collect();
        limits.dedup();
        // The lowest value that a class holds, not the highest of the class below.
        let first_above = |limit: &f64| sorted.get(sorted.partition_point(|value| value <= limit)).copied();
        let lows = sorted.first().copied().into_iter().chain(limits.iter().filter_map(first_above)).collect();
        Self { lows, limits }
    }

    /// Classes of equal width from zero to the largest value.
    pub fn equal(values: &[f64], classes: usize) -> Self {
        let largest = values.iter().copied().filter(|value| value.is_finite()).fold(0.0, f64::max);
        let classes = classes.clamp(1, CLASSES_MAX);
        if largest <= 0.0 {
            return Self::default();
        }
        let limit = |class: usize| largest * class as f64 / classes as f64;
        Self { lows: (0..classes).map(limit).collect(), limits: (1..=classes).map(limit).collect() }
    }

    /// Number of the class of a value.
    pub fn of(&self, value: f64) -> usize {
        self.limits.iter().take_while(|limit| value > **limit).count().min(self.limits.len().saturating_sub(1))
    }

    /// Name of the colour class of a value: fewer classes than colours are spread over the ramp.
    pub fn colour(&self, value: f64) -> &'static str {
        self.colour_of(self.of(value))
    }

    /// Name of the colour of a class.
    pub fn colour_of(&self, class: usize) -> &'static str {
        const NAMES: [&str; CLASSES_MAX] = ["c0", "c1", "c2", "c3", "c4", "c5", "c6"];
        NAMES[self.index_of(class)]
    }

    /// Number of the colour of a value in a ramp of [`CLASSES_MAX`].
    pub fn colour_index(&self, value: f64) -> usize {
        self.index_of(self.of(value))
    }

    /// Number of the colour of a class.
    pub fn index_of(&self, class: usize) -> usize {
        let steps = self.limits.len().saturating_sub(1);
        let at = (class * (CLASSES_MAX - 1)).checked_div(steps).unwrap_or(CLASSES_MAX / 2);
        at.min(CLASSES_MAX - 1)
    }

    /// Lower and upper limit of every class, from the lowest; of quantiles the lowest and the highest value in each.
    pub fn ranges(&self) -> Vec<(f64, f64)> {
        self.lows.iter().copied().zip(self.limits.iter().copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_hold_equal_numbers() {
        let values: Vec<f64> = (1..=14).map(f64::from).collect();
        let classes = Classes::quantiles(&values, 7);
        let sizes: Vec<usize> = (0..7).map(|c| values.iter().filter(|v| classes.of(**v) == c).count()).collect();
        assert_eq!(sizes, vec![2; 7]);
        assert_eq!(classes.ranges().first(), Some(&(1.0, 2.0)));
        assert_eq!((classes.colour(1.0), classes.colour(14.0)), ("c0", "c6"));
    }

    #[test]
    fn few_values_make_few_classes() {
        let classes = Classes::quantiles(&[5.0, 5.0, 5.0], 7);
        assert_eq!(classes.ranges(), vec![(5.0, 5.0)]);
        assert_eq!(classes.colour(5.0), "c3");
        assert_eq!(
            Classes::quantiles(&[0.0, 0.0, 0.0, 2.0, 5.0], 3).ranges(),
            vec![(0.0, 0.0), (2.0, 2.0), (5.0, 5.0)]
        );
        assert_eq!(Classes::quantiles(&[0.0, 0.0, 2.0, 5.0], 2).ranges(), vec![(0.0, 0.0), (2.0, 5.0)]);
        assert_eq!(Classes::quantiles(&[], 7).ranges(), Vec::new());
        assert_eq!(Classes::equal(&[0.0], 7).ranges(), Vec::new());
        assert_eq!(Classes::default().colour(1.0), "c3");
    }
}
