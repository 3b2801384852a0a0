//! Long tables by mapping file: the real JSON, the same rows in every wrapping, and mappings that say nothing.

use crate::made::{Desk, xlsx};
use crate::support::shared;
use std::collections::BTreeMap;
use tequio_crime_indicators::importers::{Mapping, TEMPLATE};
use tequio_kernel::Frequency;

const FEMINICIDE: &str = include_str!("mappings/feminicide.toml");
const HEADER: [&str; 9] = [
    "Año",
    "Entidad",
    "Municipio",
    "Bien jurídico afectado",
    "Tipo de delito",
    "Subtipo de delito",
    "Modalidad",
    "Mes",
    "Cantidad",
];

#[test]
fn feminicides_in_json() {
    let Some(file) = shared("counts/sesnsp-municipal-feminicidio-long.json") else { return };
    let text = std::fs::read_to_string(&file).expect("text");
    let records: Vec<BTreeMap<String, serde_json::Value>> = serde_json::from_str(&text).expect("records");
    let desk = Desk::new();
    let manifest = desk.attempt(&[file], Some(FEMINICIDE)).expect("imported").manifest;
    assert_eq!((manifest.rows, records.len()), (7_518, 7_518));
    assert_eq!(manifest.accepted + manifest.rejected.total, 7_518);
    let counts = manifest.counts.as_ref().expect("counts");
    assert!(counts.absent_is_zero && counts.frequency == Frequency::Month);
    let figure = |record: &BTreeMap<String, serde_json::Value>| record["Cantidad"].as_u64().expect("a figure");
    let all: u64 = records.iter().map(figure).sum();
    let kept: u64 = counts.totals.values().sum();
    eprintln!("{all} {kept} {:?}", manifest.rejected);
    assert!(manifest.rejected.by_reason.keys().all(|reason| reason == "place_unknown"), "{:?}", manifest.rejected);
    assert!(manifest.rejected.total < 40 && all - kept < 60, "{all} {kept} {:?}", manifest.rejected);
    assert!(!manifest.flags.contains_key("offence_unlisted"), "{:?}", manifest.flags);
}

fn rows() -> Vec<Vec<String>> {
    let interest = "La vida y la Integridad corporal";
    let path = [interest, "Feminicidio", "Feminicidio", "Con arma blanca"];
    let row = |year: &str, state: &str, place: &str, month: &str, value: &str| {
        let fields = [&[year, state, place][..], &path, &[month, value]].concat();
        fields.into_iter().map(str::to_owned).collect::<Vec<String>>()
    };
    vec![
        HEADER.map(str::to_owned).to_vec(),
        row("2019", "Guanajuato", "León", "1-Enero", "2"),
        row("2019", "Guanajuato", "León", "MAR", "1"),
        row("2020", "Oaxaca", "San Juan Mixtepec", "2-Febrero", "1"),
        row("2020", "Veracruz", "Otros Municipios", "12", "3"),
    ]
}

fn as_json(rows: &[Vec<String>]) -> Vec<u8> {
    let records: Vec<BTreeMap<&str, &str>> =
        rows[1..].iter().map(|row| HEADER.into_iter().zip(row.iter().map(String::as_str)).collect()).collect();
    serde_json::to_vec(&records).expect("JSON")
}

#[test]
fn the_same_rows_are_the_same_figures_in_every_wrapping() {
    let titled: Vec<Vec<String>> = [vec![vec!["Feminicidio, 2019-2020".to_owned()]], rows()].concat();
    let semicolons: String = rows().iter().map(|row| row.join(";") + "\r\n").collect();
    for (name, bytes) in [
        ("a.csv", crate::made::quoted(&rows()).into_bytes()),
        ("a.csv", crate::made::latin1(&semicolons)),
        ("a.xlsx", xlsx(&titled)),
        ("a.json", as_json(&rows())),
    ] {
        let desk = Desk::new();
        let files = [desk.file(name, &bytes)];
        let manifest = desk.attempt(&files, Some(FEMINICIDE)).expect("imported").manifest;
        assert_eq!((manifest.accepted, manifest.rejected.total), (3, 1), "{name}");
        assert_eq!(manifest.rejected.by_reason["place_unknown"], 1, "{name}");
        assert_eq!(manifest.counts.expect("counts").totals, BTreeMap::from([(2019, 3), (2020, 3)]), "{name}");
    }
}

#[test]
fn months_may_stand_in_columns_and_taxonomies_may_be_unknown() {
    let mapping = "kind = 'counts'\ndataset = 'calls'\nunit = 'call'\ntaxonomy = 'c5'\nstate = '09'\noffence = ['Violencia']\n\
        [columns]\nyear = 'anio'\nmonths = ['m1','m2','m3','m4','m5','m6','m7','m8','m9','m10','m11','m12']\n";
    let text = "anio,m1,m2,m3,m4,m5,m6,m7,m8,m9,m10,m11,m12\n2020,1,2,3,4,5,6,7,8,9,10,11,12\n";
    let desk = Desk::new();
    let manifest = desk.attempt(&[desk.file("a.csv", text.as_bytes())], Some(mapping)).expect("imported").manifest;
    let table = desk.folder.table(&manifest);
    assert_eq!((table.places[0].code.as_str(), table.offences[0].code.as_str()), ("MX-09", "violencia"));
    assert_eq!((table.periods, manifest.counts.expect("counts").totals[&2020]), (12, 78));
}

#[test]
fn one_table_has_one_frequency() {
    let mapping = "kind = 'counts'\ndataset = 'x'\nunit = 'call'\ntaxonomy = 'c5'\noffence = ['a']\n[columns]\nperiod = 'p'\nvalue = 'v'\n";
    let desk = Desk::new();
    let file = desk.file("a.csv", b"p,v\n2019,1\n2019-03,2\n2020,3\n99999,4\n2021-13,5\n");
    let manifest = desk.attempt(&[file], Some(mapping)).expect("imported").manifest;
    assert_eq!((manifest.accepted, manifest.rejected.by_reason["period_unparsed"]), (2, 3));
    assert_eq!(manifest.counts.expect("counts").totals, BTreeMap::from([(2019, 1), (2020, 3)]));
}

#[test]
fn a_mapping_says_what_is_wrong_with_it() {
    assert!(Mapping::parse(TEMPLATE).is_ok() && Mapping::is_counts(TEMPLATE));
    assert!(!Mapping::is_counts("dataset = 'x'") && !Mapping::is_counts("kind = "));
    for (from, to, said) in [
        ("unit = \"case-file\"", "unit = \"files\"", "line"),
        ("value = \"Cantidad\"", "", "either value or the twelve months"),
        ("year = \"Año\"", "", "either year or period"),
        ("month = \"Mes\"", "week = \"Mes\"", "week"),
        ("dataset = \"feminicide-long\"", "dataset = \"A b\"", "lower-case"),
    ] {
        let error = Mapping::parse(&FEMINICIDE.replace(from, to)).expect_err("refused").to_string();
        assert!(error.contains(said) && !error.contains('\n'), "{error}");
    }
    let desk = Desk::new();
    let file = desk.file("a.csv", b"a,b\n1,2\n");
    let refusal = desk.attempt(&[file], Some(FEMINICIDE)).expect_err("refused").to_string();
    assert!(refusal.contains("no column"), "{refusal}");
    for json in ["{\"a\": 1}", "[{\"a\": 1}", "[1, 2]", "[{\"Mes\": [1]}]", "[]"] {
        let file = desk.file("a.json", json.as_bytes());
        assert!(desk.attempt(&[file], Some(FEMINICIDE)).is_err(), "{json}");
    }
}
