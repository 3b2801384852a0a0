//! The Merkle tree of RFC 6962, section 2.1: hashes, roots, and the two kinds of proofs.
//!
//! Proofs are made from any [`Nodes`], whatever keeps the hashes of complete subtrees; they are checked by the loops of
//! RFC 9162, sections 2.1.3.2 and 2.1.4.2, which take numbers and bytes only and refuse whatever does not fit.

use super::LedgerError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// Longest proof that is read: a consistency proof of a tree of 2^53 leaves has no more.
pub const PATH_HASHES_MAX: usize = 64;
/// Largest tree: what a JSON number holds exactly.
pub const TREE_SIZE_MAX: u64 = 1 << 53;

/// SHA-256 of a leaf, of an inner node or of a whole tree; written in standard Base 64.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TreeHash(pub [u8; 32]);

impl TreeHash {
    /// Root of the tree without leaves: SHA-256 of nothing.
    pub fn empty() -> Self {
        Self(Sha256::digest(b"").into())
    }

    /// Hash of a leaf: of a zero byte and its content.
    pub fn of_leaf(content: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(content).finalize().into())
    }

    /// Hash of an inner node: of a one byte and its two children.
    pub fn of_node(left: Self, right: Self) -> Self {
        Self(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
    }

    /// Reads 32 bytes in standard Base 64, and nothing that is written otherwise.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for TreeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for TreeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl From<TreeHash> for String {
    fn from(hash: TreeHash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for TreeHash {
    type Error = LedgerError;
    fn try_from(text: String) -> Result<Self, LedgerError> {
        Self::parse(&text).ok_or_else(|| LedgerError::malformed("hash", "it is not 32 bytes in Base 64"))
    }
}

/// Hashes of complete subtrees.
pub trait Nodes {
    /// The root over the leaves `index * 2^level .. (index + 1) * 2^level`.
    ///
    /// # Errors
    /// [`LedgerError`] when it cannot be read.
    fn node(&self, level: u32, index: u64) -> Result<TreeHash, LedgerError>;
}

/// Levels of complete subtrees over a list of leaf hashes, in memory: level 0 are the leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(pub(super) Vec<Vec<TreeHash>>);

impl Levels {
    /// Hashes every complete subtree over the leaf hashes.
    pub fn over(leaves: Vec<TreeHash>) -> Self {
        let mut levels = vec![leaves];
        while let Some(last) = levels.last().filter(|last| last.len() > 1) {
            let above = last.chunks_exact(2).map(|pair| TreeHash::of_node(pair[0], pair[1])).collect();
            levels.push(above);
        }
        Self(levels)
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.0.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Root over the first `size` leaves.
    ///
    /// # Errors
    /// [`LedgerError::OutOfRange`] when there are fewer.
    pub fn root(&self, size: u64) -> Result<TreeHash, LedgerError> {
        root(self, size)
    }
}

impl Nodes for Levels {
    fn node(&self, level: u32, index: u64) -> Result<TreeHash, LedgerError> {
        let found = self.0.get(level as usize).and_then(|hashes| hashes.get(usize::try_from(index).ok()?));
        found.copied().ok_or(LedgerError::OutOfRange { index: index << level, size: self.size() })
    }
}

/// Root over the first `size` leaves.
///
/// # Errors
/// [`LedgerError`] when a node cannot be read.
pub fn root(nodes: &impl Nodes, size: u64) -> Result<TreeHash, LedgerError> {
    if size == 0 { Ok(TreeHash::empty()) } else { range_root(nodes, 0, size) }
}

/// Root over the leaves `low..high`, where `low` is a multiple of the power of two at or above the length.
fn range_root(nodes: &impl Nodes, mut low: u64, high: u64) -> Result<TreeHash, LedgerError> {
    let mut parts = Vec::new();
    while low < high {
        let level = (high - low).ilog2();
        parts.push(nodes.node(level, low >> level)?);
        low += 1 << level;
    }
    let whole = parts.into_iter().rev().reduce(|right, left| TreeHash::of_node(left, right));
    whole.ok_or(LedgerError::OutOfRange { index: low, size: high })
}

/// Largest power of two below a number of leaves greater than one: where RFC 6962 splits a tree.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// The path from leaf `index` up to the root over `size` leaves, the leaf's sibling first.
///
/// # Errors
/// [`LedgerError::OutOfRange`] when there is no such leaf; [`LedgerError`] when a node cannot be read.
pub fn inclusion_path(nodes: &impl Nodes, index: u64, size: u64) -> Result<Vec<TreeHash>, LedgerError> {
    if index >= size || size > TREE_SIZE_MAX {
        return Err(LedgerError::OutOfRange { index, size });
    }
    let (mut low, mut high, mut path) = (0, size, Vec::new());
    while high - low > 1 {
        let middle = low + split(high - low);
        if index < middle {
            path.push(range_root(nodes, middle, high)?);
            high = middle;
        } else {
            path.push(range_root(nodes, low, middle)?);
            low = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The proof that the tree of `old` leaves is the beginning of the tree of `new` leaves; empty when they are equal
/// or the old one is.
///
/// # Errors
/// [`LedgerError::OutOfRange`] when the old tree is the larger; [`LedgerError`] when a node cannot be read.
pub fn consistency_path(nodes: &impl Nodes, old: u64, new: u64) -> Result<Vec<TreeHash>, LedgerError> {
    if old > new || new > TREE_SIZE_MAX {
        return Err(LedgerError::OutOfRange { index: old, size: new });
    }
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let (mut low, mut high, mut path) = (0, new, Vec::new());
    // Down to the subtree whose end is the end of the old tree.
    while high != old {
        let middle = low + split(high - low);
        if old <= middle {
            path.push(range_root(nodes, middle, high)?);
            high = middle;
        } else {
            path.push(range_root(nodes, low, middle)?);
            low = middle;
        }
    }
    // A verifier who knows the old root needs that subtree only when it is not the whole old tree.
    if low > 0 {
        path.push(range_root(nodes, low, high)?);
    }
    path.reverse();
    Ok(path)
}

/// Root that a path leads to from a leaf hash; `None` when the path has not the one length that fits.
pub fn root_of_path(leaf: TreeHash, index: u64, size: u64, path: &[TreeHash]) -> Option<TreeHash> {
    if index >= size || size > TREE_SIZE_MAX || path.len() > PATH_HASHES_MAX {
        return None;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return None;
        }
        if node & 1 == 1 || node == last {
            hash = TreeHash::of_node(*sibling, hash);
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            hash = TreeHash::of_node(hash, *sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    (last == 0).then_some(hash)
}

/// A tree: how many leaves, and its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree {
    /// How many leaves.
    pub size: u64,
    /// Root over them.
    pub root: TreeHash,
}

/// True when the path proves that `old` is the beginning of `new`.
pub fn is_consistent(old: Tree, new: Tree, path: &[TreeHash]) -> bool {
    if old.size > new.size || new.size > TREE_SIZE_MAX || path.len() > PATH_HASHES_MAX {
        return false;
    }
    if old.size == new.size {
        return path.is_empty() && old.root == new.root;
    }
    if old.size == 0 {
        return path.is_empty() && old.root == TreeHash::empty();
    }
    roots_of_consistency(old, new.size, path) == Some((old.root, new.root))
}

/// The two roots that a consistency path leads to.
fn roots_of_consistency(old: Tree, new_size: u64, path: &[TreeHash]) -> Option<(TreeHash, TreeHash)> {
    let whole = old.size.is_power_of_two().then_some(old.root);
    let mut hashes = whole.into_iter().chain(path.iter().copied());
    let (mut node, mut last) = (old.size - 1, new_size - 1);
    while node & 1 == 1 {
        (node, last) = (node >> 1, last >> 1);
    }
    let first = hashes.next()?;
    let (mut old_root, mut new_root) = (first, first);
    for hash in hashes {
        if last == 0 {
            return None;
        }
        if node & 1 == 1 || node == last {
            old_root = TreeHash::of_node(hash, old_root);
            new_root = TreeHash::of_node(hash, new_root);
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            new_root = TreeHash::of_node(new_root, hash);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    (last == 0).then_some((old_root, new_root))
}
