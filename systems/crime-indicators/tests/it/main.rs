//! Official counts seen from outside the crate: the real files, where they are present.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod indicators;
mod support;
mod totals;
