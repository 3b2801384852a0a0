//! Pairs of events that lie near each other in space, found without looking at all pairs.
//!
//! The events are sorted into rows as high as the longest distance, and by x within a row: the neighbours of an
//! event are then in its own row and the next one, within that distance of its x (the others see it as
//! theirs). Cost: one sort, and the events in that window; on n events spread out evenly as good as linear.

use super::times::Code;
use super::{Event, PAIRS_MAX, SpaceTimeError};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

/// Rows are higher than the distance by this part, so that rounding moves no neighbour two rows away.
const ROW_MARGIN: f64 = 1e-4;
/// Most rows; a shorter distance than the extent over these has rows that are higher than needed.
const ROWS_MAX: f64 = 1e9;
/// Events whose pairs are looked for one after another.
const PART_EVENTS: usize = 4_096;
/// New pairs of a part that are told to the other parts together.
const PAIRS_TOLD: usize = 4_096;

/// How the distance of two places is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    /// As the crow flies.
    Euclidean,
    /// Along streets that run east and north: the sum of both differences.
    Manhattan,
}

impl Distance {
    pub(super) fn between(self, a: &Event, b: &Event) -> f64 {
        let (dx, dy) = ((a.x - b.x).abs(), (a.y - b.y).abs());
        match self {
            Self::Euclidean => (dx * dx + dy * dy).sqrt(),
            Self::Manhattan => dx + dy,
        }
    }
}

/// A whole number for a number, in the same order (that of [`f64::total_cmp`]).
fn in_order(number: f64) -> u64 {
    let bits = number.to_bits();
    if number.is_sign_negative() { !bits } else { bits | 1 << 63 }
}

/// Events in the order of the search.
pub(super) struct Rows {
    /// The events, by row and x.
    events: Vec<Event>,
    /// Index of each in the list as given.
    order: Vec<u32>,
    /// Row of each.
    rows: Vec<u32>,
    reach: f64,
}

impl Rows {
    /// `reach` is the longest distance that is asked for, zero or more.
    pub(super) fn of(events: &[Event], reach: f64) -> Self {
        let low = events.iter().map(|event| event.y).fold(f64::INFINITY, f64::min);
        let high = events.iter().map(|event| event.y).fold(f64::NEG_INFINITY, f64::max);
        let height = (reach * (1.0 + ROW_MARGIN)).max((high - low) / ROWS_MAX).max(f64::MIN_POSITIVE);
        let row = |event: &Event| ((event.y - low) / height) as u32;
        // One number to sort by: row, x and index.
        let key = |(index, event): (u32, &Event)| {
            u128::from(row(event)) << 96 | u128::from(in_order(event.x)) << 32 | u128::from(index)
        };
        let mut keys: Vec<u128> = (0u32..).zip(events).map(key).collect();
        keys.par_sort_unstable();
        let order: Vec<u32> = keys.iter().map(|key| *key as u32).collect();
        let events: Vec<Event> = order.iter().map(|index| events[*index as usize]).collect();
        let rows = events.iter().map(row).collect();
        Self { events, order, rows, reach }
    }

    /// The events in the order of the search.
    pub(super) fn events(&self) -> &[Event] {
        &self.events
    }

    /// Index of an event of the search in the list as given.
    pub(super) fn original(&self, index: usize) -> usize {
        self.order[index] as usize
    }

    /// Calls `found` with every pair at most `reach` apart, once, the first event upward, with its distance.
    pub(super) fn each_pair<E>(
        &self,
        distance: Distance,
        found: impl FnMut(usize, usize, f64) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each_pair_of(0..self.events.len(), distance, found)
    }

    /// As [`Rows::each_pair`], for some of the first events only.
    fn each_pair_of<E>(
        &self,
        first: Range<usize>,
        distance: Distance,
        mut found: impl FnMut(usize, usize, f64) -> Result<(), E>,
    ) -> Result<(), E> {
        // Where the near ones of the own row end, and where those of the next begin and end: they only move on.
        let (mut own_end, mut begin, mut end) = (0, self.window(first.start), 0);
        let mut kept = Vec::new();
        for index in first {
            let event = &self.events[index];
            let near =
                |row: u32| move |other: usize| self.rows[other] == row && self.events[other].x - event.x <= self.reach;
            own_end = self.first_not(own_end.max(index + 1), near(self.rows[index]));
            begin = self.first_not(begin.max(index + 1), |other| self.is_before_window(other, index));
            end = self.first_not(end.max(begin), near(self.rows[index] + 1));
            let windows = [index + 1..own_end, begin..end];
            kept.resize(kept.len().max(windows.iter().map(Range::len).sum()), 0);
            let mut count = 0;
            // Half of them are near, at random: no processor would guess a branch here.
            for other in windows.into_iter().flatten() {
                kept[count] = other;
                count += usize::from(distance.between(event, &self.events[other]) <= self.reach);
            }
            for other in &kept[..count] {
                found(index, *other, distance.between(event, &self.events[*other]))?;
            }
        }
        Ok(())
    }

