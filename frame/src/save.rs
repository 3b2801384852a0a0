//! The links that save a chart or map, and the table behind it.

use crate::visit::Visit;
use askama::Template;

/// Links to a figure as a picture and to its table as CSV; written out they are their HTML.
#[derive(Template)]
#[template(path = "save.html")]
pub struct Save<'a> {
    visit: &'a Visit,
    figure: &'a str,
    sheet: &'a str,
}

impl Visit {
    /// The links that save a figure of this page; `sheet` names the table behind it and is empty where there is none.
    pub fn save<'a>(&'a self, figure: &'a str, sheet: &'a str) -> Save<'a> {
        Save { visit: self, figure, sheet }
    }
}
