//! Pages about problems, and the answers for addresses that do not exist.

use axum::extract::Path;
use tequio_frame::{Page, Problem, ProblemCode, Visit, shell};

/// `GET /problems/{code}`: what the code of a problem means.
pub async fn page(visit: Visit, Path(code): Path<String>) -> Result<Page, Problem> {
    let code = ProblemCode::of_code(&code).ok_or_else(|| Problem::new(ProblemCode::NotFound))?;
    shell::problem_page(&visit, &Problem::new(code))
}

/// Any address that no route takes.
pub async fn not_found() -> Problem {
    Problem::new(ProblemCode::NotFound)
}

/// Any method that a route does not take.
pub async fn method_not_allowed() -> Problem {
    Problem::new(ProblemCode::MethodNotAllowed)
}
