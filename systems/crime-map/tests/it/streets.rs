//! No page of a street tells anything below the public threshold, also not by subtraction.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tequio_archive::DataFolder;
use tequio_crime_map::analysis::Workbench;
use tequio_crime_map::jobs::{Bounds, Means};
use tequio_crime_map::sample::make;
use tequio_crime_map::{Library, Principal, system};
use tequio_frame::shell::{Assets, Site};
use tequio_frame::{Page, Words};
use tequio_kernel::{Key, Query};
use tower::ServiceExt;

const MINIMUM: u64 = 3;
/// Every how manieth street is looked at.
const STEP: usize = 6;

struct Portal {
    router: axum::Router,
    site: Arc<Site>,
    library: Arc<Library>,
    _folder: tempfile::TempDir,
}

impl Portal {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = DataFolder::new(folder.path());
        make(&data, "2026-01-01T00:00:00Z").expect("made");
        let library = Arc::new(Library::new(data).expect("a library"));
        let means = Means { clock: || Duration::ZERO, random: || Ok([0; 16]) };
        let system = system(Arc::new(Workbench::new(library.clone(), means, Bounds::of_cores(1))));
        let site = Site {
            words: Words::new(system.words).expect("words"),
            navigation: Vec::new(),
            assets: Assets::default(),
            version: "0",
            are_synthetic: Vec::new(),
            highlights: Vec::new(),
            livery: tequio_frame::Livery::default(),
        };
        Self { router: system.routes.into(), site: Arc::new(site), library, _folder: folder }
    }

    async fn get(&self, address: &str) -> (StatusCode, Option<Page>) {
        let mut request = Request::get(address).body(Body::empty()).expect("a request");
        request.extensions_mut().insert(self.site.clone());
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        (response.status(), response.extensions().get::<Page>().cloned())
    }

    /// Ordinary incidents of every segment, as the operator knows them.
    fn truth(&self) -> BTreeMap<String, u64> {
        let query = Query::parse([("by", "segment"), ("class", "ordinary")]).expect("a query");
        let counts = self.library.count(&query, Principal::Operator).expect("counts").counts;
        let rows = counts.rows.into_iter().filter_map(|mut row| match row.keys.pop() {
            Some(Key::Place { code, .. }) => Some((code, row.count)),
            _ => None,
        });
        rows.collect()
    }
}

/// Counts of a table by the value of its first column; a count that is not shown is null.
fn counts(page: &Page, table: &str) -> Vec<(String, Option<u64>)> {
    let table = page.tables.iter().find(|known| known.id == table).expect("a table");
    let table = serde_json::to_value(table).expect("JSON");
    let first = table["columns"][0]["name"].as_str().expect("a name").to_owned();
    let rows = table["rows"].as_array().expect("rows").iter();
    rows.map(|row: &Value| (row[&first].as_str().expect("a text").to_owned(), row["count"].as_u64())).collect()
}

fn sum(rows: &[(String, Option<u64>)]) -> u64 {
    rows.iter().filter_map(|(_, count)| *count).sum()
}

/// The numbers in the cells of the page's tables.
fn cells(body: &str) -> Vec<u64> {
    let cells = body.split(r#"<td class="num">"#).skip(1).filter_map(|rest| rest.split('<').next());
    cells.filter_map(|text| text.replace(',', "").parse().ok()).collect()
}

#[tokio::test]
async fn streets_tell_nothing_below_the_threshold() {
    let portal = Portal::new();
    let truth = portal.truth();
    let territory = portal.library.territory().expect("a territory");
    let streets = territory.streets().expect("streets");
    let (mut withheld, mut given_up) = (0, 0);
    for street in streets.streets().iter().step_by(STEP) {
        let (status, page) = portal.get(&format!("/street/demo-streets:{}", street.code)).await;
        let page = page.expect("a page");
        assert_eq!(status, StatusCode::OK, "{}", street.code);
        let (segments, years, offences) =
            (counts(&page, "segments"), counts(&page, "years"), counts(&page, "offences"));
        for (key, count) in segments.iter().chain(&years).chain(&offences) {
            assert!(count.is_none_or(|count| count >= MINIMUM), "{} {key}", street.code);
        }
        assert!(cells(&page.body).iter().all(|count| *count >= MINIMUM), "{}", street.code);
        let total = sum(&segments);
        for part in [&years, &offences] {
            let left_out = total.checked_sub(sum(part)).expect("parts of the whole");
            assert!(left_out == 0 || left_out >= MINIMUM, "{}: {left_out} would be told", street.code);
            given_up += u64::from(left_out > 0);
        }
        for (code, count) in &segments {
            assert_eq!(truth.get(code), count.as_ref(), "{code}");
        }
        let quiet = |index: &&u32| {
            let code = &streets.layer().places[**index as usize].code;
            truth.get(code).copied().unwrap_or(0) < MINIMUM
        };
        let quiet = street.segments.iter().filter(quiet).count();
        assert_eq!(segments.len() + quiet, street.segments.len(), "{}", street.code);
        withheld += quiet;
    }
    assert!(withheld > 0 && given_up > 0, "the demonstration has quiet segments and parts that are not shown");
}

#[tokio::test]
async fn a_street_takes_no_question_that_could_be_subtracted() {
    let portal = Portal::new();
    let street = "/street/demo-streets:MX-02-002:avenida-tequio";
    for question in ["period=2024", "offence=ROBO", "hour=3", "place=MX-02-002", "by=segment", "calle=1"] {
        assert_eq!(portal.get(&format!("{street}?{question}")).await.0, StatusCode::BAD_REQUEST, "{question}");
    }
    assert_eq!(portal.get(&format!("{street}?dataset=demo")).await.0, StatusCode::OK);
    assert_eq!(portal.get("/street/segment:a00-00").await.0, StatusCode::TEMPORARY_REDIRECT);
    for nowhere in ["/street/segment:none", "/street/demo-streets:MX-02-002:none", "/street/municipalities:MX-02-002"] {
        assert_eq!(portal.get(nowhere).await.0, StatusCode::NOT_FOUND, "{nowhere}");
    }
}
