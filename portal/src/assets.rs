//! Styles, scripts and fonts, built by Vite and embedded in the program.

use crate::PortalError;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Redirect, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;
use std::collections::BTreeMap;
use tequio_frame::{Assets, Problem, ProblemCode};

/// Folder of the assets in addresses; `base` in `web/vite.config.ts`.
const PREFIX: &str = "/assets/";
/// Files that carry a hash of their content in their name never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// The others are asked for again after an hour.
const FOR_AN_HOUR: &str = "public, max-age=3600";
/// Entry of every page in Vite's manifest.
const ENTRY: &str = "src/main.ts";
/// Fonts that every page shows above the fold.
const EARLY_FONTS: [&str; 2] = ["source-sans-3-latin-wght-normal", "source-serif-4-latin-wght-normal"];

#[derive(RustEmbed)]
#[folder = "../web/dist"]
struct Dist;

#[derive(Deserialize)]
struct Chunk {
    file: String,
    #[serde(default)]
    css: Vec<String>,
    #[serde(default)]
    assets: Vec<String>,
}

/// Reads Vite's manifest for the hashed names that pages link to.
///
/// # Errors
/// [`PortalError::Assets`] when the manifest is missing or has no entry.
pub fn of_manifest() -> Result<Assets, PortalError> {
    let file = Dist::get(".vite/manifest.json").ok_or_else(|| PortalError::Assets("there is none".to_owned()))?;
    let chunks: BTreeMap<String, Chunk> =
        serde_json::from_slice(&file.data).map_err(|error| PortalError::Assets(error.to_string()))?;
    let entry = chunks.get(ENTRY).ok_or_else(|| PortalError::Assets(format!("it has no `{ENTRY}`")))?;
    let address = |file: &String| format!("{PREFIX}{file}");
    let early = |file: &&String| EARLY_FONTS.iter().any(|font| file.starts_with(font));
    Ok(Assets {
        styles: entry.css.iter().map(address).collect(),
        scripts: vec![address(&entry.file)],
        fonts: entry.assets.iter().filter(early).map(address).collect(),
        icon: Dist::get("icon.svg").map(|_| format!("{PREFIX}icon.svg")),
    })
}

/// `GET /assets/{path}`.
pub async fn serve(Path(path): Path<String>) -> Response {
    match Dist::get(&path) {
        // The manifest is ours, not the reader's.
        Some(file) if !path.starts_with('.') => answer(&path, file),
        _ => Problem::new(ProblemCode::NotFound).into_response(),
    }
}

/// `GET /favicon.ico`, which browsers ask for whatever the page says.
pub async fn icon() -> Redirect {
    Redirect::permanent("/assets/icon.svg")
}

fn answer(path: &str, file: EmbeddedFile) -> Response {
    let cache = if path.contains('-') { FOR_EVER } else { FOR_AN_HOUR };
    let hash: String = file.metadata.sha256_hash().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let headers = [(CONTENT_TYPE, media_type(path)), (CACHE_CONTROL, cache), (ETAG, &format!("W/\"{hash}\""))];
    (headers, file.data).into_response()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "woff2" => "font/woff2",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_names_files_that_are_embedded() {
        let assets = of_manifest().expect("a manifest");
        let all = assets.styles.iter().chain(&assets.scripts).chain(&assets.fonts).chain(&assets.icon);
        let names: Vec<&str> = all.map(|address| address.strip_prefix(PREFIX).expect("a prefix")).collect();
        assert!(names.len() >= 5, "{names:?}");
        assert!(names.iter().all(|name| Dist::get(name).is_some()), "{names:?}");
    }
}
