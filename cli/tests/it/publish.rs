//! Publishing, and verifying what was published as somebody who has nothing else.

use crate::support::{Desk, fgj, sesnsp, shared};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

pub fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A desk with an edition of incidents and two of official counts, of which the second revises the first.
pub fn desk() -> Desk {
    let desk = Desk::new();
    desk.import(&desk.file("incidents.csv", fgj(100, 1)));
    let first = desk.file("counts.csv", sesnsp(6, 0));
    desk.json(["import", "--json", "--published", "2025-07-20", first.to_str().unwrap()]);
    let second = desk.file("counts.csv", sesnsp(7, 5));
    desk.json(["import", "--json", "--published", "2025-08-20", second.to_str().unwrap()]);
    desk
}

pub fn beside(desk: &Desk, name: &str) -> PathBuf {
    desk.data().parent().unwrap().join(name)
}

/// Publishes and answers the summary.
pub fn publish(desk: &Desk, folder: &Path) -> Value {
    desk.json(["publish".as_ref(), "--json".as_ref(), folder.as_os_str()])
}

/// A published desk: the folder, the summary and the key of its ledger.
pub fn published() -> (Desk, PathBuf, Value, String) {
    let desk = desk();
    let folder = beside(&desk, "public");
    let summary = publish(&desk, &folder);
    let key = desk.json(["ledger", "show", "--json"])["key"].as_str().unwrap().to_owned();
    (desk, folder, summary, key)
}

/// Verifies on another machine; answers exit code and report.
pub fn verify(folder: &Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let output = Desk::new().command().args(["verify", "--json"]).arg(folder).args(arguments).output().unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", error(&output)));
    (output.status.code(), report)
}

pub fn kinds(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|finding| finding["kind"].as_str().unwrap()).collect()
}

