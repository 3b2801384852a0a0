//! Holds a log against what others saw of it: checkpoints that were remembered, and the cosignatures of witnesses. This
//! is what finds a history that was changed by one who holds the key.

use super::entry::seconds;
use super::findings::FindingKind as Kind;
use super::merkle::{Levels, root};
use super::verify::Log;
use super::{CHECKPOINT_FILE, COSIGNED_FILE, Checkpoint, LedgerError, Trust};

/// How far the clocks of a log and of a witness may differ, in seconds.
const CLOCK_SKEW_S: u64 = 600;
impl Log<'_> {
    /// Compares the log with other views of it.
    pub(super) fn check_views(
        &mut self,
        trust: &Trust,
        remembered: &[Checkpoint],
        cosigned: Option<&Checkpoint>,
        believed: Option<&Levels>,
    ) -> Result<(), LedgerError> {
        let mut views = Vec::new();
        for view in remembered {
            if view.origin != self.checkpoint.origin {
                let detail = format!(
                    "the remembered checkpoint is of `{}` and this is the log `{}`",
                    view.origin, self.checkpoint.origin
                );
                return Err(LedgerError::refused(detail));
            }
            trust.check_log(view)?;
            views.push((view, ""));
        }
        if let Some(view) = cosigned {
            match trust.check_log(view) {
                Ok(()) => views.push((view, COSIGNED_FILE)),
                Err(error) => self.report.find(Kind::CheckpointForeign, None, COSIGNED_FILE, error),
            }
        }
        views.sort_by_key(|(view, _)| view.tree.size);
        // The log is as it was up to the largest view that it agrees with.
        let mut agreed = 0;
        for (view, path) in views {
            if self.check_view(view, path, agreed, believed) {
                agreed = view.tree.size;
            }
        }
        Ok(())
    }

    /// True when the log continues a view of it.
    fn check_view(&mut self, view: &Checkpoint, path: &str, agreed: u64, believed: Option<&Levels>) -> bool {
        let (now, then) = (self.checkpoint.tree, view.tree);
        if then.size > now.size {
            let detail = format!("the log has {} entries and had {} when it was seen before", now.size, then.size);
            self.report.find(Kind::RolledBack, Some(now.size), path, detail);
            return false;
        }
        if then.size == now.size && then.root != now.root {
            let detail =
                format!("two checkpoints of {} entries have the roots {} and {}", now.size, now.root, then.root);
            self.report.find(Kind::SplitView, None, path, detail);
            return false;
        }
        let Some(levels) = believed else { return false };
        let same = root(levels, then.size).ok() == Some(then.root);
        if !same {
            let detail = format!(
                "an entry from {agreed} to {} is not the one that was seen before",
                then.size.saturating_sub(1)
            );
            self.report.find(Kind::HistoryRewritten, Some(agreed), path, detail);
        }
        same
    }

    /// Counts cosignatures, and holds the times of entries against the times of the witnesses.
    pub(super) fn check_witnesses(&mut self, trust: &Trust, cosigned: Option<&Checkpoint>) {
        let mut most = 0;
        for (path, view) in [(CHECKPOINT_FILE, Some(self.checkpoint)), (COSIGNED_FILE, cosigned)] {
            let Some(view) = view else { continue };
            match trust.count_witnesses(view) {
                Ok(found) => most = most.max(found),
                Err(error) => self.report.find(Kind::WitnessesMissing, None, path, error),
            }
            for witness in &trust.witnesses {
                if let Ok(Some(time)) = view.signed_by(witness) {
                    self.check_times(view.tree.size, time, witness.name());
                }
            }
        }
        self.report.witnesses = most;
        if most < trust.quorum {
            let detail = format!(
                "{most} of {} witnesses cosigned and the policy asks for {}",
                trust.witnesses.len(),
                trust.quorum
            );
            self.report.find(Kind::WitnessesMissing, None, COSIGNED_FILE, detail);
        }
        if let Some(view) = cosigned.filter(|view| view.tree.size < self.size()) {
            self.report
                .notes
                .push(format!("{} entries are newer than the last cosignature", self.size() - view.tree.size));
        }
    }

    fn check_times(&mut self, size: u64, time: u64, witness: &str) {
        for (index, entry) in (0..).zip(&self.entries) {
            let Some(recorded) = entry.as_ref().and_then(|entry| seconds(&entry.recorded)) else { continue };
            let before = index >= size && recorded + CLOCK_SKEW_S < time;
            let after = index < size && recorded > time.saturating_add(CLOCK_SKEW_S);
            if before || after {
                let seen = if before { "was not there yet" } else { "was there already" };
                let detail = format!("its time contradicts witness {witness}: it {seen} when the witness signed");
                return self.report.find(Kind::EntryBackDated, Some(index), "", detail);
            }
        }
    }
}
