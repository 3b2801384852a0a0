//! Figures that are too many for a text as it is.

use crate::publish::{beside, desk, files, frictionless, kinds, list_anew, sealed, validate, verify};
use crate::support::Desk;
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use tequio_crime_indicators::publish::{Wanted, publish};

/// Publishes with a limit that the figures are beyond.
fn publish_compressed(desk: &Desk, folder: &Path) {
    let wanted = Wanted { csv_bytes_max: 1_000, ..Wanted::new(&[]) };
    publish(&sealed(desk), folder, wanted, &mut |_, _, _| {}).unwrap();
}

fn compressed() -> (Desk, PathBuf, PathBuf) {
    let desk = desk();
    let folder = beside(&desk, "public");
    publish_compressed(&desk, &folder);
    let edition = folder.join("datasets/sesnsp-state").join(&desk.editions("sesnsp-state")[0]);
    (desk, folder, edition)
}

fn unpacked(path: &Path) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_large_text_is_compressed_and_verifies() {
    let (desk, folder, edition) = compressed();
    assert!(edition.join("counts.csv.gz").is_file() && !edition.join("counts.csv").exists());
    let (code, report) = verify(&folder, &[]);
    assert_eq!((code, kinds(&report), &report["editions"]), (Some(0), vec![], &2.into()), "{report}");
    let plain = beside(&desk, "plain");
    crate::publish::publish(&desk, &plain);
    let same = plain.join(edition.strip_prefix(&folder).unwrap()).join("counts.csv");
    assert_eq!(unpacked(&edition.join("counts.csv.gz")), std::fs::read_to_string(same).unwrap());
    let before = files(&folder);
    publish_compressed(&desk, &folder);
    // The ledger of the other publication is longer; everything else is the same bytes.
    let outside = |files: Vec<(String, Vec<u8>)>| -> Vec<_> {
        files.into_iter().filter(|(path, _)| !path.starts_with("ledger/")).collect()
    };
    assert!(outside(before) == outside(files(&folder)));
}

#[test]
fn catalogues_and_links_say_that_it_is_compressed() {
    let (_desk, folder, edition) = compressed();
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let path = edition.strip_prefix(&folder).unwrap().join("counts.csv.gz");
    let path = path.to_str().unwrap();
    let package: Value = serde_json::from_str(&text("datapackage.json")).unwrap();
    let resource = package["resources"].as_array().unwrap().iter().find(|of| of["path"] == path).unwrap();
    assert_eq!((&resource["compression"], &resource["format"]), (&"gz".into(), &"csv".into()));
    let catalogue: Value = serde_json::from_str(&text("catalog.jsonld")).unwrap();
    let all = catalogue["dcat:dataset"].as_array().unwrap().iter();
    let mut files = all.flat_map(|of| of["dcat:distribution"].as_array().into_iter().flatten());
    let found = files.find(|of| of["@id"] == path).unwrap();
    let media = |of: &Value| of["@id"].as_str().unwrap().rsplit_once("media-types/").unwrap().1.to_owned();
    assert_eq!(media(&found["dcat:mediaType"]), "text/csv");
    assert_eq!(media(&found["dcat:compressFormat"]), "application/gzip");
    assert!(text("index.html").contains(&format!("href=\"{path}\"")));
    assert!(text("feed.xml").contains(&format!("type=\"application/gzip\" href=\"{path}\"")));
}

#[test]
fn a_changed_row_is_found_in_a_compressed_text() {
    let (_desk, folder, edition) = compressed();
    let path = edition.join("counts.csv.gz");
    let text = unpacked(&path).replacen(",112,observed", ",111,observed", 1);
    let mut out = flate2::write::GzEncoder::new(std::fs::File::create(&path).unwrap(), flate2::Compression::default());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap();
    list_anew(&folder);
    let (code, report) = verify(&folder, &[]);
    let rows = report["findings"].as_array().unwrap().iter().find(|finding| finding["kind"] == "rows_changed");
    assert_eq!(code, Some(1));
    assert!(rows.unwrap()["path"].as_str().unwrap().ends_with("counts.csv.gz"), "{report}");
}

#[test]
fn frictionless_validates_a_compressed_text() {
    let Some(program) = frictionless() else { return };
    let (_desk, folder, edition) = compressed();
    let report = validate(&program, &folder);
    assert_eq!(report["valid"], true, "{report:#}");
    let path = edition.join("counts.csv.gz");
    let text = unpacked(&path).replacen(",112,observed", ",many,observed", 1);
    let mut out = flate2::write::GzEncoder::new(std::fs::File::create(&path).unwrap(), flate2::Compression::default());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap();
    assert_eq!(validate(&program, &folder)["valid"], false);
}
