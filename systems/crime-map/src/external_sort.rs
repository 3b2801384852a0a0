//! Sorting more than fits in memory: sorted runs on disk, merged in one pass.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

/// Longest item in a run; a longer one means that the run was damaged.
const ITEM_BYTES_MAX: usize = 64 << 20;

/// Collects items and gives them back in order. Memory holds one run, however many items come.
pub struct ExternalSorter<T> {
    folder: PathBuf,
    run_items: usize,
    buffer: Vec<T>,
    /// Each run with the number of its items.
    runs: Vec<(File, usize)>,
}

impl<T: Ord + Serialize + DeserializeOwned> ExternalSorter<T> {
    /// Sorts with runs of `run_items` items, kept in unnamed files of `folder`.
    pub fn new(folder: impl Into<PathBuf>, run_items: usize) -> Self {
        Self { folder: folder.into(), run_items: run_items.max(1), buffer: Vec::new(), runs: Vec::new() }
    }

    /// Adds an item.
    ///
    /// # Errors
    /// What the operating system says when a run cannot be written.
    pub fn push(&mut self, item: T) -> io::Result<()> {
        self.buffer.push(item);
        if self.buffer.len() < self.run_items {
            return Ok(());
        }
        self.spill()
    }

    fn spill(&mut self) -> io::Result<()> {
        self.buffer.sort_unstable();
        let items = self.buffer.len();
        let mut writer = BufWriter::with_capacity(1 << 18, tempfile::tempfile_in(&self.folder)?);
        let mut bytes = Vec::new();
        for item in self.buffer.drain(..) {
            bytes.clear();
            bytes = postcard::to_extend(&item, bytes).map_err(io::Error::other)?;
            let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
            writer.write_all(&length.to_le_bytes())?;
            writer.write_all(&bytes)?;
        }
        let mut file = writer.into_inner()?;
        file.seek(SeekFrom::Start(0))?;
        self.runs.push((file, items));
        Ok(())
    }

    /// Gives the items in order.
    ///
    /// # Errors
    /// What the operating system says when a run cannot be read.
    pub fn finish(mut self) -> io::Result<Sorted<T>> {
        self.buffer.sort_unstable();
        let mut sources = vec![Source::Memory(self.buffer.into_iter())];
        sources.extend(
            self.runs.into_iter().map(|(file, left)| Source::Disk(BufReader::with_capacity(1 << 18, file), left)),
        );
        let mut heads = BinaryHeap::with_capacity(sources.len());
        for (index, source) in sources.iter_mut().enumerate() {
            if let Some(item) = source.next()? {
                heads.push(Reverse((item, index)));
            }
        }
        Ok(Sorted { sources, heads })
    }
}

enum Source<T> {
    Memory(std::vec::IntoIter<T>),
    /// A run with the number of items still to come.
    Disk(BufReader<File>, usize),
}

impl<T: DeserializeOwned> Source<T> {
    fn next(&mut self) -> io::Result<Option<T>> {
        match self {
            Self::Memory(items) => Ok(items.next()),
            Self::Disk(_, 0) => Ok(None),
            Self::Disk(reader, left) => {
                *left -= 1;
                read_item(reader).map(Some)
            }
        }
    }
}

fn read_item<T: DeserializeOwned>(reader: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    reader.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > ITEM_BYTES_MAX {
        return Err(io::Error::other("a sorted run is damaged"));
    }
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes)?;
    postcard::from_bytes(&bytes).map_err(io::Error::other)
}

/// The items of an [`ExternalSorter`], in order.
pub struct Sorted<T> {
    sources: Vec<Source<T>>,
    heads: BinaryHeap<Reverse<(T, usize)>>,
}

impl<T: Ord + DeserializeOwned> Iterator for Sorted<T> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<io::Result<T>> {
        let Reverse((item, index)) = self.heads.pop()?;
        match self.sources[index].next() {
            Ok(Some(following)) => self.heads.push(Reverse((following, index))),
            Ok(None) => {}
            Err(error) => return Some(Err(error)),
        }
        Some(Ok(item))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_merge_into_one_order(items in prop::collection::vec((any::<u64>(), "[a-z]{0,9}"), 0..300), run in 1usize..40) {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let mut sorter = ExternalSorter::new(folder.path(), run);
            items.iter().for_each(|item| sorter.push(item.clone()).expect("space"));
            let sorted: Vec<_> = sorter.finish().expect("runs").collect::<io::Result<_>>().expect("items");
            let mut expected = items;
            expected.sort();
            prop_assert_eq!(sorted, expected);
        }
    }
}
