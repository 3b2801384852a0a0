//! Long analyses as jobs, over HTTP and at the command line: begun, watched, given up, and never half an answer.

use crate::http::{Portal, Reply};
use crate::support::{Desk, fgj};
use serde_json::Value;

/// Long on any machine: ten thousand replicas of thousands of circles.
const LONG: &str = "/api/v1/analysis/scan?by=cell:17&proportion=offences&offence=FRAUDE&permutations=9999";
const SHORT: &str = "/api/v1/analysis/hotspots?by=place:municipalities";
const ASYNC: &str = "Prefer: respond-async\r\n";

/// What was answered with 202: its job.
fn accepted(reply: &Reply) -> Value {
    assert_eq!(reply.status, 202, "{}", String::from_utf8_lossy(&reply.body));
    assert_eq!((reply.header("retry-after"), reply.header("cache-control")), (Some("1"), Some("no-store")));
    let job = reply.json();
    assert_eq!(job["links"]["self"].as_str(), reply.header("location"));
    assert!(["queued", "running", "done", "failed"].contains(&job["state"].as_str().expect("a state")), "{job}");
    assert!(job["progress"].as_f64().is_some_and(|part| (0.0..=1.0).contains(&part)), "{job}");
    assert_eq!(job["id"].as_str().map(str::len), Some(32), "128 bits");
    job
}

fn link<'a>(job: &'a Value, name: &str) -> &'a str {
    job["links"][name].as_str().expect("a link")
}

/// Looks at a job until it is what it was not before.
fn until_over(portal: &Portal, job: &Value) -> Value {
    loop {
        let now = portal.get(link(job, "self"));
        assert_eq!((now.status, now.header("cache-control")), (200, Some("no-store")));
        let now = now.json();
        if !["queued", "running"].contains(&now["state"].as_str().expect("a state")) {
            return now;
        }
    }
}

#[test]
fn a_job_leads_to_the_answer_that_one_who_waits_gets() {
    let portal = Portal::start();
    let reply = portal.ask("GET", &format!("{SHORT}&seed=7"), ASYNC);
    assert_eq!(reply.header("preference-applied"), Some("respond-async"));
    let job = accepted(&reply);
    let over = until_over(&portal, &job);
    assert_eq!(
        (over["state"].as_str(), over["progress"].as_f64(), &over["problem"]),
        (Some("done"), Some(1.0), &Value::Null)
    );
    let answer = portal.get(link(&job, "result"));
    assert!(answer.status == 200 && answer.header("etag").is_some());
    // What is kept is answered at once, whatever was preferred; the same written otherwise is the same.
    for same in [
        format!("{SHORT}&seed=7"),
        "/api/v1/analysis/hotspots?seed=7&fdr=0.05&dataset=fgj-cdmx&by=place:municipalities".to_owned(),
        "/api/v1/analysis/hotspots?seed=%2B07&fdr=5e-2&by=place:municipalities".to_owned(),
    ] {
        let kept = portal.ask("GET", &same, ASYNC);
        assert_eq!((kept.status, kept.header("preference-applied")), (200, None), "{same}");
        assert_eq!(kept.json(), answer.json(), "{same}");
    }
    // A finished job is forgotten when it is cancelled.
    assert_eq!(portal.ask("DELETE", link(&job, "self"), "").status, 204);
    assert_eq!(portal.get(link(&job, "self")).status, 404);
}

/// Sixty-four answers are kept; that of a job is held beside them.
#[test]
fn the_answer_of_a_job_is_not_pushed_out_by_those_of_others() {
    let portal = Portal::start();
    let quick = |seed: u32| format!("{SHORT}&permutations=9&seed={seed}");
    let job = accepted(&portal.ask("GET", &quick(0), ASYNC));
    assert_eq!(until_over(&portal, &job)["state"], "done");
    for seed in 1..=65 {
        assert_eq!(portal.get(&quick(seed)).status, 200);
    }
    // Whoever would rather have a job than wait gets an answer only where there is one.
    assert_eq!(portal.ask("GET", link(&job, "result"), ASYNC).status, 200);
    assert_eq!(portal.ask("GET", &quick(1), ASYNC).status, 202);
}

#[test]
fn the_form_that_was_asked_for_is_that_of_the_result() {
    let portal = Portal::start();
    let job = accepted(&portal.ask("GET", "/api/v1/analysis/hotspots.csv?by=place:municipalities&seed=8", ASYNC));
    assert_eq!(until_over(&portal, &job)["state"], "done");
    let answer = portal.get(link(&job, "result"));
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
}

