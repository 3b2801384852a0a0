//! Spatial statistics of incidents, asked in the words of a count: one file an analysis, registered once in
//! [`analyses`]. Command line, API and page ask the same [`Request`] and write the same [`Report`].
//!
//! Whatever an analysis computes, it computes from what the library answers to who asks: the public's figures rest on
//! the counts that the public may see, and on nothing else.

mod bands;
mod bandwidth;
mod change;
mod concentration;
mod density;
mod errors;
mod hints;
mod hotspots;
mod measure;
mod near_repeat;
mod neighbours;
mod options;
mod plane;
mod refusals;
mod remarks;
pub(crate) mod report;
mod request;
mod scan;
mod silent;
mod units;
mod workbench;

pub use errors::{AnalysisError, Much, Uncompared, Withheld};
pub use hints::Hint;
pub use remarks::Remark;
pub use report::{Report, Spot};
pub use request::{Asked, Request, Settled};
pub use workbench::{Outcome, PATIENCE, Workbench};

use crate::library::Library;
use options::Options;
use tequio_access::Principal;
use tequio_kernel::{Dimension, PlaceRef, Query};

/// Most places or cells of an analysis that the public asks for.
pub const UNITS_MAX: usize = 50_000;
/// Most permutations or replicas that the public may ask for.
pub const PERMUTATIONS_MAX: u64 = 9_999;
/// The same for the operator.
pub const PERMUTATIONS_OPERATOR_MAX: u64 = 1_000_000;

/// A statistic of incidents by place.
pub trait Analysis: Sync {
    /// What it is.
    fn about(&self) -> &'static About;

    /// The places or cells where the question names none: the largest places below what is asked about, which is else
    /// the territory of the data, and cells within a municipality.
    fn dimension(&self, library: &Library, territory: Option<&PlaceRef>, query: &Query) -> Dimension {
        request::places_of(library, territory, query)
    }

    /// True where its rows are the places or cells of the question, which may name them.
    fn is_of_places(&self) -> bool {
        true
    }

    /// Computes it.
    ///
    /// # Errors
    /// [`AnalysisError`] when the question is malformed, not public, or has no answer in these data.
    fn run(&self, asked: &Asked<'_>) -> Result<Report, AnalysisError>;
}

/// Every analysis, in the order of the pages.
pub fn analyses() -> [&'static dyn Analysis; 6] {
    [
        &hotspots::Hotspots,
        &change::Changes,
        &scan::Scan,
        &near_repeat::NearRepeat,
        &concentration::Concentration,
        &density::Density,
    ]
}

/// The analysis called so.
pub fn analysis(id: &str) -> Option<&'static dyn Analysis> {
    analyses().into_iter().find(|analysis| analysis.about().id == id)
}

/// What is said of an analysis before it is computed.
pub struct About {
    /// Name in commands and addresses.
    pub id: &'static str,
    /// The method, by its usual name.
    pub method: &'static str,
    /// Where the method is from.
    pub reference: &'static str,
    /// What may be chosen, besides the filters of a count.
    pub parameters: &'static [Parameter],
    /// Columns that a page shows, besides the place; the downloads have all.
    pub shown: &'static [&'static str],
}

/// A choice.
pub struct Parameter {
    /// Name in addresses; the command line writes it `--name`.
    pub name: &'static str,
    /// Value where none is given; empty where it follows from the data.
    pub default: &'static str,
    /// What it is.
    pub meaning: &'static str,
    /// The values there are; empty where it is a number or has a form of its own.
    pub values: &'static [&'static str],
    /// Writes a value in the one way in which all who mean it write it; none for what cannot be read.
    pub(crate) written: fn(&str) -> Option<String>,
    /// Refuses what no data would make a value of it.
    pub(crate) check: Check,
}

/// Looks at what was chosen of a parameter, for one who asks.
pub(crate) type Check = fn(&Options, &Parameter, Principal) -> Result<(), AnalysisError>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_analysis_is_found_by_its_name_and_says_where_it_is_from() {
        for known in analyses() {
            let about = known.about();
            assert!(analysis(about.id).is_some_and(|found| found.about().id == about.id));
            assert!(about.method.len() > 10 && about.reference.len() > 20, "{}", about.id);
        }
        assert!(analysis("prophecy").is_none());
    }
}
