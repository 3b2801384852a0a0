//! What whoever keeps watch over the program may know of it, in the text format of Prometheus (version 0.0.4):
//! how often which kind of address was asked and how long it took. Never who asked, and never what.

use axum::extract::{Extension, MatchedPath, Request, State};
use axum::http::Method;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _, prometheus_text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::sync::Arc;
use std::time::Duration;
use tequio_frame::{Gauges, Problem, ProblemCode};

/// Time since some moment in the past, never running backwards. The program above gives it: there is no clock here.
pub type Clock = fn() -> Duration;

/// Limits of the classes of durations, seconds.
const DURATIONS_S: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
/// Label of addresses that no route takes; the address itself is not told.
const UNMATCHED: &str = "unmatched";

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    route: String,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Build {
    version: &'static str,
}

/// Everything that is counted.
pub struct Metrics {
    registry: Registry,
    clock: Clock,
    answered: Family<Answered, Counter>,
    durations: Family<Route, Histogram>,
    refused: Counter,
}

impl Metrics {
    /// Counts from zero; `gauges` are what the systems tell of themselves.
    pub fn new(clock: Clock, version: &'static str, gauges: Vec<Gauges>) -> Self {
        let answered = Family::default();
        let durations = Family::new_with_constructor(histogram as fn() -> Histogram);
        let refused = Counter::default();
        let build: Family<Build, ConstGauge<u64>> = Family::new_with_constructor(|| ConstGauge::new(1));
        drop(build.get_or_create(&Build { version }));
        let mut registry = Registry::with_prefix("tequio");
        registry.register("http_requests", "Answers by route, method and status", answered.clone());
        registry.register("http_request_duration_seconds", "Time to the head of the answer", durations.clone());
        registry.register("http_refused_for_load", "Questions refused because too many waited", refused.clone());
        registry.register("build_info", "Version of the program", build);
        registry.register_collector(Box::new(OfSystems(gauges)));
        Self { registry, clock, answered, durations, refused }
    }

    /// Counts a question that was turned away.
    pub fn refuse_for_load(&self) {
        self.refused.inc();
    }

    fn record(&self, answered: Answered, took: Duration) {
        let route = Route { route: answered.route.clone() };
        self.answered.get_or_create(&answered).inc();
        self.durations.get_or_create(&route).observe(took.as_secs_f64());
    }
}

fn histogram() -> Histogram {
    Histogram::new(DURATIONS_S)
}

/// The gauges of the systems, read when they are asked for.
struct OfSystems(Vec<Gauges>);

impl std::fmt::Debug for OfSystems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OfSystems")
    }
}

impl Collector for OfSystems {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), std::fmt::Error> {
        for gauge in self.0.iter().flat_map(|gauges| gauges()) {
            let metric = encoder.encode_descriptor(gauge.name, gauge.help, None, MetricType::Gauge)?;
            ConstGauge::new(gauge.value).encode(metric)?;
        }
        Ok(())
    }
}

/// Counts every answer.
pub async fn count(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let begun = (metrics.clock)();
    let route = request.extensions().get::<MatchedPath>().map_or(UNMATCHED, MatchedPath::as_str).to_owned();
    let method = method(request.method());
    let response = next.run(request).await;
    let took = (metrics.clock)().saturating_sub(begun);
    metrics.record(Answered { route, method, status: response.status().as_u16() }, took);
    response
}

/// A closed list: anybody may invent a method, and each would stay in memory.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

/// `GET /metrics`.
pub async fn page(Extension(metrics): Extension<Arc<Metrics>>) -> Result<impl IntoResponse, Problem> {
    let mut text = String::new();
    prometheus_text::encode(&mut text, &metrics.registry)
        .map_err(|error| Problem::with(ProblemCode::Internal, error))?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (CACHE_CONTROL, "no-store")], text))
}
