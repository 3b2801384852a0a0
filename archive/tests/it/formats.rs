//! The texts of C2SP: published examples read as published, and nothing else reads as one.

use crate::support::{Mixer, seed};
use tequio_archive::ledger::{
    Checkpoint, Entry, FigureProof, KeyType, Note, PublicKey, SecretKey, Tile, TlogProof, Tree, TreeHash, seconds,
};

/// The example of Go's note package, which the specification grew from.
const SECRET: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const SIGNED: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\
    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn the_published_example_of_a_note_is_signed_and_read() {
    let note = Note::parse(SIGNED.as_bytes()).unwrap();
    let (secret, public) = (SecretKey::parse(SECRET).unwrap(), PublicKey::parse(PUBLIC).unwrap());
    assert_eq!(secret.public(), &public);
    assert_eq!(public.to_string(), PUBLIC);
    assert_eq!(note.signed_by(&public).unwrap(), Some(0));
    assert_eq!(secret.sign(&note.text, 0), note.signatures[0]);
    assert_eq!(note.to_string(), SIGNED);
}

#[test]
fn a_secret_key_is_never_shown() {
    let secret = SecretKey::parse(SECRET).unwrap();
    let shown = format!("{secret:?} {secret:#?}");
    assert!(!shown.contains("gQoUAtUU") && !shown.contains("AYEKFALV"), "{shown}");
    assert!(!shown.contains("129, 10, 20"), "{shown}");
    let error = SecretKey::parse(&SECRET[..70]).unwrap_err().to_string();
    assert!(!error.contains("AYEK"), "{error}");
}

#[test]
fn every_changed_byte_of_a_note_is_refused() {
    let public = PublicKey::parse(PUBLIC).unwrap();
    for at in 0..SIGNED.len() {
        for change in [1, 2, 0x20, 0x80] {
            let mut bytes = SIGNED.as_bytes().to_vec();
            bytes[at] ^= change;
            let read = Note::parse(&bytes).and_then(|note| note.signed_by(&public));
            assert!(!matches!(read, Ok(Some(_))), "byte {at}");
        }
    }
}

/// The checkpoint in the specifications of checkpoints and cosignatures.
const CHECKPOINT: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    \u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

