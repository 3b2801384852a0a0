//! Whether anything was published or taken away, or could not be read, since one looked last.

use crate::error::ArchiveError;
use crate::folder::{DataFolder, folders};
use crate::publication::INDICATORS_FOLDER;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher};
use std::io;
use std::path::Path;
use std::sync::{MutexGuard, PoisonError};
use std::time::SystemTime;

/// Says of each edition where it stands in the log; written after it.
const LEDGER: &str = "ledger";
/// Folders whose folders each hold the editions of one thing, each edition a folder.
const OF_EDITIONS: [&str; 2] = [DATASETS, LAYERS];
const DATASETS: &str = "datasets";
const LAYERS: &str = "layers";

/// What could not be read when one looked last.
#[derive(Debug, Default)]
pub(crate) struct LeftOut {
    /// Names of folders, by the folder that holds them.
    lacking: BTreeMap<&'static str, BTreeSet<String>>,
    /// How often that became another: a state does not come back, for what was answered in it lacked something.
    changes: u64,
}

impl DataFolder {
    /// Says which datasets could not be read and are left out of what is answered; none when all could. The state is
    /// another one whenever these become others, so that what is answered without some of them belongs to none that is
    /// there later; those that stay damaged change nothing.
    pub fn note_datasets_left_out(&self, names: BTreeSet<String>) {
        self.note_left_out(DATASETS, names);
    }

    /// The same of layers; the empty name stands for all of them.
    pub fn note_layers_left_out(&self, names: BTreeSet<String>) {
        self.note_left_out(LAYERS, names);
    }

    fn note_left_out(&self, kind: &'static str, names: BTreeSet<String>) {
        let mut left_out = self.lock_left_out();
        let known = left_out.lacking.entry(kind).or_default();
        if *known != names {
            *known = names;
            left_out.changes += 1;
        }
    }

    /// A poisoned lock holds names that were put in whole.
    fn lock_left_out(&self) -> MutexGuard<'_, LeftOut> {
        self.left_out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes when others are left out, or what is left out was written anew: whole by now, perhaps.
    fn hash_left_out(&self, hasher: &mut DefaultHasher) -> Result<(), ArchiveError> {
        let left_out = self.lock_left_out();
        left_out.changes.hash(hasher);
        for (kind, names) in &left_out.lacking {
            for name in names {
                hash_files(&self.root().join(kind).join(name), hasher)?;
            }
        }
        Ok(())
    }

    /// A number that is another one as soon as an edition, a layer or an indicator was published or removed, each of
    /// which comes and goes as a whole, or something was left out. It looks at the names of editions and the dates of
    /// some folders and at no file but those of what was left out, and means nothing to another process.
    ///
    /// # Errors
    /// [`ArchiveError::Io`] when the folder cannot be read.
    pub fn state(&self) -> Result<u64, ArchiveError> {
        let mut hasher = DefaultHasher::new();
        self.hash_left_out(&mut hasher)?;
        for kind in OF_EDITIONS {
            let folder = self.root().join(kind);
            for name in folders(&folder)? {
                let editions = folder.join(&name);
                // Two changes may have one date, and a name that came back is another edition.
                (kind, &name, folders(&editions)?, changed(&editions)?).hash(&mut hasher);
            }
        }
        let indicators = self.root().join(INDICATORS_FOLDER);
        for name in folders(&indicators)? {
            (INDICATORS_FOLDER, &name, changed(&indicators.join(&name))?).hash(&mut hasher);
        }
        changed(&self.root().join(LEDGER))?.hash(&mut hasher);
        Ok(hasher.finish())
    }
}

/// Names, sizes and dates of all that a folder holds; nothing of what has just gone.
///
/// # Errors
/// [`ArchiveError::Io`] with the path of what cannot be looked at: what is not seen may change unseen.
fn hash_files(folder: &Path, hasher: &mut DefaultHasher) -> Result<(), ArchiveError> {
    changed(folder)?.hash(hasher);
    let Some(entries) = there(fs::read_dir(folder)).map_err(ArchiveError::io(folder))? else { return Ok(()) };
    let entries: Result<Vec<_>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = entries.map_err(ArchiveError::io(folder))?;
    paths.sort_unstable();
    for path in paths {
        let metadata = there(fs::symlink_metadata(&path)).map_err(ArchiveError::io(&path))?;
        let size = metadata.map(|metadata| (metadata.len(), metadata.is_dir()));
        (&path, size, changed(&path)?).hash(hasher);
        if size.is_some_and(|(_, is_folder)| is_folder) {
            hash_files(&path, hasher)?;
        }
    }
    Ok(())
}

