//! Who may see what. The decision is made once for a question and stated as a
//! [`Scope`](tequio_kernel::Scope), which the atlas turns into filters in one place.

mod cells;
mod crossing;
mod disclosure;
mod refusal;

pub use cells::{cell_zoom_max, is_wide, latitude_of_row};
pub use disclosure::{Note, Principal, STREET_MINIMUM, Territory, decide};
pub use refusal::{Part, Refusal};
