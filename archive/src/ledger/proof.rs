//! Proofs that an entry is in the log, as C2SP tlog-proof v1 has them: a text that is checked offline.

use super::checkpoint::parse_decimal;
use super::entry::ENTRY_BYTES_MAX;
use super::merkle::{PATH_HASHES_MAX, TREE_SIZE_MAX, TreeHash, root_of_path};
use super::note::NOTE_BYTES_MAX;
use super::{Checkpoint, LedgerError, Trust};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// Largest proof that is read: an entry in Base 64, a path and a checkpoint.
pub const PROOF_BYTES_MAX: usize = 4 * ENTRY_BYTES_MAX / 3 + 64 * PATH_HASHES_MAX + NOTE_BYTES_MAX + 1_024;
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Proof that a leaf is in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// Where the leaf stands, from 0.
    pub index: u64,
    /// From the leaf's sibling up to below the root.
    pub path: Vec<TreeHash>,
    /// The head it leads to.
    pub checkpoint: Checkpoint,
    /// Not authenticated by the format. Ours is the leaf itself, which the path then has to prove.
    pub extra: Option<Vec<u8>>,
}

impl TlogProof {
    /// Reads a proof; nothing is believed yet.
    ///
    /// # Errors
    /// [`LedgerError::Malformed`] with what is wrong; never a panic, whatever the bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, LedgerError> {
        let refuse = |detail: &str| LedgerError::malformed("proof", detail);
        if bytes.len() > PROOF_BYTES_MAX {
            return Err(refuse("it is too long"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| refuse("it is not UTF-8"))?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or_else(|| refuse("it has no checkpoint"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(refuse("its first line is not c2sp.org/tlog-proof@v1"));
        }
        let extra = lines.next_if(|line| line.starts_with("extra ")).map(|line| STANDARD.decode(&line[6..]));
        let extra = extra.transpose().map_err(|_| refuse("its extra data is not Base 64"))?;
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(parse_decimal);
        let index = index.filter(|index| *index < TREE_SIZE_MAX).ok_or_else(|| refuse("its index is no number"))?;
        let path: Option<Vec<TreeHash>> = lines.take(PATH_HASHES_MAX + 1).map(TreeHash::parse).collect();
        let path = path.ok_or_else(|| refuse("a hash of its path is not 32 bytes in Base 64"))?;
        if path.len() > PATH_HASHES_MAX {
            return Err(refuse("its path is too long"));
        }
        Ok(Self { index, path, checkpoint: Checkpoint::parse(checkpoint.as_bytes())?, extra })
    }

    /// Checks that a leaf is in the log of somebody who is trusted.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] with what does not hold.
    pub fn verify(&self, leaf: &[u8], trust: &Trust) -> Result<(), LedgerError> {
        let tree = self.checkpoint.tree;
        if root_of_path(TreeHash::of_leaf(leaf), self.index, tree.size, &self.path) != Some(tree.root) {
            let detail = format!(
                "entry {} does not lead to the root of the checkpoint: it or its proof was changed",
                self.index
            );
            return Err(LedgerError::refused(detail));
        }
        trust.check(&self.checkpoint)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint.to_text())
    }
}
