//! Official counts seen from outside the crate: the real files, where they are present.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod conapo;
mod hostile;
mod inegi;
mod inegi_export;
mod long;
mod made;
mod old_method;
mod support;
mod totals;