#[test]
fn each_has_a_job_of_his_own_and_gives_up_only_that() {
    let portal = Portal::start();
    let one = accepted(&portal.ask("GET", LONG, ASYNC));
    let other = accepted(&portal.ask("GET", LONG, ASYNC));
    assert_ne!(one["id"], other["id"]);
    assert_eq!(link(&one, "result"), link(&other, "result"));
    let cancelled = portal.ask("DELETE", link(&one, "self"), "");
    assert_eq!((cancelled.status, cancelled.body.len()), (204, 0));
    assert_eq!(portal.get(link(&one, "self")).json()["state"], "cancelled");
    assert!(
        ["queued", "running"].contains(&portal.get(link(&other, "self")).json()["state"].as_str().expect("a state"))
    );
    assert_eq!(portal.ask("DELETE", link(&other, "self"), "").status, 204);
    assert_eq!(portal.get(link(&other, "self")).json()["state"], "cancelled");
    // What was given up is nowhere kept as an answer: it begins anew.
    let again = accepted(&portal.ask("GET", LONG, ASYNC));
    assert_eq!(portal.ask("DELETE", link(&again, "self"), "").status, 204);
}

/// What a proxy on the same machine writes of this asker.
fn asked_by(number: usize) -> String {
    format!("{ASYNC}X-Forwarded-For: 203.0.113.7, 192.0.2.{number}\r\n")
}

/// Pages as data ask for the same jobs as the API, and no longer than it can many askers take all of them.
#[test]
fn one_question_does_not_take_the_jobs_of_others() {
    let portal = Portal::start();
    let jobs: Vec<Value> = (0..32).map(|at| accepted(&portal.ask("GET", LONG, &asked_by(at)))).collect();
    let refused = |reply: &Reply| {
        assert_eq!((reply.status, reply.header("retry-after")), (503, Some("2")));
        reply.json()["detail"].as_str().expect("a text").contains("as many as may hold a job")
    };
    assert!(refused(&portal.ask("GET", LONG, ASYNC)));
    let page = format!("/analysis.json?analysis=scan&{}", LONG.split_once('?').expect("a question").1);
    assert!(refused(&portal.get(&page)));
    // The one that is given up is that page's then, until nobody has looked at it for a minute.
    assert_eq!(portal.ask("DELETE", link(&jobs[0], "self"), "").status, 204);
    assert!(!refused(&portal.get(&page)) && refused(&portal.ask("GET", LONG, &asked_by(32))));
    // Who has one of it already is told that it is his own share.
    assert_eq!(portal.ask("GET", LONG, ASYNC).status, 429);
    accepted(&portal.ask("GET", &format!("{LONG}&seed=2"), ASYNC));
}

/// One who asks for more than his share is told so, and another is taken, is computed at once and answered.
#[test]
fn one_asker_keeps_nobody_out() {
    let portal = Portal::start();
    let long = |seed: usize, by: usize| portal.ask("GET", &format!("{LONG}&seed={seed}"), &asked_by(by));
    let replies: Vec<Reply> = (0..20).map(|seed| long(seed, 1)).collect();
    let (taken, refused): (Vec<&Reply>, Vec<&Reply>) = replies.iter().partition(|reply| reply.status == 202);
    assert!(taken.len() >= 6 && refused.len() >= 10, "{} taken", taken.len());
    for reply in &refused {
        assert_eq!((reply.status, reply.header("retry-after")), (429, Some("2")));
        assert!(reply.json()["detail"].as_str().is_some_and(|text| text.contains("DELETE /api/v1/jobs/")));
    }
    let page = portal.ask(
        "GET",
        "/analysis?analysis=scan&by=cell:16&offence=FRAUDE&proportion=offences&seed=77",
        "Accept: text/html\r\nAccept-Language: en\r\nX-Forwarded-For: 192.0.2.1\r\n",
    );
    assert_eq!((page.status, page.header("retry-after")), (429, Some("2")));
    assert!(String::from_utf8_lossy(&page.body).contains("cancel those you no longer need"));
    let job = accepted(&portal.ask("GET", &format!("{SHORT}&seed=5"), &asked_by(2)));
    assert_eq!(until_over(&portal, &job)["state"], "done");
    let open = |reply: &&&Reply| {
        ["queued", "running"]
            .contains(&portal.get(link(&reply.json(), "self")).json()["state"].as_str().expect("a state"))
    };
    assert_eq!(taken.iter().filter(open).count(), taken.len(), "the other did not wait for these");
}

