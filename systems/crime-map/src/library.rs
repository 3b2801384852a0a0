//! All datasets and layers of one data folder, opened when they are asked for and kept.

mod columns;
mod error;
mod layers;
mod view;

use crate::ground::{Reach, leave_out_narrow_cells};
use crate::public_streets;
use crate::search::Finder;
pub use crate::search::Found;
use crate::territory::Territory;
use crate::whole_places;
use columns::columns;
pub use error::LibraryError;
use layers::layer_stamp;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tequio_access::{Note, Principal, cell_zoom_max, decide, latitude_of_row};
use tequio_archive::{DataFolder, read_atlas_rows};
use tequio_atlas::{Atlas, Event, TileLevel};
use tequio_kernel::query::AS_OF;
use tequio_kernel::{Counts, DatasetId, Dimension, LayerId, Manifest, Query, Scope};
use tequio_reference::{ORDINARY, OffenceClasses};
use view::View;

/// Most editions kept in memory; the one used longest ago gives way.
pub const OPEN_EDITIONS_MAX: usize = 4;

/// A data folder, ready to answer.
pub struct Library {
    data: DataFolder,
    classes: OffenceClasses,
    territory: Mutex<(u64, Arc<Territory>)>,
    open: Mutex<Vec<Arc<OpenEdition>>>,
    finder: Mutex<Option<(Arc<Territory>, Arc<Finder>)>>,
}

/// A dataset with its editions.
#[derive(Clone, Debug)]
pub struct DatasetView {
    /// Its name.
    pub id: String,
    /// Its editions, newest first.
    pub editions: Vec<Manifest>,
}

/// An edition whose incidents are in memory.
pub struct OpenEdition {
    /// What is known of it.
    pub manifest: Manifest,
    /// Its incidents.
    pub atlas: Atlas,
    classes: HashMap<String, &'static str>,
    reach: Reach,
}

/// A question that was decided on, with what is needed to count it.
struct Prepared {
    edition: Arc<OpenEdition>,
    scope: Scope,
    notes: Vec<Note>,
    query: Query,
}

/// The answer to a query.
pub struct Answer {
    /// Edition that was asked.
    pub edition: Arc<OpenEdition>,
    /// Editions of the layers that were used.
    pub layers: Vec<LayerId>,
    /// The counts.
    pub counts: Counts,
    /// What the answer leaves out.
    pub notes: Vec<Note>,
}

/// Incidents to compute with.
pub(crate) struct Events {
    pub list: Vec<Event>,
    /// How many pass the filters and lack a day or a position.
    pub lacking: usize,
    /// Editions of the layers that were used.
    pub layers: Vec<LayerId>,
    /// What is left out or taken whole.
    pub notes: Vec<Note>,
}

