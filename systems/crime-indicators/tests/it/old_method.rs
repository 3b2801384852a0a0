//! Layouts of the Executive Secretariat's tables that are made here as they were published: the old method (1997-2017), other
//! headers, victims, pseudo-units of the new registry.

use crate::made::{Desk, MONTHS, assert_adds_up, latin1, quoted, xlsx};
use std::collections::BTreeMap;
use tequio_kernel::{Cell, Unit};

/// Modality, type, subtype.
const OLD: [[&str; 3]; 3] = [
    ["HOMICIDIOS", "DOLOSOS", "CON ARMA DE FUEGO"],
    ["DELITOS PATRIMONIALES", "ABUSO DE CONFIANZA", "ABUSO DE CONFIANZA"],
    ["PRIV. DE LA LIBERTAD (SECUESTRO)", "SECUESTRO", "SECUESTRO"],
];

fn texts(fields: &[&str]) -> Vec<String> {
    fields.iter().map(|field| (*field).to_owned()).collect()
}

/// A row of the old method: the months up to `until` hold the row's number, the others are blank.
fn old_row(lead: &[&str], offence: [&str; 3], value: usize, until: usize) -> Vec<String> {
    let months = (0..12).map(|month| if month < until { value.to_string() } else { String::new() });
    let total = (value * until).to_string();
    texts(lead).into_iter().chain(texts(&offence)).chain(months).chain([total]).collect()
}

fn old_header(lead: &[&str]) -> Vec<String> {
    let names = texts(&[lead, &["MODALIDAD", "TIPO", "SUBTIPO"], &MONTHS, &["TOTAL"]].concat());
    names.iter().map(|name| name.to_uppercase()).collect()
}

#[test]
fn states_of_the_old_method() {
    let mut rows = vec![old_header(&["AÑO", "INEGI", "ENTIDAD"])];
    for (year, until) in [("1997", 12), ("2017", 7)] {
        for (code, state) in [("1", "AGUASCALIENTES"), ("9", "DISTRITO FEDERAL"), ("16", "MICHOACÁN")] {
            rows.extend(
                OLD.iter().zip(1..).map(|(offence, value)| old_row(&[year, code, state], *offence, value, until)),
            );
        }
    }
    let bytes = latin1(&quoted(&rows));
    let desk = Desk::new();
    // The two years stand apart in this test, so that no file has years without rows.
    let refused = desk.attempt(&[desk.file("a.csv", &bytes)], None).expect_err("years are missing").to_string();
    assert!(refused.contains("no figure at all for 1998-01"), "{refused}");
    rows.drain(1..10);
    let manifest = desk.import("b.csv", &latin1(&quoted(&rows)));
    let counts = manifest.counts.as_ref().expect("counts");
    assert_eq!((manifest.dataset.0.as_str(), manifest.rejected.total), ("sesnsp-old-state", 0));
    assert_eq!(
        (counts.taxonomy.as_str(), counts.unit, counts.cutoff.as_str()),
        ("sesnsp-old", Unit::CaseFile, "2017-07")
    );
    assert!(manifest.flags.is_empty(), "{:?}", manifest.flags);
    assert_eq!((counts.totals[&2017], counts.figures["not-yet-observed"]), (3 * 6 * 7, 9 * 5));
    let codes: Vec<String> = desk.folder.table(&manifest).places.into_iter().map(|place| place.code).collect();
    assert_eq!(codes, ["MX-01", "MX-09", "MX-16"]);
}

#[test]
fn municipalities_of_the_old_method_and_a_total_that_lies() {
    let mut rows = vec![old_header(&["AÑO", "INEGI", "ENTIDAD", "MUNICIPIO"])];
    for (municipality, value) in [("LEÓN", 1), ("OTROS MUNICIPIOS", 2), ("NO ESPECIFICADO", 3)] {
        rows.push(old_row(&["2011", "11", "GUANAJUATO", municipality], OLD[0], value, 12));
    }
    *rows[1].last_mut().expect("a total") = "99".to_owned();
    for (name, bytes) in [("a.csv", latin1(&quoted(&rows))), ("a.xlsx", xlsx(&rows))] {
        let desk = Desk::new();
        let manifest = desk.import(name, &bytes);
        assert_eq!((manifest.dataset.0.as_str(), manifest.accepted), ("sesnsp-old-municipal", 3));
        assert_eq!(manifest.flags, BTreeMap::from([("pseudo_unit".to_owned(), 2), ("total_disagrees".to_owned(), 1)]));
        assert_eq!(manifest.counts.expect("counts").totals[&2011], 72);
    }
}

/// A row of CNSP/38/15 or the registry, with the same figure in every month up to `until`.
fn row(lead: &[&str], value: &str, until: usize) -> Vec<String> {
    let path = ["La vida y la Integridad corporal", "Homicidio", "Homicidio doloso", "Con arma de fuego"];
    let months = (0..12).map(|month| if month < until { value.to_owned() } else { String::new() });
    texts(lead).into_iter().chain(texts(&path)).chain(months).collect()
}

