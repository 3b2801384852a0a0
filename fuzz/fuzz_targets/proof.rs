#![no_main]
//! Whatever the bytes, a proof, a checkpoint, a key or an entry is read or refused, and what was read writes itself
//! back to the same bytes.

use tequio_archive::ledger::{Checkpoint, Entry, FigureProof, Note, PublicKey, TlogProof, Trust, is_consistent};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(proof) = TlogProof::parse(bytes) {
        assert_eq!(proof.to_string().as_bytes(), bytes);
        let leaf = proof.extra.clone().unwrap_or_default();
        assert!(proof.verify(&leaf, &Trust::default()).is_err(), "nobody is trusted");
        is_consistent(proof.checkpoint.tree, proof.checkpoint.tree, &proof.path);
    }
    if let Ok(checkpoint) = Checkpoint::parse(bytes) {
        assert_eq!(checkpoint.to_text().as_bytes(), bytes);
    }
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_string().as_bytes(), bytes);
    }
    if let Ok(entry) = Entry::parse(bytes) {
        assert_eq!(entry.to_bytes().ok().as_deref(), Some(bytes));
    }
    if let Ok(figure) = FigureProof::parse(bytes) {
        assert!(figure.verify(&Trust::default()).is_err(), "nobody is trusted");
    }
    if let Ok(key) = std::str::from_utf8(bytes).map_err(drop).and_then(|text| PublicKey::parse(text).map_err(drop)) {
        assert_eq!(key.to_string().as_bytes(), bytes);
    }
});
