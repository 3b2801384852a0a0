use super::{bounds, means, print, running};
use anyhow::Context as _;
use clap::Args;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tequio_archive::DataFolder;
use tequio_crime_indicators::Shelf;
use tequio_crime_map::Library;
use tequio_crime_map::analysis::Workbench;
use tequio_portal::Wardrobe;
use tequio_portal::proxies::{Network, Proxies};
use tracing_subscriber::EnvFilter;

/// How often jobs are looked for that nobody asks about any more.
const TIDY_EVERY: Duration = Duration::from_secs(5);

#[derive(Args)]
pub struct Arguments {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080", env = "TEQUIO_LISTEN")]
    listen: SocketAddr,
    /// Address or network of a proxy that says in X-Forwarded-For who asks; those of this machine are always believed.
    #[arg(long, value_name = "ADDRESS", env = "TEQUIO_TRUSTED_PROXIES", value_delimiter = ',')]
    trusted_proxy: Vec<Network>,
    /// The agency's own name, colours, logo and footer, as a TOML file.
    #[arg(long, value_name = "FILE", env = "TEQUIO_SITE")]
    site: Option<PathBuf>,
    /// Print a commented file for `--site` and end.
    #[arg(long)]
    site_template: bool,
}

/// Serves the portal until it is asked to end.
pub fn run(data: &DataFolder, arguments: Arguments) -> anyhow::Result<ExitCode> {
    if arguments.site_template {
        print(tequio_portal::livery::TEMPLATE)?;
        return Ok(ExitCode::SUCCESS);
    }
    let wardrobe = arguments.site.as_deref().map_or(Ok(Wardrobe::default()), wardrobe)?;
    let filter = EnvFilter::try_from_env("TEQUIO_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let library = Arc::new(Library::new(data.clone())?);
    let shelf = Arc::new(Shelf::new(data.clone())?);
    let workbench = Arc::new(Workbench::new(library.clone(), means(), bounds()));
    let systems = vec![tequio_crime_map::system(workbench.clone()), tequio_crime_indicators::system(shelf)];
    let looked_at = data.clone();
    let state = Arc::new(move || looked_at.state().ok());
    let router = tequio_portal::app_in(systems, state, wardrobe, Proxies::with(&arguments.trusted_proxy), running)?;
    // The newest edition is loaded while the listener is already open, so the first visitor waits least.
    std::thread::spawn(move || {
        if let Err(error) = library.open(None, None) {
            tracing::warn!(%error, "the newest edition is not loaded");
        }
    });
    tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(tequio_portal::limits::ANSWERS_MAX)
        .enable_all()
        .build()?
        .block_on(async {
            let listener = tokio::net::TcpListener::bind(arguments.listen).await.with_context(|| {
                format!("cannot listen on {}: choose another address with --listen", arguments.listen)
            })?;
            print(&format!("Tequio listens on http://{}\n", listener.local_addr()?))?;
            let jobs = workbench.clone();
            tokio::spawn(async move {
                let mut often = tokio::time::interval(TIDY_EVERY);
                loop {
                    often.tick().await;
                    jobs.jobs().tidy();
                }
            });
            let asked_to_end = async move {
                shutdown().await;
                workbench.jobs().close();
            };
            tequio_portal::serve(listener, router, asked_to_end).await?;
            Ok(ExitCode::SUCCESS)
        })
}

/// The livery of a file; a logo is looked for beside it.
fn wardrobe(file: &Path) -> anyhow::Result<Wardrobe> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let folder = file.parent().unwrap_or(Path::new("."));
    Wardrobe::read(&text, folder).with_context(|| format!("{} is no livery", file.display()))
}

/// Ready when the process is asked to end.
async fn shutdown() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    let _ = interrupt.await;
}
