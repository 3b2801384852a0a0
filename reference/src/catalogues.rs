//! What travels inside the program, as one names it: so that a ledger can record which content an installation had.

use crate::{BOUNDARIES, PLACES, POPULATION, TERRITORY_EDITION};

/// What a catalogue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogueKind {
    /// A layer of the territory.
    Layer,
    /// A classification of offences.
    Taxonomy,
}

/// One catalogue inside the program.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// What it is.
    pub kind: CatalogueKind,
    /// Its name.
    pub name: &'static str,
    /// Its edition.
    pub edition: &'static str,
    /// The files that it is made of.
    pub files: Vec<&'static [u8]>,
}

/// Every catalogue inside the program.
pub fn catalogues() -> Vec<Catalogue> {
    let territory = vec![BOUNDARIES, PLACES, POPULATION];
    let layer =
        |name| Catalogue { kind: CatalogueKind::Layer, name, edition: TERRITORY_EDITION, files: territory.clone() };
    let taxonomy = |name, files| Catalogue { kind: CatalogueKind::Taxonomy, name, edition: "1", files };
    let mut all: Vec<Catalogue> = ["nation", "states", "municipalities"].into_iter().map(layer).collect();
    all.push(taxonomy("offence-classes", crate::offences::FILES.to_vec()));
    all.extend(crate::taxonomies::TABLES.iter().map(|(name, table)| taxonomy(name, vec![*table])));
    all.push(taxonomy("crosswalk", vec![crate::crosswalk::TABLE]));
    all
}
