//! A crate uses only crates of lower layers: no arrow goes up or sideways.

use serde_json::Value;
use std::process::Command;

/// Layers from low to high; crates of one layer do not use each other.
const LAYERS: [&[&str]; 7] = [
    &["tequio-kernel"],
    &["tequio-methods", "tequio-reference"],
    &["tequio-atlas", "tequio-archive", "tequio-store", "tequio-access", "tequio-territory"],
    &["tequio-frame", "tequio-intake"],
    &[
        "tequio-crime-map",
        "tequio-crime-indicators",
        "tequio-security-funds",
        "tequio-police-careers",
        "tequio-justice-monitor",
        "tequio-rights-followup",
        "tequio-council",
        "tequio-emergency",
        "tequio-exchange",
        "tequio-prevention",
        "tequio-outreach",
    ],
    &["tequio-portal"],
    &["tequio-cli"],
];

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&name))
}

fn metadata() -> Value {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path", manifest])
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo writes JSON")
}

#[test]
fn no_arrow_goes_up_or_sideways() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 5);
    let mut wrong = Vec::new();
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let Some(here) = layer(name) else {
            wrong.push(format!("{name} stands in no layer: add it to LAYERS"));
            continue;
        };
        let uses = package["dependencies"].as_array().expect("dependencies").iter().filter_map(|d| d["name"].as_str());
        for used in uses.filter(|used| used.starts_with("tequio-")) {
            if layer(used).is_none_or(|there| there >= here) {
                wrong.push(format!("{name} uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
