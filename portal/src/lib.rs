//! The web server: puts the shell round the systems' pages, serves styles and scripts from inside
//! the program, describes the API, and guards every answer with the same few rules.
//!
//! It knows no system by name: [`app`] takes the list that `cli` writes.

#![cfg_attr(test, allow(clippy::expect_used, reason = "a test that cannot go on fails"))]

pub mod assets;
mod contrast;
mod data;
mod form;
pub mod guard;
mod kept;
pub mod limits;
pub mod livery;
mod logo;
pub mod metrics;
mod openapi;
mod problems;
pub mod proxies;
mod queue;
mod reference;
mod shell;

pub use kept::DataState;
pub use metrics::Clock;

use crate::metrics::Metrics;
use axum::Router;
use axum::extract::{Extension, Request};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
pub use livery::{LiveryError, Wardrobe};
use proxies::Proxies;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use tequio_frame::words::WordsError;
use tequio_frame::{Site, System, Words};
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::OpenApiRouter;

/// A portal that cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// Words that do not parse or that clash.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// The list of styles and scripts cannot be read.
    #[error("the embedded manifest of styles and scripts is unusable: {0}")]
    Assets(String),
    /// The description of the API cannot be written.
    #[error("the description of the API cannot be written: {0}")]
    Description(#[from] serde_json::Error),
    /// Two systems define an API type of one name; the description would silently lose one.
    #[error("the API type `{0}` is defined by two systems")]
    SchemaTwice(String),
    /// The server stopped.
    #[error("the server stopped: {0}")]
    Serve(#[from] std::io::Error),
}

/// Puts the systems, the shell and the guards together. `state` is that of the data of all systems.
///
/// # Errors
/// [`PortalError`] when words, assets or API types clash; nothing of this depends on a request.
pub fn app(systems: Vec<System>, state: DataState, clock: Clock) -> Result<Router, PortalError> {
    app_in(systems, state, Wardrobe::default(), Proxies::default(), clock)
}

/// The same in an agency's own livery, behind these proxies.
///
/// # Errors
/// As [`app`].
pub fn app_in(
    systems: Vec<System>,
    state: DataState,
    wardrobe: Wardrobe,
    proxies: Proxies,
    clock: Clock,
) -> Result<Router, PortalError> {
    let texts = systems.iter().flat_map(|system| system.words.iter()).chain(reference::WORDS);
    let texts: Vec<(&str, &str)> = texts.copied().collect();
    let navigation = systems.iter().flat_map(|system| system.navigation.iter().copied());
    let gauges = systems.iter().map(|system| system.gauges.clone()).collect();
    let metrics = Arc::new(Metrics::new(clock, env!("CARGO_PKG_VERSION"), gauges));
    let site = Arc::new(Site {
        words: Words::new(&texts)?,
        navigation: navigation.chain([reference::NAVIGATION]).collect(),
        assets: assets::of_manifest()?,
        livery: wardrobe.livery.clone(),
        version: env!("CARGO_PKG_VERSION"),
        are_synthetic: systems.iter().map(|system| system.is_synthetic.clone()).collect(),
        highlights: systems.iter().filter_map(|system| system.highlights.clone()).collect(),
    });
    let kept = Arc::new(kept::Kept::new(state));
    let (router, description) = merge(systems)?;
    let router = router
        .route("/api", get(reference::page))
        .route("/openapi.json", get(openapi::document))
        .route("/openapi-3.0.json", get(openapi::document_3_0))
        .route("/problems/{code}", get(problems::page))
        .route("/healthz", get(guard::health))
        .route("/metrics", get(metrics::page))
        .route("/assets/{*path}", get(assets::serve))
        .route("/livery/{file}", get(livery::serve))
        .route("/favicon.ico", get(assets::icon))
        .fallback(problems::not_found)
        .method_not_allowed_fallback(problems::method_not_allowed)
        .layer(Extension(Arc::new(openapi::Documents::of(&description)?)))
        .layer(Extension(Arc::new(description)))
        .layer(Extension(Arc::new(wardrobe)))
        .layer(Extension(metrics.clone()))
        .layer(from_fn_with_state(Arc::new(proxies), proxies::name));
    let guarded = guarded(router, site, metrics, kept);
    // Routing has to see the address of the page, so the form is read before it.
    Ok(Router::new().fallback_service(guarded.map_request(form::read as fn(Request) -> Request)))
}

/// Serves until `shutdown` is ready, then lets open answers finish.
///
/// # Errors
/// [`PortalError::Serve`] when the listener fails.
pub async fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), PortalError> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, service).with_graceful_shutdown(shutdown).await?)
}

/// The description of the whole API, as `/openapi.json` gives it.
///
/// # Errors
/// [`PortalError::SchemaTwice`] when two systems define a type of one name.
pub fn description(systems: Vec<System>) -> Result<utoipa::openapi::OpenApi, PortalError> {
    merge(systems).map(|(_, description)| description)
}

fn merge(systems: Vec<System>) -> Result<(Router, utoipa::openapi::OpenApi), PortalError> {
    let mut all = OpenApiRouter::with_openapi(openapi::head());
    for system in systems {
        openapi::refuse_twins(all.get_openapi(), system.routes.get_openapi())?;
        all = all.merge(system.routes);
    }
    let (router, description) = all.split_for_parts();
    Ok((router, openapi::finish(description)))
}

/// The rules for every answer, from the inside out.
fn guarded(router: Router, site: Arc<Site>, metrics: Arc<Metrics>, kept: Arc<kept::Kept>) -> Router {
    router
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, limits::ANSWER_TIME_MAX))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(queue::Queue::new(metrics.clone()), queue::admit))
        .layer(from_fn(guard::refuse_bodies))
        .layer(from_fn(guard::refuse_long_addresses))
        .layer(from_fn_with_state(site.clone(), shell::wrap))
        .layer(Extension(site))
        .layer(from_fn(guard::spare_known))
        .layer(from_fn(guard::open_data))
        .layer(from_fn(guard::secure))
        .layer(CompressionLayer::new().gzip(true))
        .layer(from_fn_with_state(kept, kept::keep))
        .layer(from_fn_with_state(metrics, metrics::count))
}
