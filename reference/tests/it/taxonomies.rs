use std::collections::HashSet;
use tequio_reference::{Taxonomy, breaks, breaks_of, measure, measure_leaves, measures, taxonomies, taxonomy};

fn of(id: &str) -> &'static Taxonomy {
    taxonomy(id).expect("built-in tables").expect("a taxonomy")
}

#[test]
fn each_edition_has_the_leaves_that_its_source_publishes() {
    for (id, leaves) in
        [("cnsp-2015", 98), ("rnid-2026", 114), ("federal", 30), ("sesnsp-old", 66), ("icd10-homicide", 1)]
    {
        assert_eq!(of(id).leaves().count(), leaves, "{id}");
    }
    let sections: Vec<&str> = of("iccs-1.0").children("").map(|node| node.code.as_str()).collect();
    assert_eq!(sections, ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11"]);
    let victims = of("cnsp-2015").leaves().filter(|leaf| leaf.units.iter().any(|unit| unit == "victim"));
    assert_eq!(victims.count(), 36, "leaves with victims");
}

#[test]
fn codes_are_slugs_and_nodes_stand_in_order() {
    for taxonomy in taxonomies().expect("built-in tables") {
        let mut seen = HashSet::new();
        for node in &taxonomy.nodes {
            let slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
            assert!(node.code.chars().all(slug) && !node.code.is_empty(), "{}", node.code);
            assert!(seen.insert(node.code.as_str()), "{} {} stands twice", taxonomy.id, node.code);
            assert!(!node.name_es.is_empty() && !node.name_en.is_empty(), "{}", node.code);
            assert!(usize::from(node.lowest) <= taxonomy.levels_en.len(), "{}", node.code);
            match &node.parent {
                Some(parent) => {
                    assert!(seen.contains(parent.as_str()), "{} before its parent", node.code);
                    assert_eq!(taxonomy.node(parent).map(|up| up.lowest + 1), Some(node.level), "{}", node.code);
                }
                None => assert_eq!(node.level, 1, "{}", node.code),
            }
            assert_eq!(
                node.units.is_empty(),
                !taxonomy.is_leaf(&node.code) || taxonomy.id == "iccs-1.0",
                "{}",
                node.code
            );
        }
        assert_eq!(taxonomy.levels_en.len(), taxonomy.levels_es.len());
        assert_eq!(taxonomy.sha256().len(), 64);
        let top: usize = taxonomy.children("").map(|node| taxonomy.leaves_under(&node.code).count()).sum();
        assert_eq!(top, taxonomy.leaves().count(), "{}: the tops hold every leaf once", taxonomy.id);
    }
}

#[test]
fn the_tree_is_walked_both_ways() {
    let cnsp = of("cnsp-2015");
    let leaf = "homicidio-doloso.con-arma-de-fuego";
    let above: Vec<&str> = cnsp.ancestors(leaf).map(|node| node.code.as_str()).collect();
    assert_eq!(above, ["homicidio-doloso", "homicidio", "la-vida-y-la-integridad-corporal"]);
    assert!(cnsp.is_within(leaf, "homicidio") && cnsp.is_within(leaf, leaf));
    assert!(!cnsp.is_within(leaf, "lesiones") && !cnsp.is_within("nothing", "homicidio"));
    assert_eq!(cnsp.children("homicidio").count(), 2);
    // A class that the file does not divide stands for all its levels.
    for level in 2..=4 {
        assert_eq!(cnsp.at_level("aborto", level).map(|node| node.code.as_str()), Some("aborto"));
    }
    assert_eq!(cnsp.at_level("aborto", 1).map(|node| node.level), Some(1));
    assert_eq!(cnsp.at_level(leaf, 3).map(|node| node.code.as_str()), Some("homicidio-doloso"));
    assert_eq!(cnsp.at_level("homicidio", 4), None);
}

#[test]
fn leaves_are_found_by_their_official_path() {
    let cnsp = of("cnsp-2015");
    let code = |names: &[&str]| cnsp.leaf_of_path(names).map(|leaf| leaf.code.as_str());
    let fire = Some("homicidio-doloso.con-arma-de-fuego");
    assert_eq!(code(&["La vida y la Integridad corporal", "Homicidio", "Homicidio doloso", "Con arma de fuego"]), fire);
    assert_eq!(
        code(&[" LA VIDA Y LA INTEGRIDAD CORPORAL", "HOMICIDIO", "homicidio  doloso", "Con Arma de Fuego "]),
        fire
    );
    assert_eq!(code(&["Homicidio doloso", "Con arma de fuego"]), fire, "the rest names one leaf only");
    assert_eq!(code(&["Con violencia"]), None, "many leaves are called so");
    assert_eq!(code(&["El patrimonio", "Homicidio", "Homicidio doloso", "Con arma de fuego"]), None);
    let electoral = ["Otros bienes jurídicos afectados", "Electorales", "Delitos electorales", "Electorales"];
    assert_eq!(code(&electoral), Some("electorales"), "known spellings");
    let old = of("sesnsp-old");
    let path = ["HOMICIDIOS", "DOLOSOS", "POR ARMA DE FUEGO"];
    assert_eq!(old.leaf_of_path(&path).map(|leaf| leaf.code.as_str()), Some("homicidios.dolosos.con-arma-de-fuego"));
}

#[test]
fn every_leaf_is_found_by_its_own_names_and_by_its_code() {
    for taxonomy in taxonomies().expect("built-in tables") {
        for leaf in taxonomy.leaves() {
            let mut chain: Vec<_> = std::iter::once(leaf).chain(taxonomy.ancestors(&leaf.code)).collect();
            chain.reverse();
            let columns = |node: &tequio_reference::Node| usize::from(node.lowest - node.level) + 1;
            let names: Vec<&str> =
                chain.iter().flat_map(|node| std::iter::repeat_n(node.name_es.as_str(), columns(node))).collect();
            assert_eq!(taxonomy.leaf_of_path(&names), Some(leaf), "{} {}", taxonomy.id, leaf.code);
            assert_eq!(taxonomy.find(&leaf.code), [leaf]);
            assert!(taxonomy.find(&leaf.name_en.to_uppercase()).contains(&leaf), "{}", leaf.code);
        }
    }
    let found: Vec<&str> = of("rnid-2026").find("feminicidio").iter().map(|node| node.code.as_str()).collect();
    assert_eq!(found, ["feminicidio"], "the code wins");
    let found: Vec<&str> = of("rnid-2026").find("FEMINICIDE").iter().map(|node| node.code.as_str()).collect();
    assert_eq!(found, ["tipo-feminicidio", "feminicidio"], "the type holds the attempts, the subtype does not");
}

#[test]
fn measures_name_classes_that_exist_and_do_not_overlap() {
    let ids: HashSet<&str> = measures().expect("a table").iter().map(|measure| measure.id.as_str()).collect();
    assert_eq!(ids.len(), measures().expect("a table").len(), "a measure stands twice");
    for measure in measures().expect("a table") {
        assert!(!measure.title_es.is_empty() && !measure.title_en.is_empty());
        for classes in &measure.classes {
            let taxonomy = of(&classes.taxonomy);
            assert!(!classes.codes.is_empty() || !classes.note.is_empty(), "{} {}: why?", measure.id, taxonomy.id);
            for code in &classes.codes {
                assert!(taxonomy.node(code).is_some(), "{} {code}", taxonomy.id);
                let inside = classes.codes.iter().filter(|other| taxonomy.is_within(code, other)).count();
                assert_eq!(inside, 1, "{code} counted twice");
            }
        }
        for id in ["sesnsp-old", "cnsp-2015", "rnid-2026"] {
            assert!(measure.in_taxonomy(id).is_some(), "{} says nothing of {id}", measure.id);
        }
    }
    let leaves = |id: &str, taxonomy: &str| {
        measure_leaves(measure(id).expect("a table").expect("a measure"), taxonomy).expect("a taxonomy").len()
    };
    assert_eq!((leaves("homicide", "cnsp-2015"), leaves("homicide", "rnid-2026")), (4, 4));
    assert_eq!((leaves("vehicle-theft", "cnsp-2015"), leaves("vehicle-theft", "rnid-2026")), (6, 6));
    assert_eq!((leaves("robbery", "cnsp-2015"), leaves("robbery", "rnid-2026")), (36, 36));
    assert_eq!((leaves("feminicide", "sesnsp-old"), leaves("all-state-offences", "rnid-2026")), (0, 114));
}

#[test]
fn breaks_join_taxonomies_that_exist() {
    for change in breaks().expect("a table") {
        assert!(of(&change.from).valid_from < Some(change.month));
        assert_eq!(of(&change.to).valid_from, Some(change.month), "the new edition begins with the break");
    }
    let months: Vec<String> =
        breaks_of("MX", "homicide").expect("a table").map(|change| change.month.to_string()).collect();
    assert_eq!(months, ["2015-01", "2026-01"]);
    assert_eq!(breaks_of("US", "homicide").expect("a table").count(), 0);
}
