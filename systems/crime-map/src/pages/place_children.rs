//! Places as rows of a table: count, rate and bar.

use crate::pages::map::percent;
use crate::pages::rate::Rate;
use crate::pages::silence::Silences;
use tequio_frame::chart::bar::bar;
use tequio_frame::{Visit, format};
use tequio_kernel::{Layer, Period, Place, PlaceRef};

/// A row of a table of places.
#[derive(Clone, Debug)]
pub(crate) struct Child {
    pub name: String,
    pub href: String,
    pub count: String,
    pub count_value: u64,
    /// The rate, or a dash.
    pub rate: String,
    pub rate_value: Option<f64>,
    /// Its interval, or why there is no rate.
    pub interval: String,
    pub bar: String,
}

impl Child {
    pub(crate) fn of(
        visit: &Visit,
        layer: &Layer,
        place: &Place,
        count: u64,
        period: Option<Period>,
        silences: &Silences,
    ) -> Self {
        let rate = Rate::of(count, place, period, silences.of(&place.code));
        Self {
            name: name_of(place),
            href: href_of(&PlaceRef::new(&layer.id.name, &place.code)),
            count: format::integer(count),
            count_value: count,
            rate: rate.as_ref().map_or_else(|_| "–".to_owned(), Rate::text),
            rate_value: rate.as_ref().ok().map(|rate| rate.value),
            interval: rate.as_ref().map_or_else(|reason| reason.in_short(visit), Rate::interval_text),
            bar: String::new(),
        }
    }

    /// Draws the bars of the rates, or of the counts where no row has a rate.
    pub(crate) fn measure(rows: &mut [Self]) {
        let rated = rows.iter().any(|row| row.rate_value.is_some());
        let value = |row: &Self| if rated { row.rate_value.unwrap_or(0.0) } else { row.count_value as f64 };
        let largest = rows.iter().map(value).fold(0.0, f64::max);
        rows.iter_mut().for_each(|row| row.bar = bar(value(row), largest));
    }
}

/// Name of a place, or its code where it has no name.
pub(crate) fn name_of(place: &Place) -> String {
    if place.name.is_empty() { place.code.clone() } else { place.name.clone() }
}

/// Address of a place's page.
pub(crate) fn href_of(place: &PlaceRef) -> String {
    format!("/place/{}", percent(&place.to_string()))
}
