//! Analyses through the whole path: what the commands and the API say is what the methods say of the same counts.

use crate::http::Portal;
use crate::support::{Desk, fgj};
use serde_json::Value;
use std::collections::HashMap;
use tequio_methods::association::local_getis_ord::{Own, local_getis_ord, local_getis_ord_tails};
use tequio_methods::association::permutation::{Permutations, Tails, adjusted};
use tequio_methods::concentration::gini;
use tequio_methods::rate_ratio::{Observed, e_test, rate_ratio};
use tequio_methods::weights::Weights;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.import(&desk.file("a.csv", fgj(3_000, 1)));
    desk
}

fn rows(answer: &Value) -> &Vec<Value> {
    answer["rows"].as_array().expect("rows")
}

fn number(row: &Value, field: &str) -> f64 {
    row[field].as_f64().unwrap_or_else(|| panic!("{field} of {row}"))
}

fn cell(row: &Value) -> (u32, u32) {
    let mut parts =
        row["place"].as_str().expect("a cell").split('/').skip(1).map(|part| part.parse().expect("a number"));
    (parts.next().expect("a column"), parts.next().expect("a row"))
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

#[test]
fn hot_spots_of_cells_are_those_of_the_method() {
    let desk = desk();
    let answer = desk.json("hotspots --by cell:14 --offence FRAUDE --seed 7 --permutations 199 --json".split(' '));
    let mut found: Vec<&Value> = rows(&answer).iter().collect();
    found.sort_by_key(|row| cell(row));
    let index: HashMap<(u32, u32), u32> = (0u32..).zip(&found).map(|(index, row)| (cell(row), index)).collect();
    let around = |(x, y): (u32, u32)| {
        let all = (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y))).filter(|other| *other != (x, y));
        all.filter_map(|other| index.get(&other).copied()).collect::<Vec<u32>>()
    };
    let weights = Weights::binary(found.iter().map(|row| around(cell(row))).collect()).expect("weights");
    let values: Vec<f64> = found.iter().map(|row| number(row, "count")).collect();
    let scores = local_getis_ord(&values, &weights, Own::Counted).expect("scores");
    let tails = local_getis_ord_tails(&values, &weights, Permutations { count: 199, seed: 7 }).expect("tails");
    let corrected = adjusted(&tails, Tails::p_two_sided);
    assert!(found.len() > 50, "{} cells", found.len());
    for (at, row) in found.iter().enumerate() {
        let (score, tails) = (scores[at].expect("a score"), tails[at].expect("tails"));
        assert!(near(number(row, "z"), score.z), "{row}");
        assert!(near(number(row, "p_value"), tails.p_two_sided()), "{row}");
        assert!(near(number(row, "p_value_adjusted"), corrected[at].expect("a p-value")), "{row}");
    }
    // Cells wholly outside the territory are no ground; the others hold what is counted in them.
    let counted = desk.count("--by cell:14 --offence FRAUDE");
    let inside =
        rows(&counted).iter().filter(|row| index.contains_key(&(number(row, "x") as u32, number(row, "y") as u32)));
    assert_eq!(values.iter().sum::<f64>(), inside.map(|row| number(row, "count")).sum::<f64>());
    assert_eq!((answer["seed"].as_u64(), answer["analysis"].as_str()), (Some(7), Some("hotspots")));
}

#[test]
fn a_group_of_many_is_hot_and_its_edge_of_few_is_not() {
    let desk = Desk::new();
    let mut text = fgj(2_000, 2);
    for row in 0..600 {
        let (x, y) = (f64::from(row % 30) / 1_000.0, f64::from(row / 30) / 1_000.0);
        text += &format!("2020,2020-05-05,10:00:00,FRAUDE,Centro,CUAUHTEMOC,{},{}\n", 19.40 + y, -99.15 + x);
    }
    desk.import(&desk.file("a.csv", text));
    let answer = desk.json("hotspots --by cell:15 --permutations 9999 --json".split(' '));
    let hot: Vec<&Value> = rows(&answer).iter().filter(|row| row["class"] == "hot").collect();
    assert!(!hot.is_empty() && hot.len() < rows(&answer).len() / 4, "{} are hot", hot.len());
    let n = f64::from(1 << 15);
    for row in hot {
        let longitude = (f64::from(cell(row).0) + 0.5) / n * 360.0 - 180.0;
        assert!((-99.25..-99.03).contains(&longitude), "{row}");
    }
}

