//! The editions of official counts of one data folder, opened when they are asked for and kept.

use crate::answers::KeptAnswers;
use crate::catalogue::Catalogue;
use crate::claims::Checked;
use crate::compared::Compared;
use crate::completeness::Completeness;
use crate::memo::Memo;
use crate::revisions::{Revisions, Selection};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tequio_archive::ledger::{Ledger, LedgerError};
use tequio_archive::{ArchiveError, DataFolder};
use tequio_kernel::{CountTable, CountsAbout, DatasetId, Layer, Manifest};
use tequio_reference::{POPULATION_EDITION, ReferenceError, territory};

/// Most editions kept in memory; the one used longest ago gives way.
pub const OPEN_EDITIONS_MAX: usize = 6;

/// The data folder, ready to answer.
pub struct Shelf {
    data: DataFolder,
    /// Taxonomies and territory.
    pub catalogue: Arc<Catalogue>,
    layers: Vec<Layer>,
    /// Layer and index of every reference place.
    places: HashMap<String, (usize, usize)>,
    open: Mutex<Vec<Arc<OpenCounts>>>,
    /// Answers that the pages ask for again and again.
    pub(crate) answers: KeptAnswers,
    /// What was computed of editions, which do not change.
    pub(crate) compared: Memo<(String, String), Compared>,
    pub(crate) completeness: Memo<(String, String), Completeness>,
    pub(crate) revisions: Memo<(String, Vec<String>, Selection), Revisions>,
    pub(crate) claims: Memo<(Vec<String>, String), Checked>,
    /// The ledger as it was opened last.
    ledger: Mutex<Option<Arc<Ledger>>>,
}

/// A dataset of official counts with its editions.
#[derive(Clone, Debug)]
pub struct DatasetView {
    /// Its name.
    pub id: String,
    /// Its editions, newest first.
    pub editions: Vec<Manifest>,
}

/// An edition whose figures are in memory.
pub struct OpenCounts {
    /// What is known of it.
    pub manifest: Manifest,
    /// What its counts are.
    pub about: CountsAbout,
    /// Its figures.
    pub table: CountTable,
    /// Where the ledger has it; empty until it is recorded.
    leaf: OnceLock<u64>,
}

impl OpenCounts {
    /// Where the ledger has it, if it does.
    pub fn leaf_index(&self) -> Option<u64> {
        self.leaf.get().copied()
    }
}

/// Which edition is meant: a named one, the one known on a day, or the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// Its name.
    pub edition: Option<String>,
    /// A day, `YYYY-MM-DD`: the newest edition that was known then.
    pub as_of: Option<String>,
}

/// Why there is no answer. Every message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A built-in catalogue.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// A name that cannot be one.
    #[error(transparent)]
    Name(#[from] tequio_kernel::place::NameError),
    /// A dataset of incidents.
    #[error("dataset `{0}` holds incidents: `tequio count` and the map answer for it")]
    Incidents(String),
    /// An edition and a day that do not go together.
    #[error("give an edition or a day (as_of), not both")]
    Twice,
    /// A day that is none.
    #[error("`{0}` is no day: write YYYY-MM-DD")]
    Day(String),
}

