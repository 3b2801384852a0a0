//! The arithmetic: one file per method, each with its reference and known answers. No I/O.

pub mod poisson;
