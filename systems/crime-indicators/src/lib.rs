//! Crime indicators: official counts in every edition, what changed between them, and figures that can be checked.

pub mod alarms;
pub mod catalogue;
pub mod completeness;
pub mod diff;
pub mod import;
pub mod importers;
pub mod revisions;
