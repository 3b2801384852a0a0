//! The proof of one figure.

use crate::support::{Desk, Mixer, START, row, row_bytes, seed};
use tequio_archive::ledger::{
    FigureProof, Ledger, PublicKey, ROWS_BLOCK, ROWS_FILE, RowsTree, TlogProof, TreeHash, Trust, Witness,
};

fn figure(desk: &Desk, edition: &str, index: usize) -> FigureProof {
    let ledger = Ledger::open(&desk.data).unwrap();
    let entry = ledger.find_edition("a", edition).unwrap();
    let tree = RowsTree::read(&desk.data.root().join("datasets/a").join(edition).join(ROWS_FILE)).unwrap();
    let block = tree.block_of(index as u64).map(|row| row_bytes(edition, row as usize));
    FigureProof::make(&ledger, entry, row(edition, index), tree.prove(index as u64, block).unwrap()).unwrap()
}

#[test]
fn a_figure_is_proved_and_another_is_not() {
    let desk = Desk::new();
    desk.publish("a", "1", 3_000);
    let proof = figure(&desk, "1", 2_050);
    let bytes = proof.to_bytes().unwrap();
    let read = FigureProof::parse(&bytes).unwrap();
    read.verify(&desk.trust()).unwrap();
    let mut wrong = read.clone();
    wrong.row["value"] = 2_049.into();
    assert!(wrong.verify(&desk.trust()).unwrap_err().to_string().contains("the figure"));
    let mut wrong = read.clone();
    wrong.rows.index -= 1;
    assert!(wrong.verify(&desk.trust()).is_err());
    let mut wrong = read.clone();
    wrong.entry.edition = "2".to_owned();
    assert!(wrong.verify(&desk.trust()).is_err());
    assert!(read.verify(&Trust::default()).unwrap_err().to_string().contains("none was given"));
}

#[test]
fn every_changed_byte_of_a_figure_proof_is_refused() {
    let desk = Desk::new();
    desk.publish("a", "1", 30);
    let bytes = figure(&desk, "1", 7).to_bytes().unwrap();
    let trust = desk.trust();
    let mut mixer = Mixer(5);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << mixer.below(8);
        let read = FigureProof::parse(&changed).and_then(|proof| proof.verify(&trust));
        assert!(read.is_err(), "byte {at}: {}", String::from_utf8_lossy(&changed));
    }
    for _ in 0..2_000 {
        let mut changed = bytes.clone();
        changed.truncate(mixer.below(bytes.len()));
        assert!(FigureProof::parse(&changed).is_err());
    }
}

#[test]
fn trees_over_rows_have_the_root_of_the_plain_tree_and_prove_every_kind_of_row() {
    for size in [0, 1, 2, 1_023, 1_024, 1_025, 2_048, 3_333, 70_000] {
        let row = |index: u64| index.to_le_bytes();
        let tree = RowsTree::over((0..size).map(row));
        let plain =
            tequio_archive::ledger::Levels::over((0..size).map(|index| TreeHash::of_leaf(&row(index))).collect());
        let root = tree.root().unwrap();
        assert_eq!((tree.size(), root), (size, plain.root(size).unwrap()), "{size} rows");
        let last = size.saturating_sub(1);
        for index in [0, 1, 511, 1_023, 1_024, 2_047, last / 2, last].into_iter().filter(|index| *index < size) {
            let path = tree.prove(index, tree.block_of(index).map(row)).unwrap();
            assert_eq!(
                path.path,
                tequio_archive::ledger::inclusion_path(&plain, index, size).unwrap(),
                "{index} of {size}"
            );
        }
        assert!(tree.prove(size, [row(0)]).is_err());
        if size > 1 {
            let other = tree.block_of(0).map(|index| row(index + 1));
            assert!(tree.prove(0, other).unwrap_err().to_string().contains("not those that were published"));
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(ROWS_FILE);
        tree.write(&path).unwrap();
        assert_eq!(RowsTree::read(&path).unwrap(), tree);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.push(0);
        std::fs::write(&path, &bytes).unwrap();
        assert!(RowsTree::read(&path).is_err());
    }
    assert_eq!(ROWS_BLOCK, 1_024);
}

#[test]
fn an_edition_without_a_root_over_its_rows_proves_none() {
    let desk = Desk::new();
    desk.publish("a", "1", 3);
    let ledger = Ledger::open(&desk.data).unwrap();
    let path = figure(&desk, "1", 1).rows;
    let key_entry = 0;
    assert!(
        FigureProof::make(&ledger, key_entry, row("1", 1), path)
            .unwrap_err()
            .to_string()
            .contains("no root over its rows")
    );
}

/// Proofs that the browser's tests read too, so that both implementations are held to the same files.
fn browser_folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/test/proof")
}

#[test]
fn the_proofs_in_the_browsers_tests_are_ours() {
    let read = |name: &str| std::fs::read(browser_folder().join(name)).unwrap();
    let keys: serde_json::Value = serde_json::from_slice(&read("keys.json")).unwrap();
    let key = |name: &str| PublicKey::parse(keys[name].as_str().unwrap()).unwrap();
    let trust = Trust { witnesses: vec![key("witness")], quorum: 1, ..Trust::in_key(key("log")) };
    FigureProof::parse(&read("figure.json")).unwrap().verify(&trust).unwrap();
    let proof = TlogProof::parse(&read("entry.tlog-proof")).unwrap();
    proof.verify(proof.extra.as_deref().unwrap(), &trust).unwrap();
}

#[test]
#[ignore = "writes the files of the browser's tests"]
fn write_the_proofs_of_the_browsers_tests() {
    let desk = Desk::new();
    desk.publish("a", "1", 3_000);
    let witness = Witness::open(&desk.folder.path().join("w"), Some("w1.example.org"), &|| Ok(seed(50))).unwrap();
    let cosigned =
        witness.cosign(Ledger::open(&desk.data).unwrap().checkpoint(), &desk.key(), &[], START + 60).unwrap();
    std::fs::write(desk.ledger_folder().join("cosigned"), cosigned.to_text()).unwrap();
    let write = |name: &str, bytes: Vec<u8>| std::fs::write(browser_folder().join(name), bytes).unwrap();
    std::fs::create_dir_all(browser_folder()).unwrap();
    write("figure.json", figure(&desk, "1", 2_050).to_bytes().unwrap());
    write("entry.tlog-proof", Ledger::open(&desk.data).unwrap().prove_entry(2).unwrap().to_string().into_bytes());
    let keys = serde_json::json!({ "log": desk.key().to_string(), "witness": witness.public().to_string() });
    write("keys.json", format!("{keys:#}\n").into_bytes());
}