/// A poisoned lock holds a cache whose entries are only ever put in whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Library {
    /// Opens a data folder; an empty or missing one has no datasets.
    ///
    /// # Errors
    /// [`LibraryError`] when the folder cannot be read.
    pub fn new(data: DataFolder) -> Result<Self, LibraryError> {
        let territory = Arc::new(Territory::open(&data)?);
        let stamp = layer_stamp(&territory);
        let (territory, classes) = (Mutex::new((stamp, territory)), OffenceClasses::load()?);
        Ok(Self { data, classes, territory, open: Mutex::default(), finder: Mutex::default() })
    }

    /// The data folder.
    pub fn data(&self) -> &DataFolder {
        &self.data
    }

    /// The datasets with their editions; a folder read anew each time, so that what another process
    /// imports is seen at once.
    ///
    /// # Errors
    /// [`LibraryError`] when a manifest is damaged.
    pub fn datasets(&self) -> Result<Vec<DatasetView>, LibraryError> {
        let ids = self.data.datasets()?;
        let mut left_out = BTreeSet::new();
        let views = ids.into_iter().filter_map(|id| match self.data.editions(&id) {
            // Official counts are not the business of the map.
            Ok(mut editions) => {
                editions.retain(|edition| edition.counts.is_none());
                Some(DatasetView { editions, id: id.0 })
            }
            // One damaged dataset does not take the others with it; asked for by name, it says what is wrong.
            Err(error) => {
                tracing::error!("dataset {id} is left out: {error}");
                left_out.insert(id.0);
                None
            }
        });
        let views = views.filter(|view| !view.editions.is_empty()).collect();
        self.data.note_datasets_left_out(left_out);
        Ok(views)
    }

    /// True when there are datasets and all of them are invented.
    ///
    /// # Errors
    /// [`LibraryError`] when a manifest is damaged.
    pub fn is_synthetic(&self) -> Result<bool, LibraryError> {
        let datasets = self.datasets()?;
        let invented = |dataset: &DatasetView| dataset.editions.iter().all(|edition| edition.synthetic);
        Ok(!datasets.is_empty() && datasets.iter().all(invented))
    }

    /// The manifest of an edition: of the default dataset, of its newest edition, unless named.
    ///
    /// # Errors
    /// [`LibraryError`] when there is none.
    pub fn manifest(&self, dataset: Option<&str>, edition: Option<&str>) -> Result<Manifest, LibraryError> {
        let dataset: DatasetId = match dataset {
            Some(dataset) => dataset.parse()?,
            None => self.default_dataset()?,
        };
        let manifest = match edition.and_then(|edition| edition.strip_prefix(AS_OF)) {
            Some(day) => self.data.edition_as_of(&dataset, day)?,
            None => self.data.edition(&dataset, edition)?,
        };
        if manifest.counts.is_some() {
            return Err(LibraryError::Counts(dataset.0));
        }
        Ok(manifest)
    }

    /// Real data about the reference territory before synthetic data before data from elsewhere, and
    /// the largest of its kind.
    fn default_dataset(&self) -> Result<DatasetId, LibraryError> {
        let rank = |newest: &Manifest| (newest.checked_against.is_none(), newest.synthetic, u64::MAX - newest.accepted);
        let newest = self.datasets()?.into_iter().filter_map(|view| view.editions.into_iter().next());
        newest.min_by_key(rank).map(|newest| newest.dataset).ok_or(LibraryError::Empty)
    }

    /// Loads an edition, or gives the one in memory.
    ///
    /// # Errors
    /// [`LibraryError`] when there is none or it is damaged.
    pub fn open(&self, dataset: Option<&str>, edition: Option<&str>) -> Result<Arc<OpenEdition>, LibraryError> {
        let manifest = self.manifest(dataset, edition)?;
        // Held while loading, so that an edition is loaded once however many ask for it.
        let mut open = lock(&self.open);
        let known = open.iter().position(|open| {
            open.manifest.content_sha256 == manifest.content_sha256 && open.manifest.dataset == manifest.dataset
        });
        let edition = match known {
            Some(index) => open.remove(index),
            None => Arc::new(self.load(manifest)?),
        };
        open.truncate(OPEN_EDITIONS_MAX - 1);
        open.insert(0, edition.clone());
        Ok(edition)
    }

    fn load(&self, manifest: Manifest) -> Result<OpenEdition, LibraryError> {
        let columns = columns(read_atlas_rows(&self.data.incidents_file(&manifest))?, &self.classes)?;
        let mut classes: HashMap<String, &'static str> = HashMap::new();
        for offence in &columns.offences {
            // Of an offence with incidents of both classes the ordinary ones may be shown, and only those are.
            let class = classes.entry(offence.code.clone()).or_insert(offence.class);
            if offence.class == ORDINARY {
                *class = ORDINARY;
            }
        }
        let territory =
            manifest.territory.as_deref().and_then(|code| self.territory().ok()?.latitude_of(&code.parse().ok()?));
        let reach = Reach::of(&columns.latitude, territory);
        Ok(OpenEdition { manifest, atlas: Atlas::new(columns)?, classes, reach })
    }

    /// Counts.
    ///
    /// # Errors
    /// [`LibraryError`] when the query names what is not there or asks for what is not public.
    pub fn count(&self, query: &Query, principal: Principal) -> Result<Answer, LibraryError> {
        let Prepared { edition, scope, mut notes, query } = self.prepare(query, principal)?;
        let query = &query;
        let counts = match principal {
            Principal::Public => {
                let mut counts = public_streets::count(&edition.atlas, query, &scope, threads())?;
                notes.extend(leave_out_narrow_cells(&mut counts).then_some(Note::NarrowCells));
                counts
            }
            Principal::Operator => edition.atlas.count(query, &scope, threads())?,
        };
        let layers = named_layers(&edition, query);
        Ok(Answer { edition, layers, counts, notes })
    }

    /// The incidents that pass the filters of a query and have a day and a position, to compute with and never to show.
    /// The public's are those that its cells are made of.
    ///
    /// # Errors
    /// [`LibraryError`] as for [`Library::count`].
    pub(crate) fn events(&self, query: &Query, principal: Principal) -> Result<Events, LibraryError> {
        let edition = self.open(query.dataset.as_deref(), query.edition.as_deref())?;
        let by = vec![Dimension::Cell(edition.public_cell_zoom())];
        let Prepared { edition, scope, notes, query } = self.prepare(&Query { by, ..query.clone() }, principal)?;
        let (list, lacking) = edition.atlas.events(&query.filter, &scope)?;
        Ok(Events { list, lacking, layers: named_layers(&edition, &query), notes })
    }

    /// A map tile (Mapbox Vector Tile 2.1) of the incidents that pass the filters of a query. Where the public's cells
    /// would be too narrow on a tile, they are wider ones.
    ///
    /// # Errors
    /// [`LibraryError`] as for [`Library::count`].
    pub fn tile(
        &self,
        query: &Query,
        level: &TileLevel,
        z: u8,
        x: u32,
        y: u32,
        principal: Principal,
    ) -> Result<Vec<u8>, LibraryError> {
        let dimension = match level {
            TileLevel::Places(layer) => Dimension::Place(layer.clone()),
            TileLevel::Cells(zoom) => Dimension::Cell(*zoom),
            TileLevel::Segments => Dimension::Segment,
        };
        let query = Query { by: vec![dimension], ..query.clone() };
        let prepared = match self.prepare(&query, principal) {
            // Nothing to draw, which is no error on a map.
            Err(LibraryError::Hollow(_)) => return Ok(Vec::new()),
            prepared => prepared?,
        };
        let Prepared { edition, scope, query, .. } = prepared;
        let wide = edition.public_cell_zoom_of_tile(z, y);
        let level = match level {
            TileLevel::Cells(zoom) if principal == Principal::Public && *zoom > wide => {
                // A cell that is wider than its tile is not drawn.
                if wide < z {
                    return Ok(Vec::new());
                }
                TileLevel::Cells(wide)
            }
            level => level.clone(),
        };
        Ok(edition.atlas.tile(&query, &scope, level, z, x, y)?)
    }

    /// Opens the edition, decides what may be seen and attaches the layers that the query names.
    fn prepare(&self, query: &Query, principal: Principal) -> Result<Prepared, LibraryError> {
        let edition = self.open(query.dataset.as_deref(), query.edition.as_deref())?;
        let territory = self.territory()?;
        let view = View { edition: &edition, territory: &territory };
        let (scope, notes) = decide(principal, query, &view)?;
        let query = match notes.contains(&Note::WholePlaces) {
            true => self.whole_places(query)?,
            false => query.clone(),
        };
        let (streets, areas): (Vec<&str>, Vec<&str>) =
            layer_names(&query).into_iter().partition(|name| territory.is_streets(name));
        for layer in areas {
            edition.atlas.attach(territory.places(layer)?);
        }
        let by_street = query.by.iter().any(|dimension| matches!(dimension, Dimension::Street | Dimension::Segment));
        if by_street || !streets.is_empty() {
            edition.atlas.attach_streets(territory.streets()?);
        }
        Ok(Prepared { edition, scope, notes, query })
    }

    /// The question with whole places, or whole streets, in place of those that hold them.
    pub(crate) fn whole_places(&self, query: &Query) -> Result<Query, LibraryError> {
        let territory = self.territory()?;
        let layer = query.by.iter().find_map(|dimension| match dimension {
            Dimension::Place(layer) => Some(layer.as_str()),
            _ => None,
        });
        let inner = match layer {
            Some(layer) => territory.layer(layer)?,
            None => territory.streets()?.layer().clone(),
        };
        whole_places::choose(&territory, &inner, query)
    }

    /// Editions and rows of the incidents in memory now; `None` while an edition is being loaded, which is not
    /// waited for.
    pub fn in_memory(&self) -> Option<(usize, usize)> {
        let open = self.open.try_lock().ok()?;
        Some((open.len(), open.iter().map(|edition| edition.atlas.len()).sum()))
    }
}

