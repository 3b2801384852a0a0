//! What may be seen in one answer. A scope is decided once for a request and turned into filters
//! in one place, the atlas; the public is a scope too.

/// Limits of one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Offences of other classes are left out of the answer; `None` leaves none out.
    pub classes: Option<Vec<&'static str>>,
    /// Box, polygon and circle filters test the centre of the incident's cell of this zoom instead
    /// of its position, so that no filter can be narrowed down to a point. `None`: exact.
    pub geometry_zoom: Option<u8>,
    /// Place filters test that centre too (set where cells are counted, or the borders of a
    /// place would cut a cell into smaller ones).
    pub place_zoom: Option<u8>,
    /// Streets and segments with fewer incidents are not listed; their incidents go to `unknown`.
    pub street_minimum: u64,
    /// Most rows of the answer, before small streets are left out; more is refused.
    pub rows_max: usize,
}

impl Scope {
    /// The operator's own machine: everything, exactly.
    pub const OPERATOR: Self =
        Self { classes: None, geometry_zoom: None, place_zoom: None, street_minimum: 1, rows_max: 2_000_000 };

    /// True when offences of the class may be counted.
    pub fn sees(&self, class: &str) -> bool {
        self.classes.as_ref().is_none_or(|classes| classes.contains(&class))
    }
}