#[test]
fn the_answer_is_the_same_on_any_number_of_threads() {
    let desk = desk();
    for question in [
        "hotspots --by place:municipalities --statistic moran --json",
        "hotspots --by cell:14 --weights nearest:6 --json",
        "scan --by cell:13 --offence FRAUDE --proportion offences --permutations 99 --json",
        "near-repeat --offence FRAUDE --distances 0,1000,2000 --days 0,30,60 --json",
        "concentration --by cell:13 --json",
    ] {
        let with = |threads: &str| {
            let output =
                desk.command().args(question.split(' ')).env("RAYON_NUM_THREADS", threads).output().expect("runs");
            assert!(output.status.success(), "{question}: {}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        assert!(with("1") == with("3"), "{question}");
    }
}

#[test]
fn change_and_concentration_are_those_of_the_methods() {
    let desk = desk();
    let question = "change --by place:municipalities --period 2020-07..2020-12 --before 2020-01..2020-06 --json";
    let answer = desk.json(question.split(' '));
    let mut tested = 0;
    for row in
        rows(&answer).iter().filter(|row| row["count"].as_u64() > Some(0) && row["count_before"].as_u64() > Some(0))
    {
        let observed =
            |field: &str, days: f64| Observed { count: row[field].as_u64().expect("a count"), exposure: days };
        let (now, before) = (observed("count", 184.0), observed("count_before", 182.0));
        let ratio = rate_ratio(now, before, 0.95).expect("a ratio");
        assert!(near(number(row, "ratio"), ratio.value.expect("a value")) && near(number(row, "ratio_low"), ratio.low));
        assert!(near(number(row, "p_value"), e_test(now, before).expect("a test").p_value), "{row}");
        tested += 1;
    }
    assert!(tested >= 10, "{tested}");
    let answer = desk.json("concentration --by place:municipalities --n 3 --json".split(' '));
    let counts: Vec<u64> = rows(&answer).iter().map(|row| row["count"].as_u64().expect("a count")).collect();
    assert!(near(number(&answer["facts"], "gini"), gini(&counts).expect("a coefficient").value));
    assert_eq!(rows(&answer).iter().filter(|row| row["class"] == "top").count(), 3);
    assert!(near(number(&rows(&answer)[2], "cumulative_share"), number(&answer["facts"], "top_share")));
}

#[test]
fn clusters_hold_the_cases_of_their_places() {
    let desk = desk();
    let answer =
        desk.json("scan --by cell:13 --offence FRAUDE --proportion offences --permutations 99 --json".split(' '));
    let clusters = answer["tables"][0]["rows"].as_array().expect("clusters");
    assert!(!clusters.is_empty());
    for cluster in clusters {
        let number: Option<u64> = cluster["cluster"].as_str().and_then(|text| text.parse().ok());
        let members = rows(&answer).iter().filter(|row| row["cluster"].as_u64() == number);
        let cases: u64 = members.map(|row| row["count"].as_u64().expect("a count")).sum();
        assert_eq!(cluster["count"].as_u64(), Some(cases));
    }
}

/// People and spreadsheets are shown what a scan found; the places, where they ask for them.
#[test]
fn a_scan_shows_its_clusters_as_text_and_as_csv() {
    let desk = desk();
    let question = "scan --by place:municipalities --offence FRAUDE --proportion offences --permutations 99";
    let told = |more: &str| {
        let output = desk.run(question.split(' ').chain(more.split(' ').filter(|word| !word.is_empty())));
        String::from_utf8(output.stdout).expect("text")
    };
    let clusters = desk.json(question.split(' ').chain(["--json"]))["tables"][0]["rows"].take();
    let clusters = clusters.as_array().expect("clusters");
    let columns = [
        "cluster",
        "centre",
        "state",
        "places",
        "count",
        "expected",
        "relative_risk",
        "p_value",
        "log_likelihood_ratio",
        "class",
        "centre_code",
        "radius_km",
    ];
    let csv = told("--csv");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().expect("a head").iter().collect::<Vec<_>>(), columns);
    let counts: Vec<u64> = reader.records().map(|row| row.expect("a row")[4].parse().expect("a count")).collect();
    assert_eq!(counts, clusters.iter().map(|row| row["count"].as_u64().expect("a count")).collect::<Vec<_>>());
    let text = told("");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), columns);
    for (line, row) in lines[1..].iter().zip(clusters) {
        let centre = row["centre"].as_str().expect("a name");
        assert!(line.starts_with(row["cluster"].as_str().expect("a number")), "{line}");
        assert!(line.contains(centre) && line.contains("Ciudad de México"), "{line}");
        assert!(line.contains(row["centre_code"].as_str().expect("a code")), "{line}");
        // A circle holds the middles of its places; round one place alone it is a point, and the city is 80 km long.
        let (radius, places) = (number(row, "radius_km"), row["places"].as_u64().expect("places"));
        assert_eq!(radius > 0.0, places > 1, "{row}");
        assert!(radius < 80.0, "{row}");
    }
    for form in ["--places", "--places --csv"] {
        let text = told(form);
        let head: Vec<&str> =
            text.lines().next().expect("a head").split([',', ' ']).filter(|name| !name.is_empty()).collect();
        assert_eq!(head, ["place", "name", "state", "count", "expected", "cluster", "class"], "{form}");
    }
}

