//! What changed between editions, as an operator asks.

use crate::support::{Desk, fgj, sesnsp};
use serde_json::{Value, json};

/// Two editions of one dataset: a new month, and 24 figures of the past lowered by five.
fn two_editions(desk: &Desk) -> [String; 2] {
    [("2025-03-20", 2, 0), ("2025-04-20", 3, 5)].map(|(published, months, lowered)| {
        let file = desk.file(&format!("{published}.csv"), sesnsp(months, lowered));
        let arguments = ["import", "--json", "--published", published, file.to_str().expect("text")];
        desk.json(arguments)["edition"].as_str().expect("a name").to_owned()
    })
}

#[test]
fn a_diff_names_every_figure_that_moved() {
    let desk = Desk::new();
    let [old, new] = two_editions(&desk);
    let table = desk.data().with_file_name("changes.csv");
    let table = table.to_str().expect("text");
    let diff = desk.json(["diff", "sesnsp-state", &old, &new, "--json", "--limit", "4", "--csv", table]);
    let numbers =
        ["changed", "added", "removed", "net", "absolute", "lowered", "added_sum"].map(|key| diff[key].as_i64());
    assert_eq!(numbers, [24, 6, 0, -120, 120, 24, 6 * 106].map(Some));
    let places = diff["by_place"].as_array().expect("places");
    assert_eq!(places.len(), 3);
    assert_eq!(
        (&places[0]["place"], &places[0]["changed"], &places[0]["net"]),
        (&json!("MX-01"), &json!(8), &json!(-40))
    );
    assert_eq!(diff["by_offence"].as_array().expect("offences").len(), 2);
    let periods: Vec<&str> =
        diff["by_period"].as_array().expect("periods").iter().filter_map(|line| line["period"].as_str()).collect();
    assert_eq!(periods, ["2024-01", "2024-04", "2024-07", "2024-10"]);
    assert_eq!(diff["added_by_period"], json!([{ "period": "2025-03", "figures": 6, "sum": 636 }]));
    assert_eq!(diff["figures"].as_array().expect("figures").len(), 4);
    assert_eq!(diff["left_out"]["changed"], json!({ "figures": 20, "absolute": 100 }));
    let rows = csv::Reader::from_path(table).expect("a table").records().count();
    assert_eq!(rows, 30);
    let again = desk.run(["diff", "sesnsp-state", &old, &new, "--csv", table]);
    assert_eq!(again.status.code(), Some(1), "a file is never overwritten");
    let text = String::from_utf8(desk.run(["diff", "sesnsp-state", &old, &new]).stdout).expect("text");
    assert!(text.contains("changed 24: net -120, absolute 120") && text.contains("added 6"), "{text}");
}

#[test]
fn what_cannot_be_compared_is_refused_in_one_line() {
    let desk = Desk::new();
    let [old, _] = two_editions(&desk);
    let points = desk.import(&desk.file("points.csv", fgj(50, 1)));
    let edition = points["edition"].as_str().expect("a name");
    let questions: [(&[&str], &str); 3] = [
        (&["diff", "sesnsp-state", &old, "2020-01-none"], "there is no edition"),
        (&["diff", "fgj-cdmx", edition, edition], "holds incidents"),
        (&["revisions", "fgj-cdmx"], "no edition of official counts"),
    ];
    for (arguments, says) in questions {
        let output = desk.run(arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), error.lines().count()), (Some(1), 1), "{error}");
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn revisions_tell_the_triangle_and_the_alarms() {
    let desk = Desk::new();
    let [old, new] = two_editions(&desk);
    let answer = desk.json(["revisions", "sesnsp-state", "--json"]);
    let editions: Vec<&str> =
        answer["editions"].as_array().expect("editions").iter().filter_map(|e| e["edition"].as_str()).collect();
    assert_eq!(editions, [old.as_str(), new.as_str()]);
    assert_eq!(answer["triangle"][0], json!([600, 570]));
    let march = answer["periods"].as_array().expect("periods").iter().position(|period| period == "2025-03");
    assert_eq!(answer["triangle"][march.expect("in range")], json!([null, 636]));
    assert_eq!(answer["between"][0]["lowered_sum"], 120);
    let alarms = |answer: &Value| -> Vec<String> {
        let alarms = answer["alarms"].as_array().expect("alarms").iter();
        alarms.map(|alarm| format!("{} {}", alarm["code"].as_str().expect("a code"), alarm["office"])).collect()
    };
    assert_eq!(alarms(&answer), ["past-lowered \"MX-01\"", "past-lowered \"MX-09\"", "past-lowered \"MX-11\""]);
    let one = desk.json(["revisions", "sesnsp-state", "--place", "MX-11", "--offence", "homicidio-doloso", "--json"]);
    assert_eq!((&one["triangle"][0], alarms(&one).len()), (&json!([100, 95]), 1));
    let text = String::from_utf8(desk.run(["revisions", "sesnsp-state"]).stdout).expect("text");
    assert!(text.contains("MX-11: changed 8 (net -40") && text.contains("alarms past-lowered: 3"), "{text}");
    assert!(text.contains("    MX-11: from 2024-01 to ") && !text.contains('{'), "{text}");
}

