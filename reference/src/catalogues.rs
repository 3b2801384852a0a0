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
#[derive(Clone, Copy, Debug)]
pub struct Catalogue {
    /// What it is.
    pub kind: CatalogueKind,
    /// Its name.
    pub name: &'static str,
    /// Its edition.
    pub edition: &'static str,
    /// The files that it is made of.
    pub files: &'static [&'static [u8]],
}

static TERRITORY: &[&[u8]] = &[BOUNDARIES, PLACES, POPULATION];

/// Every catalogue inside the program.
pub fn catalogues() -> Vec<Catalogue> {
    let layer = |name| Catalogue { kind: CatalogueKind::Layer, name, edition: TERRITORY_EDITION, files: TERRITORY };
    let classes = Catalogue {
        kind: CatalogueKind::Taxonomy,
        name: "offence-classes",
        edition: "1",
        files: crate::offences::FILES,
    };
    ["nation", "states", "municipalities"].into_iter().map(layer).chain([classes]).collect()
}
