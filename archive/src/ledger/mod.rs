//! The ledger: a public log that is only ever appended to, of every edition, layer, classification, indicator,
//! correction and key.
//!
//! The formats are C2SP's: tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature v1 and tlog-proof v1; the tree
//! is RFC 6962's. The folder can be served and mirrored as it is:
//!
//! ```text
//! ledger/checkpoint            size and root, signed by the log
//! ledger/cosigned              the last checkpoint that witnesses cosigned, if any did
//! ledger/tile/0/...            hashes, 256 a file
//! ledger/tile/entries/...      entries, 256 a file
//! ledger/pending               the entry of what is being published just now, if a writer is at it
//! keys/log.key                 the secret key; only its owner can read it, and it is never served
//! keys/witnesses               public keys of the witnesses, one a line
//! ```

mod append;
mod checkpoint;
mod compare;
mod disk;
mod entry;
mod error;
mod figure;
mod findings;
mod keys;
mod merkle;
mod note;
mod proof;
mod rows;
mod seal;
mod tiles;
mod verify;
mod views;
mod witness;

pub use checkpoint::{Checkpoint, Trust};
pub use entry::{ENTRY_BYTES_MAX, Entry, EntryKind, content_of, seconds};
pub use error::LedgerError;
pub use figure::{FIGURE_BYTES_MAX, FigureProof, RowPath};
pub use findings::{Finding, FindingKind, Report};
pub use keys::{KeyFolder, SeedSource, read_key, write_key};
pub use merkle::{
    Levels, Nodes, PATH_HASHES_MAX, TREE_SIZE_MAX, Tree, TreeHash, consistency_path, inclusion_path, is_consistent,
    root, root_of_path,
};
pub use note::{KeyType, NOTE_BYTES_MAX, Note, NoteSignature, PublicKey, SecretKey, check_key_name};
pub use proof::{PROOF_BYTES_MAX, TlogProof};
pub use rows::{ROWS_BLOCK, ROWS_FILE, RowsBuilder, RowsTree};
pub use seal::{BuiltIn, Seal};
pub use tiles::{TILE_WIDTH, Tile, TileKind, tile_paths};
pub use verify::{Verification, verify_folder, verify_log};
pub use witness::{Witness, read_witnesses};

pub(crate) use disk::{NewFile, replace};
pub(crate) use seal::{Draft, Scribe};

use crate::DataFolder;
use crate::hash::read_small_file;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tiles::TileNodes;

/// The ledger's folder below the data folder.
pub const LEDGER_FOLDER: &str = "ledger";
/// The keys' folder below the data folder.
pub const KEYS_FOLDER: &str = "keys";
/// The signed head of the log, below its folder.
pub const CHECKPOINT_FILE: &str = "checkpoint";
/// The last head that witnesses cosigned, below the ledger's folder.
pub const COSIGNED_FILE: &str = "cosigned";
/// Public keys of the known witnesses, below the keys' folder.
pub const WITNESSES_FILE: &str = "witnesses";
/// The entry of what is being published, below the ledger's folder.
pub const PENDING_FILE: &str = "pending";

/// A log as it was when it was opened; later entries are seen by opening it again.
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
    checkpoint: Checkpoint,
    cosigned: Option<Checkpoint>,
    editions: OnceLock<HashMap<(String, String), u64>>,
}

impl Ledger {
    /// Opens the log of a data folder.
    ///
    /// # Errors
    /// [`LedgerError::Absent`] when there is none yet; [`LedgerError`] when its checkpoint cannot be read.
    pub fn open(data: &DataFolder) -> Result<Self, LedgerError> {
        Self::open_folder(&data.root().join(LEDGER_FOLDER))
    }

    /// Opens the log in a folder, own or mirrored. No signature is checked: that is what verifying is for.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub fn open_folder(folder: &Path) -> Result<Self, LedgerError> {
        let checkpoint = read_checkpoint(&folder.join(CHECKPOINT_FILE))?;
        let checkpoint = checkpoint.ok_or_else(|| LedgerError::Absent(folder.to_owned()))?;
        let cosigned = read_checkpoint(&folder.join(COSIGNED_FILE))?;
        Ok(Self { folder: folder.to_owned(), checkpoint, cosigned, editions: OnceLock::new() })
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its head.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The last head that witnesses cosigned.
    pub fn cosigned(&self) -> Option<&Checkpoint> {
        self.cosigned.as_ref()
    }

    /// How many entries it has.
    pub fn size(&self) -> u64 {
        self.checkpoint.tree.size
    }

    /// The bytes of a leaf.
    ///
    /// # Errors
    /// [`LedgerError::OutOfRange`] when there is none; [`LedgerError`] when its tile cannot be read.
    pub fn leaf(&self, index: u64) -> Result<Vec<u8>, LedgerError> {
        if index >= self.size() {
            return Err(LedgerError::OutOfRange { index, size: self.size() });
        }
        let mut leaves = self.bundle(index / TILE_WIDTH)?;
        let within = (index % TILE_WIDTH) as usize;
        if within < leaves.len() {
            Ok(leaves.swap_remove(within))
        } else {
            Err(LedgerError::OutOfRange { index, size: self.size() })
        }
    }

