//! One command a file.

pub mod check;
pub mod claim;
pub mod count;
pub mod datasets;
pub mod diff;
pub mod export;
pub mod import;
pub mod indicator;
pub mod openapi;
pub mod revisions;
pub mod sample;
pub mod serve;
pub mod territory;

use std::io::Write as _;

/// Writes to the standard output; a reader that left is an error that `main` takes for the end.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Writes a JSON value, indented, with a line end.
pub fn print_json(value: &serde_json::Value) -> anyhow::Result<()> {
    print(&format!("{value:#}\n"))
}

/// Now, RFC 3339 in UTC, to the second.
pub fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A temporary file is the owner's alone; an export is read like any other file.
pub fn readable(file: &std::path::Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}