#[test]
fn an_analysis_offers_only_what_it_gives() {
    let desk = desk();
    for refused in ["near-repeat --geojson", "near-repeat --by place:states", "scan --places --json"] {
        assert_eq!(desk.command().args(refused.split(' ')).output().expect("runs").status.code(), Some(2), "{refused}");
    }
    for asked in
        [["count", "--place", ""], ["count", "--offence", " "], ["hotspots", "--place", " "], ["scan", "--seed", ""]]
    {
        let output = desk.command().args(asked).output().expect("runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.code() == Some(2) && error.contains("is blank: give it a value, or leave it out"),
            "{error}"
        );
    }
}

#[test]
fn municipalities_of_several_states_stand_with_their_state() {
    let desk = desk();
    let told = |question: &str| String::from_utf8(desk.run(question.split(' ')).stdout).expect("text");
    let all = told("count --by place:municipalities");
    assert!(all.contains("Iztapalapa (Ciudad de México)") && all.contains("Nezahualcóyotl (México)"), "{all}");
    let of_one = told("count --by place:municipalities --place MX-09");
    assert!(of_one.contains("Iztapalapa") && !of_one.contains("Iztapalapa ("), "{of_one}");
    let csv = told("count --by place:municipalities,year --csv");
    assert_eq!(csv.lines().next(), Some("place,name,year,count,state"));
    let line = csv.lines().find(|line| line.starts_with("MX-09-007,")).expect("a row");
    assert!(line.starts_with("MX-09-007,Iztapalapa,20") && line.ends_with(",Ciudad de México"), "{line}");
    assert_eq!(told("count --by place:states --csv").lines().next(), Some("place,name,count"));
    assert_eq!(told("count --by month --csv").lines().next(), Some("month,count"));
    let none = told("count --by place:municipalities --csv --place MX-31");
    assert_eq!(none, "place,name,count,state\n", "the columns do not depend on what is found");
}

