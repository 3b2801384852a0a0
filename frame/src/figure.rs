//! The charts and maps of a page as pictures that stand alone, for documents and presentations.
//!
//! A picture is drawn only when its address is asked for; the page that shows the chart carries the recipe.

use crate::chart::Drawing;
use crate::problem::Problem;
use std::fmt;
use std::sync::Arc;

type Draw = Arc<dyn Fn() -> Result<Drawing, Problem> + Send + Sync>;

/// A chart or map that can be saved on its own.
#[derive(Clone)]
pub struct Figure {
    /// Name in addresses, unique on its page.
    pub id: &'static str,
    /// Headline, in the language of the page.
    pub title: String,
    /// What was counted, in a sentence.
    pub text: String,
    /// Lines below the drawing, before the source: what is missing, what lies outside.
    pub notes: Vec<String>,
    draw: Draw,
}

impl Figure {
    /// A figure that `draw` draws when it is asked for.
    pub fn new(
        id: &'static str,
        title: impl Into<String>,
        text: impl Into<String>,
        draw: impl Fn() -> Result<Drawing, Problem> + Send + Sync + 'static,
    ) -> Self {
        Self { id, title: title.into(), text: text.into(), notes: Vec::new(), draw: Arc::new(draw) }
    }

    /// Adds lines below the drawing; empty ones are left out.
    #[must_use]
    pub fn with_notes(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes.into_iter().filter(|note| !note.is_empty()));
        self
    }

    /// Draws it. This may take the processor for a while.
    ///
    /// # Errors
    /// [`Problem`] when what it shows cannot be counted or has no picture.
    pub fn draw(&self) -> Result<Drawing, Problem> {
        (self.draw)()
    }
}

impl fmt::Debug for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Figure").field("id", &self.id).field("title", &self.title).finish_non_exhaustive()
    }
}
