//! What the catalogues share: rows of the built-in tables, keys for names, and what a question may get wrong.

use crate::ReferenceError;
use sha2::Digest as _;
use tequio_kernel::text::fold;

/// A question about a catalogue that it cannot answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// No taxonomy has this id.
    #[error("there is no taxonomy `{0}`: write one of those that `taxonomies` lists, such as cnsp-2015")]
    UnknownTaxonomy(String),
    /// The taxonomy has no such code.
    #[error("taxonomy {taxonomy} has no code `{code}`: look it up by its official name first")]
    UnknownCode {
        /// Id of the taxonomy.
        taxonomy: String,
        /// The code that it does not have.
        code: String,
    },
    /// The crosswalk has no rows from one taxonomy to the other.
    #[error("there is no crosswalk from {from} to {to}: choose two neighbouring editions")]
    NoCrosswalk {
        /// Id of the taxonomy that counts come in.
        from: String,
        /// Id of the taxonomy that is asked for.
        to: String,
    },
    /// The sum of the counts does not fit.
    #[error("the counts add up to more than fits in 64 bits: check the source file")]
    TooLarge,
    /// A built-in table is damaged.
    #[error(transparent)]
    Damaged(#[from] ReferenceError),
}

/// Every row of a built-in table, without its header; all rows have the same number of fields.
pub(crate) fn records(table: &[u8]) -> Result<Vec<csv::StringRecord>, ReferenceError> {
    csv::Reader::from_reader(table).records().collect::<Result<_, _>>().map_err(ReferenceError::new)
}

/// A name for comparison: folded letters and digits, words joined by one blank, no punctuation.
pub(crate) fn key(name: &str) -> String {
    let folded = fold(name);
    let mut key = String::with_capacity(folded.len());
    for word in folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    }
    key
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
