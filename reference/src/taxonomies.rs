//! Classifications of offences in the editions that sources use, as tables of `reference/taxonomies/`.

use crate::ReferenceError;
use crate::lookup::key;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::OnceLock;
use tequio_kernel::Month;

static EDITIONS: &[u8] = include_bytes!("../taxonomies/editions.csv");
static ALIASES: &[u8] = include_bytes!("../taxonomies/aliases.csv");
pub(crate) static TABLES: &[(&str, &[u8])] = &[
    ("sesnsp-old", include_bytes!("../taxonomies/sesnsp-old.csv")),
    ("cnsp-2015", include_bytes!("../taxonomies/cnsp-2015.csv")),
    ("rnid-2026", include_bytes!("../taxonomies/rnid-2026.csv")),
    ("federal", include_bytes!("../taxonomies/federal.csv")),
    ("iccs-1.0", include_bytes!("../taxonomies/iccs-1.0.csv")),
    ("icd10-homicide", include_bytes!("../taxonomies/icd10-homicide.csv")),
];

/// Between the names of a path; no source writes it.
const JOINT: char = '\u{1f}';

/// One class of a taxonomy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Stable code, unique in its taxonomy: lower-case letters, digits and hyphens, levels joined by dots.
    pub code: String,
    /// Code of the class above; `None` at the top.
    pub parent: Option<String>,
    /// Level where the class begins, from 1 (see [`Taxonomy::levels_en`]).
    pub level: u8,
    /// Deepest level that the class stands for. Files repeat the name of a class that they do not divide
    /// (`Aborto, Aborto, Aborto`); it is one node from `level` to `lowest`.
    pub lowest: u8,
    /// Name as the official file writes it.
    pub name_es: String,
    /// English name.
    pub name_en: String,
    /// Units in which the source publishes a leaf: `case-file`, `victim`, `death`. Empty above the leaves.
    pub units: Vec<String>,
}

/// One edition of a classification.
#[derive(Clone, Debug)]
pub struct Taxonomy {
    /// Stable id, such as `cnsp-2015`.
    pub id: String,
    /// Title in Spanish.
    pub title_es: String,
    /// Title in English.
    pub title_en: String,
    /// First month whose figures use it; `None` when it is not stated.
    pub valid_from: Option<Month>,
    /// Last month whose figures use it; `None` while it is in use.
    pub valid_until: Option<Month>,
    /// Names of its levels in Spanish, from the top.
    pub levels_es: Vec<String>,
    /// Names of its levels in English, from the top.
    pub levels_en: Vec<String>,
    /// Who made it, in which document.
    pub source: String,
    /// Every class, parents before children, in the order of the source.
    pub nodes: Vec<Node>,
    table: &'static [u8],
    codes: HashMap<String, usize>,
    children: HashMap<String, Vec<usize>>,
    paths: HashMap<String, Option<usize>>,
    aliases: HashMap<String, String>,
}

/// Every taxonomy edition inside the program, oldest first.
///
/// # Errors
/// [`ReferenceError`] when a built-in table is damaged.
pub fn taxonomies() -> Result<&'static [Taxonomy], ReferenceError> {
    static ALL: OnceLock<Result<Vec<Taxonomy>, ReferenceError>> = OnceLock::new();
    ALL.get_or_init(load).as_deref().map_err(Clone::clone)
}

/// The taxonomy of an id; `None` when there is none.
///
/// # Errors
/// [`ReferenceError`] when a built-in table is damaged.
pub fn taxonomy(id: &str) -> Result<Option<&'static Taxonomy>, ReferenceError> {
    Ok(taxonomies()?.iter().find(|taxonomy| taxonomy.id == id))
}

impl Taxonomy {
    /// The class of a code.
    pub fn node(&self, code: &str) -> Option<&Node> {
        self.codes.get(code).map(|at| &self.nodes[*at])
    }

