//! The words of Tequio: places, periods, incidents, counts, editions and the one query language.
//!
//! Nothing here does I/O, reads a clock or starts a thread. Every other room speaks in these types.

pub mod counts;
pub mod edition;
pub mod incident;
pub mod indicator;
pub mod official;
pub mod period;
pub mod place;
pub mod query;
pub mod scope;
pub mod text;
pub mod unit;

pub use counts::{CountRow, Counts, Key};
pub use edition::{Check, CountsAbout, DatasetId, Manifest, Rejected};
pub use incident::{Flag, Flags, Incident, Occurred, Point, Precision};
pub use indicator::{IndicatorAbout, Observation};
pub use official::{Cell, CountTable, CountTableBuilder, Frequency, Group, Step};
pub use period::{Month, Period};
pub use place::{Layer, LayerId, LayerKind, Level, Place, PlaceRef, Shape};
pub use query::{Dimension, Filter, Query, QueryError, SmallSet};
pub use scope::Scope;
pub use unit::Unit;
