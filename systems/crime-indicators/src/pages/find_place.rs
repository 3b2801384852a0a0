//! A place as a reader writes it: a code, a number of the statistical office, or a name.

use crate::shelf::Shelf;
use tequio_kernel::Place;
use tequio_kernel::text::fold;
use tequio_reference::gazetteer;

/// What a text may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// One place, by its code.
    One(String),
    /// Several, or none: code and name of each with that of its state.
    Several(Vec<(String, String)>),
}

/// The place that a text means. Of places of one name the widest counts; where several are as wide, the reader chooses.
pub(crate) fn find(shelf: &Shelf, text: &str) -> Meant {
    let code = text.trim().to_uppercase();
    if shelf.place(&code).is_some() {
        return Meant::One(code);
    }
    if let Some(place) = gazetteer().ok().and_then(|known| known.municipality(text))
        && shelf.place(place.code()).is_some()
    {
        return Meant::One(place.code().to_owned());
    }
    let (name, state) = text.split_once(',').map_or((text, None), |(name, state)| (name, Some(fold(state))));
    let name = fold(name);
    for layer in shelf.layers() {
        let is_meant = |place: &&Place| {
            fold(&place.name) == name && state.as_ref().is_none_or(|state| *state == fold(parent_name(shelf, place)))
        };
        let found: Vec<&Place> = layer.places.iter().filter(is_meant).collect();
        match found.as_slice() {
            [] => {}
            [place] => return Meant::One(place.code.clone()),
            several => return Meant::Several(several.iter().map(|place| named(shelf, place)).collect()),
        }
    }
    match gazetteer().ok().and_then(|known| known.state(text)) {
        Some(state) if shelf.place(state.code()).is_some() => Meant::One(state.code().to_owned()),
        _ => Meant::Several(Vec::new()),
    }
}

fn parent_name<'a>(shelf: &'a Shelf, place: &Place) -> &'a str {
    place.parent.as_deref().and_then(|code| shelf.place(code)).map_or("", |parent| parent.name.as_str())
}

fn named(shelf: &Shelf, place: &Place) -> (String, String) {
    (place.code.clone(), format!("{}, {}", place.name, parent_name(shelf, place)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tequio_archive::DataFolder;

    #[test]
    fn places_are_found_by_code_number_and_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let shelf = Shelf::new(DataFolder::new(folder.path())).expect("a shelf");
        let one = |code: &str| Meant::One(code.to_owned());
        assert_eq!(find(&shelf, "mx-09"), one("MX-09"));
        assert_eq!(find(&shelf, "09015"), one("MX-09-015"));
        assert_eq!(find(&shelf, "cuauhtemoc, ciudad de méxico"), one("MX-09-015"));
        assert_eq!(find(&shelf, "Oaxaca"), one("MX-20"));
        assert_eq!(find(&shelf, "México"), one("MX"));
        assert!(matches!(find(&shelf, "Cuauhtémoc"), Meant::Several(all) if all.len() > 1));
        assert_eq!(find(&shelf, "qwxyz"), Meant::Several(Vec::new()));
    }
}