#[test]
fn a_selection_without_incidents_says_which_filter_to_widen() {
    let desk = desk();
    let told = |question: &str| {
        let output = desk.command().args(question.split(' ')).output().expect("runs");
        assert_eq!(output.status.code(), Some(1), "{question}");
        String::from_utf8(output.stderr).expect("text")
    };
    for analysis in ["hotspots", "near-repeat", "scan", "change", "concentration", "density"] {
        let before = if analysis == "change" { " --before 2020-01..2020-06" } else { "" };
        let text = told(&format!("{analysis} --period 2020-07..2020-12 --place MX-31{before}"));
        assert!(
            text.contains("no incident passes these filters: without `place` there are some"),
            "{analysis}: {text}"
        );
    }
    let several = told("concentration --period 1999 --place MX-31");
    assert!(
        several.contains("no incident passes these filters: none of them alone stands in the way; ask of another"),
        "{several}"
    );
    let period = told("scan --period 1999 --offence FRAUDE");
    assert!(period.contains("without `period` there are some; widen it or leave it out"), "{period}");
}

#[test]
fn a_number_that_is_none_is_told_its_bounds() {
    let desk = desk();
    for (question, says) in [
        ("concentration --n -1", "`-1` is no value for `n`: write a whole number from 1 to 1000000"),
        ("concentration --n abc", "`abc` is no value for `n`: write a whole number from 1 to 1000000"),
        ("scan --seed -1", "`-1` is no value for `seed`"),
        ("indicator compute top-share --n -1", "`n=-1` is not understood: give a whole number from 1 to 2600"),
    ] {
        let output = desk.command().args(question.split(' ')).output().expect("runs");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && text.contains(says), "{question}: {text}");
    }
}

/// An analysis knows no zero outside the territory of its data; where they name none, several states occur.
#[test]
fn analyses_of_several_states_tell_them_too() {
    let desk = Desk::new();
    let mapping = desk.file("m.toml", desk.run(["import", "--template"]).stdout);
    let row = |n: usize| {
        let at = |from: f64, of: usize| from + 0.25 * (n % of) as f64 / of as f64;
        format!("{},2021-05-01,{:.5},{:.5}\n", ["Robo", "Fraude"][n % 2], at(-99.25, 31), at(19.25, 37))
    };
    let lines: String = (0..1_147).map(row).collect();
    let file = desk.file("a.csv", format!("delito,fecha,longitud,latitud\n{lines}"));
    desk.json(["import", "--json", "--mapping", &mapping.to_string_lossy(), &file.to_string_lossy()]);
    let told = |question: &str| String::from_utf8(desk.run(question.split(' ')).stdout).expect("text");
    let top = told("concentration --by place:municipalities");
    let has = |name: &str, state: &str| top.lines().any(|line| line.contains(name) && line.contains(state));
    assert!(has("Iztapalapa", "Ciudad de México") && has("Nezahualcóyotl", " México "), "{top}");
    let states = desk.json(["concentration", "--json", "--by", "place:states"]);
    let known: Vec<&str> = rows(&states).iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(known, ["Ciudad de México", "México"], "of thirty states the data say nothing, and no zero");
    let refused = desk.command().args(["hotspots", "--quantity", "rate"]).output().expect("runs");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("has no inhabitants"), "a part of a state has no rate");
}

#[test]
fn within_a_municipality_the_places_are_cells() {
    let desk = desk();
    let found = desk.json(["hotspots", "--json", "--place", "MX-09-015"]);
    assert!(rows(&found).len() > 4, "{found}");
    assert!(rows(&found).iter().all(|row| cell(row) > (0, 0)));
}

