use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use tequio_reference::crosswalk::{Comparability, Relation};
use tequio_reference::{Crosswalk, LookupError, Mapped, Taxonomy, crosswalk, measure, measures, taxonomy};

fn table() -> &'static Crosswalk {
    crosswalk().expect("a table")
}

fn of(id: &str) -> &'static Taxonomy {
    taxonomy(id).expect("built-in tables").expect("a taxonomy")
}

fn reasons(from: &str, to: &str, code: &str) -> Vec<String> {
    match table().comparable(from, to, code).expect("an answer") {
        Comparability::Comparable => Vec::new(),
        Comparability::Broken { reasons, share } => {
            assert!((0.0..=1.0).contains(&share) && !reasons.is_empty());
            reasons
        }
    }
}

#[test]
fn every_leaf_of_each_side_has_a_row_and_every_code_exists() {
    assert_eq!(table().pairs().len(), 5);
    for (from, to) in table().pairs() {
        let (source, target) = (of(from), of(to));
        for leaf in source.leaves() {
            let links = table().links(from, to, &leaf.code);
            assert!(!links.is_empty(), "{from} {} has no row to {to}", leaf.code);
            let clean = links.iter().filter(|l| matches!(l.relation, Relation::Equal | Relation::Narrower)).count();
            assert!(clean == 0 || links.len() == 1, "{from} {}: one clean image or none", leaf.code);
            for link in links {
                assert_eq!(link.relation == Relation::None, link.to.is_empty(), "{from} {}", leaf.code);
                assert!(link.to.is_empty() || target.node(&link.to).is_some(), "{to} {}", link.to);
            }
        }
    }
}

/// What each side says of the other has to fit: if A is inside B, then B is not inside A, and so on.
#[test]
fn both_directions_say_the_same() {
    for (from, to) in table().pairs().into_iter().filter(|(_, to)| *to != "iccs-1.0") {
        let (source, target) = (of(from), of(to));
        for leaf in source.leaves() {
            for link in table().links(from, to, &leaf.code).iter().filter(|link| !link.to.is_empty()) {
                for reached in target.leaves_under(&link.to) {
                    let back = table().links(to, from, &reached.code);
                    let back = back.iter().find(|back| source.is_within(&leaf.code, &back.to));
                    let back =
                        back.unwrap_or_else(|| panic!("{to} {} does not lead back to {}", reached.code, leaf.code));
                    let divided = reached.code != link.to;
                    let fits = match (link.relation, back.relation) {
                        (Relation::Equal, Relation::Equal) => !divided && back.to == leaf.code,
                        (Relation::Equal, Relation::Narrower) => divided,
                        (Relation::Narrower, Relation::Broader | Relation::Partial) => true,
                        // The leaf is one of several that the target's image is divided into.
                        (Relation::Narrower, Relation::Equal) => back.to != leaf.code,
                        (Relation::Broader, Relation::Narrower) => true,
                        (Relation::Partial, Relation::Partial | Relation::Narrower) => true,
                        _ => false,
                    };
                    assert!(
                        fits,
                        "{from} {} {:?} {to} {}: {:?}",
                        leaf.code, link.relation, reached.code, back.relation
                    );
                }
            }
        }
    }
}

#[test]
fn what_is_the_same_on_both_sides_of_2026_and_what_is_not() {
    for code in [
        "homicidio-doloso",
        "feminicidio",
        "lesiones-dolosas",
        "homicidio-culposo",
        "violacion-simple",
        "robo",
        "robo-de-vehiculo-automotor",
        "robo-a-casa-habitacion",
        "narcomenudeo",
        "trata-de-personas",
        "violencia-familiar",
    ] {
        assert_eq!(reasons("cnsp-2015", "rnid-2026", code), Vec::<String>::new(), "{code}");
    }
    for code in [
        "secuestro",
        "extorsion",
        "robo-de-maquinaria",
        "otros-delitos-del-fuero-comun",
        "la-vida-y-la-integridad-corporal",
        "la-libertad-y-la-seguridad-sexual",
    ] {
        assert!(!reasons("cnsp-2015", "rnid-2026", code).is_empty(), "{code}");
    }
    assert_eq!(reasons("rnid-2026", "cnsp-2015", "homicidio-doloso"), Vec::<String>::new());
    let attempts = reasons("rnid-2026", "cnsp-2015", "homicidio");
    assert!(attempts.iter().all(|reason| reason.starts_with("tentativa-de-homicidio-doloso")), "{attempts:?}");
}

