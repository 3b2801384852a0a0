//! Whether anything was published or taken away, or could not be read, since one looked last.

use crate::error::ArchiveError;
use crate::folder::{DataFolder, folders};
use crate::publication::INDICATORS_FOLDER;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher};
use std::path::Path;
use std::sync::atomic::Ordering::Relaxed;
use std::time::SystemTime;

/// Says of each edition where it stands in the log; written after it.
const LEDGER: &str = "ledger";
/// Folders whose folders each hold the editions of one thing, each edition a folder.
const OF_EDITIONS: [&str; 2] = ["datasets", "layers"];

impl DataFolder {
    /// Says that an answer is made without something that could not be read. The state is another one from then on, so
    /// that such an answer belongs to none that is there later: it may be whole the next time.
    pub fn note_left_out(&self) {
        self.left_out.fetch_add(1, Relaxed);
    }

    /// A number that is another one as soon as an edition, a layer or an indicator was published or removed, each of
    /// which comes and goes as a whole, or something was left out. It looks at the names of editions and the dates of
    /// some folders and at no file, and means nothing to another process.
    ///
    /// # Errors
    /// [`ArchiveError::Io`] when the folder cannot be read.
    pub fn state(&self) -> Result<u64, ArchiveError> {
        let mut hasher = DefaultHasher::new();
        self.left_out.load(Relaxed).hash(&mut hasher);
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

/// When a name was last put into a folder or taken out of it; nothing when the folder has just gone.
fn changed(folder: &Path) -> Result<Option<SystemTime>, ArchiveError> {
    match fs::metadata(folder).and_then(|metadata| metadata.modified()) {
        Ok(date) => Ok(Some(date)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ArchiveError::io(folder)(error)),
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
        data.clone().note_left_out();
        assert!(is_new());
    }
}
