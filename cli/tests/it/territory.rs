//! Adding boundaries and streets, and counting by them.

use crate::support::{Desk, FGJ_HEADER, fgj, sum};
use serde_json::json;

fn square(code: &str, west: f64, south: f64, side: f64) -> serde_json::Value {
    let (east, north) = (west + side, south + side);
    json!({ "type": "Feature", "properties": { "clave": code, "nombre": format!("Cuadro {code}"), "hab": 1000 },
        "geometry": { "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]] } })
}

fn collection(features: Vec<serde_json::Value>) -> String {
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

fn add(desk: &Desk, file: &std::path::Path, arguments: &str) -> std::process::Output {
    desk.command().args(["territory", "add"]).arg(file).args(arguments.split(' ')).output().expect("runs")
}

#[test]
fn a_layer_is_added_and_counted_by() {
    let desk = Desk::new();
    desk.import(&desk.file("a.csv", fgj(1_000, 1)));
    let file = desk
        .file("l.geojson", collection(vec![square("001", -99.25, 19.25, 0.125), square("002", -99.125, 19.25, 0.125)]));
    let output = add(
        &desk,
        &file,
        "--layer cuadros --edition 2024 --code clave --name nombre --population hab --within municipalities",
    );
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer = desk.count("--by place:cuadros");
    assert_eq!((&answer["rows"][0]["place"], &answer["rows"][0]["name"]), (&json!("001"), &json!("Cuadro 001")));
    assert_eq!(sum(&answer) + answer["outside"].as_u64().unwrap(), 1_000);
    let one = desk.count("--place cuadros:001");
    assert_eq!(one["total"], answer["rows"][0]["count"]);
    assert!(desk.run(["check"]).status.success());
}

#[test]
fn an_edition_of_a_layer_is_never_overwritten() {
    let desk = Desk::new();
    let first = desk.file("l.geojson", collection(vec![square("1", 0.0, 0.0, 1.0)]));
    assert!(add(&desk, &first, "--layer l --edition 1").status.success());
    assert!(add(&desk, &first, "--layer l --edition 1").status.success(), "the same file changes nothing");
    let otherwise = add(&desk, &first, "--layer l --edition 1 --level municipality");
    assert_eq!(otherwise.status.code(), Some(1), "the same file read otherwise is another layer");
    let second = desk.file("m.geojson", collection(vec![square("1", 0.0, 0.0, 2.0)]));
    let output = add(&desk, &second, "--layer l --edition 1");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("another --edition"));
    assert!(add(&desk, &second, "--layer l --edition 2").status.success());
}

#[test]
fn bad_geometry_is_named_and_nothing_is_stored() {
    let desk = Desk::new();
    let mut empty = square("2", 0.0, 0.0, 1.0);
    empty["geometry"] = json!(null);
    let file = desk.file("l.geojson", collection(vec![square("1", 0.0, 0.0, 1.0), empty]));
    let output = add(&desk, &file, "--layer l --edition 1 --code clave");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains('2'), "the feature is named");
    assert!(!desk.data().join("layers").exists());
    let skipped = add(&desk, &file, "--layer l --edition 1 --code clave --skip-invalid");
    assert!(skipped.status.success());
    assert!(String::from_utf8_lossy(&skipped.stdout).contains("empty"), "what is left out is reported");
}

#[test]
fn incidents_snap_to_streets_but_never_across_a_border() {
    let desk = Desk::new();
    // Two municipalities' worth of squares side by side; a street on each side of their border.
    let areas =
        desk.file("a.geojson", collection(vec![square("o", -99.2, 19.40, 0.1), square("e", -99.1, 19.40, 0.1)]));
    assert!(add(&desk, &areas, "--layer mitades --edition 1 --code clave").status.success());
    let street = |code: &str, name: &str, x: f64| {
        json!({ "type": "Feature", "properties": { "clave": code, "name": name },
        "geometry": { "type": "LineString", "coordinates": [[x, 19.41], [x, 19.49]] } })
    };
    let streets = desk.file(
        "s.geojson",
        collection(vec![street("w", "Calle Oeste", -99.1003), street("x", "Calle Este", -99.09995)]),
    );
    let output = add(&desk, &streets, "--layer calles --edition 1 --code clave --name name --within mitades");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // 99.10002 lies west of the border, nearer to the eastern street (about 7 m) than to the western (29 m).
    let row = |longitude: f64| format!("2020,2020-01-01,10:00:00,FRAUDE,A,CUAUHTEMOC,19.45,{longitude}\n");
    let text = format!("{FGJ_HEADER}\n{}{}{}", row(-99.100_02), row(-99.099_99), row(-99.15));
    desk.import(&desk.file("i.csv", text));
    let answer = desk.count("--by segment");
    assert_eq!(
        answer["rows"],
        json!([{ "segment": "w", "name": "Calle Oeste", "count": 1 }, { "segment": "x", "name": "Calle Este", "count": 1 }])
    );
    assert_eq!((&answer["outside"], &answer["total"]), (&json!(1), &json!(3)), "the third is near no street");
    assert_eq!(desk.count("--by street")["rows"].as_array().map(Vec::len), Some(2));
}
