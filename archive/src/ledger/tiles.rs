//! Tiles as C2SP tlog-tiles has them: 256 hashes or 256 entries a file, so that the folder can be served and
//! mirrored as it is.

use super::LedgerError;
use super::entry::ENTRY_BYTES_MAX;
use super::merkle::{Levels, Nodes, TreeHash};
use crate::hash::read_small_file;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Hashes or entries of a full tile.
pub const TILE_WIDTH: u64 = 256;
/// Levels of the tree that one tile spans.
const TILE_HEIGHT: u32 = 8;
const HASH_BYTES: usize = 32;
const BUNDLE_BYTES_MAX: u64 = TILE_WIDTH * (ENTRY_BYTES_MAX as u64 + 2);

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TileKind {
    /// Hashes of a level: 0 for the leaves.
    Hashes(u32),
    /// Entries.
    Entries,
}

/// One tile: which, and how many of its 256 places are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    /// What it holds.
    pub kind: TileKind,
    /// Which of its level.
    pub index: u64,
    /// Places taken, 1 to 256.
    pub width: u64,
}

impl Tile {
    /// Path below the ledger's folder.
    pub fn path(&self) -> String {
        let level = match self.kind {
            TileKind::Hashes(level) => level.to_string(),
            TileKind::Entries => "entries".to_owned(),
        };
        let mut parts = vec![format!("{:03}", self.index % 1000)];
        let mut rest = self.index / 1000;
        while rest > 0 {
            parts.insert(0, format!("x{:03}", rest % 1000));
            rest /= 1000;
        }
        let partial = if self.width < TILE_WIDTH { format!(".p/{}", self.width) } else { String::new() };
        format!("tile/{level}/{}{partial}", parts.join("/"))
    }

    /// The tile of a path below the ledger's folder; `None` when it names none.
    pub fn of_path(path: &str) -> Option<Self> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let kind = if level == "entries" { TileKind::Entries } else { TileKind::Hashes(level.parse().ok()?) };
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, width.parse().ok()?),
            None => (rest, TILE_WIDTH),
        };
        let digits: String = number.split('/').map(|part| part.trim_start_matches('x')).collect();
        let tile = Self { kind, index: digits.parse().ok()?, width };
        // A path has one form.
        (tile.path() == path).then_some(tile)
    }

    /// How many places a tile of this kind and index has in a log of this size.
    pub fn width_in(kind: TileKind, index: u64, size: u64) -> u64 {
        let level = if let TileKind::Hashes(level) = kind { level } else { 0 };
        let hashes = size.checked_shr(level.saturating_mul(TILE_HEIGHT)).unwrap_or(0);
        hashes.saturating_sub(index.saturating_mul(TILE_WIDTH)).min(TILE_WIDTH)
    }

    /// Every tile that a log of this size has.
    pub fn all(size: u64) -> Vec<Self> {
        let levels = (0..=6).map(TileKind::Hashes).chain([TileKind::Entries]);
        let of = |kind| {
            (0..)
                .map(move |index| Self { kind, index, width: Self::width_in(kind, index, size) })
                .take_while(|tile| tile.width > 0)
        };
        levels.flat_map(of).collect()
    }
}

/// Reads the bytes of a tile: the partial one, or the full one that took its place, cut.
///
/// # Errors
/// [`LedgerError`] when there is neither.
pub fn read_tile(folder: &Path, tile: Tile) -> Result<Vec<u8>, LedgerError> {
    let bytes_max = match tile.kind {
        TileKind::Entries => BUNDLE_BYTES_MAX,
        TileKind::Hashes(_) => TILE_WIDTH * HASH_BYTES as u64,
    };
    let path = folder.join(tile.path());
    match read_small_file(&path, bytes_max) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && tile.width < TILE_WIDTH => {
            let full = folder.join(Tile { width: TILE_WIDTH, ..tile }.path());
            let bytes = read_small_file(&full, bytes_max).map_err(|_| LedgerError::io(&path)(error))?;
            Ok(match tile.kind {
                TileKind::Hashes(_) => bytes.into_iter().take(tile.width as usize * HASH_BYTES).collect(),
                TileKind::Entries => cut_bundle(bytes, tile.width),
            })
        }
        read => read.map_err(LedgerError::io(&path)),
    }
}

