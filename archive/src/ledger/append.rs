//! Appending: tiles first, each by one rename; the signed checkpoint last. A kill at any moment leaves the log
//! before or after, because readers take of the tiles what the checkpoint covers and nothing else.

use super::disk::{NewFile, remove_if_there, replace, replace_all};
use super::merkle::{self, Levels, Tree, TreeHash};
use super::note::SecretKey;
use super::tiles::{self, TILE_WIDTH, Tile, TileKind, TileNodes};
use super::{CHECKPOINT_FILE, Checkpoint, LedgerError};
use std::fs;
use std::path::{Path, PathBuf};

/// The right edge of a log: what its last tiles hold.
struct Edge {
    size: u64,
    bundle: Vec<u8>,
    hashes: Vec<Vec<TreeHash>>,
    files: Vec<NewFile>,
}

/// Appends leaves to the log in a folder and signs the new head. Nothing is written when there are none.
///
/// # Errors
/// [`LedgerError`]; the log is then as it was.
pub fn append(folder: &Path, size: u64, leaves: &[Vec<u8>], key: &SecretKey) -> Result<Checkpoint, LedgerError> {
    let mut edge = Edge::read(folder, size)?;
    edge.remove_leftovers(folder)?;
    for leaf in leaves {
        edge.push(leaf)?;
    }
    edge.finish();
    replace_all(folder, &edge.files)?;
    // From the tiles as they are on the disk, so that what is signed is what will be served.
    let root = merkle::root(&TileNodes::new(folder, edge.size), edge.size)?;
    let checkpoint = Checkpoint::sign(Tree { size: edge.size, root }, key);
    let file = NewFile { path: CHECKPOINT_FILE.to_owned(), bytes: checkpoint.to_text().into_bytes() };
    replace(folder, &file, false)?;
    edge.remove_partial_tiles(folder)?;
    Ok(checkpoint)
}

fn tile_at(kind: TileKind, size: u64) -> Tile {
    let level = if let TileKind::Hashes(level) = kind { level } else { 0 };
    let hashes = size >> (8 * level);
    let index = hashes / TILE_WIDTH;
    Tile { kind, index, width: hashes % TILE_WIDTH }
}

impl Edge {
    fn read(folder: &Path, size: u64) -> Result<Self, LedgerError> {
        let mut edge = Self { size, bundle: Vec::new(), hashes: Vec::new(), files: Vec::new() };
        let last = tile_at(TileKind::Entries, size);
        if last.width > 0 {
            edge.bundle = tiles::read_tile(folder, last)?;
        }
        let mut level = 0;
        while size >> (8 * level) > 0 {
            let tile = tile_at(TileKind::Hashes(level), size);
            edge.hashes.push(if tile.width > 0 { tiles::read_hashes(folder, tile)? } else { Vec::new() });
            level += 1;
        }
        Ok(edge)
    }

    fn push(&mut self, leaf: &[u8]) -> Result<(), LedgerError> {
        tiles::push_entry(&mut self.bundle, leaf)?;
        self.size += 1;
        if self.size.is_multiple_of(TILE_WIDTH) {
            let index = self.size / TILE_WIDTH - 1;
            let tile = Tile { kind: TileKind::Entries, index, width: TILE_WIDTH };
            self.files.push(NewFile { path: tile.path(), bytes: std::mem::take(&mut self.bundle) });
        }
        self.push_hash(0, TreeHash::of_leaf(leaf))
    }

    /// Adds a hash to a level; a tile that is full is one hash of the level above.
    fn push_hash(&mut self, level: usize, hash: TreeHash) -> Result<(), LedgerError> {
        if self.hashes.len() == level {
            self.hashes.push(Vec::new());
        }
        self.hashes[level].push(hash);
        if (self.hashes[level].len() as u64) < TILE_WIDTH {
            return Ok(());
        }
        let full = std::mem::take(&mut self.hashes[level]);
        let kind = TileKind::Hashes(level as u32);
        let index = (self.size >> (8 * level)) / TILE_WIDTH - 1;
        let tile = Tile { kind, index, width: TILE_WIDTH };
        self.files.push(NewFile { path: tile.path(), bytes: tiles::bytes_of(&full) });
        let root = Levels::over(full).root(TILE_WIDTH)?;
        self.push_hash(level + 1, root)
    }

    /// Adds the tiles that stay partial.
    fn finish(&mut self) {
        let last = tile_at(TileKind::Entries, self.size);
        if last.width > 0 {
            self.files.push(NewFile { path: last.path(), bytes: self.bundle.clone() });
        }
        for (level, hashes) in self.hashes.iter().enumerate().filter(|(_, hashes)| !hashes.is_empty()) {
            let tile = tile_at(TileKind::Hashes(level as u32), self.size);
            self.files.push(NewFile { path: tile.path(), bytes: tiles::bytes_of(hashes) });
        }
    }

    /// Removes tiles beyond the checkpoint that an interrupted writer left: their content was never signed.
    fn remove_leftovers(&self, folder: &Path) -> Result<(), LedgerError> {
        let levels = (0..=self.hashes.len() as u32).map(TileKind::Hashes);
        for kind in levels.chain([TileKind::Entries]) {
            let last = tile_at(kind, self.size);
            let mut beyond = Vec::new();
            for index in last.index.. {
                let found =
                    leftovers(folder, Tile { index, ..last }, if index == last.index { last.width } else { 0 })?;
                if found.is_empty() && index > last.index {
                    break;
                }
                beyond.extend(found);
            }
            // From the end, so that a kill in between leaves no gap behind which others are not found.
            beyond.iter().rev().try_for_each(|path| remove_if_there(path))?;
        }
        Ok(())
    }

    /// Removes the partial tiles whose full tile is there now, as tlog-tiles allows.
    fn remove_partial_tiles(&self, folder: &Path) -> Result<(), LedgerError> {
        for file in self.files.iter().filter(|file| !file.path.contains(".p/")) {
            let partial = folder.join(format!("{}.p", file.path));
            if partial.is_dir() {
                fs::remove_dir_all(&partial).map_err(LedgerError::io(&partial))?;
            }
        }
        Ok(())
    }
}

/// Files of one tile that are wider than it is.
fn leftovers(folder: &Path, tile: Tile, width: u64) -> Result<Vec<PathBuf>, LedgerError> {
    let mut found = Vec::new();
    let partial = folder.join(Tile { width: 1, ..tile }.path());
    if let Some(partial) = partial.parent().filter(|partial| partial.is_dir()) {
        for entry in fs::read_dir(partial).map_err(LedgerError::io(partial))? {
            let path = entry.map_err(LedgerError::io(partial))?.path();
            let wider = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<u64>().ok());
            found.extend(wider.filter(|wider| *wider > width).map(|_| path));
        }
    }
    let full = folder.join(Tile { width: TILE_WIDTH, ..tile }.path());
    found.extend(full.is_file().then_some(full));
    Ok(found)
}
