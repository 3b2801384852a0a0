//! Are the two sides of a break the same thing?

use super::{Crosswalk, Link, Relation, WHOLE};
use crate::{LookupError, Measure, Taxonomy};
use std::collections::{BTreeMap, BTreeSet};

/// Whether figures of two taxonomies may be compared.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparability {
    /// Both sides hold the same events by the crosswalk. How they are collected may still have changed: see the
    /// notes of the rows ([`Crosswalk::links`]).
    Comparable,
    /// They do not, or it is not known.
    Broken {
        /// Why, in the words of the table; each reason once.
        reasons: Vec<String>,
        /// Part of the source side that has no clean image, 0 to 1: of its counts where they were given, else of its
        /// leaves. It is 0 when every class has one and the counting itself changed.
        share: f64,
    },
}

/// Weights of source leaves; leaves count one each when there are none.
type Counts<'a> = Option<&'a BTreeMap<String, u64>>;

struct Sides<'a> {
    crosswalk: &'a Crosswalk,
    source: &'static Taxonomy,
    target: &'static Taxonomy,
}

/// What the comparison has found so far.
#[derive(Default)]
struct Findings {
    reasons: Vec<String>,
    unclean: BTreeSet<String>,
}

impl Crosswalk {
    /// Compares the two sides of a class of the source taxonomy. A row about the class itself decides; otherwise its
    /// leaves do, which have to map onto a set of target leaves that in turn map onto them alone.
    ///
    /// # Errors
    /// An unknown taxonomy, pair or code.
    pub fn comparable(&self, from: &str, to: &str, code: &str) -> Result<Comparability, LookupError> {
        self.comparable_set(from, to, &[code], None)
    }

    /// Compares the two sides of a measure: the classes that carry it in both taxonomies.
    ///
    /// # Errors
    /// An unknown taxonomy or pair.
    pub fn comparable_measure(
        &self,
        from: &str,
        to: &str,
        measure: &Measure,
        counts: Counts<'_>,
    ) -> Result<Comparability, LookupError> {
        let reasons: Vec<String> = [from, to].into_iter().filter_map(|taxonomy| undefined(measure, taxonomy)).collect();
        if !reasons.is_empty() {
            self.taxonomies(from, to)?;
            return Ok(Comparability::Broken { reasons, share: 1.0 });
        }
        let codes = measure.in_taxonomy(from).map_or(&[][..], |classes| classes.codes.as_slice());
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        let compared = self.comparable_set(from, to, &codes, counts)?;
        if compared == Comparability::Comparable && self.image(from, to, &codes)? != leaves_of(measure, to)? {
            let reason = format!("{to}: the measure {} there is not the image of the one in {from}.", measure.id);
            return Ok(Comparability::Broken { reasons: vec![reason], share: 0.0 });
        }
        Ok(compared)
    }

    /// The target leaves that comparable classes lead to.
    fn image(&self, from: &str, to: &str, codes: &[&str]) -> Result<BTreeSet<String>, LookupError> {
        let (source, target) = self.taxonomies(from, to)?;
        let stated = codes.iter().filter(|code| !self.links(from, to, code).is_empty()).copied();
        let open = codes.iter().filter(|code| self.links(from, to, code).is_empty());
        let leaves = open.flat_map(|code| source.leaves_under(code)).map(|leaf| leaf.code.as_str());
        let links = stated.chain(leaves).flat_map(|code| self.links(from, to, code));
        Ok(links.flat_map(|link| target.leaves_under(&link.to)).map(|leaf| leaf.code.clone()).collect())
    }

    /// Compares the two sides of several classes taken together, weighing what has no clean image by `counts` of the
    /// source leaves where they are given.
    ///
    /// # Errors
    /// An unknown taxonomy, pair or code.
    pub fn comparable_set(
        &self,
        from: &str,
        to: &str,
        codes: &[&str],
        counts: Counts<'_>,
    ) -> Result<Comparability, LookupError> {
        let (source, target) = self.taxonomies(from, to)?;
        if let Some(code) = codes.iter().find(|code| source.node(code).is_none()) {
            return Err(LookupError::UnknownCode { taxonomy: from.to_owned(), code: (*code).to_owned() });
        }
        let sides = Sides { crosswalk: self, source, target };
        let findings = sides.compare(codes);
        if findings.reasons.is_empty() {
            return Ok(Comparability::Comparable);
        }
        let leaves = codes.iter().flat_map(|code| source.leaves_under(code)).map(|leaf| leaf.code.clone());
        let share = share(&leaves.collect(), &findings.unclean, counts);
        Ok(Comparability::Broken { reasons: findings.reasons, share })
    }
}

