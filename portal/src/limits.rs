//! The limits of the server, all in one place.

use std::time::Duration;

/// Longest path and query, bytes. A polygon of 1,000 corners fits; longer ones are refused with 414.
pub const ADDRESS_LENGTH_MAX: usize = 48 * 1024;
/// Longest time an answer may take before it is given up with 503.
pub const ANSWER_TIME_MAX: Duration = Duration::from_secs(30);
