//! What was found in a file: how many features, how many places, and every defect with its feature named.

use std::fmt;

/// What reading a file found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Features in the file.
    pub features: u64,
    /// Places in the layer; more than the features when a feature holds several street segments,
    /// fewer when bad features were left out.
    pub places: u64,
    /// Defects, in the order of the file; overlaps come last.
    pub issues: Vec<Issue>,
    /// The coordinate reference system the file was read as, such as `EPSG:32614`.
    pub crs: String,
    /// Choices made on reading that are not defects: the fields used, the rules applied.
    pub notes: Vec<String>,
}

/// One defect of one feature.
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// The feature: `09002 (Azcapotzalco)`, or `row 7` when it has no code.
    pub feature: String,
    /// What kind of defect.
    pub kind: IssueKind,
    /// The defect in words, with its position when it has one.
    pub detail: String,
    /// Whether the feature cannot enter the layer; otherwise it entered unchanged.
    pub refused: bool,
}

/// Kinds of defects.
#[derive(Clone, Debug, PartialEq)]
pub enum IssueKind {
    /// The geometry breaks the rules of OGC Simple Features.
    Invalid,
    /// The feature has no geometry.
    Empty,
    /// The geometry has heights, which were dropped; longitude and latitude are unchanged.
    ThreeD,
    /// Two areas share more than a border.
    Overlap {
        /// The other area.
        with: String,
        /// The shared surface, approximately.
        area_m2: f64,
    },
    /// The file does not state its coordinate reference system; `--crs` did.
    MissingCrs,
    /// Another feature has the same code.
    DuplicateCode,
    /// The feature has no code.
    MissingCode,
    /// The population is not a whole number of persons.
    BadPopulation,
    /// No place of the layer named by `within` holds the place (found by the caller, who has that layer).
    UnknownParent,
}

impl IssueKind {
    /// Short English name, for tables and tallies.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Invalid => "invalid geometry",
            Self::Empty => "empty geometry",
            Self::ThreeD => "3-D geometry",
            Self::Overlap { .. } => "overlap",
            Self::MissingCrs => "missing CRS",
            Self::DuplicateCode => "duplicate code",
            Self::MissingCode => "missing code",
            Self::BadPopulation => "bad population",
            Self::UnknownParent => "unknown parent",
        }
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.feature, self.kind.label(), self.detail)
    }
}

impl Report {
    /// How many issues keep their feature out of the layer.
    pub fn refused(&self) -> usize {
        self.issues.iter().filter(|issue| issue.refused).count()
    }

    /// How many issues there are of each kind, in the order they first appear.
    pub fn tally(&self) -> Vec<(&'static str, usize)> {
        let mut tally: Vec<(&'static str, usize)> = Vec::new();
        for label in self.issues.iter().map(|issue| issue.kind.label()) {
            match tally.iter_mut().find(|(known, _)| *known == label) {
                Some((_, count)) => *count += 1,
                None => tally.push((label, 1)),
            }
        }
        tally
    }

    pub(crate) fn push(&mut self, feature: &str, kind: IssueKind, detail: impl Into<String>, refused: bool) {
        self.issues.push(Issue { feature: feature.to_owned(), kind, detail: detail.into(), refused });
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }
}
