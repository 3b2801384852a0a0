//! Published figures of areas, reproduced from the public data they were computed from (`tests/data/`, each
//! with its source).

#![allow(clippy::expect_used)]

mod association;
mod data;
mod rates;
mod weights;
