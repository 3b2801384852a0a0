//! The year of near repeats where the question names none.

use std::fs;
use tequio_archive::DataFolder;
use tequio_crime_map::analysis::{Report, Request, analysis};
use tequio_crime_map::import::{Request as Import, import};
use tequio_crime_map::jobs::Watch;
use tequio_crime_map::{Library, Principal};

const MAPPING: &str = r#"dataset = "near"
[columns]
offence = "offence"
date = "date"
longitude = "longitude"
latitude = "latitude"
"#;

/// Near repeats of incidents of these months, two a day.
fn answered(months: &[&str]) -> Report {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("incidents.csv");
    let days = |month: &&str| -> Vec<String> {
        let day = |day: u32| format!("theft,{month}-{day:02},-99.1,19.35\ntheft,{month}-{day:02},-99.1001,19.35\n");
        (1..=20).map(day).collect()
    };
    fs::write(&path, format!("offence,date,longitude,latitude\n{}", months.iter().flat_map(days).collect::<String>()))
        .expect("space");
    let data = DataFolder::new(folder.path().join("data"));
    let now = "2026-11-26T10:00:00Z".to_owned();
    let request = Import { files: &[path], dataset: None, mapping: Some(MAPPING), now };
    import(&data, &request, &mut |_, _, _| {}).expect("an edition");
    let library = Library::new(data).expect("a library");
    let pairs = [("distances", "0,40000"), ("days", "0,112"), ("permutations", "9")];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let asked = Request::parse(analysis("near-repeat").expect("it is there"), pairs).expect("a question");
    asked.run(&library, Principal::Public, &Watch::default()).expect("an answer")
}

fn year(report: &Report) -> String {
    report.query.filter.period.expect("a year").to_string()
}

#[test]
fn the_latest_whole_year_is_taken_and_where_none_is_whole_that_is_said() {
    let part = answered(&["2024-11", "2025-01", "2025-02", "2025-03"]);
    let said = part.remarks.iter().find(|remark| remark.code == "near-repeat-part-year").expect("it is said");
    assert_eq!(year(&part), "2025");
    assert!(said.es.contains("2025") && said.es.contains("3 meses") && said.en.contains("3 months"), "{said:?}");
    let months: Vec<String> = (1..=12).map(|month| format!("2024-{month:02}")).chain(["2025-01".to_owned()]).collect();
    let whole = answered(&months.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(year(&whole), "2024", "the year that has begun is left");
    assert!(whole.remarks.iter().all(|remark| remark.code != "near-repeat-part-year"));
}