#[test]
fn the_break_of_2015_is_a_break_for_every_measure() {
    for (code, side) in [("homicidios.dolosos", "sesnsp-old"), ("homicidio-doloso", "cnsp-2015")] {
        let other = if side == "cnsp-2015" { "sesnsp-old" } else { "cnsp-2015" };
        assert!(reasons(side, other, code)[0].contains("18,707"), "{code}");
    }
    // Where the classes do fit, only the counting is the reason.
    let both = table().comparable_set("cnsp-2015", "sesnsp-old", &["homicidio-doloso", "feminicidio"], None);
    let Ok(Comparability::Broken { reasons, share }) = both else { panic!("{both:?}") };
    assert_eq!((reasons.len(), share), (1, 0.0));
    // Without feminicide the old class holds more than the new one.
    let alone = table().comparable("cnsp-2015", "sesnsp-old", "homicidio-doloso").expect("an answer");
    let Comparability::Broken { share, .. } = alone else { panic!("{alone:?}") };
    assert!((share - 1.0).abs() < 1e-12);
}

#[test]
fn measures_are_compared_and_weighed_by_counts() {
    let of = |id: &str| measure(id).expect("a table").expect("a measure");
    let compare = |id: &str, counts: Option<&BTreeMap<String, u64>>| {
        table().comparable_measure("cnsp-2015", "rnid-2026", of(id), counts).expect("an answer")
    };
    for id in ["homicide", "feminicide", "homicide-and-feminicide", "rape", "robbery", "vehicle-theft", "drug-dealing"]
    {
        assert_eq!(compare(id, None), Comparability::Comparable, "{id}");
    }
    let counts = BTreeMap::from([
        ("secuestro.secuestro-extorsivo".to_owned(), 95),
        ("secuestro.otro-tipo-de-secuestros".to_owned(), 5),
    ]);
    let Comparability::Broken { share, .. } = compare("kidnapping", Some(&counts)) else { panic!("kidnapping") };
    assert!((share - 0.05).abs() < 1e-12, "{share}");
    let Comparability::Broken { share, .. } = compare("kidnapping", None) else { panic!("kidnapping") };
    assert!((share - 0.2).abs() < 1e-12, "{share}");
    let mut wide = of("homicide").clone();
    wide.classes.iter_mut().filter(|classes| classes.taxonomy == "rnid-2026").for_each(|classes| {
        classes.codes.push("tentativa-de-homicidio-doloso".to_owned());
    });
    let compared = table().comparable_measure("cnsp-2015", "rnid-2026", &wide, None).expect("an answer");
    let Comparability::Broken { reasons, .. } = compared else { panic!("another measure on the other side") };
    assert!(reasons[0].contains("not the image"), "{reasons:?}");
    let caveats = table().notes("cnsp-2015", "rnid-2026", &["homicidio-doloso"]).expect("notes");
    assert_eq!(caveats.len(), 1);
    let missing = table().comparable_measure("sesnsp-old", "cnsp-2015", of("feminicide"), None).expect("an answer");
    let Comparability::Broken { reasons, .. } = missing else { panic!("feminicide") };
    assert!(reasons[0].contains("no class of feminicide"), "{reasons:?}");
}

#[test]
fn every_note_has_its_spanish_and_no_spanish_is_spare() {
    let column = |table: &str| -> BTreeSet<String> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("taxonomies").join(table);
        let mut reader = csv::Reader::from_path(path).expect("a table");
        let at = reader.headers().expect("a header").iter().position(|name| name == "note").expect("notes");
        let notes = reader.records().map(|row| row.expect("a row")[at].to_owned());
        notes.filter(|note| !note.is_empty()).collect()
    };
    let notes = column("crosswalk.csv");
    assert_eq!(notes, column("notes.csv"));
    for note in &notes {
        assert!(table().note_in_spanish(note).is_some_and(|spanish| !spanish.is_empty() && spanish != note), "{note}");
    }
}

/// The table of `reference/README.md`: which national measures break in January 2026.
#[test]
fn measures_that_do_not_go_on_across_2026() {
    let broken = |from: &str, to: &str| -> Vec<&str> {
        let all = measures().expect("a table").iter().filter(|measure| measure.id != "all-federal-offences");
        let compared = all.filter(|measure| {
            let compared = table().comparable_measure(from, to, measure, None).expect("an answer");
            compared != Comparability::Comparable
        });
        compared.map(|measure| measure.id.as_str()).collect()
    };
    let there = broken("cnsp-2015", "rnid-2026");
    assert_eq!(there, ["kidnapping", "extortion", "all-state-offences"]);
    assert_eq!(broken("rnid-2026", "cnsp-2015"), there, "the same both ways");
}

