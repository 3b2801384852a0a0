//! From a query to its answer.

use crate::atlas::Atlas;
use crate::error::AtlasError;
use tequio_kernel::{Counts, Dimension, Query, Scope};

impl Atlas {
    /// Counts incidents.
    ///
    /// Rows are the non-zero combinations of the dimensions, in the order of their keys; without
    /// dimensions there is one row. Always
    /// `sum(rows) + unlocated (when a dimension is spatial) + unknown = total`. An incident without
    /// a position never passes a place, box, polygon or circle. One on a segment without a name
    /// belongs to no street: by street it is unknown, but not outside. The threads come from
    /// rayon's pool; the answer is the same for any number of them.
    ///
    /// # Errors
    /// [`AtlasError`] when the query names what the atlas does not have, asks for a period finer
    /// than the incidents are dated, or for too many rows.
    pub fn count(&self, query: &Query, scope: &Scope, threads: usize) -> Result<Counts, AtlasError> {
        let mut cube = self.cube(query, scope, threads)?;
        if query.by.iter().any(|by| matches!(by, Dimension::Street | Dimension::Segment)) {
            cube.drop_below(scope.street_minimum);
        }
        Ok(cube.into_counts(threads))
    }
}
