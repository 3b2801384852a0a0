//! What the public may be told of where incidents happened.
//!
//! - Areas, cells at least 150 m wide and street segments with at least 3 incidents; never a point.
//! - Sensitive offences never below municipality, restricted ones never.
//! - A box, polygon or circle is made of whole cells: an incident is in it when the centre of its
//!   cell is. Narrowing a filter therefore never tells more than one cell.
//! - The finest zoom follows from what lies in the territory of the data. What lies farther from the equator is told in
//!   cells only at zooms at which its own cell is wide enough, and shapes and places there are made of such cells.
//! - Two fine partitions are never crossed: where a neighbourhood cuts a cell, the parts are smaller
//!   than either.
//!
//! All of it is deterministic: asking again, or differently, moves nothing.

use crate::cells::{cell_zoom_max, latitude_of_shapes, zooms};
use crate::crossing::{
    chooses, fine_dimensions, fine_filters, layers, refuse_crossing, refuse_cut_cells, refuse_cut_places,
};
use crate::refusal::{Part, Refusal};
use tequio_kernel::{Dimension, Level, PlaceRef, Query, Scope};

/// Fewest incidents of a public street or street segment.
pub const STREET_MINIMUM: u64 = 3;
/// Most rows of a public answer; larger tables are asked for piece by piece.
pub const ROWS_MAX: usize = 50_000;
/// Classes of offences that the public sees down to municipalities.
const PUBLIC_CLASSES: [&str; 2] = ["ordinary", "sensitive"];
/// Classes of offences that the public sees below municipalities.
const FINE_CLASSES: [&str; 1] = ["ordinary"];

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Anybody.
    Public,
    /// The operator at the command line of the machine that holds the data.
    Operator,
}

/// What the decision needs to know of the data that is asked.
pub trait Territory {
    /// Depth of a layer; `None` for a layer that does not exist.
    fn level(&self, layer: &str) -> Option<Level>;
    /// True for a layer of streets.
    fn is_streets(&self, layer: &str) -> bool;
    /// True when the borders of two layers are the same lines where they meet, so that no place of one cuts a place
    /// of the other: the layers of the reference territory among themselves.
    fn nests(&self, one: &str, other: &str) -> bool;
    /// True when every place of the inner layer is assigned to one of the outer: whole places are then chosen by it.
    fn holds(&self, outer: &str, inner: &str) -> bool;
    /// The layer in which streets are counted.
    fn streets(&self) -> Option<&str>;
    /// Disclosure class of a folded offence code; `None` for an offence the dataset does not hold.
    fn class(&self, offence: &str) -> Option<&'static str>;
    /// Greatest distance from the equator of an incident in the territory of the data, in degrees.
    fn latitude_max(&self) -> f64;
    /// The same of any incident, a misplaced one too.
    fn latitude_of_strays(&self) -> f64;
    /// Greatest distance of a place from the equator, in degrees; `None` where it has no boundary.
    fn latitude_of(&self, place: &PlaceRef) -> Option<f64>;
}

/// Something the answer leaves out, to be said beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// Sensitive offences are not counted, because the answer goes below municipality.
    SensitiveLeftOut,
    /// Box, polygon and circle are made of whole cells.
    WholeCells,
    /// Places, streets and segments are chosen whole by the place that they are assigned to.
    WholePlaces,
    /// Streets and segments below the minimum are not listed.
    QuietStreets,
    /// Incidents far from the territory are in no cell, because cells of this zoom are too narrow where they lie.
    NarrowCells,
}

impl Note {
    /// Name in answers for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::SensitiveLeftOut => "sensitive-left-out",
            Self::WholeCells => "whole-cells",
            Self::WholePlaces => "whole-places",
            Self::QuietStreets => "quiet-streets",
            Self::NarrowCells => "narrow-cells",
        }
    }
}

/// Decides what of a question is answered.
///
/// # Errors
/// [`Refusal`] when nothing of it may be.
pub fn decide(principal: Principal, query: &Query, territory: &dyn Territory) -> Result<(Scope, Vec<Note>), Refusal> {
    match principal {
        Principal::Operator => Ok((Scope::OPERATOR, Vec::new())),
        Principal::Public => decide_public(query, territory),
    }
}

