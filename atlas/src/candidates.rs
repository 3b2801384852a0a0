//! The rows that are looked at: those of the runs that can match, or a piece of the curve, whichever
//! costs less. Whatever is looked at, every row is tested, unless its place in the order has answered.

use crate::atlas::Atlas;
use crate::extent::Rectangle;
use crate::limits::{FETCH_COST, NARROW_ROWS};
use crate::morton::number;
use crate::runs::Run;
use std::ops::Range;

/// Which conditions the rows still have to be tested for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tests {
    pub(crate) offences: bool,
    pub(crate) moments: bool,
    pub(crate) window: bool,
}

/// Rows of one run.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) run: Run,
    pub(crate) rows: Range<usize>,
    pub(crate) tests: Tests,
}

/// What is looked at.
#[derive(Debug)]
pub(crate) enum Candidates {
    Runs(Vec<Part>),
    /// Ranges of the curve, and what is to be tested there.
    Curve(Vec<Range<usize>>, Tests),
}

/// What is known of a question before any row is looked at.
#[derive(Debug)]
pub(crate) struct Outline<'a> {
    /// For each offence whether it passes.
    pub(crate) offences: Option<&'a [bool]>,
    /// For each moment whether it passes.
    pub(crate) moments: Option<&'a [bool]>,
    /// Nothing outside passes.
    pub(crate) ground: Option<Rectangle>,
    /// Zoom of the window if the ground is that window: nothing within it fails its test.
    pub(crate) window: Option<u8>,
}

/// How the moments of a bucket pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Share {
    None,
    Some,
    All,
}

impl Outline<'_> {
    /// The rows to look at, disjoint and ascending.
    pub(crate) fn candidates(&self, atlas: &Atlas) -> Candidates {
        let parts = self.parts(atlas);
        let Some(ground) = self.ground else { return Candidates::Runs(parts) };
        let ranges = ground.ranges();
        let pieces = pieces(atlas, &ranges);
        let near: usize = pieces.iter().map(Range::len).sum();
        let narrow = ranges.len() * NARROW_ROWS;
        let share = near as f64 / atlas.curve.len().max(1) as f64;
        let cost = |part: &Part| match part.rows.len() {
            rows if rows > narrow => narrow + (rows as f64 * share) as usize,
            rows => rows,
        };
        if near.saturating_mul(FETCH_COST) < parts.iter().map(cost).sum() {
            let is_whole = self.window.is_some_and(|zoom| zoom <= atlas.levels.finest().zoom);
            let tests = Tests { offences: self.offences.is_some(), moments: self.moments.is_some(), window: !is_whole };
            return Candidates::Curve(pieces, tests);
        }
        let mut narrowed = Vec::with_capacity(parts.len());
        for part in parts {
            if part.rows.len() > narrow {
                self.narrow(atlas, &part, &ranges, &mut narrowed);
            } else {
                narrowed.push(part);
            }
        }
        Candidates::Runs(narrowed)
    }

    /// The runs in which something can pass.
    fn parts(&self, atlas: &Atlas) -> Vec<Part> {
        let runs = &atlas.runs;
        let shares = self.shares(atlas);
        let mut parts = Vec::new();
        for offence in (0..atlas.offences.len()).filter(|offence| self.offences.is_none_or(|passes| passes[*offence])) {
            for run in &runs.list[runs.of_offence(offence)] {
                let share = shares[run.bucket as usize];
                if share != Share::None {
                    let tests = Tests { offences: false, moments: share == Share::Some, window: true };
                    // Nothing unlocated passes where there is a ground.
                    let end = if self.ground.is_some() { run.located_end } else { run.end };
                    parts.push(Part { run: *run, rows: run.first as usize..end as usize, tests });
                }
            }
        }
        parts
    }

    fn shares(&self, atlas: &Atlas) -> Vec<Share> {
        let buckets = &atlas.runs.buckets;
        let Some(moments) = self.moments else { return vec![Share::All; buckets.len()] };
        let mut shares = vec![None; buckets.len()];
        for (bucket, passes) in buckets.of_moment.iter().zip(moments) {
            let next = if *passes { Share::All } else { Share::None };
            let share = &mut shares[*bucket as usize];
            *share = Some(share.map_or(next, |share| if share == next { share } else { Share::Some }));
        }
        shares.into_iter().map(|share| share.unwrap_or(Share::None)).collect()
    }

    /// Searches a run for the ranges of the ground; a short one is rather read through.
    fn narrow(&self, atlas: &Atlas, part: &Part, ranges: &[Range<u64>], found: &mut Vec<Part>) {
        let tests = Tests { window: self.window.is_none(), ..part.tests };
        let mut from = part.rows.start;
        for range in ranges {
            let first = search(atlas, from..part.rows.end, range.start);
            from = search(atlas, first..part.rows.end, range.end);
            if first < from {
                found.push(Part { run: part.run, rows: first..from, tests });
            }
        }
    }
}

/// The first of some located rows of one run whose Morton number is not below another.
fn search(atlas: &Atlas, rows: Range<usize>, from: u64) -> usize {
    let (mut low, mut high) = (rows.start, rows.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if number(atlas.sites.cell(middle)) < from {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The pieces of the curve that hold the ranges, ascending and disjoint.
fn pieces(atlas: &Atlas, ranges: &[Range<u64>]) -> Vec<Range<usize>> {
    let level = atlas.levels.finest();
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        let piece = level.incidents(range);
        match pieces.last_mut() {
            // Two ranges may cut one cell of the level.
            Some(last) if last.end >= piece.start => last.end = last.end.max(piece.end),
            _ => pieces.push(piece),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}
