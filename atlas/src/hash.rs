//! A hash table for 64-bit keys that we make ourselves.
//!
//! The keys are row counts and cell numbers, never text from outside, so the standard library's
//! defence against chosen collisions buys nothing here and costs most of the time.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A table from 64-bit keys.
pub(crate) type Map<V> = HashMap<u64, V, BuildHasherDefault<Mix>>;

/// Multiplies by 2^64 over the golden ratio and folds the halves (Knuth, TAOCP 3, section 6.4).
#[derive(Clone, Copy, Default)]
pub(crate) struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, value: u64) {
        let mixed = (self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}
