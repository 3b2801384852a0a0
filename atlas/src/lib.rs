//! The engine: millions of incidents in memory, exact counts and map tiles in milliseconds.
//!
//! ```text
//! Columns -> Atlas::new -> attach(PlaceIndex) / attach_streets(StreetIndex) -> count / cube / tile / heat
//! ```
//!
//! What holds, and is tested:
//! - every incident is counted once: `sum(rows) + unlocated + unknown = total`;
//! - counts of cells are equal at every zoom: children sum to their parents;
//! - the same answer for any number of threads, because only integers are merged;
//! - a point lies in the same place on every machine: orientation is decided exactly.
//!
//! What is deliberately absent: input and output, time zones, rates, disclosure rules other than
//! those that a [`tequio_kernel::Scope`] states.

mod area;
mod area_grid;
mod area_node;
mod arrangement;
mod atlas;
mod attach;
mod axis;
mod candidates;
mod cell;
mod cells;
mod circle;
mod clip;
mod codes;
mod columns;
mod count;
mod counter;
mod cube;
mod drawing;
mod edge_tree;
mod error;
mod events;
mod extent;
mod filter;
mod geometry_filter;
mod grid;
mod groups;
mod hash;
mod heat;
mod levels;
pub mod limits;
mod locate;
mod memo;
mod metric;
mod moment;
mod moment_filter;
mod morton;
mod mvt;
mod place_filter;
mod runs;
mod sites;
mod snap;
mod squares;
mod street_names;
mod streets;
mod suggest;
mod tally;
mod tile;
mod tile_places;
mod tile_segments;

pub use atlas::Atlas;
pub use cell::Cell;
pub use columns::{Columns, HOUR_UNKNOWN, Offence};
pub use cube::Cube;
pub use error::AtlasError;
pub use events::Event;
pub use heat::HEAT_SIDE;
pub use locate::{Located, PlaceIndex};
pub use snap::Snapped;
pub use street_names::{Street, street_code};
pub use streets::StreetIndex;
pub use tile::TileLevel;
