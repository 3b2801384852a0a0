//! The portal over HTTP: every described route answers, wrong questions get problems, and nothing public
//! goes below what may be shown.

use crate::support::{Desk, fgj};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Stdio};

pub struct Portal {
    server: Child,
    address: String,
    desk: Desk,
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

pub struct Reply {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("not JSON: {}", String::from_utf8_lossy(&self.body)))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")))?;
        line.split_once(':').map(|(_, value)| value.trim())
    }
}

impl Portal {
    pub fn start() -> Self {
        let desk = Desk::new();
        desk.import(&desk.file("a.csv", fgj(3_000, 1)));
        let streets = json!({ "type": "FeatureCollection", "features": (0..40).map(|i| json!({ "type": "Feature",
            "properties": { "clave": format!("s{i}"), "name": format!("Calle {i}") },
            "geometry": { "type": "LineString", "coordinates": [[-99.2, 19.26 + 0.005 * f64::from(i)], [-99.05, 19.26 + 0.005 * f64::from(i)]] } }))
            .collect::<Vec<_>>() });
        let file = desk.file("s.geojson", streets.to_string());
        let added = desk
            .command()
            .args(["territory", "add"])
            .arg(file)
            .args("--layer calles --edition 1 --code clave --name name --within municipalities".split(' '))
            .output()
            .expect("runs");
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let mut server = desk
            .command()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        let mut line = String::new();
        BufReader::new(server.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let address = line.trim().rsplit('/').next().expect("an address").to_owned();
        Self { server, address, desk }
    }

    pub fn ask(&self, method: &str, path: &str, headers: &str) -> Reply {
        let mut stream = TcpStream::connect(&self.address).expect("connects");
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n", self.address)
            .expect("sends");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("answers");
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        let mut body = bytes[end + 4..].to_vec();
        if head.to_lowercase().contains("transfer-encoding: chunked") {
            body = unchunk(&body);
        }
        Reply { status, head, body }
    }

    pub fn data(&self) -> PathBuf {
        self.desk.data()
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, "")
    }

    /// The same, asked again while it is being computed: on a busy machine anything may take long.
    pub fn answer(&self, path: &str) -> Reply {
        std::iter::repeat_with(|| self.get(path)).find(|reply| reply.status != 202).expect("an answer")
    }
}

fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|w| w == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).expect("a size"), 16).expect("a size");
        body.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 4 + size..];
        if size == 0 {
            break;
        }
    }
    body
}

#[test]
fn every_page_and_every_described_route_answers() {
    let portal = Portal::start();
    for page in [
        "/",
        "/place/MX",
        "/place/MX-09",
        "/place/MX-09-015",
        "/explore",
        "/compare",
        "/compare?place=MX-09-015&place=MX-09-016",
        "/analysis",
        "/explore?level=cells",
        "/explore?layer=density",
        "/analysis?analysis=density",
        "/analysis?analysis=concentration",
        "/explore?level=streets",
        "/explore?level=places:municipalities&place=MX-09",
        "/datasets",
        "/datasets/fgj-cdmx",
        "/methods",
        "/search?q=cuauhtemoc",
    ] {
        for language in ["es", "en"] {
            let reply = portal.ask("GET", page, &format!("Accept: text/html\r\nAccept-Language: {language}\r\n"));
            assert_eq!(reply.status, 200, "{page}");
            let text = String::from_utf8(reply.body.clone()).expect("text");
            assert!(text.contains(&format!("<html lang=\"{language}\"")), "{page}");
            let policy = reply.header("content-security-policy").expect("a policy");
            assert!(
                !policy.contains("unsafe-inline") && !text.contains(" style=") && !text.contains(" onclick="),
                "{page}"
            );
        }
    }
    let description = portal.get("/openapi.json").json();
    let paths = description["paths"].as_object().expect("paths");
    for path in ["/api/v1/datasets", "/api/v1/counts", "/api/v1/places", "/api/v1/layers", "/api/v1/offences", "/ogc"] {
        assert!(paths.contains_key(path), "{path}");
        assert_eq!(portal.get(path).status, 200, "{path}");
    }
    assert_eq!(portal.get("/healthz").status, 200);
    assert_eq!(portal.get("/tiles/v1/fgj-cdmx/5/7/14.mvt?level=places:states").status, 200);
}

#[test]
fn wrong_questions_get_problems() {
    let portal = Portal::start();
    for (path, status) in [
        ("/api/v1/counts?by=colour", 400),
        ("/api/v1/counts?lugar=MX", 400),
        ("/api/v1/counts?period=ayer", 400),
        ("/api/v1/counts?offence=NADA", 400),
        ("/api/v1/counts?dataset=nada", 404),
        ("/api/v1/counts?edition=nada", 404),
        ("/api/v1/counts?by=cell:18", 403),
        ("/api/v1/counts?by=cell:12&offence=VIOLENCIA%20FAMILIAR", 403),
        ("/api/v1/counts?place=calles:s1", 403),
        ("/api/v1/nada", 404),
        ("/tiles/v1/fgj-cdmx/5/99/14.mvt?level=cells", 404),
        ("/tiles/v1/nada/5/7/14.mvt?level=cells", 404),
    ] {
        let reply = portal.get(path);
        assert_eq!(reply.status, status, "{path}: {}", String::from_utf8_lossy(&reply.body));
        assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{path}");
        let problem = reply.json();
        assert_eq!(problem["status"], status, "{path}");
        assert!(problem["type"].is_string() && problem["title"].is_string(), "{path}");
    }
    assert_eq!(portal.ask("POST", "/api/v1/counts", "Content-Length: 0\r\n").status, 405);
    assert_eq!(portal.get("/place/MX-99").status, 404);
    assert_eq!(portal.get(&format!("/api/v1/counts?polygon={}", "1%201,".repeat(20_000))).status, 414);
}

