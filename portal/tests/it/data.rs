//! The data of pages: as JSON, as CSV, by address and by `Accept`.

use crate::{HTML, ask};
use axum::http::StatusCode;
use serde_json::{Value, json};

fn parse(body: &str) -> Value {
    serde_json::from_str(body).expect("JSON")
}

#[tokio::test]
async fn a_page_that_is_not_finished_comes_again_and_has_no_data_yet() {
    let (status, headers, body) = ask("/unfinished", &[("accept", HTML)]).await;
    assert_eq!((status, headers.get("refresh")), (StatusCode::OK, None), "scripts need no reload");
    let again = "<noscript><meta http-equiv=\"refresh\" content=\"2; url=/unfinished?job=a&#38;b=&#34;\"></noscript>";
    assert!(body.contains(again), "{body}");
    assert!(!ask("/", &[("accept", HTML)]).await.2.contains("http-equiv"));
    for form in ["json", "csv", "svg"] {
        let (status, headers, _) = ask(&format!("/unfinished.{form}"), &[]).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{form}");
        assert!(headers["retry-after"] == "2" && headers["cache-control"] == "no-store", "{form}");
    }
}

#[tokio::test]
async fn a_page_is_json_at_its_address_with_an_extension() {
    for (address, page) in [("/index.json", "/"), ("/place/MX-09.json?period=2020", "/place/MX-09?period=2020")] {
        let (status, headers, body) = ask(address, &[("accept", HTML)]).await;
        assert_eq!(status, StatusCode::OK, "{address}: {body}");
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(headers["vary"], "accept, accept-language, cookie");
        let document = parse(&body);
        assert_eq!(document["address"], page);
        assert_eq!((&document["title"], &document["language"]), (&json!("Hola"), &json!("es")));
        assert_eq!(document["source"]["edition"], "2024-12");
        assert_eq!(document["source"]["synthetic"], true);
        let places = &document["tables"][0];
        assert_eq!(places["columns"][1], json!({ "name": "count", "kind": "count", "unit": "incidents" }));
        assert_eq!(places["rows"][0], json!({ "place": "MX-01", "count": 12, "rate": 1.25 }));
        // What is not known is null, and a zero is a zero.
        assert_eq!(places["rows"][1], json!({ "place": "=cmd", "count": 0, "rate": null }));
        assert_eq!(document["tables"][1]["rows"][0]["count"], Value::Null);
    }
}

#[tokio::test]
async fn a_page_is_csv_table_by_table() {
    let (status, headers, body) = ask("/place/MX-09.csv?lang=en", &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(headers["content-disposition"], "attachment; filename=\"place-MX-09-places-2024-12.csv\"");
    assert_eq!(body, "place,count,rate\r\nMX-01,12,1.25\r\n'=cmd,0,\r\n");
    let (_, headers, body) = ask("/index.csv?table=months", &[]).await;
    assert_eq!(headers["content-disposition"], "attachment; filename=\"index-months-2024-12.csv\"");
    assert_eq!(body, "month,count\r\n2024-01,\r\n");
    let (_, _, body) = ask("/index.json?table=months", &[]).await;
    assert_eq!(parse(&body)["tables"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn programs_that_accept_data_get_data() {
    let (_, headers, _) = ask("/", &[("accept", "application/json")]).await;
    assert_eq!(headers["content-type"], "application/json");
    let (_, headers, _) = ask("/", &[("accept", "text/html;q=0.2, text/csv;q=0.9")]).await;
    assert_eq!(headers["content-type"], "text/csv; charset=utf-8");
    for accept in [HTML, "*/*", "image/png"] {
        let (_, headers, _) = ask("/", &[("accept", accept)]).await;
        assert_eq!(headers["content-type"], "text/html; charset=utf-8", "{accept}");
    }
}

#[tokio::test]
async fn what_there_is_not_is_a_problem_that_names_what_there_is() {
    for (address, status, says) in [
        ("/index.csv?table=nothing", 404, "there is places, months"),
        ("/index.json?table=nothing", 404, "there is places, months"),
        ("/question.csv?q=a", 406, "no table"),
        ("/question.csv?q=a&table=x", 406, "no table"),
        ("/question.json?q=b", 400, "`q=b`"),
        ("/nowhere.json", 404, "not-found"),
        ("/broken.csv", 500, "internal"),
    ] {
        let (got, headers, body) = ask(address, &[("accept", HTML)]).await;
        assert_eq!(got.as_u16(), status, "{address}: {body}");
        assert_eq!(headers["content-type"], "application/problem+json", "{address}");
        assert!(body.contains(says) && !body.contains("secret"), "{address}: {body}");
    }
    let (status, _, body) = ask("/question.json?q=a", &[]).await;
    assert_eq!((status, &parse(&body)["tables"]), (StatusCode::OK, &json!([])));
}

#[tokio::test]
async fn data_that_are_known_are_not_sent_again_and_each_form_has_its_own_tag() {
    let mut tags = Vec::new();
    for address in ["/", "/index.json", "/index.csv", "/index.csv?table=months"] {
        let (_, headers, _) = ask(address, &[]).await;
        let tag = headers["etag"].to_str().expect("text").to_owned();
        let (status, _, body) = ask(address, &[("if-none-match", &format!("W/\"0\", {tag}"))]).await;
        assert_eq!((status, body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{address}");
        tags.push(tag);
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4);
}

#[tokio::test]
async fn a_page_says_where_its_data_are() {
    let (_, _, body) = ask("/place/MX-09?period=2020", &[("accept", HTML)]).await;
    for link in [
        r#"<link rel="alternate" type="application/json" href="/place/MX-09.json?period=2020""#,
        r#"<link rel="alternate" type="text/csv" href="/place/MX-09.csv?period=2020&#38;table=months""#,
        r#"type="text/csv">Lugares (CSV)</a>"#,
    ] {
        assert!(body.contains(link), "{link} is not in {body}");
    }
    let (_, _, body) = ask("/question", &[("accept", HTML)]).await;
    assert!(!body.contains("page-data"), "a page without tables has none to offer");
}
