//! What the commands of the analyses share: the question, the forms, the words.

use super::filters::Filters;
use super::places::given;
use super::progress::Bar;
use super::states::{states_of, with_state};
use super::{brief, columns, print, print_json};
use crate::exits;
use anyhow::Context as _;
use clap::Args;
use serde_json::Value;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tequio_archive::DataFolder;
use tequio_crime_map::analysis::{AnalysisError, Report, Request, analysis};
use tequio_crime_map::jobs::Watch;
use tequio_crime_map::{Library, Principal};
use tequio_frame::DataTable;
use tequio_kernel::Dimension;

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
    let (library, report) = found?;
    let shown = (asked.shown)(&report);
    if asked.common.json {
        print_json(&report.to_json())?;
    } else if asked.common.csv {
        print(&shown.to_csv())?;
    } else if asked.geojson {
        print(&report.to_geojson()?)?;
    } else {
        print(&in_words(&library, &report, shown))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Computes beside a progress bar; nothing when it is interrupted. An analysis writes nothing, so there is nothing to
/// undo, and what is not done by then ends with the program.
fn watched(data: DataFolder, request: Request) -> anyhow::Result<Option<Result<(Library, Report), AnalysisError>>> {
    let watch = Arc::new(Watch::default());
    let (tell, mut told) = tokio::sync::oneshot::channel();
    let watched = watch.clone();
    std::thread::Builder::new().spawn(move || {
        let run = || {
            let library = Library::new(data)?;
            let report = request.run(&library, Principal::Operator, &watched)?;
            Ok((library, report))
        };
        let _ = tell.send(run());
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

/// Column of a table.
fn column(table: &DataTable, name: &str) -> Option<usize> {
    table.columns().iter().position(|column| column.name == name)
}

/// Adds the state to the names of places where several states occur. A cluster is called by the name of one of its
/// places.
fn add_states(library: &Library, report: &Report, table: &DataTable, rows: &mut [Vec<String>]) {
    let [Dimension::Place(layer)] = report.query.by.as_slice() else { return };
    let text = |row: &[Value], of: &DataTable, name: &str| Some(brief(row.get(column(of, name)?)?));
    let all = &report.table;
    let codes: Vec<String> = all.rows().iter().filter_map(|row| text(row, all, "place")).collect();
    let states = states_of(library, layer, codes.iter().map(String::as_str));
    let code_in = |cluster: &str, centre: &str| {
        let of = |row: &[Value], name: &str| text(row, all, name).unwrap_or_default();
        let row = all.rows().iter().find(|row| of(row, "cluster") == cluster && of(row, "name") == centre)?;
        text(row, all, "place")
    };
    let columns =
        [("place", "name"), ("cluster", "centre")].map(|(key, name)| column(table, key).zip(column(table, name)));
    match columns {
        [Some((code, name)), _] => {
            rows.iter_mut().for_each(|row| row[name] = with_state(&row[name], &row[code], &states))
        }
        [None, Some((cluster, centre))] => rows.iter_mut().for_each(|row| {
            let code = code_in(&row[cluster], &row[centre]).unwrap_or_default();
            row[centre] = with_state(&row[centre], &code, &states);
        }),
        [None, None] => {}
    }
}

/// The rows in columns, what was found, and what it means.
fn in_words(library: &Library, report: &Report, table: &DataTable) -> String {
    let head: Vec<String> = table.columns().iter().map(|column| column.name.to_owned()).collect();
    let mut rows: Vec<Vec<String>> =
        table.rows().iter().take(SHOWN_MAX).map(|row| row.iter().map(brief).collect()).collect();
    add_states(library, report, table, &mut rows);
    rows.insert(0, head);
    let mut text = columns(&rows);
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
