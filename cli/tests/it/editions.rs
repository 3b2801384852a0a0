//! One content is one edition; a correction is a new one; the old one keeps answering.

use crate::support::{Desk, FGJ_HEADER, assert_adds_up, fgj, sum};

#[test]
fn the_same_file_twice_is_one_edition() {
    let desk = Desk::new();
    let file = desk.file("a.csv", fgj(200, 1));
    let first = desk.import(&file);
    let renamed = desk.file("otro nombre.csv", fgj(200, 1));
    let second = desk.import(&renamed);
    assert_eq!((&first["edition"], &second["unchanged"]), (&second["edition"], &serde_json::json!(true)));
    assert_eq!(desk.editions("fgj-cdmx").len(), 1);
}

#[test]
fn a_correction_is_a_new_edition_and_the_old_one_answers() {
    let desk = Desk::new();
    let old = desk.import(&desk.file("a.csv", fgj(200, 1)));
    let new = desk.import(&desk.file("a.csv", fgj(210, 1)));
    assert_eq!(new["supersedes"], old["edition"]);
    assert_eq!(desk.editions("fgj-cdmx"), [new["edition"].as_str().unwrap(), old["edition"].as_str().unwrap()]);
    assert_eq!(desk.count("--dataset fgj-cdmx --by year")["total"], 210);
    let edition = old["edition"].as_str().unwrap();
    assert_eq!(desk.count(&format!("--dataset fgj-cdmx --edition {edition} --by year"))["total"], 200);
}

#[test]
fn every_row_is_accepted_or_rejected_with_its_reason_and_its_line() {
    let desk = Desk::new();
    let bad = [
        "2020,2020-13-01,10:00:00,FRAUDE,A,CUAUHTEMOC,19.4,-99.1",
        "2020,2020-01-01,10:00:00,,A,CUAUHTEMOC,19.4,-99.1",
        "2020,2020-01-01,10:00:00,FRAUDE,A,CUAUHTEMOC,19.4",
        "2020,2020-01-01,10:00:00,FRAUDE,A,CUAUHTEMOC,norte,-99.1",
        "2020,2020-01-01,10:00:00,FRAUDE,A,CUAUHTEMOC,19.4,-299.1",
        "2020,2020-01-01,10:00:00,FRAUDE,\"A,CUAUHTEMOC,19.4,-99.1",
    ];
    let text = format!("{}{}\n{}", fgj(50, 1), bad.join("\n"), fgj(5, 2).replace(&format!("{FGJ_HEADER}\n"), ""));
    let summary = desk.import(&desk.file("a.csv", text));
    assert_adds_up(&summary);
    assert_eq!(summary["rows"], 61);
    let expected = serde_json::json!({ "date_unparsed": 1, "offence_missing": 1, "wrong_field_count": 1,
        "coordinate_unparsed": 1, "coordinate_out_of_range": 1, "unclosed_quote": 1 });
    assert_eq!(summary["rejected"]["by_reason"], expected);
    let mut rejects = csv::Reader::from_path(summary["rejects_file"].as_str().unwrap()).expect("rejects");
    let originals: Vec<String> = rejects.records().map(|row| row.expect("a row")[4].to_owned()).collect();
    assert_eq!(originals, bad);
}

#[test]
fn stray_quotes_and_carriage_returns_swallow_no_row() {
    let desk = Desk::new();
    let row = |colonia: &str| format!("2020,2020-01-01,10:00:00,FRAUDE,{colonia},CUAUHTEMOC,19.4326,-99.1332\n");
    let rows = [row("\"Centro"), row("A"), row("B\r2"), row("\"Roma"), row("E"), row("\"C\nD\"")];
    let summary = desk.import(&desk.file("a.csv", format!("{FGJ_HEADER}\n{}", rows.concat())));
    assert_adds_up(&summary);
    assert_eq!((&summary["rows"], &summary["accepted"]), (&serde_json::json!(6), &serde_json::json!(4)));
    assert_eq!(summary["rejected"]["by_reason"], serde_json::json!({ "unclosed_quote": 2 }));
}

#[test]
fn dates_that_cannot_be_are_rejected() {
    let desk = Desk::new();
    let row = |date: &str| format!("2020,{date},10:00:00,FRAUDE,A,CUAUHTEMOC,19.4326,-99.1332\n");
    let rows = [row("2020-01-01"), row("0219-01-01"), row("9999-12-31")];
    let summary = desk.import(&desk.file("a.csv", format!("{FGJ_HEADER}\n{}", rows.concat())));
    assert_eq!(summary["rejected"]["by_reason"], serde_json::json!({ "date_out_of_range": 2 }));
    assert!(summary["edition"].as_str().unwrap().starts_with("2020-01-"));
}

