//! The crosswalk between taxonomies: many to many, with what has no clean image and how much that is.
//!
//! The rows are in `taxonomies/crosswalk.csv`; [`Relation`] says what each kind of row states. A row about a class
//! above the leaves, or about the whole taxonomy (code `*`), is read only by the test of comparability.

mod comparable;

pub use comparable::Comparability;

use crate::lookup::records;
use crate::{LookupError, ReferenceError, Taxonomy};
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

pub(crate) static TABLE: &[u8] = include_bytes!("../taxonomies/crosswalk.csv");
/// Every note of the table, with the same in Spanish.
static NOTES: &[u8] = include_bytes!("../taxonomies/notes.csv");
/// Code of a row about the taxonomy as a whole.
const WHOLE: &str = "*";
/// Shares are kept in millionths, so that counts are divided in integers.
const MILLION: u64 = 1_000_000;

/// What a row states of two classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The same set of events.
    Equal,
    /// The source class lies wholly inside the target.
    Narrower,
    /// The source class is made up of this target and of the others that it has rows of this kind to: together they
    /// are all of it, and none reaches outside it.
    Broader,
    /// The two share some events; how many is not known.
    Partial,
    /// The source class has no image.
    None,
}

/// One row of the crosswalk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Code of the target class, which may stand above the leaves; empty for [`Relation::None`].
    pub to: String,
    /// What the row states.
    pub relation: Relation,
    /// Share of the source class that goes to this target, in millionths; `None` when it is not known.
    pub share_millionths: Option<u32>,
    /// Why.
    pub note: String,
}

/// Counts that could not be carried over, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Sum of the counts.
    pub count: u64,
    /// Targets that may hold them; empty when there is no image.
    pub candidates: Vec<String>,
    /// Reasons as the table gives them.
    pub notes: Vec<String>,
}

/// A series carried over to another taxonomy. Always: sum of `by_target` + sum of `unmapped` + sum of `ambiguous` =
/// `total`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapped {
    /// Counts with a clean image, by code of the target class.
    pub by_target: BTreeMap<String, u64>,
    /// Counts without an image, by code of the source leaf.
    pub unmapped: BTreeMap<String, Left>,
    /// Counts whose image is not clean, by code of the source leaf.
    pub ambiguous: BTreeMap<String, Left>,
    /// Sum of the source counts.
    pub total: u64,
    /// Part of the total that has a clean image, 0 to 1; `None` when the total is 0.
    pub share_clean: Option<f64>,
}

/// The rows of the table, by pair of taxonomies and source code.
#[derive(Debug, Default)]
pub struct Crosswalk {
    /// By source taxonomy, target taxonomy and source code.
    rows: HashMap<String, HashMap<String, HashMap<String, Vec<Link>>>>,
    /// Notes in Spanish, by note.
    spanish: HashMap<String, String>,
}

/// The built-in crosswalk.
///
/// # Errors
/// [`ReferenceError`] when its table is damaged.
pub fn crosswalk() -> Result<&'static Crosswalk, ReferenceError> {
    static TABLE: OnceLock<Result<Crosswalk, ReferenceError>> = OnceLock::new();
    TABLE.get_or_init(load).as_ref().map_err(Clone::clone)
}

impl Crosswalk {
    /// Pairs of taxonomies (from, to) that the crosswalk knows, in order.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for (from, targets) in &self.rows {
            pairs.extend(targets.keys().map(|to| (from.as_str(), to.as_str())));
        }
        pairs.sort_unstable();
        pairs
    }

    /// The rows of a source code; empty when there are none.
    pub fn links(&self, from: &str, to: &str, code: &str) -> &[Link] {
        self.pair(from, to).and_then(|rows| rows.get(code)).map_or(&[], Vec::as_slice)
    }

    /// What the rows say of the leaves of some classes, each note once: the caveats of a comparison that holds.
    ///
    /// # Errors
    /// An unknown taxonomy or pair.
    pub fn notes(&self, from: &str, to: &str, codes: &[&str]) -> Result<Vec<&str>, LookupError> {
        let source = self.taxonomies(from, to)?.0;
        let leaves = codes.iter().flat_map(|code| source.leaves_under(code)).map(|leaf| leaf.code.as_str());
        let mut notes = Vec::new();
        for link in codes.iter().copied().chain(leaves).flat_map(|code| self.links(from, to, code)) {
            if !notes.contains(&link.note.as_str()) {
                notes.push(link.note.as_str());
            }
        }
        Ok(notes)
    }

    /// A note of the table in Spanish.
    pub fn note_in_spanish(&self, note: &str) -> Option<&str> {
        self.spanish.get(note).map(String::as_str)
    }

    /// SHA-256 of the table, in lower-case hexadecimal, for the ledger.
    pub fn sha256(&self) -> String {
        crate::lookup::sha256_hex(TABLE)
    }

    /// Carries counts by source leaf over to another taxonomy. Nothing is divided by guess: a count goes to a target
    /// whole, by stated shares, or stays behind with its reason.
    ///
    /// # Errors
    /// An unknown taxonomy, pair or leaf, or a sum beyond 64 bits.
    pub fn map(&self, from: &str, to: &str, counts: &BTreeMap<String, u64>) -> Result<Mapped, LookupError> {
        let source = self.taxonomies(from, to)?.0;
        let mut mapped = Mapped::default();
        for (leaf, count) in counts {
            if source.node(leaf).is_none() || !source.is_leaf(leaf) {
                return Err(LookupError::UnknownCode { taxonomy: from.to_owned(), code: leaf.clone() });
            }
            mapped.total = mapped.total.checked_add(*count).ok_or(LookupError::TooLarge)?;
            mapped.place(leaf, *count, self.links(from, to, leaf));
        }
        // Shares are for people; the sums above are the exact statement.
        let clean = mapped.by_target.values().sum::<u64>() as f64;
        mapped.share_clean = (mapped.total > 0).then(|| clean / mapped.total as f64);
        Ok(mapped)
    }

    /// Both taxonomies of a pair that has rows.
    fn taxonomies(&self, from: &str, to: &str) -> Result<(&'static Taxonomy, &'static Taxonomy), LookupError> {
        let known = |id: &str| crate::taxonomy(id)?.ok_or_else(|| LookupError::UnknownTaxonomy(id.to_owned()));
        let both = (known(from)?, known(to)?);
        if self.pair(from, to).is_some() {
            return Ok(both);
        }
        Err(LookupError::NoCrosswalk { from: from.to_owned(), to: to.to_owned() })
    }

    fn pair(&self, from: &str, to: &str) -> Option<&HashMap<String, Vec<Link>>> {
        self.rows.get(from)?.get(to)
    }
}