    /// An entry.
    ///
    /// # Errors
    /// As [`Ledger::leaf`]; [`LedgerError::Malformed`] when it is no entry.
    pub fn entry(&self, index: u64) -> Result<Entry, LedgerError> {
        Entry::parse(&self.leaf(index)?)
    }

    /// All entries in their order.
    pub fn entries(&self) -> impl Iterator<Item = Result<Entry, LedgerError>> + '_ {
        (0..self.size().div_ceil(TILE_WIDTH)).flat_map(|index| match self.bundle(index) {
            Ok(leaves) => leaves.iter().map(|leaf| Entry::parse(leaf)).collect(),
            Err(error) => vec![Err(error)],
        })
    }

    /// The keys that sign or signed the log, by its own entries: the first, and those that were handed over to rightly.
    ///
    /// # Errors
    /// As [`Ledger::leaf`].
    pub fn keys(&self) -> Result<Vec<PublicKey>, LedgerError> {
        let mut keys: Vec<PublicKey> = Vec::new();
        for entry in self.entries() {
            let entry = entry?;
            if entry.kind == EntryKind::Key && keys.last().is_none_or(|old| entry.is_handed_over_by(old)) {
                keys.push(entry.public_key()?);
            }
        }
        Ok(keys)
    }

    /// Where an edition of a dataset stands in the log: the last entry about it.
    pub fn find_edition(&self, dataset: &str, edition: &str) -> Option<u64> {
        let index = self.editions.get_or_init(|| {
            let numbered = (0..).zip(self.entries());
            let editions = numbered.filter_map(|(index, entry)| Some((index, entry.ok()?)));
            editions
                .filter(|(_, entry)| entry.kind == EntryKind::Edition)
                .map(|(index, entry)| ((entry.name, entry.edition), index))
                .collect()
        });
        index.get(&(dataset.to_owned(), edition.to_owned())).copied()
    }

    /// Proves that an entry is in the log, under the cosigned head where that covers it.
    ///
    /// # Errors
    /// [`LedgerError`] when there is no such entry, or the tiles do not hash to the head.
    pub fn prove_entry(&self, index: u64) -> Result<TlogProof, LedgerError> {
        let cosigned =
            self.cosigned.as_ref().filter(|cosigned| index < cosigned.tree.size && cosigned.tree.size <= self.size());
        let checkpoint = cosigned.unwrap_or(&self.checkpoint).clone();
        let leaf = self.leaf(index)?;
        let path = inclusion_path(&self.nodes(), index, checkpoint.tree.size)?;
        if root_of_path(TreeHash::of_leaf(&leaf), index, checkpoint.tree.size, &path) != Some(checkpoint.tree.root) {
            return Err(LedgerError::damaged(
                &self.folder,
                format!("entry {index} does not lead to the root of the checkpoint"),
            ));
        }
        Ok(TlogProof { index, path, checkpoint, extra: Some(leaf) })
    }

    /// The proof that the log of `old` entries is the beginning of the log of `new` entries.
    ///
    /// # Errors
    /// [`LedgerError::OutOfRange`] when a size is beyond the log or the first is the larger.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<TreeHash>, LedgerError> {
        if new > self.size() {
            return Err(LedgerError::OutOfRange { index: new, size: self.size() });
        }
        consistency_path(&self.nodes(), old, new)
    }

    /// Root over the first `size` entries.
    ///
    /// # Errors
    /// As [`Ledger::consistency`].
    pub fn root(&self, size: u64) -> Result<TreeHash, LedgerError> {
        if size > self.size() {
            return Err(LedgerError::OutOfRange { index: size, size: self.size() });
        }
        root(&self.nodes(), size)
    }

    /// The bytes of a tile, cut from the full one where that took the place of a partial one.
    ///
    /// # Errors
    /// [`LedgerError::Io`] when there is none.
    pub fn tile(&self, tile: Tile) -> Result<Vec<u8>, LedgerError> {
        tiles::read_tile(&self.folder, tile)
    }

    fn nodes(&self) -> TileNodes {
        TileNodes::new(&self.folder, self.size())
    }

    fn bundle(&self, index: u64) -> Result<Vec<Vec<u8>>, LedgerError> {
        let kind = TileKind::Entries;
        let tile = Tile { kind, index, width: Tile::width_in(kind, index, self.size()) };
        let bytes = tiles::read_tile(&self.folder, tile)?;
        let (entries, _) = tiles::entries_of(&bytes, tile.width);
        if (entries.len() as u64) < tile.width {
            return Err(LedgerError::damaged(&self.folder.join(tile.path()), "it ends before its last entry"));
        }
        Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
    }
}

/// Reads a checkpoint; `None` when there is no such file.
///
/// # Errors
/// [`LedgerError`] when it cannot be read.
pub fn read_checkpoint(path: &Path) -> Result<Option<Checkpoint>, LedgerError> {
    match read_small_file(path, NOTE_BYTES_MAX as u64) {
        Ok(bytes) => Checkpoint::parse(&bytes).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(LedgerError::io(path)(error)),
    }
}
