//! Official counts seen from outside the crate: editions compared, and the real files, where they are present.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod alarms;
mod as_of;
mod completeness;
mod conapo;
mod diff;
mod editions;
mod hostile;
mod indicators;
mod inegi;
mod inegi_export;
mod long;
mod made;
mod old_method;
mod pages;
mod parts;
mod stated_twice;
mod support;
mod totals;
