//! Entries: what a leaf of the log says, as canonical JSON (RFC 8785).

use super::LedgerError;
use super::merkle::TreeHash;
use super::note::{PublicKey, SecretKey, check_key_name};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// Longest leaf: what the two bytes of length in an entry bundle hold.
pub const ENTRY_BYTES_MAX: usize = 65_535;
const CONTENT_PREFIX: &str = "sha256:";

/// What an entry records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// An edition of a dataset.
    Edition,
    /// An edition of a classification of offences.
    Taxonomy,
    /// An edition of a layer of the territory.
    Layer,
    /// A publication of an indicator.
    Indicator,
    /// A publication of the data folder: the list of its files.
    Publication,
    /// A correction of something that was published.
    Correction,
    /// A key that signs the log from here on.
    Key,
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Edition => "edition",
            Self::Taxonomy => "taxonomy",
            Self::Layer => "layer",
            Self::Indicator => "indicator",
            Self::Publication => "publication",
            Self::Correction => "correction",
            Self::Key => "key",
        })
    }
}

/// One leaf of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What it records.
    pub kind: EntryKind,
    /// Name of the dataset, classification, layer or indicator; of a key, the origin of the log.
    pub name: String,
    /// Its edition; of a key, its identifier in hexadecimal.
    pub edition: String,
    /// `sha256:` and the SHA-256 of what is recorded, in lower-case hexadecimal: of an edition or a layer, of the
    /// bytes of its `manifest.json`, which holds the hash of every other file; of an indicator, of its JSON file; of a publication, of its `SHA256SUMS`; of a
    /// key, of its text.
    pub content: String,
    /// RFC 6962 root over the rows, where single figures can be proved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_root: Option<TreeHash>,
    /// When it was published, as its manifest says: a date or a time, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// When it was recorded here, `YYYY-MM-DDTHH:MM:SSZ`; never before the entry above it.
    pub recorded: String,
    /// Edition that it follows; of a key, the identifier of the key before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
    /// The public key, of entries of that kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Signature by the key before over this entry without its signature, in Base 64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// `sha256:` and the hash of some bytes.
pub fn content_of(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{CONTENT_PREFIX}{hex}")
}

impl Entry {
    /// The bytes of the leaf.
    ///
    /// # Errors
    /// [`LedgerError::Entry`] when they are more than a leaf holds or a field breaks its form.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LedgerError> {
        self.check().map_err(LedgerError::Entry)?;
        let bytes = serde_json_canonicalizer::to_vec(self).map_err(|error| LedgerError::Entry(error.to_string()))?;
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(LedgerError::Entry(format!("it has {} bytes and a leaf holds {ENTRY_BYTES_MAX}", bytes.len())));
        }
        Ok(bytes)
    }

    /// Reads a leaf, which has to be canonical: one entry has one form.
    ///
    /// # Errors
    /// [`LedgerError::Malformed`] with what is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, LedgerError> {
        let refuse = |detail: String| LedgerError::malformed("entry", detail);
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(refuse("it is too long".to_owned()));
        }
        let entry: Self = serde_json::from_slice(bytes).map_err(|error| refuse(error.to_string()))?;
        entry.check().map_err(refuse)?;
        let canonical = serde_json_canonicalizer::to_vec(&entry).map_err(|error| refuse(error.to_string()))?;
        if canonical == bytes { Ok(entry) } else { Err(refuse("it is not canonical JSON (RFC 8785)".to_owned())) }
    }

    fn check(&self) -> Result<(), String> {
        if self.name.is_empty() || self.edition.is_empty() {
            return Err("it has no name or no edition".to_owned());
        }
        let hex = self.content.strip_prefix(CONTENT_PREFIX).unwrap_or_default();
        if hex.len() != 64 || !hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err("its `content` is not `sha256:` and 64 hexadecimal digits".to_owned());
        }
        if seconds(&self.recorded).is_none() {
            return Err("its `recorded` is not written YYYY-MM-DDTHH:MM:SSZ".to_owned());
        }
        if (self.kind == EntryKind::Key) != self.key.is_some() {
            return Err("a key belongs in entries of kind `key`, and there only".to_owned());
        }
        Ok(())
    }

    /// The first entry of a log: the key that signs it.
    pub(super) fn of_first_key(key: &PublicKey, recorded: &str) -> Self {
        let text = key.to_string();
        Self {
            kind: EntryKind::Key,
            name: key.name().to_owned(),
            edition: format!("{:08x}", key.id()),
            content: content_of(text.as_bytes()),
            rows_root: None,
            published: None,
            recorded: recorded.to_owned(),
            supersedes: None,
            key: Some(text),
            signature: None,
        }
    }

    /// The entry by which a key hands over to the next.
    pub(super) fn of_next_key(next: &PublicKey, old: &SecretKey, recorded: &str) -> Result<Self, LedgerError> {
        let mut entry = Self::of_first_key(next, recorded);
        entry.supersedes = Some(format!("{:08x}", old.public().id()));
        entry.signature = Some(STANDARD.encode(old.sign_bytes(&entry.signed_part()?)));
        Ok(entry)
    }

    /// What the old key signs. A canonical entry begins with `{"`, a checkpoint never does: the same key may sign both.
    fn signed_part(&self) -> Result<Vec<u8>, LedgerError> {
        Self { signature: None, ..self.clone() }.to_bytes()
    }

    /// The public key of an entry of that kind.
    ///
    /// # Errors
    /// [`LedgerError::Malformed`] when it is not that of the entry's name, edition and content.
    pub fn public_key(&self) -> Result<PublicKey, LedgerError> {
        let text = self.key.as_deref().unwrap_or_default();
        let key = PublicKey::parse(text)?;
        check_key_name(&self.name)?;
        let same = key.name() == self.name && self.edition == format!("{:08x}", key.id());
        if same && self.content == content_of(text.as_bytes()) {
            return Ok(key);
        }
        Err(LedgerError::malformed("entry", "its key is not the one that it names"))
    }

    /// True when the old key signed this handing over.
    pub fn is_handed_over_by(&self, old: &PublicKey) -> bool {
        let signature = self.signature.as_deref().and_then(|text| STANDARD.decode(text).ok());
        let (Some(signature), Ok(message)) = (signature, self.signed_part()) else { return false };
        self.supersedes.as_deref() == Some(format!("{:08x}", old.id()).as_str())
            && old.check_bytes(&message, &signature)
    }
}

/// Seconds since 1970 of a time written `YYYY-MM-DDTHH:MM:SSZ`; `None` for any other text.
pub fn seconds(time: &str) -> Option<u64> {
    let shape = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        13 | 16 => byte == b':',
        19 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    };
    if time.len() != 20 || !time.bytes().enumerate().all(shape) {
        return None;
    }
    let number = |from: usize, to: usize| time[from..to].parse::<u64>().ok();
    let day = tequio_kernel::period::day_number(time[..10].parse().ok()?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(u64::try_from(day).ok()? * 86_400 + hour * 3_600 + minute * 60 + second)
}
