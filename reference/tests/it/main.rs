//! The catalogues against themselves and, where the shared data is present, against the official files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod crosswalk;
mod real_files;
mod shared;
mod sources;
mod taxonomies;
