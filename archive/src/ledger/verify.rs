//! Verifies a log, own or mirrored, down to every file of it.
//!
//! Two things have to agree with the signed root: the entries and the tiles of hashes. Whichever does shows where the
//! other was changed.

use super::entry::{Entry, EntryKind};
use super::findings::{FindingKind as Kind, Report};
use super::merkle::{Levels, Nodes, TreeHash};
use super::note::PublicKey;
use super::tiles::{self, TILE_WIDTH, Tile, TileKind, read_hashes, read_tile};
use super::{BuiltIn, compare};
use super::{
    CHECKPOINT_FILE, COSIGNED_FILE, Checkpoint, LEDGER_FOLDER, LedgerError, PENDING_FILE, Trust, read_checkpoint,
};
use crate::hash::read_small_file;
use crate::publication::{Published, check_indicators};
use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// Deepest folder below `tile/` that is looked into; a log of 2^53 entries needs seven.
const DEPTH_MAX: usize = 12;

/// What verifying found, and what it read on the way.
#[derive(Debug, Default)]
pub struct Verification {
    /// What is wrong, and what is not.
    pub report: Report,
    /// The checkpoint, where it could be read.
    pub checkpoint: Option<Checkpoint>,
    /// The entries; `None` for one that cannot be read.
    pub entries: Vec<Option<Entry>>,
    /// The key that signs the log now, where it follows from keys that are trusted.
    pub key: Option<PublicKey>,
}

/// Verifies the log below a folder, and everything that it records: of a data folder or of a publication.
///
/// `remembered` are checkpoints that were seen before: of a witness, of a colleague, of last year.
///
/// # Errors
/// [`LedgerError`] when the policy makes no sense or the folder cannot be listed; what is wrong with the log is no
/// error but a finding.
pub fn verify_folder(
    folder: &Path,
    trust: &Trust,
    remembered: &[Checkpoint],
    built_in: &[BuiltIn],
) -> Result<Verification, LedgerError> {
    let mut verification = verify_log(&folder.join(LEDGER_FOLDER), trust, remembered)?;
    verification.report.findings.iter_mut().filter(|f| !f.path.is_empty()).for_each(|finding| {
        finding.path = format!("{LEDGER_FOLDER}/{}", finding.path);
    });
    // Without a log there is nothing to compare with.
    if verification.checkpoint.is_some() {
        let published = Published::read(folder, &mut verification);
        let mut hashes = compare::compare(folder, &mut verification, built_in, &published)?;
        check_indicators(folder, &mut verification, &published, &mut hashes);
        published.check_files(folder, &verification.entries, &hashes, &mut verification.report)?;
    }
    verification.report.sort();
    Ok(verification)
}

/// Verifies the log in a folder.
///
/// # Errors
/// As [`verify_folder`].
pub fn verify_log(folder: &Path, trust: &Trust, remembered: &[Checkpoint]) -> Result<Verification, LedgerError> {
    trust.check_policy()?;
    let mut verification = Verification::default();
    let checkpoint = match read_checkpoint(&folder.join(CHECKPOINT_FILE)) {
        Ok(Some(checkpoint)) => checkpoint,
        Ok(None) => {
            verification.report.find(Kind::CheckpointUnreadable, None, CHECKPOINT_FILE, "there is none");
            return Ok(verification);
        }
        Err(error) => {
            verification.report.find(Kind::CheckpointUnreadable, None, CHECKPOINT_FILE, error);
            return Ok(verification);
        }
    };
    let mut log = Log { folder, checkpoint: &checkpoint, report: &mut verification.report, entries: Vec::new() };
    log.report.origin = Some(checkpoint.origin.clone());
    (log.report.size, log.report.root) = (checkpoint.tree.size, Some(checkpoint.tree.root));
    let hashes = log.read();
    let believed = log.believe(hashes);
    log.check_files(believed.as_ref())?;
    log.check_entries();
    let keys = log.follow_keys(trust);
    log.check_signature(&keys);
    let cosigned = log.read_cosigned();
    let all = Trust { keys: keys.all.clone(), ..trust.clone() };
    log.check_views(&all, remembered, cosigned.as_ref(), believed.as_ref())?;
    log.check_witnesses(&all, cosigned.as_ref());
    log.read_pending();
    verification.entries = std::mem::take(&mut log.entries);
    verification.key = keys.current.filter(|_| keys.trusted);
    verification.report.key = verification.key.as_ref().map(|key| format!("{}+{:08x}", key.name(), key.id()));
    verification.report.sort();
    verification.checkpoint = Some(checkpoint);
    Ok(verification)
}

