//! Figures that a file states twice: a repetition loses nothing, a contradiction is told wherever the figures are read.

use crate::made::{Desk, assert_adds_up, check, latin1, quoted};
use crate::pages::Portal;
use crate::support::{Folder, shared};
use tequio_crime_indicators::ask::Ask;
use tequio_crime_indicators::indicators::indicator;
use tequio_crime_indicators::shelf::Shelf;

const HEADER: &str = "Año,Clave_Ent,Entidad,Cve. Municipio,Municipio,Bien jurídico afectado,Tipo de delito,Subtipo de delito,Modalidad,Enero,Febrero,Marzo,Abril,Mayo,Junio,Julio,Agosto,Septiembre,Octubre,Noviembre,Diciembre";
const ABASOLO: &str = "2020,11,Guanajuato,11001,Abasolo,La vida y la Integridad corporal,Homicidio,Homicidio doloso,Con arma de fuego,1,2,2,1,1,2,2,0,1,1,1,1.0";
const ACAMBARO: &str = "2020,11,Guanajuato,11002,Acámbaro,La vida y la Integridad corporal,Homicidio,Homicidio doloso,Con arma de fuego,3,0,1,4,2,1,0,2,2,1,0,5";

/// A municipal file as the Executive Secretariat writes it: quotes, CR LF, latin-1.
fn municipal(rows: &[&str]) -> Vec<u8> {
    let lines = std::iter::once(HEADER).chain(rows.iter().copied());
    let records: Vec<Vec<String>> = lines.map(|line| line.split(',').map(str::to_owned).collect()).collect();
    latin1(&quoted(&records))
}

#[test]
fn a_repeated_row_is_no_contradiction() {
    let desk = Desk::new();
    let manifest = desk.import("a.csv", &municipal(&[ABASOLO, ACAMBARO, ABASOLO]));
    assert_eq!((manifest.rows, manifest.accepted), (3, 2));
    assert_eq!(manifest.rejected.by_reason.get("duplicate_figure"), Some(&1), "{:?}", manifest.rejected);
    let once = check(&manifest, "figures_stated_once");
    assert!(once.passed && once.detail.starts_with("1 rows repeat"), "{once:?}");
    let (plain, said) = (Desk::new(), "no figure is stated twice");
    assert_eq!(check(&plain.import("a.csv", &municipal(&[ABASOLO, ACAMBARO])), "figures_stated_once").detail, said);
}

#[test]
fn a_second_value_is_rejected_and_told() {
    let desk = Desk::new();
    // March of the second row says 7 where the first said 2, and a blank is no figure either.
    let other = ABASOLO.replace(",1,2,2,1,", ",1,2,7,1,");
    let blank = ACAMBARO.replace(",3,0,1,4,", ",3,0,,4,");
    let outcome = desk.attempt(&[desk.file("a.csv", &municipal(&[ABASOLO, ACAMBARO, &other, &blank]))], None);
    let outcome = outcome.expect("imported");
    let manifest = &outcome.manifest;
    assert_adds_up(manifest);
    assert_eq!((manifest.rows, manifest.accepted, manifest.rejected.total), (4, 2, 2));
    assert_eq!(manifest.rejected.by_reason.get("conflicting_figure"), Some(&2), "{:?}", manifest.rejected);
    let once = check(manifest, "figures_stated_once");
    assert!(!once.passed && once.detail.starts_with("2 rows"), "{once:?}");
    assert!(once.detail.contains("MX-11-001") && once.detail.ends_with("2020-03: 2, then 7"), "{once:?}");
    // The original lines stand there in the bytes of the source.
    let rejects = std::fs::read(&outcome.rejects_file).expect("the rejects");
    let rejects = String::from_utf8_lossy(&rejects);
    assert!(rejects.contains("conflicting_figure") && rejects.contains("2020-03: 1, then blank"), "{rejects}");
    // The first value stands.
    assert_eq!(manifest.counts.as_ref().expect("counts").totals[&2020], 15 + 21);
}

