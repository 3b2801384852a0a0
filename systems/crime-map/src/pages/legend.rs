//! The legend of a shaded map: unit, class limits, method.

use tequio_frame::chart::Classes;
use tequio_frame::format;

/// A legend ready for its template.
pub(crate) struct Legend {
    pub title: String,
    pub items: Vec<LegendItem>,
    pub method: String,
    /// Words for areas without a value; empty when every area has one.
    pub none: String,
}

/// A class of the legend.
pub(crate) struct LegendItem {
    pub colour: &'static str,
    pub label: String,
}

impl Legend {
    /// The legend of rates in classes.
    pub(crate) fn of(classes: &Classes, title: String, method: String, none: String) -> Self {
        let items = classes.ranges().into_iter().enumerate().map(|(class, (low, high))| LegendItem {
            colour: classes.colour_of(class),
            label: format!("{}–{}", format::rate(low), format::rate(high)),
        });
        Self { title, items: items.collect(), method, none }
    }
}