/// Files below a folder with their bytes, in order.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let (mut open, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(current) = open.pop() {
        for found in std::fs::read_dir(current).unwrap() {
            let path = found.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let below = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.push((below, std::fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

pub fn edit(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// Writes the list of files anew, as one would who changed a file and has no key.
pub fn list_anew(folder: &Path) {
    tequio_archive::publication::write_sums(folder).unwrap();
}

#[test]
fn what_is_published_verifies_with_nothing_else() {
    let (desk, folder, summary, key) = published();
    assert_eq!(summary["editions"].as_array().unwrap().len(), 2);
    let (code, report) = verify(&folder, &["--key", &key]);
    assert_eq!((code, &report["verified"], kinds(&report)), (Some(0), &true.into(), vec![]), "{report}");
    assert_eq!(report["editions"], 2);
    assert_eq!(report["indicators"].as_u64(), Some(summary["indicators"].as_array().unwrap().len() as u64));
    assert!(report["indicators"].as_u64().unwrap() >= 3, "{report}");
    // The publisher's own folder gives the same answer.
    let own = desk.json(["verify", "--json"]);
    for part in ["verified", "origin", "size", "root", "editions", "indicators"] {
        assert_eq!(own[part], report[part], "{part}");
    }
    // What is withheld is named, with its reason.
    let incidents = format!("datasets/fgj-cdmx/{}", desk.editions("fgj-cdmx")[0]);
    let held = report["withheld"].as_array().unwrap();
    let reason = |path: &str| held.iter().find(|held| held["path"] == path).map(|held| held["reason"].clone());
    assert_eq!(reason(&incidents), Some("incidents".into()));
    let edition = &desk.editions("sesnsp-state")[0];
    assert_eq!(reason(&format!("datasets/sesnsp-state/{edition}/source/0001-counts.csv")), Some("received".into()));
    assert_eq!(reason(&format!("datasets/sesnsp-state/{edition}/rejects.csv")), Some("rejected".into()));
    assert_eq!(held.len(), 5);
    assert!(
        files(&folder)
            .iter()
            .all(|(path, _)| !path.contains("fgj") && !path.contains("key") && !path.contains("source"))
    );
    // The manifest is the one that the ledger hashes.
    let manifest = format!("datasets/sesnsp-state/{edition}/manifest.json");
    assert_eq!(std::fs::read(folder.join(&manifest)).unwrap(), std::fs::read(desk.data().join(&manifest)).unwrap());
}

#[test]
fn published_twice_is_the_same_bytes() {
    let (desk, folder, first, _) = published();
    let before = files(&folder);
    let size = desk.json(["ledger", "show", "--json"])["size"].clone();
    let again = publish(&desk, &folder);
    assert_eq!((&again["recorded"], &again["entries"]), (&0.into(), &first["entries"]));
    let elsewhere = beside(&desk, "elsewhere/public");
    publish(&desk, &elsewhere);
    assert!(before == files(&folder) && before == files(&elsewhere));
    assert_eq!(desk.json(["ledger", "show", "--json"])["size"], size);
    // A new edition is a new publication; the publications of indicators before it stay.
    desk.import(&desk.file("counts.csv", sesnsp(8, 5)));
    let third = publish(&desk, &folder);
    assert!(third["recorded"].as_u64().unwrap() > 1, "{third}");
    let (code, report) = verify(&folder, &[]);
    assert_eq!((code, &report["editions"]), (Some(0), &3.into()), "{report}");
    let indicators = before.iter().filter(|(path, _)| path.starts_with("indicators/"));
    let now = files(&folder);
    indicators.for_each(|file| assert!(now.contains(file), "{}", file.0));
    let left = std::fs::read_dir(folder.parent().unwrap()).unwrap();
    let left: Vec<_> =
        left.map(|found| found.unwrap().file_name()).filter(|name| name.to_str().unwrap().starts_with('.')).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_publication_of_nothing_verifies() {
    let desk = Desk::new();
    let folder = beside(&desk, "public");
    let refused = desk.run(["publish".as_ref(), folder.as_os_str()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(error(&refused).contains("there is no data folder"), "{}", error(&refused));
    desk.import(&desk.file("incidents.csv", fgj(100, 1)));
    let summary = publish(&desk, &folder);
    assert_eq!((&summary["editions"], &summary["indicators"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    let (code, report) = verify(&folder, &[]);
    assert_eq!((code, report["withheld"].as_array().unwrap().len()), (Some(0), 1), "{report}");
    edit(&folder.join("index.html"), "Ediciones", "ediciones");
    let (code, report) = verify(&folder, &[]);
    assert_eq!(
        (code, kinds(&report), &report["findings"][0]["path"]),
        (Some(1), vec!["file_changed"], &"index.html".into())
    );
}

#[test]
fn a_part_is_published_and_the_rest_is_withheld() {
    let desk = desk();
    let other = desk.file("federal.csv", sesnsp(6, 1));
    desk.json(["import", "--json", "--dataset", "other", other.to_str().unwrap()]);
    let folder = beside(&desk, "public");
    let whole = publish(&desk, &folder);
    let part = desk.json(["publish", "--json", "--dataset", "other", folder.to_str().unwrap()]);
    assert_eq!((whole["editions"].as_array().unwrap().len(), part["editions"].as_array().unwrap().len()), (3, 1));
    let (code, report) = verify(&folder, &[]);
    assert_eq!((code, &report["editions"]), (Some(0), &1.into()), "{report}");
    let reasons: Vec<&str> =
        report["withheld"].as_array().unwrap().iter().map(|held| held["reason"].as_str().unwrap()).collect();
    for reason in ["incidents", "not-chosen", "rests-on-withheld", "received"] {
        assert!(reasons.contains(&reason), "{reasons:?}");
    }
    for (dataset, says) in [("fgj-cdmx", "points are never published"), ("none", "there is no dataset `none`")] {
        let refused = desk.run(["publish", "--dataset", dataset, folder.to_str().unwrap()]);
        let line = error(&refused);
        assert_eq!((refused.status.code(), line.lines().count(), line.contains(says)), (Some(1), 1, true), "{line}");
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let desk = desk();
    let folder = beside(&desk, "public");
    let before = files(&desk.data());
    let planned = desk.json(["publish", "--dry-run", "--json", folder.to_str().unwrap()]);
    assert_eq!((planned["editions"].as_array().unwrap().len(), &planned["dry_run"]), (2, &true.into()));
    assert!(!folder.exists() && before == files(&desk.data()));
    assert_eq!(publish(&desk, &folder)["editions"], planned["editions"]);
}

#[test]
fn only_an_earlier_publication_is_replaced() {
    let (desk, folder, ..) = published();
    let refuses = |target: &Path, says: &str| {
        let output = desk.run(["publish".as_ref(), target.as_os_str()]);
        let line = error(&output);
        assert_eq!((output.status.code(), line.lines().count()), (Some(1), 1), "{line}");
        assert!(line.contains(says), "{line}");
    };
    refuses(&desk.file("file", "x"), "it is a file");
    refuses(&desk.data().join("public"), "lie within each other");
    refuses(desk.data().parent().unwrap(), "lie within each other");
    let mine = folder.join("mine.txt");
    std::fs::write(&mine, "x").unwrap();
    refuses(&folder, "mine.txt is no file of the publication");
    assert!(mine.exists());
    std::fs::remove_file(&mine).unwrap();
    let full = beside(&desk, "full");
    std::fs::create_dir(&full).unwrap();
    publish(&desk, &full);
    std::fs::remove_file(full.join("publication.json")).unwrap();
    refuses(&full, "holds no earlier publication");
    let (_other, theirs, ..) = published();
    refuses(&theirs, "it is a publication of the ledger");
}

#[test]
fn two_processes_at_one_folder_the_second_is_refused_with_a_clear_line() {
    let (desk, folder, ..) = published();
    let before = files(&folder);
    let lock = std::fs::OpenOptions::new().write(true).open(desk.data().join("lock")).unwrap();
    lock.lock().unwrap();
    let refused = desk.run(["publish".as_ref(), folder.as_os_str()]);
    let line = error(&refused);
    assert_eq!((refused.status.code(), line.lines().count()), (Some(1), 1), "{line}");
    assert!(line.contains("is writing to this data folder"), "{line}");
    drop(lock);
    let lock = std::fs::File::open(folder.parent().unwrap()).unwrap();
    lock.lock().unwrap();
    let refused = desk.run(["publish".as_ref(), folder.as_os_str()]);
    let line = error(&refused);
    assert_eq!((refused.status.code(), line.lines().count()), (Some(1), 1), "{line}");
    assert!(line.contains("another process is publishing beside"), "{line}");
    assert!(before == files(&folder));
}

#[test]
fn dropped_and_back_dated_editions_are_named() {
    let (desk, folder, _, key) = published();
    let (newest, oldest) = (desk.editions("sesnsp-state")[0].clone(), desk.editions("sesnsp-state")[1].clone());
    let index = |edition: &str| {
        let shown = desk.json(["ledger", "show", "--json", "--last", "1000"]);
        let found = shown["entries"].as_array().unwrap().iter().find(|e| e["entry"]["edition"] == edition).unwrap();
        found["index"].clone()
    };
    // Back-dated: the manifest says another day.
    let manifest = folder.join("datasets/sesnsp-state").join(&newest).join("manifest.json");
    edit(&manifest, "2025-08-20", "2025-07-21");
    let (code, report) = verify(&folder, &["--key", &key]);
    assert_eq!((code, &report["first_bad_entry"]), (Some(1), &index(&newest)), "{report}");
    assert!(kinds(&report).contains(&"edition_changed") && report.to_string().contains("date of publication"));
    publish(&desk, &folder);
    // Dropped, and told to be withheld by one who has no key.
    std::fs::remove_dir_all(folder.join("datasets/sesnsp-state").join(&oldest)).unwrap();
    let (code, report) = verify(&folder, &["--key", &key]);
    assert_eq!((code, &report["first_bad_entry"]), (Some(1), &index(&oldest)), "{report}");
    assert!(kinds(&report).contains(&"edition_missing"));
    edit(
        &folder.join("withheld.json"),
        "\"withheld\": [",
        &format!("\"withheld\": [{{\"path\":\"datasets/sesnsp-state/{oldest}\",\"reason\":\"not-chosen\"}},"),
    );
    list_anew(&folder);
    let (code, report) = verify(&folder, &["--key", &key]);
    let missing =
        report["findings"].as_array().unwrap().iter().find(|finding| finding["entry"] == index(&oldest)).unwrap();
    assert_eq!((code, &missing["kind"]), (Some(1), &"edition_missing".into()), "{report}");
    assert!(kinds(&report).contains(&"publication_unrecorded"));
}

#[test]
fn what_the_ledger_records_and_nobody_has_is_not_published() {
    let desk = desk();
    let oldest = desk.editions("sesnsp-state")[1].clone();
    std::fs::remove_dir_all(desk.data().join("datasets/sesnsp-state").join(&oldest)).unwrap();
    let output = desk.run(["publish", beside(&desk, "public").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let line = error(&output);
    assert!(line.contains(&format!("sesnsp-state {oldest} is in the ledger")) && line.lines().count() == 1, "{line}");
    assert!(!beside(&desk, "public").exists());
}

#[test]
fn a_changed_and_a_dropped_row_are_found_behind_a_list_that_was_written_anew() {
    let (desk, folder, ..) = published();
    let csv = format!("datasets/sesnsp-state/{}/counts.csv", desk.editions("sesnsp-state")[1]);
    let changes: [fn(&str) -> String; 2] = [
        |text| text.replacen(",2024-05,112,observed", ",2024-05,111,observed", 1),
        |text| text.lines().enumerate().filter(|(at, _)| *at != 7).map(|(_, line)| format!("{line}\n")).collect(),
    ];
    for change in changes {
        let text = std::fs::read_to_string(folder.join(&csv)).unwrap();
        assert_ne!(change(&text), text);
        std::fs::write(folder.join(&csv), change(&text)).unwrap();
        list_anew(&folder);
        let (code, report) = verify(&folder, &[]);
        assert_eq!(code, Some(1));
        let of_rows = report["findings"].as_array().unwrap().iter().find(|finding| finding["kind"] == "rows_changed");
        assert_eq!(of_rows.unwrap()["path"], csv.as_str(), "{report}");
        assert!(kinds(&report).contains(&"publication_unrecorded"));
        publish(&desk, &folder);
    }
}

#[test]
fn an_indicator_that_does_not_recompute_is_named() {
    let (desk, folder, ..) = published();
    let shown = desk.json(["ledger", "show", "--json", "--last", "1000"]);
    let entries = shown["entries"].as_array().unwrap();
    let of = entries.iter().find(|e| e["entry"]["name"] == "homicide-rate-case-files").unwrap();
    let edition = of["entry"]["edition"].as_str().unwrap();
    let path = format!("indicators/homicide-rate-case-files/{edition}.json");
    // A publisher who holds the key records a false figure rightly.
    let mut false_one: Value = serde_json::from_slice(&std::fs::read(desk.data().join(&path)).unwrap()).unwrap();
    let observations = false_one["series"][0]["observations"].as_array_mut().unwrap();
    let first = observations.iter_mut().find(|o| o["value"].is_number()).unwrap();
    first["value"] = (first["value"].as_f64().unwrap() * 0.99).into();
    let bytes = serde_json::to_vec_pretty(&false_one).unwrap();
    record_indicator(&desk, "homicide-rate-case-files", "false", &bytes);
    let output = desk.run(["verify"]);
    assert_eq!(output.status.code(), Some(1));
    let last = desk.json(["ledger", "show", "--json"])["size"].as_u64().unwrap() - 1;
    let line = out(&output);
    assert!(
        line.starts_with(&format!(
            "indicator not recomputed: entry {last}: indicators/homicide-rate-case-files/false.json: sesnsp-state "
        )),
        "{line}"
    );
    assert!(line.contains("value is ") && line.contains(&format!("the first bad entry is {last}")), "{line}");
    publish(&desk, &folder);
    let (code, report) = verify(&folder, &[]);
    assert_eq!(
        (code, kinds(&report), &report["first_bad_entry"]),
        (Some(1), vec!["indicator_not_recomputed"], &last.into())
    );
    // Without the key it is changed before it is recomputed.
    std::fs::write(folder.join(&path), &bytes).unwrap();
    let (_, report) = verify(&folder, &[]);
    assert!(kinds(&report).contains(&"indicator_changed"), "{report}");
    std::fs::remove_file(folder.join(&path)).unwrap();
    assert!(kinds(&verify(&folder, &[]).1).contains(&"indicator_missing"));
}

pub fn record_indicator(desk: &Desk, name: &str, edition: &str, bytes: &[u8]) {
    use tequio_archive::ledger::{Entry, EntryKind, content_of};
    let data = sealed(desk);
    let lock = data.lock().unwrap();
    data.keep_indicator(&lock, name, edition, bytes.to_vec()).unwrap();
    let entry = Entry {
        kind: EntryKind::Indicator,
        name: name.to_owned(),
        edition: edition.to_owned(),
        content: content_of(bytes),
        rows_root: None,
        published: None,
        recorded: String::new(),
        supersedes: None,
        key: None,
        signature: None,
    };
    data.record(&lock, vec![entry]).unwrap();
}

/// The data folder as its owner opens it.
pub fn sealed(desk: &Desk) -> tequio_archive::DataFolder {
    let seal = tequio_archive::ledger::Seal {
        now: Box::new(|| jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
        seed: Box::new(|| Ok([1; 32])),
        origin: None,
        writer: "test".to_owned(),
        built_in: Vec::new,
    };
    tequio_archive::DataFolder::new(desk.data()).sealed(seal)
}

#[test]
fn a_rollback_of_the_whole_folder_is_found() {
    let (desk, folder, _, key) = published();
    let old = beside(&desk, "old");
    publish(&desk, &old);
    let old_head = std::fs::read(old.join("ledger/checkpoint")).unwrap();
    desk.import(&desk.file("counts.csv", sesnsp(9, 5)));
    publish(&desk, &folder);
    let remembered = desk.file("remembered", std::fs::read(folder.join("ledger/checkpoint")).unwrap());
    let witness = Desk::new();
    let cosigned = desk.file("cosigned", "");
    let (place, file) = (folder.to_str().unwrap(), cosigned.to_str().unwrap());
    let signed = witness.run(["witness", "sign", place, "--key", &key, "--name", "w1.example.org", "--out", file]);
    assert!(signed.status.success(), "{}", error(&signed));
    assert_eq!(verify(&old, &["--key", &key]).0, Some(0), "by itself it looks well");
    for seen in [remembered.to_str().unwrap(), file] {
        let (code, report) = verify(&old, &["--key", &key, "--checkpoint", seen]);
        assert_eq!((code, kinds(&report)), (Some(1), vec!["rolled_back"]), "{report}");
    }
    // The other way round it continues.
    let remembered = desk.file("remembered", old_head);
    assert_eq!(verify(&folder, &["--key", &key, "--checkpoint", remembered.to_str().unwrap()]).0, Some(0));
    // What a witness cosigned is published too, and verifies.
    let vkey = error(&signed).trim().rsplit(' ').next().unwrap().to_owned();
    for what in [vkey.as_str(), file] {
        assert!(desk.run(["witness", "add", what]).status.success());
    }
    publish(&desk, &folder);
    let (code, report) = verify(&folder, &["--key", &key, "--witness", &vkey, "--policy", "1"]);
    assert_eq!((code, &report["witnesses"]), (Some(0), &1.into()), "{report}");
    let before = files(&folder);
    publish(&desk, &folder);
    assert!(before == files(&folder));
    let mut bytes = std::fs::read(folder.join("ledger/cosigned")).unwrap();
    let at = bytes.len() - 8;
    bytes[at] ^= 1;
    std::fs::write(folder.join("ledger/cosigned"), bytes).unwrap();
    let (code, report) = verify(&folder, &["--key", &key]);
    assert!(code == Some(1) && report.to_string().contains("ledger/cosigned"), "{report}");
}

const KILLS: usize = 40;

#[test]
fn a_killed_publish_leaves_before_or_after() {
    let (desk, folder, ..) = published();
    let start = Instant::now();
    publish(&desk, &folder);
    let whole = start.elapsed();
    let (mut before, mut after, mut editions) = (0, 0, 2);
    for round in 1..=KILLS {
        desk.import(&desk.file("counts.csv", sesnsp(1 + round % 12, 5 + round as u64)));
        let mut command = desk.command();
        let mut running =
            command.arg("publish").arg(&folder).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        let share = (round * 17 % KILLS) as f64 / KILLS as f64;
        std::thread::sleep(whole.mul_f64(1.2 * share).max(Duration::from_micros(200)));
        running.kill().expect("killed");
        running.wait().expect("ended");
        let (code, report) = verify(&folder, &[]);
        assert_eq!(code, Some(0), "round {round}: {report}");
        let (now, all) = (report["editions"].as_u64().unwrap(), 2 + round as u64);
        match now {
            now if now == all => after += 1,
            now if now == editions => before += 1,
            now => panic!("{now} editions are published after {editions} of {all}"),
        }
        editions = now;
        let own = desk.run(["verify"]);
        assert!(own.status.success(), "round {round}: {}", out(&own));
    }
    eprintln!("{KILLS} kills: {before} before, {after} after");
    assert!(before > KILLS / 10, "the kills have to meet publications at work");
    publish(&desk, &folder);
    assert_eq!(verify(&folder, &[]).1["editions"], 2 + KILLS as u64);
    let left = std::fs::read_dir(folder.parent().unwrap()).unwrap().map(|found| found.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_str().unwrap().starts_with('.')).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn catalogue_feed_and_package_are_well_formed() {
    let (desk, folder, ..) = published();
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let feed = text("feed.xml");
    let feed = roxmltree::Document::parse(&feed).unwrap();
    let entries: Vec<_> =
        feed.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2005/Atom", "entry"))).collect();
    assert_eq!(entries.len(), 2);
    for node in std::iter::once(feed.root_element()).chain(entries.iter().copied()) {
        for name in ["id", "title", "updated"] {
            assert!(node.children().any(|child| child.tag_name().name() == name && child.text().is_some()), "{name}");
        }
    }
    let summary =
        entries[0].children().find(|child| child.has_tag_name(("http://www.w3.org/2005/Atom", "summary"))).unwrap();
    let (new, old) = (desk.editions("sesnsp-state")[0].clone(), desk.editions("sesnsp-state")[1].clone());
    let diff = desk.json(["diff", "sesnsp-state", &old, &new, "--json"]);
    let sizes = format!(
        "{} figures changed (net {}, {} in all), {} added",
        diff["changed"], diff["net"], diff["absolute"], diff["added"]
    );
    assert!(
        summary.text().unwrap().contains(&sizes) && diff["changed"].as_u64() > Some(0),
        "{:?} {sizes}",
        summary.text()
    );
    let catalogue: Value = serde_json::from_str(&text("catalog.jsonld")).unwrap();
    let all = catalogue["dcat:dataset"].as_array().unwrap();
    let of = |kind: &str| all.iter().filter(|dataset| dataset["@type"] == kind).count();
    assert_eq!((of("dcat:DatasetSeries"), &catalogue["@type"]), (1, &"dcat:Catalog".into()));
    let addresses: Vec<&str> = all
        .iter()
        .flat_map(|dataset| dataset["dcat:distribution"].as_array().into_iter().flatten())
        .map(|distribution| distribution["dcat:downloadURL"]["@id"].as_str().unwrap())
        .collect();
    assert!(addresses.len() > 8);
    addresses.iter().for_each(|address| assert!(folder.join(address).is_file(), "{address}"));
    let package: Value = serde_json::from_str(&text("datapackage.json")).unwrap();
    for resource in package["resources"].as_array().unwrap() {
        let bytes = std::fs::metadata(folder.join(resource["path"].as_str().unwrap())).unwrap().len();
        assert_eq!(resource["bytes"], bytes);
    }
    // Nothing of the index comes from elsewhere, and every link leads somewhere.
    let index = text("index.html");
    assert!(!index.contains("http://") && !index.contains("https://") && !index.contains("<script"));
    let links: Vec<&str> = index.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() > 15);
    links.iter().for_each(|link| assert!(folder.join(link).is_file(), "{link}"));
}

/// The program of Frictionless Data; `make fixtures` installs it.
pub fn frictionless() -> Option<PathBuf> {
    let home = std::env::var("HOME").unwrap_or_default();
    let program =
        std::env::var("TEQUIO_FRICTIONLESS").unwrap_or(format!("{home}/.cache/tequio/frictionless/bin/frictionless"));
    let program = PathBuf::from(program);
    if !program.exists() {
        eprintln!(
            "SKIPPED: {} is not here ('make fixtures' installs it), so the Data Package is not validated",
            program.display()
        );
    }
    program.exists().then_some(program)
}

pub fn validate(program: &Path, folder: &Path) -> Value {
    let output =
        Command::new(program).arg("validate").arg(folder.join("datapackage.json")).arg("--json").output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}{}", out(&output), error(&output)))
}

#[test]
fn frictionless_validates_the_package() {
    let Some(program) = frictionless() else { return };
    let (desk, folder, ..) = published();
    let report = validate(&program, &folder);
    assert_eq!(report["valid"], true, "{report:#}");
    assert!(report["stats"]["tasks"].as_u64().unwrap() > 10);
    // It does look: a value that is no number is found.
    let csv = folder.join("datasets/sesnsp-state").join(&desk.editions("sesnsp-state")[0]).join("counts.csv");
    edit(&csv, ",112,observed", ",many,observed");
    assert_eq!(validate(&program, &folder)["valid"], false);
    let empty = Desk::new();
    empty.import(&empty.file("incidents.csv", fgj(100, 1)));
    publish(&empty, &beside(&empty, "public"));
    let report = validate(&program, &beside(&empty, "public"));
    assert_eq!(report["valid"], true, "{report:#}");
}

/// Serves a folder over plain HTTP until the test ends; answers its address.
fn serve(folder: PathBuf) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if stream.read(&mut byte).unwrap_or(0) == 0 {
                    break;
                }
                head.push(byte[0]);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let path = head.split(' ').nth(1).unwrap_or("/").trim_start_matches("/public/").to_owned();
            let (status, body) = match std::fs::read(folder.join(path)) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    address
}

#[test]
fn a_publication_is_verified_over_http() {
    let (_desk, folder, _, key) = published();
    let address = serve(folder.clone());
    let url = PathBuf::from(format!("{address}/public/"));
    let (code, there) = verify(&url, &["--key", &key]);
    let (_, here) = verify(&folder, &["--key", &key]);
    assert_eq!(code, Some(0), "{there}");
    assert_eq!(there, here, "the same answer");
    std::fs::remove_file(folder.join("editions.csv")).unwrap();
    let (code, report) = verify(&url, &[]);
    assert_eq!((code, &report["findings"][0]["path"]), (Some(1), &"editions.csv".into()), "{report}");
    let refused = |target: &str| {
        let output = Desk::new().run(["verify", target]);
        assert_eq!((output.status.code(), error(&output).lines().count()), (Some(1), 1), "{}", error(&output));
        error(&output)
    };
    std::fs::remove_file(folder.join("SHA256SUMS")).unwrap();
    assert!(refused(url.to_str().unwrap()).contains("SHA256SUMS is not there"));
    let output = Desk::new().run(["verify", url.to_str().unwrap(), "--ca", "/dev/null"]);
    assert!(error(&output).contains("--ca says whom an https:// address is believed from"), "{}", error(&output));
    assert!(refused("http://127.0.0.1:9/x").contains("127.0.0.1:9"));
}

#[test]
fn the_real_files_are_published_together() {
    let Some(shared) = shared() else { return };
    let desk = Desk::new();
    let real = [
        "sesnsp-rnid-estatal-2026-03.csv",
        "sesnsp-federal-2025-07.csv.gz",
        "sesnsp-municipal-guanajuato-homicidio.csv",
    ];
    real.iter().for_each(|name| drop(desk.import(&shared.join("counts").join(name))));
    let folder = beside(&desk, "public");
    let summary = publish(&desk, &folder);
    let (code, report) = verify(&folder, &[]);
    assert_eq!((code, &report["editions"]), (Some(0), &3.into()), "{report}");
    assert_eq!(report["indicators"].as_u64(), Some(summary["indicators"].as_array().unwrap().len() as u64));
}