#[test]
fn pages_and_indicators_tell_a_contradiction() {
    let desk = Desk::new();
    let other = ABASOLO.replace(",1,2,2,1,", ",1,2,7,1,");
    let manifest = desk.import("a.csv", &municipal(&[ABASOLO, ACAMBARO, &other]));
    let shelf = Shelf::new(desk.folder.data.clone()).expect("a shelf");
    let ask = Ask::parse([("dataset", "sesnsp-municipal"), ("place", "MX-11-001"), ("period", "2020")]);
    let answer = indicator("homicide-rate-case-files").expect("known").compute(&shelf, &ask.expect("a question"));
    assert_eq!(answer.expect("an answer").observation.flags, ["partial", "conflicting"]);
    let portal = Portal::over(&desk.folder);
    for (language, said) in
        [("es", "uno da una cifra con otro valor"), ("en", "one states a figure with another value")]
    {
        assert!(portal.page(&format!("/figures/sesnsp-municipal?lang={language}")).body.contains(said), "{language}");
    }
    for (language, said) in [("es", "con otro valor"), ("en", "with another value")] {
        let page = portal.page(&format!("/figures/{}/{}?lang={language}", manifest.dataset, manifest.edition));
        assert!(page.body.contains(said) && page.body.contains("conflicting_figure"), "{language}");
        assert!(page.body.contains("2, then 7") && !page.body.contains('⟦'), "{language}");
    }
}

/// Guanajuato's file as published, with its first row said again with one more in January.
#[test]
fn a_published_file_with_one_row_changed() {
    let Some(file) = shared("counts/sesnsp-municipal-guanajuato-homicidio.csv") else { return };
    let mut text = std::fs::read(file).expect("a file");
    let first = b"2020,11,Guanajuato,11001,Abasolo,La vida y la Integridad corporal,Homicidio,Homicidio doloso,Con arma de fuego,";
    text.extend_from_slice(first);
    text.extend_from_slice(b"2,2,2,1,1,2,2,0,1,1,1,1.0\n");
    let desk = Desk::new();
    let manifest = desk.import("a.csv", &text);
    assert_eq!((manifest.rows, manifest.accepted), (2_485, 2_484));
    assert!(check(&manifest, "figures_stated_once").detail.ends_with("2020-01: 1, then 2"));
}

#[test]
fn a_day_of_publication_that_nobody_said_is_assumed() {
    let desk = Desk::new();
    let file = desk.file("a.csv", &municipal(&[ABASOLO, ACAMBARO]));
    let assumed = desk.folder.import(&file).manifest;
    assert_eq!((assumed.published.as_deref(), assumed.published_assumed), (Some("2026-11-26"), true));
    assert!(check(&assumed, "published_after_its_figures").detail.contains("assumed"));
    let portal = Portal::over(&desk.folder);
    for (language, said) in [("es", "se supone"), ("en", "assumed")] {
        for address in
            ["/figures/sesnsp-municipal".to_owned(), format!("/figures/sesnsp-municipal/{}", assumed.edition)]
        {
            assert!(portal.page(&format!("{address}?lang={language}")).body.contains(said), "{address} {language}");
        }
    }
    let folder = Folder::new();
    let said = folder.import_published(&file, Some("2021-01-20")).manifest;
    assert!(!said.published_assumed && !check(&said, "published_after_its_figures").detail.contains("assumed"));
    assert!(!Portal::over(&folder).page("/figures/sesnsp-municipal?lang=en").body.contains("assumed"));
    // What was written before this was asked says false.
    let mut old = serde_json::to_value(&said).expect("JSON");
    let fields = old.as_object_mut().expect("an object");
    assert!(fields.remove("published_assumed").is_some());
    assert_eq!(serde_json::from_value::<tequio_kernel::Manifest>(old).expect("a manifest"), said);
}
