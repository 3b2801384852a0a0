//! Damaged, hostile and merely odd files: refused in one line with nothing stored, or accounted for row by row.

use crate::inegi_export::{DEATHS, Death};
use crate::made::{Desk, gzip, latin1, xlsx};
use proptest::prelude::*;
use tequio_crime_indicators::Shelf;

const STATE: &str = "Año,Clave_Ent,Entidad,Bien jurídico afectado,Tipo de delito,Subtipo de delito,Modalidad,Enero,Febrero,Marzo,Abril,Mayo,Junio,Julio,Agosto,Septiembre,Octubre,Noviembre,Diciembre\n";
const PATH: &str = "La vida y la Integridad corporal,Homicidio,Homicidio doloso,Con arma de fuego";
const MAPPING: &str = "kind = 'counts'\ndataset = 'long'\nunit = 'case-file'\ntaxonomy = 'own'\nabsent = 'zero'\n\
    [columns]\nperiod = 'periodo'\nstate = 'entidad'\noffence = ['delito']\nvalue = 'cantidad'\n";

fn state(year: &str, code: u8, january: &str) -> String {
    format!("{year},{code},,{PATH},{january},1,1,1,1,1,1,1,1,1,1,1\n")
}

fn states() -> String {
    STATE.to_owned() + &state("2020", 1, "5") + &state("2020", 2, "6") + &state("2020", 3, "7")
}

#[test]
fn files_that_are_no_tables_are_refused() {
    let packed = gzip(states().as_bytes());
    for (name, bytes, said) in [
        ("empty.csv", Vec::new(), "empty"),
        ("cut.csv.gz", packed[..packed.len() - 12].to_vec(), "truncated"),
        ("header.csv", STATE.as_bytes().to_vec(), "no rows"),
        ("error.csv", b"<!DOCTYPE html><html><body>503</body></html>".to_vec(), "web page"),
        ("other.csv", b"a,b\n1,2\n".to_vec(), "no known format"),
        ("blank.csv", (STATE.to_owned() + &format!("2020,1,,{PATH},,,,,,,,,,,,\n")).into_bytes(), "not one figure"),
        ("query.csv", latin1("Mortalidad\nConsulta de: Defunciones Por: Sexo Según: Sexo\n"), "no header"),
        (
            "years.csv",
            b"CVE,Entidad,Municipio,1990,1990\n01001,Aguascalientes,Aguascalientes,1,2\n".to_vec(),
            "same year",
        ),
    ] {
        let refusal = Desk::new().refusal(name, &bytes);
        assert!(refusal.contains(said), "{name}: {refusal}");
    }
}

#[test]
fn years_and_figures_that_are_none_reject_their_row() {
    for (row, reason) in [
        (state("99999", 4, "1"), "period_unparsed"),
        (state("MMXX", 4, "1"), "period_unparsed"),
        (state("2020", 4, "-1"), "value_unparsed"),
        (state("2020", 4, "1.5"), "value_unparsed"),
        (state("2020", 4, "\"12,34\""), "value_unparsed"),
        (state("2020", 4, "4294967295"), "value_unparsed"),
        (state("2020", 1, "5"), "duplicate_figure"),
        (state("2020", 1, "9"), "conflicting_figure"),
        (state("2020", 4, "1,1"), "wrong_field_count"),
        (state("2020", 0, "1").replace(",0,,", ",,Atlántida,"), "place_unknown"),
        (format!("2020,4,,,,,,{}\n", ["1"; 12].join(",")), "offence_missing"),
    ] {
        let desk = Desk::new();
        let manifest = desk.import("a.csv", (states() + &row).as_bytes());
        assert_eq!((manifest.rows, manifest.accepted), (4, 3), "{row}");
        assert_eq!(manifest.rejected.by_reason.get(reason), Some(&1), "{row}: {:?}", manifest.rejected);
        assert_eq!(manifest.counts.expect("counts").totals[&2020], 18 + 33, "{row}");
    }
}

#[test]
fn one_damaged_file_of_two_stores_nothing() {
    let desk = Desk::new();
    let whole = desk.file("2020.csv", states().as_bytes());
    let packed = gzip(states().replace("2020", "2021").as_bytes());
    let cut = desk.file("2021.csv.gz", &packed[..packed.len() / 2]);
    assert!(desk.attempt(&[whole.clone(), cut], None).is_err());
    let other = desk.file("census.csv", &DEATHS.csv(&[death(0)]));
    let mixed = desk.attempt(&[whole.clone(), other], None).expect_err("refused").to_string();
    assert!(mixed.contains("import them apart"), "{mixed}");
    assert!(desk.folder.data.datasets().expect("a folder").is_empty());
    let next = desk.file("2021.csv", states().replace("2020", "2021").as_bytes());
    let manifest = desk.attempt(&[whole, next], None).expect("imported").manifest;
    assert_eq!((manifest.accepted, manifest.sources.len()), (6, 2));
}

