//! Other programs read what the archive holds, as it is.

use crate::support::{Desk, fgj};
use std::process::Command;

const SCRIPT: &str = "
import duckdb, json, sys
rows, located, bbox = duckdb.execute('''select count(*), count(geometry), min(bbox.xmin) from read_parquet(?)''', [sys.argv[1]]).fetchone()
by = duckdb.execute('''select upper(trim(offence)), count(*) from read_parquet(?) group by 1 order by 1''', [sys.argv[1]]).fetchall()
geo = duckdb.execute('''select value from parquet_kv_metadata(?) where key = 'geo' ''', [sys.argv[1]]).fetchone()[0]
print(json.dumps({'rows': rows, 'located': located, 'west': bbox, 'by': by, 'geo': json.loads(geo)}))
";

/// A Python with DuckDB; `make test` prepares one.
fn python() -> Option<String> {
    let python = std::env::var("TEQUIO_DUCKDB_PYTHON").ok().filter(|path| std::path::Path::new(path).exists());
    if python.is_none() {
        eprintln!("SKIPPED: TEQUIO_DUCKDB_PYTHON names no Python with DuckDB, so the archive is not read from outside");
    }
    python
}

#[test]
fn duckdb_reads_the_archive() {
    let Some(python) = python() else { return };
    let desk = Desk::new();
    let summary = desk.import(&desk.file("a.csv", fgj(1_000, 1)));
    let file =
        desk.data().join("datasets/fgj-cdmx").join(summary["edition"].as_str().unwrap()).join("incidents.parquet");
    let output = Command::new(python).args(["-c", SCRIPT]).arg(&file).output().expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&seen["rows"], &seen["located"]), (&serde_json::json!(1_000), &serde_json::json!(1_000)));
    assert_eq!(
        (&seen["geo"]["version"], &seen["geo"]["primary_column"]),
        (&serde_json::json!("1.1.0"), &serde_json::json!("geometry"))
    );
    let answer = desk.count("--by offence");
    let ours: Vec<_> = answer["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| serde_json::json!([row["offence"], row["count"]]))
        .collect();
    assert_eq!(seen["by"], serde_json::json!(ours));
}
