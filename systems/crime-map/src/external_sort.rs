//! Sorting more than fits in memory: sorted runs on disk, merged in one pass.

use rayon::slice::ParallelSliceMut;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::PathBuf;

/// Longest item in a run; a longer one means that the run was damaged.
const ITEM_BYTES_MAX: usize = 64 << 20;

/// After so many runs the following ones are twice as long: the merge holds a file and a buffer open for each.
const RUNS_OF_A_SIZE: usize = 128;
/// Bytes of a run that are written or read at a time.
const BUFFER_BYTES: usize = 256 << 10;

/// Collects bytes under keys and gives them back in the order of the keys.
///
/// Memory holds one run while items come, and a buffer for each run while they are given back. Runs begin at the length
/// asked for and double after every 128, so that there are some hundreds of them where they would be thousands.
pub struct ExternalSorter<K> {
    folder: PathBuf,
    run_bytes: usize,
    run: Run<K>,
    /// Each run on disk with the number of its items.
    spilled: Vec<(File, usize)>,
}

/// Items in memory: their keys, with where their bytes stand.
struct Run<K> {
    items: Vec<(K, Range<usize>)>,
    packed: Vec<u8>,
}

impl<K: Ord + Copy + Send + Serialize + DeserializeOwned> ExternalSorter<K> {
    /// Sorts with runs of about `run_bytes` bytes at first, kept in unnamed files of `folder`.
    pub fn new(folder: impl Into<PathBuf>, run_bytes: usize) -> Self {
        Self { folder: folder.into(), run_bytes, run: Run::default(), spilled: Vec::new() }
    }

    /// Adds an item.
    ///
    /// # Errors
    /// What the operating system says when a run cannot be written.
    pub fn push(&mut self, key: K, bytes: &[u8]) -> io::Result<()> {
        let start = self.run.packed.len();
        self.run.packed.extend_from_slice(bytes);
        self.run.items.push((key, start..self.run.packed.len()));
        let held = self.run.packed.len() + self.run.items.len() * size_of::<(K, Range<usize>)>();
        if held < self.run_bytes << (self.spilled.len() / RUNS_OF_A_SIZE) { Ok(()) } else { self.spill() }
    }

    fn spill(&mut self) -> io::Result<()> {
        self.run.sort();
        let items = self.run.items.len();
        let mut writer = BufWriter::with_capacity(BUFFER_BYTES, tempfile::tempfile_in(&self.folder)?);
        let mut head = Vec::new();
        for (key, range) in self.run.items.drain(..) {
            head.clear();
            head = postcard::to_extend(&key, head).map_err(io::Error::other)?;
            let length = u32::try_from(head.len() + range.len()).map_err(io::Error::other)?;
            writer.write_all(&length.to_le_bytes())?;
            writer.write_all(&head)?;
            writer.write_all(&self.run.packed[range])?;
        }
        self.run.packed.clear();
        let mut file = writer.into_inner()?;
        file.seek(SeekFrom::Start(0))?;
        self.spilled.push((file, items));
        Ok(())
    }

    /// Gives the items in order.
    ///
    /// # Errors
    /// What the operating system says when a run cannot be read.
    pub fn finish(mut self) -> io::Result<Sorted<K>> {
        self.run.sort();
        let Run { items, packed } = self.run;
        let mut sources = vec![Source::Memory { items: items.into_iter(), packed, at: 0..0 }];
        sources.extend(self.spilled.into_iter().map(|(file, left)| {
            let reader = BufReader::with_capacity(BUFFER_BYTES, file);
            Source::Disk { reader, left, item: Vec::new(), head: 0 }
        }));
        let mut heads = BinaryHeap::with_capacity(sources.len());
        for (index, source) in sources.iter_mut().enumerate() {
            heads.extend(source.advance()?.map(|key| Reverse((key, index))));
        }
        Ok(Sorted { sources, heads, given: None })
    }
}

impl<K> Default for Run<K> {
    fn default() -> Self {
        Self { items: Vec::new(), packed: Vec::new() }
    }
}

impl<K: Ord + Copy + Send> Run<K> {
    fn sort(&mut self) {
        self.items.par_sort_unstable_by_key(|(key, _)| *key);
    }
}