impl Mapped {
    fn place(&mut self, leaf: &str, count: u64, links: &[Link]) {
        let clean = |link: &&Link| matches!(link.relation, Relation::Equal | Relation::Narrower);
        if let Some(link) = links.iter().find(clean) {
            *self.by_target.entry(link.to.clone()).or_default() += count;
            return;
        }
        if links.iter().all(|link| link.relation == Relation::None) {
            self.unmapped.insert(leaf.to_owned(), left(count, links));
            return;
        }
        let rest = count - self.divide(count, links);
        if rest > 0 || links.iter().any(|link| link.share_millionths.is_none()) {
            self.ambiguous.insert(leaf.to_owned(), left(rest, links));
        }
    }

    /// Gives targets their stated shares, rounded down, and returns what was given.
    fn divide(&mut self, count: u64, links: &[Link]) -> u64 {
        let mut given = 0;
        for link in links {
            let Some(share) = link.share_millionths else { continue };
            let part = (u128::from(count) * u128::from(share) / u128::from(MILLION)) as u64;
            *self.by_target.entry(link.to.clone()).or_default() += part;
            given += part;
        }
        given
    }
}

fn left(count: u64, links: &[Link]) -> Left {
    let mut notes: Vec<String> = Vec::new();
    for link in links {
        if !notes.contains(&link.note) {
            notes.push(link.note.clone());
        }
    }
    let candidates = links.iter().map(|link| link.to.clone()).filter(|to| !to.is_empty()).collect();
    Left { count, candidates, notes }
}

fn load() -> Result<Crosswalk, ReferenceError> {
    let spanish = records(NOTES)?.iter().map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    let mut crosswalk = Crosswalk { spanish, ..Crosswalk::default() };
    for row in records(TABLE)? {
        let link = Link {
            to: row[3].to_owned(),
            relation: relation(&row[4])?,
            share_millionths: share(&row[5])?,
            note: row[6].to_owned(),
        };
        let pair = crosswalk.rows.entry(row[0].to_owned()).or_default().entry(row[2].to_owned()).or_default();
        let links = pair.entry(row[1].to_owned()).or_default();
        links.push(link);
        let shares: u64 = links.iter().filter_map(|link| link.share_millionths).map(u64::from).sum();
        if shares > MILLION {
            return Err(ReferenceError::new(format!("shares of {} in the crosswalk", &row[1])));
        }
    }
    Ok(crosswalk)
}

fn relation(text: &str) -> Result<Relation, ReferenceError> {
    Ok(match text {
        "equal" => Relation::Equal,
        "narrower" => Relation::Narrower,
        "broader" => Relation::Broader,
        "partial" => Relation::Partial,
        "none" => Relation::None,
        other => return Err(ReferenceError::new(format!("relation {other} in the crosswalk"))),
    })
}

/// A share written `0.25`, in millionths.
fn share(text: &str) -> Result<Option<u32>, ReferenceError> {
    if text.is_empty() {
        return Ok(None);
    }
    let share: f64 = text.parse().map_err(ReferenceError::new)?;
    let within = (0.0..=1.0).contains(&share);
    within
        .then(|| Some((share * MILLION as f64).round() as u32))
        .ok_or_else(|| ReferenceError::new(format!("share {text} in the crosswalk")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(to: &str, relation: Relation, share_millionths: Option<u32>) -> Link {
        Link { to: to.to_owned(), relation, share_millionths, note: format!("note on {to}") }
    }

    #[test]
    fn stated_shares_are_rounded_down_and_the_rest_stays_ambiguous() {
        let links = [link("a", Relation::Broader, Some(333_333)), link("b", Relation::Broader, Some(666_667))];
        let mut mapped = Mapped::default();
        mapped.place("x", 10, &links);
        assert_eq!(mapped.by_target, BTreeMap::from([("a".to_owned(), 3), ("b".to_owned(), 6)]));
        assert_eq!(mapped.ambiguous["x"].count, 1);
        assert_eq!(mapped.ambiguous["x"].candidates, ["a", "b"]);
    }

    #[test]
    fn without_shares_nothing_is_divided() {
        let mut mapped = Mapped::default();
        mapped.place("x", 10, &[link("a", Relation::Partial, None), link("b", Relation::Partial, None)]);
        mapped.place("y", 4, &[link("", Relation::None, None)]);
        assert!(mapped.by_target.is_empty());
        assert_eq!((mapped.ambiguous["x"].count, mapped.unmapped["y"].count), (10, 4));
    }

    #[test]
    fn shares_lie_between_nothing_and_all() {
        assert_eq!(share("0.25").expect("a share"), Some(250_000));
        assert!(share("1.5").is_err() && share("-0.1").is_err() && share("half").is_err());
    }
}
