//! Charts drawn on the server: the same picture on a screen, in print and without scripts.
//!
//! Colours come from classes (`c0` to `c6`) that the style sheet defines for light and dark, so that
//! no chart carries a style of its own. Every chart draws numbers that also stand in a table of the
//! page; the pictures are therefore hidden from assistive technology or carry a short label.

pub mod bar;
pub mod choropleth;
pub mod classed;
pub mod classes;
pub mod heat;
pub mod legend;
pub mod line;
pub mod lorenz;
pub mod mark;
pub mod panel;
pub mod picture;
pub mod projection;
pub mod small;
pub mod spots;
pub mod theme;
pub mod whisker;
pub mod years;

pub use classes::Classes;
pub use legend::Legend;
pub use picture::Drawing;
