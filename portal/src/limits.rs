//! The limits of the server, all in one place.

use std::time::Duration;

/// Longest path and query, bytes. A polygon of 1,000 corners fits; longer ones are refused with 414.
pub const ADDRESS_LENGTH_MAX: usize = 48 * 1024;
/// Longest time an answer may take before it is given up with 503.
pub const ANSWER_TIME_MAX: Duration = Duration::from_secs(30);
/// Most questions answered at a time, so that memory stays within bounds.
pub const ANSWERS_MAX: usize = 8;
/// Most questions that wait for their turn; one more is refused with 503 at once.
pub const WAITING_MAX: usize = 64;
/// After how many seconds one who was refused may ask again.
pub const RETRY_AFTER_S: u32 = 2;
/// How long a browser may keep what it was told about requests from other origins, seconds.
pub const PREFLIGHT_AGE_S: u32 = 86_400;
/// Most pictures drawn or waiting to be drawn at a time; others are refused with 503.
pub const PICTURES_MAX: usize = 16;
/// Most bytes of answers that are kept to be given again.
pub const KEPT_BYTES_MAX: usize = 64 << 20;
/// Largest answer that is kept.
pub const KEPT_ANSWER_BYTES_MAX: usize = 1 << 20;