/// A sorted run, at one of its items.
enum Source<K> {
    Memory {
        items: std::vec::IntoIter<(K, Range<usize>)>,
        packed: Vec<u8>,
        at: Range<usize>,
    },
    /// On disk, with the number of items still to come; the bytes of the item begin at `head`.
    Disk {
        reader: BufReader<File>,
        left: usize,
        item: Vec<u8>,
        head: usize,
    },
}

impl<K: DeserializeOwned> Source<K> {
    /// Goes to the next item and gives its key.
    fn advance(&mut self) -> io::Result<Option<K>> {
        match self {
            Self::Memory { items, at, .. } => Ok(items.next().map(|(key, range)| {
                *at = range;
                key
            })),
            Self::Disk { left: 0, .. } => Ok(None),
            Self::Disk { reader, left, item, head } => {
                *left -= 1;
                read_item(reader, item)?;
                let (key, bytes) = postcard::take_from_bytes(item).map_err(io::Error::other)?;
                *head = item.len() - bytes.len();
                Ok(Some(key))
            }
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Memory { packed, at, .. } => &packed[at.clone()],
            Self::Disk { item, head, .. } => &item[*head..],
        }
    }
}

fn read_item(reader: &mut impl Read, item: &mut Vec<u8>) -> io::Result<()> {
    let mut length = [0; 4];
    reader.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > ITEM_BYTES_MAX {
        return Err(io::Error::other("a sorted run is damaged"));
    }
    item.resize(length, 0);
    reader.read_exact(item)
}

/// The items of an [`ExternalSorter`], in order.
pub struct Sorted<K> {
    sources: Vec<Source<K>>,
    heads: BinaryHeap<Reverse<(K, usize)>>,
    /// The source whose item was given last.
    given: Option<usize>,
}

impl<K: Ord + DeserializeOwned> Sorted<K> {
    /// The next item, lent until the one after it.
    ///
    /// # Errors
    /// What the operating system says when a run cannot be read.
    pub fn next_item(&mut self) -> io::Result<Option<(K, &[u8])>> {
        if let Some(index) = self.given.take() {
            self.heads.extend(self.sources[index].advance()?.map(|key| Reverse((key, index))));
        }
        let Some(Reverse((key, index))) = self.heads.pop() else { return Ok(None) };
        self.given = Some(index);
        Ok(Some((key, self.sources[index].bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_merge_into_one_order(items in prop::collection::vec((any::<u64>(), "[a-z]{0,9}"), 0..300), run in 400usize..4_000) {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let mut sorter = ExternalSorter::new(folder.path(), run);
            for (index, (key, text)) in items.iter().enumerate() {
                sorter.push((*key, index), text.as_bytes()).expect("space");
            }
            let mut sorted = sorter.finish().expect("runs");
            let mut read = Vec::new();
            while let Some(((key, index), bytes)) = sorted.next_item().expect("items") {
                read.push((key, index, String::from_utf8(bytes.to_vec()).expect("text")));
            }
            let mut expected: Vec<_> =
                items.into_iter().enumerate().map(|(index, (key, text))| (key, index, text)).collect();
            expected.sort();
            prop_assert_eq!(read, expected);
        }
    }

    /// The limit of open files is often 1,024, and the import sorts twice at a time.
    #[test]
    fn runs_grow_where_many_small_ones_would_be_too_many_files() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut sorter = ExternalSorter::new(folder.path(), 400);
        let keys = || (0..12_000_u64).map(|index| index * 7_919 % 12_000);
        for key in keys() {
            sorter.push(key, &key.to_le_bytes()).expect("space");
        }
        let runs = sorter.spilled.len();
        assert!((2 * RUNS_OF_A_SIZE..4 * RUNS_OF_A_SIZE).contains(&runs), "{runs}");
        let mut sorted = sorter.finish().expect("runs");
        for expected in 0..12_000_u64 {
            let (key, bytes) = sorted.next_item().expect("an item").expect("one more");
            assert_eq!((key, bytes), (expected, &expected.to_le_bytes()[..]));
        }
        assert!(sorted.next_item().expect("the end").is_none());
    }
}
