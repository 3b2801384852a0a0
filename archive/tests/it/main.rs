//! The archive as its callers use it: the ledger, its proofs, and what tampering with them leads to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod by_another_hand;
mod figures;
mod formats;
mod history;
mod keys;
mod log;
mod measure;
mod merkle;
mod support;
mod tampering;
mod witnesses;