#[test]
fn the_published_example_of_a_checkpoint_is_read() {
    let checkpoint = Checkpoint::parse(CHECKPOINT.as_bytes()).unwrap();
    assert_eq!((checkpoint.origin.as_str(), checkpoint.tree.size), ("example.com/behind-the-sofa", 20_852_163));
    assert_eq!(checkpoint.tree.root.to_string(), "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
    assert_eq!(checkpoint.signatures().len(), 2);
    // The witness signed at 1679315147, the time of the example.
    assert_eq!(checkpoint.signatures()[1].bytes[..8], 1_679_315_147u64.to_be_bytes());
    assert_eq!(checkpoint.to_text(), CHECKPOINT);
}

#[test]
fn checkpoints_that_break_the_format_are_refused() {
    let bad = [
        ("20852163", "020852163"),
        ("20852163", "+20852163"),
        ("20852163", "99999999999999999999"),
        ("20852163", "9007199254740993"),
        ("CsUY", "CsU"),
        ("q2I=\n", "q2I=\nmore\n"),
        ("q2I=\n", "q2J=\n"),
        ("\n\n", "\n"),
        ("20852163\n", "20852163\r\n"),
    ];
    for (from, to) in bad {
        let text = CHECKPOINT.replacen(from, to, 1);
        assert!(Checkpoint::parse(text.as_bytes()).is_err(), "{from} as {to}");
    }
    assert!(Checkpoint::parse(&CHECKPOINT.as_bytes()[..CHECKPOINT.len() - 1]).is_err());
}

#[test]
fn names_of_keys_and_their_identifiers_are_checked() {
    for bad in ["", "a b", "a+b", "a\u{2003}b", "a\nb"] {
        assert!(SecretKey::from_seed(bad, KeyType::Log, &seed(1)).is_err(), "{bad:?}");
    }
    for bad in [
        "PeterNeumann",
        &PUBLIC.replace("c74f", "c74e"),
        &PUBLIC.replace("Peter", "Petra"),
        &PUBLIC.replace("c74f20a3", "C74F20A3"),
        &PUBLIC[..60],
    ] {
        assert!(PublicKey::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_cosignature_holds_the_time_and_not_another() {
    let (log, witness) = (
        SecretKey::from_seed("log", KeyType::Log, &seed(1)).unwrap(),
        SecretKey::from_seed("w", KeyType::Witness, &seed(2)).unwrap(),
    );
    let mut checkpoint = Checkpoint::sign(Tree { size: 0, root: TreeHash::empty() }, &log);
    checkpoint.cosign(&witness, 1_700_000_000);
    let text = checkpoint.to_text();
    let read = Checkpoint::parse(text.as_bytes()).unwrap();
    assert_eq!(read.signed_by(witness.public()).unwrap(), Some(1_700_000_000));
    let mut note = Note::parse(text.as_bytes()).unwrap();
    note.signatures[1].bytes[7] ^= 1;
    assert!(note.signed_by(witness.public()).is_err());
    // The same key as a log's is another key.
    let as_log = SecretKey::from_seed("w", KeyType::Log, &seed(2)).unwrap();
    assert_eq!(read.signed_by(as_log.public()).unwrap(), None);
}

#[test]
fn paths_of_tiles_are_those_of_the_specification() {
    use tequio_archive::ledger::TileKind::{Entries, Hashes};
    let path = |kind, index, width| Tile { kind, index, width }.path();
    assert_eq!(path(Hashes(0), 1_234_067, 256), "tile/0/x001/x234/067");
    assert_eq!(path(Entries, 0, 7), "tile/entries/000.p/7");
    for tile in Tile::all(70_000) {
        assert_eq!(Tile::of_path(&tile.path()), Some(tile));
    }
    // 273 full and one partial of width 112; one full and one of 17; one of 1; and the entries.
    let widths: Vec<u64> = Tile::all(70_000).iter().map(|tile| tile.width).filter(|width| *width < 256).collect();
    assert_eq!((widths, Tile::all(70_000).len()), (vec![112, 17, 1, 112], 274 + 2 + 1 + 274));
    for bad in [
        "tile/0/1",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/x000/000",
        "tile/00/000",
        "tile/0/000.p/07",
        "tile/4294967295/000x",
        "tile/entries/",
    ] {
        assert!(Tile::of_path(bad).is_none_or(|tile| tile.width == 0), "{bad}");
    }
}

#[test]
fn entries_have_one_form() {
    let canonical = r#"{"content":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","edition":"2026-01-aa","kind":"edition","name":"homicidios","recorded":"2026-01-01T00:00:00Z"}"#;
    let entry = Entry::parse(canonical.as_bytes()).unwrap();
    assert_eq!(entry.to_bytes().unwrap(), canonical.as_bytes());
    let bad = [
        canonical.replace(":\"edition\"", ": \"edition\""),
        canonical.replace("\"recorded\"", "\"name\":\"x\",\"recorded\""),
        canonical.replace("}", ",\"zz\":1}"),
        canonical.replace("}", ",\"supersedes\":null}"),
        canonical.replace("edition\":\"2026-01-aa\"", "edition\":\"\""),
        canonical.replace("sha256:", "sha1:"),
        canonical.replace("e3b0", "E3B0"),
        canonical.replace("T00:00:00Z", "T24:00:00Z"),
        canonical.replace("homicidios", "homicidi\\u006fs"),
    ];
    for text in bad {
        assert!(Entry::parse(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn times_are_read_to_the_second() {
    assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
    assert_eq!(seconds("2023-03-20T12:25:47Z"), Some(1_679_315_147));
    for bad in [
        "2023-03-20",
        "2023-02-30T00:00:00Z",
        "2023-03-20T12:60:00Z",
        "2023-03-20t12:25:47Z",
        "2023-03-20T12:25:47+",
        "1969-12-31T23:59:59Z",
    ] {
        assert_eq!(seconds(bad), None, "{bad}");
    }
}

#[test]
fn bytes_that_are_no_proof_are_refused_and_never_panic() {
    let log = SecretKey::from_seed("log", KeyType::Log, &seed(1)).unwrap();
    let tree = Tree { size: 2, root: TreeHash::of_node(TreeHash::of_leaf(b"a"), TreeHash::of_leaf(b"b")) };
    let proof = TlogProof {
        index: 1,
        path: vec![TreeHash::of_leaf(b"a")],
        checkpoint: Checkpoint::sign(tree, &log),
        extra: Some(b"b".to_vec()),
    };
    let text = proof.to_string();
    assert_eq!(TlogProof::parse(text.as_bytes()).unwrap(), proof);
    let trust = tequio_archive::ledger::Trust::in_key(log.public().clone());
    proof.verify(b"b", &trust).unwrap();
    assert!(proof.verify(b"a", &trust).is_err());
    let mut mixer = Mixer(1);
    for _ in 0..20_000 {
        let mut bytes = text.as_bytes().to_vec();
        match mixer.below(3) {
            0 => bytes.truncate(mixer.below(bytes.len())),
            1 => {
                let at = mixer.below(bytes.len());
                bytes[at] ^= 1 << mixer.below(8);
            }
            _ => {
                let (at, from) = (mixer.below(bytes.len()), mixer.below(bytes.len()));
                let part = bytes[from.min(at)..].to_vec();
                bytes.splice(at.., part);
            }
        }
        let read =
            TlogProof::parse(&bytes).and_then(|read| read.verify(read.extra.as_deref().unwrap_or_default(), &trust));
        assert!(read.is_err() || bytes == text.as_bytes(), "{}", String::from_utf8_lossy(&bytes));
    }
}

/// What `fuzz/fuzz_targets/proof.rs` holds for every input, here for texts that were changed a little.
#[test]
fn whatever_is_read_writes_itself_back() {
    let entry = r#"{"content":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","edition":"1","kind":"edition","name":"a","recorded":"2026-01-01T00:00:00Z"}"#;
    let proof = include_str!("../../../web/test/proof/entry.tlog-proof");
    let figure = include_str!("../../../web/test/proof/figure.json");
    let (mut mixer, mut read) = (Mixer(7), 0);
    for text in [SIGNED, CHECKPOINT, PUBLIC, entry, proof, figure] {
        for round in 0..5_000 {
            let mut bytes = text.as_bytes().to_vec();
            for _ in 0..round % 4 {
                let at = mixer.below(bytes.len());
                match mixer.below(3) {
                    0 => bytes[at] = b"0aA+/=\n \"{}"[mixer.below(11)],
                    1 => bytes[at] ^= 1 << mixer.below(8),
                    _ => drop(bytes.remove(at)),
                }
            }
            read += usize::from(writes_itself_back(&bytes));
        }
    }
    assert!(read > 6 * 1_250, "every text is read when it was not changed");
}

fn writes_itself_back(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let written = [
        TlogProof::parse(bytes).ok().map(|proof| proof.to_string().into_bytes()),
        Checkpoint::parse(bytes).ok().map(|checkpoint| checkpoint.to_text().into_bytes()),
        Note::parse(bytes).ok().map(|note| note.to_string().into_bytes()),
        Entry::parse(bytes).ok().and_then(|entry| entry.to_bytes().ok()),
        FigureProof::parse(bytes).ok().and_then(|figure| figure.to_bytes().ok()),
        PublicKey::parse(text).ok().map(|key| key.to_string().into_bytes()),
    ];
    let written: Vec<Vec<u8>> = written.into_iter().flatten().collect();
    assert!(written.iter().all(|written| written == bytes), "{}", String::from_utf8_lossy(bytes));
    !written.is_empty()
}
