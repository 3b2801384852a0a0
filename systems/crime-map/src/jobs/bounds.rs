//! How much of everything the jobs may take, and how much of it one asker.

use std::time::Duration;

/// How much there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Most computations at a time; others wait. Where there is more than one place, the last is for an asker of whom
    /// nothing is being computed.
    pub at_once: usize,
    /// Threads of each.
    pub threads: usize,
    /// Most that wait; one more is refused.
    pub waiting: usize,
    /// Most tickets; those that were given up give way, then those of the computations that ended first.
    pub tickets: usize,
    /// Most tickets of one computation.
    pub tickets_each: usize,
    /// Size of the answers held for tickets, in the unit that the answers are weighed in, above which the oldest give way to
    /// further tickets. Those given before may still add one answer each, of at most `at_once` + `waiting` computations.
    pub held: usize,
    /// How long an answer, or why there is none, is held whatever others ask; where none is older, no further ticket is
    /// given.
    pub held_least: Duration,
    /// How long the ticket of a computation that ended is remembered, and its answer held where there is room.
    pub remembered: Duration,
    /// How long an open one is kept that its holder does not ask for.
    pub unseen: Duration,
    /// Longest time of a computation; it is stopped then.
    pub time_max: Duration,
    /// One asker may have one part in so many: of what is computed and waits, of the tickets, of those of one
    /// computation, of what they hold. The last part of each is for askers who have nothing of it.
    pub shares: usize,
}

impl Bounds {
    /// For a machine of so many cores. One is left to other questions where there are three or more; where there are fewer,
    /// two are computed all the same, so that a short one need not wait for the end of a long one. One more place is for
    /// another asker.
    pub fn of_cores(cores: usize) -> Self {
        let room = cores.saturating_sub(1).max(1);
        let of_one = room.clamp(2, 4);
        Self {
            at_once: of_one + 1,
            threads: (room / of_one).max(1),
            waiting: 16,
            tickets: 256,
            tickets_each: 32,
            // Rows, some 650 bytes each.
            held: 250_000,
            // Pages and programs look again every second or two.
            held_least: Duration::from_secs(15),
            remembered: Duration::from_secs(300),
            unseen: Duration::from_secs(60),
            time_max: Duration::from_secs(600),
            shares: 3,
        }
    }

    /// What one asker may have of so much, at least one.
    pub(super) fn share(&self, whole: usize) -> usize {
        whole.div_ceil(self.shares)
    }

    /// What all may have of so much before the rest is for those who have nothing.
    pub(super) fn before_last(&self, whole: usize) -> usize {
        whole - self.share(whole)
    }

    /// Whether an asker who has `own` of the `taken` has all that he may have of `whole`: his share, or less where but the
    /// last share is left.
    pub(super) fn is_share(&self, whole: usize, own: usize, taken: usize) -> bool {
        own >= self.share(whole) || (own > 0 && taken >= self.before_last(whole))
    }

    /// Most computations that are open.
    pub(super) fn open(&self) -> usize {
        self.at_once + self.waiting
    }
}
