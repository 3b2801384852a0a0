//! Leads the rows of a published edition to the root that the ledger recorded: from the Parquet file and from the CSV
//! file, each by itself.

use super::{COUNTS_CSV_FILE, COUNTS_CSV_GZ_FILE, CsvRows};
use crate::ledger::TreeHash;
use crate::{COUNTS_FILE, read_counts, rows_tree};
use std::path::{Path, PathBuf};
use tequio_kernel::Manifest;

/// What is wrong with a file, or `None` where its rows lead to the root. The Parquet file has to be the one of the
/// manifest: a decoder that is given damaged pages may do anything.
pub(crate) fn check_rows(folder: &Path, manifest: &Manifest) -> Vec<(PathBuf, String)> {
    let Some(counts) = &manifest.counts else { return Vec::new() };
    let parquet = folder.join(COUNTS_FILE);
    let texts = [COUNTS_CSV_FILE, COUNTS_CSV_GZ_FILE].map(|file| folder.join(file));
    let rows = counts.figures.values().sum();
    let of_text = |csv: &PathBuf| {
        let tree = CsvRows::open(csv, rows).map_err(|error| error.to_string()).and_then(CsvRows::tree);
        tree.and_then(|tree| root_of(&tree))
    };
    let of_parquet =
        || read_counts(&parquet).map_err(|error| error.to_string()).and_then(|table| root_of(&rows_tree(&table)));
    let texts: Vec<&PathBuf> = texts.iter().filter(|csv| csv.is_file()).collect();
    let (root, of_texts) = rayon::join(of_parquet, || texts.iter().map(|csv| of_text(csv)).collect::<Vec<_>>());
    let roots = std::iter::once((&parquet, root)).chain(texts.iter().copied().zip(of_texts));
    roots.filter_map(|(path, root)| Some((path.clone(), differs(root, &counts.rows_root)?))).collect()
}

fn root_of(tree: &crate::ledger::RowsTree) -> Result<TreeHash, String> {
    tree.root().map_err(|error| error.to_string())
}

fn differs(root: Result<TreeHash, String>, expected: &str) -> Option<String> {
    let root = match root {
        Ok(root) => root.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
        Err(error) => return Some(error),
    };
    (root != expected).then(|| format!("its rows lead to the root {root} and should lead to {expected}"))
}
