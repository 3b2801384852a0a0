//! A publication: what of a data folder everybody may have, as static files that can be mirrored and verified with
//! nothing else.
//!
//! ```text
//! publication.json              what this folder is, and of which ledger
//! SHA256SUMS                    hash of every file but the head and the tiles of the ledger; its own hash is an entry
//!                               of the ledger
//! withheld.json                 what the ledger records and the folder does not hold, each with its reason
//! datasets/ID/EDITION/          manifest.json counts.parquet counts.csv (or counts.csv.gz) rows.tree
//! indicators/ID/EDITION.json    an indicator as it was published; beside it the same as CSV
//! ledger/                       checkpoint cosigned tile/...
//! ```
//!
//! What is withheld is one rule: incidents hold points, and files as they were received belong to who made them and
//! may name persons. Official counts and everything that is computed from them are published.

mod counts_csv;
mod files;
mod place;
mod rows;
mod sums;
mod verify;
mod withheld;

pub use counts_csv::{CountsCsv, CsvRows, neutral};
pub use files::{Files, copy_ledger};
pub use place::{Mark, Publishing};
pub use sums::{SUMS_BYTES_MAX, listed_paths, write_sums};
pub use withheld::{Reason, Withheld, WithheldPath, withheld_files};

pub(crate) use rows::check_rows;
pub(crate) use verify::{Hashes, Published, check_indicators};

/// What the folder is, below a publication.
pub const MARK_FILE: &str = "publication.json";
/// Hashes of the files of a publication, as `sha256sum -c` reads them.
pub const SUMS_FILE: &str = "SHA256SUMS";
/// What a publication does not hold.
pub const WITHHELD_FILE: &str = "withheld.json";
/// The figures of an edition as text, below its folder in a publication.
pub const COUNTS_CSV_FILE: &str = "counts.csv";
/// The same where it is larger than [`COUNTS_CSV_BYTES_MAX`], compressed (gzip, RFC 1952).
pub const COUNTS_CSV_GZ_FILE: &str = "counts.csv.gz";
/// Largest text that is published as it is: what an office program still opens.
pub const COUNTS_CSV_BYTES_MAX: u64 = 256 << 20;
/// Indicators as they were published, below a data folder or a publication.
pub const INDICATORS_FOLDER: &str = "indicators";
/// Files for people and catalogues, below a publication.
pub const INDEX_FILE: &str = "index.html";
/// How to verify, in words.
pub const README_FILE: &str = "README.md";
/// The catalogue (DCAT 3 as JSON-LD).
pub const CATALOGUE_FILE: &str = "catalog.jsonld";
/// The Data Package.
pub const PACKAGE_FILE: &str = "datapackage.json";
/// The feed of editions and revisions (Atom).
pub const FEED_FILE: &str = "feed.xml";
/// The editions as a table.
pub const EDITIONS_FILE: &str = "editions.csv";

/// Files by any of which a folder is known as a publication, so that removing one does not make it something else.
const MARKS: [&str; 9] = [
    MARK_FILE,
    SUMS_FILE,
    WITHHELD_FILE,
    INDEX_FILE,
    README_FILE,
    CATALOGUE_FILE,
    PACKAGE_FILE,
    FEED_FILE,
    EDITIONS_FILE,
];

/// True for a folder that is a publication, whole or not.
pub fn is_publication(folder: &std::path::Path) -> bool {
    MARKS.iter().any(|name| folder.join(name).is_file())
}
