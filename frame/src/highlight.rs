//! What a system wants said of a place on pages of other systems: a few figures, ready to be shown.
//!
//! Systems do not use each other; the site keeps what each offers, and whoever shows a place asks the site.

use crate::problem::Problem;
use crate::visit::Visit;
use std::sync::Arc;

/// A figure of a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Highlight {
    /// What it is.
    pub label: String,
    /// The value, written.
    pub value: String,
    /// Unit, interval and period, in words.
    pub note: String,
    /// Page of the figure.
    pub href: String,
    /// Where it comes from: dataset and edition.
    pub source: String,
    /// Page of the edition; empty for what is built in.
    pub source_href: String,
    /// True for invented figures.
    pub synthetic: bool,
}

/// Figures of the place of a code, such as `MX-09`, or why one cannot be read; none for a place that the system does not
/// know. Quick: what takes long is kept.
pub type Highlights = Arc<dyn Fn(&Visit, &str) -> Vec<Result<Highlight, Problem>> + Send + Sync>;

impl Visit {
    /// What every system says of a place, in the order of the systems, and what is missing among it: a page shows the
    /// one and says the other ([`crate::Page::lacking`]).
    pub fn highlights(&self, place: &str) -> (Vec<Highlight>, Vec<Problem>) {
        let (mut shown, mut missing) = (Vec::new(), Vec::new());
        for highlight in self.site.highlights.iter().flat_map(|of| of(self, place)) {
            match highlight {
                Ok(highlight) => shown.push(highlight),
                Err(problem) => missing.push(problem),
            }
        }
        (shown, missing)
    }
}