#[test]
fn the_public_sees_no_more_than_it_may() {
    let portal = Portal::start();
    let fine = portal.get("/api/v1/counts?by=segment,offence").json();
    let rows = fine["rows"].as_array().expect("rows");
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row["count"].as_u64() >= Some(3)), "segments below three are not listed");
    assert!(
        rows.iter().all(|row| row["offence"] != "VIOLENCIA FAMILIAR"),
        "sensitive offences stop at the municipality"
    );
    let cells = portal.get("/api/v1/counts?by=cell:14,offence").json();
    assert!(cells["rows"].as_array().expect("rows").iter().all(|row| row["offence"] != "VIOLENCIA FAMILIAR"));
    let states = portal.get("/api/v1/counts?by=place:states,offence").json();
    assert!(states["rows"].as_array().expect("rows").iter().any(|row| row["offence"] == "VIOLENCIA FAMILIAR"));
    // A circle of one metre never tells more than one whole cell.
    let cell = portal.get("/api/v1/counts?by=cell:17").json()["rows"][0].clone();
    let n = f64::from(1 << 17);
    let longitude = (cell["x"].as_f64().unwrap() + 0.5) / n * 360.0 - 180.0;
    let latitude =
        (std::f64::consts::PI * (1.0 - 2.0 * (cell["y"].as_f64().unwrap() + 0.5) / n)).sinh().atan().to_degrees();
    let at =
        |dx: f64| portal.get(&format!("/api/v1/counts?circle={},{latitude},1", longitude + dx)).json()["total"].clone();
    assert_eq!((at(0.0), at(0.000_2)), (cell["count"].clone(), json!(0)));
}

#[test]
fn answers_are_cached_by_edition() {
    let portal = Portal::start();
    let first = portal.get("/api/v1/counts?by=month");
    let tag = first.header("etag").expect("a tag").to_owned();
    let again = portal.ask("GET", "/api/v1/counts?by=month", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((again.status, again.body.len()), (304, 0));
    let csv = portal.ask("GET", "/api/v1/counts?by=month", "Accept: text/csv\r\n");
    assert!(String::from_utf8_lossy(&csv.body).starts_with("month,count\n"));
}

#[test]
fn every_page_is_data_as_well_and_agrees_with_the_api() {
    let portal = Portal::start();
    let data = |address: &str| {
        let reply = portal.ask("GET", address, "Accept: text/html\r\n");
        assert_eq!(reply.status, 200, "{address}: {}", String::from_utf8_lossy(&reply.body));
        assert_eq!(reply.header("content-type"), Some("application/json"), "{address}");
        reply.json()
    };
    let edition = portal.get("/api/v1/datasets").json()["datasets"][0]["editions"][0]["edition"].clone();
    let edition = format!("/datasets/fgj-cdmx/{}", edition.as_str().expect("a name"));
    for (page, tables) in [
        ("/index", vec!["places-municipalities", "months"]),
        ("/place/MX-09", vec!["months", "offences", "hours", "places-municipalities", "changes", "comparison"]),
        ("/place/MX-09-015", vec!["months", "offences", "hours", "changes", "comparison"]),
        ("/datasets", vec!["datasets"]),
        ("/datasets/fgj-cdmx", vec!["editions"]),
        (edition.as_str(), vec!["months", "rejected", "flags", "sources"]),
        ("/search", vec!["places"]),
        ("/methods", vec!["methods"]),
    ] {
        let document = data(&format!("{page}.json"));
        let ids: Vec<&str> =
            document["tables"].as_array().expect("tables").iter().filter_map(|table| table["id"].as_str()).collect();
        assert_eq!(ids, tables, "{page}");
        for id in tables {
            let csv = portal.get(&format!("{page}.csv?table={id}"));
            assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"), "{page} {id}");
        }
    }
    let place = data("/place/MX-09.json?period=2020");
    let counted = portal.get("/api/v1/counts?place=MX-09&period=2020&by=offence").json();
    let sum =
        |rows: &Value| -> u64 { rows.as_array().expect("rows").iter().filter_map(|row| row["count"].as_u64()).sum() };
    assert_eq!(sum(&place["tables"][1]["rows"]), counted["total"].as_u64().expect("a total"));
    assert_eq!(sum(&place["tables"][3]["rows"]), counted["total"].as_u64().expect("a total"));
    let borough = &place["tables"][3]["rows"][0];
    let (count, people) =
        (borough["count"].as_f64().expect("a count"), borough["population"].as_f64().expect("people"));
    assert!((borough["rate"].as_f64().expect("a rate") - count * 100_000.0 / people).abs() < 1e-9, "{borough}");
    assert_eq!(portal.get("/place/MX-99.json").header("content-type"), Some("application/problem+json"));
    assert_eq!(portal.get("/place/MX-09.json?lugar=x").status, 400);
}

#[test]
fn a_comparison_asks_back_which_place_was_meant() {
    let portal = Portal::start();
    let reply = portal.get("/compare?place=Benito+Juarez&place=Puebla");
    let text = String::from_utf8(reply.body).expect("text");
    for (name, code) in [("Benito Juárez, Quintana Roo (", "MX-23-005"), ("Puebla, Puebla (", "MX-21-114")] {
        let link = text.lines().find(|line| line.contains(name)).unwrap_or_default();
        assert!(link.contains(&format!("place={code}")), "{name}: {link}");
    }
    assert!(!text.contains("<table"), "nothing is compared before it is known what");
}