/// A log while it is being verified.
pub(super) struct Log<'a> {
    folder: &'a Path,
    pub(super) checkpoint: &'a Checkpoint,
    pub(super) report: &'a mut Report,
    pub(super) entries: Vec<Option<Entry>>,
}

/// Hashes of the leaves, from the entries and from the tiles; shorter than the log where files are missing.
struct Hashes {
    entries: Vec<Option<TreeHash>>,
    tiles: Vec<TreeHash>,
}

/// The keys of a log, followed from the first one.
struct Keys {
    /// Every key that the log ever had and that was handed over rightly.
    all: Vec<PublicKey>,
    /// The key that signs now.
    current: Option<PublicKey>,
    /// Whether the way to it begins at, or passes, a trusted key.
    trusted: bool,
}

impl Log<'_> {
    pub(super) fn size(&self) -> u64 {
        self.checkpoint.tree.size
    }

    fn tiles(&self, kind: TileKind) -> impl Iterator<Item = Tile> + use<> {
        let size = self.size();
        let tile = move |index| Tile { kind, index, width: Tile::width_in(kind, index, size) };
        (0..).map(tile).take_while(|tile| tile.width > 0)
    }

    /// Reads entries and leaf hashes; stops at the first tile that is missing, whatever size a checkpoint claims.
    fn read(&mut self) -> Hashes {
        let mut hashes = Hashes { entries: Vec::new(), tiles: Vec::new() };
        for tile in self.tiles(TileKind::Entries) {
            match read_tile(self.folder, tile) {
                Ok(bytes) => self.read_bundle(tile, &bytes, &mut hashes.entries),
                Err(error) => {
                    self.report.find(Kind::TileMissing, Some(tile.index * TILE_WIDTH), tile.path(), error);
                    break;
                }
            }
        }
        for tile in self.tiles(TileKind::Hashes(0)) {
            match read_hashes(self.folder, tile) {
                Ok(read) => hashes.tiles.extend(read),
                Err(error) => {
                    let kind = if matches!(error, LedgerError::Damaged { .. }) {
                        Kind::TileChanged
                    } else {
                        Kind::TileMissing
                    };
                    self.report.find(kind, Some(tile.index * TILE_WIDTH), tile.path(), error);
                    break;
                }
            }
        }
        hashes
    }

    fn read_bundle(&mut self, tile: Tile, bytes: &[u8], hashes: &mut Vec<Option<TreeHash>>) {
        let (leaves, whole) = tiles::entries_of(bytes, tile.width);
        self.report.files += 1;
        if !whole {
            let first = tile.index * TILE_WIDTH + (leaves.len() as u64).min(tile.width - 1);
            self.report.find(Kind::TileChanged, Some(first), tile.path(), "its entries do not fill it");
        }
        for leaf in &leaves {
            hashes.push(Some(TreeHash::of_leaf(leaf)));
            let entry = Entry::parse(leaf);
            if let Err(error) = &entry {
                self.report.find(Kind::EntryNotCanonical, Some(self.entries.len() as u64), tile.path(), error);
            }
            self.entries.push(entry.ok());
        }
        let missing = tile.width as usize - leaves.len();
        hashes.extend(std::iter::repeat_n(None, missing));
        self.entries.extend(std::iter::repeat_n(None, missing));
    }

    /// The leaf hashes that lead to the signed root, or failing that those of the entries; each difference is a finding.
    fn believe(&mut self, hashes: Hashes) -> Option<Levels> {
        let size = self.size();
        let whole = |hashes: Vec<TreeHash>| (hashes.len() as u64 == size).then(|| Levels::over(hashes));
        let from_entries = hashes.entries.iter().copied().collect::<Option<Vec<_>>>().and_then(whole);
        let from_tiles = whole(hashes.tiles.clone());
        let leads = |levels: &Option<Levels>| {
            levels.as_ref().is_some_and(|l| l.root(size).ok() == Some(self.checkpoint.tree.root))
        };
        let (by_entries, by_tiles) = (leads(&from_entries), leads(&from_tiles));
        if !by_entries && !by_tiles {
            let detail =
                "neither the entries nor the tiles hash to its root: it is not of this log, or both were changed";
            self.report.find(Kind::RootMismatch, None, CHECKPOINT_FILE, detail);
        }
        let believed = if by_entries || !by_tiles { from_entries } else { from_tiles }?;
        for (index, hash) in (0..).zip(&believed.0[0]) {
            if hashes.entries.get(index as usize).is_none_or(|entry| entry.as_ref() != Some(hash)) {
                self.report.find(
                    Kind::EntryChanged,
                    Some(index),
                    self.tile_of(TileKind::Entries, index),
                    "it is not the entry that was signed",
                );
            }
        }
        Some(believed)
    }

    fn tile_of(&self, kind: TileKind, entry: u64) -> String {
        let index = entry / TILE_WIDTH;
        Tile { kind, index, width: Tile::width_in(kind, index, self.size()) }.path()
    }

    /// Compares every file among the tiles with what it has to hold.
    fn check_files(&mut self, believed: Option<&Levels>) -> Result<(), LedgerError> {
        let mut files = Vec::new();
        list(self.folder, "tile", DEPTH_MAX, &mut files)?;
        files.sort_unstable();
        for path in &files {
            match Tile::of_path(path) {
                None => self.report.find(Kind::TileStray, None, path, "it is no tile: remove it"),
                Some(tile) => self.check_file(tile, path, believed),
            }
        }
        for level in 1..=6 {
            for tile in self.tiles(TileKind::Hashes(level)) {
                if let Err(error) = read_tile(self.folder, tile) {
                    let first = (tile.index * TILE_WIDTH) << (8 * level);
                    self.report.find(Kind::TileMissing, Some(first), tile.path(), error);
                    break;
                }
            }
        }
        Ok(())
    }

    fn check_file(&mut self, tile: Tile, path: &str, believed: Option<&Levels>) {
        let width = Tile::width_in(tile.kind, tile.index, self.size());
        if tile.width > width {
            let note =
                format!("{path} is beyond the checkpoint: an interrupted writer left it, and the next one removes it");
            return self.report.notes.push(note);
        }
        self.report.files += 1;
        match tile.kind {
            TileKind::Hashes(level) => self.check_hashes(tile, level, path, believed),
            TileKind::Entries if tile.width < width => self.check_older_bundle(tile, width, path),
            // Read already, entry by entry.
            TileKind::Entries => {}
        }
    }

    fn check_hashes(&mut self, tile: Tile, level: u32, path: &str, believed: Option<&Levels>) {
        let first = |within: usize| (tile.index * TILE_WIDTH + within as u64) << (8 * level);
        let read = match read_hashes(self.folder, tile) {
            Ok(read) => read,
            // The tiles of the leaves are told already.
            Err(_) if level == 0 && self.report.findings.iter().any(|finding| finding.path == path) => return,
            Err(error) => return self.report.find(Kind::TileChanged, Some(first(0)), path, error),
        };
        let Some(believed) = believed else { return };
        let expected = |within: usize| believed.node(8 * level, tile.index * TILE_WIDTH + within as u64).ok();
        if let Some((within, _)) = read.iter().enumerate().find(|(within, hash)| expected(*within) != Some(**hash)) {
            self.report.find(
                Kind::TileChanged,
                Some(first(within)),
                path,
                "it does not hold the hashes of the entries",
            );
        }
    }

    /// A partial bundle of an earlier size holds the beginning of the bundle of now.
    fn check_older_bundle(&mut self, tile: Tile, width: u64, path: &str) {
        let (Ok(now), Ok(older)) = (read_tile(self.folder, Tile { width, ..tile }), read_tile(self.folder, tile))
        else {
            return;
        };
        let (leaves, whole) = tiles::entries_of(&older, tile.width);
        let (now, _) = tiles::entries_of(&now, width);
        let differs = leaves.iter().zip(&now).position(|(a, b)| a != b);
        let first = differs.or((!whole).then_some(leaves.len()));
        if let Some(within) = first {
            let entry = (tile.index * TILE_WIDTH + within as u64).min(self.size().saturating_sub(1));
            self.report.find(
                Kind::TileChanged,
                Some(entry),
                path,
                "it does not hold the entries that the tile of now begins with",
            );
        }
    }

    /// Times go forward, and an edition is recorded once and after the one that it supersedes.
    fn check_entries(&mut self) {
        let mut seen: HashSet<(EntryKind, &str, &str)> = HashSet::new();
        let mut latest: Option<&str> = None;
        for (index, entry) in (0..).zip(&self.entries) {
            let Some(entry) = entry else { continue };
            if let Some(latest) = latest.filter(|latest| *latest > entry.recorded.as_str()) {
                let detail = format!("recorded {} below one of {latest}", entry.recorded);
                self.report.find(Kind::EntryBackDated, Some(index), "", detail);
            }
            latest = latest.max(Some(&entry.recorded));
            let has_folder = matches!(entry.kind, EntryKind::Edition | EntryKind::Layer);
            if !seen.insert((entry.kind, &entry.name, &entry.edition)) && has_folder {
                self.report.find(
                    Kind::EntryRepeated,
                    Some(index),
                    "",
                    format!("{} {} is recorded twice", entry.name, entry.edition),
                );
            }
            let follows = entry.supersedes.as_deref().filter(|_| has_folder);
            if let Some(before) = follows.filter(|before| !seen.contains(&(entry.kind, &entry.name, before))) {
                let detail =
                    format!("{} {} supersedes edition {before}, which is not in the log", entry.name, entry.edition);
                self.report.find(Kind::EditionDropped, Some(index), "", detail);
            }
        }
    }

    /// Follows the keys from the first entry: each is handed over by the one before it.
    fn follow_keys(&mut self, trust: &Trust) -> Keys {
        let mut keys = Keys { all: trust.keys.clone(), current: None, trusted: trust.keys.is_empty() };
        for (index, entry) in (0..).zip(&self.entries) {
            let Some(entry) = entry.as_ref().filter(|entry| entry.kind == EntryKind::Key) else { continue };
            let rightly = entry.name == self.checkpoint.origin
                && keys.current.as_ref().map_or(index == 0, |current| entry.is_handed_over_by(current));
            match entry.public_key() {
                Ok(key) if rightly => {
                    keys.trusted |= trust.keys.contains(&key);
                    keys.all.push(key.clone());
                    keys.current = Some(key);
                }
                _ => self.report.find(
                    Kind::KeyForged,
                    Some(index),
                    "",
                    "the key before it did not hand the log over to it",
                ),
            }
        }
        if trust.keys.is_empty() {
            self.report.notes.push("no key was given, so the log is believed about its own: compare it with the one that its operator tells".to_owned());
        }
        // A log whose keys cannot be followed is measured by the keys that were given.
        if keys.current.is_none() {
            keys.current = trust.keys.iter().find(|key| key.name() == self.checkpoint.origin).cloned();
            keys.trusted = true;
        }
        keys
    }

    fn check_signature(&mut self, keys: &Keys) {
        let Some(current) = &keys.current else {
            return self.report.find(
                Kind::CheckpointForeign,
                None,
                CHECKPOINT_FILE,
                "no key of this log is known: give it with --key",
            );
        };
        match self.checkpoint.signed_by(current) {
            Err(error) => self.report.find(Kind::CheckpointUnsigned, None, CHECKPOINT_FILE, error),
            Ok(Some(_)) if keys.trusted => {}
            Ok(signed) => {
                let detail =
                    Trust { keys: if signed.is_some() { Vec::new() } else { keys.all.clone() }, ..Trust::default() };
                let detail = detail.check_log(self.checkpoint).err().map(|error| error.to_string()).unwrap_or_default();
                let kind = if self.checkpoint.signatures().iter().any(|s| s.name == self.checkpoint.origin) {
                    Kind::CheckpointForeign
                } else {
                    Kind::CheckpointUnsigned
                };
                self.report.find(
                    kind,
                    None,
                    CHECKPOINT_FILE,
                    if detail.is_empty() { "a former key signed it".to_owned() } else { detail },
                );
            }
        }
    }

    fn read_cosigned(&mut self) -> Option<Checkpoint> {
        read_checkpoint(&self.folder.join(COSIGNED_FILE)).unwrap_or_else(|error| {
            self.report.find(Kind::CheckpointUnreadable, None, COSIGNED_FILE, error);
            None
        })
    }

    fn read_pending(&mut self) {
        let path = self.folder.join(PENDING_FILE);
        let Ok(bytes) = read_small_file(&path, tiles::TILE_WIDTH * 256) else { return };
        let pending = Entry::parse(&bytes).map(|entry| format!("{} {} {}", entry.kind, entry.name, entry.edition));
        self.report.pending = Some(pending.unwrap_or_else(|_| "something that cannot be read".to_owned()));
    }
}

/// Files below a folder, as paths below the log's folder.
fn list(root: &Path, below: &str, depth: usize, files: &mut Vec<String>) -> Result<(), LedgerError> {
    let folder = root.join(below);
    if !folder.is_dir() || depth == 0 {
        return Ok(());
    }
    for found in fs::read_dir(&folder).map_err(LedgerError::io(&folder))? {
        let found = found.map_err(LedgerError::io(&folder))?;
        let path = format!("{below}/{}", found.file_name().to_string_lossy());
        if found.path().is_dir() {
            list(root, &path, depth - 1, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
