//! What the pages say and offer where a question is not answered, and that nothing is begun for a head.

use crate::HTML;
use crate::pages::{DEMONSTRATION, counted, page};
use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, RETRY_AFTER};
use axum::http::{Method, Request, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use tequio_crime_map::analysis::{Report, Request as Question, Workbench, analysis};
use tequio_crime_map::jobs::{Bounds, Means, Waiting, Watch};
use tequio_frame::{Asker, Problem, ProblemCode};
use tower::ServiceExt;

/// A workbench of its own over the demonstration.
fn workbench(bounds: Bounds) -> Arc<Workbench> {
    let means = Means { clock: || Duration::ZERO, random: counted };
    Arc::new(Workbench::new(DEMONSTRATION.1.library().clone(), means, bounds))
}

/// Status, when to come back, and the page with its signs as they were written.
async fn asked(
    workbench: &Arc<Workbench>,
    method: Method,
    address: &str,
    language: &str,
) -> (StatusCode, Option<String>, String) {
    let system = tequio_crime_map::system(workbench.clone());
    let app = tequio_portal::app(vec![system], crate::unchanged(), || Duration::ZERO).expect("a portal");
    let request = Request::builder().method(method).uri(address).header(ACCEPT, HTML).header(ACCEPT_LANGUAGE, language);
    let response = app.oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let text = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.expect("a body")).replace("&#38;", "&");
    let after = parts.headers.get(RETRY_AFTER).map(|after| after.to_str().expect("text").to_owned());
    (parts.status, after, text)
}

/// One who takes the only place.
fn taken(workbench: &Arc<Workbench>, asker: Asker) -> Waiting<Arc<Report>> {
    let endless = |watch: &Watch| {
        while !watch.is_stopped() {
            std::thread::yield_now();
        }
        Err(Problem::new(ProblemCode::Unavailable))
    };
    workbench.jobs().ask(asker, "another question", endless).expect("room")
}

const ONE_PLACE: fn() -> Bounds = || Bounds { at_once: 1, waiting: 0, ..Bounds::of_cores(2) };

#[tokio::test]
async fn where_there_is_no_room_the_form_comes_back_with_a_way_to_try_again() {
    let address = "/analysis?analysis=hotspots&period=2024&permutations=99";
    let other = Asker::at([192, 0, 2, 1].into());
    for (asker, status, says) in [
        (
            other,
            StatusCode::SERVICE_UNAVAILABLE,
            ["Ya se calculan demasiados análisis", "Too many analyses are being computed"],
        ),
        (Asker::default(), StatusCode::TOO_MANY_REQUESTS, ["Desde su dirección", "cancel those you no longer need"]),
    ] {
        let workbench = workbench(ONE_PLACE());
        let waits = taken(&workbench, asker);
        for (language, title, again, says) in [
            ("es", "Todavía no se pudo empezar", "Intentar de nuevo", says[0]),
            ("en", "It has not started yet", "Try again", says[1]),
        ] {
            let (found, after, text) = asked(&workbench, Method::GET, address, language).await;
            assert_eq!((found, after.as_deref()), (status, Some("2")), "{language}");
            assert!(text.contains(title) && text.contains(says), "{text}");
            let link = text.split("<a href=\"").find(|rest| rest.contains(&format!("\">{again}</a>"))).expect(again);
            let link = link.split('"').next().expect("an address");
            assert!(link.starts_with("/analysis?analysis=hotspots&period=2024&"), "{link}");
            assert!(text.contains(r#"name="permutations" value="99""#) && text.contains(r#"value="2024""#), "{text}");
            let (found, _, text) =
                asked(&workbench, Method::GET, "/explore?layer=hotspots&period=2024", language).await;
            assert!(
                found == StatusCode::OK && text.contains(says) && text.contains(&format!(">{again}</a>")),
                "{text}"
            );
        }
        drop(waits);
        workbench.jobs().close();
    }
}

/// A computation that was begun stands among those that are open, and when it ended among the answers that are kept.
#[tokio::test]
async fn the_head_of_a_page_begins_no_analysis() {
    let workbench = workbench(Bounds::of_cores(2));
    for (year, address) in [
        ("2022", "/explore?layer=density"),
        ("2023", "/embed/explore?view=map&layer=density"),
        ("2024", "/analysis?analysis=density"),
    ] {
        let address = format!("{address}&period={year}");
        let question = || {
            let period = vec![("period".to_owned(), year.to_owned())];
            Question::parse(analysis("density").expect("it is there"), period).expect("a question")
        };
        let (status, _, body) = asked(&workbench, Method::HEAD, &address, "en").await;
        assert_eq!((status, body.as_str(), workbench.jobs().load()), (StatusCode::OK, "", (0, 0)), "{address}");
        assert!(workbench.kept(question()).await.expect("it looks").is_none(), "{address}");
        // Else this would look for another question than the page asks.
        assert_eq!(asked(&workbench, Method::GET, &address, "en").await.0, StatusCode::OK);
        while workbench.jobs().load() != (0, 0) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(workbench.kept(question()).await.expect("it looks").is_some(), "{address}");
    }
}

/// The address that a page offers in words that begin so.
fn offered<'a>(text: &'a str, words: &str) -> &'a str {
    let link = text.split("<a href=\"").find(|rest| rest.contains(&format!("\">{words}")));
    link.unwrap_or_else(|| panic!("{words} is not in {text}")).split('"').next().expect("an address")
}

#[tokio::test]
async fn near_repeats_of_too_much_offer_a_part_that_has_an_answer() {
    let (status, text) = page("/analysis?analysis=near-repeat&permutations=9&period=2024", "en").await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let text = text.replace("&#38;", "&");
    let part = offered(&text, "Ask instead: ");
    assert!(part.contains("place=") && part.contains("period=2024") && part.contains("permutations=9"), "{part}");
    assert_eq!(page(part, "en").await.0, StatusCode::OK, "{part}");
    // Bands that are too fine are offered as wide as they have to be.
    let fine = part.replace("&permutations=9", "&permutations=9&distances=0,150&days=0,3");
    let (status, text) = page(&fine, "en").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let text = text.replace("&#38;", "&");
    let wider = offered(&text, "Ask instead: Distances (metres): 0, ");
    assert_eq!(page(wider, "en").await.0, StatusCode::OK, "{wider}");
}

#[tokio::test]
async fn every_fault_of_a_form_is_told_at_once() {
    let question = "statistic=x&permutations=0&seed=x&fdr=2&period=2024-12..2024-01";
    let (status, text) = page(&format!("/analysis?analysis=hotspots&{question}"), "en").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    for name in ["statistic", "permutations", "seed", "fdr", "period"] {
        assert!(text.contains(&format!("id=\"a-{name}-error\"")), "{name}: {text}");
    }
    assert!(text.contains(r#"name="seed" value="x""#), "as it was filled in: {text}");
    let text = text.replace("&#38;", "&");
    assert!(offered(&text, "2024-01..2024-12</a>").ends_with("&period=2024-01..2024-12"), "{text}");
    let (_, text) = page("/explore?compare=2024-12..2024-01", "es").await;
    assert!(text.contains("termina antes de empezar") && text.contains("/explore?compare=2024-01..2024-12"), "{text}");
}