fn header(lead: &[&str], interest: &str) -> Vec<String> {
    let path = [interest, "Tipo de delito", "Subtipo de delito", "Modalidad"];
    texts(&[lead, &path, &MONTHS].concat())
}

#[test]
fn headers_and_titles_in_other_spellings() {
    for (lead, interest) in [
        (["Año", "Clave_Ent", "Entidad"], "Bien jurídico afectado"),
        (["Ano", "Clave Ent", "Entidad Federativa"], "Bien juridico"),
        (["AÑO", "CVE_ENT", "ENTIDAD"], "BIEN JURÍDICO AFECTADO"),
    ] {
        let rows = [
            texts(&["Incidencia delictiva del fuero común"]),
            texts(&["Cifras al 31 de marzo de 2020", "", "Fuente: SESNSP"]),
            header(&lead, interest),
            row(&["2020", "05", "Coahuila de Zaragoza"], "4", 3),
            row(&["2020.0", "7.0", "CHIAPAS"], "1", 3),
        ];
        for (name, bytes) in [("a.csv", latin1(&quoted(&rows[2..]))), ("a.xlsx", xlsx(&rows))] {
            let desk = Desk::new();
            let manifest = desk.import(name, &bytes);
            assert_eq!((manifest.dataset.0.as_str(), manifest.accepted), ("sesnsp-state", 2), "{name} {lead:?}");
            assert_eq!(manifest.counts.expect("counts").totals, BTreeMap::from([(2020, 15)]));
        }
    }
}

#[test]
fn months_in_another_order_stay_what_they_are() {
    let mut rows =
        [header(&["Año", "Clave_Ent", "Entidad"], "Bien jurídico afectado"), row(&["2020", "5", "Coahuila"], "1", 12)];
    for (line, texts) in rows.iter_mut().zip(["x", "7"]) {
        let march = line.len() - 10;
        if texts == "7" {
            line[march] = texts.to_owned();
        }
        line.swap(march, march + 9);
    }
    let desk = Desk::new();
    let manifest = desk.import("a.csv", &latin1(&quoted(&rows)));
    let table = desk.folder.table(&manifest);
    let march = table.column("2020-03".parse().expect("a month")).expect("in the table");
    assert_eq!(Cell::decode(table.row(0)[march]), Cell::Observed(7));
}

#[test]
fn victims_by_other_age_bands() {
    let lead = ["Año", "Clave_Ent", "Entidad"];
    let mut head = header(&lead, "Bien jurídico afectado");
    head.splice(7..7, texts(&["Sexo", "Rango de edad"]));
    let mut rows = vec![head];
    for (sex, age) in
        [("Mujer", "De 18 a 29 años"), ("Hombre", "De 18 a 29 años"), ("No identificado", "No especificado")]
    {
        let mut line = row(&["2024", "5", "Coahuila de Zaragoza"], "2", 12);
        line.splice(7..7, texts(&[sex, age]));
        rows.push(line);
    }
    let desk = Desk::new();
    let manifest = desk.import("a.csv", &latin1(&quoted(&rows)));
    let table = desk.folder.table(&manifest);
    assert_eq!((manifest.dataset.0.as_str(), table.groups.len()), ("sesnsp-state-victims", 3));
    assert!(table.groups.iter().any(|group| group["age"] == "de-18-a-29-anos" && group["sex"] == "female"));
    assert!(table.groups.iter().any(|group| group["age"] == "unspecified" && group["sex"] == "unspecified"));
}

#[test]
fn pseudo_units_of_the_registry_by_code_and_by_name() {
    let lead = ["Año", "Clave_Ent", "Entidad", "Cve. Municipio", "Municipio"];
    let rows = [
        header(&lead, "Bien jurídico afectado"),
        row(&["2026", "9", "Ciudad de México", "9015", "Cuauhtémoc"], "1", 3),
        row(&["2026", "9", "Ciudad de México", "9998", "Otros Municipios"], "2", 3),
        row(&["2026", "9", "Ciudad de México", "09999", "No Especificado"], "3", 3),
        row(&["2026", "30", "Veracruz", "", "Otros Municipios"], "4", 3),
        row(&["2026", "30", "Veracruz", "", "Atlántida"], "5", 3),
    ];
    let desk = Desk::new();
    let manifest = desk.import("a.csv", &latin1(&quoted(&rows)));
    assert_eq!((manifest.dataset.0.as_str(), manifest.flags["pseudo_unit"]), ("rnid-municipal", 3));
    assert_eq!(manifest.rejected.by_reason, BTreeMap::from([("place_unknown".to_owned(), 1)]));
    let codes: Vec<String> = desk.folder.table(&manifest).places.into_iter().map(|place| place.code).collect();
    assert_eq!(codes, ["MX-09-015", "MX-09-998", "MX-09-999", "MX-30-998"]);
    assert_adds_up(&manifest);
}
