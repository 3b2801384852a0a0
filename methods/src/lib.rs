//! The arithmetic: one file per method, each with its reference and known answers. No I/O.

mod beta;
pub mod false_discovery;
pub mod poisson;
pub mod rate_ratio;
