//! A part is no whole: of the places, of the offences, of the year; and what follows an edition is about the same.

use crate::made::{Desk, check, latin1, quoted};
use tequio_crime_indicators::ask::Ask;
use tequio_crime_indicators::import::ImportError;
use tequio_crime_indicators::indicators::indicator;
use tequio_crime_indicators::shelf::Shelf;

const HEADER: &str = "Año,Clave_Ent,Entidad,Cve. Municipio,Municipio,Bien jurídico afectado,Tipo de delito,Subtipo de delito,Modalidad,Enero,Febrero,Marzo,Abril,Mayo,Junio,Julio,Agosto,Septiembre,Octubre,Noviembre,Diciembre";

fn municipal(places: &[&str]) -> Vec<u8> {
    let row = |place: &&str| {
        format!(
            "2020,{place},La vida y la Integridad corporal,Homicidio,Homicidio doloso,Con arma de fuego{}",
            ",1".repeat(12)
        )
    };
    let lines = std::iter::once(HEADER.to_owned()).chain(places.iter().map(row));
    let records: Vec<Vec<String>> = lines.map(|line| line.split(',').map(str::to_owned).collect()).collect();
    latin1(&quoted(&records))
}

const ABASOLO: &str = "11,Guanajuato,11001,Abasolo";
const AMEALCO: &str = "22,Querétaro,22001,Amealco de Bonfil";

/// Code of why there is no value; `value` when there is one.
fn outcome(desk: &Desk, id: &str, pairs: &[(&str, &str)]) -> String {
    let shelf = Shelf::new(desk.folder.data.clone()).expect("a shelf");
    let ask = Ask::parse(pairs.iter().copied()).expect("a question");
    let observation = indicator(id).expect("known").compute(&shelf, &ask).expect("an answer").observation;
    observation.not_computable.map_or_else(|| "value".to_owned(), |why| why.code.to_owned())
}

#[test]
fn one_municipality_is_not_its_state_and_one_offence_not_all() {
    let desk = Desk::new();
    let manifest = desk.import("a.csv", &municipal(&[ABASOLO]));
    assert_eq!(manifest.counts.expect("counts").coverage, ["MX-11-001"]);
    let of = |id: &str, place: &str| {
        outcome(&desk, id, &[("dataset", "sesnsp-municipal"), ("place", place), ("period", "2020")])
    };
    assert_eq!(of("homicide-rate-case-files", "MX-11-001"), "value");
    assert_eq!(of("homicide-rate-case-files", "MX-11"), "not-covered");
    assert_eq!(of("homicide-rate-case-files", "MX-11-002"), "not-covered");
    assert_eq!(of("all-state-offences-rate-case-files", "MX-11-001"), "offences-absent");
}

#[test]
fn a_file_of_other_places_is_no_later_edition_and_one_of_fewer_is_told() {
    let desk = Desk::new();
    desk.import("a.csv", &municipal(&[ABASOLO, AMEALCO]));
    let fewer = desk.import("b.csv", &municipal(&[AMEALCO]));
    assert!(!check(&fewer, "covers_as_before").passed);
    let other = desk.attempt(&[desk.file("c.csv", &municipal(&[ABASOLO]))], None);
    assert!(matches!(&other, Err(ImportError::OtherContent { dataset, .. }) if dataset == "sesnsp-municipal"), "other");
}

#[test]
fn a_change_is_of_periods_one_after_the_other() {
    let desk = Desk::new();
    desk.import("a.csv", &municipal(&[ABASOLO]));
    let of = |period: &str, against: &str| {
        let place = [("dataset", "sesnsp-municipal"), ("place", "MX-11-001")];
        outcome(&desk, "change", &[place[0], place[1], ("period", period), ("against", against)])
    };
    assert_eq!(of("2020-07..2020-12", "2020-01..2020-06"), "value");
    assert_eq!(of("2020-07..2020-12", "2020-01..2020-07"), "periods-overlap");
    assert_eq!(of("2020-01..2020-06", "2020-07..2020-12"), "periods-overlap");
}
