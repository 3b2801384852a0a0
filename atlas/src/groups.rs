//! Counting by the axes of runs and one axis of rows: run by run, in an array that stays in the
//! processor's first cache, so that a cube of millions of cells needs no table of that size.

use crate::axis::{Axis, is_code};
use crate::candidates::Part;
use crate::counter::{Counting, Weighted, reason_of};
use crate::error::AtlasError;
use crate::filter::Memory;
use crate::limits::{BLOCK_ROWS, GROUP_MAX, GROUPS_MIN};
use crate::tally::{Sums, Tally, chunk_count};
use rayon::prelude::*;

/// True when a question is better counted group by group: one axis of rows, and keys too many for
/// one small array.
pub(crate) fn has_groups(counting: &Counting<'_>) -> bool {
    let (of_runs, of_rows) = counting.weighted(true);
    match of_rows[..] {
        [(Axis::Table(_), _)] => {
            let size = of_rows[0].0.size();
            !of_runs.is_empty() && size <= GROUP_MAX && counting.size >= GROUPS_MIN
        }
        _ => false,
    }
}

/// Parts of one key.
struct Group {
    key: Option<u64>,
    parts: Vec<Part>,
    rows: usize,
}

/// Counts groups in up to `threads` threads.
pub(crate) fn count_groups(counting: &Counting<'_>, parts: Vec<Part>, threads: usize) -> Result<Tally, AtlasError> {
    let (of_runs, of_rows) = counting.weighted(true);
    let groups = grouped(counting, &of_runs, parts);
    let total: usize = groups.iter().map(|group| group.rows).sum();
    let size = total.div_ceil(chunk_count(total, threads)).max(1);
    let chunks = chunks(&groups, size);
    let count = |chunk: &&[Group]| {
        let mut counter = GroupCounter::new(counting, of_rows[0]);
        chunk.iter().try_for_each(|group| counter.group(group))?;
        Ok((counter.found, counter.sums))
    };
    let counted: Vec<(Vec<(u64, u64)>, Sums)> = match &chunks[..] {
        [chunk] => vec![count(chunk)?],
        _ => chunks.par_iter().map(count).collect::<Result<_, AtlasError>>()?,
    };
    let sums = counted.iter().fold(Sums::default(), |sums, (_, more)| sums.plus(*more));
    let pieces: Vec<Vec<(u64, u64)>> = counted.into_iter().map(|(found, _)| found).collect();
    Ok(Tally { pieces: ordered(counting, of_rows[0], pieces), sums })
}

/// Groups ascend; so do their keys when the axis of rows is the last one.
fn ordered(
    counting: &Counting<'_>,
    (axis, weight): Weighted<'_>,
    pieces: Vec<Vec<(u64, u64)>>,
) -> Vec<Vec<(u64, u64)>> {
    match weight {
        1 => pieces,
        // When it is the first one, only its codes are to be sorted.
        _ if weight * axis.size() == counting.size => vec![by_code(&pieces, axis.size() as usize, weight)],
        _ => {
            let mut all = pieces.concat();
            all.par_sort_unstable();
            vec![all]
        }
    }
}

/// Counting sort by the code of the first axis, keeping the order of equal ones.
fn by_code(pieces: &[Vec<(u64, u64)>], size: usize, weight: u64) -> Vec<(u64, u64)> {
    let code = |key: u64| (key / weight) as usize;
    let mut next = vec![0usize; size + 1];
    pieces.iter().flatten().for_each(|(key, _)| next[code(*key) + 1] += 1);
    for at in 1..next.len() {
        next[at] += next[at - 1];
    }
    let mut sorted = vec![(0, 0); pieces.iter().map(Vec::len).sum()];
    for cell in pieces.iter().flatten() {
        let slot = &mut next[code(cell.0)];
        sorted[*slot] = *cell;
        *slot += 1;
    }
    sorted
}

