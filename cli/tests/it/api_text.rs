//! `docs/api.md` says what is so: its examples answer, its tables are those of the program.

use crate::http::Portal;
use std::process::Command;
use tequio_frame::ProblemCode;

const TEXT: &str = include_str!("../../../docs/api.md");

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fences = TEXT.split("```").skip(1).step_by(2);
    fences.filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n')).collect()
}

#[test]
fn every_request_of_the_text_answers() {
    let portal = Portal::start();
    let lines: Vec<&str> = blocks("sh").into_iter().flat_map(str::lines).collect();
    assert!(lines.len() >= 20, "{lines:?}");
    for line in lines {
        let address = line.split("\"$URL").nth(1).and_then(|rest| rest.strip_suffix('"')).expect(line);
        let accept = line.split("-H \"").nth(1).and_then(|rest| rest.split('"').next());
        let headers = accept.map(|header| format!("{header}\r\n")).unwrap_or_default();
        let reply = portal.ask("GET", address, &headers);
        assert_eq!(reply.status, 200, "{line}: {}", String::from_utf8_lossy(&reply.body));
        let media_type = reply.header("content-type").expect("a type");
        let is_csv = address.contains("csv") || accept.is_some_and(|accept| accept.contains("csv"));
        assert_eq!(media_type.starts_with("text/csv"), is_csv, "{line}");
        assert_eq!(
            media_type == "application/geo+json",
            address.contains("geojson") || address.contains("/items"),
            "{line}"
        );
    }
}

#[test]
fn the_python_of_the_text_runs() {
    let portal = Portal::start();
    let [program] = blocks("python")[..] else { panic!("one program") };
    let run = Command::new("python3").env("URL", portal.url()).args(["-c", program]).output();
    let Ok(run) = run else { return eprintln!("SKIPPED: python3 is not here, so its example is not run") };
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(String::from_utf8_lossy(&run.stdout).contains("3000"), "{run:?}");
}

#[test]
fn the_sql_of_the_text_runs() {
    let Ok(python) = std::env::var("TEQUIO_DUCKDB_PYTHON") else {
        return eprintln!(
            "SKIPPED: TEQUIO_DUCKDB_PYTHON names no Python with DuckDB, so the SQL of the text is not run"
        );
    };
    let (portal, folder) = (Portal::start(), tempfile::tempdir().expect("a folder"));
    let csv = portal.get("/api/v1/counts.csv?by=place:states").body;
    std::fs::write(folder.path().join("counts.csv"), &csv).expect("a file");
    let [sql] = blocks("sql")[..] else { panic!("one statement") };
    let program = format!("import duckdb; print(len(duckdb.sql({sql:?}).fetchall()))");
    let run = Command::new(python).current_dir(folder.path()).args(["-c", &program]).output().expect("runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let rows = String::from_utf8_lossy(&csv).lines().count() - 1;
    assert_eq!(String::from_utf8_lossy(&run.stdout).trim(), rows.to_string());
}

#[test]
fn the_tables_of_the_text_are_those_of_the_program() {
    for code in ProblemCode::ALL {
        let row = format!("| `{}` | {} |", code.code(), code.status().as_u16());
        assert!(TEXT.contains(&row), "{row}");
    }
    let errors = TEXT.split("## Errors").nth(1).and_then(|rest| rest.split("## ").next()).expect("a section");
    assert_eq!(errors.lines().filter(|line| line.starts_with("| `")).count(), ProblemCode::ALL.len());
    let limits = TEXT.split("## Limits").nth(1).and_then(|rest| rest.split("## ").next()).expect("a section");
    let cell = |what: &str| limits.lines().find_map(|line| line.strip_prefix(&format!("| {what} | "))).expect(what);
    use tequio_kernel::query::{DIMENSIONS_MAX, POLYGON_VERTICES_MAX, VALUES_MAX};
    use tequio_portal::limits;
    for (what, limit) in [
        ("path and query", limits::ADDRESS_LENGTH_MAX),
        ("dimensions of a question", DIMENSIONS_MAX),
        ("values of one filter", VALUES_MAX),
        ("corners of a polygon", POLYGON_VERTICES_MAX),
        ("questions answered at a time", limits::ANSWERS_MAX),
        ("questions waiting", limits::WAITING_MAX),
        ("time of an answer", limits::ANSWER_TIME_MAX.as_secs() as usize),
    ] {
        let written: String =
            cell(what).split(" |").next().expect("a cell").chars().filter(char::is_ascii_digit).collect();
        assert_eq!(written, limit.to_string(), "{what}");
    }
}

#[test]
fn limits_answer_as_the_text_says() {
    let portal = Portal::start();
    let many = |name: &str, count: usize| (0..count).map(|i| format!("{name}=X{i}")).collect::<Vec<_>>().join("&");
    let corners = (0..1_001).map(|i| format!("{i}%20{i}")).collect::<Vec<_>>().join(",");
    for (address, status) in [
        (format!("/api/v1/counts?{}", many("offence", 201)), 400),
        ("/api/v1/counts?by=year,month,hour,weekday,class".to_owned(), 400),
        (format!("/api/v1/counts?polygon={corners}"), 400),
        (format!("/api/v1/places?q={}", "a".repeat(101)), 400),
        ("/api/v1/places?q=a&limit=101".to_owned(), 400),
        ("/ogc/collections/states/items?limit=0".to_owned(), 400),
        ("/ogc/collections/states/items?limit=100000000".to_owned(), 200),
        (format!("/api/v1/counts?{}", "a".repeat(49_152)), 414),
    ] {
        assert_eq!(portal.get(&address).status, status, "{}", &address[..address.len().min(90)]);
    }
    assert_eq!(portal.ask("GET", "/api/v1/counts", "Content-Length: 3\r\n").status, 413);
}