/// The surface rests on the counts that the public is told, and on nothing finer.
#[test]
fn density_is_the_sum_of_kernels_over_the_counts_of_cells() {
    let portal = Portal::start();
    // Of the cells that lie in the territory, what is counted in them.
    let within = portal.get("/api/v1/counts?by=cell:15&place=MX-09").json();
    let ground: Vec<_> = rows(&within).iter().map(|row| (&row["x"], &row["y"])).collect();
    let counted = portal.get("/api/v1/counts?by=cell:15").json();
    let counts: Vec<(f64, f64, f64)> = rows(&counted)
        .iter()
        .filter(|row| ground.contains(&(&row["x"], &row["y"])))
        .map(|row| (number(row, "x"), number(row, "y"), number(row, "count")))
        .collect();
    let total: f64 = counts.iter().map(|(_, _, count)| count).sum();
    let answer = portal.get("/api/v1/analysis/density?by=cell:15").json();
    let (width, bandwidth) = (number(&answer["facts"], "cell_width"), number(&answer["parameters"], "bandwidth"));
    assert!(bandwidth >= width && width > 1_000.0, "{bandwidth} {width}");
    assert!((number(&answer["facts"], "incidents_laid") / total - 1.0).abs() < 1e-3);
    assert!(answer["seed"].is_null());
    // On the plane of web-mercator a bandwidth is so many cells; the area of a cell is its own, on the ground.
    let middle = counts.iter().map(|(_, y, _)| *y).fold((f64::MAX, 0.0f64), |(a, b), y| (a.min(y), b.max(y)));
    let latitude = |y: f64| (std::f64::consts::PI * (1.0 - 2.0 * (y + 0.5) / 32_768.0)).sinh().atan();
    let side = |y: f64| 40_075_016.686 / 32_768.0 * latitude(y).cos();
    let h = bandwidth / side(((middle.0 + middle.1) / 2.0).floor());
    for row in rows(&answer).iter().step_by(7) {
        let (x, y) = cell(row);
        let kernel = |(cx, cy, count): &(f64, f64, f64)| {
            let square = (cx - f64::from(x)).powi(2) + (cy - f64::from(y)).powi(2);
            count * (-square / (2.0 * h * h)).exp() / (std::f64::consts::TAU * h * h)
        };
        let direct = counts.iter().map(kernel).sum::<f64>() / (side(f64::from(y)) / 1_000.0).powi(2);
        assert!((number(row, "density") / direct - 1.0).abs() < 1e-4, "{row} {direct}");
    }
}

/// A town whose data state no territory has cells of a town, and not of the country.
#[test]
fn density_of_a_small_dataset_follows_from_where_its_incidents_lie() {
    let desk = Desk::new();
    let template = desk.run(["import", "--template"]).stdout;
    let mapping = desk.file("town.toml", template);
    let at = |from: f64, n: usize, of: usize| from + 0.03 * (n % of) as f64 / of as f64;
    let row = |n: usize| format!("Robo,2021-05-01,{:.5},{:.5}\n", at(-99.13, n, 17), at(19.43, n, 23));
    let rows: String = (0..391).map(row).collect();
    let file = desk.file("town.csv", format!("delito,fecha,longitud,latitud\n{rows}"));
    desk.json(["import", "--json", "--mapping", &mapping.to_string_lossy(), &file.to_string_lossy()]);
    let found = desk.json(["density", "--json"]);
    let (width, bandwidth) = (number(&found["facts"], "cell_width"), number(&found["parameters"], "bandwidth"));
    assert!(width < 400.0 && (width..=2.0 * width).contains(&bandwidth), "{width} {bandwidth}");
    let notes = found["notes"].as_array().expect("notes");
    let rule = notes.iter().find(|note| note["code"] == "density-rule").expect("which bandwidth was taken");
    assert!(
        rule["es"].as_str().is_some_and(|text| text.contains("Silverman") && text.contains("y ese se tomó")),
        "{rule}"
    );
    let asked = desk.json(["density", "--json", "--bandwidth", "600"]);
    let notes = asked["notes"].as_array().expect("notes");
    assert!(notes.iter().all(|note| note["code"] != "density-rule"), "nothing is taken where it is given");
}