#[test]
fn completeness_names_who_delivered_which_month() {
    let desk = Desk::new();
    let [old, new] = two_editions(&desk);
    let answer = desk.json(["completeness", "sesnsp-state", "--json"]);
    assert_eq!((&answer["edition"], &answer["cutoff"]), (&json!(new), &json!("2025-03")));
    assert_eq!(answer["summary"], json!({ "complete": 3 * 15, "partial": 0, "missing": 0, "stray": 0 }));
    let before = desk.json(["completeness", "sesnsp-state", "--json", "--as-of", "2025-03-31"]);
    assert_eq!((&before["edition"], &before["summary"]["complete"]), (&json!(old), &json!(3 * 14)));
    let text = |arguments: &[&str]| String::from_utf8(desk.run(arguments).stdout).expect("text");
    let table = text(&["completeness", "sesnsp-state", "--edition", &old, "--csv"]);
    assert_eq!(table.lines().next(), Some("agency,name,period,state,observed,missing,stray"));
    assert_eq!(table.lines().nth(1), Some("MX-01,Aguascalientes,2024-01,complete,2,0,0"));
    let report = text(&["completeness", "sesnsp-state"]);
    assert!(report.contains("complete 45") && report.contains("MX-11   ###############  Guanajuato"), "{report}");
    let both = desk.run(["completeness", "sesnsp-state", "--edition", &old, "--as-of", "2025-03-31"]);
    assert_eq!(both.status.code(), Some(2));
    let none = desk.run(["completeness", "nothing"]);
    assert_eq!((none.status.code(), String::from_utf8_lossy(&none.stderr).lines().count()), (Some(1), 1));
}

#[test]
fn an_import_says_that_the_day_of_publication_is_assumed() {
    let desk = Desk::new();
    let file = desk.file("a.csv", sesnsp(2, 0));
    let file = file.to_str().expect("text");
    let report = String::from_utf8(desk.run(["import", file]).stdout).expect("text");
    assert!(report.contains("assumed: the day of the import"), "{report}");
    let summary = desk.json(["import", "--json", "--published", "2025-03-20", file]);
    assert_eq!(summary["published_assumed"], json!(false));
}

#[test]
fn offices_without_a_change_are_counted_and_not_listed() {
    let desk = Desk::new();
    let before = sesnsp(2, 0);
    let line = "2024,9,Ciudad de México,La vida y la Integridad corporal,Homicidio,Homicidio doloso,Con arma de fuego,";
    let after = sesnsp(3, 0).replacen(&format!("{line}100"), &format!("{line}90"), 1);
    for (published, text) in [("2025-03-20", before), ("2025-04-20", after)] {
        let file = desk.file(&format!("{published}.csv"), text);
        desk.json(["import", "--json", "--published", published, file.to_str().expect("text")]);
    }
    let answer = desk.json(["revisions", "sesnsp-state", "--json"]);
    let offices = answer["by_office"].as_array().expect("offices");
    assert_eq!((offices.len(), &offices[0]["office"], &offices[0]["net"]), (1, &json!("MX-09"), &json!(-10)));
    assert_eq!(answer["offices_unchanged"], 2);
    let text = String::from_utf8(desk.run(["revisions", "sesnsp-state"]).stdout).expect("text");
    assert!(text.contains("revisions by office (2 had none)") && text.contains("MX-09: changed 1"), "{text}");
    assert!(!text.contains("MX-01: changed 0") && !text.contains("MX-11: changed 0"), "{text}");
}
