//! The figures of a street that may be shown together.
//!
//! A page shows its segments in two partitions, by year and by offence, beside the count of each
//! segment. Every cell of each partition passes the public threshold by itself; but what a partition
//! leaves out is the total less the sum of its parts, and where that is a small number the page would
//! tell it. Such a partition gives up its smallest part as well (complementary suppression; L. Willenborg
//! and T. de Waal, "Elements of Statistical Disclosure Control", 2001, chapter 4), so that what is left
//! out is never told and never small.

use tequio_access::STREET_MINIMUM;

/// A part of a partition, summed from cells that each pass the threshold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part<T> {
    pub key: T,
    /// `None` for a part that is not shown.
    pub count: Option<u64>,
}

/// The parts that may be shown beside a total. `parts` are sums of public cells, `hidden_cells` says how many
/// cells of the partition were not public, zeros included.
pub(crate) fn shown<T>(total: u64, parts: Vec<(T, u64)>, hidden_cells: u64) -> Vec<Part<T>> {
    let left_out = total.saturating_sub(parts.iter().map(|(_, count)| count).sum());
    let smallest = parts.iter().map(|(_, count)| *count).filter(|count| *count > 0).min();
    let mut gives_up = if is_safe(left_out, hidden_cells) { None } else { smallest };
    let part = |(key, count): (T, u64)| {
        let is_given_up = gives_up == Some(count);
        if is_given_up {
            gives_up = None;
        }
        Part { key, count: (count > 0 && !is_given_up).then_some(count) }
    };
    parts.into_iter().map(part).collect()
}

/// True when the incidents that are left out tell nothing: there are none, or they are enough and spread over
/// so many cells that each of them may be empty.
fn is_safe(left_out: u64, hidden_cells: u64) -> bool {
    let most_in_a_cell = STREET_MINIMUM - 1;
    left_out == 0
        || (left_out >= STREET_MINIMUM && left_out <= most_in_a_cell.saturating_mul(hidden_cells.saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(total: u64, parts: &[u64], hidden_cells: u64) -> Vec<Option<u64>> {
        let parts = parts.iter().map(|count| ((), *count)).collect();
        shown(total, parts, hidden_cells).into_iter().map(|part| part.count).collect()
    }

    #[test]
    fn a_partition_that_leaves_nothing_out_is_shown_whole() {
        assert_eq!(counts(12, &[5, 7], 0), [Some(5), Some(7)]);
        assert_eq!(counts(12, &[5, 7], 4), [Some(5), Some(7)], "the hidden cells are empty");
    }

    #[test]
    fn what_is_left_out_is_never_a_small_number() {
        assert_eq!(counts(14, &[5, 7], 3), [None, Some(7)], "two would be told");
        assert_eq!(counts(13, &[5, 5, 2 + 1], 1), [Some(5), Some(5), Some(3)]);
        assert_eq!(counts(10, &[8], 1), [None]);
        for total in 12..40 {
            for hidden in 0..6 {
                let shown: u64 = counts(total, &[3, 4, 5], hidden).into_iter().flatten().sum();
                let left_out = total - shown;
                assert!(left_out == 0 || left_out >= STREET_MINIMUM, "{total} {hidden}");
            }
        }
    }

    #[test]
    fn full_cells_are_not_told_by_their_sum() {
        // Two hidden cells of at most two hold four: each has two.
        assert_eq!(counts(16, &[5, 7], 2), [None, Some(7)]);
        assert_eq!(counts(16, &[5, 7], 3), [Some(5), Some(7)]);
    }
}
