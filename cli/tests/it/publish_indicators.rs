//! Change, dark figure and objectives as they are published, and a false one among them.

use crate::publish::{beside, error, kinds, publish, record_indicator, verify};
use crate::support::{Desk, sesnsp_of};
use serde_json::Value;
use std::path::{Path, PathBuf};

const OBJECTIVES: &str = "Año,Cuenta,Cantidad\n2023,met,3\n2023,set,10\n2024,met,7\n2024,set,10\n";
const MAPPING: &str = "kind = \"counts\"\ndataset = \"objectives\"\ntitle = \"Objectives of a programme\"\n\
    attribution = \"An agency\"\nunit = \"objective\"\ntaxonomy = \"objectives\"\n\n\
    [columns]\nyear = \"Año\"\noffence = [\"Cuenta\"]\nvalue = \"Cantidad\"\n";

/// A desk with counts of three whole years and a part of a fourth.
fn desk() -> Desk {
    let desk = Desk::new();
    let counts = desk.file("counts.csv", sesnsp_of(&[(2022, 12), (2023, 12), (2024, 12), (2025, 3)], 5));
    desk.json(["import", "--json", "--published", "2025-04-20", counts.to_str().unwrap()]);
    desk
}

fn with_objectives(desk: &Desk) {
    let (rows, mapping) = (desk.file("objectives.csv", OBJECTIVES), desk.file("mapping.toml", MAPPING));
    let output = desk.run(["import", "--json", "--mapping", mapping.to_str().unwrap(), rows.to_str().unwrap()]);
    assert!(output.status.success(), "{}", error(&output));
}

/// The file of the newest publication of an indicator.
fn file_of(summary: &Value, folder: &Path, id: &str) -> PathBuf {
    let of = summary["indicators"].as_array().unwrap().iter().find(|of| of["indicator"] == id);
    let edition = of.unwrap_or_else(|| panic!("{id}: {summary}"))["edition"].as_str().unwrap();
    folder.join(format!("indicators/{id}/{edition}.json"))
}

fn document(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn observations<'a>(document: &'a Value, dataset: &str) -> Vec<&'a Value> {
    let series = document["series"].as_array().unwrap().iter().filter(|series| series["dataset"] == dataset);
    series.flat_map(|series| series["observations"].as_array().unwrap()).collect()
}

#[test]
fn change_is_published_against_the_year_before_and_the_first_for_every_measure() {
    let desk = desk();
    let folder = beside(&desk, "public");
    let summary = publish(&desk, &folder);
    let path = file_of(&summary, &folder, "change");
    let document = document(&path);
    let found = observations(&document, "sesnsp-state");
    let text = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let asked: Vec<String> =
        found.iter().map(|of| ["measure", "place", "period", "against"].map(|name| text(of, name)).join(" ")).collect();
    for measure in ["homicide", "burglary"] {
        for place in ["MX-01", "MX-09", "MX-11"] {
            for against in [2023, 2022] {
                let line = format!("{measure} {place} 2024 {against}");
                assert!(asked.contains(&line), "{line}: {asked:?}");
            }
        }
    }
    // 12 months of 100, 103, ... 133; four of 2024 lower by five.
    let first = found[0];
    assert_eq!((&first["numerator"], &first["before"]), (&1378.into(), &1398.into()));
    let rate = |count: &str, people: &str| first[count].as_f64().unwrap() / first[people].as_f64().unwrap();
    let by_hand = 100.0 * (rate("numerator", "denominator") / rate("before", "denominator_before") - 1.0);
    assert!((first["value"].as_f64().unwrap() - by_hand).abs() < 1e-9, "{first}");
    let asked = "indicator compute change --json --measure homicide --place MX-01 --period 2024 --against 2023";
    let own = desk.json(asked.split(' ').chain(["--dataset", "sesnsp-state"]));
    assert_eq!(
        (&own["value"], &own["interval"], &own["p_value"]),
        (&first["value"], &first["interval"], &first["p_value"])
    );
    // The built-in series are compared too, and the CSV says what with what.
    assert!(!observations(&document, "mx-homicide-deaths-inegi").is_empty());
    let csv = std::fs::read_to_string(path.with_extension("csv")).unwrap();
    let mut lines = csv.lines();
    assert!(lines.next().unwrap().ends_with(",measure,against"), "{csv}");
    assert!(lines.next().unwrap().ends_with(",2023"), "{csv}");
    let rates = std::fs::read_to_string(file_of(&summary, &folder, "homicide-rate-case-files").with_extension("csv"));
    assert!(rates.unwrap().lines().next().unwrap().ends_with(",detail"));
}

