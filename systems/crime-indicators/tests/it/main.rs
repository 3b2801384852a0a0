//! Official counts seen from outside the crate: editions compared, and the real files, where they are present.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod alarms;
mod as_of;
mod completeness;
mod diff;
mod editions;
mod indicators;
mod pages;
mod support;
mod totals;
