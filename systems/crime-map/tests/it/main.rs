//! The crime map seen from outside its crate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod cells;
mod damaged;
mod helsinki;
mod job_shares;
mod jobs;
mod near_repeats;
mod sample;
mod stopped;
mod strays;
mod streets;
mod unchanged;
