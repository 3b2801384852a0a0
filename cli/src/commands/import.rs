use super::progress::Bar;
use super::{now, print, print_json};
use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use tequio_archive::DataFolder;
use tequio_crime_indicators::import as counts;
use tequio_crime_indicators::importers::{Mapping, TEMPLATE as COUNTS_TEMPLATE};
use tequio_crime_map::import as incidents;
use tequio_crime_map::importers::TEMPLATE;
use tequio_kernel::{DatasetId, Manifest};

#[derive(Args)]
pub struct Arguments {
    /// Files of one format: plain, gz, zip, bz2, xz or zst. Together they are one edition.
    #[arg(required_unless_present = "template", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Name of the dataset [default: that of the format].
    #[arg(long, value_name = "ID")]
    dataset: Option<DatasetId>,
    /// When the source published it, YYYY-MM-DD [default: today]. Of official counts only.
    #[arg(long, value_name = "DATE")]
    published: Option<String>,
    /// Name of the edition [default: its last month and hash]. Of official counts only.
    #[arg(long, value_name = "LABEL")]
    edition: Option<String>,
    /// Mapping file that says which column is what, for any other table of points or of official counts.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Print a mapping file to start from: for a table of points, or of official counts.
    #[arg(long, value_name = "KIND", num_args = 0..=1, default_missing_value = "points")]
    template: Option<Template>,
    /// Print the summary as JSON.
    #[arg(long)]
    json: bool,
}

/// What a mapping file is for.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Template {
    /// A row an incident.
    Points,
    /// A row an official figure.
    Counts,
}

/// What an import of either kind gives.
struct Outcome {
    manifest: Manifest,
    unchanged: bool,
    rejects_file: PathBuf,
}

/// Imports files as one edition, or refuses them and stores nothing.
pub fn run(data: &DataFolder, arguments: Arguments) -> anyhow::Result<ExitCode> {
    if let Some(template) = arguments.template {
        print(if template == Template::Counts { COUNTS_TEMPLATE } else { TEMPLATE })?;
        return Ok(ExitCode::SUCCESS);
    }
    let start = Instant::now();
    let mapping = arguments.mapping.as_ref().map(read_mapping).transpose()?;
    let bar = Bar::new();
    let outcome = match is_counts(&arguments, mapping.as_deref())? {
        true => import_counts(data, &arguments, mapping.as_deref(), &bar),
        false => import_incidents(data, &arguments, mapping.as_deref(), &bar),
    };
    bar.finish();
    let outcome = outcome?;
    let seconds = start.elapsed().as_secs_f64();
    if arguments.json {
        print_json(&summary(&outcome, seconds))?;
    } else {
        print(&report(&outcome, seconds))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn read_mapping(path: &PathBuf) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("mapping file {}", path.display()))
}

/// Official counts are known by their first records, or by what their mapping file says; whatever else is read as
/// incidents.
fn is_counts(arguments: &Arguments, mapping: Option<&str>) -> anyhow::Result<bool> {
    match (mapping, arguments.files.first()) {
        (Some(mapping), _) => Ok(Mapping::is_counts(mapping)),
        // An edition that is named or dated is one of official counts; what is wrong with the file is then said.
        (None, Some(_)) if arguments.published.is_some() || arguments.edition.is_some() => Ok(true),
        (None, Some(file)) => Ok(counts::recognises(file)?),
        (None, None) => Ok(false),
    }
}

fn import_counts(
    data: &DataFolder,
    arguments: &Arguments,
    mapping: Option<&str>,
    bar: &Bar,
) -> anyhow::Result<Outcome> {
    let mapping = mapping.map(Mapping::parse).transpose()?;
    let request = counts::Request {
        files: &arguments.files,
        dataset: arguments.dataset.clone(),
        edition: arguments.edition.as_deref(),
        published: arguments.published.as_deref(),
        invented: false,
        now: now(),
    };
    let mut progress = |stage, done, total| {
        let step = match stage {
            counts::Stage::Surveying => "surveying",
            counts::Stage::Reading => "reading",
            counts::Stage::Writing => "writing",
        };
        bar.show(step, done, total);
    };
    let outcome = match &mapping {
        None => counts::import(data, &request, &mut progress)?,
        Some(mapping) => counts::import_mapped(data, &request, mapping, &mut progress)?,
    };
    Ok(Outcome { manifest: outcome.manifest, unchanged: outcome.unchanged, rejects_file: outcome.rejects_file })
}

fn import_incidents(
    data: &DataFolder,
    arguments: &Arguments,
    mapping: Option<&str>,
    bar: &Bar,
) -> anyhow::Result<Outcome> {
    let dataset = arguments.dataset.clone();
    let request = incidents::Request { files: &arguments.files, dataset, mapping, now: now() };
    let outcome = incidents::import(data, &request, &mut |step, done, total| {
        let step = match step {
            incidents::Step::Surveying => "surveying",
            incidents::Step::Reading => "reading",
            incidents::Step::Writing => "writing",
        };
        bar.show(step, done, total);
    })?;
    Ok(Outcome { manifest: outcome.manifest, unchanged: outcome.unchanged, rejects_file: outcome.rejects_file })
}

fn summary(outcome: &Outcome, seconds: f64) -> serde_json::Value {
    let manifest = &outcome.manifest;
    let mut summary = json!({
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
    });
    if let (Some(counts), Some(summary)) = (&manifest.counts, summary.as_object_mut()) {
        summary.insert("published".to_owned(), json!(manifest.published));
        summary.insert("published_assumed".to_owned(), json!(manifest.published_assumed));
        summary.insert("counts".to_owned(), json!(counts));
    }
    summary
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
    match &manifest.counts {
        None => lines.push(format!("  unlocated {}", manifest.unlocated)),
        Some(counts) => lines.extend(report_counts(manifest, counts)),
    }
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

fn report_counts(manifest: &Manifest, counts: &tequio_kernel::CountsAbout) -> Vec<String> {
    let assumed =
        if manifest.published_assumed { " (assumed: the day of the import; --published says another)" } else { "" };
    let mut lines = vec![
        format!("  published {}{assumed}, counts of {} by {}", manifest.known_from(), counts.unit, counts.taxonomy),
        format!("  {} to {}, rows of totals and checks {}", counts.first, counts.cutoff, counts.check_rows),
    ];
    lines.extend(counts.figures.iter().filter(|(_, n)| **n > 0).map(|(state, n)| format!("  figures {state}: {n}")));
    let of = |of: Option<&str>| of.map(|of| format!("{of} ")).unwrap_or_default();
    lines.extend(counts.every_total().map(|(what, year, total)| format!("  total {}{year}: {total}", of(what))));
    let mark = |passed| if passed { "ok  " } else { "FLAG" };
    lines
        .extend(counts.checks.iter().map(|check| format!("  {} {}: {}", mark(check.passed), check.code, check.detail)));
    lines
}