/// A poisoned lock holds a cache whose entries are only ever put in whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shelf {
    /// Opens a data folder; an empty or missing one has no datasets.
    ///
    /// # Errors
    /// [`ShelfError`] when a built-in catalogue is damaged.
    pub fn new(data: DataFolder) -> Result<Self, ShelfError> {
        let layers = territory()?;
        let of = |(at, layer): (usize, &Layer)| {
            let codes = layer.places.iter().map(|place| place.code.clone()).enumerate();
            codes.map(|(index, code)| (code, (at, index))).collect::<Vec<_>>()
        };
        let places = layers.iter().enumerate().flat_map(of).collect();
        Ok(Self {
            data,
            catalogue: Arc::new(Catalogue::load()?),
            layers,
            places,
            open: Mutex::default(),
            answers: KeptAnswers::default(),
            compared: Memo::default(),
            completeness: Memo::default(),
            revisions: Memo::default(),
            claims: Memo::default(),
            ledger: Mutex::default(),
        })
    }

    /// The data folder.
    pub fn data(&self) -> &DataFolder {
        &self.data
    }

    /// The datasets of official counts; a folder read anew each time, so that what another process imports is seen.
    ///
    /// # Errors
    /// [`ShelfError`] when the folder cannot be read. A damaged dataset is left out and logged.
    pub fn datasets(&self) -> Result<Vec<DatasetView>, ShelfError> {
        let (mut views, mut left_out) = (Vec::new(), BTreeSet::new());
        for id in self.data.datasets()? {
            match self.data.editions(&id) {
                Ok(mut editions) => {
                    editions.retain(|edition| edition.counts.is_some());
                    views.push(DatasetView { id: id.0, editions });
                }
                Err(error) => {
                    tracing::error!("dataset {id} is left out: {error}");
                    left_out.insert(id.0);
                }
            }
        }
        views.retain(|view| !view.editions.is_empty());
        self.data.note_datasets_left_out(left_out);
        Ok(views)
    }

    /// True when there are no real counts: every edition is invented, or there is none.
    ///
    /// # Errors
    /// [`ShelfError`] when the folder cannot be read.
    pub fn is_synthetic(&self) -> Result<bool, ShelfError> {
        Ok(self.datasets()?.iter().all(|view| view.editions.iter().all(|edition| edition.synthetic)))
    }

    /// The manifest of an edition of a dataset.
    ///
    /// # Errors
    /// [`ShelfError`] when there is none.
    pub fn manifest(&self, dataset: &str, at: &At) -> Result<Manifest, ShelfError> {
        let id: DatasetId = dataset.parse()?;
        let manifest = match (&at.edition, &at.as_of) {
            (Some(_), Some(_)) => return Err(ShelfError::Twice),
            (edition, None) => self.data.edition(&id, edition.as_deref())?,
            (None, Some(day)) => self.data.edition_as_of(&id, check_day(day)?)?,
        };
        if manifest.counts.is_none() { Err(ShelfError::Incidents(id.0)) } else { Ok(manifest) }
    }

    /// Loads an edition, or gives the one in memory.
    ///
    /// # Errors
    /// [`ShelfError`] when there is none or it is damaged.
    pub fn open(&self, dataset: &str, at: &At) -> Result<Arc<OpenCounts>, ShelfError> {
        self.open_manifest(self.manifest(dataset, at)?)
    }

    /// The same for a manifest that is at hand.
    ///
    /// # Errors
    /// [`ShelfError`] when it is damaged.
    pub fn open_manifest(&self, manifest: Manifest) -> Result<Arc<OpenCounts>, ShelfError> {
        // Held while loading, so that an edition is loaded once however many ask for it.
        let mut open = lock(&self.open);
        let known = open.iter().position(|open| {
            open.manifest.content_sha256 == manifest.content_sha256 && open.manifest.dataset == manifest.dataset
        });
        let edition = match known {
            Some(index) => open.remove(index),
            None => Arc::new(self.load(manifest)?),
        };
        self.mark(&edition);
        open.truncate(OPEN_EDITIONS_MAX - 1);
        open.insert(0, edition.clone());
        Ok(edition)
    }

    fn load(&self, manifest: Manifest) -> Result<OpenCounts, ShelfError> {
        let about = manifest.counts.clone().ok_or_else(|| ShelfError::Incidents(manifest.dataset.0.clone()))?;
        let table = self.data.counts(&manifest)?;
        Ok(OpenCounts { manifest, about, table, leaf: OnceLock::new() })
    }

    /// Notes where the ledger has an edition: an entry never moves, so it is looked for until it is found.
    fn mark(&self, edition: &OpenCounts) {
        if edition.leaf.get().is_none()
            && let Some(index) = self.leaf_index(&edition.manifest)
        {
            edition.leaf.get_or_init(|| index);
        }
    }

    /// The ledger as it is now; kept until its head changes.
    ///
    /// # Errors
    /// [`ShelfError::Ledger`] when there is none or its head cannot be read.
    pub fn ledger(&self) -> Result<Arc<Ledger>, ShelfError> {
        let now = Ledger::open(&self.data)?;
        let mut known = lock(&self.ledger);
        let kept =
            known.take().filter(|known| known.checkpoint() == now.checkpoint() && known.cosigned() == now.cosigned());
        let ledger = kept.unwrap_or_else(|| Arc::new(now));
        *known = Some(ledger.clone());
        Ok(ledger)
    }

    /// Where the ledger has an edition, if it does.
    pub fn leaf_index(&self, manifest: &Manifest) -> Option<u64> {
        self.ledger().ok()?.find_edition(&manifest.dataset.0, &manifest.edition)
    }

    /// Figures in memory now; `None` while an edition is being loaded, which is not waited for.
    pub fn in_memory(&self) -> Option<(usize, usize)> {
        let open = self.open.try_lock().ok()?;
        Some((open.len(), open.iter().map(|edition| edition.table.cells.len()).sum()))
    }

    /// The layers of the reference territory, from the top down.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// A place of the reference territory.
    pub fn place(&self, code: &str) -> Option<&tequio_kernel::Place> {
        let (layer, index) = self.places.get(code)?;
        self.layers.get(*layer)?.places.get(*index)
    }

    /// Inhabitants of a reference place in a year, with the edition of the figure.
    pub fn population(&self, code: &str, year: i16) -> Option<(u64, &'static str)> {
        Some((*self.place(code)?.population.get(&year)?, POPULATION_EDITION))
    }

    /// Inhabitants of the reference places of a layer in a year, by code.
    pub fn populations(&self, layer: &str, year: i16) -> BTreeMap<&str, u64> {
        let layer = self.layers.iter().find(|known| known.id.name == layer);
        let places = layer.into_iter().flat_map(|layer| &layer.places);
        places.filter_map(|place| Some((place.code.as_str(), *place.population.get(&year)?))).collect()
    }
}

fn check_day(day: &str) -> Result<&str, ShelfError> {
    let is_day = day.len() == 10 && day.parse::<tequio_kernel::Period>().is_ok();
    if is_day { Ok(day) } else { Err(ShelfError::Day(day.to_owned())) }
}
