//! What is said of damage: the file that is damaged, and what to do about it.

use crate::publish::{beside, edit, error, out, publish, published, verify};
use crate::support::Desk;
use std::path::Path;

/// The one line with which publishing is refused.
fn refused(desk: &Desk, folder: &Path) -> String {
    let output = desk.run(["publish".as_ref(), folder.as_os_str()]);
    let line = error(&output);
    assert_eq!((output.status.code(), line.lines().count()), (Some(1), 1), "{line}");
    assert!(!line.contains("publishing/") && !line.contains("run `tequio") && !line.contains("Run `tequio"), "{line}");
    line
}

#[test]
fn a_list_of_what_is_withheld_that_is_gone_is_named_first() {
    let (desk, folder, _, key) = published();
    std::fs::remove_file(folder.join("withheld.json")).unwrap();
    let (code, report) = verify(&folder, &["--key", &key]);
    let first = &report["findings"][0];
    assert_eq!((code, &first["path"], &first["kind"]), (Some(1), &"withheld.json".into(), &"file_changed".into()));
    assert!(first["detail"].as_str().unwrap().starts_with("it is not here, so nothing counts as withheld"), "{first}");
    let named = report["findings"].as_array().unwrap().iter().filter(|finding| finding["path"] == "withheld.json");
    assert_eq!(named.count(), 1, "{report}");
    let text = out(&Desk::new().run(["verify", folder.to_str().unwrap()]));
    assert!(text.starts_with("file changed: withheld.json: it is not here"), "{text}");
    publish(&desk, &folder);
    edit(&folder.join("withheld.json"), "incidents", "received");
    let (_, report) = verify(&folder, &[]);
    assert!(report["findings"][0]["detail"].as_str().unwrap().starts_with("it is not the list"), "{report}");
}

#[test]
fn a_damaged_edition_is_named_with_what_to_do() {
    let (desk, folder, ..) = published();
    let edition = desk.editions("sesnsp-state")[1].clone();
    let below = format!("datasets/sesnsp-state/{edition}");
    let file = |name: &str| desk.data().join(&below).join(name);
    for (name, says) in [
        ("manifest.json", "manifest.json is damaged: "),
        ("counts.parquet", "counts.parquet is damaged: its content is not what was imported"),
        ("rows.tree", "rows.tree is damaged: its content is not what was imported"),
    ] {
        let whole = std::fs::read(file(name)).unwrap();
        std::fs::write(file(name), &whole[..whole.len() / 2]).unwrap();
        let line = refused(&desk, &folder);
        assert!(line.contains(&format!("{below}/{says}")) && line.contains(desk.data().to_str().unwrap()), "{line}");
        assert!(
            line.contains("Restore this file from a copy of the data folder; a publication of this ledger holds"),
            "{line}"
        );
        for command in ["verify", "check"] {
            let output = desk.run([command]);
            let text = out(&output);
            assert_eq!(output.status.code(), Some(1));
            assert!(text.contains(name) && !text.contains("un `tequio"), "{text}");
        }
        // What it says to do helps: the earlier publication has the file.
        std::fs::copy(folder.join(&below).join(name), file(name)).unwrap();
        assert_eq!(std::fs::read(file(name)).unwrap(), whole);
        publish(&desk, &folder);
    }
    // A manifest that can be read and is another.
    edit(&file("manifest.json"), "2025-07-20", "2025-07-19");
    let line = refused(&desk, &folder);
    assert!(line.contains(&format!("{below}/manifest.json is not the manifest that the ledger recorded")), "{line}");
    assert_eq!(verify(&folder, &[]).0, Some(0), "what was published before is still there");
    assert!(!beside(&desk, ".public.publishing").exists());
}
