//! The tree over the rows of an edition, so that one figure can be proved without the others.
//!
//! It is the tree of RFC 6962 over all rows. The file keeps the hashes of its complete subtrees from blocks of 1,024
//! rows upwards, about 64 bytes a block: a proof needs the rows of its own block and these hashes.
//!
//! Only rows that may be published go in: a row of few possible values can be guessed from its hash, and the hash of a
//! row's neighbour is part of its proof.

use super::LedgerError;
use super::figure::RowPath;
use super::merkle::{Levels, Nodes, TREE_SIZE_MAX, TreeHash, inclusion_path, root};
use super::tiles::{bytes_of, hashes_of};
use crate::hash::read_small_file;
use rayon::prelude::*;
use std::fs;
use std::path::Path;

/// Rows of a block.
pub const ROWS_BLOCK: u64 = 1 << BLOCK_LEVEL;
/// The tree over the rows, below the folder of an edition.
pub const ROWS_FILE: &str = "rows.tree";
const BLOCK_LEVEL: u32 = 10;
/// Blocks hashed at a time.
const BATCH_BLOCKS: usize = 64;
const MAGIC: &[u8; 16] = b"tequio rows v1\n\0";
/// Enough for 2^31 rows.
const FILE_BYTES_MAX: u64 = 128 << 20;

/// Rows of a block, one after the other.
#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Block {
    fn push(&mut self, row: &[u8]) {
        self.bytes.extend_from_slice(row);
        self.ends.push(self.bytes.len());
    }

    fn is_full(&self) -> bool {
        self.ends.len() as u64 == ROWS_BLOCK
    }

    fn leaves(&self) -> Vec<TreeHash> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| TreeHash::of_leaf(&self.bytes[start..*end])).collect()
    }
}

/// Takes the rows in their order.
#[derive(Default)]
pub struct RowsBuilder {
    full: Vec<Block>,
    open: Block,
    blocks: Vec<TreeHash>,
}

impl RowsBuilder {
    /// Adds a row: the bytes that a proof will show, canonical JSON.
    pub fn push(&mut self, row: &[u8]) {
        self.open.push(row);
        if !self.open.is_full() {
            return;
        }
        self.full.push(std::mem::take(&mut self.open));
        if self.full.len() == BATCH_BLOCKS {
            self.hash_full();
        }
    }

    fn hash_full(&mut self) {
        let full = std::mem::take(&mut self.full);
        let top = |block: &Block| Levels::over(block.leaves()).0.pop().and_then(|level| level.first().copied());
        self.blocks.par_extend(full.par_iter().filter_map(top));
    }

    /// The tree over the rows that were added.
    pub fn finish(mut self) -> RowsTree {
        self.hash_full();
        let rest = self.open.leaves();
        let size = self.blocks.len() as u64 * ROWS_BLOCK + rest.len() as u64;
        RowsTree { size, above: Levels::over(self.blocks), rest: Levels::over(rest) }
    }
}

/// The tree over the rows of an edition: everything but the insides of the full blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowsTree {
    size: u64,
    above: Levels,
    rest: Levels,
}

/// A tree with the inside of one block.
struct WithBlock<'a> {
    tree: &'a RowsTree,
    block: u64,
    inside: Levels,
}

impl Nodes for WithBlock<'_> {
    fn node(&self, level: u32, index: u64) -> Result<TreeHash, LedgerError> {
        let first = self.block << (BLOCK_LEVEL - level.min(BLOCK_LEVEL));
        if level < BLOCK_LEVEL && index >= first && index >> (BLOCK_LEVEL - level) == self.block {
            return self.inside.node(level, index - first);
        }
        self.tree.node(level, index)
    }
}

impl Nodes for RowsTree {
    fn node(&self, level: u32, index: u64) -> Result<TreeHash, LedgerError> {
        if level >= BLOCK_LEVEL {
            return self.above.node(level - BLOCK_LEVEL, index);
        }
        let first = (self.size / ROWS_BLOCK) << (BLOCK_LEVEL - level);
        let within = index.checked_sub(first).ok_or(LedgerError::OutOfRange { index, size: self.size })?;
        self.rest.node(level, within)
    }
}