/// Reads the hashes of a tile.
///
/// # Errors
/// [`LedgerError`] when it cannot be read or has not the length it should.
pub fn read_hashes(folder: &Path, tile: Tile) -> Result<Vec<TreeHash>, LedgerError> {
    let bytes = read_tile(folder, tile)?;
    if bytes.len() as u64 != tile.width * HASH_BYTES as u64 {
        let detail = format!("it has {} bytes and should have {}", bytes.len(), tile.width * HASH_BYTES as u64);
        return Err(LedgerError::damaged(&folder.join(tile.path()), detail));
    }
    Ok(hashes_of(&bytes))
}

/// Paths of the tiles of a log of some size, below its folder: entries, then hashes from the leaves up.
pub fn tile_paths(size: u64) -> impl Iterator<Item = String> {
    let kinds = std::iter::once(TileKind::Entries).chain((0..=6).map(TileKind::Hashes));
    kinds.flat_map(move |kind| {
        let tile = move |index| Tile { kind, index, width: Tile::width_in(kind, index, size) };
        (0..).map(tile).take_while(|tile| tile.width > 0).map(|tile| tile.path())
    })
}

/// Bytes as hashes; what is left over at the end is dropped.
pub fn hashes_of(bytes: &[u8]) -> Vec<TreeHash> {
    bytes.as_chunks::<HASH_BYTES>().0.iter().map(|hash| TreeHash(*hash)).collect()
}

/// Hashes as bytes.
pub fn bytes_of(hashes: &[TreeHash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Takes an entry bundle apart; the second part is false when its bytes do not end with the last entry.
pub fn entries_of(bundle: &[u8], width: u64) -> (Vec<&[u8]>, bool) {
    let (mut entries, mut rest) = (Vec::new(), bundle);
    while (entries.len() as u64) < width {
        let Some((length, after)) = rest.split_first_chunk::<2>() else { break };
        let Some((entry, after)) = after.split_at_checked(usize::from(u16::from_be_bytes(*length))) else { break };
        entries.push(entry);
        rest = after;
    }
    let whole = rest.is_empty() && entries.len() as u64 == width;
    (entries, whole)
}

/// The beginning of a bundle that holds so many entries.
fn cut_bundle(mut bundle: Vec<u8>, width: u64) -> Vec<u8> {
    let length = entries_of(&bundle, width).0.iter().map(|entry| entry.len() + 2).sum();
    bundle.truncate(length);
    bundle
}

/// Puts an entry at the end of a bundle.
pub fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), LedgerError> {
    let length = u16::try_from(entry.len()).map_err(|_| LedgerError::Entry("it is longer than a leaf".to_owned()))?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Ok(())
}

/// Reads the hashes of a log for one proof; every tile is read once.
pub struct TileNodes {
    folder: PathBuf,
    size: u64,
    read: RefCell<HashMap<Tile, Rc<Levels>>>,
}

impl TileNodes {
    /// For the log of this size in a folder.
    pub fn new(folder: &Path, size: u64) -> Self {
        Self { folder: folder.to_owned(), size, read: RefCell::default() }
    }

    fn levels(&self, tile: Tile) -> Result<Rc<Levels>, LedgerError> {
        if let Some(levels) = self.read.borrow().get(&tile) {
            return Ok(Rc::clone(levels));
        }
        let levels = Rc::new(Levels::over(read_hashes(&self.folder, tile)?));
        self.read.borrow_mut().insert(tile, Rc::clone(&levels));
        Ok(levels)
    }
}

impl Nodes for TileNodes {
    fn node(&self, level: u32, index: u64) -> Result<TreeHash, LedgerError> {
        let (tile_level, within) = (level / TILE_HEIGHT, level % TILE_HEIGHT);
        let kind = TileKind::Hashes(tile_level);
        let per_tile = TILE_WIDTH >> within;
        let width = Tile::width_in(kind, index / per_tile, self.size);
        let tile = Tile { kind, index: index / per_tile, width };
        if width == 0 {
            return Err(LedgerError::OutOfRange { index: index << level, size: self.size });
        }
        self.levels(tile)?.node(within, index % per_tile)
    }
}