    /// Classes that are not divided further, in the order of the source.
    pub fn leaves(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| self.is_leaf(&node.code))
    }

    /// True when nothing stands under the code.
    pub fn is_leaf(&self, code: &str) -> bool {
        !self.children.contains_key(code)
    }

    /// The classes right under a code; under the empty code, those at the top.
    pub fn children(&self, code: &str) -> impl Iterator<Item = &Node> {
        self.children.get(code).into_iter().flatten().map(|at| &self.nodes[*at])
    }

    /// The classes above a code, nearest first.
    pub fn ancestors(&self, code: &str) -> impl Iterator<Item = &Node> {
        let above = |code: &str| self.node(code).and_then(|node| node.parent.as_deref()).and_then(|up| self.node(up));
        std::iter::successors(above(code), move |node| above(&node.code))
    }

    /// The class that stands for a code at a level: itself or one above it; `None` below the class.
    pub fn at_level(&self, code: &str, level: u8) -> Option<&Node> {
        let own = self.node(code).into_iter().chain(self.ancestors(code));
        own.into_iter().find(|node| (node.level..=node.lowest).contains(&level))
    }

    /// True when `code` is the class `within` or lies under it.
    pub fn is_within(&self, code: &str, within: &str) -> bool {
        self.node(code).is_some() && (code == within || self.ancestors(code).any(|node| node.code == within))
    }

    /// The leaves of a class: itself when it is not divided. Empty for an unknown code.
    pub fn leaves_under<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Node> {
        self.leaves().filter(move |leaf| self.is_within(&leaf.code, code))
    }

    /// The leaf that an official file names, from the top level down, one name a column.
    ///
    /// Letters are compared folded and punctuation is left out; other known spellings are in `aliases.csv`. Upper
    /// levels may be left out where the rest names one leaf only. `None` when no leaf has that path.
    pub fn leaf_of_path(&self, names: &[&str]) -> Option<&Node> {
        let written = self.paths.get(&joined(names.iter().copied()));
        let found = match written {
            Some(found) => *found,
            None => *self.paths.get(&joined(names.iter().map(|name| self.official_key(name))))?,
        };
        found.map(|at| &self.nodes[at])
    }

    /// The class of any level that the names lead to, from the widest to the narrowest, for tables that do not go down to
    /// the leaves. `None` when none has these names, or more than one.
    pub fn class_of_path(&self, names: &[&str]) -> Option<&Node> {
        let keys: Vec<String> =
            names.iter().rev().map(|name| self.official_key(name)).filter(|key| !key.is_empty()).collect();
        let (last, above) = keys.split_first()?;
        let is_named = |node: &&Node| {
            let mut chain = self.ancestors(&node.code).map(|node| key(&node.name_es));
            let repeats = |key: &String| usize::from(node.lowest - node.level) > 0 && key == last;
            key(&node.name_es) == *last && above.iter().all(|key| repeats(key) || chain.any(|known| known == *key))
        };
        let mut found = self.nodes.iter().filter(is_named);
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// Classes whose code or name, in either language, is the text (folded, without punctuation).
    pub fn find(&self, text: &str) -> Vec<&Node> {
        if let Some(node) = self.node(text.trim()) {
            return vec![node];
        }
        let (official, plain) = (self.official_key(text), key(text));
        self.nodes.iter().filter(|node| key(&node.name_es) == official || key(&node.name_en) == plain).collect()
    }

    /// SHA-256 of the table of nodes, in lower-case hexadecimal, for the ledger.
    pub fn sha256(&self) -> String {
        crate::lookup::sha256_hex(self.table)
    }

    fn official_key(&self, name: &str) -> String {
        let key = key(name);
        self.aliases.get(&key).cloned().unwrap_or(key)
    }

    fn push(&mut self, node: Node) {
        let at = self.nodes.len();
        self.codes.insert(node.code.clone(), at);
        self.children.entry(node.parent.clone().unwrap_or_default()).or_default().push(at);
        self.nodes.push(node);
    }

    /// Indexes each leaf by its path as written, folded, and by every shorter end of the folded path.
    fn index_paths(&mut self) {
        let leaves: Vec<(usize, Vec<String>)> =
            self.leaves().map(|leaf| (self.codes[&leaf.code], self.names_of(leaf))).collect();
        for (at, names) in leaves {
            self.paths.insert(joined(names.iter().map(String::as_str)), Some(at));
            let keys: Vec<String> = names.iter().map(|name| key(name)).collect();
            self.paths.insert(joined(keys.iter().map(String::as_str)), Some(at));
            (1..keys.len()).for_each(|skip| self.index_end(&keys[skip..], at));
        }
    }

    fn index_end(&mut self, keys: &[String], at: usize) {
        match self.paths.entry(joined(keys.iter().map(String::as_str))) {
            Entry::Vacant(free) => {
                free.insert(Some(at));
            }
            Entry::Occupied(mut taken) if *taken.get() != Some(at) => {
                taken.insert(None);
            }
            Entry::Occupied(_) => {}
        }
    }

    /// One name a column of the file, from the top.
    fn names_of(&self, leaf: &Node) -> Vec<String> {
        let mut chain: Vec<&Node> = std::iter::once(leaf).chain(self.ancestors(&leaf.code)).collect();
        chain.reverse();
        let columns = |node: &Node| usize::from(node.lowest - node.level) + 1;
        chain.into_iter().flat_map(|node| std::iter::repeat_n(node.name_es.clone(), columns(node))).collect()
    }
}