fn grouped(counting: &Counting<'_>, of_runs: &[Weighted<'_>], parts: Vec<Part>) -> Vec<Group> {
    let mut keyed: Vec<(Option<u64>, Part)> =
        parts.into_iter().map(|part| (counting.key_of_run(of_runs, &part.run), part)).collect();
    keyed.sort_by_key(|(key, _)| *key);
    let mut groups: Vec<Group> = Vec::new();
    for (key, part) in keyed {
        if groups.last().is_none_or(|group| group.key != key) {
            groups.push(Group { key, parts: Vec::new(), rows: 0 });
        }
        if let Some(group) = groups.last_mut() {
            group.rows += part.rows.len();
            group.parts.push(part);
        }
    }
    groups
}

/// Neighbouring groups of about so many rows together; at least one chunk.
fn chunks(groups: &[Group], size: usize) -> Vec<&[Group]> {
    let mut chunks = Vec::new();
    let (mut first, mut rows) = (0, 0);
    for (at, group) in groups.iter().enumerate() {
        rows += group.rows;
        if rows >= size {
            chunks.push(&groups[first..=at]);
            (first, rows) = (at + 1, 0);
        }
    }
    chunks.push(&groups[first..]);
    chunks
}

struct GroupCounter<'a> {
    counting: Counting<'a>,
    axis: Weighted<'a>,
    counts: Vec<u32>,
    /// One bit a code that has a count.
    touched: Vec<u64>,
    found: Vec<(u64, u64)>,
    sums: Sums,
    memory: Memory,
    rows: Vec<u32>,
}

impl<'a> GroupCounter<'a> {
    fn new(counting: &Counting<'a>, axis: Weighted<'a>) -> Self {
        let size = axis.0.size() as usize;
        Self {
            counting: *counting,
            axis,
            counts: vec![0; size],
            touched: vec![0; size.div_ceil(64)],
            found: Vec::new(),
            sums: Sums::default(),
            memory: Memory::default(),
            rows: Vec::new(),
        }
    }

    fn group(&mut self, group: &Group) -> Result<(), AtlasError> {
        group.parts.iter().for_each(|part| self.part(part, group.key.is_some()));
        self.empty(group.key.unwrap_or_default());
        if self.found.len() > self.counting.rows_max { Err(AtlasError::TooManyRows) } else { Ok(()) }
    }

    fn part(&mut self, part: &Part, is_keyed: bool) {
        let Counting { atlas, plan, .. } = self.counting;
        let located_end = part.run.located_end as usize;
        if !plan.tests_rows(part.tests) {
            return self.count(part.rows.clone(), located_end, is_keyed);
        }
        for start in part.rows.clone().step_by(BLOCK_ROWS) {
            let mut rows = std::mem::take(&mut self.rows);
            rows.clear();
            rows.extend(start as u32..(start + BLOCK_ROWS).min(part.rows.end) as u32);
            plan.retain(atlas, part.tests, &mut rows, &mut self.memory);
            self.count(rows.iter().map(|row| *row as usize), located_end, is_keyed);
            self.rows = rows;
        }
    }

    fn count(
        &mut self,
        rows: impl ExactSizeIterator<Item = usize> + DoubleEndedIterator + Clone,
        located_end: usize,
        is_keyed: bool,
    ) {
        self.sums.add_rows(rows.clone(), located_end, &self.counting.overlapping());
        let Self { counts, touched, sums, .. } = self;
        let axis = self.axis.0;
        axis.each(self.counting.atlas, rows, |row, code| {
            if is_keyed && is_code(code) {
                counts[code as usize] += 1;
                touched[(code / 64) as usize] |= 1 << (code % 64);
            } else {
                sums.add_lost(reason_of(axis, code, row < located_end));
            }
        });
    }

    /// Takes the counts of a group out of the array.
    fn empty(&mut self, key: u64) {
        for (word, bits) in (0u64..).zip(&mut self.touched) {
            while *bits != 0 {
                let code = word * 64 + u64::from(bits.trailing_zeros());
                *bits &= *bits - 1;
                let count = std::mem::take(&mut self.counts[code as usize]);
                self.found.push((key + code * self.axis.1, u64::from(count)));
            }
        }
    }
}