#[test]
fn the_head_of_an_analysis_begins_nothing() {
    let portal = Portal::start();
    let question = LONG.split_once('?').expect("a question").1;
    let begun = || {
        let text = String::from_utf8(portal.get("/metrics").body).expect("text");
        let of = |name: &str| text.lines().any(|line| line.starts_with(name) && !line.ends_with(" 0"));
        of("tequio_crime_map_jobs_running") || of("tequio_crime_map_jobs_waiting")
    };
    let pages = [
        format!("/analysis?analysis=scan&{question}"),
        "/explore?layer=density".to_owned(),
        "/embed/explore?layer=density".to_owned(),
    ];
    for address in pages.iter().map(String::as_str).chain([LONG]) {
        let head = portal.ask("HEAD", address, "Accept: */*\r\n");
        assert_eq!((head.status, head.body.len(), begun()), (200, 0, false), "{address}");
    }
    let head = portal.ask("HEAD", LONG, ASYNC);
    assert_eq!((head.header("content-type"), head.header("content-length")), (Some("application/json"), None));
    let unknown = head.header("etag").expect("a tag").to_owned();
    assert_eq!(portal.ask("HEAD", LONG, &format!("If-None-Match: {unknown}\r\n")).status, 304);
    // Of an answer that is kept it tells what GET would.
    let kept = portal.answer(SHORT);
    let head = portal.ask("HEAD", SHORT, "");
    assert_eq!((head.status, head.header("etag")), (200, kept.header("etag")));
    assert_eq!(head.header("content-length").map(str::to_owned), Some(kept.body.len().to_string()));
    assert_eq!(portal.ask("HEAD", "/api/v1/analysis/scan?by=cell:17&x=1", "").status, 400);
}

#[test]
fn a_failed_job_says_why_and_unknown_ones_are_not_found() {
    let portal = Portal::start();
    let job = accepted(&portal.ask("GET", "/api/v1/analysis/change?period=2020&by=place:municipalities", ASYNC));
    let over = until_over(&portal, &job);
    assert_eq!((over["state"].as_str(), over["problem"]["code"].as_str()), (Some("failed"), Some("unprocessable")));
    assert_eq!(portal.answer(link(&job, "result")).json(), over["problem"]);
    for method in ["GET", "DELETE"] {
        let unknown = portal.ask(method, "/api/v1/jobs/0123456789abcdef0123456789abcdef", "");
        assert_eq!(
            (unknown.status, unknown.header("content-type")),
            (404, Some("application/problem+json")),
            "{method}"
        );
        assert_eq!(portal.ask(method, &format!("{}?x=1", link(&job, "self")), "").status, 400, "{method}");
    }
    assert_eq!(portal.ask("POST", link(&job, "self"), "Content-Length: 0\r\n").status, 405);
}

#[test]
fn the_page_of_a_long_analysis_tells_how_far_it_is_and_can_be_given_up() {
    let portal = Portal::start();
    let question = format!("/analysis?analysis=scan&{}", LONG.split_once('?').expect("a question").1);
    let page = |address: &str| {
        let reply = portal.ask("GET", address, "Accept: text/html\r\nAccept-Language: en\r\n");
        assert_eq!(reply.status, 200, "{address}");
        String::from_utf8(reply.body).expect("text").replace("&#38;", "&")
    };
    let between = |text: &str, before: &str| {
        let rest = text.split_once(before).unwrap_or_else(|| panic!("{before} is not in {text}")).1;
        rest.split('"').next().expect("a part").to_owned()
    };
    let text = page(&question);
    let again = between(&text, "content=\"2; url=");
    assert!(text.contains("aria-live=\"polite\"") && text.contains("<progress "));
    let cancel = between(&text, "class=\"job-cancel\" action=\"");
    // Coming again is not asking again: it is the same job.
    assert_eq!(between(&page(&again), "data-job=\""), between(&text, "data-job=\""));
    // In the address of another question it is no job of that.
    let id = between(&again, "&job=");
    let other = page(&format!("{question}&seed=3&job={id}"));
    assert!(between(&other, "data-job=\"") != between(&text, "data-job=\""));
    let given_up = portal.ask("POST", &cancel, "Content-Length: 0\r\n");
    assert_eq!((given_up.status, given_up.header("location")), (303, Some(again.as_str())));
    let text = page(&again);
    assert!(text.contains("The computation was cancelled") && !text.contains("http-equiv"), "{text}");
    // A second press changes nothing.
    assert_eq!(portal.ask("POST", &cancel, "Content-Length: 0\r\n").status, 303);
    assert!(page(&again).contains("The computation was cancelled"));
    assert_eq!(portal.ask("POST", "/analysis/cancel?job=guessed", "Content-Length: 0\r\n").status, 404);
}

/// The signal is sent once the program listens for it.
#[test]
#[cfg(target_os = "linux")]
fn an_analysis_at_the_command_line_ends_when_it_is_interrupted() {
    const INTERRUPT: u64 = 2;
    let desk = Desk::new();
    desk.import(&desk.file("a.csv", fgj(3_000, 1)));
    let question = "scan --by cell:15 --proportion offences --offence FRAUDE --permutations 1000000";
    let child = desk.command().args(question.split(' ')).stdout(std::process::Stdio::piped()).spawn().expect("starts");
    let listens = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it runs");
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("a mask").trim();
        u64::from_str_radix(caught, 16).expect("a mask") & (1 << (INTERRUPT - 1)) != 0
    };
    while !listens() {
        std::thread::yield_now();
    }
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("runs");
    assert!(sent.success());
    let output = child.wait_with_output().expect("ends");
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(130), &b""[..]));
}