/// When a name was last put into a folder or taken out of it; nothing when the folder has just gone.
fn changed(folder: &Path) -> Result<Option<SystemTime>, ArchiveError> {
    there(fs::metadata(folder).and_then(|metadata| metadata.modified())).map_err(ArchiveError::io(folder))
}

/// Nothing in place of what is not there.
fn there<T>(looked: io::Result<T>) -> io::Result<Option<T>> {
    match looked {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        looked => looked.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_state_is_another_one_after_every_change_and_the_same_without() {
        let root = tempfile::tempdir().expect("a folder");
        let data = DataFolder::new(root.path());
        let make = |path: &str| fs::create_dir_all(root.path().join(path)).expect("a folder");
        // Whatever the clock of the file system says: all dates are one date.
        let still = |path: &str| {
            let folder = fs::File::open(root.path().join(path)).expect("a folder");
            folder.set_modified(SystemTime::UNIX_EPOCH).expect("a date");
        };
        let mut seen = BTreeSet::from([data.state().expect("a state of nothing")]);
        let mut is_new = || {
            let state = data.state().expect("a state");
            assert_eq!(state, data.state().expect("the same state"));
            seen.insert(state)
        };
        for path in ["datasets/demo/2025-01", "datasets/demo/2025-02", "layers/streets/2025", "layers/streets/2026"] {
            make(path);
            still(path.rsplit_once('/').expect("an edition").0);
            assert!(is_new(), "{path}");
        }
        fs::remove_dir(root.path().join("datasets/demo/2025-01")).expect("an edition less");
        still("datasets/demo");
        assert!(is_new());
        make("indicators/homicides");
        still("indicators/homicides");
        assert!(is_new());
        fs::write(root.path().join("indicators/homicides/1.json"), "{}").expect("an indicator");
        assert!(is_new());
        make("ledger/tile");
        assert!(is_new());
        fs::write(root.path().join("lock"), "a writer").expect("what is not published");
        make("staging/half");
        assert!(!is_new());
    }

    #[test]
    fn what_cannot_be_listed_is_told_with_its_path() {
        let root = tempfile::tempdir().expect("a folder");
        let data = DataFolder::new(root.path());
        data.note_layers_left_out(BTreeSet::from(["streets".to_owned()]));
        assert!(data.state().is_ok(), "what is not there has nothing to list");
        fs::create_dir_all(root.path().join("layers")).expect("a folder");
        let path = root.path().join("layers/streets");
        fs::write(&path, "no folder").expect("a file");
        let error = data.state().expect_err("it cannot be listed");
        assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
    }

    #[test]
    fn what_is_left_out_changes_the_state_once_and_its_return_does_too() {
        let root = tempfile::tempdir().expect("a folder");
        let data = DataFolder::new(root.path());
        fs::create_dir_all(root.path().join("layers/streets/2025")).expect("a folder");
        let mut seen = BTreeSet::from([data.state().expect("a state")]);
        let mut is_new = || seen.insert(data.state().expect("a state"));
        let lacks =
            |names: &[&str]| data.clone().note_layers_left_out(names.iter().map(|name| (*name).into()).collect());
        data.note_datasets_left_out(BTreeSet::new());
        assert!(!is_new(), "nothing is left out");
        lacks(&["streets"]);
        assert!(is_new());
        lacks(&["streets"]);
        data.note_datasets_left_out(BTreeSet::new());
        assert!(!is_new(), "the same is left out");
        lacks(&["areas", "streets"]);
        assert!(is_new());
        let manifest = root.path().join("layers/streets/2025/manifest.json");
        fs::write(&manifest, "{").expect("a manifest");
        assert!(is_new());
        fs::write(&manifest, "{}").expect("mended in place");
        assert!(is_new() && !is_new());
        for names in [&["streets"][..], &[], &["streets"], &[]] {
            lacks(names);
            assert!(is_new(), "{names:?}");
        }
    }
}
