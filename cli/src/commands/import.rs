use super::{now, print, print_json};
use anyhow::Context as _;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use tequio_archive::DataFolder;
use tequio_crime_map::import::{Outcome, Request, Step, import};
use tequio_crime_map::importers::TEMPLATE;
use tequio_kernel::DatasetId;

#[derive(Args)]
pub struct Arguments {
    /// Files of one format: plain, gz, zip, bz2, xz or zst. Together they are one edition.
    #[arg(required_unless_present = "template", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Name of the dataset [default: that of the format].
    #[arg(long, value_name = "ID")]
    dataset: Option<DatasetId>,
    /// Mapping file that says which column is what, for any other table of points.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Print a mapping file to start from.
    #[arg(long)]
    template: bool,
    /// Print the summary as JSON.
    #[arg(long)]
    json: bool,
}

/// Imports files as one edition, or refuses them and stores nothing.
pub fn run(data: &DataFolder, arguments: Arguments) -> anyhow::Result<ExitCode> {
    if arguments.template {
        print(TEMPLATE)?;
        return Ok(ExitCode::SUCCESS);
    }
    let start = Instant::now();
    let read =
        |path: &PathBuf| std::fs::read_to_string(path).with_context(|| format!("mapping file {}", path.display()));
    let mapping = arguments.mapping.as_ref().map(read).transpose()?;
    let request =
        Request { files: &arguments.files, dataset: arguments.dataset, mapping: mapping.as_deref(), now: now() };
    let bar = Bar::new();
    let outcome = import(data, &request, &mut |step, done, total| bar.show(step, done, total));
    bar.0.finish_and_clear();
    let outcome = outcome?;
    let seconds = start.elapsed().as_secs_f64();
    if arguments.json {
        print_json(&summary(&outcome, seconds))?;
    } else {
        print(&report(&outcome, seconds))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn summary(outcome: &Outcome, seconds: f64) -> serde_json::Value {
    let manifest = &outcome.manifest;
    json!({
        "dataset": manifest.dataset,
        "edition": manifest.edition,
        "sha256": manifest.sha256,
        "format": manifest.format,
        "rows": manifest.rows,
        "accepted": manifest.accepted,
        "rejected": manifest.rejected,
        "flags": manifest.flags,
        "unlocated": manifest.unlocated,
        "rejects_file": outcome.rejects_file,
        "seconds": (seconds * 1000.0).round() / 1000.0,
        "encoding": manifest.encoding,
        "supersedes": manifest.supersedes,
        "unchanged": outcome.unchanged,
    })
}

fn report(outcome: &Outcome, seconds: f64) -> String {
    let manifest = &outcome.manifest;
    let mut lines =
        vec![format!("{} {} ({}, {})", manifest.dataset, manifest.edition, manifest.format, manifest.encoding)];
    if outcome.unchanged {
        lines.push("  the same content was imported before; nothing changed".to_owned());
    }
    lines.push(format!(
        "  rows {} = accepted {} + rejected {}",
        manifest.rows, manifest.accepted, manifest.rejected.total
    ));
    lines.extend(manifest.rejected.by_reason.iter().map(|(reason, rows)| format!("    rejected {reason}: {rows}")));
    lines.push(format!("  unlocated {}", manifest.unlocated));
    lines.extend(manifest.flags.iter().map(|(flag, rows)| format!("  flag {flag}: {rows}")));
    if manifest.rejected.total > 0 {
        lines.push(format!("  rejected rows: {}", outcome.rejects_file.display()));
    }
    if let Some(earlier) = &manifest.supersedes {
        lines.push(format!("  follows edition {earlier}, which still answers"));
    }
    lines.push(format!("  {seconds:.1} s\n"));
    lines.join("\n")
}

/// A progress bar on the standard error, drawn only on a terminal.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::new(1);
        if let Ok(style) = ProgressStyle::with_template("{msg:>10} [{bar:40}] {percent:>3} % {eta}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self(bar)
    }

    fn show(&self, step: Step, done: u64, total: u64) {
        self.0.set_message(match step {
            Step::Surveying => "surveying",
            Step::Reading => "reading",
            Step::Writing => "writing",
        });
        self.0.set_length(total.max(1));
        self.0.set_position(done.min(total));
    }
}
