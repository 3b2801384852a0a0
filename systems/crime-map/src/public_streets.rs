//! Streets for the public: the sum of their segments that may be shown.
//!
//! A street counted whole, less its segments that are listed, would tell the segments that are not.

use std::collections::BTreeMap;
use tequio_atlas::{Atlas, AtlasError};
use tequio_kernel::{CountRow, Counts, Dimension, Key, Query, Scope};

/// Counts; where streets are asked for, they are summed from the rows of their segments.
///
/// # Errors
/// [`AtlasError`] as for [`Atlas::count`].
pub fn count(atlas: &Atlas, query: &Query, scope: &Scope, threads: usize) -> Result<Counts, AtlasError> {
    let Some(at) = query.by.iter().position(|dimension| *dimension == Dimension::Street) else {
        return atlas.count(query, scope, threads);
    };
    let mut by_segment = query.clone();
    by_segment.by[at] = Dimension::Segment;
    let mut counts = atlas.count(&by_segment, scope, threads)?;
    let Some(streets) = atlas.streets() else { return Ok(counts) };
    let mut sums: BTreeMap<Vec<Key>, u64> = BTreeMap::new();
    for mut row in std::mem::take(&mut counts.rows) {
        let segment = match &row.keys[at] {
            Key::Place { code, .. } => streets.segment(code),
            _ => None,
        };
        let Some(street) = segment.and_then(|segment| streets.street_of(segment)) else {
            // A segment without a name belongs to no street.
            counts.unknown += row.count;
            continue;
        };
        row.keys[at] = Key::Place { code: street.code.clone(), name: street.name.clone() };
        *sums.entry(row.keys).or_default() += row.count;
    }
    counts.rows = sums.into_iter().map(|(keys, count)| CountRow { keys, count }).collect();
    counts.by.clone_from(&query.by);
    Ok(counts)
}
