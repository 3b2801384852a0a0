//! Why a choice cannot be read, and what to write.

use super::AnalysisError;
use super::neighbours::NEAREST_MAX;

/// What to write instead.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Hint {
    /// It was given more than once.
    #[error("it may be given once")]
    Once,
    /// One of these words.
    #[error("use {}", .0.join(" or "))]
    OneOf(Vec<&'static str>),
    /// A whole number between these.
    #[error("write a whole number from {0} to {1}")]
    Whole(u64, u64),
    /// A share.
    #[error("write a number above 0 and at most {0}")]
    Share(f64),
    /// A number of any size.
    #[error("write a number above 0")]
    Positive,
    /// Bounds of bands.
    #[error("write numbers of zero or more, upward, joined by commas")]
    Bounds,
    /// A period.
    #[error("write a year (2020), a month (2020-03), a day (2020-03-15) or two of them joined by two dots")]
    Period,
    /// A period that ends before it begins, in the right order.
    #[error("it ends before it begins; write {0}")]
    Backwards(String),
    /// Who is whose neighbour.
    #[error("use queen, or nearest:K with K from 1 to {NEAREST_MAX}")]
    Neighbours,
    /// A border that only one kernel has.
    #[error("the border is corrected for the gaussian kernel only")]
    Edge,
    /// A bandwidth between these, metres.
    #[error("write metres from {0}, the width of the counted cells, to {1}, or ask other cells")]
    Metres(f64, f64),
}

/// A choice that cannot be read.
pub(super) fn refused(name: &'static str, text: &str, hint: Hint) -> AnalysisError {
    AnalysisError::Option { name, text: text.to_owned(), hint }
}