fn decide_public(query: &Query, territory: &dyn Territory) -> Result<(Scope, Vec<Note>), Refusal> {
    let filter = &query.filter;
    let own = territory.latitude_max();
    let finest = cell_zoom_max(own);
    if let Some(asked) = zooms(query).max().filter(|zoom| *zoom > finest) {
        return Err(Refusal::CellTooSmall { asked, finest });
    }
    if filter.places.iter().any(|place| territory.is_streets(&place.layer)) {
        return Err(Refusal::StreetFilter);
    }
    if let Some(layer) = layers(query).find(|layer| territory.is_streets(layer)) {
        return Err(Refusal::StreetPlaces(layer.to_owned()));
    }
    refuse_cut_places(query, territory)?;
    let has_geometry = filter.has_shape();
    let partitions = fine_dimensions(query, territory);
    let fine_places = fine_filters(query, territory);
    refuse_crossing(&partitions, &fine_places, has_geometry)?;
    refuse_cut_cells(query, &partitions, has_geometry)?;
    let is_fine = has_geometry || !partitions.is_empty() || !fine_places.is_empty();
    let classes: &[&'static str] = if is_fine { &FINE_CLASSES } else { &PUBLIC_CLASSES };
    refuse_hidden(query, classes, territory)?;
    let has = |dimension: &Dimension| query.by.contains(dimension);
    if has(&Dimension::Street) && has(&Dimension::Segment) {
        return Err(Refusal::Crossing(Part::Streets, Part::Segments));
    }
    let masks_places = has_geometry || partitions.contains(&Part::Cells);
    // Beyond the territory cells of the finest zoom are too narrow, if there is anything.
    let zoom_at = |latitude: f64| cell_zoom_max(latitude.min(territory.latitude_of_strays()).max(own));
    let of_places = || filter.places.iter().filter_map(|place| territory.latitude_of(place)).fold(own, f64::max);
    let scope = Scope {
        classes: Some(classes.to_vec()),
        geometry_zoom: Some(zoom_at(latitude_of_shapes(filter).unwrap_or(own))),
        place_zoom: masks_places.then(|| zoom_at(of_places())),
        street_minimum: STREET_MINIMUM,
        rows_max: ROWS_MAX,
    };
    let streets = partitions.contains(&Part::Streets);
    let by_cells = partitions.contains(&Part::Cells);
    let whole_cells = has_geometry || (by_cells && !filter.places.is_empty());
    let whole_places = filter.places.iter().any(|place| chooses(query, &place.layer, territory));
    let notes = [
        (is_fine, Note::SensitiveLeftOut),
        (whole_cells, Note::WholeCells),
        (whole_places, Note::WholePlaces),
        (streets, Note::QuietStreets),
    ];
    Ok((scope, notes.into_iter().filter_map(|(holds, note)| holds.then_some(note)).collect()))
}

fn refuse_hidden(query: &Query, classes: &[&str], territory: &dyn Territory) -> Result<(), Refusal> {
    let is_told = |class: &str| classes.contains(&class);
    let is_public = |class: &str| PUBLIC_CLASSES.contains(&class);
    if let Some(class) = query.filter.classes.iter().find(|class| !is_told(class)) {
        return Err(if is_public(class) { Refusal::SensitiveClass } else { Refusal::RestrictedClass });
    }
    let offences = query.filter.offences.iter().filter_map(|offence| Some((offence, territory.class(offence)?)));
    match offences.into_iter().find(|(_, class)| !is_told(class)) {
        Some((offence, class)) if is_public(class) => Err(Refusal::Sensitive(offence.clone())),
        Some((offence, _)) => Err(Refusal::Restricted(offence.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::is_wide;
    use proptest::prelude::{prop_assert, prop_assume, proptest};

    struct City;

    impl Territory for City {
        fn level(&self, layer: &str) -> Option<Level> {
            match layer {
                "states" => Some(Level::State),
                "municipalities" | "alcaldias" => Some(Level::Municipality),
                "colonias" | "cuadrantes" | "calles" => Some(Level::Local),
                _ => None,
            }
        }
        fn is_streets(&self, layer: &str) -> bool {
            layer == "calles"
        }
        fn nests(&self, one: &str, other: &str) -> bool {
            one == other || [one, other].iter().all(|layer| ["states", "municipalities"].contains(layer))
        }
        fn holds(&self, outer: &str, inner: &str) -> bool {
            ["states", "municipalities"].contains(&outer) && ["colonias", "cuadrantes", "calles"].contains(&inner)
        }
        fn streets(&self) -> Option<&str> {
            Some("calles")
        }
        fn class(&self, offence: &str) -> Option<&'static str> {
            match offence {
                "ROBO" => Some("ordinary"),
                "VIOLACION" => Some("sensitive"),
                "SECRETO" => Some("restricted"),
                _ => None,
            }
        }
        fn latitude_max(&self) -> f64 {
            19.6
        }
        fn latitude_of_strays(&self) -> f64 {
            81.0
        }
        fn latitude_of(&self, place: &PlaceRef) -> Option<f64> {
            Some(if place.code == "far" { 70.0 } else { 19.5 })
        }
    }

    fn ask(text: &str) -> Result<(Scope, Vec<Note>), Refusal> {
        let query = Query::parse(text.split('&').filter_map(|pair| pair.split_once('='))).expect("a query");
        decide(Principal::Public, &query, &City)
    }

    #[test]
    fn cells_are_as_fine_as_the_territory_allows() {
        assert_eq!(ask("by=cell:18"), Err(Refusal::CellTooSmall { asked: 18, finest: 17 }));
        assert!(ask("by=cell:17").is_ok());
    }

    #[test]
    fn far_from_the_territory_shapes_and_places_are_made_of_wider_cells() {
        let zooms =
            |question: &str| ask(question).map(|(scope, _)| (scope.geometry_zoom, scope.place_zoom)).expect(question);
        assert_eq!(zooms("by=cell:12&place=colonias:near"), (Some(17), Some(17)));
        assert_eq!(zooms("by=cell:12&place=colonias:far"), (Some(17), Some(16)));
        assert_eq!(zooms("bbox=-100,60,-99,70&place=colonias:near"), (Some(16), Some(17)));
        assert_eq!(zooms("bbox=-100,-70,-99,20").0, Some(16));
        assert_eq!(zooms("polygon=-100 19,-99 19,-99 70").0, Some(16));
        assert_eq!(zooms("circle=-99,70,1000").0, Some(16));
        assert_eq!(zooms("bbox=-180,-90,180,90").0, Some(cell_zoom_max(81.0)), "no farther than there is anything");
    }

    proptest! {
        /// Whatever lies wherever, a shape is made of cells of at least 150 m: of those whose centre it holds.
        #[test]
        fn a_shape_holds_no_cell_that_is_too_narrow(
            own in 0.0..85.0_f64, stray in 0.0..85.0_f64, at in -85.0..85.0_f64, half in 0.0001..3.0_f64, is_circle: bool,
        ) {
            struct Strays(f64, f64);
            impl Territory for Strays {
                fn level(&self, _: &str) -> Option<Level> { None }
                fn is_streets(&self, _: &str) -> bool { false }
                fn nests(&self, _: &str, _: &str) -> bool { false }
                fn holds(&self, _: &str, _: &str) -> bool { false }
                fn streets(&self) -> Option<&str> { None }
                fn class(&self, _: &str) -> Option<&'static str> { None }
                fn latitude_max(&self) -> f64 { self.0 }
                fn latitude_of_strays(&self) -> f64 { self.0.max(self.1) }
                fn latitude_of(&self, _: &PlaceRef) -> Option<f64> { None }
            }
            let territory = Strays(own, stray);
            let farthest = territory.latitude_of_strays();
            prop_assume!(at.abs() <= farthest);
            let shape = match is_circle {
                true => ("circle", format!("-99,{at},{}", half * 30_000.0)),
                false => ("bbox", format!("-99,{},-98,{}", (at - half).max(-90.0), (at + half).min(90.0))),
            };
            let query = Query::parse([(shape.0, shape.1.as_str())]).expect("a query");
            let (scope, _) = decide(Principal::Public, &query, &territory).expect("an answer");
            let zoom = scope.geometry_zoom.expect("masked");
            // The cell of an incident at the middle of the shape.
            let n = f64::from(zoom).exp2();
            let y = at.to_radians().tan().asinh();
            let row = ((1.0 - y / std::f64::consts::PI) / 2.0 * n).clamp(0.0, n - 1.0) as u32;
            prop_assert!(is_wide(zoom, row), "{zoom} {row}");
            prop_assert!(zoom <= cell_zoom_max(own));
        }
    }

    #[test]
    fn sensitive_offences_stop_at_the_municipality() {
        let (scope, notes) = ask("by=place:municipalities&offence=VIOLACION").expect("an answer");
        assert!(scope.sees("sensitive") && !scope.sees("restricted") && notes.is_empty());
        for fine in [
            "by=cell:12",
            "by=segment",
            "by=street",
            "by=place:colonias",
            "place=colonias:1",
            "bbox=-99,19,-98,20",
            "circle=-99,19,500",
            "polygon=-99 19,-98 19,-98 20",
            "by=place:unknown",
        ] {
            let (scope, notes) = ask(fine).expect(fine);
            assert!(!scope.sees("sensitive") && notes.contains(&Note::SensitiveLeftOut), "{fine}");
            assert!(matches!(ask(&format!("{fine}&offence=VIOLACION")), Err(Refusal::Sensitive(_))), "{fine}");
            assert_eq!(ask(&format!("{fine}&class=sensitive")), Err(Refusal::SensitiveClass), "{fine}");
        }
        assert!(matches!(ask("offence=SECRETO"), Err(Refusal::Restricted(_))));
        assert_eq!(ask("class=restricted"), Err(Refusal::RestrictedClass));
    }

    #[test]
    fn fine_partitions_are_not_crossed() {
        for crossing in [
            "by=cell:12,place:colonias",
            "by=place:colonias,place:cuadrantes",
            "by=segment,cell:15",
            "by=place:colonias&place=cuadrantes:1",
            "place=colonias:1&place=cuadrantes:1",
            "by=place:colonias&bbox=-99,19,-98,20",
            "by=cell:12,place:municipalities",
            "by=place:states&circle=-99,19,500",
            "by=segment&bbox=-99,19,-98,20",
            "by=street&place=colonias:1",
            "by=street,segment",
            "by=place:municipalities,place:alcaldias",
            "by=place:colonias,place:municipalities",
            "by=place:municipalities&place=colonias:1",
            "by=place:alcaldias&place=MX-09",
            "place=colonias:1&place=MX-09-002",
            "place=alcaldias:1&place=MX-09",
            "by=segment,place:municipalities",
            "by=segment&place=alcaldias:1",
        ] {
            assert!(matches!(ask(crossing), Err(Refusal::Crossing(..))), "{crossing}");
        }
        let (scope, _) = ask("by=cell:15&place=colonias:1").expect("whole cells");
        assert_eq!(scope.place_zoom, Some(17));
        let (scope, _) = ask("by=place:colonias&place=MX-09-015").expect("areas");
        assert_eq!((scope.place_zoom, scope.geometry_zoom), (None, Some(17)));
    }

    #[test]
    fn whole_places_and_streets_are_chosen_by_what_holds_them() {
        for question in ["by=place:colonias&place=MX-09-015", "by=segment&place=MX-09-015", "by=street&place=MX-09"] {
            let (scope, notes) = ask(question).expect(question);
            assert!(scope.place_zoom.is_none() && notes.contains(&Note::WholePlaces), "{question}");
        }
        let (_, notes) = ask("by=place:municipalities&place=MX-09").expect("nested");
        assert!(notes.is_empty());
    }

    #[test]
    fn a_layer_of_streets_is_no_dimension() {
        for question in ["by=place:calles", "by=place:calles,hour", "by=place:calles&place=MX-09"] {
            assert_eq!(ask(question), Err(Refusal::StreetPlaces("calles".into())), "{question}");
        }
    }

    #[test]
    fn a_street_is_no_filter() {
        assert_eq!(ask("place=calles:a1"), Err(Refusal::StreetFilter));
    }

    #[test]
    fn the_operator_sees_all() {
        let query = Query::parse([("by", "cell:25"), ("offence", "VIOLACION")]).expect("a query");
        assert_eq!(decide(Principal::Operator, &query, &City), Ok((Scope::OPERATOR, Vec::new())));
    }
}
