//! The atlas seen from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cells;
mod chicago;
mod counts;
mod decoder;
mod fast;
mod filters;
mod fixtures;
mod locate;
mod scopes;
mod snap;
mod streets;
mod threads;
mod tiles;
