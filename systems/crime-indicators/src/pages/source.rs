//! The source line of a page: the edition that its headline rests on.

use crate::pages::speak;
use crate::shelf::{At, Shelf};
use tequio_frame::{PageSource, Visit};
use tequio_kernel::indicator::EditionUsed;
use tequio_reference::series;

/// The edition of a figure, or the built-in series; `None` when nothing was found.
pub(crate) fn of(shelf: &Shelf, visit: &Visit, used: Option<&EditionUsed>) -> Option<PageSource> {
    let used = used?;
    if let Some(known) = series().ok()?.iter().find(|known| known.id == used.dataset) {
        return Some(PageSource {
            title: speak::dataset(visit, used),
            edition: speak::edition(visit, &used.edition),
            href: "/indicators".to_owned(),
            attribution: known.source.clone(),
            synthetic: false,
        });
    }
    let at = At { edition: Some(used.edition.clone()), as_of: None };
    let manifest = shelf.manifest(&used.dataset, &at).ok()?;
    Some(PageSource {
        title: manifest.title.clone(),
        edition: manifest.edition.clone(),
        href: used.address.clone(),
        attribution: manifest.attribution.clone(),
        synthetic: manifest.synthetic,
    })
}