#[test]
fn the_api_answers_and_refuses_what_it_should() {
    let portal = Portal::start();
    let list = portal.get("/api/v1/analysis").json();
    let ids: Vec<&str> =
        list["analyses"].as_array().expect("analyses").iter().filter_map(|a| a["id"].as_str()).collect();
    assert_eq!(ids, ["hotspots", "change", "scan", "near-repeat", "concentration", "density"]);
    for (path, status) in [
        ("hotspots?by=place:municipalities", 200),
        ("hotspots.csv?by=cell:13", 200),
        ("hotspots.geojson?by=place:municipalities", 200),
        ("change?by=place:municipalities&period=2020-07..2020-12&before=2020-01..2020-06", 200),
        ("scan?by=place:municipalities&permutations=99", 200),
        ("concentration?by=cell:13", 200),
        ("near-repeat?distances=0,2000,4000&days=0,56,112", 200),
        ("density", 200),
        ("density.geojson?by=cell:15&kernel=quartic", 200),
        ("density?bbox=-99.2,19.3,-99.1,19.4", 200),
        ("density?by=place:municipalities", 422),
        ("density?by=cell:15&bandwidth=1000", 400),
        ("density?by=cell:17&bandwidth=150", 400),
        ("density?by=cell:18", 403),
        ("density?by=cell:15&offence=VIOLENCIA%20FAMILIAR", 403),
        ("density?by=cell:15&period=1999", 422),
        ("hotspots?by=place:municipalities&period=1999", 422),
        ("prophecy", 404),
        ("hotspots?by=place:nowhere", 404),
        ("hotspots?colour=red", 400),
        ("hotspots?n=10", 400),
        ("hotspots?permutations=10000", 400),
        ("hotspots?by=year", 400),
        ("hotspots?by=place:municipalities&bbox=-99.2,19.3,-99.1,19.4", 400),
        ("hotspots?by=cell:18", 403),
        ("hotspots?by=cell:12&offence=VIOLENCIA%20FAMILIAR", 403),
        ("near-repeat?offence=VIOLENCIA%20FAMILIAR", 403),
        ("near-repeat?circle=-99.13,19.43,500", 403),
        ("near-repeat?hour=3", 403),
        ("near-repeat?by=year", 400),
        ("near-repeat?by=place:municipalities", 400),
        ("near-repeat?offence=FRAUDE&offence=AMENAZAS", 403),
        ("near-repeat?period=2020-03-15", 403),
        ("near-repeat?period=2020-03", 403),
        ("near-repeat?period=2019..2020", 403),
        ("near-repeat?permutations=1000", 400),
        ("near-repeat?distances=0,150", 403),
        ("near-repeat?distances=250,150", 400),
        ("near-repeat.geojson?distances=0,2000,4000&days=0,56,112", 406),
        ("change?period=2020&by=place:municipalities", 422),
        ("change?by=place:municipalities&period=2020-07..2020-12&before=2020-12", 422),
        ("scan?by=cell:13&permutations=99", 422),
    ] {
        let reply = portal.answer(&format!("/api/v1/analysis/{path}"));
        assert_eq!(reply.status, status, "{path}: {}", String::from_utf8_lossy(&reply.body));
    }
    // Near repeats within a place are those of whole cells, and say so.
    let within = portal.answer("/api/v1/analysis/near-repeat?distances=0,2000,4000&days=0,56,112&place=MX-09").json();
    let codes: Vec<&str> =
        within["notes"].as_array().expect("notes").iter().filter_map(|n| n["code"].as_str()).collect();
    assert!(codes.contains(&"whole-cells") && codes.contains(&"sensitive-left-out"), "{codes:?}");
    // So narrow bands rest on too few incidents.
    let small = portal.answer("/api/v1/analysis/near-repeat?distances=0,200&days=0,7");
    assert_eq!(small.status, 403, "{}", String::from_utf8_lossy(&small.body));
    let cells = portal.answer("/api/v1/analysis/hotspots?by=cell:13").json();
    let ordinary = portal.get("/api/v1/counts?by=cell:13").json();
    assert_eq!(cells["facts"]["total"], ordinary["total"], "sensitive offences are in no figure of cells");
    let codes: Vec<&str> =
        cells["notes"].as_array().expect("notes").iter().filter_map(|n| n["code"].as_str()).collect();
    assert!(
        codes.contains(&"hotspots-means") && codes.contains(&"hotspots-not") && codes.contains(&"sensitive-left-out")
    );
    for field in ["method", "reference", "version", "edition", "parameters", "filters", "layers"] {
        assert!(!cells[field].is_null(), "{field}");
    }
}

