//! GeoJSON, and what every format shares: codes, defects, refusals.

use super::{file, has, kinds, options, read_bytes, refusal, refused};
use tequio_kernel::place::{LayerKind, Shape};
use tequio_territory::{IssueKind, Options};

fn collection(features: &[String]) -> Vec<u8> {
    format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(",")).into_bytes()
}

fn feature(properties: &str, kind: &str, coordinates: &str) -> String {
    format!(
        "{{\"type\":\"Feature\",\"properties\":{{{properties}}},\"geometry\":{{\"type\":\"{kind}\",\"coordinates\":{coordinates}}}}}"
    )
}

fn square(code: &str, x: f64, y: f64, side: f64) -> String {
    let (x2, y2) = (x + side, y + side);
    feature(code, "Polygon", &format!("[[[{x},{y}],[{x2},{y}],[{x2},{y2}],[{x},{y2}],[{x},{y}]]]"))
}

#[test]
fn codes_names_and_population_come_through_whole() {
    let bytes = collection(&[
        square(r#""clave":"010","nombre":"Centro","hab":12.0"#, -99.0, 19.0, 0.01),
        square(r#""clave":"002","nombre":"Ñorte","hab":3"#, -99.1, 19.0, 0.01),
    ]);
    let options = Options { population: Some(("HAB".to_owned(), 2020, "censo-2020".to_owned())), ..options() };
    let (layer, report) = read_bytes(&bytes, &options).expect("layer");
    let codes: Vec<_> = layer.places.iter().map(|place| (place.code.as_str(), place.name.as_str())).collect();
    assert_eq!(codes, [("002", "Ñorte"), ("010", "Centro")]);
    assert_eq!(layer.places[1].population.get(&2020), Some(&12));
    assert_eq!((layer.kind, layer.population_edition.as_deref()), (LayerKind::Areas, Some("censo-2020")));
    assert_eq!((report.features, report.places, report.crs.as_str()), (2, 2, "EPSG:4326"));
    assert!(report.issues.is_empty());
}

#[test]
fn a_number_as_code_has_no_decimals_and_the_id_member_is_a_code() {
    let bytes = collection(&[square(r#""_id":761.0"#, -99.0, 19.0, 0.01)]);
    assert_eq!(read_bytes(&bytes, &options()).expect("layer").0.places[0].code, "761");
    let with_id = square("", -99.0, 19.0, 0.01).replacen('{', r#"{"id":"A-7","#, 1);
    let place = read_bytes(&collection(&[with_id]), &options()).expect("layer").0.places.remove(0);
    assert_eq!((place.code.as_str(), place.name.as_str()), ("A-7", "A-7"));
}

#[test]
fn every_bad_feature_is_named_and_refuses_the_file_unless_left_out() {
    let bytes = collection(&[
        square(r#""id":"buena""#, -99.0, 19.0, 0.01),
        r#"{"type":"Feature","properties":{"id":"vacia"},"geometry":null}"#.to_owned(),
        square(r#""id":null"#, -98.0, 19.0, 0.01),
        square(r#""id":"doble""#, -97.0, 19.0, 0.01),
        square(r#""id":"doble""#, -96.0, 19.0, 0.01),
        feature(r#""id":"abierta""#, "Polygon", "[[[0,0],[1,0],[1,1],[0,1]]]"),
        feature(r#""id":"corta""#, "Polygon", "[[[0,0],[1,0],[0,0]]]"),
        feature(r#""id":"plana""#, "Polygon", "[[[0,0],[1,1],[2,2],[0,0]]]"),
        feature(r#""id":"lejos""#, "Polygon", "[[[0,0],[1,0],[1,91],[0,0]]]"),
        feature(r#""id":"punto""#, "Point", "[0,0]"),
        feature(r#""id":"coja""#, "Polygon", "[[[0],[1,0],[1,91],[0,0]]]"),
    ]);
    let (_folder, path) = file("x", &bytes);
    let report = refused(&path, &options());
    let expected = [
        ("vacia", "empty geometry"),
        ("row 3", "missing code"),
        ("abierta", "invalid geometry"),
        ("corta", "invalid geometry"),
        ("plana", "invalid geometry"),
        ("lejos", "invalid geometry"),
        ("punto", "invalid geometry"),
        ("coja", "invalid geometry"),
        ("doble", "duplicate code"),
        ("doble", "duplicate code"),
    ];
    assert_eq!(kinds(&report), expected.map(|(feature, kind)| (feature.to_owned(), kind, true)));
    let (layer, report) = read_bytes(&bytes, &Options { skip_bad: true, ..options() }).expect("layer");
    assert_eq!((layer.places.len(), report.features, report.places, report.refused()), (1, 11, 1, 10));
    assert_eq!(layer.places[0].code, "buena");
    let words = refusal(&bytes, &options());
    assert!(words.contains("10 of 11") && words.contains("vacia") && words.contains("--skip-invalid"), "{words}");
}

#[test]
fn rings_that_cross_or_touch_themselves_are_kept_and_reported() {
    let bytes = collection(&[
        feature(r#""id":"mono""#, "Polygon", "[[[0,0],[2,2],[2,0],[0,2],[0,0]]]"),
        feature(r#""id":"toca""#, "Polygon", "[[[10,0],[14,0],[14,4],[12,0.0],[10,4],[10,0]]]"),
        feature(r#""id":"pico""#, "Polygon", "[[[20,0],[24,0],[24,4],[22,4],[22,6],[22,4],[20,4],[20,0]]]"),
        feature(
            r#""id":"hoyo""#,
            "Polygon",
            "[[[30,0],[32,0],[32,2],[30,2],[30,0]],[[34,0],[35,0],[35,1],[34,1],[34,0]]]",
        ),
        feature(r#""id":"raya""#, "MultiPolygon", "[[[[50,0],[52,0],[52,2],[50,0]]],[[[55,0],[56,1],[55,0],[55,0]]]]"),
        feature(r#""id":"sana""#, "Polygon", "[[[40,0],[44,0],[44,4],[40,4],[40,0]],[[40,2],[42,1],[42,3],[40,2]]]"),
    ]);
    let (layer, report) = read_bytes(&bytes, &options()).expect("layer");
    let invalid = |feature: &str| (feature.to_owned(), "invalid geometry", false);
    assert_eq!(kinds(&report), ["mono", "toca", "pico", "hoyo", "raya"].map(invalid));
    assert!(
        report.issues[0].detail.starts_with("a ring crosses itself at 1.0000000, 1.0000000"),
        "{:?}",
        report.issues
    );
    assert!(report.issues[1].detail.starts_with("a ring touches itself at 12"), "{:?}", report.issues);
    assert!(report.issues[2].detail.contains("a ring goes back over itself at 22.0000000, "), "{:?}", report.issues);
    assert!(report.issues[3].detail.starts_with("a hole lies outside"), "{:?}", report.issues);
    assert!(report.issues[4].detail.starts_with("a ring has all its points on one line"), "{:?}", report.issues);
    assert_eq!(layer.places.len(), 6);
}

#[test]
fn overlaps_are_measured_and_shared_borders_are_not_overlaps() {
    let bytes = collection(&[
        square(r#""id":"a""#, -99.0, 19.0, 0.01),
        square(r#""id":"b""#, -98.99, 19.0, 0.01),
        square(r#""id":"c""#, -98.995, 19.005, 0.01),
        square(r#""id":"d""#, -98.992, 19.007, 0.001),
    ]);
    let (_, report) = read_bytes(&bytes, &options()).expect("layer");
    let overlaps: Vec<_> = report
        .issues
        .iter()
        .map(|issue| match &issue.kind {
            IssueKind::Overlap { with, area_m2 } => (issue.feature.as_str(), with.as_str(), *area_m2),
            other => panic!("{other:?}"),
        })
        .collect();
    // pyproj 3.7, Geod(ellps="WGS84").geometry_area_perimeter of the common squares.
    let expected = [("a", "c", 291_361.9), ("a", "d", 11_654.5), ("b", "c", 291_361.9), ("c", "d", 11_654.5)];
    assert_eq!(overlaps.len(), expected.len(), "{overlaps:?}");
    for (found, expected) in overlaps.iter().zip(expected) {
        assert_eq!((found.0, found.1), (expected.0, expected.1));
        assert!((found.2 - expected.2).abs() < expected.2 * 1e-4, "{found:?} {expected:?}");
    }
}

#[test]
fn heights_are_dropped_and_reported() {
    let bytes = collection(&[feature(r#""id":"alta""#, "Polygon", "[[[0,0,5],[1,0,5],[1,1,5],[0,0,5]]]")]);
    let (layer, report) = read_bytes(&bytes, &options()).expect("layer");
    assert_eq!(kinds(&report), [("alta".to_owned(), "3-D geometry", false)]);
    assert!(matches!(&layer.places[0].shape, Shape::Area(area) if area.0[0].exterior().0.len() == 4));
}

#[test]
fn lines_are_streets_and_several_lines_are_several_segments() {
    let bytes = collection(&[
        feature(r#""id":"x","name":"Av. Juárez""#, "LineString", "[[0,0],[1,1]]"),
        feature(r#""id":"y","name":null"#, "MultiLineString", "[[[0,0],[1,1]],[[2,2],[3,3]]]"),
    ]);
    let (layer, report) = read_bytes(&bytes, &options()).expect("layer");
    let codes: Vec<_> = layer.places.iter().map(|place| (place.code.as_str(), place.name.as_str())).collect();
    assert_eq!(codes, [("x", "Av. Juárez"), ("y-1", ""), ("y-2", "")]);
    assert_eq!((layer.kind, report.features, report.places), (LayerKind::Streets, 2, 3));
}

#[test]
fn files_of_points_and_files_of_both_kinds_are_refused() {
    let area = square(r#""id":"a""#, 0.0, 0.0, 1.0);
    let line = feature(r#""id":"l""#, "LineString", "[[0,0],[1,1]]");
    let point = feature(r#""id":"p""#, "Point", "[0,0]");
    assert!(refusal(&collection(&[area, line]), &options()).contains("a is an area and l is a line"));
    assert!(refusal(&collection(&[point]), &options()).contains("p is a point"));
    assert!(refusal(&collection(&[]), &options()).contains("no area and no street"));
}

#[test]
fn fields_that_are_not_there_are_answered_with_those_that_are() {
    let bytes = collection(&[square(r#""k":"a","n":"A""#, 0.0, 0.0, 1.0)]);
    assert!(refusal(&bytes, &options()).contains("--code among: k, n"));
    let words = refusal(&bytes, &Options { code: Some("clave".to_owned()), ..options() });
    assert!(words.contains("`clave` for --code") && words.contains("k, n"), "{words}");
    let bad =
        Options { code: Some("k".to_owned()), population: Some(("n".to_owned(), 2020, "e".to_owned())), ..options() };
    let (_folder, path) = file("x", &bytes);
    assert!(has(&refused(&path, &bad), |kind| *kind == IssueKind::BadPopulation));
}

#[test]
fn the_reference_system_is_stated_standard_or_given() {
    let utm = square(r#""id":"a""#, 482_000.0, 2_147_000.0, 100.0);
    let stated = String::from_utf8(collection(std::slice::from_ref(&utm))).expect("text").replacen(
        '{',
        r#"{"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32614"}},"#,
        1,
    );
    assert_eq!(read_bytes(stated.as_bytes(), &options()).expect("stated").1.crs, "EPSG:32614");
    let given = Options { crs: Some(32614), ..options() };
    let (layer, report) = read_bytes(&collection(std::slice::from_ref(&utm)), &given).expect("given");
    assert!(report.notes.iter().any(|note| note.contains("--crs says EPSG:32614")), "{:?}", report.notes);
    let Shape::Area(area) = &layer.places[0].shape else { panic!("area") };
    assert!((area.0[0].exterior().0[0].x - -99.171_45).abs() < 1e-4);
    assert!(refusal(&collection(std::slice::from_ref(&utm)), &options()).contains("lies outside EPSG:4326"));
    assert!(refusal(stated.as_bytes(), &Options { crs: Some(6372), ..options() }).contains("the file says EPSG:32614"));
    assert!(refusal(&collection(&[utm]), &Options { crs: Some(4267), ..options() }).contains("EPSG:4267"));
    let none = stated.replacen(r#"{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32614"}}"#, "null", 1);
    assert!(refusal(none.as_bytes(), &options()).contains("--crs"));
    assert!(has(&read_bytes(none.as_bytes(), &given).expect("given").1, |kind| *kind == IssueKind::MissingCrs));
}

#[test]
fn degrees_in_a_file_that_says_metres_are_refused() {
    let bytes = collection(&[square(r#""id":"a""#, -99.0, 19.0, 0.1)]);
    assert!(refusal(&bytes, &Options { crs: Some(6372), ..options() }).contains("lies outside EPSG:6372"));
}

#[test]
fn an_area_that_is_none_is_refused_or_named() {
    let whole = square(r#""id":"a""#, -99.0, 19.0, 0.1);
    let line = feature(r#""id":"b""#, "LineString", "[[-99.0,19.0],[-99.1,19.1]]");
    let text = refusal(&collection(&[whole.clone(), line]), &options());
    assert!(text.contains("a is an area and b is a line") && text.contains("split the file"), "{text}");
    let dot = "[-99.0,19.0]";
    let hole = format!("[[[-99.0,19.0],[-98.0,19.0],[-98.0,20.0],[-99.0,19.0]],[{dot}]]");
    for (rings, ring) in [(format!("[[{dot}]]"), "ring 1 has 1 points"), (hole, "ring 2 has 1 points")] {
        let bytes = collection(&[whole.clone(), feature(r#""id":"b""#, "Polygon", &rings)]);
        assert!(refusal(&bytes, &options()).contains("b: invalid geometry"), "{rings}");
        let (layer, report) = read_bytes(&bytes, &Options { skip_bad: true, ..options() }).expect("the others");
        assert_eq!(layer.places.len(), 1);
        assert!(report.issues.iter().any(|issue| issue.refused && issue.detail.contains(ring)), "{:?}", report.issues);
    }
}
