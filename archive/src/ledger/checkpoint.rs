//! Checkpoints as C2SP tlog-checkpoint has them, and whom to believe about them.

use super::LedgerError;
use super::merkle::{TREE_SIZE_MAX, Tree, TreeHash};
use super::note::{KeyType, Note, NoteSignature, PublicKey, SecretKey};

/// Head of a log: its origin, how many entries it has, their root, and who signed that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log.
    pub origin: String,
    /// Size and root.
    pub tree: Tree,
    note: Note,
}

impl Checkpoint {
    /// Reads a checkpoint; nothing is believed yet.
    ///
    /// # Errors
    /// [`LedgerError::Malformed`] with what is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, LedgerError> {
        let note = Note::parse(bytes)?;
        let refuse = |detail: &str| LedgerError::malformed("checkpoint", detail);
        let mut lines = note.text.strip_suffix('\n').unwrap_or(&note.text).split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(refuse("it has not the three lines origin, size and root"));
        };
        // No log of ours adds lines, and nobody could audit them.
        if origin.is_empty() || lines.next().is_some() {
            return Err(refuse("it has not exactly the three lines origin, size and root"));
        }
        let size =
            parse_decimal(size).filter(|size| *size <= TREE_SIZE_MAX).ok_or_else(|| refuse("its size is no number"))?;
        let root = TreeHash::parse(root).ok_or_else(|| refuse("its root is not 32 bytes in Base 64"))?;
        Ok(Self { origin: origin.to_owned(), tree: Tree { size, root }, note })
    }

    /// A checkpoint signed by the log.
    pub fn sign(tree: Tree, key: &SecretKey) -> Self {
        let origin = key.public().name().to_owned();
        let text = format!("{origin}\n{}\n{}\n", tree.size, tree.root);
        let signatures = vec![key.sign(&text, 0)];
        Self { origin, tree, note: Note { text, signatures } }
    }

    /// The three lines and the signatures, as they are stored and sent.
    pub fn to_text(&self) -> String {
        self.note.to_string()
    }

    /// The signatures, none of them checked.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.note.signatures
    }

    /// Time of the signature by a key, 0 for a log's; `None` when it did not sign.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] when a signature in the key's name does not hold.
    pub fn signed_by(&self, key: &PublicKey) -> Result<Option<u64>, LedgerError> {
        self.note.signed_by(key)
    }

    /// Adds the cosignature of a witness, in seconds since 1970.
    pub fn cosign(&mut self, key: &SecretKey, time: u64) {
        self.note.add(key.sign(&self.note.text, time));
    }

    /// Takes over the signatures by a key from a checkpoint with the same text.
    pub fn take_signatures(&mut self, other: &Self, key: &PublicKey) {
        let taken = other.note.signatures.iter().filter(|s| s.name == key.name() && s.id == key.id());
        taken.cloned().for_each(|signature| self.note.add(signature));
    }

    /// True when both say the same of the same log.
    pub fn same_text(&self, other: &Self) -> bool {
        self.note.text == other.note.text
    }
}

/// A decimal number as C2SP writes one: ASCII digits without a leading zero.
pub(super) fn parse_decimal(text: &str) -> Option<u64> {
    let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
    if plain { text.parse().ok() } else { None }
}

/// Whom a reader believes: the keys of the log, and at least so many of these witnesses.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Keys of the log, any of which suffices.
    pub keys: Vec<PublicKey>,
    /// Keys of witnesses.
    pub witnesses: Vec<PublicKey>,
    /// How many of the witnesses have to have cosigned.
    pub quorum: usize,
}

impl Trust {
    /// Believes one key of a log and needs no witness.
    pub fn in_key(key: PublicKey) -> Self {
        Self { keys: vec![key], ..Self::default() }
    }

    /// Refuses what no reader can mean: a witness's key as a log's, a quorum of more witnesses than there are.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] with what to do.
    pub fn check_policy(&self) -> Result<(), LedgerError> {
        if self.keys.iter().any(|key| key.kind() != KeyType::Log) {
            return Err(LedgerError::refused(
                "a key that was given as the log's is a witness's: name it with --witness",
            ));
        }
        if self.witnesses.iter().any(|key| key.kind() != KeyType::Witness) {
            return Err(LedgerError::refused("a key that was given as a witness's is a log's: name it with --key"));
        }
        if self.quorum > self.witnesses.len() {
            let detail = format!(
                "a policy of {} witnesses needs as many keys, and {} are known",
                self.quorum,
                self.witnesses.len()
            );
            return Err(LedgerError::refused(detail));
        }
        Ok(())
    }

    /// Checks the log's signature.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] when no trusted key signed, or a signature in the name of one does not hold.
    pub fn check_log(&self, checkpoint: &Checkpoint) -> Result<(), LedgerError> {
        for key in self.keys.iter().filter(|key| key.name() == checkpoint.origin) {
            if checkpoint.signed_by(key)?.is_some() {
                return Ok(());
            }
        }
        let names: Vec<String> = checkpoint.signatures().iter().map(|s| format!("{}+{:08x}", s.name, s.id)).collect();
        let trusted: Vec<String> = self.keys.iter().map(|key| format!("{}+{:08x}", key.name(), key.id())).collect();
        let detail = format!(
            "the checkpoint of `{}` is signed by {} and by no key that is trusted ({}); if the log changed its key, verify its folder first",
            checkpoint.origin,
            names.join(", "),
            if trusted.is_empty() { "none was given".to_owned() } else { trusted.join(", ") }
        );
        Err(LedgerError::refused(detail))
    }

    /// How many different witnesses cosigned.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] when a cosignature in the name of one does not hold.
    pub fn count_witnesses(&self, checkpoint: &Checkpoint) -> Result<usize, LedgerError> {
        // By key and not by name: one witness under two names is one.
        let mut found = std::collections::BTreeSet::new();
        for key in &self.witnesses {
            if checkpoint.signed_by(key)?.is_some() {
                found.insert(key.bytes());
            }
        }
        Ok(found.len())
    }

    /// Checks the log's signature and the policy.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] with what does not hold.
    pub fn check(&self, checkpoint: &Checkpoint) -> Result<(), LedgerError> {
        self.check_policy()?;
        self.check_log(checkpoint)?;
        let found = self.count_witnesses(checkpoint)?;
        if found < self.quorum {
            let detail = format!(
                "{found} of {} witnesses cosigned the checkpoint of size {} and the policy asks for {}",
                self.witnesses.len(),
                checkpoint.tree.size,
                self.quorum
            );
            return Err(LedgerError::refused(detail));
        }
        Ok(())
    }
}
