//! Lets in as many questions as can be answered within reason, and turns the others away at once.
//!
//! Without it a burst of questions would wait in memory, each until it is given up, and the quick ones behind
//! the slow ones.

use crate::limits::{ANSWERS_MAX, WAITING_MAX};
use crate::metrics::Metrics;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tequio_frame::{Problem, ProblemCode};
use tokio::sync::Semaphore;

/// Addresses that cost next to nothing, among them those that tell whether the program lives: always let in.
const CHEAP_PREFIXES: [&str; 7] =
    ["/healthz", "/metrics", "/assets/", "/livery/", "/openapi", "/favicon.ico", "/problems/"];

/// True for an address that costs next to nothing.
pub fn is_cheap(path: &str) -> bool {
    CHEAP_PREFIXES.iter().any(|prefix| path.starts_with(prefix))
}

/// The door.
#[derive(Clone)]
pub struct Queue {
    places: Arc<Semaphore>,
    metrics: Arc<Metrics>,
}

impl Queue {
    /// A door with as many places as may be answered and may wait.
    pub fn new(metrics: Arc<Metrics>) -> Self {
        Self { places: Arc::new(Semaphore::new(ANSWERS_MAX + WAITING_MAX)), metrics }
    }
}

/// The middleware.
pub async fn admit(State(queue): State<Queue>, request: Request, next: Next) -> Response {
    if is_cheap(request.uri().path()) {
        return next.run(request).await;
    }
    let Ok(_place) = queue.places.try_acquire() else {
        queue.metrics.refuse_for_load();
        return refusal();
    };
    next.run(request).await
}

fn refusal() -> Response {
    Problem::with(ProblemCode::Unavailable, "too many questions at once: ask again in a moment").into_response()
}