#[test]
fn dark_figure_and_objectives_are_published_or_named_as_absent() {
    let desk = desk();
    let folder = beside(&desk, "public");
    let without = publish(&desk, &folder);
    let absent = |summary: &Value| -> Vec<String> {
        let all = summary["absent"].as_array().unwrap().iter();
        all.map(|of| of["indicator"].as_str().unwrap().to_owned()).collect()
    };
    assert!(absent(&without).contains(&"objectives-met".to_owned()), "{without}");
    let index = std::fs::read_to_string(folder.join("index.html")).unwrap();
    assert!(
        index.contains("<li id=\"objectives-met\">") && index.contains("A dataset of objectives (codes"),
        "{index}"
    );
    let dark = document(&file_of(&without, &folder, "dark-figure"));
    let found = observations(&dark, "mx-envipe-reported");
    let values: Vec<(&str, f64)> =
        found.iter().map(|of| (of["period"].as_str().unwrap(), of["value"].as_f64().unwrap())).collect();
    // One less the product of the shares: 11.0 % of 69.1 %, 10.4 % of 68.0 %.
    assert_eq!(values.len(), 2);
    assert!((values[0].1 - 92.399).abs() < 1e-9 && (values[1].1 - 92.928).abs() < 1e-9, "{values:?}");
    let rests_on: Vec<&Value> =
        dark["series"][0]["editions"].as_array().unwrap().iter().map(|of| &of["dataset"]).collect();
    assert_eq!(rests_on, ["mx-envipe-reported", "mx-envipe-file-opened"]);
    with_objectives(&desk);
    let with = publish(&desk, &folder);
    assert!(!absent(&with).contains(&"objectives-met".to_owned()));
    let met = document(&file_of(&with, &folder, "objectives-met"));
    let found = observations(&met, "objectives");
    let values: Vec<f64> = found.iter().map(|of| of["value"].as_f64().unwrap()).collect();
    assert!(values.len() == 2 && (values[0] - 30.0).abs() < 1e-9 && (values[1] - 70.0).abs() < 1e-9, "{met}");
    let (code, report) = verify(&folder, &[]);
    assert_eq!((code, kinds(&report)), (Some(0), vec![]), "{report}");
    // The dark figure is the same twice, so it is recorded once.
    let both = [&with, &without].map(|summary| file_of(summary, &folder, "dark-figure"));
    assert_eq!(both[0], both[1]);
    assert_eq!(report["indicators"].as_u64(), Some(1 + with["indicators"].as_array().unwrap().len() as u64 - 1));
}

#[test]
fn a_false_number_of_each_is_found() {
    let desk = desk();
    with_objectives(&desk);
    let folder = beside(&desk, "public");
    let summary = publish(&desk, &folder);
    for (id, name) in [
        ("change", "value"),
        ("change", "p_value"),
        ("change", "denominator_before"),
        ("dark-figure", "value"),
        ("dark-figure", "reported_percent"),
        ("objectives-met", "numerator"),
    ] {
        let mut document = document(&file_of(&summary, &folder, id));
        let series = document["series"].as_array_mut().unwrap();
        let all = series.iter_mut().flat_map(|series| series["observations"].as_array_mut().unwrap());
        let one = all.filter(|of| of[name].is_number()).last().unwrap();
        one[name] = if one[name].is_u64() {
            (one[name].as_u64().unwrap() + 1).into()
        } else {
            (one[name].as_f64().unwrap() + 0.01).into()
        };
        let edition = format!("false-{}", name.replace('_', "-"));
        // The publisher holds the key and records it rightly.
        record_indicator(&desk, id, &edition, &serde_json::to_vec_pretty(&document).unwrap());
        publish(&desk, &folder);
        let (code, report) = verify(&folder, &[]);
        let path = format!("indicators/{id}/{edition}.json");
        let finding = report["findings"].as_array().unwrap().iter().find(|finding| finding["path"] == path.as_str());
        let finding = finding.unwrap_or_else(|| panic!("{id} {name}: {report}"));
        assert_eq!((code, &finding["kind"]), (Some(1), &"indicator_not_recomputed".into()));
        assert!(finding["detail"].as_str().unwrap().contains(&format!("{name} is ")), "{finding}");
    }
}
