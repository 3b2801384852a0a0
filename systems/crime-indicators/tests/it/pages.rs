//! The pages as their data: what a page shows is what the indicator answers.

use crate::support::{Folder, shared};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;
use std::sync::Arc;
use tequio_crime_indicators::{Shelf, sample, system};
use tequio_frame::{Assets, Livery, Page, Site, Visit, Words};
use tower::ServiceExt as _;

/// The system in a site of its own.
pub struct Portal {
    router: Router,
    site: Arc<Site>,
}

impl Portal {
    pub fn over(folder: &Folder) -> Self {
        let system = system(Arc::new(Shelf::new(folder.data.clone()).expect("a shelf")));
        let site = Site {
            words: Words::new(system.words).expect("words"),
            navigation: Vec::new(),
            assets: Assets::default(),
            version: "0",
            are_synthetic: Vec::new(),
            highlights: system.highlights.into_iter().collect(),
            livery: Livery::default(),
        };
        Self { router: system.routes.into(), site: Arc::new(site) }
    }

    fn get(&self, address: &str) -> (StatusCode, Option<Page>) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let mut request = Request::get(address).body(Body::empty()).expect("a request");
        request.extensions_mut().insert(self.site.clone());
        let response = runtime.block_on(self.router.clone().oneshot(request)).expect("an answer");
        (response.status(), response.extensions().get::<Page>().cloned())
    }

    pub fn page(&self, address: &str) -> Page {
        let (status, page) = self.get(address);
        assert_eq!(status, StatusCode::OK, "{address}");
        page.expect("a page")
    }
}

fn rows(page: &Page, table: &str) -> Vec<Value> {
    let found = page.tables.iter().find(|known| known.id == table).expect("a table");
    serde_json::to_value(found).expect("JSON")["rows"].as_array().expect("rows").clone()
}

fn of_year(page: &Page, year: &str) -> Value {
    rows(page, "series").into_iter().find(|row| row["year"] == year).expect("a year")
}

#[test]
fn every_indicator_has_a_page_in_both_languages_also_without_data() {
    let portal = Portal::over(&Folder::new());
    for indicator in tequio_crime_indicators::indicators::indicators() {
        for language in ["es", "en"] {
            let page = portal.page(&format!("/indicators/{}?lang={language}", indicator.about().id));
            assert!(!page.body.contains('⟦') && !page.body.contains("style="), "{}", indicator.about().id);
        }
    }
    assert_eq!(portal.get("/indicators/none").0, StatusCode::NOT_FOUND);
    assert_eq!(portal.get("/indicators/change?plcae=MX").0, StatusCode::BAD_REQUEST);
}

/// Deaths of 2012 over the population of the national table: 22.184, and the page says the same as the indicator.
#[test]
fn the_series_holds_the_published_figures() {
    let portal = Portal::over(&Folder::new());
    let page = portal.page("/indicators/homicide-rate-deaths?population=mx-population-homicide-table&period=2012");
    let value = of_year(&page, "2012")["value"].as_f64().expect("a value");
    assert!((value - 22.184).abs() < 0.000_51, "{value}");
    assert!(page.body.contains(">22.2<"), "the headline");
}

#[test]
fn the_series_joins_sources_and_draws_the_breaks_between_them() {
    let Some(old) = shared("counts/Estatal-Delitos-2015-2021_feb2021.xlsx") else { return };
    let Some(new) = shared("counts/sesnsp-rnid-estatal-2026-03.csv") else { return };
    let folder = Folder::new();
    [old, new].iter().for_each(|file| drop(folder.import(file)));
    let page = Portal::over(&folder).page("/indicators/homicide-rate-case-files");
    let taxonomy = |year: &str| of_year(&page, year)["taxonomy"].clone();
    assert_eq!(
        [taxonomy("2012"), taxonomy("2020"), taxonomy("2023"), taxonomy("2026")],
        ["sesnsp-old".into(), "cnsp-2015".into(), Value::Null, "rnid-2026".into()]
    );
    assert_eq!(of_year(&page, "2026")["value"], Value::Null, "three months are no year");
    assert_eq!(page.body.matches(r#"class="break""#).count(), 2, "2015 and 2026");
    let path = page.body.split(r#"class="trend" d=""#).nth(1).and_then(|rest| rest.split('"').next()).expect("a path");
    assert!(path.matches('M').count() >= 2, "{path}");
    // 28,824 case files of 2020 are those of the states together.
    let states = rows(&page, "places-states");
    assert_eq!(states.len(), 32);
    assert_eq!(states.iter().filter_map(|row| row["count"].as_u64()).sum::<u64>(), 28_824);
}

#[test]
fn what_other_pages_say_of_a_place_is_what_the_indicator_says() {
    let folder = Folder::new();
    let files = tempfile::tempdir().expect("a folder");
    sample::make(&folder.data, files.path(), "2026-01-01T00:00:00Z").expect("made");
    let portal = Portal::over(&folder);
    let visit = Visit::of(&"/?lang=en".parse().expect("an address"), &Default::default(), portal.site.clone());
    let (said, missing) = visit.highlights("MX-09");
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(said.len(), 1, "the demonstration counts case files only: {said:?}");
    assert!(said[0].synthetic && said[0].source.contains("demo-2025-10"), "{said:?}");
    let page = portal.page(&said[0].href);
    assert!(page.body.contains(&format!(">{}<", said[0].value)), "{}", said[0].value);
    for unknown in ["demo-colonias:06", "MX-77"] {
        assert_eq!(visit.highlights(unknown), (Vec::new(), Vec::new()));
    }
    let datasets = folder.data.root().join("datasets");
    std::fs::remove_dir_all(&datasets).expect("no datasets");
    std::fs::write(&datasets, "no folder").expect("a file");
    let (said, missing) = visit.highlights("MX-09");
    assert_eq!((said.len(), missing.len()), (0, 1), "what cannot be read is not the same as what is not there");
}
