//! The legend of a shaded map: unit, class limits, method.

use crate::chart::Classes;
use crate::format;
use askama::Template;

/// A legend; written out it is its HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "legend.html")]
pub struct Legend {
    /// What the classes are of, with unit and period.
    pub title: String,
    /// Colour and limits of every class, from the lowest.
    pub items: Vec<(&'static str, String)>,
    /// How the classes were chosen.
    pub method: String,
    /// Words for areas without a value; empty when every area has one.
    pub none: String,
}

impl Legend {
    /// The legend of rates in classes.
    pub fn of(classes: &Classes, title: String, method: String, none: String) -> Self {
        let items = classes.ranges().into_iter().enumerate();
        let items = items.map(|(class, limits)| (classes.colour_of(class), limits_in_words(limits, &format::rate)));
        Self { title, items: items.collect(), method, none }
    }
}

/// Lower and upper limit of a class; one number where they are equal.
pub(crate) fn limits_in_words((low, high): (f64, f64), write: &dyn Fn(f64) -> String) -> String {
    let (low, high) = (write(low), write(high));
    if low == high { high } else { format!("{low}–{high}") }
}
