//! RFC 6962: the eight-leaf test of certificate-transparency, and every proof of every small tree.

use tequio_archive::ledger::{Levels, Tree, TreeHash, consistency_path, inclusion_path, is_consistent, root_of_path};

const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
/// Roots of the trees of 1 to 8 of these leaves, as certificate-transparency's tests list them.
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn hex(hash: TreeHash) -> String {
    hash.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn leaves(count: u64) -> Vec<TreeHash> {
    (0..count).map(|index| TreeHash::of_leaf(&index.to_be_bytes())).collect()
}

#[test]
fn roots_of_the_eight_leaf_test() {
    let levels = Levels::over(LEAVES.iter().map(|leaf| TreeHash::of_leaf(&bytes(leaf))).collect());
    for (size, expected) in (1..).zip(ROOTS) {
        assert_eq!(hex(levels.root(size).unwrap()), expected, "{size} leaves");
    }
    assert_eq!(hex(levels.root(0).unwrap()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

#[test]
fn every_leaf_of_every_tree_is_proved_and_nothing_else_is() {
    let all = leaves(300);
    let levels = Levels::over(all.clone());
    for size in 1..=300 {
        let root = levels.root(size).unwrap();
        for index in 0..size {
            let path = inclusion_path(&levels, index, size).unwrap();
            let leaf = all[index as usize];
            let proves = |leaf, index, size, path: &[TreeHash]| root_of_path(leaf, index, size, path) == Some(root);
            assert!(proves(leaf, index, size, &path), "{index} of {size}");
            assert!(!proves(all[(index as usize + 1) % 300], index, size, &path), "another leaf");
            for other in [index.wrapping_sub(1), index + 1, index ^ 2, size] {
                assert!(!proves(leaf, other, size, &path), "{index} of {size} passes for {other}");
            }
            let mut longer = path.clone();
            longer.push(leaf);
            assert!(!proves(leaf, index, size, &longer), "a path that is too long");
            if let Some((_, shorter)) = path.split_last() {
                assert!(!proves(leaf, index, size, shorter), "a path that is too short");
                let mut changed = path.clone();
                changed[(index % path.len() as u64) as usize].0[7] ^= 1;
                assert!(!proves(leaf, index, size, &changed), "a changed path");
            }
        }
    }
}

#[test]
fn every_tree_continues_every_smaller_one_and_no_other() {
    let levels = Levels::over(leaves(300));
    let roots: Vec<TreeHash> = (0..=300).map(|size| levels.root(size).unwrap()).collect();
    let tree = |size: u64| Tree { size, root: roots[size as usize] };
    for new in 0..=300 {
        for old in 0..=new {
            let path = consistency_path(&levels, old, new).unwrap();
            assert!(is_consistent(tree(old), tree(new), &path), "{old} to {new}");
            if old == 0 || old == new {
                continue;
            }
            let mut wrong = tree(old);
            wrong.root.0[0] ^= 1;
            assert!(!is_consistent(wrong, tree(new), &path), "another old root");
            assert!(!is_consistent(tree(old), Tree { root: wrong.root, ..tree(new) }, &path), "another new root");
            assert!(!is_consistent(tree(old - 1), tree(new), &path) || old == 1, "{} passes for {old}", old - 1);
            assert!(!is_consistent(tree(old), tree(new), &path[1..]), "a path that is too short");
            let mut changed = path.clone();
            changed[(old % path.len() as u64) as usize].0[31] ^= 0x80;
            assert!(!is_consistent(tree(old), tree(new), &changed), "a changed path");
        }
    }
}

#[test]
fn numbers_that_make_no_sense_are_refused() {
    let levels = Levels::over(leaves(4));
    assert!(inclusion_path(&levels, 4, 4).is_err());
    assert!(inclusion_path(&levels, 0, u64::MAX).is_err());
    assert!(consistency_path(&levels, 5, 4).is_err());
    assert!(root_of_path(TreeHash::empty(), u64::MAX, u64::MAX, &[]).is_none());
    assert!(root_of_path(TreeHash::empty(), 0, 0, &[]).is_none());
    assert!(root_of_path(TreeHash::empty(), 0, 1, &[TreeHash::empty(); 65]).is_none());
    let huge = Tree { size: u64::MAX, root: TreeHash::empty() };
    assert!(!is_consistent(Tree { size: 1, root: TreeHash::empty() }, huge, &[TreeHash::empty(); 64]));
}
