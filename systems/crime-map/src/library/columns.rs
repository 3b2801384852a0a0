//! The rows of an edition as the atlas takes them.

use std::collections::HashMap;
use tequio_archive::AtlasRows;
use tequio_atlas::{AtlasError, Columns, Offence};
use tequio_kernel::text::fold;
use tequio_reference::{ORDINARY, OffenceClasses};

/// Columns of the atlas. Names that fold alike are one offence, called by its most frequent spelling; it
/// is sensitive where its name or its finer description is, and stands once for each class.
pub(super) fn columns(rows: AtlasRows, classes: &OffenceClasses) -> Result<Columns, AtlasError> {
    let mut names: HashMap<String, (u64, String)> = HashMap::new();
    for (kind, count) in &rows.kinds {
        let (most, name) = names.entry(fold(&kind.name)).or_default();
        if *count > *most {
            (*most, *name) = (*count, kind.name.trim().to_owned());
        }
    }
    let mut offences: Vec<Offence> = Vec::new();
    let mut known: HashMap<(String, &'static str), u16> = HashMap::new();
    let mut index = Vec::with_capacity(rows.kinds.len());
    for (kind, _) in &rows.kinds {
        let code = fold(&kind.name);
        let of_detail = kind.detail.as_deref().map_or(ORDINARY, |detail| classes.classify(detail));
        let class = if of_detail == ORDINARY { classes.classify(&kind.name) } else { of_detail };
        let next = u16::try_from(offences.len()).map_err(|_| AtlasError::TooManyOffences(offences.len()))?;
        let at = *known.entry((code.clone(), class)).or_insert(next);
        if at == next {
            let name = names.get(&code).map(|(_, name)| name.clone()).unwrap_or_default();
            offences.push(Offence { code, name, class });
        }
        index.push(at);
    }
    Ok(Columns {
        longitude: rows.longitude,
        latitude: rows.latitude,
        day: rows.day,
        precision: rows.precision,
        hour: rows.hour,
        offence: rows.offence.into_iter().map(|offence| index[offence as usize]).collect(),
        offences,
    })
}
