//! Who may see what. The decision is made once for a question and stated as a
//! [`Scope`](tequio_kernel::Scope), which the atlas turns into filters in one place.

mod disclosure;
mod refusal;

pub use disclosure::{Note, Principal, STREET_MINIMUM, Territory, cell_zoom_max, decide};
pub use refusal::{Part, Refusal};
