//! Known answers of real files, computed by independent software (GeoPandas, and the City of Chicago's
//! data). The files are not part of the project; where they are not, the tests say so.

use crate::support::{Desk, assert_adds_up, shared, sum};
use serde_json::Value;
use std::collections::BTreeMap;

/// Counts by a text of the rows.
fn by(answer: &Value, key: &str) -> BTreeMap<String, u64> {
    let rows = answer["rows"].as_array().expect("rows");
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    rows.iter().map(|row| (text(&row[key]), row["count"].as_u64().expect("a count"))).collect()
}

fn expected(answers: &Value) -> BTreeMap<String, u64> {
    answers.as_object().expect("answers").iter().map(|(k, v)| (k.clone(), v.as_u64().expect("a count"))).collect()
}

#[test]
fn mexico_city_agrees_number_by_number() {
    let Some(shared) = shared() else { return };
    let text = std::fs::read(shared.join("answers.json")).expect("answers");
    let answers: Value = serde_json::from_slice::<Value>(&text).expect("JSON")["fgj-cdmx-2019-2021"].take();
    let desk = Desk::new();
    let summary = desk.import(&shared.join("incidents/fgj-cdmx-2019-2021.csv.gz"));
    assert_adds_up(&summary);
    assert_eq!(summary["rows"], answers["rows"]);
    assert_eq!(summary["flags"]["duplicate_row"], answers["full_dups"]);
    assert_eq!(summary["flags"]["time_missing"], answers["empty_hour"]);
    assert_eq!(summary["flags"]["time_nonstandard"], answers["hour4"]);
    let placeholders = answers["noon"].as_u64().unwrap() + answers["midnight"].as_u64().unwrap();
    let flagged = summary["flags"]["time_placeholder"].as_u64().unwrap();
    assert!(flagged >= placeholders && flagged - placeholders <= answers["hour4"].as_u64().unwrap());
    assert_eq!(by(&desk.count("--by year"), "year"), expected(&answers["by_year"]));
    assert_eq!(by(&desk.count("--by month"), "month"), expected(&answers["delito_months"]));
    let offences = by(&desk.count("--by offence"), "offence");
    for (name, count) in expected(&answers["top_delitos"]) {
        assert_eq!(offences[&name], count, "{name}");
    }
    assert_eq!(offences.values().sum::<u64>(), 650_905);

    let gpkg = shared.join("territory/cdmx-alcaldias-colonias-cuadrantes.gpkg");
    let add = |file: &std::path::Path, arguments: &str| {
        let output =
            desk.command().args(["territory", "add"]).arg(file).args(arguments.split(' ')).output().expect("runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    add(&gpkg, "--table alcaldias --layer alcaldias --edition 2020 --within states --code cvegeo");
    add(
        &shared.join("territory/cuadrantes_population_2023.gpkg"),
        "--layer cuadrantes --edition 2023 --code id --population SUMPOB1",
    );
    add(
        &shared.join("territory/cdmx-colonias-iecm.gpkg"),
        "--layer colonias --edition 2022 --within municipalities --population SUMPOB1",
    );
    for (layer, key, top) in [
        ("alcaldias", "alcaldias", "top_cvegeo"),
        ("cuadrantes", "cuadrantes2023", "top_id"),
        ("colonias", "colonias_iecm", ""),
    ] {
        let answer = desk.count(&format!("--by place:{layer}"));
        assert_eq!(
            (&answer["outside"], &answer["overlaps"]),
            (&answers[key]["outside"], &answers[key]["double"]),
            "{layer}"
        );
        assert_eq!(sum(&answer) + answer["outside"].as_u64().unwrap(), 650_905, "{layer}: nothing is counted twice");
        let counts = by(&answer, "place");
        if top.is_empty() {
            continue;
        }
        assert_eq!(counts.len() as u64, answers[key]["hit_polys"].as_u64().unwrap(), "{layer}");
        for (code, count) in expected(&answers[key][top]) {
            assert_eq!(counts[code.trim_end_matches(".0")], count, "{layer} {code}");
        }
    }
}

#[test]
fn chicago_cells_are_exact_in_double_precision() {
    let Some(shared) = shared() else { return };
    let desk = Desk::new();
    desk.import(&shared.join("incidents/chicago-50k.csv.gz"));
    let answer = desk.count("--by cell:11");
    let cells: Vec<(u64, u64, u64)> = answer["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["x"].as_u64().unwrap(), 2047 - row["y"].as_u64().unwrap(), row["count"].as_u64().unwrap()))
        .collect();
    let mut cells = cells;
    cells.sort_unstable();
    assert_eq!(
        cells,
        [
            (523, 1287, 272),
            (524, 1285, 416),
            (524, 1286, 6838),
            (524, 1287, 5462),
            (525, 1285, 12268),
            (525, 1286, 16913),
            (525, 1287, 7607),
            (526, 1285, 224)
        ]
    );
    let offences = by(&desk.count("--by offence"), "offence");
    for (name, count) in [("THEFT", 11_367), ("BATTERY", 8_990), ("NARCOTICS", 5_742), ("CRIMINAL DAMAGE", 4_660)] {
        assert_eq!(offences[name], count);
    }
}

#[test]
fn police_files_of_five_months_are_one_edition() {
    let Some(shared) = shared() else { return };
    let mut files: Vec<_> =
        std::fs::read_dir(shared.join("incidents")).expect("incidents").map(|e| e.expect("an entry").path()).collect();
    files.retain(|path| path.to_string_lossy().contains("street"));
    let desk = Desk::new();
    let arguments =
        ["import", "--json"].into_iter().map(std::ffi::OsString::from).chain(files.into_iter().map(Into::into));
    let summary = desk.json(arguments);
    assert_adds_up(&summary);
    assert_eq!((summary["rows"].as_u64(), summary["unlocated"].as_u64()), (Some(68_390), Some(255)));
    assert_eq!(desk.count("--by month")["rows"].as_array().map(Vec::len), Some(5));
}
