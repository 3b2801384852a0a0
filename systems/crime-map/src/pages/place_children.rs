//! Places as rows of a table: count, rate and bar.

use crate::library::{Found, Library};
use crate::pages::ask::Kept;
use crate::pages::coverage::{Coverage, Covers};
use crate::pages::rate::Rate;
use crate::pages::silence::Silences;
use crate::pages::street::address_of;
use tequio_atlas::street_code;
use tequio_frame::address::percent;
use tequio_frame::chart::bar::bar;
use tequio_frame::{Visit, format};
use tequio_kernel::{Layer, Level, Period, Place, PlaceRef};

/// Zoom of the map at a street that was searched for.
const STREET_ZOOM: u8 = 16;

/// A row of a table of places.
#[derive(Clone, Debug)]
pub(crate) struct Child {
    /// The place as questions and addresses name it.
    pub place: String,
    pub name: String,
    pub href: String,
    pub count: String,
    pub count_value: u64,
    /// The rate, or a dash.
    pub rate: String,
    pub rate_value: Option<f64>,
    /// The rate with its limits.
    pub rated: Option<Rate>,
    /// Its interval, or why there is no rate.
    pub interval: String,
    pub bar: String,
    covers: Covers,
}

/// What the rows of one table share.
pub(crate) struct Rows<'a> {
    pub visit: &'a Visit,
    pub layer: &'a Layer,
    pub coverage: &'a Coverage,
    pub kept: &'a Kept,
    pub period: Option<Period>,
    pub silences: &'a Silences,
}

impl Rows<'_> {
    /// The row of a place. A place that the dataset is not about has none, unless incidents strayed
    /// there; those are counted and nothing more is said of them.
    pub(crate) fn child(&self, place: &Place, count: u64) -> Option<Child> {
        let covers = self.coverage.of_place(self.layer, place);
        if count == 0 && matches!(covers, Covers::Nothing | Covers::Unstated) {
            return None;
        }
        let rate = Rate::of(covers, count, place, self.period, self.silences.of(&place.code));
        let reference = PlaceRef::new(&self.layer.id.name, &place.code);
        Some(Child {
            place: reference.to_string(),
            name: name_of(place),
            href: self.kept.on(&href_of(&reference)),
            count: format::integer(count),
            count_value: count,
            rate: rate.as_ref().map_or_else(|_| "–".to_owned(), Rate::text),
            rate_value: rate.as_ref().ok().map(|rate| rate.value),
            rated: rate.as_ref().ok().copied(),
            interval: rate.as_ref().map_or_else(|reason| reason.in_short(self.visit), Rate::interval_text),
            bar: String::new(),
            covers,
        })
    }
}

impl Child {
    /// True for a place of which the dataset says something.
    pub(crate) fn is_covered(&self) -> bool {
        self.covers != Covers::Nothing
    }

    /// True for a place that the dataset is about in part only.
    pub(crate) fn is_part(&self) -> bool {
        self.covers == Covers::Part
    }

    /// Takes away the count of a place that the dataset is about in part only: beside whole places it would mislead.
    pub(crate) fn withhold_part(&mut self) {
        if self.is_part() {
            self.count = "–".to_owned();
        }
    }

    /// Draws the bars of the rates, or of the counts where no row has a rate.
    pub(crate) fn measure(rows: &mut [Self]) {
        let rated = rows.iter().any(|row| row.rate_value.is_some());
        let value = |row: &Self| match rated {
            true => row.rate_value.unwrap_or(0.0),
            false if row.is_covered() => row.count_value as f64,
            false => 0.0,
        };
        let largest = rows.iter().map(value).fold(0.0, f64::max);
        rows.iter_mut().for_each(|row| row.bar = bar(value(row), largest));
    }
}

/// Name of a place, or its code where it has no name.
pub(crate) fn name_of(place: &Place) -> String {
    if place.name.is_empty() { place.code.clone() } else { place.name.clone() }
}

/// Where a search leads: the page of a place or of a street, or the spot on the map of a street that is not counted.
pub(crate) fn page_of(library: &Library, found: &Found) -> String {
    let Some((longitude, latitude)) = found.at else { return href_of(&found.place) };
    if let Some(page) = street_page(library, &found.place) {
        return page;
    }
    // A neighbourhood as a filter would cut streets, which is not published.
    let holder = library.place(&found.place).and_then(|(layer, index)| {
        let holder = PlaceRef::new(layer.within.as_deref()?, layer.places.get(index)?.parent.as_deref()?);
        library.layer(&holder.layer).filter(|layer| layer.level < Level::Local).map(|_| holder)
    });
    let place = holder.map(|holder| format!("place={}&", percent(&holder.to_string()))).unwrap_or_default();
    format!("/explore?{place}level=streets#map={STREET_ZOOM}/{latitude:.5}/{longitude:.5}")
}

/// Address of the page of the street that a segment is part of; of several layers of streets one is counted.
fn street_page(library: &Library, segment: &PlaceRef) -> Option<String> {
    let territory = library.territory().ok()?;
    territory.streets_name().filter(|name| **name == segment.layer)?;
    let (layer, index) = library.place(segment)?;
    Some(address_of(&format!("{}:{}", segment.layer, street_code(&layer.places[index])?)))
}

/// Address of a place's page.
pub(crate) fn href_of(place: &PlaceRef) -> String {
    format!("/place/{}", percent(&place.to_string()))
}
