//! National measures: which classes of each taxonomy carry homicide, kidnapping, vehicle theft and the others.

use crate::lookup::records;
use crate::{LookupError, ReferenceError};
use std::sync::OnceLock;

static TABLE: &[u8] = include_bytes!("../taxonomies/measures.csv");

/// A concept that national figures are published and compared by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Stable id, such as `homicide`.
    pub id: String,
    /// Title in Spanish.
    pub title_es: String,
    /// Title in English.
    pub title_en: String,
    /// Where it is in each taxonomy that says something about it.
    pub classes: Vec<MeasureClasses>,
}

/// The classes that carry a measure in one taxonomy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureClasses {
    /// Id of the taxonomy.
    pub taxonomy: String,
    /// Codes of its classes, none inside another; empty when the concept does not exist there.
    pub codes: Vec<String>,
    /// What differs, or why the concept does not exist; may be empty.
    pub note: String,
}

impl Measure {
    /// The classes in a taxonomy; `None` when the table says nothing about it.
    pub fn in_taxonomy(&self, taxonomy: &str) -> Option<&MeasureClasses> {
        self.classes.iter().find(|classes| classes.taxonomy == taxonomy)
    }
}

/// Every national measure, in the order of the table.
///
/// # Errors
/// [`ReferenceError`] when the built-in table is damaged.
pub fn measures() -> Result<&'static [Measure], ReferenceError> {
    static ALL: OnceLock<Result<Vec<Measure>, ReferenceError>> = OnceLock::new();
    ALL.get_or_init(load).as_deref().map_err(Clone::clone)
}

/// The measure of an id.
///
/// # Errors
/// [`ReferenceError`] when the built-in table is damaged.
pub fn measure(id: &str) -> Result<Option<&'static Measure>, ReferenceError> {
    Ok(measures()?.iter().find(|measure| measure.id == id))
}

/// Codes of the leaves that carry a measure in a taxonomy, in the order of the taxonomy; empty when the concept does
/// not exist there.
///
/// # Errors
/// [`LookupError::UnknownTaxonomy`], or a damaged built-in table.
pub fn measure_leaves(measure: &Measure, taxonomy: &str) -> Result<Vec<&'static str>, LookupError> {
    let known = crate::taxonomy(taxonomy)?.ok_or_else(|| LookupError::UnknownTaxonomy(taxonomy.to_owned()))?;
    let codes = measure.in_taxonomy(taxonomy).map_or(&[][..], |classes| classes.codes.as_slice());
    let carries = |leaf: &str| codes.iter().any(|code| known.is_within(leaf, code));
    Ok(known.leaves().map(|leaf| leaf.code.as_str()).filter(|leaf| carries(leaf)).collect())
}

fn load() -> Result<Vec<Measure>, ReferenceError> {
    let mut all: Vec<Measure> = Vec::new();
    for row in records(TABLE)? {
        if all.last().is_none_or(|last| last.id != row[0]) {
            let (id, title_es, title_en) = (row[0].to_owned(), row[1].to_owned(), row[2].to_owned());
            all.push(Measure { id, title_es, title_en, classes: Vec::new() });
        }
        let codes = row[4].split(';').filter(|code| !code.is_empty()).map(str::to_owned).collect();
        let classes = MeasureClasses { taxonomy: row[3].to_owned(), codes, note: row[5].to_owned() };
        if let Some(last) = all.last_mut() {
            last.classes.push(classes);
        }
    }
    Ok(all)
}
