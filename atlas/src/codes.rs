//! Small integers, one an incident, in as few bytes as they need.

use crate::hash::Map;

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

    /// The code of a row.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> u32 {
        match self {
            Self::U8(codes) => widen(u32::from(codes[row]), 0xff),
            Self::U16(codes) => widen(u32::from(codes[row]), 0xffff),
            Self::U32(codes) => codes[row],
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