fn death(place: usize) -> Death {
    Death { place, occurred: Some(2007), registered: 2008, month: place, sex: place % 3 }
}

/// A small file of every format, and the mapping that it needs.
fn samples() -> Vec<(&'static str, Vec<u8>, Option<&'static str>)> {
    let deaths: Vec<Death> = (0..6).map(death).collect();
    let years = "CVE,Entidad,Municipio,2019,2020\n01001,Aguascalientes,Aguascalientes,9,10\n01002,Aguascalientes,Asientos,1,2\n";
    let moments = "n_year,nombre_estado,cve_ent,genero,pob_start_year,pob_mid_year\n1969,Nacional,00,Total,5,6\n1970,Colima,06,Hombres,7,8\n";
    let long = "periodo,entidad,delito,cantidad\n2019-01,Colima,robo,3\n2019-02,Oaxaca,robo,4\n";
    let json = r#"[{"periodo":"2019-01","entidad":"Colima","delito":"robo","cantidad":3},
        {"periodo":"2019-02","entidad":"Oaxaca","delito":"robo","cantidad":4}]"#;
    vec![
        ("a.csv", states().into_bytes(), None),
        ("a.csv", DEATHS.csv(&deaths), None),
        ("a.xlsx", xlsx(&DEATHS.lines(&deaths).0), None),
        ("a.csv", years.as_bytes().to_vec(), None),
        ("a.csv", moments.as_bytes().to_vec(), None),
        ("a.csv", long.as_bytes().to_vec(), Some(MAPPING)),
        ("a.json", json.as_bytes().to_vec(), Some(MAPPING)),
    ]
}

#[test]
fn the_samples_are_accepted_before_they_are_damaged() {
    for (at, (name, bytes, mapping)) in samples().into_iter().enumerate() {
        let desk = Desk::new();
        let outcome = desk.attempt(&[desk.file(name, &bytes)], mapping);
        assert_eq!(outcome.expect("imported").manifest.rejected.total, 0, "{at} {name}");
    }
}

/// A change of one place of a file.
#[derive(Clone, Debug)]
enum Change {
    Put(u8),
    Insert(&'static str),
    Drop(usize),
    Repeat(usize),
    Cut,
}

fn any_change() -> impl Strategy<Value = Change> {
    let texts =
        ["\"", ",", "\n", "\r", "Total", "-1", "99999", "1,2", "\u{0}", "No especificado", ":", "2020", ";", "  "];
    prop_oneof![
        any::<u8>().prop_map(Change::Put),
        prop::sample::select(texts.to_vec()).prop_map(Change::Insert),
        (1usize..80).prop_map(Change::Drop),
        (1usize..200).prop_map(Change::Repeat),
        Just(Change::Cut),
    ]
}

fn changed(bytes: &mut Vec<u8>, at: usize, change: &Change) {
    let end = |length: usize| (at + length).min(bytes.len());
    match change {
        Change::Put(byte) => bytes[at] = *byte,
        Change::Insert(text) => drop(bytes.splice(at..at, text.bytes())),
        Change::Drop(length) => drop(bytes.drain(at..end(*length))),
        Change::Repeat(length) => {
            let piece = bytes[at..end(*length)].to_vec();
            bytes.splice(at..at, piece);
        }
        Change::Cut => bytes.truncate(at),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever happens to a file, it is refused in one line or every row of it is accounted for.
    #[test]
    fn damaged_files_add_up_or_are_refused(
        sample in 0usize..7,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any_change()), 1..6),
    ) {
        let (name, mut bytes, mapping) = samples().swap_remove(sample);
        for (at, change) in &changes {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                changed(&mut bytes, at, change);
            }
        }
        let desk = Desk::new();
        match desk.attempt(&[desk.file(name, &bytes)], mapping) {
            Ok(outcome) => prop_assert!(outcome.manifest.accepted + outcome.manifest.rejected.total > 0 || outcome.manifest.counts.is_some()),
            Err(error) => {
                prop_assert!(!error.to_string().contains('\n'), "{}", error);
                prop_assert!(desk.folder.data.datasets().expect("a folder").is_empty());
            }
        }
    }
}

/// What was answered without it is then kept for a state that never comes again.
#[test]
fn a_dataset_that_is_left_out_makes_another_state() {
    let desk = Desk::new();
    let data = &desk.folder.data;
    let shelf = Shelf::new(data.clone()).expect("a shelf");
    let edition = data.root().join("datasets/demo/2025");
    std::fs::create_dir_all(&edition).expect("an edition");
    std::fs::write(edition.join("manifest.json"), "{").expect("damaged");
    let before = data.state().expect("a state");
    assert!(shelf.datasets().expect("a list").is_empty());
    assert_ne!(data.state().expect("a state"), before);
}