impl Sides<'_> {
    fn compare(&self, codes: &[&str]) -> Findings {
        let mut findings = Findings::default();
        self.links(WHOLE).iter().for_each(|link| findings.add("", link));
        let stated = |code: &&&str| !self.source.is_leaf(code) && !self.links(code).is_empty();
        let (decided, open): (Vec<&&str>, Vec<&&str>) = codes.iter().partition(stated);
        for link in decided.iter().flat_map(|code| self.links(code)).filter(|link| link.relation != Relation::Equal) {
            findings.add("", link);
        }
        let leaves: BTreeSet<String> =
            open.iter().flat_map(|code| self.source.leaves_under(code)).map(|leaf| leaf.code.clone()).collect();
        leaves.iter().for_each(|leaf| self.forward(leaf, &mut findings));
        leaves.iter().for_each(|leaf| self.backward(leaf, &leaves, &mut findings));
        findings
    }

    /// A source leaf has to lie wholly on the target side.
    fn forward(&self, leaf: &str, findings: &mut Findings) {
        let links = self.links(leaf);
        for link in links.iter().filter(|link| !is_whole(link)) {
            findings.add(leaf, link);
            findings.unclean.insert(leaf.to_owned());
        }
        if links.is_empty() {
            findings.reasons.push(format!("{leaf}: the crosswalk does not hold it."));
            findings.unclean.insert(leaf.to_owned());
        }
    }

    /// Every target leaf that a source leaf reaches has to come wholly from the source leaves.
    fn backward(&self, leaf: &str, leaves: &BTreeSet<String>, findings: &mut Findings) {
        let reached = self.links(leaf).iter().filter(|link| is_whole(link));
        for target in reached.flat_map(|link| self.target.leaves_under(&link.to)) {
            let links = self.crosswalk.links(&self.target.id, &self.source.id, &target.code);
            let stays =
                |link: &&Link| is_whole(link) && self.source.leaves_under(&link.to).all(|l| leaves.contains(&l.code));
            if links.is_empty() {
                findings.reasons.push(format!("{}: the crosswalk does not lead back from it.", target.code));
                findings.unclean.insert(leaf.to_owned());
            }
            for link in links.iter().filter(|link| !stays(link)) {
                findings.add(&target.code, link);
                findings.unclean.insert(leaf.to_owned());
            }
        }
    }

    fn links(&self, code: &str) -> &[Link] {
        self.crosswalk.links(&self.source.id, &self.target.id, code)
    }
}

impl Findings {
    fn add(&mut self, code: &str, link: &Link) {
        let reason = if code.is_empty() { link.note.clone() } else { format!("{code}: {}", link.note) };
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }
}

/// Why a measure does not exist in a taxonomy; `None` where it does.
fn undefined(measure: &Measure, taxonomy: &str) -> Option<String> {
    match measure.in_taxonomy(taxonomy) {
        Some(classes) if classes.codes.is_empty() => Some(format!("{taxonomy}: {}", classes.note)),
        Some(_) => None,
        None => Some(format!("{taxonomy}: the measure {} is not defined there.", measure.id)),
    }
}

fn leaves_of(measure: &Measure, taxonomy: &str) -> Result<BTreeSet<String>, LookupError> {
    Ok(crate::measure_leaves(measure, taxonomy)?.into_iter().map(str::to_owned).collect())
}

/// The row leaves nothing of the source class outside its targets.
fn is_whole(link: &Link) -> bool {
    matches!(link.relation, Relation::Equal | Relation::Narrower | Relation::Broader)
}

fn share(leaves: &BTreeSet<String>, unclean: &BTreeSet<String>, counts: Counts<'_>) -> f64 {
    // Shares are for people: a double is precise enough.
    let weight = |leaf: &String| counts.map_or(1.0, |counts| counts.get(leaf).copied().unwrap_or_default() as f64);
    let all: f64 = leaves.iter().map(weight).sum();
    let lost: f64 = unclean.iter().map(weight).sum();
    if all > 0.0 { lost / all } else { 0.0 }
}
