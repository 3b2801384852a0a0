//! The legend of a shaded map.

use tequio_frame::chart::Classes;
use tequio_frame::format;

/// Class limits with their colours.
pub(crate) struct Legend {
    pub title: String,
    pub items: Vec<(&'static str, String)>,
    pub method: String,
    /// Words for areas without a value; empty when every area has one.
    pub none: String,
}

impl Legend {
    pub(crate) fn of(classes: &Classes, title: String, method: String, none: String) -> Self {
        let items = classes.ranges().into_iter().enumerate().map(|(class, (low, high))| {
            (classes.colour_of(class), format!("{}–{}", format::rate(low), format::rate(high)))
        });
        Self { title, items: items.collect(), method, none }
    }
}
