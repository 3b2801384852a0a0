//! The command as an operator uses it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod analysis;
mod analysis_jobs;
mod answers;
mod api_text;
mod count_mappings;
mod editions;
mod explore_layers;
mod formats;
mod hostile;
mod http;
mod kill;
mod ledger;
mod left_out;
mod outside_readers;
mod publish;
mod publish_damage;
mod publish_https;
mod publish_indicators;
mod publish_large;
mod publish_tampering;
mod revisions;
mod site;
mod support;
mod territory;