impl RowsTree {
    /// The tree over rows.
    pub fn over<R: AsRef<[u8]>>(rows: impl IntoIterator<Item = R>) -> Self {
        let mut builder = RowsBuilder::default();
        rows.into_iter().for_each(|row| builder.push(row.as_ref()));
        builder.finish()
    }

    /// How many rows.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root over all rows.
    ///
    /// # Errors
    /// [`LedgerError`] when the file it was read from is not whole.
    pub fn root(&self) -> Result<TreeHash, LedgerError> {
        root(self, self.size)
    }

    /// Rows that a proof of row `index` needs: those of its block.
    pub fn block_of(&self, index: u64) -> std::ops::Range<u64> {
        let start = index - index % ROWS_BLOCK;
        start..(start + ROWS_BLOCK).min(self.size)
    }

    /// Proves row `index`, given the rows of [`RowsTree::block_of`] in their order.
    ///
    /// # Errors
    /// [`LedgerError::OutOfRange`] when there is no such row; [`LedgerError::Refused`] when the rows are not those
    /// that were hashed.
    pub fn prove<R: AsRef<[u8]>>(
        &self,
        index: u64,
        block: impl IntoIterator<Item = R>,
    ) -> Result<RowPath, LedgerError> {
        if index >= self.size {
            return Err(LedgerError::OutOfRange { index, size: self.size });
        }
        let leaves: Vec<TreeHash> = block.into_iter().map(|row| TreeHash::of_leaf(row.as_ref())).collect();
        let expected = self.block_of(index);
        let number = index / ROWS_BLOCK;
        let inside = Levels::over(leaves);
        let known = match self.above.node(0, number) {
            Ok(known) => inside.root(ROWS_BLOCK).is_ok_and(|root| root == known),
            Err(_) => inside == self.rest,
        };
        if !known || inside.size() != expected.end - expected.start {
            return Err(LedgerError::refused(format!(
                "rows {expected:?} are not those that were published: `counts.parquet` or `rows.tree` of the edition is damaged, restore it from a copy"
            )));
        }
        let path = inclusion_path(&WithBlock { tree: self, block: number, inside }, index, self.size)?;
        Ok(RowPath { index, size: self.size, path })
    }

    /// Writes the tree to a file.
    ///
    /// # Errors
    /// [`LedgerError::Io`].
    pub fn write(&self, path: &Path) -> Result<(), LedgerError> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&self.size.to_be_bytes());
        for level in self.above.0.iter().chain(self.rest.0.first()) {
            bytes.extend_from_slice(&bytes_of(level));
        }
        fs::write(path, bytes).map_err(LedgerError::io(path))
    }

    /// Reads a tree from a file.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] when it is not whole.
    pub fn read(path: &Path) -> Result<Self, LedgerError> {
        let bytes = read_small_file(path, FILE_BYTES_MAX).map_err(LedgerError::io(path))?;
        Self::parse(&bytes).ok_or_else(|| LedgerError::damaged(path, "it is no tree over rows, or not all of one"))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (size, hashes) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
        let size = u64::from_be_bytes(*size);
        if size > TREE_SIZE_MAX || !hashes.len().is_multiple_of(32) {
            return None;
        }
        let mut hashes = hashes_of(hashes);
        let mut levels = vec![usize::try_from(size / ROWS_BLOCK).ok()?];
        while let Some(last) = levels.last().copied().filter(|last| *last > 1) {
            levels.push(last / 2);
        }
        let above: usize = levels.iter().try_fold(0usize, |sum, level| sum.checked_add(*level))?;
        if hashes.len() as u64 != (above as u64).checked_add(size % ROWS_BLOCK)? {
            return None;
        }
        let rest = hashes.split_off(above);
        let above = levels.into_iter().map(|level| hashes.drain(..level).collect()).collect();
        Some(Self { size, above: Levels(above), rest: Levels::over(rest) })
    }
}
