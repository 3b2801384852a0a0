//! The proof of one figure: its row, the way from the row to the root over the rows, the entry of its edition that
//! holds this root, and the proof that the entry is in the log. Checked offline, by anybody who has the log's key.

use super::entry::ENTRY_BYTES_MAX;
use super::merkle::{TREE_SIZE_MAX, TreeHash, root_of_path};
use super::proof::PROOF_BYTES_MAX;
use super::{Entry, Ledger, LedgerError, TlogProof, Trust};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Largest figure proof that is read.
pub const FIGURE_BYTES_MAX: usize = 2 * PROOF_BYTES_MAX + 2 * ENTRY_BYTES_MAX;
const FIGURE_VERSION: u32 = 1;

/// The way from a row to the root over all rows of its edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowPath {
    /// Where the row stands, from 0.
    pub index: u64,
    /// How many rows there are.
    pub size: u64,
    /// From the row's sibling up to below the root.
    pub path: Vec<TreeHash>,
}

/// Proof of one figure; as a file, canonical JSON (RFC 8785).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureProof {
    /// Version of this form.
    pub version: u32,
    /// The row: its canonical JSON is the leaf.
    pub row: Value,
    /// Its way to the root over the rows.
    pub rows: RowPath,
    /// The entry of its edition.
    pub entry: Entry,
    /// Proof of the entry, a C2SP tlog-proof without extra data.
    pub proof: String,
}

impl FigureProof {
    /// Puts the proof of a row together and makes sure that it holds.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] when the row does not lead to the root in the entry; [`LedgerError`] when the entry
    /// cannot be proved.
    pub fn make(ledger: &Ledger, entry_index: u64, row: Value, rows: RowPath) -> Result<Self, LedgerError> {
        let mut proof = ledger.prove_entry(entry_index)?;
        proof.extra = None;
        let entry = ledger.entry(entry_index)?;
        let figure = Self { version: FIGURE_VERSION, row, rows, entry, proof: proof.to_string() };
        figure.check_row()?;
        Ok(figure)
    }

    /// Reads a figure proof, which has to be canonical JSON to the byte.
    ///
    /// # Errors
    /// [`LedgerError::Malformed`] with what is wrong; never a panic, whatever the bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, LedgerError> {
        let refuse = |detail: String| LedgerError::malformed("proof of a figure", detail);
        if bytes.len() > FIGURE_BYTES_MAX {
            return Err(refuse("it is too long".to_owned()));
        }
        let figure: Self = serde_json::from_slice(bytes).map_err(|error| refuse(error.to_string()))?;
        if figure.version != FIGURE_VERSION || figure.rows.size > TREE_SIZE_MAX {
            return Err(refuse(format!(
                "its version or size is not known: this program reads version {FIGURE_VERSION}"
            )));
        }
        if figure.to_bytes()? == bytes {
            Ok(figure)
        } else {
            Err(refuse("it is not canonical JSON (RFC 8785)".to_owned()))
        }
    }

    /// The canonical JSON of the proof.
    ///
    /// # Errors
    /// [`LedgerError::Malformed`] for a number that JSON does not hold.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LedgerError> {
        canonical(self)
    }

    /// Checks row, edition, log and policy.
    ///
    /// # Errors
    /// [`LedgerError`] with the first that does not hold.
    pub fn verify(&self, trust: &Trust) -> Result<TlogProof, LedgerError> {
        self.check_row()?;
        let proof = TlogProof::parse(self.proof.as_bytes())?;
        if proof.extra.is_some() {
            return Err(LedgerError::refused(
                "the proof carries data that nothing vouches for: take it from its source again",
            ));
        }
        proof.verify(&self.entry.to_bytes()?, trust)?;
        Ok(proof)
    }

    fn check_row(&self) -> Result<(), LedgerError> {
        let root = self.entry.rows_root.ok_or_else(|| {
            LedgerError::refused("the edition has no root over its rows, so no row of it can be proved")
        })?;
        let leaf = TreeHash::of_leaf(&canonical(&self.row)?);
        if root_of_path(leaf, self.rows.index, self.rows.size, &self.rows.path) != Some(root) {
            return Err(LedgerError::refused(
                "the figure does not lead to the root over the rows of its edition: it or its proof was changed",
            ));
        }
        Ok(())
    }
}

fn canonical(value: &impl Serialize) -> Result<Vec<u8>, LedgerError> {
    serde_json_canonicalizer::to_vec(value).map_err(|error| LedgerError::malformed("JSON", error))
}
