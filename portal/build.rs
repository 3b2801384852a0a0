//! Refuses to build a portal without its styles and scripts, with one line that says what to do.

fn main() {
    println!("cargo::rerun-if-changed=../web/dist/.vite/manifest.json");
    if !std::path::Path::new("../web/dist/.vite/manifest.json").exists() {
        println!("cargo::error=web/dist is missing: run `make web` first");
    }
}