#[test]
fn questions_that_make_no_sense_are_refused() {
    let unknown = table().comparable("cnsp-2015", "rnid-2026", "x").expect_err("no such code");
    assert_eq!(unknown, LookupError::UnknownCode { taxonomy: "cnsp-2015".into(), code: "x".into() });
    let pair = table().map("federal", "cnsp-2015", &BTreeMap::new()).expect_err("no such pair");
    assert!(matches!(pair, LookupError::NoCrosswalk { .. }));
    let taxonomy = table().map("x", "cnsp-2015", &BTreeMap::new()).expect_err("no such taxonomy");
    assert_eq!(taxonomy, LookupError::UnknownTaxonomy("x".into()));
    let inner = BTreeMap::from([("homicidio-doloso".to_owned(), 1)]);
    assert!(table().map("cnsp-2015", "rnid-2026", &inner).is_err(), "counts come by leaf");
    let leaf = |code: &str| (code.to_owned(), u64::MAX);
    let large = BTreeMap::from([leaf("aborto"), leaf("fraude")]);
    assert_eq!(table().map("cnsp-2015", "rnid-2026", &large), Err(LookupError::TooLarge));
    let none = table().map("cnsp-2015", "rnid-2026", &BTreeMap::new()).expect("an answer");
    assert_eq!(none, Mapped::default());
}

/// Counts for some leaves of one side of a pair of the crosswalk.
fn a_series() -> impl Strategy<Value = ((&'static str, &'static str), BTreeMap<String, u64>)> {
    prop::sample::select(table().pairs()).prop_flat_map(|pair| {
        let leaves: Vec<String> = of(pair.0).leaves().map(|leaf| leaf.code.clone()).collect();
        let counts = prop::collection::btree_map(prop::sample::select(leaves), 0..1_000_000_000_u64, 0..120);
        counts.prop_map(move |counts| (pair, counts))
    })
}

proptest! {
    #[test]
    fn sums_are_kept_and_losses_stated((pair, counts) in a_series()) {
        let mapped = table().map(pair.0, pair.1, &counts).expect("an answer");
        let clean: u64 = mapped.by_target.values().sum();
        let left: u64 = mapped.unmapped.values().chain(mapped.ambiguous.values()).map(|left| left.count).sum();
        prop_assert_eq!(clean + left, counts.values().sum::<u64>());
        prop_assert_eq!(mapped.total, counts.values().sum::<u64>());
        prop_assert!(mapped.by_target.keys().all(|code| of(pair.1).node(code).is_some()));
        for (leaf, left) in mapped.unmapped.iter().chain(&mapped.ambiguous) {
            prop_assert!(counts.contains_key(leaf));
            prop_assert!(!left.notes.is_empty() && left.notes.iter().all(|note| !note.is_empty()));
        }
        prop_assert!(mapped.ambiguous.values().all(|left| !left.candidates.is_empty()));
        match mapped.share_clean {
            Some(share) => prop_assert!((share - clean as f64 / mapped.total as f64).abs() < 1e-12),
            None => prop_assert_eq!(mapped.total, 0),
        }
    }

    /// A class that is comparable loses nothing, there and back.
    #[test]
    fn what_is_comparable_comes_back_whole(at in 0_usize..128, count in 1_u64..1_000_000) {
        let (cnsp, rnid) = (of("cnsp-2015"), of("rnid-2026"));
        let node = &cnsp.nodes[at % cnsp.nodes.len()];
        let stated = !cnsp.is_leaf(&node.code) && !table().links("cnsp-2015", "rnid-2026", &node.code).is_empty();
        let comparable = table().comparable("cnsp-2015", "rnid-2026", &node.code).expect("an answer");
        if stated || comparable != Comparability::Comparable {
            return Ok(());
        }
        let counts: BTreeMap<String, u64> = cnsp.leaves_under(&node.code).map(|l| (l.code.clone(), count)).collect();
        let there = table().map("cnsp-2015", "rnid-2026", &counts).expect("an answer");
        prop_assert_eq!(there.share_clean, Some(1.0));
        let reached: BTreeSet<&str> =
            there.by_target.keys().flat_map(|code| rnid.leaves_under(code)).map(|leaf| leaf.code.as_str()).collect();
        let back: BTreeMap<String, u64> = reached.iter().map(|code| ((*code).to_owned(), 1)).collect();
        let back = table().map("rnid-2026", "cnsp-2015", &back).expect("an answer");
        prop_assert_eq!(back.share_clean, Some(1.0));
        prop_assert!(back.by_target.keys().all(|code| cnsp.is_within(code, &node.code)));
    }
}
