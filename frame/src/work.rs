//! Work that takes the processor for a while, away from the threads that serve.

use crate::problem::{Problem, ProblemCode};
use std::sync::Arc;
use tokio::task::JoinSet;

/// Runs work that takes the processor for a while away from the threads that serve. Work that still waits when its
/// reader has gone, or has waited too long, is not begun.
///
/// # Errors
/// What the work says; [`ProblemCode::Internal`] when it ends without an answer.
pub async fn blocking<S: Send + Sync + 'static, T: Send + 'static>(
    state: Arc<S>,
    work: impl FnOnce(&Arc<S>) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    // A set aborts its tasks when it is dropped.
    let mut tasks = JoinSet::new();
    tasks.spawn_blocking(move || work(&state));
    let done = tasks.join_next().await.ok_or_else(|| Problem::new(ProblemCode::Internal))?;
    done.map_err(|error| Problem::with(ProblemCode::Internal, error))?
}