#[test]
fn a_refusal_says_in_the_language_of_the_page_which_bands_would_have_an_answer() {
    let portal = Portal::start();
    let question = "distances=0,200,4000&days=0,7,112";
    let refused = portal.answer(&format!("/api/v1/analysis/near-repeat?{question}"));
    assert_eq!(refused.status, 403);
    let detail = refused.json()["detail"].as_str().expect("a reason").to_owned();
    let (_, named) = detail.split_once("distances=").expect("bands");
    let (distances, days) = named.split_once(" and days=").expect("bands");
    let (days, _) = days.split_once(' ').expect("bands");
    let answered = portal.answer(&format!("/api/v1/analysis/near-repeat?distances={distances}&days={days}"));
    assert_eq!(answered.status, 200, "{detail}");
    for language in ["es", "en"] {
        let headers = format!("Accept: text/html\r\nAccept-Language: {language}\r\n");
        let page = portal.ask("GET", &format!("/analysis?analysis=near-repeat&{question}"), &headers);
        let text = String::from_utf8(page.body).expect("text");
        let (_, alert) = text.split_once(r#"role="alert" lang=""#).expect("a refusal");
        let (told_in, alert) = alert.split_once('"').expect("a language");
        let (alert, _) = alert.split_once("</p>").expect("a paragraph");
        assert_eq!(told_in, language);
        let apart = |bounds: &str| bounds.replace(',', ", ");
        assert!(alert.contains(&apart(distances)) && alert.contains(&apart(days)), "{alert}");
        assert_eq!(alert.contains("descansa en menos"), language == "es", "{alert}");
    }
}

#[test]
fn the_page_says_what_the_api_says() {
    let portal = Portal::start();
    for analysis in ["hotspots", "change", "scan", "near-repeat", "concentration", "density"] {
        let question = match analysis {
            "change" => "period=2020-07..2020-12&before=2020-01..2020-06&by=place:municipalities",
            "near-repeat" => "distances=0,2000,4000&days=0,56,112",
            "density" => "by=cell:14",
            _ => "by=place:municipalities",
        };
        // What the API has answered is kept, and the page tells it at once.
        let api = portal.answer(&format!("/api/v1/analysis/{analysis}?{question}")).json();
        let page = portal.ask("GET", &format!("/analysis?analysis={analysis}&{question}"), "Accept: text/html\r\n");
        let text = String::from_utf8(page.body.clone()).expect("text");
        assert_eq!(page.status, 200, "{analysis}");
        assert!(!text.contains('⟦') && !text.contains(" style=") && !text.contains("[en]"), "{analysis}: {text}");
        let data = portal.get(&format!("/analysis.json?analysis={analysis}&{question}")).json();
        assert_eq!(data["tables"][0]["rows"], api["rows"], "{analysis}");
        if analysis != "near-repeat" {
            let picture = portal.get(&format!("/analysis.svg?analysis={analysis}&{question}&figure=map"));
            assert_eq!(picture.status, 200, "{analysis}");
        }
    }
    // The level that the form had for another analysis is let go of, and there is no field for one.
    let levelled = "/analysis?analysis=near-repeat&distances=0,2000,4000&days=0,60,120&by=cell:14";
    let page = portal.ask("GET", levelled, "Accept: text/html\r\n");
    let text = String::from_utf8_lossy(&page.body);
    assert!(page.status != 400 && !text.contains("name=\"by\"") && !text.contains("aria-invalid"), "{text}");
    let refused = portal.ask("GET", "/analysis?analysis=near-repeat&hour=3", "Accept: text/html\r\n");
    assert!(refused.status == 403 && String::from_utf8_lossy(&refused.body).contains("año calendario"));
    let refused = portal.ask("GET", "/analysis.json?analysis=near-repeat&hour=3", "");
    assert_eq!((refused.status, refused.json()["code"].as_str()), (403, Some("forbidden")));
}
