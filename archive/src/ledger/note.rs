//! Signed notes as C2SP signed-note 1.0 has them: a text, and lines of signatures below it.
//!
//! Two types of signatures: `0x01`, Ed25519 over the text (logs), and `0x04`, the timestamped cosignature of
//! C2SP tlog-cosignature (witnesses).

use super::LedgerError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;

/// Largest note that is read.
pub const NOTE_BYTES_MAX: usize = 64 << 10;
/// Most signatures of a note; the specification asks for 16 at least.
const SIGNATURES_MAX: usize = 64;
/// Longest name of a key.
const NAME_BYTES_MAX: usize = 255;
const SIGNATURE_PREFIX: &str = "\u{2014} ";
const PRIVATE_PREFIX: &str = "PRIVATE+KEY+";

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// The text of a note: a log.
    Log,
    /// A time and the text of a checkpoint: a witness.
    Witness,
}

impl KeyType {
    fn byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Witness => 0x04,
        }
    }

    fn of_byte(byte: u8) -> Option<Self> {
        [Self::Log, Self::Witness].into_iter().find(|kind| kind.byte() == byte)
    }
}

fn malformed(what: &'static str, detail: &str) -> LedgerError {
    LedgerError::malformed(what, detail)
}

/// Names of keys and origins of logs: not empty, no spaces, no plus sign, no control characters.
pub fn check_key_name(name: &str) -> Result<(), LedgerError> {
    let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    if name.is_empty() || name.len() > NAME_BYTES_MAX || name.contains(bad) {
        let detail = format!(
            "`{}` is no name of a log: write an address without spaces, such as ledger.example.org",
            name.escape_debug()
        );
        return Err(malformed("name of the key", &detail));
    }
    Ok(())
}

/// A public key with its name, written `NAME+ID+KEY` (*vkey*).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    kind: KeyType,
    key: VerifyingKey,
}

impl PublicKey {
    /// Its name; of a log, the origin too.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is the key of a log or of a witness.
    pub fn kind(&self) -> KeyType {
        self.kind
    }

    /// The 32 bytes of the key.
    pub fn bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// First four bytes of the SHA-256 of name, type and key.
    pub fn id(&self) -> u32 {
        let digest = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', self.kind.byte()])
            .chain_update(self.key.as_bytes());
        let digest = digest.finalize();
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
    }

    /// Reads `NAME+ID+KEY`.
    ///
    /// # Errors
    /// [`LedgerError::Malformed`] when it is not such a text, or the identifier is not that of the key.
    pub fn parse(text: &str) -> Result<Self, LedgerError> {
        let refuse = |detail: &str| malformed("public key", detail);
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refuse("it is not written NAME+ID+KEY"));
        };
        check_key_name(name)?;
        let bytes = STANDARD.decode(key).map_err(|_| refuse("its last part is not Base 64"))?;
        let kind =
            bytes.first().and_then(|byte| KeyType::of_byte(*byte)).ok_or_else(|| refuse("its type is not known"))?;
        let key: [u8; 32] = bytes[1..].try_into().map_err(|_| refuse("the key has not 32 bytes"))?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| refuse("it is no Ed25519 key"))?;
        let public = Self { name: name.to_owned(), kind, key };
        // The text has one form only, so that two keys are equal when their texts are.
        if format!("{:08x}", public.id()) == id && !public.key.is_weak() {
            Ok(public)
        } else {
            Err(refuse("its identifier is not that of the key"))
        }
    }

    /// Checks a signature over the text of a note; a witness's answers the time, in seconds since 1970.
    fn check(&self, text: &str, signature: &[u8]) -> Option<u64> {
        let (time, message) = match self.kind {
            KeyType::Log => (0, text.to_owned()),
            KeyType::Witness => {
                let time = u64::from_be_bytes(signature.get(..8)?.try_into().ok()?);
                (i64::try_from(time).is_ok().then_some(time)?, cosigned_message(time, text))
            }
        };
        let skip = if self.kind == KeyType::Witness { 8 } else { 0 };
        let signature = Signature::from_slice(signature.get(skip..)?).ok()?;
        // Strict: no key or signature that passes for several messages.
        self.key.verify_strict(message.as_bytes(), &signature).ok().map(|()| time)
    }

    /// Checks a plain Ed25519 signature over bytes.
    pub fn check_bytes(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![self.kind.byte()];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, self.id(), STANDARD.encode(bytes))
    }
}

/// What a witness signs: a header, the time, and the whole text of the checkpoint.
fn cosigned_message(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// A secret key with its name. It is never shown: not by `Debug`, not in an error.
pub struct SecretKey {
    key: SigningKey,
    public: PublicKey,
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.public)
    }
}

impl SecretKey {
    /// The key that 32 random bytes make.
    ///
    /// # Errors
    /// [`LedgerError::Malformed`] when the name is none.
    pub fn from_seed(name: &str, kind: KeyType, seed: &[u8; 32]) -> Result<Self, LedgerError> {
        check_key_name(name)?;
        let key = SigningKey::from_bytes(seed);
        let public = PublicKey { name: name.to_owned(), kind, key: key.verifying_key() };
        Ok(Self { key, public })
    }

