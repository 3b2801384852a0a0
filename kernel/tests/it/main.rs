//! Tests of the house itself.

mod layers;
