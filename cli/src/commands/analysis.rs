//! What the commands of the analyses share: the question, the forms, the words.

use super::filters::Filters;
use super::progress::Bar;
use super::{in_columns, print, print_json};
use anyhow::Context as _;
use clap::Args;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tequio_archive::DataFolder;
use tequio_crime_map::analysis::{AnalysisError, Report, Request, analysis};
use tequio_crime_map::jobs::Watch;
use tequio_crime_map::{Library, Principal};

/// Exit code of what was interrupted, as shells give it.
const INTERRUPTED: u8 = 130;
/// How often the progress is shown.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Rows that people are shown; the other forms have all.
const SHOWN_MAX: usize = 40;

/// Filters and forms.
#[derive(Args)]
pub struct Common {
    #[command(flatten)]
    filters: Filters,
    /// Print JSON.
    #[arg(long, conflicts_with_all = ["csv", "geojson"])]
    json: bool,
    /// Print CSV.
    #[arg(long, conflicts_with = "geojson")]
    csv: bool,
    /// Print GeoJSON: each row with the shape of its place or cell.
    #[arg(long)]
    geojson: bool,
}

/// Computes as the operator, who sees all. Exit code 2 for a question that cannot be read.
pub fn run(data: &DataFolder, id: &str, common: &Common, choices: &[(&str, Option<&str>)]) -> anyhow::Result<ExitCode> {
    let Some(analysis) = analysis(id) else { anyhow::bail!("there is no analysis `{id}`") };
    let chosen = choices.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    let pairs = common.filters.pairs().chain(chosen).map(|(name, value)| (name.to_owned(), value.to_owned()));
    let computed = match Request::parse(analysis, pairs.collect()) {
        Ok(request) => watched(data.clone(), request)?,
        Err(error) => Some(Err(error)),
    };
    let Some(report) = computed else { return Ok(ExitCode::from(INTERRUPTED)) };
    let report = match report {
        Err(error @ (AnalysisError::Query(_) | AnalysisError::Option { .. } | AnalysisError::By)) => {
            eprintln!("tequio: {error}");
            return Ok(ExitCode::from(2));
        }
        report => report?,
    };
    if common.json {
        print_json(&report.to_json())?;
    } else if common.csv {
        print(&report.to_csv())?;
    } else if common.geojson {
        print(&report.to_geojson()?)?;
    } else {
        print(&in_words(&report))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Computes beside a progress bar; nothing when it is interrupted. An analysis writes nothing, so there is nothing to
/// undo, and what is not done by then ends with the program.
fn watched(data: DataFolder, request: Request) -> anyhow::Result<Option<Result<Report, AnalysisError>>> {
    let watch = Arc::new(Watch::default());
    let (tell, mut told) = tokio::sync::oneshot::channel();
    let watched = watch.clone();
    std::thread::Builder::new().spawn(move || {
        let library = Library::new(data).map_err(AnalysisError::from);
        let _ = tell.send(library.and_then(|library| request.run(&library, Principal::Operator, &watched)));
    })?;
    let bar = Bar::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let mut interrupted = std::pin::pin!(interrupted());
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        loop {
            tokio::select! {
                report = &mut told => return report.map(Some),
                () = &mut interrupted => return Ok(None),
                _ = ticks.tick() => bar.show_part("analysis", watch.progress()),
            }
        }
    });
    watch.stop();
    bar.finish();
    ended.context("the analysis failed")
}

/// Ends when the program is interrupted; never where the system cannot tell.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The rows in columns, what was found, and what it means.
fn in_words(report: &Report) -> String {
    let csv = report.to_csv();
    let lines: Vec<&str> = csv.lines().collect();
    let shown = lines.len().min(SHOWN_MAX + 1);
    let mut text = in_columns(&lines[..shown].join("\n"));
    if lines.len() > shown {
        text += &format!("... {} rows more\n", lines.len() - shown);
    }
    for (name, value) in report.parameters.iter().chain(&report.facts) {
        text += &format!("{name} {value}  ");
    }
    text = text.trim_end().to_owned() + "\n";
    let layers: Vec<String> = report.layers.iter().map(ToString::to_string).collect();
    text += &format!("{} {} {}\n", report.manifest.dataset, report.manifest.edition, layers.join(" "));
    report.remarks.iter().for_each(|remark| text += &format!("{}\n", remark.en));
    text
}