fn joined<T: AsRef<str>>(names: impl Iterator<Item = T>) -> String {
    let mut path = String::with_capacity(96);
    for (at, name) in names.enumerate() {
        if at > 0 {
            path.push(JOINT);
        }
        path.push_str(name.as_ref());
    }
    path
}

fn load() -> Result<Vec<Taxonomy>, ReferenceError> {
    let editions = crate::lookup::records(EDITIONS)?;
    let aliases = crate::lookup::records(ALIASES)?;
    editions.iter().map(|edition| read(edition, &aliases)).collect()
}

fn read(edition: &csv::StringRecord, aliases: &[csv::StringRecord]) -> Result<Taxonomy, ReferenceError> {
    let id = &edition[0];
    let table = TABLES.iter().find(|(name, _)| *name == id).map(|(_, table)| *table);
    let table = table.ok_or_else(|| ReferenceError::new(format!("no table of taxonomy {id}")))?;
    let list = |text: &str| text.split(';').map(str::to_owned).collect();
    let mut taxonomy = Taxonomy {
        id: id.to_owned(),
        title_es: edition[1].to_owned(),
        title_en: edition[2].to_owned(),
        valid_from: month(&edition[3])?,
        valid_until: month(&edition[4])?,
        levels_es: list(&edition[5]),
        levels_en: list(&edition[6]),
        source: edition[7].to_owned(),
        nodes: Vec::new(),
        table,
        codes: HashMap::new(),
        children: HashMap::new(),
        paths: HashMap::new(),
        aliases: aliases.iter().filter(|row| &row[0] == id).map(|row| (key(&row[1]), key(&row[2]))).collect(),
    };
    for record in crate::lookup::records(table)? {
        taxonomy.push(node(&record)?);
    }
    taxonomy.index_paths();
    Ok(taxonomy)
}

fn node(record: &csv::StringRecord) -> Result<Node, ReferenceError> {
    let level = |at: usize| record[at].parse::<u8>().map_err(ReferenceError::new);
    let (level, lowest) = (level(2)?, level(3)?);
    if level == 0 || lowest < level {
        return Err(ReferenceError::new(format!("levels of {}", &record[0])));
    }
    Ok(Node {
        code: record[0].to_owned(),
        parent: (!record[1].is_empty()).then(|| record[1].to_owned()),
        level,
        lowest,
        name_es: record[4].to_owned(),
        name_en: record[5].to_owned(),
        units: record[6].split(';').filter(|unit| !unit.is_empty()).map(str::to_owned).collect(),
    })
}

fn month(text: &str) -> Result<Option<Month>, ReferenceError> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(ReferenceError::new) }
}
