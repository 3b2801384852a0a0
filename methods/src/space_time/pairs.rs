//! Pairs of events that lie near each other in space, found without looking at all pairs.
//!
//! The events are sorted into rows as high as the longest distance, and by x within a row: the neighbours of an
//! event are then in its own row and the next one, within that distance of its x (the others see it as
//! theirs). Cost: one sort, and the events in that window; on n events spread out evenly as good as linear.

use super::{Event, PAIRS_MAX, SpaceTimeError};

/// Rows are higher than the distance by this part, so that rounding moves no neighbour two rows away.
const ROW_MARGIN: f64 = 1e-4;
/// Most rows; a shorter distance than the extent over these has rows that are higher than needed.
const ROWS_MAX: f64 = 1e9;

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
        let mut order: Vec<u32> = (0..events.len() as u32).collect();
        let key = |index: &u32| (row(&events[*index as usize]), events[*index as usize].x);
        order.sort_by(|a, b| {
            let (a, b) = (key(a), key(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
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
        mut found: impl FnMut(usize, usize, f64) -> Result<(), E>,
    ) -> Result<(), E> {
        // Where the window into the next row begins; it only moves on.
        let mut window = 0;
        for (index, event) in self.events.iter().enumerate() {
            let row = self.rows[index];
            let begins = |other: usize| (self.rows[other], self.events[other].x) < (row + 1, event.x - self.reach);
            window = window.max(index + 1);
            while window < self.events.len() && begins(window) {
                window += 1;
            }
            let own = (index + 1..self.events.len()).take_while(|other| self.rows[*other] == row);
            let next = (window..self.events.len()).take_while(|other| self.rows[*other] == row + 1);
            let near = |other: &usize| self.events[*other].x - event.x <= self.reach;
            for other in own.take_while(near).chain(next.take_while(near)) {
                let apart = distance.between(event, &self.events[other]);
                if apart <= self.reach {
                    found(index, other, apart)?;
                }
            }
        }
        Ok(())
    }
}

/// Pairs near in space, each with the band of its distance.
pub(super) struct NearPairs {
    /// Times of the events in the order of the search.
    pub(super) times: Vec<f64>,
    /// Where the partners of each event begin, and where the last ones end.
    starts: Vec<usize>,
    partners: Vec<u32>,
    bands: Vec<u8>,
}

impl NearPairs {
    /// Pairs at most `reach` apart that `band` gives a number.
    pub(super) fn find(
        events: &[Event],
        reach: f64,
        distance: Distance,
        band: impl Fn(f64) -> Option<u8>,
    ) -> Result<Self, SpaceTimeError> {
        let rows = Rows::of(events, reach);
        let mut starts = vec![0; events.len() + 1];
        let (mut partners, mut bands) = (Vec::new(), Vec::new());
        rows.each_pair(distance, |first, second, apart| {
            let Some(band) = band(apart) else { return Ok(()) };
            if partners.len() == PAIRS_MAX {
                return Err(SpaceTimeError::TooManyPairs);
            }
            partners.push(second as u32);
            bands.push(band);
            starts[first + 1] = partners.len();
            Ok(())
        })?;
        for index in 1..starts.len() {
            starts[index] = starts[index].max(starts[index - 1]);
        }
        let times = rows.events().iter().map(|event| event.time).collect();
        Ok(Self { times, starts, partners, bands })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.partners.len()
    }

    /// For each event, how many others are near it.
    pub(super) fn degrees(&self) -> Vec<u64> {
        let mut degrees: Vec<u64> = self.starts.windows(2).map(|ends| (ends[1] - ends[0]) as u64).collect();
        self.partners.iter().for_each(|partner| degrees[*partner as usize] += 1);
        degrees
    }

    /// Pairs whose times, as they are or permuted, lie at most `limit` apart.
    pub(super) fn near_in_time(&self, times: &[f64], limit: f64) -> u64 {
        let of_event = |index: usize| {
            let time = times[index];
            let partners = &self.partners[self.starts[index]..self.starts[index + 1]];
            partners.iter().filter(|other| (times[**other as usize] - time).abs() <= limit).count() as u64
        };
        (0..times.len()).map(of_event).sum()
    }

    /// Calls `found` with the band and the time between the two of every pair.
    pub(super) fn each_gap(&self, times: &[f64], mut found: impl FnMut(u8, f64)) {
        for (index, time) in times.iter().enumerate() {
            for pair in self.starts[index]..self.starts[index + 1] {
                found(self.bands[pair], (times[self.partners[pair] as usize] - time).abs());
            }
        }
    }
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
