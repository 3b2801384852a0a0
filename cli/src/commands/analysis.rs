//! What the commands of the analyses share: the question, the forms, the words.

use super::filters::Filters;
use super::places::given;
use super::progress::Bar;
use super::{brief, columns, print, print_json};
use crate::exits;
use anyhow::Context as _;
use clap::Args;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tequio_archive::DataFolder;
use tequio_crime_map::analysis::{AnalysisError, Report, Request, analysis};
use tequio_crime_map::jobs::Watch;
use tequio_crime_map::{Library, Principal};
use tequio_frame::DataTable;

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
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print CSV.
    #[arg(long)]
    csv: bool,
}

/// The same of an analysis whose rows are places or cells.
#[derive(Args)]
pub struct OfPlaces {
    #[command(flatten)]
    common: Common,
    /// Places of a layer or cells of a zoom: place:LAYER or cell:ZOOM [default: what suits the data].
    #[arg(long, value_name = "DIM")]
    by: Option<String>,
    /// Print GeoJSON: each row with the shape of its place or cell.
    #[arg(long, conflicts_with_all = ["json", "csv"])]
    geojson: bool,
}

/// What is asked, and how it is told.
pub struct Asked<'a> {
    common: &'a Common,
    by: Option<&'a str>,
    geojson: bool,
    /// Table that people and CSV are shown.
    shown: fn(&Report) -> &DataTable,
}

impl Asked<'_> {
    /// The same with another table shown.
    pub fn showing(self, shown: fn(&Report) -> &DataTable) -> Self {
        Self { shown, ..self }
    }
}

impl<'a> From<&'a Common> for Asked<'a> {
    fn from(common: &'a Common) -> Self {
        Self { common, by: None, geojson: false, shown: |report| &report.table }
    }
}

impl<'a> From<&'a OfPlaces> for Asked<'a> {
    fn from(asked: &'a OfPlaces) -> Self {
        Self { by: asked.by.as_deref(), geojson: asked.geojson, ..Self::from(&asked.common) }
    }
}

/// Computes as the operator, who sees all.
pub fn run<'a>(
    data: &DataFolder,
    id: &str,
    asked: impl Into<Asked<'a>>,
    choices: &[(&str, Option<&str>)],
) -> anyhow::Result<ExitCode> {
    let asked: Asked<'_> = asked.into();
    let Some(analysis) = analysis(id) else { anyhow::bail!("there is no analysis `{id}`") };
    let mut pairs = asked.common.filters.question(data, asked.by)?;
    let choices = given(choices.iter().filter_map(|(name, value)| Some((*name, (*value)?))))?;
    pairs.extend(choices.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
    let Some(found) = watched(data.clone(), Request::parse(analysis, pairs)?)? else {
        return Ok(exits::interrupted());
    };
    let report = found?;
    let shown = (asked.shown)(&report);
    if asked.common.json {
        print_json(&report.to_json())?;
    } else if asked.common.csv {
        print(&shown.to_csv())?;
    } else if asked.geojson {
        print(&report.to_geojson()?)?;
    } else {
        print(&in_words(&report, shown))?;
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
fn in_words(report: &Report, table: &DataTable) -> String {
    let head: Vec<String> = table.columns().iter().map(|column| column.name.to_owned()).collect();
    let rows = table.rows().iter().take(SHOWN_MAX).map(|row| row.iter().map(brief).collect());
    let mut text = columns(&std::iter::once(head).chain(rows).collect::<Vec<_>>());
    if let Some(more) = table.rows().len().checked_sub(SHOWN_MAX).filter(|more| *more > 0) {
        text += &format!("... {more} rows more\n");
    }
    for (name, value) in report.parameters.iter().chain(&report.facts) {
        text += &format!("{name} {}  ", brief(value));
    }
    text = text.trim_end().to_owned() + "\n";
    let layers: Vec<String> = report.layers.iter().map(ToString::to_string).collect();
    text += &format!("{} {} {}\n", report.manifest.dataset, report.manifest.edition, layers.join(" "));
    report.remarks.iter().for_each(|remark| text += &format!("{}\n", remark.en));
    text
}