    /// Its public part.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Reads `PRIVATE+KEY+NAME+ID+SEED`, the form of Go's note package.
    ///
    /// # Errors
    /// [`LedgerError::Malformed`], which never tells what the text holds.
    pub fn parse(text: &str) -> Result<Self, LedgerError> {
        let refuse = || malformed("secret key", "it is not written PRIVATE+KEY+NAME+ID+SEED");
        let mut parts = text.strip_prefix(PRIVATE_PREFIX).ok_or_else(refuse)?.splitn(3, '+');
        let (Some(name), Some(id), Some(seed)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refuse());
        };
        let bytes = STANDARD.decode(seed).map_err(|_| refuse())?;
        let kind = bytes.first().and_then(|byte| KeyType::of_byte(*byte)).ok_or_else(refuse)?;
        let seed: [u8; 32] = bytes[1..].try_into().map_err(|_| refuse())?;
        let secret = Self::from_seed(name, kind, &seed)?;
        if format!("{:08x}", secret.public.id()) == id { Ok(secret) } else { Err(refuse()) }
    }

    /// The text that [`SecretKey::parse`] reads, for the key file only.
    pub(super) fn to_text(&self) -> String {
        let mut bytes = vec![self.public.kind.byte()];
        bytes.extend_from_slice(self.key.as_bytes());
        format!("{PRIVATE_PREFIX}{}+{:08x}+{}", self.public.name, self.public.id(), STANDARD.encode(bytes))
    }

    /// Signs the text of a note; a witness's signature holds the time, in seconds since 1970.
    pub fn sign(&self, text: &str, time: u64) -> NoteSignature {
        let bytes = match self.public.kind {
            KeyType::Log => self.key.sign(text.as_bytes()).to_vec(),
            KeyType::Witness => {
                let signed = self.key.sign(cosigned_message(time, text).as_bytes());
                [&time.to_be_bytes()[..], &signed.to_bytes()].concat()
            }
        };
        NoteSignature { name: self.public.name.clone(), id: self.public.id(), bytes }
    }

    /// Signs bytes that are no note.
    pub fn sign_bytes(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

/// A line of signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the key.
    pub name: String,
    /// Identifier of the key.
    pub id: u32,
    /// What follows the identifier.
    pub bytes: Vec<u8>,
}

impl NoteSignature {
    fn parse(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
        check_key_name(name).ok()?;
        let bytes = STANDARD.decode(encoded).ok()?;
        let (id, rest) = bytes.split_first_chunk::<4>()?;
        (!rest.is_empty()).then(|| Self { name: name.to_owned(), id: u32::from_be_bytes(*id), bytes: rest.to_vec() })
    }

    fn is_by(&self, key: &PublicKey) -> bool {
        self.name == key.name && self.id == key.id()
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id.to_be_bytes()[..], &self.bytes].concat();
        writeln!(f, "{SIGNATURE_PREFIX}{} {}", self.name, STANDARD.encode(bytes))
    }
}

/// A text and its signatures, none of them checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The text, with its last line end.
    pub text: String,
    /// The signatures, in their order.
    pub signatures: Vec<NoteSignature>,
}

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    /// [`LedgerError::Malformed`] with what is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, LedgerError> {
        let refuse = |detail: &str| malformed("signed note", detail);
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(refuse("it is too long"));
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| refuse("it is not UTF-8"))?;
        if whole.contains(|c: char| c < ' ' && c != '\n') {
            return Err(refuse("it holds control characters"));
        }
        let end = whole.rfind("\n\n").ok_or_else(|| refuse("no empty line parts the text from signatures"))?;
        let (text, lines) = (&whole[..=end], &whole[end + 2..]);
        let lines = lines.strip_suffix('\n').ok_or_else(|| refuse("its last line is not ended"))?;
        let signatures: Option<Vec<_>> = lines.split('\n').take(SIGNATURES_MAX + 1).map(NoteSignature::parse).collect();
        let signatures = signatures.ok_or_else(|| refuse("a line of signature is not one"))?;
        if signatures.len() > SIGNATURES_MAX {
            return Err(refuse("it has too many signatures"));
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// Time of the signature by a key (0 for a log's); `None` when the key did not sign.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] when a signature in its name does not hold: the whole note is then worth nothing.
    pub fn signed_by(&self, key: &PublicKey) -> Result<Option<u64>, LedgerError> {
        let mut time = None;
        for signature in self.signatures.iter().filter(|signature| signature.is_by(key)) {
            let checked = key.check(&self.text, &signature.bytes);
            let checked =
                checked.ok_or_else(|| LedgerError::refused(format!("the signature by {} does not hold", key.name)))?;
            time = time.max(Some(checked));
        }
        Ok(time)
    }

    /// Adds a signature in the place of an earlier one by the same key.
    pub fn add(&mut self, signature: NoteSignature) {
        self.signatures.retain(|other| (&other.name, other.id) != (&signature.name, signature.id));
        self.signatures.push(signature);
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| write!(f, "{signature}"))
    }
}
