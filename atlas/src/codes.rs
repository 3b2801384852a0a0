//! Small integers, one an incident, in as few bytes as they need.

use crate::hash::Map;
use rayon::prelude::*;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32};

/// No value: the incident lies in no place, its hour is not known.
pub(crate) const NONE: u32 = u32::MAX;

/// One code an incident; the largest value of each width stands for [`NONE`].
#[derive(Debug)]
pub(crate) enum Codes {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
}

impl Codes {
    /// Packs codes below `size` (or [`NONE`]) in the narrowest width.
    pub(crate) fn pack(codes: impl Iterator<Item = u32>, size: usize) -> Self {
        match size {
            0..=0xff => Self::U8(codes.map(|code| u8::try_from(code).unwrap_or(u8::MAX)).collect()),
            0x100..=0xffff => Self::U16(codes.map(|code| u16::try_from(code).unwrap_or(u16::MAX)).collect()),
            _ => Self::U32(codes.collect()),
        }
    }

    /// Codes below `size` that are set in any order, by several threads; the others stay [`NONE`].
    pub(crate) fn scattered(len: usize, size: usize, fill: impl FnOnce(&Slots)) -> Self {
        let slots = match size {
            0..=0xff => Slots::U8((0..len).map(|_| AtomicU8::new(u8::MAX)).collect()),
            0x100..=0xffff => Slots::U16((0..len).map(|_| AtomicU16::new(u16::MAX)).collect()),
            _ => Slots::U32((0..len).map(|_| AtomicU32::new(NONE)).collect()),
        };
        fill(&slots);
        match slots {
            Slots::U8(slots) => Self::U8(slots.into_iter().map(AtomicU8::into_inner).collect()),
            Slots::U16(slots) => Self::U16(slots.into_iter().map(AtomicU16::into_inner).collect()),
            Slots::U32(slots) => Self::U32(slots.into_iter().map(AtomicU32::into_inner).collect()),
        }
    }

    /// The code of a row.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> u32 {
        match self {
            Self::U8(codes) => widen(u32::from(codes[row]), 0xff),
            Self::U16(codes) => widen(u32::from(codes[row]), 0xffff),
            Self::U32(codes) => codes[row],
        }
    }

    /// The codes in another order.
    pub(crate) fn arranged(&self, order: &[u32]) -> Self {
        match self {
            Self::U8(codes) => Self::U8(order.par_iter().map(|row| codes[*row as usize]).collect()),
            Self::U16(codes) => Self::U16(order.par_iter().map(|row| codes[*row as usize]).collect()),
            Self::U32(codes) => Self::U32(order.par_iter().map(|row| codes[*row as usize]).collect()),
        }
    }

    /// Calls `found(row, code)` for rows.
    #[inline]
    pub(crate) fn each(&self, rows: impl Iterator<Item = usize>, mut found: impl FnMut(usize, u32)) {
        match self {
            Self::U8(codes) => rows.for_each(|row| found(row, widen(u32::from(codes[row]), 0xff))),
            Self::U16(codes) => rows.for_each(|row| found(row, widen(u32::from(codes[row]), 0xffff))),
            Self::U32(codes) => rows.for_each(|row| found(row, codes[row])),
        }
    }

    /// Bytes on the heap.
    pub(crate) fn memory_bytes(&self) -> usize {
        match self {
            Self::U8(codes) => codes.len(),
            Self::U16(codes) => codes.len() * 2,
            Self::U32(codes) => codes.len() * 4,
        }
    }
}

/// Codes while they are being set. Every row is set once, so that no order between threads matters.
pub(crate) enum Slots {
    U8(Vec<AtomicU8>),
    U16(Vec<AtomicU16>),
    U32(Vec<AtomicU32>),
}

impl Slots {
    #[inline]
    pub(crate) fn set(&self, row: usize, code: u32) {
        match self {
            Self::U8(slots) => slots[row].store(code as u8, Relaxed),
            Self::U16(slots) => slots[row].store(code as u16, Relaxed),
            Self::U32(slots) => slots[row].store(code, Relaxed),
        }
    }
}

#[inline]
fn widen(code: u32, none: u32) -> u32 {
    if code == none { NONE } else { code }
}

/// Numbers the distinct values of a column in their order; the column becomes codes of that list.
pub(crate) fn distinct<T: Copy + Ord + Into<u64>>(values: &[T]) -> (Vec<T>, Codes) {
    let mut seen: Map<u32> = Map::default();
    let mut list: Vec<T> = Vec::new();
    for value in values {
        if seen.insert((*value).into(), 0).is_none() {
            list.push(*value);
        }
    }
    list.sort_unstable();
    for (code, value) in (0u32..).zip(&list) {
        seen.insert((*value).into(), code);
    }
    let codes = Codes::pack(values.iter().map(|value| seen.get(&(*value).into()).copied().unwrap_or(NONE)), list.len());
    (list, codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_keeps_its_codes_and_the_missing() {
        for size in [0usize, 1, 255, 256, 65_535, 65_536] {
            let last = (size as u32).wrapping_sub(1);
            let codes = Codes::pack([last, NONE, 0].into_iter(), size);
            assert_eq!((codes.get(0), codes.get(1)), (last, NONE), "{size}");
        }
    }

    #[test]
    fn distinct_values_are_numbered_in_order() {
        let (list, codes) = distinct(&[7u64, 3, 7, 9]);
        assert_eq!(list, [3, 7, 9]);
        assert_eq!((0..4).map(|row| codes.get(row)).collect::<Vec<_>>(), [1, 0, 1, 2]);
    }
}