impl OpenEdition {
    /// Disclosure class of a folded offence code; `None` for one the edition does not hold.
    pub fn class(&self, offence: &str) -> Option<&'static str> {
        self.classes.get(offence).copied()
    }

    /// Finest zoom of a cell that the public may see in this edition.
    pub fn public_cell_zoom(&self) -> u8 {
        cell_zoom_max(self.reach.own)
    }

    /// The same on a tile, which may lie beyond the territory or reach beyond it.
    fn public_cell_zoom_of_tile(&self, z: u8, y: u32) -> u8 {
        cell_zoom_max(latitude_of_row(z, y).min(self.reach.strays))
    }
}

/// The editions of the layers that a query names.
fn named_layers(edition: &OpenEdition, query: &Query) -> Vec<LayerId> {
    let mut layers = edition.atlas.layers();
    let named = layer_names(query);
    layers.retain(|layer| named.contains(&layer.name.as_str()));
    layers
}

/// Names of the layers of areas that a query needs.
fn layer_names(query: &Query) -> Vec<&str> {
    let dimensions = query.by.iter().filter_map(|dimension| match dimension {
        Dimension::Place(layer) => Some(layer.as_str()),
        _ => None,
    });
    let mut names: Vec<&str> = dimensions.chain(query.filter.places.iter().map(|place| place.layer.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
