//! Crime indicators: official counts in every edition, what changed between them, and figures that can be checked.

pub mod ask;
pub mod catalogue;
pub mod claims;
pub mod import;
pub mod importers;
pub mod indicators;
pub mod select;
pub mod shelf;