    /// The first event from another on that does not pass.
    fn first_not(&self, from: usize, passes: impl Fn(usize) -> bool) -> usize {
        (from..self.events.len()).find(|other| !passes(*other)).unwrap_or(self.events.len())
    }

    /// True when an event comes before those of the next row that can be near another.
    fn is_before_window(&self, other: usize, event: usize) -> bool {
        (self.rows[other], self.events[other].x) < (self.rows[event] + 1, self.events[event].x - self.reach)
    }

    /// Where the window of an event into the next row begins, found by bisection.
    fn window(&self, event: usize) -> usize {
        let (mut low, mut high) = (event, self.events.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.is_before_window(middle, event) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// Pairs near in space, each with the band of its distance.
pub(super) struct NearPairs {
    /// Times of the events in the order of the search.
    pub(super) times: Vec<f64>,
    parts: Vec<Part>,
}

/// The pairs whose first events follow on each other in the search.
struct Part {
    /// The first of those events.
    first: usize,
    /// Where the partners of each of them end.
    ends: Vec<usize>,
    partners: Vec<u32>,
    bands: Vec<u8>,
}

impl NearPairs {
    /// Pairs at most `reach` apart that `band` gives a number.
    pub(super) fn find(
        events: &[Event],
        reach: f64,
        distance: Distance,
        band: impl Fn(f64) -> Option<u8> + Sync,
    ) -> Result<Self, SpaceTimeError> {
        let rows = Rows::of(events, reach);
        let told = AtomicUsize::new(0);
        let is_room = || told.fetch_add(PAIRS_TOLD, Relaxed) + PAIRS_TOLD <= PAIRS_MAX;
        let firsts = (0..events.len()).into_par_iter().step_by(PART_EVENTS);
        let parts = firsts.map(|first| {
            let events = first..(first + PART_EVENTS).min(events.len());
            Part::find(&rows, events, distance, &band, is_room)
        });
        let parts = parts.collect::<Result<Vec<Part>, SpaceTimeError>>()?;
        let pairs = Self { times: rows.events().iter().map(|event| event.time).collect(), parts };
        if pairs.len() > PAIRS_MAX { Err(SpaceTimeError::TooManyPairs) } else { Ok(pairs) }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.parts.iter().map(|part| part.partners.len()).sum()
    }

    /// For each event, how many others are near it.
    pub(super) fn degrees(&self) -> Vec<u64> {
        let mut degrees = vec![0; self.times.len()];
        for part in &self.parts {
            part.events().for_each(|(event, pairs)| degrees[event] += pairs.len() as u64);
            part.partners.iter().for_each(|partner| degrees[*partner as usize] += 1);
        }
        degrees
    }

    /// Pairs whose times lie near each other, for several orders of the times at once: `codes` holds those of
    /// each event beside each other, and `near` tells the first and the last code that is near one.
    pub(super) fn near_in_time<T: Code, const ORDERS: usize>(
        &self,
        codes: &[[T; ORDERS]],
        near: impl Fn(T) -> (T, T) + Copy,
    ) -> [u64; ORDERS] {
        let mut counts = [0; ORDERS];
        for part in &self.parts {
            let found = part.near_in_time(codes, near);
            counts.iter_mut().zip(found).for_each(|(count, found)| *count += u64::from(found));
        }
        counts
    }

    /// Calls `found` with the band and the time between the two of every pair.
    pub(super) fn each_gap(&self, times: &[f64], mut found: impl FnMut(u8, f64)) {
        for part in &self.parts {
            for (event, pairs) in part.events() {
                for pair in pairs {
                    let other = part.partners[pair] as usize;
                    found(part.bands[pair], (times[other] - times[event]).abs());
                }
            }
        }
    }
}

impl Part {
    /// The pairs of some first events; `is_room` is asked for every [`PAIRS_TOLD`] of them.
    fn find(
        rows: &Rows,
        events: Range<usize>,
        distance: Distance,
        band: impl Fn(f64) -> Option<u8>,
        is_room: impl Fn() -> bool,
    ) -> Result<Self, SpaceTimeError> {
        let first = events.start;
        let mut part = Self { first, ends: vec![0; events.len()], partners: Vec::new(), bands: Vec::new() };
        rows.each_pair_of(events, distance, |event, partner, apart| {
            let Some(band) = band(apart) else { return Ok(()) };
            part.partners.push(partner as u32);
            part.bands.push(band);
            part.ends[event - first] = part.partners.len();
            let is_told = part.partners.len().is_multiple_of(PAIRS_TOLD);
            if is_told && !is_room() { Err(SpaceTimeError::TooManyPairs) } else { Ok(()) }
        })?;
        for event in 1..part.ends.len() {
            part.ends[event] = part.ends[event].max(part.ends[event - 1]);
        }
        Ok(part)
    }

    /// Each first event with the numbers of its pairs.
    fn events(&self) -> impl Iterator<Item = (usize, Range<usize>)> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        (self.first..).zip(starts.zip(&self.ends).map(|(start, end)| start..*end))
    }

    fn near_in_time<T: Code, const ORDERS: usize>(
        &self,
        codes: &[[T; ORDERS]],
        near: impl Fn(T) -> (T, T) + Copy,
    ) -> [u32; ORDERS] {
        let mut counts = [0u32; ORDERS];
        for (event, pairs) in self.events() {
            let from = codes[event].map(|code| near(code).0);
            let span = codes[event].map(|code| near(code).1.since(near(code).0));
            // As many as the narrowest code can count.
            for partners in self.partners[pairs].chunks(usize::from(u16::MAX)) {
                let found = near_among(partners, codes, &from, &span);
                // A part has fewer pairs than this can count.
                counts = std::array::from_fn(|order| counts[order].wrapping_add(found[order].into()));
            }
        }
        counts
    }
}

/// How many of the partners have codes that lie in a span from a code on, in each order. The innermost loop of a
/// test by permutation: on its own, so that all orders are compared at once.
#[inline(never)]
fn near_among<T: Code, const ORDERS: usize>(
    partners: &[u32],
    codes: &[[T; ORDERS]],
    from: &[T; ORDERS],
    span: &[T; ORDERS],
) -> [T; ORDERS] {
    let mut found = [T::default(); ORDERS];
    for partner in partners {
        let codes = &codes[*partner as usize];
        for order in 0..ORDERS {
            found[order] = found[order].plus(codes[order].since(from[order]) <= span[order]);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::samples::scattered;
    use super::*;
    use std::convert::Infallible;

    fn found(events: &[Event], reach: f64, distance: Distance) -> Vec<(usize, usize)> {
        let rows = Rows::of(events, reach);
        let mut pairs = Vec::new();
        let all = rows.each_pair::<Infallible>(distance, |first, second, _| {
            let (a, b) = (rows.original(first), rows.original(second));
            pairs.push((a.min(b), a.max(b)));
            Ok(())
        });
        assert!(all.is_ok());
        pairs.sort_unstable();
        pairs
    }

    /// Every pair is looked at, as the search must not need to.
    fn all(events: &[Event], reach: f64, distance: Distance) -> Vec<(usize, usize)> {
        let pairs = (0..events.len()).flat_map(|a| (a + 1..events.len()).map(move |b| (a, b)));
        pairs.filter(|(a, b)| distance.between(&events[*a], &events[*b]) <= reach).collect()
    }

    #[test]
    fn the_search_finds_what_looking_at_all_pairs_finds() {
        for seed in 0..20 {
            let events = scattered(150, seed);
            for reach in [0.0, 25.0, 60.0, 75.0, 333.3, 5_000.0] {
                for distance in [Distance::Euclidean, Distance::Manhattan] {
                    assert_eq!(found(&events, reach, distance), all(&events, reach, distance), "{seed} {reach}");
                }
            }
        }
    }

    #[test]
    fn whole_numbers_come_in_the_order_of_numbers() {
        let numbers = [-1e300, -2.5, -2.0, -1e-300, -0.0, 0.0, 1e-300, 1.0, 1.5, 7e12];
        assert!(numbers.windows(2).all(|pair| in_order(pair[0]) < in_order(pair[1])));
    }

    #[test]
    fn far_away_events_do_not_matter() {
        let mut events = scattered(60, 4);
        events.push(Event { x: 1e12, y: -1e12, time: 0.0 });
        events.push(Event { x: 1e12, y: -1e12, time: 1.0 });
        for reach in [0.0, 1e-9, 50.0] {
            let distance = Distance::Euclidean;
            assert_eq!(found(&events, reach, distance), all(&events, reach, distance), "{reach}");
        }
    }
}
