//! What is published and what is withheld, by one rule: see [`tequio_archive::publication`].

use super::PublishError;
use tequio_archive::ledger::{EntryKind, Ledger};
use tequio_archive::publication::{Reason, WithheldPath, withheld_files};
use tequio_archive::{ArchiveError, DataFolder, MANIFEST_FILE, sha256_file};
use tequio_kernel::place::REFERENCE_LAYERS;
use tequio_kernel::{DatasetId, Manifest};

/// What a publication will hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Editions that are published: by dataset, oldest first.
    pub editions: Vec<Manifest>,
    /// What is withheld.
    pub withheld: Vec<WithheldPath>,
}

impl Plan {
    /// Names of the datasets, in order.
    pub fn datasets(&self) -> Vec<String> {
        let mut names: Vec<String> = self.editions.iter().map(|edition| edition.dataset.0.clone()).collect();
        names.dedup();
        names
    }

    /// True when an edition is published.
    pub(super) fn has(&self, dataset: &str, edition: &str) -> bool {
        self.editions.iter().any(|known| known.dataset.0 == dataset && known.edition == edition)
    }
}

/// What publishing some datasets would give; all of official counts when none is named.
///
/// # Errors
/// [`PublishError`] for a dataset that is not there or holds incidents, and when a manifest cannot be read.
pub fn plan(data: &DataFolder, datasets: &[String]) -> Result<Plan, PublishError> {
    let known = data.datasets()?;
    if let Some(unknown) = datasets.iter().find(|name| !known.iter().any(|id| id.0 == **name)) {
        let known = known.into_iter().map(|id| id.0).collect::<Vec<_>>().join(", ");
        let known = if known.is_empty() { "none yet".to_owned() } else { known };
        return Err(ArchiveError::Missing { kind: "dataset", name: unknown.clone(), known }.into());
    }
    let mut plan = Plan::default();
    for id in known {
        let is_chosen = datasets.is_empty() || datasets.contains(&id.0);
        let is_named = is_chosen && !datasets.is_empty();
        plan.add(data.editions(&id)?, is_chosen, is_named)?;
    }
    plan.add_layers(data)?;
    plan.withheld.sort();
    Ok(plan)
}

impl Plan {
    fn add(&mut self, editions: Vec<Manifest>, is_chosen: bool, is_named: bool) -> Result<(), PublishError> {
        for manifest in editions.into_iter().rev() {
            let reason = match (&manifest.counts, is_chosen) {
                (None, _) if is_named => return Err(PublishError::Incidents(manifest.dataset.0)),
                (None, _) => Reason::Incidents,
                (Some(_), false) => Reason::NotChosen,
                (Some(_), true) => {
                    self.withheld.extend(withheld_files(&manifest));
                    self.editions.push(manifest);
                    continue;
                }
            };
            self.withheld.push(WithheldPath { path: folder_of(&manifest.dataset, &manifest.edition), reason });
        }
        Ok(())
    }

    /// Every edition of the ledger has to be there, published or withheld, and what is published with the manifest that was
    /// recorded.
    pub(super) fn refuse_other(&self, ledger: &Ledger, data: &DataFolder) -> Result<(), PublishError> {
        for entry in ledger.entries() {
            let entry = entry?;
            if entry.kind != EntryKind::Edition {
                continue;
            }
            let folder = format!("datasets/{}/{}", entry.name, entry.edition);
            if self.has(&entry.name, &entry.edition) {
                let path = data.root().join(folder).join(MANIFEST_FILE);
                let (sha256, _) = sha256_file(&path)?;
                if entry.content != format!("sha256:{sha256}") {
                    return Err(PublishError::Changed(path.display().to_string()));
                }
            } else if !self.withheld.iter().any(|held| held.path == folder) {
                return Err(PublishError::Dropped(format!("{} {}", entry.name, entry.edition)));
            }
        }
        Ok(())
    }

    fn add_layers(&mut self, data: &DataFolder) -> Result<(), PublishError> {
        let added = data.layers()?.into_iter().map(|entry| entry.id);
        let added = added.filter(|id| !REFERENCE_LAYERS.contains(&id.name.as_str()));
        self.withheld.extend(
            added.map(|id| WithheldPath {
                path: format!("layers/{}/{}", id.name, id.edition),
                reason: Reason::Boundaries,
            }),
        );
        Ok(())
    }
}

/// Folder of an edition, below a publication.
pub(super) fn folder_of(dataset: &DatasetId, edition: &str) -> String {
    format!("datasets/{dataset}/{edition}")
}