#[test]
fn the_same_content_twice_in_one_import_is_refused() {
    let desk = Desk::new();
    let (first, second) = (desk.file("a.csv", fgj(20, 1)), desk.file("b.csv", fgj(20, 1)));
    let output = desk.run(["import", first.to_str().unwrap(), second.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("same content"));
}

#[test]
fn one_damaged_dataset_does_not_take_the_others_with_it() {
    let desk = Desk::new();
    desk.import(&desk.file("a.csv", fgj(20, 1)));
    let other = desk.json(["import", "--json", "--dataset", "otro", desk.file("b.csv", fgj(30, 2)).to_str().unwrap()]);
    let manifest = desk.data().join("datasets/otro").join(other["edition"].as_str().unwrap()).join("manifest.json");
    std::fs::write(manifest, "{").expect("damage");
    assert_eq!(desk.count("--by year")["total"], 20);
    assert_eq!(desk.run(["count", "--dataset", "otro"]).status.code(), Some(1));
    assert_eq!(desk.run(["check"]).status.code(), Some(1));
}

#[test]
fn what_is_doubtful_is_flagged_and_kept() {
    let desk = Desk::new();
    let rows = [
        "2020,2020-01-01,10:00:00,FRAUDE,A,CUAUHTEMOC,19.4326,-99.1332",
        "2020,2020-01-01,10:00:00,FRAUDE,A,CUAUHTEMOC,19.4326,-99.1332",
        "2020,2020-01-02,12:00:00,FRAUDE ,A,CUAUHTEMOC,19.4326,-99.1332",
        "2019,2020-01-03,10:00:00:00,FRAUDE,A,TLALPAN,19.4326,-99.1332",
        "2020,2020-01-03,25:00,FRAUDE,A,CUAUHTEMOC,20.6736,-103.344",
        "2020,,,FRAUDE,A,CUAUHTEMOC,,",
        "2020,2020-01-03,,FRAUDE,A,CUAUHTEMOC,0,0",
    ];
    let summary = desk.import(&desk.file("a.csv", format!("{FGJ_HEADER}\n{}\n", rows.join("\n"))));
    assert_adds_up(&summary);
    let expected = serde_json::json!({ "duplicate_row": 1, "time_placeholder": 1, "name_normalised": 1, "year_disagrees": 1,
        "time_nonstandard": 1, "label_disagrees": 1, "time_unparsed": 1, "outside_territory": 1, "date_missing": 1,
        "time_missing": 2, "point_missing": 1, "point_placeholder": 1 });
    assert_eq!(summary["flags"], expected);
    assert_eq!((&summary["accepted"], &summary["unlocated"]), (&serde_json::json!(7), &serde_json::json!(2)));
    let hours = desk.count("--by hour");
    assert_eq!((sum(&hours), &hours["unknown"], &hours["total"]), (3, &serde_json::json!(4), &serde_json::json!(7)));
    let offences = desk.count("--by offence");
    assert_eq!(offences["rows"][0]["count"], 7, "blanks are folded for matching");
    let csv = desk.data().parent().unwrap().join("out.csv");
    assert!(desk.run(["export", "--as", "csv", csv.to_str().unwrap()]).status.success());
    let text = std::fs::read_to_string(csv).expect("the export");
    assert!(text.contains("FRAUDE ,"), "the text is kept letter by letter");
}

#[test]
fn sums_meet_the_total_in_every_dimension() {
    let desk = Desk::new();
    desk.import(&desk.file("a.csv", fgj(3_000, 3)));
    for by in [
        "place:states",
        "place:municipalities",
        "place:nation",
        "cell:4",
        "cell:11",
        "cell:16",
        "year",
        "month",
        "weekday",
        "hour",
        "offence",
        "class",
        "hour,offence",
        "place:municipalities,month",
    ] {
        let answer = desk.count(&format!("--by {by}"));
        let rest = answer["unknown"].as_u64().unwrap() + answer["unlocated"].as_u64().unwrap();
        assert_eq!(sum(&answer) + rest, 3_000, "{by}");
    }
}

#[test]
fn damage_is_found_and_named() {
    let desk = Desk::new();
    let summary = desk.import(&desk.file("a.csv", fgj(200, 1)));
    assert!(desk.run(["check"]).status.success());
    let folder = desk.data().join("datasets/fgj-cdmx").join(summary["edition"].as_str().unwrap());
    let incidents = folder.join("incidents.parquet");
    let mut bytes = std::fs::read(&incidents).expect("incidents");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    std::fs::write(&incidents, bytes).expect("damage");
    let output = desk.run(["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("incidents.parquet"));
}
